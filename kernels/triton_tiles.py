"""The tiles in Triton: no logit leaves the chip; what the backward pass writes is already their gradient.

Float32 sums whatever the operands; products of float32 operands are exact float32 and never TF32. Offsets into the
operands are 64 bits wide. Runs in Triton's interpreter on CPU tensors where TRITON_INTERPRET=1 stood in the environment
before the first import of triton. `loss_gpu.py` in benchmarks/ times other blocks with --sweep. Importing this module
needs triton.
"""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from typing import Any, NamedTuple

import torch
import triton
import triton.language as tl

from tracemill.kernels.products import HALVES
from tracemill.kernels.tiles import Operands, Statistics, merged


class Blocks(NamedTuple):
    """Rows and columns of the logits that one program makes at a time, and how much of H a step takes; powers of 2."""

    rows: int
    columns: int
    depth: int
    warps: int
    stages: int


HALF_BLOCKS = Blocks(rows=128, columns=128, depth=64, warps=8, stages=3)  # fits any GPU
# Where a program may have 192 KiB of shared memory (Hopper): timed on an H200, docs/gpu.md. Below WIDE_FROM the
# exponentials count for more than the products.
NARROW_HALF_BLOCKS = Blocks(rows=128, columns=128, depth=64, warps=4, stages=3)
WIDE_HALF_BLOCKS = Blocks(rows=128, columns=256, depth=64, warps=8, stages=4)
WIDE_FROM = 2048  # H
FLOAT_BLOCKS = Blocks(rows=64, columns=64, depth=32, warps=4, stages=2)
_PARTS = 32  # of the vocabulary, at most: enough programs for few rows, and 512 bytes a row between the passes
_GROUP = 8  # blocks of rows that go by together, so that what they share of the weights stays in cache


def statistics(operands: Operands, elements_at_once: int) -> Statistics:
    """Keeps no logits; `elements_at_once` is not needed."""
    rows, vocabulary = len(operands.hidden), len(operands.weight)
    blocks = _blocks(operands.hidden)
    per_part = triton.cdiv(triton.cdiv(vocabulary, blocks.columns), _PARTS) * blocks.columns
    num_parts = triton.cdiv(vocabulary, per_part)
    parts = torch.empty(4, num_parts, rows, device=operands.hidden.device, dtype=torch.float32)
    with _device_of(operands.hidden):
        _statistics_kernel[(triton.cdiv(rows, blocks.rows) * num_parts,)](
            **_arguments(operands, blocks),
            parts=parts,
            plane=parts.stride(0),
            num_parts=num_parts,
            per_part=per_part,
        )
    return merged(parts[0], parts[1], parts[2], parts[3], operands)


def tile_dtype(hidden: torch.Tensor) -> torch.dtype:
    """The operands' own, which is what the matrix units take."""
    return hidden.dtype


def gradient(
    operands: Operands,
    statistics: Statistics,
    grad_logprobs: torch.Tensor,
    grad_entropy: torch.Tensor | None,
    first: int,
    out: torch.Tensor,
) -> None:
    blocks = _blocks(operands.hidden)
    column_blocks = triton.cdiv(out.shape[1], blocks.columns)
    with _device_of(operands.hidden):
        _gradient_kernel[(triton.cdiv(len(operands.hidden), blocks.rows) * column_blocks,)](
            **_arguments(operands, blocks),
            largest=statistics.largest,
            log_sum=statistics.log_sum,
            entropy=statistics.entropy,
            grad_logprobs=grad_logprobs,
            grad_entropy=grad_logprobs if grad_entropy is None else grad_entropy,
            first=first,
            out=out,
            out_stride=out.stride(0),
            out_columns=out.shape[1],
            HAS_ENTROPY=grad_entropy is not None,
        )


def _blocks(hidden: torch.Tensor) -> Blocks:
    if hidden.dtype not in HALVES:
        return FLOAT_BLOCKS
    wide = WIDE_HALF_BLOCKS
    needed = (wide.rows + wide.columns) * wide.depth * hidden.element_size() * wide.stages
    if _shared_memory(hidden.device) < needed:
        return HALF_BLOCKS
    return wide if hidden.shape[1] >= WIDE_FROM else NARROW_HALF_BLOCKS


@cache
def _shared_memory(device: torch.device) -> int:
    """Bytes that a program of a GPU may have; none in the interpreter."""
    if device.type == "cpu":
        return 0
    properties = triton.runtime.driver.active.utils.get_device_properties(device.index or 0)
    return int(properties["max_shared_mem"])


