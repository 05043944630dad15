"""Ledger rows to rows of a dataset, in TRL's column names. Column by column, never a Python object a row."""

from __future__ import annotations

import pyarrow as pa

SFT_COLUMNS = [
    "prompt",
    "completion",
    "problem_id",
    "family",
    "level",
    "kind",
    "reference",
    "num_tokens",
    "policy_version",
    "run_id",
]
_MESSAGE = pa.struct([pa.field("role", pa.string()), pa.field("content", pa.string())])


def sft_rows(table: pa.Table) -> pa.Table:
    """`messages` of the user's and the assistant's turn, and what names the row's origin."""
    table = table.combine_chunks()
    names = [name for name in SFT_COLUMNS if name not in ("prompt", "completion", "run_id")]
    columns = {
        "messages": _messages(table["prompt"], table["completion"]),
        **{name: table[name] for name in names},
        "source": table["run_id"],
    }
    return pa.table(columns)


def _messages(prompts: pa.ChunkedArray, completions: pa.ChunkedArray) -> pa.Array:
    """One list of two structs a row, made without a Python object a row."""
    num_rows = len(prompts)
    both = pa.concat_arrays([*prompts.chunks, *completions.chunks]) if num_rows else pa.array([], pa.string())
    places = pa.array([place for row in range(num_rows) for place in (row, num_rows + row)], type=pa.int64())
    roles = pa.array(["user", "assistant"] * num_rows, type=pa.string())
    turns = pa.StructArray.from_arrays([roles, both.take(places)], fields=list(_MESSAGE))
    return pa.ListArray.from_arrays(pa.array(range(0, 2 * num_rows + 1, 2), type=pa.int32()), turns)
