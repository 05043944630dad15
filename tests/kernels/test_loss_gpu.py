"""The GPU benchmark at toy sizes: that it runs where there is no GPU, and that its sides agree."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "loss_gpu.py"


def lines(tmp_path: Path, *arguments: str) -> list[str]:
    command = [sys.executable, str(SCRIPT), *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=250)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@pytest.mark.skipif(torch.accelerator.is_available(), reason="there is a GPU")
def test_without_a_gpu_it_says_so(tmp_path: Path) -> None:
    (line,) = lines(tmp_path)
    assert line.startswith("no GPU here")


def test_the_sides_agree_at_toy_sizes(tmp_path: Path) -> None:
    *table, last = lines(tmp_path, "--small", "--device", "cpu", "--rounds", "1")
    assert any(line.split()[:1] == ["torch"] for line in table)
    rows = {row["side"]: row for row in json.loads(last)["rows"]}
    assert set(rows) == {"plain", "torch", "triton", "trl", "liger"}
    for side in ("plain", "torch", "trl"):
        found = rows[side]["errors"]
        assert found["grad_hidden"] < 2**-7 and found["grad_weight"] < 2**-7, side
        assert found["logprobs"] < (1e-5 if side == "torch" else 0.1), side
        assert rows[side]["seconds"] > 0 and rows[side]["floor"] > 0
