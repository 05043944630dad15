"""Chances with dice and spinners, fair or with faces of their own, in lowest terms.

Level 1: a spinner numbered from 1. Level 2: two fair dice with up to 20 sides, their sum. Level 3: two dice with 5 or
6 faces of their own. Level 4: 6 to 8 faces. Level 5: which is higher, or a multiple as the sum. Level 6: three dice
of 4 faces; 7: of 4 to 6. Level 8: two dice, one fact about the sum given. Levels 9 and 10: three dice, a fact given,
up to 5 and 6 faces.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from random import Random

from tracemill.problems.exact import fraction_latex, listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Faces = tuple[int, ...]

_SHAPES = {  # dice, fewest and most faces, largest number on a face, events
    3: (2, 5, 6, 9, ("at_least", "is")),
    4: (2, 6, 8, 12, ("at_least", "is", "at_most")),
    5: (2, 6, 8, 12, ("higher", "multiple")),
    6: (3, 4, 4, 9, ("at_least", "at_most")),
    7: (3, 4, 6, 9, ("at_least", "is", "multiple")),
    8: (2, 6, 8, 12, ("at_least", "is", "at_most")),
    9: (3, 4, 5, 9, ("at_least", "is", "at_most")),
    10: (3, 5, 6, 12, ("at_least", "is", "at_most")),
}
_EVENTS = {
    "is": "{} is exactly {}",
    "at_least": "{} is at least {}",
    "at_most": "{} is at most {}",
    "multiple": "{} is a multiple of {}",
    "higher": "{} than the second",
}
_ASKED = (
    "What is the probability that {event}? Give a fraction in lowest terms.",
    "Find the probability that {event}, as a fraction in lowest terms.",
    "How likely is it that {event}? Answer with a reduced fraction.",
)


def sample(level: int, rng: Random) -> Params:
    """(event, its number, a number the sum is known to be a multiple of or 0, the dice: a tuple of faces each)."""
    while True:
        given = 0
        if level == 1:
            event, dice = rng.choice(("at_least", "at_most", "multiple")), [tuple(range(1, rng.randrange(8, 61)))]
            number = rng.randrange(2, 8 if event == "multiple" else len(dice[0]))
        elif level == 2:
            event = rng.choice(("at_least", "is", "at_most"))
            dice = [tuple(range(1, rng.randrange(4, 21) + 1)) for _ in range(2)]
            number = rng.randrange(3, len(dice[0]) + len(dice[1]))
        else:
            count, fewest, most, largest, events = _SHAPES[level]
            event = rng.choice(events)
            dice = [_faces(rng.randrange(fewest, most + 1), largest, rng) for _ in range(count)]
            low, high = sum(min(faces) for faces in dice), sum(max(faces) for faces in dice)
            number = rng.randrange(2, 6) if event == "multiple" else rng.randrange(low + 1, high)
            number = 0 if event == "higher" else number
            given = rng.randrange(2, 4) if level >= 8 else 0
        params = (event, number, given, tuple(dice if event == "higher" else sorted(dice)))
        kept, hits = _counts(params)
        if 0 < hits < kept:
            return params


def _faces(count: int, largest: int, rng: Random) -> Faces:
    return tuple(sorted(rng.randrange(1, largest + 1) for _ in range(count)))


def _hit(event: str, number: int, total: int) -> bool:
    if event == "multiple":
        return total % number == 0
    return total >= number if event == "at_least" else total <= number if event == "at_most" else total == number


def _sums(dice: tuple[Faces, ...]) -> dict[int, int]:
    """How often each sum comes, in ascending order of the sums."""
    ways = {0: 1}
    for faces in dice:
        grown: dict[int, int] = {}
        for total, count in ways.items():
            for face in faces:
                grown[total + face] = grown.get(total + face, 0) + count
        ways = grown
    return dict(sorted(ways.items()))


def _counts(params: Params) -> tuple[int, int]:
    """(outcomes that fit what is given, those of them that are asked for)."""
    event, number, given, dice = params
    if event == "higher":
        return len(dice[0]) * len(dice[1]), sum(a > b for a in dice[0] for b in dice[1])
    sums = {total: count for total, count in _sums(dice).items() if not given or total % given == 0}
    return sum(sums.values()), sum(count for total, count in sums.items() if _hit(event, number, total))


def pose(params: Params, rng: Random) -> Posed:
    event, number, given, dice = params
    if len(dice) == 1:
        opening = rng.choice(
            ("A spinner stops evenly on the numbers 1 to {}.", "A number from 1 to {} is drawn at random.")
        )
        opening, what = opening.format(len(dice[0])), "the number"
    else:
        shown = [f"1 to {len(f)}" if f == tuple(range(1, len(f) + 1)) else ", ".join(map(str, f)) for f in dice]
        verb = rng.choice(("rolled", "thrown"))
        bearing = "; ".join(
            f"the {name} has faces {faces}" for name, faces in zip(("first", "second", "third"), shown, strict=False)
        )
        opening = f"{'Two' if len(dice) == 2 else 'Three'} fair dice are {verb}: {bearing}."
        what = "the first shows a higher number" if event == "higher" else "the sum"
    asked = _EVENTS[event].format(what, number)
    if given:
        known = "even" if given == 2 else f"a multiple of {given}"
        opening += f" The sum turns out to be {known}."
        asked = f"{asked}, given that it is {known}" if rng.random() < 0.5 else asked
    kept, hits = _counts(params)
    reference = MathReference(answer=str(Fraction(hits, kept)), type="rational", form="reduced")
    return Posed(prompt=f"{opening} {rng.choice(_ASKED).format(event=asked)}", reference=reference)


def _counted(params: Params) -> str:
    event, number, given, dice = params
    if len(dice) == 1:
        return "numbers that fit"
    if len(dice) == 2 and not given:
        parts = []
        for face in dice[0]:
            fits = [
                other for other in dice[1] if (face > other if event == "higher" else _hit(event, number, face + other))
            ]
            parts.append(f"{face}: {len(fits)}")
        return f"first die and how many faces of the second fit: {', '.join(parts)}. Together"
    parts = [f"{total}: {count}" for total, count in _sums(dice).items() if not given or total % given == 0]
    return f"sums{' that can be' if given else ''} and their ways: {', '.join(parts)}. Those that fit"


def solve(params: Params, rng: Random) -> str:
    kept, hits = _counts(params)
    chance = Fraction(hits, kept)
    opening = rng.choice(("Count equally likely outcomes", "List the outcomes"))
    reduced = f" = {chance}" if chance.denominator != kept else ""
    return (
        f"{opening}; {_counted(params)} {hits}, out of {kept}. {hits}/{kept}{reduced}. {boxed(fraction_latex(chance))}"
    )


def confirm(params: Params) -> MathReference:
    """Every outcome is written down."""
    event, number, given, dice = params
    outcomes = [faces for faces in product(*dice) if not given or sum(faces) % given == 0]
    if event == "higher":
        hits = [faces for faces in outcomes if faces[0] > faces[1]]
    else:
        fits = {"is": "__eq__", "at_least": "__ge__", "at_most": "__le__"}
        hits = [
            f
            for f in outcomes
            if (sum(f) in range(0, 99, number) if event == "multiple" else getattr(sum(f), fits[event])(number))
        ]
    return MathReference(answer=str(Fraction(len(hits), len(outcomes))), type="rational", form="reduced")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    event, number, _, dice = params
    kept, hits = _counts(params)
    everything = 1
    for faces in dice:
        everything *= len(faces)
    candidates = (
        ("off_by_one", Fraction(hits + rng.choice((-1, 1)), kept)),
        ("complement", 1 - Fraction(hits, kept)),
        ("sign", -Fraction(hits, kept)),
        ("upside_down", Fraction(kept, hits)),
        ("given_forgotten", Fraction(hits, everything)),
        ("sums_as_equally_likely", Fraction(1, len(_sums(dice)))),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(
        fraction_latex(Fraction(hits, kept)), f"P({event}, {number}, {listed([len(f) for f in dice])})", named
    )


FAMILY = Family(
    name="dice",
    version=1,
    kind="math",
    topic="probability",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
