"""What an algorithm is: from the judged samples of a whole batch to an advantage a token, and the name of the loss that
these enter. No tensors, no model: the learner sees what comes out and not which algorithm made it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum
from statistics import fmean
from typing import Literal

from tracemill.configs.schema import LearnerConfig
from tracemill.rl.advantages import GroupAdvantages

Normalise = Literal["tokens", "sequences", "constant", "sum"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What an algorithm is told of one completion.

    `reward` is None where it is unjudged. `penalties_T` is what is taken from the reward at each token (the divergence
    from the reference policy times its coefficient; empty where there is none), `values_T` what a critic expected
    before each token, None without a critic.
    """

    reward: float | None
    num_tokens: int
    penalties_T: tuple[float, ...] = ()
    values_T: tuple[float, ...] | None = None

    @property
    def net_reward(self) -> float | None:
        """The reward less its penalties, as one number for the whole completion."""
        return None if self.reward is None else self.reward - fsum(self.penalties_T)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """What an algorithm says of one judged completion: an advantage a token and, for a critic, a return a token."""

    advantages_T: tuple[float, ...]
    returns_T: tuple[float, ...] | None = None

    @property
    def mean(self) -> float:
        first = self.advantages_T[0] if self.advantages_T else 0.0
        return first if all(each == first for each in self.advantages_T) else fmean(self.advantages_T)


Samples = Sequence[Sequence[Sample]]
Credits = list[list[Credit | None]]
"""[P][G]; None for an unjudged sample."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    """`credit` sees every group of the batch at once. The rest is what the learner does unless the config says
    otherwise: the loss (`rl.losses`), what it is divided by, and where ratios are clipped.

    normalise: "tokens" divides by all loss tokens of the global batch; "sequences" takes the mean of each completion's
    mean; "constant" divides each completion's sum by the longest completion allowed; "sum" by nothing; the last three
    then by the number of completions.
    """

    credit: Callable[[Samples, LearnerConfig], Credits]
    loss: str = "clipped"
    normalise: Normalise = "tokens"
    clip_low: float = 0.2
    clip_high: float = 0.2
    needs_critic: bool = False
    dynamic_sampling: bool = False


def each_group(function: GroupAdvantages) -> Callable[[Samples, LearnerConfig], Credits]:
    """An algorithm's `credit` from a function of one group's rewards: every token of a completion gets the same."""

    def credit(groups: Samples, _: LearnerConfig) -> Credits:
        return [
            [
                None if advantage is None else Credit(advantages_T=(advantage,) * sample.num_tokens)
                for sample, advantage in zip(group, function([s.net_reward for s in group]), strict=True)
            ]
            for group in groups
        ]

    return credit


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What the learner's models say of one completion before a batch's first update; None where nobody asked.

    Natural logs and values a token: of the reference policy, of the policy as it stands, and of the critic.
    """

    ref_logprobs: tuple[float, ...] | None = None
    proximal_logprobs: tuple[float, ...] | None = None
    values: tuple[float, ...] | None = None
