"""Points of the plane from other points and lines, exactly.

Level 1: a midpoint. Level 2: the other end of a segment, from its midpoint. Level 3: a segment divided in a given
ratio. Level 4: a point turned about another by a multiple of 90 degrees. Level 5: reflected in a line of slope 1 or
-1. Level 6: where two lines through given points meet. Level 7: the foot of a perpendicular. Level 8: reflected in
any line. Level 9: the centre of the circle through three points. Level 10: where the heights of a triangle meet.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import quotient, tuple_latex, tuple_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, combination, signed, wrong_answers
from tracemill.problems.types import MathReference

Point = tuple[Fraction | int, Fraction | int]

_KINDS = {
    1: "middle",
    2: "end",
    3: "ratio",
    4: "turn",
    5: "diagonal",
    6: "meet",
    7: "foot",
    8: "mirror",
    9: "circle",
    10: "heights",
}
_SIZES = {1: 15, 2: 20, 3: 20, 4: 40, 5: 40, 6: 12, 7: 20, 8: 20, 9: 15, 10: 20}
_ASKED = {
    "middle": ("Find the midpoint of the segment from {0} to {1}.", "What point is halfway between {0} and {1}?"),
    "end": (
        "{1} is the midpoint of AB with A = {0}. Find B.",
        "A segment starts at {0} and has midpoint {1}. Where does it end?",
    ),
    "ratio": (
        "P divides the segment from A = {0} to B = {1} so that AP : PB = {2} : {3}. Find P.",
        "On the segment AB with A = {0} and B = {1} lies P with AP : PB = {2} : {3}. What are its coordinates?",
    ),
    "turn": (
        "The point {0} is rotated by {2} degrees counterclockwise about {1}. Where does it land?",
        "Rotate {0} about the centre {1} by {2} degrees counterclockwise and give the image.",
    ),
    "diagonal": ("Reflect {0} in the line {1}.", "Find the mirror image of {0} in the line {1}."),
    "meet": (
        "Where does the line through {0} and {1} meet the line through {2} and {3}?",
        "Find the intersection of the line through {0} and {1} with the line through {2} and {3}.",
    ),
    "foot": (
        "Find the point of the line {1} that is nearest to {0}.",
        "A perpendicular is dropped from {0} on the line {1}. Find its foot.",
    ),
    "mirror": ("Reflect {0} in the line {1}.", "Find the mirror image of {0} in the line {1}."),
    "circle": (
        "Find the centre of the circle through {0}, {1} and {2}.",
        "Which point is equally far from {0}, {1} and {2}?",
    ),
    "heights": (
        "Find the point where the three altitudes of the triangle {0}, {1}, {2} meet.",
        "What is the orthocentre of the triangle with vertices {0}, {1}, {2}?",
    ),
}
_FORM = ("Answer as (x, y) with exact coordinates.", "Give the answer in the form (x, y), exactly.")


def sample(level: int, rng: Random) -> Params:
    """(kind, the points, further numbers): a ratio, an angle, or a, b, c of the line ax + by = c."""
    kind, size = _KINDS[level], _SIZES[level]
    while True:
        points = [(rng.randrange(-size, size + 1), rng.randrange(-size, size + 1)) for _ in range(4)]
        if points[0] == points[1]:
            continue
        if kind == "middle":
            return (kind, tuple(sorted(points[:2])), ())
        if kind == "end":
            return (kind, tuple(points[:2]), ())
        if kind == "ratio":
            m, n = rng.sample(range(1, 8), 2)
            return (kind, tuple(points[:2]), (m, n))
        if kind == "turn":
            return (kind, tuple(points[:2]), (rng.choice((90, 180, 270)),))
        if kind == "diagonal":
            return (kind, tuple(points[:1]), (rng.choice((-1, 1)), 1, rng.randrange(-size, size + 1)))
        if kind in ("foot", "mirror"):
            a, b = rng.randrange(1, 6), rng.choice((-1, 1)) * rng.randrange(1, 6)
            c = a * rng.randrange(-9, 10) + b * rng.randrange(-9, 10)
            (x, y), *_ = points
            if abs(a) != abs(b) and gcd(a, b) == 1 and a * x + b * y != c:
                return (kind, tuple(points[:1]), (a, b, c))
        elif kind == "meet":
            first, second = sorted(points[:2]), sorted(points[2:])
            if _cross(first[0], first[1], second[0], second[1]):
                return (kind, tuple(map(tuple, sorted([first, second]))), ())
        elif _cross(points[0], points[1], points[0], points[2]):
            return (kind, tuple(sorted(points[:3])), ())


def _cross(a: Point, b: Point, c: Point, d: Point) -> Fraction | int:
    """The cross product of b - a and d - c: 0 where the lines are parallel."""
    return (b[0] - a[0]) * (d[1] - c[1]) - (b[1] - a[1]) * (d[0] - c[0])


def _line_through(p: Point, q: Point) -> tuple[Fraction | int, Fraction | int, Fraction | int]:
    a, b = q[1] - p[1], p[0] - q[0]
    return a, b, a * p[0] + b * p[1]


def _bisector(p: Point, q: Point) -> tuple[Fraction | int, Fraction | int, Fraction | int]:
    a, b = 2 * (q[0] - p[0]), 2 * (q[1] - p[1])
    return a, b, q[0] ** 2 + q[1] ** 2 - p[0] ** 2 - p[1] ** 2


def _height(from_: Point, p: Point, q: Point) -> tuple[Fraction | int, Fraction | int, Fraction | int]:
    a, b = q[0] - p[0], q[1] - p[1]
    return a, b, a * from_[0] + b * from_[1]


def _solved(first: tuple, second: tuple) -> tuple[Point, list[str]]:
    """Two equations ax + by = c by Cramer's rule."""
    (a, b, c), (d, e, f) = first, second
    det, dx, dy = a * e - b * d, c * e - b * f, a * f - c * d
    steps = [f"{_equation(*first)} and {_equation(*second)}", f"determinant {det}"]
    x, y = Fraction(dx) / det, Fraction(dy) / det
    return (x, y), [*steps, f"x = {quotient(dx, det)}", f"y = {quotient(dy, det)}"]


