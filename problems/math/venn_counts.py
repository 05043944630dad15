"""Counting with two or three overlapping groups: inclusion and exclusion in words.

Level 1: how many are in at least one of two groups. Level 2: how many are in neither. Level 3: how many in both. Level
4: how many in exactly one. Level 5: at least one of three. Level 6: none of three. Level 7: all three, from the total.
Level 8: exactly one of three. Level 9: exactly two of three, from the total. Level 10: only in the first. The numbers
grow.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference
from tracemill.problems.words import cast, listed, told

_LARGEST = {1: 25, 2: 30, 3: 120, 4: 150, 5: 60, 6: 80, 7: 100, 8: 150, 9: 200, 10: 300}  # people in a region
_KINDS = {1: "union", 2: "none", 3: "all", 4: "one", 5: "union", 6: "none", 7: "all", 8: "one", 9: "two", 10: "only"}
_PLACES = (
    ("students", "study {}", ("French", "Latin", "Spanish", "German", "Chinese", "Arabic", "Russian")),
    ("members of a club", "play {}", ("tennis", "chess", "football", "hockey", "golf", "volleyball")),
    ("people in a survey", "like {}", ("tea", "coffee", "cocoa", "juice", "milk", "lemonade")),
    ("families", "own {}", ("a car", "a bicycle", "a boat", "a dog", "a piano", "a garden")),
)

# Region i holds the people whose groups are the bits of i: 1 the first group, 2 the second, 4 the third, 0 none.


def sample(level: int, rng: Random) -> Params:
    """(question, number of groups, people by region); the region of nobody's group is 0 where it does not matter."""
    groups, most = 2 if level <= 4 else 3, _LARGEST[level]
    regions = [rng.randrange(1, most + 1) for _ in range(2**groups)]
    kind = _KINDS[level]
    if kind in ("union", "only") or (kind == "one" and groups == 3):
        regions[0] = 0
    return (kind, groups, tuple(regions))


def _known(params: Params) -> dict[str, int]:
    """The numbers that are told: sizes of groups and overlaps by their letters, `total`, `union`."""
    kind, groups, regions = params
    sizes = {}
    for mask in range(1, 2**groups):
        letters = "".join(letter for bit, letter in enumerate("ABC") if mask >> bit & 1)
        sizes[letters] = sum(people for region, people in enumerate(regions) if region & mask == mask)
    known = {letters: sizes[letters] for letters in sorted(sizes, key=lambda text: (len(text), text))}
    if kind in ("none", "all", "two"):
        known["total"] = sum(regions)
    if kind in ("all", "two"):
        known["none"] = regions[0]
        del known["AB" if groups == 2 else "ABC"]
    if kind == "one" and groups == 2:
        known["total"], known["none"] = sum(regions), regions[0]
        del known["AB"]
    return known


def _answer(params: Params) -> int:
    kind, groups, regions = params
    if kind == "none":
        return int(regions[0])
    wanted = {"union": range(1, 9), "all": (groups,), "one": (1,), "two": (2,), "only": (1,)}[kind]
    found = (people for region, people in enumerate(regions) if region.bit_count() in wanted)
    return int(regions[1] if kind == "only" else sum(found))


def _scene(params: Params) -> tuple[str, str, tuple[str, ...]]:
    people, verb, groups = _PLACES["abcd".index(cast(params, 1, "abcd")[0])]
    return people, verb, cast(params, params[1], groups)


def pose(params: Params, rng: Random) -> Posed:
    kind, groups, _ = params
    people, verb, names = _scene(params)
    known = _known(params)
    facts = []
    for letters, number in known.items():
        if letters not in ("total", "none"):
            chosen = [names["ABC".index(letter)] for letter in letters]
            both = "both " if len(chosen) == 2 and groups == 2 else ""
            facts.append(f"{number} {verb.format(both + listed(chosen))}")
    if "none" in known:
        nothing = {2: "neither of the two", 3: "none of the three"}[groups]
        facts.append(f"{known['none']} {rng.choice(('do', 'choose'))} {nothing}")
    first = f"Of {known['total']} {people}" if "total" in known else f"Among some {people}"
    every = verb.format({2: "both", 3: "all three"}[groups])
    question = {
        "union": f"How many {verb.format('at least one of them')}?",
        "none": f"How many {verb.format({2: 'neither', 3: 'none of the three'}[groups])}?",
        "all": f"How many {every}?",
        "one": f"How many {verb.format('exactly one of them')}?",
        "two": f"How many {verb.format('exactly two of them')}?",
        "only": f"How many {verb.format('only ' + names[0])}, and nothing else of these?",
    }[kind]
    overlap = rng.choice(("Anyone in several groups is counted in each.", "Some are counted more than once."))
    prompt = f"{first}, {listed(facts)}. {overlap} {question}"
    return Posed(prompt=told(prompt, rng), reference=MathReference(answer=str(_answer(params)), type="integer"))


