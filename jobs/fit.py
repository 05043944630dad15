"""What the workers of a run ask Ray for, and whether nodes have it: the arithmetic, without Ray.

Workers are counted in bundles, which lie on one node each. Whether they fit is tried in their order on the first node
with room, so that what is said to be missing is what is missing. Ray itself may know a better order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError

Amounts = Mapping[str, float]
"""Of resources, by the names that Ray has for them: CPU, GPU, and a cluster's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """`count` workers of a kind, each of which needs `each` on one node; `keys` are those that say so."""

    kind: str
    count: int
    each: Amounts
    keys: str

    def __str__(self) -> str:
        return f"{self.count} x {self.kind} with {amounts(self.each)} ({self.keys})"


def rank_needs(config: Config) -> dict[str, float]:
    learner = config.learner
    return _needs(learner.cpus_per_rank or 1.0, learner.gpus_per_rank, learner.resources)


def engine_needs(config: Config) -> dict[str, float]:
    rollout = config.rollout
    return _needs(rollout.cpus_per_actor or 1.0, rollout.gpus_each, rollout.resources)


def verifier_needs(config: Config) -> dict[str, float]:
    return _needs(config.verifier.cpus_per_worker, 0.0, config.verifier.resources)


def asked(config: Config, *, learner: bool) -> list[Ask]:
    """The workers that must be there before a run can start. Where engines and ranks share devices by turns, a rank and
    an engine are one bundle. Raises CommandError where such a pair could not share a GPU."""
    ranks, engines = config.learner.ranks if learner else 0, config.rollout.least_actors
    rank, engine = rank_needs(config), engine_needs(config)
    of_ranks = "learner.ranks, gpus_per_rank, cpus_per_rank, resources"
    of_engines = "rollout.actors, gpus_per_actor, tensor_parallel, cpus_per_actor, resources"
    asks = []
    if config.rollout.colocated and learner:
        pairs = min(ranks, engines)
        ranks, engines = ranks - pairs, engines - pairs
        keys = "rollout.colocated; learner.ranks, gpus_per_rank; rollout.actors, gpus_per_actor"
        asks.append(Ask(kind="learner rank and engine", count=pairs, each=shared(rank, engine), keys=keys))
    asks.append(Ask(kind="learner rank", count=ranks, each=rank, keys=of_ranks))
    asks.append(Ask(kind="engine", count=engines, each=engine, keys=of_engines))
    keys = "verifier.workers, cpus_per_worker, resources"
    asks.append(Ask(kind="verifier", count=config.verifier.workers, each=verifier_needs(config), keys=keys))
    return [ask for ask in asks if ask.count]


def shared(rank: Amounts, engine: Amounts) -> dict[str, float]:
    """A bundle for both. Of one GPU they take shares; more than one cannot be shared, as Ray counts."""
    gpus = rank.get("GPU", 0.0) + engine.get("GPU", 0.0)
    if rank.get("GPU", 0.0) and engine.get("GPU", 0.0) and gpus > 1:
        raise CommandError(
            f"rollout.colocated has a rank and an engine share one GPU, and they ask for {gpus:g} "
            f"(learner.gpus_per_rank {rank['GPU']:g}, an engine {engine['GPU']:g}); 0.5 each would do, or set "
            "rollout.colocated to false"
        )
    return {name: rank.get(name, 0.0) + engine.get(name, 0.0) for name in [*rank, *engine]}


def without_room(asks: Sequence[Ask], nodes: Sequence[Amounts]) -> list[tuple[Ask, int]]:
    """Which of the workers find no room on empty nodes with these resources, and how many of each kind."""
    free = [dict(node) for node in nodes]
    missing = []
    for ask in asks:
        left = ask.count
        for node in free:
            while left and all(node.get(name, 0.0) >= amount - 1e-6 for name, amount in ask.each.items()):
                node.update({name: node[name] - amount for name, amount in ask.each.items()})
                left -= 1
        if left:
            missing.append((ask, left))
    return missing


def explanation(asks: Sequence[Ask], nodes: Sequence[Amounts], free: Amounts) -> str:
    """Asked, there, missing, and what to change. `free` is what of all nodes nothing holds at the moment."""
    wanted = "; ".join(map(str, asks))
    there = f"{amounts(_of_interest(free, asks))} free on {len(nodes)} {_plural('node', len(nodes))}"
    each = "; ".join(sorted({amounts(_of_interest(node, asks)) for node in nodes}))
    missing = without_room(asks, nodes)
    if missing:
        lacking = ", ".join(f"{left} x {ask.kind} ({amounts(ask.each)} on one node)" for ask, left in missing)
        change = " or ".join(dict.fromkeys(ask.keys for ask, _ in missing))
        why = f"missing is room for {lacking}: add nodes, or lower {change}"
    else:
        why = "all of it would fit if nothing else ran there: wait for what does, add nodes, or ask for less"
    return f"asked for {wanted}. There is {there} (of {each or 'nothing'}). {why[0].upper()}{why[1:]}"


def amounts(some: Amounts) -> str:
    parts = [f"{amount:g} {_plural(name, amount)}" for name, amount in some.items() if amount]
    return ", ".join(parts) or "nothing"


def _plural(name: str, amount: float) -> str:
    """A cluster's own resources are called what they are called."""
    return f"{name}s" if name in ("CPU", "GPU", "node") and amount != 1 else name


def _of_interest(node: Amounts, asks: Sequence[Ask]) -> dict[str, float]:
    """Ray counts memory and addresses as resources too."""
    names = dict.fromkeys(["CPU", "GPU", *(name for ask in asks for name in ask.each)])
    return {name: node.get(name, 0.0) for name in names}


def _needs(cpus: float, gpus: float, resources: Amounts) -> dict[str, float]:
    return {"CPU": cpus, **({"GPU": gpus} if gpus else {}), **resources}
