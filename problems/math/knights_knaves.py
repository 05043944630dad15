"""Knights, who always tell the truth, and knaves, who always lie: who is what?

Level 1: three people. Levels 2 and 3: four people, simple and all kinds of statements. Levels 4 and 5: five people.
Levels 6 and 7: six. Level 8: seven. Level 9: eight. Level 10: nine. The answer is a word of K and N, one letter for
each person in the order of their names, so that it cannot be guessed.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import product
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference
from tracemill.problems.words import cast, listed

_SIMPLE = ("knight", "knave", "same", "different")
_ALL = (*_SIMPLE, "or", "and", "implies", "count", "at least", "liar or")
_SHAPES = {
    1: (3, (*_SIMPLE, "or", "and")),
    2: (4, _SIMPLE),
    3: (4, _ALL),
    4: (5, _SIMPLE),
    5: (5, _ALL),
    6: (6, _SIMPLE),
    7: (6, _ALL),
    8: (7, _ALL),
    9: (8, _ALL),
    10: (9, _ALL),
}

# A statement is (kind, a, b); a and b are people, or a number of people for the counting kinds, -1 where there is none.
Statement = tuple[str, int, int]


def _true(statement: Statement, knights: tuple[bool, ...]) -> bool:
    kind, a, b = statement
    if kind in ("count", "at least"):
        return sum(knights) == a if kind == "count" else sum(knights) >= a
    one = knights[a]
    two = knights[b] if b >= 0 else False
    return {
        "knight": one,
        "knave": not one,
        "same": one is two,
        "different": one is not two,
        "or": one or two,
        "and": one and not two,
        "implies": two or not one,
        "liar or": not one or two,
    }[kind]


@cache
def _worlds(people: int) -> tuple[tuple[bool, ...], ...]:
    return tuple(product((False, True), repeat=people))


@cache
def _mask(people: int, speaker: int, statement: Statement) -> int:
    """The cases in which the speaker may say this: knights if it is true, knaves if it is false."""
    return sum(1 << i for i, world in enumerate(_worlds(people)) if world[speaker] is _true(statement, world))


def sample(level: int, rng: Random) -> Params:
    """(people, what each says): exactly one case fits."""
    people, kinds = _SHAPES[level]
    worlds = _worlds(people)
    while True:
        world = worlds[int(rng.random() * len(worlds))]
        statements = []
        left = (1 << len(worlds)) - 1
        for speaker in range(people):
            statement = _said(people, speaker, world, kinds, rng)
            statements.append(statement)
            left &= _mask(people, speaker, statement)
        if left.bit_count() == 1:
            return (people, tuple(statements))


def _said(people: int, speaker: int, world: tuple[bool, ...], kinds: tuple[str, ...], rng: Random) -> Statement:
    """Something that this speaker can say in this world. Nobody only calls himself or herself something."""
    while True:
        kind = kinds[int(rng.random() * len(kinds))]
        a, b = int(rng.random() * people), int(rng.random() * people)
        if kind in ("count", "at least"):
            statement = (kind, 1 + int(rng.random() * people), -1)
        elif kind in ("knight", "knave"):
            statement = (kind, a, -1)
            if a == speaker:
                continue
        else:
            if a == b or (kind == "implies" and a == speaker):
                continue
            if kind in ("same", "different", "or") and a > b:
                a, b = b, a
            if kind == "liar or":
                a = speaker
                if a == b:
                    continue
            statement = (kind, a, b)
        if _true(statement, world) is world[speaker]:
            return statement


def _answer(params: Params) -> str:
    people, statements = params
    left = -1
    for speaker, statement in enumerate(statements):
        left &= _mask(people, speaker, statement)
    world = _worlds(people)[(left & ((1 << 2**people) - 1)).bit_length() - 1]
    return "".join("K" if knight else "N" for knight in world)


def _spoken(statement: Statement, speaker: int, names: tuple[str, ...]) -> str:
    kind, a, b = statement
    if kind == "count":
        return f"exactly {a} of us {'is a knight' if a == 1 else 'are knights'}"
    if kind == "at least":
        return f"at least {a} of us {'is a knight' if a == 1 else 'are knights'}"
    one = "I" if a == speaker else names[a]
    two = "I" if b == speaker else names[b]
    am, also = ("am" if one == "I" else "is"), ("am" if two == "I" else "is")
    pair = f"{two} and {one}" if one == "I" else f"{one} and {two}"
    return {
        "knight": f"{one} {am} a knight",
        "knave": f"{one} {am} a knave",
        "same": f"{pair} are of the same kind",
        "different": f"{pair} are of different kinds",
        "or": f"{one} {am} a knight or {two} {also} a knight (or both)",
        "and": f"{one} {am} a knight and {two} {also} a knave",
        "implies": f"if {one} {am} a knight, then {two} {also} a knight",
        "liar or": f"I am a knave or {two} {also} a knight (or both)",
    }[kind]


def pose(params: Params, rng: Random) -> Posed:
    people, statements = params
    names = cast(params, people)
    said = [
        f"{name} says: {_spoken(statement, speaker, names)}."
        for speaker, (name, statement) in enumerate(zip(names, statements, strict=True))
    ]
    intro = rng.choice(
        (
            f"On an island knights always tell the truth and knaves always lie. You meet {listed(names)}.",
            f"{listed(names)} are each a knight, who says only what is true, or a knave, who says only what is false.",
            f"Knights never lie, knaves never tell the truth. {listed(names)} are one or the other.",
        )
    )
    order = ", ".join(names)
    asked = rng.choice(
        (
            f"Answer with one letter a person in the order {order}: K for a knight, N for a knave.",
            f"Who is what? Write K for each knight and N for each knave, in the order {order}, without spaces.",
        )
    )
    lines = rng.choice(("\n".join(said), " ".join(said)))
    return Posed(prompt=f"{intro}\n{lines}\n{asked}", reference=MathReference(answer=_answer(params), type="text"))


def solve(params: Params, rng: Random) -> str:
    """Statement after statement, how many cases are left, and which, once they are few."""
    people, statements = params
    names = cast(params, people)
    worlds = _worlds(people)
    left = (1 << len(worlds)) - 1
    start = rng.choice(("There are {} cases.", "Each is a knight or a knave: {} cases."))
    lines = [start.format(len(worlds))]
    order = sorted(range(people), key=lambda speaker: _mask(people, speaker, statements[speaker]).bit_count())
    for speaker in order:
        left &= _mask(people, speaker, statements[speaker])
        spoken = _spoken(statements[speaker], speaker, names)
        line = f'{names[speaker]} is a knight exactly if "{spoken}" is true: {left.bit_count()} left'
        if left.bit_count() <= 4:
            cases = [world for i, world in enumerate(worlds) if left >> i & 1]
            line += ", " + ", ".join("".join("K" if knight else "N" for knight in world) for world in cases)
        lines.append(f"{line}.")
    answer = _answer(params)
    kinds = ", ".join(f"{name} a {'knight' if k == 'K' else 'knave'}" for name, k in zip(names, answer, strict=True))
    return "\n".join((*lines, f"So {kinds}. {boxed(answer)}"))


def confirm(params: Params) -> MathReference:
    """All cases as numbers of 1 and 0, every statement as arithmetic; exactly one case may fit."""
    people, statements = params
    worth = {
        "knight": lambda x, a, b: x[a],
        "knave": lambda x, a, b: 1 - x[a],
        "same": lambda x, a, b: (x[a] + x[b] + 1) % 2,
        "different": lambda x, a, b: (x[a] + x[b]) % 2,
        "or": lambda x, a, b: x[a] + x[b] - x[a] * x[b],
        "and": lambda x, a, b: x[a] * (1 - x[b]),
        "implies": lambda x, a, b: 1 - x[a] * (1 - x[b]),
        "liar or": lambda x, a, b: 1 - x[a] * (1 - x[b]),
        "count": lambda x, a, b: int(sum(x) - a == 0),
        "at least": lambda x, a, b: int(sum(x) - a >= 0),
    }
    fitting = []
    for number in range(2**people):
        x = [number >> i & 1 for i in range(people)]
        if all(worth[kind](x, a, b) == x[speaker] for speaker, (kind, a, b) in enumerate(statements)):
            fitting.append("".join("NK"[value] for value in x))
    (answer,) = fitting
    return MathReference(answer=answer, type="text")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _answer(params)
    i = rng.randrange(len(right))
    turned = right.translate(str.maketrans("KN", "NK"))
    candidates = (
        ("one_turned", right[:i] + turned[i] + right[i + 1 :]),
        ("all_turned", turned),
        ("reversed", right[::-1]),
        ("all_knights", "K" * len(right)),
        ("one_missing", right[:-1]),
        ("only_the_number", right.count("K")),
    )
    yield from wrong_answers(right, "Who is a knight?", candidates)


FAMILY = Family(
    name="knights_knaves",
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
