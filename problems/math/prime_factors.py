"""Prime factorisations; the answer is the tuple of prime factors in ascending order, each as often as it divides.

Level 1: up to 5,000 with primes of up to 47. Level 2: up to 30,000, primes of up to 97, at most four. Level 3: up to
100,000. Levels 4 and 5: numbers of up to 500,000 and 5 million. Level 6: two primes of up to 293 and small ones.
Level 7: two primes of up to 499. Level 8: three of up to 199. Level 9: two of up to 997 and small ones. Level 10:
three of up to 997.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

PRIMES = tuple(n for n in range(2, 1000) if all(n % d for d in range(2, int(n**0.5) + 1)))

_SMALL = {1: (47, 5000), 2: (97, 30_000), 3: (97, 100_000), 4: (97, 500_000), 5: (97, 5_000_000)}
_LARGE = {  # how many large primes, from, to, how many small ones
    6: (2, 31, 293, 2),
    7: (2, 101, 499, 2),
    8: (3, 23, 199, 1),
    9: (2, 199, 997, 2),
    10: (3, 101, 997, 1),
}
_ASKED = (
    "Prime factors of {} as an ascending tuple?",
    "List all prime factors of {} as a tuple.",
    "Write {} as a product of primes. Give the primes as a tuple in ascending order, repeated ones repeated.",
    "Factor {} into primes; answer with the tuple of all of them, smallest first, with multiplicity.",
)


def sample(level: int, rng: Random) -> Params:
    """The prime factors in ascending order."""
    if level <= 3:
        most, largest = _SMALL[level]
        while True:
            found = _factors(rng.randint(largest // 10, largest), most)
            if 1 < len(found) < (7 if level == 3 else 5):
                return found
    if level <= 5:
        most, largest = _SMALL[level]
        pool = [p for p in PRIMES if p <= most]
        while True:
            factors, product = list[int](), 1
            while True:
                prime = pool[rng.randrange(len(pool))]
                if product * prime > largest or len(factors) == 6:
                    break
                factors.append(prime)
                product *= prime
            if len(factors) > 1:
                return tuple(sorted(factors))
    count, low, high, small = _LARGE[level]
    pool = [p for p in PRIMES if low <= p <= high]
    return tuple(sorted([rng.choice(pool) for _ in range(count)] + [rng.choice(PRIMES[:6]) for _ in range(small)]))


def _factors(number: int, most: int) -> tuple[int, ...]:
    """Nothing where a prime above `most` divides the number."""
    found = []
    for prime in PRIMES:
        if prime > most:
            break
        while number % prime == 0:
            number //= prime
            found.append(prime)
    return tuple(found) if number == 1 else ()


def _product(factors: tuple[int, ...]) -> int:
    product = 1
    for factor in factors:
        product *= factor
    return product


def _tuple(factors: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, factors))})"


def pose(params: Params, rng: Random) -> Posed:
    prompt = rng.choice(_ASKED[: 2 if _product(params) <= 30_000 else 4]).format(_product(params))
    return Posed(prompt=prompt, reference=MathReference(answer=_tuple(params), type="tuple"))


def solve(params: Params, rng: Random) -> str:
    rest, steps = _product(params), []
    for factor in params[:-1]:
        steps.append(f"{rest}/{factor} = {rest // factor}")
        rest //= factor
    tail = f"; {rest} is prime" if rest > 47 and rng.random() < 0.5 else ""
    return f"{', '.join(steps)}{tail}. {boxed(_tuple(params))}"


def confirm(params: Params) -> MathReference:
    """sympy factors the number."""
    import sympy

    found = sorted(prime for prime, times in sympy.factorint(_product(params)).items() for _ in range(times))
    return MathReference(answer=_tuple(tuple(int(prime) for prime in found)), type="tuple")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    place = rng.randrange(len(params))
    off = tuple(sorted((*params[:place], params[place] + 2, *params[place + 1 :])))
    candidates = (
        ("one_missing", _tuple(params[1:])),
        ("one_off", _tuple(off)),
        ("two_multiplied", _tuple((params[0] * params[1], *params[2:]))),
        ("descending_and_one", _tuple((1, *params))),
        ("number_itself", str(_product(params))),
    )
    yield from wrong_answers(_tuple(params), f"{_product(params)}", candidates)


FAMILY = Family(
    name="prime_factors",
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
