"""Dot, cross and mixed products of vectors, alone and nested.

Level 1: dot product in the plane. Level 2: in space. Level 3: cross product. Level 4: dot product with a sum of
vectors. Level 5: cross product, larger. Level 6: a . (b x c). Level 7: cross product of combinations.
Level 8: a x (b x c). Level 9: (a x b) . (c x d). Level 10: (a x b) x (c x d).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import vector
from tracemill.problems.text import boxed, bracketed, combination, wrong_answers
from tracemill.problems.types import MathReference

# A formula is a vector's name, ("+", k, name, l, name) for k a + l b, (".", left, right) or ("x", left, right).
_LARGEST = {1: 12, 2: 9, 3: 6, 4: 9, 5: 15, 6: 6, 7: 6, 8: 7, 9: 7, 10: 5}
_ASKED = (
    "Let {vectors}. Compute {formula}.",
    "Given the vectors {vectors}, find {formula}.",
    "For {vectors}, what is {formula}?",
)


def _formula(level: int, rng: Random) -> tuple[Any, ...]:
    k, m = rng.randrange(2, 6), rng.choice((-4, -3, -2, -1, 1, 2, 3, 4))
    mixed = ("+", k, "a", m, "b")
    return {
        1: (".", "a", "b"),
        2: (".", "a", "b"),
        3: ("x", "a", "b"),
        4: (".", mixed, "c"),
        5: ("x", "a", "b"),
        6: (".", "a", ("x", "b", "c")),
        7: ("x", mixed, "c"),
        8: ("x", "a", ("x", "b", "c")),
        9: (".", ("x", "a", "b"), ("x", "c", "d")),
        10: ("x", ("x", "a", "b"), ("x", "c", "d")),
    }[level]


def sample(level: int, rng: Random) -> Params:
    """(formula, the vectors a, b, ...)."""
    formula, most = _formula(level, rng), _LARGEST[level]
    count = {".": 2, "x": 2}[formula[0]] + (level in (4, 6, 7, 8)) + 2 * (level >= 9)
    size = 2 if level == 1 else 3
    while True:
        vectors = tuple(tuple(rng.randrange(-most, most + 1) for _ in range(size)) for _ in range(count))
        value = _value(formula, vectors)
        if any(value) if isinstance(value, tuple) else value:
            return (formula, vectors)


def _dot(a: Any, b: Any) -> int:
    return sum(x * y for x, y in zip(a, b, strict=True))


def _cross(a: Any, b: Any) -> tuple[int, int, int]:
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


def _value(formula: Any, vectors: Params) -> Any:
    if isinstance(formula, str):
        return vectors["abcd".index(formula)]
    if formula[0] == "+":
        _, k, first, m, second = formula
        return tuple(k * x + m * y for x, y in zip(_value(first, vectors), _value(second, vectors), strict=True))
    left, right = _value(formula[1], vectors), _value(formula[2], vectors)
    return _dot(left, right) if formula[0] == "." else _cross(left, right)


def _text(formula: Any, dot: str, cross: str) -> str:
    if isinstance(formula, str):
        return formula
    if formula[0] == "+":
        return combination(formula[1::2], formula[2::2])
    left, right = (
        _text(part, dot, cross) if isinstance(part, str) else f"({_text(part, dot, cross)})" for part in formula[1:]
    )
    return f"{left} {dot if formula[0] == '.' else cross} {right}"


def _written(value: Any) -> str:
    return vector(value) if isinstance(value, tuple) else str(value)


def pose(params: Params, rng: Random) -> Posed:
    formula, vectors = params
    names = ", ".join(f"{name} = {vector(value)}" for name, value in zip("abcd", vectors, strict=False))
    signs = rng.choice((("\\cdot", "\\times"), ("·", "×")))
    value = _value(formula, vectors)
    return Posed(
        prompt=rng.choice(_ASKED).format(vectors=names, formula=_text(formula, *signs)),
        reference=MathReference(answer=_written(value), type="tuple" if isinstance(value, tuple) else "integer"),
    )


def _steps(formula: Any, vectors: Params, lines: list[str]) -> Any:
    """The value; every operation appends its line, the inner ones first."""
    value = _value(formula, vectors)
    if isinstance(formula, str):
        return value
    name = _text(formula, "·", "×")
    if formula[0] == "+":
        lines.append(f"{name} = {vector(value)}")
        return value
    a, b = _steps(formula[1], vectors, lines), _steps(formula[2], vectors, lines)
    if formula[0] == ".":
        terms = " + ".join(f"{bracketed(x)}*{bracketed(y)}" for x, y in zip(a, b, strict=True))
    else:
        parts = (
            f"{bracketed(a[i])}*{bracketed(b[j])} - {bracketed(a[j])}*{bracketed(b[i])}"
            for i, j in ((1, 2), (2, 0), (0, 1))
        )
        terms = f"({', '.join(parts)})"
    lines.append(f"{name} = {terms} = {_written(value)}")
    return value


def solve(params: Params, rng: Random) -> str:
    lines: list[str] = []
    formula, vectors = params
    value = _steps(formula, vectors, lines)
    start = rng.choice(("Component by component:", "From the inside out:", "I work it out by components."))
    return "\n".join((start, *lines, boxed(_written(value))))


def confirm(params: Params) -> MathReference:
    """By sympy's matrices."""
    import sympy

    def value(formula: Any) -> Any:
        if isinstance(formula, str):
            return sympy.Matrix(params[1]["abcd".index(formula)])
        if formula[0] == "+":
            return formula[1] * value(formula[2]) + formula[3] * value(formula[4])
        left, right = value(formula[1]), value(formula[2])
        return left.dot(right) if formula[0] == "." else left.cross(right)

    total = value(params[0])
    if isinstance(total, sympy.MatrixBase):
        return MathReference(answer=vector(list(total)), type="tuple")
    return MathReference(answer=str(total), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    formula, vectors = params
    right = _value(formula, vectors)
    candidates: list[tuple[str, object]]
    if isinstance(right, tuple):
        i = rng.randrange(3)
        candidates = [
            ("off_by_one", vector([x + (j == i) for j, x in enumerate(right)])),
            ("swapped", vector([-x for x in right])),
            ("middle_sign", vector([right[0], -right[1], right[2]])),
            ("dot_instead", _dot(_value(formula[1], vectors), _value(formula[2], vectors))),
            ("one_component", right[0]),
        ]
    else:
        left, other = _value(formula[1], vectors), _value(formula[2], vectors)
        candidates = [
            ("off_by_one", right + rng.choice((-1, 1))),
            ("sign", -right),
            ("not_added", vector([x * y for x, y in zip(left, other, strict=True)])),
            ("last_term_forgotten", right - left[-1] * other[-1]),
            ("sum_of_all", sum(left) + sum(other)),
        ]
    yield from wrong_answers(_written(right), _text(formula, "\\cdot", "\\times"), candidates)


FAMILY = Family(
    name="vector_products",
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
