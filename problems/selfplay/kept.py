"""Families whose problems are kept instead of drawn: those that were proposed, and those of proposing.

The seed in an id is a hash of the content, so that an id means one problem wherever its content lies. A run writes the
contents to `proposals.jsonl` in its folder, one a line, and an export takes along those of its rows; `Kept` reads them
back and refuses a content that is not what its id says.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from random import Random
from typing import Any, get_args

from tracemill.problems.family import Family, Params, instance_name
from tracemill.problems.selfplay import proposal, proposing
from tracemill.problems.selfplay.programs import level_of
from tracemill.problems.types import PROPOSED, PROPOSING, Problem, ProblemId, ProposalTask, Reference

FILE = "proposals.jsonl"
VERSION = 1
SOLVED = {
    "deduction": proposal.pose_deduction,
    "abduction": proposal.pose_abduction,
    "induction": proposal.pose_induction,
}


class Kept:
    """All that was kept so far, by id. A class, because a run goes on adding to it."""

    def __init__(self) -> None:
        self._params: dict[str, Params] = {}
        self.families = {family.name: family for family in self._made()}

    def problem(self, name: str, params: Params) -> Problem:
        """The problem that this content makes, which is kept from now on. Raises ValueError where it makes none."""
        family = self.families[name]
        params = _as_tuples(params)
        level = _level(name, params)
        one = str(ProblemId(name, VERSION, level, seed_of(name, params)))
        known = one in self._params
        self._params[one] = params
        try:
            return family.problem(level, ProblemId.parse(one).seed)
        except (ValueError, TypeError):
            if not known:
                del self._params[one]
            raise

    def line(self, problem_id: str) -> str:
        """Of the file."""
        return json.dumps({"id": problem_id, "params": self._params[problem_id]})

    def params(self, problem_id: str) -> Params | None:
        return self._params.get(problem_id)

    def read(self, path: Path) -> None:
        """Takes in a file; a line that a killed writer cut short is no line. Raises ValueError."""
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for number, line in enumerate(lines, start=1):
            if not line.endswith("\n"):
                break
            try:
                found = json.loads(line)
                name = ProblemId.parse(found["id"]).family
                problem = self.problem(name, found["params"])
            except (KeyError, TypeError, ValueError) as error:
                raise ValueError(f"line {number} of {path} is no kept problem: {error}") from None
            if problem.id != found["id"]:
                raise ValueError(f"line {number} of {path} holds the content of {problem.id}, not of {found['id']}")

    def _made(self) -> Iterator[Family]:
        for task, pose in SOLVED.items():
            yield self._family(
                PROPOSED + task, pose, partial(_solved, task), partial(_reference, task), _identity(task)
            )
        for task in get_args(ProposalTask):
            yield self._family(PROPOSING + task, partial(proposing.pose, task), _unknown, _nothing, None)

    def _family(self, name: str, pose: Any, solve: Any, confirm: Any, identity: Any) -> Family:
        return Family(
            name=name,
            version=VERSION,
            kind="code",
            topic="selfplay",
            sample=_unsampled,
            pose=pose,
            solve=solve,
            confirm=confirm,
            mistakes=proposal.mistakes,
            doc=__doc__ or "",
            identity=identity,
            recall=partial(self._recall, name),
        )

    def _recall(self, name: str, level: int, seed: int) -> Params:
        one = str(ProblemId(name, VERSION, level, seed))
        if one not in self._params:
            raise ValueError(f"{one} was proposed in a run; its {FILE} is not here")
        return self._params[one]


def seed_of(name: str, params: Params) -> int:
    text = json.dumps([name, VERSION, params], separators=(",", ":"), ensure_ascii=True)
    return int(hashlib.sha256(text.encode()).hexdigest()[:15], 16)


def mend(path: Path) -> None:
    """Takes away the line that a killed writer cut short."""
    if path.exists():
        whole, end, torn = path.read_bytes().rpartition(b"\n")
        if torn:
            os.truncate(path, len(whole) + len(end))


def append(path: Path, lines: Sequence[str]) -> None:
    """They are on the disk when this returns."""
    with path.open("a", encoding="utf-8") as file:
        file.write("".join(line + "\n" for line in lines))
        file.flush()
        os.fsync(file.fileno())


def _level(name: str, params: Params) -> int:
    return level_of(str(params[0])) if name.startswith(PROPOSED) else 1


def _as_tuples(value: Any) -> Any:
    return tuple(map(_as_tuples, value)) if isinstance(value, list | tuple) else value


def _identity(task: str) -> Any:
    def identity(params: Params) -> str:
        return instance_name(PROPOSED + task, VERSION, tuple(proposal.name_of(proposal.read_proposal(params), task)))

    return identity


def _solved(task: str, params: Params, rng: Random) -> str:
    return proposal.solution(proposal.read_proposal(params), task)


def _reference(task: str, params: Params) -> Reference:
    return proposal.reference_of(proposal.read_proposal(params), task)


def _unsampled(level: int, rng: Random) -> Params:
    raise ValueError("problems that a policy proposed cannot be drawn")


def _unknown(params: Params, rng: Random) -> str:
    raise ValueError("there is no worked solution to proposing a problem")


def _nothing(params: Params) -> Reference:
    raise ValueError("there is no reference answer to proposing a problem")
