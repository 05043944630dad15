"""The tiles in PyTorch, on any device: columns of logits by the matrix product, the rest in place."""

from __future__ import annotations

import torch

from tracemill.kernels.products import product
from tracemill.kernels.tiles import Operands, Statistics, merged, tile_width

_FLOOR = -1e4  # exp of it is 0; the -inf of a masked token times that 0 would be NaN


def statistics(operands: Operands, elements_at_once: int) -> Statistics:
    rows, vocabulary = len(operands.hidden), len(operands.weight)
    width = tile_width(rows, vocabulary, elements_at_once // 2)  # two tiles: logits and their powers
    tiles = torch.empty(2, rows * width, device=operands.hidden.device, dtype=tile_dtype(operands.hidden))
    parts = []
    for first in range(0, vocabulary, width):
        last = min(first + width, vocabulary)
        logits, powers = (tile[: rows * (last - first)].view(rows, last - first) for tile in tiles)
        _logits(operands, first, out=logits)
        place, is_here = _places(operands.target_ids, first, logits.shape[1])
        target = torch.where(is_here, logits.gather(1, place[:, None])[:, 0], 0.0)
        largest = logits.amax(dim=1)
        shifted = logits.sub_(torch.where(largest == -torch.inf, 0.0, largest)[:, None]).clamp_min_(_FLOOR)
        torch.exp(shifted, out=powers)
        weighted = torch.bmm(powers[:, None, :], shifted[:, :, None])[:, 0, 0]
        parts.append((largest, powers.sum(dim=1), weighted, target))
    largest, total, weighted, target = (torch.stack(part) for part in zip(*parts, strict=True))
    return merged(largest, total, weighted, target, operands)


def tile_dtype(hidden: torch.Tensor) -> torch.dtype:
    return torch.float64 if hidden.dtype is torch.float64 else torch.float32


def gradient(
    operands: Operands,
    statistics: Statistics,
    grad_logprobs: torch.Tensor,
    grad_entropy: torch.Tensor | None,
    first: int,
    out: torch.Tensor,
) -> None:
    shifted = _logits(operands, first, out=out).sub_(statistics.largest[:, None])
    scale = torch.exp(-statistics.log_sum) / operands.temperature  # exp(z - largest) times exp(-log_sum) is p
    if grad_entropy is None:
        shifted.exp_().mul_((-grad_logprobs * scale)[:, None])
    else:
        surplus = shifted.clamp_min_(_FLOOR) + (statistics.entropy - statistics.log_sum)[:, None]  # log p + entropy
        surplus.mul_(grad_entropy[:, None]).add_(grad_logprobs[:, None])
        shifted.exp_().mul_(surplus).mul_(-scale[:, None])
    place, is_here = _places(operands.target_ids, first, out.shape[1])
    out.scatter_add_(1, place[:, None], torch.where(is_here, grad_logprobs / operands.temperature, 0.0)[:, None])


def _logits(operands: Operands, first: int, out: torch.Tensor) -> torch.Tensor:
    """Fills out `[N, W]` with the logits of the columns from `first`, at the temperature."""
    columns = slice(first, first + out.shape[1])
    product(operands.hidden, operands.weight[columns].T, scale=1 / operands.temperature, out=out)
    if operands.bias is not None:
        out.add_(operands.bias[columns].to(out.dtype), alpha=1 / operands.temperature)
    return out


def _places(target_ids: torch.Tensor, first: int, width: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Where each row's target stands among `width` columns from `first`, and whether it does."""
    place = target_ids - first
    return place.clamp(0, width - 1), (place >= 0) & (place < width)
