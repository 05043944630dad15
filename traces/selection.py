"""Which of the rows that passed the filters are drawn: pairs, one a problem, at most N a problem, quotas.

Rows are drawn by their `draw`, a hash of problem and completion: evenly over the run, the same in every export, whoever
else is in it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracemill.configs.schema import QuotaConfig

Mask = npt.NDArray[np.bool_]
Keys = npt.NDArray[np.uint64]


def first_of_each(keys: Keys, draws: Keys, limit: int) -> Mask:
    """At most `limit` rows of every key, those with the lowest draws."""
    order = np.lexsort((draws, keys))
    mask = np.zeros(len(keys), dtype=np.bool_)
    mask[order] = _rank(keys[order]) < limit
    return mask


def _rank(ordered: Keys) -> npt.NDArray[np.int64]:
    """The place of each element among its equals, for keys in order."""
    places = np.arange(len(ordered))
    starts = np.ones(len(ordered), dtype=np.bool_)
    starts[1:] = ordered[1:] != ordered[:-1]
    return places - np.maximum.accumulate(np.where(starts, places, 0))


def within_quotas(rows: pa.Table, quotas: Sequence[QuotaConfig]) -> Mask:
    """Each quota in turn draws from what those before it left."""
    mask = np.ones(rows.num_rows, dtype=np.bool_)
    draws, levels = rows["draw"].to_numpy(), rows["level"].to_numpy()
    codes = pc.dictionary_encode(rows["family"].combine_chunks())
    names, families = codes.dictionary.to_pylist(), codes.indices.to_numpy().astype(np.uint64)
    for quota in quotas:
        if quota.family != "*" and quota.family not in names:
            continue
        meant = mask.copy()
        if quota.family != "*":
            meant &= families == names.index(quota.family)
        if quota.levels:
            meant &= np.isin(levels, quota.levels)
        places = np.flatnonzero(meant)
        kept = first_of_each(families[places], draws[places], quota.rows)
        mask[places[~kept]] = False
    return mask


def paired(rows: pa.Table, correct: Mask) -> pa.Table:
    """The right rows that have a wrong one of the same problem in the same file, with its row as `partner`.

    No solution is in two pairs. Problems of different files are not paired: they were sampled at different steps.
    """
    problems, files, draws = (rows[name].to_numpy() for name in ("problem", "file", "draw"))
    keys = problems ^ (files.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15))
    order = np.lexsort((draws, keys, ~correct))  # the right ones first
    right, wrong = order[: int(correct.sum())], order[int(correct.sum()) :]
    left = {(key, rank): row for key, rank, row in zip(*_ranked(keys, right), right.tolist(), strict=True)}
    pairs = [
        (left[key, rank], row)
        for key, rank, row in zip(*_ranked(keys, wrong), wrong.tolist(), strict=True)
        if (key, rank) in left
    ]
    pairs.sort()
    kept = rows.take(pa.array([one for one, _ in pairs], pa.int64()))
    partners = rows["row"].take(pa.array([other for _, other in pairs], pa.int64()))
    return kept.set_column(kept.schema.get_field_index("partner"), "partner", partners)


def _ranked(keys: Keys, places: npt.NDArray[np.int64]) -> tuple[list[int], list[int]]:
    return keys[places].tolist(), _rank(keys[places]).tolist()
