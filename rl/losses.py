"""Policy losses a token. Pure functions of logprobs and advantages; the caller sums and normalises.

`old_logprobs` are the proximal policy's: those as sampled, or the learner's at the start of the batch (see
`rl.off_policy`). `sequence` `[N]` int64 says which completion of the micro-batch a token belongs to; a completion is
never cut.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch

from tracemill.rl.plugins import imported, nearest


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What a loss is made of: the tokens of a micro-batch `[N]`, float but for `sequence`, and the config's bounds.
    Raises ValueError for another rank or dtype."""

    new_logprobs: torch.Tensor
    old_logprobs: torch.Tensor
    advantages: torch.Tensor
    sequence: torch.Tensor
    clip_low: float
    clip_high: float

    def __post_init__(self) -> None:
        for name in ("new_logprobs", "old_logprobs", "advantages"):
            tensor: torch.Tensor = getattr(self, name)
            if tensor.dim() != 1 or not tensor.dtype.is_floating_point:
                raise ValueError(f"{name} must be a float tensor [N], not {tensor.dtype} {tuple(tensor.shape)}")


class TokenLoss(NamedTuple):
    """`loss` `[N]` carries gradients to the new logprobs; `clipped` `[N]` marks tokens whose gradient the clip took."""

    loss: torch.Tensor
    clipped: torch.Tensor


Loss = Callable[[Terms], TokenLoss]


def clipped_surrogate(terms: Terms) -> TokenLoss:
    """-min(w A, clip(w, 1 - clip_low, 1 + clip_high) A) with w = exp(new - old) (PPO; Schulman et al. 2017, arXiv
    1707.06347, eq. 7; two bounds as in DAPO, arXiv 2503.14476, eq. 10)."""
    return _clipped((terms.new_logprobs - terms.old_logprobs).exp(), terms)


def cispo(terms: Terms) -> TokenLoss:
    """-min(w, 1 + clip_high) A log p with no gradient through w (CISPO; MiniMax 2025, arXiv 2506.13585, eq. 4 and 5,
    without the lower bound, as in the paper's runs). `clipped` marks bounded weights: they keep a gradient."""
    ratio, bound = (terms.new_logprobs.detach() - terms.old_logprobs).exp(), 1 + terms.clip_high
    return TokenLoss(
        loss=-ratio.clamp(max=bound) * terms.advantages * terms.new_logprobs,
        clipped=(ratio > bound) & (terms.advantages != 0),
    )


def gspo(terms: Terms) -> TokenLoss:
    """The clipped surrogate with one ratio a completion, s = exp(mean over its tokens of new - old) (GSPO; Zheng et al.
    2025, arXiv 2507.18071, eq. 5 and 7). Each token holds its completion's loss: their mean is the paper's term."""
    mean = sequence_mean(terms.new_logprobs - terms.old_logprobs, terms.sequence)
    return _clipped(mean[terms.sequence].exp(), terms)


def whole_sequence(terms: Terms) -> TokenLoss:
    """The clipped surrogate with the completion as one action, its ratio the product of its tokens' (as TRL's
    RLOOTrainer has it; unclipped, its gradient is the estimator of RLOO, arXiv 2402.14740, sec. 2.3). The tokens of a
    completion hold equal shares of its loss: their sum is the term."""
    total = sequence_sum(terms.new_logprobs - terms.old_logprobs, terms.sequence)
    loss, clipped = _clipped(total[terms.sequence].exp(), terms)
    return TokenLoss(loss=loss / lengths(terms.sequence, loss.dtype)[terms.sequence], clipped=clipped)


LOSSES: dict[str, Loss] = {
    "clipped": clipped_surrogate,
    "cispo": cispo,
    "gspo": gspo,
    "sequence": whole_sequence,
}


def loss_named(name: str) -> Loss:
    """One of the above, or anyone's by `module:function`. Raises ValueError where there is none."""
    if ":" in name:
        return imported(name, "learner.loss")
    if name not in LOSSES:
        raise ValueError(f"no loss {name!r}; {nearest(name, LOSSES)}")
    return LOSSES[name]


def lengths(sequence: torch.Tensor, dtype: torch.dtype) -> torch.Tensor:
    """Tokens of each completion, `[number of completions]`."""
    return torch.bincount(sequence).to(dtype)


def sequence_sum(values: torch.Tensor, sequence: torch.Tensor) -> torch.Tensor:
    """`[N]` summed by completion, `[number of completions]`."""
    number = int(sequence.max()) + 1
    return torch.zeros(number, dtype=values.dtype, device=values.device).index_add(0, sequence, values)


def sequence_mean(values: torch.Tensor, sequence: torch.Tensor) -> torch.Tensor:
    return sequence_sum(values, sequence) / lengths(sequence, values.dtype)


def _clipped(ratio: torch.Tensor, terms: Terms) -> TokenLoss:
    plain = ratio * terms.advantages
    bounded = ratio.clamp(1 - terms.clip_low, 1 + terms.clip_high) * terms.advantages
    return TokenLoss(loss=-torch.minimum(plain, bounded), clipped=bounded < plain)
