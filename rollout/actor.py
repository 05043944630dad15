"""The Ray shell around an engine's service. Calls that control the engine have threads of their own: calls that wait
for completions fill theirs, and would starve them."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import ray
from ray.util.metrics import Counter, Gauge

from tracemill.configs.schema import RolloutConfig
from tracemill.configs.spans import Span, now_us
from tracemill.rollout.engines import make_engine
from tracemill.rollout.service import EngineService, Finished
from tracemill.rollout.transports.choice import Place, own_device, own_place
from tracemill.rollout.transports.inbox import Inbox
from tracemill.rollout.transports.types import Message
from tracemill.rollout.types import Request, Sampling
from tracemill.rollout.weights import Manifest, unpack

if TYPE_CHECKING:
    import torch

HEARING_CALLS = 4  # a buffer that is taken, one that waits, the end, and an abort
WAITING_CALLS = 64  # calls for completions that wait at one engine, a thread each; more are queued by Ray


@ray.remote(  # type: ignore[call-overload]
    concurrency_groups={"control": 1, "pulse": 1, "weights": HEARING_CALLS, "generate": WAITING_CALLS}
)
class RolloutActor:
    def __init__(self, config: RolloutConfig, folder: Path, dtype: str, threads: int) -> None:
        self._service = EngineService(lambda: make_engine(config, folder=folder, dtype=dtype, threads=threads))
        self._tokens = Counter("tracemill_engine_tokens", "tokens of finished completions")
        self._in_flight = Gauge("tracemill_engine_requests_in_flight", "requests taken in and not finished")
        self._version = Gauge("tracemill_engine_weights_version", "the policy version that is served")
        self._requests, self._lock = 0, threading.Lock()
        self._version.set(0)

        self._inbox = Inbox(self._service.manifest, own_device(), config.transfer_timeout_s)

    @ray.method(concurrency_group="generate", num_returns="streaming")
    def generate(self, groups: Sequence[Sequence[Request]], sampling: Sampling) -> Iterator[list[Finished]]:
        num_requests = sum(map(len, groups))
        self._count(num_requests)
        try:
            for finished in self._service.generate_groups(groups, sampling):
                self._tokens.inc(sum(len(rollout.completion_ids) for _, group in finished for rollout in group))
                yield finished
        finally:
            self._count(-num_requests)

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
        source: str | Sequence[ray.ObjectRef],
        probe: Sequence[Sequence[int]],
        recompute: bool,
    ) -> list[list[float]]:
        """`source`: a stream of which the learner tells in `hear`, or references to `rollout.weights.Bucket`, each read
        when its turn has come."""

        def weights() -> Iterator[tuple[str, torch.Tensor]]:
            if isinstance(source, str):
                yield from self._inbox.weights(source, version)
            else:
                for bucket in source:
                    yield from unpack(ray.get(bucket))

        try:
            return self._service.load_weights(version, manifest, weights, probe, recompute=recompute)
        except Exception as error:
            if isinstance(source, str):
                self._inbox.end(source, str(error))
            raise

    @ray.method(concurrency_group="weights")
    def hear(self, message: Message) -> Any:
        """See `transports.inbox.Inbox.hear`: what the learner's rank 0 says of a stream."""
        return self._inbox.hear(message)

    @ray.method(concurrency_group="pulse")
    def place(self) -> Place:
        return own_place(ray.get_runtime_context().get_node_id())

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
