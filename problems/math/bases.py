"""Numerals in other bases: read, written, converted, added, subtracted and multiplied.

Level 1: three or four digits in base 4 to 9, read. Level 2: up to 700 in base 5 to 9, written. Level 3: up to 3,000
in base 2 to 9. Level 4: hexadecimal and base 12, read or written. Level 5: from one base to another. Levels 6 to 8: a
sum, a difference, a product within a base. Level 9: a sum of numerals of two bases. Level 10: a product and a term.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_READ = ("Write {0} in base ten.", "What is {0} in base ten?")
_WRITTEN = ("Write {0} in base {1}.", "What is {0} in base {1}?")
_CONVERTED = ("Convert {0} to base {1}.", "Write {0} in base {1}.", "What is the base {1} numeral of {0}?")
_COMPUTED = (
    "Compute {0}. Answer in base {1}.",
    "What is {0} in base {1}?",
    "Work out {0} and give the result in base {1}.",
)


def sample(level: int, rng: Random) -> Params:
    """(operations, values, their bases, base of the answer): values are combined from left to right."""
    if level == 1:
        base = rng.randint(4, 9)
        return ("", (rng.randint(base**2, min(base**4 - 1, 2500)),), (base,), 10)
    if level in (2, 3):
        return ("", (rng.randint(40, 700 if level == 2 else 3000),), (10,), rng.randint(5 if level == 2 else 2, 9))
    if level == 4:
        base, value = rng.choice((12, 16)), rng.randint(150, 60_000)
        return ("", (value,), (base,), 10) if rng.random() < 0.5 else ("", (value,), (10,), base)
    if level == 5:
        source, goal = rng.sample([2, 3, 4, 5, 6, 7, 8, 9, 12, 16], 2)
        return ("", (rng.randint(60, 4000),), (source,), goal)
    base = rng.randint(3, 9) if level < 10 else rng.choice((5, 6, 7, 8, 9, 11, 12, 13, 16))
    if level in (6, 7):
        second, more = rng.randint(60, 4000), rng.randint(60, 4000)
        values = (second, more) if level == 6 else (second + more, second)
        return ("+" if level == 6 else "-", values, (base, base), base)
    if level == 8:
        return ("*", (rng.randint(30, 400), rng.randint(6, 90)), (base, base), base)
    if level == 9:
        other = rng.choice([b for b in range(2, 17) if b != base])
        return ("+", (rng.randint(60, 5000), rng.randint(60, 5000)), (base, other), rng.randint(2, 9))
    return ("*+", (rng.randint(40, 900), rng.randint(15, 200), rng.randint(60, 5000)), (base,) * 3, base)


def _numeral(value: int, base: int) -> str:
    digits, size = "", abs(value)
    while size:
        size, digit = divmod(size, base)
        digits = _DIGITS[digit] + digits
    return ("-" if value < 0 else "") + (digits or "0")


def _written(value: int, base: int) -> str:
    return str(value) if base == 10 else f"{_numeral(value, base)}_{base}"


def _combined(operations: str, values: tuple[int, ...]) -> int:
    total = values[0]
    for operation, value in zip(operations, values[1:], strict=True):
        total = {"+": total + value, "-": total - value, "*": total * value}[operation]
    return total


def _shown(params: Params) -> str:
    operations, values, bases, _ = params
    text = _written(values[0], bases[0])
    for operation, value, base in zip(operations, values[1:], bases[1:], strict=True):
        text += f" {operation} {_written(value, base)}"
    return text


def pose(params: Params, rng: Random) -> Posed:
    operations, values, bases, goal = params
    asked = _COMPUTED if operations else _READ if goal == 10 else _WRITTEN if bases == (10,) else _CONVERTED
    answer = _written(_combined(operations, values), goal)
    reference = MathReference(answer=answer, type="integer" if goal == 10 else "base")
    return Posed(prompt=rng.choice(asked).format(_shown(params), goal), reference=reference)


def solve(params: Params, rng: Random) -> str:
    """Through base ten: digits times powers on the way in, remainders on the way out."""
    operations, values, bases, goal = params
    total, steps = _combined(operations, values), []
    for value, base in zip(values, bases, strict=True):
        if base != 10:
            steps.append(_reading(value, base))
    if operations:
        text = str(values[0])
        for operation, value in zip(operations, values[1:], strict=True):
            text += f" {operation} {value}"
        steps.append(f"{text} = {total}")
    if goal != 10:
        rest = total
        while rest >= goal:
            steps.append(f"{rest} = {rest // goal}*{goal} + {rest % goal}")
            rest //= goal
    joint = rng.choice((", ", "; ")) if operations or len(steps) > 5 or max(*bases, goal) > 10 else ", "
    numeral = _numeral(total, goal)
    final = boxed(numeral if goal == 10 else f"{numeral}_{{{goal}}}" if goal > 9 else f"{numeral}_{goal}")
    return f"{joint.join(steps)}. {final}"


def _reading(value: int, base: int) -> str:
    digits = [_DIGITS.index(digit) for digit in _numeral(value, base)]
    last = len(digits) - 1
    terms = [f"{digit}*{base ** (last - place)}" for place, digit in enumerate(digits[:-1]) if digit]
    terms += [str(digits[-1])] if digits[-1] or not terms else []
    return f"{' + '.join(terms)} = {value}"


def confirm(params: Params) -> MathReference:
    """Python reads the numerals of the prompt; the answer is the text that it reads back as the result."""
    operations, _, _, goal = params
    parts = _shown(params).split(" ")
    numbers = tuple(int(*(part.split("_")[:1])) if "_" not in part else _read(part) for part in parts[::2])
    total = _combined(operations, numbers)
    if goal == 10:
        return MathReference(answer=str(total), type="integer")
    places = 1
    while goal**places <= total:
        places += 1
    text = "".join(_DIGITS[total // goal**place % goal] for place in range(places - 1, -1, -1))
    return MathReference(answer=f"{text}_{goal}" if int(text, goal) == total else "unreadable", type="base")


def _read(part: str) -> int:
    numeral, _, base = part.partition("_")
    return int(numeral, int(base))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    operations, values, _, goal = params
    total = _combined(operations, values)

    def shown(value: int, base: int) -> str:
        return str(value) if base == 10 else f"{_numeral(value, base)}_{base}"

    other = goal + rng.choice((-1, 1)) if 2 < goal < 36 else goal + 1
    digits = _numeral(total, goal)
    candidates = (
        ("off_by_one", shown(total + rng.choice((-1, 1)), goal)),
        ("another_base", shown(total, other)),
        ("digits_reversed", digits[::-1] if goal == 10 else f"{digits[::-1]}_{goal}"),
        ("base_ten_digits", f"{total}0"),
    )
    yield from wrong_answers(shown(total, goal), _shown(params), candidates)


FAMILY = Family(
    name="bases",
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
