"""Sums and products of finite decimals, worked in whole numbers.

Level 1: two decimals with one place added. Level 2: two with up to two places added or subtracted. Level 3: a product
of two. Level 4: a product and a term; 5: with longer numbers. Levels 6 and 7: two products. Level 8: three products.
Levels 9 and 10: products of three factors among them, with up to three places.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, decimal, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES: dict[int, tuple[tuple[int, ...], int, int]] = {  # factors of each product, digits, decimal places at most
    3: ((2,), 2, 2),
    4: ((2, 1), 2, 2),
    5: ((2, 1), 3, 2),
    6: ((2, 2), 2, 2),
    7: ((2, 2), 3, 3),
    8: ((2, 2, 2), 3, 3),
    9: ((3, 2), 3, 3),
    10: ((3, 2, 3), 3, 3),
}
_ASKED = ("Compute {}.", "What is {}?", "Work out {}.", "Find the exact value of {}.")


def sample(level: int, rng: Random) -> Params:
    """Products, each (sign, factors); a factor is (digits, places), its digits not ending in 0."""
    if level == 1:
        return ((1, (_factor(rng, 99, 1),)), (1, (_factor(rng, 99, 1),)))
    if level == 2:
        terms = [(_factor(rng, 999, rng.randint(1, 2)),) for _ in range(2)]
        return ((1, terms[0]), (rng.choice((-1, 1)), terms[1]))
    counts, digits, most = _SHAPES[level]
    products: list[tuple[int, tuple[tuple[int, int], ...]]] = []
    for count in counts:
        factors = tuple(_factor(rng, 10**digits - 1, rng.randint(1, most)) for _ in range(count))
        products.append((rng.choice((-1, 1)) if products else 1, factors))
    return tuple(products)


def _factor(rng: Random, most: int, places: int) -> tuple[int, int]:
    while True:
        value = rng.randint(1, most)
        if value % 10:
            return (value, places)


def _shown(params: Params) -> str:
    text = ""
    for sign, factors in params:
        body = "*".join(decimal(*factor) for factor in factors)
        text += f" {'-' if sign < 0 else '+'} {body}" if text else body
    return text


def _product(sign: int, factors: tuple[tuple[int, int], ...]) -> tuple[int, int]:
    value, places = sign, 0
    for digits, more in factors:
        value, places = value * digits, places + more
    return value, places


def _total(params: Params) -> tuple[int, int]:
    values = [_product(*product) for product in params]
    most = max(places for _, places in values)
    return sum(value * 10 ** (most - places) for value, places in values), most


def pose(params: Params, rng: Random) -> Posed:
    asked = rng.choice(_ASKED[: 2 if len(params) == 2 and all(len(f) == 1 for _, f in params) else 4])
    return Posed(
        prompt=asked.format(_shown(params)), reference=MathReference(answer=decimal(*_total(params)), type="decimal")
    )


def solve(params: Params, rng: Random) -> str:
    joint, steps, values = rng.choice((", ", "; ")), [], []
    for sign, factors in params:
        value, places = _product(1, factors)
        if len(factors) > 1:
            digits = "*".join(str(number) for number, _ in factors)
            steps.append(f"{digits} = {value} with {places} places: {decimal(value, places)}")
        values.append((sign * value, places))
    total, most = _total(params)
    if len(values) > 1:
        scaled = [value * 10 ** (most - places) for value, places in values]
        shown = str(scaled[0]) + "".join(f" {'-' if v < 0 else '+'} {abs(v)}" for v in scaled[1:])
        steps.append(f"{shown} = {total}")
    return f"{joint.join(steps)}. {boxed(decimal(total, most))}"


def confirm(params: Params) -> MathReference:
    """Python's decimal arithmetic, with digits to spare."""
    from decimal import Context, Decimal

    context, total = Context(prec=60), Decimal(0)
    for sign, factors in params:
        value = Decimal(sign)
        for digits, places in factors:
            value = context.multiply(value, context.divide(Decimal(digits), Decimal(10**places)))
        total = context.add(total, value)
    text = format(total, "f")
    return MathReference(answer=text.rstrip("0").rstrip(".") if "." in text else text, type="decimal")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    total, places = _total(params)
    right = decimal(total, places)
    candidates = (
        ("point_moved_left", decimal(total, places + 1)),
        ("point_moved_right", decimal(total, places - 1)),
        ("last_digit", decimal(total + rng.choice((-1, 1)), places)),
        ("sign", decimal(-total, places)),
        ("point_lost", total),
    )
    yield from wrong_answers(right, _shown(params), candidates)


FAMILY = Family(
    name="decimals",
    version=1,
    kind="math",
    topic="decimals",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
