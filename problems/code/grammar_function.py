"""Write a function that reads a text with a structure: parentheses, expressions, nested repeats.

In ten steps, from easy to hard. Steps 1 and 2: the depth of parentheses. Steps 3 and 4: expressions from left to
right. Steps 5 and 6: several kinds of brackets, which may fail to match. Steps 7 and 8: expressions with unusual
rules of precedence. Steps 9 and 10: nested repeats.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two. The meanings rewrite the text from the inside.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

_DEPTH = """\
depth = deepest = 0
for c in s:
    depth += 1 if c == '(' else -1 if c == ')' else 0
    deepest = max(deepest, depth)
return deepest * {a} + s.count('{b}') * {c}"""
_FLAT = """\
value, *rest = s.split()
value = int(value) % {b}
for operator, number in zip(rest[::2], rest[1::2]):
    number = int(number)
    if operator == '+':
        value += number
    elif operator == '-':
        value -= number
    elif operator == '*':
        value *= number
    else:
        value = {a}(value, number) + {c}
    value %= {b}
return value"""
_BRACKETS = """\
pairs = {')': '(', ']': '[', '}': '{'}
open_ones, score = [], 0
for place, c in enumerate(s):
    if c in '([{':
        open_ones.append(c)
        score += {a} * len(open_ones)
    elif not open_ones or open_ones.pop() != pairs[c]:
        return -{b} * place - {c}
return score if not open_ones else -{b} * len(s) - {c}"""
_EXPRESSION = """\
tokens = s.replace('(', ' ( ').replace(')', ' ) ').split()

def strong():
    token = tokens.pop(0)
    if token == '(':
        value = weak()
        tokens.pop(0)
        return value
    return int(token)

def middle():
    value = strong()
    while tokens and tokens[0] == '{a}':
        tokens.pop(0)
        value = apply('{a}', value, strong())
    return value

def weak():
    value = middle()
    while tokens and tokens[0] in '{b}':
        value = apply(tokens.pop(0), value, middle())
    return value

def apply(operator, x, y):
    return (x + y if operator == '+' else x - y if operator == '-' else x * y) % {c}

return weak() % {c}"""
_REPEATS = """\
def read(i):
    total = 0
    while i < len(s) and s[i] != ']':
        if s[i].isdigit():
            count = int(s[i])
            inner, i = read(i + 2)
            total += count * inner + {a}
        else:
            total += {c} if s[i] in '{b}' else 1
        i += 1
    return total, i
