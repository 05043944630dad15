"""Write a function over a graph, given as a number of vertices and a list of edges, or as a grid.

In ten steps, from easy to hard. Steps 1 and 2: degrees. Step 3: connected parts. Step 4: what is reached in few
moves. Steps 5 and 6: islands in a grid. Steps 7 and 8: bridges. Steps 9 and 10: walks of a given length, counted.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two. The meanings use other algorithms, or try everything.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

Edges = list[list[int]]

_PLAIN = "A graph has vertices 0 to n - 1; edges is a list of [u, v], each joining two of them in both directions. "

_DEGREES = """\
degree = [0] * n
for u, v in edges:
    degree[u] += 1
    degree[v] += 1
return sum({b} * v + {c} for v in range(n) if degree[v] >= {a})"""
_PARTS = """\
neighbours = {v: [] for v in range(n)}
for u, v in edges:
    neighbours[u].append(v)
    neighbours[v].append(u)
seen, worth = set(), 0
for start in range(n):
    if start in seen:
        continue
    part, todo = {start}, [start]
    while todo:
        for v in neighbours[todo.pop()]:
            if v not in part:
                part.add(v)
                todo.append(v)
    seen |= part
    worth += {b} if len(part) >= {a} else {c}
return worth"""
_REACHED = """\
distance = {0: 0}
todo = [0]
for u in todo:
    for a, b in edges:
        for v, other in ((a, b), (b, a)):
            if v == u and other not in distance:
                distance[other] = distance[u] + 1
                todo.append(other)
return sum({b} * d + {c} for d in distance.values() if d <= {a})"""
_ISLANDS = """\
left = {(i, j) for i, row in enumerate(grid) for j, x in enumerate(row) if x >= {a}}
total = 0
while left:
    size, todo = 0, [left.pop()]
    while todo:
        i, j = todo.pop()
        size += 1
        for cell in ((i + 1, j), (i - 1, j), (i, j + 1), (i, j - 1)):
            if cell in left:
                left.remove(cell)
                todo.append(cell)
    total += size * {c} if size >= {b} else 1
return total"""
_BRIDGES = """\
total = 0
for index, (first, last) in enumerate(edges):
    others = edges[:index] + edges[index + 1:]
    sizes = []
    for start in (first, last):
        part, todo = {start}, [start]
        for u in todo:
            for a, b in others:
                if u in (a, b) and a + b - u not in part:
                    part.add(a + b - u)
                    todo.append(a + b - u)
        sizes.append(len(part))
    if last not in part or first not in part:
        total += {a} * min(sizes) + {b}
return total"""
_WALKS = """\
ways = [1] + [0] * (n - 1)
for _ in range({a}):
    new = [0] * n
    for a, b in edges:
        for u, v in ((a, b), (b, a)):
            if v % {b} != 0 or v == n - 1:
                new[v] += ways[u]
    ways = new
