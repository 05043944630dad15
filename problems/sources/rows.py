"""A family of rows: a JSONL file, or a Hugging Face dataset, with a question and an answer in each row.

The family's version is a hash of all its rows, so an id names its row for as long as the rows are the same, and says
so when they are not. A row's instance, and with it its split, is a hash of the question's words alone: rows that ask
the same share it, in whatever order they come. There is no second way to compute an answer: it is taken as given.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any, get_args

from tracemill.configs.schema import SourceConfig
from tracemill.problems.decontaminate import rows_at
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.plain_text import core_of, words_of
from tracemill.problems.text import boxed
from tracemill.problems.types import LEVELS, AnswerType, MathReference

_NUMERIC: tuple[AnswerType, ...] = ("integer", "rational", "decimal")


def row_family(source: SourceConfig) -> Family:
    """Raises ValueError for a file that cannot be read, and for the first row that does not fit."""
    rows, by_level = _read(source)
    digest = hashlib.sha256(repr(rows).encode()).hexdigest()

    def sample(level: int, rng: Random) -> Params:
        places = by_level[level]
        if not places:
            raise ValueError(
                f"{source.name} has no row of level {level}; it has {sorted(filter(by_level.get, LEVELS))}"
            )
        return rows[places[rng.randrange(len(places))]]

    def solve(params: Params, rng: Random) -> str:
        return f"{params[3]}\n{boxed(params[1])}" if params[3] else boxed(params[1])

    def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
        other = next((row[1] for row in rng.sample(rows, min(20, len(rows))) if row[1] != params[1]), None)
        yield "empty", ""
        yield "echo", params[0]
        if other is not None:
            yield "another_row", boxed(other)
            yield "hedged", f"{boxed(params[1])} or {boxed(other)}"

    return Family(
        name=source.name,
        version=int(digest[:8], 16),
        kind="math",
        topic="source",
        sample=sample,
        pose=lambda params, rng: Posed(prompt=params[0], reference=_reference(params)),
        solve=solve,
        confirm=_reference,
        mistakes=mistakes,
        doc=f"{len(rows)} rows of {source.rows}. Levels 1 to 10: as the column {source.level!r} says, or all the same.",
        identity=identity,
    )


def references(source: SourceConfig) -> Iterator[tuple[str, MathReference]]:
    """(where, answer) of each row whose answer is neither a number nor text, which `_read` takes as it stands."""
    if source.rows is not None and source.type not in (*_NUMERIC, "auto", "text"):
        for number, (_, answer, kind, _) in enumerate(_read(source)[0], start=1):
            yield f"row {number} of {source.rows}", MathReference(answer=answer, type=kind)


def identity(params: Params) -> str:
    return hashlib.sha256(" ".join(core_of(words_of(params[0]))).encode()).hexdigest()[:16]


def _reference(params: Params) -> MathReference:
    return MathReference(answer=params[1], type=params[2])


def _read(source: SourceConfig) -> tuple[list[Params], dict[int, list[int]]]:
    """Rows as (question, answer, type, solution), and which of them a level may draw."""
    assert source.rows is not None
    rows: list[Params] = []
    by_level: dict[int, list[int]] = {level: [] for level in LEVELS}
    for number, row in enumerate(rows_at(source.rows, source.split), start=1):
        where = f"row {number} of {source.rows}"
        question, given = (_column(row, name, where) for name in (source.question, source.answer))
        before, mark, after = given.rpartition(source.answer_after) if source.answer_after else ("", "", given)
        if source.answer_after and not mark:
            raise ValueError(
                f"{where}: the answer has no {source.answer_after!r}, as problems.sources.answer_after asks"
            )
        answer, kind = _typed(after.strip(), source.type, where)
        levels = list(LEVELS) if source.level is None else [_level(row, source.level, where)]
        for level in levels:
            by_level[level].append(len(rows))
        rows.append((question.strip(), answer, kind, before.strip()))
    if not rows:
        raise ValueError(f"{source.rows} has no rows")
    return rows, by_level


def _column(row: Any, name: str, where: str) -> str:
    value = row.get(name) if isinstance(row, dict) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value).strip():
        has = ", ".join(row) if isinstance(row, dict) else type(row).__name__
        raise ValueError(f"{where} has no text in the column {name!r}; it has {has}")
    return str(value)


def _level(row: dict[str, Any], name: str, where: str) -> int:
    found = re.search(r"\d+", _column(row, name, where))
    if found is None or int(found.group()) not in LEVELS:
        raise ValueError(f"{where}: {row[name]!r} is no level; levels are {LEVELS[0]} to {LEVELS[-1]}")
    return int(found.group())


def _typed(text: str, asked: str, where: str) -> tuple[str, AnswerType]:
    """The answer and its type; "auto" takes numbers for numbers, and all else for text."""
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", text).strip("$ ").removesuffix(".")
    pattern: dict[str, str] = {"integer": r"-?\d+", "rational": r"-?\d+/[1-9]\d*", "decimal": r"-?\d+\.\d+"}
    for kind in _NUMERIC:
        if asked in ("auto", kind) and re.fullmatch(pattern[kind], plain):
            return (str(Fraction(plain)) if kind == "rational" else plain), kind
    if asked == "auto":
        return text, "text"
    if asked == "rational" and re.fullmatch(pattern["integer"], plain):
        return plain, "rational"
    if asked in _NUMERIC:
        raise ValueError(f'{where}: the answer {text[:40]!r} is no {asked}; problems.sources.type may be "auto"')
    if asked not in get_args(AnswerType):
        raise ValueError(f"problems.sources.type is {asked!r}; known: auto, {', '.join(get_args(AnswerType))}")
    return text, asked  # type: ignore[return-value]
