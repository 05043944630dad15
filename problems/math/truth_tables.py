"""Truth tables: in which rows is a formula of propositional logic true?

Level 1: two variables, three connectives. Levels 2 to 4: three variables, three, four and five. Levels 5 to 7: four
variables, four, five and six. Levels 8 to 10: five variables, five, seven and nine. A variable in three is negated.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

# A formula is a variable's index, ("~", formula) or (connective, left, right).
_SHAPES = {  # variables, connectives
    1: (2, 3),
    2: (3, 3),
    3: (3, 4),
    4: (3, 5),
    5: (4, 4),
    6: (4, 5),
    7: (4, 6),
    8: (5, 5),
    9: (5, 7),
    10: (5, 9),
}
_SIGNS = {
    "latex": {"&": "\\land", "|": "\\lor", ">": "\\to", "=": "\\leftrightarrow", "^": "\\oplus", "~": "\\neg "},
    "unicode": {"&": "∧", "|": "∨", ">": "→", "=": "↔", "^": "⊕", "~": "¬"},
    "words": {"&": "and", "|": "or", ">": "implies", "=": "iff", "^": "xor", "~": "not "},
}
_ASKED = (
    "In the truth table of {formula}, number the rows from 0: row number = {names} read as binary digits, true being "
    "1. In which rows is the formula true? Answer with a set of row numbers.",
    "Rows of a truth table are numbered by reading the truth values of {names}, in this order, as a binary number "
    "(true is 1). Give the set of the rows in which {formula} is true.",
    "Read the values of {names} as a binary number (true = 1, first variable first). For which numbers is {formula} "
    "true? Answer with a set.",
)


def sample(level: int, rng: Random) -> Params:
    """(number of variables, formula). The formula is neither always true nor always false and names every variable."""
    variables, connectives = _SHAPES[level]
    full = (1 << (1 << variables)) - 1
    while True:
        parts: list[Any] = list(range(variables))
        parts += [rng.randrange(variables) for _ in range(connectives + 1 - variables)]
        rng.shuffle(parts)
        parts = [("~", part) if rng.random() < 0.33 else part for part in parts]
        while len(parts) > 1:
            i = rng.randrange(len(parts) - 1)
            joined = (rng.choice("&|>=^" if level > 1 else "&|>^"), parts[i], parts[i + 1])
            parts[i : i + 2] = [("~", joined) if rng.random() < 0.15 and len(parts) > 2 else joined]
        rows = _rows(parts[0], variables)
        if 0 < rows < full and (level == 1 or 1 < rows.bit_count() < (1 << variables) - 1):
            return (variables, parts[0])


def _rows(formula: Any, variables: int) -> int:
    """Bit r is the formula's value in row r."""
    size = 1 << variables
    full = (1 << size) - 1
    if isinstance(formula, int):
        block = 1 << (variables - 1 - formula)  # rows alternate in blocks: the first variable is the highest digit
        return full // ((1 << 2 * block) - 1) * ((1 << block) - 1) << block
    if formula[0] == "~":
        return full ^ _rows(formula[1], variables)
    left, right = _rows(formula[1], variables), _rows(formula[2], variables)
    if formula[0] == "&":
        return left & right
    if formula[0] == "|":
        return left | right
    if formula[0] == ">":
        return full ^ left | right
    return left ^ right if formula[0] == "^" else full ^ left ^ right


def _numbers(rows: int) -> list[int]:
    return [row for row in range(rows.bit_length()) if rows >> row & 1]


def _listed(numbers: list[int]) -> str:
    return f"{{{', '.join(map(str, numbers))}}}"


def _boxed(numbers: list[int]) -> str:
    return f"\\{{{', '.join(map(str, numbers))}\\}}" if numbers else "\\emptyset"


def _text(formula: Any, signs: dict[str, str]) -> str:
    if isinstance(formula, int):
        return "pqrst"[formula]
    if formula[0] == "~":
        inner = _text(formula[1], signs)
        return f"{signs['~']}{inner if isinstance(formula[1], int) else f'({inner})'}"
    left, right = (
        f"({_text(part, signs)})" if isinstance(part, tuple) and part[0] != "~" else _text(part, signs)
        for part in formula[1:]
    )
    return f"{left} {signs[formula[0]]} {right}"


def pose(params: Params, rng: Random) -> Posed:
    variables, formula = params
    signs = _SIGNS[rng.choice(("latex", "unicode", "words"))]
    prompt = rng.choice(_ASKED).format(formula=_text(formula, signs), names=", ".join("pqrst"[:variables]))
    reference = MathReference(answer=_listed(_numbers(_rows(formula, variables))), type="set")
    return Posed(prompt=prompt, reference=reference)


def solve(params: Params, rng: Random) -> str:
    """Every part of the formula gets the list of its rows, the inner parts first."""
    variables, formula = params
    lines = [rng.choice(("The rows in which each part is true:", "Part by part, the rows where it is true:"))]
    lines += [f"{'pqrst'[i]}: {_listed(_numbers(_rows(i, variables)))}" for i in range(variables)]

    def work(part: Any) -> None:
        if isinstance(part, int):
            return
        for inner in part[1:]:
            work(inner)
        line = f"{_text(part, _SIGNS['unicode'])}: {_listed(_numbers(_rows(part, variables)))}"
        if line not in lines:
            lines.append(line)

    work(formula)
    return "\n".join(lines) + f"\n{boxed(_boxed(_numbers(_rows(formula, variables))))}"


def confirm(params: Params) -> MathReference:
    """Row by row, with truth values."""
    variables, formula = params

    def holds(part: Any, values: list[bool]) -> bool:
        if isinstance(part, int):
            return values[part]
        if part[0] == "~":
            return not holds(part[1], values)
        left, right = holds(part[1], values), holds(part[2], values)
        return {
            "&": left and right,
            "|": left or right,
            ">": right if left else True,
            "=": left is right,
            "^": left is not right,
        }[part[0]]

    rows = [
        row for row in range(2**variables) if holds(formula, [digit == "1" for digit in format(row, f"0{variables}b")])
    ]
    return MathReference(answer=_listed(rows), type="set")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    variables, formula = params
    rows = _rows(formula, variables)
    right = _numbers(rows)
    full = (1 << (1 << variables)) - 1
    backwards = sorted(int(format(row, f"0{variables}b")[::-1], 2) for row in right)
    candidates = (
        ("one_missing", _boxed([row for row in right if row != rng.choice(right)])),
        ("rows_where_false", _boxed(_numbers(full ^ rows))),
        ("counted_from_one", _boxed([row + 1 for row in right])),
        ("digits_reversed", _boxed(backwards)),
        ("only_the_number", len(right) + (right == [1])),
    )
    yield from wrong_answers(_boxed(right), _text(formula, _SIGNS["latex"]), candidates)


FAMILY = Family(
    name="truth_tables",
    version=1,
    kind="math",
    topic="sets and logic",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
