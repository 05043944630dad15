"""Weights & Biases, trackio and MLflow, for those whom `run.trackers` names, beside metrics.jsonl and TensorBoard.

Thin: a config at the start, numbers a step, an end. Where they go is settled by each one's own environment variables
(WANDB_MODE, TRACKIO_DIR, MLFLOW_TRACKING_URI ...). A resumed run goes on in the same run of the tracker, whose name is
kept in `trackers.json`. A tracker that fails says so once and gets nothing more: no run depends on it. One that
is not installed is refused before the run starts (`jobs.doctor.versions`).

Not done here: samples, files, the state of the machine.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from tracemill.configs.schema import Config
from tracemill.jobs.run_folder import RunFolder, write_atomically

Numbers = Mapping[str, float]


class Tracker(Protocol):
    """Made from the config, the run's folder and the id that it had before, "" where it is new."""

    id: str

    def log(self, step: int, numbers: Numbers) -> None: ...

    def close(self) -> None: ...


class RunTracker:
    """A tracker whose runs are told numbers by `log` and end with `finish`."""

    def __init__(self, name: str, run: Any) -> None:
        self.id, self._run = name, run

    def log(self, step: int, numbers: Numbers) -> None:
        self._run.log(dict(numbers), step=step)

    def close(self) -> None:
        self._run.finish()


def start_wandb(config: Config, folder: Path, known: str) -> RunTracker:
    import wandb

    name = known or uuid.uuid4().hex[:12]
    run = wandb.init(
        project=config.run.tracker_project,
        name=config.run.name,
        id=name,
        resume="allow",
        dir=str(folder),
        config=config.model_dump(mode="json"),
        settings=wandb.Settings(console="off", silent=True),
    )
    return RunTracker(name, run)


def start_trackio(config: Config, folder: Path, known: str) -> RunTracker:
    """Its runs are known by their names."""
    import trackio

    name = known or f"{config.run.name}-{uuid.uuid4().hex[:6]}"
    settings: dict[str, Any] = {"embed": False, "auto_log_cpu": False, "auto_log_gpu": False}
    said = config.model_dump(mode="json")
    return RunTracker(
        name, trackio.init(config.run.tracker_project, name=name, resume="allow", config=said, **settings)
    )


class MlflowTracker:
    """Without MLFLOW_TRACKING_URI, in a database in the run's folder."""

    def __init__(self, config: Config, folder: Path, known: str) -> None:
        os.environ.setdefault("MLFLOW_TRACKING_URI", f"sqlite:///{folder / 'mlflow.db'}")
        from mlflow.tracking import MlflowClient

        self._client = MlflowClient(os.environ["MLFLOW_TRACKING_URI"])
        if known:
            self.id = known
            self._client.update_run(known, status="RUNNING")
            return
        project = config.run.tracker_project
        found = self._client.get_experiment_by_name(project)
        experiment = found.experiment_id if found else self._client.create_experiment(project)
        self.id = self._client.create_run(experiment, run_name=config.run.name).info.run_id
        for part, keys in config.model_dump(mode="json").items():
            for key, value in keys.items():
                self._client.log_param(self.id, f"{part}.{key}", str(value)[:500])

    def log(self, step: int, numbers: Numbers) -> None:
        from mlflow.entities import Metric

        now = int(time.time() * 1000)
        metrics = [Metric(name.replace(":", "."), float(value), now, step) for name, value in numbers.items()]
        self._client.log_batch(self.id, metrics=metrics)

    def close(self) -> None:
        self._client.set_terminated(self.id)


_KINDS: dict[str, Callable[[Config, Path, str], Any]] = {
    "wandb": start_wandb,
    "trackio": start_trackio,
    "mlflow": MlflowTracker,
}


class Trackers:
    """Those of a run. Nothing here raises."""

    def __init__(self, config: Config, folder: RunFolder, tell: Callable[[str], None]) -> None:
        self._config, self._folder, self._tell = config, folder.path, tell
        self._there: dict[str, Tracker] = {}

    def open(self) -> None:
        path = self._folder / "trackers.json"
        known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        for name in self._config.run.trackers:
            self._try(name, lambda name=name: self._start(name, known))  # type: ignore[misc]
        if self._config.run.trackers:
            write_atomically(path, json.dumps(known))

    def log(self, step: int, numbers: Numbers) -> None:
        for name, tracker in list(self._there.items()):
            self._try(name, lambda tracker=tracker: tracker.log(step, numbers))  # type: ignore[misc]

    def close(self) -> None:
        for name, tracker in list(self._there.items()):
            self._try(name, tracker.close)
        self._there = {}

    def _start(self, name: str, known: dict[str, str]) -> None:
        tracker = _KINDS[name](self._config, self._folder, known.get(name, ""))
        known[name] = tracker.id
        self._there[name] = tracker

    def _try(self, name: str, act: Callable[[], None]) -> None:
        try:
            act()
        except Exception as error:  # theirs, of any kind: the run goes on without it
            self._there.pop(name, None)
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            self._tell(f"{name} failed and is told nothing more ({reason}); metrics.jsonl has everything")
