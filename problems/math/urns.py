"""Balls drawn from urns without replacement: chances in lowest terms.

Level 1: one ball. Level 2: two of one colour. Level 3: one ball moved to a second urn before drawing there. Level 4:
given colours in a given order. Level 5: given numbers of three colours in 3 draws. Level 6: of four colours in 4
draws. Level 7: at least one of each of two colours. Level 8: two balls moved before drawing. Level 9: what was moved,
from what is drawn. Level 10: the same, two balls being moved.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations
from math import comb
from random import Random

from tracemill.problems.exact import fraction_latex, listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_COLOURS = ("red", "blue", "green", "white")
_ASKED = (
    "What is the probability that {event}? Give a fraction in lowest terms.",
    "Find the probability that {event}, as a fraction in lowest terms.",
    "How likely is it that {event}? Answer with a reduced fraction.",
)


def sample(level: int, rng: Random) -> Params:
    """("exact", (count, drawn) pairs ascending), ("order", counts, colours drawn), ("both", draws, two counts, rest) or
    ("moved", how many, (red, blue) of each urn, red ones among the moved that are asked for, or -1 for a red draw)."""
    if level == 1:
        return ("exact", tuple(sorted(((rng.randrange(1, 60), 1), (rng.randrange(1, 60), 0)))))
    if level == 2:
        return ("exact", tuple(sorted(((rng.randrange(2, 40), 2), (rng.randrange(1, 40), 0)))))
    if level == 4:
        counts = sorted(rng.sample(range(3, 44), 3))
        return ("order", tuple(counts), tuple(rng.randrange(3) for _ in range(3)))
    if level in (5, 6):
        drawn = [rng.randrange(level - 2) for _ in range(level - 2)]
        picks = [drawn.count(colour) for colour in range(level - 2)]
        return ("exact", tuple(sorted((rng.randrange(max(pick, 2), 60 if level == 5 else 36), pick) for pick in picks)))
    if level == 7:
        return ("both", rng.randrange(3, 6), *sorted(rng.sample(range(2, 60), 2)), rng.randrange(5, 60))
    most = {3: 26, 8: 26, 9: 26, 10: 30}[level]
    moved = 2 if level in (8, 10) else 1
    urns = tuple((rng.randrange(2, most), rng.randrange(2, most)) for _ in range(2))
    return ("moved", moved, urns, rng.randrange(moved + 1) if level >= 9 else -1)


def _branches(params: Params) -> list[tuple[int, Fraction, Fraction]]:
    """For each number of red balls moved: its chance, and the chance to draw red then."""
    _, moved, ((red, blue), (more_red, more_blue)), _ = params
    after = more_red + more_blue + moved
    whole = comb(red + blue, moved)
    return [
        (k, Fraction(comb(red, k) * comb(blue, moved - k), whole), Fraction(more_red + k, after))
        for k in range(moved + 1)
    ]


def _names(params: Params) -> list[str]:
    """The colours follow from the numbers, so that the solution can speak of them without being told."""
    shift = len(str(params)) + (params[1] if params[0] == "both" else sum(params[1][0]) if params[0] == "exact" else 0)
    return [_COLOURS[(i + shift) % 4] for i in range(4)]


def _work(params: Params) -> tuple[Fraction, list[str]]:
    kind = params[0]
    if kind == "exact":
        groups = params[1]
        total, draws, ways = sum(count for count, _ in groups), sum(pick for _, pick in groups), 1
        for count, pick in groups:
            ways *= comb(count, pick)
        shown = "*".join(f"C({count}, {pick})" for count, pick in groups if pick)
        whole = comb(total, draws)
        if draws == 1:
            return Fraction(ways, total), [f"{ways} of {total} balls", f"{ways}/{total}"]
        return Fraction(ways, whole), [
            f"{total} balls: C({total}, {draws}) = {whole}",
            f"{shown} = {ways}",
            f"{ways}/{whole}",
        ]
    if kind == "order":
        left, total, chance, parts = list(params[1]), sum(params[1]), Fraction(1), []
        for drawn, colour in enumerate(params[2]):
            parts.append(f"{left[colour]}/{total - drawn}")
            chance *= Fraction(left[colour], total - drawn)
            left[colour] -= 1
        return chance, ["*".join(parts)]
    if kind == "both":
        _, draws, first, second, rest = params
        total = first + second + rest
        names = _names(params)
        counts = [comb(n, draws) for n in (total, total - first, total - second, rest)]
        hits = counts[0] - counts[1] - counts[2] + counts[3]
        steps = [
            f"all: C({total}, {draws}) = {counts[0]}",
            f"none {names[0]}: C({total - first}, {draws}) = {counts[1]}",
        ]
        steps += [
            f"none {names[1]}: C({total - second}, {draws}) = {counts[2]}",
            f"neither: C({rest}, {draws}) = {counts[3]}",
        ]
        return Fraction(hits, counts[0]), [
            *steps,
            f"{counts[0]} - {counts[1]} - {counts[2]} + {counts[3]} = {hits}",
            f"{hits}/{counts[0]}",
        ]
    branches, one = _branches(params), _names(params)[0]
    steps = [f"{k} {one} moved: {p}*{q} = {p * q}" for k, p, q in branches]
    total_chance = sum((p * q for _, p, q in branches), Fraction(0))
    steps.append(f"{one} drawn: {' + '.join(str(p * q) for _, p, q in branches)} = {total_chance}")
    if params[3] < 0:
        return total_chance, steps
    _, p, q = branches[params[3]]
    return p * q / total_chance, [*steps, f"given that: ({p * q})/({total_chance})"]


def _event(params: Params) -> tuple[str, str]:
    """What happens, and what is asked."""
    kind, names = params[0], _names(params)
    if kind == "moved":
        _, moved, ((red, blue), (more_red, more_blue)), asked = params
        one, two = names[:2]
        balls = "one ball is" if moved == 1 else f"{moved} balls are"
        story = f"Urn A holds {red} {one} and {blue} {two} balls, urn B {more_red} {one} and {more_blue} {two}. "
        story += f"At random {balls} moved from A to B; then one ball is drawn at random from B."
        if asked < 0:
            return story, f"it is {one}"
        what = (
            f"the ball moved was {one if asked else two}"
            if moved == 1
            else f"exactly {asked} of the {moved} balls moved were {one}"
        )
        return f"{story} It is {one}.", what
    if kind == "exact":
        counts, picks = zip(*params[1], strict=True)
        wanted = [f"{pick} {name}" for pick, name in zip(picks, names, strict=False) if pick]
        draws = sum(picks)
        event = f"it is {wanted[0][2:]}" if draws == 1 else f"exactly {listed(wanted)} are drawn"
        event = f"both are {wanted[0][2:]}" if draws == 2 and len(wanted) == 1 else event
    elif kind == "order":
        counts, draws = params[1], len(params[2])
        event = f"the colours are {', '.join(names[colour] for colour in params[2])}, in this order"
    else:
        draws, counts = params[1], params[2:]
        event = f"at least one {names[0]} and at least one {names[1]} ball are drawn"
    have = listed([f"{count} {name}" for count, name in zip(counts, names, strict=False)])
    balls = "one ball is" if draws == 1 else f"{draws} balls are"
    return f"An urn holds {have} balls; {balls} drawn at random{' without replacement' if draws > 1 else ''}.", event


def pose(params: Params, rng: Random) -> Posed:
    story, event = _event(params)
    reference = MathReference(answer=str(_work(params)[0]), type="rational", form="reduced")
    return Posed(prompt=f"{story} {rng.choice(_ASKED).format(event=event)}", reference=reference)


def solve(params: Params, rng: Random) -> str:
    chance, steps = _work(params)
    joint = rng.choice(("; ", ", then ")) if len(steps) > 1 else ""
    last = "" if steps[-1].endswith(f" {chance}") or steps[-1] == str(chance) else f" = {chance}"
    return f"{joint.join(steps)}{last}. {boxed(fraction_latex(chance))}"


def _drawn(counts: tuple[int, ...], sequence: tuple[int, ...]) -> Fraction:
    """The chance of exactly this sequence of colours."""
    left, total, chance = list(counts), sum(counts), Fraction(1)
    for colour in sequence:
        chance *= Fraction(left[colour], total)
        left[colour] -= 1
        total -= 1
    return chance


def _sequences(colours: int, draws: int) -> list[tuple[int, ...]]:
    return [()] if not draws else [(c, *rest) for c in range(colours) for rest in _sequences(colours, draws - 1)]


def confirm(params: Params) -> MathReference:
    """Ball by ball, over every sequence of colours; no combinations are counted."""
    kind = params[0]
    if kind == "exact":
        counts, picks = zip(*params[1], strict=True)
        wanted = [colour for colour, pick in enumerate(picks) for _ in range(pick)]
        chance = sum((_drawn(counts, order) for order in set(permutations(wanted))), Fraction(0))
    elif kind == "order":
        chance = sum((_drawn(params[1], s) for s in _sequences(3, 3) if s == params[2]), Fraction(0))
    elif kind == "both":
        draws, counts = params[1], params[2:]
        fits = [s for s in _sequences(3, draws) if 0 in s and 1 in s]
        chance = sum((_drawn(counts, s) for s in fits), Fraction(0))
    else:
        _, moved, (first, second), asked = params
        red, those = Fraction(0), Fraction(0)
        for s in _sequences(2, moved):
            after = (second[0] + s.count(0), second[1] + s.count(1))
            both = _drawn(first, s) * _drawn(after, (0,))
            red += both
            those += both if s.count(0) == asked else 0
        chance = red if asked < 0 else those / red
    return MathReference(answer=str(chance), type="rational", form="reduced")


def _replaced(params: Params) -> Fraction:
    """As if balls were put back, or nothing were moved."""
    kind = params[0]
    if kind == "moved":
        _, _, (first, second), asked = params
        urn = second if asked < 0 else first
        return Fraction(urn[0], sum(urn))
    if kind == "both":
        return 1 - Fraction(params[4], sum(params[2:])) ** params[1]
    counts = [count for count, _ in params[1]] if kind == "exact" else params[1]
    picks = [pick for _, pick in params[1]] if kind == "exact" else [params[2].count(i) for i in range(3)]
    chance = Fraction(1)
    for count, pick in zip(counts, picks, strict=True):
        chance *= Fraction(count, sum(counts)) ** pick
    return chance


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right, _ = _work(params)
    candidates = (
        ("replaced", _replaced(params)),
        ("complement", 1 - right),
        ("sign", -right),
        ("upside_down", 1 / right),
        ("off_by_one", Fraction(right.numerator + rng.choice((-1, 1)), right.denominator)),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"P({params[0]})", named)


FAMILY = Family(
    name="urns",
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
