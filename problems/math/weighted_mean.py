"""Means of groups put together: weighted means, and what a group must have been.

Level 1: the mean of two groups. Level 2: of three. Level 3: of three larger ones. Level 4: the mean of one of two
groups, from the mean of all. Level 5: of one of three. Level 6: the size of one of two groups. Level 7: of one of
three. Level 8: the mean of four groups, with fractions. Level 9: the mean of one of four. Level 10: the size of one
of four.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.exact import fraction_latex, quotient
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, signed, wrong_answers
from tracemill.problems.types import MathReference

Group = tuple[int, int, int]
"""Members, and the numerator and denominator of their mean."""

_SHAPES = {  # kind, groups, most members, largest mean, denominators of the means
    1: ("overall", 2, 12, 40, (1,)),
    2: ("overall", 3, 12, 40, (1,)),
    3: ("overall", 3, 30, 60, (1,)),
    4: ("mean", 2, 40, 99, (1,)),
    5: ("mean", 3, 30, 80, (1,)),
    6: ("size", 2, 60, 99, (1,)),
    7: ("size", 3, 40, 90, (1,)),
    8: ("overall", 4, 30, 80, (1, 2, 4, 5)),
    9: ("mean", 4, 30, 80, (1, 2, 4, 5)),
    10: ("size", 4, 40, 80, (1, 2, 3, 5)),
}
_STORIES = (
    ("class", "pupils", "mean mark"),
    ("team", "players", "mean score"),
    ("crew", "workers", "mean daily wage"),
    ("grove", "trees", "mean height in feet"),
)
_FORM = ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms.")


def sample(level: int, rng: Random) -> Params:
    """(kind, the groups: ascending, but the one asked for comes last)."""
    kind, count, most, largest, bottoms = _SHAPES[level]
    while True:
        groups = []
        for _ in range(count):
            bottom = rng.choice(bottoms)
            mean = Fraction(rng.randrange(5 * bottom, largest * bottom), bottom)
            groups.append((rng.randrange(2, most + 1), mean.numerator, mean.denominator))
        params = (kind, tuple(sorted(groups) if kind == "overall" else [*sorted(groups[:-1]), groups[-1]]))
        top, bottom = groups[-1][1:]
        if len({group[1:] for group in groups}) == count:
            if kind == "size" and _overall(params[1]) == Fraction(top, bottom):
                continue  # any size would do
            return params


def _overall(groups: tuple[Group, ...]) -> Fraction:
    return sum((Fraction(n * top, bottom) for n, top, bottom in groups), Fraction(0)) / sum(n for n, _, _ in groups)


def _answer(params: Params) -> Fraction:
    kind, groups = params
    n, top, bottom = groups[-1]
    return {"overall": _overall(groups), "mean": Fraction(top, bottom), "size": Fraction(n)}[kind]


def pose(params: Params, rng: Random) -> Posed:
    kind, groups = params
    group, members, what = rng.choice(_STORIES)
    facts = [
        f"{group} {name} has {n} {members} with a {what} of {Fraction(top, bottom)}"
        for name, (n, top, bottom) in zip("ABCD", groups, strict=False)
    ]
    last = "ABCD"[len(groups) - 1]
    if kind == "mean":
        facts[-1] = f"{group} {last} has {groups[-1][0]} {members}"
    elif kind == "size":
        facts[-1] = f"the {members} of {group} {last} have a {what} of {Fraction(*groups[-1][1:])}"
    if kind != "overall":
        facts.append(f"all {members} together have a {what} of {_overall(groups)}")
    question = {
        "overall": (f"What is the {what} of all {members} together?", f"Find the {what} over all {members}."),
        "mean": (f"What is the {what} in {group} {last}?", f"Find the {what} of {group} {last}."),
        "size": (f"How many {members} does {group} {last} have?", f"Find the number of {members} in {group} {last}."),
    }[kind]
    text = "; ".join(facts)
    form = "" if kind == "size" else f" {rng.choice(_FORM)}"
    prompt = f"{text[0].upper()}{text[1:]}. {rng.choice(question)}{form}"
    return Posed(prompt=prompt, reference=_reference(params, _answer(params)))


def _reference(params: Params, value: Fraction) -> MathReference:
    if params[0] == "size":
        return MathReference(answer=str(value), type="integer")
    return MathReference(answer=str(value), type="rational", form="reduced")


def _times(n: int, value: Fraction) -> str:
    return f"{n}*{bracketed(value)}"


def solve(params: Params, rng: Random) -> str:
    kind, groups = params
    known = groups if kind == "overall" else groups[:-1]
    people, total = sum(n for n, _, _ in known), sum((n * Fraction(a, b) for n, a, b in known), Fraction(0))
    sums = " + ".join(_times(n, Fraction(a, b)) for n, a, b in known)
    overall, answer = _overall(groups), _answer(params)
    opening = rng.choice(("Work with totals: ", "Means times numbers are totals: "))
    if kind == "overall":
        text = f"{sums} = {total}; {quotient(total, people)}"
    elif kind == "mean":
        n = groups[-1][0]
        whole = overall * (people + n)
        text = f"all {_times(people + n, overall)} = {whole}; known {sums} = {total}; "
        text += f"{whole} - {total} = {whole - total}; {quotient(whole - total, n)}"
    else:
        mean = Fraction(*groups[-1][1:])
        text = f"known {sums} = {total}; with n more: {total} {signed(mean)}*n = {bracketed(overall)}*({people} + n); "
        left, right = mean - overall, overall * people - total
        text += f"{bracketed(left)}*n = {right}; n = {answer}"
    return f"{opening}{text}. {boxed(fraction_latex(answer))}"


def confirm(params: Params) -> MathReference:
    """Member by member: everyone is given the group's mean. A missing mean or size is solved for by sympy."""
    import sympy

    kind, groups = params
    everyone = [Fraction(top, bottom) for n, top, bottom in groups for _ in range(n)]
    mean = sum(everyone, Fraction(0)) / len(everyone)
    if kind == "overall":
        return _reference(params, mean)
    n, top, bottom = groups[-1]
    others = everyone[: len(everyone) - n]
    x = sympy.Symbol("x")
    known, target = sympy.Rational(str(sum(others, Fraction(0)))), sympy.Rational(str(mean))
    if kind == "mean":
        (found,) = sympy.solve(sympy.Eq((known + n * x) / (len(others) + n), target), x)
    else:
        (found,) = sympy.solve(sympy.Eq(known + x * sympy.Rational(top, bottom), target * (len(others) + x)), x)
    return _reference(params, Fraction(str(found)))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, groups = params
    right = _answer(params)
    means = [Fraction(a, b) for _, a, b in groups]
    plain = sum(means, Fraction(0)) / len(means)
    overall = _overall(groups)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("weights_ignored", plain),
        ("another_group", Fraction(groups[0][0]) if kind == "size" else means[0]),
        ("balanced_plainly", len(means) * overall - sum(means[:-1], Fraction(0))),
        ("total", sum((n * m for (n, _, _), m in zip(groups, means, strict=True)), Fraction(0))),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"mean of {', '.join(map(str, means))}", named)


FAMILY = Family(
    name="weighted_mean",
    version=1,
    kind="math",
    topic="statistics",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
