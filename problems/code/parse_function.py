"""Write a function that reads a text of records: numbers, pairs, tables, durations, run lengths, quotes, logs.

In ten steps, from easy to hard. Steps 1 and 2: a list of numbers, and pairs of key and value, in a string. Steps 3
and 4: tables. Steps 4 to 6: durations in other units. Steps 6 to 8: run lengths. Steps 8 and 9: fields with quotes.
Steps 9 and 10: a log of tasks that interrupt each other.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

_NUMBERS = """\
total = 0
for part in s.split('{a}'):
    part = part.strip()
    if part and int(part) >= {b}:
        total += int(part) * {c}
return total"""
_RECORDS = """\
values = {}
for part in s.split('{a}'):
    if '{b}' in part:
        key, value = part.split('{b}', 1)
        values[key] = int(value)
return sum(value for key, value in values.items() if key not in {c})"""
_TABLE = """\
header, *rows = s.split('\\n')
names = header.split(',')
total = 0
for row in rows:
    cells = dict(zip(names, row.split(',')))
    if cells['kind'] == '{a}' and int(cells['size']) > {b}:
        total += int(cells['cost']) + {c}
return total"""
_DURATION = """\
total = number = 0
for c in s:
    if c.isdigit():
        number = number * 10 + int(c)
    else:
        total += number * {'s': 1, 'm': {a}, 'h': {a} * {b}, 'd': {a} * {b} * {c}}[c]
        number = 0
return total + number"""
_RUNS = """\
letter, number, total = '', '', 0
for c in s + '.':
    if c.isdigit():
        number += c
        continue
    if letter:
        count = int(number or {a})
        total += count * {c} if letter in '{b}' else count
    letter, number = c, ''
return total"""
_QUOTED = """\
fields, text, inside = [], '', False
for c in s + '{a}':
    if c == '{b}':
        inside = not inside
    elif c == '{a}' and not inside:
        fields.append(text)
        text = ''
    else:
        text += c
return sum(len(text) * {c} if text.isdigit() else len(text) for text in fields)"""
_LOG = """\
running, total, last = [], 0, 0
for line in s.split('\\n') if s else []:
    time, name, what = line.split(' ')
    minutes = int(time[:2]) * 60 + int(time[3:])
    if running:
        total += (minutes - last) * ({a} if running[-1] in '{b}' else 1)
    last = minutes
    if what == 'start':
        running.append(name)
        total += {c}
    else:
        running.pop()
