"""The loss of a micro-batch from what the models say of it, and what is logged of it.

Per token: correction x policy loss + coefficient x divergence - bonus x entropy + coefficient x value loss. Every term
is weighted and divided alike (`learner.normalise`); the caller divides by the count of the global batch.
"""

from __future__ import annotations

from typing import NamedTuple

import torch

from tracemill.configs.schema import LearnerConfig
from tracemill.rl.divergence import estimate
from tracemill.rl.losses import Terms, TokenLoss, lengths, loss_named
from tracemill.rl.off_policy import importance, kept, mismatch
from tracemill.rl.types import Batch
from tracemill.rl.values import value_loss


class Predicted(NamedTuple):
    """What the module under training says of a micro-batch, each `[N]` float32."""

    logprobs: torch.Tensor
    entropy: torch.Tensor
    values: torch.Tensor | None = None


class Objective(NamedTuple):
    """`total` is the sum to be divided and differentiated; `sums` are added over micro-batches and ranks, of `largest`
    the largest is kept."""

    total: torch.Tensor
    sums: dict[str, float]
    largest: dict[str, float]


def objective(
    batch: Batch,
    predicted: Predicted,
    config: LearnerConfig,
    *,
    kl_coefficient: float = 0.0,
    policy_stands_still: bool = False,
) -> Objective:
    """`config` is resolved. `kl_coefficient` is the one in force."""
    new = predicted.logprobs
    learner = batch.proximal_logprobs if batch.proximal_logprobs is not None else new.detach()
    token, loss, num_masked = _policy_loss(batch, new, learner, config)
    gauge = mismatch(learner, batch.old_logprobs)
    sums = {
        "tokens": float(len(new)),
        "entropy": predicted.entropy.sum().item(),
        "kl_sampled": (batch.old_logprobs - new).sum().item(),
        "clipped_share": token.clipped.sum().item(),
        "masked_share": num_masked,
        "mismatch_mean": gauge.absolute,
        "mismatch_kl": gauge.kl,
    }
    if batch.ref_logprobs is not None:
        divergence = estimate(new, batch.ref_logprobs, config.kl.estimator)
        sums["kl_ref"] = divergence.sum().item()
        if config.kl.place == "loss":
            loss = loss + kl_coefficient * divergence
    if config.entropy_bonus:
        loss = loss - config.entropy_bonus * predicted.entropy
    if policy_stands_still:
        loss = loss * 0.0
    if predicted.values is not None and batch.returns is not None and batch.old_values is not None:
        error = value_loss(predicted.values, batch.old_values, batch.returns, clip=config.critic.value_clip or None)
        sums["value_loss"] = error.sum().item()
        loss = loss + config.critic.coefficient * error
    if config.normalise == "sequences":
        loss = loss / lengths(batch.sequence, loss.dtype)[batch.sequence]
    total = loss.sum()
    return Objective(total=total, sums={"loss": total.item(), **sums}, largest={"mismatch_max": gauge.largest})


def _policy_loss(
    batch: Batch, new: torch.Tensor, learner: torch.Tensor, config: LearnerConfig
) -> tuple[TokenLoss, torch.Tensor, float]:
    """The loss as its formula has it, the same corrected, and how many tokens a mask took."""
    assert config.loss is not None and config.clip_low is not None and config.clip_high is not None
    correction, sampled = config.correction, batch.old_logprobs
    proximal = learner if correction.proximal == "learner" else sampled
    terms = Terms(
        new_logprobs=new,
        old_logprobs=proximal,
        advantages=batch.advantages,
        sequence=batch.sequence,
        clip_low=config.clip_low,
        clip_high=config.clip_high,
    )
    token = loss_named(config.loss)(terms)
    loss, num_masked = token.loss, 0.0
    if correction.proximal == "learner":
        weight = importance(proximal, sampled, batch.sequence, level=correction.level, cap=correction.cap or None)
        loss = loss * weight
    if correction.mask != "none":
        keep = kept(
            learner,
            sampled,
            batch.sequence,
            mask=correction.mask,
            low=correction.mask_low,
            high=correction.mask_high,
        )
        loss = torch.where(keep, loss, 0.0)
        num_masked = float((~keep).sum().item())
    return token, loss, num_masked
