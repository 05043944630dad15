"""Correction for tokens that another policy sampled: an older version, or the same weights in another engine.

The loss's ratios are new / proximal. Where the proximal policy is the one that sampled, nothing is left to correct.
Where it is the learner's at the start of the batch, each token's loss is weighted by proximal / sampled: decoupled PPO
(Hilton et al. 2021, arXiv 2110.00641, eq. 2; for stale data, AReaL 2025, arXiv 2505.24298, eq. 5), and with a cap on
that weight truncated importance sampling (Ionides 2008; for two engines, Yao et al. 2025, "Your efficient RL framework
secretly brings you off-policy RL training"). Weights and masks carry no gradient. A masked token still counts in what
the loss is divided by.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

import torch

from tracemill.rl.losses import sequence_mean, sequence_sum

Level = Literal["token", "sequence"]
Mask = Literal["none", "token", "sequence", "geometric"]


class Mismatch(NamedTuple):
    """Sums over tokens of |learner - sampled| and of k3 of KL(sampled || learner), and the largest |difference|."""

    absolute: float
    kl: float
    largest: float


def importance(
    proximal_logprobs: torch.Tensor,
    sampled_logprobs: torch.Tensor,
    sequence: torch.Tensor,
    *,
    level: Level,
    cap: float | None,
) -> torch.Tensor:
    """min(proximal / sampled, cap) `[N]`: a token's own ratio, or the product over its completion."""
    difference = (proximal_logprobs - sampled_logprobs).detach()
    if level == "sequence":
        difference = sequence_sum(difference, sequence)[sequence]
    weight = difference.exp()
    return weight if cap is None else weight.clamp(max=cap)


def kept(
    learner_logprobs: torch.Tensor,
    sampled_logprobs: torch.Tensor,
    sequence: torch.Tensor,
    *,
    mask: Mask,
    low: float,
    high: float,
) -> torch.Tensor:
    """`[N]` bool, False where learner / sampled lies outside [low, high]: a token's own ratio, or for all tokens of a
    completion the product ("sequence") or the geometric mean ("geometric") of its tokens'."""
    difference = (learner_logprobs - sampled_logprobs).detach()
    if mask == "none":
        return torch.ones_like(difference, dtype=torch.bool)
    if mask == "sequence":
        difference = sequence_sum(difference, sequence)[sequence]
    elif mask == "geometric":
        difference = sequence_mean(difference, sequence)[sequence]
    ratio = difference.exp()
    return (ratio >= low) & (ratio <= high)


def mismatch(learner_logprobs: torch.Tensor, sampled_logprobs: torch.Tensor) -> Mismatch:
    difference = (learner_logprobs - sampled_logprobs).detach()
    return Mismatch(
        absolute=difference.abs().sum().item(),
        kl=(difference.exp() - difference - 1).sum().item(),
        largest=difference.abs().max().item(),
    )
