"""A policy version on its way to the engines, as the driver steers it: through Ray's object store, or by a route of its
own from device to device, which is chosen anew for whichever engines are to get it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import ray

from tracemill.configs.schema import RolloutConfig
from tracemill.jobs.errors import CommandError
from tracemill.jobs.ray_learner import RayLearner
from tracemill.rl.actor import Published
from tracemill.rollout.transports.choice import Place, choose
from tracemill.rollout.transports.types import Broken


def publish(learner: RayLearner, config: RolloutConfig, probe: Sequence[Sequence[int]]) -> Published:
    """The learner's policy as it stands. By the object store it is put there at once; by a route it moves when engines
    are there to take it. Raises LearnerLost."""
    is_stored = config.transport == "object_store" or config.tensor_parallel > 1
    if not is_stored:
        version, manifest, place = learner.answers(learner.ask("describe"))[0]
        is_stored = config.transport == "auto" and place.is_cpu
    if is_stored:
        stored = learner.ask("publish")
        said, *_ = learner.ask("logprobs", probe)  # while the engines load
        version, manifest, buckets = learner.answers(stored)[0]
        return Published(version=version, manifest=manifest, buckets=buckets, probe=probe, logprobs=said)
    said, *_ = learner.ask("logprobs", probe)
    route = StreamRoute(learner, config, place)
    return Published(version=version, manifest=manifest, buckets=(), probe=probe, logprobs=said, route=route)


class StreamRoute:
    """See `rl.actor.Route`."""

    def __init__(self, learner: RayLearner, config: RolloutConfig, place: Place) -> None:
        self._learner = learner
        self._config = config
        self._place = place
        self._sending: list[ray.ObjectRef] = []

    def start(self, engines: Sequence[Any], places: Sequence[Place]) -> str | Sequence[ray.ObjectRef]:
        try:
            transport = choose(self._config.transport, self._place, places)
        except ValueError as error:
            raise CommandError(str(error)) from None
        if transport == "object_store":
            buckets: Sequence[ray.ObjectRef] = self._learner.answers(self._learner.ask("publish"))[0][2]
            return buckets
        stream = uuid.uuid4().hex
        self._sending = self._learner.ask("stream", stream, transport, list(engines), self._config.transfer_timeout_s)
        return stream

    def check(self) -> None:
        try:
            self._learner.answers(self._sending)
        except ray.exceptions.RayTaskError as error:
            if isinstance(error.cause, Broken):
                raise CommandError(f'{error.cause}; rollout.transport = "object_store" is another way') from error
            raise
