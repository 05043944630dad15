"""What is worth keeping: filters over the ledger, each counted. Decides by row; copies nothing.

`plan` streams the ledgers of one or more runs once and returns which rows stay, in the order of the ledgers, with the
few columns that the statistics need. Filters stand in a fixed order, cheap ones first; each sees only what those before
it left, so the funnel adds up.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracemill.configs.schema import ExportConfig
from tracemill.traces.ledger import Ledger
from tracemill.traces.schema import SCHEMA

Keep = Callable[[pa.Table], npt.NDArray[np.bool_]]
"""Which of these rows stay. A filter may remember rows of earlier tables."""

NEEDED = ["split", "verdict", "instance", "completion"]
DESCRIBED = ["family", "level", "kind", "num_tokens", "policy_version"]
"""The columns of the plan that statistics are made of."""

ROWS = pa.schema(
    [("file", pa.int32()), ("row", pa.int32()), ("test", pa.bool_()), *(SCHEMA.field(name) for name in DESCRIBED)]
)

TEST_SHARE_OF = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    name: str
    says: str  # what is dropped, for the card
    keep: Keep


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One line of the funnel: `dropped` by this filter, `left` after it."""

    name: str
    says: str
    dropped: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """`rows` is of schema ROWS: `file` counts through the files of all ledgers, `row` is the row in it."""

    rows: pa.Table
    total: int
    funnel: tuple[Stage, ...]


def plan(ledgers: Sequence[Ledger], config: ExportConfig) -> Plan:
    """One pass over the ledgers."""
    filters = _filters(config)
    dropped, total, kept = Counter[str](), 0, []
    columns = [*NEEDED, *DESCRIBED]
    tables = (table for ledger in ledgers for table in ledger.tables(columns))
    for number, table in enumerate(tables):
        total += table.num_rows
        table = table.append_column("row", pa.array(np.arange(table.num_rows, dtype=np.int32)))
        for one in filters:
            keep = one.keep(table)
            dropped[one.name] += int(table.num_rows - keep.sum())
            table = table.filter(pa.array(keep))
        kept.append(_described(table, number, config.test_share))
    rows = pa.concat_tables([ROWS.empty_table(), *kept]).combine_chunks()
    return Plan(rows=rows, total=total, funnel=_funnel(filters, dropped, total))


def _filters(config: ExportConfig) -> list[Filter]:
    return [
        Filter(name="held_out", says="problems kept for evaluation", keep=_equal("split", "train")),
        Filter(name="verdict", says="not judged correct", keep=_equal("verdict", "correct")),
        Filter(name="duplicate", says="the same solution of the same problem", keep=_first_of_its_kind()),
        Filter(
            name="per_problem",
            says=f"over {config.max_per_problem or 4} solutions of one problem",
            keep=_at_most(config.max_per_problem or 4),
        ),
    ]


def _equal(column: str, value: str) -> Keep:
    return lambda table: _mask(pc.equal(table[column], value))


def _first_of_its_kind() -> Keep:
    """Drops every copy of a problem instance's completion but the first."""
    seen: set[bytes] = set()

    def keep(table: pa.Table) -> npt.NDArray[np.bool_]:
        mask = np.zeros(table.num_rows, dtype=np.bool_)
        pairs = zip(table["instance"].to_pylist(), table["completion"].to_pylist(), strict=True)
        for row, (instance, completion) in enumerate(pairs):
            digest = hashlib.blake2b(f"{instance}\n{completion}".encode(), digest_size=16).digest()
            if digest not in seen:
                seen.add(digest)
                mask[row] = True
        return mask

    return keep


def _at_most(limit: int) -> Keep:
    """The first `limit` rows of every problem instance."""
    counts = Counter[str]()

    def keep(table: pa.Table) -> npt.NDArray[np.bool_]:
        mask = np.zeros(table.num_rows, dtype=np.bool_)
        for row, instance in enumerate(table["instance"].to_pylist()):
            counts[instance] += 1
            mask[row] = counts[instance] <= limit
        return mask

    return keep


def in_test_split(instance: str, share: float) -> bool:
    """Decided by the problem's instance alone, so that no problem is on both sides, in this export or in the next."""
    digest = hashlib.blake2b(f"export/{instance}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") % TEST_SHARE_OF < round(share * TEST_SHARE_OF)


def _described(table: pa.Table, file: int, test_share: float) -> pa.Table:
    test = [in_test_split(instance, test_share) for instance in table["instance"].to_pylist()]
    columns = [pa.array(np.full(table.num_rows, file, dtype=np.int32)), table["row"], pa.array(test, type=pa.bool_())]
    return pa.Table.from_arrays([*columns, *(table[name] for name in DESCRIBED)], schema=ROWS)


def _funnel(filters: Sequence[Filter], dropped: Counter[str], total: int) -> tuple[Stage, ...]:
    stages, left = [], total
    for one in filters:
        left -= dropped[one.name]
        stages.append(Stage(name=one.name, says=one.says, dropped=dropped[one.name], left=left))
    return tuple(stages)


def _mask(values: pa.ChunkedArray) -> npt.NDArray[np.bool_]:
    return np.asarray(values.fill_null(False).to_numpy(zero_copy_only=False), dtype=np.bool_)
