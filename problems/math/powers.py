"""Sums of powers and of roots that come out even.

Level 1: a square and a number. Level 2: two squares and a number. Level 3: multiples of powers with exponents of up
to 4. Level 4: a square root beside them; 5: a cube root too. Level 6: exponents such as 3/2. Level 7: negative
exponents. Levels 8 to 10: three, four and five terms of every kind.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Term = tuple[int, int, int, int]
"""(c, b, p, q) stands for c * b**(p/q), b being a perfect q-th power."""

_ASKED = ("Compute {}.", "What is {}?", "Evaluate {}.", "Find the exact value of {}.")


def sample(level: int, rng: Random) -> Params:
    """The terms in the order of the sum, the first positive."""
    if level == 1:
        return ((1, rng.randint(2, 15), 2, 1), (_sign(rng), rng.randint(1, 150), 1, 1))
    if level == 2:
        square, other = (1, rng.randint(2, 15), 2, 1), (_sign(rng), rng.randint(2, 15), 2, 1)
        return (square, other, (_sign(rng), rng.randint(1, 60), 1, 1))
    kinds = {
        3: ("power", "power"),
        4: ("power", "sqrt"),
        5: ("power", "sqrt", "cbrt"),
        6: ("power", "mixed"),
        7: ("power", "negative"),
        8: ("power", "mixed", "negative"),
        9: ("mixed", "negative", "power", "cbrt"),
        10: ("mixed", "negative", "mixed", "negative", "power"),
    }[level]
    terms = [_term(kind, rng, large=level > 3) for kind in kinds]
    rng.shuffle(terms)
    return (terms[0], *((_sign(rng) * c, b, p, q) for c, b, p, q in terms[1:]))


def _sign(rng: Random) -> int:
    return rng.choice((-1, 1))


def _term(kind: str, rng: Random, large: bool) -> Term:
    factor = rng.randint(1, 9)
    if kind == "power":
        exponent = rng.randint(2, 4)
        return (factor, rng.randint(2, {2: 25, 3: 12, 4: 8}[exponent] if large else 9), exponent, 1)
    if kind in ("sqrt", "cbrt"):
        q = 2 if kind == "sqrt" else 3
        return (factor, rng.randint(2, 30 if q == 2 else 12) ** q, 1, q)
    q = rng.randint(2, 4)
    root = rng.randint(2, {2: 12, 3: 6, 4: 4}[q])
    p = rng.choice([p for p in range(1, 5) if p % q]) if q != 4 else rng.choice((1, 3))
    if kind == "negative":
        return (factor, root, -rng.randint(1, 3), 1) if rng.random() < 0.5 else (factor, root**q, -p, q)
    return (factor, root**q, p, q)


def _power(b: int, p: int, q: int) -> str:
    if q == 1:
        return str(b) if p == 1 else f"{b}^{p}" if p > 0 else f"{b}^({p})"
    if p == 1 and q < 4:
        return f"{'sqrt' if q == 2 else 'cbrt'}({b})"
    return f"{b}^({p}/{q})"


def _shown(params: Params) -> str:
    text = ""
    for c, b, p, q in params:
        body = _power(b, p, q) if abs(c) == 1 else f"{abs(c)}*{_power(b, p, q)}"
        text += f" {'-' if c < 0 else '+'} {body}" if text else body
    return text


def _root(b: int, q: int) -> int:
    guess = round(b ** (1 / q))
    return next(r for r in (guess, guess - 1, guess + 1) if r**q == b)


def _value(term: Term) -> Fraction:
    c, b, p, q = term
    return c * Fraction(_root(b, q)) ** p


def pose(params: Params, rng: Random) -> Posed:
    easy = all(q == 1 and p in (1, 2) for _, _, p, q in params)
    total = sum((_value(term) for term in params), Fraction(0))
    prompt = rng.choice(_ASKED[: 2 if easy else 4]).format(_shown(params))
    return Posed(prompt=prompt, reference=MathReference(answer=str(total), type="rational"))


def solve(params: Params, rng: Random) -> str:
    steps, values = [], []
    for c, b, p, q in params:
        value = _value((1, b, p, q))
        if (p, q) != (1, 1):
            through = f"{_root(b, q)}^{p if p > 0 else f'({p})'} = " if q > 1 and p != 1 else ""
            steps.append(f"{_power(b, p, q)} = {through}{value}")
        if abs(c) > 1:
            steps.append(
                f"{abs(c)}*{value} = {abs(c) * value}"
                if value.denominator == 1
                else f"{abs(c)}*({value}) = {abs(c) * value}"
            )
        values.append(c * value)
    total = sum(values, Fraction(0))
    shown = str(values[0]) + "".join(f" {'-' if v < 0 else '+'} {abs(v)}" for v in values[1:])
    return f"{rng.choice((', ', '; ')).join([*steps, f'{shown} = {total}'])}. {boxed(total)}"


def confirm(params: Params) -> MathReference:
    """sympy takes the powers and roots themselves."""
    import sympy

    total = sum(c * sympy.Integer(b) ** sympy.Rational(p, q) for c, b, p, q in params)
    return MathReference(answer=str(total), type="rational")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    total = sum((_value(term) for term in params), Fraction(0))
    times = sum((c * Fraction(b * p, q) for c, b, p, q in params), Fraction(0))
    positive = sum((c * Fraction(_root(b, q)) ** abs(p) for c, b, p, q in params), Fraction(0))
    candidates = (
        ("times_the_exponent", times),
        ("sign_of_exponent_lost", positive),
        ("sign", -total),
        ("off_by_one", total + rng.choice((-1, 1))),
    )
    yield from wrong_answers(total, _shown(params), candidates)


FAMILY = Family(
    name="powers",
    version=1,
    kind="math",
    topic="arithmetic",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
