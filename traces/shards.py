"""The rows that a plan keeps, as Parquet shards of a fixed number of rows, split by split. Same rows, same bytes.

Memory is bounded by one ledger file and one row group: whatever is read is written on and forgotten. A shard that is
there is whole, and is not written again: an export that was interrupted goes on where it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tracemill.traces.disk import TEMPORARY, sync_file, sync_folder
from tracemill.traces.formats import PARTNER

ROWS_PER_GROUP = 10_000
BYTES_PER_GROUP = 64 << 20
ROWS_AT_ONCE = 4096


class SplitWriter:
    """The shards of one split, `train-00000-of-00003.parquet`. The number of rows is known before the first."""

    def __init__(self, folder: Path, split: str, num_rows: int, rows_per_shard: int) -> None:
        self.folder, self.split, self.rows_per_shard = folder, split, rows_per_shard
        self.num_shards = -(-num_rows // rows_per_shard)
        self._shard = 0
        while self._shard < self.num_shards and self._path().exists():
            self._shard += 1
        self.rows_done = min(self._shard * rows_per_shard, num_rows)
        self._pending: list[pa.Table] = []
        self._writer: pq.ParquetWriter | None = None
        self._in_shard = 0

    def write(self, table: pa.Table) -> None:
        while table.num_rows:
            room = self.rows_per_shard - self._in_shard - sum(part.num_rows for part in self._pending)
            self._pending.append(table.slice(0, room))
            table = table.slice(room)
            pending = sum(part.num_rows for part in self._pending)
            if self._in_shard + pending == self.rows_per_shard:
                self._close_shard()
            elif pending >= ROWS_PER_GROUP or sum(part.nbytes for part in self._pending) >= BYTES_PER_GROUP:
                self._flush()

    def close(self) -> None:
        """Raises nothing for a split whose shards were all there before."""
        if self._pending or self._writer is not None:
            self._close_shard()

    def _path(self) -> Path:
        return self.folder / f"{self.split}-{self._shard:05d}-of-{self.num_shards:05d}.parquet"

    def _flush(self) -> None:
        if not self._pending:
            return
        table = pa.concat_tables(self._pending).combine_chunks()
        if self._writer is None:
            path = self._path()
            self._writer = pq.ParquetWriter(path.with_name(TEMPORARY + path.name), table.schema, compression="zstd")
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._in_shard += table.num_rows
        self._pending = []

    def _close_shard(self) -> None:
        self._flush()
        assert self._writer is not None
        self._writer.close()
        path = self._path()
        sync_file(path.with_name(TEMPORARY + path.name))
        path.with_name(TEMPORARY + path.name).rename(path)
        sync_folder(self.folder)
        self._writer = None
        self._shard, self._in_shard = self._shard + 1, 0


def not_yet_written(rows: pa.Table, done: dict[bool, int]) -> pa.Table:
    """`rows` without the first `done[test]` of each split."""
    test = rows["test"].to_numpy()
    ordinal = np.where(test, np.cumsum(test), np.cumsum(~test))
    return rows.filter(pa.array(ordinal > np.where(test, done[True], done[False])))


def kept_tables(files: Sequence[Path], rows: pa.Table, columns: Sequence[str]) -> Iterator[pa.Table]:
    """The kept rows of every file that has any, with their `file` and `test`, and their partners' columns if any."""
    numbers = rows["file"].to_numpy()
    start = 0
    while start < len(numbers):
        number = int(numbers[start])
        stop = int(numbers.searchsorted(number, side="right"))
        mine = rows.slice(start, stop - start)
        table = pq.ParquetFile(files[number], memory_map=True).read(columns=list(columns)).replace_schema_metadata()
        taken = table.take(mine["row"]).append_column("file", mine["file"]).append_column("test", mine["test"])
        if mine["partner"][0].as_py() >= 0:
            for name, column in zip(table.column_names, table.take(mine["partner"]).columns, strict=True):
                taken = taken.append_column(PARTNER + name, column)
        yield taken
        start = stop


def in_chunks(tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
    """The same rows, some thousand at a time: small files cost more than their rows."""
    waiting: list[pa.Table] = []
    for table in tables:
        waiting.append(table)
        many = sum(one.num_rows for one in waiting) >= ROWS_AT_ONCE
        if many or sum(one.nbytes for one in waiting) >= BYTES_PER_GROUP:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()
