"""Shortest paths through a grid of streets, some crossings closed.

Level 1: through a given crossing. Level 2: one crossing closed. Level 3: three closed, up to 8 by 8. Level 4: four
closed, up to 9 by 9. Level 5: three closed and one to pass through. Levels 6 to 8: diagonal steps allowed, three to
five closed, up to 9 by 9. Levels 9 and 10: with one to pass through as well, four and five closed, up to 10 by 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from random import Random

from tracemill.problems.exact import listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Point = tuple[int, int]

_SHAPES = {  # shortest and longest side, closed crossings, one to pass through, diagonal steps
    1: (2, 10, 0, True, False),
    2: (3, 8, 1, False, False),
    3: (5, 8, 3, False, False),
    4: (5, 9, 4, False, False),
    5: (5, 9, 3, True, False),
    6: (5, 8, 3, False, True),
    7: (5, 8, 4, False, True),
    8: (6, 9, 5, False, True),
    9: (6, 9, 4, True, True),
    10: (7, 10, 5, True, True),
}
_STEPS = {
    False: ("one unit right or one unit up", "1 to the right or 1 up"),
    True: ("one unit right, one unit up, or diagonally from (x, y) to (x+1, y+1)", "(1, 0), (0, 1) or (1, 1)"),
}
_ASKED = (
    "How many paths lead from (0, 0) to {end} if each step goes {step}{rules}?",
    "A walker goes from (0, 0) to {end}; each step goes {step}. How many such walks are there{rules}?",
    "Each step of a path goes {step}. Count the paths from (0, 0) to {end}{rules}.",
)


def sample(level: int, rng: Random) -> Params:
    """(end point, diagonal steps allowed, point to pass through or (), closed points in order)."""
    low, high, num_closed, through, diagonal = _SHAPES[level]
    while True:
        width, height = rng.randrange(low, high + 1), rng.randrange(low, high + 1)
        via = (rng.randrange(1, width), rng.randrange(1, height)) if through else ()
        inner = [(x, y) for x in range(width + 1) for y in range(height + 1) if 0 < x + y < width + height]
        chosen = rng.sample([point for point in inner if point != via], num_closed)
        params = ((width, height), diagonal, via, tuple(sorted(chosen)))
        if _count(params) > 1:
            return params


def _table(start: Point, end: Point, diagonal: bool, closed: tuple[Point, ...]) -> list[list[int]]:
    """Rows of how many paths reach each crossing, from the start's row up."""
    rows: list[list[int]] = []
    for y in range(start[1], end[1] + 1):
        row: list[int] = []
        below = rows[-1] if rows else [0] * (end[0] - start[0] + 1)
        for i, x in enumerate(range(start[0], end[0] + 1)):
            ways = int((x, y) == start) + below[i] + (row[i - 1] if i else 0)
            if diagonal and i:
                ways += below[i - 1]
            row.append(0 if (x, y) in closed else ways)
        rows.append(row)
    return rows


def _legs(params: Params) -> list[tuple[Point, Point]]:
    end, _, via, _ = params
    return [((0, 0), via), (via, end)] if via else [((0, 0), end)]


def _count(params: Params) -> int:
    total = 1
    for start, end in _legs(params):
        total *= _table(start, end, params[1], params[3])[-1][-1]
    return total


def pose(params: Params, rng: Random) -> Posed:
    end, diagonal, via, closed = params
    rules = [f"passes through {via}"] if via else []
    rules += [f"avoids {'the point ' if len(closed) == 1 else ''}{listed(closed)}"] if closed else []
    asked = rng.choice(_ASKED)
    text = f" and the path {' and '.join(rules)}" if "if each" in asked else f", where the path {' and '.join(rules)}"
    prompt = asked.format(end=end, step=rng.choice(_STEPS[diagonal]), rules=text)
    return Posed(prompt=prompt, reference=MathReference(answer=str(_count(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    _, diagonal, _, closed = params
    steps, factors = [], []
    for start, end in _legs(params):
        if not closed and not diagonal:
            across, up = end[0] - start[0], end[1] - start[1]
            factors.append(comb(across + up, up))
            steps.append(f"{start} to {end}: C({across + up}, {up}) = {factors[-1]}")
            continue
        table = _table(start, end, diagonal, closed)
        factors.append(table[-1][-1])
        rows = "; ".join(f"y={y}: {' '.join(map(str, row))}" for y, row in enumerate(table, start[1]))
        steps.append(f"{start} to {end}: {rows}")
    last = f" {factors[0]}*{factors[1]} = {_count(params)}." if len(factors) > 1 else ""
    neighbours = "left, below and diagonally before it" if diagonal else "left and below"
    adding = f"Each crossing gets the sum of those {neighbours}, a closed one 0. "
    opening = (
        ""
        if not closed and not diagonal
        else adding
        if rng.random() < 0.5
        else f"Fill in row by row: add what is {neighbours}. "
    )
    return f"{opening}{'. '.join(steps)}.{last} {boxed(_count(params))}"


def _free(start: Point, end: Point, diagonal: bool) -> int:
    """Paths without closed crossings: a binomial, or Delannoy's number as a sum over the diagonal steps."""
    across, up = end[0] - start[0], end[1] - start[1]
    if across < 0 or up < 0:
        return 0
    return sum(comb(across, k) * comb(across + up - k, across) for k in range(across + 1 if diagonal else 1))


def confirm(params: Params) -> MathReference:
    """By the first closed crossing that a path meets, from numbers of free paths alone."""
    _, diagonal, _, closed = params
    total = 1
    for start, end in _legs(params):
        inside = sorted((p for p in closed if p not in (start, end)), key=sum)
        first: dict[Point, int] = {}  # free paths that meet no closed crossing before this one
        for point in [*inside, end]:
            first[point] = _free(start, point, diagonal) - sum(
                ways * _free(other, point, diagonal) for other, ways in first.items()
            )
        total *= first[end]
    return MathReference(answer=str(total), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    (width, height), diagonal, via, closed = params
    right = _count(params)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("rules_forgotten", _free((0, 0), (width, height), diagonal)),
        ("closed_forgotten", _count(((width, height), diagonal, via, ()))),
        ("steps_counted", width + height),
        ("corners_for_steps", comb(width + height + 2, width + 1)),
        ("one_closed_only", _count(((width, height), diagonal, via, closed[:1]))),
    )
    yield from wrong_answers(right, f"(0, 0) to ({width}, {height})", candidates)


FAMILY = Family(
    name="lattice_paths",
    version=1,
    kind="math",
    topic="combinatorics",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
