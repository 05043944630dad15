from __future__ import annotations

import torch

from tracemill.kernels.logprobs import chosen_logprobs


def test_against_float64() -> None:
    torch.manual_seed(0)
    logits = torch.randn(7, 11, dtype=torch.float64, requires_grad=True)
    targets = torch.randint(0, 11, (7,))
    logprobs, entropy = chosen_logprobs(logits, targets)
    exact = logits.log_softmax(-1)
    torch.testing.assert_close(logprobs.double(), exact.gather(-1, targets[:, None])[:, 0], rtol=0, atol=1e-6)
    torch.testing.assert_close(entropy.double(), -(exact.exp() * exact).sum(-1), rtol=0, atol=1e-6)
    (given,) = torch.autograd.grad(logprobs.sum(), logits, retain_graph=True)
    (wanted,) = torch.autograd.grad(exact.gather(-1, targets[:, None]).sum(), logits)
    torch.testing.assert_close(given, wanted, rtol=0, atol=1e-6)


def test_masked_logits_give_no_nan() -> None:
    logits = torch.tensor([[0.0, float("-inf"), 1.0]])
    logprobs, entropy = chosen_logprobs(logits, torch.tensor([2]))
    assert torch.isfinite(logprobs).all()
    assert torch.isfinite(entropy).all()


def test_bfloat16_logits_are_taken_in_float32() -> None:
    logits = torch.randn(3, 500).bfloat16()
    logprobs, _ = chosen_logprobs(logits, torch.tensor([1, 2, 3]))
    assert logprobs.dtype is torch.float32
    torch.testing.assert_close(logprobs, logits.float().log_softmax(-1)[range(3), [1, 2, 3]])
