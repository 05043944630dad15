"""Word problems about solutions, blends and what is added, boiled off or replaced.

Level 1: equal amounts mixed. Level 2: two small amounts. Level 3: two amounts of up to 90 litres. Level 4: how much to
add. Level 5: how much water to add or to boil off. Level 6: a blend at a price. Level 7: how much to replace. Level 8:
the strength of a third part. Level 9: what is left after two replacements. Level 10: two amounts beside a third.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast

_STUFF = ("salt", "acid", "alcohol", "sugar", "syrup", "vinegar")
_KINDS = {
    1: "mix",
    2: "mix",
    3: "mix",
    4: "add",
    5: "water",
    6: "blend",
    7: "replace",
    8: "third",
    9: "twice",
    10: "two",
}


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers): litres and whole percents, in the order of the telling. Answers are whole, but after "twice"."""
    kind = _KINDS[level]
    while True:
        if kind == "twice":
            a, x, y = _upto(rng, 90), _upto(rng, 90), _upto(rng, 90)
            if x != y and max(x, y) < 4 * a:
                return (kind, 4 * a, x, y)
        elif kind in ("third", "two"):
            (a, p), (b, q), (c, s), r = _three_parts(rng, 50 if kind == "two" else None)
            return (kind, a, p, b, q, c, r) if kind == "third" else (kind, a, a + b + c, q, s, r)
        elif kind == "water":
            p, r = _upto(rng, 95), _upto(rng, 95)
            a = r // gcd(p, r) * _upto(rng, 400)
            if p != r and a < 1000 and a * (p - r) < 1000 * r:
                return (kind, a, p, r)
        elif level == 1:
            p, q, a = _upto(rng, 95), _upto(rng, 95), _upto(rng, 40)
            if p != q and (p + q) % 2 == 0:
                return (kind, a, p, a, q)
        else:
            p, r, q = sorted((_upto(rng, 95), _upto(rng, 95), _upto(rng, 95)))
            if p < r < q:
                numbers = _two_parts(kind, level, p, r, q, rng)
                if numbers is not None:
                    return (kind, *numbers)


def _upto(rng: Random, most: int) -> int:
    """2 to `most`."""
    return 2 + int(rng.random() * (most - 1))


