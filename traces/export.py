"""From the ledgers of runs to a dataset that `datasets.load_dataset(DIR)` reads, offline.

The folder is built beside its place and renamed when it is whole. Interrupted, the next export of the same ledgers and
config goes on with what was built. The same ledgers and the same config give the same bytes. Held-out problems never
leave.

A run may go on meanwhile: the files that were there at the beginning are exported, and one that is written again ends
the export.

Not done here: judging anything again (`proof`), and sending the folder anywhere (`push`).
"""

from __future__ import annotations

import fcntl
import json
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tracemill.configs.schema import ExportConfig
from tracemill.traces.card import write_card
from tracemill.traces.digests import with_digests
from tracemill.traces.disk import naming_a_full_disk
from tracemill.traces.filters import Plan, Stage, plan
from tracemill.traces.formats import FORMATS, settled
from tracemill.traces.manifest import EXPORT_VERSION, MANIFEST, read_manifest
from tracemill.traces.shards import SplitWriter, in_chunks, kept_tables, not_yet_written
from tracemill.traces.sources import Source, as_shown, check_unchanged, fingerprint, source_of, write_kept

_LOCK, _STATE = "lock", "inputs"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportSummary:
    """What was written. `splits` maps a split to its rows; `num_tokens` counts completion tokens of all; `repeats` of
    the rows say what another says, word for word; `absent` are families of quotas of which there is no trace."""

    out: Path
    rows: int
    splits: dict[str, int]
    num_tokens: int
    total: int
    funnel: tuple[Stage, ...]
    repeats: int
    absent: tuple[str, ...]


def export(runs: Sequence[Path], out: Path, config: ExportConfig) -> ExportSummary:
    """Raises ValueError for a run without traces or one named twice, an `out` that is not ours to replace, when no
    row is left, and when traces were written again meanwhile."""
    out, config = Path(out).absolute(), settled(config)
    sources = [source_of(Path(run)) for run in runs]
    if not sources:
        raise ValueError("no run to export from; name at least one run's folder")
    _check_distinct(runs)
    _check_replaceable(out)
    building = out.with_name(f".{out.name}.building")
    with naming_a_full_disk(out, "free some space and export again; it goes on where it was"), _held(building):
        _begin_or_go_on(building, fingerprint(sources, f"{EXPORT_VERSION} {config.model_dump_json()}"))
        with _unchanged(sources):
            chosen = plan([path for source in sources for path in source.files], config)
            splits = _split_sizes(chosen)
            _write_shards(building / "data", sources, chosen, splits, config)
            write_kept(building, sources)
            _describe(building, out.name, sources, chosen, splits, config)
        _publish(building, out)
    return ExportSummary(
        out=out,
        rows=chosen.rows.num_rows,
        splits=splits,
        num_tokens=pc.sum(chosen.rows["num_tokens"]).as_py(),
        total=chosen.total,
        funnel=chosen.funnel,
        repeats=chosen.repeats,
        absent=chosen.absent,
    )


def _check_distinct(runs: Sequence[Path]) -> None:
    named: set[Path] = set()
    for run in runs:
        if (folder := Path(run).resolve()) in named:
            raise ValueError(f"{run} is named twice; name each run once")
        named.add(folder)


def _check_replaceable(out: Path) -> None:
    if not out.exists() and not out.is_symlink():
        return
    if not out.is_dir() or out.is_symlink() or (read_manifest(out) is None and any(out.iterdir())):
        raise ValueError(f"{out} exists and is no export of tracemill's; choose another --out, or remove it")


