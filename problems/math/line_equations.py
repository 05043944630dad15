"""Lines of the plane as y = mx + b.

Level 1: through a point, with a whole slope. Level 2: through two points, with a whole slope. Level 3: with any
slope. Level 4: parallel to a line. Level 5: perpendicular to a line. Level 6: a perpendicular bisector. Level 7: a
height of a triangle. Level 8: a tangent of a circle. Level 9: through the two points where two circles meet. Level
10: the image of a line turned by 90 degrees about a point.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import quotient, sum_latex, sum_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, combination, signed, wrong_answers
from tracemill.problems.types import MathReference

Line = tuple[Fraction, Fraction]
"""Slope and intercept."""

_KINDS = {
    1: "slope",
    2: "whole",
    3: "two",
    4: "parallel",
    5: "normal",
    6: "bisector",
    7: "height",
    8: "tangent",
    9: "circles",
    10: "turned",
}
_ASKED = {
    "slope": (
        "Find the line with slope {0} through {1}.",
        "A line has slope {0} and passes through {1}. What is its equation?",
    ),
    "two": ("Find the line through {0} and {1}.", "Which line passes through {0} and {1}?"),
    "parallel": (
        "Find the line through {0} parallel to {1}.",
        "A line parallel to {1} passes through {0}. What is its equation?",
    ),
    "normal": (
        "Find the line through {0} perpendicular to {1}.",
        "A line meets {1} at a right angle and passes through {0}. What is its equation?",
    ),
    "bisector": (
        "Find the perpendicular bisector of the segment from {0} to {1}.",
        "Which line holds the points equally far from {0} and {1}?",
    ),
    "height": (
        "In the triangle A = {0}, B = {1}, C = {2}, find the line that holds the altitude from A.",
        "A triangle has vertices A = {0}, B = {1}, C = {2}. What is the equation of the height through A?",
    ),
    "tangent": (
        "A circle with centre {0} passes through {1}. Find its tangent there.",
        "Find the tangent at {1} to the circle with centre {0} through this point.",
    ),
    "turned": (
        "The line {1} is rotated by 90 degrees about the point {0}. Find its image.",
        "Turn the line {1} by a right angle about {0}. What line results?",
    ),
    "circles": (
        "Find the line through the two points where the circles {0} and {1} meet.",
        "The circles {0} and {1} cross at two points. What line joins these?",
    ),
}
_FORM = ("Answer in the form y = mx + b.", "Write it as y = mx + b with exact numbers.")


def sample(level: int, rng: Random) -> Params:
    """(kind, points, numbers): a slope, or a, b, c of the line ax + by = c, or the squares of two radii."""
    kind = _KINDS[level]
    while True:
        size = 16 if kind in ("two", "tangent") else 12
        points = [(rng.randrange(-size, size + 1), rng.randrange(-size, size + 1)) for _ in range(3)]
        (x, y), (u, v), (s, t) = points
        if kind == "slope":
            return (kind, ((x, y),), (rng.choice((-1, 1)) * rng.randrange(1, 10),))
        if kind == "whole" and x < u:
            slope = rng.choice((-1, 1)) * rng.randrange(1, 9)
            return ("two", ((x, y), (u, y + slope * (u - x))), ())
        if kind == "two" and x < u and y != v and (v - y) % (u - x):
            return (kind, ((x, y), (u, v)), ())
        if kind in ("parallel", "normal", "turned"):
            a, b, c = rng.randrange(1, 10), rng.choice((-1, 1)) * rng.randrange(1, 10), rng.randrange(-30, 31)
            if gcd(a, b) == 1 and a * x + b * y != c:
                return (kind, ((x, y),), (a, b, c))
        if kind == "bisector":
            x, y, u, v = (rng.randrange(-25, 26) for _ in range(4))
            if x < u and y != v:
                return (kind, ((x, y), (u, v)), ())
        if kind == "tangent" and x != u and y != v:
            return (kind, ((x, y), (u, v)), ())
        if kind == "height" and (u - x) * (t - y) != (v - y) * (s - x) and v != t and u != s:
            return (kind, ((x, y), *sorted([(u, v), (s, t)])), ())
        if kind == "circles" and y != v and x < u:
            first, second = rng.randrange(4, 150), rng.randrange(4, 150)
            apart = (u - x) ** 2 + (v - y) ** 2
            if (apart - first - second) ** 2 < 4 * first * second:
                return (kind, ((x, y), (u, v)), (first, second))


def _through(point: tuple[int, int], slope: Fraction) -> tuple[Line, str]:
    x, y = point
    b = y - slope * x
    return (slope, b), f"b = {y} - {bracketed(slope)}*{bracketed(x)} = {b}"


def _slope_shown(p: tuple[int, int], q: tuple[int, int]) -> tuple[Fraction, str]:
    rise, run = q[1] - p[1], q[0] - p[0]
    return Fraction(rise, run), f"({q[1]} {signed(-p[1])})/({q[0]} {signed(-p[0])}) = {quotient(rise, run)}"


def _work(params: Params) -> tuple[Line, list[str]]:
    kind, points, numbers = params
    p = points[0]
    if kind == "slope":
        line, shown = _through(p, Fraction(numbers[0]))
        return line, [shown]
    if kind in ("parallel", "normal", "turned"):
        a, b, _ = numbers
        slope = Fraction(-a, b)
        steps = [f"slope of the line {slope}"]
        if kind != "parallel":
            slope = -1 / slope
            steps.append(f"at a right angle: {slope}")
        if kind == "turned":  # the foot of the perpendicular from the centre turns into another point of the image
            off = Fraction(numbers[2] - a * p[0] - b * p[1], a * a + b * b)
            image = (p[0] - b * off, p[1] + a * off)
            line = (slope, image[1] - slope * image[0])
            steps.append(f"nearest to {p}: ({p[0] + a * off}, {p[1] + b * off})")
            steps.append(f"turned: ({image[0]}, {image[1]})")
            return line, [*steps, f"b = {image[1]} - {bracketed(slope)}*{bracketed(image[0])} = {line[1]}"]
        line, shown = _through(p, slope)
        return line, [*steps, shown]
    if kind == "circles":
        (x, y), (u, v) = points
        a, b = 2 * (u - x), 2 * (v - y)
        c = numbers[0] - numbers[1] + u * u + v * v - x * x - y * y
        steps = ["subtract one equation from the other", f"{combination((a, b), 'xy')} = {c}"]
        return (Fraction(-a, b), Fraction(c, b)), [*steps, f"m = {quotient(-a, b)}, b = {quotient(c, b)}"]
    first, second = (points[1], points[2]) if kind == "height" else points[:2]
    slope, shown = _slope_shown(first, second)
    steps = [f"slope {shown}"]
    if kind != "two":
        slope = -1 / slope
        steps.append(f"at a right angle: {slope}")
    if kind == "bisector":
        middle = (Fraction(first[0] + second[0], 2), Fraction(first[1] + second[1], 2))
        b = middle[1] - slope * middle[0]
        steps.append(f"midpoint ({middle[0]}, {middle[1]})")
        return (slope, b), [*steps, f"b = {middle[1]} - {bracketed(slope)}*{bracketed(middle[0])} = {b}"]
    line, shown = _through(points[1] if kind == "tangent" else p, slope)
    return line, [*steps, shown]


def _circle(centre: tuple[int, int], square: int) -> str:
    sides = [f"({name} {signed(-value)})^2" if value else f"{name}^2" for name, value in zip("xy", centre, strict=True)]
    return f"{' + '.join(sides)} = {square}"


def _fields(params: Params, rng: Random) -> list[str]:
    kind, points, numbers = params
    if kind == "slope":
        return [str(numbers[0]), str(points[0])]
    if kind in ("parallel", "normal", "turned"):
        return [str(points[0]), f"{combination(numbers[:2], 'xy')} = {numbers[2]}"]
    fields = (
        [_circle(c, s) for c, s in zip(points, numbers, strict=True)] if kind == "circles" else list(map(str, points))
    )
    if kind in ("two", "bisector", "circles"):
        rng.shuffle(fields)
    return fields


def pose(params: Params, rng: Random) -> Posed:
    prompt = f"{rng.choice(_ASKED[params[0]]).format(*_fields(params, rng))} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(_work(params)[0]))


def _terms(line: Line) -> list[tuple[Fraction, str, str]]:
    return [(line[0], "x", "x"), (line[1], "", "")]


def _reference(line: Line) -> MathReference:
    return MathReference(answer=f"y = {sum_plain(_terms(line))}", type="equation")


def _latex(line: Line) -> str:
    return f"y = {sum_latex(_terms(line))}"


def solve(params: Params, rng: Random) -> str:
    line, steps = _work(params)
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(_latex(line))}"


Triple = tuple[Fraction | int, Fraction | int, Fraction | int]


def _join(p: Triple, q: Triple) -> Triple:
    """The line through two points in homogeneous coordinates; (a, b, 0) is at infinity in direction (a, b)."""
    return (p[1] * q[2] - p[2] * q[1], p[2] * q[0] - p[0] * q[2], p[0] * q[1] - p[1] * q[0])


def confirm(params: Params) -> MathReference:
    """In homogeneous coordinates: joins with points at infinity, polars, no slopes until the end."""
    kind, points, numbers = params
    (x, y), (u, v) = points[0], points[-1]
    p, q = (x, y, 1), (u, v, 1)
    if kind == "slope":
        line = _join(p, (1, numbers[0], 0))
    elif kind == "two":
        line = _join(p, q)
    elif kind == "parallel":
        line = _join(p, (numbers[1], -numbers[0], 0))
    elif kind == "normal":
        line = _join(p, (numbers[0], numbers[1], 0))
    elif kind == "turned":
        a, b, c = numbers
        height = Fraction(c, b) - y  # (0, c/b) is on the line; from the centre it is (-x, height)
        line = _join((x - height, y - x, 1), (a, b, 0))
    elif kind == "bisector":
        line = (2 * (u - x), 2 * (v - y), x * x + y * y - u * u - v * v)
    elif kind == "height":
        (a, b), (c, d) = points[1:]
        line = _join(p, (b - d, c - a, 0))
    elif kind == "tangent":  # the polar of the point of contact
        line = (u - x, v - y, -((u - x) * u + (v - y) * v))
    else:
        square = (u - x) ** 2 + (v - y) ** 2
        part = Fraction(square + numbers[0] - numbers[1], 2 * square)
        line = _join((x + part * (u - x), y + part * (v - y), 1), (y - v, u - x, 0))
    a, b, c = line
    return _reference((Fraction(-a) / b, Fraction(-c) / b))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    (slope, level), _ = _work(params)
    candidates = (
        ("off_by_one", (slope, level + rng.choice((-1, 1)))),
        ("slope_sign", (-slope, level)),
        ("upside_down", (1 / slope, level)),
        ("right_angle", (-1 / slope, level)),
        ("swapped", (level, slope)),
        ("intercept_sign", (slope, -level)),
    )
    named = [(name, _latex(line)) for name, line in candidates]
    yield from wrong_answers(_latex((slope, level)), "y = mx + b", named)


FAMILY = Family(
    name="line_equations",
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
