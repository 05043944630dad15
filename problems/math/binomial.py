"""Independent trials: the binomial distribution, and several of them together, in lowest terms.

Level 1: two trials. Level 2: three or four. Level 3: two groups of up to two trials with chances of their own. Level
4: four trials in two groups. Level 5: at least or at most so many. Level 6: three groups of one or two. Level 7: at
least so many of these. Level 8: exactly so many, given that there is one at all. Levels 9 and 10: three groups, up to
six and seven trials.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from math import comb, gcd
from random import Random

from tracemill.problems.exact import fraction_latex, listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Group = tuple[int, int, int]
"""Trials, and the chance of success in each: numerator and denominator."""

_SHAPES = {  # trials of each group at most, events, largest denominator
    1: ((2,), ("exactly",), 60),
    2: ((4,), ("exactly", "at_least"), 30),
    3: ((2, 2), ("exactly",), 25),
    4: ((2, 2), ("exactly",), 40),
    5: ((2, 3), ("at_least", "at_most"), 28),
    6: ((2, 1, 1), ("exactly",), 16),
    7: ((2, 2, 1), ("at_least", "at_most"), 16),
    8: ((2, 2, 2), ("given",), 16),
    9: ((3, 2, 1), ("at_least", "at_most", "given"), 15),
    10: ((3, 2, 2), ("exactly", "at_least", "given"), 20),
}
_STORIES = (
    ("archer", "hits with chance {}", "shot", "hit"),
    ("player", "scores with chance {}", "throw", "score"),
    ("machine", "succeeds with chance {}", "trial", "success"),
)
_EVENTS = {
    "exactly": "exactly {k} {things}",
    "at_least": "at least {k} {things}",
    "at_most": "at most {k} {things}",
    "given": "exactly {k} {things}, given that there is at least one",
}
_ASKED = (
    "What is the probability of {}? Give a fraction in lowest terms.",
    "Find the probability of {} as a fraction in lowest terms.",
    "How likely are {}? Answer with a reduced fraction.",
)


def sample(level: int, rng: Random) -> Params:
    """(event, number of successes, the groups in ascending order)."""
    trials, events, largest = _SHAPES[level]
    groups = []
    for most in trials:
        top, bottom = 2, 2
        while gcd(top, bottom) > 1 or top >= bottom:
            top, bottom = rng.randrange(1, largest), rng.randrange(2, largest + 1)
        groups.append(
            (rng.randrange(1, most + 1) if level == 3 else rng.randrange(3, 5) if level == 2 else most, top, bottom)
        )
    event, total = rng.choice(events), sum(n for n, _, _ in groups)
    edge = 1 if total > 3 else 0  # neither none nor all
    low, high = {
        "exactly": (edge, total - edge),
        "at_least": (1 + edge, total - edge),
        "at_most": (edge, total - 1 - edge),
    }.get(event, (1, total - 1))
    return (event, rng.randrange(low, high + 1), tuple(sorted(groups)))


def _splits(groups: tuple[Group, ...], k: int) -> list[tuple[int, ...]]:
    """How k successes can fall on the groups."""
    if not groups:
        return [()] if k == 0 else []
    return [(first, *rest) for first in range(min(groups[0][0], k) + 1) for rest in _splits(groups[1:], k - first)]


def _chances(groups: tuple[Group, ...]) -> list[Fraction]:
    """The chance of every number of successes: the product of (fail + succeed x)^n, over one denominator."""
    ways, whole = [1], 1
    for n, top, bottom in groups:
        for _ in range(n):
            fail = [count * (bottom - top) for count in ways]
            ways = [a + b * top for a, b in zip([*fail, 0], [0, *ways], strict=True)]
            whole *= bottom
    return [Fraction(count, whole) for count in ways]


def _wanted(params: Params) -> tuple[list[int], bool]:
    """The numbers of successes to add up, and whether one minus the sum is asked."""
    event, k, groups = params
    most = sum(n for n, _, _ in groups)
    if event in ("exactly", "given"):
        return [k], False
    hits = list(range(k, most + 1)) if event == "at_least" else list(range(k + 1))
    if len(hits) > (most + 1) / 2:
        return [n for n in range(most + 1) if n not in hits], True
    return hits, False


def _answer(params: Params) -> Fraction:
    wanted, turned = _wanted(params)
    chances = _chances(params[2])
    total = sum((chances[k] for k in wanted), Fraction(0))
    if params[0] == "given":
        return total / (1 - chances[0])
    return 1 - total if turned else total


def pose(params: Params, rng: Random) -> Posed:
    event, k, groups = params
    who, does, what, success = rng.choice(_STORIES)
    sentences = []
    for name, (n, top, bottom) in zip("ABC", groups, strict=False):
        subject = f"{who.capitalize()} {name}" if len(groups) > 1 else f"{'An' if who[0] == 'a' else 'A'} {who}"
        trials = f"one {what}" if n == 1 else f"each of {n} {what}s"
        sentences.append(f"{subject} {does.format(f'{top}/{bottom}')} in {trials}")
    many = success + ("es" if success.endswith("s") else "s")
    things = (success if k == 1 else many) + (" in all" if len(groups) > 1 else "")
    facts = f"{'; '.join(sentences)}. All {what}s are independent."
    prompt = f"{facts} {rng.choice(_ASKED).format(_EVENTS[event].format(k=k, things=things))}"
    return Posed(prompt=prompt, reference=_reference(_answer(params)))


def _reference(value: Fraction) -> MathReference:
    return MathReference(answer=str(value), type="rational", form="reduced")


def _term(group: Group, k: int) -> str:
    n, top, bottom = group
    ways = comb(n, k)
    factors = [str(ways)] if ways > 1 else []
    for power, value in ((k, f"({top}/{bottom})"), (n - k, f"({bottom - top}/{bottom})")):
        factors += [value if power == 1 else f"{value}^{power}"] if power else []
    return "*".join(factors)


def solve(params: Params, rng: Random) -> str:
    event, _, groups = params
    wanted, turned = _wanted(params)
    chances, steps = _chances(groups), []
    for k in wanted:
        terms = ["*".join(_term(g, s) for g, s in zip(groups, split, strict=True)) for split in _splits(groups, k)]
        steps.append(f"P({k}) = {' + '.join(terms)} = {chances[k]}")
    answer = _answer(params)
    total = sum((chances[k] for k in wanted), Fraction(0))
    if len(wanted) > 1:
        steps.append(f"sum {total}")
    if turned:
        steps.append(f"1 - {total} = {answer}")
    if event == "given":
        steps += [f"P(0) = {chances[0]}", f"({total})/(1 - {chances[0]}) = {answer}"]
    opening = rng.choice(("Add up the ways. ", "Each way is a product, for the trials are independent. "))
    return f"{opening}{'; '.join(steps)}. {boxed(fraction_latex(answer))}"


def confirm(params: Params) -> MathReference:
    """Every outcome of every single trial is written down."""
    event, k, groups = params
    chances = [Fraction(top, bottom) for n, top, bottom in groups for _ in range(n)]
    total, some = Fraction(0), Fraction(0)
    for outcome in product((0, 1), repeat=len(chances)):
        weight = Fraction(1)
        for hit, chance in zip(outcome, chances, strict=True):
            weight *= chance if hit else 1 - chance
        successes = sum(outcome)
        some += weight if successes else 0
        fits = successes >= k if event == "at_least" else successes <= k if event == "at_most" else successes == k
        total += weight if fits else 0
    return _reference(total / some if event == "given" else total)


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    event, k, groups = params
    right, chances = _answer(params), _chances(groups)
    most = sum(n for n, _, _ in groups)
    bare = Fraction(1)
    for n, top, bottom in groups:
        bare *= Fraction(top, bottom) ** n
    candidates = (
        ("complement", 1 - right),
        ("sign", -right),
        ("off_by_one", chances[k + 1 if k < most else k - 1]),
        ("all_succeed", bare),
        ("swapped", chances[most - k]),
        ("given_forgotten" if event == "given" else "exactly_only", chances[k]),
        ("above_one", 1 + right),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"P({listed([n for n, _, _ in groups])}, {k})", named)


FAMILY = Family(
    name="binomial",
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
