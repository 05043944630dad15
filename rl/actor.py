"""The Ray shell around one learner rank."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from ray.util.metrics import Counter, Gauge

from tracemill.configs.spans import Span, Spans, now_us
from tracemill.rl import network
from tracemill.rl.measure import Measurement
from tracemill.rl.types import Tree, Update
from tracemill.rollout.weights import Manifest, pack

_BUCKET_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A policy version that engines can take: references to `rollout.weights.Bucket`s in Ray's object store, which is
    shared memory for all processes of a host, and to what the learner says of a probe under it."""

    version: int
    manifest: Manifest
    buckets: Sequence[ray.ObjectRef]
    probe: Sequence[Sequence[int]]
    logprobs: ray.ObjectRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """Where a rank is: its process, Ray's node, and `host:port` where it listens until it starts."""

    pid: int
    node: str
    address: str


@ray.remote(concurrency_groups={"pulse": 1})  # type: ignore[call-overload]
class LearnerActor:
    """Made empty. `settle` says where it is, `unreachable` tries the other ranks, `start` builds the learner."""

    def settle(self, interface: str | None, num_ranks: int) -> Seat:
        """`interface` as `network.choose_interface` takes it."""
        self._ip = network.choose_interface(interface, ray.util.get_node_ip_address())
        self._ear = network.listening(self._ip, num_ranks)
        port = self._ear.getsockname()[1]
        return Seat(pid=os.getpid(), node=ray.get_runtime_context().get_node_id(), address=f"{self._ip}:{port}")

    def unreachable(self, addresses: Sequence[str], timeout_s: float) -> list[tuple[int, str]]:
        return network.unreachable(addresses, timeout_s)

    def free_address(self) -> str:
        """`host:port` of this rank, a port that is free now."""
        return f"{self._ip}:{network.free_port(self._ip)}"

    @ray.method(concurrency_group="pulse")
    def pulse(self) -> None:
        """Answers even while an update takes long; not where the process is stopped or its node is gone."""

    def start(self, settings: dict[str, Any]) -> None:
        """`settings`: the arguments of `Learner`."""
        from tracemill.rl.learner import Learner

        self._ear.close()
        self._learner = Learner(**settings)
        self._spans = Spans()
        self._tokens = Counter("tracemill_learner_tokens", "tokens learned from, of all ranks together")
        self._version = Gauge("tracemill_learner_version", "the policy version that the learner holds")

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        with self._spans("measure", trees=len(trees)):
            return self._learner.measure(trees)

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        with self._spans("learn", trees=len(trees)):
            update = self._learner.update(trees, divisor)
        if learned := update.metrics.get("learned_tokens"):
            self._tokens.inc(learned)
        self._version.set(update.version_after)
        return update

    def publish(self) -> tuple[int, Manifest, list[ray.ObjectRef]]:
        """The policy's version, manifest and buckets as they stand, from rank 0; the other ranks take their part in
        gathering it, and have no buckets."""
        with self._spans("sync"):
            buckets = [ray.put(bucket) for bucket in pack(self._learner.weights(), _BUCKET_BYTES)]
        return self._learner.version, self._learner.manifest(), buckets

    def logprobs(self, sequences: Sequence[Sequence[int]]) -> list[list[float]]:
        with self._spans("probe"):
            return self._learner.logprobs(sequences)

    def save(self, folder: Path) -> None:
        with self._spans("save"):
            self._learner.save(folder)

    def load(self, folder: Path) -> int:
        self._learner.load(folder)
        return self._learner.version

    def save_policy(self, folder: Path) -> None:
        self._learner.save_policy(folder)

    @ray.method(concurrency_group="pulse")
    def spans(self) -> tuple[str, float, list[Span]]:
        """This node, its time in microseconds, and what was done since this was last asked."""
        return ray.get_runtime_context().get_node_id(), now_us(), self._spans.taken()

    def close(self) -> None:
        self._learner.close()
