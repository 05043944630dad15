"""That the simulation of the controller's scale runs, and says what it is asked for. No figure of it is tested."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "scale.py"


def test_a_tiny_one_ends_with_its_ratio(tmp_path: Path) -> None:
    sizes = ["--actors", "1,2", "--samples", "8", "--tokens", "8", "--workers", "1"]
    command = [sys.executable, "-P", str(SCRIPT), *sizes, "--step-s", "0.001", "--token-s", "0"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    assert [row["actors"] for row in found["rows"]] == [1, 2]
    assert [row["samples"] for row in found["rows"]] == [32, 64]  # two steps after the first, two groups of 8 an actor
    assert found["ratio"] > 0 and found["limit_tokens_per_second"] > 0