return read(0)[0]"""


# Meanings --------------------------------------------------------------------------------------------------------


def _depth(factor: int, letter: str, worth: int) -> Callable[[str], int]:
    def value(s: str) -> int:
        brackets, layers = re.sub(r"[^()]", "", s), 0
        while brackets:
            brackets, layers = re.sub(r"\(\)", "", brackets), layers + 1
        return (_height(s) if layers else 0) * factor + worth * (len(s.split(letter)) - 1)

    return value


def _height(s: str) -> int:
    return max(s[:end].count("(") - s[:end].count(")") for end in range(len(s) + 1))


def _flat(name: str, m: int, plus: int) -> Callable[[str], int]:
    """From the right: the value of all but the last number, then that one."""

    def value(s: str) -> int:
        if " " not in s:
            return int(s) % m
        before, operator, last = s.rsplit(" ", 2)
        x, y = value(before), int(last)
        odd_one = sorted((x, y))[name == "max"] + plus
        return {"+": x + y, "-": x - y, "*": x * y, "?": odd_one}[operator] % m

    return value


def _brackets(factor: int, each: int, plus: int) -> Callable[[str], int]:
    """Pairs taken out from the inside, until nothing changes."""

    def closes(s: str) -> str:
        """What is left of s without its pairs."""
        before = ""
        while before != s:
            before, s = s, re.sub(r"\(\)|\[\]|\{\}", "", s)
        return s

    def value(s: str) -> int:
        score = 0
        for place, c in enumerate(s):
            left = closes(s[: place + 1])
            if re.search(r"[)\]}]", left):
                return -each * place - plus
            score += factor * len(left) if c in "([{" else 0
        return -each * len(s) - plus if closes(s) else score

    return value


def _expression(strong: str, weak: str, m: int) -> Callable[[str], int]:
    """Rewritten from the inside: the strong operator first, then from the left."""

    def apply(match: re.Match[str]) -> str:
        x, operator, y = int(match[1]), match[2], int(match[3])
        return str({"+": x + y, "-": x - y, "*": x * y}[operator] % m)

    def flat(text: str) -> str:
        for operators in (strong, weak):
            pattern = re.compile(rf"(\d+) ([{re.escape(operators)}]) (\d+)")
            while pattern.search(text):
                text = pattern.sub(apply, text, count=1)
        return text

    def value(s: str) -> int:
        while "(" in s:
            s = re.sub(r"\(([^()]*)\)", lambda match: flat(match[1]), s)
        return int(flat(s)) % m

    return value


def _repeats(fee: int, letters: str, worth: int) -> Callable[[str], int]:
    """Unrolled from the inside into a text in which '#' stands for a fee."""

    def value(s: str) -> int:
        while "[" in s:
            s = re.sub(r"(\d)\[([^\[\]]*)\]", lambda match: match[2] * int(match[1]) + "#", s)
        return sum(fee if c == "#" else worth if c in letters else 1 for c in s)

    return value


# Inputs ----------------------------------------------------------------------------------------------------------


def _letters_in_brackets(rng: Random, *constants: Any) -> list[Args]:
    def text(depth: int) -> str:
        parts = [rng.choice("abcd") for _ in range(rng.randint(0, 3))]
        parts += [f"({text(depth - 1)})" for _ in range(rng.randint(0, 2))] if depth else []
        rng.shuffle(parts)
        return "".join(parts)

    return [("",), ("(a)",), *((text(depth),) for depth in (1, 2, 3, 4, 2, 3, 4, 5, 3))]


def _flat_expressions(rng: Random, *constants: Any) -> list[Args]:
    def expression() -> str:
        return f"{rng.randint(0, 60)}" + "".join(
            f" {rng.choice('+-*?')} {rng.randint(0, 60)}" for _ in range(rng.randint(2, 5))
        )

    return [("7",), ("2 + 3 * 4",), *((expression(),) for _ in range(10))]


def _bracket_texts(rng: Random, *constants: Any) -> list[Args]:
    def nested(left: int) -> str:
        if left <= 0:
            return ""
        inside = rng.randint(0, left - 1)
        pair = rng.choice(("()", "[]", "{}"))
        return pair[0] + nested(inside) + pair[1] + nested(left - 1 - inside)

    texts = [nested(rng.randint(2, 6)) for _ in range(11)]
    for index in range(0, 11, 3):
        place = rng.randrange(len(texts[index]))
        texts[index] = texts[index][:place] + rng.choice(("", ")", "(", "]")) + texts[index][place + 1 :]
    return [("",), ("()",), *((text,) for text in texts)]


def _expressions(rng: Random, *constants: Any) -> list[Args]:
    def expression(depth: int) -> str:
        parts = []
        for _ in range(rng.randint(2, 4)):
            inner = depth and rng.random() < 0.35
            parts.append(f"({expression(depth - 1)})" if inner else str(rng.randint(0, 40)))
        return parts[0] + "".join(f" {rng.choice('+-*')} {part}" for part in parts[1:])

    return [("7",), ("2 + 3 * 4",), *((expression(2),) for _ in range(10))]


def _repeat_texts(rng: Random, *constants: Any) -> list[Args]:
    def text(depth: int) -> str:
        parts = []
        for _ in range(rng.randint(1, 3)):
            inner = depth and rng.random() < 0.6
            parts.append(f"{rng.randint(2, 4)}[{text(depth - 1)}]" if inner else rng.choice("abcd"))
        return "".join(parts)

    return [("",), ("ab",), *((text(3),) for _ in range(10))]


def _between(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


def _letters(rng: Random, letters: str, count: int) -> str:
    return "".join(sorted(rng.sample(letters, count)))


TASKS = {
    "depth": Task(
        draw=lambda level, rng: (rng.randint(2, 20), rng.choice("abcd"), rng.randint(1, 20)),
        params="s",
        words="s consists of letters and of matching parentheses. Let d be the number of parentheses around the "
        "deepest place (0 if there are none). Return {a} * d plus {c} for each letter {b}.",
        source=_DEPTH,
        meaning=_depth,
        inputs=_letters_in_brackets,
        slips=(
            ("never_closed", "-1 if c == ')' else 0", "0"),
            ("depth_at_the_end", "deepest * {a}", "depth * {a}"),
            ("any_letter", "s.count('{b}')", "sum(c.isalpha() for c in s)"),
        ),
        plan="Count up at an opening and down at a closing parenthesis; remember the largest count.",
        nudged=(0, 2),
    ),
    "flat": Task(
        draw=lambda level, rng: (rng.choice(("max", "min")), rng.randint(61, 499), rng.randint(1, 30)),
        params="s",
        words="s is a row of whole numbers with operators between them, all separated by spaces. Operators apply "
        "strictly from left to right: + - * as usual, and ? gives the {a} of both sides plus {c}. Take the remainder "
        "modulo {b} of the first number and after every operator. Return the value.",
        source=_FLAT,
        meaning=_flat,
        inputs=_flat_expressions,
        slips=(
            ("plus_lost", "{a}(value, number) + {c}", "{a}(value, number)"),
            ("remainder_at_the_end", "    value %= {b}\nreturn value", "return value % {b}"),
            ("minus_reversed", "value -= number", "value = number - value"),
        ),
        plan="Take the first number, then each operator with the number after it.",
        nudged=(1, 2),
    ),
    "brackets": Task(
        draw=lambda level, rng: _between(rng, (1, 12), (2, 9), (1, 9)),
        params="s",
        words="s consists of the brackets ( ) [ ] { }. If they match, each opening bracket scores {a} times its depth "
        "(the outermost ones have depth 1); the score is their sum. If not, let p be the index of the first closing "
        "bracket that does not match the last open one, or the length of s if brackets stay open; the score is -{b} * "
        "p - {c}. Return the score.",
        source=_BRACKETS,
        meaning=_brackets,
        inputs=_bracket_texts,
        slips=(
            ("kinds_ignored", "open_ones.pop() != pairs[c]", "not open_ones.pop()"),
            ("open_ones_ignored", "score if not open_ones else -{b} * len(s) - {c}", "score"),
            ("depth_ignored", " * len(open_ones)", ""),
        ),
        plan="Keep a stack of open brackets; its height after pushing is the depth.",
        nudged=(0, 1, 2),
    ),
    "expression": Task(
        draw=lambda level, rng: (*rng.choice((("+", "-*"), ("-", "+*"), ("*", "+-"))), rng.randint(100, 999)),
        params="s",
        words="s is an expression of whole numbers, the operators + - * with spaces around them, and parentheses. "
        "'{a}' binds more strongly than the other two; those have equal strength, and equal operators apply from left "
        "to right. After every operation take the remainder modulo {c}. Return the remainder of the value modulo {c}.",
        source=_EXPRESSION,
        meaning=_expression,
        inputs=_expressions,
        slips=(
            ("all_equal", "while tokens and tokens[0] == '{a}':", "while False:"),
            (
                "parentheses_strong_only",
                "value = weak()\n        tokens.pop(0)",
                "value = middle()\n        tokens.pop(0)",
            ),
            ("no_precedence", "apply('{a}', value, strong())", "apply('{a}', value, middle())"),
            ("first_two_only", "    while tokens and tokens[0] in '{b}':", "    if tokens and tokens[0] in '{b}':"),
        ),
        plan="One function a strength: weak reads middle ones with {b} between them, middle reads strong ones with "
        "{a}.",
        nudged=(2,),
    ),
    "repeats": Task(
        draw=lambda level, rng: (rng.randint(0, 20), _letters(rng, "abcd", 2), rng.randint(2, 20)),
        params="s",
        words="s is a text in which a digit and square brackets repeat what is inside: 2[a3[b]] stands for abbbabbb. "
        "Once unrolled, each letter in '{b}' costs {c} and any other 1; in addition, each pair of brackets costs {a} "
        "every time its surroundings are unrolled. Return the cost.",
        source=_REPEATS,
        meaning=_repeats,
        inputs=_repeat_texts,
        slips=(
            ("once_only", "count * inner + {a}", "inner + {a}"),
            ("fee_repeated", "count * inner + {a}", "count * (inner + {a})"),
            ("fee_lost", " + {a}", ""),
            ("weights_swapped", "in '{b}'", "not in '{b}'"),
        ),
        plan="read(i) gives the cost up to the closing bracket and where that is; it calls itself after a digit.",
        nudged=(2,),
    ),
}

_STEPS = {
    1: ("depth",),
    2: ("depth",),
    3: ("flat",),
    4: ("flat",),
    5: ("brackets",),
    6: ("brackets",),
    7: ("expression",),
    8: ("expression",),
    9: ("repeats", "expression"),
    10: ("repeats",),
}
FAMILY = joined_family(
    name="grammar_function", version=2, topic="parsing", doc=__doc__ or "", tasks=TASKS, steps=_STEPS
)
EARLIER = task_family(name="grammar_function", version=1, topic="parsing", tasks=TASKS, levels=_STEPS)
