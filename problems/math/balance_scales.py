"""Balance puzzles: what things weigh, from pairs of scales that are level.

Level 1: one balance and the weight of one thing. Level 2: two balances. Level 3: two with counterweights. Levels 4 and
5: three and four. Levels 6 to 8: no weight is told, but that of a pile of everything; two, three and four balances.
Levels 9 and 10: five and six balances. Asked for are the weights of the last thing and of the first.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast, listed

_THINGS = (
    "apple", "pear", "plum", "melon", "lemon", "orange", "onion", "carrot", "potato", "turnip", "walnut", "brick",
    "bottle", "candle", "marble", "key", "book",
)  # fmt: skip
_SHAPES = {  # balances, counterweights, whether the first weight is told
    1: (1, False, True),
    2: (2, False, True),
    3: (2, True, True),
    4: (3, True, True),
    5: (4, True, True),
    6: (2, True, False),
    7: (3, True, False),
    8: (4, True, False),
    9: (5, True, False),
    10: (6, True, False),
}


def sample(level: int, rng: Random) -> Params:
    """(balances, closing). A balance (p, j, q, i, c) says: p of thing j weigh as much as q of thing i and c grams; j is
    balanced against an earlier thing. The closing is the first's weight, or (pieces of each, grams of that pile)."""
    count, counter, told = _SHAPES[level]
    while True:
        weights = [10 * rng.randrange(2, 60) if level <= 2 else rng.randrange(10, 600)]
        balances = []
        for j in range(1, count + 1):
            i = rng.randrange(j) if level > 3 else j - 1
            p, q = rng.randrange(1, 8), rng.randrange(1, 8)
            c = rng.randrange(-300, 300) if counter else 0
            c -= (q * weights[i] + c) % p if counter else 0
            weight = Fraction(q * weights[i] + c, p)
            if p == q or weight.denominator != 1 or not 5 <= weight <= 2000:
                break
            balances.append((p, j, q, i, c))
            weights.append(int(weight))
        if len(balances) < count or len(set(weights)) <= count:
            continue
        if told:
            return (tuple(balances), weights[0])
        pieces = tuple(rng.randrange(1, 5) for _ in weights)
        return (tuple(balances), (pieces, sum(n * w for n, w in zip(pieces, weights, strict=True))))


def _lines(balances: Any) -> list[tuple[Fraction, Fraction]]:
    """Each weight as m x + c, with x that of the first thing."""
    lines = [(Fraction(1), Fraction(0))]
    for p, _, q, i, c in balances:
        m, d = lines[i]
        lines.append((q * m / p, (q * d + c) / p))
    return lines


def _weights(params: Params) -> list[int]:
    balances, closing = params
    lines = _lines(balances)
    if isinstance(closing, int):
        x = Fraction(closing)
    else:
        pieces, total = closing
        slope = sum(n * m for n, (m, _) in zip(pieces, lines, strict=True))
        x = (total - sum(n * c for n, (_, c) in zip(pieces, lines, strict=True))) / slope
    return [int(m * x + c) for m, c in lines]


def _pieces(number: int, name: str) -> str:
    plural = "potatoes" if name == "potato" else f"{name}s"
    return f"{number} {name if number == 1 else plural}"


def _linear(m: Fraction, c: Fraction) -> str:
    x = "x" if m == 1 else f"{m} x" if m.denominator == 1 else f"({m}) x"
    return x if not c else f"{x} {'+' if c > 0 else '-'} {abs(c)}"


def story(params: Params) -> Story:
    balances, closing = params
    names = cast(params, len(balances) + 1, _THINGS)
    weights, lines = _weights(params), _lines(balances)
    facts = []
    for p, j, q, i, c in balances:
        left, right = _pieces(p, names[j]), _pieces(q, names[i])
        if c > 0:
            right += f" and a weight of {c} g"
        elif c < 0:
            left += f" and a weight of {-c} g"
        facts.append(f"{left} balance {right}." if p > 1 or c < 0 else f"{left} balances {right}.")
    steps = []
    if isinstance(closing, int):
        last = f"Each {names[0]} weighs {closing} g."
        for p, j, q, i, c in balances:
            gram = f" {'+' if c > 0 else '-'} {abs(c)}" if c else ""
            top = f"{q} * {weights[i]}{gram}"
            steps.append(f"{names[j].capitalize()}: ({top}) / {p} = {weights[j]} g.")
    else:
        pieces, total = closing
        last = f"{listed([_pieces(n, name) for n, name in zip(pieces, names, strict=True)])} weigh {total} g together."
        steps.append(f"Let x be the weight of the {names[0]} in grams.")
        steps += [f"{name.capitalize()}: {_linear(*line)}." for name, line in list(zip(names, lines, strict=True))[1:]]
        slope = sum((n * m for n, (m, _) in zip(pieces, lines, strict=True)), Fraction(0))
        rest = sum((n * c for n, (_, c) in zip(pieces, lines, strict=True)), Fraction(0))
        steps.append(f"The pile: {_linear(slope, rest)} = {total}, so x = {total - rest} / ({slope}) = {weights[0]}.")
        steps.append(f"{names[-1].capitalize()}: {_linear(*lines[-1])} = {weights[-1]}.")
    asked = f"What do one {names[-1]} and one {names[0]} weigh in grams? Give the pair ({names[-1]}, {names[0]})."
    right = f"({weights[-1]}, {weights[0]})"
    middle = weights[len(weights) // 2]
    return Story(
        prompts=(
            f"Things of one kind weigh the same. {' '.join(facts)} {last} {asked}",
            f"{last} On a level pair of scales: {' '.join(reversed(facts))} {asked}",
        ),
        steps=tuple(steps),
        answer=right,
        type="tuple",
        slips=(
            ("swapped", f"({weights[0]}, {weights[-1]})"),
            ("off_by_one", f"({weights[-1] + 1}, {weights[0]})"),
            ("another_thing", f"({middle}, {weights[0] + (middle == weights[-1])})"),
            ("one_number", weights[-1]),
            ("in_kilograms", f"({Fraction(weights[-1], 1000)}, {Fraction(weights[0], 1000)})"),
        ),
    )


def check(params: Params) -> str:
    """By one system of equations in all weights (sympy)."""
    import sympy

    balances, closing = params
    w = sympy.symbols(f"w0:{len(balances) + 1}")
    equations = [p * w[j] - q * w[i] - c for p, j, q, i, c in balances]
    if isinstance(closing, int):
        equations.append(w[0] - closing)
    else:
        equations.append(sum(n * x for n, x in zip(closing[0], w, strict=True)) - closing[1])
    (solution,) = sympy.linsolve(equations, w)
    return f"({solution[-1]}, {solution[0]})"


FAMILY = story_family(
    name="balance_scales",
    version=1,
    topic="puzzles",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
