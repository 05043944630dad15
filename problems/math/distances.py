"""Distances of points, lines and planes, with roots in simplest form.

Level 1: the square of the distance of two points. Level 2: the distance. Level 3: in space. Level 4: from a point to
a line. Level 5: to the line through two points. Level 6: of two parallel lines. Level 7: from a point to a plane.
Level 8: the perimeter of a triangle. Level 9: from a point to a line in space. Level 10: of two skew lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from math import gcd
from random import Random

from tracemill.problems.exact import Roots, plus, rational, root, roots_latex, roots_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, combination, signed, wrong_answers
from tracemill.problems.types import MathReference

Vector = tuple[int, ...]

_KINDS = {
    1: "square",
    2: "plane",
    3: "space",
    4: "line",
    5: "through",
    6: "parallel",
    7: "to_plane",
    8: "perimeter",
    9: "line_in_space",
    10: "skew",
}
_SIZES = {1: 12, 2: 20, 3: 12, 4: 15, 5: 20, 6: 60, 7: 15, 8: 20, 9: 9, 10: 9}
_ASKED = {
    "square": (
        "Find the square of the distance between {0} and {1}.",
        "The points {0} and {1} are d apart. What is d^2?",
    ),
    "plane": ("How far apart are {0} and {1}?", "Find the distance between the points {0} and {1}."),
    "space": ("How far apart are {0} and {1} in space?", "Find the distance between the points {0} and {1}."),
    "line": ("Find the distance from {0} to the line {1}.", "How far is the point {0} from the line {1}?"),
    "through": (
        "Find the distance from {0} to the line through {1} and {2}.",
        "How far is {0} from the line that joins {1} and {2}?",
    ),
    "parallel": (
        "How far apart are the lines {0} and {1}?",
        "Find the distance between the parallel lines {0} and {1}.",
    ),
    "to_plane": ("Find the distance from {0} to the plane {1}.", "How far is the point {0} from the plane {1}?"),
    "perimeter": (
        "Find the perimeter of the triangle {0}, {1}, {2}.",
        "How long are the three sides of the triangle {0}, {1}, {2} together?",
    ),
    "line_in_space": (
        "Find the distance from {0} to the line through {1} and {2}.",
        "How far is {0} from the line through {1} and {2} in space?",
    ),
    "skew": (
        "Find the distance of the line through {0} with direction {1} from the line through {2} with direction {3}.",
        "One line passes through {0} in direction {1}, another through {2} in direction {3}. How far apart are they?",
    ),
}
_FORM = ("Give an exact answer in simplest radical form.", "Simplify roots and leave none in a denominator.")


def sample(level: int, rng: Random) -> Params:
    """(kind, points or vectors, the numbers a, b, (c,) d of a line or plane ax + by (+ cz) = d)."""
    kind, size = _KINDS[level], _SIZES[level]
    dims = 3 if kind in ("space", "to_plane", "line_in_space", "skew") else 2
    while True:
        points = [tuple(rng.randrange(-size, size + 1) for _ in range(dims)) for _ in range(4)]
        if kind in ("line", "parallel", "to_plane"):
            normal = (rng.randrange(1, 10), *(rng.choice((-1, 1)) * rng.randrange(1, 10) for _ in range(dims - 1)))
            sides = sorted(rng.sample(range(-size, size + 1), 2 if kind == "parallel" else 1))
            shared = gcd(*normal, *sides)
            numbers = tuple(value // shared for value in (*normal, *sides))
            params = (kind, () if kind == "parallel" else tuple(points[:1]), numbers)
        else:
            count = {"through": 3, "line_in_space": 3, "perimeter": 3, "skew": 4}.get(kind, 2)
            chosen = points[:count]
            if kind in ("through", "line_in_space"):
                chosen = [chosen[0], *sorted(chosen[1:])]
            elif kind != "skew":
                chosen = sorted(chosen)
            params = (kind, tuple(chosen), ())
        if _sound(params):
            return params


def _sound(params: Params) -> bool:
    kind, points, _ = params
    if kind in ("through", "perimeter"):
        a, b, c = points
        return (b[0] - a[0]) * (c[1] - a[1]) != (b[1] - a[1]) * (c[0] - a[0])
    if kind == "line_in_space":
        return any(_cross(_minus(points[2], points[1]), _minus(points[0], points[1])))
    if kind == "skew":
        return _dot(_minus(points[2], points[0]), _cross(points[1], points[3])) != 0
    return bool(_work(params)[0])


def _minus(a: Vector, b: Vector) -> Vector:
    return tuple(x - y for x, y in zip(a, b, strict=True))


def _dot(a: Vector, b: Vector) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _cross(a: Vector, b: Vector) -> Vector:
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _length(vector: Vector) -> tuple[Roots, str]:
    square = _dot(vector, vector)
    length = root(square)
    sums = " + ".join(f"{bracketed(value)}^2" for value in vector)
    shown = "" if length == {square: 1} else f" = {roots_plain(length)}"
    return length, f"sqrt({sums}) = sqrt({square}){shown}"


def _over(top: int, square: int) -> tuple[Roots, str]:
    """|top| / sqrt(square)."""
    value = root(Fraction(top * top, square))
    return value, f"{abs(top)}/sqrt({square}) = {roots_plain(value)}"


def _work(params: Params) -> tuple[Roots, list[str]]:
    kind, points, more = params
    if kind == "square":
        vector = _minus(points[1], points[0])
        square = _dot(vector, vector)
        return rational(square), [
            f"difference {vector}",
            f"{' + '.join(f'{bracketed(v)}^2' for v in vector)} = {square}",
        ]
    if kind in ("plane", "space"):
        vector = _minus(points[1], points[0])
        length, shown = _length(vector)
        return length, [f"difference {vector}", shown]
    if kind in ("line", "to_plane", "parallel"):
        dims = 3 if kind == "to_plane" else 2
        normal, sides = more[:dims], more[dims:]
        if kind == "parallel":
            top, steps = sides[1] - sides[0], [f"{sides[1]} {signed(-sides[0])} = {sides[1] - sides[0]}"]
        else:
            top = _dot(normal, points[0]) - sides[0]
            sums = " + ".join(f"{bracketed(a)}*{bracketed(x)}" for a, x in zip(normal, points[0], strict=True))
            steps = [f"{sums} {signed(-sides[0])} = {top}"]
        value, shown = _over(top, _dot(normal, normal))
        return value, [*steps, f"length of the normal {normal}: sqrt({_dot(normal, normal)})", shown]
    if kind == "perimeter":
        sides = [_length(_minus(q, p)) for p, q in combinations(points, 2)]
        total = plus(*(length for length, _ in sides))
        return total, [*(shown for _, shown in sides), f"together {roots_plain(total)}"]
    if kind == "through":
        along, to = _minus(points[2], points[1]), _minus(points[0], points[1])
        area = along[0] * to[1] - along[1] * to[0]
        value, shown = _over(area, _dot(along, along))
        return value, [f"direction {along}, to the point {to}", f"cross product {area}", shown]
    if kind == "line_in_space":
        along, to = _minus(points[2], points[1]), _minus(points[0], points[1])
        product = _cross(along, to)
        value = root(Fraction(_dot(product, product), _dot(along, along)))
        steps = [f"direction {along}, to the point {to}", f"cross product {product}"]
        return value, [*steps, f"sqrt({_dot(product, product)})/sqrt({_dot(along, along)}) = {roots_plain(value)}"]
    between, normal = _minus(points[2], points[0]), _cross(points[1], points[3])
    volume = _dot(between, normal)
    value, shown = _over(volume, _dot(normal, normal))
    return value, [f"cross product of the directions {normal}", f"times {between}: {volume}", shown]


def _shown_fields(params: Params, rng: Random) -> list[str]:
    kind, points, more = params
    if kind == "parallel":
        return [f"{combination(more[:2], 'xy')} = {side}" for side in rng.sample(more[2:], 2)]
    fields = [str(point) for point in points]
    if kind in ("square", "plane", "space", "perimeter"):
        rng.shuffle(fields)
    if kind in ("line", "to_plane"):
        fields.append(f"{combination(more[:-1], 'xyz'[: len(more) - 1])} = {more[-1]}")
    return fields


def pose(params: Params, rng: Random) -> Posed:
    kind = params[0]
    form = "" if kind == "square" else f" {rng.choice(_FORM)}"
    prompt = rng.choice(_ASKED[kind]).format(*_shown_fields(params, rng)) + form
    return Posed(prompt=prompt, reference=_reference(kind, roots_plain(_work(params)[0])))


def _reference(kind: str, answer: str) -> MathReference:
    if kind == "square":
        return MathReference(answer=answer, type="integer")
    return MathReference(answer=answer, type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(roots_latex(value))}"


def confirm(params: Params) -> MathReference:
    """sympy's own distances, or the least squared distance by calculus; ours stands where they are equal."""
    import sympy
    from sympy import Line, Plane, Point, Rational

    kind, points, more = params
    p = [Point(*point) for point in points]
    t, u = sympy.symbols("t u")
    x, y = sympy.symbols("x y")
    if kind == "square":
        found = p[0].distance(p[1]) ** 2
    elif kind in ("plane", "space"):
        found = p[0].distance(p[1])
    elif kind == "line":
        found = Line(more[0] * x + more[1] * y - more[2]).distance(p[0])
    elif kind == "parallel":
        line = Line(more[0] * x + more[1] * y - more[2])
        found = line.distance(Point(0, Rational(more[3], more[1])))
    elif kind == "to_plane":
        found = Plane(Point(0, 0, Rational(more[3], more[2])), normal_vector=more[:3]).distance(p[0])
    elif kind == "perimeter":
        found = p[0].distance(p[1]) + p[1].distance(p[2]) + p[2].distance(p[0])
    elif kind in ("through", "line_in_space"):
        found = Line(p[1], p[2]).distance(p[0])
    else:
        gap = [a + t * b - c - u * d for a, b, c, d in zip(*points, strict=True)]
        square = sympy.expand(sum(value**2 for value in gap))
        where = sympy.solve([sympy.diff(square, t), sympy.diff(square, u)], [t, u])
        found = sympy.sqrt(square.subs(where))
    ours = roots_plain(_work(params)[0])
    same = sympy.simplify(found - sympy.sympify(ours)) == 0
    return _reference(kind, ours if same else str(found))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, points, more = params
    right, _ = _work(params)
    one = rational(1)
    candidates = [
        ("off_by_one", plus(right, one)),
        ("sign", {radicand: -value for radicand, value in right.items()}),
        ("doubled", plus(right, right)),
        ("root_dropped", rational(sum(value * radicand for radicand, value in right.items()))),
        ("under_the_root", root(abs(sum(right.values(), Fraction(0))) + 1)),
    ]
    if kind in ("square", "plane", "space"):
        candidates.append(("sum_of_differences", rational(sum(abs(v) for v in _minus(points[1], points[0])))))
    named = [(name, roots_latex(value)) for name, value in candidates]
    yield from wrong_answers(roots_latex(right), f"d({', '.join(map(str, points or more))})", named)


FAMILY = Family(
    name="distances",
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
