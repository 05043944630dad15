"""`tracemill generate`: the loop's traces without its learner, resumed to the same."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tracemill.jobs.cli import main

KEY = ["step", "problem_id", "group_id", "index", "completion_ids", "verdict", "policy_version"]


def traces(run: Path) -> list[dict]:
    files = sorted((run / "traces").glob("*.parquet"))
    return [row for file in files for row in pq.read_table(file, columns=KEY).to_pylist()]


def test_stopped_and_resumed_it_generates_the_same(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    generate = ["generate", str(config_file), "--in-process", "--set", "rollout.max_new_tokens=32"]
    assert main([*generate, "--set", "run.name=whole", "--set", "traces.logprobs=false"]) == 0
    said = capsys.readouterr().out
    assert main([*generate, "--set", "run.name=parts", "--set", "run.steps=2"]) == 0
    assert main([*generate, "--set", "run.name=parts"]) == 1
    assert "already holds this run; go on with --resume" in capsys.readouterr().err
    assert main([*generate, "--set", "run.name=parts", "--resume"]) == 0
    whole, parts = tmp_path / "runs" / "whole", tmp_path / "runs" / "parts"
    assert traces(whole) == traces(parts) and len(traces(whole)) == 4 * 4 * 4
    assert {row["policy_version"] for row in traces(whole)} == {0}

    summary = json.loads((whole / "summary.json").read_text())
    table = pq.read_table(whole / "traces", columns=["verdict", "instance", "completion", "logprobs"])
    assert table["logprobs"].null_count == 64  # as the config said; the other run's are kept
    assert pq.read_table(parts / "traces", columns=["logprobs"])["logprobs"].null_count == 0
    right = [row for row in table.to_pylist() if row["verdict"] == "correct"]
    unique = len({(row["instance"], row["completion"]) for row in right})
    assert (summary["traces"], summary["verified_traces"], summary["unique_accepted"]) == (64, len(right), unique)
    assert summary["unique_accepted_per_device_hour"] == pytest.approx(unique / (summary["loop_seconds"] / 3600))
    assert f"64 traces, {len(right)} accepted, {unique} unique\n" in said
    assert (whole / "report.html").is_file() and not (whole / "policy").exists()
    assert len(right) > 0 and main(["export", str(whole), "--out", "data", "--format", "raw"]) == 0


def test_with_nothing_to_export_it_still_has_its_report(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    short = ["--set", "rollout.max_new_tokens=1", "--set", "run.steps=1", "--set", "export.after_run=true"]
    assert main(["generate", str(config_file), "--in-process", *short]) == 0
    run = tmp_path / "runs" / "small"
    why = json.loads((run / "summary.json").read_text())["no_dataset"]
    assert why.startswith("none of 16 traces is left to export")
    assert f"dataset  none: {why}\n" in capsys.readouterr().out
    assert (run / "report.html").is_file() and not (run / "dataset").exists()
    raw = ["--set", "export.format=raw", "--set", "run.name=raw"]
    assert main(["generate", str(config_file), "--in-process", *short, *raw]) == 0
    dataset = tmp_path / "runs" / "raw" / "dataset"
    assert dataset.is_dir() and f"dataset  {dataset}\n" in capsys.readouterr().out


def test_a_run_that_learns_is_left_alone(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "runs" / "small" / "policy").mkdir(parents=True)
    assert main(["generate", str(config_file), "--in-process", "--resume"]) == 1
    error = capsys.readouterr().err
    assert "holds a run that learns; choose another with --set run.name=NAME" in error and error.count("\n") == 1


def test_under_ray_it_generates_the_same(
    tracemill: Callable[..., subprocess.CompletedProcess[str]],
    config_file: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
) -> None:
    """As someone does whom Ray once gave a token, by which all of Ray's processes then know each other."""
    token = tmp_path / "home" / ".ray" / "auth_token"
    token.parent.mkdir(parents=True)
    token.write_text("0123456789abcdef" * 4)
    environment["HOME"] = str(tmp_path / "home")
    environment.pop("RAY_AUTH_MODE")
    monkeypatch.chdir(tmp_path)
    generate = ["generate", str(config_file), "--set", "run.steps=1", "--set", "rollout.max_new_tokens=32"]
    assert main([*generate, "--in-process", "--set", "run.name=alone"]) == 0
    under_ray = tracemill(*generate, "--set", "run.name=ray", "--set", "rollout.actors=2")
    assert under_ray.returncode == 0, under_ray.stderr
    assert traces(tmp_path / "runs" / "alone") == traces(tmp_path / "runs" / "ray")


def test_a_signal_between_checkpoint_and_end_of_a_step_stops_after_the_next_with_a_checkpoint(
    config_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    pages: list[Path] = []

    def signalled(run: Path) -> None:
        pages.append(run)
        if len(pages) == 1:
            os.kill(os.getpid(), signal.SIGINT)

    monkeypatch.setattr("tracemill.jobs.run.write_report", signalled)
    options = ["--set", "rollout.max_new_tokens=1", "--set", "run.checkpoint_every=100", "--set", "run.report_every=1"]
    assert main(["generate", str(config_file), "--in-process", *options]) == 130
    assert "stopped after step 2 of 4; go on with --resume" in capsys.readouterr().err
    assert (tmp_path / "runs" / "small" / "checkpoints" / "step-000002" / "state.json").is_file()
