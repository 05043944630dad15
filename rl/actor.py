"""The Ray shell around one learner rank."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ray
from ray.util.metrics import Counter, Gauge

from tracemill.configs.spans import Span, Spans, now_us
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


@ray.remote
class LearnerActor:
    """Made empty; `start` builds the learner, once rank 0 has said where it can be reached."""

    def free_address(self) -> str:
        """`host:port` of this actor's node, a port that is free now."""
        host = ray.util.get_node_ip_address()
        with socket.socket() as probe:
            probe.bind((host, 0))
            return f"{host}:{probe.getsockname()[1]}"

    def start(self, settings: dict[str, Any]) -> None:
        """`settings`: the arguments of `Learner`."""
        from tracemill.rl.learner import Learner

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

    def spans(self) -> tuple[str, float, list[Span]]:
        """This node, its time in microseconds, and what was done since this was last asked."""
        return ray.get_runtime_context().get_node_id(), now_us(), self._spans.taken()

    def close(self) -> None:
        self._learner.close()
