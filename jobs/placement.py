"""On which nodes the workers of a Ray run are.

Learner ranks are packed and engines are spread, each in a placement group, which Ray gives as a whole or not at all;
where they share devices by turns, bundle n of one group is for rank n and engine n. An engine, however many GPUs share
its model, is one bundle and so on one node. Engines beyond the least number stand in no group, and come as there is
room. Verifiers stand in none either; they go where neither a rank nor an engine belongs, where there is room: a node
filled with verifiers would be none for an engine that lost its own.

What does not fit is explained, once, and waited for, as an autoscaler or a person may bring nodes.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import ray
from ray.util.placement_group import PlacementGroup, placement_group, placement_group_table, remove_placement_group
from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

from tracemill.configs.schema import Config
from tracemill.jobs import fit
from tracemill.jobs.errors import CommandError
from tracemill.jobs.fit import Amounts

_LOOK_S = 1.0
_SOON_S = 5.0  # room that takes longer is spoken of
_NODE_ID = "ray.io/node-id"  # a label that Ray gives every node
_PROCESSES_SOON_S = 30.0  # and so are processes, which take their time on a busy machine


class Placement:
    """The groups of one fleet. They end with `close`, or with this process's connection to Ray."""

    def __init__(self, config: Config, tell: Callable[[str], None], *, learner: bool = True) -> None:
        """Returns once there is room for all that must be there. Raises CommandError where that takes longer than
        `ray.placement_timeout_s`, or can never be."""
        self._config = config
        self._tell = tell
        self._asks = fit.asked(config, learner=learner)
        self._groups: list[PlacementGroup] = []
        if config.ray.address is None and fit.without_room(self._asks, _nodes()):
            raise CommandError(f"the workers do not fit on this machine: {self.explanation()}")
        rank, engine = fit.rank_needs(config), fit.engine_needs(config)
        ranks, engines = config.learner.ranks if learner else 0, config.rollout.least_actors
        if config.rollout.colocated and learner:
            pairs = min(ranks, engines)
            bundles = [fit.shared(rank, engine)] * pairs + [rank] * (ranks - pairs) + [engine] * (engines - pairs)
            self._ranks = self._engines = self._group(bundles, "PACK")
        elif _is_rarer(engine, rank):
            self._engines = self._group([engine] * engines, "SPREAD")
            self._ranks = self._group([rank] * ranks, "PACK")
        else:
            self._ranks = self._group([rank] * ranks, "PACK")
            self._engines = self._group([engine] * engines, "SPREAD")
        try:
            self._wait("room for the workers", [group.ready() for group in self._groups], _SOON_S)
        except CommandError:
            self.close()
            raise

    def rank(self, number: int) -> dict[str, Any]:
        """What Ray is to be told of that learner rank's actor; the next two likewise."""
        return {**_options(fit.rank_needs(self._config)), **_in_bundle(self._ranks, number)}

    def engine(self, number: int) -> dict[str, Any]:
        options = _options(fit.engine_needs(self._config))
        if number < self._config.rollout.least_actors:
            return {**options, **_in_bundle(self._engines, number)}
        return {**options, "scheduling_strategy": "SPREAD"}

    def verifier(self) -> dict[str, Any]:
        """As the nodes are now: of those that come later, none is preferred."""
        options = _options(fit.verifier_needs(self._config))
        rare = {*fit.rank_needs(self._config), *fit.engine_needs(self._config)} - {"CPU"}
        nodes = [node for node in ray.nodes() if node["Alive"]]
        plain = [node["NodeID"] for node in nodes if not any(node["Resources"].get(name) for name in rare)]
        if not 0 < len(plain) < len(nodes):
            return options
        first, then = ({_NODE_ID: f"{where}({','.join(plain)})"} for where in ("in", "!in"))
        return {**options, "label_selector": first, "fallback_strategy": [{"label_selector": then}]}

    def no_room_for_engines(self) -> str | None:
        """Why engines wait that must be there and had room before; None where they have it."""
        groups = [group for group in self._groups if group is self._engines]
        if all(placement_group_table(group)["state"] == "CREATED" for group in groups):
            return None
        return self.explanation()

    def wait_for(self, what: str, ready: Sequence[ray.ObjectRef]) -> None:
        """Until these actors are there, which stand in no group. Raises CommandError as `__init__`."""
        self._wait(what, ready, _PROCESSES_SOON_S)

    def close(self) -> None:
        """Gives the room back, and ends who is in it."""
        for group in self._groups:
            remove_placement_group(group)

    def explanation(self) -> str:
        free = Counter(ray.available_resources())
        for group in self._groups:  # what is kept for this run is as good as free
            homes = placement_group_table(group)["bundles_to_node_id"]
            for number, bundle in enumerate(group.bundle_specs):
                if homes.get(number):
                    free.update(bundle)
        return fit.explanation(self._asks, _nodes(), free)

    def _group(self, bundles: list[dict[str, float]], strategy: str) -> PlacementGroup:
        if not bundles:
            return PlacementGroup.empty()
        self._groups.append(placement_group(bundles, strategy=strategy))
        return self._groups[-1]

    def _wait(self, what: str, refs: Sequence[ray.ObjectRef], soon_s: float) -> None:
        begun, timeout_s, told = time.monotonic(), self._config.ray.placement_timeout_s, False
        while len(ray.wait(list(refs), num_returns=len(refs), timeout=_LOOK_S)[0]) < len(refs):
            waited = time.monotonic() - begun
            if waited > timeout_s:
                raise CommandError(f"no {what} within ray.placement_timeout_s ({timeout_s:g} s): {self.explanation()}")
            if waited > min(soon_s, timeout_s / 2) and not told:
                told = True
                self._tell(f"no {what} yet: {self.explanation()}. Waiting for up to {timeout_s:g} s")


def num_cpus(config: Config) -> int:
    """What a local Ray must have for all workers, those that may join included."""
    ranks, engines, verifiers = config.learner.ranks, config.rollout.most_actors, config.verifier.workers
    needs = (
        (fit.rank_needs(config), ranks),
        (fit.engine_needs(config), engines),
        (fit.verifier_needs(config), verifiers),
    )
    return int(-(-sum(each["CPU"] * count for each, count in needs) // 1))


def _is_rarer(first: Amounts, second: Amounts) -> bool:
    """Whether fewer nodes may have it. It is placed first, as Ray would put what needs less on such nodes too, and fill
    their CPUs."""
    return (first.get("GPU", 0.0), len(first)) > (second.get("GPU", 0.0), len(second))


def _nodes() -> list[Amounts]:
    return [node["Resources"] for node in ray.nodes() if node["Alive"]]


def _options(needs: Amounts) -> dict[str, Any]:
    own = {name: amount for name, amount in needs.items() if name not in ("CPU", "GPU")}
    return {"num_cpus": needs["CPU"], "num_gpus": needs.get("GPU", 0.0), "resources": own}


def _in_bundle(group: PlacementGroup, number: int) -> dict[str, Any]:
    return {"scheduling_strategy": PlacementGroupSchedulingStrategy(group, number)}