def _steps(params: Params) -> list[str]:
    kind, groups, regions = params
    known, right = _known(params), _answer(params)
    singles = [known[letter] for letter in "ABC"[:groups]]
    added = " + ".join(map(str, singles))
    union = sum(regions[1:])
    if groups == 2:
        both = regions[3]
        if kind in ("union", "none"):
            steps = [f"At least one: {added} - {both} = {union}."]
            return steps if kind == "union" else [*steps, f"Neither: {sum(regions)} - {union} = {right}."]
        steps = [f"At least one: {sum(regions)} - {regions[0]} = {union}.", f"Both: {added} - {union} = {both}."]
        return steps if kind == "all" else [*steps, f"Exactly one: {union} - {both} = {right}."]
    pairs = [known[letters] for letters in ("AB", "AC", "BC")]
    taken = " - ".join(map(str, pairs))
    triple = regions[7]
    if kind in ("union", "none"):
        steps = [f"At least one: {added} - {taken} + {triple} = {union}."]
        return steps if kind == "union" else [*steps, f"None: {sum(regions)} - {union} = {right}."]
    if kind in ("all", "two"):
        steps = [
            f"At least one: {sum(regions)} - {regions[0]} = {union}.",
            f"All three: {union} - ({added} - {taken}) = {union} - {sum(singles) - sum(pairs)} = {triple}.",
        ]
        return (
            steps if kind == "all" else [*steps, f"Exactly two: {' + '.join(map(str, pairs))} - 3*{triple} = {right}."]
        )
    if kind == "one":
        return [f"Exactly one: {added} - 2*({' + '.join(map(str, pairs))}) + 3*{triple} = {right}."]
    return [f"Only the first: {singles[0]} - {pairs[0]} - {pairs[1]} + {triple} = {right}."]


def solve(params: Params, rng: Random) -> str:
    start = rng.choice(("By inclusion and exclusion.", "Nobody may be counted twice.", "Draw the circles."))
    return f"{start} {' '.join(_steps(params))} {boxed(_answer(params))}"


def confirm(params: Params) -> MathReference:
    """By linear equations for the regions, from the told numbers alone (sympy)."""
    import sympy

    kind, groups, _ = params
    x = sympy.symbols(f"x0:{2**groups}")
    equations: list[Any] = []
    for name, number in _known(params).items():
        if name == "total":
            equations.append(sum(x) - number)
        elif name == "none":
            equations.append(x[0] - number)
        else:
            mask = sum(1 << "ABC".index(letter) for letter in name)
            equations.append(sum(x[i] for i in range(2**groups) if i & mask == mask) - number)
    if x[0] not in set().union(*(equation.free_symbols for equation in equations)):
        equations.append(x[0])
    solution = sympy.solve(equations, x, dict=True)[0]
    count = {"union": 0, "none": 0, "all": groups, "one": 1, "two": 2, "only": 1}[kind]
    if kind == "union":
        wanted = sum(x[1:])
    elif kind == "only":
        wanted = x[1]
    else:
        wanted = sum(x[i] for i in range(2**groups) if i.bit_count() == count)
    return MathReference(answer=str(sympy.sympify(wanted).subs(solution)), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, groups, regions = params
    known, right = _known(params), _answer(params)
    singles = sum(known[letter] for letter in "ABC"[:groups])
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("overlap_forgotten", singles),
        ("sign", -right),
        ("everybody", sum(regions)),
        ("first_group", known["A"]),
        ("complement", sum(regions) - right),
    )
    yield from wrong_answers(right, f"{kind} of {singles}", candidates)


FAMILY = Family(
    name="venn_counts",
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
