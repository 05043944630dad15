"""Fractions put in order by a common denominator; the answer is the ordered tuple.

Level 1: three proper fractions with denominators of up to 9, increasing. Level 2: up to 12. Level 3: up to 20,
increasing or decreasing. Levels 4 and 5: four fractions, up to 15 and 24; 6 and 7: five, up to 20 and 30, negative
ones too; 8: six; 9: seven. Level 10: eight, up to 60.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cmp_to_key
from math import gcd, lcm
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {
    1: (3, 9),
    2: (3, 12),
    3: (3, 20),
    4: (4, 15),
    5: (4, 24),
    6: (5, 20),
    7: (5, 30),
    8: (6, 36),
    9: (7, 48),
    10: (8, 60),
}
_ASKED = (
    "Sort {fractions} in {order} order.",
    "Put {fractions} in {order} order.",
    "Order {fractions} from {first} to {last}.",
    "Write {fractions} as a list from {first} to {last}.",
)


def sample(level: int, rng: Random) -> Params:
    """(whether the order is increasing, the fractions as pairs in the order given, all different and reduced)."""
    count, most = _SHAPES[level]
    chosen: list[tuple[int, int]] = []
    while len(chosen) < count:
        bottom = rng.randint(2, most)
        pair = (rng.randrange(1, bottom), bottom)
        if gcd(*pair) == 1 and pair not in chosen:
            chosen.append((rng.choice((1, 1, -1)) * pair[0], bottom) if level > 5 else pair)
    return (level < 3 or rng.random() < 0.5, tuple(dict.fromkeys(chosen)))


def _ordered(params: Params) -> list[Fraction]:
    increasing, pairs = params
    return sorted((Fraction(a, b) for a, b in pairs), reverse=not increasing)


def _listing(fractions: list[Fraction]) -> str:
    return f"({', '.join(map(str, fractions))})"


def _words(params: Params) -> dict[str, str]:
    increasing, pairs = params
    first, last = ("smallest", "largest") if increasing else ("largest", "smallest")
    order = "increasing" if increasing else "decreasing"
    return {"fractions": ", ".join(f"{a}/{b}" for a, b in pairs), "order": order, "first": first, "last": last}


def pose(params: Params, rng: Random) -> Posed:
    asked = rng.choice(_ASKED[: 2 if len(params[1]) == 3 and params[0] else 4])
    reference = MathReference(answer=_listing(_ordered(params)), type="tuple")
    return Posed(prompt=asked.format(**_words(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    pairs = params[1]
    common = lcm(*(b for _, b in pairs))
    over = ", ".join(f"{a * (common // b)}/{common}" for a, b in pairs)
    lead = rng.choice(("", "Over one denominator: ")) if len(pairs) > 3 else ""
    return f"{lead}{over}. {boxed(_listing(_ordered(params)))}"


def _compared(first: tuple[int, int], second: tuple[int, int]) -> int:
    return first[0] * second[1] - second[0] * first[1]


def confirm(params: Params) -> MathReference:
    """Sorted by cross multiplication, two at a time."""
    increasing, pairs = params
    ordered = sorted(pairs, key=cmp_to_key(_compared))
    if not increasing:
        ordered.reverse()
    return MathReference(answer=f"({', '.join(f'{a}/{b}' for a, b in ordered)})", type="tuple")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _ordered(params)
    place = rng.randrange(len(right) - 1)
    swapped = [*right[:place], right[place + 1], right[place], *right[place + 2 :]]
    candidates = (
        ("reversed", _listing(right[::-1])),
        ("two_swapped", _listing(swapped)),
        ("one_missing", _listing(right[1:])),
        ("by_denominator", _listing(sorted(right, key=lambda f: (f.denominator, f.numerator)))),
    )
    yield from wrong_answers(_listing(right), f"sort({_words(params)['fractions']})", candidates)


FAMILY = Family(
    name="fraction_order",
    version=1,
    kind="math",
    topic="fractions",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
