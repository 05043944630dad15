"""The Triton tiles where there is no GPU: what they compute, in Triton's interpreter, and that they compile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from tracemill.kernels.tiles import tiles_for

triton = pytest.importorskip("triton", reason="triton is not installed")

INTEGERS = (
    "hidden_stride weight_stride num_rows vocabulary hidden_size plane num_parts per_part first out_stride out_columns"
)
TYPES = {
    **dict.fromkeys(("hidden", "weight", "bias", "out"), "*bf16"),
    **dict.fromkeys(INTEGERS.split(), "i32"),
    "target_ids": "*i64",
    "scale": "fp32",
}


def test_in_the_interpreter(tmp_path: Path) -> None:
    tests = Path(__file__).with_name("interpreted.py")
    command = [sys.executable, "-m", "pytest", "-q", "--import-mode=importlib", "-p", "no:cacheprovider", str(tests)]
    environment = {**os.environ, "TRITON_INTERPRET": "1"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " passed" in done.stdout and " failed" not in done.stdout


@pytest.mark.parametrize(
    ("kernel", "ones"),
    [
        ("_statistics_kernel", ()),
        ("_statistics_kernel", ("num_rows", "num_parts", "plane")),
        ("_gradient_kernel", ("num_rows", "out_stride", "out_columns")),
    ],
)
def test_they_compile_for_hopper(
    kernel: str, ones: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The interpreter takes what the compiler does not. Integers that are 1 are constants to it."""
    from triton.backends.compiler import GPUTarget
    from triton.compiler import ASTSource

    from tracemill.kernels import triton_tiles

    monkeypatch.setattr(triton.knobs.cache, "dir", str(tmp_path))
    function = getattr(triton_tiles, kernel)
    blocks = triton_tiles.HALF_BLOCKS
    constants: dict[str, Any] = {
        "HAS_BIAS": True,
        "HAS_ENTROPY": True,
        "ROWS": blocks.rows,
        "COLUMNS": blocks.columns,
        "DEPTH": blocks.depth,
        "EVEN_DEPTH": False,
        "WIDEN": False,
        "GROUP": 8,
        **dict.fromkeys(ones, 1),
    }
    signature = {name: "constexpr" if name in constants else TYPES.get(name, "*fp32") for name in function.arg_names}
    places = {(index,): constants[name] for index, name in enumerate(function.arg_names) if name in constants}
    compiled = triton.compile(
        ASTSource(function, signature, places),
        target=GPUTarget("cuda", 90, 32),
        options={"num_warps": blocks.warps, "num_stages": blocks.stages, "enable_fp_fusion": True},
    )
    assert "wgmma.mma_async" in compiled.asm["ptx"]  # on Hopper's matrix units
    assert compiled.metadata.shared <= 99 * 1024  # what the smallest GPUs of today give a block


def test_a_backend_can_be_chosen() -> None:
    assert tiles_for(torch.zeros(1), "triton").__name__ == "tracemill.kernels.triton_tiles"  # type: ignore[attr-defined]
