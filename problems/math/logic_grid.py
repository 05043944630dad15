"""Logic grids: people, pets and drinks have places in a row of houses, and clues leave one arrangement.

Levels 1 and 2: four people, plainer clues and all kinds. Level 3: five people. Level 4: three people with pets. Levels
5 and 6: four people with pets, plainer clues and all kinds. Level 7: five people with pets. Level 8: three people with
pets and drinks. Levels 9 and 10: four people with pets and drinks, all kinds of clues and without the plainest. Asked
for are the houses of all people, and of the pets where there are any: a single house could be guessed.

Arrangements are the bits of one integer, so a clue is a mask and a puzzle an intersection.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise, permutations, product
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import vector
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference
from tracemill.problems.words import NAMES, cast, listed

_PLAIN = ("at", "not at", "left", "next", "same")
_ALL = ("at", "not at", "end", "left", "next", "just left", "apart", "same", "not same", "between")
_HARD = ("not at", "end", "left", "next", "apart", "same", "not same", "between")
_SHAPES = {  # houses, kinds of things, kinds of clues
    1: (4, 1, _PLAIN),
    2: (4, 1, _ALL),
    3: (5, 1, _ALL),
    4: (3, 2, _ALL),
    5: (4, 2, _PLAIN),
    6: (4, 2, _ALL),
    7: (5, 2, _ALL),
    8: (3, 3, _ALL),
    9: (4, 3, _ALL),
    10: (4, 3, _HARD),
}
_PETS = ("cat", "dog", "fish", "parrot", "rabbit", "hamster", "turtle")
_DRINKS = ("tea", "coffee", "milk", "juice", "water", "cocoa", "lemonade")

# A thing is a number: people 0 to n - 1, then pets, then drinks.
Clue = tuple[str, int, int, int]  # kind, thing, thing or house or -1, thing or -1


@cache
def _worlds(size: int, groups: int) -> tuple[tuple[int, ...], ...]:
    """Every arrangement as the house (from 0) of each thing."""
    return tuple(tuple(sum(world, ())) for world in product(permutations(range(size)), repeat=groups))


@cache
def _place(size: int, groups: int, thing: int, house: int) -> int:
    """The arrangements in which a thing is in a house."""
    return sum(1 << i for i, world in enumerate(_worlds(size, groups)) if world[thing] == house)


def _holds(clue: Clue, house: Callable[[int], int], size: int) -> bool:
    kind, a, b, c = clue
    x = house(a)
    if kind in ("at", "not at"):
        return (x == b) is (kind == "at")
    if kind == "end":
        return x in (0, size - 1)
    y = house(b)
    if kind == "between":
        return min(y, house(c)) < x < max(y, house(c))
    return {
        "left": x < y,
        "next": abs(x - y) == 1,
        "just left": x + 1 == y,
        "apart": abs(x - y) == 2,
        "same": x == y,
        "not same": x != y,
    }[kind]


@cache
def _mask(size: int, groups: int, clue: Clue) -> int:
    """The arrangements in which a clue holds, put together from the places of its things."""
    kind, a, b, c = clue
    things = [a] if kind in ("at", "not at", "end") else [thing for thing in (a, b, c) if thing >= 0]
    rows = 0
    for houses in product(range(size), repeat=len(things)):
        partial = dict(zip(things, houses, strict=True))
        if _holds(clue, partial.__getitem__, size):
            both = -1
            for thing, house in partial.items():
                both &= _place(size, groups, thing, house)
            rows |= both
    return rows


def sample(level: int, rng: Random) -> Params:
    """(houses, kinds of things, clues in ascending order): one arrangement is left, and no clue can be spared."""
    size, groups, kinds = _SHAPES[level]
    worlds = _worlds(size, groups)
    world = worlds[int(rng.random() * len(worlds))]
    only = 1 << worlds.index(world) if len(worlds) < 800 else _only(size, groups, world)
    left, clues = (1 << len(worlds)) - 1, []
    while left != only:
        clue = _clue(size, groups, kinds, rng)
        if _holds(clue, world.__getitem__, size):
            narrower = left & _mask(size, groups, clue)
            if narrower != left:
                left = narrower
                clues.append(clue)
    for clue in clues[:]:
        rest = -1
        for other in clues:
            if other != clue:
                rest &= _mask(size, groups, other)
        if rest & ((1 << len(worlds)) - 1) == only:
            clues.remove(clue)
    return (size, groups, tuple(sorted(clues)))


def _only(size: int, groups: int, world: tuple[int, ...]) -> int:
    both = -1
    for thing, house in enumerate(world):
        both &= _place(size, groups, thing, house)
    return both


def _clue(size: int, groups: int, kinds: tuple[str, ...], rng: Random) -> Clue:
    """A random clue, true or not. Clues about one house only speak of different things."""
    while True:
        kind = kinds[int(rng.random() * len(kinds))]
        a, b, c = (int(rng.random() * size * groups) for _ in range(3))
        if kind in ("at", "not at"):
            return (kind, a, int(rng.random() * size), -1)
        if kind == "end":
            return (kind, a, -1, -1)
        if a == b or (kind in ("same", "not same") and a // size == b // size):
            continue
        if kind == "between":
            if size > 2 and len({a, b, c}) == 3:
                return (kind, a, min(b, c), max(b, c))
        elif kind in ("next", "apart", "same", "not same"):
            return (kind, min(a, b), max(a, b), -1)
        else:
            return (kind, a, b, -1)


def _solution(params: Params) -> tuple[int, ...]:
    size, groups, clues = params
    worlds = _worlds(size, groups)
    left = (1 << len(worlds)) - 1
    for clue in clues:
        left &= _mask(size, groups, clue)
    return worlds[left.bit_length() - 1]


def _answer(params: Params) -> list[int]:
    """The houses of the people, and of the pets where there are any, counted from 1."""
    size, groups, _ = params
    return [house + 1 for house in _solution(params)[: size * min(groups, 2)]]


def _names(params: Params) -> tuple[list[str], list[str]]:
    """What each thing is called, and how its owner is."""
    size, groups, _ = params
    people = list(cast(params, size, NAMES))
    pets = list(cast(params, size, _PETS)) if groups > 1 else []
    drinks = list(cast(params, size, _DRINKS)) if groups > 2 else []
    owners = [
        *people,
        *(f"the owner of the {pet}" for pet in pets),
        *(f"the one who drinks {drink}" for drink in drinks),
    ]
    return [*people, *(f"the {pet}" for pet in pets), *drinks], owners


def _told(clue: Clue, owners: list[str], size: int, rng: Random) -> str:
    kind, a, b, c = clue
    one = owners[a]
    if kind in ("at", "not at"):
        text = f"{one} {'lives' if kind == 'at' else 'does not live'} in house {b + 1}"
    elif kind == "end":
        text = f"{one} lives at an end of the row"
    elif kind == "between":
        text = f"{one} lives somewhere between {owners[b]} and {owners[c]}"
    else:
        two = owners[b]
        if kind in ("next", "apart", "not same") and rng.random() < 0.5:
            one, two = two, one
        text = (
            one
            + {
                "left": f" lives somewhere to the left of {two}",
                "next": f" lives next to {two}",
                "just left": f" lives directly to the left of {two}",
                "apart": f" and {two} have exactly one house between theirs",
                "same": f" is {two}",
                "not same": f" is not {two}",
            }[kind]
        )
    return text[0].upper() + text[1:]


def pose(params: Params, rng: Random) -> Posed:
    size, groups, clues = params
    names, owners = _names(params)
    people = names[:size]
    rng.shuffle(people)
    order = listed(names[: size * min(groups, 2)])
    things = []
    if groups > 1:
        pets = names[size : 2 * size]
        rng.shuffle(pets)
        things.append(f"one pet each ({', '.join(pet.removeprefix('the ') for pet in pets)})")
    if groups > 2:
        drinks = names[2 * size :]
        rng.shuffle(drinks)
        things.append(f"one drink each ({', '.join(drinks)})")
    extra = f" They have {listed(things)}, all different." if things else ""
    told = [_told(clue, owners, size, rng) for clue in clues]
    rng.shuffle(told)
    listing = rng.choice(
        (
            "\n".join(f"{i}. {text}." for i, text in enumerate(told, start=1)),
            " ".join(f"{text}." for text in told),
            "\n".join(f"- {text}." for text in told),
        )
    )
    asked = rng.choice(
        (
            f"Give the house numbers of {order}, in this order, as a tuple.",
            f"In which houses are {order}? Answer with a tuple of house numbers in this order.",
        )
    )
    prompt = (
        f"{size} houses in a row are numbered 1 to {size} from left to right. {listed(people)} live in them, one in"
        f" each.{extra}\n{listing}\n{asked}"
    )
    return Posed(prompt=prompt, reference=MathReference(answer=vector(_answer(params)), type="tuple"))


def solve(params: Params, rng: Random) -> str:
    """Clue after clue, the one that leaves the least first; what is left is told once it is little."""
    size, groups, clues = params
    names, owners = _names(params)
    worlds = _worlds(size, groups)
    left, open_clues = (1 << len(worlds)) - 1, list(clues)
    lines = [rng.choice((f"There are {len(worlds)} arrangements.", f"I start with all {len(worlds)} arrangements."))]
    while open_clues:
        clue = min(open_clues, key=lambda one: (left & _mask(size, groups, one)).bit_count())
        open_clues.remove(clue)
        left &= _mask(size, groups, clue)
        line = f"{_told(clue, owners, size, rng)}: {left.bit_count()} left"
        fixed = _fixed(left, size, groups)
        if fixed and left.bit_count() > 1:
            line += f"; {listed([f'{names[thing]} in house {house + 1}' for thing, house in fixed])} in all of them"
        lines.append(f"{line}.")
    houses = ", ".join(f"{name} in house {house + 1}" for name, house in zip(names, _solution(params), strict=True))
    return "\n".join((*lines, f"So {houses}. {boxed(vector(_answer(params)))}"))


def _fixed(left: int, size: int, groups: int) -> list[tuple[int, int]]:
    """Things that are in one house in all arrangements left."""
    places = [(thing, house) for thing in range(size * groups) for house in range(size)]
    return [(thing, house) for thing, house in places if not left & ~_place(size, groups, thing, house)]


def confirm(params: Params) -> MathReference:
    """Houses as sets of things, in all arrangements; exactly one may fit all clues."""
    size, groups, clues = params
    fitting = []
    for orders in product(permutations(range(size)), repeat=groups):
        houses = [{order[i] + group * size for group, order in enumerate(orders)} for i in range(size)]
        if all(_fits(clue, houses) for clue in clues):
            fitting.append(houses)
    (houses,) = fitting
    wanted = range(size * min(groups, 2))
    numbers = [number for thing in wanted for number, house in enumerate(houses, start=1) if thing in house]
    return MathReference(answer=vector(numbers), type="tuple")


def _fits(clue: Clue, houses: list[set[int]]) -> bool:
    kind, a, b, c = clue
    if kind in ("at", "not at"):
        return (a in houses[b]) is (kind == "at")
    if kind == "end":
        return a in houses[0] | houses[-1]
    if kind in ("same", "not same"):
        return any({a, b} <= house for house in houses) is (kind == "same")
    pairs = [(left, right) for i, left in enumerate(houses) for right in houses[i + 1 :]]
    neighbours = list(pairwise(houses))
    distant = list(zip(houses, houses[2:], strict=False))
    if kind == "left":
        return any(a in left and b in right for left, right in pairs)
    if kind == "just left":
        return any(a in left and b in right for left, right in neighbours)
    if kind in ("next", "apart"):
        near = neighbours if kind == "next" else distant
        return any((a in left and b in right) or (b in left and a in right) for left, right in near)
    row = [thing for house in houses for thing in (a, b, c) if thing in house]
    apart = len([house for house in houses if house & {a, b, c}]) == 3
    return apart and row[1] == a


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _answer(params)
    size = params[0]
    i, j = rng.sample(range(size), 2)
    exchanged = right[:]
    exchanged[i], exchanged[j] = right[j], right[i]
    inverse = [right[:size].index(house) + 1 for house in range(1, size + 1)] + right[size:]
    candidates = (
        ("two_exchanged", vector(exchanged)),
        ("reversed", vector(right[::-1])),
        ("people_by_house", vector(inverse)),
        ("counted_from_zero", vector([house - 1 for house in right])),
        ("from_the_right", vector([size + 1 - house for house in right])),
        ("one_missing", vector(right[:-1])),
    )
    yield from wrong_answers(vector(right), "In which houses do they live?", candidates)


FAMILY = Family(
    name="logic_grid",
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
