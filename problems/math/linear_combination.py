"""One vector as a linear combination of others: find the coefficients.

Level 1: two vectors of the plane with entries of up to 3, coefficients up to 5. Levels 2 and 3: signs, entries of up
to 5 and 9. Level 4: two vectors in space. Levels 5 to 7: three vectors in space, up to 3, 6 and 9. Level 8:
coefficients may be fractions. Levels 9 and 10: four vectors in four dimensions, up to 3 and 6.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import random_matrix, reduced, transposed, vector
from tracemill.problems.text import boxed, combination, wrong_answers
from tracemill.problems.types import MathReference
from tracemill.problems.words import listed

_SHAPES = {  # vectors, dimensions, the largest entry, the largest coefficient
    1: (2, 2, 3, 5),
    2: (2, 2, 5, 6),
    3: (2, 2, 9, 9),
    4: (2, 3, 9, 9),
    5: (3, 3, 3, 6),
    6: (3, 3, 6, 9),
    7: (3, 3, 9, 12),
    8: (3, 3, 6, 9),
    9: (4, 4, 3, 6),
    10: (4, 4, 6, 12),
}
_ASKED = (
    "Write w = {w} as a linear combination of {vectors}. Give the coefficients as a tuple, in this order.",
    "Find {coefficients} with {combination} = {w}, where {vectors}.",
    "Given {vectors}, for which {coefficients} is {combination} equal to {w}?",
    "The vectors {vectors} are a basis of their span. What are the coordinates of {w} in it? Answer with a tuple.",
)
_SCALARS = "xyzt"


def sample(level: int, rng: Random) -> Params:
    """(the vectors, the combination w). The vectors are independent; w is a multiple of none of them."""
    count, size, most, largest = _SHAPES[level]
    while True:
        vectors = random_matrix(rng, count, size, 0 if level == 1 else -most, most)
        if len(reduced(transposed(vectors), count)[1]) == count:
            break
    low = 1 if level == 1 else -largest
    while True:
        coefficients = [rng.randrange(low, largest + 1) for _ in range(count)]
        bottom = rng.choice((2, 3, 4)) if level == 8 else 1
        w = [Fraction(sum(c * v[i] for c, v in zip(coefficients, vectors, strict=True)), bottom) for i in range(size)]
        if sum(c != 0 for c in coefficients) > 1 and all(value.denominator == 1 for value in w):
            return (vectors, tuple(map(int, w)))


def _rows(params: Params) -> tuple[tuple[int, ...], ...]:
    """The augmented matrix of the system."""
    vectors, w = params
    return transposed((*vectors, w))  # type: ignore[return-value]


def _coefficients(params: Params) -> list[Fraction]:
    count = len(params[0])
    return [row[count] for row in reduced(_rows(params), count)[0][:count]]


def pose(params: Params, rng: Random) -> Posed:
    vectors, w = params
    names = [f"v{i}" for i in range(1, len(vectors) + 1)]
    prompt = rng.choice(_ASKED).format(
        w=vector(w),
        vectors=listed([f"{name} = {vector(value)}" for name, value in zip(names, vectors, strict=True)]),
        coefficients=f"({', '.join(_SCALARS[: len(vectors)])})",
        combination=" + ".join(f"{x} {name}" for x, name in zip(_SCALARS, names, strict=False)),
    )
    return Posed(prompt=prompt, reference=MathReference(answer=vector(_coefficients(params)), type="tuple"))


def solve(params: Params, rng: Random) -> str:
    count = len(params[0])
    equations = [f"{combination(row[:-1], _SCALARS[:count])} = {row[-1]}" for row in _rows(params)]
    _, _, steps = reduced(_rows(params), count)
    right = _coefficients(params)
    start = rng.choice(("Component by component this is the system", "Comparing components:"))
    values = ", ".join(f"{x} = {value}" for x, value in zip(_SCALARS, right, strict=False))
    how = rng.choice(("Row-reduce it:", "Eliminate:"))
    return "\n".join((f"{start} {'; '.join(equations)}.", how, *steps, f"So {values}. {boxed(vector(right))}"))


def confirm(params: Params) -> MathReference:
    """By sympy: the normal equations, then the combination is multiplied out."""
    import sympy

    vectors, w = (sympy.Matrix(part) for part in params)
    found = (vectors * vectors.T).inv() * vectors * w
    if vectors.T * found != w:
        raise ValueError(f"{params} has no solution")
    return MathReference(answer=vector(list(found)), type="tuple")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _coefficients(params)
    i = rng.randrange(len(right))
    candidates = (
        ("off_by_one", vector([x + (j == i) for j, x in enumerate(right)])),
        ("sign", vector([-x for x in right])),
        ("swapped", vector(right[::-1])),
        ("the_vector_itself", vector(params[1])),
        ("one_coefficient", right[0]),
    )
    yield from wrong_answers(vector(right), vector(params[1]), candidates)


FAMILY = Family(
    name="linear_combination",
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
