"""pass@k on held-out problems, by family and level, from several samples a problem.

With n judged samples of a problem of which c are right, 1 - C(n - c, k) / C(n, k) is the unbiased estimate of the
chance that one of k samples is right (Chen et al. 2021, eq. 1). A rate is its mean over problems. Its 95 % interval is
Wilson's (1927) with as many trials as problems, since the samples of one problem are not independent: for values
between 0 and 1, whose variance is at most p (1 - p), it is never too narrow.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb
from statistics import fmean
from typing import Any

from tracemill.jobs.evaluate import seed_of
from tracemill.jobs.fleet import Fleet, finished, judge_once
from tracemill.jobs.prompts import Prompts
from tracemill.problems.types import Problem
from tracemill.rollout.types import Request, Sampling
from tracemill.traces.report_data import wilson


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Of one problem: `correct` of `judged` samples; `unjudged` are those that the verifier itself failed on."""

    family: str
    level: int
    correct: int
    judged: int
    unjudged: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Over `problems`; those with fewer than k judged samples are not among them."""

    k: int
    rate: float
    low: float
    high: float
    problems: int


def pass_at_k(judged: int, correct: int, k: int) -> float:
    """Of one problem. Raises ValueError for k over the samples."""
    if not 1 <= k <= judged:
        raise ValueError(f"pass@{k} takes at least {k} judged samples, and there are {judged}")
    return 1.0 - comb(judged - correct, k) / comb(judged, k)


def ks(samples: int) -> list[int]:
    """1, 2, 4, ... and the number of samples itself."""
    powers = [2**exponent for exponent in range(samples.bit_length()) if 2**exponent < samples]
    return [*powers, samples]


def rate_of(outcomes: Sequence[Outcome], k: int) -> Rate:
    """NaN where no problem has k judged samples."""
    values = [pass_at_k(one.judged, one.correct, k) for one in outcomes if one.judged >= k]
    if not values:
        return Rate(k=k, rate=float("nan"), low=0.0, high=1.0, problems=0)
    low, high = wilson(sum(values), len(values))
    return Rate(k=k, rate=fmean(values), low=low, high=high, problems=len(values))


def sample(
    fleet: Fleet, problems: Sequence[Problem], prompts: Prompts, sampling: Sampling, samples: int
) -> list[Outcome]:
    """`samples` completions of each problem. Seeds depend on problem and sample alone, and the first is that of a run's
    own test."""
    groups = [
        [
            Request(
                problem_id=problem.id,
                group_id=f"eval:{problem.id}",
                index=index,
                prompt_ids=prompts.ids(problem),
                seed=seed_of("eval", problem.id, *([index] if index else [])),
            )
            for index in range(samples)
        ]
        for problem in problems
    ]
    rollouts_P_G = finished(fleet, fleet.start_rollouts(groups, sampling))
    pairs = [(p.reference, rollout.text) for p, group in zip(problems, rollouts_P_G, strict=True) for rollout in group]
    verdicts = iter(judge_once(fleet, pairs))
    outcomes = []
    for problem in problems:
        statuses = [next(verdicts).status for _ in range(samples)]
        unjudged = statuses.count("verifier_error")
        outcomes.append(
            Outcome(
                family=problem.family,
                level=problem.level,
                correct=statuses.count("correct"),
                judged=samples - unjudged,
                unjudged=unjudged,
            )
        )
    return outcomes


def by_cell(outcomes: Sequence[Outcome]) -> dict[tuple[str, int], list[Outcome]]:
    """By family and level, in the order in which they come."""
    cells: dict[tuple[str, int], list[Outcome]] = {}
    for one in sorted(outcomes, key=lambda one: (one.family, one.level)):
        cells.setdefault((one.family, one.level), []).append(one)
    return cells


def to_json(outcomes: Sequence[Outcome], samples: int) -> dict[str, Any]:
    """{"pass@1": {"rate", "low", "high", "problems"}, ...} of all, of each family, of each of its levels."""

    def rates(some: Sequence[Outcome]) -> dict[str, Any]:
        found = [rate_of(some, k) for k in ks(samples)]
        return {
            f"pass@{one.k}": {"rate": one.rate, "low": one.low, "high": one.high, "problems": one.problems}
            for one in found
            if one.problems
        }

    cells = by_cell(outcomes)
    families = dict.fromkeys(family for family, _ in cells)
    return {
        "samples": samples,
        "problems": len(outcomes),
        "unjudged": sum(one.unjudged for one in outcomes),
        "all": rates(outcomes),
        "families": {
            family: {
                **rates([one for one in outcomes if one.family == family]),
                "levels": {str(level): rates(some) for (name, level), some in cells.items() if name == family},
            }
            for family in families
        },
    }
