"""The workers as Ray actors, on a local Ray that is started and stopped here, or on an existing one."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ray

from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError
from tracemill.jobs.fleet import Groups, Judged, Pairs, threads_each
from tracemill.jobs.placement import Placement, num_cpus
from tracemill.jobs.ray_engines import RayEngines, RayHandle
from tracemill.jobs.ray_learner import RayLearner
from tracemill.jobs.ray_publish import publish
from tracemill.jobs.ray_spans import asked_for_spans
from tracemill.jobs.ray_verifiers import RayVerifiers
from tracemill.jobs.timeline import ActorSpans
from tracemill.rl.measure import Measurement
from tracemill.rl.packing import over_ranks
from tracemill.rl.types import Tree, Update
from tracemill.rollout.actor import RolloutActor
from tracemill.rollout.canary import tolerance_for
from tracemill.rollout.transports.choice import Configured
from tracemill.rollout.types import Sampling

Tell = Callable[[str], None]
_OBJECT_STORE_BYTES = 256 * 2**20  # the least; a large policy's weights pass through it twice


class RayFleet:
    _learner: RayLearner | None = None

    def __init__(
        self, config: Config, policy: Path, num_updates: int, tell: Tell, *, learner_restarts: int = 0
    ) -> None:
        """`tell` is for what a user should know while the run goes on; `learner_restarts` is only to be logged."""
        self._config = config
        self._learner_restarts = learner_restarts
        connect(config, policy)
        try:
            placement = Placement(config, tell)
            self._learner = RayLearner(config, placement)
            self._learner.start(policy, num_updates)
            self._start_workers(placement, policy, tell)
            self._learner.wait_until_started()
        except BaseException:
            self._end()
            raise

    def _start_workers(self, placement: Placement, policy: Path, tell: Tell) -> None:
        config = self._config
        self._engines_awake = True
        self._probe: Sequence[Sequence[int]] = ()
        self._verifiers = RayVerifiers(
            config.verifier,
            placement.verifier,
            wait=lambda ready: placement.wait_for("verifiers", ready),
            max_restarts=config.rollout.max_restarts,
            tell=tell,
        )
        if config.rollout.most_actors > config.rollout.least_actors:  # which would take the verifiers' room
            self._verifiers.wait_until_there()
        cpus = config.rollout.cpus_per_actor
        threads = max(1, int(cpus)) if cpus else threads_each(config.rollout.most_actors)
        actor: Any = RolloutActor  # mypy sees the plain class, not what ray.remote makes of it
        self._engines = RayEngines(
            lambda number: actor.options(**placement.engine(number)).remote(
                config.rollout, policy, config.policy.dtype, threads
            ),
            config.rollout,
            tolerance=tolerance_for(config.policy.dtype, config.rollout.canary_tolerance),
            tell=tell,
            no_room=placement.no_room_for_engines,
        )
        self._verifiers.wait_until_there()

    def start_rollouts(self, groups: Groups, sampling: Sampling, *, together: bool = True) -> list[RayHandle]:
        return self._engines.start(groups, sampling, together=together)

    def wait(self, handles: Sequence[RayHandle], at_least: int) -> None:
        self._engines.wait(handles, at_least)

    def judge_later(self, pairs: Pairs) -> Judged:
        return self._verifiers.judge_later(pairs)

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        learner = self._learners_turn()
        shares = over_ranks(trees, self._config.learner.ranks)
        parts = learner.answers(learner.ask_each("measure", [(share,) for share in shares]))
        found = {
            id(tree): measured
            for share, part in zip(shares, parts, strict=True)
            for tree, measured in zip(share, part.trees, strict=True)
        }
        return Measurement(kl_coefficient=parts[0].kl_coefficient, trees=[found[id(tree)] for tree in trees])

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        learner = self._learners_turn()
        shares = over_ranks(trees, self._config.learner.ranks)
        update: Update = learner.answers(learner.ask_each("update", [(share, divisor) for share in shares]))[0]
        return update

    def set_probe(self, probe: Sequence[Sequence[int]]) -> None:
        self._probe = probe

    def sync(self, transport: Configured | None = None) -> dict[str, float]:
        """By the configured transport, or for once by another."""
        assert self._learner is not None
        rollout = self._config.rollout
        if transport is not None:
            rollout = rollout.model_copy(update={"transport": transport})
        published = publish(self._learner, rollout, self._probe)
        if not self._engines_awake:
            self._engines.wake()
            self._engines_awake = True
        self._engines.take(published)
        restarts = self._engines.restarts + self._verifiers.restarts
        return {
            "canary_difference": self._engines.canary_difference,
            "restarts": float(restarts),
            "learner_restarts": float(self._learner_restarts),
        }

    def spans(self) -> list[ActorSpans]:
        ranks = {} if self._learner is None else self._learner.there()
        return asked_for_spans(ranks | self._engines.there() | self._verifiers.there())

    def save(self, folder: Path) -> None:
        self._all("save", folder)

    def load(self, folder: Path) -> None:
        self._all("load", folder)

    def save_policy(self, folder: Path) -> None:
        self._all("save_policy", folder)

    def close(self) -> None:
        """Ends the actors, and the local Ray if it was started here. Safe to call in any state."""
        if not ray.is_initialized():
            return
        self._verifiers.close()
        self._engines.close()
        self._end()

    def _end(self) -> None:
        """Ray ends what is this process's when the connection is given up; but a rank that is stopped hears nothing."""
        if self._learner is not None:
            self._learner.close()
        ray.shutdown()

    def _all(self, method: str, *arguments: Any) -> None:
        assert self._learner is not None
        self._learner.answers(self._learner.ask(method, *arguments))

    def _learners_turn(self) -> RayLearner:
        """Where engines and learner share a device, it is the learner's until the next `sync`."""
        assert self._learner is not None
        if self._config.rollout.colocated and self._engines_awake:
            self._engines.sleep()
            self._engines_awake = False
        return self._learner


def connect(config: Config, policy: Path) -> None:
    """To the configured Ray, or to a local one that is started here and ends with this process."""
    if config.ray.address is not None:
        _join(config.ray.address)
        return
    weights = sum(file.stat().st_size for file in policy.glob("*.safetensors"))
    ray.init(
        address="local",  # never one that runs already
        num_cpus=num_cpus(config),
        include_dashboard=False,
        object_store_memory=max(_OBJECT_STORE_BYTES, 3 * weights),
        logging_level=logging.ERROR,
        log_to_driver=False,
    )


def _join(address: str) -> None:
    """A Ray that runs. Raises CommandError where there is none, or none that lets us in."""
    host, _, port = address.rpartition(":")
    try:
        if port.isdigit() and "/" not in host:
            socket.create_connection((host, int(port)), timeout=10).close()  # Ray itself would try for minutes
        ray.init(address=address, log_to_driver=True, logging_level=logging.WARNING)
    except (ConnectionError, OSError) as error:
        mode = os.environ.get("RAY_AUTH_MODE", "disabled")
        raise CommandError(
            f"no Ray could be reached at ray.address {address!r} with RAY_AUTH_MODE={mode}; start one with ray start "
            "--head, or set RAY_AUTH_MODE (token or disabled) and the token as it was started with"
        ) from error
