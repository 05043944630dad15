"""Countdown's checker on right, wrong and hostile answers, and what is drawn."""

from __future__ import annotations

import itertools
from fractions import Fraction
from random import Random

import pytest

from tracemill.problems.math import countdown
from tracemill.problems.math.countdown import check, draw

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
def test_what_is_drawn_keeps_to_its_bounds(count: int) -> None:
    rng = Random(count)
    for _ in range(300):
        numbers, target, expression = draw(rng, count, 1, 100, 100, 999)
        assert len(numbers) == count and all(1 <= number <= 100 for number in numbers) and 100 <= target <= 999
        assert check({"numbers": sorted(numbers), "target": target}, expression)
        assert not check({"numbers": sorted(numbers), "target": target + 1}, expression)


def test_another_expression_is_the_same_instance() -> None:
    family = countdown.FAMILY
    assert family.instance(((2, 3, 8, 9), 73, "8 * 9 + 3 - 2")) == family.instance(((2, 3, 8, 9), 73, "9 * 8 - 2 + 3"))
    assert family.instance(((2, 3, 8, 9), 73, "8 * 9 + 3 - 2")) != family.instance(((2, 3, 8, 9), 74, "8 * 9 + 3 - 2"))