return total"""


# Meanings --------------------------------------------------------------------------------------------------------


def _numbers(separator: str, least: int, factor: int) -> Callable[[str], int]:
    return lambda s: factor * sum(x for x in map(int, re.findall(r"-?\d+", s)) if not x < least)


def _records(separator: str, equals: str, without: tuple[str, ...]) -> Callable[[str], int]:
    def value(s: str) -> int:
        found = re.findall(rf"([a-z]+){re.escape(equals)}(-?\d+)", s)
        last = {key: int(number) for key, number in found}
        return sum(last[key] for key in last.keys() - set(without))

    return value


def _table(kind: str, limit: int, fee: int) -> Callable[[str], int]:
    def value(s: str) -> int:
        lines = [line.split(",") for line in s.splitlines()]
        columns = {column[0]: column[1:] for column in zip(*lines, strict=True)}
        rows = zip(columns["kind"], map(int, columns["size"]), map(int, columns["cost"]), strict=True)
        return sum(cost + fee for its, size, cost in rows if its == kind and size > limit)

    return value


def _duration(minute: int, hour: int, day: int) -> Callable[[str], int]:
    def value(s: str) -> int:
        worth = {"": 1, "s": 1, "m": minute, "h": minute * hour, "d": minute * hour * day}
        return sum(int(number) * worth[unit] for number, unit in re.findall(r"(\d+)([a-z]?)", s))

    return value


def _runs(default: int, letters: str, factor: int) -> Callable[[str], int]:
    def value(s: str) -> int:
        text = re.sub(r"([a-z])(\d*)", lambda m: m[1] * int(m[2] or default), s)
        return len(text) + (factor - 1) * sum(text.count(c) for c in letters)

    return value


def _quoted(separator: str, quote: str, factor: int) -> Callable[[str], int]:
    """Every second part between quotes is inside: separators there are hidden first."""

    def value(s: str) -> int:
        parts = s.split(quote)
        hidden = "".join(part.replace(separator, "#") if i % 2 else part for i, part in enumerate(parts))
        fields = hidden.split(separator)
        return sum(len(text) * (factor if re.fullmatch(r"[0-9]+", text) else 1) for text in fields)

    return value


def _log(factor: int, names: str, fee: int) -> Callable[[str], int]:
    """Minute by minute: which task is the innermost one then."""

    def value(s: str) -> int:
        events = [(int(h) * 60 + int(m), name, what) for h, m, name, what in re.findall(r"(\d+):(\d+) (\w) (\w+)", s)]
        total = fee * s.count("start")
        for minute in range(events[0][0] if events else 0, events[-1][0] if events else 0):
            stack: list[str] = []
            for at, name, what in events:
                if at <= minute:
                    stack = [*stack, name] if what == "start" else stack[:-1]
            if stack:
                total += factor if stack[-1] in names else 1
        return total

    return value


# Inputs ----------------------------------------------------------------------------------------------------------


def _number_texts(rng: Random, separator: str, *constants: Any) -> list[Args]:
    joints = (separator, separator + " ")
    texts = [rng.choice(joints).join(str(rng.randint(-20, 60)) for _ in range(rng.randint(2, 7))) for _ in range(9)]
    return [("",), (str(rng.randint(-9, 40)),), *((text,) for text in texts)]


def _record_texts(rng: Random, separator: str, equals: str, *constants: Any) -> list[Args]:
    def record() -> str:
        return rng.choice("abcdef") + equals + str(rng.randint(-20, 60)) if rng.random() < 0.9 else "x"

    texts = [separator.join(record() for _ in range(rng.randint(2, 7))) for _ in range(9)]
    return [("",), (f"a{equals}5",), *((text,) for text in texts)]


def _tables(rng: Random, *constants: Any) -> list[Args]:
    tables = []
    for num_rows in (0, 1, 3, 4, 5, 6, 4, 5, 7, 6):
        names = rng.sample(("kind", "size", "cost"), 3)
        cells = (
            {"kind": rng.choice("abc"), "size": rng.randint(0, 30), "cost": rng.randint(1, 50)} for _ in range(num_rows)
        )
        rows = [",".join(str(row[name]) for name in names) for row in cells]
        tables.append(("\n".join([",".join(names), *rows]),))
    return tables


def _durations(rng: Random, *constants: Any) -> list[Args]:
    texts = []
    for _ in range(10):
        units = sorted(rng.sample("dhms", rng.randint(1, 4)), key="dhms".index)
        text = "".join(f"{rng.randint(0, 30)}{unit}" for unit in units)
        texts.append(text[:-1] if text[-1] == "s" and rng.random() < 0.5 else text)
    return [("",), ("7",), *((text,) for text in texts)]


def _run_texts(rng: Random, *constants: Any) -> list[Args]:
    def run() -> str:
        return rng.choice("abcd") + rng.choice(("", str(rng.randint(0, 14)), str(rng.randint(2, 5))))

    return [("",), ("a",), *(("".join(run() for _ in range(rng.randint(2, 6))),) for _ in range(10))]


def _quoted_texts(rng: Random, separator: str, quote: str, *constants: Any) -> list[Args]:
    def part() -> str:
        text = "".join(rng.choice("ab1234") for _ in range(rng.randint(0, 3)))
        if rng.random() < 0.4:
            middle = rng.choice((separator, separator * 2, "a", "7"))
            return rng.choice(("", "a", "12")) + quote + text + middle + quote
        return text if rng.random() < 0.5 else str(rng.randint(0, 999))

    texts = [separator.join(part() for _ in range(rng.randint(2, 5))) for _ in range(11)]
    return [("",), (f"12{separator}a",), *((text,) for text in texts)]


def _logs(rng: Random, *constants: Any) -> list[Args]:
    """Tasks start and stop like brackets, all on one day."""

    def log(num_events: int) -> str:
        lines: list[str] = []
        running: list[str] = []
        now = rng.randint(0, 600)
        for left in range(num_events, 0, -1):
            if running and (len(running) >= left or rng.random() < 0.4):
                lines.append(f"{now // 60:02}:{now % 60:02} {running.pop()} stop")
            else:
                running.append(rng.choice("abcd"))
                lines.append(f"{now // 60:02}:{now % 60:02} {running[-1]} start")
            now += rng.randint(1, 9)
        return "\n".join(lines)

    return [("",), *((log(size),) for size in (2, 2, 4, 6, 4, 6, 8, 6, 8))]


def _between(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


def _letters(rng: Random, letters: str, count: int) -> str:
    return "".join(sorted(rng.sample(letters, count)))


def _two_keys(rng: Random) -> tuple[str, ...]:
    return tuple(sorted(rng.sample("abcdef", rng.randint(1, 4))))


TASKS = {
    "numbers": Task(
        draw=lambda level, rng: (rng.choice(";|/,"), *_between(rng, (-10, 30), (2, 20))),
        params="s",
        words="s holds whole numbers with '{a}' between them, perhaps with spaces around them; it may be empty. Add "
        "up {c} times each number that is at least {b}. Return the sum.",
        source=_NUMBERS,
        meaning=_numbers,
        inputs=_number_texts,
        slips=(
            ("factor_lost", " * {c}", ""),
            ("above", ">= {b}", "> {b}"),
            ("last_only", "total += ", "total = "),
        ),
        plan="Split at '{a}', strip the spaces, skip empty parts and turn the rest into numbers.",
        nudged=(1, 2),
    ),
    "records": Task(
        draw=lambda level, rng: (
            *rng.choice(((";", "="), (",", ":"), ("|", "="), ("&", "="), (";", ":"))),
            _two_keys(rng),
        ),
        params="s",
        words="s holds parts with '{a}' between them. A part such as x{b}12 gives the key x the value 12; of several "
        "parts with the same key the last one holds; parts without '{b}' are skipped. Return the sum of the values of "
        "all keys that are not in {c}.",
        source=_RECORDS,
        meaning=_records,
        inputs=_record_texts,
        slips=(
            ("all_keys", " if key not in {c}", ""),
            ("first_holds", "values[key] = int(value)", "values.setdefault(key, int(value))"),
            ("those_keys_only", "key not in", "key in"),
        ),
        plan="Split at '{a}' and each part at '{b}', collect a dictionary, then add up the values that count.",
    ),
    "table": Task(
        draw=lambda level, rng: (rng.choice("abc"), *_between(rng, (0, 20), (0, 30))),
        params="s",
        words="The first line of s names the columns kind, size and cost, in any order, with commas between them; "
        "every other line is a row. For the rows of kind {a} with a size above {b}, add up the cost plus {c}. Return "
        "the sum.",
        source=_TABLE,
        meaning=_table,
        inputs=_tables,
        slips=(
            ("fixed_order", "names = header.split(',')", "names = ['kind', 'size', 'cost']"),
            ("at_least", "> {b}", ">= {b}"),
            ("plus_lost", " + {c}", ""),
            ("any_kind", "cells['kind'] == '{a}' and ", ""),
        ),
        plan="Split into lines, pair each row's cells with the names of the header, then filter and add.",
        nudged=(1, 2),
    ),
    "duration": Task(
        draw=lambda level, rng: _between(rng, (5, 60), (5, 30), (3, 12)),
        params="s",
        words="On another planet a minute has {a} seconds, an hour {b} minutes and a day {c} hours. s is a duration "
        "such as 2d3h15m8s or 4h9s; any unit may be missing, and a number at the end without a unit counts seconds. "
        "Return it in seconds (0 for the empty string).",
        source=_DURATION,
        meaning=_duration,
        inputs=_durations,
        slips=(
            ("bare_number_lost", "return total + number", "return total"),
            ("one_digit", "number = number * 10 + int(c)", "number = int(c)"),
            ("number_kept", "        number = 0\n", ""),
            ("hour_as_minutes", "'h': {a} * {b},", "'h': {b},"),
        ),
        plan="Read digits into a number; at a unit, add the number times what the unit is worth.",
        nudged=(0, 1, 2),
    ),
    "runs": Task(
        draw=lambda level, rng: (rng.randint(1, 6), _letters(rng, "abcd", 2), rng.randint(2, 40)),
        params="s",
        words="s is a run-length code of letters: each letter is followed by how often it stands there, as in a12bc3; "
        "a letter without a number stands there {a} times. Every letter that is decoded is worth {c} if it is in "
        "'{b}', else 1. Return the worth of the decoded text.",
        source=_RUNS,
        meaning=_runs,
        inputs=_run_texts,
        slips=(
            ("last_letter_lost", "for c in s + '.':", "for c in s:"),
            ("one_digit", "number += c", "number = c"),
            ("weights_swapped", "in '{b}'", "not in '{b}'"),
        ),
        plan="Remember the letter and its digits so far; when the next letter comes, add what the run is worth.",
        nudged=(0, 2),
    ),
    "quoted": Task(
        draw=lambda level, rng: (rng.choice(";|,/"), rng.choice("*~^"), rng.randint(2, 40)),
        params="s",
        words="s holds fields with '{a}' between them. Between two '{b}' (which belong to no field themselves) a "
        "'{a}' is an ordinary character of the field; such quoting may also cover only a part of a field. A field of "
        "digits only (at least one) is worth {c} times its length, any other its length. Return the worth of all "
        "fields.",
        source=_QUOTED,
        meaning=_quoted,
        inputs=_quoted_texts,
        slips=(
            ("quotes_ignored", "elif c == '{a}' and not inside:", "elif c == '{a}':"),
            ("last_field_lost", "for c in s + '{a}':", "for c in s:"),
            ("quotes_kept", "        inside = not inside", "        inside = not inside\n        text += c"),
        ),
        plan="Read character by character and remember whether it is inside quotes; a '{a}' outside ends a field.",
        nudged=(2,),
    ),
    "log": Task(
        draw=lambda level, rng: (rng.randint(2, 9), _letters(rng, "abcd", 2), rng.randint(1, 30)),
        params="s",
        words="s is a log of one day (or empty); a line such as 09:05 a start says that task a starts. A task that "
        "starts while another runs interrupts it, and when it stops (a line such as 09:30 a stop) the other goes on. "
        "Each start costs {c}, each minute {a} while the task that really runs is one of '{b}', and 1 while it is "
        "another. Return the cost.",
        source=_LOG,
        meaning=_log,
        inputs=_logs,
        slips=(
            ("outermost_task", "running[-1] in '{b}'", "running[0] in '{b}'"),
            ("hours_lost", "int(time[:2]) * 60 + int(time[3:])", "int(time[3:])"),
            ("weights_swapped", "in '{b}'", "not in '{b}'"),
            ("interrupted_for_good", "        running.pop()", "        running.clear()"),
        ),
        plan="Keep a stack of the tasks that have started; the time since the last line belongs to the one on top.",
        nudged=(0, 2),
    ),
}

_STEPS = {
    1: ("numbers",),
    2: ("numbers", "records"),
    3: ("table",),
    4: ("table", "duration"),
    5: ("duration",),
    6: ("duration", "runs"),
    7: ("runs",),
    8: ("runs", "quoted"),
    9: ("quoted", "log"),
    10: ("log",),
}
FAMILY = joined_family(name="parse_function", version=2, topic="parsing", doc=__doc__ or "", tasks=TASKS, steps=_STEPS)
EARLIER = task_family(name="parse_function", version=1, topic="parsing", tasks=TASKS, levels=_STEPS)
