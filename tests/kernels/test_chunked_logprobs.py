from __future__ import annotations

import pytest
import torch
from torch import nn

from tracemill.kernels.chunked_logprobs import head_logprobs
from tracemill.kernels.logprobs import chosen_logprobs

TOKENS, HIDDEN, VOCABULARY = 23, 8, 37


@pytest.fixture
def inputs() -> tuple[nn.Linear, torch.Tensor, torch.Tensor]:
    torch.manual_seed(0)
    head = nn.Linear(HIDDEN, VOCABULARY, bias=False)
    return head, torch.randn(TOKENS, HIDDEN, requires_grad=True), torch.randint(0, VOCABULARY, (TOKENS,))


@pytest.mark.parametrize("kind", ["linear", "any"])
@pytest.mark.parametrize("entropy_gradient", [False, True])
@pytest.mark.parametrize("rows_at_once", [1, 5, 22, 1000])
def test_chunks_give_what_all_logits_give(
    inputs: tuple[nn.Linear, torch.Tensor, torch.Tensor], rows_at_once: int, entropy_gradient: bool, kind: str
) -> None:
    head, hidden, targets = inputs
    coefficients = torch.linspace(-1, 2, TOKENS)

    def loss_and_gradients(logprobs: torch.Tensor, entropy: torch.Tensor) -> list[torch.Tensor]:
        loss = (coefficients * logprobs).sum() + (0.3 * entropy.sum() if entropy_gradient else 0.0)
        return [logprobs, entropy, loss, *torch.autograd.grad(loss, [hidden, head.weight])]

    plain = chosen_logprobs(head(hidden) / 0.7, targets, entropy_gradient=entropy_gradient)
    chunked = head_logprobs(
        head if kind == "linear" else head.forward,
        hidden,
        targets,
        vocabulary=VOCABULARY,
        temperature=0.7,
        entropy_gradient=entropy_gradient,
        logits_at_once=rows_at_once * VOCABULARY,
    )
    for given, wanted in zip(loss_and_gradients(*chunked), loss_and_gradients(*plain), strict=True):
        torch.testing.assert_close(given, wanted, rtol=1e-5, atol=1e-6)


def test_no_chunk_is_larger_than_asked(inputs: tuple[nn.Linear, torch.Tensor, torch.Tensor]) -> None:
    head, hidden, targets = inputs
    seen: list[int] = []

    def counting(states: torch.Tensor) -> torch.Tensor:
        seen.append(len(states))
        return head(states)

    logprobs, _ = head_logprobs(
        counting, hidden, targets, vocabulary=VOCABULARY, logits_at_once=5 * VOCABULARY + VOCABULARY - 1
    )
    assert seen == [5, 5, 5, 5, 3]
    logprobs.sum().backward()  # type: ignore[no-untyped-call]
    assert sorted(seen) == [3, 3] + [5] * 8


def test_a_head_with_hooks_is_called(inputs: tuple[nn.Linear, torch.Tensor, torch.Tensor]) -> None:
    """Such a hook may bring the weights, as ZeRO-3's do."""
    head, hidden, targets = inputs
    seen: list[int] = []
    head.register_forward_pre_hook(lambda module, given: seen.append(len(given[0])))
    head_logprobs(head, hidden, targets, vocabulary=VOCABULARY, logits_at_once=5 * VOCABULARY)
    assert seen == [5, 5, 5, 5, 3]


def test_the_gradient_against_float64(inputs: tuple[nn.Linear, torch.Tensor, torch.Tensor]) -> None:
    head, hidden, targets = inputs
    logprobs, _ = head_logprobs(head, hidden, targets, vocabulary=VOCABULARY, logits_at_once=VOCABULARY * 4)
    given = torch.autograd.grad(logprobs.sum(), [hidden, head.weight])
    exact_hidden = hidden.detach().double().requires_grad_()
    exact_weight = head.weight.detach().double().requires_grad_()
    exact = (exact_hidden @ exact_weight.T).log_softmax(-1).gather(-1, targets[:, None]).sum()
    for one, other in zip(given, torch.autograd.grad(exact, [exact_hidden, exact_weight]), strict=True):
        torch.testing.assert_close(one.double(), other, rtol=0, atol=1e-5)
