"""Estimates of KL(policy || reference) from the tokens that the policy sampled, and a coefficient that steers it.

With d = log reference - log policy at a sampled token (Schulman 2020, "Approximating KL divergence",
joschu.net/blog/kl-approx.html):

- k1 = -d: unbiased, of either sign. As a loss its gradient is the score, whose mean is zero: of use as a reward only.
- k2 = d^2 / 2: small bias, never negative. As a loss its gradient is, in the mean, that of the KL itself.
- k3 = exp(d) - d - 1: unbiased, never negative, of low variance; the estimator of GRPO (arXiv 2402.03300, eq. 4).
"""

from __future__ import annotations

import math
from typing import Literal

import torch

Estimator = Literal["k1", "k2", "k3"]


def estimate(new_logprobs: torch.Tensor, ref_logprobs: torch.Tensor, estimator: Estimator) -> torch.Tensor:
    """`[N]`, with a gradient to the new logprobs."""
    difference = ref_logprobs - new_logprobs
    if estimator == "k1":
        return -difference
    if estimator == "k2":
        return difference.square() / 2
    return difference.exp() - difference - 1


def estimate_one(logprob: float, ref_logprob: float, estimator: Estimator) -> float:
    """The same of one token, in float64."""
    difference = ref_logprob - logprob
    if estimator == "k1":
        return -difference
    if estimator == "k2":
        return difference**2 / 2
    return math.exp(difference) - difference - 1


def adapted(coefficient: float, *, measured: float, target: float, gain: float) -> float:
    """The coefficient after an update whose tokens had a mean KL of `measured`: times 1 + gain * clip(measured / target
    - 1, -0.2, 0.2) (Ziegler et al. 2019, arXiv 1909.08593, sec. 2.2, where the gain is 0.1)."""
    error = min(0.2, max(-0.2, measured / target - 1))
    return coefficient * (1 + gain * error)
