"""Greatest common divisors by Euclid's algorithm.

Level 1: two numbers of up to 100 that take at most three divisions. Level 2: up to 200. Level 3: up to 1,000, at most
four. Levels 4 to 6: up to 2,000, 5,000 and 20,000, as many divisions as it takes. Levels 7 and 8: three numbers of up
to 1,000 and 10,000. Levels 9 and 10: four numbers of up to 50,000 and 1,000,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # how many numbers, the largest, the largest divisor planted, divisions at most
    1: (2, 100, 9, 3),
    2: (2, 200, 12, 3),
    3: (2, 1000, 15, 4),
    4: (2, 2000, 20, 99),
    5: (2, 5000, 50, 99),
    6: (2, 20_000, 400, 99),
    7: (3, 1000, 60, 99),
    8: (3, 10_000, 200, 99),
    9: (4, 50_000, 500, 99),
    10: (4, 1_000_000, 5000, 99),
}
_ASKED = (
    "What is gcd({})?",
    "Find gcd({}).",
    "Compute the greatest common divisor of {}.",
    "What is the largest number that divides all of {}?",
)


def sample(level: int, rng: Random) -> Params:
    """Numbers above 1, the largest first."""
    count, largest, most, divisions = _SHAPES[level]
    while True:
        planted = rng.randrange(1, most + 1)
        top = largest // planted
        numbers = sorted({planted * rng.randrange(1, top + 1) for _ in range(count)}, reverse=True)
        if len(numbers) == count and numbers[-1] > 1 and (divisions > 9 or len(_divisions(*numbers)) <= divisions):
            return tuple(numbers)


def _divisions(a: int, b: int) -> list[tuple[int, int, int]]:
    rows = []
    while b:
        rows.append((a, b, a % b))
        a, b = b, a % b
    return rows


def _shown(params: Params) -> str:
    return ", ".join(map(str, params))


def pose(params: Params, rng: Random) -> Posed:
    asked = _ASKED[: 2 if params[0] <= 200 else 4]
    return Posed(
        prompt=rng.choice(asked).format(_shown(params)),
        reference=MathReference(answer=str(gcd(*params)), type="integer"),
    )


def solve(params: Params, rng: Random) -> str:
    divisor, parts = params[0], list[str]()
    comma = rng.choice((", ", "; ")) if len(params) == 2 and params[0] > 1000 else ", "
    for number in params[1:]:
        large, small = max(divisor, number), min(divisor, number)
        parts.append(comma.join(f"{a} mod {b} = {r}" for a, b, r in _divisions(large, small)))
        divisor = gcd(large, small)
    joint = rng.choice(("; then ", "; next "))
    return f"{joint.join(parts)}. {boxed(divisor)}"


def confirm(params: Params) -> MathReference:
    """By trial: the largest divisor of the smallest number that divides all the others too."""
    least = min(params)
    small = [d for d in range(1, int(least**0.5) + 2) if least % d == 0]
    divisors = sorted({*small, *(least // d for d in small)}, reverse=True)
    return MathReference(answer=str(next(d for d in divisors if all(n % d == 0 for n in params))), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = gcd(*params)
    candidates = (
        ("off_by_one", right + 1),
        ("half", right // 2 if right % 2 == 0 else 2 * right),
        ("smallest", min(params)),
        ("multiple", right * rng.choice((2, 3))),
        ("difference", params[0] - params[1]),
    )
    yield from wrong_answers(right, f"\\gcd({_shown(params)})", candidates)


FAMILY = Family(
    name="gcd",
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
