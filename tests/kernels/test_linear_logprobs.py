from __future__ import annotations

import pytest
import torch

from tracemill.kernels.linear_logprobs import linear_logprobs
from tracemill.kernels.tiles import tiles_for

TOKENS, HIDDEN, VOCABULARY = 7, 12, 300  # three tiles of 128 columns, the last one narrow
Inputs = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]


@pytest.fixture
def inputs() -> Inputs:
    """hidden, weight, bias, targets; the targets at both ends of the vocabulary and of a tile."""
    torch.manual_seed(0)
    targets = torch.tensor([0, VOCABULARY - 1, 127, 128, 255, 256, 31])
    return torch.randn(TOKENS, HIDDEN), torch.randn(VOCABULARY, HIDDEN), torch.randn(VOCABULARY), targets


def exact(hidden: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor, targets: torch.Tensor, temperature: float):
    """The plain formulas, in the dtype of what is given."""
    logprobs = ((hidden @ weight.T + bias) / temperature).log_softmax(-1)
    entropy = -(logprobs.exp() * logprobs.clamp_min(-1e30)).sum(-1)
    return logprobs.gather(-1, targets[:, None])[:, 0], entropy


def test_gradients_in_float64(inputs: Inputs) -> None:
    hidden, weight, bias, _ = inputs
    small = [each.double().requires_grad_() for each in (hidden[:3, :2], weight[:130, :2], bias[:130])]

    def read(*operands: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        return linear_logprobs(
            operands[0],
            operands[1],
            torch.tensor([0, 129, 127]),
            bias=operands[2],
            temperature=0.7,
            entropy_gradient=True,
            tile_elements=1,
        )

    assert torch.autograd.gradcheck(read, small, fast_mode=True)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("tile_elements", [1, 7 * 256, 10**6])
def test_against_float64(inputs: Inputs, dtype: torch.dtype, tile_elements: int) -> None:
    *operands, targets = inputs
    given = [each.to(dtype).requires_grad_() for each in operands]
    wanted = [each.detach().double().requires_grad_() for each in given]
    coefficients = torch.linspace(-1, 2, TOKENS)

    def gradients(logprobs: torch.Tensor, entropy: torch.Tensor, of: list[torch.Tensor]) -> list[torch.Tensor]:
        loss = (coefficients * logprobs).sum() + 0.3 * entropy.sum()
        return [each.double() for each in torch.autograd.grad(loss, of)]

    read = linear_logprobs(
        given[0], given[1], targets, bias=given[2], temperature=0.7, entropy_gradient=True, tile_elements=tile_elements
    )
    plain = exact(wanted[0], wanted[1], wanted[2], targets, 0.7)
    for one, other in zip(read, plain, strict=True):
        assert one.dtype is torch.float32
        torch.testing.assert_close(one.double(), other, rtol=1e-5, atol=1e-5)
    # A half gradient is the exact one rounded once.
    rounding = 2**-8 if dtype is torch.bfloat16 else 1e-5
    for one, other in zip(gradients(*read, given), gradients(*plain, wanted), strict=True):
        torch.testing.assert_close(one, other, rtol=rounding, atol=1e-5)


def test_large_logits_keep_their_digits(inputs: Inputs) -> None:
    hidden, weight, bias, targets = inputs
    bias = bias + 20_000.0
    logprobs, entropy = linear_logprobs(hidden, weight, targets, bias=bias, tile_elements=1)
    logits = (hidden @ weight.T + bias).double()  # as float32 holds them
    wanted, wanted_entropy = exact(logits, torch.eye(VOCABULARY).double(), torch.zeros(1), targets, 1.0)
    torch.testing.assert_close(logprobs.double(), wanted, rtol=0, atol=5e-3)
    torch.testing.assert_close(entropy.double(), wanted_entropy, rtol=0, atol=5e-3)


def test_masked_tokens_give_no_nan(inputs: Inputs) -> None:
    """The first tile masked as a whole, and a target among the masked."""
    hidden, weight, bias, targets = inputs
    masked = bias.index_fill(0, torch.arange(200), -torch.inf)
    given = [each.clone().requires_grad_() for each in (hidden, weight)]
    logprobs, entropy = linear_logprobs(
        given[0], given[1], targets, bias=masked, entropy_gradient=True, tile_elements=1
    )
    wanted, wanted_entropy = exact(hidden.double(), weight.double(), masked.double(), targets, 1.0)
    torch.testing.assert_close(logprobs.double(), wanted, rtol=1e-5, atol=1e-5)
    assert logprobs[0] == -torch.inf
    torch.testing.assert_close(entropy.double(), wanted_entropy, rtol=1e-5, atol=1e-5)
    gradients = torch.autograd.grad(logprobs[1] + entropy.sum(), given)
    assert all(torch.isfinite(each).all() for each in gradients)


def test_a_row_without_coefficient_takes_no_part(inputs: Inputs) -> None:
    hidden, weight, _, targets = inputs
    hidden[3] = torch.nan
    given = [each.requires_grad_() for each in (hidden, weight)]
    logprobs, _ = linear_logprobs(given[0], given[1], targets)
    assert logprobs.isnan().tolist() == [row == 3 for row in range(TOKENS)]
    grad_hidden, grad_weight = torch.autograd.grad(logprobs[torch.arange(TOKENS) != 3].sum(), given, retain_graph=True)
    assert torch.isfinite(grad_weight).all()
    assert (grad_hidden[3] == 0).all() and (grad_hidden[2] != 0).all()
    assert torch.autograd.grad(logprobs[3], weight)[0].isnan().all()


def test_coefficients_that_are_all_zero_give_zero(inputs: Inputs) -> None:
    hidden, weight, bias, targets = (each.requires_grad_() if each.is_floating_point() else each for each in inputs)
    logprobs, _ = linear_logprobs(hidden, weight, targets, bias=bias)
    for gradient in torch.autograd.grad((logprobs * 0.0).sum(), [hidden, weight, bias]):
        assert gradient.shape and (gradient == 0).all()


def test_what_is_frozen_gets_no_gradient(inputs: Inputs) -> None:
    hidden, weight, _, targets = inputs
    logprobs, entropy = linear_logprobs(hidden.requires_grad_(), weight, targets)
    assert logprobs.requires_grad and not entropy.requires_grad
    logprobs.sum().backward()  # type: ignore[no-untyped-call]
    assert hidden.grad is not None and weight.grad is None


def test_a_target_that_is_no_token_is_nan_and_not_a_wrong_number(inputs: Inputs) -> None:
    hidden, weight, _, targets = inputs
    targets[0], targets[1] = -1, VOCABULARY
    logprobs, _ = linear_logprobs(hidden, weight, targets)
    assert logprobs.isnan().tolist() == [True, True, False, False, False, False, False]


def test_bad_input_is_named(inputs: Inputs) -> None:
    hidden, weight, _, targets = inputs
    with pytest.raises(ValueError, match=r"hidden is torch.bfloat16 and weight torch.float32"):
        linear_logprobs(hidden.bfloat16(), weight, targets)
    with pytest.raises(ValueError, match=r"\(7, 12\), weight \(300, 11\)"):
        linear_logprobs(hidden, weight[:, 1:], targets)
    with pytest.raises(ValueError, match=r"bias \(5,\); it must be \[V\] = \[300\]"):
        linear_logprobs(hidden, weight, targets, bias=torch.zeros(5))
    with pytest.raises(ValueError, match="temperature is 0"):
        linear_logprobs(hidden, weight, targets, temperature=0.0)
    with pytest.raises(ValueError, match="backend is 'tritn'"):
        tiles_for(hidden, "tritn")  # type: ignore[arg-type]


def test_the_cpu_takes_pytorch(inputs: Inputs) -> None:
    assert tiles_for(inputs[0]).__name__ == "tracemill.kernels.torch_tiles"  # type: ignore[attr-defined]
