"""The workers as Ray actors, on a local Ray that is started and stopped here, or on an existing one."""

from __future__ import annotations

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")  # under `uv run`, Ray would upload the folder
os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
os.environ.setdefault("RAY_DEDUP_LOGS", "0")

import ray

from tracemill.configs.schema import Config
from tracemill.jobs.fleet import Groups, Pairs, over_engines, threads_each
from tracemill.rl.actor import LearnerActor
from tracemill.rl.algorithms import resolved
from tracemill.rl.measure import Measurement
from tracemill.rl.packing import over_ranks
from tracemill.rl.types import Tree, Update
from tracemill.rollout.actor import RolloutActor
from tracemill.rollout.types import Rollout, Sampling
from tracemill.verifiers.actor import VerifierActor
from tracemill.verifiers.types import Verdict

_OBJECT_STORE_BYTES = 256 * 2**20  # the least; a large policy's weights pass through it twice


class RayFleet:
    def __init__(self, config: Config, policy: Path, num_updates: int) -> None:
        self._config = config
        _connect(config, policy)
        engines, ranks = config.rollout.actors, config.learner.ranks
        self._engines = [
            RolloutActor.options(num_gpus=config.rollout.gpus_per_actor).remote(
                config.rollout, policy, config.policy.dtype, threads_each(engines)
            )
            for _ in range(engines)
        ]
        self._verifiers = [VerifierActor.remote(config.verifier) for _ in range(config.verifier.workers)]
        self._ranks = [LearnerActor.options(num_gpus=config.learner.gpus_per_rank).remote() for _ in range(ranks)]
        settings = {
            "config": resolved(config.learner),
            "folder": policy,
            "dtype": config.policy.dtype,
            "temperature": config.rollout.temperature,
            "num_updates": num_updates,
            "num_ranks": ranks,
            "address": ray.get(self._ranks[0].free_address.remote()),
            "threads": threads_each(ranks),
        }
        started = [actor.start.remote({**settings, "rank": rank}) for rank, actor in enumerate(self._ranks)]
        ray.get([*started, *(engine.ready.remote() for engine in self._engines)])

    def start_rollouts(self, groups: Groups, sampling: Sampling) -> tuple[list[list[int]], list[Any], list[int]]:
        places = over_engines(groups, len(self._engines))
        refs = [
            engine.generate.remote([request for place in share for request in groups[place]], sampling)
            for engine, share in zip(self._engines, places, strict=True)
        ]
        return places, refs, [len(group) for group in groups]

    def rollouts(self, handle: tuple[list[list[int]], list[Any], list[int]]) -> list[list[Rollout]]:
        places, refs, sizes = handle
        groups: list[list[Rollout]] = [[] for _ in sizes]
        for share, rollouts in zip(places, ray.get(refs), strict=True):
            left = iter(rollouts)
            for place in share:
                groups[place] = [next(left) for _ in range(sizes[place])]
        return groups

    def judge(self, pairs: Pairs) -> list[Verdict]:
        workers = len(self._verifiers)
        refs = [actor.judge_all.remote(pairs[index::workers]) for index, actor in enumerate(self._verifiers)]
        verdicts: list[Verdict | None] = [None] * len(pairs)
        for index, share in enumerate(ray.get(refs)):
            verdicts[index::workers] = share
        return [verdict for verdict in verdicts if verdict is not None]

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        shares = over_ranks(trees, len(self._ranks))
        parts = ray.get([actor.measure.remote(share) for actor, share in zip(self._ranks, shares, strict=True)])
        found = {
            id(tree): measured
            for share, part in zip(shares, parts, strict=True)
            for tree, measured in zip(share, part.trees, strict=True)
        }
        return Measurement(kl_coefficient=parts[0].kl_coefficient, trees=[found[id(tree)] for tree in trees])

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        shares = over_ranks(trees, len(self._ranks))
        updates = [actor.update.remote(share, divisor) for actor, share in zip(self._ranks, shares, strict=True)]
        return ray.get(updates)[0]

    def sync(self) -> int:
        (manifest, buckets), *_ = ray.get([actor.weights.remote() for actor in self._ranks])
        version = ray.get(self._ranks[0].version.remote())
        ray.get([engine.load_weights.remote(version, manifest, buckets, [], False) for engine in self._engines])
        return max(ray.get([engine.serve.remote() for engine in self._engines]))

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
        for verifier in self._verifiers:
            with suppress(ray.exceptions.RayError):
                ray.get(verifier.close.remote(), timeout=5)
        for actor in (*self._engines, *self._verifiers, *self._ranks):
            ray.kill(actor)
        ray.shutdown()


def _connect(config: Config, policy: Path) -> None:
    """To the configured Ray, or to a local one that is started here and ends with this process."""
    if config.ray.address is not None:
        ray.init(address=config.ray.address, log_to_driver=True, logging_level=logging.WARNING)
        return
    weights = sum(file.stat().st_size for file in policy.glob("*.safetensors"))
    ray.init(
        num_cpus=config.rollout.actors + config.learner.ranks + config.verifier.workers,
        include_dashboard=False,
        object_store_memory=max(_OBJECT_STORE_BYTES, 3 * weights),
        logging_level=logging.ERROR,
        log_to_driver=False,
    )
