"""Inverses of matrices: the formula for 2 x 2, Gauss and Jordan above.

Levels 1 and 2: 2 x 2 with determinant 1 or -1, the first row up to 12 and 25. Levels 3 and 4: any 2 x 2 with entries of
up to 12 and 20, so the inverse has fractions. Levels 5 to 7: 3 x 3 with determinant 1, more and more mixed. Levels 8
and 9: any 3 x 3 with entries of up to 3 and 6. Level 10: 4 x 4 with determinant 1.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import (
    Matrix,
    determinant,
    latex,
    plain,
    random_matrix,
    reduced,
    transposed,
    unimodular,
)
from tracemill.problems.text import boxed, bracketed, wrong_answers
from tracemill.problems.types import MathReference

_MIXED = {5: (3, 6), 6: (3, 8), 7: (3, 10), 10: (4, 9)}  # size, row operations
_ANY = {3: (2, 12), 4: (2, 20), 8: (3, 3), 9: (3, 6)}  # size, largest entry
_ASKED = (
    "Find the inverse of the matrix {}.",
    "Compute the inverse of {}.",
    "What is A^{{-1}} for A = {}?",
    "Invert the matrix {}.",
)


def sample(level: int, rng: Random) -> Params:
    """The rows; never the identity."""
    while True:
        if level in _MIXED:
            size, moves = _MIXED[level]
            matrix, _ = unimodular(rng, size, moves)
        elif level <= 2:
            matrix = _two_by_two(rng, 12 if level == 1 else 25)
        else:
            size, most = _ANY[level]
            matrix = random_matrix(rng, size, size, -most, most)
            if not determinant(matrix):
                continue
        if sum(value == 0 for row in matrix for value in row) <= len(matrix):
            return matrix


def _two_by_two(rng: Random, most: int) -> Matrix:
    """Determinant 1 or -1; the first row's entries are of up to `most`, coprime and not zero."""
    while True:
        a, b = rng.randrange(-most, most + 1), rng.randrange(1, most + 1)
        if a and gcd(a, b) == 1:
            break
    d = pow(a, -1, b) - b * rng.randrange(-1, 3)
    sign = rng.choice((-1, 1))
    return ((sign * a, sign * b), ((a * d - 1) // b, d))


def _inverse(matrix: Matrix) -> Matrix:
    size = len(matrix)
    rows, _, _ = reduced(_beside_identity(matrix), size)
    return tuple(tuple(row[size:]) for row in rows)


def _beside_identity(matrix: Matrix) -> Matrix:
    return tuple((*row, *(int(i == j) for j in range(len(matrix)))) for i, row in enumerate(matrix))


def pose(params: Params, rng: Random) -> Posed:
    shown = latex(params) if rng.random() < 0.6 else plain(params)
    reference = MathReference(answer=plain(_inverse(params)), type="matrix")
    return Posed(prompt=rng.choice(_ASKED).format(shown), reference=reference)


def solve(params: Params, rng: Random) -> str:
    right = _inverse(params)
    if len(params) == 2:
        (a, b), (c, d) = params
        det = a * d - b * c
        swapped = plain(((d, -b), (-c, a)))
        start = rng.choice(("The determinant is", "det A ="))
        return (
            f"{start} {bracketed(a)}*{bracketed(d)} - {bracketed(b)}*{bracketed(c)} = {det}. "
            f"Swap the diagonal, change the other signs: {swapped}. Divide by {det}. {boxed(latex(right))}"
        )
    _, _, steps = reduced(_beside_identity(params), len(params))
    start = rng.choice(("Write the identity beside A and reduce A to the identity.", "Gauss-Jordan on [A | I]."))
    return "\n".join((start, *steps, f"The right half is the inverse. {boxed(latex(right))}"))


def confirm(params: Params) -> MathReference:
    """By sympy, from the adjugate."""
    import sympy

    return MathReference(answer=plain(sympy.Matrix(params).inv(method="ADJ").tolist()), type="matrix")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right, det = _inverse(params), determinant(params)
    i, j = (rng.randrange(len(params)) for _ in range(2))
    off = [list(row) for row in right]
    off[i][j] += rng.choice((-1, 1))
    candidates = (
        ("off_by_one", latex(off)),
        ("sign", latex([[-value for value in row] for row in right])),
        ("transposed", latex(transposed(right))),
        ("not_divided", latex([[value * det for value in row] for row in right])),
        ("each_entry_inverted", latex([[Fraction(1, value) if value else 0 for value in row] for row in params])),
    )
    yield from wrong_answers(latex(right), latex(params), candidates)


FAMILY = Family(
    name="matrix_inverse",
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
