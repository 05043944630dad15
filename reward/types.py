"""What a rollout is worth, and the join that the learner sees."""

from __future__ import annotations

from dataclasses import dataclass, field

from tracemill.problems.types import Problem
from tracemill.rollout.types import Rollout
from tracemill.verifiers.types import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Reward:
    """`total` is None where the sample is unjudged: it is traced and counted, and left out of its group.

    `parts` holds every named part as it entered the total.
    """

    total: float | None
    parts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One rollout with its problem, verdict and reward."""

    problem: Problem
    rollout: Rollout
    verdict: Verdict
    reward: Reward
