"""Linear equations in whole numbers; any solution that fits is right.

Level 1: ax + by = c with numbers of up to 9. Level 2: up to 15. Levels 3 to 5: up to 40, 120 and 500. Level 6:
positive solutions, up to 30. Level 7: positive, up to 150. Level 8: three unknowns, up to 40. Level 9: three
unknowns, positive. Level 10: three unknowns, no two coefficients prime to each other, up to 400.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from math import gcd
from random import Random
from typing import Any

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, combination, signed, wrong_answers
from tracemill.problems.types import CheckedReference

_SHAPES = {  # unknowns, smallest and largest coefficient, whether solutions must be positive
    1: (2, 2, 9, False),
    2: (2, 3, 15, False),
    3: (2, 5, 40, False),
    4: (2, 11, 120, False),
    5: (2, 50, 500, False),
    6: (2, 3, 30, True),
    7: (2, 15, 150, True),
    8: (3, 5, 40, False),
    9: (3, 5, 40, True),
    10: (3, 30, 400, False),
}
_ASKED = (
    "Find integers with {equation}.",
    "Give one integer solution of {equation}.",
    "Find any {kind} {names} with {equation}. Give {names}.",
    "The equation {equation} has {kind} solutions. Give one {names}.",
)
_NUMBER = r"([-+]?\d{1,30})"


def sample(level: int, rng: Random) -> Params:
    """(coefficients, right side, whether positive): no single unknown solves it with the others 0."""
    count, low, high, positive = _SHAPES[level]
    while True:
        factors = [rng.choice((1, 1, 1 if positive else -1)) * rng.randint(low, high) for _ in range(count)]
        if level == 10:
            factors = _joint_factors(rng)
        if gcd(*factors) != 1 or len({abs(factor) for factor in factors}) < count:
            continue
        values = [rng.randint(1, 12) if positive else rng.randint(-20, 20) for _ in range(count)]
        right = sum(a * x for a, x in zip(factors, values, strict=True))
        if right and all(right % factor for factor in factors) and factors[0] > 0:
            return (tuple(factors), right, positive)


def _joint_factors(rng: Random) -> list[int]:
    """p*q*r parts two at a time: each two share a prime, all three none."""
    p, q, r = rng.sample((2, 3, 5, 7, 11, 13), 3)
    return [p * q * rng.choice((1, 1, -1)), p * r * rng.choice((1, -1)), q * r]


def holds(data: dict[str, Any], answer: str) -> bool:
    """The checker: whole numbers, as a tuple or as `x = 3, y = -1`, that solve the equation of `data`."""
    text = re.sub(r"\\left|\\right|\\,|\\!|\$|\s", "", answer).replace("−", "-")
    names = "xyz"[: len(data["factors"])]
    bare, named = ",".join(_NUMBER for _ in names), ",".join(f"{name}={_NUMBER}" for name in names)
    match = re.fullmatch(rf"\(?(?:{bare})\)?", text) or re.fullmatch(rf"\(?(?:{named})\)?", text)
    if match is None:
        return False
    values = [int(part) for part in match.groups()]
    if data["positive"] and min(values) < 1:
        return False
    return sum(a * x for a, x in zip(data["factors"], values, strict=True)) == int(data["right"])


def _pair(a: int, b: int, right: int) -> tuple[int, int]:
    """The solution of ax + by = right with the smallest x that is not negative."""
    shared = gcd(a, b)
    size = abs(b) // shared
    x = right // shared * pow(a // shared, -1, size) % size if size > 1 else 0
    return x, (right - a * x) // b


def _solution(params: Params) -> tuple[int, ...]:
    factors, right, positive = params
    if len(factors) == 2:
        pair = _pair(factors[0], factors[1], right)
        return _grown(pair, factors) if positive else pair
    a, b, c = factors
    shared = gcd(a, b)
    for z in range(1 if positive else 0, 10_000):
        if (right - c * z) % shared == 0:
            x, y = _pair(a, b, right - c * z)
            if positive:
                x, y = _grown((x, y), (a, b))
            if not positive or min(x, y) > 0:
                return x, y, z
    raise AssertionError(f"{params} has no solution")


def _grown(values: tuple[int, int], factors: tuple[int, int]) -> tuple[int, int]:
    """The same with x at least 1."""
    (x, y), (a, b) = values, factors
    shared = gcd(a, b)
    return (x, y) if x else (b // shared, y - a // shared)


def _reference(params: Params, example: tuple[int, ...]) -> CheckedReference:
    factors, right, positive = params
    data = json.dumps({"factors": list(factors), "right": right, "positive": positive})
    return CheckedReference(checker=f"{__name__}:holds", data=data, example=_tuple(example))


def _tuple(values: tuple[int, ...]) -> str:
    return f"({', '.join(map(str, values))})"


def _shown(params: Params) -> str:
    return f"{combination(params[0], 'xyz'[: len(params[0])])} = {params[1]}"


def pose(params: Params, rng: Random) -> Posed:
    factors, _, positive = params
    names = f"({', '.join('xyz'[: len(factors)])})"
    easy = len(factors) == 2 and not positive and max(map(abs, factors)) <= 15
    asked = rng.choice(_ASKED[:2] if easy else _ASKED[2:])
    prompt = asked.format(equation=_shown(params), names=names, kind="positive integers" if positive else "integers")
    prompt = prompt.replace("has positive integers", "has positive integer").replace("has integers", "has integer")
    return Posed(prompt=prompt, reference=_reference(params, _solution(params)))


def solve(params: Params, rng: Random) -> str:
    factors, right, _ = params
    values = _solution(params)
    a, b = factors[0], factors[1]
    steps = []
    if len(factors) == 3:
        right -= factors[2] * values[2]
        lead = rng.choice(("Take", "Try"))
        steps.append(f"{lead} z = {values[2]}: {combination((a, b), 'xy')} = {right}")
    x, y = values[0], values[1]
    why = f"{right} {signed(-a * x)} = {right - a * x}"
    verb = rng.choice(("x", "With x")) if max(map(abs, factors)) > 15 or len(factors) == 3 else "x"
    steps.append(f"{verb} = {x}: {why} = {b}*{y if y >= 0 else f'({y})'}")
    return f"{'; '.join(steps)}. {boxed(_tuple(values))}"


def confirm(params: Params) -> CheckedReference:
    """The same example found by trying: z and x upwards, y by division."""
    factors, right, positive = params
    start = 1 if positive else 0
    for last in range(start, 10_000):
        rest = right - factors[2] * last if len(factors) == 3 else right
        for x in range(start, start + abs(factors[1])):
            y, left = divmod(rest - factors[0] * x, factors[1])
            if left == 0 and (y >= 1 or not positive):
                return _reference(params, (x, y, last)[: len(factors)])
        if len(factors) == 2:
            break
    raise AssertionError(f"{params} has no solution")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    values = _solution(params)
    candidates = [
        ("off_by_one", _tuple((values[0] + rng.choice((-1, 1)), *values[1:]))),
        ("sign", _tuple(tuple(-value for value in values))),
        ("zeros", _tuple(tuple(0 for _ in values))),
        ("one_missing", str(values[0])),
        ("coefficients", _tuple(params[0])),
    ]
    data = json.loads(_reference(params, values).data)
    wrong = [(name, text) for name, text in candidates if not holds(data, text)]
    yield from wrong_answers(_tuple(values), _shown(params), wrong)


FAMILY = Family(
    name="diophantine",
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
