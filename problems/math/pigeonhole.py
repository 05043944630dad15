"""How many to draw to be certain, by the pigeonhole principle.

Level 1: so many of one colour, out of three colours. Level 2: out of four. Level 3: so many of one colour or so many
of another, four colours. Level 4: so many of both. Level 5: two colours with so many each. Levels 6 and 7: the same
with five and six colours. Level 8: one of four different demands, six colours. Level 9: two of four such demands.
Level 10: three of five, seven colours.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.exact import listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # colours, those with a demand, demands to meet, one and the same demand for all, most of a colour
    1: (3, 3, 1, True, 20),
    2: (4, 4, 1, True, 30),
    3: (4, 2, 1, False, 30),
    4: (4, 2, 2, False, 30),
    5: (4, 4, 2, True, 40),
    6: (5, 5, 2, True, 40),
    7: (6, 6, 3, True, 40),
    8: (6, 4, 1, False, 50),
    9: (6, 4, 2, False, 50),
    10: (7, 5, 3, False, 60),
}
_COLOURS = ("red", "blue", "green", "white", "black", "yellow", "brown", "grey", "pink")
_THINGS = (("drawer", "socks"), ("bag", "marbles"), ("box", "beads"), ("jar", "sweets"))
_ASKED = (
    "A {place} holds {have} {things}. They are drawn without looking. How many must be drawn to be certain of {goal}?",
    "In a {place} are {have} {things}. What is the smallest number to take out, unseen, that guarantees {goal}?",
    "From a {place} with {have} {things} you draw in the dark. How many do you need to be sure of {goal}?",
)


def sample(level: int, rng: Random) -> Params:
    """(demands to meet, (count, demand or 0) of each colour in ascending order); a demand is at most the count."""
    colours, demanded, needed, same, most = _SHAPES[level]
    counts = [rng.randrange(3, most + 1) for _ in range(colours)]
    if same:
        least = sorted(counts)[-needed]  # enough colours must be able to meet it
        demand = rng.randrange(2, min(least, 8 if level == 1 else 15) + 1)
        return (needed, tuple(sorted((count, demand) for count in counts)))
    demands = [rng.randrange(2, min(count, 15) + 1) if i < demanded else 0 for i, count in enumerate(counts)]
    return (needed, tuple(sorted(zip(counts, demands, strict=True))))


def _work(params: Params) -> tuple[int, str]:
    """The worst draw that fails: all of what has no demand, all of the colours that help most, else one too few."""
    needed, colours = params
    spare = sorted(((count - min(count, demand - 1)), count) for count, demand in colours if demand)
    full = [count for _, count in spare[len(spare) - needed + 1 :]] if needed > 1 else []
    left, parts = list(full), []
    for count, demand in colours:
        if not demand:
            parts.append(count)
        elif count in left and (count - min(count, demand - 1), count) in spare[len(spare) - needed + 1 :]:
            left.remove(count)
            parts.append(count)
        else:
            parts.append(min(count, demand - 1))
    return sum(parts), " + ".join(map(str, parts))


def _goal(params: Params, names: list[str], things: str) -> str:
    needed, colours = params
    demands = [(name, demand) for name, (_, demand) in zip(names, colours, strict=True) if demand]
    if len({demand for _, demand in demands}) == 1 and len(demands) == len(colours):
        demand = demands[0][1]
        if needed == 1:
            return f"having at least {demand} {things} of one colour"
        return f"having {needed} different colours with at least {demand} {things} each"
    parts = [f"at least {demand} {name}" for name, demand in demands]
    if needed == 1:
        return f"having {', or '.join(parts)}"
    if needed == len(parts):
        return f"having {listed(parts)}"
    return f"meeting at least {needed} of these demands: {', '.join(parts)}"


def pose(params: Params, rng: Random) -> Posed:
    place, things = rng.choice(_THINGS)
    names = rng.sample(_COLOURS, len(params[1]))
    order = rng.sample(range(len(names)), len(names))
    have = listed([f"{params[1][i][0]} {names[i]}" for i in order])
    prompt = rng.choice(_ASKED).format(place=place, have=have, things=things, goal=_goal(params, names, things))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_work(params)[0] + 1), type="integer"))


def solve(params: Params, rng: Random) -> str:
    worst, parts = _work(params)
    opening = rng.choice(("The worst draw that is not enough has", "At worst one can miss the goal with"))
    return f"{opening} {parts} = {worst}; one more settles it: {worst} + 1 = {worst + 1}. {boxed(worst + 1)}"


def confirm(params: Params) -> MathReference:
    """The largest draw that fails, over every number drawn of every colour, by how many demands it meets."""
    needed, colours = params
    largest = {0: 0}  # demands met -> most drawn
    for count, demand in colours:
        grown: dict[int, int] = {}
        for met, drawn in largest.items():
            for more in range(count + 1):
                key = met + bool(demand and more >= demand)
                grown[key] = max(grown.get(key, 0), drawn + more)
        largest = grown
    return MathReference(answer=str(max(drawn for met, drawn in largest.items() if met < needed) + 1), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    needed, colours = params
    right = _work(params)[0] + 1
    demands = [demand for _, demand in colours if demand]
    candidates = (
        ("worst_draw", right - 1),
        ("off_by_one", right + 1),
        ("lucky_draw", sum(sorted(demands)[:needed])),
        ("sum_of_demands", sum(demands)),
        ("everything", sum(count for count, _ in colours)),
        ("counts_ignored", sum(demand - 1 for demand in demands) + 1),
    )
    yield from wrong_answers(right, f"{listed([count for count, _ in colours])}", candidates)


FAMILY = Family(
    name="pigeonhole",
    version=1,
    kind="math",
    topic="combinatorics",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
