"""Trigonometric equations, all solutions from 0 up to but not including 360 degrees.

Level 1: f(x + s) = v. Level 2: a f(x + s) = b. Level 3: a f(x + s) + b = c. Levels 4 and 5: f(2x + s) and f(3x + s).
Level 6: quadratic in f(x + s). Level 7: sine squared and cosine together. Level 8: with the double angle. Level 9:
quadratic in f(2x + s). Level 10: f(mx + s) = f(nx + t).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import Roots, plus, rational, root_terms, roots_plain, sum_plain, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SINES: dict[int, Roots] = {
    0: {},
    30: {1: Fraction(1, 2)},
    45: {2: Fraction(1, 2)},
    60: {3: Fraction(1, 2)},
    90: {1: Fraction(1)},
}
_TANS: dict[int, Roots] = {0: {}, 30: {3: Fraction(1, 3)}, 45: {1: Fraction(1)}, 60: {3: Fraction(1)}}
_ASKED = (
    "Solve {equation} for 0 <= x < 360, x in degrees.",
    "Find all x with 0 <= x < 360 (in degrees) for which {equation}.",
    "Which angles x, 0 <= x < 360 degrees, satisfy {equation}?",
)
_FORM = (
    "Answer with the set of numbers of degrees, as in {10, 20}.",
    "Give the set of all solutions in degrees, like {10, 20}.",
)


def sample(level: int, rng: Random) -> Params:
    """("one", f, k, s, a, b, v): a f(kx + s) + b = a v + b with v the value at an angle v of the first turn;
    ("square", f, k, s, how, p, q, r, t): (p u - q)(r u - t) = 0 for u = f(kx + s), written with squares, or the other
    function, or the double angle; ("same", f, m, s, n, t)."""
    params: Params
    if level == 10:
        while True:
            m, n = rng.sample(range(1, 5), 2)
            s, t = rng.randrange(-180, 181), rng.randrange(-180, 181)
            name = rng.choice(("sin", "cos"))
            params = ("same", name, max(m, n), s, min(m, n), t)
            if all(x.denominator == 1 for x in _solutions(params)):
                return params
    if level in (6, 7, 8, 9):
        return _quadratic(level, rng)
    name, k = rng.choice(("sin", "cos", "tan")), {4: 2, 5: 3}.get(level, 1)
    while True:
        angle = rng.choice((0, 30, 45, 60, 90, -30, -45, -60, -90) if name != "tan" else (0, 30, 45, 60, -30, -45, -60))
        if name == "cos":
            angle = 90 - angle
        shift = rng.randrange(-180, 181)
        a = 1 if level == 1 else rng.choice((-1, 1)) * rng.randrange(2, 13)
        b = 0 if level <= 2 else rng.choice((-1, 1)) * rng.randrange(1, 20)
        params = ("one", name, k, shift, a, b, angle)
        if all(x.denominator == 1 for x in _solutions(params)):
            return params


def _quadratic(level: int, rng: Random) -> Params:
    """Two factors with roots among 0, 1/2, -1/2, 1 and -1, the second perhaps out of reach."""
    k = 2 if level == 9 else 1
    name = rng.choice(("sin", "cos"))
    how = {6: "squares", 7: "other", 8: "double", 9: rng.choice(("squares", "other", "double"))}[level]
    while True:
        p, q = rng.choice(((2, 1), (2, -1), (1, 0), (1, 1), (1, -1)))
        if rng.random() < 0.15:
            r, t = rng.choice(((2, 1), (2, -1), (1, 1), (1, -1)))
        else:  # out of reach
            r = rng.randrange(1, 9)
            t = rng.choice((-1, 1)) * rng.randrange(r + 1, r + 19)
        if how == "double" and p * r % 2:
            continue  # cos 2y = 1 - 2 sin^2 y = 2 cos^2 y - 1
        params = ("square", name, k, rng.randrange(-180, 181), how, p, q, r, t)
        if (p, q) != (r, t) and gcd(r, t) == 1 and all(x.denominator == 1 for x in _solutions(params)):
            return params


def _value(name: str, angle: int) -> Roots:
    """At an angle from -90 to 90 (sine), 0 to 180 (cosine) or -60 to 60 (tangent)."""
    if name == "cos":
        name, angle = "sin", 90 - angle
    table = _TANS if name == "tan" else _SINES
    return times(table[abs(angle)], -1 if angle < 0 else 1)


def _angles(name: str, angle: int) -> list[int]:
    """All angles of one turn with the function's value at `angle`."""
    other = {"sin": 180 - angle, "cos": -angle, "tan": angle + 180}[name]
    return sorted({angle % 360, other % 360})


