"""Logprobs and entropy of chosen tokens from logits: the plain PyTorch reference."""

from __future__ import annotations

import torch


def chosen_logprobs(
    logits: torch.Tensor, target_ids: torch.Tensor, *, entropy_gradient: bool = False
) -> tuple[torch.Tensor, torch.Tensor]:
    """logits `[N, V]` of any float type, target_ids `[N]` -> log p(target) `[N]` with gradient and the distributions'
    entropy in nats `[N]`, with a gradient only if asked for, both computed in float32."""
    logprobs = logits.float().log_softmax(dim=-1)
    with torch.set_grad_enabled(entropy_gradient and torch.is_grad_enabled()):
        entropy = -(logprobs.exp() * logprobs.clamp_min(torch.finfo(torch.float32).min)).sum(dim=-1)
    return logprobs.gather(-1, target_ids[:, None])[:, 0], entropy
