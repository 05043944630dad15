"""Ledger rows to rows of a dataset, in TRL's column names, and what each format keeps by default.

    sft                 messages: the user's and the assistant's turn
    prompt-completion   prompt, completion: the same as two columns
    preference          prompt, chosen, rejected: a right and a wrong solution of one problem
    unpaired            prompt, completion, label: True where the solution is right
    rl                  prompt, and what a verifier needs: one row a problem
    raw                 the ledger's own columns

Column by column, without a Python object a row: a million rows take seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc

from tracemill.configs.schema import ExportConfig
from tracemill.traces.schema import SCHEMA

PARTNER = "partner_"
"""What the rejected solution's columns begin with, beside those of the chosen one."""

_TURN = pa.struct([pa.field("role", pa.string()), pa.field("content", pa.string())])
_ORIGIN = ["problem_id", "family", "level", "kind", "instance", "reference"]
_JUDGED = ["num_tokens", "finish_reason", "policy_version", "verdict", "extracted", "verifier", "verifier_version"]
_SAMPLED = ["step", "group_id", "index"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`unit` is what a row stands for; `defaults` are the ExportConfig values that are None otherwise."""

    columns: tuple[str, ...]  # of the ledger
    rows: Callable[[pa.Table], pa.Table]
    unit: Literal["completion", "pair", "problem"]
    defaults: dict[str, Any]


def settled(config: ExportConfig) -> ExportConfig:
    """The config with the format's defaults in place of every None that has one."""
    defaults = FORMATS[config.format].defaults
    missing = {key: value for key, value in defaults.items() if getattr(config, key) is None}
    return config.model_copy(update=missing)


def _sft(table: pa.Table) -> pa.Table:
    return _with(table, {"messages": _turns([("user", table["prompt"]), ("assistant", table["completion"])])})


def _prompt_completion(table: pa.Table) -> pa.Table:
    return _with(table, _prompt(table) | {"completion": _turns([("assistant", table["completion"])])})


def _preference(table: pa.Table) -> pa.Table:
    chosen = _turns([("assistant", table["completion"])])
    rejected = _turns([("assistant", table[f"{PARTNER}completion"])])
    made = _with(table, _prompt(table) | {"chosen": chosen, "rejected": rejected})
    for name in ("num_tokens", "policy_version", "verdict", "extracted", "step", "index"):
        made = made.append_column(f"rejected_{name}", table[f"{PARTNER}{name}"])
    return made


def _unpaired(table: pa.Table) -> pa.Table:
    return _prompt_completion(table).append_column("label", pc.equal(table["verdict"], "correct"))


def _rl(table: pa.Table) -> pa.Table:
    names = [*_ORIGIN, "pass_rate", "num_rollouts"]
    return pa.table(_prompt(table) | {name: table[name] for name in names} | {"source": table["run_id"]})


def _raw(table: pa.Table) -> pa.Table:
    """Maps become JSON, which the datasets library has no type for."""
    columns = {name: table[name] for name in SCHEMA.names}
    columns["reward_parts"] = pa.array([_json(pairs) for pairs in table["reward_parts"].to_pylist()], pa.string())
    return pa.table(columns)


def _json(pairs: list[tuple[str, float]]) -> str:
    return "{" + ", ".join(f'"{name}": {value!r}' for name, value in pairs) + "}"


def _prompt(table: pa.Table) -> dict[str, pa.Array]:
    return {"prompt": _turns([("user", table["prompt"])])}


def _with(table: pa.Table, columns: dict[str, pa.Array]) -> pa.Table:
    """The format's own columns, then those that say where a row comes from and why it is right."""
    rest = {name: table[name] for name in [*_ORIGIN, *_JUDGED, *_SAMPLED, "pass_rate"]}
    return pa.table(columns | rest | {"source": table["run_id"]})


def _turns(turns: list[tuple[str, pa.ChunkedArray]]) -> pa.Array:
    """One list of {role, content} a row, from one column a turn."""
    num_rows, num_turns = len(turns[0][1]), len(turns)
    texts = pa.concat_arrays([chunk for _, column in turns for chunk in column.chunks] or [pa.array([], pa.string())])
    places = [turn * num_rows + row for row in range(num_rows) for turn in range(num_turns)]
    roles = pa.array([role for role, _ in turns] * num_rows, type=pa.string())
    structs = pa.StructArray.from_arrays([roles, texts.take(pa.array(places, pa.int64()))], fields=list(_TURN))
    offsets = pa.array(range(0, num_turns * num_rows + 1, num_turns), type=pa.int32())
    return pa.ListArray.from_arrays(offsets, structs)


_COMPLETION = ("prompt", "completion", *_ORIGIN, *_JUDGED, *_SAMPLED, "run_id")
_KEPT: dict[str, Any] = {"finish_reasons": ("stop",), "drop_flagged": True, "check_steps": True}
_ALL: dict[str, Any] = {
    "verdicts": ("correct", "wrong", "unparseable", "timeout", "verifier_error"),
    "finish_reasons": ("stop", "length"),
    "drop_flagged": False,
    "check_steps": False,
}
# Students learn more from solutions as often as the policy gave them than from each once (docs/experiments.md).
_RIGHT: dict[str, Any] = {"verdicts": ("correct",), **_KEPT, "drop_duplicates": False}
_RIGHT_AND_WRONG: dict[str, Any] = {
    "verdicts": ("correct", "wrong"),
    **_KEPT,
    "drop_duplicates": True,
    "max_per_problem": 4,
}

FORMATS: dict[str, Format] = {
    "sft": Format(columns=_COMPLETION, rows=_sft, unit="completion", defaults=_RIGHT),
    "prompt-completion": Format(columns=_COMPLETION, rows=_prompt_completion, unit="completion", defaults=_RIGHT),
    "preference": Format(columns=_COMPLETION, rows=_preference, unit="pair", defaults=_RIGHT_AND_WRONG),
    "unpaired": Format(columns=_COMPLETION, rows=_unpaired, unit="completion", defaults=_RIGHT_AND_WRONG),
    "rl": Format(
        columns=("prompt", *_ORIGIN, "run_id"), rows=_rl, unit="problem", defaults=_ALL | {"drop_duplicates": False}
    ),
    "raw": Format(columns=tuple(SCHEMA.names), rows=_raw, unit="completion", defaults=_ALL | {"drop_duplicates": True}),
}
