"""Determinants of integer matrices, from 2 x 2 to 5 x 5.

Level 1: 2 x 2, entries 0 to 9. Level 2: 2 x 2, entries -12 to 12. Levels 3 to 6: 3 x 3, entries of up to 3, 6, 9 and
15. Levels 7 to 9: 4 x 4, up to 3, 5 and 9. Level 10: 5 x 5, up to 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import bareiss, determinant, latex, plain, random_matrix
from tracemill.problems.text import boxed, bracketed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {
    1: (2, 9),
    2: (2, 12),
    3: (3, 3),
    4: (3, 6),
    5: (3, 9),
    6: (3, 15),
    7: (4, 3),
    8: (4, 5),
    9: (4, 9),
    10: (5, 5),
}
_ASKED = (
    "Compute the determinant of {}.",
    "What is the determinant of the matrix {}?",
    "Find det A for A = {}.",
    "The matrix {} is given. Find its determinant.",
)


def sample(level: int, rng: Random) -> Params:
    """The rows. Less than one matrix in ten is singular."""
    size, most = _SHAPES[level]
    matrix = random_matrix(rng, size, size, 0 if level == 1 else -most, most)
    if rng.random() < 0.9:
        while not determinant(matrix):
            matrix = random_matrix(rng, size, size, 0 if level == 1 else -most, most)
    return matrix


def pose(params: Params, rng: Random) -> Posed:
    shown = latex(params) if rng.random() < 0.6 else plain(params)
    reference = MathReference(answer=str(determinant(params)), type="integer")
    return Posed(prompt=rng.choice(_ASKED).format(shown), reference=reference)


def _two(a: int, b: int, c: int, d: int) -> str:
    return f"{bracketed(a)}*{bracketed(d)} - {bracketed(b)}*{bracketed(c)}"


def solve(params: Params, rng: Random) -> str:
    if len(params) == 2:
        (a, b), (c, d) = params
        start = rng.choice(("ad - bc = ", "The determinant is ad - bc: "))
        return f"{start}{_two(a, b, c, d)} = {a * d} - {bracketed(b * c)} = {a * d - b * c}. {boxed(a * d - b * c)}"
    return _expanded(params, rng) if len(params) == 3 else _eliminated(params, rng)


def _expanded(params: Params, rng: Random) -> str:
    """Along the first row."""
    lines = [rng.choice(("Expand along the first row.", "I expand by the entries of row 1."))]
    terms = []
    for j, value in enumerate(params[0]):
        left, right = (column for column in range(3) if column != j)
        a, b, c, d = params[1][left], params[1][right], params[2][left], params[2][right]
        minor = a * d - b * c
        lines.append(f"Minor of {value}: {_two(a, b, c, d)} = {minor}.")
        terms.append((f"{bracketed(value)}*{bracketed(minor)}", (-1) ** j * value * minor))
    total = sum(term for _, term in terms)
    lines.append(f"{terms[0][0]} - {terms[1][0]} + {terms[2][0]} = {total}.")
    return "\n".join(lines) + f"\n{boxed(total)}"


def _eliminated(params: Params, rng: Random) -> str:
    total, steps = bareiss(params)
    first = (
        "Eliminate without fractions: with the top left entry p as pivot, an entry x in a row that starts with h, "
        "below the entry t of the top row, becomes p*x - h*t, divided by the pivot before."
    )
    lines = [rng.choice((first, f"I use Bareiss' scheme. {first}"))]
    lines += [f"{text[0].upper()}{text[1:]}: {plain(left)}." for text, left in steps]
    swaps = sum(text.startswith("swap") for text, _ in steps)
    if len(steps[-1][1]) == 1 and swaps:
        lines.append(f"The last entry is {steps[-1][1][0][0]}; {swaps} row swap(s) give {total}.")
    else:
        lines.append(f"So the determinant is {total}.")
    return "\n".join(lines) + f"\n{boxed(total)}"


def confirm(params: Params) -> MathReference:
    """By sympy's Berkowitz algorithm, which does not eliminate."""
    import sympy

    return MathReference(answer=str(sympy.Matrix(params).det(method="berkowitz")), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = determinant(params)
    diagonal = other = 1
    for i, row in enumerate(params):
        diagonal *= row[i]
        other *= row[-1 - i]
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("trace", sum(row[i] for i, row in enumerate(params))),
        ("only_the_diagonal", diagonal),
        ("added", diagonal + other),
        ("another_instance", determinant((tuple(value + 1 for value in params[0]), *params[1:]))),
    )
    yield from wrong_answers(right, f"\\det{latex(params)}", candidates)


FAMILY = Family(
    name="determinant",
    version=1,
    kind="math",
    topic="linear algebra",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
