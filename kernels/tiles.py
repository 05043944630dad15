"""What a loss needs of the logits `hidden @ weight.T + bias`, made a tile at a time: the types, and who makes them.

Two modules know how: `torch_tiles` on any device, `triton_tiles` where Triton is installed. Both take float32 or half
operands and sum in float32.
"""

from __future__ import annotations

import importlib
import importlib.util
from typing import Literal, NamedTuple, Protocol, cast

import torch

_LINE = 128
Backend = Literal["auto", "torch", "triton"]


class Operands(NamedTuple):
    """hidden `[N, H]`, weight `[V, H]`, bias `[V]` or None, target_ids `[N]`. A logit is their product with the bias,
    divided by the temperature."""

    hidden: torch.Tensor
    weight: torch.Tensor
    bias: torch.Tensor | None
    target_ids: torch.Tensor
    temperature: float


class Statistics(NamedTuple):
    """Of each row's logits z, `[N]`: the largest, the logarithm of the sum of exp(z - largest), the target's, and the
    distribution's entropy in nats. A sum by itself would lose the digits of large logits."""

    largest: torch.Tensor
    log_sum: torch.Tensor
    target: torch.Tensor
    entropy: torch.Tensor


class Tiles(Protocol):
    def statistics(self, operands: Operands, elements_at_once: int) -> Statistics:
        """Holding `elements_at_once` logits in memory at the most, or 128 columns of them."""

    def tile_dtype(self, hidden: torch.Tensor) -> torch.dtype:
        """Of the tiles that `gradient` fills."""

    def gradient(
        self,
        operands: Operands,
        statistics: Statistics,
        grad_logprobs: torch.Tensor,
        grad_entropy: torch.Tensor | None,
        first: int,
        out: torch.Tensor,
    ) -> None:
        """Fills out `[N, W]` with the gradient of the loss with respect to `hidden @ weight.T + bias` in the columns
        `first` to `first + W`:

            (g ([v is the target] - p_v) - h p_v (log p_v + entropy)) / temperature

        for grad_logprobs g and grad_entropy h, `[N]` each. The logits are made again."""


def tiles_for(hidden: torch.Tensor, backend: Backend = "auto") -> Tiles:
    """ "auto": Triton's on an accelerator where it is installed, PyTorch's elsewhere. Raises ValueError for a backend
    that is not there."""
    if backend not in ("auto", "torch", "triton"):
        raise ValueError(f'backend is {backend!r}; it must be "auto", "torch" or "triton"')
    is_installed = importlib.util.find_spec("triton") is not None
    if backend == "triton" and not is_installed:
        raise ValueError('backend is "triton", which is not installed: pip install triton, or take "torch"')
    if backend == "auto":
        fits = hidden.device.type != "cpu" and hidden.dtype is not torch.float64
        backend = "triton" if is_installed and fits else "torch"
    return cast(Tiles, importlib.import_module(f"tracemill.kernels.{backend}_tiles"))


def tile_width(rows: int, vocabulary: int, elements_at_once: int) -> int:
    """Columns of a tile: whole lines of the matrix units, at least one."""
    return min(vocabulary, max(_LINE, elements_at_once // max(1, rows) // _LINE * _LINE))


def merged(
    largest: torch.Tensor, total: torch.Tensor, weighted: torch.Tensor, target: torch.Tensor, operands: Operands
) -> Statistics:
    """Parts of the vocabulary put together. Each input is `[parts, N]`: a part's largest logit m, the sum of
    exp(z - m), the sum of exp(z - m) (z - m), and the target's logit or 0. A target that is no token gives NaN."""
    whole = largest.amax(dim=0)
    # A part masked to -inf counts for nothing, and must not make -inf - -inf; a row of which all is masked is NaN.
    moved = torch.where(largest == -torch.inf, 0.0, largest - whole)
    decay = torch.exp(largest - whole)
    weighted = (decay * (weighted + total * moved)).sum(dim=0)
    total = (decay * total).sum(dim=0)
    log_sum = total.log()
    is_token = (operands.target_ids >= 0) & (operands.target_ids < len(operands.weight))
    chosen = torch.where(is_token, target.sum(dim=0), torch.nan)
    return Statistics(largest=whole, log_sum=log_sum, target=chosen, entropy=log_sum - weighted / total)
