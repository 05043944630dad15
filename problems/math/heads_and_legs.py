"""Word problems about how many there are of each kind: animals and legs, coins, tickets, vehicles and wheels.

Level 1: two kinds, up to 30 altogether. Level 2: up to 60. Level 3: two kinds of tickets at any price, up to 300.
Levels 4 to 6: three kinds and a relation between two of them, up to about 40, 120 and 300. Levels 7 to 9: four kinds,
two relations, the same. Level 10: five kinds, three relations.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from tracemill.problems.family import Params
from tracemill.problems.matrices import vector
from tracemill.problems.story import Story, story_family
from tracemill.problems.text import combination
from tracemill.problems.words import listed

_SCENES: dict[str, tuple[str, dict[str, int], str]] = {
    "farm": ("{total} animals on a farm", {"hens": 2, "goats": 4, "beetles": 6, "spiders": 8, "crabs": 10}, "legs"),
    "coins": (
        "{total} coins in a box",
        {"nickels": 5, "dimes": 10, "quarters": 25, "pennies": 1, "half dollars": 50},
        "cents",
    ),
    "yard": (
        "{total} vehicles in a yard",
        {"bicycles": 2, "tricycles": 3, "cars": 4, "trucks": 6, "trailers": 8},
        "wheels",
    ),
}
_TICKETS = ("child tickets", "student tickets", "adult tickets", "family tickets", "box seats")
_SHAPES = {  # kinds, the most of one kind
    1: (2, 15),
    2: (2, 30),
    3: (2, 150),
    4: (3, 15),
    5: (3, 40),
    6: (3, 100),
    7: (4, 15),
    8: (4, 40),
    9: (4, 100),
    10: (5, 100),
}


def sample(level: int, rng: Random) -> Params:
    """(scene, ((kind, worth), ...), relations, total, total worth). A relation (j, i, k, d): there are k times as many
    of kind j as of kind i, and d more."""
    size, most = _SHAPES[level]
    while True:
        scene = "tickets" if level == 3 else rng.choice(("tickets", *_SCENES))
        if scene == "tickets":
            prices = sorted(rng.sample(range(3, 60), size))
            kinds = tuple(zip(_TICKETS, prices, strict=False))
        else:
            worth = _SCENES[scene][1]
            kinds = tuple((name, worth[name]) for name in rng.sample(tuple(worth), size))
        counts = [rng.randrange(1, most + 1) for _ in range(2)]
        relations = []
        for j in range(2, size):
            i, k = rng.randrange(j), rng.choice((1, 1, 2, 3))
            d = rng.randrange(-most // 2, most // 2 + 1)
            relations.append((j, i, k, d))
            counts.append(k * counts[i] + d)
        if min(counts[2:], default=1) < 1 or any(k == 1 and not d for _, _, k, d in relations):
            continue
        if _system(kinds, relations)[0]:
            total = sum(count * value for count, (_, value) in zip(counts, kinds, strict=True))
            return (scene, kinds, tuple(relations), sum(counts), total)


def _lines(relations: Any) -> list[tuple[int, int, int]]:
    """Each number as p x + q y + r, with x and y for the first two kinds."""
    lines = [(1, 0, 0), (0, 1, 0)]
    for _, i, k, d in relations:
        p, q, r = lines[i]
        lines.append((k * p, k * q, k * r + d))
    return lines


def _system(kinds: Any, relations: Any) -> tuple[int, tuple[int, int, int], tuple[int, int, int]]:
    """Determinant and rows: heads and worth as p x + q y + r."""
    lines = _lines(relations)
    heads = tuple(sum(line[i] for line in lines) for i in range(3))
    worth = tuple(sum(value * line[i] for line, (_, value) in zip(lines, kinds, strict=True)) for i in range(3))
    return heads[0] * worth[1] - heads[1] * worth[0], heads, worth  # type: ignore[return-value]


def _counts(params: Params) -> list[int]:
    _, kinds, relations, total, value = params
    det, heads, worth = _system(kinds, relations)
    e, f = total - heads[2], value - worth[2]
    x, y = Fraction(e * worth[1] - f * heads[1], det), Fraction(heads[0] * f - worth[0] * e, det)
    return [int(p * x + q * y + r) for p, q, r in _lines(relations)]


def _relation(kinds: Any, j: int, i: int, k: int, d: int) -> str:
    times = {1: "as many", 2: "twice as many", 3: "three times as many"}[k]
    if not d:
        return f"There are {times} {kinds[j][0]} as {kinds[i][0]}."
    more = f"{abs(d)} {'more' if d > 0 else 'fewer'}"
    if k == 1 and abs(d) > 1:
        return f"There are {more} {kinds[j][0]} than {kinds[i][0]}."
    return (
        f"The number of {kinds[j][0]} is {abs(d)} {'more' if d > 0 else 'less'} than {k} times that of {kinds[i][0]}."
    )


def _linear(p: int, q: int, r: int) -> str:
    text = combination((p, q), "xy")
    return text if not r else f"{text} {'+' if r > 0 else '-'} {abs(r)}"


def story(params: Params) -> Story:
    scene, kinds, relations, total, value = params
    names = [name for name, _ in kinds]
    if scene == "tickets":
        prices = listed([f"{name} cost ${price} each" for name, price in kinds])
        first = f"{total} tickets were sold for ${value}; {prices}."
    else:
        what, _, unit = _SCENES[scene]
        each = listed([f"{name} have {worth} each" for name, worth in kinds])
        if scene == "coins":
            each = listed([f"{name} are worth {worth} cents each" for name, worth in kinds])
        first = (
            f"There are {what.format(total=total)}, all of them {listed(names)}, with {value} {unit} altogether;"
            f" {each}."
        )
    facts = " ".join(_relation(kinds, *relation) for relation in relations)
    asked = f"Give the tuple of their numbers: ({', '.join(names)})."
    right = _counts(params)
    slips = (
        ("swapped", vector(right[::-1])),
        ("off_by_one", vector([right[0] + 1, right[1] - 1, *right[2:]])),
        ("one_number", right[0]),
        ("worth_by_kind", vector([count * worth for count, (_, worth) in zip(right, kinds, strict=True)])),
        ("first_two_exchanged", vector([right[1], right[0], *right[2:]])),
    )
    between = f" {facts} " if facts else " "
    return Story(
        prompts=(f"{first}{between}{asked}", f"{first}{between}How many are there of each? {asked}"),
        steps=_steps(params, right),
        answer=vector(right),
        type="tuple",
        slips=slips,
    )


def _steps(params: Params, right: list[int]) -> tuple[str, ...]:
    _, kinds, relations, total, value = params
    det, heads, worth = _system(kinds, relations)
    lines = _lines(relations)
    steps = [f"Let x be the number of {kinds[0][0]} and y that of {kinds[1][0]}."]
    steps += [f"{name}: {_linear(*line)}." for (name, _), line in list(zip(kinds, lines, strict=True))[2:]]
    steps.append(f"All together: {_linear(*heads)} = {total}.")
    steps.append(f"All they count: {_linear(*worth)} = {value}.")
    e, f = total - heads[2], value - worth[2]
    steps.append(
        f"{worth[1]} times the first minus {heads[1]} times the second: {combination((det,), 'x')} = "
        f"{e * worth[1] - f * heads[1]}, so x = {right[0]}."
    )
    if heads[1]:
        steps.append(f"Then {combination((heads[1],), 'y')} = {e} - {heads[0] * right[0]}, so y = {right[1]}.")
    else:
        steps.append(f"From the second, y = {right[1]}.")
    return tuple(steps)


def check(params: Params) -> str:
    """Every number of the first kind is tried, and every number of the second that keeps to the total."""
    _, kinds, relations, total, value = params
    found = set()
    for x in range(total + 1):
        for y in range(total - x + 1):
            counts = [x, y]
            for _, i, k, d in relations:
                counts.append(k * counts[i] + d)
            if sum(counts) == total and sum(c * w for c, (_, w) in zip(counts, kinds, strict=True)) == value:
                found.add(tuple(counts))
    (counts_found,) = found
    return vector(counts_found)


FAMILY = story_family(
    name="heads_and_legs",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
