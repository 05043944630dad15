"""Whole runs with `run.storage`, through the command line: on an S3 server, and on one that never answers."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import fsspec
import pyarrow.parquet as pq
import pytest
from safetensors.torch import load_file

from tracemill.jobs.cli import main
from tracemill.jobs.storage.fetch import bring_back
from tracemill.jobs.storage.place import Place

pytestmark = pytest.mark.timeout(1800)  # for a machine that has much else to do
Tracemill = Callable[..., subprocess.CompletedProcess[str]]
SMALL = """
[run]
steps = 2
checkpoint_every = 1
storage = "s3://mill/runs"
[problems]
per_step = 2
mix = [{ family = "arithmetic", levels = [1] }]
[rollout]
group_size = 4
max_new_tokens = 24
[learner]
lr = 1e-3
[eval]
per_family = 2
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    return path


@pytest.fixture
def environment(environment: dict[str, str], s3_environment: dict[str, str]) -> dict[str, str]:
    return {**environment, **s3_environment}


def results(folder: Path) -> tuple[list, list, dict]:
    """Traces, pass rates and weights."""
    columns = ["step", "group_id", "index", "completion_ids", "verdict"]
    files = sorted((folder / "traces").glob("*.parquet"))
    traces = [row for file in files for row in pq.read_table(file, columns=columns).to_pylist()]
    lines = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    weights = {name: tensor.tolist() for name, tensor in load_file(folder / "policy" / "model.safetensors").items()}
    return traces, [(line["step"], line["train_pass_rate"]) for line in lines], weights


def test_resumed_on_another_machine_a_run_equals_one_that_was_never_interrupted(
    tracemill: Tracemill,
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def run(name: str, *options: str) -> str:
        done = tracemill("run", small, "--in-process", "--set", f"run.name={name}", *options, timeout=900)
        assert done.returncode == 0, done.stderr
        return done.stderr

    runs = tmp_path / "runs"
    run("whole")
    whole = results(runs / "whole")
    assert len(whole[0]) == 2 * 2 * 4 and [step for step, _ in whole[1]] == [1, 2]
    run("parts", "--set", "run.steps=1")
    shutil.rmtree(runs)  # from here on there is nothing but the storage
    assert "fetching the run from s3://mill/runs/parts" in run("parts", "--resume")
    assert results(runs / "parts") == whole
    for name in ("whole", "parts"):
        assert bring_back(Place(f"s3://mill/runs/{name}"), tmp_path / name).damaged == {}
        assert results(tmp_path / name) == whole
        assert json.loads((tmp_path / name / "summary.json").read_text())["steps"] == 2
        assert Place(f"s3://mill/runs/{name}").names("checkpoints") == ["step-000001", "step-000002"]

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert main(["export", "s3://mill/runs/whole", "--format", "raw", "--out", "exported"]) == 0
    assert main(["report", "s3://mill/runs/whole", "s3://mill/runs/parts"]) == 0
    assert (tmp_path / "compared.html").read_text().startswith("<!doctype html>")
    fsspec.filesystem("s3", skip_instance_cache=True).put("exported", "mill/copied", recursive=True)
    capsys.readouterr()
    assert main(["verify", "s3://mill/copied", "--no-second-opinion"]) == 0
    assert "all as claimed" in capsys.readouterr().out


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_steps_go_on_while_the_storage_never_answers(
    tracemill: Tracemill, small: Path, tmp_path: Path, environment: dict[str, str], silent_server: str
) -> None:
    environment["AWS_ENDPOINT_URL"] = silent_server
    options = ["--in-process", "--set", "run.name=alone", "--set", "run.storage_timeout_s=1"]
    done = tracemill("generate", small, *options, timeout=900)
    folder, said = tmp_path / "runs" / "alone", done.stderr.splitlines()
    assert done.returncode == 1
    assert f"s3://mill/runs/alone does not answer; the run goes on, its files stay in {folder} until it does" in said[0]
    assert "not stored in s3://mill/runs/alone" in said[-1]
    assert f"nothing is lost, it lies in {folder}, and the same command with --resume stores it" in said[-1]
    assert len(list((folder / "traces").glob("*.parquet"))) == 2
    assert json.loads((folder / "summary.json").read_text())["steps"] == 2
