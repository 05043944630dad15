"""The rows that a plan keeps, as Parquet shards of a fixed number of rows, split by split. Same rows, same bytes.

Memory is bounded by one ledger file and one row group: whatever is read is written on and forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

ROWS_PER_GROUP = 10_000
BYTES_PER_GROUP = 64 << 20


class SplitWriter:
    """The shards of one split, `data/train-00000-of-00003.parquet`. The number of rows is known before the first."""

    def __init__(self, folder: Path, split: str, num_rows: int, rows_per_shard: int) -> None:
        self.folder, self.split, self.rows_per_shard = folder, split, rows_per_shard
        self.num_shards = -(-num_rows // rows_per_shard)
        self._pending: list[pa.Table] = []
        self._writer: pq.ParquetWriter | None = None
        self._shard = self._in_shard = 0

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
        if self._pending or self._writer is not None:
            self._close_shard()

    def _flush(self) -> None:
        if not self._pending:
            return
        table = pa.concat_tables(self._pending).combine_chunks()
        if self._writer is None:
            name = f"{self.split}-{self._shard:05d}-of-{self.num_shards:05d}.parquet"
            self._writer = pq.ParquetWriter(self.folder / name, table.schema, compression="zstd")
        self._writer.write_table(table, row_group_size=table.num_rows)
        self._in_shard += table.num_rows
        self._pending = []

    def _close_shard(self) -> None:
        self._flush()
        assert self._writer is not None
        self._writer.close()
        self._writer = None
        self._shard, self._in_shard = self._shard + 1, 0


def kept_tables(files: Sequence[Path], rows: pa.Table, columns: Sequence[str]) -> Iterator[tuple[int, pa.Table]]:
    """(number of the file, its kept rows with their `test` flag), for every file with any."""
    numbers = rows["file"].to_numpy()
    start = 0
    while start < len(numbers):
        number = int(numbers[start])
        stop = int(numbers.searchsorted(number, side="right"))
        table = pq.ParquetFile(files[number], memory_map=True).read(columns=list(columns))
        taken = table.take(rows["row"].slice(start, stop - start))
        yield number, taken.append_column("test", rows["test"].slice(start, stop - start))
        start = stop


def by_split(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    test = table["test"]
    rest = table.drop_columns(["test"])
    yield "train", rest.filter(pc.invert(test))
    yield "test", rest.filter(test)
