"""Nim: find the one winning move. A move takes stones from one heap; who takes the last stone of all wins.

Level 1: two heaps of up to 60. Level 2: three of up to 31. Levels 3 and 4: three of up to 127 and 500. Levels 5 and 6:
four of up to 63 and 127. Levels 7 and 8: five of up to 127 and 255. Level 9: six of up to 255. Level 10: eight of up to
511. There is always exactly one winning move.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, reduce
from operator import xor
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.matrices import vector
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference
from tracemill.problems.words import cast, listed

_SHAPES = {
    1: (2, 60),
    2: (3, 31),
    3: (3, 127),
    4: (3, 500),
    5: (4, 63),
    6: (4, 127),
    7: (5, 127),
    8: (5, 255),
    9: (6, 255),
    10: (8, 511),
}  # heaps, the largest


def sample(level: int, rng: Random) -> Params:
    """The heaps in ascending order."""
    count, largest = _SHAPES[level]
    while True:
        heaps = tuple(sorted(1 + int(rng.random() * largest) for _ in range(count)))
        if len(_wins(heaps)) == 1:
            return heaps


def _wins(heaps: tuple[int, ...]) -> list[tuple[int, int]]:
    """(heap, what must be left of it) for every move after which the nim-sum is zero (Bouton 1901)."""
    total = reduce(xor, heaps)
    return [(i, heap ^ total) for i, heap in enumerate(heaps) if heap ^ total < heap]


def _after(heaps: tuple[int, ...]) -> list[int]:
    ((at, left),) = _wins(heaps)
    return [left if i == at else size for i, size in enumerate(heaps)]


def pose(params: Params, rng: Random) -> Posed:
    one, two = cast(params, 2)
    thing = rng.choice(("stones", "matches", "coins", "beans"))
    prompt = rng.choice(
        (
            (
                f"There are heaps of {listed(params)} {thing}. {one} and {two} move in turn; a move takes any number of"
                f" {thing}, at least one, from one heap. Who takes the last of all wins. {one} begins. What are the"
                " heaps after the one move that wins for sure?"
            ),
            (
                f"Nim with heaps of {listed(params)} {thing}: in a move one takes one or more {thing} from a single"
                " heap, and whoever takes the last one wins. Only one first move wins against every defence. Which"
                " heaps does it leave?"
            ),
        )
    )
    prompt += " Give the sizes of all heaps in the same order as a tuple (0 for an empty one)."
    return Posed(prompt=prompt, reference=MathReference(answer=vector(_after(params)), type="tuple"))


def solve(params: Params, rng: Random) -> str:
    total = reduce(xor, params)
    ((at, left),) = _wins(params)
    digits = max(params).bit_length()
    start = rng.choice(("In binary", "Written in binary digits"))
    lines = [
        f"{start}: {', '.join(format(heap, f'0{digits}b') for heap in params)}.",
        f"Adding without carry gives {total:0{digits}b}, that is {total}; it must become 0.",
        f"Only heap {at + 1} has a 1 where this sum has its first 1, so the move must be there.",
        f"{params[at]} must become {params[at]:0{digits}b} xor {total:0{digits}b} = {left:0{digits}b}, that is {left}.",
        f"So take {params[at] - left} from heap {at + 1}.",
    ]
    return rng.choice((" ", "\n")).join(lines) + f" {boxed(vector(_after(params)))}"


@cache
def _grundy(largest: int) -> list[int]:
    """By definition: the least number that no move leads to."""
    values: list[int] = []
    for _ in range(largest + 1):
        reached = set(values)
        values.append(next(value for value in range(len(reached) + 1) if value not in reached))
    return values


def confirm(params: Params) -> MathReference:
    """Every move is tried; the values of heaps come from the definition, sums digit by digit. One move may win."""
    grundy = _grundy(511)

    def lost(position: list[int]) -> bool:
        digits = [format(grundy[heap], "09b") for heap in position]
        return all(sum(row[i] == "1" for row in digits) % 2 == 0 for i in range(9))

    left = [
        [kept if i == at else heap for i, heap in enumerate(params)]
        for at in range(len(params))
        for kept in range(params[at])
    ]
    (winning,) = [position for position in left if lost(position)]
    return MathReference(answer=vector(winning), type="tuple")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _after(params)
    ((at, left),) = _wins(params)
    other = rng.choice([i for i in range(len(params)) if i != at])
    taken = params[at] - left
    greedy = max(range(len(params)), key=lambda i: params[i])
    candidates = (
        ("one_more_taken", vector([size - (i == at) for i, size in enumerate(right)])),
        ("one_less_taken", vector([size + (i == at) for i, size in enumerate(right)])),
        ("another_heap", vector([max(size - taken * (i == other), 0) for i, size in enumerate(params)])),
        ("no_move", vector(params)),
        ("largest_emptied", vector([0 if i == greedy else size for i, size in enumerate(params)])),
        ("only_what_is_taken", taken),
    )
    yield from wrong_answers(vector(right), f"heaps {listed(params)}", candidates)


FAMILY = Family(
    name="nim",
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
