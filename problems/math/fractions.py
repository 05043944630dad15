"""Sums and differences of fractions, brought to a common denominator and reduced.

Level 1: two fractions with one denominator of up to 20. Level 2: two with different denominators of up to 12. Level
3: of up to 20, fractions above 1 too. Levels 4 to 6: three fractions, denominators of up to 12, 16 and 20; 7 and 8:
four; 9: five; 10: six, up to 30.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd, lcm
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {2: (2, 12), 3: (2, 20), 4: (3, 12), 5: (3, 16), 6: (3, 20), 7: (4, 16), 8: (4, 24), 9: (5, 24), 10: (6, 30)}
_ASKED = ("Compute {}.", "What is {}?", "Work out {}.", "Find {} in lowest terms.")


def sample(level: int, rng: Random) -> Params:
    """(numerator, denominator) pairs in the order of the sum; the sign is the numerator's."""
    if level == 1:
        whole = rng.randrange(3, 21)
        return ((rng.randrange(1, whole), whole), (rng.choice((1, -1)) * rng.randrange(1, whole), whole))
    num_terms, largest = _SHAPES[level]
    terms: list[tuple[int, int]] = []
    while len(terms) < num_terms:
        bottom = rng.randrange(2, largest + 1)
        top = rng.randrange(1, 2 * bottom if level == 3 or level > 5 else bottom)
        if gcd(top, bottom) == 1 and not (terms and terms[-1][1] == bottom):
            terms.append((top if not terms else rng.choice((1, -1)) * top, bottom))
    return tuple(terms)


def _shown(params: Params) -> str:
    return f"{params[0][0]}/{params[0][1]}" + "".join(f" {'-' if a < 0 else '+'} {abs(a)}/{b}" for a, b in params[1:])


def _total(params: Params) -> Fraction:
    return sum((Fraction(a, b) for a, b in params), Fraction(0))


def pose(params: Params, rng: Random) -> Posed:
    asked = _ASKED[: 2 if len(params) == 2 else 4]
    reference = MathReference(answer=str(_total(params)), type="rational", form="reduced")
    return Posed(prompt=rng.choice(asked).format(_shown(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    """Two at a time: both over the common denominator, added, reduced."""
    joint = rng.choice(("; ", ", then ")) if len(params) > 2 else ""
    (top, bottom), steps = params[0], []
    for a, b in params[1:]:
        common = lcm(bottom, b)
        left, right = top * (common // bottom), a * (common // b)
        sign = "-" if a < 0 else "+"
        step = f"{top}/{bottom} {sign} {abs(a)}/{b} = "
        if bottom != b:
            step += f"{left}/{common} {sign} {abs(right)}/{common} = "
        total = Fraction(left + right, common)
        step += f"{left + right}/{common}"
        if str(total) != f"{left + right}/{common}":
            step += f" = {total}"
        steps.append(step)
        top, bottom = total.numerator, total.denominator
    return f"{joint.join(steps)}. {boxed(Fraction(top, bottom))}"


def confirm(params: Params) -> MathReference:
    """Over the product of all denominators, in whole numbers, then divided by each common factor in turn."""
    bottom = 1
    for _, b in params:
        bottom *= b
    top = sum(a * bottom // b for a, b in params)
    factor = 2
    while factor <= bottom:
        if top % factor or bottom % factor:
            factor += 1
        else:
            top, bottom = top // factor, bottom // factor
        if factor > 30:  # no denominator has a larger prime
            break
    return MathReference(answer=f"{top}/{bottom}" if bottom > 1 else str(top), type="rational", form="reduced")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    total = _total(params)
    tops = sum(a for a, _ in params)
    bottoms = sum(b for _, b in params)
    candidates = (
        ("added_across", Fraction(tops, bottoms)),
        ("sign", -total),
        ("off_by_one", Fraction(total.numerator + rng.choice((-1, 1)), total.denominator)),
        ("upside_down", Fraction(total.denominator, total.numerator or 1)),
    )
    yield from wrong_answers(total, _shown(params), candidates)


FAMILY = Family(
    name="fractions",
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
