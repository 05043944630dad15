"""Percentages: of an amount, as a change, backwards, and several in a row. Answers are exact decimals or percentages.

Level 1: a multiple of 5 % of a number. Level 2: any whole percentage. Level 3: an amount after one change. Level 4:
what percentage one number is of another. Level 5: the amount before a change. Level 6: the amount after two changes;
7: the overall change of two. Level 8: the amount before two changes. Level 9: the overall change of three. Level 10:
the amount before three changes.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, decimal, wrong_answers
from tracemill.problems.types import MathReference

_ASKED = {
    "of": ("What is {p}% of {n}?", "Find {p}% of {n}."),
    "after": (
        "What is {n} after {changes}?",
        "A price of {n} sees {changes}. What is the new price?",
        "Start with {n}. Apply {changes}. What is the result?",
    ),
    "what": (
        "What percent of {n} is {part}?",
        "{part} is what percentage of {n}?",
        "Express {part} as a percentage of {n}.",
    ),
    "before": (
        "After {changes} a price is {end}. What was it before?",
        "A number becomes {end} after {changes}. Find the number.",
        "What amount gives {end} after {changes}?",
    ),
    "overall": (
        "What is the overall percent change of {changes}? A decrease is negative.",
        "A value sees {changes}. By what percentage has it changed in all (negative for a decrease)?",
    ),
}


def sample(level: int, rng: Random) -> Params:
    """(what is asked, the amount at the start, the percentages; "what" counts in tenths of a percent)."""
    if level == 1:
        return ("of", rng.randint(10, 200), (5 * rng.randint(1, 19),))
    if level == 2:
        return ("of", rng.randint(10, 400), (rng.randint(1, 99),))
    if level == 4:
        return ("what", rng.randint(20, 999), (rng.randint(5, 1500),))
    kind, count = {
        3: ("after", 1),
        5: ("before", 1),
        6: ("after", 2),
        7: ("overall", 2),
        8: ("before", 2),
        9: ("overall", 3),
        10: ("before", 3),
    }[level]
    changes = tuple(rng.choice((-1, 1)) * rng.randint(1, 90) for _ in range(count))
    return (kind, 0 if kind == "overall" else rng.randint(20, 999), changes)


def _words(changes: tuple[int, ...]) -> str:
    parts = [f"{'an increase' if change > 0 else 'a decrease'} of {abs(change)}%" for change in changes]
    return " and then ".join(parts) if len(parts) < 3 else f"{parts[0]}, then {parts[1]}, then {parts[2]}"


def _end(start: int, changes: tuple[int, ...]) -> tuple[int, int]:
    """The amount at the end as (digits, decimal places)."""
    value = start
    for change in changes:
        value *= 100 + change
    return value, 2 * len(changes)


def _answer(params: Params) -> tuple[str, bool]:
    """The answer's text, and whether it is a percentage."""
    kind, start, changes = params
    if kind == "of":
        return decimal(start * changes[0], 2), False
    if kind == "after":
        return decimal(*_end(start, changes)), False
    if kind == "before":
        return str(start), False
    if kind == "what":
        return decimal(changes[0], 1) + "%", True
    value, places = _end(1, changes)
    return decimal((value - 10**places) * 100, places) + "%", True


def _given(params: Params) -> dict[str, object]:
    kind, start, changes = params
    if kind == "of":
        return {"p": changes[0], "n": start}
    if kind == "what":
        return {"n": start, "part": decimal(start * changes[0], 3)}
    return {"n": start, "changes": _words(changes), "end": decimal(*_end(start, changes))}


def pose(params: Params, rng: Random) -> Posed:
    answer, is_percent = _answer(params)
    reference = MathReference(answer=answer, type="percent" if is_percent else "decimal")
    return Posed(prompt=rng.choice(_ASKED[params[0]]).format(**_given(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    kind, start, changes = params
    answer, _ = _answer(params)
    final = boxed(answer.replace("%", "\\%"))
    if kind == "of":
        return f"{changes[0]}*{start} = {changes[0] * start}, {changes[0] * start}/100 = {answer}. {final}"
    if kind == "what":
        part = _given(params)["part"]
        tail = rng.choice(("times 100 is", "as a percentage"))
        return f"{part}/{start} = {decimal(changes[0], 3)}, {tail} {answer}. {final}"
    factors = [decimal(100 + change, 2) for change in changes]
    leads = ("The factors are", "Each change is a factor:") if len(factors) > 1 else ("The factor is", "A factor of")
    lead = f"{rng.choice(leads)} {', '.join(factors)}"
    steps, value, places = [lead], start if kind == "after" else 1, 0
    for change, factor in zip(changes, factors, strict=True):
        before = decimal(value, places)
        value, places = value * (100 + change), places + 2
        if kind == "after" or before != "1":
            steps.append(f"{before}*{factor} = {decimal(value, places)}")
    if kind == "overall":
        steps.append(f"{decimal(value, places)} - 1 = {decimal(value - 10**places, places)}")
    if kind == "before":
        steps.append(f"{decimal(*_end(start, changes))}/{decimal(value, places)} = {start}")
    return f"{'; '.join(steps)}. {final}"


def confirm(params: Params) -> MathReference:
    """In fractions, undone step by step from what the prompt gives."""
    kind, start, changes = params
    if kind == "what":
        share = Fraction(str(_given(params)["part"])) / start * 100
        return MathReference(answer=_finite(share) + "%", type="percent")
    if kind == "of":
        return MathReference(answer=_finite(Fraction(changes[0], 100) * start), type="decimal")
    if kind == "before":
        value = Fraction(str(_given(params)["end"]))
        for change in reversed(changes):
            value /= 1 + Fraction(change, 100)
        return MathReference(answer=_finite(value), type="decimal")
    value = Fraction(100 if kind == "overall" else start)
    for change in changes:
        value += value * change / 100
    if kind == "overall":
        return MathReference(answer=_finite(value - 100) + "%", type="percent")
    return MathReference(answer=_finite(value), type="decimal")


def _finite(value: Fraction) -> str:
    """A fraction whose denominator divides a power of ten, as a decimal."""
    places = 0
    while (value * 10**places).denominator > 1:
        places += 1
    return decimal(int(value * 10**places), places)


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, start, changes = params
    right, is_percent = _answer(params)
    sign = "%" if is_percent else ""
    number = Fraction(right.rstrip("%"))
    candidates = [
        ("point_moved", _finite(number / 10) + sign),
        ("off_by_one", _finite(number + rng.choice((-1, 1))) + sign),
        ("sign", _finite(-number) + sign),
        ("sum_of_changes", f"{sum(changes)}{sign}"),
        ("given", str(_given(params).get("end", start))),
    ]
    if kind == "what":
        candidates.append(("as_share", _finite(number / 100) + "%"))
    yield from wrong_answers(right, f"{_words(changes)} of {start}", candidates)


FAMILY = Family(
    name="percentages",
    version=1,
    kind="math",
    topic="decimals",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
