"""Pass@1 on held-out problems, by family and level, with 95 % intervals."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import compress
from math import sqrt
from typing import Any

from tracemill.jobs.fleet import Fleet, finished, judge_once
from tracemill.jobs.prompts import Prompts
from tracemill.problems.types import Problem
from tracemill.rollout.types import Request, Sampling
from tracemill.verifiers.types import Verdict

_Z = 1.959964  # of the normal distribution at 97.5 %


@dataclass(frozen=True, slots=True)
class PassRate:
    """`correct` of `total`; beside them those that the verifier itself failed on, and those that were too long to be
    asked. The interval is Wilson's (1927)."""

    correct: int
    total: int
    unjudged: int = 0
    unasked: int = 0

    @property
    def rate(self) -> float:
        return self.correct / self.total if self.total else 0.0

    def interval(self) -> tuple[float, float]:
        if not self.total:
            return 0.0, 1.0
        n, p, z2 = self.total, self.rate, _Z * _Z
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z / (1 + z2 / n) * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def to_json(self) -> dict[str, Any]:
        low, high = self.interval()
        return {
            "pass_at_1": self.rate,
            "low": low,
            "high": high,
            "correct": self.correct,
            "total": self.total,
            "unjudged": self.unjudged,
            "unasked": self.unasked,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> PassRate:
        return cls(data["correct"], data["total"], data["unjudged"], data.get("unasked", 0))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Counts by (family, level)."""

    cells: dict[tuple[str, int], PassRate]

    def overall(self) -> PassRate:
        return _sum(self.cells.values())

    def of_family(self, family: str) -> PassRate:
        return _sum(rate for (name, _), rate in self.cells.items() if name == family)

    @property
    def families(self) -> list[str]:
        return list(dict.fromkeys(family for family, _ in self.cells))

    def levels_of(self, family: str) -> list[int]:
        return sorted(level for name, level in self.cells if name == family)

    def to_json(self) -> list[list[Any]]:
        return [[*cell, rate.correct, rate.total, rate.unjudged, rate.unasked] for cell, rate in self.cells.items()]

    @classmethod
    def from_json(cls, data: Sequence[Sequence[Any]]) -> Evaluation:
        return cls({(family, level): PassRate(*counts) for family, level, *counts in data})


def _sum(rates: Iterable[PassRate]) -> PassRate:
    rates = list(rates)
    return PassRate(
        correct=sum(rate.correct for rate in rates),
        total=sum(rate.total for rate in rates),
        unjudged=sum(rate.unjudged for rate in rates),
        unasked=sum(rate.unasked for rate in rates),
    )


def evaluate(fleet: Fleet, problems: Sequence[Problem], prompts: Prompts, sampling: Sampling) -> Evaluation:
    """One completion a problem, with a seed that depends on the problem alone. A problem on which the verifier itself
    failed counts as unjudged, one that does not fit into the policy's context as unasked; neither is right or wrong."""
    requests = [_request(problem, prompts) for problem in problems]
    fits = [prompts.refusal(request.prompt_ids, sampling.max_new_tokens) is None for request in requests]
    groups = [[request] for request in compress(requests, fits)]
    rollouts = [group[0] for group in finished(fleet, fleet.start_rollouts(groups, sampling))]
    pairs = [(p.reference, r.text) for p, r in zip(compress(problems, fits), rollouts, strict=True)]
    verdicts = iter(judge_once(fleet, pairs))
    cells: dict[tuple[str, int], PassRate] = {}
    for problem, asked in zip(problems, fits, strict=True):
        one = _counted(next(verdicts)) if asked else PassRate(0, 0, unasked=1)
        key = (problem.family, problem.level)
        cells[key] = _sum((cells.get(key, PassRate(0, 0)), one))
    return Evaluation(cells)


def _counted(verdict: Verdict) -> PassRate:
    if verdict.status == "verifier_error":
        return PassRate(0, 0, unjudged=1)
    return PassRate(verdict.status == "correct", 1)


def _request(problem: Problem, prompts: Prompts) -> Request:
    return Request(
        problem_id=problem.id,
        group_id=f"eval:{problem.id}",
        index=0,
        prompt_ids=prompts.ids(problem),
        seed=seed_of("eval", problem.id),
    )


def seed_of(*parts: object) -> int:
    """63 bits from a SHA-256 over the parts."""
    return int.from_bytes(hashlib.sha256("/".join(map(str, parts)).encode()).digest()[:8], "big") >> 1
