"""Products of polynomials, expanded coefficient by coefficient.

Level 1: a number times a binomial. Level 2: (ax + b)(x + c). Level 3: (ax + b)(cx + d). Level 4: a linear times a
quadratic; 5: two quadratics. Level 6: three linear factors. 7: a quadratic times a cubic. 8: two linear and a
quadratic. 9: two cubics. 10: three quadratics.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tracemill.problems.coefficients import nonzero, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, sympy_polynomial, wrong_answers
from tracemill.problems.types import MathReference

_DEGREES = {4: (1, 2), 5: (2, 2), 6: (1, 1, 1), 7: (2, 3), 8: (1, 1, 2), 9: (3, 3), 10: (2, 2, 2)}
_ASKED = ("Expand {}.", "Multiply out {}.", "Write {} as a polynomial in standard form.", "Expand and collect: {}.")


def sample(level: int, rng: Random) -> Params:
    """The factors, each its coefficients from the highest power down."""
    if level == 1:
        return ((rng.choice((-1, 1)) * rng.randrange(2, 10),), (rng.randrange(1, 13), nonzero(rng, 20)))
    if level == 2:
        return ((rng.randrange(1, 8), nonzero(rng, 12)), (1, nonzero(rng, 12)))
    if level == 3:
        return tuple((rng.randrange(1, 10), nonzero(rng, 15)) for _ in range(2))
    return tuple(
        (rng.randrange(1, 7), *(rng.randrange(-9, 10) for _ in range(degree - 1)), nonzero(rng, 9))
        for degree in _DEGREES[level]
    )


def _shown(params: Params) -> str:
    if len(params[0]) == 1:
        return f"{params[0][0]}({polynomial(params[1])})"
    return "".join(f"({polynomial(factor)})" for factor in params)


def _product(params: Params) -> tuple[int, ...]:
    product: tuple[int, ...] = (1,)
    for factor in params:
        product = times(product, factor)
    return product


def _reference(coefficients: Sequence[int]) -> MathReference:
    return MathReference(answer=sympy_polynomial(coefficients), type="polynomial", form="expanded")


def pose(params: Params, rng: Random) -> Posed:
    asked = _ASKED[: 2 if sum(map(len, params)) < 5 else 4]
    return Posed(prompt=rng.choice(asked).format(_shown(params)), reference=_reference(_product(params)))


def solve(params: Params, rng: Random) -> str:
    """Two factors at a time, one sum of products for each power."""
    parts, done = [], params[0]
    joint = rng.choice(("; ", ", ")) if len(params) > 2 or sum(map(len, params)) > 4 else "; "
    for factor in params[1:]:
        named = len(done) + len(factor) > 4
        sums = []
        for power in range(len(done) + len(factor) - 2, -1, -1):
            pairs = [
                (a, b) for i, a in enumerate(done) for j, b in enumerate(factor) if i + j == _last(done, factor) - power
            ]
            label = f"x^{power}: " if named else ""
            sums.append(label + _sum_of_products([pair for pair in pairs if 0 not in pair]))
        done = times(done, factor)
        text = joint.join(sums)
        parts.append(f"{text}, so {polynomial(done)}" if len(params) > 2 else text)
    return f"{'. '.join(parts)}. {boxed(polynomial(done))}"


def _last(left: Sequence[int], right: Sequence[int]) -> int:
    return len(left) + len(right) - 2


def _sum_of_products(pairs: list[tuple[int, int]]) -> str:
    total = sum(a * b for a, b in pairs)
    terms = [str(a * b) if 1 in (a, b) else f"{a}*{bracketed(b)}" for a, b in pairs]
    text = terms[0] if terms else "0"
    for term in terms[1:]:
        text += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return text if text == str(total) else f"{text} = {total}"


def confirm(params: Params) -> MathReference:
    """sympy expands the factors as they are asked."""
    import sympy

    x = sympy.Symbol("x")
    product = sympy.prod([sum(c * x ** (len(f) - 1 - i) for i, c in enumerate(f)) for f in params])
    return _reference([int(value) for value in sympy.Poly(sympy.expand(product), x).all_coeffs()])


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _product(params)
    place = rng.randrange(len(right))
    candidates = (
        ("off_by_one", polynomial([value + (index == place) for index, value in enumerate(right)])),
        ("sign", polynomial([*right[:-1], -right[-1]])),
        ("ends_only", polynomial([right[0], *(0 for _ in right[1:-1]), right[-1]])),
        ("lost_constant", polynomial([*right[:-1], 0])),
    )
    yield from wrong_answers(polynomial(right), _shown(params), candidates)


FAMILY = Family(
    name="polynomials",
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
