"""From hidden states to logprobs without the `[N, V]` logits, for any head: the one place that chooses how.

Few logits are made whole, by `logprobs`. A plain linear head goes to `linear_logprobs`, in Triton or PyTorch. Any
other head is called on a chunk of tokens at a time, and again for the gradient: peak memory is that of one chunk's
logits, and the price is one more product with the head, 8 N H V operations in place of 6 N H V.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, cast

import torch
from torch import nn
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from tracemill.kernels.linear_logprobs import ACCELERATOR_TILE_ELEMENTS, linear_logprobs
from tracemill.kernels.logprobs import chosen_logprobs
from tracemill.kernels.tiles import Backend

LOGITS_AT_ONCE = 2**22  # 16 MiB in float32; that many are made whole, more in chunks of that size

Head = Callable[[torch.Tensor], torch.Tensor]
"""Hidden states `[n, H]` to logits `[n, V]`."""
Read = tuple[torch.Tensor, torch.Tensor]


class LinearHead(NamedTuple):
    """A head that is weight `[V, H]` and bias `[V]` and nothing else, both whole on this device."""

    weight: torch.Tensor
    bias: torch.Tensor | None

    def __call__(self, hidden: torch.Tensor) -> torch.Tensor:
        return functional.linear(hidden, self.weight, self.bias)


def head_logprobs(
    head: Head | LinearHead,
    hidden: torch.Tensor,
    target_ids: torch.Tensor,
    *,
    vocabulary: int,
    temperature: float = 1.0,
    entropy_gradient: bool = False,
    logits_at_once: int = LOGITS_AT_ONCE,
    backend: Backend = "auto",
) -> Read:
    """hidden `[N, H]`, target_ids `[N]` -> log p(target) and the entropies in nats, `[N]` float32 each, of the
    distributions at `temperature`. The same numbers as `chosen_logprobs` of all logits, up to the order of sums; but
    many logits of a plain half-precision head are not rounded to a half. `backend` is that of `linear_logprobs`."""
    is_few = len(target_ids) * vocabulary <= logits_at_once
    if not is_few and (plain := _plain(head, vocabulary)) is not None:
        return linear_logprobs(
            hidden,
            plain.weight,
            target_ids,
            bias=plain.bias,
            temperature=temperature,
            entropy_gradient=entropy_gradient,
            backend=backend,
            tile_elements=logits_at_once if hidden.device.type == "cpu" else ACCELERATOR_TILE_ELEMENTS,
        )

    def read(states: torch.Tensor, targets: torch.Tensor) -> Read:
        return chosen_logprobs(head(states).float() / temperature, targets, entropy_gradient=entropy_gradient)

    if is_few:
        return read(hidden, target_ids)
    size = max(1, logits_at_once // vocabulary)
    parts = [
        cast(Read, checkpoint(read, states, targets, use_reentrant=False, preserve_rng_state=False))
        for states, targets in zip(hidden.split(size), target_ids.split(size), strict=True)
    ]
    logprobs, entropies = zip(*parts, strict=True)
    return torch.cat(logprobs), torch.cat(entropies)


def _plain(head: Head | LinearHead, vocabulary: int) -> LinearHead | None:
    """Of a head that is nothing but its weight, which is here whole: no adapter, no hook that would gather it."""
    if isinstance(head, LinearHead):
        return head
    if type(head) is not nn.Linear or head._forward_pre_hooks or head._forward_hooks:
        return None
    return LinearHead(head.weight, head.bias) if head.weight.shape == (vocabulary, head.in_features) else None
