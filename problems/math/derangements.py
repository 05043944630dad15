"""Derangements and other assignments with forbidden pairs, by rook numbers.

Level 1: 4 people, 3 or 4 forbidden pairs. Levels 2 and 3: 5 people, up to 7 and 9. Levels 4 to 7: 6 people, up to 7,
9, 11 and 14. Levels 8 to 10: 7 people, up to 12, 15 and 20. In half of the problems of levels 7, 9 and 10 nobody may
have the task of their own number, as in a derangement, and more.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import factorial
from random import Random

from tracemill.problems.exact import listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # people, fewest and most forbidden pairs
    1: (4, 3, 4),
    2: (5, 4, 7),
    3: (5, 5, 9),
    4: (6, 5, 7),
    5: (6, 7, 9),
    6: (6, 9, 11),
    7: (6, 11, 14),
    8: (7, 9, 12),
    9: (7, 12, 15),
    10: (7, 15, 20),
}
_PEOPLE = "ABCDEFG"
_STORIES = (
    ("{n} workers {people} share out the {n} jobs {jobs}, one job each.", "{} cannot do job {}"),
    ("{n} guests {people} are to sit on the {n} chairs {jobs}, one on each.", "{} will not sit on chair {}"),
    ("{n} letters {people} go into the {n} envelopes {jobs}, one into each.", "{} must not go into envelope {}"),
)
_ASKED = ("In how many ways can this be done?", "How many ways are there?", "Count the possible ways.")


def sample(level: int, rng: Random) -> Params:
    """(n, forbidden (person, task) pairs in order, both from 1)."""
    n, fewest, most = _SHAPES[level]
    board = [(person, task) for person in range(1, n + 1) for task in range(1, n + 1)]
    while True:
        own = [(i, i) for i in range(1, n + 1)] if level in (7, 9, 10) and rng.random() < 0.5 else []
        others = [pair for pair in board if pair not in own]
        pairs = tuple(sorted(own + rng.sample(others, rng.randrange(fewest, most + 1) - len(own))))
        if _count((n, pairs)) > 1:
            return (n, pairs)


def _rooks(params: Params) -> list[int]:
    """r_k: ways to choose k forbidden pairs, no two with a person or a task in common; from k = 0."""
    n, pairs = params
    ways = {0: 1}  # by the set of tasks used, as binary digits
    for person in range(1, n + 1):
        tasks = [1 << task for who, task in pairs if who == person]
        grown = dict(ways)
        for used, count in ways.items():
            for task in tasks:
                if not used & task:
                    grown[used | task] = grown.get(used | task, 0) + count
        ways = grown
    numbers = [0] * (n + 1)
    for used, count in ways.items():
        numbers[used.bit_count()] += count
    return numbers


def _count(params: Params) -> int:
    n = params[0]
    return sum((-1) ** k * ways * factorial(n - k) for k, ways in enumerate(_rooks(params)))


def pose(params: Params, rng: Random) -> Posed:
    n, pairs = params
    story, rule = rng.choice(_STORIES)
    opening = story.format(n=n, people=listed(list(_PEOPLE[:n])), jobs=listed(list(range(1, n + 1))))
    rules = []
    for person in range(1, n + 1):
        tasks = [task for who, task in pairs if who == person]
        if tasks:
            rules.append(rule.format(_PEOPLE[person - 1], listed(tasks, "or")))
    prompt = f"{opening} {'; '.join(rules)}. {rng.choice(_ASKED)}"
    return Posed(prompt=prompt, reference=MathReference(answer=str(_count(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    n, rooks, answer = params[0], _rooks(params), _count(params)
    last = max(k for k, ways in enumerate(rooks) if ways)
    opening = rng.choice(("Forbidden pairs at once, no person or place twice: ", "Ways to break k rules at once: "))
    numbers = ", ".join(f"r{k} = {rooks[k]}" for k in range(1, last + 1))
    sums = "".join(f" {'-' if k % 2 else '+'} {rooks[k]}*{n - k}!" for k in range(1, last + 1))
    values = "".join(f" {'-' if k % 2 else '+'} {rooks[k] * factorial(n - k)}" for k in range(1, last + 1))
    return f"{opening}{numbers}. {n}!{sums} = {factorial(n)}{values} = {answer}. {boxed(answer)}"


def confirm(params: Params) -> MathReference:
    """Every order of the tasks is tried."""
    n, pairs = params
    forbidden = set(pairs)
    found = sum(
        not any((person, task) in forbidden for person, task in enumerate(order, 1))
        for order in permutations(range(1, n + 1))
    )
    return MathReference(answer=str(found), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    n, pairs = params
    right, rooks = _count(params), _rooks(params)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("complement", factorial(n) - right),
        ("rules_forgotten", factorial(n)),
        ("first_correction_only", factorial(n) - rooks[1] * factorial(n - 1)),
        ("another_instance", _count((n, pairs[:-1]))),
    )
    yield from wrong_answers(right, f"{n} on {n}", candidates)


FAMILY = Family(
    name="derangements",
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