def _device_of(tensor: torch.Tensor) -> AbstractContextManager[Any]:
    """Triton launches on the current device, which need not be the tensor's."""
    index = tensor.device.index
    return nullcontext() if index is None or tensor.device.type == "cpu" else torch.accelerator.device_index(index)


def _arguments(operands: Operands, blocks: Blocks) -> dict[str, Any]:
    """What both kernels take, by name."""
    if operands.hidden.dtype not in (*HALVES, torch.float32):
        raise ValueError(f"the Triton tiles take float32, bfloat16 and float16, not {operands.hidden.dtype}")
    hidden = operands.hidden if operands.hidden.stride(1) == 1 else operands.hidden.contiguous()
    weight = operands.weight if operands.weight.stride(1) == 1 else operands.weight.contiguous()
    return {
        "hidden": hidden,
        "hidden_stride": hidden.stride(0),
        "weight": weight,
        "weight_stride": weight.stride(0),
        "bias": weight if operands.bias is None else operands.bias.contiguous(),
        "target_ids": operands.target_ids.contiguous(),
        "scale": 1 / operands.temperature,
        "num_rows": hidden.shape[0],
        "vocabulary": weight.shape[0],
        "hidden_size": hidden.shape[1],
        "HAS_BIAS": operands.bias is not None,
        "ROWS": blocks.rows,
        "COLUMNS": blocks.columns,
        "DEPTH": blocks.depth,
        "EVEN_DEPTH": hidden.shape[1] % blocks.depth == 0,
        "WIDEN": triton.knobs.runtime.interpret and hidden.dtype is torch.bfloat16,
        "GROUP": _GROUP,
        "enable_fp_fusion": True,  # its default is about to change, and Triton warns of that
        "num_warps": blocks.warps,
        "num_stages": blocks.stages,
    }


# Below, a program's row block and column block (or part of the vocabulary) come from `_place`; shapes are in brackets.
# mypy: disable-error-code="no-untyped-def, no-untyped-call"


@triton.jit
def _place(row_blocks, column_blocks, GROUP: tl.constexpr):
    """The program's block of rows and of columns, GROUP blocks of rows by turns."""
    program = tl.program_id(0)
    in_group = GROUP * column_blocks
    first = program // in_group * GROUP
    size = tl.minimum(row_blocks - first, GROUP)
    return first + program % in_group % size, program % in_group // size


@triton.jit
def _logits(
    hidden,
    hidden_stride,
    weight,
    weight_stride,
    bias,
    rows,  # [ROWS]
    columns,  # [COLUMNS]
    scale,
    num_rows,
    vocabulary,
    hidden_size,
    HAS_BIAS: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    DEPTH: tl.constexpr,
    EVEN_DEPTH: tl.constexpr,
    WIDEN: tl.constexpr,
):
    """[ROWS, COLUMNS] float32. What lies past the last row or token repeats it, and is the caller's to leave out."""
    rows = tl.minimum(rows, num_rows - 1).to(tl.int64)
    columns = tl.minimum(columns, vocabulary - 1).to(tl.int64)
    depth = tl.arange(0, DEPTH)
    hidden_at = hidden + rows[:, None] * hidden_stride + depth[None, :]
    weight_at = weight + columns[None, :] * weight_stride + depth[:, None]
    products = tl.zeros((ROWS, COLUMNS), dtype=tl.float32)
    for start in range(0, hidden_size, DEPTH):
        if EVEN_DEPTH:
            states = tl.load(hidden_at + start)
            weights = tl.load(weight_at + start)
        else:
            left = hidden_size - start
            states = tl.load(hidden_at + start, mask=depth[None, :] < left, other=0.0)
            weights = tl.load(weight_at + start, mask=depth[:, None] < left, other=0.0)
        if WIDEN:  # Triton's interpreter multiplies bfloat16 by its bits
            states, weights = states.to(tl.float32), weights.to(tl.float32)
        products = tl.dot(states, weights, products, input_precision="ieee")
    if HAS_BIAS:
        products += tl.load(bias + columns).to(tl.float32)[None, :]
    return products * scale


