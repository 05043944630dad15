"""The workers as Ray actors, on a local Ray that is started and stopped here, or on an existing one."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")  # under `uv run`, Ray would upload the folder
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("RAY_DEDUP_LOGS", "0")
if any(map(os.environ.get, ("RAY_AUTH_TOKEN", "RAY_AUTH_TOKEN_PATH"))) or (Path.home() / ".ray/auth_token").exists():
    os.environ.setdefault("RAY_AUTH_MODE", "token")  # as `ray start` does; `ray.init` of a Ray that runs does not

import ray

from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError
from tracemill.jobs.fleet import Groups, Judged, Pairs, threads_each
from tracemill.jobs.learn import learner_config
from tracemill.jobs.ray_engines import RayEngines, RayHandle
from tracemill.jobs.ray_publish import publish
from tracemill.jobs.ray_verifiers import RayVerifiers
from tracemill.rl.actor import LearnerActor
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
    def __init__(self, config: Config, policy: Path, num_updates: int, tell: Tell) -> None:
        """`tell` is for what a user should know while the run goes on."""
        self._config = config
        connect(config, policy)
        ranks = config.learner.ranks
        self._ranks = [LearnerActor.options(num_gpus=config.learner.gpus_per_rank).remote() for _ in range(ranks)]
        settings = {
            "config": learner_config(config),
            "folder": policy,
            "dtype": config.policy.dtype,
            "temperature": config.rollout.temperature,
            "num_updates": num_updates,
            "num_ranks": ranks,
            "address": ray.get(self._ranks[0].free_address.remote()),
            "threads": threads_each(ranks),
        }
        started = [actor.start.remote({**settings, "rank": rank}) for rank, actor in enumerate(self._ranks)]
        self._start_workers(policy, tell)
        ray.get(started)

    def _start_workers(self, policy: Path, tell: Tell) -> None:
        config = self._config
        self._engines_awake = True
        self._probe: Sequence[Sequence[int]] = ()
        self._verifiers = RayVerifiers(config.verifier, max_restarts=config.rollout.max_restarts, tell=tell)
        threads = threads_each(config.rollout.most_actors)
        actor: Any = RolloutActor  # mypy sees the plain class, not what ray.remote makes of it
        self._engines = RayEngines(
            lambda: actor.options(num_gpus=config.rollout.gpus_per_actor).remote(
                config.rollout, policy, config.policy.dtype, threads
            ),
            config.rollout,
            tolerance=tolerance_for(config.policy.dtype, config.rollout.canary_tolerance),
            tell=tell,
        )

    def start_rollouts(self, groups: Groups, sampling: Sampling, *, together: bool = True) -> list[RayHandle]:
        return self._engines.start(groups, sampling, together=together)

    def wait(self, handles: Sequence[RayHandle], at_least: int) -> None:
        self._engines.wait(handles, at_least)

    def judge_later(self, pairs: Pairs) -> Judged:
        return self._verifiers.judge_later(pairs)

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        self._learners_turn()
        shares = over_ranks(trees, len(self._ranks))
        parts = ray.get([actor.measure.remote(share) for actor, share in zip(self._ranks, shares, strict=True)])
        found = {
            id(tree): measured
            for share, part in zip(shares, parts, strict=True)
            for tree, measured in zip(share, part.trees, strict=True)
        }
        return Measurement(kl_coefficient=parts[0].kl_coefficient, trees=[found[id(tree)] for tree in trees])

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        self._learners_turn()
        shares = over_ranks(trees, len(self._ranks))
        updates = [actor.update.remote(share, divisor) for actor, share in zip(self._ranks, shares, strict=True)]
        return ray.get(updates)[0]

    def set_probe(self, probe: Sequence[Sequence[int]]) -> None:
        self._probe = probe

    def sync(self, transport: Configured | None = None) -> dict[str, float]:
        """By the configured transport, or for once by another."""
        rollout = self._config.rollout
        if transport is not None:
            rollout = rollout.model_copy(update={"transport": transport})
        published = publish(self._ask, rollout, self._probe)
        if not self._engines_awake:
            self._engines.wake()
            self._engines_awake = True
        self._engines.take(published)
        restarts = self._engines.restarts + self._verifiers.restarts
        return {"canary_difference": self._engines.canary_difference, "restarts": float(restarts)}

    def save(self, folder: Path) -> None:
        ray.get([actor.save.remote(folder) for actor in self._ranks])

    def load(self, folder: Path) -> None:
        ray.get([actor.load.remote(folder) for actor in self._ranks])

    def save_policy(self, folder: Path) -> None:
        ray.get([actor.save_policy.remote(folder) for actor in self._ranks])

    def close(self) -> None:
        """Ends the actors, and the local Ray if it was started here. Safe to call in any state."""
        if not ray.is_initialized():
            return
        self._verifiers.close()
        self._engines.close()
        for actor in self._ranks:
            ray.kill(actor)
        ray.shutdown()

    def _ask(self, method: str, *arguments: Any) -> list[ray.ObjectRef]:
        return [getattr(actor, method).remote(*arguments) for actor in self._ranks]

    def _learners_turn(self) -> None:
        """Where engines and learner share a device, it is the learner's until the next `sync`."""
        if self._config.rollout.colocated and self._engines_awake:
            self._engines.sleep()
            self._engines_awake = False


def connect(config: Config, policy: Path) -> None:
    """To the configured Ray, or to a local one that is started here and ends with this process."""
    if config.ray.address is not None:
        _join(config.ray.address)
        return
    weights = sum(file.stat().st_size for file in policy.glob("*.safetensors"))
    ray.init(
        address="local",  # never one that runs already
        num_cpus=config.rollout.most_actors + config.learner.ranks + config.verifier.workers,
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
