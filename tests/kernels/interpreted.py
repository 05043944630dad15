"""The Triton tiles in Triton's interpreter: tests that `test_triton_tiles.py` runs in a process of their own, since
TRITON_INTERPRET=1 must be set before triton is first imported. Small blocks: the interpreter is slow.
"""

from __future__ import annotations

import pytest
import torch

from tracemill.kernels import triton_tiles
from tracemill.kernels.linear_logprobs import linear_logprobs
from tracemill.kernels.tiles import Operands

SMALL = triton_tiles.Blocks(rows=16, columns=32, depth=16, warps=4, stages=1)
Tensors = list[torch.Tensor]


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(triton_tiles, "HALF_BLOCKS", SMALL)
    monkeypatch.setattr(triton_tiles, "FLOAT_BLOCKS", SMALL)
    monkeypatch.setattr(triton_tiles, "_PARTS", 3)
    monkeypatch.setattr(triton_tiles, "_GROUP", 2)


def operands(rows: int, hidden: int, vocabulary: int, dtype: torch.dtype) -> tuple[Tensors, torch.Tensor]:
    """hidden, weight and bias, and targets of which the first are the vocabulary's ends."""
    torch.manual_seed(0)
    made = [torch.randn(rows, hidden), torch.randn(vocabulary, hidden), torch.randn(vocabulary)]
    targets = torch.randint(0, vocabulary, (rows,))
    targets[:2] = torch.tensor([0, vocabulary - 1])
    return [each.to(dtype).requires_grad_() for each in made], targets


def exact(given: Tensors, targets: torch.Tensor, temperature: float) -> tuple[Tensors, torch.Tensor, torch.Tensor]:
    """The same tensors, logprobs and entropy in float64, by the plain formulas. Without a bias if none is given."""
    wide = [each.detach().double().requires_grad_() for each in given]
    logits = wide[0] @ wide[1].T + (wide[2] if len(wide) > 2 else 0.0)
    logprobs = (logits / temperature).log_softmax(-1)
    entropy = -(logprobs.exp() * logprobs.clamp_min(-1e30)).sum(-1)
    return wide, logprobs.gather(-1, targets[:, None])[:, 0], entropy


@pytest.mark.parametrize(
    ("rows", "hidden", "vocabulary", "dtype", "has_bias", "entropy_gradient"),
    [
        (5, 16, 129, torch.float32, False, False),  # one row block, one column past a tile
        (37, 40, 300, torch.float32, True, True),  # nothing divides: rows, depth, columns, groups, parts
        (21, 24, 96, torch.bfloat16, True, True),
        (21, 24, 96, torch.float16, False, False),
    ],
)
def test_against_float64(
    rows: int, hidden: int, vocabulary: int, dtype: torch.dtype, has_bias: bool, entropy_gradient: bool
) -> None:
    given, targets = operands(rows, hidden, vocabulary, dtype)
    given = given if has_bias else given[:2]
    read = linear_logprobs(
        given[0],
        given[1],
        targets,
        bias=given[2] if has_bias else None,
        temperature=0.7,
        entropy_gradient=entropy_gradient,
        backend="triton",
        tile_elements=1,
    )
    wide, *plain = exact(given, targets, 0.7)
    for one, other in zip(read, plain, strict=True):
        assert one.dtype is torch.float32
        torch.testing.assert_close(one.double(), other, rtol=1e-5, atol=1e-5)

    def gradients(logprobs: torch.Tensor, entropy: torch.Tensor, of: Tensors) -> tuple[torch.Tensor, ...]:
        loss = (torch.linspace(-1, 2, rows) * logprobs).sum() + (0.3 * entropy.sum() if entropy_gradient else 0.0)
        return torch.autograd.grad(loss, of)

    # The logits' gradient is rounded to the operands' dtype once, and so is the result.
    tolerance = {torch.float32: 1e-6, torch.bfloat16: 2**-7, torch.float16: 2**-10}[dtype]
    for one, other in zip(gradients(*read, given), gradients(*plain, wide), strict=True):
        assert one.dtype is dtype
        assert (one.double() - other).norm() < tolerance * other.norm()


def test_large_and_masked_logits() -> None:
    """The first parts of the vocabulary masked as a whole, a target among them, and logits of 20,000."""
    (hidden, weight, _), targets = operands(5, 16, 300, torch.float32)
    bias = torch.full((300,), 20_000.0).index_fill(0, torch.arange(200), -torch.inf)
    logprobs, entropy = linear_logprobs(
        hidden, weight, targets, bias=bias, entropy_gradient=True, backend="triton", tile_elements=1
    )
    wide, wanted, wanted_entropy = exact([hidden, weight, bias], targets, 1.0)
    assert logprobs[0] == -torch.inf
    torch.testing.assert_close(logprobs.double(), wanted, rtol=0, atol=5e-3)
    torch.testing.assert_close(entropy.double(), wanted_entropy, rtol=0, atol=5e-3)
    given = torch.autograd.grad(logprobs[1] + entropy.sum(), [hidden, weight])
    for one, other in zip(given, torch.autograd.grad(wanted[1] + wanted_entropy.sum(), wide[:2]), strict=True):
        torch.testing.assert_close(one.double(), other, rtol=0, atol=2e-2)


def test_a_row_without_coefficient_takes_no_part() -> None:
    (hidden, weight, _), targets = operands(18, 16, 40, torch.float32)
    hidden = hidden.detach().index_fill(0, torch.tensor(17), torch.nan).requires_grad_()
    logprobs, _ = linear_logprobs(hidden, weight, targets, backend="triton")
    assert logprobs.isnan().nonzero().tolist() == [[17]]
    grad_hidden, grad_weight = torch.autograd.grad(logprobs[:17].sum(), [hidden, weight])
    assert torch.isfinite(grad_weight).all()
    assert (grad_hidden[17] == 0).all() and (grad_hidden[16] != 0).all()


def test_offsets_past_32_bits() -> None:
    """Rows 2**29 elements apart: the fifth begins past what 32 bits count. The memory is never touched between."""
    try:
        memory = torch.empty(2**31 + 2**10, dtype=torch.bfloat16)
    except RuntimeError as error:
        pytest.skip(f"4 GiB of address space are not to be had: {error}")
    apart = (2**29, 1)
    hidden, weight = memory.as_strided((5, 16), apart), memory.as_strided((5, 16), apart, 16)
    out = memory.as_strided((5, 5), apart, 64)
    torch.manual_seed(0)
    hidden.copy_(torch.randn(5, 16))
    weight.copy_(torch.randn(5, 16))
    targets = torch.tensor([4, 3, 2, 1, 0])
    given = Operands(hidden, weight, None, targets, 1.0)
    near = Operands(hidden.contiguous(), weight.contiguous(), None, targets, 1.0)
    found, wanted = (triton_tiles.statistics(each, 0) for each in (given, near))
    for one, other in zip(found, wanted, strict=True):
        torch.testing.assert_close(one, other, rtol=0, atol=0)
    near_out = torch.empty(5, 5, dtype=torch.bfloat16)
    triton_tiles.gradient(given, found, torch.ones(5), None, 0, out)
    triton_tiles.gradient(near, wanted, torch.ones(5), None, 0, near_out)
    torch.testing.assert_close(out.contiguous(), near_out, rtol=0, atol=0)


def test_float64_is_refused() -> None:
    (hidden, weight, _), targets = operands(2, 16, 16, torch.float64)
    with pytest.raises(ValueError, match=r"not torch\.float64"):
        linear_logprobs(hidden, weight, targets, backend="triton")
