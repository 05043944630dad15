"""Products and quotients of fractions, reduced.

Level 1: a fraction times a whole number. Level 2: two fractions multiplied, numbers of up to 12. Level 3: multiplied
or divided, up to 20. Levels 4 to 6: three fractions, up to 10, 15 and 20, negative ones too; 7 and 8: four; 9: five.
Level 10: six, up to 30.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {2: (2, 12), 3: (2, 20), 4: (3, 10), 5: (3, 15), 6: (3, 20), 7: (4, 15), 8: (4, 25), 9: (5, 25), 10: (6, 30)}
_ASKED = ("Compute {}.", "What is {}?", "Work out {}.", "Simplify {} to lowest terms.")


def sample(level: int, rng: Random) -> Params:
    """(operation, numerator, denominator) for each factor; the first operation is "*"."""
    if level == 1:
        bottom = rng.randint(3, 16)
        return (("*", rng.randrange(1, bottom), bottom), ("*", rng.randint(2, 40), 1))
    count, most = _SHAPES[level]
    factors: list[tuple[str, int, int]] = []
    while len(factors) < count:
        top, bottom = rng.randint(1, most), rng.randint(2, most)
        if gcd(top, bottom) == 1:
            operation = rng.choice("*/") if factors and level > 2 else "*"
            factors.append((operation, rng.choice((1, 1, -1)) * top if level > 3 else top, bottom))
    return tuple(factors)


def _one(top: int, bottom: int) -> str:
    return str(top) if bottom == 1 else f"({top}/{bottom})"


def _shown(params: Params) -> str:
    return _one(*params[0][1:]) + "".join(f" {operation} {_one(a, b)}" for operation, a, b in params[1:])


def _turned(params: Params) -> list[tuple[int, int]]:
    """Every factor as one to multiply by, the denominator positive."""
    pairs = [(a, b) if operation == "*" else (b, a) for operation, a, b in params]
    return [(a, b) if b > 0 else (-a, -b) for a, b in pairs]


def _value(params: Params) -> Fraction:
    value = Fraction(1)
    for top, bottom in _turned(params):
        value *= Fraction(top, bottom)
    return value


def pose(params: Params, rng: Random) -> Posed:
    asked = rng.choice(_ASKED[: 2 if len(params) == 2 else 4])
    reference = MathReference(answer=str(_value(params)), type="rational", form="reduced")
    return Posed(prompt=asked.format(_shown(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    """Divisors turned over; then all above, all below, and reduced."""
    pairs, steps = _turned(params), []
    if any(operation == "/" for operation, _, _ in params):
        product = "*".join(f"({a}/{b})" if b != 1 else bracketed(a) for a, b in pairs)
        steps.append(f"{rng.choice(('Turned over', 'With reciprocals'))}: {product}")
    above, below = 1, 1
    for top, bottom in pairs:
        above, below = above * top, below * bottom
    tops, bottoms = ([bracketed(pair[i]) for pair in pairs] for i in (0, 1))
    steps.append(f"{'*'.join(tops)} = {above}")
    if params[1][2] != 1 or len(params) > 2:
        steps.append(f"{'*'.join(bottoms)} = {below}")
    value = Fraction(above, below)
    if str(value) != f"{above}/{below}":
        steps.append(f"{above}/{below} = {value}")
    return f"{', '.join(steps)}. {boxed(value)}"


def confirm(params: Params) -> MathReference:
    """sympy reads the product as it is asked."""
    import sympy

    value = sympy.sympify(_shown(params), rational=True)
    return MathReference(answer=str(value), type="rational", form="reduced")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    value = _value(params)
    added = sum((Fraction(a, b) for a, b in _turned(params)), Fraction(0))
    not_turned = Fraction(1)
    for _, a, b in params:
        not_turned *= Fraction(a, b)
    candidates = (
        ("added", added),
        ("not_turned", not_turned),
        ("sign", -value),
        ("upside_down", 1 / value),
        ("off_by_one", Fraction(value.numerator + rng.choice((1, 2)), value.denominator)),
    )
    yield from wrong_answers(value, _shown(params), candidates)


FAMILY = Family(
    name="fraction_products",
    version=1,
    kind="math",
    topic="fractions",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
