"""Our losses and TRL's own `_compute_loss`, on the same logprobs: the loss and its gradient to every logprob."""

from __future__ import annotations

from collections import defaultdict
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from trl.trainer.grpo_trainer import GRPOTrainer
from trl.trainer.rloo_trainer import RLOOTrainer

from tracemill.rl.divergence import estimate
from tracemill.rl.losses import Terms, loss_named
from tracemill.rl.off_policy import importance

LENGTHS = torch.tensor([3, 7, 5, 1])
LONGEST = 8
MASK = torch.arange(LONGEST)[None] < LENGTHS[:, None]
SEQUENCE = torch.arange(4).repeat_interleave(LENGTHS)


def numbers(seed: int) -> torch.Tensor:
    return torch.randn(4, LONGEST, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


OLD = -numbers(0).abs() * 2
NEW = OLD + 0.3 * numbers(1)
REF = OLD + 0.3 * numbers(2)
SAMPLED = OLD + 0.3 * numbers(3)
ADVANTAGES = torch.tensor([1.0, -0.7, 0.4, -1.3], dtype=torch.float64)


def of_trl(trainer: Any, new: torch.Tensor, **settings: Any) -> torch.Tensor:
    """The loss that TRL's trainer makes of these logprobs, where only its model and accelerator are stood in for."""
    stand_in = SimpleNamespace(
        _get_per_token_logps_and_entropies=lambda *_, **__: (new, torch.zeros_like(new), None),
        _metrics=defaultdict(lambda: defaultdict(list)),
        _entropy_bonus_enabled=False,
        accelerator=SimpleNamespace(num_processes=1, gather=lambda x: x, reduce=lambda x, reduction: x),
        args=SimpleNamespace(use_bias_correction_kl=False, delta=None, steps_per_generation=1),
        aux_loss_enabled=False,
        beta=settings.get("beta", 0.0),
        current_gradient_accumulation_steps=1,
        epsilon_low=settings["epsilon_low"],
        epsilon_high=settings["epsilon_high"],
        importance_sampling_level=settings.get("level", "token"),
        loss_type=settings.get("loss_type"),
        max_completion_length=LONGEST,
        model=SimpleNamespace(training=True),
        off_policy_mask_threshold=None,
        top_entropy_quantile=1.0,
        use_vllm=settings.get("ratio") is not None,
        vllm_importance_sampling_correction=True,
    )
    inputs = {
        "prompt_ids": torch.zeros(4, 1),
        "prompt_mask": torch.ones(4, 1),
        "completion_ids": torch.zeros(4, LONGEST),
        "completion_mask": MASK.double(),
        "advantages": ADVANTAGES,
        "old_per_token_logps": OLD,
        "old_logps": (OLD * MASK).sum(1),
        "ref_per_token_logps": REF,
        "importance_sampling_ratio": settings.get("ratio"),
        "num_items_in_batch": LENGTHS.sum(),
    }
    return trainer._compute_loss(stand_in, None, inputs)  # type: ignore[no-any-return]


def of_ours(
    new: torch.Tensor, name: str, divided_by: float, beta: float = 0.0, cap: float | None = None, **clip: float
) -> torch.Tensor:
    tokens, advantages = new[MASK], ADVANTAGES[SEQUENCE]
    terms = Terms(new_logprobs=tokens, old_logprobs=OLD[MASK], advantages=advantages, sequence=SEQUENCE, **clip)
    loss = loss_named(name)(terms).loss
    if cap is not None:
        loss = loss * importance(OLD[MASK], SAMPLED[MASK], SEQUENCE, level="token", cap=cap)
    if beta:
        loss = loss + beta * estimate(tokens, REF[MASK], "k3")
    weights = 1 / LENGTHS.double()[SEQUENCE] if divided_by == 0 else torch.ones_like(tokens)
    return (loss * weights).sum() / (divided_by or 4)


def same(trl: Any, ours: Any) -> None:
    results = []
    for function in (trl, ours):
        leaf = NEW.clone().requires_grad_()
        loss = function(leaf)
        (gradient,) = torch.autograd.grad(loss, leaf)
        results.append((loss.item(), gradient))
    assert results[1][0] == pytest.approx(results[0][0], rel=1e-12)
    torch.testing.assert_close(results[1][1], results[0][1], rtol=1e-10, atol=1e-14)
    assert results[1][1].abs().sum() > 0


TOKENS, SEQUENCES = float(LENGTHS.sum()), 0.0  # what the sum is divided by; 0: the mean of each completion's mean


@pytest.mark.parametrize(
    ("loss_type", "divided_by"), [("grpo", SEQUENCES), ("dapo", TOKENS), ("bnpo", TOKENS), ("dr_grpo", 4.0 * LONGEST)]
)
@pytest.mark.parametrize("beta", [0.0, 0.04])
def test_the_clipped_surrogate(loss_type: str, divided_by: float, beta: float) -> None:
    same(
        lambda new: of_trl(GRPOTrainer, new, loss_type=loss_type, beta=beta, epsilon_low=0.2, epsilon_high=0.28),
        lambda new: of_ours(new, "clipped", divided_by, beta, clip_low=0.2, clip_high=0.28),
    )


def test_gspo() -> None:
    same(
        lambda new: of_trl(GRPOTrainer, new, loss_type="grpo", level="sequence", epsilon_low=0.05, epsilon_high=0.1),
        lambda new: of_ours(new, "gspo", SEQUENCES, clip_low=0.05, clip_high=0.1),
    )


def test_cispo() -> None:
    """TRL's epsilon_high is the bound itself, ours what it is over 1."""
    same(
        lambda new: of_trl(GRPOTrainer, new, loss_type="cispo", epsilon_low=0.2, epsilon_high=1.25),
        lambda new: of_ours(new, "cispo", TOKENS, clip_low=0.2, clip_high=0.25),
    )


def test_rloo() -> None:
    same(
        lambda new: of_trl(RLOOTrainer, new, epsilon_low=0.2, epsilon_high=0.2),
        lambda new: of_ours(new, "sequence", 4.0, clip_low=0.2, clip_high=0.2),
    )


def test_truncated_importance_sampling() -> None:
    """TRL's token_truncate: exp(old - sampled) clamped, times the loss."""
    ratio = (OLD - SAMPLED).exp().clamp(max=1.2)
    same(
        lambda new: of_trl(GRPOTrainer, new, loss_type="dapo", ratio=ratio, epsilon_low=0.2, epsilon_high=0.2),
        lambda new: of_ours(new, "clipped", TOKENS, cap=1.2, clip_low=0.2, clip_high=0.2),
    )