@contextmanager
def _held(building: Path) -> Iterator[None]:
    """Only one export at a time builds a folder. Raises ValueError where another does, and where there can be none."""
    try:
        building.mkdir(parents=True, exist_ok=True)
    except (FileNotFoundError, NotADirectoryError, PermissionError) as error:
        raise ValueError(
            f"no folder can be made in {building.parent} ({error.strerror}); choose another --out"
        ) from None
    with (building / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise ValueError(f"another export is writing {building}; wait for it, or choose another --out") from None
        yield


@contextmanager
def _unchanged(sources: Sequence[Source]) -> Iterator[None]:
    """Says so where a file changed, also where that ended the export: a row or a file was no longer there."""
    try:
        yield
    except Exception:
        check_unchanged(sources)
        raise
    check_unchanged(sources)


def _begin_or_go_on(building: Path, inputs: str) -> None:
    """Keeps the shards of an interrupted export of the same inputs; throws away those of any other."""
    state = building / _STATE
    if not state.is_file() or state.read_text() != inputs:
        for left in building.iterdir():
            if left.is_dir():
                shutil.rmtree(left)
            elif left.name != _LOCK:
                left.unlink()
        state.write_text(inputs)
    (building / "data").mkdir(exist_ok=True)
    for left in (building / "data").glob(".*"):
        left.unlink()


def _split_sizes(chosen: Plan) -> dict[str, int]:
    if not chosen.rows.num_rows:
        lost = ", ".join(f"{stage.dropped} by {stage.name}" for stage in chosen.funnel if stage.dropped)
        raise ValueError(f"none of {chosen.total} traces is left to export ({lost or 'the ledgers are empty'})")
    num_test = pc.sum(chosen.rows["test"]).as_py() or 0
    sizes = {"train": chosen.rows.num_rows - num_test, "test": num_test}
    return {split: size for split, size in sizes.items() if size}


def _write_shards(
    folder: Path, sources: Sequence[Source], chosen: Plan, splits: dict[str, int], config: ExportConfig
) -> None:
    form = FORMATS[config.format]
    writers = {split: SplitWriter(folder, split, size, config.rows_per_shard) for split, size in splits.items()}
    done = {split == "test": writer.rows_done for split, writer in writers.items()}
    rows = not_yet_written(chosen.rows, {True: 0, False: 0} | done)
    files = [path for source in sources for path in source.files]
    templates = [source.template for source in sources for _ in source.files]
    rates = chosen.rates.of_instances()
    shown = (_shown(table, templates) for table in kept_tables(files, rows, form.columns))
    for table in in_chunks(shown):
        made = with_digests(form.rows(_with_rates(table, rates)))
        test = table["test"]
        for split, mask in (("train", pc.invert(test)), ("test", test)):
            if split in writers:
                writers[split].write(made.filter(mask))
    for writer in writers.values():
        writer.close()


def _shown(table: pa.Table, templates: Sequence[str]) -> pa.Table:
    place = table.schema.get_field_index("prompt")
    prompts = as_shown(table["prompt"], templates[table["file"][0].as_py()])
    return table.set_column(place, pa.field("prompt", pa.string(), nullable=False), prompts)


def _with_rates(table: pa.Table, rates: pa.Table) -> pa.Table:
    places = pc.index_in(table["instance"], value_set=rates["instance"])
    table = table.append_column("pass_rate", rates["pass_rate"].take(places))
    return table.append_column("num_rollouts", rates["rollouts"].take(places))


def _describe(
    building: Path,
    name: str,
    sources: Sequence[Source],
    chosen: Plan,
    splits: dict[str, int],
    config: ExportConfig,
) -> None:
    manifest = {
        "tracemill_export": EXPORT_VERSION,
        "config": config.model_dump(mode="json"),
        "templates": sorted({source.template for source in sources}),
        "families": _distinct([family for source in sources for family in source.families]),
        "total": chosen.total,
        "funnel": [asdict(stage) for stage in chosen.funnel],
        "splits": splits,
    }
    (building / MANIFEST).write_text(json.dumps(manifest, indent=2) + "\n", encoding="utf-8")
    write_card(building, name, chosen, splits, config)


def _distinct(families: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return [json.loads(text) for text in sorted({json.dumps(family, sort_keys=True) for family in families})]


def _publish(building: Path, out: Path) -> None:
    """The finished folder takes its place; an older export of ours goes only once the new one is whole."""
    old = out.with_name(f".{out.name}.replaced")
    shutil.rmtree(old, ignore_errors=True)
    for name in (_LOCK, _STATE):
        (building / name).unlink()
    if out.exists():
        out.rename(old)
    building.rename(out)
    shutil.rmtree(old, ignore_errors=True)
