"""What the learner is fed and what it returns.

Legend of axes. Lists: P problem, G group member, T token. Tensors: B row, T token of a row, N predicted token, V
vocabulary, H hidden. `old_` are the logprobs as sampled, `new_` the learner's, `ref_` a reference policy's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """One sampled completion with an advantage a token."""

    ids: tuple[int, ...]
    old_logprobs: tuple[float, ...]
    advantages: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A prompt and the completions that share it: the unit that is packed, so that a prompt is computed once."""

    prompt_ids: tuple[int, ...]
    completions: tuple[Completion, ...]

    @property
    def num_tokens(self) -> int:
        return len(self.prompt_ids) + sum(len(completion.ids) for completion in self.completions)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Packed trees, a micro-batch.

    Each row of `[B, T]` holds whole trees one after the other, padded at its end. A token sees the tokens before it
    that are of its tree (`tree`; -1 is padding) and either of the prompt (`branch` 0) or of its own completion
    (`branch` 1, 2, …). Example: prompt `ab` with completions `c` and `de` is one row `a b c d e`, tree `0 0 0 0 0`,
    branch `0 0 1 2 2`, positions `0 1 2 2 3`; its predicted tokens are `c d e`, predicted from the flat places `1 1 3`.
    """

    input_ids: torch.Tensor  # [B, T] int64
    positions: torch.Tensor  # [B, T] int64
    tree: torch.Tensor  # [B, T] int64
    branch: torch.Tensor  # [B, T] int64
    predict_from: torch.Tensor  # [N] int64, places in the flattened rows whose hidden state predicts
    target_ids: torch.Tensor  # [N] int64
    old_logprobs: torch.Tensor  # [N] float32
    advantages: torch.Tensor  # [N] float32
    sequence: torch.Tensor  # [N] int64, which completion a predicted token belongs to

    def to(self, device: torch.device) -> Batch:
        names = self.__dataclass_fields__
        return replace(self, **{name: getattr(self, name).to(device) for name in names})


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """What one learner step did. `skipped` says why the weights were left untouched, None where they were not."""

    version_before: int
    version_after: int
    metrics: dict[str, float]
    skipped: str | None = None
