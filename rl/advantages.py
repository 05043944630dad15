"""From rewards to advantages. Plain functions on lists; None marks an unjudged sample, which has no part in its group
and no advantage. Sums are exact (`fsum`), so that no order of samples changes a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import fsum, sqrt
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


def centred(rewards_G: Sequence[float | None]) -> list[float | None]:
    """r - mean over the judged samples, not divided by their deviation, which would weigh easy and hard problems more
    than those between (Dr. GRPO; Liu et al. 2025, arXiv 2503.20783, sec. 3.2)."""
    judged = [reward for reward in rewards_G if reward is not None]
    if all_equal(judged):
        return _zeros(rewards_G)
    mean = fmean(judged)
    return [None if reward is None else reward - mean for reward in rewards_G]


def leave_one_out(rewards_G: Sequence[float | None]) -> list[float | None]:
    """r minus the mean of the other judged samples (RLOO; Ahmadian et al. 2024, arXiv 2402.14740, sec. 2.3). A sample
    without others has no baseline and gets zero."""
    judged = [reward for reward in rewards_G if reward is not None]
    if all_equal(judged):
        return _zeros(rewards_G)
    total, others = fsum(judged), len(judged) - 1
    return [None if reward is None else reward - (total - reward) / others for reward in rewards_G]


def whitened(values: Sequence[Sequence[float]]) -> list[tuple[float, ...]]:
    """(a - mean) / std over every token of the global batch, population's deviation (REINFORCE++; Hu et al. 2025, arXiv
    2501.03262, global advantage normalisation). All zero where they are all equal."""
    flat = [value for row in values for value in row]
    if all_equal(flat):
        return [(0.0,) * len(row) for row in values]
    mean = fsum(flat) / len(flat)
    deviation = sqrt(fsum((value - mean) ** 2 for value in flat) / len(flat))
    return [tuple((value - mean) / (deviation + _EPSILON) for value in row) for row in values]


def gae(
    rewards_T: Sequence[float], values_T: Sequence[float], *, gamma: float, lam: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Advantages and returns of one completion. delta_t = r_t + gamma V_{t+1} - V_t and A_t = delta_t + gamma lam
    A_{t+1}, V = A = 0 after the last token; the return is A_t + V_t (GAE; Schulman et al. 2015, arXiv 1506.02438, eq.
    11, 12 and 16). values_T[t] is the value of what stands before token t."""
    advantages: list[float] = []
    following, next_value = 0.0, 0.0
    for reward, value in zip(reversed(rewards_T), reversed(values_T), strict=True):
        following = reward + gamma * next_value - value + gamma * lam * following
        advantages.append(following)
        next_value = value
    advantages.reverse()
    return tuple(advantages), tuple(a + v for a, v in zip(advantages, values_T, strict=True))


def all_equal(values: Sequence[float]) -> bool:
    """Whether nothing tells these apart, which holds for none and for one too."""
    return not values or max(values) - min(values) < _EPSILON


def _zeros(rewards_G: Sequence[float | None]) -> list[float | None]:
    return [None if reward is None else 0.0 for reward in rewards_G]
