"""What the learner is fed and what it returns.

Legend of axes. Lists: P problem, G group member, T token. Tensors: B row, T place of a row, M distinct prediction, N
token of the loss, V vocabulary, H hidden. `old_` are the logprobs as sampled, `new_` the learner's, `ref_` a reference
policy's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One sampled completion with an advantage a token, and what else the loss may need of each token: None where
    nobody asked for it, for all completions of a batch alike."""

    ids: tuple[int, ...]
    old_logprobs: tuple[float, ...]
    advantages: tuple[float, ...]
    ref_logprobs: tuple[float, ...] | None = None  # of the reference policy
    proximal_logprobs: tuple[float, ...] | None = None  # of the policy before the batch's first update
    old_values: tuple[float, ...] | None = None  # of the critic before the batch's first update
    returns: tuple[float, ...] | None = None  # what the critic should have said


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A prompt and the completions that share it: the unit that is packed, as a trie (`rl.trie`)."""

    prompt_ids: tuple[int, ...]
    completions: tuple[Completion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Packed tries (`rl.trie`), a micro-batch.

    Each row of `[B, T]` holds whole tries one after the other, padded at its end. A place sees itself and the places
    before it whose `ends` lie behind it: its own prompt and the beginning of its own completion. M counts distinct
    predictions, N the tokens of all completions: a token that siblings share is predicted once and is a term of the
    loss for each of them, with its own advantage. Example: prompt `ab` with completions `cd` and `ce` is one row
    `a b c`, ends `3 3 3`, positions `0 1 2`; the predictions are `c d e`, from the flat places `1 2 2`; the terms are
    `0 1 0 2` of the sequences `0 0 1 1`.
    """

    input_ids: torch.Tensor  # [B, T] int64
    positions: torch.Tensor  # [B, T] int64
    ends: torch.Tensor  # [B, T] int64, one past the last place of the row that sees this one
    predict_from: torch.Tensor  # [M] int64, places in the flattened rows whose hidden state predicts
    target_ids: torch.Tensor  # [M] int64
    term: torch.Tensor  # [N] int64, the prediction that each token is
    old_logprobs: torch.Tensor  # [N] float32
    advantages: torch.Tensor  # [N] float32
    sequence: torch.Tensor  # [N] int64, which completion a token belongs to
    ref_logprobs: torch.Tensor | None = None  # [N] float32, as are the rest; see Completion
    proximal_logprobs: torch.Tensor | None = None
    old_values: torch.Tensor | None = None
    returns: torch.Tensor | None = None

    def to(self, device: torch.device) -> Batch:
        tensors = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return replace(self, **{name: each.to(device) for name, each in tensors.items() if each is not None})


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What one learner step did. `skipped` says why the weights were left untouched, None where they were not; `halt`
    that the run must not go on."""

    version_before: int
    version_after: int
    metrics: dict[str, float]
    skipped: str | None = None
    halt: bool = False
