"""The numbers of a run's page, from its metrics, its summary and the narrow columns of its ledger. Plain lists."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from math import sqrt
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from tracemill.traces.json_files import as_object, read_object
from tracemill.traces.ledger import Ledger
from tracemill.traces.manifest import MANIFEST, read_manifest
from tracemill.traces.sources import config_of

NARROW = ["step", "group_id", "family", "level", "verdict", "num_tokens", "finish_reason", "reward", "hack_flags"]
MAX_COLUMNS = 24  # of a heat map; more steps share one
_PARTS = ("reward_parts", "seconds")
_Z = 1.959964  # of the normal distribution at 97.5 %

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """`narrow` holds the columns NARROW of the whole ledger."""

    name: str
    folder: Path
    metrics: list[dict[str, Any]]
    summary: dict[str, Any] | None
    config: dict[str, Any]
    narrow: pa.Table


def read_run(folder: Path) -> Run:
    """Whatever is missing is empty. Raises ValueError where `folder` is no folder, and for what is damaged in it."""
    if not folder.is_dir():
        raise ValueError(f"{folder} is no run's folder")
    return Run(
        name=folder.resolve().name,
        folder=folder,
        metrics=_metrics(folder / "metrics.jsonl"),
        summary=read_object(summary) if (summary := folder / "summary.json").is_file() else None,
        config=config_of(folder),
        narrow=Ledger(folder / "traces").read(NARROW),
    )


def run_data(run: Run, exports: Sequence[Path]) -> dict[str, Any]:
    """What the page's script takes for one run; see traces/page/page.js."""
    return {
        "name": run.name,
        "live": run.summary is None,
        "planned_steps": run.config.get("run", {}).get("steps"),
        "algorithm": run.config.get("learner", {}).get("algorithm"),
        "policy": run.config.get("policy", {}).get("path"),
        "summary": run.summary,
        "metrics": _columns(run.metrics),
        "curriculum": _curriculum(run.metrics),
        "ledger": _ledger(run.narrow),
        "exports": [_export(path) for path in [*_found(run.folder), *exports]],
    }


# --- metrics ----------------------------------------------------------------------------------------------------------


def _metrics(path: Path) -> list[dict[str, Any]]:
    """One dict a step; a half line at the end (the run may be writing) is left out."""
    lines = path.read_bytes().split(b"\n") if path.is_file() else []
    steps = [as_object(line, f"{path}, line {number},") for number, line in enumerate(lines[:-1], 1) if line]
    if any(not isinstance(step.get("step"), int) for step in steps):
        raise ValueError(f"{path} is damaged: a line does not say which step it is of")
    return steps


def _columns(metrics: Sequence[dict[str, Any]]) -> dict[str, list[Any]]:
    """One list a metric, nested ones by their path (`seconds/learn`), null where a step has none."""
    rows = [_flat(line) for line in metrics]
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [_rounded(row.get(name)) for row in rows] for name in names}


def _flat(line: dict[str, Any], prefix: str = "") -> dict[str, float]:
    """Of nested ones only those of which there are a few: a value for every family and level would be megabytes."""
    found: dict[str, float] = {}
    for name, value in line.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}/") if name in _PARTS else {}
        elif isinstance(value, list) and len(value) == 2 and name.endswith("interval"):
            found |= {f"{prefix}{name}/low": value[0], f"{prefix}{name}/high": value[1]}
        elif isinstance(value, int | float):
            found[prefix + name] = value
    return found


