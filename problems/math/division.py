"""Division with remainder of whole numbers, by long division; the answer is the pair (quotient, remainder).

Level 1: up to 499 by one digit. Level 2: three digits by up to 12. Level 3: four digits by up to 20; 4: by up to 50.
Levels 5 and 6: five and six digits by two digits; 7 and 8: six and seven digits by three; 9: eight digits by four.
Level 10: ten digits by five.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_BOUNDS = {  # dividend from, to; divisor from, to
    1: (20, 499, 2, 9),
    2: (100, 999, 3, 12),
    3: (1000, 9999, 6, 20),
    4: (1000, 9999, 13, 50),
    5: (10_000, 99_999, 13, 99),
    6: (100_000, 999_999, 23, 99),
    7: (100_000, 999_999, 101, 300),
    8: (1_000_000, 9_999_999, 101, 999),
    9: (10_000_000, 99_999_999, 1001, 9999),
    10: (1_000_000_000, 9_999_999_999, 10_001, 99_999),
}
_ASKED = (
    "Divide {} by {}: (quotient, remainder)?",
    "Divide {} by {}. Give (quotient, remainder).",
    "Find whole numbers q and r with {0} = {1}q + r and 0 <= r < {1}. Give (q, r).",
    "{} things are packed in boxes of {}. Give (full boxes, things left).",
)


def sample(level: int, rng: Random) -> Params:
    """(dividend, divisor)."""
    low, high, least, most = _BOUNDS[level]
    return (rng.randint(low, high), rng.randint(least, most))


def _pair(quotient: int, remainder: int) -> str:
    return f"({quotient}, {remainder})"


def pose(params: Params, rng: Random) -> Posed:
    asked = rng.choice(_ASKED[: 2 if params[0] < 1000 else 4])
    reference = MathReference(answer=_pair(*divmod(params[0], params[1])), type="tuple")
    return Posed(prompt=asked.format(*params), reference=reference)


def solve(params: Params, rng: Random) -> str:
    """Digit by digit from the left; digits that give 0 before the quotient begins are skipped."""
    dividend, divisor = params
    joint = rng.choice((", ", "; "))
    steps, rest, begun = [], 0, False
    for digit in str(dividend):
        rest = 10 * rest + int(digit)
        part, left = divmod(rest, divisor)
        begun = begun or part > 0
        if begun:
            steps.append(f"{rest} = {part}*{divisor} + {left}")
        rest = left
    return f"{joint.join(steps)}. {boxed(_pair(*divmod(dividend, divisor)))}"


def confirm(params: Params) -> MathReference:
    """The divisor, doubled as often as it fits, is taken away again and again."""
    rest, divisor = params
    quotient, step = 0, 1
    while divisor * 2 * step <= rest:
        step *= 2
    while step:
        if divisor * step <= rest:
            rest, quotient = rest - divisor * step, quotient + step
        step //= 2
    return MathReference(answer=_pair(quotient, rest), type="tuple")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    quotient, remainder = divmod(params[0], params[1])
    candidates = (
        ("off_by_one", _pair(quotient + rng.choice((-1, 1)), remainder)),
        ("remainder_off", _pair(quotient, remainder + 1)),
        ("swapped", _pair(remainder, quotient)),
        ("remainder_too_large", _pair(quotient - 1, remainder + params[1])),
        ("quotient_only", quotient),
    )
    yield from wrong_answers(_pair(quotient, remainder), f"{params[0]}/{params[1]}", candidates)


FAMILY = Family(
    name="division",
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
