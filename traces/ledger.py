"""The ledger of a run: every scored rollout, one atomic Parquet file a step. Append-only; nothing earned is ever lost.

One writer at a time (the job locks its run folder), any number of readers, also while the run goes on.

A resumed run writes some steps again. Where the rollouts are the same, the file stays as it is. Where they differ (an
asynchronous run), the older file is kept beside the new one as `step-000012.earlier-1.parquet`, and rollouts that now
stand in another step are taken out of it, so that no rollout is in the ledger twice.

Not done here: deciding what is worth keeping (`filters`), and reading by anything but step and column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from tracemill.rollout.types import Rollout
from tracemill.traces.disk import TEMPORARY, naming_a_full_disk, write_whole
from tracemill.traces.schema import SCHEMA, leaves, schema_version, to_table
from tracemill.traces.types import TraceRecord

_NAME = re.compile(r"step-(\d{6,})(?:\.earlier-(\d+))?\.parquet")
_KEY = ["group_id", "index", "seed", "completion_ids"]

_BY_BYTE = {"logprobs.list.element": "BYTE_STREAM_SPLIT"}  # their first bytes are alike, and compress
_DISTINCT = {"seed", "completion", "verifier_seconds", *_BY_BYTE}
_REPEATING = [name for name in leaves(SCHEMA) if name not in _DISTINCT]
"""Columns with a dictionary. Looking for one among values that are all different takes as long as all the rest."""

Key = tuple[str, int, int, tuple[int, ...]]
"""What makes a rollout the same one: its group, its place in it, its seed and its tokens."""


class Ledger:
    """The Parquet files of one folder. Opening reads nothing; a folder that does not exist is an empty ledger.

    `logprobs` False writes no logprobs, which are about half of the bytes.
    """

    def __init__(self, folder: Path, *, logprobs: bool = True) -> None:
        self.folder = Path(folder)
        self._logprobs = logprobs
        self._swept = False

    def write(self, step: int, records: Sequence[TraceRecord]) -> Path:
        """One step's file, whole or not at all. Raises DiskFull, and ValueError for a record of another step."""
        if strangers := {record.step for record in records} - {step}:
            raise ValueError(f"step {step} was given records of step {min(strangers)}")
        self.folder.mkdir(parents=True, exist_ok=True)
        self._sweep()
        path = self.folder / f"step-{step:06d}.parquet"
        table = to_table(records, self._logprobs)
        keys = {_key(record.scored.rollout) for record in records}
        if not path.exists():
            _write(path, table)
        elif keys != set(_keys(read_file(path, _KEY))):
            _write(path, table, keep_as=self._earlier_name(step))
        self._take_out(keys, path, step)
        return path

    def steps(self) -> list[int]:
        """The steps that have a file, in order."""
        return sorted({step for step, _ in self._files()})

    def files(self, steps: Sequence[int] | None = None) -> list[Path]:
        """All files in reading order: by step, and the newest of a step before those it replaced."""
        wanted = None if steps is None else set(steps)
        return [path for step, path in self._files() if wanted is None or step in wanted]

    def tables(self, columns: Sequence[str] | None = None, steps: Sequence[int] | None = None) -> Iterator[pa.Table]:
        """One table a file, so that a ledger larger than memory can be read."""
        for path in self.files(steps):
            yield read_file(path, columns)

    def read(self, columns: Sequence[str] | None = None, steps: Sequence[int] | None = None) -> pa.Table:
        """Everything as one table; name the columns where the ledger is large."""
        tables = list(self.tables(columns, steps))
        return pa.concat_tables(tables) if tables else _select(SCHEMA.empty_table(), columns)

    def count(self) -> int:
        """Traces, from the files' footers alone."""
        return sum(pq.ParquetFile(path, memory_map=True).metadata.num_rows for path in self.files())

    def _files(self) -> list[tuple[int, Path]]:
        found = []
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if match := _NAME.fullmatch(path.name):
                found.append((int(match[1]), int(match[2] or 0), path))
        return [(step, path) for step, _, path in sorted(found)]

    def _earlier_name(self, step: int) -> Path:
        taken = {path.name for path in self.files([step])}
        number = 1
        while (name := f"step-{step:06d}.earlier-{number}.parquet") in taken:
            number += 1
        return self.folder / name

    def _sweep(self) -> None:
        """Removes what a killed write left. Only a writer may: a reader would take a living writer's file away."""
        if not self._swept:
            for left in self.folder.glob(f"{TEMPORARY}*"):
                left.unlink(missing_ok=True)
            self._swept = True

    def _take_out(self, keys: set[Key], written: Path, step: int) -> None:
        """Removes these rollouts from files that a resume left behind: replaced ones, and those of later steps."""
        for other_step, path in self._files():
            if path == written or (other_step <= step and ".earlier-" not in path.name):
                continue
            keep = [key not in keys for key in _keys(read_file(path, _KEY))]
            if not any(keep):
                path.unlink()
            elif not all(keep):
                _write(path, read_file(path).filter(pa.array(keep)))


def _key(rollout: Rollout) -> Key:
    return rollout.group_id, rollout.index, rollout.seed, rollout.completion_ids


def _keys(table: pa.Table) -> list[Key]:
    groups, indices, seeds, ids = (table[name].to_pylist() for name in _KEY)
    return list(zip(groups, indices, seeds, map(tuple, ids), strict=True))


def read_file(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """One file of a ledger. Raises ValueError for what is none, or of a newer schema."""
    try:
        file = pq.ParquetFile(path, memory_map=True)
        schema_version(file.schema_arrow)
        return file.read(columns=None if columns is None else list(columns))
    except (ValueError, pa.ArrowException) as error:
        raise ValueError(f"{path} cannot be read as traces: {error}") from error


def _select(table: pa.Table, columns: Sequence[str] | None) -> pa.Table:
    return table if columns is None else table.select(list(columns))


def _write(path: Path, table: pa.Table, keep_as: Path | None = None) -> None:
    buffer = pa.BufferOutputStream()
    pq.write_table(table, buffer, compression="zstd", use_dictionary=_REPEATING, column_encoding=_BY_BYTE)
    with naming_a_full_disk(path, "free some space and resume the run; all earlier steps are kept"):
        write_whole(path, buffer.getvalue(), keep_as)
