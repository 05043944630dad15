"""From hidden states and the head's weights to logprobs and entropies, and back to both gradients, with never more than
a tile of the `[N, V]` logits in memory.

Forward, the vocabulary goes by once for each row's logsumexp (the online softmax, 1805.02867), target and entropy.
Backward, it goes by again in tiles of columns: logits, from them their gradient G, and two products with it:

    grad_weight[tile] = G.T @ hidden        grad_hidden += G @ weight[tile]

so that a tile's weights are finished at once and only `[N, H]` is summed up, in float32. That is 8 N H V operations;
with all logits kept it would be 6. Rows whose upstream gradients are zero take no part in the second pass. See
docs/kernels.md.
"""

from __future__ import annotations

from typing import Any

import torch
from torch.autograd.function import once_differentiable

from tracemill.kernels.products import add_product, product
from tracemill.kernels.tiles import Backend, Operands, Statistics, Tiles, tile_width, tiles_for

TILE_ELEMENTS = 2**22  # 16 MiB in float32, which stays in the processor's cache
ACCELERATOR_TILE_ELEMENTS = 2**27  # 256 MiB in half precision; columns enough to keep it busy at 65,536 tokens


def linear_logprobs(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    target_ids: torch.Tensor,
    *,
    bias: torch.Tensor | None = None,
    temperature: float = 1.0,
    entropy_gradient: bool = False,
    backend: Backend = "auto",
    tile_elements: int | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """hidden `[N, H]`, weight `[V, H]`, target_ids `[N]` -> log p(target) and the entropies in nats, `[N]` float32,
    of softmax((hidden @ weight.T + bias) / temperature). Entropies have a gradient only if asked for. Operands are
    float32, bfloat16 or float16 of one dtype (or float64, in PyTorch, which gives float64); logits are never rounded to
    a half. A target outside the vocabulary gives NaN."""
    _check(hidden, weight, bias, target_ids, temperature)
    if tile_elements is None:
        tile_elements = TILE_ELEMENTS if hidden.device.type == "cpu" else ACCELERATOR_TILE_ELEMENTS
    tiles = tiles_for(hidden, backend)
    outputs: tuple[torch.Tensor, torch.Tensor] = _LinearLogprobs.apply(
        hidden, weight, bias, target_ids, temperature, entropy_gradient, tiles, tile_elements
    )
    return outputs


class _LinearLogprobs(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any,
        hidden: torch.Tensor,
        weight: torch.Tensor,
        bias: torch.Tensor | None,
        target_ids: torch.Tensor,
        temperature: float,
        entropy_gradient: bool,
        tiles: Tiles,
        tile_elements: int,
    ) -> tuple[torch.Tensor, torch.Tensor]:
        statistics = tiles.statistics(Operands(hidden, weight, bias, target_ids, temperature), tile_elements)
        ctx.save_for_backward(hidden, weight, bias, target_ids, *statistics)
        ctx.temperature, ctx.tiles, ctx.tile_elements = temperature, tiles, tile_elements
        ctx.set_materialize_grads(False)
        if not entropy_gradient:
            ctx.mark_non_differentiable(statistics.entropy)
        return statistics.target - statistics.largest - statistics.log_sum, statistics.entropy

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_logprobs: torch.Tensor | None, grad_entropy: torch.Tensor | None) -> tuple:
        hidden, weight, bias, target_ids, *rest = ctx.saved_tensors
        if grad_logprobs is None:
            grad_logprobs = torch.zeros_like(rest[0])
        rows = (grad_logprobs if grad_entropy is None else grad_logprobs.abs() + grad_entropy.abs()).nonzero()[:, 0]
        taken = slice(None) if len(rows) == len(hidden) else rows
        gradients = _gradients(
            Operands(hidden[taken], weight, bias, target_ids[taken], ctx.temperature),
            Statistics(*(each[taken] for each in rest)),
            grad_logprobs[taken].contiguous(),
            None if grad_entropy is None else grad_entropy[taken].contiguous(),
            ctx.tiles,
            ctx.tile_elements,
            ctx.needs_input_grad,
        )
        if gradients[0] is not None and len(rows) != len(hidden):
            whole = torch.zeros_like(hidden)
            whole[rows] = gradients[0]
            gradients = (whole, *gradients[1:])
        return (*gradients, None, None, None, None, None)


def _gradients(
    operands: Operands,
    statistics: Statistics,
    grad_logprobs: torch.Tensor,
    grad_entropy: torch.Tensor | None,
    tiles: Tiles,
    tile_elements: int,
    wanted: tuple[bool, ...],
) -> tuple[torch.Tensor | None, torch.Tensor | None, torch.Tensor | None]:
    """Of hidden, weight and bias, each in its own dtype; None where not wanted."""
    hidden, weight, bias = operands.hidden, operands.weight, operands.bias
    rows, vocabulary = len(hidden), len(weight)
    dtype = tiles.tile_dtype(hidden)
    wide = torch.promote_types(dtype, torch.float32)
    grad_hidden = torch.zeros(hidden.shape, device=hidden.device, dtype=wide) if wanted[0] else None
    grad_weight = torch.empty_like(weight, memory_format=torch.contiguous_format) if wanted[1] else None
    grad_bias = torch.empty_like(bias) if wanted[2] and bias is not None else None
    width = tile_width(rows, vocabulary, tile_elements)
    tile = torch.empty(rows * width, device=hidden.device, dtype=dtype)
    for first in range(0, vocabulary, width):
        last = min(first + width, vocabulary)
        out = tile[: rows * (last - first)].view(rows, last - first)
        tiles.gradient(operands, statistics, grad_logprobs, grad_entropy, first, out)
        if grad_hidden is not None:
            add_product(grad_hidden, out, weight[first:last])
        if grad_weight is not None:
            part = grad_weight[first:last]
            product(out.T, hidden, out=part) if part.dtype is wide else part.copy_(product(out.T, hidden))
        if grad_bias is not None:
            grad_bias[first:last] = out.sum(dim=0, dtype=wide)
    return None if grad_hidden is None else grad_hidden.to(hidden.dtype), grad_weight, grad_bias


def _check(
    hidden: torch.Tensor,
    weight: torch.Tensor,
    bias: torch.Tensor | None,
    target_ids: torch.Tensor,
    temperature: float,
) -> None:
    shapes = f"hidden {tuple(hidden.shape)}, weight {tuple(weight.shape)}, target_ids {tuple(target_ids.shape)}"
    if hidden.dim() != 2 or weight.dim() != 2 or target_ids.dim() != 1:
        raise ValueError(f"{shapes}; they must be [N, H], [V, H] and [N]")
    if hidden.shape[1] != weight.shape[1] or len(hidden) != len(target_ids):
        raise ValueError(f"{shapes}; H or N differ")
    if bias is not None and bias.shape != weight.shape[:1]:
        raise ValueError(f"bias {tuple(bias.shape)}; it must be [V] = [{len(weight)}]")
    if hidden.dtype is not weight.dtype or not hidden.dtype.is_floating_point:
        raise ValueError(f"hidden is {hidden.dtype} and weight {weight.dtype}; they must be one float type")
    if not temperature > 0:
        raise ValueError(f"temperature is {temperature}; it must be above 0")
