"""Word problems about ages: a chain of relations between people, closed by one more.

Level 1: a difference and a sum of two ages. Level 2: "d more than k times" and a sum. Levels 3 and 4: three people,
differences, then multiples too, and their sum. Level 5: three people and a multiple in other years. Level 6: three
people, "d more than k times". Level 7: four people and a sum. Level 8: four, with a multiple in other years. Levels 9
and 10: five and six people.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast, counted, listed

_SHAPES = {  # people, relations, closings
    1: (2, ("more",), ("sum",)),
    2: (2, ("affine",), ("sum",)),
    3: (3, ("more",), ("sum", "sum then")),
    4: (3, ("more", "times"), ("sum", "sum then")),
    5: (3, ("more", "times", "affine"), ("times then",)),
    6: (3, ("more", "affine"), ("sum then",)),
    7: (4, ("more", "times", "affine"), ("sum then",)),
    8: (4, ("more", "times", "affine"), ("times then",)),
    9: (5, ("more", "times", "affine"), ("sum then", "times then")),
    10: (6, ("more", "times", "affine"), ("sum then", "times then")),
}


def sample(level: int, rng: Random) -> Params:
    """(who is asked for, relations, closing). A relation (j, i, k, d) says: the age of j is k times that of i
    plus d. The closing is ("sum", years from now, total) or ("times", years from now, j, i, k)."""
    people, kinds, closings = _SHAPES[level]
    while True:
        ages = [rng.randrange(3, 50)]
        relations: list[tuple[int, int, int, int]] = []
        for j in range(1, people):
            i, kind = rng.randrange(j), rng.choice(kinds)
            k = 1 if kind == "more" else rng.randrange(2, 6)
            d = 0 if kind == "times" else rng.choice((-1, 1)) * rng.randrange(1, 31)
            relations.append((j, i, k, d))
            ages.append(k * ages[i] + d)
        if min(ages) < 1 or max(ages) > 95:
            continue
        closing = _closing(ages, rng.choice(closings), rng)
        asked = rng.randrange(people)
        if closing and _slope(relations, closing):
            return (asked, tuple(relations), closing)


def _closing(ages: list[int], kind: str, rng: Random) -> tuple[Any, ...] | None:
    if kind == "sum":
        return ("sum", 0, sum(ages))
    if kind == "sum then":
        years = rng.choice((-1, 1, 1)) * rng.randrange(1, 31)
        return ("sum", years, sum(ages) + years * len(ages)) if min(ages) + years > 0 else None
    j, i = rng.sample(range(len(ages)), 2)
    for k in rng.sample(range(2, 7), 5):
        years, rest = divmod(ages[j] - k * ages[i], k - 1)
        if not rest and years and abs(years) <= 30 and min(ages) + years > 0:
            return ("times", years, j, i, k)
    return None


def _lines(relations: Any) -> list[tuple[int, int]]:
    """Each age as m x + c, with x the age of the first."""
    lines = [(1, 0)]
    for _, i, k, d in relations:
        m, c = lines[i]
        lines.append((k * m, k * c + d))
    return lines


def _slope(relations: Any, closing: Any) -> int:
    """What x is multiplied by when the closing is solved for it; 0 where the closing says nothing about x."""
    lines = _lines(relations)
    if closing[0] == "sum":
        return sum(m for m, _ in lines)
    _, _, j, i, k = closing
    return lines[j][0] - k * lines[i][0]


def _first(relations: Any, closing: Any) -> int:
    lines = _lines(relations)
    if closing[0] == "sum":
        _, years, total = closing
        return int(total - sum(c + years for _, c in lines)) // _slope(relations, closing)
    _, years, j, i, k = closing
    return int(k * (lines[i][1] + years) - lines[j][1] - years) // _slope(relations, closing)


def story(params: Params) -> Story:
    asked, relations, closing = params
    names = cast(params, len(relations) + 1)
    lines, x = _lines(relations), _first(relations, closing)
    right = lines[asked][0] * x + lines[asked][1]
    facts = [_fact(names, *relation) for relation in relations]
    end, equation = _ending(names, closing), _equation(lines, closing)
    question = f"How old is {names[asked]}?"
    steps = [f"Let x be the age of {names[0]}."]
    steps += [f"{name}: {_linear(*line)}." for name, line in list(zip(names, lines, strict=True))[1:]]
    steps += [*equation, f"So x = {x}."]
    if asked:
        m, c = lines[asked]
        steps.append(f"{names[asked]} is {_linear(m, c).replace('x', f'*{x}' if m != 1 else str(x))} = {right}.")
    others = [m * x + c for m, c in lines if m * x + c != right]
    slips = (
        ("off_by_one", right + 1),
        ("another_person", others[0] if others else right + 10),
        ("in_other_years", right + (closing[1] or 5)),
        ("sign", -right),
        ("closing_number", closing[2] if closing[0] == "sum" else closing[4]),
    )
    prompts = (
        f"{' '.join(facts)} {end} {question}",
        f"{end} {' '.join(facts)} {question}",
        f"{' '.join(reversed(facts))} {end} What is the age of {names[asked]}?",
    )
    return Story(prompts=prompts, steps=tuple(steps), answer=str(right), type="integer", slips=slips)


_TIMES = {2: "twice", 3: "three times", 4: "four times", 5: "five times"}


def _times(k: int) -> str:
    return _TIMES.get(k, f"{k} times")


def _fact(names: tuple[str, ...], j: int, i: int, k: int, d: int) -> str:
    if k == 1:
        return f"{names[j]} is {counted(abs(d), 'year')} {'older' if d > 0 else 'younger'} than {names[i]}."
    if not d:
        return f"{names[j]} is {_times(k)} as old as {names[i]}."
    return (
        f"{names[j]} is {counted(abs(d), 'year')} {'older' if d > 0 else 'younger'} than {_times(k)} {names[i]}'s age."
    )


def _ending(names: tuple[str, ...], closing: Any) -> str:
    years = closing[1]
    when = f"In {counted(years, 'year')}" if years > 0 else f"{counted(-years, 'year')} ago"
    if closing[0] == "sum":
        everybody = listed(names)
        if not years:
            return f"{everybody} are {closing[2]} years old together."
        return f"{when} the ages of {everybody} {'will add' if years > 0 else 'added'} up to {closing[2]}."
    _, _, j, i, k = closing
    return f"{when} {names[j]} {'will be' if years > 0 else 'was'} {_times(k)} as old as {names[i]}."


def _equation(lines: list[tuple[int, int]], closing: Any) -> list[str]:
    years = closing[1]
    if closing[0] == "sum":
        m, c = sum(m for m, _ in lines), sum(c for _, c in lines)
        steps = [f"Today's sum is {_linear(m, c)}."]
        if years:
            steps.append(f"Shifted by {years} for each of {len(lines)} people: {_linear(m, c + years * len(lines))}.")
        c += years * len(lines)
        return [*steps, f"{_linear(m, c)} = {closing[2]}, so {_linear(m, 0)} = {closing[2] - c}."]
    _, _, j, i, k = closing
    (m, c), (n, e) = lines[j], lines[i]
    shifted = f"Shifted by {years} the two ages are {_linear(m, c + years)} and {_linear(n, e + years)}."
    both = f"{_linear(m, c + years)} = {k}({_linear(n, e + years)})"
    return [shifted, f"{both}, so {_linear(m - k * n, 0)} = {k * (e + years) - c - years}."]


def _linear(m: int, c: int) -> str:
    x = {1: "x", -1: "-x"}.get(m, f"{m}x")
    return x if not c else f"{x} {'+' if c > 0 else '-'} {abs(c)}"


def check(params: Params) -> str:
    """Every age of the first from 1 to 150 is tried."""
    asked, relations, closing = params
    found = set()
    for x in range(1, 151):
        ages = [x]
        for _, i, k, d in relations:
            ages.append(k * ages[i] + d)
        then = [age + closing[1] for age in ages]
        left, right = sum(then), closing[2]
        if closing[0] == "times":
            left, right = then[closing[2]], closing[4] * then[closing[3]]
        if left == right:
            found.add(ages[asked])
    (age,) = found
    return str(age)


FAMILY = story_family(
    name="ages",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
