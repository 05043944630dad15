"""Remainders of numbers, products and sums of products, worked with residues.

Level 1: a number of up to 499 by 3 to 12. Level 2: a product of two 2-digit numbers by 5 to 12. Level 3: a product of
two plus a third. Levels 4 and 5: products of three, by up to 20 and 50. Levels 6 to 8: a sum of two products of two,
by up to 30, 60 and 100. Levels 9 and 10: sums of three products, 3- and 4-digit numbers, by up to 200 and 1,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES: dict[int, tuple[tuple[int, ...], int, int, int]] = {  # factors of each product, digits, modulus from, to
    2: ((2,), 2, 5, 12),
    3: ((2, 1), 2, 5, 15),
    4: ((3,), 2, 7, 20),
    5: ((3,), 2, 20, 50),
    6: ((2, 2), 2, 11, 30),
    7: ((2, 2), 3, 20, 60),
    8: ((2, 2), 3, 40, 100),
    9: ((2, 3, 1), 3, 50, 200),
    10: ((3, 2, 2), 4, 200, 1000),
}
_ASKED = (
    "What is {} mod {}?",
    "Find {} mod {}.",
    "Find the remainder when {} is divided by {}.",
    "What remainder does {} leave on division by {}?",
)


def sample(level: int, rng: Random) -> Params:
    """(the products, each a tuple of factors; the modulus)."""
    if level == 1:
        return (((rng.randrange(20, 500),),), rng.randrange(3, 13))
    factors, digits, low, high = _SHAPES[level]
    least, bound = 10 ** (digits - 1), 10**digits
    while True:
        modulus = rng.randrange(low, high + 1)
        products = tuple(tuple(rng.randrange(least + 1, bound) for _ in range(count)) for count in factors)
        if _value(products) % modulus or rng.random() < 0.2:  # else products are 0 so often that 0 is a good guess
            return (products, modulus)


def _shown(params: Params) -> str:
    text = " + ".join("*".join(map(str, product)) for product in params[0])
    return text if len(params[0]) == 1 else f"({text})"


def _value(products: tuple[tuple[int, ...], ...]) -> int:
    total = 0
    for product in products:
        value = 1
        for factor in product:
            value *= factor
        total += value
    return total


def pose(params: Params, rng: Random) -> Posed:
    products, modulus = params
    asked = _ASKED[: 2 if len(products) == 1 and len(products[0]) < 3 else 4]
    reference = MathReference(answer=str(_value(products) % modulus), type="integer")
    return Posed(prompt=rng.choice(asked).format(_shown(params), modulus), reference=reference)


def solve(params: Params, rng: Random) -> str:
    products, modulus = params
    if len(products) == 1 and len(products[0]) == 1:
        number = products[0][0]
        whole = number // modulus * modulus
        return (
            f"{modulus}*{number // modulus} = {whole}, {number} - {whole} = {number - whole}. {boxed(number - whole)}"
        )
    joint = rng.choice(("; ", ". Then ")) if len(products) > 1 else ", "
    comma = rng.choice((", ", "; ")) if len(products[0]) > 2 else ", "
    parts, residues = [], []
    for product in products:
        steps = [f"{factor} mod {modulus} = {factor % modulus}" for factor in product]
        value = product[0] % modulus
        for factor in product[1:]:
            raw = value * (factor % modulus)
            steps.append(f"{value}*{factor % modulus} = {raw}" + (f", {raw} mod {modulus} = {raw % modulus}"))
            value = raw % modulus
        parts.append(comma.join(steps))
        residues.append(value)
    if len(residues) > 1:
        total = sum(residues)
        parts.append(f"{' + '.join(map(str, residues))} = {total}, {total} mod {modulus} = {total % modulus}")
    return f"{joint.join(parts)}. {boxed(sum(residues) % modulus)}"


def confirm(params: Params) -> MathReference:
    """sympy evaluates the expression as it is asked."""
    import sympy

    return MathReference(answer=str(sympy.Mod(sympy.sympify(_shown(params)), params[1])), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    products, modulus = params
    value = _value(products)
    right = value % modulus
    candidates = (
        ("off_by_one", (right + rng.choice((-1, 1))) % modulus),
        ("quotient", value // modulus),
        ("not_reduced", right + modulus),
        ("lacking", modulus - right),
    )
    yield from wrong_answers(right, f"{_shown(params)} \\bmod {modulus}", candidates)


FAMILY = Family(
    name="remainders",
    version=1,
    kind="math",
    topic="number theory",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
