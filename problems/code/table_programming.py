"""Write a function that needs dynamic programming over a table: ways through a grid, two strings side by side,
stretches.

In ten steps, from easy to hard. Steps 1 to 4: the cheapest way through a grid, with more kinds of costs. Steps 5 to
7: the cheapest edits from one string to another. Steps 7 to 9: common subsequences with weights. Steps 9 and 10:
neighbours merged until one is left.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two. The meanings try everything, or recurse from the other end.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

Grid = list[list[int]]

_GRID = """\
cost = {}
for i, row in enumerate(grid):
    for j, x in enumerate(row):
        ways = []
        if i > 0:
            ways.append(cost[i - 1, j] + {a})
        if j > 0:
            ways.append(cost[i, j - 1] + {b})
        cost[i, j] = min(ways, default=0) + x
return cost[len(grid) - 1, len(grid[0]) - 1]"""
_EDIT = """\
cost = {}
for i in range(len(s) + 1):
    for j in range(len(t) + 1):
        ways = [0] if i == j == 0 else []
        if j > 0:
            ways.append(cost[i, j - 1] + {a})
        if i > 0:
            ways.append(cost[i - 1, j] + {b})
        if i > 0 and j > 0:
            ways.append(cost[i - 1, j - 1] + (0 if s[i - 1] == t[j - 1] else {c}))
        cost[i, j] = min(ways)
return cost[len(s), len(t)]"""
_COMMON = """\
best = {}
for i in range(len(s) + 1):
    for j in range(len(t) + 1):
        if i == 0 or j == 0:
            best[i, j] = 0
            continue
        best[i, j] = max(best[i - 1, j], best[i, j - 1])
        if s[i - 1] == t[j - 1]:
            worth = {a} if s[i - 1] in '{c}' else {b}
            best[i, j] = max(best[i, j], best[i - 1, j - 1] + worth)
return best[len(s), len(t)]"""
_MERGE = """\
cost = {}
for size in range(1, len(xs) + 1):
    for start in range(len(xs) - size + 1):
        end = start + size
        if size == 1:
            cost[start, end] = 0
            continue
        cheapest = min(cost[start, middle] + cost[middle, end] for middle in range(start + 1, end))
        cost[start, end] = cheapest + min({a} * sum(xs[start:end]), {b}) + {c}
