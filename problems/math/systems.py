"""Two linear equations in two unknowns, solved by adding or subtracting multiples of them.

Level 1: x + y and x - y are given. Level 2: ax + y and bx + y. Level 3: ax + y and bx - cy, small. Levels 4 to 6:
general coefficients of up to 5, 7 and 9. From 7 on the solutions may be fractions with denominators of up to 5,
coefficients of up to 6, 9, 12 and, at level 10, 15.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, combination, signed, wrong_answers
from tracemill.problems.types import MathReference

_COEFFICIENT = {4: 5, 5: 7, 6: 9, 7: 6, 8: 9, 9: 12, 10: 15}
_ASKED = (
    "Solve {} and {}. Give (x, y).",
    "Find (x, y): {} and {}.",
    "If {} and {}, what is (x, y)?",
    "The numbers x and y satisfy {} and {}. Find (x, y).",
)


def sample(level: int, rng: Random) -> Params:
    """((a, b, c), (d, e, f)) for ax + by = c and dx + ey = f, all whole, with one solution."""
    if level == 1:
        x, y = rng.randrange(-30, 31), rng.randrange(-30, 31)
        return ((1, 1, x + y), (1, -1, x - y))
    if level == 2:
        x, y = rng.randrange(-9, 10), rng.randrange(-9, 10)
        small = rng.randrange(1, 6)
        large = rng.randrange(small + 1, 8)
        return ((large, 1, large * x + y), (small, 1, small * x + y))
    if level == 3:
        x, y, a, b, c = (*(rng.randrange(-9, 10) for _ in range(2)), *(rng.randrange(1, 6) for _ in range(3)))
        return ((a, 1, a * x + y), (b, -c, b * x - c * y))
    most = _COEFFICIENT[level]
    while True:
        a, b, d, e = [rng.randrange(-most, most + 1) for _ in range(4)]
        if 0 in (a, b, d, e) or a * e == b * d or a < 0:
            continue
        bottom = rng.randrange(1, 6) if level > 6 else 1
        tops = [rng.randrange(-12 * bottom, 12 * bottom + 1) for _ in range(2)]
        rights = [Fraction(p * tops[0] + q * tops[1], bottom) for p, q in ((a, b), (d, e))]
        scales = [right.denominator for right in rights]
        first = tuple(int(value * scales[0]) for value in (a, b, rights[0]))
        return (first, tuple(int(value * scales[1]) for value in (d, e, rights[1])))


def _shown(params: Params) -> tuple[str, str]:
    (a, b, c), (d, e, f) = params
    return f"{combination((a, b), 'xy')} = {c}", f"{combination((d, e), 'xy')} = {f}"


def _solution(params: Params) -> tuple[Fraction, Fraction]:
    (a, b, c), (d, e, f) = params
    return Fraction(c * e - b * f, a * e - b * d), Fraction(a * f - c * d, a * e - b * d)


def _pair(x: Fraction, y: Fraction) -> str:
    return f"({x}, {y})"


def _is_easy(params: Params) -> bool:
    return all(row[0] > 0 and abs(row[1]) == 1 for row in params)


def pose(params: Params, rng: Random) -> Posed:
    asked = _ASKED[: 2 if _is_easy(params) else 4]
    reference = MathReference(answer=_pair(*_solution(params)), type="tuple")
    return Posed(prompt=rng.choice(asked).format(*_shown(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    """Eliminate y, divide, put x into the first equation."""
    (a, b, c), (d, e, f) = params
    x, y = _solution(params)
    if b == 1 and e in (1, -1):
        work = f"{_x(a - e * d)} = {c} {signed(-e * f)} = {c - e * f}"
        slope, value = a - e * d, c - e * f
    else:
        first, second = rng.choice((("First", "second"), ("Equation 1", "equation 2")))
        slope, value = a * e - b * d, c * e - b * f
        work = f"{first} times {e} minus {second} times {b}: {_x(slope)} = {c * e} {signed(-b * f)} = {value}"
    if slope != 1 and b == 1:
        work += f", x = {x}"
    elif slope != 1:
        work += f", x = {value}/{slope if slope > 0 else f'({slope})'} = {x}"
    rest = f"{combination((b,), 'y')} = {c} {signed(-a * x)} = {c - a * x}"
    if b != 1:
        rest += f", y = {y}"
    return f"{work}; {rest}. {boxed(_pair(x, y))}"


def _x(coefficient: int) -> str:
    return combination((coefficient,), "x")


def confirm(params: Params) -> MathReference:
    import sympy

    unknowns = sympy.symbols("x y")
    rows = [[sympy.Integer(value) for value in row] for row in params]
    (pair,) = sympy.linsolve(sympy.Matrix(rows), unknowns)
    return MathReference(answer=f"({pair[0]}, {pair[1]})", type="tuple")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    x, y = _solution(params)
    step = rng.choice((-1, 1))
    candidates = (
        ("swapped", _pair(y, x)),
        ("sign", _pair(x, -y)),
        ("off_by_one", _pair(x + step, y)),
        ("only_x", x),
        ("right_sides", f"({params[0][2]}, {params[1][2]})"),
    )
    yield from wrong_answers(_pair(x, y), ", ".join(_shown(params)), candidates)


FAMILY = Family(
    name="systems",
    version=1,
    kind="math",
    topic="algebra",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
