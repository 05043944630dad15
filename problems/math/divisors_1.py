"""Version 1 of `divisors`, for the problems that it made: how many divisors a number has, and their sum.

Level 1: the number of divisors of p^a * q^b. Level 2: of p^a * q^b * r^c. Level 3: of a number of up to 60,000. Level
4: of its odd divisors, up to 100,000. Level 5: of those that are multiples of a given one. Level 6: of those that are
squares. Level 7: the sum of the divisors, factored; 8: of a number of up to 50,000. Level 9: the number of common
divisors of two numbers. Level 10: of the divisors of a number that do not divide another.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from math import gcd
from random import Random

from tracemill.problems.family import Params, Posed
from tracemill.problems.math import divisors
from tracemill.problems.math.divisors import PRIMES, divisors_of, drawn_factors, factored, number
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_POWERS = tuple((p, e) for p in PRIMES[:19] for e in range(1, 10) if p**e <= 1000)
_COMMON = {
    "count": 16,
    "odd": 8,
    "multiples": 4,
    "squares": 4,
    "common": 4,
}  # answers up to these would be good guesses
_ASKED = {
    "count": ("How many divisors has {n}?", "Number of positive divisors of {n}?"),
    "odd": ("How many odd positive divisors has {n}?", "Count the odd divisors of {n}."),
    "multiples": (
        "How many positive divisors of {n} are multiples of {m}?",
        "Count the divisors of {n} that are divisible by {m}.",
    ),
    "squares": ("How many positive divisors of {n} are perfect squares?", "Count the square divisors of {n}."),
    "sum": ("Find the sum of the positive divisors of {n}.", "What do all positive divisors of {n} add up to?"),
    "common": ("How many positive integers divide both {n} and {m}?", "Count the common divisors of {n} and {m}."),
    "not": (
        "How many positive divisors of {n} do not divide {m}?",
        "Count the divisors of {n} that are not divisors of {m}.",
    ),
}


def sample(level: int, rng: Random) -> Params:
    """(what is asked, whether n is shown in factors, n's (prime, exponent) pairs, m's pairs)."""
    if level in (1, 2):
        primes = sorted(rng.sample(PRIMES[:11], level + 1))
        return ("count", True, tuple((p, rng.randint(1, 10 - 2 * level)) for p in primes), ())
    if level == 7:
        while True:
            pairs = sorted(rng.sample(_POWERS, 3))
            if len({p for p, _ in pairs}) == 3:
                return ("sum", True, tuple(pairs), ())
    kind = {3: "count", 4: "odd", 5: "multiples", 6: "squares", 8: "sum", 9: "common", 10: "not"}[level]
    while True:
        params = _number_asked(kind, rng)
        if _value(params) > _COMMON.get(kind, 0) or rng.random() < 0.2:
            return params


def _number_asked(kind: str, rng: Random) -> Params:
    if kind == "squares":
        n = drawn_factors(lambda: rng.randint(6, 90) ** 2 * rng.randint(1, 900))
    elif kind in ("common", "not"):
        shared = number(drawn_factors(lambda: rng.randint(30, 3000)))
        n, m = (drawn_factors(lambda: shared * rng.randint(6, 120)) for _ in range(2))
        return (kind, False, n, m)
    else:
        most = {"count": 60_000, "sum": 50_000}.get(kind, 100_000)
        n = drawn_factors(lambda: rng.randint(most // 20, most))
    if kind == "multiples":
        m = tuple((p, rng.randint(0, e)) for p, e in n)
        return (kind, False, n, tuple(pair for pair in m if pair[1]) or (n[0],))
    return (kind, False, n, ())


def _parts(params: Params) -> list[int]:
    """One factor a prime, whose product is the answer (for "not": the number to take away, from those of n)."""
    kind, _, n, m = params
    other = dict(m)
    if kind == "sum":
        return [(p ** (e + 1) - 1) // (p - 1) for p, e in n]
    if kind == "odd":
        return [e + 1 for p, e in n if p != 2] or [1]
    if kind == "multiples":
        return [e - other.get(p, 0) + 1 for p, e in n]
    if kind == "squares":
        return [e // 2 + 1 for _, e in n]
    if kind in ("common", "not"):
        return [min(e, other.get(p, 0)) + 1 for p, e in n]
    return [e + 1 for _, e in n]


def _value(params: Params) -> int:
    product = 1
    for part in _parts(params):
        product *= part
    if params[0] == "not":
        return _value(("count", False, params[2], ())) - product
    return product


def pose(params: Params, rng: Random) -> Posed:
    kind, in_factors, n, m = params
    prompt = rng.choice(_ASKED[kind]).format(n=factored(n) if in_factors else number(n), m=number(m))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    kind, in_factors, n, m = params
    value, steps = _value(params), []
    if not in_factors:
        steps.append(f"{number(n)} = {factored(n)}")
    if m:
        steps.append(f"{number(m)} = {factored(m)}")
    parts = _parts(params)
    if kind == "sum":
        steps += [
            f"(1 + {' + '.join(str(p**k) for k in range(1, e + 1))}) = {part}"
            for (p, e), part in zip(n, parts, strict=True)
        ]
    product = f"{'*'.join(map(str, parts))} = {_value(params) if kind != 'not' else _value(('common', *params[1:]))}"
    if kind == "not":
        every = _value(("count", False, n, ()))
        steps.append(f"{product} divide both")
        product = f"{every} - {every - value} = {value}"
    lead = rng.choice(("choices for each prime: ", "exponents: ")) if not in_factors and kind != "sum" else ""
    steps.append(f"{lead}{product}" if kind != "not" else product)
    return f"{(', ' if len(steps) == 1 else rng.choice((', ', '; '))).join(steps)}. {boxed(value)}"


def confirm(params: Params) -> MathReference:
    kind, in_factors, n, m = params
    other = number(m)
    kept = {
        "odd": lambda d: d % 2 == 1,
        "multiples": lambda d: d % other == 0,
        "squares": lambda d: round(d**0.5) ** 2 == d,
        "common": lambda d: other % d == 0,
        "not": lambda d: other % d != 0,
    }.get(kind, lambda d: True)
    chosen = [d for d in divisors_of(n, in_factors) if kept(d)]
    return MathReference(answer=str(sum(chosen) if kind == "sum" else len(chosen)), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, _, n, m = params
    right, exponents = _value(params), 1
    for _, exponent in n:
        exponents *= exponent
    candidates = (
        ("exponents_multiplied", exponents),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("without_itself", right - (number(n) if kind == "sum" else 1)),
        ("doubled", 2 * right),
        ("number_itself", number(n)),
        ("gcd", gcd(number(n), number(m))),
    )
    yield from wrong_answers(right, f"d({factored(n)})", candidates)


FAMILY = replace(
    divisors.FAMILY, version=1, sample=sample, pose=pose, solve=solve, confirm=confirm, mistakes=mistakes, doc=__doc__
)
