"""Small exact matrices for the families of linear algebra: tuples of rows of ints or Fractions. No floats, no sympy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from random import Random

from tracemill.problems.text import Number

Matrix = tuple[tuple[Number, ...], ...]


def plain(matrix: Iterable[Sequence[Number]]) -> str:
    """`[[1, 2], [3, 4]]`, as references are written."""
    return "[" + ", ".join(f"[{', '.join(map(str, row))}]" for row in matrix) + "]"


def latex(matrix: Iterable[Sequence[Number]]) -> str:
    """A pmatrix; fractions as `1/2`."""
    return "\\begin{pmatrix}" + "\\\\".join(" & ".join(map(str, row)) for row in matrix) + "\\end{pmatrix}"


def vector(values: Sequence[Number]) -> str:
    """`(1, -2, 3)`."""
    return f"({', '.join(map(str, values))})"


def random_matrix(rng: Random, rows: int, columns: int, low: int, high: int) -> tuple[tuple[int, ...], ...]:
    """Entries from low to high, both included."""
    span = high - low + 1
    return tuple(tuple(low + int(rng.random() * span) for _ in range(columns)) for _ in range(rows))


def product(a: Matrix, b: Matrix) -> Matrix:
    columns = tuple(zip(*b, strict=True))
    return tuple(tuple(sum(x * y for x, y in zip(row, column, strict=True)) for column in columns) for row in a)


def transposed(matrix: Matrix) -> Matrix:
    return tuple(zip(*matrix, strict=True))


def bareiss(matrix: Matrix) -> tuple[int, list[tuple[str, list[list[int]]]]]:
    """Determinant of an integer matrix without fractions, and the steps (what was done, what is left).

    Bareiss 1968: every step multiplies out 2 x 2 determinants and divides exactly by the pivot before.
    """
    left = [[int(value) for value in row] for row in matrix]
    sign, before = 1, 1
    steps: list[tuple[str, list[list[int]]]] = []
    while len(left) > 1:
        swap = next((i for i, row in enumerate(left) if row[0]), None)
        if swap is None:
            return 0, [*steps, ("the first column is zero", left)]
        if swap:
            left[0], left[swap], sign = left[swap], left[0], -sign
            steps.append((f"swap rows 1 and {swap + 1} (the sign changes)", [row[:] for row in left]))
        top = left[0]
        left = [
            [(top[0] * x - row[0] * y) // before for x, y in zip(row[1:], top[1:], strict=True)] for row in left[1:]
        ]
        divided = f", divided by {before}" if before != 1 else ""
        steps.append((f"pivot {top[0]}{divided}", left))
        before = top[0]
    return sign * left[0][0], steps


def determinant(matrix: Matrix) -> int:
    return bareiss(matrix)[0]


def reduced(matrix: Matrix, columns: int) -> tuple[list[list[Fraction]], list[int], list[str]]:
    """Reduced row echelon form of the first `columns` columns, the pivot columns (from 0), and the steps in words."""
    rows = [[Fraction(value) for value in row] for row in matrix]
    pivots: list[int] = []
    steps: list[str] = []
    for column in range(columns):
        at = len(pivots)
        found = next((i for i in range(at, len(rows)) if rows[i][column]), None)
        if found is None:
            continue
        done = []
        if found != at:
            rows[at], rows[found] = rows[found], rows[at]
            done.append(f"swap R{at + 1} and R{found + 1}")
        pivot = rows[at][column]
        if pivot != 1:
            rows[at] = [value / pivot for value in rows[at]]
            done.append(f"divide R{at + 1} by {pivot}")
        for i, row in enumerate(rows):
            if i != at and (factor := row[column]):
                rows[i] = [x - factor * y for x, y in zip(row, rows[at], strict=True)]
                times = f"{abs(factor)} R{at + 1}" if abs(factor) != 1 else f"R{at + 1}"
                done.append(f"R{i + 1} {'+' if factor < 0 else '-'} {times}")
        pivots.append(column)
        if done:
            steps.append(f"{', '.join(done)}: {plain(rows)}")
    return rows, pivots, steps


def unimodular(rng: Random, size: int, moves: int, most: int = 2) -> tuple[Matrix, Matrix]:
    """A random integer matrix of determinant 1 and its inverse: `moves` times a row is added to another, up to `most`
    times."""
    forth = [[int(i == j) for j in range(size)] for i in range(size)]
    back = [row[:] for row in forth]
    for _ in range(moves):
        i, j = rng.sample(range(size), 2)
        factor = rng.choice((-1, 1)) * rng.randrange(1, most + 1)
        forth[i] = [x + factor * y for x, y in zip(forth[i], forth[j], strict=True)]
        for row in back:  # the inverse takes the column operation that undoes it
            row[j] -= factor * row[i]
    return tuple(map(tuple, forth)), tuple(map(tuple, back))