def _unwound(angles: list[int], k: int, shift: int) -> list[Fraction]:
    """All x of one turn with kx + shift at one of the angles."""
    return sorted({Fraction(angle - shift + 360 * turn, k) % 360 for angle in angles for turn in range(k)})


def _roots(params: Params) -> list[Fraction]:
    p, q, r, t = params[5:]
    return [Fraction(q, p), Fraction(t, r)]


def _inner_angles(name: str, value: Fraction) -> list[int]:
    """Where sine or cosine has a value of 0, 1/2, 1 or their opposites; none beyond 1."""
    sine = {Fraction(0): 0, Fraction(1, 2): 30, Fraction(1): 90}.get(abs(value))
    if sine is None:
        return []
    sine = -sine if value < 0 else sine
    return _angles(name, sine if name == "sin" else 90 - sine)


def _solutions(params: Params) -> list[Fraction]:
    if params[0] == "one":
        _, name, k, shift, _, _, angle = params
        return _unwound(_angles(name, angle), k, shift)
    if params[0] == "square":
        _, name, k, shift = params[:4]
        return _unwound(sorted({angle for value in _roots(params) for angle in _inner_angles(name, value)}), k, shift)
    _, name, m, s, n, t = params
    equal = {Fraction(t - s + 360 * turn, m - n) % 360 for turn in range(m - n)}
    rest = 180 - s - t if name == "sin" else -s - t
    mirrored = {Fraction(rest + 360 * turn, m + n) % 360 for turn in range(m + n)}
    return sorted(equal | mirrored)


def _inside(k: int, shift: int) -> str:
    multiple = "x" if k == 1 else f"{k}x"
    return f"{multiple} {'-' if shift < 0 else '+'} {abs(shift)}" if shift else multiple


def _joined(terms: list[tuple[int, str]]) -> str:
    """A sum such as `2 sin^2(x) - sin(x) - 1`."""
    return sum_plain([(value, symbol, "") for value, symbol in terms]).replace("*", " ")