return cost.get((0, len(xs)), 0)"""


# Meanings --------------------------------------------------------------------------------------------------------


def _grid_walk(down: int, right: int) -> Callable[[Grid], int]:
    def value(grid: Grid) -> int:
        height, width = len(grid), len(grid[0])
        costs = []
        for downs in combinations(range(height + width - 2), height - 1):
            i = j = 0
            cost = grid[0][0]
            for move in range(height + width - 2):
                i, j = (i + 1, j) if move in downs else (i, j + 1)
                cost += grid[i][j] + (down if move in downs else right)
            costs.append(cost)
        return min(costs)

    return value


def _edit(insert: int, delete: int, change: int) -> Callable[[str, str], int]:
    @cache
    def value(s: str, t: str) -> int:
        if not s or not t:
            return len(s) * delete + len(t) * insert
        same = value(s[1:], t[1:]) + (s[0] != t[0]) * change
        return min(same, value(s[1:], t) + delete, value(s, t[1:]) + insert)

    return value


def _common(special: int, plain: int, letters: str) -> Callable[[str, str], int]:
    def subsequences(s: str) -> set[str]:
        return {"".join(c for c, kept in zip(s, keep, strict=True) if kept) for keep in product((0, 1), repeat=len(s))}

    def value(s: str, t: str) -> int:
        shared = subsequences(s) & subsequences(t)
        return max(sum(special if c in letters else plain for c in common) for common in shared)

    return value


def _merge(factor: int, cap: int, fee: int) -> Callable[[list[int]], int]:
    """Every next merge of two neighbours, until one is left."""

    @cache
    def value(xs: tuple[int, ...]) -> int:
        if len(xs) < 2:
            return 0
        merged = ((xs[i] + xs[i + 1], (*xs[:i], xs[i] + xs[i + 1], *xs[i + 2 :])) for i in range(len(xs) - 1))
        return min(min(factor * total, cap) + fee + value(rest) for total, rest in merged)

    return lambda xs: value(tuple(xs))


# Inputs ----------------------------------------------------------------------------------------------------------


def _lists(low: int, high: int, most: int = 8) -> Callable[..., list[Args]]:
    def inputs(rng: Random, *constants: Any) -> list[Args]:
        sizes = [0, 1, *(rng.randint(3, most) for _ in range(10))]
        return [([rng.randint(low, high) for _ in range(size)],) for size in sizes]

    return inputs


def _grids(rng: Random, *constants: Any) -> list[Args]:
    shapes = [(1, 1), (1, 4), (3, 1), *((rng.randint(2, 4), rng.randint(2, 4)) for _ in range(8))]
    return [([[rng.randint(0, 20) for _ in range(width)] for _ in range(height)],) for height, width in shapes]


def _two_strings(rng: Random, *constants: Any) -> list[Args]:
    def drawn() -> str:
        return "".join(rng.choice("aebcd") for _ in range(rng.randint(2, 7)))

    return [("", ""), ("", "ab"), ("abc", ""), *((drawn(), drawn()) for _ in range(9))]


def _between(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


TASKS = {
    "grid": Task(
        draw=lambda level, rng: _between(rng, (0, 25), (0, 25)),
        params="grid",
        words="grid is a list of rows of whole numbers. You go from the first cell of the first row to the last cell "
        "of the last row, always one down or one right. Every cell you stand on (the first and last too) costs its "
        "number, a move down costs {a} more and a move right {b} more. Return the least cost.",
        source=_GRID,
        meaning=_grid_walk,
        inputs=_grids,
        slips=(
            ("costs_swapped", "cost[i - 1, j] + {a}", "cost[i - 1, j] + {b} + 1"),
            ("dearest_way", "min(ways, default=0)", "max(ways, default=0)"),
            ("first_cell_free", "min(ways, default=0) + x", "(min(ways) + x if ways else 0)"),
        ),
        plan="The least cost of a cell comes from the one above or the one on the left; fill row by row.",
        nudged=(0, 1),
    ),
    "edit": Task(
        draw=lambda level, rng: _between(rng, (1, 9), (1, 9), (1, 12)),
        params="s, t",
        words="To turn the string s into t you may insert a character for {a}, delete one for {b}, or change one into "
        "another for {c}. Return the least cost.",
        source=_EDIT,
        meaning=_edit,
        inputs=_two_strings,
        slips=(
            ("always_changes", "(0 if s[i - 1] == t[j - 1] else {c})", "{c}"),
            ("insert_costs_more", "cost[i, j - 1] + {a}", "cost[i, j - 1] + {a} + 1"),
            ("other_way_round", "cost[i - 1, j] + {b}", "cost[i - 1, j] + {a} + 1"),
        ),
        plan="cost[i, j] is for the first i characters of s and j of t: insert, delete, change or keep the last.",
        nudged=(1, 2),
    ),
    "common": Task(
        draw=lambda level, rng: (*_between(rng, (6, 20), (1, 5)), "".join(sorted(rng.sample("abcde", 2)))),
        params="s, t",
        words="A common subsequence of the strings s and t is a string that is left of both when characters are "
        "deleted. Each of its characters that is in '{c}' is worth {a}, any other {b}. Return the largest worth of a "
        "common subsequence.",
        source=_COMMON,
        meaning=_common,
        inputs=_two_strings,
        slips=(
            ("all_alike", "{a} if s[i - 1] in '{c}' else {b}", "{b}"),
            ("weights_swapped", "in '{c}'", "not in '{c}'"),
            ("substring", "best[i, j] = max(best[i - 1, j], best[i, j - 1])", "best[i, j] = 0"),
        ),
        plan="best[i, j] is for the first i characters of s and j of t: leave out one of the last, or match them if "
        "equal.",
        nudged=(0, 1),
    ),
    "merge": Task(
        draw=lambda level, rng: _between(rng, (1, 4), (30, 90), (0, 9)),
        params="xs",
        words="Two neighbours in the list xs can be merged: their sum takes their place. That costs {a} times the "
        "sum, but at most {b}, plus {c}. Numbers are merged until one is left. Return the least total cost (0 for "
        "fewer than two numbers).",
        source=_MERGE,
        meaning=_merge,
        inputs=_lists(1, 20, most=6),
        slips=(
            ("cap_lost", "min({a} * sum(xs[start:end]), {b})", "{a} * sum(xs[start:end])"),
            ("from_the_left", "range(start + 1, end))", "range(end - 1, end))"),
            ("fee_lost", " + {c}\n", "\n"),
            ("dearest", "cheapest = min(", "cheapest = max("),
        ),
        plan="cost[start, end] merges that stretch into one: try every place of the last merge, shorter stretches "
        "first.",
        nudged=(0, 1, 2),
    ),
}

_STEPS = {
    1: ("grid",),
    2: ("grid",),
    3: ("grid",),
    4: ("grid",),
    5: ("edit",),
    6: ("edit",),
    7: ("edit", "common"),
    8: ("common",),
    9: ("common", "merge"),
    10: ("merge",),
}
FAMILY = joined_family(
    name="table_programming", version=2, topic="dynamic programming", doc=__doc__ or "", tasks=TASKS, steps=_STEPS
)
EARLIER = task_family(name="table_programming", version=1, topic="dynamic programming", tasks=TASKS, levels=_STEPS)
