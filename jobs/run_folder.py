"""The folder of a run: who may write it, its config, metrics, checkpoints and policy. All writes are atomic for
readers.

config.json  metrics.jsonl  summary.json  report.html  traces/  checkpoints/step-000010/  policy/  tensorboard/
"""

from __future__ import annotations

import fcntl
import json
import os
import platform
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from tracemill.configs.load import config_hash, what_decides
from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError, LearnerLost

_PACKAGES = ("tracemill", "torch", "transformers", "ray", "deepspeed", "vllm", "trl", "sympy", "datasets")
STATE = "state.json"  # in a checkpoint, written last
_PARTIAL = ".partial"
_PASS_RATE = "held_out_pass_rate"
_POLICY_VERSION = "policy_version.json"
_DISK_WORDS = ("No space left", "I/O error", "inline_container", "PytorchStreamWriter", "iostream error")
"""How safetensors and torch, which raise no OSError, say that a file cannot be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """A whole checkpoint: `step` steps are done, `state` is what the loop needs beside the learner's own state."""

    step: int
    folder: Path
    state: dict[str, Any]


class RunFolder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.traces = path / "traces"
        self.policy = path / "policy"
        self.metrics = path / "metrics.jsonl"
        self.summary = path / "summary.json"
        self._checkpoints = path / "checkpoints"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Only one job at a time works in a run's folder. Raises CommandError where another does, or none can."""
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = (self.path / ".lock").open("a+")
        except OSError as error:
            raise CommandError(
                f"the run folder {self.path} cannot be written ({error.strerror}); "
                f"choose another with --set run.dir=PATH"
            ) from None
        with lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                lock.seek(0)
                holder = lock.read().strip() or "unknown"
                raise CommandError(
                    f"another job (process {holder}) works in {self.path}; wait for it, or choose another run.name"
                ) from None
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()
            yield

    def claim(self, config: Config, *, resume: bool) -> None:
        """Writes config.json for a new run, or checks that the run that is here is the same one. Raises
        CommandError."""
        path = self.path / "config.json"
        mine = {"config_hash": config_hash(config), "config": config.model_dump(mode="json"), "versions": versions()}
        if path.exists():
            theirs, ours = _decisive(path), what_decides(config.model_dump(mode="json"))
            if theirs != ours:
                key, there, here = _first_difference(theirs, ours)
                raise CommandError(
                    f"{self.path} holds a run of another config ({key} is {there!r} there, {here!r} here); "
                    f"choose another run.name, or move that folder away"
                )
            if not resume:
                raise CommandError(
                    f"{self.path} already holds this run; go on with --resume, or choose another run.name"
                )
        write_atomically(path, json.dumps(mine, indent=2))

    def append_metrics(self, line: dict[str, Any]) -> None:
        with self.metrics.open("a") as file:
            file.write(json.dumps(line) + "\n")

    def keep_metrics(self, last_step: int) -> None:
        """Drops the lines of steps after `last_step`, and a line cut short: they are made again. What is no line of
        metrics goes too."""
        if not self.metrics.exists():
            return
        steps = [(_step_of(line), line) for line in self.metrics.read_bytes().splitlines()]
        kept = [line.decode() for step, line in steps if step is not None and step <= last_step]
        write_atomically(self.metrics, "".join(line + "\n" for line in kept))

    def checkpoint(
        self,
        step: int,
        state: dict[str, Any],
        save: Callable[[Path], None],
        keep: int,
        *,
        pass_rate: float | None = None,
    ) -> None:
        """`save` fills a folder that becomes a checkpoint only when it is whole; then the oldest go, down to `keep`.
        With a held-out `pass_rate`, the best that has one stays too, the newest of those equally good."""
        final = self._checkpoints / f"step-{step:06d}"
        partial = final.with_name(final.name + _PARTIAL)
        for left in self._checkpoints.glob(f"*{_PARTIAL}"):
            shutil.rmtree(left, ignore_errors=True)
        try:
            partial.mkdir(parents=True)
            save(partial)
            if pass_rate is not None:
                (partial / _PASS_RATE).write_text(repr(pass_rate))
            (partial / STATE).write_text(json.dumps(state))
            _sync_tree(partial)
            if final.exists():
                _discard(final)
            partial.rename(final)
        except Exception as error:
            shutil.rmtree(partial, ignore_errors=True)
            if isinstance(error, LearnerLost):
                raise
            what_to_do = "make room and go on with --resume" if _is_of_the_disk(error) else "go on with --resume"
            raise CommandError(
                f"the checkpoint of step {step} cannot be written ({_reason(error)}); the one before it is whole: "
                f"{what_to_do}"
            ) from error
        whole = self._whole_checkpoints()
        best = max((folder for folder in whole if (folder / _PASS_RATE).exists()), key=_rank, default=None)
        for old in whole[:-keep]:
            if old != best:
                _discard(old)

    def newest_checkpoint(self) -> Checkpoint | None:
        """Raises CommandError where its state cannot be read."""
        whole = self._whole_checkpoints()
        if not whole:
            return None
        folder = whole[-1]
        return Checkpoint(
            step=int(folder.name.removeprefix("step-")),
            folder=folder,
            state=_state_of(folder, before=whole[-2] if len(whole) > 1 else None),
        )

    def replace_policy(self, save: Callable[[Path], None], version: int) -> None:
        """The newest policy; a reader finds the old one or the new one, never half of one."""
        partial, old = self.policy.with_name("policy" + _PARTIAL), self.policy.with_name("policy.old")
        for leftover in (partial, old):
            shutil.rmtree(leftover, ignore_errors=True)
        save(partial)
        (partial / _POLICY_VERSION).write_text(json.dumps({"policy_version": version}))
        _sync_tree(partial)
        if self.policy.exists():
            self.policy.rename(old)
        partial.rename(self.policy)
        shutil.rmtree(old, ignore_errors=True)

    def policy_version(self) -> int | None:
        """Of the policy that is there; None where there is none, or none that says."""
        try:
            version: int = json.loads((self.policy / _POLICY_VERSION).read_text())["policy_version"]
        except (OSError, ValueError, KeyError):
            return None
        return version

    def _whole_checkpoints(self) -> list[Path]:
        return sorted(path.parent for path in self._checkpoints.glob(f"step-*[0-9]/{STATE}"))


