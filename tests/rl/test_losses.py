from __future__ import annotations

import math

import pytest
import torch

from tracemill.rl.losses import clipped_surrogate


def test_by_hand() -> None:
    # ratios 1.5, 0.5, 1.5, 0.5, 1.1 with advantages 1, 1, -1, -1, 2 and clip 0.2 / 0.3
    new = torch.tensor([1.5, 0.5, 1.5, 0.5, 1.1], dtype=torch.float64).log().requires_grad_()
    advantages = torch.tensor([1.0, 1.0, -1.0, -1.0, 2.0], dtype=torch.float64)
    loss, clipped = clipped_surrogate(new, torch.zeros(5, dtype=torch.float64), advantages, clip_low=0.2, clip_high=0.3)
    assert loss.tolist() == pytest.approx([-1.3, -0.5, 1.5, 0.8, -2.2])
    assert clipped.tolist() == [True, False, False, True, False]
    loss.sum().backward()
    assert new.grad is not None
    assert new.grad.tolist() == pytest.approx([0.0, -0.5, 1.5, 0.0, -2.2])  # d loss / d logp = -ratio * advantage


def test_on_policy_the_gradient_is_reinforce() -> None:
    new = torch.tensor([-1.0, -2.0], requires_grad=True)
    clipped_surrogate(new, new.detach(), torch.tensor([0.7, -0.3]), clip_low=0.2, clip_high=0.2).loss.sum().backward()
    assert new.grad is not None
    assert new.grad.tolist() == pytest.approx([-0.7, 0.3])


def test_wrong_shapes_are_refused() -> None:
    good = torch.zeros(3)
    with pytest.raises(ValueError, match=r"advantages must be a float tensor \[N\], not torch.int64 \(3,\)"):
        clipped_surrogate(good, good, torch.zeros(3, dtype=torch.int64), clip_low=0.2, clip_high=0.2)
    with pytest.raises(ValueError, match="new_logprobs"):
        clipped_surrogate(torch.zeros(3, 1), good, good, clip_low=0.2, clip_high=0.2)
    assert math.isfinite(clipped_surrogate(good, good, good, clip_low=0.2, clip_high=0.2).loss.sum().item())
