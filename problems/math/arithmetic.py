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
    total, steps = params[0], []
    for term in params[1:]:
        steps.append(_columns(total, term))
        total += term
        if len(steps) < len(params) - 1:
            steps[-1] += f": {total}"
    return "; ".join(steps) + rng.choice((". ", ", so ")) + f"\\boxed{{{total}}}"


def _columns(left: int, right: int) -> str:
    """left + right from the last digit up, with what is carried or borrowed as one more summand; where the digits must
    be taken the other way round, that comes first."""
    if (left < 0) == (right < 0):
        first, second, sign = abs(left), abs(right), "+"
        head = f"-({first} + {second}): " if left < 0 else ""
    else:
        first, second, sign = max(abs(left), abs(right)), min(abs(left), abs(right)), "-"
        head = f"-({first} - {second}): " if left + right < 0 else "" if left > 0 else f"{first} - {second}: "
    shown, moved = [], 0
    while first or second:
        first, upper = divmod(first, 10)
        second, lower = divmod(second, 10)
        column = upper + lower + moved if sign == "+" else upper - lower - moved
        borrowed = column < 0
        text = str(upper + 10 * borrowed)
        if lower or second:
            text += f" {sign} {lower}"
        if moved:
            text += f" {sign} 1"
        value = column + 10 * borrowed
        shown.append(text if text == str(value) else f"{text} = {value}")
        moved = int(borrowed or column > 9)
        if not first and not second and sign == "+":
            break  # a last carry is written with the last column
    return head + ", ".join(shown)


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
