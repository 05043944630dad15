"""Write a function that runs a small machine: buttons, a row of cells, a stack machine, a machine with jumps.

In ten steps, from easy to hard. Steps 1 and 2: a device with four buttons. Steps 3 and 4: a ring of cells under a
rule. Steps 5 to 7: a stack machine. Steps 8 to 10: a machine with two registers and jumps.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

_BUTTONS = """\
value = kept = {a}
for c in s:
    if c == 'a':
        value += {b}
    elif c == 'd':
        value = value * 2 % {c}
    elif c == 'k':
        kept = value
    else:
        value = kept
return value"""
_CELLS = """\
for _ in range({b}):
    new = []
    for i in range(len(cells)):
        left, right = cells[i - 1], cells[(i + 1) % len(cells)]
        new.append({a} >> (4 * left + 2 * cells[i] + right) & 1)
    cells = new
return sum(i + {c} for i, cell in enumerate(cells) if cell)"""
_STACK = """\
stack = []
for word in s.split():
    if word.isdigit():
        stack.append(int(word))
    elif word == 'dup':
        stack.append(stack[-1] if stack else {a})
    else:
        y = stack.pop() if stack else {a}
        x = stack.pop() if stack else {a}
        if word == 'swap':
            stack += [y, x]
        else:
            stack.append((x + y if word == '+' else x - y if word == '-' else x * y) % {b})
return sum(stack) + {c} * len(stack)"""
_MACHINE = """\
a, b, at = x, {a}, 0
for _ in range({c}):
    if at >= len(program):
        break
    name, number = program[at]
    at += 1
    if name == 'add':
        a += number
    elif name == 'mul':
        a = a * number % {b}
    elif name == 'swap':
        a, b = b, a
    elif name == 'down':
        b -= number
    elif b > 0:
        at = max(0, at - 1 - number)
