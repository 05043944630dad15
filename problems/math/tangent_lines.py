"""Tangents and normals of curves as y = mx + b.

Level 1: of a parabola. Level 2: of a cubic with two terms. Level 3: of any cubic. Level 4: the normal of a cubic.
Level 5: of a quotient of linear functions. Level 6: of a root. Level 7: of a curve of second order. Level 8: of a
polynomial times e^(kx). Level 9: of a curve given by a parameter. Level 10: of a polynomial times a logarithm, and a
polynomial.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import sum_latex, sum_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, combination, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

Line = tuple[Fraction, Fraction]
"""Slope and intercept."""

_KINDS = {
    1: "polynomial",
    2: "polynomial",
    3: "polynomial",
    4: "normal",
    5: "quotient",
    6: "root",
    7: "conic",
    8: "exponential",
    9: "parameter",
    10: "logarithm",
}
_ASKED = (
    "Find the tangent to y = {f} at x = {a}.",
    "What is the tangent line of the curve y = {f} at the point with x = {a}?",
)
_OTHERS = {
    "normal": (
        "Find the normal to y = {f} at x = {a}.",
        "Which line meets the curve y = {f} at right angles at x = {a}?",
    ),
    "conic": (
        "Find the tangent to the curve {f} at {a}.",
        "The point {a} lies on the curve {f}. What is the tangent there?",
    ),
    "parameter": (
        "Find the tangent to the curve {f} at t = {a}.",
        "A curve is given by {f}. What is its tangent at t = {a}?",
    ),
}
_FORM = ("Answer in the form y = mx + b.", "Write it as y = mx + b with exact numbers.")


def sample(level: int, rng: Random) -> Params:
    """(kind, the point's x or t or both coordinates, groups of coefficients from the highest power down)."""
    kind = _KINDS[level]

    def pick(most: int) -> int:
        return rng.choice((-1, 1)) * rng.randrange(1, most + 1)

    while True:
        at = rng.randrange(-6, 7)
        if kind in ("polynomial", "normal"):
            if level == 1:
                return (kind, (at,), ((pick(9), pick(15), rng.randrange(-20, 21)),))
            if level == 2:
                return (
                    kind,
                    (at,),
                    (rng.choice(((pick(9), 0, pick(20), 0), (pick(9), pick(12), 0, 0), (pick(9), 0, 0, pick(30)))),),
                )
            coefficients = (pick(6), pick(9), pick(12), rng.randrange(-20, 21))
            if kind == "polynomial" or _at(_slope(coefficients), at):
                return (kind, (at,), (coefficients,))
        elif kind == "quotient":
            top, bottom = (pick(9), rng.randrange(-15, 16)), (rng.randrange(1, 8), rng.randrange(-15, 16))
            if top[0] * bottom[1] != top[1] * bottom[0] and _at(bottom, at) and gcd(*bottom) == 1:
                return (kind, (at,), (top, bottom))
        elif kind == "root":
            root, a, at = rng.randrange(1, 16), pick(12), rng.randrange(-20, 21)
            return (kind, (at,), ((pick(15),), (a, root * root - a * at)))
        elif kind == "conic":
            a, b, c = pick(6), pick(9), pick(6)
            x, y = pick(6), pick(6)
            if b * x + 2 * c * y and 2 * a * x + b * y and b * b != 4 * a * c and a * x * x + b * x * y + c * y * y:
                return (kind, (x, y), ((a, b, c),))
        elif kind == "exponential":
            return (kind, (0,), ((pick(9), pick(20), pick(20)), (pick(9), 0)))
        elif kind == "parameter":
            first, second = (
                (pick(5), pick(9), rng.randrange(-12, 13)),
                (pick(4), pick(6), pick(9), rng.randrange(-12, 13)),
            )
            if _at(_slope(first), at):
                return (kind, (at,), (first, second))
        else:
            rate = rng.randrange(1, 8)
            body = (pick(6), pick(9), pick(12))
            if _at(body, at):
                return (kind, (at,), (body, (rate, 1 - rate * at), (pick(6), pick(12), rng.randrange(-20, 21))))


def _at(coefficients: Sequence[int], x: int) -> int:
    value = 0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def _slope(coefficients: Sequence[int]) -> tuple[int, ...]:
    last = len(coefficients) - 1
    return tuple(value * (last - index) for index, value in enumerate(coefficients[:-1])) or (0,)


def _work(params: Params) -> tuple[Line, list[str]]:
    kind, where, groups = params
    x = where[0]
    first = groups[0]
    slope, height = Fraction(0), Fraction(0)
    if kind in ("polynomial", "normal"):
        slope, height = Fraction(_at(_slope(first), x)), Fraction(_at(first, x))
        steps = [f"y' = {polynomial(_slope(first))}", f"at {x}: y = {height}, y' = {slope}"]
        if kind == "normal":
            slope = -1 / slope
            steps.append(f"at a right angle: {slope}")
    elif kind == "quotient":
        bottom = groups[1]
        top, below = first[0] * bottom[1] - first[1] * bottom[0], _at(bottom, x)
        slope, height = Fraction(top, below**2), Fraction(_at(first, x), below)
        steps = [f"y' = {top}/({polynomial(bottom)})^2", f"at {x}: y = {height}, y' = {slope}"]
    elif kind == "root":
        (c,), (a, b) = groups
        root = next(r for r in range(1, 16) if r * r == a * x + b)
        slope, height = Fraction(c * a, 2 * root), Fraction(c * root)
        steps = [
            f"y' = {c * a}/(2 sqrt({polynomial((a, b))}))",
            f"at {x} the root is {root}: y = {height}, y' = {slope}",
        ]
    elif kind == "conic":
        (a, b, c), y = first, where[1]
        over, under = 2 * a * x + b * y, b * x + 2 * c * y
        slope, height = Fraction(-over, under), Fraction(y)
        steps = [
            f"differentiate: {combination((2 * a, b), 'xy')} + ({combination((b, 2 * c), 'xy')}) y' = 0",
            f"at {where}: {over} {signed(under)} y' = 0, y' = {slope}",
        ]
    elif kind == "exponential":
        rate = groups[1][0]
        slope, height = Fraction(first[1] + rate * first[2]), Fraction(first[2])
        steps = [
            f"product rule at 0, e^0 = 1: y = {height}",
            f"y' = {first[1]} + {bracketed(rate)}*{bracketed(first[2])} = {slope}",
        ]
    elif kind == "parameter":
        dx, dy = _at(_slope(first), x), _at(_slope(groups[1]), x)
        slope = Fraction(dy, dx)
        point = (_at(first, x), _at(groups[1], x))
        height = Fraction(point[1])
        x = point[0]
        steps = [f"point {point}", f"dx/dt = {dx}, dy/dt = {dy}", f"slope {slope}"]
    else:
        rate, rest = groups[1][0], groups[2]
        slope = Fraction(_at(first, x) * rate + _at(_slope(rest), x))
        height = Fraction(_at(rest, x))
        steps = [f"the logarithm is ln 1 = 0 there: y = {height}"]
        steps.append(f"y' = {_at(first, x)}*{rate} {signed(_at(_slope(rest), x))} = {slope}")
    level = height - slope * x
    return (slope, level), [*steps, f"b = {height} - {bracketed(slope)}*{bracketed(x)} = {level}"]


def _curve(params: Params) -> tuple[str, str]:
    """The curve, and the place on it."""
    kind, where, groups = params
    first = groups[0]
    if kind in ("polynomial", "normal"):
        return polynomial(first), str(where[0])
    if kind == "quotient":
        return f"({polynomial(first)})/({polynomial(groups[1])})", str(where[0])
    if kind == "root":
        factor = {1: "", -1: "-"}.get(first[0], f"{first[0]} ")
        return f"{factor}sqrt({polynomial(groups[1])})", str(where[0])
    if kind == "conic":
        a, b, c = first
        x, y = where
        left = sum_plain([(a, "x^2", ""), (b, "xy", ""), (c, "y^2", "")]).replace("*", "")
        return f"{left} = {a * x * x + b * x * y + c * y * y}", str(where)
    if kind == "exponential":
        return f"({polynomial(first)}) e^({polynomial(groups[1])})", str(where[0])
    if kind == "parameter":
        return f"x = {polynomial(first, 't')}, y = {polynomial(groups[1], 't')}", str(where[0])
    rest = polynomial(groups[2])
    return (
        f"({polynomial(first)}) ln({polynomial(groups[1])}) {f'- {rest[1:]}' if rest[0] == '-' else f'+ {rest}'}",
        str(where[0]),
    )


def pose(params: Params, rng: Random) -> Posed:
    curve, where = _curve(params)
    asked = rng.choice(_OTHERS.get(params[0], _ASKED)).format(f=curve, a=where)
    return Posed(prompt=f"{asked} {rng.choice(_FORM)}", reference=_reference(_work(params)[0]))


def _terms(line: Line) -> list[tuple[Fraction, str, str]]:
    return [(line[0], "x", "x"), (line[1], "", "")]


def _reference(line: Line) -> MathReference:
    return MathReference(answer=f"y = {sum_plain(_terms(line))}", type="equation")


def _latex(line: Line) -> str:
    return f"y = {sum_latex(_terms(line))}"


def solve(params: Params, rng: Random) -> str:
    line, steps = _work(params)
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(_latex(line))}"