def _two_parts(kind: str, level: int, p: int, r: int, q: int, rng: Random) -> tuple[int, ...] | None:
    """Amounts a of p and b of q that give r: a : b is (q - r) : (r - p)."""
    if rng.random() < 0.5:
        p, q = q, p
    common = gcd(q - r, r - p)
    a, b = abs(q - r) // common, abs(r - p) // common
    most = 20 if level == 2 else 90
    if max(a, b) > most:
        return None
    times = 1 + int(rng.random() * (most // max(a, b)))
    a, b = a * times, b * times
    amounts = {"mix": (a, p, b, q), "add": (a, p, q, r), "blend": (p, q, a + b, r), "replace": (a + b, p, q, r)}
    return amounts[kind]


def _three_parts(rng: Random, first: int | None) -> tuple[tuple[int, int], tuple[int, int], tuple[int, int], int]:
    """Three (amount, percent) and the percentage of their mixture; `first` fixes the first percentage."""
    while True:
        a, b, c, r = _upto(rng, 90), _upto(rng, 90), _upto(rng, 90), _upto(rng, 95)
        p, q = first or _upto(rng, 95), _upto(rng, 95)
        rest = a * (r - p) + b * (r - q)
        s = r + rest // c
        if rest % c == 0 and 0 < s < 100 and len({p, q, s, r}) == 4:
            return (a, p), (b, q), (c, s), r


def story(params: Params) -> Story:
    kind, *n = params
    (stuff,) = cast(params, 1, _STUFF)
    (who,) = cast(params, 1)
    return _TALES[kind](stuff, who, *n)


def _mix(stuff: str, who: str, a: int, p: int, b: int, q: int) -> Story:
    right = (a * p + b * q) // (a + b)
    return Story(
        prompts=(
            (
                f"{who} mixes {a} litres of a {p}% {stuff} solution with {b} litres of a {q}% one. What percentage of"
                f" the mixture is {stuff}?"
            ),
            (
                f"{a} L of {p}% {stuff} solution and {b} L of {q}% {stuff} solution are poured together. Find the"
                f" percentage of {stuff} in the result."
            ),
        ),
        steps=(
            f"{stuff.capitalize()} in the first: {a} * {p}% = {Fraction(a * p, 100)} L.",
            f"In the second: {b} * {q}% = {Fraction(b * q, 100)} L.",
            f"Together {Fraction(a * p + b * q, 100)} L in {a + b} L, which is {right}%.",
        ),
        answer=f"{right}%",
        type="percent",
        slips=(
            ("added", f"{p + q}%"),
            ("off_by_one", f"{right + 1}%"),
            ("first", f"{p}%"),
            (
                "swapped",
                f"{Fraction(100 * (a * q + b * p), a + b) / 100}%" if (a * q + b * p) % (a + b) == 0 else f"{q}%",
            ),
        ),
    )


def _add(stuff: str, who: str, a: int, p: int, q: int, r: int) -> Story:
    right = a * (r - p) // (q - r)
    return Story(
        prompts=(
            (
                f"How many litres of a {q}% {stuff} solution must be added to {a} litres of a {p}% solution to get a"
                f" {r}% solution?"
            ),
            (
                f"{who} has {a} L of {p}% {stuff} solution and wants {r}%. How many litres of {q}% solution does {who}"
                " add?"
            ),
        ),
        steps=(
            f"With x litres added, {a} * {p} + x * {q} = ({a} + x) * {r}.",
            f"So x * ({q} - {r}) = {a} * ({r} - {p}), which is {q - r} x = {a * (r - p)}.",
            f"x = {right}.",
        ),
        answer=f"{right} L",
        type="quantity",
        slips=(
            ("off_by_one", f"{right + 1} L"),
            ("total", f"{right + a} L"),
            ("inverted", f"{Fraction(a * (q - r), r - p)} L"),
            ("unit", f"{right} mL"),
        ),
    )


def _water(stuff: str, who: str, a: int, p: int, r: int) -> Story:
    right = a * abs(p - r) // r
    diluted = p > r
    told = "added to" if diluted else "boiled off from"
    return Story(
        prompts=(
            (
                f"How many litres of water must be {told} {a} litres of a {p}% {stuff} solution to make it a {r}%"
                " solution?"
            ),
            f"{who} has {a} L of {p}% {stuff} solution and wants {r}%. How many litres of water must be {told} it?",
        ),
        steps=(
            f"The {stuff} stays: {a} * {p}% = {Fraction(a * p, 100)} L.",
            f"At {r}% that is in {Fraction(a * p, 100)} * 100 / {r} = {Fraction(a * p, r)} L.",
            f"The difference is |{Fraction(a * p, r)} - {a}| = {right} L.",
        ),
        answer=f"{right} L",
        type="quantity",
        slips=(
            ("new_total", f"{Fraction(a * p, r)} L"),
            ("off_by_one", f"{right - 1} L"),
            ("of_the_old", f"{Fraction(a * abs(p - r), p)} L"),
            ("percent_of_all", f"{Fraction(a * abs(p - r), 100)} L"),
            ("unit", f"{right} mL"),
        ),
    )


def _blend(stuff: str, who: str, p: int, q: int, total: int, r: int) -> Story:
    x = total * (r - q) // (p - q)
    return Story(
        prompts=(
            (
                f"{who} blends tea at ${p} a kilogram with tea at ${q} a kilogram to get {total} kg worth ${r} a"
                f" kilogram. How many kilograms of each are needed? Give the pair (at ${p}, at ${q})."
            ),
            (
                f"Coffee at ${p} and coffee at ${q} a kilogram make {total} kg of a blend at ${r} a kilogram. Give the"
                f" pair (kg at ${p}, kg at ${q})."
            ),
        ),
        steps=(
            f"With x kg at ${p}: {p} x + {q} ({total} - x) = {r} * {total} = {r * total}.",
            f"So ({p} - {q}) x = {r * total} - {q * total} = {(r - q) * total}, x = {x}.",
            f"The rest is {total} - {x} = {total - x}.",
        ),
        answer=f"({x}, {total - x})",
        type="tuple",
        slips=(
            ("swapped", f"({total - x}, {x})"),
            ("off_by_one", f"({x + 1}, {total - x - 1})"),
            ("one_number", x),
            ("halves", f"({Fraction(total, 2)}, {Fraction(total, 2)})"),
        ),
    )


def _replace(stuff: str, who: str, a: int, p: int, q: int, r: int) -> Story:
    right = a * (p - r) // (p - q)
    return Story(
        prompts=(
            (
                f"A tank holds {a} litres of {p}% {stuff} solution. How many litres must be drained and replaced with"
                f" {q}% solution to get {a} litres of {r}%?"
            ),
            (
                f"{who} replaces a part of {a} L of {p}% {stuff} solution with {q}% solution and gets {r}%. How many"
                " litres were replaced?"
            ),
        ),
        steps=(
            f"With x litres replaced, ({a} - x) * {p} + x * {q} = {a} * {r}.",
            f"So x * ({p} - {q}) = {a} * ({p} - {r}): {p - q} x = {a * (p - r)}.",
            f"x = {right}.",
        ),
        answer=f"{right} L",
        type="quantity",
        slips=(
            ("kept", f"{a - right} L"),
            ("off_by_one", f"{right + 1} L"),
            ("added_instead", f"{Fraction(a * (p - r), r - q)} L"),
            ("sign", f"{-right} L"),
        ),
    )


def _third(stuff: str, who: str, a: int, p: int, b: int, q: int, c: int, r: int) -> Story:
    total = r * (a + b + c)
    right = (total - a * p - b * q) // c
    return Story(
        prompts=(
            (
                f"{a} L of {p}%, {b} L of {q}% and {c} L of an unknown {stuff} solution give a mixture of {r}%. What"
                " percentage had the unknown one?"
            ),
            (
                f"{who} pours together {a} litres of {p}% {stuff} solution, {b} litres of {q}% and {c} litres from a"
                f" bottle without a label; the mixture has {r}%. How strong, in percent, was the last?"
            ),
        ),
        steps=(
            f"In hundredths of a litre the mixture holds ({a} + {b} + {c}) * {r} = {total} of {stuff}.",
            f"The known parts hold {a} * {p} + {b} * {q} = {a * p + b * q}.",
            f"The rest, {total} - {a * p + b * q} = {total - a * p - b * q}, is in {c} L: {right}%.",
        ),
        answer=f"{right}%",
        type="percent",
        slips=(
            ("off_by_one", f"{right + 1}%"),
            ("mixture", f"{r}%"),
            ("not_divided", f"{total - a * p - b * q}%"),
            ("plain_mean", f"{3 * r - p - q}%"),
        ),
    )


def _twice(stuff: str, who: str, a: int, x: int, y: int) -> Story:
    right = Fraction((a - x) * (a - y), a)
    return Story(
        prompts=(
            (
                f"A barrel holds {a} litres of pure juice. {x} litres are taken out and replaced with water; then {y}"
                " litres of the mixture are taken out and replaced with water. Exactly how many litres of juice are"
                " left?"
            ),
            (
                f"From {a} L of undiluted {stuff} {who} takes {x} L and fills up with water, then takes {y} L of the"
                f" mixture and fills up with water again. How many litres of {stuff} remain, exactly?"
            ),
        ),
        steps=(
            f"After the first time {a} - {x} = {a - x} L are left.",
            f"The second time takes {y}/{a} of it and leaves {a - y}/{a}.",
            f"{a - x} * {a - y}/{a} = {right} L remain.",
        ),
        answer=f"{right} L",
        type="quantity",
        slips=(
            ("subtracted_twice", f"{a - x - y} L"),
            ("only_once", f"{a - x} L"),
            ("off_by_one", f"{right + 1} L"),
            ("taken", f"{a - right} L"),
        ),
    )


def _two(stuff: str, who: str, a: int, total: int, p: int, q: int, r: int) -> Story:
    rest, share = total - a, r * total - 50 * a
    x = (share - q * rest) // (p - q)
    return Story(
        prompts=(
            (
                f"{who} needs {total} litres of {r}% {stuff} solution. {a} litres of a 50% solution are to be used up;"
                f" the rest is made of {p}% and {q}% solution. How many litres of these? Give the pair (of {p}%, of"
                f" {q}%)."
            ),
            (
                f"{a} L of 50% {stuff} solution are mixed with {p}% and {q}% solution to give {total} L of {r}%. Find"
                f" the pair (litres of {p}%, litres of {q}%)."
            ),
        ),
        steps=(
            f"The other two fill {total} - {a} = {rest} L.",
            f"In hundredths of a litre they bring {total} * {r} - {a} * 50 = {share}.",
            f"With x litres of {p}%: {p} x + {q} ({rest} - x) = {share}, so {p - q} x = {share - q * rest}, x = {x}.",
            f"The other part is {rest} - {x} = {rest - x}.",
        ),
        answer=f"({x}, {rest - x})",
        type="tuple",
        slips=(
            ("swapped", f"({rest - x}, {x})"),
            ("off_by_one", f"({x - 1}, {rest - x + 1})"),
            ("of_the_total", f"({x}, {total - x})"),
            ("one_number", x),
        ),
    )


_TALES: dict[str, Callable[..., Story]] = {
    "mix": _mix,
    "add": _add,
    "water": _water,
    "blend": _blend,
    "replace": _replace,
    "third": _third,
    "twice": _twice,
    "two": _two,
}


def check(params: Params) -> str:
    """By trying every whole answer against the balance; what replacing leaves, by following each part."""
    kind, *n = params

    def strength(*parts: tuple[int, int]) -> Fraction:
        return Fraction(sum(litres * percent for litres, percent in parts), sum(litres for litres, _ in parts))

    if kind == "mix":
        return f"{strength((n[0], n[1]), (n[2], n[3]))}%"
    if kind == "add":
        return f"{next(x for x in range(1, 200) if strength((n[0], n[1]), (x, n[2])) == n[3])} L"
    if kind == "water":
        tries = range(-n[0] + 1, 1000)
        return f"{abs(next(x for x in tries if strength((n[0], n[1]), (x, 0)) == n[2]))} L"
    if kind == "blend":
        x = next(x for x in range(n[2]) if strength((x, n[0]), (n[2] - x, n[1])) == n[3])
        return f"({x}, {n[2] - x})"
    if kind == "replace":
        return f"{next(x for x in range(n[0] + 1) if strength((n[0] - x, n[1]), (x, n[2])) == n[3])} L"
    if kind == "third":
        return f"{next(s for s in range(100) if strength((n[0], n[1]), (n[2], n[3]), (n[4], s)) == n[5])}%"
    if kind == "two":
        rest = n[1] - n[0]
        x = next(x for x in range(rest) if strength((n[0], 50), (x, n[2]), (rest - x, n[3])) == n[4])
        return f"({x}, {rest - x})"
    juice = Fraction(n[0])
    for taken in n[1:]:
        juice -= juice / n[0] * taken
    return f"{juice} L"


FAMILY = story_family(
    name="mixtures",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
