"""A digest a row, so that a changed character in any column of a dataset is found, whether or not it changes a verdict.

It finds changes, not forgers: whoever makes a digest anew for a row that is false is found by judging the row again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pyarrow as pa

COLUMN = "digest"


def row_digests(table: pa.Table) -> list[str]:
    """16 hex digits a row, over all columns by name but the digest itself. Column order does not matter."""
    hashes = [hashlib.blake2b(digest_size=8) for _ in range(table.num_rows)]
    for name in sorted(set(table.column_names) - {COLUMN}):
        head = name.encode()
        for one, cell in zip(hashes, _cells(table[name]), strict=True):
            one.update(b"%b=%d:" % (head, len(cell)))
            one.update(cell)
    return [one.hexdigest() for one in hashes]


def with_digests(table: pa.Table) -> pa.Table:
    return table.append_column(COLUMN, pa.array(row_digests(table), pa.string()))


def _cells(column: pa.ChunkedArray) -> Iterator[bytes]:
    """A value's bytes, that of its Python text for flat columns and that of its numbers for lists of numbers."""
    for chunk in column.chunks:
        if pa.types.is_list(chunk.type) and pa.types.is_primitive(chunk.type.value_type):
            offsets = chunk.offsets.to_pylist()
            values = chunk.values.to_numpy(zero_copy_only=False)
            valid = chunk.is_valid().to_pylist()
            for start, stop, there in zip(offsets, offsets[1:], valid, strict=False):
                yield values[start:stop].tobytes() if there else b"\x00"
        elif pa.types.is_nested(chunk.type):
            yield from (json.dumps(value, ensure_ascii=False).encode() for value in chunk.to_pylist())
        else:
            yield from (b"\x00" if value is None else str(value).encode() for value in chunk.to_pylist())
