"""Whole runs with `run.storage`, through the command line: on an S3 server, and on one that never answers."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from safetensors.torch import load_file

from tracemill.jobs.cli import main
from tracemill.jobs.storage.fetch import bring_back
from tracemill.jobs.storage.place import Place


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")


def run(config: Path, *options: str, **keys: object) -> int:
    """In this process, which has its imports behind it."""
    small = {"run.storage": "s3://mill/runs", "run.steps": 2, "run.checkpoint_every": 1, "eval.per_family": 1}
    overrides = [part for key, value in {**small, **keys}.items() for part in ("--set", f"{key}={value}")]
    return main(["run", str(config), "--in-process", *options, *overrides])


def results(folder: Path) -> tuple[list, list, dict]:
    """Traces, pass rates and weights."""
    columns = ["step", "group_id", "index", "completion_ids", "verdict"]
    files = sorted((folder / "traces").glob("*.parquet"))
    traces = [row for file in files for row in pq.read_table(file, columns=columns).to_pylist()]
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    weights = {name: tensor.tolist() for name, tensor in load_file(folder / "policy" / "model.safetensors").items()}
    return traces, [(line["step"], line["train_pass_rate"]) for line in lines], weights


def test_resumed_on_another_machine_a_run_equals_one_that_was_never_interrupted(
    config_file: Path, s3_environment: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = tmp_path / "runs"
    assert run(config_file, **{"run.name": "whole", "export.after_run": "true"}) == 0
    whole = results(runs / "whole")
    assert len(whole[0]) == 2 * 4 * 4 and [step for step, _ in whole[1]] == [1, 2]
    bring_back(Place("s3://mill/runs/whole"), tmp_path / "back")
    assert results(tmp_path / "back") == whole
    assert json.loads((tmp_path / "back" / "summary.json").read_text())["steps"] == 2

    assert run(config_file, **{"run.name": "parts", "run.steps": 1}) == 0
    shutil.rmtree(runs)  # from here on there is nothing but the storage
    capsys.readouterr()
    assert run(config_file, "--resume", **{"run.name": "parts"}) == 0
    assert "fetching the run from s3://mill/runs/parts" in capsys.readouterr().err
    assert results(runs / "parts") == whole
    bring_back(Place("s3://mill/runs/parts"), tmp_path / "parts")
    assert results(tmp_path / "parts") == whole
    assert Place("s3://mill/runs/parts").names("checkpoints") == ["step-000001", "step-000002"]

    assert main(["export", "s3://mill/runs/whole", "--out", "exported"]) == 0
    assert main(["report", "s3://mill/runs/whole", "s3://mill/runs/parts"]) == 0
    assert (tmp_path / "compared.html").read_text().startswith("<!doctype html>")
    capsys.readouterr()
    assert main(["verify", "s3://mill/runs/whole", "--no-second-opinion"]) == 0
    assert "all as claimed" in capsys.readouterr().out


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_run_goes_on_while_the_storage_never_answers(
    config_file: Path,
    s3_environment: dict[str, str],
    silent_server: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", silent_server)
    assert run(config_file, **{"run.storage_timeout_s": 1, "run.name": "alone"}) == 1
    folder, said = tmp_path / "runs" / "alone", capsys.readouterr().err.splitlines()
    assert "not stored in s3://mill/runs/alone" in said[-1]
    assert f"nothing is lost, it lies in {folder}, and the same command with --resume stores it" in said[-1]
    assert len(list((folder / "traces").glob("*.parquet"))) == 2
    assert json.loads((folder / "summary.json").read_text())["steps"] == 2
