"""Countdown's checker on right, wrong and hostile answers, and what is drawn."""

from __future__ import annotations

import itertools
import json
import re
import struct
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tracemill.problems.family import HashBytes, instance_name
from tracemill.problems.math import countdown, countdown_1
from tracemill.problems.math.countdown import check
from tracemill.problems.math.countdown_1 import draw
from tracemill.problems.registry import build, families, family_named, worked_solution
from tracemill.problems.types import CheckedReference, ProblemId

DATA = {"numbers": [2, 3, 8, 9], "target": 73}


@pytest.mark.parametrize(
    "answer",
    [
        "8*9 + 3 - 2",
        "9 * 8 - (2 - 3)",
        r"8 \times 9 + 3 - 2",
        r"9 \cdot 8 + 3 - 2 = 73",
        "8 × 9 + 3 − 2",
        r"\left(9 \cdot 8\right) + (3 - 2)",
        "-2 + 3 + 8*9",
        "(8)(9) + 3 - 2",
        "8(9) + 3 - 2",
        "$8*9+3-2$",
        "[8*9] + 3 - 2",
    ],
)
def test_right_answers(answer: str) -> None:
    assert check(DATA, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "73",
        "8*9 + 3 - 2 + 0",
        "8*9 + 1",
        "8*9 + 3 - 2 - 2 + 2",
        "8*9 + 3 - 2 = 74",
        "8*9 + 3 - 2 = 73 = 73",
        "8*9 + 2 - 3",
        "89 - 2**3 - 8",
        "8*9 + 3 -",
        "8*9 + (3 - 2",
        "8*9 + 3 - 2)",
        "8 9 + 3 - 2",
        "(8*9 + 3 - 2, 73)",
        "8*9 + 3 - 2; 1",
        "8*9 + 3 - 2 # comment",
        "__import__('os').getpid() - 8 - 9 - 2 - 3",
        "8*9 + 3//2",
        "٨*9 + 3 - 2",
        "8.0*9 + 3 - 2",
        "{8*9 + 3} - 2}",
        r"\frac{8*9 + 3 - 2}{}",
        "3/(2 - 2) + 8*9",
    ],
)
def test_wrong_and_unreadable_answers(answer: str) -> None:
    assert not check(DATA, answer)


@pytest.mark.parametrize(
    "answer",
    [
        "(" * 400,
        "-" * 400 + "8",
        "(" * 240 + "8" + ")" * 240,
        "8" * 499,
        r"\frac" * 99,
        "8*9+3-2" + " " * 10**6,
        "1/" * 200,
    ],
)
def test_hostile_answers_are_refused(answer: str) -> None:
    assert not check(DATA, answer)


def test_fractions_on_the_way_are_fine() -> None:
    assert check({"numbers": [3, 3, 8, 8], "target": 24}, r"\frac{8}{3 - \frac{8}{3}}")
    assert check({"numbers": [3, 3, 8, 8], "target": 24}, "8/(3 - 8/3)")


def test_all_small_expressions_are_judged_by_their_value() -> None:
    """Against Python's own arithmetic, for both ways to bracket three numbers."""
    operations = {"+": Fraction.__add__, "-": Fraction.__sub__, "*": Fraction.__mul__, "/": Fraction.__truediv__}
    accepted = 0
    for a, b, c in itertools.permutations((2, 4, 7)):
        for first, second in itertools.product(operations, repeat=2):
            left = operations[second](operations[first](Fraction(a), Fraction(b)), Fraction(c))
            right = operations[first](Fraction(a), operations[second](Fraction(b), Fraction(c)))
            for text, value in ((f"({a}{first}{b}){second}{c}", left), (f"{a}{first}({b}{second}{c})", right)):
                for target in range(-10, 60):
                    assert check({"numbers": [2, 4, 7], "target": target}, text) is (value == target)
                    accepted += value == target
    assert accepted > 100


@pytest.mark.parametrize("count", [3, 4, 6, 7])
def test_what_version_1_draws_keeps_to_its_bounds(count: int) -> None:
    rng = Random(count)
    for _ in range(300):
        numbers, target, expression = draw(rng, count, 1, 100, 100, 999)
        assert len(numbers) == count and all(1 <= number <= 100 for number in numbers) and 100 <= target <= 999
        assert check({"numbers": sorted(numbers), "target": target}, expression)
        assert not check({"numbers": sorted(numbers), "target": target + 1}, expression)


BOUNDS = {
    1: (3, 15, 2, 40),
    4: (4, 50, 2, 200),
    7: (5, 100, 100, 999),
    9: (6, 100, 1000, 9999),
    10: (7, 100, 1000, 9999),
}


