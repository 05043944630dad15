"""Version 1 of `countdown`, for the problems that it made: levels, checker and instances are those of version 2."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tracemill.problems.family import Params, Posed
from tracemill.problems.math import countdown
from tracemill.problems.math.countdown import reference, worked

_SHAPES = {  # numbers, the largest, the least and the greatest target, operations
    1: (3, 15, 2, 40, "+-"),
    2: (3, 10, 2, 100, "+-*"),
    3: (4, 25, 2, 200, "+-*"),
    4: (4, 50, 2, 200, "+-*/"),
    5: (4, 100, 10, 999, "+-*/"),
    6: (5, 50, 100, 999, "+-*/"),
    7: (5, 100, 100, 999, "+-*/"),
    8: (6, 100, 100, 999, "+-*/"),
    9: (6, 100, 1000, 9999, "+-*/"),
    10: (7, 100, 1000, 9999, "+-*/"),
}
_ASKED = (
    (
        "Use each of the numbers {numbers} exactly once, with + - * / and brackets, to make {target}. Answer with the"
        " expression."
    ),
    "Make {target} from the numbers {numbers}: every number exactly once, only + - * / and brackets.",
    (
        "Find an expression that equals {target} and uses all of {numbers}, each once, joined by + - * / (brackets"
        " allowed)."
    ),
    "Reach {target} with {numbers}. Each number must be used exactly once; allowed are + - * / and brackets.",
)


def draw(
    rng: Random, num_numbers: int, least_number: int, most_number: int, least: int, most: int, operations: str = "+-*/"
) -> tuple[list[int], int, str]:
    """(numbers in the order of the expression, target, expression); every value on the way is a positive integer."""
    random, span, kinds = rng.random, most_number - least_number + 1, len(operations)
    while True:
        numbers = [least_number + int(random() * span) for _ in range(num_numbers)]
        value = numbers[0]
        text, last = str(value), " "  # `last` is the operation at the top of the expression so far
        for number in numbers[1:]:
            operation = operations[int(random() * kinds)]
            if operation == "*" and value * number <= most:
                text = f"({text}) * {number}" if last in "+-" else f"{text} * {number}"
                value, last = value * number, "*"
            elif operation == "/" and number > 1 and value % number == 0:
                text = f"({text}) / {number}" if last in "+-" else f"{text} / {number}"
                value, last = value // number, "/"
            elif operation == "-" and value > number:
                text, value, last = f"{text} - {number}", value - number, "-"
            elif operation == "-" and value < number:
                text = f"{number} - ({text})" if last in "+-" else f"{number} - {text}"
                value, last = number - value, "-"
            elif value > number and random() < 0.5:
                text, value, last = f"{text} - {number}", value - number, "-"
            else:
                text, value, last = f"{text} + {number}", value + number, "+"
        if least <= value <= most:
            return numbers, value, text


def sample(level: int, rng: Random) -> Params:
    """(numbers in ascending order, target, one right expression); the expression is not part of the identity."""
    num_numbers, largest, least, most, operations = _SHAPES[level]
    while True:
        numbers, target, expression = draw(rng, num_numbers, 1, largest, least, most, operations)
        if "*" in expression or "/" in expression or (level < 5 and "-" in expression):
            return (tuple(sorted(numbers)), target, expression)


def pose(params: Params, rng: Random) -> Posed:
    numbers = list(params[0])
    numbers.sort(key=lambda _: rng.random())  # a shuffle, at a third of its cost
    asked = _ASKED[int(rng.random() * len(_ASKED))]
    prompt = asked.format(numbers=", ".join(map(str, numbers)), target=params[1])
    return Posed(prompt=prompt, reference=reference(params))


def solve(params: Params, rng: Random) -> str:
    return worked(params, rng.choice(range(3)), rng.choice(range(2)))


FAMILY = replace(countdown.FAMILY, version=1, sample=sample, pose=pose, solve=solve, generator=Random)
