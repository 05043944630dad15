"""Inverses and linear congruences, by Euclid's algorithm with factors kept.

Level 1: the inverse modulo up to 100. Level 2: up to 160. Level 3: up to 500. Levels 4 and 5: ax = b with moduli of
up to 100 and 500. Levels 6 and 7: inverses modulo up to 5,000 and 50,000. Levels 8 and 9: ax + c = b with moduli of
up to 2,000 and 20,000. Level 10: up to a million.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, signed, wrong_answers
from tracemill.problems.types import MathReference

_LARGEST = {1: 100, 2: 160, 3: 500, 4: 100, 5: 500, 6: 5000, 7: 50_000, 8: 2000, 9: 20_000, 10: 1_000_000}
_INVERSE = (
    "Inverse of {a} mod {m}?",
    "Find the inverse of {a} mod {m}.",
    "Which x from 0 to {last} has {a}*x = 1 (mod {m})?",
    "Find the multiplicative inverse of {a} modulo {m}, between 0 and {last}.",
)
_CONGRUENCE = (
    "Solve {left} = {b} (mod {m}) with 0 <= x < {m}.",
    "Find x from 0 to {last} such that {left} leaves the remainder {b} on division by {m}.",
    "Which x between 0 and {last} satisfies {left} = {b} mod {m}?",
)


def sample(level: int, rng: Random) -> Params:
    """(a, c, b, m) for ax + c = b modulo m, a prime to m; inverses have c = 0 and b = 1."""
    most = _LARGEST[level]
    while True:
        m = rng.randint(max(7, most // 8), most)
        a = rng.randint(2, m - 2)
        if gcd(a, m) == 1:
            break
    if level in (4, 5):
        return (a, 0, rng.randint(2, m - 1), m)
    if level > 7:
        return (a, rng.randint(1, m - 1), rng.randint(0, m - 1), m)
    return (a, 0, 1, m)


def _value(params: Params) -> int:
    a, c, b, m = params
    return (b - c) * pow(a, -1, m) % m


def pose(params: Params, rng: Random) -> Posed:
    a, c, b, m = params
    if (c, b) == (0, 1):
        prompt = rng.choice(_INVERSE[: 2 if m <= 160 else 4]).format(a=a, m=m, last=m - 1)
    else:
        left = f"{a}x {signed(c)}" if c else f"{a}x"
        prompt = rng.choice(_CONGRUENCE).format(left=left, b=b, m=m, last=m - 1)
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    a, c, b, m = params
    inverse, value = pow(a, -1, m), _value(params)
    if (c, b) == (0, 1) and m <= 160:
        return f"{a}*{inverse} = {a * inverse} = {a * inverse // m}*{m} + 1. {boxed(inverse)}"
    steps = _euclid(a, m)
    steps.append(f"{rng.choice(('so the inverse of', 'the inverse of'))} {a} is {inverse}")
    if (c, b) != (0, 1):
        right = (b - c) % m
        if c:
            steps.append(f"{a}x = {b} {signed(-c)} = {right} (mod {m})")
        steps.append(f"x = {inverse}*{right} = {inverse * right} = {value} (mod {m})")
    return f"{', '.join(steps)}. {boxed(value)}"


def _euclid(a: int, m: int) -> list[str]:
    """Remainders as multiples of a modulo m: `17 = 3*a` and so on, down to 1."""
    steps = []
    (before, factor_before), (rest, factor) = (m, 0), (a, 1)
    while rest != 1:
        quotient = before // rest
        (before, factor_before), (rest, factor) = (
            (rest, factor),
            (before - quotient * rest, factor_before - quotient * factor),
        )
        steps.append(f"{rest} = {factor}*{a} (mod {m})")
    return steps


def confirm(params: Params) -> MathReference:
    """Every x is tried, by adding."""
    a, c, b, m = params
    total = c % m
    for x in range(m):
        if total == b % m:
            return MathReference(answer=str(x), type="integer")
        total = (total + a) % m
    raise AssertionError(f"{params} has no solution")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    a, c, b, m = params
    right = _value(params)
    candidates = (
        ("off_by_one", (right + rng.choice((-1, 1))) % m),
        ("negative", m - right),
        ("not_reduced", right + m),
        ("not_inverted", (b - c) * a % m),
    )
    left = f"{a}x {signed(c)}" if c else f"{a}x"
    yield from wrong_answers(right, f"{left} \\equiv {b} \\pmod{{{m}}}", candidates)


FAMILY = Family(
    name="modular_inverse",
    version=1,
    kind="math",
    topic="number theory",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
