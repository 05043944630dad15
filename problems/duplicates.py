"""Which problems of a run came before: counts by family, and the cells that run dry. It counts and says so; nothing is
held back.

Exact: the instance came before, whatever its words. Near: the instance is new, but a problem of the family with the
same words and numbers in any order came before, as with 3 + 4 after 4 + 3 (see `plain_text.core_of` for the words that
do not count). A cell has run dry when the last 20 problems drawn from it had all come before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from tracemill.problems.curriculum import cell_name
from tracemill.problems.plain_text import core_of, words_of
from tracemill.problems.types import Problem

DRY_AFTER = 20
_DIGITS = 12  # hex digits kept of each instance and wording; two of a million agree by chance about once in 500 runs


class Seen:
    """All problems of a run up to a step; its state is plain JSON, 24 characters a problem at most."""

    def __init__(self, state: dict[str, Any] | None = None) -> None:
        state = state or {}
        self._counts: dict[str, dict[str, int]] = {name: dict(kept) for name, kept in state.get("counts", {}).items()}
        self._instances = _unpacked(state.get("instances", {}))
        self._wordings = _unpacked(state.get("wordings", {}))
        self._repeats: dict[str, int] = dict(state.get("repeats", {}))

    def add(self, problems: Sequence[Problem]) -> list[str]:
        """The cells that have run dry with these problems, each said once until something new comes of it."""
        dry = []
        for problem in problems:
            cell = cell_name(problem.family, problem.level)
            self._repeats[cell] = self._repeats.get(cell, 0) + 1 if self._came_before(problem) else 0
            if self._repeats[cell] == DRY_AFTER:
                dry.append(cell)
        return dry

    def _came_before(self, problem: Problem) -> bool:
        counts = self._counts.setdefault(problem.family, {"problems": 0, "exact": 0, "near": 0})
        instances = self._instances.setdefault(problem.family, {})
        wordings = self._wordings.setdefault(problem.family, {})
        instance, wording = problem.instance[:_DIGITS], _wording(problem.prompt)
        exact = instance in instances
        counts["problems"] += 1
        counts["exact"] += exact
        counts["near"] += not exact and wording in wordings
        instances[instance] = wordings[wording] = None
        return exact

    def counts(self) -> dict[str, dict[str, int]]:
        """By family: problems so far, and how many of them were exact and near duplicates of earlier ones."""
        return {family: dict(counts) for family, counts in sorted(self._counts.items())}

    def to_state(self) -> dict[str, Any]:
        return {
            "counts": self._counts,
            "instances": {family: "".join(names) for family, names in self._instances.items()},
            "wordings": {family: "".join(names) for family, names in self._wordings.items()},
            "repeats": self._repeats,
        }


def _wording(prompt: str) -> str:
    return hashlib.sha256(" ".join(sorted(core_of(words_of(prompt)))).encode()).hexdigest()[:_DIGITS]


def _unpacked(packed: dict[str, str]) -> dict[str, dict[str, None]]:
    return {
        family: dict.fromkeys(text[at : at + _DIGITS] for at in range(0, len(text), _DIGITS))
        for family, text in packed.items()
    }
