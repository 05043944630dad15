"""Runs with the engine vllm, as a user starts them, and what the canary says of a head left on old weights."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
SMALL = {
    "run.name": "vllm",
    "run.steps": 3,
    "rollout.engine": "vllm",
    "rollout.staleness": 1,
    "rollout.group_size": 8,
    "rollout.max_new_tokens": 48,
    "rollout.max_batch": 64,
    "rollout.kv_cache_gb": 0.25,
    "rollout.actors": 1,
    "learner.ranks": 1,
    "learner.lr": 1e-3,
    "problems.per_step": 4,
    "eval.per_family": 2,
}


def test_a_run_in_ray_actors(tmp_path: Path) -> None:
    changes = [part for key, value in SMALL.items() for part in ("--set", f"{key}={json.dumps(value)}")]
    program = "from tracemill.jobs.cli import main; main()"
    arguments = [sys.executable, "-P", "-c", program, "run", str(ROOT / "configs" / "demo.toml"), *changes]
    done = subprocess.run(arguments, cwd=tmp_path, capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = [json.loads(line) for line in (tmp_path / "runs" / "vllm" / "metrics.jsonl").read_text().splitlines()]
    assert [line["step"] for line in lines] == [1, 2, 3]
    assert lines[-1]["policy_version"] >= 1
    assert all(line["canary_difference"] < 1e-4 for line in lines)
    assert lines[0]["mismatch_max"] < 1e-3 and max(line["staleness_max"] for line in lines) <= 1
    assert (tmp_path / "runs" / "vllm" / "report.html").exists()


def test_a_head_left_on_old_weights_stops_the_run() -> None:
    script = [sys.executable, "-P", str(Path(__file__).with_name("stale_head_process.py"))]
    done = subprocess.run([*script, str(ROOT / "configs" / "demo.toml")], capture_output=True, text=True, timeout=280)
    assert done.returncode == 0, done.stderr
    said = [line for line in done.stdout.splitlines() if line.startswith(("start", "with", "stopped"))]
    assert [line.split()[0] for line in said] == ["start", "with", "stopped:"], done.stdout
    assert all(float(line.split()[-1]) < 1e-4 for line in said[:2])
    assert "the engine does not hold version 2 of the policy: its logprobs of the probe are up to" in said[2]
