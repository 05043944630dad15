"""Polygons with whole coordinates: their area by the shoelace formula, and the whole points inside by Pick's theorem.

Level 1: the area of a triangle with a vertex at the origin. Level 2: of any triangle. Levels 3 to 5: with four, five
and six vertices. Levels 6 to 10: the points with whole coordinates inside polygons of three to seven vertices.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import fraction_latex
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, summed, wrong_answers
from tracemill.problems.types import MathReference

Point = tuple[int, int]

_VERTICES = {1: 3, 2: 3, 3: 4, 4: 5, 5: 6, 6: 3, 7: 4, 8: 5, 9: 6, 10: 7}
_SIZES = {1: 15, 2: 12, 3: 12, 4: 15, 5: 15, 6: 16, 7: 12, 8: 12, 9: 15, 10: 15}
_NAMES = {3: "triangle", 4: "quadrilateral", 5: "pentagon", 6: "hexagon", 7: "heptagon"}
_ASKED = {
    "area": (
        "Find the area of the {name} with vertices {points}{order}.",
        "What is the area of the {name} {points}{order}?",
    ),
    "inside": (
        "How many points with integer coordinates lie strictly inside the {name} with vertices {points}{order}?",
        "Count the lattice points in the interior of the {name} {points}{order}, its boundary not included.",
    ),
}


def sample(level: int, rng: Random) -> Params:
    """(what is asked, the vertices counterclockwise from the leftmost one), in a lower and an upper chain."""
    count, size = _VERTICES[level], _SIZES[level]
    while True:
        xs = rng.sample(range(-size, size + 1), count)
        points = sorted((x, rng.randrange(-size, size + 1)) for x in xs)
        if level == 1:
            points = sorted(
                [(0, 0), *[(rng.randrange(-size, size + 1), rng.randrange(-size, size + 1)) for _ in range(2)]]
            )
        left, right = points[0], points[-1]
        sides = [_turn(left, right, point) for point in points[1:-1]]
        if not all(sides):
            continue
        lower = [point for point, side in zip(points[1:-1], sides, strict=True) if side < 0]
        upper = [point for point, side in zip(points[1:-1], sides, strict=True) if side > 0]
        vertices = (left, *lower, right, *reversed(upper))
        if level < 6 or _work(("inside", vertices))[0] > 0:
            return ("area" if level < 6 else "inside", vertices)


def _turn(a: Point, b: Point, c: Point) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _sides(vertices: tuple[Point, ...]) -> list[tuple[Point, Point]]:
    return list(zip(vertices, (*vertices[1:], vertices[0]), strict=True))


def _work(params: Params) -> tuple[Fraction, list[str]]:
    asked, vertices = params
    products = [a * d - c * b for (a, b), (c, d) in _sides(vertices)]
    double = sum(products)
    area = Fraction(double, 2)
    shown = [
        f"{a}*{bracketed(d)} - {bracketed(c)}*{bracketed(b)} = {v}"
        for ((a, b), (c, d)), v in zip(_sides(vertices), products, strict=True)
    ]
    steps = [*shown, f"twice the area {summed(products)} = {double}", f"area {area}"]
    if asked == "area":
        return area, steps
    edges = [gcd(c - a, d - b) for (a, b), (c, d) in _sides(vertices)]
    border = sum(edges)
    steps.append(f"points on the sides {summed(edges)} = {border}")
    inside = (double - border + 2) // 2
    return Fraction(inside), [*steps, f"inside ({double} - {border} + 2)/2 = {inside}"]


def pose(params: Params, rng: Random) -> Posed:
    asked, vertices = params
    start = rng.randrange(len(vertices))
    turned = vertices[start:] + vertices[:start]
    if rng.random() < 0.5:
        turned = turned[::-1]
    order = " in this order" if len(vertices) > 3 else ""
    prompt = rng.choice(_ASKED[asked]).format(
        name=_NAMES[len(vertices)], points=", ".join(map(str, turned)), order=order
    )
    return Posed(prompt=prompt, reference=_reference(asked, _work(params)[0]))


def _reference(asked: str, value: Fraction) -> MathReference:
    return MathReference(answer=str(value), type="rational" if asked == "area" else "integer")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    opening = rng.choice(("Go round counterclockwise: ", "Shoelace formula, counterclockwise: "))
    return f"{opening}{'; '.join(steps)}. {boxed(fraction_latex(value))}"


def confirm(params: Params) -> MathReference:
    """Every whole point around is looked at, inside or on a side or neither; the area follows by Pick's theorem."""
    asked, vertices = params
    inside, border = 0, 0
    low, high = min(y for _, y in vertices), max(y for _, y in vertices)
    for x in range(vertices[0][0], max(x for x, _ in vertices) + 1):
        for y in range(low, high + 1):
            on, odd = False, False
            for (a, b), (c, d) in _sides(vertices):
                within = min(a, c) <= x <= max(a, c) and min(b, d) <= y <= max(b, d)
                on = on or (within and _turn((a, b), (c, d), (x, y)) == 0)
                if (b > y) != (d > y) and (_turn((a, b), (c, d), (x, y)) > 0) == (d > b):
                    odd = not odd
            border += on
            inside += odd and not on
    return _reference(asked, Fraction(inside) if asked == "inside" else inside + Fraction(border, 2) - 1)


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    asked, vertices = params
    right, _ = _work(params)
    area, _ = _work(("area", vertices))
    border = sum(gcd(c - a, d - b) for (a, b), (c, d) in _sides(vertices))
    candidates = [
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("not_halved", 2 * area),
        ("halved_twice", area / 2),
    ]
    if asked == "inside":
        candidates += [("with_boundary", right + border), ("area_for_points", area)]
    else:
        xs, ys = [x for x, _ in vertices], [y for _, y in vertices]
        candidates.append(("box_around", Fraction((max(xs) - min(xs)) * (max(ys) - min(ys)))))
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"A({', '.join(map(str, vertices))})", named)


FAMILY = Family(
    name="polygon_area",
    version=1,
    kind="math",
    topic="geometry",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
