from __future__ import annotations

import math

import pytest
import torch

from tracemill.rl.divergence import adapted, estimate, estimate_one
from tracemill.rl.losses import LOSSES, Terms, cispo, clipped_surrogate, gspo, loss_named, whole_sequence
from tracemill.rl.off_policy import importance, kept, mismatch
from tracemill.rl.values import value_loss

HALVES = torch.tensor([0, 0, 1])  # a completion of two tokens and one of one
DOUBLE = {"dtype": torch.float64}


def logs(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float64).log()


def terms(
    new: torch.Tensor, old: torch.Tensor, advantages: torch.Tensor, low: float, high: float, sequence: torch.Tensor
) -> Terms:
    return Terms(
        new_logprobs=new, old_logprobs=old, advantages=advantages, sequence=sequence, clip_low=low, clip_high=high
    )


def test_by_hand() -> None:
    # ratios 1.5, 0.5, 1.5, 0.5, 1.1 with advantages 1, 1, -1, -1, 2 and clip 0.2 / 0.3
    new = logs(1.5, 0.5, 1.5, 0.5, 1.1).requires_grad_()
    advantages = torch.tensor([1.0, 1.0, -1.0, -1.0, 2.0], dtype=torch.float64)
    loss, clipped = clipped_surrogate(terms(new, torch.zeros(5, **DOUBLE), advantages, 0.2, 0.3, torch.arange(5)))
    assert loss.tolist() == pytest.approx([-1.3, -0.5, 1.5, 0.8, -2.2])
    assert clipped.tolist() == [True, False, False, True, False]
    loss.sum().backward()
    assert new.grad is not None
    assert new.grad.tolist() == pytest.approx([0.0, -0.5, 1.5, 0.0, -2.2])  # d loss / d logp = -ratio * advantage


def test_cispo_by_hand() -> None:
    # ratios 3, 0.5 bounded at 2; loss -w A log p; every token keeps its gradient -w A
    new = logs(0.6, 0.1).requires_grad_()
    loss, clipped = cispo(terms(new, logs(0.2, 0.2), torch.tensor([1.0, -2.0], **DOUBLE), 0.2, 1.0, torch.arange(2)))
    assert loss.tolist() == pytest.approx([-2 * math.log(0.6), math.log(0.1)])
    assert clipped.tolist() == [True, False]
    loss.sum().backward()
    assert new.grad is not None and new.grad.tolist() == pytest.approx([-2.0, 1.0])


def test_gspo_by_hand() -> None:
    # ratios 4 and 1: their geometric mean is 2, clipped at 1.5 for a positive advantage; the other completion's is 1.2
    new = logs(0.4, 0.3, 0.6).requires_grad_()
    old, advantages = logs(0.1, 0.3, 0.5), torch.tensor([-1.0, -1.0, 2.0], **DOUBLE)
    loss, clipped = gspo(terms(new, old, advantages, 0.5, 0.5, HALVES))
    assert loss.tolist() == pytest.approx([2.0, 2.0, -2.4])
    assert clipped.tolist() == [False, False, False]
    loss.sum().backward()
    assert new.grad is not None
    assert new.grad.tolist() == pytest.approx(
        [2.0, 2.0, -2.4]
    )  # two tokens' losses, each with half of the mean's share
    loss, clipped = gspo(terms(new, old, -advantages, 0.5, 0.5, HALVES))
    assert loss.tolist() == pytest.approx([-1.5, -1.5, 2.4])
    assert clipped.tolist() == [True, True, False]


def test_the_whole_sequence_by_hand() -> None:
    # ratios 2 and 1.5: their product is 3, each token holds half of the loss; its gradient is -3 A for each token
    new = logs(0.2, 0.3, 0.6).requires_grad_()
    old, advantages = logs(0.1, 0.2, 0.5), torch.tensor([-1.0, -1.0, 1.0], **DOUBLE)
    loss, clipped = whole_sequence(terms(new, old, advantages, 0.1, 0.1, HALVES))
    assert loss.tolist() == pytest.approx([1.5, 1.5, -1.1])
    assert clipped.tolist() == [False, False, True]
    loss.sum().backward()
    assert new.grad is not None and new.grad.tolist() == pytest.approx([3.0, 3.0, 0.0])


@pytest.mark.parametrize("name", LOSSES)
def test_on_policy_every_gradient_is_reinforce(name: str) -> None:
    new = torch.tensor([-1.0, -2.0, -0.5], requires_grad=True)
    advantages = torch.tensor([0.7, 0.7, -0.3])
    result = loss_named(name)(terms(new, new.detach(), advantages, 0.2, 0.2, HALVES))
    result.loss.sum().backward()
    assert new.grad is not None
    assert new.grad.tolist() == pytest.approx([-0.7, -0.7, 0.3], rel=1e-6)
    assert not result.clipped.any()


@pytest.mark.parametrize("name", LOSSES)
def test_float32_agrees_with_float64(name: str) -> None:
    generator = torch.Generator().manual_seed(0)
    sequence = torch.arange(40).repeat_interleave(25)
    old = -torch.rand(1000, generator=generator, **DOUBLE) * 4
    new = old + 0.02 * torch.randn(1000, generator=generator, **DOUBLE)
    advantages = torch.randn(40, generator=generator, **DOUBLE)[sequence]
    gradients = []
    for dtype in (torch.float32, torch.float64):
        leaf = new.to(dtype).requires_grad_()
        given = terms(leaf, old.to(dtype), advantages.to(dtype), 0.2, 0.28, sequence)
        loss_named(name)(given).loss.sum().backward()
        assert leaf.grad is not None
        gradients.append(leaf.grad.double())
    assert (gradients[0] - gradients[1]).norm() <= 1e-5 * gradients[1].norm()


