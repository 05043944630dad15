"""A heap from which certain numbers may be taken: for how many sizes does the first player lose?

Level 1: two numbers up to 7, heaps of up to 120. Level 2: two, heaps of up to 300. Levels 3 to 5: three numbers up to
12, heaps of up to 1,000, 2,000 and 5,000. Levels 6 to 8: four numbers up to 15. Levels 9 and 10: five numbers up to 20
and 25. Losing sizes repeat with a period, which grows.
"""

from __future__ import annotations

from functools import cache
from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast, listed

_SHAPES = {  # how many numbers, the largest, the largest heap
    1: (2, 7, 120),
    2: (2, 7, 300),
    3: (3, 12, 1000),
    4: (3, 12, 2000),
    5: (3, 12, 5000),
    6: (4, 15, 2000),
    7: (4, 15, 5000),
    8: (4, 15, 10_000),
    9: (5, 20, 20_000),
    10: (5, 25, 50_000),
}
_LONGEST = 80  # periods, so that a solution can list the losing sizes of one


def sample(level: int, rng: Random) -> Params:
    """(numbers that may be taken in ascending order, the largest heap)."""
    count, largest, most = _SHAPES[level]
    while True:
        numbers = tuple(sorted(rng.sample(range(1, largest + 1), count)))
        start, period, _ = _pattern(numbers)
        if start + period <= _LONGEST:
            return (numbers, rng.randrange(most // 5, most + 1))


@cache
def _pattern(numbers: tuple[int, ...]) -> tuple[int, int, tuple[bool, ...]]:
    """(sizes before the repetition, period, whether each size from 0 on loses)."""
    loses: list[bool] = []
    seen: dict[tuple[bool, ...], int] = {}
    reach = numbers[-1]
    while True:
        size = len(loses)
        loses.append(not any(taken <= size and loses[size - taken] for taken in numbers))
        if size + 1 >= reach:
            window = tuple(loses[-reach:])
            if window in seen:
                return seen[window] + 1 - reach, size - seen[window], tuple(loses)
            seen[window] = size


def _count(numbers: tuple[int, ...], most: int) -> tuple[int, int, int, int, int]:
    """(losing sizes before the repetition, in a period, whole periods, in the rest, together), size 0 left out."""
    start, period, loses = _pattern(numbers)
    before = sum(loses[1:start]) if most >= start else sum(loses[1 : most + 1])
    each = sum(loses[start : start + period])
    whole, rest = divmod(max(most + 1 - start, 0), period)
    last = sum(loses[start : start + rest])
    return before, each, whole, last, before + each * whole + last - (start == 0)


def story(params: Params) -> Story:
    numbers, most = params
    start, period, loses = _pattern(numbers)
    before, each, whole, last, right = _count(numbers, most)
    one, two = cast(params, 2)
    first = [size for size in range(start + period) if loses[size]]
    taken = listed(numbers, "or")
    steps = [
        (
            "A size loses if every allowed move from it leads to a winning size. The losing sizes below"
            f" {start + period} are {', '.join(map(str, first))}."
        ),
        f"From size {start} on the pattern repeats every {period} sizes, with {each} losing ones each time.",
    ]
    parts = f"{whole} * {each} + {last}" + (f" + {before}" if start else "")
    steps.append(
        f"Sizes {start} to {most} are {whole} whole periods and {max(most + 1 - start, 0) - whole * period} more, which"
        f" hold {last} losing ones" + (f"; before them come {before} without size 0" if start else "") + "."
    )
    steps.append(f"That makes {parts}{' - 1 (size 0 does not count)' if start == 0 else ''} = {right}.")
    slips = (
        ("off_by_one", right + 1),
        ("winning_sizes", most - right),
        ("whole_periods_only", whole * each),
        ("multiples_of_the_largest", most // (numbers[-1] + 1)),
        ("sign", -right),
    )
    return Story(
        prompts=(
            (
                f"{one} and {two} take stones in turn from one heap: {taken} at a time. Whoever cannot move loses."
                f" {one} begins. For how many heap sizes from 1 to {most} does {one} lose if both play perfectly?"
            ),
            (
                f"In a game with one heap, a move takes away {taken} stones; who has no move loses. How many of the"
                f" heap sizes 1, 2, ..., {most} are lost for the player who begins, with best play?"
            ),
        ),
        steps=tuple(steps),
        answer=str(right),
        type="integer",
        slips=slips,
    )


def check(params: Params) -> str:
    """Every size in turn, without looking for a period."""
    numbers, most = params
    losing = set()
    for size in range(most + 1):
        if all(size - taken not in losing for taken in numbers):
            losing.add(size)
    return str(len(losing - {0}))


FAMILY = story_family(
    name="take_away",
    version=1,
    topic="puzzles",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
