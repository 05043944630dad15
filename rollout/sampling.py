"""From logits to tokens: one uniform number a token, all of a rollout's numbers from its own seed."""

from __future__ import annotations

import numpy as np
import torch

from tracemill.rollout.types import Sampling


def uniforms(seed: int, count: int) -> torch.Tensor:
    """`[count]` float64 in [0, 1): the draws of one rollout, from a counter-based generator keyed by its seed (Philox;
    Salmon et al. 2011), so that they depend on nothing else."""
    return torch.from_numpy(np.random.Generator(np.random.Philox(key=seed)).random(count))


def draw(logits: torch.Tensor, uniform: torch.Tensor, sampling: Sampling) -> tuple[torch.Tensor, torch.Tensor]:
    """Samples one token a row by inversion of the cumulative distribution.

    logits: `[B, V]`; uniform: `[B]` in [0, 1). Returns token ids `[B]` and the log-probabilities `[B]` with which they
    were drawn, float32. Temperature 0 takes the largest logit; its logprobs are those of temperature 1.
    """
    logits = logits.float()
    if sampling.temperature == 0:
        ids = logits.argmax(dim=-1)
        return ids, logits.log_softmax(dim=-1).gather(-1, ids[:, None])[:, 0]
    logits = logits / sampling.temperature
    if sampling.top_k or sampling.top_p < 1:
        logits = _truncated(logits, sampling.top_k or logits.shape[-1], sampling.top_p)
    logprobs = logits.log_softmax(dim=-1)
    cumulative = logprobs.exp().cumsum(dim=-1, dtype=torch.float64)
    threshold = uniform.to(cumulative) * cumulative[:, -1]
    ids = torch.searchsorted(cumulative, threshold[:, None], right=True)[:, 0].clamp_(max=logits.shape[-1] - 1)
    return ids, logprobs.gather(-1, ids[:, None])[:, 0]


def _truncated(logits: torch.Tensor, top_k: int, top_p: float) -> torch.Tensor:
    """-inf for all but the `top_k` likeliest tokens and, of those, the fewest whose probabilities reach `top_p` of
    their sum."""
    values, order = logits.sort(dim=-1, descending=True, stable=True)
    values[:, top_k:] = float("-inf")
    probabilities = values.softmax(dim=-1)
    before = probabilities.cumsum(dim=-1) - probabilities
    values[before >= top_p] = float("-inf")
    return torch.empty_like(logits).scatter_(-1, order, values)