@pytest.mark.parametrize("level", BOUNDS)
@pytest.mark.parametrize("generator", [Random, HashBytes])  # chains of families hand it the former
def test_what_is_drawn_keeps_to_its_bounds(level: int, generator: Any) -> None:
    count, largest, least, most = BOUNDS[level]
    signs = set()
    for seed in range(400):
        numbers, target, expression = countdown.sample(level, generator(f"{level}/{seed}"))
        assert len(numbers) == count and all(1 <= number <= largest for number in numbers) and least <= target <= most
        assert check({"numbers": list(numbers), "target": target}, expression)
        assert not check({"numbers": list(numbers), "target": target + 1}, expression)
        found = set(re.findall(r"[-+*/]", expression))
        assert found & set("*/" if level >= 5 else "-*/"), expression
        signs |= found
    assert signs == set("+-" if level == 1 else "+-*/")


class Bytes:
    """Hands out what it is given."""

    def __init__(self, *drawn: bytes) -> None:
        self._drawn = list(drawn)

    def randbytes(self, n: int) -> bytes:
        assert len(self._drawn[0]) == n
        return self._drawn.pop(0)


def test_where_no_product_fits_another_expression_is_drawn() -> None:
    """100 + 100 + 100 + 100 + 100 - 100: no product of 500 stays below a thousand."""
    plain = struct.pack("<9H", *[65535] * 6, 65534, 0, 0)
    other = struct.pack("<9H", *[9999, 0, 700, 9999, 9999, 9999, 9999, 0, 0])
    assert countdown.grown(struct.unpack("<9H", plain), (6, 100, 100, 999, True, True)) == ([100] * 6, 400, "++++-")
    numbers, target, expression = countdown.sample(8, Bytes(plain, other))  # type: ignore[arg-type]
    assert "*" in expression and check({"numbers": list(numbers), "target": target}, expression)


def test_numbers_are_told_in_no_order_that_helps() -> None:
    """The first number told is the first of the expression one time in five."""
    told = [countdown.sample(7, HashBytes(f"order/{seed}")) for seed in range(3000)]
    first = sum(str(numbers[0]) == re.findall(r"\d+", expression)[0] for numbers, _, expression in told)
    assert 0.17 < first / len(told) < 0.25
    wordings = {re.sub(r"\d+", "", countdown.FAMILY.problem(7, seed).prompt) for seed in range(60)}
    assert len(wordings) == 4


@pytest.mark.parametrize("signs", ["*~", "+*-/", "~~", "-/+", "*/~*", "+~*"])
def test_an_expression_keeps_what_it_was_grown_as(signs: str) -> None:
    numbers = [7, 3, 5, 11, 2][: len(signs) + 1]
    value = Fraction(numbers[0])
    for sign, number in zip(signs, numbers[1:], strict=True):
        value = {
            "+": value + number, "-": value - number, "~": number - value, "*": value * number, "/": value / number
        }[sign]  # fmt: skip
    expression = countdown._form(signs).format(*numbers)
    assert eval(re.sub(r"\d+", r"Fraction(\g<0>)", expression)) == value


def test_an_earlier_version_still_builds_its_problems() -> None:
    assert families()["countdown"].version == 2
    golden = json.loads((Path(__file__).parent / "golden_countdown.json").read_text())
    assert {problem_id.partition(":")[0] for problem_id in golden} == {"countdown@1", "countdown@2"}
    for problem_id, (prompt, data, example, instance, solution) in golden.items():
        problem = build(problem_id)
        reference = problem.reference
        assert isinstance(reference, CheckedReference)
        assert (problem.id, problem.prompt, reference.data, reference.example, problem.instance) == (
            problem_id, prompt, data, example, instance
        )  # fmt: skip
        family = family_named("countdown", ProblemId.parse(problem_id).version)
        assert family.confirm(family.params(problem.level, 77)) == reference
        assert worked_solution(problem_id) == solution and check(json.loads(data), example)
    with pytest.raises(ValueError, match="there is no version 3 of countdown, only 1 and 2"):
        build("countdown@3:1:1")


def test_the_same_sum_is_the_same_instance_in_every_version() -> None:
    params = ((9, 2, 8, 3), 73, "8 * 9 + 3 - 2")
    assert countdown.FAMILY.instance(params) == countdown_1.FAMILY.instance((tuple(sorted(params[0])), *params[1:]))
    assert countdown.FAMILY.instance(params) == instance_name("countdown", 1, ((2, 3, 8, 9), 73))


def test_another_expression_is_the_same_instance() -> None:
    family = countdown.FAMILY
    assert family.instance(((2, 3, 8, 9), 73, "8 * 9 + 3 - 2")) == family.instance(((2, 3, 8, 9), 73, "9 * 8 - 2 + 3"))
    assert family.instance(((2, 3, 8, 9), 73, "8 * 9 + 3 - 2")) != family.instance(((2, 3, 8, 9), 74, "8 * 9 + 3 - 2"))