def _curriculum(metrics: Sequence[dict[str, Any]]) -> dict[str, Any] | None:
    """By family and level: the share of the problems that was planned, and the pass rate that was believed in, the mean
    of every run of steps that shares a column, with 1 beside it to count by. None where the shares never change."""
    lines = [line for line in metrics if isinstance(line.get("curriculum"), dict)]
    if not any(line["curriculum"] != lines[0]["curriculum"] for line in lines):
        return None
    width = -(-len(lines) // MAX_COLUMNS)
    parts = [lines[start : start + width] for start in range(0, len(lines), width)]
    return {
        "spans": [[part[0]["step"], part[-1]["step"]] for part in parts],
        "planned": _means(parts, "curriculum"),
        "believed": _means(parts, "curriculum_pass_rate"),
    }


def _means(parts: Sequence[Sequence[dict[str, Any]]], key: str) -> list[dict[str, Any]]:
    cells = {cell for part in parts for line in part for cell in line.get(key, {})}
    places = sorted((name.partition(":")[0], int(name.partition(":")[2])) for name in cells)
    rows = []
    for family, level in places:
        found = [[line.get(key, {}).get(f"{family}:{level}") for line in part] for part in parts]
        known = [[value for value in values if value is not None] for values in found]
        means = [[_rounded(fmean(values)), 1] if values else None for values in known]
        rows.append({"family": family, "level": level, "cells": means})
    return rows


def _rounded(value: float | None) -> float | None:
    return None if value is None or not np.isfinite(value) else float(f"{value:.6g}")


# --- the ledger -------------------------------------------------------------------------------------------------------


def _ledger(traces: pa.Table) -> dict[str, Any]:
    """Counts by step, and by family and level over time. Rates leave verifier errors out."""
    if not traces.num_rows:
        return {"traces": 0}
    steps = traces["step"].to_numpy()
    distinct, place = np.unique(steps, return_inverse=True)
    verdicts = traces["verdict"].to_numpy(zero_copy_only=False)
    return {
        "traces": traces.num_rows,
        "correct": int((verdicts == "correct").sum()),
        "steps": distinct.tolist(),
        "pass_rate": _pass_rates(traces, place, len(distinct)),
        "statuses": _counts(traces["verdict"], place, len(distinct)),
        "flags": _flags(traces, place, len(distinct)),
        "tokens": _tokens(traces, place, len(distinct)),
        "heat": _heat(traces, distinct, place),
    }


def _pass_rates(traces: pa.Table, place: Ints, num_steps: int) -> dict[str, list[float | None]]:
    """The share judged right by step, with a 95 % interval over groups: members of one group are not independent."""
    groups = pa.table({"place": place, "group": traces["group_id"]} | _judged(traces))
    summed = groups.group_by(["place", "group"]).aggregate([("judged", "sum"), ("right", "sum")])
    summed = summed.filter(pc.greater(summed["judged_sum"], 0))
    at = summed["place"].to_numpy()
    right, judged = (summed[f"{name}_sum"].to_numpy().astype(float) for name in ("right", "judged"))
    by_step = [_sum(values, at, num_steps) for values in (right, judged, np.ones_like(right))]
    found: dict[str, list[float | None]] = {"rate": [], "low": [], "high": []}
    with np.errstate(invalid="ignore", divide="ignore"):
        rates = by_step[0] / by_step[1]
        spread = _sum((right - rates[at] * judged) ** 2, at, num_steps)
        num = by_step[2]
        error = np.sqrt(spread * num / np.maximum(num - 1, 1)) / by_step[1]
    for rate, half, count in zip(rates, _Z * error, num, strict=True):
        known = bool(np.isfinite(rate))
        found["rate"].append(_rounded(rate) if known else None)
        found["low"].append(_rounded(max(0.0, rate - half)) if known and count > 1 else None)
        found["high"].append(_rounded(min(1.0, rate + half)) if known and count > 1 else None)
    return found


def _judged(traces: pa.Table) -> dict[str, pa.ChunkedArray]:
    right = pc.equal(traces["verdict"], "correct").cast(pa.int64())
    return {"judged": pc.not_equal(traces["verdict"], "verifier_error").cast(pa.int64()), "right": right}


def _sum(values: Floats, place: Ints, num_steps: int) -> Floats:
    return np.asarray(np.bincount(place, weights=values, minlength=num_steps), dtype=np.float64)


def _counts(column: pa.ChunkedArray, place: Ints, num_steps: int) -> dict[str, list[int]]:
    """How often each value occurs at each step, the most frequent value first."""
    values = column.to_numpy(zero_copy_only=False)
    names = sorted(set(values), key=lambda name: (-int((values == name).sum()), name))
    return {name: np.bincount(place[values == name], minlength=num_steps).tolist() for name in names}


def _flags(traces: pa.Table, place: Ints, num_steps: int) -> dict[str, list[int]]:
    flags = traces["hack_flags"].combine_chunks()
    parents = np.asarray(pc.list_parent_indices(flags))
    return _counts(pa.chunked_array([flags.flatten()]), place[parents], num_steps) if len(parents) else {}


def _tokens(traces: pa.Table, place: Ints, num_steps: int) -> dict[str, list[float | None]]:
    """Completion lengths by step, and the share that was cut."""
    table = pa.table({"place": place, "tokens": traces["num_tokens"]})
    order = np.lexsort((table["tokens"].to_numpy(), place))
    tokens, at = table["tokens"].to_numpy()[order], place[order]
    starts = np.searchsorted(at, np.arange(num_steps), side="left")
    ends = np.searchsorted(at, np.arange(num_steps), side="right")
    found: dict[str, list[float | None]] = {}
    for name, share in (("10 %", 0.1), ("median", 0.5), ("90 %", 0.9)):
        found[name] = tokens[starts + np.floor((ends - starts - 1) * share).astype(int)].tolist()
    cut = pc.equal(traces["finish_reason"], "length").to_numpy(zero_copy_only=False)
    found["cut"] = [_rounded(value) for value in _sum(cut.astype(float), place, num_steps) / (ends - starts)]
    return found


def _heat(traces: pa.Table, distinct: Ints, place: Ints) -> dict[str, Any]:
    """By family and level: [judged, right, problems] for every run of steps that shares a column."""
    width = -(-len(distinct) // MAX_COLUMNS)
    column = place // width
    table = pa.table(
        {"family": traces["family"], "level": traces["level"], "column": column, "group": traces["group_id"]}
        | _judged(traces)
    )
    keys = ["family", "level", "column"]
    sums = [("judged", "sum"), ("right", "sum"), ("group", "count_distinct")]
    rows: dict[tuple[str, int], list[list[int] | None]] = {}
    num_columns = int(column.max()) + 1
    for row in table.group_by(keys).aggregate(sums).to_pylist():
        cells = rows.setdefault((row["family"], row["level"]), [None] * num_columns)
        cells[row["column"]] = [row["judged_sum"], row["right_sum"], row["group_count_distinct"]]
    spans = [
        [int(distinct[i]), int(distinct[min(i + width, len(distinct)) - 1])] for i in range(0, len(distinct), width)
    ]
    return {
        "spans": spans,
        "rows": [{"family": f, "level": v, "cells": cells} for (f, v), cells in sorted(rows.items())],
    }


# --- exports ----------------------------------------------------------------------------------------------------------


def _found(folder: Path) -> list[Path]:
    """Exports that lie in the run's own folder."""
    return sorted(path.parent for path in folder.glob(f"*/{MANIFEST}"))


def _export(path: Path) -> dict[str, Any]:
    manifest = read_manifest(path)
    if manifest is None:
        raise ValueError(f"{path} is no export of tracemill's")
    return {
        "name": path.resolve().name,
        "format": manifest.config.format,
        "total": manifest.total,
        "funnel": [asdict(stage) for stage in manifest.funnel],
        "splits": manifest.splits,
    }


def wilson(correct: float, total: int) -> tuple[float, float]:
    """The 95 % interval of a rate, Wilson (1927). `correct` may be a sum of values between 0 and 1."""
    if not total:
        return 0.0, 1.0
    rate, z2 = correct / total, _Z * _Z
    middle = (rate + z2 / (2 * total)) / (1 + z2 / total)
    half = _Z / (1 + z2 / total) * sqrt(rate * (1 - rate) / total + z2 / (4 * total * total))
    return max(0.0, middle - half), min(1.0, middle + half)
