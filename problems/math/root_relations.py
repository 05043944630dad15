"""Symmetric functions of a polynomial's roots, from its coefficients (Vieta, Newton), without solving.

Level 1: the sum or the product for a quadratic. Level 2: the sum of squares, monic. Level 3: the sum of squares.
Level 4: of reciprocals. Level 5: of cubes. Level 6: sum, product or pairwise products for a cubic; 7: the sum of
squares; 8: of reciprocals; 9: of cubes. Level 10: sums of squares or cubes for a quartic.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.coefficients import nonzero
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, wrong_answers
from tracemill.problems.types import MathReference

_NAMES = {
    "sum": "sum",
    "product": "product",
    "pairs": "sum of the products of each two",
    "squares": "sum of the squares",
    "cubes": "sum of the cubes",
    "reciprocals": "sum of the reciprocals",
}
_ASKED = (
    "Roots of {p}: find the {what}.",
    "Find the {what} of the roots of {p}.",
    "What is the {what} of the complex roots of {p} (with multiplicity)?",
    "Without solving {p} = 0, give the {what} of its roots.",
)


def sample(level: int, rng: Random) -> Params:
    """(what is asked, the coefficients from the highest power down; the constant is not 0)."""
    if level == 2:
        return ("squares", (1, nonzero(rng, 30), nonzero(rng, 99)))
    kinds, degree, most = {
        1: (("sum", "product"), 2, 9),
        3: (("squares",), 2, 5),
        4: (("reciprocals",), 2, 9),
        5: (("cubes",), 2, 5),
        6: (("sum", "product", "pairs"), 3, 12),
        7: (("squares",), 3, 5),
        8: (("reciprocals",), 3, 9),
        9: (("cubes",), 3, 4),
        10: (("squares", "cubes"), 4, 4),
    }[level]
    lead = rng.randint(1, most)
    middle = (rng.randint(-15, 15) for _ in range(degree - 2))
    return (rng.choice(kinds), (lead, nonzero(rng, 20), *middle, nonzero(rng, 30)))


def _elementary(coefficients: tuple[int, ...]) -> list[Fraction]:
    """e1, e2, ... by Vieta: the k-th is (-1)^k times a coefficient over the leading one."""
    lead = coefficients[0]
    return [Fraction((-1) ** k * value, lead) for k, value in enumerate(coefficients) if k]


def _value(kind: str, coefficients: tuple[int, ...]) -> Fraction:
    e = [*_elementary(coefficients), Fraction(0)]
    if kind == "sum":
        return e[0]
    if kind == "product":
        return e[-2]
    if kind == "pairs":
        return e[1]
    if kind == "reciprocals":
        return e[-3] / e[-2]
    if kind == "squares":
        return e[0] ** 2 - 2 * e[1]
    return e[0] ** 3 - 3 * e[0] * e[1] + 3 * e[2]


def pose(params: Params, rng: Random) -> Posed:
    kind, coefficients = params
    easy = kind in ("sum", "product") or coefficients[0] == 1
    prompt = rng.choice(_ASKED[:2] if easy and len(coefficients) == 3 else _ASKED)
    prompt = prompt.format(p=polynomial(coefficients), what=_NAMES[kind])
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(kind, coefficients)), type="rational"))


def solve(params: Params, rng: Random) -> str:
    kind, coefficients = params
    value, e = _value(kind, coefficients), _elementary(coefficients)
    final, lead = boxed(value), coefficients[0]
    last = len(coefficients) - 1
    if kind in ("sum", "product", "pairs"):
        place = {"sum": 1, "pairs": 2, "product": last}[kind]
        sign = "-" if place % 2 else ""
        top = f"{sign}{bracketed(coefficients[place]) if sign else coefficients[place]}"
        rule = rng.choice(("By Vieta ", "From the coefficients ")) if last > 2 else ""
        return f"{rule}{top}/{lead} = {value}. {final}"
    if kind == "reciprocals":
        lead_in = rng.choice(("over the product", "divided by the product"))
        return f"{_NAMES['sum'] if last == 2 else _NAMES['pairs']} {e[-2]} {lead_in} {e[-1]}: {value}. {final}"
    names = rng.choice((("s", "p"), ("e1", "e2")))
    known = f"{names[0]} = {e[0]}, {names[1]} = {e[1]}"
    if kind == "squares":
        work = f"{bracketed(e[0])}^2 - 2*{bracketed(e[1])} = {value}"
        return f"{known}, {work}. {final}" if lead > 1 or last > 2 else f"{work}. {final}"
    third = e[2] if last > 2 else Fraction(0)
    tail = f" + 3*{bracketed(third)}" if third else ""
    known += f", e3 = {third}" if last > 2 else ""
    return f"{known}; {bracketed(e[0])}^3 - 3*{bracketed(e[0])}*{bracketed(e[1])}{tail} = {value}. {final}"


def confirm(params: Params) -> MathReference:
    """Traces of powers of the companion matrix, whose eigenvalues are the roots."""
    import sympy

    kind, coefficients = params
    degree, lead = len(coefficients) - 1, coefficients[0]
    matrix = sympy.zeros(degree, degree)
    for row in range(1, degree):
        matrix[row, row - 1] = 1
    for row in range(degree):
        matrix[row, degree - 1] = sympy.Rational(-coefficients[degree - row], lead)
    if kind == "product":
        value = matrix.det()
    elif kind == "pairs":
        value = (matrix.trace() ** 2 - (matrix**2).trace()) / 2
    else:
        value = (matrix ** {"sum": 1, "squares": 2, "cubes": 3, "reciprocals": -1}[kind]).trace()
    return MathReference(answer=str(value), type="rational")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, coefficients = params
    right = _value(kind, coefficients)
    turned = tuple(-value if place % 2 else value for place, value in enumerate(coefficients))
    other = "product" if kind != "product" else "sum"
    candidates = (
        ("sign_of_coefficients", _value(kind, turned)),
        ("other_function", _value(other, coefficients)),
        ("sign", -right),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("not_divided", right * coefficients[0]),
    )
    yield from wrong_answers(right, f"{_NAMES[kind]} of the roots of {polynomial(coefficients)}", candidates)


FAMILY = Family(
    name="root_relations",
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
