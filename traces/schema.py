"""The ledger's schema, and a `TraceRecord` to a row of it and back. No files are read or written here.

Every column is described in docs/traces.md. A change of the columns raises SCHEMA_VERSION, and the ledger learns to
read the version before it, so that old ledgers stay readable.

Two things change on the way: logprobs are kept as float32, and `created_at` is kept in whole microseconds.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import numpy as np
import pyarrow as pa

from tracemill.problems.types import Problem, reference_from_json, reference_to_json
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.traces.flags import hack_flags
from tracemill.traces.types import Provenance, TraceRecord
from tracemill.verifiers.types import Verdict

SCHEMA_VERSION = 1
VERSION_KEY = b"tracemill.schema_version"

_FIELDS: list[tuple[str, pa.DataType, bool]] = [  # name, type, nullable
    ("step", pa.int32(), False),
    ("problem_id", pa.string(), False),
    ("kind", pa.string(), False),
    ("family", pa.string(), False),
    ("level", pa.int16(), False),
    ("split", pa.string(), False),
    ("instance", pa.string(), False),
    ("prompt", pa.string(), False),
    ("reference", pa.string(), False),  # JSON
    ("group_id", pa.string(), False),
    ("index", pa.int32(), False),
    ("seed", pa.uint64(), False),
    ("policy_version", pa.int32(), False),
    ("policy_versions", pa.list_(pa.int32()), True),  # per token; null: all tokens are of policy_version
    ("temperature", pa.float64(), False),
    ("max_new_tokens", pa.int32(), False),
    ("completion", pa.string(), False),
    ("num_tokens", pa.int32(), False),  # of completion_ids
    ("prompt_ids", pa.list_(pa.int32()), False),
    ("completion_ids", pa.list_(pa.int32()), False),
    ("logprobs", pa.list_(pa.float32()), True),  # null: not kept, by config
    ("finish_reason", pa.string(), False),
    ("verdict", pa.string(), False),
    ("extracted", pa.string(), True),
    ("rule", pa.string(), False),
    ("evidence", pa.string(), False),
    ("verifier", pa.string(), False),
    ("verifier_version", pa.int32(), False),
    ("verifier_seconds", pa.float64(), False),
    ("reward", pa.float64(), True),  # null: unjudged
    ("reward_parts", pa.map_(pa.string(), pa.float64()), False),
    ("advantage", pa.float64(), True),  # null: left out by the learner
    ("hack_flags", pa.list_(pa.string()), False),
    ("run_id", pa.string(), False),
    ("config_hash", pa.string(), False),
    ("code_version", pa.string(), False),
    ("created_at", pa.timestamp("us", tz="UTC"), False),
]

SCHEMA = pa.schema(
    [pa.field(name, type_, nullable=nullable) for name, type_, nullable in _FIELDS],
    metadata={VERSION_KEY: str(SCHEMA_VERSION).encode()},
)


def to_row(record: TraceRecord, reference: str | None = None) -> dict[str, Any]:
    """Plain values by column name, as `to_table` takes them; `reference` is the reference's JSON where it is known."""
    problem, rollout = record.scored.problem, record.scored.rollout
    verdict, reward = record.scored.verdict, record.scored.reward
    return {
        "step": record.step,
        "problem_id": problem.id,
        "kind": problem.kind,
        "family": problem.family,
        "level": problem.level,
        "split": problem.split,
        "instance": problem.instance,
        "prompt": problem.prompt,
        "reference": reference_text(problem) if reference is None else reference,
        "group_id": rollout.group_id,
        "index": rollout.index,
        "seed": rollout.seed,
        "policy_version": rollout.policy_version,
        "policy_versions": rollout.policy_versions or None,
        "temperature": record.temperature,
        "max_new_tokens": record.max_new_tokens,
        "completion": rollout.text,
        "num_tokens": len(rollout.completion_ids),
        "prompt_ids": rollout.prompt_ids,
        "completion_ids": rollout.completion_ids,
        "logprobs": rollout.logprobs,
        "finish_reason": rollout.finish_reason,
        "verdict": verdict.status,
        "extracted": verdict.extracted,
        "rule": verdict.rule,
        "evidence": verdict.evidence,
        "verifier": verdict.verifier,
        "verifier_version": verdict.version,
        "verifier_seconds": verdict.seconds,
        "reward": reward.total,
        "reward_parts": sorted(reward.parts.items()),
        "advantage": record.advantage,
        "hack_flags": hack_flags(problem, rollout.text),
        "run_id": record.provenance.run_id,
        "config_hash": record.provenance.config_hash,
        "code_version": record.provenance.code_version,
        "created_at": round(record.created_at * 1e6),
    }