@triton.jit
def _statistics_kernel(
    hidden,
    hidden_stride,
    weight,
    weight_stride,
    bias,
    target_ids,
    scale,
    num_rows,
    vocabulary,
    hidden_size,
    parts,  # [4, num_parts, num_rows]: see `tiles.merged`
    plane,  # num_parts * num_rows
    num_parts,
    per_part,
    HAS_BIAS: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    DEPTH: tl.constexpr,
    EVEN_DEPTH: tl.constexpr,
    WIDEN: tl.constexpr,
    GROUP: tl.constexpr,
):
    row_block, part = _place(tl.cdiv(num_rows, ROWS), num_parts, GROUP)
    rows = row_block * ROWS + tl.arange(0, ROWS)
    targets = tl.load(target_ids + rows, mask=rows < num_rows, other=-1)
    largest = tl.full((ROWS,), float("-inf"), dtype=tl.float32)
    total = tl.zeros((ROWS,), dtype=tl.float32)
    weighted = tl.zeros((ROWS,), dtype=tl.float32)
    chosen = tl.zeros((ROWS,), dtype=tl.float32)
    for start in range(part * per_part, tl.minimum((part + 1) * per_part, vocabulary), COLUMNS):
        columns = start + tl.arange(0, COLUMNS)
        z = _logits(hidden, hidden_stride, weight, weight_stride, bias, rows, columns, scale, num_rows, vocabulary,
                    hidden_size, HAS_BIAS, ROWS, COLUMNS, DEPTH, EVEN_DEPTH, WIDEN)  # fmt: skip
        is_token = (columns < vocabulary)[None, :]
        chosen += tl.sum(tl.where(is_token & (columns[None, :] == targets[:, None]), z, 0.0), axis=1)
        z = tl.where(is_token, z, float("-inf"))
        new_largest = tl.maximum(largest, tl.max(z, axis=1))
        # While all that was seen is masked to -inf there is nothing to move: -inf - -inf would be NaN.
        base = tl.where(new_largest == float("-inf"), 0.0, new_largest)
        moved = tl.where(largest == float("-inf"), 0.0, largest - base)
        decay = tl.exp(largest - base)
        shifted = z - base[:, None]
        powers = tl.exp(shifted)
        weighted = decay * (weighted + total * moved)
        weighted += tl.sum(tl.where(powers > 0.0, powers * shifted, 0.0), axis=1)
        total = decay * total + tl.sum(powers, axis=1)
        largest = new_largest
    at = parts + part.to(tl.int64) * num_rows + rows
    tl.store(at, largest, mask=rows < num_rows)
    tl.store(at + plane, total, mask=rows < num_rows)
    tl.store(at + 2 * plane, weighted, mask=rows < num_rows)
    tl.store(at + 3 * plane, chosen, mask=rows < num_rows)


@triton.jit
def _gradient_kernel(
    hidden,
    hidden_stride,
    weight,
    weight_stride,
    bias,
    target_ids,
    scale,
    num_rows,
    vocabulary,
    hidden_size,
    largest,
    log_sum,
    entropy,
    grad_logprobs,
    grad_entropy,
    first,
    out,  # [num_rows, out_columns]
    out_stride,
    out_columns,
    HAS_ENTROPY: tl.constexpr,
    HAS_BIAS: tl.constexpr,
    ROWS: tl.constexpr,
    COLUMNS: tl.constexpr,
    DEPTH: tl.constexpr,
    EVEN_DEPTH: tl.constexpr,
    WIDEN: tl.constexpr,
    GROUP: tl.constexpr,
):
    row_block, column_block = _place(tl.cdiv(num_rows, ROWS), tl.cdiv(out_columns, COLUMNS), GROUP)
    rows = row_block * ROWS + tl.arange(0, ROWS)
    places = column_block * COLUMNS + tl.arange(0, COLUMNS)
    columns = first + places
    z = _logits(hidden, hidden_stride, weight, weight_stride, bias, rows, columns, scale, num_rows, vocabulary,
                hidden_size, HAS_BIAS, ROWS, COLUMNS, DEPTH, EVEN_DEPTH, WIDEN)  # fmt: skip
    is_row = rows < num_rows
    targets = tl.load(target_ids + rows, mask=is_row, other=-1)
    logprobs = z - tl.load(largest + rows, mask=is_row, other=0.0)[:, None]
    logprobs -= tl.load(log_sum + rows, mask=is_row, other=0.0)[:, None]
    probabilities = tl.exp(logprobs)
    chosen = tl.where(columns[None, :] == targets[:, None], 1.0, 0.0)
    result = tl.load(grad_logprobs + rows, mask=is_row, other=0.0)[:, None] * (chosen - probabilities)
    if HAS_ENTROPY:
        surplus = logprobs + tl.load(entropy + rows, mask=is_row, other=0.0)[:, None]
        # A masked token has 0 times -inf there.
        surplus = tl.where(probabilities > 0.0, probabilities * surplus, 0.0)
        result -= tl.load(grad_entropy + rows, mask=is_row, other=0.0)[:, None] * surplus
    at = out + rows.to(tl.int64)[:, None] * out_stride + places[None, :]
    tl.store(at, (result * scale).to(out.dtype.element_ty), mask=is_row[:, None] & (places < out_columns)[None, :])
