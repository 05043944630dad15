"""Trackers that work without a network, for real, each where it is installed; and one that fails."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from tracemill.configs.load import config_hash, load
from tracemill.jobs.metrics import MetricsLog
from tracemill.jobs.run_folder import RunFolder
from tracemill.jobs.trackers import _KINDS, Trackers

LINES: list[dict[str, Any]] = [
    {"step": step, "train_pass_rate": 0.1 * step, "statuses": {"correct": step}, "skipped_updates": []}
    for step in range(1, 5)
]


def run_of(tmp_path: Path, name: str) -> tuple[RunFolder, str, list[str]]:
    """Two steps, then two more after a resume, through what `tracemill run` logs with. The id, and what was told."""
    folder, told = RunFolder(tmp_path / "run"), []
    folder.path.mkdir()
    config = load("demo.toml", [f"run.trackers=['{name}']", "run.tracker_project=mill"])
    for lines in (LINES[:2], LINES[2:]):
        metrics = MetricsLog(folder, Trackers(config, folder, told.append))
        metrics.open(lines[0]["step"] - 1)
        for line in lines:
            metrics.write(line)
        metrics.close()
    known = json.loads((folder.path / "trackers.json").read_text())
    return folder, known.get(name, ""), told


def test_mlflow_in_a_local_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("mlflow.tracking")
    database = f"sqlite:///{tmp_path / 'mlflow.db'}"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", database)
    _, run, told = run_of(tmp_path, "mlflow")
    assert told == []
    from mlflow.tracking import MlflowClient

    client = MlflowClient(database)
    experiment = client.get_experiment_by_name("mill")
    assert [found.info.run_id for found in client.search_runs([experiment.experiment_id])] == [run]
    history = client.get_metric_history(run, "train_pass_rate")
    assert [(one.step, round(one.value, 3)) for one in history] == [(1, 0.1), (2, 0.2), (3, 0.3), (4, 0.4)]
    assert client.get_metric_history(run, "statuses/correct")[-1].value == 4
    assert client.get_run(run).data.params["run.name"] == "demo"
    assert client.get_run(run).info.status == "FINISHED"


def test_wandb_offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wandb")
    monkeypatch.setenv("WANDB_MODE", "offline")
    for wait in ("WANDB__SERVICE_WAIT", "WANDB_INIT_TIMEOUT"):  # on a busy machine
        monkeypatch.setenv(wait, "250")
    folder, run, told = run_of(tmp_path, "wandb")
    assert told == []
    logs = sorted((folder.path / "wandb").glob(f"offline-run-*-{run}/run-{run}.wandb"))
    assert logs and all(log.stat().st_size > 500 for log in logs)  # each with the run's id: `wandb sync` joins them
    assert b"train_pass_rate" in b"".join(log.read_bytes() for log in logs)


def test_trackio_in_a_local_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("trackio") is None:
        pytest.skip("trackio is not installed")
    monkeypatch.setenv("TRACKIO_DIR", str(tmp_path / "trackio"))  # read when it is imported
    _, run, told = run_of(tmp_path, "trackio")
    assert told == []
    from trackio.sqlite_storage import SQLiteStorage

    logs = SQLiteStorage.get_logs("mill", run)
    assert [(line["step"], round(line["train_pass_rate"], 3)) for line in logs] == [(n, n / 10) for n in (1, 2, 3, 4)]


class Failing:
    id = "one"

    def __init__(self, *_: Any) -> None:
        self.steps = 0

    def log(self, step: int, numbers: dict[str, float]) -> None:
        self.steps += 1
        raise ConnectionError("the server is gone\nand more")

    def close(self) -> None:
        raise AssertionError("it was given up")


def test_a_tracker_that_fails_says_so_once_and_everything_else_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_KINDS, "wandb", Failing)
    folder, run, told = run_of(tmp_path, "wandb")
    failed = "wandb failed and is told nothing more (the server is gone); metrics.jsonl has everything"
    assert told == [failed] * 2 and run == "one"  # once in each of the two jobs
    assert [json.loads(line)["step"] for line in folder.metrics.read_text().splitlines()] == [1, 2, 3, 4]
    assert list((folder.path / "tensorboard").iterdir())

    def nowhere(*_: Any) -> Any:
        raise RuntimeError("no network")

    monkeypatch.setitem(_KINDS, "mlflow", nowhere)
    (tmp_path / "other").mkdir()
    _, run, told = run_of(tmp_path / "other", "mlflow")
    assert run == "" and "no network" in told[0] and len(told) == 2


def test_trackers_do_not_make_another_run_of_it() -> None:
    assert config_hash(load("demo.toml")) == config_hash(load("demo.toml", ["run.trackers=['wandb']"]))