def _equation(a: Fraction | int, b: Fraction | int, c: Fraction | int) -> str:
    return f"{combination((a, b), ('x', 'y'))} = {c}"


def _shown_line(params: Params) -> str:
    a, b, c = params[2]
    if params[0] == "diagonal":  # ax + y = c
        return f"y = {'x' if a < 0 else '-x'}" + (f" {signed(c)}" if c else "")
    return _equation(a, b, c)


def _work(params: Params) -> tuple[Point, list[str]]:
    kind, points, more = params
    p = points[0]
    if kind in ("middle", "end", "ratio", "turn"):
        return _moved(kind, p, points[1], more)
    if kind in ("diagonal", "mirror", "foot"):
        a, b, c = more
        off = a * p[0] + b * p[1] - c
        t = Fraction(off, a * a + b * b) * (1 if kind == "foot" else 2)
        image = (p[0] - a * t, p[1] - b * t)
        value = f"{a}*{bracketed(p[0])} {signed(b)}*{bracketed(p[1])} {signed(-c)} = {off}"
        factor = "" if kind == "foot" else "2*"
        steps = [f"normal ({a}, {b})", f"at the point: {value}", f"t = {factor}{bracketed(off)}/{a * a + b * b} = {t}"]
        steps.append(f"({p[0]} - {a}*{bracketed(t)}, {p[1]} - {bracketed(b)}*{bracketed(t)}) = {tuple_plain(image)}")
        return image, steps
    if kind == "meet":
        return _solved(_line_through(*points[0]), _line_through(*points[1]))
    q, r = points[1:]
    if kind == "circle":
        return _solved(_bisector(p, q), _bisector(p, r))
    return _solved(_height(p, q, r), _height(q, p, r))


def _moved(kind: str, p: Point, q: Point, more: tuple[int, ...]) -> tuple[Point, list[str]]:
    image: Point
    if kind == "middle":
        image = (Fraction(p[0] + q[0], 2), Fraction(p[1] + q[1], 2))
        return image, [f"x: ({p[0]} {signed(q[0])})/2 = {image[0]}", f"y: ({p[1]} {signed(q[1])})/2 = {image[1]}"]
    if kind == "end":
        image = (2 * q[0] - p[0], 2 * q[1] - p[1])
        return image, [
            f"x: 2*{bracketed(q[0])} {signed(-p[0])} = {image[0]}",
            f"y: 2*{bracketed(q[1])} {signed(-p[1])} = {image[1]}",
        ]
    if kind == "ratio":
        m, n = more
        image = (Fraction(n * p[0] + m * q[0], m + n), Fraction(n * p[1] + m * q[1], m + n))
        return image, [
            f"{name}: ({n}*{bracketed(p[i])} + {m}*{bracketed(q[i])})/{m + n} = {image[i]}"
            for i, name in enumerate("xy")
        ]
    dx, dy = p[0] - q[0], p[1] - q[1]
    turned = {90: (-dy, dx), 180: (-dx, -dy), 270: (dy, -dx)}[more[0]]
    image = (q[0] + turned[0], q[1] + turned[1])
    return image, [
        f"from the centre: ({dx}, {dy})",
        f"turned: {tuple_plain(turned)}",
        f"{q} + {tuple_plain(turned)} = {tuple_plain(image)}",
    ]