def _equation(params: Params) -> str:
    name, k, shift = params[1], params[2], params[3]
    unit = f"({_inside(k, shift)})"
    if params[0] == "same":
        return f"{name}{unit} = {name}({_inside(params[4], params[5])})"
    if params[0] == "one":
        _, _, _, _, a, b, angle = params
        right = plus(times(_value(name, angle), a), rational(b))
        return f"{_joined([(a, f'{name}{unit}'), (b, '')])} = {sum_plain(root_terms(right))}"
    how, p, q, r, t = params[4:]
    square, linear, constant = p * r, -(p * t + q * r), q * t
    other = "cos" if name == "sin" else "sin"
    if how == "squares":
        return f"{_joined([(square, f'{name}^2{unit}'), (linear, f'{name}{unit}'), (constant, '')])} = 0"
    if how == "other":  # u^2 = 1 - other^2
        terms = [(-square, f"{other}^2{unit}"), (linear, f"{name}{unit}"), (constant + square, "")]
        return f"{_joined(terms)} = 0"
    double = f"cos({_inside(2 * k, 2 * shift)})"
    sign = -1 if name == "sin" else 1
    terms = [(sign * square // 2, double), (linear, f"{name}{unit}"), (constant + square // 2, "")]
    return f"{_joined(terms)} = 0"


def pose(params: Params, rng: Random) -> Posed:
    return Posed(
        prompt=f"{rng.choice(_ASKED).format(equation=_equation(params))} {rng.choice(_FORM)}",
        reference=_reference(_solutions(params)),
    )


def _braced(solutions: list[Fraction]) -> str:
    return ", ".join(map(str, solutions))


def _latex(solutions: list[Fraction]) -> str:
    return f"\\{{{_braced(solutions)}\\}}"


def _reference(solutions: list[Fraction]) -> MathReference:
    return MathReference(answer=f"{{{_braced(solutions)}}}", type="set")


def solve(params: Params, rng: Random) -> str:
    solutions, name = _solutions(params), params[1]
    inner = _inside(params[2], params[3])
    if params[0] == "one":
        _, _, _, _, _, _, angle = params
        angles = _angles(name, angle)
        steps = [
            f"{name}({inner}) = {roots_plain(_value(name, angle))}",
            f"{inner} is {' or '.join(map(str, angles))} and full turns more",
        ]
    elif params[0] == "square":
        steps = [f"with u = {name}({inner}) a quadratic, u = {' or '.join(map(str, _roots(params)))}"]
        for value in _roots(params):
            angles = _inner_angles(name, value)
            steps.append(
                f"u = {value}: {inner} is {' or '.join(map(str, angles))}" if angles else f"u = {value} is impossible"
            )
    else:
        _, _, m, s, n, t = params
        rest = 180 - s - t if name == "sin" else -s - t
        steps = [
            f"either {_inside(m - n, 0)} = {t - s} and full turns",
            f"or {_inside(m + n, 0)} = {rest} and full turns",
        ]
    opening = rng.choice(
        ("", "First the angles inside: " if params[0] != "same" else "Equal values have equal or mirrored angles: ")
    )
    return f"{opening}{'; '.join(steps)}; so x is {_braced(solutions)}. {boxed(_latex(solutions))}"


def confirm(params: Params) -> MathReference:
    """Every quarter of a degree is tried, and no change of sign may hide between two of them."""
    gap = _gap(params)
    found, grid = [], [Fraction(step, 4) for step in range(1441)]
    values = [gap(math.radians(x)) for x in grid]
    for index, (x, value) in enumerate(zip(grid[:-1], values, strict=False)):
        if abs(value) < 1e-9:
            found.append(x)
        elif value * values[index + 1] < 0 and abs(values[index + 1]) > 1e-9 and abs(value - values[index + 1]) < 5:
            found.append(x + Fraction(1, 8))  # a solution that is no quarter of a degree, or a pole of the tangent
    return _reference(found)


def _gap(params: Params) -> Callable[[float], float]:
    """Left side minus right side, as the equation is written, of x in radians."""
    name = params[1]
    f, s = getattr(math, name), math.radians(params[3])
    if params[0] == "same":
        m, n, t = params[2], params[4], math.radians(params[5])
        return lambda x: f(m * x + s) - f(n * x + t)
    k = params[2]
    if params[0] == "one":
        a, b, angle = params[4:]
        right = a * f(math.radians(angle)) + b
        return lambda x: a * f(k * x + s) + b - right
    how, p, q, r, t = params[4:]
    if how == "squares":
        return lambda x: (p * f(k * x + s) - q) * (r * f(k * x + s) - t)
    rest = math.cos if name == "sin" else math.sin
    sign = -1 if name == "sin" else 1
    if how == "other":
        return lambda x: p * r * (1 - rest(k * x + s) ** 2) - (p * t + q * r) * f(k * x + s) + q * t
    return lambda x: p * r * (1 + sign * math.cos(2 * k * x + 2 * s)) / 2 - (p * t + q * r) * f(k * x + s) + q * t


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    solutions = _solutions(params)
    shift = params[3] or 5
    sets = (
        ("one_missing", solutions[:-1]),
        ("one_too_many", sorted({*solutions, (solutions[0] + 90) % 360, (solutions[0] + 7) % 360})),
        ("shift_forgotten", sorted({(x + shift) % 360 for x in solutions})),
        ("sign", sorted({-x % 360 for x in solutions})),
        ("off_by_one", sorted({(x + rng.choice((-1, 1))) % 360 for x in solutions})),
        ("half_turn", sorted({(x + 90) % 360 for x in solutions})),
    )
    right = sorted(solutions)
    named = [(name, _latex(found)) for name, found in sets if found != right]
    yield from wrong_answers(_latex(solutions), _equation(params), named)


FAMILY = Family(
    name="trig_equations",
    version=1,
    kind="math",
    topic="trigonometry",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