return a * 10 + b % 10"""


# Meanings --------------------------------------------------------------------------------------------------------


def _buttons(start: int, plus: int, m: int) -> Callable[[str], int]:
    """From the end: what the last button makes of the value before it."""

    def value(s: str) -> int:
        if not s:
            return start
        before = s[:-1]
        if s[-1] == "r":
            return value(before[: before.rindex("k")]) if "k" in before else start
        return {"a": value(before) + plus, "d": 2 * value(before) % m, "k": value(before)}[s[-1]]

    return value


def _cells(rule: int, steps: int, plus: int) -> Callable[[list[int]], int]:
    table = {f"{pattern:03b}": digit for pattern, digit in enumerate(reversed(f"{rule:08b}"))}

    def value(cells: list[int]) -> int:
        row = "".join(map(str, cells))
        for _ in range(steps):
            ring = row[-1:] + row + row[:1]
            row = "".join(table[ring[i : i + 3]] for i in range(len(row)))
        return sum(i + plus for i, cell in enumerate(row) if cell == "1")

    return value


def _stack(default: int, m: int, each: int) -> Callable[[str], int]:
    """A linked list instead of a list."""

    def value(s: str) -> int:
        top: Any = None
        for word in s.split():
            y, rest = top or (default, None)
            x, below = rest or (default, None)
            results = {"+": x + y, "-": x - y, "*": x * y}
            if word == "dup":
                top = (y, top)
            elif word == "swap":
                top = (x, (y, below))
            else:
                top = (results[word] % m, below) if word in results else (int(word), top)
        values = []
        while top:
            values.append(top[0])
            top = top[1]
        return sum(values) + each * len(values)

    return value


def _machine(start: int, m: int, steps: int) -> Callable[[list[list[Any]], int], int]:
    """By tables of what each instruction does to (a, b, at)."""

    def value(program: list[list[Any]], x: int) -> int:
        state = (x, start, 0)
        does: dict[str, Callable[[int, int, int, int], tuple[int, int, int]]] = {
            "add": lambda a, b, at, k: (a + k, b, at + 1),
            "mul": lambda a, b, at, k: (a * k % m, b, at + 1),
            "swap": lambda a, b, at, k: (b, a, at + 1),
            "down": lambda a, b, at, k: (a, b - k, at + 1),
            "back": lambda a, b, at, k: (a, b, max(0, at - k) if b > 0 else at + 1),
        }
        for _ in range(steps):
            if state[2] < len(program):
                name, number = program[state[2]]
                state = does[name](*state, number)
        return state[0] * 10 + state[1] % 10

    return value


# Inputs ----------------------------------------------------------------------------------------------------------


def _texts(letters: str, most: int) -> Callable[..., list[Args]]:
    def inputs(rng: Random, *constants: Any) -> list[Args]:
        sizes = [0, 1, *(rng.randint(3, most) for _ in range(10))]
        return [("".join(rng.choice(letters) for _ in range(size)),) for size in sizes]

    return inputs


def _lists(low: int, high: int, least: int = 0, most: int = 12) -> Callable[..., list[Args]]:
    def inputs(rng: Random, *constants: Any) -> list[Args]:
        sizes = [least, least + 1, *(rng.randint(3, most) for _ in range(10))]
        return [([rng.randint(low, high) for _ in range(size)],) for size in sizes]

    return inputs


def _words(rng: Random, *constants: Any) -> list[Args]:
    def word() -> str:
        return rng.choice(("+", "-", "*", "swap", "dup")) if rng.random() < 0.5 else str(rng.randint(0, 30))

    return [("",), ("3 4 +",), *((" ".join(word() for _ in range(rng.randint(3, 9))),) for _ in range(10))]


def _programs(rng: Random, *constants: Any) -> list[Args]:
    def line() -> list[Any]:
        name = rng.choice(("add", "add", "mul", "swap", "down", "down", "back"))
        return [name, rng.randint(1, 3) if name in ("down", "back") else rng.randint(2, 9)]

    drawn = [([line() for _ in range(rng.randint(3, 6))], rng.randint(0, 20)) for _ in range(10)]
    return [([], 3), ([["add", 2], ["down", 1], ["back", 2]], 5), *drawn]


def _between(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


TASKS = {
    "buttons": Task(
        draw=lambda level, rng: _between(rng, (1, 9), (2, 20), (30, 200)),
        params="s",
        words="A device shows {a} and has kept {a}. The characters of s are its buttons, pressed in order: a adds "
        "{b}; d doubles the number and takes it modulo {c}; k keeps the number shown; r shows the number kept. Return "
        "the number shown at the end.",
        source=_BUTTONS,
        meaning=_buttons,
        inputs=_texts("aaddkr", 9),
        slips=(
            ("kept_from_0", "value = kept = {a}", "value, kept = {a}, 0"),
            ("no_modulo", "value * 2 % {c}", "value * 2"),
            ("never_keeps", "        kept = value", "        pass"),
        ),
        plan="Two variables, the number shown and the number kept; one case a button.",
        nudged=(0, 1),
    ),
    "cells": Task(
        draw=lambda level, rng: _between(rng, (1, 254), (1, 4), (0, 9)),
        params="cells",
        words="cells is a list of zeros and ones that lie in a ring. In each step every cell becomes, all at once, "
        "bit number 4 * left + 2 * itself + right (bit 0 is the lowest) of the number {a}, left and right being its "
        "neighbours. Do {b} steps. Return the sum of i + {c} over all indices i of cells that are then 1.",
        source=_CELLS,
        meaning=_cells,
        inputs=_lists(0, 1, least=1, most=10),
        slips=(
            ("neighbours_swapped", "4 * left + 2 * cells[i] + right", "4 * right + 2 * cells[i] + left"),
            ("one_after_the_other", "    cells = new", "    cells = new[:1] + cells[1:]"),
            ("no_ring", "left, right = cells[i - 1]", "left, right = i and cells[i - 1]"),
        ),
        plan="Build the new row from the old one as a whole, {b} times.",
        nudged=(0, 2),
    ),
    "stack": Task(
        draw=lambda level, rng: _between(rng, (0, 9), (50, 999), (0, 20)),
        params="s",
        words="s holds words with spaces between them, run from left to right by a stack machine. A number is pushed. "
        "+ - * take y from the top and x from below, and push x + y, x - y or x * y modulo {b}. dup pushes the top "
        "once more. swap exchanges the two topmost. Whatever is taken from an empty stack is {a}. Return the sum of "
        "the stack at the end, plus {c} for each number on it.",
        source=_STACK,
        meaning=_stack,
        inputs=_words,
        slips=(
            ("operands_swapped", "x - y if", "y - x if"),
            ("empty_is_1", "y = stack.pop() if stack else {a}", "y = stack.pop() if stack else {a} + 1"),
            ("swap_lost", "stack += [y, x]", "stack += [x, y]"),
            ("dup_lost", "stack[-1] if stack else {a}", "0"),
        ),
        plan="Keep the stack in a list; the last item is the top.",
        nudged=(1, 2),
    ),
    "machine": Task(
        draw=lambda level, rng: _between(rng, (1, 6), (50, 999), (10, 40)),
        params="program, x",
        words="program is a list of [name, number], run from its first line on, with a = x and b = {a}. add: a grows "
        "by the number. mul: a becomes a times the number, modulo {b}. swap: a and b are exchanged. down: b falls by "
        "the number. back: if b > 0, go on that many lines further up than this one (but not above the first). Stop "
        "after the last line, or after {c} steps. Return a * 10 + the remainder of b modulo 10.",
        source=_MACHINE,
        meaning=_machine,
        inputs=_programs,
        slips=(
            ("always_jumps", "elif b > 0:", "else:"),
            ("one_line_less", "at - 1 - number", "at - number"),
            ("swap_lost", "a, b = b, a", "a, b = a, b"),
            ("sum_of_mul", "a * number % {b}", "(a + number) % {b}"),
        ),
        plan="Keep a, b and the line to run next; count the steps.",
        nudged=(0, 1),
    ),
}

_STEPS = {
    1: ("buttons",),
    2: ("buttons",),
    3: ("cells",),
    4: ("cells",),
    5: ("stack", "cells"),
    6: ("stack",),
    7: ("stack",),
    8: ("stack", "machine"),
    9: ("machine",),
    10: ("machine",),
}
FAMILY = joined_family(
    name="machine_function", version=2, topic="simulation", doc=__doc__ or "", tasks=TASKS, steps=_STEPS
)
EARLIER = task_family(name="machine_function", version=1, topic="simulation", tasks=TASKS, levels=_STEPS)
