"""Rank by row reduction: which columns of a matrix hold the pivots. (A rank alone could be guessed.)

Level 1: 3 x 3. Level 2: 3 x 4. Levels 3 and 4: 3 x 5, small and larger entries, from here on of rank 2 at least. Level
5: 4 x 5. Levels 6 and 7: 4 x 6, less and more mixed. Levels 8 and 9: 5 x 6 and 5 x 7. Level 10: 6 x 8.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import latex, plain, product, reduced, unimodular
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference
from tracemill.problems.words import listed

_SHAPES = {  # rows, columns, row operations, the largest entry of the reduced form
    1: (3, 3, 3, 5),
    2: (3, 4, 3, 3),
    3: (3, 5, 4, 5),
    4: (3, 5, 5, 8),
    5: (4, 5, 6, 6),
    6: (4, 6, 5, 4),
    7: (4, 6, 7, 6),
    8: (5, 6, 8, 4),
    9: (5, 7, 8, 4),
    10: (6, 8, 11, 4),
}
_ASKED = (
    "Row-reduce {} to find its rank. Which columns hold the pivots? Give the set of their numbers, counted from 1.",
    "The rank of {} is the number of its pivot columns. Give the set of the pivot columns' numbers (the first is 1).",
    "From left to right, which columns of {} are no linear combination of the columns before them (a zero column never "
    "counts)? Give the set of their numbers, the first column being 1.",
)


def sample(level: int, rng: Random) -> Params:
    """The rows. Every set of columns that can hold the pivots is equally likely; the first column is never zero."""
    num_rows, num_columns, moves, most = _SHAPES[level]
    while True:
        chosen = [column for column in range(num_columns) if rng.random() < 0.5]
        if 1 + (level >= 3) <= len(chosen) <= num_rows and (chosen[0] == 0 or num_columns <= 5):
            break
    echelon = [[0] * num_columns for _ in range(num_rows)]
    for i, pivot in enumerate(chosen):
        echelon[i][pivot] = 1
        for column in range(pivot + 1, num_columns):
            if column not in chosen:
                echelon[i][column] = rng.randrange(-most, most + 1)
    mixer, _ = unimodular(rng, num_rows, moves)
    matrix = product(mixer, tuple(map(tuple, echelon)))
    scales = [rng.choice((1, 1, 2, 3, -1)) for _ in range(num_rows)]
    return tuple(tuple(factor * value for value in row) for factor, row in zip(scales, matrix, strict=True))


def _pivots(params: Params) -> list[int]:
    """Counted from 1."""
    return [column + 1 for column in reduced(params, len(params[0]))[1]]


def _set(numbers: list[int]) -> str:
    return f"{{{', '.join(map(str, numbers))}}}"


def _boxed_set(numbers: list[int]) -> str:
    return f"\\{{{', '.join(map(str, numbers))}\\}}"


def pose(params: Params, rng: Random) -> Posed:
    shown = latex(params) if rng.random() < 0.6 else plain(params)
    reference = MathReference(answer=_set(_pivots(params)), type="set")
    return Posed(prompt=rng.choice(_ASKED).format(shown), reference=reference)


def solve(params: Params, rng: Random) -> str:
    _, _, steps = reduced(params, len(params[0]))
    numbers = _pivots(params)
    start = rng.choice(("Reduce, column by column.", "I row-reduce the matrix."))
    where = f"column{'s' if len(numbers) > 1 else ''} {listed(numbers)}"
    end = f"The leading ones stand in {where}: the rank is {len(numbers)}."
    return "\n".join((start, *steps, f"{end} {boxed(_boxed_set(numbers))}"))


def confirm(params: Params) -> MathReference:
    """By ranks: a column is a pivot column where the rank of the columns up to it grows (sympy)."""
    import sympy

    matrix = sympy.Matrix(params)
    ranks = [0, *(matrix[:, : k + 1].rank() for k in range(matrix.cols))]
    return MathReference(answer=_set([k for k in range(1, len(ranks)) if ranks[k] > ranks[k - 1]]), type="set")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right, columns = _pivots(params), len(params[0])
    shifted = [number - 1 for number in right]
    one = rng.choice(right)
    candidates = (
        ("counted_from_zero", _boxed_set(shifted)),
        ("one_missing", _boxed_set([number for number in right if number != one] or [columns + 1])),
        ("free_columns", _boxed_set([k for k in range(1, columns + 1) if k not in right] or [0])),
        ("first_columns", _boxed_set(list(range(1, len(right) + 1)))),
        ("only_the_rank", len(right) if right != [1] else 2),
        ("another_instance", _boxed_set([*right, columns + 1])),
    )
    yield from wrong_answers(_boxed_set(right), latex(params), candidates)


FAMILY = Family(
    name="matrix_rank",
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
