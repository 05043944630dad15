"""A run that is ahead of its learner, with engines and verifiers that die on the way."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import psutil
import pyarrow.parquet as pq

OVERRIDES = (
    "run.steps=10", "rollout.staleness=2", "rollout.oversample=0.5", "rollout.actors=2", "rollout.max_batch=8",
    "verifier.workers=2", "rollout.max_new_tokens=96", "learner.lr=1e-4",
)  # fmt: skip


def one_of(job: psutil.Process, kind: str) -> psutil.Process | None:
    """A process of the job's Ray whose actor is of this kind."""
    for process in job.children(recursive=True):
        try:
            if process.cmdline() and process.cmdline()[0].startswith(f"ray::{kind}"):
                return process
        except psutil.NoSuchProcess:
            continue
    return None


def test_every_group_is_learned_from_once_or_dropped_whoever_dies(
    config_file: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    command = [str(Path(sys.executable).with_name("tracemill")), "run", str(config_file)]
    for override in OVERRIDES:
        command += ["--set", override]
    run = tmp_path / "runs" / "small"
    job = subprocess.Popen(
        command, cwd=tmp_path, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    killed: list[str] = []
    deadline = time.monotonic() + 200
    while job.poll() is None and time.monotonic() < deadline:
        steps = len(list((run / "traces").glob("*.parquet")))
        for after, kind in ((2, "RolloutActor"), (4, "VerifierActor")):
            if steps >= after and kind not in killed and (victim := one_of(psutil.Process(job.pid), kind)):
                victim.send_signal(signal.SIGKILL)
                killed.append(kind)
        time.sleep(0.05)
    out, errors = job.communicate(timeout=60)
    assert job.returncode == 0, errors
    assert killed == ["RolloutActor", "VerifierActor"]
    assert "failed (its process died); another takes its place" in out
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    assert lines[-1]["restarts"] == 2
    assert max(line["staleness_max"] for line in lines) in (1, 2)
    assert all(line["canary_difference"] < 1e-3 for line in lines)
    rows = [row for path in sorted((run / "traces").glob("*.parquet")) for row in pq.read_table(path).to_pylist()]
    learned = Counter(row["group_id"] for row in rows if row["advantage"] is not None)
    assert set(learned.values()) == {4}  # each group whole, and at one step
    assert len({(row["group_id"], row["index"]) for row in rows}) == len(rows)
    assert len(learned) + sum(line["num_dropped"] for line in lines) >= 10 * 4
    before = [0, *(line["policy_version"] for line in lines)]  # of a step; an update may be skipped
    for row in rows:
        versions = row["policy_versions"] or [row["policy_version"]]
        assert row["policy_version"] == min(versions) and versions == sorted(versions)
        assert max(versions) <= before[row["step"]] <= min(versions) + 2
        assert not row["policy_versions"] or len(versions) == row["num_tokens"]
    checkpoint = sorted((run / "checkpoints").glob("step-*"))[-1]
    assert json.loads((checkpoint / "state.json").read_text())["intake"]["accepted"] == len(learned)
