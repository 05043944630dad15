"""Policy losses a token. Pure functions of logprobs and advantages; the caller sums and normalises."""

from __future__ import annotations

from typing import NamedTuple

import torch


class TokenLoss(NamedTuple):
    """`loss` `[N]` carries gradients to the new logprobs; `clipped` `[N]` marks tokens whose gradient the clip took."""

    loss: torch.Tensor
    clipped: torch.Tensor


def clipped_surrogate(
    new_logprobs: torch.Tensor,
    old_logprobs: torch.Tensor,
    advantages: torch.Tensor,
    *,
    clip_low: float,
    clip_high: float,
) -> TokenLoss:
    """-min(w A, clip(w, 1 - clip_low, 1 + clip_high) A) with w = exp(new - old), all `[N]` float32 (PPO; Schulman et
    al. 2017, arXiv 1707.06347, eq. 7; two bounds as in DAPO, arXiv 2503.14476, eq. 10)."""
    for name, tensor in (("new_logprobs", new_logprobs), ("old_logprobs", old_logprobs), ("advantages", advantages)):
        if tensor.dim() != 1 or not tensor.dtype.is_floating_point:
            raise ValueError(f"{name} must be a float tensor [N], not {tensor.dtype} {tuple(tensor.shape)}")
    ratio = (new_logprobs - old_logprobs).exp()
    plain = ratio * advantages
    bounded = ratio.clamp(1 - clip_low, 1 + clip_high) * advantages
    return TokenLoss(loss=-torch.minimum(plain, bounded), clipped=bounded < plain)
