"""Two minutes of the soak: whatever is killed, nothing is lost, and nothing is left over."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "soak.py"


@pytest.mark.soak
@pytest.mark.skipif(not Path("/dev/shm").exists(), reason="reads what Linux says of processes")
def test_two_minutes_of_random_kills(tmp_path: Path) -> None:
    command = [sys.executable, str(SCRIPT), "--seconds", "120", "--every", "15", "--seed", "2"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=560)
    assert done.returncode == 0, done.stdout + done.stderr
    line = json.loads(done.stdout.splitlines()[-1])
    assert line["kills"] and line["steps_after_the_last_kill"] > 0
    assert line["group_faults"] == line["left_over"] == 0
