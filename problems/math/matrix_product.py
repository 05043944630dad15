"""Products of matrices, entry by entry: each is a row times a column.

Level 1: a 2 x 2 matrix times a column, entries 0 to 9. Level 2: two 2 x 2 matrices with entries 0 to 6. Level 3: the
same with entries of up to 9 and signs. Levels 4 and 5: 2 x 3 times 3 x 2, 3 x 2 times 2 x 3. Levels 6 and 7: 3 x 3,
up to 5 and 12. Level 8: three 2 x 2 matrices. Level 9: 3 x 3, 3 x 3 and 3 x 1. Level 10: three 3 x 3 matrices.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import Matrix, latex, plain, product, random_matrix, transposed
from tracemill.problems.text import boxed, bracketed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # rows and columns along the product, the smallest and the largest entry
    1: ((2, 2, 1), 0, 9),
    2: ((2, 2, 2), 0, 6),
    3: ((2, 2, 2), -9, 9),
    4: ((2, 3, 2), -6, 6),
    5: ((3, 2, 3), -9, 9),
    6: ((3, 3, 3), -5, 5),
    7: ((3, 3, 3), -12, 12),
    8: ((2, 2, 2, 2), -6, 6),
    9: ((3, 3, 3, 1), -6, 6),
    10: ((3, 3, 3, 3), -5, 5),
}
_ASKED = (
    "Compute the matrix product {}.",
    "What is {}?",
    "Multiply the matrices: {}.",
    "Find the product {} as a matrix.",
)


def sample(level: int, rng: Random) -> Params:
    """The matrices from left to right."""
    sizes, low, high = _SHAPES[level]
    return tuple(random_matrix(rng, m, n, low, high) for m, n in pairwise(sizes))


def _total(params: Params) -> Matrix:
    total = params[0]
    for matrix in params[1:]:
        total = product(total, matrix)
    return total


def pose(params: Params, rng: Random) -> Posed:
    shown = " ".join(map(latex, params)) if rng.random() < 0.6 else " times ".join(map(plain, params))
    return Posed(
        prompt=rng.choice(_ASKED).format(shown), reference=MathReference(answer=plain(_total(params)), type="matrix")
    )


def solve(params: Params, rng: Random) -> str:
    names = rng.choice(("row {} times column {}: ", "entry ({}, {}): "))
    total, lines = params[0], []
    for count, matrix in enumerate(params[1:], start=1):
        if len(params) > 2:
            lines.append(rng.choice(("First the left two:", "Start from the left:")) if count == 1 else "Then:")
        for i, row in enumerate(total, start=1):
            for j, column in enumerate(zip(*matrix, strict=True), start=1):
                terms = [f"{bracketed(x)}*{bracketed(y)}" for x, y in zip(row, column, strict=True)]
                value = sum(x * y for x, y in zip(row, column, strict=True))
                lines.append(f"{names.format(i, j)}{' + '.join(terms)} = {value}")
        total = product(total, matrix)
        if len(params) > 2:
            lines.append(f"So far {plain(total)}.")
    return "\n".join(lines) + f"\n{boxed(latex(total))}"


def confirm(params: Params) -> MathReference:
    """By sympy, from the right to the left."""
    import sympy

    total = sympy.Matrix(params[-1])
    for matrix in reversed(params[:-1]):
        total = sympy.Matrix(matrix) * total
    return MathReference(answer=plain(total.tolist()), type="matrix")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _total(params)
    i, j = rng.randrange(len(right)), rng.randrange(len(right[0]))
    off = [list(row) for row in right]
    off[i][j] += rng.choice((-1, 1))
    negative = [list(row) for row in right]
    negative[i][j] = -negative[i][j]
    candidates = [
        ("off_by_one", latex(off)),
        ("sign", latex(negative)),
        ("transposed", latex(transposed(right))),
        ("only_the_first", latex(params[0])),
    ]
    if len({len(matrix) for matrix in params} | {len(matrix[0]) for matrix in params}) == 1:
        candidates.append(("swapped", latex(_total(params[::-1]))))
        entries = tuple(
            tuple(x * y for x, y in zip(a, b, strict=True)) for a, b in zip(params[0], params[1], strict=True)
        )
        candidates.append(("entry_by_entry", latex(entries)))
    yield from wrong_answers(latex(right), " ".join(map(latex, params)), candidates)


FAMILY = Family(
    name="matrix_product",
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
