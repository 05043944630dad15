"""Proof: every row of a dataset checked again, from nothing but the row and the id of its problem.

    digest      the row's columns are those that were written (a changed character anywhere)
    problem     the problem can be built from its id
    columns     family, level, kind, instance and reference are the built problem's
    held_out    the problem is one that no dataset may hold
    prompt      the user's message is the built problem's
    verdict     the answer, judged again, gets the verdict that the row claims, and the format may hold such a row
    second      a second, independent judge agrees, where there is one for the kind of answer
    rows        the splits hold as many rows as the manifest says

Not done here: building and judging. Both come in as functions, so that this room knows no family and no verifier.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from tracemill.problems.types import Problem, Reference, reference_from_json
from tracemill.traces.digests import COLUMN, row_digests
from tracemill.traces.manifest import MANIFEST, read_manifest
from tracemill.traces.sources import PLAIN
from tracemill.verifiers.types import Verdict

Build = Callable[[str], Problem]
"""The problem of an id; raises ValueError where there is none."""

Judge = Callable[[Sequence[tuple[Reference, str]]], Sequence[Verdict]]
"""One verdict a (reference, completion), in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A second judge's: `right` is None where it has none, and `says` why it came to it."""

    judge: str
    right: bool | None
    says: str


Mask = npt.NDArray[np.bool_]
SecondJudge = Callable[[Sequence[tuple[Reference, str]]], Sequence[Opinion]]
"""One opinion a (reference, completion), in order."""

CHECKS = ("digest", "problem", "columns", "held_out", "prompt", "verdict", "second", "rows")
ROWS_AT_ONCE = 1024
MAX_DIFFERENCES = 10_000  # that are kept; all are counted


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`row` counts from 0 within the split."""

    split: str
    row: int
    problem_id: str
    check: str
    claimed: str
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`rows` are those that were checked, `failed` counts the differences of every check. `agreed` and `disagreed`
    count the answers on which a second judge had a say, by judge; `no_opinion` those on which it had none, by reason.
    """

    rows: int
    answers: int
    failed: dict[str, int]
    differences: tuple[Difference, ...]
    agreed: dict[str, int]
    disagreed: dict[str, int]
    no_opinion: dict[str, int]

    @property
    def asked_second(self) -> int:
        return sum(self.agreed.values()) + sum(self.disagreed.values())

    @property
    def holds(self) -> bool:
        """Whether nothing differs but, at most, a second judge's opinion."""
        return not any(count for check, count in self.failed.items() if check != "second")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """One completion of a row, and the status that the row claims for it."""

    place: tuple[str, int]
    problem: Problem
    text: str
    claimed: str
    asks_second: bool


def verify(
    dataset: Path,
    build: Build,
    judge: Judge,
    second: SecondJudge | None = None,
    *,
    sample: int | None = None,
    second_sample: int | None = None,
) -> Proof:
    """`sample` checks so many rows, drawn evenly and the same ones every time; how many rows there are is held against
    the manifest all the same. The second judge is asked about `second_sample` of the rows at most, None all of those
    that are checked. Raises ValueError where `dataset` holds no Parquet files of ours, or broken ones."""
    folder = Path(dataset)
    manifest = read_manifest(folder)
    if manifest is None:
        raise ValueError(f"{folder} is no export of tracemill's; it has no {MANIFEST}")
    check = _Check(build, judge, second, manifest.templates, manifest.config.verdicts)
    try:
        drawn = _draw(folder / "data", sample)
        asked = _draw(folder / "data", second_sample, drawn)
        done = 0
        for split, table in _tables(folder / "data"):
            check.table(split, table, *(mask[done : done + table.num_rows] for mask in (drawn, asked)))
            done += table.num_rows
    except pa.ArrowException as error:
        raise ValueError(f"{folder / 'data'} cannot be read: {str(error).splitlines()[0]}") from error
    check.sizes(manifest.splits)
    return check.proof()


