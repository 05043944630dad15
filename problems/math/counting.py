"""How many whole numbers of a range have a property, by counting multiples and by inclusion and exclusion.

Level 1: all of a range. Level 2: multiples of one number, up to 150. Level 3: the same up to 1,000. Level 4: of a or
of b. Level 5: of a but not of b. Level 6: of neither. Level 7: of at least one of three. Level 8: of none of three.
Level 9: of exactly one of three. Level 10: of at least two of three, up to 100,000.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import lcm
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_RULES = {1: "any", 2: "all", 3: "all", 4: "some", 5: "first", 6: "none", 7: "some", 8: "none", 9: "one", 10: "two"}
_SHAPES = {  # how many divisors, the largest divisor, the range's end at most
    1: (0, 0, 100),
    2: (1, 9, 150),
    3: (1, 15, 1000),
    4: (2, 12, 500),
    5: (2, 15, 1000),
    6: (2, 20, 2000),
    7: (3, 15, 3000),
    8: (3, 20, 10_000),
    9: (3, 24, 20_000),
    10: (3, 30, 100_000),
}
_HOLDS: dict[str, Callable[[list[bool]], bool]] = {
    "any": lambda hits: True,
    "all": all,
    "some": any,
    "first": lambda hits: hits[0] and not hits[1],
    "none": lambda hits: not any(hits),
    "one": lambda hits: sum(hits) == 1,
    "two": lambda hits: sum(hits) >= 2,
}
_WHAT = {
    "any": ("integers are there",),
    "all": ("multiples of {0} are there",),
    "some": ("integers are divisible by {or}", "integers are multiples of {or}"),
    "first": ("integers are divisible by {0} but not by {1}", "multiples of {0} are not multiples of {1}"),
    "none": ("integers are divisible by none of {and}", "integers are left when all multiples of {and} are removed"),
    "one": ("integers are divisible by exactly one of {and}", "integers are multiples of just one of {and}"),
    "two": ("integers are divisible by at least two of {and}", "integers are multiples of two or more of {and}"),
}
_ASKED = ("How many {what} from {low} to {high}?", "From {low} to {high}, how many {what}?")


def sample(level: int, rng: Random) -> Params:
    """(rule, first number, last number, divisors in ascending order; for "first" the divisor wanted comes first)."""
    count, largest, end = _SHAPES[level]
    high = rng.randrange(end // 3, end + 1) if level > 1 else rng.randrange(12, end + 1)
    low = rng.randrange(1, high // 2 if level > 1 else high - 1)
    while True:
        divisors = sorted({rng.randrange(2 if level > 2 else 3, largest + 1) for _ in range(count)})
        if len(divisors) == count and all(b % a for i, a in enumerate(divisors) for b in divisors[i + 1 :]):
            break
    if level == 5:
        rng.shuffle(divisors)
    return (_RULES[level], low, high, tuple(divisors))


def _what(params: Params, rng: Random) -> str:
    rule, _, _, divisors = params
    shown = [str(d) for d in divisors]
    lists = {joint: f"{', '.join(shown[:-1])} {joint} {shown[-1]}" for joint in ("or", "and")} if len(shown) > 1 else {}
    return rng.choice(_WHAT[rule]).format(*shown, **lists)


def pose(params: Params, rng: Random) -> Posed:
    rule, low, high, _ = params
    asked = _ASKED[0] if rule in ("any", "all") else rng.choice(_ASKED)
    prompt = asked.format(what=_what(params, rng), low=low, high=high)
    if rule in ("any", "all") and rng.random() < 0.5:
        prompt = prompt.replace("How many", "Count the").replace(" are there", "").replace("?", ".")
    return Posed(prompt=prompt, reference=MathReference(answer=str(_parts(params)[-1][1]), type="integer"))


def _multiples(params: Params, *divisors: int) -> tuple[int, int]:
    """Multiples of all of `divisors` up to the range's end, and those before its start."""
    _, low, high, _ = params
    step = lcm(*divisors)
    return high // step, (low - 1) // step


def _parts(params: Params) -> list[tuple[str, int]]:
    """The steps, each a text and its value; the last value is the answer."""
    rule, low, high, divisors = params
    if rule == "any":
        return [(f"{high} - {low} + 1", high - low + 1)]
    sets: list[tuple[int, ...]] = [(d,) for d in divisors]
    if len(divisors) > 1:
        sets += [(a, b) for i, a in enumerate(divisors) for b in divisors[i + 1 :]]
    if len(divisors) == 3:
        sets.append(divisors)
    steps, counts = [], []
    for chosen in sets:
        upto, before = _multiples(params, *chosen)
        steps.append((f"multiples of {lcm(*chosen)}: {upto} - {before}", upto - before))
        counts.append(upto - before)
    if rule == "all":
        return steps
    singles, pairs, triple = counts[: len(divisors)], counts[len(divisors) :][:3], counts[6:]
    if len(divisors) == 2:
        pairs = counts[2:]
    weights = {"some": (1, -1, 1), "none": (-1, 1, -1), "one": (1, -2, 3), "two": (0, 1, -2)}
    if rule == "first":
        return [*steps, (f"{singles[0]} - {pairs[0]}", singles[0] - pairs[0])]
    total, text = (high - low + 1, f"{high - low + 1}") if rule == "none" else (0, "")
    for weight, values in zip(weights[rule], (singles, pairs, triple), strict=True):
        for value in values:
            if weight:
                factor = "" if abs(weight) == 1 else f"{abs(weight)}*"
                text += f" {'-' if weight < 0 else '+'} {factor}{value}" if text else f"{factor}{value}"
                total += weight * value
    return [*steps, (text, total)]


def solve(params: Params, rng: Random) -> str:
    parts = [f"{text} = {value}" for text, value in _parts(params)]
    if params[0] == "all":
        _, low, high, (k,) = params
        upto, before = _multiples(params, k)
        parts = [f"{high}/{k} -> {upto}", f"{low - 1}/{k} -> {before}", f"{upto} - {before} = {upto - before}"]
        return f"{', '.join(parts)}. {boxed(upto - before)}"
    return f"{rng.choice(('; ', ', ')).join(parts)}. {boxed(_parts(params)[-1][1])}"


def confirm(params: Params) -> MathReference:
    """Every number of the range is tried."""
    rule, low, high, divisors = params
    holds = _HOLDS[rule]
    count = sum(1 for n in range(low, high + 1) if holds([n % d == 0 for d in divisors]))
    return MathReference(answer=str(count), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    _, low, high, _ = params
    right = _parts(params)[-1][1]
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("complement", high - low + 1 - right),
        ("sign", -right),
        ("difference", high - low),
        ("overlap_forgotten", _parts(params)[0][1]),
    )
    yield from wrong_answers(right, _what(params, rng), candidates)


FAMILY = Family(
    name="counting",
    version=1,
    kind="math",
    topic="counting",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
