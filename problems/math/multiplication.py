"""Products of two whole numbers, one digit of a factor at a time.

Level 1: up to 399 times one digit. Level 2: three digits times one digit. Level 3: up to 199 times two digits. Levels
4 and 5: 3 times 2 and 3 times 3 digits, negative numbers too; 6 and 7: 4 times 3 and 4 times 4; 8 to 10: 5 times 4, 5
times 5 and 6 times 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, wrong_answers
from tracemill.problems.types import MathReference

_BOUNDS = {  # first factor from, to; second factor from, to
    1: (12, 399, 2, 9),
    2: (101, 999, 2, 9),
    3: (11, 199, 11, 99),
    4: (101, 999, 11, 99),
    5: (101, 999, 101, 999),
    6: (1001, 9999, 101, 999),
    7: (1001, 9999, 1001, 9999),
    8: (10_001, 99_999, 1001, 9999),
    9: (10_001, 99_999, 10_001, 99_999),
    10: (100_001, 999_999, 100_001, 999_999),
}
_ASKED = ("Compute {}.", "What is {}?", "Find the product {}.", "Multiply: {}.")


def sample(level: int, rng: Random) -> Params:
    """(first factor, second factor), in the order asked."""
    low, high, least, most = _BOUNDS[level]
    a, b = rng.randint(low, high), rng.randint(least, most)
    if level > 3:
        a, b = rng.choice((1, 1, -1)) * a, rng.choice((1, 1, -1)) * b
    return (a, b)


def _shown(params: Params) -> str:
    return f"{params[0]}*{bracketed(params[1])}"


def pose(params: Params, rng: Random) -> Posed:
    asked = rng.choice(_ASKED[: 2 if 0 < params[1] < 10 else 4])
    reference = MathReference(answer=str(params[0] * params[1]), type="integer")
    return Posed(prompt=asked.format(_shown(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    """The first factor by each digit of the second; where that is one digit, its digits by the second."""
    a, b = abs(params[0]), abs(params[1])
    whole, split = (b, a) if b < 10 else (a, b)
    parts = [int(digit) * 10**place for place, digit in enumerate(reversed(str(split))) if digit != "0"][::-1]
    if b < 10:
        steps = [f"{part}*{whole} = {part * whole}" for part in parts]
    else:
        steps = [f"{whole}*{part} = {whole * part}" for part in parts]
    if len(parts) > 1:
        steps.append(f"{' + '.join(str(part * whole) for part in parts)} = {a * b}")
    if params[0] < 0 or params[1] < 0:
        both = params[0] < 0 and params[1] < 0
        steps.append(rng.choice(("both are negative, so +", "two signs, so +") if both else ("one sign, so -", "so -")))
        steps[-1] += str(a * b)
    return f"{', '.join(steps)}. {boxed(params[0] * params[1])}"


def confirm(params: Params) -> MathReference:
    """By halving and doubling."""
    a, b, total = abs(params[0]), abs(params[1]), 0
    while b:
        total += a if b & 1 else 0
        a, b = a + a, b >> 1
    negative = (params[0] < 0) != (params[1] < 0) and total
    return MathReference(answer=f"-{total}" if negative else str(total), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    a, b = params
    candidates = (
        ("off_by_one", a * b + rng.choice((-1, 1))),
        ("sign", -a * b),
        ("lost_carry", a * b - 10 ** rng.randrange(1, 3)),
        ("added", a + b),
        ("one_factor_off", a * (b + 1)),
    )
    yield from wrong_answers(a * b, _shown(params), candidates)


FAMILY = Family(
    name="multiplication",
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
