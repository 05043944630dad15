"""A KV cache of slots, and the attention that reads it without copying.

One slot holds the keys and values of one sequence. transformers' own models write to it through the `Cache` protocol
and read it through an attention function registered under `ATTENTION`, so any model with grouped-query attention behind
transformers' attention interface works. Not covered: sliding windows shorter than the sequence, attention sinks and
capped scores (refused, not ignored).

Shapes: B rows, K key-value heads, H query heads, T queries, S cached tokens, D head dimension.
"""

from __future__ import annotations

from typing import Any

import torch
from transformers import AttentionInterface, PretrainedConfig

ATTENTION = "tracemill_slots"


def grouped_attention(
    module: torch.nn.Module,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    scaling: float | None = None,
    **rest: Any,
) -> tuple[torch.Tensor, None]:
    """softmax(q k^T * scaling + mask) v with H/K query heads to each key-value head, never repeating keys or values.

    query `[B, H, T, D]`, key and value `[B, K, S, D]`, additive mask `[B, 1, T, S]` float32 -> `[B, T, H, D]`. The
    softmax is taken in float32.
    """
    for name in ("softcap", "s_aux"):
        if rest.get(name) is not None:
            raise ValueError(f"the torch engine has no attention with {name}; use a model without it")
    rows, heads, num_queries, dim = query.shape
    groups = heads // key.shape[1]
    scores = query.reshape(rows, key.shape[1], groups * num_queries, dim) @ key.transpose(-1, -2)
    scores = scores.float().mul_(dim**-0.5 if scaling is None else scaling)
    scores = scores.view(rows, key.shape[1], groups, num_queries, -1).add_(attention_mask[:, :, None])
    weights = scores.softmax(dim=-1).to(value.dtype).view(rows, key.shape[1], groups * num_queries, -1)
    return (weights @ value).view(rows, heads, num_queries, dim).transpose(1, 2).contiguous(), None


AttentionInterface.register(ATTENTION, grouped_attention)


def refuse_short_windows(config: PretrainedConfig, length: int) -> None:
    """Raises ValueError where a layer would forget tokens that the slots still show it."""
    window = getattr(config, "sliding_window", None)
    if window is not None and getattr(config, "use_sliding_window", True) and window < length:
        raise ValueError(f"the policy attends to a window of {window} tokens, prompt and completion may have {length}")


class Slots:
    """Keys and values of up to `rows` sequences of up to `length` tokens, for every layer.

    Two ways of writing: `prefill` collects what a forward pass over whole prompts makes, to be copied into rows with
    `fill`; `decode` appends one token to each of the first rows.
    """

    is_compileable = False

    def __init__(self, num_layers: int) -> None:
        self._num_layers = num_layers
        self._keys: list[torch.Tensor] = []
        self._values: list[torch.Tensor] = []
        self._fresh: list[tuple[torch.Tensor, torch.Tensor]] = []
        self._rows_length = (0, 0)
        self._positions: torch.Tensor | None = None
        self._span = 0

    def reserve(self, rows: int, length: int) -> None:
        """Room for at least `rows` sequences of `length` tokens, with what the first rows hold already."""
        have_rows, have_length = self._rows_length
        self._rows_length = (max(rows, have_rows), max(length, have_length))
        if self._rows_length != (have_rows, have_length):
            self._keys = [self._grown(key) for key in self._keys]
            self._values = [self._grown(value) for value in self._values]

    def clear(self) -> None:
        """Gives all memory back."""
        self._rows_length = (0, 0)
        self._keys, self._values, self._fresh = [], [], []

    def prefill(self) -> None:
        self._fresh = []
        self._positions = None

    def decode(self, positions: torch.Tensor, span: int) -> None:
        """The next forward pass writes row b at `positions[b]` and reads the first `span` tokens of each row."""
        self._positions = positions
        self._span = span

    def fill(self, row: int, source: int, num_tokens: int) -> None:
        """Copies the last `num_tokens` of prefilled (left-padded) sequence `source` into `row`."""
        for layer, (key, value) in enumerate(self._fresh):
            self._keys[layer][row, :, :num_tokens] = key[source, :, -num_tokens:]
            self._values[layer][row, :, :num_tokens] = value[source, :, -num_tokens:]

    def keep(self, rows: torch.Tensor) -> None:
        """Drops every row but these, which become rows 0, 1, …"""
        self._rows_length = (len(rows), self._rows_length[1])
        self._keys = [key[rows] for key in self._keys]
        self._values = [value[rows] for value in self._values]

    def update(
        self, key: torch.Tensor, value: torch.Tensor, layer: int, *_: Any, **__: Any
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Called by each attention layer with the new keys and values `[B, K, T, D]`; returns those to attend to."""
        if self._positions is None:
            if len(self._keys) <= layer:
                num_rows, length = self._rows_length
                self._keys.append(key.new_zeros(num_rows, key.shape[1], length, key.shape[3]))
                self._values.append(value.new_zeros(num_rows, value.shape[1], length, value.shape[3]))
            self._fresh.append((key, value))
            return key, value
        rows = torch.arange(key.shape[0], device=key.device)
        self._keys[layer][rows, :, self._positions] = key[:, :, 0]
        self._values[layer][rows, :, self._positions] = value[:, :, 0]
        return self._keys[layer][: len(rows), :, : self._span], self._values[layer][: len(rows), :, : self._span]

    def _grown(self, cache: torch.Tensor) -> torch.Tensor:
        rows, length = self._rows_length
        grown = cache.new_zeros(rows, cache.shape[1], length, cache.shape[3])
        grown[: cache.shape[0], :, : cache.shape[2]] = cache
        return grown

    def get_seq_length(self, layer: int = 0) -> int:
        return 0 if self._positions is None else self._span - 1

    def get_mask_sizes(self, query_length: int, layer: int) -> tuple[int, int]:
        return (query_length if self._positions is None else self._span), 0
