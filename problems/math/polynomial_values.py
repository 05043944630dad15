"""Values of polynomials by Horner's scheme.

Level 1: a linear function. Level 2: a quadratic. Level 3: a cubic. Levels 4 and 5: degrees 4 and 5. Level 6: a
quadratic at a fraction; 7: a cubic at a fraction. Level 8: a linear function of a quadratic's value. Level 9: a
quadratic of a quadratic's value. Level 10: three functions, one inside the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.coefficients import nonzero
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import Number, boxed, bracketed, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

_ONE = (
    "If f(x) = {f}, find f({at}).",
    "What is {f} at x = {at}?",
    "Evaluate {f} for x = {at}.",
    "Let f(x) = {f}. Compute f({at}).",
)
_SEVERAL = (
    "Let {defined}. Compute {called}.",
    "If {defined}, what is {called}?",
    "Given {defined}, find {called}.",
)


def sample(level: int, rng: Random) -> Params:
    """(polynomials, the innermost first; numerator and denominator of the argument)."""
    if level == 1:
        return (((nonzero(rng, 9), nonzero(rng, 20)),), nonzero(rng, 12), 1)
    if level == 2:
        return (((nonzero(rng, 5), rng.randint(-9, 9), nonzero(rng, 9)),), nonzero(rng, 6), 1)
    if level <= 5:
        return ((_poly(level, rng),), nonzero(rng, 6), 1)
    if level <= 7:
        bottom = rng.randint(2, 5)
        return ((_poly(level - 4, rng),), rng.choice([n for n in range(-9, 10) if n % bottom]), bottom)
    degrees = {8: (2, 1), 9: (2, 2), 10: (2, 1, 2)}[level]
    return (tuple(_poly(degree, rng) for degree in degrees), nonzero(rng, 5), 1)


def _poly(degree: int, rng: Random) -> tuple[int, ...]:
    return (nonzero(rng, 6), *(rng.randint(-9, 9) for _ in range(degree - 1)), nonzero(rng, 12))


def _horner(coefficients: tuple[int, ...], at: Fraction, steps: list[str]) -> Fraction:
    value = Fraction(coefficients[0])
    for coefficient in coefficients[1:]:
        new = value * at + coefficient
        tail = f" {signed(coefficient)}" if coefficient else ""
        steps.append(f"{_number(value)}*{bracketed(at)}{tail} = {new}")
        value = new
    return value


def _number(value: Fraction) -> str:
    return str(value) if value.denominator == 1 else f"({value})"


def _value(params: Params, steps: list[str]) -> Fraction:
    functions, top, bottom = params
    value = Fraction(top, bottom)
    for coefficients in functions:
        value = _horner(coefficients, value, steps)
    return value


def _names(functions: tuple[tuple[int, ...], ...]) -> tuple[str, str]:
    """`f(x) = ..., g(x) = ...` with the outermost first, and what calls them."""
    names = "fgh"[: len(functions)]
    shown = [f"{name}(x) = {polynomial(f)}" for name, f in zip(names, reversed(functions), strict=True)]
    return ", ".join(shown), "(".join(names) + "({}" + ")" * len(names)


def pose(params: Params, rng: Random) -> Posed:
    functions, top, bottom = params
    at: Number = Fraction(top, bottom)
    if len(functions) == 1:
        easy = len(functions[0]) <= 3 and bottom == 1
        prompt = rng.choice(_ONE[: 2 if easy else 4]).format(f=polynomial(functions[0]), at=at)
    else:
        defined, called = _names(functions)
        prompt = rng.choice(_SEVERAL).format(defined=defined, called=called.format(at))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params, [])), type="rational"))


def solve(params: Params, rng: Random) -> str:
    steps: list[str] = []
    value = _value(params, steps)
    return f"{rng.choice((', ', '; ')).join(steps)}. {boxed(value)}"


def confirm(params: Params) -> MathReference:
    """Sums of powers, term by term, not Horner's scheme."""
    import sympy

    functions, top, bottom = params
    x, value = sympy.Symbol("x"), sympy.Rational(top, bottom)
    for coefficients in functions:
        expression = sum(c * x ** (len(coefficients) - 1 - i) for i, c in enumerate(coefficients))
        value = expression.subs(x, value)
    return MathReference(answer=str(value), type="rational")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    functions, top, bottom = params
    right = _value(params, [])
    candidates = (
        ("sign_of_argument", _value((functions, -top, bottom), [])),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("constant_lost", right - functions[-1][-1]),
        ("ten_more", right + 10),
    )
    defined, called = _names(functions)
    yield from wrong_answers(right, f"{called.format(Fraction(top, bottom))} for {defined}", candidates)


FAMILY = Family(
    name="polynomial_values",
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