def versions() -> dict[str, str]:
    """Of Python, the project and the libraries that decide a run's results."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def write_atomically(path: Path, text: str) -> None:
    partial = path.with_name(path.name + _PARTIAL)
    with partial.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.rename(path)


def _decisive(path: Path) -> dict[str, Any]:
    """Of the config of the run that is here. Raises CommandError where it is none."""
    try:
        return what_decides(_with_new_keys(json.loads(path.read_text())["config"]))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise CommandError(
            f"{path} is damaged and does not say what run is here; put a whole copy in its place, choose another "
            f"run.name, or move that folder away"
        ) from None


def _state_of(checkpoint: Path, before: Path | None) -> dict[str, Any]:
    path = checkpoint / STATE
    try:
        state = json.loads(path.read_text())
    except (ValueError, RecursionError):
        state = None
    if not isinstance(state, dict):
        where = before.name if before else "the beginning, as there is no checkpoint before it"
        raise CommandError(f"{path} is damaged; remove {checkpoint}, and --resume goes on from {where}")
    return state


def _step_of(line: bytes) -> int | None:
    """None where it is no line of metrics."""
    try:
        step = json.loads(line.decode())["step"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    return step if isinstance(step, int) else None


def _is_of_the_disk(error: Exception) -> bool:
    return isinstance(error, OSError) or any(words in str(error) for words in _DISK_WORDS)


def _reason(error: Exception) -> str:
    """In one line. A worker's error ends with it."""
    name, lines = type(error).__name__, str(error).strip().splitlines()
    if not lines:
        return name
    return lines[-1] if isinstance(error, OSError) or hasattr(error, "cause") else f"{name}: {lines[-1]}"


def _rank(checkpoint: Path) -> tuple[float, str]:
    return float((checkpoint / _PASS_RATE).read_text()), checkpoint.name


def _discard(checkpoint: Path) -> None:
    """Under another name first: half of a checkpoint never stands where a whole one does."""
    leaving = checkpoint.with_name(f"{checkpoint.name}.old{_PARTIAL}")
    shutil.rmtree(leaving, ignore_errors=True)
    checkpoint.rename(leaving)
    shutil.rmtree(leaving)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())


def _with_new_keys(config: dict[str, Any]) -> dict[str, Any]:
    """A dumped config of an older version of the code, with the defaults of the keys that came since."""
    try:
        return Config.model_validate(config).model_dump(mode="json")
    except ValueError:
        return config


def _first_difference(theirs: Any, mine: Any, at: str = "") -> tuple[str, Any, Any]:
    if isinstance(theirs, dict) and isinstance(mine, dict):
        for key in [*theirs, *(key for key in mine if key not in theirs)]:
            if theirs.get(key) != mine.get(key):
                return _first_difference(theirs.get(key), mine.get(key), f"{at}.{key}".lstrip("."))
    return at, theirs, mine
