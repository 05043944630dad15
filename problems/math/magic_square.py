"""Magic squares with gaps: every row, column and both diagonals have the same sum; fill in what is missing.

Level 1: 3 x 3, one gap, entries up to about 30. Level 2: two gaps. Levels 3 and 4: three and four gaps, larger entries.
Levels 5 to 7: 4 x 4 with four to six gaps. Levels 8 and 9: 5 x 5 with six and seven. Level 10: 6 x 6 with nine. One
line is always complete, and the gaps can be filled one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import permutations
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import latex, plain, vector
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # size, gaps, spread of the entries
    1: (3, 1, 6),
    2: (3, 2, 8),
    3: (3, 3, 30),
    4: (3, 4, 60),
    5: (4, 4, 6),
    6: (4, 5, 9),
    7: (4, 6, 15),
    8: (5, 6, 20),
    9: (5, 7, 40),
    10: (6, 9, 60),
}
_ASKED = (
    (
        "Every row, every column and both diagonals of this square have the same sum. Find the missing numbers"
        " {names}.\n{square}"
    ),
    "Complete the magic square (equal sums in rows, columns and both diagonals): what are {names}?\n{square}",
    "In the magic square below all rows, columns and both diagonals add up to the same number. Find {names}.\n{square}",
)


@cache
def _lines(size: int) -> tuple[tuple[int, ...], ...]:
    """Rows, columns and diagonals as cells, counted row by row."""
    rows = [tuple(range(size * i, size * i + size)) for i in range(size)]
    columns = [tuple(range(i, size * size, size)) for i in range(size)]
    diagonals = [tuple(range(0, size * size, size + 1)), tuple(range(size - 1, size * size - 1, size - 1))]
    return (*rows, *columns, *diagonals)


@cache
def _patterns(size: int) -> tuple[tuple[int, ...], ...]:
    """Cells of the arrangements with exactly one in every row, column and diagonal; sums of them are magic."""
    found = []
    for columns in permutations(range(size)):
        on_main = sum(i == c for i, c in enumerate(columns))
        on_other = sum(i + c == size - 1 for i, c in enumerate(columns))
        if on_main == on_other == 1:
            found.append(tuple(size * i + c for i, c in enumerate(columns)))
    return tuple(found)


def sample(level: int, rng: Random) -> Params:
    """(entries row by row, cells of the gaps in ascending order)."""
    size, num_gaps, spread = _SHAPES[level]
    while True:
        square = _three(rng, spread) if size == 3 else _larger(rng, size, spread)
        gaps = _gaps(rng, size, num_gaps)
        if gaps and len(set(square)) > (4 if size == 3 else 2 * size):
            return (tuple(square), tuple(sorted(gaps)))


def _three(rng: Random, spread: int) -> list[int]:
    """Every 3 x 3 magic square is of this form."""
    a, b = rng.randrange(1, spread + 1), rng.randrange(1, spread + 1)
    c = a + b + rng.randrange(1, spread + 1)
    signs = rng.choice((1, -1)), rng.choice((1, -1))
    a, b = a * signs[0], b * signs[1]
    return [c - b, c + a + b, c - a, c - a + b, c, c + a - b, c + a, c - a - b, c + b]


def _larger(rng: Random, size: int, spread: int) -> list[int]:
    square = [rng.randrange(1, spread + 1)] * (size * size)
    for pattern in rng.sample(_patterns(size), {4: 6, 5: 9, 6: 18}[size]):
        weight = rng.randrange(1, spread + 1)
        for cell in pattern:
            square[cell] += weight
    return square


def _gaps(rng: Random, size: int, num_gaps: int) -> list[int]:
    """Cells that can be filled one after the other, the last one first; empty where the draw came to a dead end.

    A cell may join if some line through it has no gap yet: that line will give it away. One line stays complete.
    """
    lines = list(_lines(size))
    kept = set(rng.choice(lines))
    gaps: list[int] = []
    for _ in range(num_gaps):
        free = [line for line in lines if not any(gap in line for gap in gaps)]
        cells = [cell for line in free for cell in line if cell not in kept]
        if not cells:
            return []
        tried = [rng.choice(cells) for _ in range(3)]
        gaps.append(min(tried, key=cells.count))  # of three, the one that spoils the fewest lines
    return gaps


def _names(params: Params) -> str:
    return "ABCDEFGHIJ"[: len(params[1])]


def _rows(params: Params) -> list[list[str]]:
    square, gaps = params
    names = dict(zip(gaps, _names(params), strict=True))
    size = round(len(square) ** 0.5)
    return [[names.get(size * i + j, str(square[size * i + j])) for j in range(size)] for i in range(size)]


def _missing(params: Params) -> list[int]:
    return [params[0][gap] for gap in params[1]]


def _written(values: list[int]) -> str:
    return vector(values) if len(values) > 1 else str(values[0])


def pose(params: Params, rng: Random) -> Posed:
    rows = _rows(params)
    square = rng.choice(("\n".join(" ".join(row) for row in rows), plain(rows), latex(rows)))  # type: ignore[arg-type]
    values = _missing(params)
    names = _names(params)
    shown = f"({', '.join(names)})" if len(names) > 1 else names
    prompt = rng.choice(_ASKED).format(names=shown, square=square)
    return Posed(
        prompt=prompt,
        reference=MathReference(answer=_written(values), type="tuple" if len(values) > 1 else "integer"),
    )


def solve(params: Params, rng: Random) -> str:
    square, gaps = params
    size = round(len(square) ** 0.5)
    names = dict(zip(gaps, _names(params), strict=True))
    left = set(gaps)
    full = next(line for line in _lines(size) if not left & set(line))
    total = sum(square[cell] for cell in full)
    start = rng.choice(("One line is complete", "A line without a gap gives the sum"))
    steps = [f"{start}: {' + '.join(str(square[cell]) for cell in full)} = {total}."]
    while left:
        line, cell = next((line, cell) for line in _lines(size) for cell in line if left & set(line) == {cell})
        known = [square[other] for other in line if other != cell]
        steps.append(f"{names[cell]} = {total} - {' - '.join(map(str, known))} = {square[cell]}.")
        left.remove(cell)
    return rng.choice((" ", "\n")).join(steps) + f" {boxed(_written(_missing(params)))}"


def confirm(params: Params) -> MathReference:
    """All sums at once as linear equations in the gaps and the common sum, which must have one solution (sympy)."""
    import sympy

    square, gaps = params
    size = round(len(square) ** 0.5)
    unknown = dict(zip(gaps, sympy.symbols(f"x0:{len(gaps)}"), strict=True))
    common = sympy.Symbol("s")
    equations = [sum(unknown.get(cell, square[cell]) for cell in line) - common for line in _lines(size)]
    (solution,) = sympy.linsolve(equations, [*unknown.values(), common])
    if solution.free_symbols:
        raise ValueError(f"{params} has more than one solution")
    values = [int(value) for value in solution[:-1]]
    return MathReference(answer=_written(values), type="tuple" if len(values) > 1 else "integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    square, gaps = params
    right = _missing(params)
    size = round(len(square) ** 0.5)
    total = sum(square[:size])
    at = rng.randrange(len(right))
    off = [value + (i == at) for i, value in enumerate(right)]
    candidates = (
        ("off_by_one", _written(off)),
        ("sign", _written([-value for value in right])),
        ("swapped", _written(right[::-1])),
        ("the_sum", total),
        ("another_cell", _written([square[gap - 1] for gap in gaps])),
        ("first_only", right[0]),
    )
    yield from wrong_answers(_written(right), ", ".join(_names(params)), candidates)


FAMILY = Family(
    name="magic_square",
    version=1,
    kind="math",
    topic="puzzles",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