def pose(params: Params, rng: Random) -> Posed:
    kind, points, more = params
    if kind == "meet":
        lines = [rng.sample(line, 2) for line in rng.sample(points, 2)]
        fields = [str(point) for line in lines for point in line]
    elif kind in ("diagonal", "mirror", "foot"):
        fields = [str(points[0]), _shown_line(params)]
    else:
        mixed = kind in ("middle", "circle", "heights")
        fields = [str(point) for point in (rng.sample(points, len(points)) if mixed else points)] + list(map(str, more))
    return Posed(
        prompt=f"{rng.choice(_ASKED[kind]).format(*fields)} {rng.choice(_FORM)}", reference=_reference(_work(params)[0])
    )


def _reference(point: Point) -> MathReference:
    return MathReference(answer=tuple_plain(point), type="tuple")


def solve(params: Params, rng: Random) -> str:
    image, steps = _work(params)
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(tuple_latex(image))}"


def confirm(params: Params) -> MathReference:
    """From what defines the point: equations solved by sympy, quarter turns, or centres by barycentric weights."""
    import sympy

    kind, points, more = params
    if kind in ("circle", "heights"):
        centre = _circumcentre(points)
        corner_sum = [sum(point[i] for point in points) for i in range(2)]
        heights = (corner_sum[0] - 2 * centre[0], corner_sum[1] - 2 * centre[1])  # Euler's line
        return _reference(centre if kind == "circle" else heights)
    if kind == "turn":
        p, q = points
        dx, dy = p[0] - q[0], p[1] - q[1]
        for _ in range(more[0] // 90):
            dx, dy = -dy, dx
        return _reference((q[0] + dx, q[1] + dy))
    x, y = sympy.symbols("x y")
    if kind == "meet":
        facts = [(x - p[0]) * (q[1] - p[1]) - (y - p[1]) * (q[0] - p[0]) for p, q in points]
    elif kind in ("middle", "end"):
        p, q = points
        facts = [2 * x - p[0] - q[0], 2 * y - p[1] - q[1]]
        facts = facts if kind == "middle" else [x + p[0] - 2 * q[0], y + p[1] - 2 * q[1]]
    elif kind == "ratio":
        p, q = points
        facts = [more[1] * (z - p[i]) - more[0] * (q[i] - z) for i, z in enumerate((x, y))]
    else:
        (px, py), (a, b, c) = points[0], more
        on_line = a * x + b * y - c if kind == "foot" else a * (x + px) + b * (y + py) - 2 * c
        facts = [on_line, b * (x - px) - a * (y - py)]
    ((found_x, found_y),) = sympy.linsolve(facts, x, y)
    return _reference((Fraction(str(found_x)), Fraction(str(found_y))))


def _circumcentre(points: tuple[tuple[int, int], ...]) -> Point:
    """Barycentric weights a^2 (b^2 + c^2 - a^2), a being the side that faces the corner."""
    sides = []
    for i in range(3):
        (a, b), (c, d) = points[i - 1], points[i - 2]
        sides.append((a - c) ** 2 + (b - d) ** 2)
    weights = [side * (sum(sides) - 2 * side) for side in sides]
    total = sum(weights)
    x, y = (Fraction(sum(w * point[i] for w, point in zip(weights, points, strict=True)), total) for i in range(2))
    return x, y


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    (x, y), _ = _work(params)
    step = rng.choice((-1, 1))
    candidates = (
        ("off_by_one", (x + step, y)),
        ("swapped", (y, x)),
        ("sign", (-x, y)),
        ("both_signs", (-x, -y)),
        ("doubled", (2 * x, 2 * y)),
        ("other_sign", (x, -y) if y else (x, Fraction(step))),
    )
    named = [(name, tuple_latex(point)) for name, point in candidates]
    yield from wrong_answers(tuple_latex((x, y)), "(x, y)", named)


FAMILY = Family(
    name="coordinate_points",
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
