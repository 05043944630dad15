"""Three linear equations in three unknowns, by elimination; the answer is the triple (x, y, z).

Level 1: each equation brings one unknown more. Level 2: the sums of each two unknowns. Level 3: coefficients of 1 and
-1. Levels 4 to 6: whole coefficients of up to 3, 4 and 5, small whole solutions. Level 7: up to 7. From level 8 on
the solutions may be fractions, coefficients of up to 5, 7 and, at level 10, 9.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, combination, signed, wrong_answers
from tracemill.problems.types import MathReference

Row = tuple[int, int, int, int]
"""(a, b, c, d) for ax + by + cz = d."""

_MOST = {3: 1, 4: 3, 5: 4, 6: 5, 7: 7, 8: 5, 9: 7, 10: 9}
_ASKED = (
    "{}. Find (x, y, z).",
    "Solve {}. Give (x, y, z).",
    "If {}, what is (x, y, z)?",
    "Find the triple (x, y, z) with {}.",
)


def sample(level: int, rng: Random) -> Params:
    """Three rows with one solution."""
    if level < 3:
        x, y, z = (rng.randint(-20, 20) if level == 1 else rng.randint(-12, 12) for _ in range(3))
        if level == 1:
            return ((0, 0, 1, z), (0, 1, 1, y + z), (1, 1, 0, x + y))
        return ((1, 1, 0, x + y), (0, 1, 1, y + z), (1, 0, 1, x + z))
    most = _MOST[level]
    while True:
        rows = [[rng.randint(-most, most) for _ in range(3)] for _ in range(3)]
        if level > 3 and any(row.count(0) > 1 for row in rows):
            continue
        if _determinant(rows) == 0 or any(sum(map(bool, row)) == 0 for row in rows):
            continue
        bottom = rng.randint(2, 4) if level > 7 else 1
        values = [Fraction(rng.randint(-9 * bottom, 9 * bottom), bottom) for _ in range(3)]
        return tuple(_whole(row, values) for row in rows)


def _whole(row: list[int], values: list[Fraction]) -> Row:
    right = sum((a * value for a, value in zip(row, values, strict=True)), Fraction(0))
    scale = right.denominator
    sign = -1 if next(a for a in row if a) < 0 else 1
    a, b, c = (sign * scale * value for value in row)
    return (a, b, c, int(sign * scale * right))


def _determinant(rows: list[list[int]]) -> int:
    (a, b, c), (d, e, f), (g, h, i) = rows
    return a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)


def _shown(params: Params) -> str:
    return ", ".join(f"{combination(row[:3], 'xyz')} = {row[3]}" for row in params)


def _solution(params: Params) -> list[Fraction]:
    """By Cramer's rule."""
    left = [list(row[:3]) for row in params]
    bottom = _determinant(left)
    found = []
    for place in range(3):
        replaced = [[*row[:place], params[r][3], *row[place + 1 :]] for r, row in enumerate(left)]
        found.append(Fraction(_determinant(replaced), bottom))
    return found


def _triple(values: list[Fraction]) -> str:
    return f"({', '.join(map(str, values))})"


def pose(params: Params, rng: Random) -> Posed:
    easy = all(value in (0, 1) for row in params for value in row[:3])
    prompt = rng.choice(_ASKED[:1] if easy else _ASKED).format(_shown(params))
    return Posed(prompt=prompt, reference=MathReference(answer=_triple(_solution(params)), type="tuple"))


def solve(params: Params, rng: Random) -> str:
    values = _solution(params)
    x, y, z = values
    final = boxed(_triple(values))
    (*_, first), (*_, second), (*_, third) = params
    left = tuple(row[:3] for row in params)
    if left == ((0, 0, 1), (0, 1, 1), (1, 1, 0)):
        return f"y = {second} {signed(-z)} = {y}, x = {third} {signed(-y)} = {x}. {final}"
    if left == ((1, 1, 0), (0, 1, 1), (1, 0, 1)):
        half = x + y + z
        parts = [f"{half} {signed(-right)} = {half - right}" for right in (second, third, first)]
        return f"Sum {half}: {', '.join(parts)}. {final}"
    return f"{_eliminated(params, rng)}. {final}"


def _eliminated(params: Params, rng: Random) -> str:
    """Rows with x, then with y, then with z alone; then back."""
    steps, rows, kept = [], [list(row) for row in params], []
    verb, value = rng.choice((("Eliminating", "leaves"), ("Without", "we have")))
    for place in range(2):
        pivot = next(row for row in rows if row[place])
        rows.remove(pivot)
        kept.append(pivot)
        reduced = []
        for row in rows:
            new = [pivot[place] * r - row[place] * p for r, p in zip(row, pivot, strict=True)]
            shared = gcd(*new) or 1
            reduced.append([value // shared for value in new] if row[place] else row)
        rows = reduced
        shown = " and ".join(f"{combination(row[:3], 'xyz')} = {row[3]}" for row in rows)
        steps.append(f"{verb} {'xy'[place]} {value}: {shown}")
    x, y, z = _solution_back(kept, rows[0])
    return f"{'. '.join(steps)}. So z = {z}, then y = {y}, then x = {x}"


def _solution_back(kept: list[list[int]], last: list[int]) -> list[Fraction]:
    z = Fraction(last[3], last[2])
    y = (kept[1][3] - kept[1][2] * z) / kept[1][1]
    return [(kept[0][3] - kept[0][1] * y - kept[0][2] * z) / kept[0][0], y, z]


def confirm(params: Params) -> MathReference:
    """sympy's row reduction."""
    import sympy

    (triple,) = sympy.linsolve(sympy.Matrix(params), sympy.symbols("x y z"))
    return MathReference(answer=f"({', '.join(map(str, triple))})", type="tuple")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    x, y, z = _solution(params)
    candidates = (
        ("swapped", _triple([y, x, z])),
        ("sign", _triple([x, y, -z])),
        ("off_by_one", _triple([x + rng.choice((-1, 1)), y, z])),
        ("two_only", f"({x}, {y})"),
        ("right_sides", _triple([Fraction(row[3]) for row in params])),
    )
    yield from wrong_answers(_triple([x, y, z]), _shown(params), candidates)


FAMILY = Family(
    name="systems_three",
    version=1,
    kind="math",
    topic="algebra",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
