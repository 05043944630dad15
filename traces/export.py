"""From the ledgers of runs to a dataset that `datasets.load_dataset(DIR)` reads, offline.

The folder is built beside its place and renamed when it is whole. The same ledgers and the same config give the same
bytes. Held-out problems never leave.

Not done here: judging anything again (`proof`), and sending the folder anywhere.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import pyarrow.compute as pc

from tracemill.configs.schema import ExportConfig
from tracemill.traces.card import card
from tracemill.traces.filters import Plan, Stage, plan
from tracemill.traces.formats import SFT_COLUMNS, sft_rows
from tracemill.traces.ledger import Ledger
from tracemill.traces.shards import SplitWriter, by_split, kept_tables

MANIFEST = "tracemill.json"
EXPORT_VERSION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """What was written. `splits` maps a split to its rows; `num_tokens` counts completion tokens of all."""

    out: Path
    rows: int
    splits: dict[str, int]
    num_tokens: int
    total: int
    funnel: tuple[Stage, ...]


def export(runs: Sequence[Path], out: Path, config: ExportConfig) -> ExportSummary:
    """Raises ValueError for a run without traces, an `out` that is not ours to replace, and when no row is left."""
    out = Path(out)
    ledgers = [_ledger(Path(run)) for run in runs]
    _check_replaceable(out)
    chosen = plan(ledgers, config)
    if not chosen.rows.num_rows:
        lost = ", ".join(f"{stage.dropped} by {stage.name}" for stage in chosen.funnel if stage.dropped)
        raise ValueError(f"none of {chosen.total} traces is left to export ({lost or 'the ledgers are empty'})")
    splits = _split_sizes(chosen)
    building = out.with_name(f".{out.name}.building")
    shutil.rmtree(building, ignore_errors=True)
    (building / "data").mkdir(parents=True)
    _write_shards(building / "data", ledgers, chosen, splits, config)
    manifest = {
        "tracemill_export": EXPORT_VERSION,
        "config": config.model_dump(mode="json"),
        "total": chosen.total,
        "funnel": [asdict(stage) for stage in chosen.funnel],
        "splits": splits,
    }
    (building / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    (building / "README.md").write_text(card(out.name, chosen, splits, config), encoding="utf-8")
    _publish(building, out)
    return ExportSummary(
        out=out,
        rows=chosen.rows.num_rows,
        splits=splits,
        num_tokens=pc.sum(chosen.rows["num_tokens"]).as_py(),
        total=chosen.total,
        funnel=chosen.funnel,
    )


def _ledger(run: Path) -> Ledger:
    ledger = Ledger(run / "traces")
    if not ledger.steps():
        raise ValueError(f"{run} holds no traces; give a run's folder, one with traces/step-*.parquet in it")
    return ledger


def _check_replaceable(out: Path) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir() or (not (out / MANIFEST).is_file() and any(out.iterdir())):
        raise ValueError(f"{out} exists and is no export of tracemill's; choose another --out, or remove it")


def _split_sizes(chosen: Plan) -> dict[str, int]:
    num_test = pc.sum(chosen.rows["test"]).as_py() or 0
    sizes = {"train": chosen.rows.num_rows - num_test, "test": num_test}
    return {split: size for split, size in sizes.items() if size}


def _write_shards(
    folder: Path, ledgers: Sequence[Ledger], chosen: Plan, splits: dict[str, int], config: ExportConfig
) -> None:
    files = [path for ledger in ledgers for path in ledger.files()]
    writers = {split: SplitWriter(folder, split, size, config.rows_per_shard) for split, size in splits.items()}
    for _, table in kept_tables(files, chosen.rows, SFT_COLUMNS):
        for split, rows in by_split(table):
            if rows.num_rows:
                writers[split].write(sft_rows(rows))
    for writer in writers.values():
        writer.close()


def _publish(building: Path, out: Path) -> None:
    """The finished folder takes its place; an older export of ours goes only once the new one is whole."""
    old = out.with_name(f".{out.name}.replaced")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    building.rename(out)
    shutil.rmtree(old, ignore_errors=True)