return ways[n - 1]"""


# Meanings --------------------------------------------------------------------------------------------------------


def _degrees(least: int, factor: int, plus: int) -> Callable[[int, Edges], int]:
    return lambda n, edges: sum(factor * v + plus for v in range(n) if sum(v in edge for edge in edges) >= least)


def _distances(n: int, edges: list[tuple[int, int, Any]]) -> list[list[Any]]:
    """All pairs, by Floyd and Warshall."""
    far = [[0 if u == v else inf for v in range(n)] for u in range(n)]
    for u, v, w in edges:
        far[u][v] = min(far[u][v], w)
    for k in range(n):
        far = [[min(far[u][v], far[u][k] + far[k][v]) for v in range(n)] for u in range(n)]
    return far


def _both_ways(edges: Edges) -> list[tuple[int, int, Any]]:
    return [(u, v, 1) for a, b in edges for u, v in ((a, b), (b, a))]


def _parts(least: int, worth: int, otherwise: int) -> Callable[[int, Edges], int]:
    def value(n: int, edges: Edges) -> int:
        far = _distances(n, _both_ways(edges))
        parts = {tuple(v for v in range(n) if far[u][v] < inf) for u in range(n)}
        return sum(worth if len(part) >= least else otherwise for part in parts)

    return value


def _reached(most: int, factor: int, plus: int) -> Callable[[int, Edges], int]:
    return lambda n, edges: sum(factor * d + plus for d in _distances(n, _both_ways(edges))[0] if d <= most)


def _islands(height: int, least: int, factor: int) -> Callable[[Edges], int]:
    def value(grid: Edges) -> int:
        cells = [(i, j) for i, row in enumerate(grid) for j, x in enumerate(row) if x >= height]
        name = {cell: cell for cell in cells}
        for _ in cells:
            for i, j in cells:
                near = [cell for cell in ((i, j), (i + 1, j), (i, j + 1), (i - 1, j), (i, j - 1)) if cell in name]
                name[i, j] = min(name[cell] for cell in near)
        sizes = [list(name.values()).count(cell) for cell in dict.fromkeys(name.values())]
        return sum(size * factor if size >= least else 1 for size in sizes)

    return value


def _bridges(factor: int, plus: int) -> Callable[[int, Edges], int]:
    def value(n: int, edges: Edges) -> int:
        total = 0
        for edge in edges:
            far = _distances(n, _both_ways([other for other in edges if other != edge]))
            if far[edge[0]][edge[1]] == inf:
                total += plus + factor * min(sum(d < inf for d in far[end]) for end in edge)
        return total

    return value


def _walks(moves: int, k: int) -> Callable[[int, Edges], int]:
    """Every walk, one by one."""

    def value(n: int, edges: Edges) -> int:
        near = {u: [v for v in range(n) if [u, v] in edges or [v, u] in edges] for u in range(n)}

        def onward(u: int, left: int) -> int:
            if left == 0:
                return int(u == n - 1)
            return sum(onward(v, left - 1) for v in near[u] if v % k or v == n - 1)

        return onward(0, moves)

    return value


# Inputs ----------------------------------------------------------------------------------------------------------


def _pairs(rng: Random, n: int, share: float, ordered: bool = False) -> Edges:
    every = [[u, v] for u in range(n) for v in range(n) if (u != v if ordered else u < v)]
    return rng.sample(every, round(share * len(every)))


def _graphs(rng: Random, *constants: Any) -> list[Args]:
    sizes = [rng.randint(3, 8) for _ in range(10)]
    return [(1, []), (3, []), *((n, _pairs(rng, n, rng.choice((0.15, 0.25, 0.35, 0.5)))) for n in sizes)]


def _sparse_graphs(rng: Random, *constants: Any) -> list[Args]:
    """Trees with an edge or two more, or parts of them: many bridges, some not."""
    graphs: list[Args] = [(1, []), (2, [[0, 1]])]
    for _ in range(10):
        n = rng.randint(3, 8)
        tree = [[rng.randrange(v), v] for v in range(1, n)]
        more = [edge for edge in _pairs(rng, n, 0.15) if edge not in tree]
        graphs.append((n, rng.sample(tree, rng.randint(n // 2, n - 1)) + more))
    return graphs


def _dense_graphs(rng: Random, *constants: Any) -> list[Args]:
    sizes = [rng.randint(3, 6) for _ in range(10)]
    return [(1, []), (2, [[0, 1]]), *((n, _pairs(rng, n, rng.choice((0.5, 0.7, 0.9)))) for n in sizes)]


def _grids(rng: Random, *constants: Any) -> list[Args]:
    shapes = [(1, 1), (1, 4), *((rng.randint(2, 4), rng.randint(2, 5)) for _ in range(9))]
    return [([[rng.randint(0, 9) for _ in range(width)] for _ in range(height)],) for height, width in shapes]


def _between(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


TASKS = {
    "degrees": Task(
        draw=lambda level, rng: _between(rng, (1, 3), (1, 9), (1, 20)),
        params="n, edges",
        words=_PLAIN + "Add up {b} * v + {c} over all vertices v that at least {a} edges touch. Return the sum.",
        source=_DEGREES,
        meaning=_degrees,
        inputs=_graphs,
        slips=(
            ("one_end_only", "    degree[v] += 1", "    degree[v] += 0"),
            ("more_than", ">= {a}", "> {a}"),
            ("from_1", "for v in range(n) if", "for v in range(1, n) if"),
        ),
        plan="Count the edges at both ends, then go through the vertices.",
        nudged=(0, 1, 2),
    ),
    "parts": Task(
        draw=lambda level, rng: _between(rng, (2, 4), (10, 40), (1, 9)),
        params="n, edges",
        words=_PLAIN
        + "A connected part of at least {a} vertices is worth {b}, a smaller one (also a single vertex) {c}. "
        "Return the worth of all parts together.",
        source=_PARTS,
        meaning=_parts,
        inputs=_graphs,
        slips=(
            ("one_direction", "    neighbours[v].append(u)", "    neighbours[v]"),
            ("neighbours_only", "                todo.append(v)", "                pass"),
            ("more_than", ">= {a}", "> {a}"),
        ),
        plan="From every vertex not yet seen, collect its part with a list of vertices still to visit.",
        nudged=(0, 1, 2),
    ),
    "reached": Task(
        draw=lambda level, rng: _between(rng, (1, 3), (1, 15), (1, 20)),
        params="n, edges",
        words=_PLAIN
        + "Let d be the least number of moves from vertex 0 to a vertex (0 for itself). Add up {b} * d + {c} over "
        "all vertices that are reached in at most {a} moves. Return the sum.",
        source=_REACHED,
        meaning=_reached,
        inputs=_graphs,
        slips=(
            ("one_direction", "((a, b), (b, a))", "((a, b),)"),
            ("start_counts_1", "distance = {0: 0}", "distance = {0: 1}"),
            ("less_than", "d <= {a}", "d < {a}"),
        ),
        plan="Breadth first: a list of vertices in the order they are found, and a dictionary of their distances.",
        nudged=(0, 1, 2),
    ),
    "islands": Task(
        draw=lambda level, rng: _between(rng, (3, 7), (2, 4), (2, 40)),
        params="grid",
        words="grid is a list of rows of whole numbers. Cells with a number of at least {a} are land; land cells that "
        "touch by a side belong to the same island. An island of at least {b} cells is worth {c} times its number of "
        "cells, a smaller one 1. Return the worth of all islands together.",
        source=_ISLANDS,
        meaning=_islands,
        inputs=_grids,
        slips=(
            ("above_only", "x >= {a}", "x > {a}"),
            ("no_way_back", "(i, j + 1), (i, j - 1)", "(i, j + 1)"),
            ("corners_touch", "(i, j - 1))", "(i, j - 1), (i + 1, j + 1))"),
            ("small_worth_0", " else 1", " else 0"),
        ),
        plan="Take a land cell, spread to its neighbours until the island is whole, and add its worth.",
        nudged=(1, 2),
    ),
    "bridges": Task(
        draw=lambda level, rng: _between(rng, (1, 12), (1, 30)),
        params="n, edges",
        words=_PLAIN
        + "A bridge is an edge without which its two ends would not be connected. A bridge is worth {a} times the "
        "number of vertices on its smaller side (those connected to that end without it), plus {b}. Return the worth "
        "of all bridges.",
        source=_BRIDGES,
        meaning=_bridges,
        inputs=_sparse_graphs,
        slips=(
            ("larger_side", "min(sizes)", "max(sizes)"),
            ("every_edge", "if last not in part or first not in part:", "if True:"),
            ("plus_lost", " + {b}", ""),
        ),
        plan="Leave out each edge in turn and collect what is still connected to its two ends.",
        nudged=(0, 1),
    ),
    "walks": Task(
        draw=lambda level, rng: _between(rng, (3, 6), (2, 7)),
        params="n, edges",
        words=_PLAIN
        + "A walk goes along edges and may use them again. It starts at vertex 0, ends at vertex n - 1, has exactly "
        "{a} moves, and never moves to a vertex whose number is divisible by {b}, other than n - 1. Return the number "
        "of walks.",
        source=_WALKS,
        meaning=_walks,
        inputs=_dense_graphs,
        slips=(
            ("one_direction", "((a, b), (b, a))", "((a, b),)"),
            ("all_allowed", "if v % {b} != 0 or v == n - 1:", "if True:"),
            ("end_not_allowed", " or v == n - 1:", ":"),
            ("sums_up", "    ways = new", "    ways = [w + x for w, x in zip(ways, new)]"),
        ),
        plan="ways[v] is the number of walks so far that end at v; move it along every edge {a} times.",
        nudged=(0,),
    ),
}

_STEPS = {
    1: ("degrees",),
    2: ("degrees",),
    3: ("parts",),
    4: ("reached",),
    5: ("reached", "islands"),
    6: ("islands",),
    7: ("islands", "bridges"),
    8: ("bridges",),
    9: ("bridges", "walks"),
    10: ("walks",),
}
FAMILY = joined_family(name="graph_function", version=2, topic="graphs", doc=__doc__ or "", tasks=TASKS, steps=_STEPS)
EARLIER = task_family(name="graph_function", version=1, topic="graphs", tasks=TASKS, levels=_STEPS)
