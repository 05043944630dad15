"""How many divisors a number has, and what they add up to, from its prime factors.

Level 1: the number of divisors of p^a * q^b. Level 2: of p^a * q^b * r^c. Level 3: the sum of the divisors of a number
in factors; 4: of a number of up to 40,000; 5: of up to 100,000. Level 6: of its even divisors. Level 7: of those that
are multiples of a given one. Level 8: of those that are squares. Level 9: of the common divisors of two numbers. Level
10: of the divisors of a number that do not divide another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import gcd, prod
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)
_POWERS = tuple((p, e) for p in PRIMES for e in range(1, 10) if p**e <= 300)
_KINDS = {6: "even", 7: "multiples", 8: "squares", 9: "common", 10: "not"}
_ASKED = {
    "count": ("How many divisors has {n}?", "Number of positive divisors of {n}?"),
    "sum": ("Find the sum of the positive divisors of {n}.", "What do all positive divisors of {n} add up to?"),
    "even": ("Find the sum of the even positive divisors of {n}.", "What do the even divisors of {n} add up to?"),
    "multiples": (
        "Find the sum of the positive divisors of {n} that are multiples of {m}.",
        "What do the divisors of {n} that are divisible by {m} add up to?",
    ),
    "squares": (
        "Find the sum of the positive divisors of {n} that are perfect squares.",
        "What do the square divisors of {n} add up to?",
    ),
    "common": (
        "Find the sum of the positive integers that divide both {n} and {m}.",
        "What do the common divisors of {n} and {m} add up to?",
    ),
    "not": (
        "Find the sum of the positive divisors of {n} that do not divide {m}.",
        "What do the divisors of {n} that are not divisors of {m} add up to?",
    ),
}

Factors = tuple[tuple[int, int], ...]  # (prime, exponent) pairs, primes ascending


def sample(level: int, rng: Random) -> Params:
    """(what is asked, whether n is shown in factors, n's (prime, exponent) pairs, m's pairs)."""
    if level in (1, 2):
        primes = sorted(rng.sample(PRIMES[:11], level + 1))
        return ("count", True, tuple((p, rng.randint(1, 10 - 2 * level)) for p in primes), ())
    if level == 3:
        while True:
            pairs = sorted(rng.sample(_POWERS, 3))
            if len({p for p, _ in pairs}) == 3:
                return ("sum", True, tuple(pairs), ())
    kind = _KINDS.get(level, "sum")
    while True:
        n, m = _two_numbers(rng) if kind in ("common", "not") else (_one_number(level, rng), ())
        if kind == "multiples":
            m = tuple((p, least) for p, e in n if (least := rng.randint(0, e)))
        if not _is_trivial(kind, n, m):
            return (kind, False, n, m)


def _one_number(level: int, rng: Random) -> Factors:
    if level == 8:
        return drawn_factors(lambda: rng.randint(6, 90) ** 2 * rng.randint(1, 900))
    most, step = (40_000 if level == 4 else 100_000), (2 if level == 6 else 1)
    return drawn_factors(lambda: rng.randrange(most // 20, most + 1, step))


def _two_numbers(rng: Random) -> tuple[Factors, Factors]:
    shared = number(drawn_factors(lambda: rng.randint(30, 3000)))
    n, m = (drawn_factors(lambda: shared * rng.randint(6, 120)) for _ in range(2))
    return n, m


def _is_trivial(kind: str, n: Factors, m: Factors) -> bool:
    """Whether the answer can be seen without a product of sums: one number divides the other, or hardly any is left."""
    if kind in ("common", "not"):
        return number(n) % number(m) == 0 or number(m) % number(n) == 0
    return kind == "multiples" and (not m or sum(len(some) > 1 for some in _exponents(kind, n, m)) < 2)


def drawn_factors(draw: Callable[[], int]) -> Factors:
    """The factors of a drawn number: two primes or more, all below 100."""
    while True:
        pairs = _factors(draw())
        if len(pairs) > 1:
            return pairs


def _factors(value: int) -> Factors:
    """Nothing where a prime above 100 divides the value."""
    pairs = []
    for prime in PRIMES:
        exponent = 0
        while value % prime == 0:
            value, exponent = value // prime, exponent + 1
        if exponent:
            pairs.append((prime, exponent))
    return tuple(pairs) if value == 1 else ()


def number(pairs: Factors) -> int:
    return prod(prime**exponent for prime, exponent in pairs)


def factored(pairs: Factors) -> str:
    return "*".join(f"{prime}^{exponent}" if exponent > 1 else str(prime) for prime, exponent in pairs)


def _exponents(kind: str, n: Factors, m: Factors) -> list[range]:
    """Of each prime of n, those that it has in the divisors asked for ("not": in those to take away)."""
    other = dict(m)

    def of(prime: int, exponent: int) -> range:
        if kind in ("common", "not"):
            return range(min(exponent, other.get(prime, 0)) + 1)
        least = other.get(prime, 0) if kind == "multiples" else 1 if (kind, prime) == ("even", 2) else 0
        return range(least, exponent + 1, 2 if kind == "squares" else 1)

    return [of(*pair) for pair in n]


def _sum(n: Factors, exponents: Sequence[range]) -> int:
    return prod(sum(p**k for k in some) for (p, _), some in zip(n, exponents, strict=True))


def _value(params: Params) -> int:
    kind, _, n, m = params
    exponents = _exponents(kind, n, m)
    if kind == "count":
        return prod(map(len, exponents))
    return _sum(n, _exponents("sum", n, ())) - _sum(n, exponents) if kind == "not" else _sum(n, exponents)


def pose(params: Params, rng: Random) -> Posed:
    kind, in_factors, n, m = params
    prompt = rng.choice(_ASKED[kind]).format(n=factored(n) if in_factors else number(n), m=number(m))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="integer"))


def _added(n: Factors, exponents: Sequence[range]) -> list[str]:
    """The sum of the powers of each prime, and their product."""
    steps, parts = [], []
    for (p, _), some in zip(n, exponents, strict=True):
        powers = [p**k for k in some]
        if len(powers) > 1:
            steps.append(f"{' + '.join(map(str, powers))} = {sum(powers)}")
        if powers != [1]:
            parts.append(sum(powers))
    return [*steps, f"{'*'.join(map(str, parts))} = {prod(parts)}"] if len(parts) > 1 else steps


def solve(params: Params, rng: Random) -> str:
    kind, in_factors, n, m = params
    value, steps = _value(params), []
    if not in_factors:
        steps.append(f"{number(n)} = {factored(n)}")
    if m and m != ((number(m), 1),):
        steps.append(f"{number(m)} = {factored(m)}")
    exponents = _exponents(kind, n, m)
    if kind == "count":
        steps.append(f"{'*'.join(str(len(some)) for some in exponents)} = {value}")
    elif kind == "not":
        every = _exponents("sum", n, ())
        all_of_them, both = _sum(n, every), _sum(n, exponents)
        steps += [f"all of {number(n)}: {'; '.join(_added(n, every))}"]
        steps += [f"those of both: {'; '.join(_added(n, exponents)) or 1}", f"{all_of_them} - {both} = {value}"]
    else:
        steps += _added(n, exponents) or ["only 1"]
    lead = "" if kind == "count" else rng.choice(("Powers of each prime: ", "By primes: "))
    return f"{lead}{rng.choice((', ', '; ')).join(steps)}. {boxed(value)}"


def divisors_of(n: Factors, in_factors: bool) -> list[int]:
    """Found in pairs by trial; those of a number in factors by listing products of powers."""
    if in_factors:
        divisors = [1]
        for prime, exponent in n:
            divisors = [d * prime**k for d in divisors for k in range(exponent + 1)]
        return divisors
    whole = number(n)
    small = [d for d in range(1, int(whole**0.5) + 1) if whole % d == 0]
    return list({*small, *(whole // d for d in small)})


def confirm(params: Params) -> MathReference:
    kind, in_factors, n, m = params
    other = number(m)
    kept = {
        "even": lambda d: d % 2 == 0,
        "multiples": lambda d: d % other == 0,
        "squares": lambda d: round(d**0.5) ** 2 == d,
        "common": lambda d: other % d == 0,
        "not": lambda d: other % d != 0,
    }.get(kind, lambda d: True)
    chosen = [d for d in divisors_of(n, in_factors) if kept(d)]
    return MathReference(answer=str(len(chosen) if kind == "count" else sum(chosen)), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, _, n, m = params
    right = _value(params)
    candidates = (
        ("counted", prod(map(len, _exponents(kind, n, m)))),
        ("all_of_them", _sum(n, _exponents("sum", n, ()))),
        ("exponents_multiplied", prod(e for _, e in n)),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("without_itself", right - (1 if kind == "count" else number(n))),
        ("doubled", 2 * right),
        ("number_itself", number(n)),
        ("gcd", gcd(number(n), number(m))),
    )
    yield from wrong_answers(right, f"d({factored(n)})", candidates)


FAMILY = Family(
    name="divisors",
    version=2,
    kind="math",
    topic="number theory",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
