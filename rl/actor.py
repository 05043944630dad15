"""The Ray shell around one learner rank."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import ray
from ray.util.metrics import Counter, Gauge

from tracemill.configs.spans import Span, Spans, now_us
from tracemill.rl import network
from tracemill.rl.measure import Measurement
from tracemill.rl.types import Tree, Update
from tracemill.rollout.transports.choice import Place, Transport, own_device, own_place
from tracemill.rollout.transports.ipc import IpcSender
from tracemill.rollout.transports.nccl import NcclSender
from tracemill.rollout.transports.stream import send
from tracemill.rollout.transports.types import Broken, Message, Sender
from tracemill.rollout.weights import Manifest, pack

_BUCKET_BYTES = 256 * 2**20


class Route(Protocol):
    """The way from the learner's device to the engines' that does not pass through Ray's object store."""

    def start(self, engines: Sequence[Any], places: Sequence[Place]) -> str | Sequence[ray.ObjectRef]:
        """Has the learner send to these actors. Returns what each is to be told: a stream, or references to buckets
        where these engines can be reached by the object store alone."""
        ...

    def check(self) -> None:
        """Raises what ended the learner's side of the newest stream, if anything did."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A policy version that engines can take: references to `rollout.weights.Bucket`s in Ray's object store, which is
    shared memory for all processes of a host, or a route of its own; and what the learner says of a probe under it."""

    version: int
    manifest: Manifest
    buckets: Sequence[ray.ObjectRef]
    probe: Sequence[Sequence[int]]
    logprobs: ray.ObjectRef
    route: Route | None = None


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
        self._rank = settings["rank"]
        self._sender: tuple[Transport, list[Any], Sender] | None = None

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

    def describe(self) -> tuple[int, Manifest, Place]:
        """What `stream` would send, and from where."""
        place = own_place(ray.get_runtime_context().get_node_id())
        return self._learner.version, self._learner.manifest(), place

    def stream(self, name: str, transport: Transport, engines: Sequence[Any], timeout_s: float) -> None:
        """Sends the policy as it stands to rollout actors, from rank 0; the other ranks take their part in gathering
        it. An engine that is lost on the way is the driver's to deal with. Raises Broken where nobody gets it."""
        weights = self._learner.weights(on_device=True)
        try:
            if self._rank == 0:
                manifest, version = self._learner.manifest(), self._learner.version
                sender = self._sender_to(transport, engines, timeout_s)
                peers = [partial(_hear, engine) for engine in engines]
                send(weights, manifest, sender, peers, stream=name, version=version, timeout_s=timeout_s)
        except Broken:
            self._end_sender()
            raise
        finally:
            for _ in weights:  # whatever happened, the other ranks wait for each gather
                pass

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
        self._end_sender()
        self._learner.close()

    def _sender_to(self, transport: Transport, engines: Sequence[Any], timeout_s: float) -> Sender:
        """The one that is there, where the engines are the same as last time: its buffers and their handles hold."""
        if self._sender is not None and self._sender[:2] == (transport, list(engines)):
            return self._sender[2]
        self._end_sender()
        manifest, device = self._learner.manifest(), own_device()
        sender: Sender
        if transport == "ipc":
            sender = IpcSender(manifest, device, len(engines))
        else:
            sender = NcclSender(manifest, device, len(engines), host=self._ip, timeout_s=timeout_s)
        self._sender = transport, list(engines), sender
        return sender

    def _end_sender(self) -> None:
        if self._sender is not None:
            self._sender[2].close()
            self._sender = None


def _hear(engine: Any, message: Message) -> Future[Any]:
    answer: Future[Any] = engine.hear.remote(message).future()
    return answer
