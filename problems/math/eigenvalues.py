"""Eigenvalues of integer matrices that have whole ones, by the characteristic polynomial.

Levels 1 to 4: 2 x 2 with eigenvalues of up to 6, 9, 20 and 30, more and more mixed. Levels 5 to 8: 3 x 3 with
eigenvalues of up to 4, 6, 8 and 12. Levels 9 and 10: 4 x 4, up to 4 and 7. From level 5 on an eigenvalue may repeat.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import Matrix, latex, plain, product, unimodular, vector
from tracemill.problems.text import boxed, bracketed, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # size, row operations, the largest eigenvalue
    1: (2, 2, 6),
    2: (2, 2, 9),
    3: (2, 3, 20),
    4: (2, 4, 30),
    5: (3, 4, 4),
    6: (3, 4, 6),
    7: (3, 5, 8),
    8: (3, 6, 12),
    9: (4, 5, 4),
    10: (4, 7, 7),
}
_ASKED = (
    "Find the eigenvalues of {}, in increasing order, each as often as its multiplicity.",
    "What are the eigenvalues of the matrix {}? List them from smallest to largest with multiplicity, as (a, b, ...).",
    "Compute all eigenvalues of {} and give them as a tuple in increasing order, repeated by multiplicity.",
)


def sample(level: int, rng: Random) -> Params:
    """The rows of P D P^-1 with D diagonal and P of determinant 1; not diagonal itself."""
    size, moves, most = _SHAPES[level]
    while True:
        values = [rng.randrange(-most, most + 1) for _ in range(size)]
        forth, back = unimodular(rng, size, moves, most=5 if level in (3, 4) else 2)
        diagonal = tuple(tuple(values[i] if i == j else 0 for j in range(size)) for i in range(size))
        matrix = product(product(forth, diagonal), back)
        mixed = sum(value != 0 for i, row in enumerate(matrix) for j, value in enumerate(row) if i != j)
        if len(set(values)) > 1 and mixed >= size - (level <= 2) and all(-500 < v < 500 for row in matrix for v in row):
            return matrix


def _characteristic(matrix: Matrix) -> list[int]:
    """Coefficients of det(t I - A), the highest power first (Faddeev and LeVerrier)."""
    size, coefficients = len(matrix), [1]
    power: Matrix = tuple(tuple(int(i == j) for j in range(size)) for i in range(size))
    for k in range(1, size + 1):
        power = product(matrix, power)
        coefficients.append(-sum(int(power[i][i]) for i in range(size)) // k)
        power = tuple(tuple(v + coefficients[-1] * (i == j) for j, v in enumerate(row)) for i, row in enumerate(power))
    return coefficients


def _divided(coefficients: list[int], root: int) -> list[int]:
    """Synthetic division by (t - root); the last entry is the remainder."""
    out = [coefficients[0]]
    for value in coefficients[1:]:
        out.append(value + root * out[-1])
    return out


def _roots(coefficients: list[int]) -> list[int]:
    """All roots in increasing order; every one is whole."""
    found: list[int] = []
    left, size = coefficients, 0
    while len(left) > 1:
        for root in {size, -size}:
            while len(left) > 1 and (quotient := _divided(left, root))[-1] == 0:
                found.append(root)
                left = quotient[:-1]
        size += 1
    return sorted(found)


def _eigenvalues(matrix: Matrix) -> list[int]:
    return _roots(_characteristic(matrix))


def pose(params: Params, rng: Random) -> Posed:
    shown = latex(params) if rng.random() < 0.6 else plain(params)
    reference = MathReference(answer=vector(_eigenvalues(params)), type="tuple")
    return Posed(prompt=rng.choice(_ASKED).format(shown), reference=reference)


def solve(params: Params, rng: Random) -> str:
    coefficients, values = _characteristic(params), _eigenvalues(params)
    if len(params) == 2:
        (a, b), (c, d) = params
        lines = [
            f"The trace is {a} {signed(d)} = {a + d}, the determinant "
            f"{bracketed(a)}*{bracketed(d)} - {bracketed(b)}*{bracketed(c)} = {a * d - b * c}.",
            f"t^2 - trace t + det: {polynomial(coefficients, 't')} = {_factored(values)}.",
        ]
    else:
        lines = [_coefficients_in_words(params, coefficients)]
        left = coefficients
        for root in sorted(set(values), key=abs)[:-1] or values[:1]:
            for _ in range(values.count(root)):
                left = _divided(left, root)[:-1]
                factor = f"(t {signed(-root)})" if root else "t"
                lines.append(f"t = {root} is a root; dividing by {factor} leaves {polynomial(left, 't')}.")
        lines.append(f"So the polynomial is {_factored(values)}.")
    close = rng.choice(("In increasing order:", "The roots, sorted:"))
    return "\n".join(lines) + f"\n{close} {boxed(vector(values))}"


def _factored(values: list[int]) -> str:
    return "".join(f"(t {signed(-value)})" if value else "t" for value in values)


def _coefficients_in_words(matrix: Matrix, coefficients: list[int]) -> str:
    """Trace and the sum of the principal 2 x 2 minors in numbers, the rest by name."""
    size = len(matrix)
    minors = [
        int(matrix[i][i] * matrix[j][j] - matrix[i][j] * matrix[j][i]) for i in range(size) for j in range(i + 1, size)
    ]
    trace = " ".join(str(matrix[0][0]) if i == 0 else signed(matrix[i][i]) for i in range(size))
    sums = " ".join(str(value) if i == 0 else signed(value) for i, value in enumerate(minors))
    text = f"Trace: {trace} = {-coefficients[1]}. Principal 2 x 2 minors: {sums} = {coefficients[2]}. "
    if size == 4:
        text += f"Principal 3 x 3 minors together: {-coefficients[3]}. "
    text += f"Determinant: {(-1) ** size * coefficients[-1]}. "
    return f"{text}Characteristic polynomial: {polynomial(coefficients, 't')}."


def confirm(params: Params) -> MathReference:
    """By sympy's characteristic polynomial (Berkowitz) and its factors."""
    import sympy

    t = sympy.Symbol("t")
    roots = sympy.roots(sympy.Matrix(params).charpoly(t).as_expr(), t)
    values = sorted(int(root) for root, count in roots.items() for _ in range(count))
    return MathReference(answer=vector(values), type="tuple")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    values = _eigenvalues(params)
    off = values[:]
    off[-1] += 1
    candidates = (
        ("off_by_one", vector(off)),
        ("sign", vector(sorted(-value for value in values))),
        ("diagonal", vector(sorted(row[i] for i, row in enumerate(params)))),
        ("one_missing", vector(values[1:]) if len(values) > 2 else values[0]),
        ("trace_and_determinant", vector(_characteristic(params)[1:])),
    )
    yield from wrong_answers(vector(values), latex(params), candidates)


FAMILY = Family(
    name="eigenvalues",
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
