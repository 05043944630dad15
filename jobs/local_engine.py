"""One engine in this process. What it is asked for is done when it is asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError
from tracemill.jobs.fleet import Groups, threads_each
from tracemill.rollout.canary import check_canary, tolerance_for
from tracemill.rollout.engines import make_engine
from tracemill.rollout.generate import generate
from tracemill.rollout.types import Rollout, Sampling

if TYPE_CHECKING:
    from tracemill.rl.learner import Learner


@dataclass(frozen=True, slots=True)
class Done:
    rollouts: list[Rollout]


class LocalEngine:
    def __init__(self, config: Config, policy: Path) -> None:
        self._config = config
        self._engine = make_engine(config.rollout, folder=policy, dtype=config.policy.dtype, threads=threads_each(1))
        self._is_awake = True

    def start_rollouts(self, groups: Groups, sampling: Sampling, *, together: bool = True) -> list[Done]:
        try:
            rollouts = iter(generate(self._engine, [request for group in groups for request in group], sampling))
        except ValueError as error:
            raise CommandError(str(error)) from error
        return [Done([next(rollouts) for _ in group]) for group in groups]

    def wait(self, handles: Sequence[Done], at_least: int) -> None:
        """They are done."""

    def rest(self) -> None:
        """Where engine and learner share a device by turns, it is the learner's until the next `take`."""
        if self._config.rollout.colocated and self._is_awake:
            self._engine.sleep()
            self._is_awake = False

    def take(self, learner: Learner, probe: Sequence[Sequence[int]]) -> float:
        """The learner's weights. Returns the largest difference of a probe's logprob; raises CommandError where it is
        past the tolerance."""
        if not self._is_awake:
            self._engine.wake()
            self._is_awake = True
        self._engine.load_weights(learner.version, learner.manifest(), learner.weights())
        tolerance = tolerance_for(self._config.policy.dtype, self._config.rollout.canary_tolerance)
        mine, theirs = learner.logprobs(probe), self._engine.logprobs(probe)
        try:
            return check_canary(mine, theirs, name="the engine", version=learner.version, tolerance=tolerance)
        except ValueError as error:
            raise CommandError(str(error)) from None

    def close(self) -> None:
        self._engine.close()
