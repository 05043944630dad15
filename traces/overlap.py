"""Decontamination: prompts that share a run of words with texts that nothing may overlap with (a benchmark's, say)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

_WORD = re.compile(r"\w+")
KEYS = ("prompt", "question", "problem", "text", "content")
"""Where a .jsonl's or a .parquet's text is looked for, in this order."""

Grams = frozenset[tuple[str, ...]]


def grams_of(files: Sequence[str], num_words: int) -> Grams:
    """Every run of `num_words` words of every text; a shorter text counts as a whole. Raises ValueError."""
    found: set[tuple[str, ...]] = set()
    for name in files:
        for text in _texts(Path(name)):
            words = _words(text)
            if words:
                found.update(_runs(words, min(num_words, len(words))))
    return frozenset(found)


def overlaps(text: str, grams: Grams, lengths: Iterable[int]) -> bool:
    """`lengths` are those that occur in `grams`."""
    words = _words(text)
    return any(run in grams for length in lengths if length <= len(words) for run in _runs(words, length))


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    return (tuple(words[start : start + length]) for start in range(len(words) - length + 1))


def _texts(path: Path) -> Iterator[str]:
    if not path.is_file():
        raise ValueError(f"export.decontaminate names {path}, which is no file")
    if path.suffix == ".txt":
        yield from _lines(path)
    elif path.suffix == ".jsonl":
        for number, line in enumerate(_lines(path), 1):
            try:
                row = json.loads(line)
            except ValueError:
                raise ValueError(f"{path}, line {number}: no JSON") from None
            yield _text_of(row, f"{path}, line {number}")
    elif path.suffix == ".parquet":
        try:
            file = pq.ParquetFile(path)
            for batch in file.iter_batches(columns=[name for name in KEYS if name in file.schema_arrow.names]):
                for row in batch.to_pylist():
                    yield _text_of(row, str(path))
        except pa.ArrowException as error:
            raise ValueError(f"{path} cannot be read: {str(error).splitlines()[0]}") from None
    else:
        raise ValueError(f"export.decontaminate names {path}; it reads .txt, .jsonl and .parquet")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        raise ValueError(f"export.decontaminate names {path}, which is no text in UTF-8") from None


def _text_of(row: object, where: str) -> str:
    for key in KEYS:
        if isinstance(row, dict) and isinstance(row.get(key), str):
            return str(row[key])
    raise ValueError(f"{where}: none of {', '.join(KEYS)} holds a text")
