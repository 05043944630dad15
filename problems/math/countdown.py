"""Countdown: reach a target with given numbers, each used exactly once, by + - * /. Any right expression is accepted.

Level 1: three numbers up to 15, + and -. Level 2: up to 10, with *. Levels 3 and 4: four numbers up to 25 and 50, the
latter with /. Level 5: four numbers up to 100. Levels 6 and 7: five numbers up to 50 and 100, targets from 100 to 999.
Level 8: six numbers. Level 9: six numbers, targets of four digits. Level 10: seven numbers. The expression that a
problem is made from never has + alone, and from level 5 on it has * or /.

A problem is built backwards, from an expression that is grown number by number; nothing is searched. One digest draws
all of it, and whatever a problem shares with others stands in a table: seeding a `random.Random` would take as long as
half a problem.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from functools import cache
from hashlib import sha256
from itertools import permutations
from operator import itemgetter
from random import Random
from struct import Struct
from typing import Any

from tracemill.problems.family import Family, HashBytes, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import CheckedReference

Shape = tuple[int, int, int, int, bool, bool]
"""How many numbers, the largest, the least and the greatest target, whether there is *, and /."""

_SHAPES: dict[int, Shape] = {
    1: (3, 15, 2, 40, False, False),
    2: (3, 10, 2, 100, True, False),
    3: (4, 25, 2, 200, True, False),
    4: (4, 50, 2, 200, True, True),
    5: (4, 100, 10, 999, True, True),
    6: (5, 50, 100, 999, True, True),
    7: (5, 100, 100, 999, True, True),
    8: (6, 100, 100, 999, True, True),
    9: (6, 100, 1000, 9999, True, True),
    10: (7, 100, 1000, 9999, True, True),
}
_ASKED = (
    "Use each of the numbers %s exactly once, with + - * / and brackets, to make %d. Answer with the expression.",
    "From the numbers %s make %d: every number exactly once, only + - * / and brackets.",
    ("Find an expression that uses all of %s, each once, joined by + - * / (brackets allowed), and that equals %d."),
    "You have %s. Reach %d: each number must be used exactly once; allowed are + - * / and brackets.",
)
_MOST_CHARACTERS, _MOST_BRACKETS = 500, 30
_WORDS = Struct("<9H").unpack  # bytes as numbers below 65536


def sample(level: int, rng: Random) -> Params:
    """(numbers in the order in which they are told, target, one right expression)."""
    shape = _SHAPES[level]
    while True:
        words = _WORDS(rng.randbytes(18))
        numbers, target, signs = grown(words, shape)
        if shape[2] <= target <= shape[3] and ("*" in signs or "/" in signs or (level < 5 and signs.strip("+"))):
            orders = _orders(len(numbers))
            return (orders[words[8] * len(orders) >> 16](numbers), target, _form(signs).format(*numbers))


def grown(words: Sequence[int], shape: Shape) -> tuple[list[int], int, str]:
    """The numbers of a shape, what they make, and the operations that join them from left to right: a number and its
    operation by one of `words` (below 65536) each, and the place of a product by another.

    Every value on the way is a positive integer; `~` is the value taken from the number. There is a product, and in it
    a number that brings the value within the bounds, where one can, and after it seldom a step that leads out of them.
    """
    count, largest, least, most, times, over = shape
    value = 1 + (words[0] * largest >> 16)
    numbers, signs = [value], ""
    product = 1 + (words[1] * (count - 1) >> 16) if times else count
    for place in range(1, count):
        word = words[place + 1]
        if place == product and 2 * value <= most:
            top = most // value
            if top > largest:
                top = largest
            low = least // value
            if low < 2 or low > top:
                low = 2
            number = low + (word * (top - low + 1) >> 16)
            if over and word & 1 and value % number == 0:
                value //= number
                signs += "/"
            else:
                value *= number
                signs += "*"
        else:
            number = 1 + (word * largest >> 16)
            kind = word & 7
            if kind == 0 and times and value * number <= most:
                value *= number
                signs += "*"
            elif kind < 2 and over and number > 1 and value % number == 0:
                value //= number
                signs += "/"
            elif (
                value == number or (kind & 1 and value + number <= most) or (place > product and value - number < least)
            ):
                value += number
                signs += "+"
            elif value > number:
                value -= number
                signs += "-"
            else:
                value = number - value
                signs += "~"
        numbers.append(number)
    return numbers, value, signs


@cache
def _form(signs: str) -> str:
    """The expression with places for the numbers: of `*~`, `{2} - {0} * {1}`."""
    text, last = "{0}", " "  # `last` is the operation at the top of the expression so far
    for place, sign in enumerate(signs, start=1):
        inner = f"({text})" if last in "+-~" and sign not in "+-" else text
        text = f"{{{place}}} - {inner}" if sign == "~" else f"{inner} {sign} {{{place}}}"
        last = sign
    return text


@cache
def _orders(count: int) -> tuple[Callable[[Any], Any], ...]:
    """All orders of `count` numbers, each as a function that puts them in it."""
    return tuple(itemgetter(*order) for order in permutations(range(count)))


def identity(params: Params) -> str:
    """Of the numbers in ascending order and the target; the same in all versions, so that what is held out stays so."""
    numbers, target, _ = params
    told = str(sorted(numbers)).replace(" ", "")
    return sha256(f'["countdown",1,[{told},{target}]]'.encode()).hexdigest()[:16]  # `instance_name`, at half its cost


def reference(params: Params) -> CheckedReference:
    return _reference(str(params[0])[1:-1], params[1], params[2])


def _reference(numbers: str, target: int, expression: str) -> CheckedReference:
    data = f'{{"numbers": [{numbers}], "target": {target}}}'
    return CheckedReference(checker="tracemill.problems.math.countdown:check", data=data, example=expression)


def pose(params: Params, rng: Random) -> Posed:
    numbers, target, expression = params
    told = str(numbers)[1:-1]
    prompt = _ASKED[rng.randbytes(1)[0] & 3] % (told, target)
    return Posed(prompt=prompt, reference=_reference(told, target, expression))


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
    first, second = rng.randbytes(2)
    return worked(params, first % 3, second % 2)


def worked(params: Params, start: int, end: int) -> str:
    """A solution that begins in one of three ways and ends in one of two."""
    numbers, target, expression = params
    starts = ("Build it up:", "Step by step:", f"From {numbers[0]} to {numbers[-1]}, this leads to {target}:")
    ends = ("Every number is used once.", "That uses all the numbers, each once.")
    return f"{starts[start]} {', '.join(_steps(expression))}. {ends[end]} {boxed(expression)}"


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

    if value(ast.parse(expression, mode="eval").body) != target or sorted(leaves) != sorted(numbers):
        raise ValueError(f"{expression!r} does not make {target} from {numbers}")
    return reference(params)


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
    version=2,
    kind="math",
    topic="puzzles",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
    identity=identity,
    generator=HashBytes,
)
