"""Problems that stand in a benchmark, kept out of training. The benchmark's texts come from the user.

Two tests: a run of `words_in_row` words, numbers and signs in common; and, for texts of any length, the same text once
looks and asking words are gone (`What is $3 \\times 4$?` and `Compute 3*4.`). A paraphrase passes both. So does a
problem with other numbers, which is meant: it is another problem.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from tracemill.problems.plain_text import core_of, words_of

COLUMNS = ("prompt", "question", "problem", "text", "instruction", "query", "question_content")
"""Where a row's text is looked for; in a row that has none of these, every text counts."""


class Benchmarks:
    """The texts that nothing may match."""

    def __init__(self, texts: Iterable[str], words_in_row: int) -> None:
        self._words_in_row = words_in_row
        self._cores: set[tuple[str, ...]] = set()
        self._runs: set[int] = set()
        self.num_texts = 0
        for text in texts:
            words = words_of(text)
            self.num_texts += 1
            self._cores.add(core_of(words))
            self._runs.update(map(hash, self._runs_in(words)))
        self._cores.discard(())

    def match(self, text: str) -> str | None:
        """What the text has in common with one of them, None where nothing."""
        words = words_of(text)
        if (core := core_of(words)) in self._cores:
            return " ".join(core)
        return next((" ".join(run) for run in self._runs_in(words) if hash(run) in self._runs), None)

    def _runs_in(self, words: Sequence[str]) -> Iterator[tuple[str, ...]]:
        for start in range(len(words) - self._words_in_row + 1):
            yield tuple(words[start : start + self._words_in_row])


def read_benchmarks(places: Sequence[str], words_in_row: int) -> Benchmarks:
    """From .jsonl files (a row a line), .txt (a text a line), .parquet, folders that `datasets` saved or can load, and
    names of datasets, `openai/gsm8k` or with a configuration `openai/gsm8k:main`. Raises ValueError."""
    return Benchmarks((text for place in places for text in texts_at(place)), words_in_row)


def texts_at(place: str) -> Iterator[str]:
    """Raises ValueError where nothing can be read, or no text is there."""
    found = False
    for row in rows_at(place):
        for text in _texts_of(row):
            found = True
            yield text
    if not found:
        raise ValueError(f"{place} holds no text; a benchmark has one of the columns {', '.join(COLUMNS)}")


def rows_at(place: str, split: str | None = None) -> Iterator[Any]:
    """The rows of a file or a dataset; of every split, unless one is named. Raises ValueError."""
    path = Path(place).expanduser()
    if path.suffix in (".jsonl", ".txt"):
        yield from _lines(path)
    else:
        yield from _dataset_rows(place, path, split)


def _lines(path: Path) -> Iterator[Any]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield _row(line, f"{path}, line {number}") if path.suffix == ".jsonl" else line.strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} cannot be read: {error}") from None


def _row(line: str, where: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise ValueError(f"{where} is no JSON: {error}") from None


def _dataset_rows(place: str, path: Path, split: str | None) -> Iterator[Any]:
    import datasets

    try:
        if path.suffix == ".parquet":
            loaded: Any = datasets.load_dataset("parquet", data_files=str(path))
        elif (path / "dataset_info.json").is_file() or (path / "dataset_dict.json").is_file():
            loaded = datasets.load_from_disk(str(path))
        else:
            name, _, configuration = place.partition(":")
            loaded = datasets.load_dataset(name, configuration or None)
    except Exception as error:  # datasets raises whatever its readers and the network raise
        reason = (str(error).strip().splitlines() or [type(error).__name__])[-1]
        raise ValueError(
            f"{place} is no .jsonl, .txt or .parquet file, and no dataset that can be read: {reason}"
        ) from None
    if not isinstance(loaded, dict):
        loaded = {split or "": loaded}
    if split is not None and split not in loaded:
        raise ValueError(f"{place} has no split {split!r}; it has {', '.join(loaded)}")
    for name, rows in loaded.items():
        if split in (None, name):
            yield from rows


def _texts_of(row: Any) -> list[str]:
    if isinstance(row, str):
        return [row]
    if not isinstance(row, dict):
        return []
    named = [row[column] for column in COLUMNS if isinstance(row.get(column), str)]
    return named or [value for value in row.values() if isinstance(value, str)]
