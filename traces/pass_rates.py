"""How often each problem, and each family and level, was solved in the ledgers. `verifier_error` counts for nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tracemill.traces.ledger import read_file

_GROUP_AT = 200_000  # rows that are read before they are summed up; bounds the memory
_BY = ["instance", "family", "level", "split"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassRates:
    """`counts`: one row an instance, family, level and split, with `rollouts`, `judged` and `correct`."""

    counts: pa.Table

    def of_instances(self) -> pa.Table:
        """instance, rollouts, judged, correct and pass_rate (null where nothing was judged)."""
        table = self.counts.group_by("instance", use_threads=False).aggregate(_sums())
        table = table.rename_columns(["instance", "rollouts", "judged", "correct"])
        judged = pc.if_else(pc.equal(table["judged"], 0), pa.scalar(None, pa.float64()), table["judged"])
        return table.append_column("pass_rate", pc.divide(table["correct"].cast(pa.float64()), judged))

    def instances_within(self, low: float, high: float) -> list[str]:
        table = self.of_instances()
        rate = table["pass_rate"]
        inside = pc.and_(pc.greater_equal(rate, low), pc.less_equal(rate, high))
        return list(table.filter(inside)["instance"].to_pylist())

    def by_family_and_level(self) -> list[dict[str, Any]]:
        """family, level, rollouts, judged, correct; training problems only, in order."""
        table = self.counts.filter(pc.equal(self.counts["split"], "train"))
        table = table.group_by(["family", "level"], use_threads=False).aggregate(_sums())
        table = table.rename_columns(["family", "level", "rollouts", "judged", "correct"])
        return list(table.sort_by([("family", "ascending"), ("level", "ascending")]).to_pylist())


def pass_rates(files: Sequence[Path]) -> PassRates:
    """One pass over five narrow columns of the ledgers' files."""
    summed, waiting, num_waiting = _EMPTY, list[pa.Table](), 0
    for path in files:
        table = read_file(path, [*_BY, "verdict"])
        waiting.append(table.replace_schema_metadata())
        num_waiting += table.num_rows
        if num_waiting >= _GROUP_AT:
            summed, waiting, num_waiting = _summed(summed, waiting), [], 0
    return PassRates(counts=_summed(summed, waiting))


def _summed(summed: pa.Table, tables: list[pa.Table]) -> pa.Table:
    if not tables:
        return summed
    table = pa.concat_tables(tables)
    verdict = table["verdict"]
    ones = pa.array(np.ones(len(verdict), dtype=np.int64))
    table = table.drop_columns(["verdict"]).append_column("rollouts", ones)
    table = table.append_column("judged", pc.not_equal(verdict, "verifier_error").cast(pa.int64()))
    table = table.append_column("correct", pc.equal(verdict, "correct").cast(pa.int64()))
    grouped = pa.concat_tables([summed, table.cast(_EMPTY.schema)]).group_by(_BY, use_threads=False).aggregate(_sums())
    return grouped.rename_columns([*_BY, "rollouts", "judged", "correct"]).cast(_EMPTY.schema)


def _sums() -> list[tuple[str, str]]:
    return [("rollouts", "sum"), ("judged", "sum"), ("correct", "sum")]


_EMPTY = pa.schema(
    [
        ("instance", pa.string()),
        ("family", pa.string()),
        ("level", pa.int16()),
        ("split", pa.string()),
        ("rollouts", pa.int64()),
        ("judged", pa.int64()),
        ("correct", pa.int64()),
    ]
).empty_table()