def from_row(row: Mapping[str, Any]) -> TraceRecord:
    """The inverse of `to_row`, from a row as pyarrow gives it (`table.to_pylist()`)."""
    created_at: datetime = row["created_at"]
    problem = Problem(
        id=row["problem_id"],
        kind=row["kind"],
        prompt=row["prompt"],
        reference=reference_from_json(json.loads(row["reference"])),
        split=row["split"],
        instance=row["instance"],
    )
    rollout = Rollout(
        problem_id=row["problem_id"],
        group_id=row["group_id"],
        index=row["index"],
        prompt_ids=tuple(row["prompt_ids"]),
        completion_ids=tuple(row["completion_ids"]),
        logprobs=tuple(row["logprobs"] or ()),
        text=row["completion"],
        finish_reason=row["finish_reason"],
        policy_version=row["policy_version"],
        policy_versions=tuple(row["policy_versions"] or ()),
        seed=row["seed"],
    )
    verdict = Verdict(
        status=row["verdict"],
        extracted=row["extracted"],
        rule=row["rule"],
        evidence=row["evidence"],
        verifier=row["verifier"],
        version=row["verifier_version"],
        seconds=row["verifier_seconds"],
    )
    reward = Reward(total=row["reward"], parts=dict(row["reward_parts"]))
    return TraceRecord(
        step=row["step"],
        scored=Scored(problem=problem, rollout=rollout, verdict=verdict, reward=reward),
        advantage=row["advantage"],
        temperature=row["temperature"],
        max_new_tokens=row["max_new_tokens"],
        created_at=created_at.replace(tzinfo=UTC).timestamp(),
        provenance=Provenance(run_id=row["run_id"], config_hash=row["config_hash"], code_version=row["code_version"]),
    )


def to_table(records: Sequence[TraceRecord], logprobs: bool = True) -> pa.Table:
    """Raises ValueError where a value does not fit its column (a seed that is negative or over 64 bits, say)."""
    references: dict[int, str] = {}  # by the problem's identity: the rollouts of a group share theirs
    rows = []
    for record in records:
        problem = record.scored.problem
        if id(problem) not in references:
            references[id(problem)] = reference_text(problem)
        rows.append(to_row(record, references[id(problem)]))
    if not logprobs:
        rows = [{**row, "logprobs": None} for row in rows]
    columns = [_column(field, [row[field.name] for row in rows]) for field in SCHEMA]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def leaves(schema: pa.Schema) -> list[str]:
    """The names that Parquet gives to the columns, one or more a field."""
    names = []
    for field in schema:
        if pa.types.is_map(field.type):
            names += [f"{field.name}.key_value.key", f"{field.name}.key_value.value"]
        else:
            names.append(f"{field.name}.list.element" if pa.types.is_list(field.type) else field.name)
    return names


def reference_text(problem: Problem) -> str:
    return json.dumps(reference_to_json(problem.reference), sort_keys=True, ensure_ascii=False)


def _column(field: pa.Field, values: list[Any]) -> pa.Array:
    try:
        if pa.types.is_list(field.type) and pa.types.is_primitive(field.type.value_type) and None not in values:
            return _lists(values, field.type)
        return pa.array(values, type=field.type)
    except (pa.ArrowInvalid, OverflowError) as error:
        raise ValueError(f"the ledger's column {field.name!r} ({field.type}) cannot hold a value: {error}") from error


def _lists(values: Sequence[Sequence[float]], type_: pa.ListType) -> pa.Array:
    """As `pa.array` makes them, in a third of the time: one flat array of numbers, and where each list begins."""
    offsets = np.zeros(len(values) + 1, dtype=np.int32)
    np.cumsum([len(one) for one in values], out=offsets[1:])
    flat = np.fromiter(chain.from_iterable(values), type_.value_type.to_pandas_dtype(), int(offsets[-1]))
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(flat, type_.value_type), type=type_)


def schema_version(schema: pa.Schema) -> int:
    """Raises ValueError for a file that is no ledger file, or is newer than this code."""
    text = (schema.metadata or {}).get(VERSION_KEY)
    if text is None:
        raise ValueError("no trace ledger: the file carries no tracemill.schema_version")
    version = int(text)
    if version > SCHEMA_VERSION:
        raise ValueError(f"ledger schema {version} is newer than this code reads ({SCHEMA_VERSION}); update tracemill")
    return version
