"""Write a function over a graph whose edges have costs: sums, routes, networks.

In ten steps, from easy to hard. Steps 1 and 2: a sum over some edges. Steps 3 and 4: the cheapest way, with costs of
vertices. Steps 5 and 6: the best way upwards. Steps 7 and 8: the cheapest edges that connect. Steps 9 and 10: the
cheapest way with few dear edges.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two. The meanings use other algorithms, or try everything.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, pairwise, permutations
from math import inf
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

Edges = list[list[int]]

_DIRECTED = "A graph has vertices 0 to n - 1; edges is a list of [u, v, w]: from u to v, not back, at the cost w. "
_WEIGHTED = "A graph has vertices 0 to n - 1; edges is a list of [u, v, w]: u and v are joined at the cost w. "

_LEAVING = "return sum({b} * w + {c} for u, v, w in edges if u % {a} == 0)"
_CHEAPEST = """\
cost = {0: 0}
for _ in range(n):
    for u, v, w in edges:
        if u in cost:
            new = cost[u] + w + {a} + ({c} if v % {b} == 0 else 0)
            cost[v] = min(cost.get(v, new), new)
return cost.get(n - 1, -1)"""
_CONNECT = """\
part = list(range(n))
total = 0
for w, u, v in sorted((w + {b} if w > {a} else w, u, v) for u, v, w in edges):
    if part[u] != part[v]:
        total += w
        old, new = part[u], part[v]
        part = [new if p == old else p for p in part]
return total + {c} * (len(set(part)) - 1)"""
_LONGEST = """\
best = [0] * n
for v in range(n):
    for a, b, w in edges:
        if b == v and a < b:
            best[v] = max(best[v], best[a] + min(w, {a}) + {b})
    if v % {c} == 0:
        best[v] += 1
return max(best)"""
_FEW_DEAR = """\
cost = {(0, 0): 0}
for _ in range(n):
    for u, v, w in edges:
        for dear in range({a} + 1):
            now = dear + (1 if w > {b} else 0)
            if (u, dear) in cost and now <= {a}:
                new = cost[u, dear] + w
                cost[v, now] = min(cost.get((v, now), new), new)
