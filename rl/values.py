"""The critic's loss. A pure function; advantages and returns are made in `rl.advantages.gae`."""

from __future__ import annotations

import torch


def value_loss(
    new_values: torch.Tensor, old_values: torch.Tensor, returns: torch.Tensor, *, clip: float | None
) -> torch.Tensor:
    """max((v - R)^2, (clip(v, v_old - clip, v_old + clip) - R)^2) / 2, all `[N]`: a value may not move further than
    `clip` in one batch to its gain (PPO's published code; Engstrom et al. 2020, arXiv 2005.12729, sec. 3). Without a
    clip the squared error's half."""
    plain = (new_values - returns).square()
    if clip is None:
        return plain / 2
    bounded = (old_values + (new_values - old_values).clamp(-clip, clip) - returns).square()
    return torch.maximum(plain, bounded) / 2
