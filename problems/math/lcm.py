"""Least common multiples, from the greatest common divisor, and what depends on them.

Level 1: two numbers of up to 80. Level 2: up to 120. Level 3: up to 250. Levels 4 and 5: three numbers of up to 60
and 200. Level 6: the first time after 0 that three periods meet. Level 7: four numbers of up to 100. Level 8: the
smallest number that leaves one remainder by several. Levels 9 and 10: four and five numbers of up to 1,000 and 3,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from math import gcd, lcm
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, listed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {
    1: (2, 80),
    2: (2, 120),
    3: (2, 250),
    4: (3, 60),
    5: (3, 200),
    6: (3, 300),
    7: (4, 100),
    8: (4, 60),
    9: (4, 1000),
}
_ASKED = {
    "lcm": (
        "What is lcm({comma})?",
        "Find lcm({comma}).",
        "Find the least common multiple of {listed}.",
        "What is the smallest positive number divisible by all of {listed}?",
    ),
    "meet": (
        "Lights flash every {listed} seconds, all of them now. After how many seconds do they next flash together?",
        "Buses leave together, then every {listed} minutes. In how many minutes do they next leave together?",
    ),
    "rest": (
        "Find the smallest number above {rest} that leaves remainder {rest} when divided by each of {listed}.",
        "What is the smallest n > {rest} such that n leaves the remainder {rest} on division by {listed}?",
    ),
}


def sample(level: int, rng: Random) -> Params:
    """(what is asked, the remainder, different numbers in ascending order)."""
    how_many, most = _SHAPES.get(level, (5, 3000))
    kind = {6: "meet", 8: "rest"}.get(level, "lcm")
    shared = rng.randint(1, max(1, most // 12))
    while True:
        near = [rng.randint(1, most // shared) * shared for _ in range(how_many)]
        pool = {number if rng.random() < 0.6 else rng.randint(2, most) for number in near}
        numbers = sorted(pool)
        if len(numbers) == how_many and numbers[0] > 5:
            return (kind, rng.randint(1, 5) if kind == "rest" else 0, tuple(numbers))


def _value(params: Params) -> int:
    return params[1] + lcm(*params[2])


def pose(params: Params, rng: Random) -> Posed:
    kind, rest, numbers = params
    asked = rng.choice(_ASKED[kind][: 2 if kind == "lcm" and numbers[-1] <= 120 and len(numbers) == 2 else 4])
    prompt = asked.format(comma=", ".join(map(str, numbers)), listed=listed(numbers), rest=rest)
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    """Two at a time: divided by the greatest common divisor, then multiplied."""
    _, rest, numbers = params
    steps, value = [], numbers[0]
    for number in numbers[1:]:
        shared = gcd(value, number)
        part, both = value // shared, lcm(value, number)
        steps.append(f"gcd({value}, {number}) = {shared}, {value}/{shared} = {part}, {part}*{number} = {both}")
        value = both
    if rest:
        steps.append(f"{value} + {rest} = {value + rest}")
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(value + rest)}"


def confirm(params: Params) -> MathReference:
    """Multiples of the first numbers are tried until one fits the next."""
    value = params[2][0]
    for number in params[2][1:]:
        value = next(value * k for k in count(1) if value * k % number == 0)
    return MathReference(answer=str(params[1] + value), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    _, rest, numbers = params
    right, product = _value(params), 1
    for number in numbers:
        product *= number
    candidates = (
        ("product", product + rest),
        ("gcd", gcd(*numbers)),
        ("two_only", lcm(*numbers[:-1])),
        ("multiple", rest + 2 * (right - rest)),
        ("off_by_one", right + rng.choice((-1, 1))),
    )
    yield from wrong_answers(right, f"lcm({', '.join(map(str, numbers))})", candidates)


FAMILY = Family(
    name="lcm",
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
