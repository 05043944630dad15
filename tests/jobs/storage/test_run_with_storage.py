"""Whole runs with `run.storage`, through the command line: on an S3 server, on none, and on one that never answers."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from safetensors.torch import load_file

from tracemill.jobs.storage.fetch import bring_back
from tracemill.jobs.storage.place import Place

Tracemill = Callable[..., subprocess.CompletedProcess[str]]
STORAGE = ("--in-process", "--set", "run.storage=s3://mill/runs", "--set", "export.after_run=true")


@pytest.fixture
def environment(environment: dict[str, str], s3_environment: dict[str, str], tmp_path: Path) -> dict[str, str]:
    return {**environment, **s3_environment, "XDG_CACHE_HOME": str(tmp_path / "cache")}


def results(run: Path) -> tuple[list, list, dict]:
    """Traces, pass rates and weights."""
    columns = ["step", "group_id", "index", "completion_ids", "verdict"]
    files = sorted((run / "traces").glob("*.parquet"))
    traces = [row for file in files for row in pq.read_table(file, columns=columns).to_pylist()]
    lines = [json.loads(line) for line in (run / "metrics.jsonl").read_text().splitlines()]
    weights = {name: tensor.tolist() for name, tensor in load_file(run / "policy" / "model.safetensors").items()}
    return traces, [(line["step"], line["train_pass_rate"]) for line in lines], weights


def test_resumed_on_another_machine_a_run_equals_one_that_was_never_interrupted(
    tracemill: Tracemill, config_file: Path, tmp_path: Path
) -> None:
    runs = tmp_path / "runs"
    whole = tracemill("run", config_file, *STORAGE, "--set", "run.name=whole")
    assert whole.returncode == 0, whole.stderr
    bring_back(Place("s3://mill/runs/whole"), tmp_path / "back")
    assert results(tmp_path / "back") == results(runs / "whole")
    assert json.loads((tmp_path / "back" / "summary.json").read_text())["steps"] == 4

    first = tracemill("run", config_file, *STORAGE, "--set", "run.name=parts", "--set", "run.steps=2")
    assert first.returncode == 0, first.stderr
    shutil.rmtree(runs / "parts")
    anew = tracemill("run", config_file, *STORAGE, "--set", "run.name=parts")
    assert anew.returncode == 1
    assert "s3://mill/runs/parts already holds this run; go on with --resume" in anew.stderr.splitlines()[-1]
    rest = tracemill("run", config_file, *STORAGE, "--set", "run.name=parts", "--resume")
    assert rest.returncode == 0, rest.stderr
    assert "fetching the run from s3://mill/runs/parts" in rest.stderr
    assert results(runs / "parts") == results(runs / "whole")
    bring_back(Place("s3://mill/runs/parts"), tmp_path / "parts")
    assert results(tmp_path / "parts") == results(runs / "whole")
    steps = ["step-000002", "step-000004"]
    assert Place("s3://mill/runs/parts").names("checkpoints") == steps

    shutil.rmtree(runs)  # what follows has nothing but the storage
    exported = tracemill("export", "s3://mill/runs/whole", "--out", tmp_path / "exported")
    assert exported.returncode == 0, exported.stderr
    page = tracemill("report", "s3://mill/runs/whole", "s3://mill/runs/parts")
    assert page.returncode == 0, page.stderr
    assert (tmp_path / "compared.html").read_text().startswith("<!doctype html>")
    proof = tracemill("verify", "s3://mill/runs/whole", "--no-second-opinion")
    assert proof.returncode == 0 and "all as claimed" in proof.stdout, proof.stderr


@pytest.fixture
def silent_server() -> Iterator[str]:
    """Takes every connection and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=100) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_a_run_goes_on_while_the_storage_never_answers(
    tracemill: Tracemill, config_file: Path, tmp_path: Path, environment: dict[str, str], silent_server: str
) -> None:
    environment["AWS_ENDPOINT_URL"] = silent_server
    options = [*STORAGE, "--set", "run.storage_timeout_s=2"]
    done = tracemill("run", config_file, *options)
    assert done.returncode == 1
    run, last = tmp_path / "runs" / "small", done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert "not stored in s3://mill/runs/small" in last and "the same command with --resume stores it" in last
    assert f"nothing is lost, it lies in {run}" in last
    assert len(list((run / "traces").glob("*.parquet"))) == 4
    assert json.loads((run / "summary.json").read_text())["steps"] == 4


@pytest.mark.parametrize(
    ("override", "said"),
    [
        ("run.storage=s3://no-such-bucket/runs", "run.storage is 's3://no-such-bucket/runs', which cannot be written"),
        ("run.storage=s4://mill/runs", "run.storage: 's4://mill/runs/small' is no place to keep a run"),
        ("run.storage=runs", "run.storage is 'runs', which is where the run works; give another folder than run.dir"),
        ("run.storage=/proc/none", "run.storage is '/proc/none', which cannot be written"),
    ],
)
def test_a_storage_that_cannot_be_ends_a_run_before_it_begins(
    tracemill: Tracemill, config_file: Path, tmp_path: Path, override: str, said: str
) -> None:
    done = tracemill("run", config_file, "--in-process", "--set", override)
    assert done.returncode in (1, 2) and "Traceback" not in done.stderr
    assert said in done.stderr.splitlines()[-1]
    assert not (tmp_path / "runs" / "small" / "traces").exists()
