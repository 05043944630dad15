"""From a group's rewards to its advantages. Plain functions on lists; None marks an unjudged sample, which has no part
in its group and no advantage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import fmean, pstdev

_EPSILON = 1e-6

GroupAdvantages = Callable[[Sequence[float | None]], list[float | None]]


def grpo(rewards_G: Sequence[float | None]) -> list[float | None]:
    """(r - mean) / std over the judged samples of one group (GRPO; Shao et al. 2024, arXiv 2402.03300, sec. 4.1.2),
    with the population's standard deviation. A group whose rewards are all equal teaches nothing: all zero."""
    judged = [reward for reward in rewards_G if reward is not None]
    if not judged:
        return [None] * len(rewards_G)
    mean = fmean(judged)
    deviation = pstdev(judged)
    if deviation < _EPSILON:
        return [None if reward is None else 0.0 for reward in rewards_G]
    return [None if reward is None else (reward - mean) / (deviation + _EPSILON) for reward in rewards_G]
