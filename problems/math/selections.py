"""Committees and selections: how many to take from several groups, exactly or within limits.

Level 1: 1 or 2 from each of two groups. Level 2: up to 3 from each of two. Level 3: 1 or 2 from each of three, with a
chair, or with one or two persons singled out. Level 4: up to 3 from each of three. Levels 5 and 6: two groups, at
least or at most so many of each. Levels 7 and 8: three groups with such limits, up to 6 and 9 cases. Levels 9 and 10:
with persons singled out as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import comb
from random import Random

from tracemill.problems.exact import listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

Group = tuple[int, int, int]
"""Members, the fewest and the most to take."""

_NAMES = (
    ("men", "women", "children"),
    ("teachers", "parents", "pupils"),
    ("engineers", "lawyers", "doctors"),
    ("bakers", "cooks", "waiters"),
    ("violinists", "cellists", "pianists"),
)
_ASKED = (
    "There are {have}. In how many ways can {thing} be chosen with {want}{extra}?",
    "From {have}, {thing} is to be chosen with {want}{extra}. How many possibilities are there?",
    "Out of {have}, how many ways are there to choose {thing} with {want}{extra}?",
)
_EXTRAS = {
    "none": "",
    "chair": "",
    "must": ", if one particular person among the {} must be on it",
    "out": ", if one particular person among the {} may not be on it",
    "pair": ", if two particular persons among the {} may not both be on it",
}


def sample(level: int, rng: Random) -> Params:
    """(how many in all, the groups in ascending order, what is singled out, in which group); all members differ."""
    if level <= 4:
        num_groups, most_size, most = {1: (2, 30, 2), 2: (2, 24, 3), 3: (3, 32, 2), 4: (3, 32, 3)}[level]
        picks = [rng.randrange(1, most + 1) for _ in range(num_groups)]
        groups = sorted((rng.randrange(pick + 1, most_size), pick, pick) for pick in picks)
        extra = rng.choice(("none", "chair", "must", "out", "pair")) if level >= 3 else "none"
        place = rng.randrange(num_groups) if extra in ("must", "out", "pair") else 0
        if extra == "pair" and groups[place][1] < 2:
            extra = "out"
        return (sum(pick for _, pick, _ in groups), tuple(groups), extra, place)
    num_groups = 2 if level <= 6 else 3
    most_size, most_total = {5: (60, 4), 6: (45, 6), 7: (28, 5), 8: (24, 6), 9: (20, 6), 10: (25, 7)}[level]
    while True:
        total = rng.randrange(3 if num_groups == 2 else 4, most_total + 1)
        groups = sorted(_limits(rng.randrange(4, most_size), total, rng) for _ in range(num_groups))
        extra = rng.choice(("chair", "must", "out", "pair")) if level >= 9 or level in (5, 6) else "none"
        place = rng.randrange(num_groups) if extra in ("must", "out", "pair") else 0
        params = (total, tuple(groups), extra, place)
        cases = len(_cases(total, tuple(groups)))
        if 2 <= cases <= {7: 6, 8: 9}.get(level, 12) and all(low or high < total for _, low, high in groups):
            if extra == "pair" and groups[place][2] < 2:
                continue
            if _count(params):
                return params


def _limits(size: int, total: int, rng: Random) -> Group:
    return (size, rng.randrange(1, 3), total) if rng.random() < 0.5 else (size, 0, rng.randrange(1, 4))


def _cases(total: int, groups: tuple[Group, ...]) -> list[tuple[int, ...]]:
    """Every way to split the total over the groups within their limits."""
    if not groups:
        return [()] if total == 0 else []
    size, low, high = groups[0]
    first = range(max(low, 0), min(high, size, total) + 1)
    return [(pick, *rest) for pick in first for rest in _cases(total - pick, groups[1:])]


def _ways(total: int, groups: tuple[Group, ...]) -> tuple[int, str]:
    parts, value = [], 0
    for picks in _cases(total, groups):
        chosen = [(size, pick) for (size, _, _), pick in zip(groups, picks, strict=True) if pick]
        product = 1
        for size, pick in chosen:
            product *= comb(size, pick)
        value += product
        parts.append("*".join(f"C({size}, {pick})" for size, pick in chosen) + f" = {product}")
    joined = "; ".join(parts)
    return value, joined + (f"; sum {value}" if len(parts) > 1 else "") if parts else "no way"


def _without(groups: tuple[Group, ...], place: int, persons: int, taken: int) -> tuple[Group, ...]:
    size, low, high = groups[place]
    changed = (size - persons, max(low - taken, 0), high - taken)
    return (*groups[:place], changed, *groups[place + 1 :])


def _work(params: Params) -> tuple[int, list[str]]:
    total, groups, extra, place = params
    ways, shown = _ways(total, groups)
    if extra == "chair":
        return ways * total, [shown, f"{total} choices of a chair: {ways}*{total} = {ways * total}"]
    if extra == "must":
        ways, shown = _ways(total - 1, _without(groups, place, 1, 1))
        return ways, [f"one is in already: {shown}"]
    if extra == "out":
        ways, shown = _ways(total, _without(groups, place, 1, 0))
        return ways, [f"one is left out: {shown}"]
    if extra == "pair":
        both, both_shown = _ways(total - 2, _without(groups, place, 2, 2))
        return ways - both, [f"all: {shown}", f"with both: {both_shown}", f"{ways} - {both} = {ways - both}"]
    return ways, [shown]


def _count(params: Params) -> int:
    return _work(params)[0]


def _want(total: int, groups: tuple[Group, ...], names: tuple[str, ...]) -> str:
    parts = []
    for (_, low, high), name in zip(groups, names, strict=False):
        if low == high:
            parts.append(f"exactly {low} of the {name}")
        elif low:
            parts.append(f"at least {low} of the {name}")
        elif high < total:
            parts.append(f"at most {high} of the {name}")
    return listed(parts)


def pose(params: Params, rng: Random) -> Posed:
    total, groups, extra, place = params
    names = rng.choice(_NAMES)
    thing = f"a committee of {total}" + (" and one of its members as chair" if extra == "chair" else "")
    asked = rng.choice(_ASKED).format(
        have=listed([f"{size} {name}" for (size, _, _), name in zip(groups, names, strict=False)]),
        thing=thing,
        want=_want(total, groups, names),
        extra=_EXTRAS[extra].format(names[place]),
    )
    return Posed(prompt=asked, reference=MathReference(answer=str(_count(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    opening = rng.choice(("Choose from each group and multiply. ", "Count group by group. "))
    return f"{opening}{'. '.join(steps)}. {boxed(value)}"


def confirm(params: Params) -> MathReference:
    """Members are met one by one and taken or not; ways with the same numbers taken are added. No binomials."""
    total, groups, extra, place = params
    ways: dict[tuple[tuple[int, ...], int], int] = {((0,) * len(groups), 0): 1}
    for index, (size, _, _) in enumerate(groups):
        for person in range(size):
            special = index == place and person < {"must": 1, "out": 1, "pair": 2}.get(extra, 0)
            grown: dict[tuple[tuple[int, ...], int], int] = {}
            for (taken, specials), count in ways.items():
                grown[taken, specials] = grown.get((taken, specials), 0) + count
                if sum(taken) < total:
                    more = tuple(value + (i == index) for i, value in enumerate(taken))
                    key = (more, specials + special)
                    grown[key] = grown.get(key, 0) + count
            ways = grown
    allowed = {"must": (1,), "out": (0,), "pair": (0, 1)}.get(extra, (0,))
    found = 0
    for (taken, specials), count in ways.items():
        fits = all(low <= value <= high for value, (_, low, high) in zip(taken, groups, strict=True))
        if sum(taken) == total and fits and specials in allowed:
            found += count * (total if extra == "chair" else 1)
    return MathReference(answer=str(found), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    total, groups, _, _ = params
    right = _count(params)
    everyone = sum(size for size, _, _ in groups)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("limits_forgotten", comb(everyone, total)),
        ("extra_forgotten", _ways(total, groups)[0]),
        ("one_fewer", comb(everyone, total - 1)),
        ("added", sum(comb(size, max(low, 1)) for size, low, _ in groups)),
    )
    yield from wrong_answers(right, f"{total} of {everyone}", candidates)


FAMILY = Family(
    name="selections",
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