def test_wrong_shapes_and_names_are_refused() -> None:
    good = torch.zeros(3)
    with pytest.raises(ValueError, match=r"advantages must be a float tensor \[N\], not torch.int64 \(3,\)"):
        terms(good, good, torch.zeros(3, dtype=torch.int64), 0.2, 0.2, HALVES)
    with pytest.raises(ValueError, match="new_logprobs"):
        terms(torch.zeros(3, 1), good, good, 0.2, 0.2, HALVES)
    with pytest.raises(ValueError, match="no loss 'clip'; did you mean 'clipped'"):
        loss_named("clip")
    with pytest.raises(ValueError, match=r"learner\.loss: 'nowhere:loss' cannot be imported"):
        loss_named("nowhere:loss")


def test_divergence_by_hand() -> None:
    # policy 0.5, reference 0.25: d = -log 2
    new, ref = logs(0.5).requires_grad_(), logs(0.25)
    log2 = math.log(2)
    for estimator, value, slope in (("k1", log2, 1.0), ("k2", log2**2 / 2, log2), ("k3", 0.5 + log2 - 1, 0.5)):
        (gradient,) = torch.autograd.grad(estimate(new, ref, estimator).sum(), new)  # type: ignore[arg-type]
        assert estimate(new, ref, estimator).item() == pytest.approx(value)  # type: ignore[arg-type]
        assert gradient.item() == pytest.approx(slope)
        assert estimate_one(new.item(), ref.item(), estimator) == pytest.approx(value)  # type: ignore[arg-type]


def test_divergence_estimators_have_the_divergence_as_their_mean() -> None:
    """Summed over a vocabulary of three with the policy's weights, k1 and k3 are KL(policy || reference) exactly."""
    policy, reference = logs(0.2, 0.3, 0.5), logs(0.4, 0.4, 0.2)
    wanted = (policy.exp() * (policy - reference)).sum().item()
    for estimator in ("k1", "k3"):
        assert (policy.exp() * estimate(policy, reference, estimator)).sum().item() == pytest.approx(wanted)  # type: ignore[arg-type]


def test_the_coefficient_follows_its_target() -> None:
    assert adapted(0.2, measured=0.11, target=0.1, gain=0.1) == pytest.approx(0.2 * 1.01)
    assert adapted(0.2, measured=9.0, target=0.1, gain=0.1) == pytest.approx(0.2 * 1.02)
    assert adapted(0.2, measured=0.0, target=0.1, gain=0.1) == pytest.approx(0.2 * 0.98)


def test_importance_weights_by_hand() -> None:
    # learner / sampled: 3, 0.5, 1
    learner, sampled = logs(0.6, 0.2, 0.5), logs(0.2, 0.4, 0.5)
    given = importance(learner, sampled, HALVES, level="token", cap=2.0)
    assert given.tolist() == pytest.approx([2.0, 0.5, 1.0])
    assert importance(learner, sampled, HALVES, level="token", cap=None).tolist() == pytest.approx([3.0, 0.5, 1.0])
    given = importance(learner, sampled, HALVES, level="sequence", cap=2.0)
    assert given.tolist() == pytest.approx([1.5, 1.5, 1.0])
    assert not importance(learner.requires_grad_(), sampled, HALVES, level="token", cap=2.0).requires_grad


def test_masks_by_hand() -> None:
    # ratios 3, 0.5, 1; products 1.5 and 1; geometric means 1.22 and 1
    learner, sampled = logs(0.6, 0.2, 0.5), logs(0.2, 0.4, 0.5)
    wanted = {"none": [1, 1, 1], "token": [0, 1, 1], "sequence": [0, 0, 1], "geometric": [1, 1, 1]}
    for mask, keeps in wanted.items():
        given = kept(learner, sampled, HALVES, mask=mask, low=0.5, high=1.4)  # type: ignore[arg-type]
        assert given.int().tolist() == keeps, mask


def test_the_mismatch_gauge_by_hand() -> None:
    absolute, kl, largest = mismatch(logs(0.6, 0.2, 0.5), logs(0.2, 0.4, 0.5))
    assert absolute == pytest.approx(math.log(3) + math.log(2))
    assert kl == pytest.approx((3 - math.log(3) - 1) + (0.5 + math.log(2) - 1))
    assert largest == pytest.approx(math.log(3))


def test_value_loss_by_hand() -> None:
    # old 0, clip 0.2, return 1: v = 0.5 counts as 0.2 (0.64), v = -0.5 as itself (2.25); without a clip 0.25
    new = torch.tensor([0.5, -0.5], **DOUBLE).requires_grad_()
    old, returns = torch.zeros(2, **DOUBLE), torch.ones(2, **DOUBLE)
    loss = value_loss(new, old, returns, clip=0.2)
    assert loss.tolist() == pytest.approx([0.32, 1.125])
    loss.sum().backward()
    assert new.grad is not None and new.grad.tolist() == pytest.approx([0.0, -1.5])
    assert value_loss(new, old, returns, clip=None).tolist() == pytest.approx([0.125, 1.125])
