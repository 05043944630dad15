"""The Ray shell around an engine's service. Calls that control the engine have threads of their own: calls that wait
for completions fill theirs, and would starve them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import ray
from ray.util.metrics import Counter, Gauge

from tracemill.configs.schema import RolloutConfig
from tracemill.configs.spans import Span, now_us
from tracemill.rollout.engines import make_engine
from tracemill.rollout.service import EngineService
from tracemill.rollout.types import Request, Rollout, Sampling
from tracemill.rollout.weights import Manifest, unpack

if TYPE_CHECKING:
    import torch

WAITING_CALLS = 64  # calls for completions that wait at one engine, a thread each; more are queued by Ray


@ray.remote(concurrency_groups={"control": 1, "pulse": 1, "generate": WAITING_CALLS})  # type: ignore[call-overload]
class RolloutActor:
    def __init__(self, config: RolloutConfig, folder: Path, dtype: str, threads: int) -> None:
        self._service = EngineService(lambda: make_engine(config, folder=folder, dtype=dtype, threads=threads))
        self._tokens = Counter("tracemill_engine_tokens", "tokens of finished completions")
        self._in_flight = Gauge("tracemill_engine_requests_in_flight", "requests taken in and not finished")
        self._version = Gauge("tracemill_engine_weights_version", "the policy version that is served")
        self._requests, self._lock = 0, threading.Lock()
        self._version.set(0)

    @ray.method(concurrency_group="generate")
    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[Rollout]:
        self._count(len(requests))
        try:
            rollouts = self._service.generate(requests, sampling)
        finally:
            self._count(-len(requests))
        if tokens := sum(len(rollout.completion_ids) for rollout in rollouts):
            self._tokens.inc(tokens)
        return rollouts

    def _count(self, more: int) -> None:
        with self._lock:
            self._requests += more
            self._in_flight.set(self._requests)

    @ray.method(concurrency_group="control")
    def ready(self) -> tuple[int, str]:
        """This process's id and its node's, once the engine is made."""
        return os.getpid(), ray.get_runtime_context().get_node_id()

    @ray.method(concurrency_group="control")
    def load_weights(
        self,
        version: int,
        manifest: Manifest,
        buckets: Sequence[ray.ObjectRef],
        probe: Sequence[Sequence[int]],
        recompute: bool,
    ) -> list[list[float]]:
        """`buckets`: references to `rollout.weights.Bucket`, each read when its turn has come."""

        def weights() -> Iterator[tuple[str, torch.Tensor]]:
            for bucket in buckets:
                yield from unpack(ray.get(bucket))

        return self._service.load_weights(version, manifest, weights, probe, recompute=recompute)

    @ray.method(concurrency_group="control")
    def serve(self) -> int:
        version = self._service.serve()
        self._version.set(version)
        return version

    @ray.method(concurrency_group="control")
    def sleep(self) -> None:
        self._service.sleep()

    @ray.method(concurrency_group="control")
    def wake(self) -> None:
        self._service.wake()

    @ray.method(concurrency_group="pulse")
    def spans(self) -> tuple[str, float, list[Span]]:
        """This node, its time in microseconds, and what the engine did since this was last asked."""
        return ray.get_runtime_context().get_node_id(), now_us(), self._service.spans()

    @ray.method(concurrency_group="pulse")
    def steps(self) -> int:
        """See `EngineService.steps`; answers even while the engine is busy with one long step."""
        return self._service.steps()
