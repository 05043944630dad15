"""What a proposed problem is worth: how much a solver can learn from it.

Invalid proposals are below every valid one, so that a policy that proposes little that runs learns to. Shaping and a
user's own functions have no part in it: they are about answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tracemill.problems.types import Problem
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.verifiers.types import Verdict

REFUSED, MALFORMED = -0.5, -1.0

Worth = float | Literal["refused", "malformed"] | None
"""The solver's pass rate on the proposal; why there is none; or None where that is no fault of the proposal."""


def learnability(pass_rate: float) -> float:
    """0 where the solver never or always succeeds, else 1 - its pass rate (Absolute Zero, arXiv 2505.03335, eq. 4)."""
    return 0.0 if pass_rate in (0.0, 1.0) else 1.0 - pass_rate


def reward_of(worth: Worth) -> Reward:
    """Absolute Zero, eq. 6: the learnability, -0.5 for what is well formed and refused, -1 for what is malformed."""
    if worth is None:
        return Reward(total=None)
    if isinstance(worth, str):
        value = REFUSED if worth == "refused" else MALFORMED
        return Reward(total=value, parts={worth: value})
    return Reward(total=learnability(worth), parts={"learnability": learnability(worth)})


def score_proposals(
    problem: Problem, rollouts_G: Sequence[Rollout], verdicts_G: Sequence[Verdict], worths_G: Sequence[Worth]
) -> list[Scored]:
    """The join of one group of proposals, in its order."""
    return [
        Scored(problem=problem, rollout=rollout, verdict=verdict, reward=reward_of(worth))
        for rollout, verdict, worth in zip(rollouts_G, verdicts_G, worths_G, strict=True)
    ]
