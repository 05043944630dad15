"""Everything in this process: one engine, one verifier, one learner rank. For a debugger, and where there is no Ray."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracemill.configs.schema import Config
from tracemill.jobs.fleet import Groups, Judged, Pairs, threads_each
from tracemill.jobs.learn import learner_config
from tracemill.jobs.local_engine import Done, LocalEngine
from tracemill.jobs.timeline import ActorSpans
from tracemill.rl.learner import Learner
from tracemill.rl.measure import Measurement
from tracemill.rl.types import Tree, Update
from tracemill.rollout.types import Sampling
from tracemill.verifiers.verifier import Verifier


class LocalFleet:
    def __init__(self, config: Config, policy: Path, num_updates: int) -> None:
        self._verifier = Verifier(config.verifier)
        self._learner = Learner(
            learner_config(config),
            folder=policy,
            dtype=config.policy.dtype,
            temperature=config.rollout.temperature,
            num_updates=num_updates,
            threads=threads_each(1),
        )
        self._engine = LocalEngine(config, policy)  # last: vLLM takes a process group that is there, DeepSpeed does not
        self._probe: Sequence[Sequence[int]] = ()

    def start_rollouts(self, groups: Groups, sampling: Sampling, *, together: bool = True) -> list[Done]:
        return self._engine.start_rollouts(groups, sampling, together=together)

    def wait(self, handles: Sequence[Done], at_least: int) -> None:
        self._engine.wait(handles, at_least)

    def judge_later(self, pairs: Pairs) -> Judged:
        verdicts = self._verifier.judge_all(pairs)
        return lambda: verdicts

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        self._engine.rest()
        return self._learner.measure(trees)

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        self._engine.rest()
        return self._learner.update(trees, divisor)

    def set_probe(self, probe: Sequence[Sequence[int]]) -> None:
        self._probe = probe

    def sync(self) -> dict[str, float]:
        return {"canary_difference": self._engine.take(self._learner, self._probe)}

    def spans(self) -> list[ActorSpans]:
        return []

    def save(self, folder: Path) -> None:
        self._learner.save(folder)

    def load(self, folder: Path) -> None:
        self._learner.load(folder)

    def save_policy(self, folder: Path) -> None:
        self._learner.save_policy(folder)

    def close(self) -> None:
        self._verifier.close()
        self._learner.close()
        self._engine.close()
