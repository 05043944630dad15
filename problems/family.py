"""A family of problems: from a level and a seed to an instance, its words, its exact answer and its worked solution.

One family is one small module with a `FAMILY = Family(...)`. Its functions are pure: all randomness comes from the
`random.Random` they are handed, so `family@version:level:seed` gives the same problem on every machine. Change what a
family makes, and its version must change too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from hashlib import blake2b
from random import Random
from typing import Any

from tracemill.problems.types import LEVELS, Kind, Problem, Reference, Split

Params = tuple[Any, ...]
"""What makes an instance: a tuple of ints, strings, bools and nested tuples, in canonical order."""

_encode = json.JSONEncoder(separators=(",", ":"), ensure_ascii=True).encode

HELD_OUT_OF_1000 = 100
"""Instances of every family that no run ever trains on, out of a thousand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posed:
    """An instance in words, and what answers it."""

    prompt: str
    reference: Reference


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """
    sample:    (level 1..10, rng) -> params. The canonical parameters; the only place that reads the level.
    pose:      (params, rng) -> Posed. The wording may vary with rng; the reference may not.
    solve:     (params, rng) -> a whole worked response, step by step in words, ending in the answer as the verifier
               wants it (`\\boxed{...}` for math and literals, a ```python block for programs). More than one wording.
    confirm:   params -> the reference computed by a second, independent way.
    mistakes:  (params, rng) -> (name, response) pairs, every response wrong: off by one, sign, swapped operands, ...
    identity:  params -> the instance's name, for a family whose params hold more than the problem itself: one right
               answer of several, or facts that do not matter. None: the params are the problem.
    recall:    (level, seed) -> params, for a family whose instances are kept somewhere and not drawn: `sample` is not
               asked. Raises ValueError for one that is not kept.
    generator: text -> the rng of all that is drawn for one id. `HashBytes` takes a fifth of the time, for a family that
               asks for `randbytes` alone.
    """

    name: str
    version: int
    kind: Kind
    topic: str
    sample: Callable[[int, Random], Params]
    pose: Callable[[Params, Random], Posed]
    solve: Callable[[Params, Random], str]
    confirm: Callable[[Params], Reference]
    mistakes: Callable[[Params, Random], Iterable[tuple[str, str]]]
    doc: str = ""
    identity: Callable[[Params], str] | None = None
    recall: Callable[[int, int], Params] | None = None
    generator: Callable[[str], Any] = Random

    def params(self, level: int, seed: int) -> Params:
        return self._params(self._id(level, seed), level, seed)

    def instance(self, params: Params) -> str:
        """16 hex digits that name the instance, whatever its level, seed or wording."""
        return self.identity(params) if self.identity else instance_name(self.name, self.version, params)

    def problem(self, level: int, seed: int) -> Problem:
        problem_id = self._id(level, seed)
        params = self._params(problem_id, level, seed)
        instance = self.instance(params)
        return self._posed(problem_id, params, instance, split_of(instance))

    def problem_in(self, split: Split, level: int, seed: int) -> Problem | None:
        """The problem, or None where its instance belongs to the other split (decided before the words are made)."""
        problem_id = self._id(level, seed)
        params = self._params(problem_id, level, seed)
        instance = self.instance(params)
        return self._posed(problem_id, params, instance, split) if split_of(instance) == split else None

    def solution(self, level: int, seed: int) -> str:
        return self.solve(self.params(level, seed), self.generator(f"{self._id(level, seed)}/solve"))

    def wrong_responses(self, level: int, seed: int) -> list[tuple[str, str]]:
        return list(self.mistakes(self.params(level, seed), self.generator(f"{self._id(level, seed)}/mistakes")))

    def _id(self, level: int, seed: int) -> str:
        return f"{self.name}@{self.version}:{level}:{seed}"  # `ProblemId` as text, at a fifth of its cost

    def _params(self, problem_id: str, level: int, seed: int) -> Params:
        if level not in LEVELS:
            raise ValueError(f"{self.name} has no level {level}; levels are {LEVELS[0]} to {LEVELS[-1]}")
        if self.recall is not None:
            return self.recall(level, seed)
        return self.sample(level, self.generator(f"{problem_id}/sample"))

    def _posed(self, problem_id: str, params: Params, instance: str, split: Split) -> Problem:
        posed = self.pose(params, self.generator(f"{problem_id}/pose"))
        return Problem(
            id=problem_id,
            kind=self.kind,
            prompt=posed.prompt,
            reference=posed.reference,
            split=split,
            instance=instance,
        )


class HashBytes:
    """Random bytes by BLAKE2b of a name, and of the name with one `#` more at each further draw. Of `random.Random`'s
    methods it has `randbytes`."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def randbytes(self, n: int) -> bytes:
        """1 to 64 bytes; other numbers raise ValueError."""
        digest = blake2b(self._name.encode(), digest_size=n).digest()
        self._name += "#"
        return digest


def instance_name(family: str, version: int, params: Params) -> str:
    return hashlib.sha256(_encode([family, version, params]).encode()).hexdigest()[:16]


def split_of(instance: str) -> Split:
    return "held_out" if int(instance[:8], 16) % 1000 < HELD_OUT_OF_1000 else "train"
