"""How many integer solutions x + y + ... = n has, within bounds, by stars and bars.

Level 1: two or three unknowns with small lower bounds. Level 2: three or four, n up to 30. Level 3: four, one of them
bounded above. Level 4: four or five, two bounded above. Level 5: the same with "at most n". Levels 6 to 8: four to
six unknowns, three bounded above. Levels 9 and 10: five and six unknowns, four bounded above, n up to 80.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import comb
from random import Random

from tracemill.problems.exact import listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # fewest and most unknowns, bounded above, largest lower bound, smallest and largest n, "at most n"
    1: (2, 3, 0, 6, 15, 40, False),
    2: (3, 4, 0, 6, 15, 40, False),
    3: (4, 4, 1, 6, 15, 55, False),
    4: (4, 5, 2, 5, 20, 50, False),
    5: (4, 5, 2, 5, 20, 50, True),
    6: (4, 5, 3, 4, 20, 50, False),
    7: (4, 6, 3, 4, 20, 50, True),
    8: (5, 6, 3, 5, 30, 60, True),
    9: (5, 6, 4, 5, 30, 60, False),
    10: (5, 6, 4, 5, 40, 80, True),
}
_ASKED = (
    "How many integer solutions ({names}) does {equation} have with {bounds}?",
    "Find the number of integer solutions ({names}) of {equation} with {bounds}.",
    "Integers {listed} satisfy {equation}, with {bounds}. How many different choices of ({names}) are there?",
)


def sample(level: int, rng: Random) -> Params:
    """(n, whether the sum may be less, (lower bound, upper bound or -1) of each unknown in ascending order)."""
    fewest, most, num_upper, largest, low_n, high_n, at_most = _SHAPES[level]
    while True:
        count = rng.randrange(fewest, most + 1)
        lows = [rng.randrange(0, largest + 1) for _ in range(count)]
        bounds = tuple(sorted((low, low + rng.randrange(3, 16) if i < num_upper else -1) for i, low in enumerate(lows)))
        params = (rng.randrange(low_n, high_n + 1), at_most, bounds)
        if _parts(params)[0][2] > 0 and _count(params) > 1:
            return params


def _parts(params: Params) -> list[tuple[int, int, int]]:
    """Inclusion and exclusion over the upper bounds broken: (sign, what is left to spread, solutions)."""
    n, at_most, bounds = params
    rest = n - sum(low for low, _ in bounds)
    bars = len(bounds) - 1 + at_most
    excess = [high - low + 1 for low, high in bounds if high >= 0]
    parts = []
    for size in range(len(excess) + 1):
        for broken in combinations(excess, size):
            left = rest - sum(broken)
            if left >= 0 or not size:
                parts.append(((-1) ** size, left, comb(left + bars, bars) if left >= 0 else 0))
    return parts


def _count(params: Params) -> int:
    return sum(sign * ways for sign, _, ways in _parts(params))


def _equation(params: Params, names: str) -> str:
    return f"{' + '.join(names)} {'<=' if params[1] else '='} {params[0]}"


def pose(params: Params, rng: Random) -> Posed:
    bounds = params[2]
    names = rng.choice(("abcdef", "pqrstu", "uvwxyz"))[: len(bounds)]
    shuffled = rng.sample(bounds, len(bounds))
    shown = [
        f"{name} >= {a}" if b < 0 else f"{a} <= {name} <= {b}" for name, (a, b) in zip(names, shuffled, strict=True)
    ]
    prompt = rng.choice(_ASKED).format(
        names=", ".join(names), listed=listed(names), equation=_equation(params, names), bounds=", ".join(shown)
    )
    return Posed(prompt=prompt, reference=MathReference(answer=str(_count(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    n, at_most, bounds = params
    lows = sum(low for low, _ in bounds)
    bars = len(bounds) - 1 + at_most
    steps = [
        rng.choice(("Take off the lower bounds", "Shift every unknown by its lower bound"))
        + f": {n} - {lows} = {n - lows}"
    ]
    if at_most:
        steps.append("one more unknown takes up the slack")
    parts = _parts(params)
    for index, (_, left, ways) in enumerate(parts):
        before = (
            ""
            if index == 0
            else "a broken upper bound leaves "
            if index <= sum(b >= 0 for _, b in bounds)
            else "several leave "
        )
        steps.append(f"{before}{left}: C({left + bars}, {bars}) = {ways}")
    answer = _count(params)
    if len(parts) > 1:
        sums = "".join(f" {'-' if sign < 0 else '+'} {ways}" for sign, _, ways in parts[1:])
        steps.append(f"{parts[0][2]}{sums} = {answer}")
    return f"{'; '.join(steps)}. {boxed(answer)}"


def confirm(params: Params) -> MathReference:
    """Sums are counted unknown by unknown, every allowed value tried."""
    n, at_most, bounds = params
    ways = [1] + [0] * n
    for low, high in bounds:
        top = n if high < 0 else high
        ways = [sum(ways[total - value] for value in range(low, min(top, total) + 1)) for total in range(n + 1)]
    return MathReference(answer=str(sum(ways) if at_most else ways[n]), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    n, at_most, bounds = params
    right = _count(params)
    k = len(bounds)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("bounds_forgotten", comb(n + k - 1, k - 1)),
        ("upper_bounds_forgotten", _parts(params)[0][2]),
        ("one_bar_more", comb(n - sum(low for low, _ in bounds) + k, k)),
        ("slack_swapped", _count((n, not at_most, bounds))),
    )
    yield from wrong_answers(right, _equation(params, "abcdef"[:k]), candidates)


FAMILY = Family(
    name="stars_and_bars",
    version=1,
    kind="math",
    topic="combinatorics",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
