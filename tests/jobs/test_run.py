"""The whole loop through the command line, on the bundled policy."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow.parquet as pq
import pytest
from safetensors.torch import load_file

Tracemill = Callable[..., subprocess.CompletedProcess[str]]


def weights(run: Path) -> dict[str, bytes]:
    return {name: tensor.numpy().tobytes() for name, tensor in load_file(run / "policy" / "model.safetensors").items()}


def traces(run: Path) -> list[tuple]:
    rows = [
        row
        for file in sorted((run / "traces").glob("*.parquet"))
        for row in pq.read_table(file, columns=["step", "group_id", "index", "completion_ids", "verdict"]).to_pylist()
    ]
    return sorted((r["step"], r["group_id"], r["index"], tuple(r["completion_ids"]), r["verdict"]) for r in rows)


def pass_rates(run: Path) -> list[float]:
    return [json.loads(line)["train_pass_rate"] for line in (run / "metrics.jsonl").read_text().splitlines()]


def no_process_left(run: Path) -> bool:
    """Nothing of a job in this run's folder is alive. Ray's processes carry the folder as their working folder."""
    for process in psutil.process_iter():
        try:
            if process.status() != psutil.STATUS_ZOMBIE and Path(process.cwd()) == run:
                return False
        except psutil.Error:
            continue
    return True


def test_in_process_and_ray_end_with_the_same_weights(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    alone = tracemill("run", config_file, "--in-process", "--set", "run.name=alone")
    assert alone.returncode == 0, alone.stderr
    under_ray = tracemill("run", config_file, "--set", "run.name=ray")
    assert under_ray.returncode == 0, under_ray.stderr
    runs = tmp_path / "runs"
    assert traces(runs / "alone") == traces(runs / "ray")
    assert weights(runs / "alone") == weights(runs / "ray")
    assert len(traces(runs / "ray")) == 4 * 4 * 4
    assert no_process_left(runs / "ray")

    summary = json.loads((runs / "ray" / "summary.json").read_text())
    assert {
        "held_out_before",
        "held_out_after",
        "by_family",
        "verified_traces",
        "loop_seconds",
        "samples_per_second",
        "peak_memory_bytes",
    } <= summary.keys()
    assert summary["verified_traces"] == sum(trace[-1] == "correct" for trace in traces(runs / "ray"))
    assert summary["held_out_before"]["total"] == 8
    assert (runs / "ray" / "report.html").stat().st_size > 1000
    assert "held-out pass@1 of ray" in under_ray.stdout


def test_two_steps_then_resume_to_four_equal_four(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    whole = tracemill("run", config_file, "--in-process", "--set", "run.name=whole")
    assert whole.returncode == 0, whole.stderr
    first = tracemill("run", config_file, "--in-process", "--set", "run.name=parts", "--set", "run.steps=2")
    assert first.returncode == 0, first.stderr
    rest = tracemill("run", config_file, "--in-process", "--set", "run.name=parts", "--resume")
    assert rest.returncode == 0, rest.stderr
    runs = tmp_path / "runs"
    assert traces(runs / "parts") == traces(runs / "whole")
    assert pass_rates(runs / "parts") == pass_rates(runs / "whole")
    assert weights(runs / "parts") == weights(runs / "whole")


@pytest.mark.parametrize("ready", ["traces/step-000000.parquet", "traces/step-000002.parquet"])
def test_killed_at_any_moment_a_run_goes_on_as_if_nothing_had_been(
    tracemill: Tracemill, config_file: Path, tmp_path: Path, environment: dict[str, str], ready: str
) -> None:
    whole = tracemill("run", config_file, "--in-process", "--set", "run.name=whole")
    assert whole.returncode == 0, whole.stderr
    killed = tmp_path / "runs" / "killed"
    command = [str(Path(sys.executable).with_name("tracemill")), "run", str(config_file), "--set", "run.name=killed"]
    job = subprocess.Popen(command, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 120
    while not (killed / ready).exists():
        assert job.poll() is None, "the job ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    job.kill()
    job.wait()
    deadline = time.monotonic() + 150  # Ray needs up to a minute of a quiet machine to end its own
    while not no_process_left(killed):
        assert time.monotonic() < deadline, "processes are left over"
        time.sleep(0.2)
    resumed = tracemill("run", config_file, "--set", "run.name=killed", "--resume")
    assert resumed.returncode == 0, resumed.stderr
    assert traces(killed) == traces(tmp_path / "runs" / "whole")
    assert weights(killed) == weights(tmp_path / "runs" / "whole")


def test_two_actors_two_ranks_two_verifiers(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    done = tracemill(
        "run", config_file, "--set", "rollout.actors=2", "--set", "learner.ranks=2", "--set", "learner.zero_stage=2",
        "--set", "verifier.workers=2", "--set", "run.steps=2", "--set", "rollout.colocated=true",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert len(traces(tmp_path / "runs" / "small")) == 2 * 4 * 4
    in_turns = tracemill("run", config_file, "--in-process", "--set", "run.name=in_turns", "--set", "run.steps=2",
                         "--set", "rollout.colocated=true")  # fmt: skip
    assert in_turns.returncode == 0, in_turns.stderr
    assert len(traces(tmp_path / "runs" / "in_turns")) == 2 * 4 * 4


def test_a_finished_run_can_be_asked_to_resume(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    first = tracemill("run", config_file, "--in-process", "--resume", "--set", "run.steps=1")
    before = traces(tmp_path / "runs" / "small")
    again = tracemill("run", config_file, "--in-process", "--resume", "--set", "run.steps=1")
    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert traces(tmp_path / "runs" / "small") == before


def test_a_run_that_ended_between_checkpoint_and_policy_makes_its_policy_when_resumed(
    tracemill: Tracemill, config_file: Path, tmp_path: Path
) -> None:
    def run_on(*options: str) -> None:
        mix = 'problems.mix=[{family="derivatives",levels=[1]}]'  # every step learns from it
        done = tracemill("run", config_file, "--in-process", "--resume", "--set", mix, *options)
        assert done.returncode == 0, done.stderr

    run, older = tmp_path / "runs" / "small", tmp_path / "older"
    run_on("--set", "run.steps=2")
    shutil.copytree(run / "policy", older)
    run_on()
    newest = weights(run)
    shutil.rmtree(run / "policy")
    run_on()
    assert weights(run) == newest
    shutil.rmtree(run / "policy")
    older.rename(run / "policy")
    assert weights(run) != newest
    run_on()
    assert weights(run) == newest


def test_one_interrupt_stops_after_the_step_and_two_stop_at_once(
    config_file: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    command = [str(Path(sys.executable).with_name("tracemill")), "run", str(config_file), "--set", "run.steps=500"]
    for change in ("run.report_every=1", "problems.per_step=32", "rollout.group_size=8"):  # steps that take a while
        command += ["--set", change]
    run = tmp_path / "runs" / "small"
    for interrupts, message in ((1, "go on with --resume"), (2, "stopped at once")):
        job = subprocess.Popen(
            [*command, "--resume"],
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        seen = len(list((run / "traces").glob("*.parquet")))
        deadline = time.monotonic() + 120
        while len(list((run / "traces").glob("*.parquet"))) <= seen:
            assert time.monotonic() < deadline and job.poll() is None
            time.sleep(0.02)
        os.kill(job.pid, signal.SIGINT)
        assert job.stdout is not None
        assert any("Ctrl-C again stops at once" in line for line in job.stdout)  # two before it is heard are one
        if interrupts == 2:
            os.kill(job.pid, signal.SIGINT)
        _, errors = job.communicate(timeout=60)
        assert job.returncode == 130
        assert message in errors.splitlines()[-1]
        assert "Traceback" not in errors
        assert no_process_left(run)
        assert (run / "report.html").read_text().startswith("<!doctype html>")  # written while it went on


def test_the_best_checkpoint_stays_beside_the_newest(tracemill: Tracemill, config_file: Path, tmp_path: Path) -> None:
    overrides = ("eval.every=1", "run.keep_checkpoints=1", "learner.lr=5e-3")  # so high that it gets worse
    done = tracemill("run", config_file, "--in-process", *(part for each in overrides for part in ("--set", each)))
    assert done.returncode == 0, done.stderr
    run = tmp_path / "runs" / "small"
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    best = max(lines, key=lambda line: (line["held_out_pass_rate"], line["step"]))["step"]
    assert {path.name for path in (run / "checkpoints").iterdir()} == {f"step-{best:06d}", "step-000004"}
