"""Division of polynomials: the remainder, or the quotient.

Level 1: the remainder of a quadratic by x - a, small. Level 2: the same with a in -9..9. Level 3: the remainder of a
cubic. Level 4: the quotient of a quadratic or a cubic by x - a, exact. Level 5: by ax + b. Level 6: the remainder of
a cubic by a quadratic; 7: of a quartic. Level 8: the quotient by a quadratic, with a remainder left over. Level 9:
degree five. Level 10: degree six by a cubic, quotient or remainder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tracemill.problems.coefficients import nonzero, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, signed, sympy_polynomial, wrong_answers
from tracemill.problems.types import MathReference

Poly = tuple[int, ...]

_ASKED = (
    "Find the {what} of ({p}) / ({d}).",
    "Divide {p} by {d}. What is the {what}?",
    "What is the {what} when {p} is divided by {d}?",
    "Give the {what} of the division of {p} by {d}.",
)


def sample(level: int, rng: Random) -> Params:
    """(whether the remainder is asked, dividend, divisor); every quotient has whole coefficients."""
    if level <= 3:
        reach = {1: 4, 2: 9, 3: 6}[level]
        degree = 3 if level == 3 else 2
        by = (1, nonzero(rng, reach))
        return (True, (rng.randint(1, 5), *(rng.randint(-9, 9) for _ in range(degree - 1)), nonzero(rng, 20)), by)
    if level in (4, 5):
        by = (1 if level == 4 else rng.randint(2, 5), nonzero(rng, 9))
        quotient = (rng.randint(1, 9), *(rng.randint(-15, 15) for _ in range(rng.randint(1, 2))))
        return (False, times(by, quotient), by)
    degree = {6: 3, 7: 4, 8: 4, 9: 5, 10: 6}[level]
    size = 3 if level == 10 else 2
    divisor = (1, *(rng.randint(-5, 5) for _ in range(size - 1)), nonzero(rng, 6))
    dividend = (rng.randint(1, 6), *(rng.randint(-9, 9) for _ in range(degree - 1)), nonzero(rng, 12))
    asks_remainder = {6: True, 7: True, 8: False}.get(level, rng.random() < 0.5)
    return (asks_remainder, dividend, divisor)


def _divmod(dividend: Poly, divisor: Poly) -> tuple[Poly, Poly]:
    rest, quotient = list(dividend), []
    for place in range(len(dividend) - len(divisor) + 1):
        quotient.append(rest[place] // divisor[0])
        for offset, value in enumerate(divisor):
            rest[place + offset] -= quotient[-1] * value
    remainder = rest[len(quotient) :]
    return tuple(quotient), tuple(remainder)


def _wanted(params: Params) -> Poly:
    asks_remainder, dividend, divisor = params
    return _divmod(dividend, divisor)[1 if asks_remainder else 0]


def _reference(coefficients: Sequence[int]) -> MathReference:
    return MathReference(answer=sympy_polynomial(coefficients), type="polynomial", form="expanded")


def pose(params: Params, rng: Random) -> Posed:
    asks_remainder, dividend, divisor = params
    asked = rng.choice(_ASKED[: 1 if len(dividend) == 3 and asks_remainder else 4])
    what = "remainder" if asks_remainder else "quotient"
    prompt = asked.format(what=what, p=polynomial(dividend), d=polynomial(divisor))
    return Posed(prompt=prompt, reference=_reference(_wanted(params)))


def solve(params: Params, rng: Random) -> str:
    """The remainder by x - a by Horner's scheme; else long division, one term of the quotient at a time."""
    asks_remainder, dividend, divisor = params
    final = boxed(polynomial(_wanted(params)))
    if asks_remainder and len(divisor) == 2:
        a, value, steps = -divisor[1], dividend[0], []
        for coefficient in dividend[1:]:
            steps.append(f"{value}*{bracketed(a)} {signed(coefficient)} = {value * a + coefficient}")
            value = value * a + coefficient
        return f"At x = {a}: {', '.join(steps)}. {final}"
    steps, rest = [], list(dividend)
    verb = rng.choice(("leaves", "taken away leaves"))
    for place in range(len(dividend) - len(divisor) + 1):
        factor = rest[place] // divisor[0]
        for offset, value in enumerate(divisor):
            rest[place + offset] -= factor * value
        power = len(dividend) - len(divisor) - place
        if factor:
            term = polynomial((factor, *(0,) * power))
            steps.append(f"{term} times {polynomial(divisor)} {verb} {polynomial(rest)}")
    return f"{'; '.join(steps) or 'Its degree is too low'}. {final}"


def confirm(params: Params) -> MathReference:
    """sympy's division."""
    import sympy

    x = sympy.Symbol("x")
    asks_remainder, dividend, divisor = params
    quotient, remainder = sympy.div(sympy.Poly(dividend, x), sympy.Poly(divisor, x), domain="QQ")
    return _reference([int(value) for value in (remainder if asks_remainder else quotient).all_coeffs()])


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    asks_remainder, dividend, divisor = params
    right = _wanted(params)
    other = _divmod(dividend, (*divisor[:-1], -divisor[-1]))[1 if asks_remainder else 0]
    candidates = (
        ("the_other_part", polynomial(_divmod(dividend, divisor)[0 if asks_remainder else 1])),
        ("sign_of_divisor", polynomial(other)),
        ("off_by_one", polynomial([*right[:-1], right[-1] + rng.choice((-1, 1))])),
        ("sign", polynomial([-value for value in right])),
    )
    yield from wrong_answers(polynomial(right), f"({polynomial(dividend)})/({polynomial(divisor)})", candidates)


FAMILY = Family(
    name="polynomial_division",
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
