"""The Ray shell around one learner rank."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ray

from tracemill.rl.measure import Measurement
from tracemill.rl.types import Tree, Update
from tracemill.rollout.weights import Manifest, pack, spec_of

_BUCKET_BYTES = 256 * 2**20


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

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        return self._learner.measure(trees)

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        return self._learner.update(trees, divisor)

    def version(self) -> int:
        return self._learner.version

    def weights(self) -> tuple[Manifest, list[ray.ObjectRef]]:
        """The whole policy from rank 0, nothing from the others: its manifest, and references to buckets of it."""
        weights = self._learner.weights()
        manifest = tuple(spec_of(name, tensor) for name, tensor in weights.items())
        return manifest, [ray.put(bucket) for bucket in pack(weights.items(), _BUCKET_BYTES)]

    def save(self, folder: Path) -> None:
        self._learner.save(folder)

    def load(self, folder: Path) -> int:
        self._learner.load(folder)
        return self._learner.version

    def save_policy(self, folder: Path) -> None:
        self._learner.save_policy(folder)

    def close(self) -> None:
        self._learner.close()
