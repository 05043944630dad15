"""Sums and differences of whole numbers, worked column by column.

Level 1: two numbers of up to 2 digits, added. Level 2: two of up to 2 digits, added or subtracted (negative results
too). Level 3: three terms of up to 2 digits. From level 4 on, more digits and more terms, up to six terms of 6 digits
at level 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import MathReference

_SHAPES = {
    1: (2, 2),
    2: (2, 2),
    3: (3, 2),
    4: (3, 3),
    5: (3, 3),
    6: (4, 3),
    7: (4, 4),
    8: (5, 4),
    9: (5, 5),
    10: (6, 6),
}
_ASKED = ("Compute {}.", "What is {}?", "Find the value of {}.")


def sample(level: int, rng: Random) -> Params:
    """The signed terms, the first positive."""
    num_terms, num_digits = _SHAPES[level]
    low = 1 if num_digits <= 2 else 10 ** (num_digits - 2)
    signs = (1,) if level == 1 else (1, -1)
    first = rng.randrange(low, 10**num_digits)
    return (first, *(rng.choice(signs) * rng.randrange(low, 10**num_digits) for _ in range(num_terms - 1)))


def _shown(params: Params) -> str:
    return str(params[0]) + "".join(f" {'+' if term > 0 else '-'} {abs(term)}" for term in params[1:])


def pose(params: Params, rng: Random) -> Posed:
    return Posed(prompt=rng.choice(_ASKED).format(_shown(params)), reference=_reference(sum(params)))


def solve(params: Params, rng: Random) -> str:
    joint = rng.choice(("; ", ", then "))
    total, steps = params[0], []
    for term in params[1:]:
        tens = abs(term) // 10 * 10
        ones = abs(term) - tens
        sign = "+" if term > 0 else "-"
        unit = 1 if term > 0 else -1
        for part in (tens, ones):
            if part:
                steps.append(f"{total} {sign} {part} = {total + unit * part}")
                total += unit * part
    return f"{joint.join(steps)}. \\boxed{{{total}}}"


def _reference(total: int) -> MathReference:
    return MathReference(answer=str(total), type="integer")


def confirm(params: Params) -> MathReference:
    """sympy reads the sum as it is asked."""
    import sympy

    return _reference(int(sympy.sympify(_shown(params))))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    total = sum(params)
    yield "off_by_one", f"\\boxed{{{total + rng.choice((-1, 1))}}}"
    if total:
        yield "sign", f"\\boxed{{{-total}}}"
    yield "lost_carry", f"\\boxed{{{total - 10}}}"
    yield "echo", f"\\boxed{{{_shown(params)}}}"
    yield "empty", "\\boxed{}"
    yield "hedged", f"\\boxed{{{total}}} or \\boxed{{{total + 1}}}"


FAMILY = Family(
    name="arithmetic",
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
