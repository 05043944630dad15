"""Countdown: reach a target with given numbers, each used exactly once, by + - * /. Any right expression is accepted.

Level 1: three numbers up to 15, + and -. Level 2: up to 10, with *. Levels 3 and 4: four numbers up to 25 and 50, the
latter with /. Level 5: four numbers up to 100. Levels 6 and 7: five numbers up to 50 and 100, targets from 100 to 999.
Level 8: six numbers. Level 9: six numbers, targets of four digits. Level 10: seven numbers. The expression that a
problem is made from never has + alone, and from level 5 on it has * or /.

A problem is built backwards, from an expression that is grown number by number; nothing is searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

from tracemill.problems.family import Family, Params, Posed, instance_name
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import CheckedReference

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
_MOST_CHARACTERS, _MOST_BRACKETS = 500, 30


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


def identity(params: Params) -> str:
    return instance_name("countdown", 1, params[:2])


def _reference(params: Params) -> CheckedReference:
    numbers, target, expression = params
    data = f'{{"numbers": {list(numbers)}, "target": {target}}}'
    return CheckedReference(checker="tracemill.problems.math.countdown:check", data=data, example=expression)


def pose(params: Params, rng: Random) -> Posed:
    numbers = list(params[0])
    numbers.sort(key=lambda _: rng.random())  # a shuffle, at a third of its cost
    asked = _ASKED[int(rng.random() * len(_ASKED))]
    prompt = asked.format(numbers=", ".join(map(str, numbers)), target=params[1])
    return Posed(prompt=prompt, reference=_reference(params))


# The checker: a tokenizer and a recursive descent of its own. An answer is never evaluated as code.

_TOKEN = re.compile(r"\d+|[-+*/(){}=]|\\[dt]?frac")
_PLAIN = (
    ("\\left", ""),
    ("\\right", ""),
    ("\\times", "*"),
    ("\\cdot", "*"),
    ("\\div", "/"),
    ("\\,", ""),
    ("$", ""),
    ("×", "*"),
    ("·", "*"),
    ("÷", "/"),
    ("−", "-"),
    ("–", "-"),
    ("[", "("),
    ("]", ")"),
)


class _Unreadable(Exception):
    pass


def check(data: dict[str, Any], answer: str) -> bool:
    """Whether the answer is an expression in all of the numbers, each once, worth the target; `= target` may follow."""
    text = answer if len(answer) <= _MOST_CHARACTERS else ""
    for old, new in _PLAIN:
        text = text.replace(old, new)
    try:
        tokens = _tokens(text)
        if "=" in tokens:
            at = tokens.index("=")
            if tokens[at + 1 :] != [str(data["target"])]:
                return False
            tokens = tokens[:at]
        used: list[int] = []
        value, end = _sum(tokens, 0, used)
    except (_Unreadable, ZeroDivisionError):
        return False
    return end == len(tokens) and sorted(used) == sorted(data["numbers"]) and value == data["target"]


def _tokens(text: str) -> list[str]:
    tokens, at, depth = [], 0, 0
    text = text.strip()
    while at < len(text):
        if text[at].isspace():
            at += 1
            continue
        match = _TOKEN.match(text, at)
        if match is None or len(match.group()) > 6 or not match.group().isascii():
            raise _Unreadable
        tokens.append(match.group())
        depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(tokens[-1], 0)
        if depth > _MOST_BRACKETS:
            raise _Unreadable
        at = match.end()
    return tokens


def _sum(tokens: list[str], at: int, used: list[int]) -> tuple[Fraction, int]:
    value, at = _product(tokens, at, used)
    while at < len(tokens) and tokens[at] in "+-":
        sign = 1 if tokens[at] == "+" else -1
        term, at = _product(tokens, at + 1, used)
        value += sign * term
    return value, at


def _product(tokens: list[str], at: int, used: list[int]) -> tuple[Fraction, int]:
    value, at = _factor(tokens, at, used)
    while at < len(tokens) and tokens[at] not in ("+", "-", ")", "}", "="):
        if tokens[at] in "*/":
            factor, after = _factor(tokens, at + 1, used)
            value = value * factor if tokens[at] == "*" else value / factor
            at = after
        elif tokens[at] == "(" or (tokens[at - 1] == ")" and tokens[at].isdigit()):  # 3(4 + 5), (4 + 5)3
            factor, at = _factor(tokens, at, used)
            value *= factor
        else:
            raise _Unreadable
    return value, at


def _factor(tokens: list[str], at: int, used: list[int]) -> tuple[Fraction, int]:
    token = tokens[at] if at < len(tokens) else ""
    if token.isdigit():
        used.append(int(token))
        return Fraction(int(token)), at + 1
    if token == "-" and tokens[at + 1 : at + 2] != ["-"]:
        value, at = _factor(tokens, at + 1, used)
        return -value, at
    if token in ("(", "{"):
        return _bracket(tokens, at, used)
    if token.endswith("frac"):
        top, at = _bracket(tokens, at + 1, used)
        bottom, at = _bracket(tokens, at, used)
        return top / bottom, at
    raise _Unreadable


def _bracket(tokens: list[str], at: int, used: list[int]) -> tuple[Fraction, int]:
    closing = {"(": ")", "{": "}"}.get(tokens[at] if at < len(tokens) else "")
    if closing is None:
        raise _Unreadable
    value, end = _sum(tokens, at + 1, used)
    if end >= len(tokens) or tokens[end] != closing:
        raise _Unreadable
    return value, end + 1


# Solution, second computation, mistakes.


def _steps(expression: str) -> list[str]:
    """The operations in the order in which they are carried out, each as `7 * 8 = 56`."""
    steps, left = [], expression
    while not left.isdigit():
        inner = re.search(r"\(([^()]*)\)", left)
        start, part = (inner.start(1), inner.group(1)) if inner else (0, left)
        match = re.search(r"(\d+) ([*/]) (\d+)", part) or re.search(r"(\d+) ([-+]) (\d+)", part)
        if match is None:
            raise ValueError(f"{expression!r} has no next step at {left!r}")
        a, sign, b = int(match.group(1)), match.group(2), int(match.group(3))
        value = {"+": a + b, "-": a - b, "*": a * b, "/": a // (b or 1)}[sign]
        steps.append(f"{match.group()} = {value}")
        left = left[: start + match.start()] + str(value) + left[start + match.end() :]
        left = re.sub(r"\((\d+)\)", r"\1", left)
    return steps


def solve(params: Params, rng: Random) -> str:
    numbers, target, expression = params
    steps = _steps(expression)
    start = rng.choice(
        ("Build it up:", "Step by step:", f"From {numbers[0]} to {numbers[-1]}, this leads to {target}:")
    )
    used = rng.choice(("Every number is used once.", "That uses all the numbers, each once."))
    return f"{start} {', '.join(steps)}. {used} {boxed(expression)}"


def confirm(params: Params) -> CheckedReference:
    """By Python's own parser, a whitelist of nodes and exact fractions. Raises ValueError if the expression fails."""
    import ast
    import operator

    numbers, target, expression = params
    operations = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}
    leaves: list[int] = []

    def value(node: ast.expr) -> Fraction:
        if isinstance(node, ast.BinOp):
            left, right = value(node.left), value(node.right)
            return Fraction(operations[type(node.op)](left, right))
        if isinstance(node, ast.Constant) and type(node.value) is int:
            leaves.append(node.value)
            return Fraction(node.value)
        raise ValueError(f"{expression!r} is more than arithmetic")

    if value(ast.parse(expression, mode="eval").body) != target or tuple(sorted(leaves)) != numbers:
        raise ValueError(f"{expression!r} does not make {target} from {numbers}")
    return _reference(params)


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    numbers, target, expression = params
    data = {"numbers": numbers, "target": target}
    turned = expression.translate(str.maketrans("+-*/", "-+/*"))
    candidates = [
        ("off_by_one", f"{expression} + 1"),
        ("another_operation", expression.replace(" + ", " - ", 1) if "+" in expression else turned),
        ("all_turned", turned),
        ("number_twice", f"{expression} + {numbers[-1]} - {numbers[-1]}"),
        ("number_missing", " + ".join(map(str, numbers[1:]))),
        ("sum_of_all", " + ".join(map(str, numbers))),
        ("just_the_target", str(target)),
        ("false_equation", f"{' + '.join(map(str, numbers))} = {target}"),
    ]
    wrong = [(name, text) for name, text in candidates if not check(data, text)]
    yield from wrong_answers(expression, f"{', '.join(map(str, numbers))} -> {target}", wrong)


FAMILY = Family(
    name="countdown",
    version=1,
    kind="math",
    topic="puzzles",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
    identity=identity,
)
