"""Euler's totient: how many numbers are prime to a given one.

Level 1: of p^a * q^b, prime powers of up to 200. Level 2: of p^a * q^b * r^c, of up to 130. Level 3: of a number of
up to 50,000. Level 4: of up to 100,000. Level 5: how many numbers up to kn are prime to n. Level 6: how many numbers
up to n share a factor with it. Level 7: how many up to n have a given greatest common divisor with it. Level 8: the
totient of a product. Level 9: of a number with primes of up to 199. Level 10: numbers prime to n between two bounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import gcd, prod
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Pairs = tuple[tuple[int, int], ...]

_PRIMES = tuple(n for n in range(2, 200) if all(n % d for d in range(2, int(n**0.5) + 1)))
_POWERS = {  # prime powers of levels 1 and 2
    1: tuple((p, e) for p in _PRIMES for e in range(1, 8) if p**e <= 200),
    2: tuple((p, e) for p in _PRIMES[:18] for e in range(1, 8) if p**e <= 130),
}
_ASKED = {
    "phi": (
        "Compute phi({n}) (Euler's totient).",
        "What is Euler's phi({n})?",
        "How many numbers from 1 to {n} have no common factor with {n} but 1?",
        "How many of 1, 2, ..., {n} are coprime to {n}?",
    ),
    "upto": ("How many numbers from 1 to {bound} are coprime to {n}?", "Count the numbers up to {bound} prime to {n}."),
    "shared": (
        "How many numbers from 1 to {n} share a factor greater than 1 with {n}?",
        "How many of 1, 2, ..., {n} are not coprime to {n}?",
    ),
    "gcd": (
        "For how many k from 1 to {n} is gcd(k, {n}) = {bound}?",
        "How many numbers from 1 to {n} have greatest common divisor {bound} with {n}?",
    ),
    "between": (
        "How many numbers from {low} to {bound} are coprime to {n}?",
        "Count the numbers between {low} and {bound}, both included, that have no common factor with {n} but 1.",
    ),
}


def sample(level: int, rng: Random) -> Params:
    """(what is asked, whether n is shown in factors, its (prime, exponent) pairs, lower bound, bound or divisor)."""
    if level in (1, 2):
        while True:
            pairs = sorted(rng.sample(_POWERS[level], level + 1))
            if len({p for p, _ in pairs}) == level + 1:
                return ("phi", True, tuple(pairs), 0, 0)
    if level == 8:
        return ("phi", True, tuple((p, rng.randint(1, 4)) for p in sorted(rng.sample(_PRIMES[:9], 4))), 0, 0)
    if level == 9:
        large = [(p, 1) for p in rng.sample(_PRIMES[11:], 2)]
        small = [(p, rng.randint(1, 3)) for p in rng.sample(_PRIMES[:6], 1)]
        return ("phi", False, tuple(sorted(large + small)), 0, 0)
    n = _drawn(rng, {3: 50_000, 4: 100_000, 5: 2000, 6: 60_000, 7: 60_000, 10: 3000}[level])
    number = _number(n)
    if level == 5:
        return ("upto", False, n, 0, number * rng.randint(2, 30))
    if level == 6:
        return ("shared", False, n, 0, 0)
    if level == 7:
        divisor = _number(tuple((p, rng.randint(0, e)) for p, e in n))
        return ("gcd", False, n, 0, divisor)
    if level == 10:
        low = rng.randint(2, 2 * number)
        return ("between", False, n, low, low + rng.randint(50, 3 * number))
    return ("phi", False, n, 0, 0)


def _drawn(rng: Random, largest: int) -> Pairs:
    """The factors of a number between a tenth of `largest` and `largest`: two primes or more, all below 100."""
    while True:
        rest, pairs = rng.randint(largest // 10, largest), []
        for p in _PRIMES[:25]:
            exponent = 0
            while rest % p == 0:
                rest, exponent = rest // p, exponent + 1
            if exponent:
                pairs.append((p, exponent))
        if rest == 1 and len(pairs) > 1:
            return tuple(pairs)


def _number(pairs: Pairs) -> int:
    return prod(p**e for p, e in pairs)


def _factored(pairs: Pairs) -> str:
    return "*".join(f"{p}^{e}" if e > 1 else str(p) for p, e in pairs)


def _phi(pairs: Pairs) -> int:
    return prod((p - 1) * p ** (e - 1) for p, e in pairs)


def _coprime_upto(primes: list[int], bound: int) -> int:
    """By inclusion and exclusion over the primes."""
    return sum(
        (-1) ** size * (bound // prod(chosen))
        for size in range(len(primes) + 1)
        for chosen in combinations(primes, size)
    )


def _value(params: Params) -> int:
    kind, _, n, low, bound = params
    number = _number(n)
    if kind == "upto":
        return _phi(n) * (bound // number)
    if kind == "shared":
        return number - _phi(n)
    if kind == "gcd":
        return _phi(_divided(n, bound))
    if kind == "between":
        primes = [p for p, _ in n]
        return _coprime_upto(primes, bound) - _coprime_upto(primes, low - 1)
    return _phi(n)


def _divided(pairs: Pairs, divisor: int) -> Pairs:
    left = []
    for prime, exponent in pairs:
        while divisor % prime == 0:
            divisor, exponent = divisor // prime, exponent - 1
        if exponent:
            left.append((prime, exponent))
    return tuple(left)


def pose(params: Params, rng: Random) -> Posed:
    kind, in_factors, n, low, bound = params
    asked = _ASKED[kind][: 2 if in_factors else 4]
    shown = _factored(n) if in_factors else _number(n)
    prompt = rng.choice(asked).format(n=shown, low=low, bound=bound)
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    kind, in_factors, n, low, bound = params
    value, number, steps = _value(params), _number(n), []
    if not in_factors:
        steps.append(f"{number} = {_factored(n)}")
    if kind == "between":
        primes = [p for p, _ in n]
        upto, before = _coprime_upto(primes, bound), _coprime_upto(primes, low - 1)
        lead = rng.choice(("by inclusion and exclusion", "without the multiples of its primes"))
        steps.append(f"{lead} {upto} up to {bound} and {before} up to {low - 1}, {upto} - {before} = {value}")
        return f"{'; '.join(steps)}. {boxed(value)}"
    pairs = n
    if kind == "gcd":
        pairs = _divided(n, bound)
        steps.append(f"{number}/{bound} = {number // bound}, k = {bound}j with j coprime to it")
    parts = []
    for p, e in pairs:
        part = (p - 1) * p ** (e - 1)
        parts.append(part)
        if e > 1:
            steps.append(f"{p**e} - {p ** (e - 1)} = {part}" if not in_factors else f"{p - 1}*{p ** (e - 1)} = {part}")
    phi = prod(parts)
    steps.append(f"{'*'.join(map(str, parts))} = {phi}" if len(parts) > 1 else f"phi = {phi}")
    if kind == "upto":
        rounds = bound // number
        steps.append(
            f"{bound}/{number} = {rounds} {rng.choice(('such stretches', 'rounds'))}, {phi}*{rounds} = {value}"
        )
    if kind == "shared":
        steps.append(f"{number} - {phi} = {value}")
    joint = ", " if in_factors and len(pairs) < 4 else rng.choice((", ", "; "))
    return f"{joint.join(steps)}. {boxed(value)}"


def confirm(params: Params) -> MathReference:
    """Counted one by one where the range is small; a large factored number by sympy's totient."""
    kind, _, n, low, bound = params
    number = _number(n)
    if number > 100_000:
        import sympy

        return MathReference(answer=str(sympy.totient(number)), type="integer")
    wanted = bound if kind == "gcd" else 1
    first, last = (low, bound) if kind == "between" else (1, bound if kind == "upto" else number)
    count = sum(1 for k in range(first, last + 1) if gcd(k, number) == wanted)
    return MathReference(answer=str(number - count if kind == "shared" else count), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    _, _, n, _, bound = params
    right, number = _value(params), _number(n)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("number_less_one", number - 1),
        ("the_others", abs((bound or number) - right)),
        ("primes_less_one", prod(p - 1 for p, _ in n) + 1000),
        ("doubled", 2 * right),
    )
    yield from wrong_answers(right, f"\\phi({_factored(n)})", candidates)


FAMILY = Family(
    name="totient",
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
