"""Engines and verifiers without a learner: for a policy that stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tracemill.configs.schema import Config
from tracemill.jobs.fleet import Groups, Judged, Pairs
from tracemill.jobs.local_engine import Done, LocalEngine
from tracemill.jobs.timeline import ActorSpans
from tracemill.rl.types import Update
from tracemill.rollout.types import Sampling
from tracemill.verifiers.verifier import Verifier


class NoLearner:
    """The learner's side of a `Fleet` that has none: its version is 0, and there is nothing to keep."""

    def measure(self, *_: Any, **__: Any) -> Any:
        raise ValueError("a policy that stays as it is has no learner to measure anything")

    def update(self, *_: Any, **__: Any) -> Update:
        return Update(version_before=0, version_after=0, metrics={}, skipped="the policy stays as it is")

    def set_probe(self, probe: Sequence[Sequence[int]]) -> None:
        """Nothing to compare with."""

    def sync(self, transport: str | None = None) -> dict[str, float]:
        """There are no other weights."""
        return {}

    def save(self, folder: Path) -> None:
        """Every draw follows from the run's seed and the step."""

    def load(self, folder: Path) -> None:
        """As `save`."""

    def save_policy(self, folder: Path) -> None:
        """The policy lies where it was."""


class FixedFleet(NoLearner):
    """A `Fleet` in this process: one engine, one verifier."""

    def __init__(self, config: Config, policy: Path) -> None:
        self._engine = LocalEngine(config, policy)
        self._verifier = Verifier(config.verifier)

    def start_rollouts(self, groups: Groups, sampling: Sampling, *, together: bool = True) -> list[Done]:
        return self._engine.start_rollouts(groups, sampling, together=together)

    def wait(self, handles: Sequence[Done], at_least: int) -> None:
        self._engine.wait(handles, at_least)

    def judge_later(self, pairs: Pairs) -> Judged:
        verdicts = self._verifier.judge_all(pairs)
        return lambda: verdicts

    def spans(self) -> list[ActorSpans]:
        return []

    def close(self) -> None:
        self._verifier.close()
        self._engine.close()
