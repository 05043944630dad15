"""Word problems about ratios: what each gets, and ratios themselves.

Level 1: a sum shared between two. Level 2: among three. Level 3: from the difference of two shares. Level 4: a ratio of
fractions in lowest terms. Level 5: two ratios joined. Level 6: a gift changes the ratio. Level 7: both grow by the
same. Level 8: shares in the inverse ratio. Level 9: four people, three ratios. Level 10: four, from a difference.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import gcd, lcm
from random import Random

from tracemill.problems.family import Params, Posed
from tracemill.problems.matrices import vector
from tracemill.problems.story import Story, story_family
from tracemill.problems.types import MathReference, Reference
from tracemill.problems.words import THINGS, cast, listed

_KINDS = {
    1: "share",
    2: "share",
    3: "difference",
    4: "lowest",
    5: "joined",
    6: "gift",
    7: "grow",
    8: "inverse",
    9: "joined",
    10: "joined difference",
}


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers in the order of the telling); ratios in lowest terms but for "lowest"."""
    kind = _KINDS[level]
    while True:
        parts = _lowest([rng.randrange(1, 30 if level <= 3 else 13) for _ in range({1: 2, 6: 2, 7: 2}.get(level, 3))])
        if kind == "share":
            return (kind, tuple(parts), sum(parts) * rng.randrange(2, 60))
        if kind == "difference":
            i, j = rng.sample(range(3), 2)
            if parts[i] > parts[j]:
                return (kind, tuple(parts), i, j, (parts[i] - parts[j]) * rng.randrange(2, 120))
        elif kind == "lowest":
            fractions = [(rng.randrange(1, 16), rng.randrange(2, 13)) for _ in range(3)]
            if all(gcd(*pair) == 1 for pair in fractions) and len(set(fractions)) == 3:
                return (kind, *fractions)
        elif kind in ("joined", "joined difference"):
            pairs = [_lowest([rng.randrange(1, 10), rng.randrange(1, 10)]) for _ in range(2 if level == 5 else 3)]
            parts = _joined(pairs)
            if all(a != b for a, b in pairs) and len(set(parts)) == len(parts) and sum(parts) < 3000:
                times = rng.randrange(1, max(2, 6000 // sum(parts)))
                told = sum(parts) * times if kind == "joined" else abs(parts[0] - parts[-1]) * times
                return (kind, tuple(map(tuple, pairs)), told)
        elif kind in ("gift", "grow"):
            numbers = _changed(kind, parts, rng)
            if numbers:
                return (kind, *numbers)
        else:
            weights = [Fraction(1, part) for part in parts]
            common = lcm(*parts)
            whole = _lowest([int(weight * common) for weight in weights])
            if len(set(parts)) == 3:
                return (kind, tuple(parts), sum(whole) * rng.randrange(2, 400))


def _lowest(parts: list[int]) -> list[int]:
    common = gcd(*parts)
    return [part // common for part in parts]


def _joined(pairs: list[list[int]]) -> list[int]:
    """A : B, B : C, ... as one ratio."""
    parts = list(map(Fraction, pairs[0]))
    for a, b in pairs[1:]:
        parts.append(parts[-1] * b / a)
    common = lcm(*(part.denominator for part in parts))
    return _lowest([int(part * common) for part in parts])


def _changed(kind: str, parts: list[int], rng: Random) -> tuple[object, ...] | None:
    """(first ratio, what moves or comes, second ratio), with amounts that are fixed by them."""
    a, b = (part * rng.randrange(2, 200) for part in (1, 1))
    a, b = parts[0] * a, parts[1] * a
    moved = rng.randrange(1, 150)
    after = [a - moved, b + moved] if kind == "gift" else [a + moved, b + moved]
    if min(after) < 1 or max(a, b) > 3000 or a == b:
        return None
    later = _lowest(after)
    return None if max(later) > 60 or later == parts else (tuple(parts), moved, tuple(later))


def story(params: Params) -> Story:
    kind, *n = params
    return _TALES[kind](cast(params, 4), cast(params, 1, THINGS)[0], *n)


def _ratio(parts: tuple[int, ...] | list[int]) -> str:
    return ":".join(map(str, parts))


def _shared(
    prompts: tuple[str, ...],
    steps: tuple[str, ...],
    shares: list[int],
    parts: list[int],
    names: tuple[str, ...],
    get: str = "get",
) -> Story:
    asked = f"Give the tuple of what {listed(names[: len(shares)])} {get}, in this order."
    slips = (
        ("swapped", vector(shares[::-1])),
        ("off_by_one", vector([shares[0] + 1, *shares[1:-1], shares[-1] - 1])),
        ("parts", vector(parts)),
        ("equal_shares", vector([Fraction(sum(shares), len(shares))] * len(shares))),
        ("one_share", shares[0]),
    )
    return Story(
        prompts=tuple(f"{prompt} {asked}" for prompt in prompts),
        steps=steps,
        answer=vector(shares),
        type="tuple",
        slips=slips,
    )


def _given_out(shares: list[int], parts: list[int], part: int) -> str:
    return f"The shares are {', '.join(f'{p} * {part} = {s}' for p, s in zip(parts, shares, strict=True))}."


def _share(names: tuple[str, ...], thing: str, parts: tuple[int, ...], total: int) -> Story:
    part = total // sum(parts)
    shares = [p * part for p in parts]
    who = listed(names[: len(parts)])
    return _shared(
        (
            f"{who} share {total} {thing} in the ratio {_ratio(parts)}.",
            f"{total} {thing} are divided between {who} in the ratio {_ratio(parts)}.",
        ),
        (
            f"There are {' + '.join(map(str, parts))} = {sum(parts)} parts.",
            f"One part is {total} / {sum(parts)} = {part}.",
            _given_out(shares, list(parts), part),
        ),
        shares,
        list(parts),
        names,
    )


def _difference(names: tuple[str, ...], thing: str, parts: tuple[int, ...], i: int, j: int, more: int) -> Story:
    part = more // (parts[i] - parts[j])
    shares = [p * part for p in parts]
    return _shared(
        (
            (
                f"{listed(names[:3])} share {thing} in the ratio {_ratio(parts)}. {names[i]} gets {more} more than"
                f" {names[j]}."
            ),
            (
                f"{thing.capitalize()} are divided between {listed(names[:3])} as {_ratio(parts)}, which gives"
                f" {names[i]} {more} more than {names[j]}."
            ),
        ),
        (
            (
                f"The difference is {parts[i]} - {parts[j]} = {parts[i] - parts[j]} parts, so one part is {more} / "
                f"{parts[i] - parts[j]} = {part}."
            ),
            _given_out(shares, list(parts), part),
        ),
        shares,
        list(parts),
        names,
    )


def _lowest_terms(names: tuple[str, ...], thing: str, *fractions: tuple[int, int]) -> Story:
    common = lcm(*(bottom for _, bottom in fractions))
    whole = [top * common // bottom for top, bottom in fractions]
    parts = _lowest(whole)
    told = [f"{top}/{bottom}" for top, bottom in fractions]
    shared = gcd(*whole)
    return Story(
        prompts=(
            (
                (
                    f"{listed(names[:3])} own {told[0]}, {told[1]} and {told[2]} of a load of {thing} each. Write the"
                    " ratio of what they own with whole numbers in lowest terms, as a:b:c."
                ),
                f"Write the ratio {' : '.join(told)} with whole numbers in lowest terms, as a:b:c.",
            )[1:]
            if sum(Fraction(*pair) for pair in fractions) > 1
            else (
                (
                    f"{listed(names[:3])} own {told[0]}, {told[1]} and {told[2]} of a load of {thing}. Write the ratio"
                    " of their parts with whole numbers in lowest terms, as a:b:c."
                ),
                f"Write the ratio {' : '.join(told)} with whole numbers in lowest terms, as a:b:c.",
            )
        ),
        steps=(
            f"Multiply by the common denominator {common}: {_ratio(whole)}.",
            f"Divide by the greatest common divisor {shared}: {_ratio(parts)}.",
        ),
        answer=_ratio(parts),
        type="ratio",
        slips=(
            ("swapped", _ratio(parts[::-1])),
            ("off_by_one", _ratio([parts[0] + 1, *parts[1:]])),
            ("numerators", _ratio([top for top, _ in fractions])),
            ("denominators", _ratio([bottom for _, bottom in fractions])),
            ("two_terms", _ratio(parts[:2])),
        ),
    )


def _joining(names: tuple[str, ...], pairs: tuple[tuple[int, int], ...]) -> tuple[str, str]:
    told = [f"those of {a} and {b} as {_ratio(pair)}" for (a, b), pair in zip(pairwise(names), pairs, strict=False)]
    told[0] = told[0].replace("those", "the shares").replace(" as ", " are as ")
    parts = _joined([list(pair) for pair in pairs])
    return listed(told), f"Written with common terms, {':'.join(names[: len(parts)])} = {_ratio(parts)}."


def _joined_sum(names: tuple[str, ...], thing: str, pairs: tuple[tuple[int, int], ...], total: int) -> Story:
    parts = _joined([list(pair) for pair in pairs])
    part = total // sum(parts)
    shares = [p * part for p in parts]
    told, common = _joining(names, pairs)
    return _shared(
        (
            f"{total} {thing} are shared so that {told}.",
            f"{listed(names[: len(parts)])} divide {total} {thing}: {told}.",
        ),
        (
            common,
            f"That is {sum(parts)} parts of {total} / {sum(parts)} = {part}.",
            _given_out(shares, parts, part),
        ),
        shares,
        parts,
        names,
    )


def _joined_difference(names: tuple[str, ...], thing: str, pairs: tuple[tuple[int, int], ...], more: int) -> Story:
    parts = _joined([list(pair) for pair in pairs])
    part = more // abs(parts[0] - parts[-1])
    shares = [p * part for p in parts]
    told, common = _joining(names, pairs)
    high, low = (names[0], names[3]) if parts[0] > parts[-1] else (names[3], names[0])
    return _shared(
        (
            f"{thing.capitalize()} are shared so that {told}. {high} gets {more} more than {low}.",
            f"{listed(names[:4])} divide a pile of {thing}: {told}. In the end {high} has {more} more than {low}.",
        ),
        (
            common,
            (
                f"{high} has {abs(parts[0] - parts[-1])} parts more than {low}, so a part is {more} / "
                f"{abs(parts[0] - parts[-1])} = {part}."
            ),
            _given_out(shares, parts, part),
        ),
        shares,
        parts,
        names,
    )


def _before(kind: str, first: tuple[int, int], moved: int, later: tuple[int, int]) -> tuple[int, int, int]:
    """What x is multiplied by, the right side, and x, for amounts a x and b x at first."""
    (a, b), (c, d) = first, later
    slope = a * d - b * c
    right = moved * (c + d) if kind == "gift" else moved * (c - d)
    return slope, right, right // slope


def _gift(names: tuple[str, ...], thing: str, first: tuple[int, int], moved: int, later: tuple[int, int]) -> Story:
    (a, b), (c, d) = first, later
    slope, right, x = _before("gift", first, moved, later)
    one, two = names[:2]
    return _shared(
        (
            (
                f"{one} and {two} have {thing} in the ratio {_ratio(first)}. After {one} gives {moved} of them to {two}"
                f" the ratio is {_ratio(later)}."
            ),
            (
                f"The {thing} of {one} and {two} are as {_ratio(first)}; after {one} gives {moved} to {two} they"
                f" are as {_ratio(later)}."
            ),
        ),
        (
            f"At first they have {a}x and {b}x.",
            f"({a}x - {moved}) * {d} = ({b}x + {moved}) * {c}, so {slope}x = {right} and x = {x}.",
            f"{a} * {x} = {a * x} and {b} * {x} = {b * x}.",
        ),
        [a * x, b * x],
        [a, b],
        names,
        get="have at first",
    )


def _grow(names: tuple[str, ...], thing: str, first: tuple[int, int], moved: int, later: tuple[int, int]) -> Story:
    (a, b), (c, d) = first, later
    slope, right, x = _before("grow", first, moved, later)
    one, two = names[:2]
    return _shared(
        (
            (
                f"{one} and {two} have {thing} in the ratio {_ratio(first)}. When each gets {moved} more, the ratio is"
                f" {_ratio(later)}."
            ),
            (
                f"Now the {thing} of {one} and {two} are as {_ratio(first)}; with {moved} more for each they will be as"
                f" {_ratio(later)}."
            ),
        ),
        (
            f"At first they have {a}x and {b}x.",
            f"({a}x + {moved}) * {d} = ({b}x + {moved}) * {c}, so {slope}x = {right} and x = {x}.",
            f"{a} * {x} = {a * x} and {b} * {x} = {b * x}.",
        ),
        [a * x, b * x],
        [a, b],
        names,
        get="have at first",
    )


def _inverse(names: tuple[str, ...], thing: str, parts: tuple[int, ...], total: int) -> Story:
    common = lcm(*parts)
    whole = _lowest([common // part for part in parts])
    part = total // sum(whole)
    shares = [p * part for p in whole]
    return _shared(
        (
            f"{total} {thing} go to {listed(names[:3])} in inverse proportion to their ages of {listed(parts)} years.",
            (
                f"{listed(names[:3])}, who are {listed(parts)} years old, share {total} {thing}: the younger, the more,"
                " in inverse proportion to the ages."
            ),
        ),
        (
            f"The ratio is 1/{parts[0]} : 1/{parts[1]} : 1/{parts[2]} = {_ratio(whole)}.",
            f"That is {sum(whole)} parts of {total} / {sum(whole)} = {part}.",
            _given_out(shares, whole, part),
        ),
        shares,
        list(parts),
        names,
    )


_TALES: dict[str, Callable[..., Story]] = {
    "share": _share,
    "difference": _difference,
    "lowest": _lowest_terms,
    "joined": _joined_sum,
    "joined difference": _joined_difference,
    "gift": _gift,
    "grow": _grow,
    "inverse": _inverse,
}


def check(params: Params) -> str:
    """By linear equations for the shares, solved by sympy."""
    import sympy

    kind, *n = params
    if kind == "lowest":
        values = [sympy.Rational(*pair) for pair in n]
        unit = sympy.gcd_list(values)
        return ":".join(str(value / unit) for value in values)
    x = sympy.symbols("x0:4")
    if kind in ("share", "difference"):
        size = len(n[0])
        equations = [x[i] * n[0][0] - x[0] * n[0][i] for i in range(1, size)]
        equations.append(sum(x[:size]) - n[1] if kind == "share" else x[n[1]] - x[n[2]] - n[3])
    elif kind in ("joined", "joined difference"):
        size = len(n[0]) + 1
        equations = [x[i] * pair[1] - x[i + 1] * pair[0] for i, pair in enumerate(n[0])]
        gap = x[0] - x[size - 1]
        if kind == "joined":
            equations.append(sum(x[:size]) - n[1])
        else:
            slope = sympy.Mul(*(sympy.Rational(b, a) for a, b in n[0]))
            equations.append((gap if slope < 1 else -gap) - n[1])
    elif kind == "inverse":
        size = 3
        equations = [x[0] * n[0][0] - x[i] * n[0][i] for i in (1, 2)] + [sum(x[:3]) - n[1]]
    else:
        size, sign = 2, -1 if kind == "gift" else 1
        equations = [x[0] * n[0][1] - x[1] * n[0][0], (x[0] + sign * n[1]) * n[2][1] - (x[1] + n[1]) * n[2][0]]
    solution = sympy.solve(equations, x[:size])
    return vector([solution[symbol] for symbol in x[:size]])


_TOLD = story_family(
    name="ratio_sharing",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)


def _in_lowest_terms(reference: Reference) -> Reference:
    """A ratio is asked for in lowest terms, and is none otherwise."""
    if isinstance(reference, MathReference) and reference.type == "ratio":
        return replace(reference, form="reduced")
    return reference


def pose(params: Params, rng: Random) -> Posed:
    posed = _TOLD.pose(params, rng)
    return replace(posed, reference=_in_lowest_terms(posed.reference))


def confirm(params: Params) -> Reference:
    return _in_lowest_terms(_TOLD.confirm(params))


FAMILY = replace(_TOLD, pose=pose, confirm=confirm)
