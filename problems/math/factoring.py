"""Polynomials factored over the whole numbers.

Level 1: a common factor of a binomial. Level 2: a common factor and two factors x + a. Level 3: two factors ax + b.
Level 4: a common factor beside them. Levels 5 and 6: three linear factors, monic and not. Level 7: a linear factor
and a quadratic without roots. Level 8: four linear factors. Level 9: two quadratics without roots. Level 10: three
linear factors and a quadratic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import gcd
from random import Random

from tracemill.problems.coefficients import times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, sympy_polynomial, wrong_answers
from tracemill.problems.types import MathReference

Factor = tuple[int, ...]

_ASKED = (
    "Factor {}.",
    "Factor {} completely.",
    "Write {} as a product of irreducible factors with integer coefficients.",
    "Factor {} over the integers.",
)


def sample(level: int, rng: Random) -> Params:
    """(common factor, factors in order): primitive, irreducible, with a positive leading coefficient."""
    if level == 1:
        return (rng.randint(2, 12), (_linear(rng, 12, 20),))
    if level == 2:
        return (rng.randint(1, 12), tuple(sorted(_linear(rng, 1, 12) for _ in range(2))))
    shapes = {
        3: (1, (9, 9)),
        4: (9, (5, 5)),
        5: (9, (1, 1, 1)),
        6: (1, (5, 5, 5)),
        7: (3, (4, 0)),
        8: (2, (1, 2, 1, 2)),
        9: (2, (0, 0)),
        10: (2, (1, 2, 2, 0)),
    }
    common, most = shapes[level]
    factors = [_linear(rng, a, 12) if a else _quadratic(rng) for a in most]
    return (rng.randint(1, common), tuple(sorted(factors, key=lambda f: (len(f), f))))


def _linear(rng: Random, most: int, constant: int) -> Factor:
    while True:
        a, b = rng.randint(1, most), rng.choice((-1, 1)) * rng.randint(1, constant)
        if gcd(a, b) == 1:
            return (a, b)


def _quadratic(rng: Random) -> Factor:
    """Without real roots, hence irreducible."""
    while True:
        a, b, c = rng.randint(1, 3), rng.randint(-5, 5), rng.randint(1, 9)
        if b * b < 4 * a * c and gcd(a, b, c) == 1:
            return (a, b, c)


def _expanded(params: Params) -> Factor:
    common, factors = params
    product: Factor = (common,)
    for factor in factors:
        product = times(product, factor)
    return product


def _counted(factors: Sequence[Factor]) -> dict[Factor, int]:
    return {factor: factors.count(factor) for factor in factors}


def _human(common: int, factors: Sequence[Factor]) -> str:
    body = "".join(f"({polynomial(f)})" + (f"^{n}" if n > 1 else "") for f, n in _counted(factors).items())
    return body if common == 1 else f"{common}{body}"


def _reference(common: int, factors: Sequence[Factor]) -> MathReference:
    parts = [f"({sympy_polynomial(f)})" + (f"**{n}" if n > 1 else "") for f, n in _counted(factors).items()]
    return MathReference(
        answer="*".join([*([str(common)] if common > 1 else []), *parts]), type="polynomial", form="factored"
    )


def pose(params: Params, rng: Random) -> Posed:
    common, factors = params
    easy = len(factors) == 1 or (len(factors) == 2 and all(factor[0] == 1 for factor in factors))
    prompt = rng.choice(_ASKED[: 2 if easy else 4]).format(polynomial(_expanded(params)))
    return Posed(prompt=prompt, reference=_reference(common, factors))


def solve(params: Params, rng: Random) -> str:
    common, factors = params
    final, steps = boxed(_human(common, factors)), []
    rest = _expanded((1, factors))
    if len(factors) == 1:
        products = [f"{common}*{bracketed(value)} = {common * value}" for value in factors[0]]
        return f"{', '.join(products)}. {final}"
    if common > 1:
        steps.append(f"{common}({polynomial(rest)})")
    if len(factors) == 2 and all(factor[0] == 1 and len(factor) == 2 for factor in factors):
        (_, a), (_, b) = factors
        steps.append(f"{a}*{bracketed(b)} = {a * b}, {a} {'-' if b < 0 else '+'} {abs(b)} = {a + b}")
        return f"{'; '.join(steps)}. {final}"
    lead = rng.choice(("divide by", "take out"))
    for factor in factors[:-1]:
        root = f"zero at x = {-factor[1]}/{factor[0]}" if factor[0] > 1 else f"zero at x = {-factor[1]}"
        rest = _divided(rest, factor)
        where = f"{root}: " if len(factor) == 2 else ""
        steps.append(f"{where}{lead} {polynomial(factor)}, {polynomial(rest)} is left")
    return f"{'; '.join(steps)}. {final}"


def _divided(dividend: Factor, divisor: Factor) -> Factor:
    """An exact quotient."""
    rest, quotient = list(dividend), []
    for place in range(len(dividend) - len(divisor) + 1):
        quotient.append(rest[place] // divisor[0])
        for offset, value in enumerate(divisor):
            rest[place + offset] -= quotient[-1] * value
    return tuple(quotient)


def confirm(params: Params) -> MathReference:
    """sympy factors the expanded polynomial."""
    import sympy

    x = sympy.Symbol("x")
    expanded = _expanded(params)
    content, found = sympy.factor_list(sympy.Poly(expanded, x))
    factors = [tuple(int(c) for c in factor.all_coeffs()) for factor, times in found for _ in range(times)]
    return _reference(int(content), sorted(factors, key=lambda f: (len(f), f)))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    common, factors = params
    turned = (*factors[0][:-1], -factors[0][-1])
    place = rng.randrange(len(factors))
    off = (*factors[place][:-1], factors[place][-1] + 1)
    candidates = [
        ("sign", _human(common, [turned, *factors[1:]])),
        ("off_by_one", _human(common, [*factors[:place], off, *factors[place + 1 :]])),
        ("common_factor_changed", _human(common + 1, factors)),
        ("not_factored", polynomial(_expanded(params))),
    ]
    if len(factors) > 1:
        candidates.append(("one_missing", _human(common, factors[1:])))
        candidates.append(("two_left_multiplied", _human(common, [times(*factors[:2]), *factors[2:]])))
    yield from wrong_answers(_human(common, factors), polynomial(_expanded(params)), candidates)


FAMILY = Family(
    name="factoring",
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
