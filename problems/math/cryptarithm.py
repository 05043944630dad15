"""Cryptarithms: letters stand for different digits, and a sum of words is right in exactly one way.

Level 1: two numbers of 2 digits, some letters given. Levels 2 and 3: of 3 digits, up to 5 and 3 letters given. Levels
4 and 5: 4 digits, up to 4 and 2 given. Levels 6 to 8: 5 digits, up to 3, 1 and none given. Level 9: three numbers of
5 digits, up to 2 given. Level 10: the same, up to 1 given. Asked for is the sum as a number.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference
from tracemill.problems.words import cast, listed

_SHAPES = {  # addends, digits, letters given at most
    1: (2, 2, 9),
    2: (2, 3, 5),
    3: (2, 3, 3),
    4: (2, 4, 4),
    5: (2, 4, 2),
    6: (2, 5, 3),
    7: (2, 5, 1),
    8: (2, 5, 0),
    9: (3, 5, 2),
    10: (3, 5, 1),
}
_ASKED = (
    (
        "In {sum} different letters stand for different digits, and no number starts with 0.{given} Which number is"
        " {word}?"
    ),
    (
        "Each letter in {sum} is a digit, different letters different digits; leading digits are not 0.{given} Find the"
        " number {word}."
    ),
    "Solve the cryptarithm {sum}: one digit a letter, all different, no leading zeros.{given} What is {word}?",
)
_MANY = (2, 8, 24, 40)  # with so many solutions, more than 0, 1, 2, 3 letters would have to be given, as a rule


def sample(level: int, rng: Random) -> Params:
    """(addends, sum, given, digits): words as tuples of letters, which are numbered by first appearance; pairs of
    letter and digit; the one solution. Addends come in descending order."""
    num_addends, digits, most_given = _SHAPES[level]
    while True:
        numbers = sorted((rng.randrange(10 ** (digits - 1), 10**digits) for _ in range(num_addends)), reverse=True)
        texts = [*map(str, numbers), str(sum(numbers))]
        order = list(dict.fromkeys("".join(texts)))
        if len(order) < min(2 * digits + num_addends - 3, 8):
            continue
        letter = {digit: i for i, digit in enumerate(order)}
        words = [tuple(letter[digit] for digit in text) for text in texts]
        many = _MANY[min(most_given, 3)]
        found = _solutions(words, (), many)
        if len(found) < many:
            right = [int(digit) for digit in order]
            given = _to_be_given(found, right, most_given)
            if given is not None:
                return (tuple(words[:-1]), words[-1], given, tuple(right))


def _to_be_given(found: list[list[int]], right: list[int], most: int) -> tuple[tuple[int, int], ...] | None:
    """Letters that leave one solution when their digits are told, each the one that excludes the most; or None."""
    given = []
    while len(found) > 1:
        letter = min(range(len(right)), key=lambda i: sum(solution[i] == right[i] for solution in found))
        given.append((letter, right[letter]))
        found = [solution for solution in found if solution[letter] == right[letter]]
    return tuple(sorted(given)) if len(given) <= most else None


def _columns(words: list[tuple[int, ...]]) -> list[tuple[list[int], int]]:
    """From the units on: the letters of the addends and that of the sum."""
    *addends, total = words
    return [([word[-1 - i] for word in addends if i < len(word)], total[-1 - i]) for i in range(len(total))]


def _solutions(words: list[tuple[int, ...]], given: tuple[tuple[int, int], ...], most: int) -> list[list[int]]:
    """Up to `most` solutions as digits by letter: column by column from the units, with the carry."""
    columns = _columns(words)
    size = 1 + max(max(word) for word in words)
    digit = [-1] * size
    nonzero = {word[0] for word in words}
    found: list[list[int]] = []
    used = 0
    for letter, value in given:
        digit[letter] = value
        used |= 1 << value
    if len(words) == 3 and len(words[-1]) > len(words[0]) and digit[words[-1][0]] < 0 and not used & 2:
        digit[words[-1][0]] = 1  # two numbers carry at most 1 into a new column
        used |= 2

    def fill(column: int, at: int, total: int, used: int) -> None:
        """`total` is the carry and what the column's first `at` letters add."""
        letters, goal = columns[column]
        if at < len(letters):
            letter = letters[at]
            if digit[letter] >= 0:
                fill(column, at + 1, total + digit[letter], used)
                return
            for value in range(letter in nonzero, 10):
                if not used >> value & 1:
                    digit[letter] = value
                    fill(column, at + 1, total + value, used | 1 << value)
                    if len(found) >= most:
                        break
            digit[letter] = -1
            return
        carry, value = divmod(total, 10)
        if digit[goal] < 0:
            if not used >> value & 1 and (value or goal not in nonzero):
                digit[goal] = value
                after(column, carry, used | 1 << value)
                digit[goal] = -1
        elif digit[goal] == value:
            after(column, carry, used)

    def after(column: int, carry: int, used: int) -> None:
        if column + 1 < len(columns):
            fill(column + 1, 0, carry, used)
        elif not carry:
            found.append(digit[:])

    fill(0, 0, 0, used)
    return found


def _words(params: Params) -> list[tuple[int, ...]]:
    return [*params[0], params[1]]


def _number(word: tuple[int, ...], digits: tuple[int, ...]) -> int:
    return int("".join(str(digits[letter]) for letter in word))


