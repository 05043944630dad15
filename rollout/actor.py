"""The Ray shell around an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import ray

from tracemill.configs.schema import RolloutConfig
from tracemill.rollout.engines import make_engine
from tracemill.rollout.types import Request, Rollout, Sampling

if TYPE_CHECKING:
    import torch


@ray.remote
class RolloutActor:
    def __init__(self, config: RolloutConfig, folder: Path, dtype: str, threads: int) -> None:
        self._engine = make_engine(config, folder=folder, dtype=dtype, threads=threads)

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[Rollout]:
        return self._engine.generate(requests, sampling)

    def load_weights(self, version: int, weights: Mapping[str, torch.Tensor]) -> int:
        self._engine.load_weights(version, weights.items())
        return self._engine.version

    def ready(self) -> int:
        return self._engine.version