def _paths(folder: Path) -> list[Path]:
    paths = sorted(folder.glob("*.parquet"))
    if not paths:
        raise ValueError(f"{folder} holds no Parquet files")
    return paths


def _draw(folder: Path, sample: int | None, of: Mask | None = None) -> Mask:
    """Which of all rows are drawn, or of those that `of` holds."""
    rows = sum(pq.ParquetFile(path).metadata.num_rows for path in _paths(folder))
    there = np.arange(rows) if of is None else np.flatnonzero(of)
    drawn = np.zeros(rows, dtype=np.bool_)
    drawn[there if sample is None else Random(0).sample(there.tolist(), min(sample, len(there)))] = True
    return drawn


def _tables(folder: Path) -> Iterator[tuple[str, pa.Table]]:
    for path in _paths(folder):
        file = pq.ParquetFile(path)
        for batch in file.iter_batches(batch_size=ROWS_AT_ONCE):
            yield path.name.partition("-")[0], pa.Table.from_batches([batch])


class _Check:
    """Counts as it goes. A class, because the counts and the built problems outlive a batch."""

    def __init__(
        self,
        build: Build,
        judge: Judge,
        second: SecondJudge | None,
        templates: tuple[str, ...],
        verdicts: tuple[str, ...],
    ) -> None:
        self._build, self._judge, self._second = build, judge, second
        self._templates, self._verdicts = templates, verdicts
        self._rows, self._checked, self._answers = Counter[str](), 0, 0
        self._failed: Counter[str] = Counter()
        self._agreed, self._disagreed, self._no_opinion = Counter[str](), Counter[str](), Counter[str]()
        self._differences: list[Difference] = []

    def table(self, split: str, table: pa.Table, drawn: Mask, asked: Mask) -> None:
        """The next rows of a split: which of them are checked, and on which the second judge is asked too."""
        places = np.flatnonzero(drawn)
        first = self._rows[split]
        self._rows[split] += table.num_rows
        self._checked += len(places)
        table = table.take(places)
        digests = row_digests(table)
        answers = []
        for at, row, digest in zip(places.tolist(), table.to_pylist(), digests, strict=True):
            place = (split, first + at)
            if row.get(COLUMN) != digest:
                self._differs(place, row, "digest", row.get(COLUMN), digest)
            try:
                problem = self._problem(place, row)
                completions = _completions(row, self._verdicts) if problem is not None else []
            except (KeyError, TypeError, IndexError, AttributeError) as error:  # a column or a text is missing
                self._differs(place, row, "columns", "a row of its format", f"{type(error).__name__}: {error}")
                continue
            for text, claimed, allowed in completions:
                assert problem is not None
                answers.append(
                    _Answer(place=place, problem=problem, text=text, claimed=claimed, asks_second=bool(asked[at]))
                )
                if claimed not in allowed:
                    self._differs(place, row, "verdict", claimed, f"a place for {' or '.join(allowed)}")
        self._judge_again(answers)

    def sizes(self, splits: dict[str, int]) -> None:
        for split in sorted({*splits, *self._rows}):
            if splits.get(split, 0) != self._rows[split]:
                row = {"problem_id": ""}
                self._differs((split, 0), row, "rows", splits.get(split, 0), self._rows[split])

    def proof(self) -> Proof:
        return Proof(
            rows=self._checked,
            answers=self._answers,
            failed={check: self._failed[check] for check in CHECKS},
            differences=tuple(self._differences),
            agreed=dict(sorted(self._agreed.items())),
            disagreed=dict(sorted(self._disagreed.items())),
            no_opinion=dict(self._no_opinion.most_common()),
        )

    def _problem(self, place: tuple[str, int], row: dict[str, Any]) -> Problem | None:
        """The problem, built again and compared with what the row says of it."""
        try:
            problem = self._build(row["problem_id"])
        except ValueError as error:
            self._differs(place, row, "problem", row["problem_id"], str(error))
            return None
        if problem.split != "train":
            self._differs(place, row, "held_out", "train", problem.split)
        for name in ("family", "level", "kind", "instance"):
            if row[name] != getattr(problem, name):
                self._differs(place, row, "columns", f"{name} {row[name]}", f"{name} {getattr(problem, name)}")
        if _reference(row) != problem.reference:
            self._differs(place, row, "columns", row["reference"], str(problem.reference))
        shown = {template.replace(PLAIN, problem.prompt) for template in self._templates}
        if (prompt := _prompt(row)) not in shown:
            self._differs(place, row, "prompt", prompt, min(shown))
        return problem

    def _judge_again(self, answers: list[_Answer]) -> None:
        verdicts = self._judge([(answer.problem.reference, answer.text) for answer in answers])
        self._answers += len(answers)
        for answer, verdict in zip(answers, verdicts, strict=True):
            row = {"problem_id": answer.problem.id}
            if verdict.status != answer.claimed:
                self._differs(answer.place, row, "verdict", answer.claimed, f"{verdict.status}: {verdict.evidence}")
        if self._second is not None:
            chosen = [
                (answer, verdict.evidence)
                for answer, verdict in zip(answers, verdicts, strict=True)
                if answer.asks_second and answer.claimed in ("correct", "wrong")
            ]
            self._ask_second(chosen, self._second)

    def _ask_second(self, chosen: list[tuple[_Answer, str]], second: SecondJudge) -> None:
        opinions = second([(answer.problem.reference, answer.text) for answer, _ in chosen])
        for (answer, evidence), opinion in zip(chosen, opinions, strict=True):
            if opinion.right is None:
                self._no_opinion[opinion.says] += 1
            elif opinion.right == (answer.claimed == "correct"):
                self._agreed[opinion.judge] += 1
            else:
                self._disagreed[opinion.judge] += 1
                says = f"{'right' if opinion.right else 'wrong'} to {opinion.judge} ({opinion.says})"
                row = {"problem_id": answer.problem.id}
                self._differs(answer.place, row, "second", f"{answer.claimed} ({evidence})", says)

    def _differs(self, place: tuple[str, int], row: dict[str, Any], check: str, claimed: object, found: object) -> None:
        self._failed[check] += 1
        if len(self._differences) < MAX_DIFFERENCES:
            self._differences.append(
                Difference(
                    split=place[0],
                    row=place[1],
                    problem_id=str(row.get("problem_id")),
                    check=check,
                    claimed=str(claimed)[:300],
                    found=str(found)[:300],
                )
            )


def _reference(row: dict[str, Any]) -> Reference | None:
    try:
        return reference_from_json(json.loads(row["reference"]))
    except (ValueError, TypeError, KeyError):
        return None


def _prompt(row: dict[str, Any]) -> str:
    turns = row["messages"] if "messages" in row else row["prompt"]
    return turns if isinstance(turns, str) else str(turns[0]["content"])


def _completions(row: dict[str, Any], verdicts: tuple[str, ...]) -> list[tuple[str, str, tuple[str, ...]]]:
    """(text, claimed status, statuses that may stand there) of every completion of a row, whatever its format."""
    if "messages" in row:
        return [(row["messages"][-1]["content"], row["verdict"], verdicts)]
    if "chosen" in row:
        chosen, rejected = (row[name][0]["content"] for name in ("chosen", "rejected"))
        others = tuple(one for one in verdicts if one != "correct")
        return [(chosen, row["verdict"], ("correct",)), (rejected, row["rejected_verdict"], others)]
    if "completion" not in row:
        return []
    turns = row["completion"]
    if "label" in row:
        verdicts = tuple(one for one in verdicts if (one == "correct") == row["label"])
    return [(turns if isinstance(turns, str) else turns[0]["content"], row["verdict"], verdicts)]
