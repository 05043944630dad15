"""The Ray fleet without its learner ranks. Importing this imports ray."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ray

from tracemill.configs.schema import Config
from tracemill.jobs.fixed_fleet import NoLearner
from tracemill.jobs.fleet import threads_each
from tracemill.jobs.ray_fleet import RayFleet, _connect
from tracemill.rollout.actor import RolloutActor
from tracemill.verifiers.actor import VerifierActor


class FixedRayFleet(NoLearner, RayFleet):
    def __init__(self, config: Config, policy: Path) -> None:
        self._config = config
        _connect(config, policy)
        actors = config.rollout.actors
        engine: Any = RolloutActor  # mypy sees the plain class, not what ray.remote makes of it
        verifier: Any = VerifierActor
        self._engines = [
            engine.options(num_gpus=config.rollout.gpus_per_actor).remote(
                config.rollout, policy, config.policy.dtype, threads_each(actors)
            )
            for _ in range(actors)
        ]
        self._verifiers = [verifier.remote(config.verifier) for _ in range(config.verifier.workers)]
        self._ranks = []
        ray.get([one.ready.remote() for one in self._engines])
