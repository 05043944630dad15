"""Everything in this process: one engine, one verifier, one learner rank. For a debugger, and where there is no Ray."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tracemill.configs.schema import Config
from tracemill.jobs.fleet import Groups, Pairs, threads_each
from tracemill.rl.learner import Learner
from tracemill.rl.measure import Measurement
from tracemill.rl.types import Tree, Update
from tracemill.rollout.engines import make_engine
from tracemill.rollout.generate import generate
from tracemill.rollout.types import Rollout, Sampling
from tracemill.rollout.weights import spec_of
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier


class LocalFleet:
    def __init__(self, config: Config, policy: Path, num_updates: int) -> None:
        threads = threads_each(1)
        self._engine = make_engine(config.rollout, folder=policy, dtype=config.policy.dtype, threads=threads)
        self._verifier = Verifier(config.verifier)
        self._learner = Learner(
            config.learner,
            folder=policy,
            dtype=config.policy.dtype,
            temperature=config.rollout.temperature,
            num_updates=num_updates,
            threads=threads,
        )

    def start_rollouts(self, groups: Groups, sampling: Sampling) -> list[list[Rollout]]:
        rollouts = iter(generate(self._engine, [request for group in groups for request in group], sampling))
        return [[next(rollouts) for _ in group] for group in groups]

    def rollouts(self, handle: list[list[Rollout]]) -> list[list[Rollout]]:
        return handle

    def judge(self, pairs: Pairs) -> list[Verdict]:
        return self._verifier.judge_all(pairs)

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        return self._learner.measure(trees)

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        return self._learner.update(trees, divisor)

    def sync(self) -> int:
        weights = self._learner.weights()
        manifest = tuple(spec_of(name, tensor) for name, tensor in weights.items())
        self._engine.load_weights(self._learner.version, manifest, weights.items())
        return self._learner.version

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