def confirm(params: Params) -> MathReference:
    """sympy reads the curve as it is written and differentiates it; implicitly for a curve of second order."""
    import sympy
    from sympy.parsing.sympy_parser import (
        convert_xor,
        implicit_multiplication,
        parse_expr,
        split_symbols,
        standard_transformations,
    )

    kind, where, _ = params
    x, y, t = sympy.symbols("x y t")
    rules = (*standard_transformations, convert_xor, split_symbols, implicit_multiplication)
    names = {"x": x, "y": y, "t": t, "e": sympy.E, "ln": sympy.log, "sqrt": sympy.sqrt}

    def read(text: str) -> sympy.Expr:
        return parse_expr(text, local_dict=names, transformations=rules)

    curve, _ = _curve(params)
    point = list(map(sympy.Integer, where))
    if kind == "conic":
        left, right = curve.split(" = ")
        slope = sympy.idiff(read(left) - read(right), y, x).subs({x: point[0], y: point[1]})
    elif kind == "parameter":
        across, up = (read(part.split(" = ")[1]) for part in curve.split(", "))
        slope = (sympy.diff(up, t) / sympy.diff(across, t)).subs(t, point[0])
        point = [across.subs(t, point[0]), up.subs(t, point[0])]
    else:
        whole = read(curve)
        slope = sympy.diff(whole, x).subs(x, point[0])
        slope = -1 / slope if kind == "normal" else slope
        point = [point[0], whole.subs(x, point[0])]
    return _reference((Fraction(str(slope)), Fraction(str(point[1] - slope * point[0]))))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    (slope, level), _ = _work(params)
    candidates = (
        ("off_by_one", (slope, level + rng.choice((-1, 1)))),
        ("slope_off", (slope + 1, level)),
        ("slope_sign", (-slope, level)),
        ("right_angle", (-1 / slope, level) if slope else (Fraction(1), level)),
        ("intercept_sign", (slope, -level)),
        ("swapped", (level, slope)),
    )
    named = [(name, _latex(line)) for name, line in candidates]
    yield from wrong_answers(_latex((slope, level)), f"tangent of {_curve(params)[0]}", named)


FAMILY = Family(
    name="tangent_lines",
    version=1,
    kind="math",
    topic="calculus",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
