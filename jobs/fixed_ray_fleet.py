"""The Ray fleet without its learner ranks. Importing this imports ray."""

from __future__ import annotations

from pathlib import Path

from tracemill.configs.schema import Config
from tracemill.jobs.fixed_fleet import NoLearner
from tracemill.jobs.placement import Placement
from tracemill.jobs.ray_fleet import RayFleet, Tell, connect


class FixedRayFleet(NoLearner, RayFleet):
    def __init__(self, config: Config, policy: Path, tell: Tell) -> None:
        self._config = config
        connect(config, policy)
        self._start_workers(Placement(config, tell, learner=False), policy, tell)