def _letters(params: Params) -> tuple[str, ...]:
    return cast(params, 10, "ABCDEFGHJKLMNPQRSTUVWXYZ")


def _spelled(word: tuple[int, ...], letters: tuple[str, ...]) -> str:
    return "".join(letters[letter] for letter in word)


def _sum(params: Params) -> str:
    letters = _letters(params)
    return f"{' + '.join(_spelled(word, letters) for word in params[0])} = {_spelled(params[1], letters)}"


def pose(params: Params, rng: Random) -> Posed:
    letters = _letters(params)
    hints = [f"{letters[letter]} is {digit}" for letter, digit in params[2]]
    prompt = rng.choice(_ASKED).format(
        sum=_sum(params),
        given=f" {listed(hints)}." if hints else "",
        word=_spelled(params[1], letters),
    )
    answer = str(_number(params[1], params[3]))
    return Posed(prompt=prompt, reference=MathReference(answer=answer, type="integer"))


def solve(params: Params, rng: Random) -> str:
    """Column by column: how many ways are left, and which, once they are few."""
    letters, words = _letters(params), _words(params)
    right = params[3]
    lines = [rng.choice(("Column by column, from the right:", "I go through the columns from the units on."))]
    states: list[dict[int, int]] = [dict(params[2])]
    carries = [0]
    if len(words) == 3 and len(words[-1]) > len(words[0]) and words[-1][0] not in states[0]:
        states[0][words[-1][0]] = 1
        lines.append(f"{letters[words[-1][0]]} is a carry of two numbers, so it is 1.")
    nonzero = {word[0] for word in words}
    for index, (column, goal) in enumerate(_columns(words)):
        left = [
            (state, carry)
            for before, old in zip(states, carries, strict=True)
            for state, carry in _extended(before, old, column, goal, nonzero)
            if index + 1 < len(words[-1]) or not carry
        ]
        states, carries = [state for state, _ in left], [carry for _, carry in left]
        shown = " + ".join([letters[letter] for letter in column] + (["carry"] if index else []))
        line = f"{shown or '0'} gives {letters[goal]}: {len(states)} way{'s' if len(states) > 1 else ''} left"
        if len(states) <= 3:
            line += ", " + " or ".join(_told(state, letters) for state in states)
        lines.append(f"{line}.")
    numbers = [_number(word, right) for word in words]
    lines.append(f"Check: {' + '.join(map(str, numbers[:-1]))} = {numbers[-1]}.")
    return "\n".join(lines) + f" {boxed(numbers[-1])}"


def _told(state: dict[int, int], letters: tuple[str, ...]) -> str:
    return "(" + ", ".join(f"{letters[letter]} = {digit}" for letter, digit in sorted(state.items())) + ")"


def _extended(
    state: dict[int, int], carry: int, column: list[int], goal: int, nonzero: set[int]
) -> Iterator[tuple[dict[int, int], int]]:
    """Every way to fill a column, and its carry."""
    partial: list[tuple[dict[int, int], int]] = [(state, carry)]
    for letter in column:
        longer = []
        for one, total in partial:
            values = (
                [one[letter]] if letter in one else [v for v in range(letter in nonzero, 10) if v not in one.values()]
            )
            longer += [({**one, letter: value}, total + value) for value in values]
        partial = longer
    for one, total in partial:
        digit = total % 10
        if (
            one.get(goal, digit) == digit
            and (goal in one or digit not in one.values())
            and (digit or goal not in nonzero)
        ):
            yield {**one, goal: digit}, total // 10


def confirm(params: Params) -> MathReference:
    """Letters by their place value in the whole equation, largest first, with bounds for the rest; no columns and no
    carries. Raises ValueError if there is not exactly one solution."""
    words = _words(params)
    weights: dict[int, int] = {}
    for word in words:
        sign = -1 if word is words[-1] else 1
        for power, letter in enumerate(reversed(word)):
            weights[letter] = weights.get(letter, 0) + sign * 10**power
    order = sorted(weights, key=lambda letter: -abs(weights[letter]))
    given, nonzero = dict(params[2]), {word[0] for word in words}
    reach = [9 * sum(abs(weights[letter]) for letter in order[i:]) for i in range(len(order) + 1)]
    found: list[dict[int, int]] = []

    def place(at: int, total: int, digits: dict[int, int]) -> None:
        if abs(total) > reach[at]:
            return
        if at == len(order):
            found.append(digits)
            return
        letter = order[at]
        for value in range(10):
            fits = given.get(letter, value) == value and (value or letter not in nonzero)
            if fits and value not in digits.values():
                place(at + 1, total + weights[letter] * value, {**digits, letter: value})

    place(0, 0, {})
    (digits,) = found
    return MathReference(answer="".join(str(digits[letter]) for letter in words[-1]), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    digits = params[3]
    right = _number(params[1], digits)
    first, last = str(right)[0], str(right)[-1]
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("carry_forgotten", right - 10 ** rng.randrange(1, len(str(right)))),
        ("an_addend", _number(params[0][0], digits)),
        ("digits_reversed", int(str(right)[::-1])),
        ("letters_swapped", int(str(right).translate(str.maketrans(first + last, last + first)))),
        ("sign", -right),
    )
    yield from wrong_answers(right, _sum(params), candidates)


FAMILY = Family(
    name="cryptarithm",
    version=1,
    kind="math",
    topic="puzzles",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