found = [cost[n - 1, dear] for dear in range({a} + 1) if (n - 1, dear) in cost]
return min(found, default={c})"""


# Meanings --------------------------------------------------------------------------------------------------------


def _leaving(k: int, factor: int, plus: int) -> Callable[[int, Edges], int]:
    def value(n: int, edges: Edges) -> int:
        weights = [edge[2] for edge in edges if edge[0] in range(0, n, k)]
        return factor * sum(weights) + plus * len(weights)

    return value


def _distances(n: int, edges: list[tuple[int, int, Any]]) -> list[list[Any]]:
    """All pairs, by Floyd and Warshall."""
    far = [[0 if u == v else inf for v in range(n)] for u in range(n)]
    for u, v, w in edges:
        far[u][v] = min(far[u][v], w)
    for k in range(n):
        far = [[min(far[u][v], far[u][k] + far[k][v]) for v in range(n)] for u in range(n)]
    return far


def _cheapest(each: int, k: int, more: int) -> Callable[[int, Edges], int]:
    def value(n: int, edges: Edges) -> int:
        far = _distances(n, [(u, v, w + each + more * (v % k == 0)) for u, v, w in edges])[0][n - 1]
        return -1 if far == inf else far

    return value


def _connect(limit: int, more: int, apart: int) -> Callable[[int, Edges], int]:
    """Every choice of edges that connects as much as all of them do."""

    def num_parts(n: int, edges: Edges) -> int:
        far = _distances(n, [(u, v, 1) for a, b, _ in edges for u, v in ((a, b), (b, a))])
        return len({tuple(d < inf for d in row) for row in far})

    def value(n: int, edges: Edges) -> int:
        least = num_parts(n, edges)
        size = n - least
        choices = [c for c in combinations(edges, size) if num_parts(n, list(c)) == least]
        return min(sum(w + more * (w > limit) for *_, w in choice) for choice in choices) + apart * (least - 1)

    return value


def _longest(cap: int, each: int, k: int) -> Callable[[int, Edges], int]:
    def value(n: int, edges: Edges) -> int:
        def best_from(u: int) -> int:
            onward = [min(w, cap) + each + best_from(v) for a, v, w in edges if a == u and a < v]
            return max(onward, default=0) + (u % k == 0)

        return max(best_from(u) for u in range(n))

    return value


def _few_dear(most: int, limit: int, otherwise: int) -> Callable[[int, Edges], int]:
    """Every way without a cycle."""

    def value(n: int, edges: Edges) -> int:
        weight: dict[tuple[int, int], int] = {(u, v): w for u, v, w in edges}
        found = [0] if n == 1 else []
        for size in range(n - 1):
            for middle in permutations(range(1, n - 1), size):
                way = (0, *middle, n - 1)
                costs = [weight.get(step) for step in pairwise(way)]
                if n > 1 and None not in costs and sum(w > limit for w in costs if w) <= most:
                    found.append(sum(w for w in costs if w))
        return min(found, default=otherwise)

    return value


# Inputs ----------------------------------------------------------------------------------------------------------


def _pairs(rng: Random, n: int, share: float, ordered: bool = False) -> Edges:
    every = [[u, v] for u in range(n) for v in range(n) if (u != v if ordered else u < v)]
    return rng.sample(every, round(share * len(every)))


def _with_costs(
    ordered: bool, most: int, shares: tuple[float, ...] = (0.2, 0.3, 0.4, 0.6)
) -> Callable[..., list[Args]]:
    def inputs(rng: Random, *constants: Any) -> list[Args]:
        graphs: list[Args] = [(1, []), (3, [])]
        for _ in range(10):
            n = rng.randint(3, most)
            pairs = _pairs(rng, n, rng.choice(shares), ordered)
            graphs.append((n, [[u, v, rng.randint(1, 30)] for u, v in pairs]))
        return graphs

    return inputs


def _between(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


TASKS = {
    "leaving": Task(
        draw=lambda level, rng: _between(rng, (2, 4), (2, 9), (1, 20)),
        params="n, edges",
        words=_DIRECTED
        + "Add up {b} * w + {c} over all edges that start at a vertex whose number is divisible by {a}. Return the "
        "sum.",
        source=_LEAVING,
        meaning=_leaving,
        inputs=_with_costs(ordered=True, most=6),
        slips=(
            ("arriving", "if u % {a} == 0", "if v % {a} == 0"),
            ("not_divisible", "== 0", "!= 0"),
            ("without_0", "if u % {a} == 0", "if u and u % {a} == 0"),
        ),
        plan="Go through the edges and look at the first vertex of each.",
        nudged=(1, 2),
    ),
    "cheapest": Task(
        draw=lambda level, rng: _between(rng, (0, 9), (2, 4), (1, 30)),
        params="n, edges",
        words=_DIRECTED
        + "Every move costs {a} more, and a move to a vertex whose number is divisible by {b} another {c}. "
        "Return the least cost from vertex 0 to vertex n - 1, or -1 if there is no way.",
        source=_CHEAPEST,
        meaning=_cheapest,
        inputs=_with_costs(ordered=True, most=6),
        slips=(
            ("both_directions", "for u, v, w in edges:", "for u, v, w in edges + [[b, a, c] for a, b, c in edges]:"),
            ("extra_lost", " + ({c} if v % {b} == 0 else 0)", ""),
            ("extra_at_the_start", "v % {b} == 0", "u % {b} == 0"),
            ("one_round", "for _ in range(n):", "for _ in range(1):"),
        ),
        plan="Start with cost 0 for vertex 0 and improve along every edge, n times over (Bellman and Ford).",
        nudged=(0, 2),
    ),
    "connect": Task(
        draw=lambda level, rng: _between(rng, (8, 24), (1, 15), (1, 30)),
        params="n, edges",
        words=_WEIGHTED
        + "An edge with w above {a} costs {b} more. Choose edges that connect all vertices that the graph connects "
        "at all, as cheaply as possible; for every connected part after the first add {c}. Return the cost.",
        source=_CONNECT,
        meaning=_connect,
        inputs=_with_costs(ordered=False, most=5),
        slips=(
            ("cycles_too", "    if part[u] != part[v]:", "    if True:"),
            ("extra_lost", "w + {b} if w > {a} else w", "w"),
            ("dearest_first", "for u, v, w in edges):", "for u, v, w in edges)[::-1]:"),
        ),
        plan="Sort the edges by cost and take each one that joins two different parts (Kruskal).",
        nudged=(1, 2),
    ),
    "longest": Task(
        draw=lambda level, rng: _between(rng, (10, 25), (0, 9), (2, 5)),
        params="n, edges",
        words=_DIRECTED
        + "Only edges to a vertex with a larger number may be used. Each one used scores w, but at most {a}, plus "
        "{b}; every vertex on the way whose number is divisible by {c} scores 1. Return the largest score of a way "
        "that starts and ends anywhere.",
        source=_LONGEST,
        meaning=_longest,
        inputs=_with_costs(ordered=True, most=7),
        slips=(
            ("cap_lost", "min(w, {a})", "w"),
            ("ends_at_last", "max(best)", "best[-1]"),
            ("vertices_lost", "best[v] += 1", "best[v] += 0"),
        ),
        plan="best[v] is the best way that ends at v: go through the vertices in order, over all edges into each.",
        nudged=(0, 1),
    ),
    "few_dear": Task(
        draw=lambda level, rng: _between(rng, (0, 2), (8, 22), (-9, -1)),
        params="n, edges",
        words=_DIRECTED
        + "An edge is dear if w is above {b}. Return the least cost from vertex 0 to vertex n - 1 over at most {a} "
        "dear edges, or {c} if there is no such way.",
        source=_FEW_DEAR,
        meaning=_few_dear,
        inputs=_with_costs(ordered=True, most=5, shares=(0.4, 0.6, 0.8)),
        slips=(
            ("any_number", "now <= {a}", "now <= n"),
            ("dear_from_limit", "w > {b}", "w >= {b} - 3"),
            ("no_dear_at_all", "range({a} + 1) if", "range(1) if"),
            ("last_only", "min(found, default={c})", "found[-1] if found else {c}"),
        ),
        plan="A state is a vertex and the number of dear edges used; improve the cost of states along every edge.",
        nudged=(0, 1, 2),
    ),
}

_STEPS = {
    1: ("leaving",),
    2: ("leaving",),
    3: ("cheapest",),
    4: ("cheapest",),
    5: ("longest", "cheapest"),
    6: ("longest",),
    7: ("longest", "connect"),
    8: ("connect",),
    9: ("connect", "few_dear"),
    10: ("few_dear",),
}
FAMILY = joined_family(name="route_function", version=2, topic="graphs", doc=__doc__ or "", tasks=TASKS, steps=_STEPS)
EARLIER = task_family(name="route_function", version=1, topic="graphs", tasks=TASKS, levels=_STEPS)
