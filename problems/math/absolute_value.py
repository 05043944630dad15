"""Equations and inequalities with absolute values; answers are sets or intervals.

Level 1: |x + b| = c. Level 2: |ax + b| = c. Level 3: p|ax + b| + q = r. Level 4: |x + b| < c; 5: |ax + b| < c with
fractions. Level 6: |ax + b| = cx + d, where solutions may drop out. Level 7: |ax + b| = |cx + d|. Level 8: |x - a| +
|x - b| = c; 9: the same as an inequality. Level 10: an absolute value inside another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from itertools import pairwise
from random import Random

from tracemill.problems.coefficients import nonzero
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, braced, interval, latex_set, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

_EQUATION = (
    "Find the solution set of {}.",
    "Give all real solutions of {} as a set.",
    "For which real x is {}? Answer with a set.",
)
_INEQUALITY = (
    "Solve {}. Give the answer in interval notation.",
    "Find all real x with {}, as an interval or a union of intervals.",
    "In interval notation, where is {}?",
)
_RELATIONS = ("<", "<=", ">", ">=")


def sample(level: int, rng: Random) -> Params:
    """(form, relation, whole numbers); the forms are those of `_shown`."""
    relation = "=" if level not in (4, 5, 9) else rng.choice(_RELATIONS)
    if level in (1, 4):
        return ("single", relation, (1, nonzero(rng, 40), rng.randint(1, 40)))
    if level in (2, 3):
        a, middle, reach = rng.randint(2, 9), rng.randint(-15, 15), rng.randint(1, 20)
        numbers = (a, -a * middle or a, a * reach)
        if level == 2:
            return ("single", relation, numbers)
        p, q = rng.randint(2, 9), nonzero(rng, 30)
        return ("scaled", relation, (p, *numbers[:2], q, p * numbers[2] + q))
    if level == 5:
        return ("single", relation, (rng.randint(2, 9), nonzero(rng, 20), rng.randint(1, 40)))
    if level in (6, 7):
        while True:
            a, c = rng.randint(1, 7), rng.randint(1, 7)
            params = ("line" if level == 6 else "both", "=", (a, nonzero(rng, 15), c, nonzero(rng, 15)))
            if a != c and _solutions(params):
                return params
    if level in (8, 9):
        a = rng.randint(-40, 39)
        b = rng.randint(a + 1, 40)
        return ("two", relation, (a, b, b - a + rng.randint(1, 30)))
    return ("nested", "=", (rng.randint(1, 5), nonzero(rng, 20), rng.randint(1, 20), rng.randint(1, 20)))


def _shown(params: Params) -> str:
    form, relation, n = params
    if form == "single":
        return f"|{polynomial(n[:2])}| {relation} {n[2]}"
    if form == "scaled":
        return f"{n[0]}|{polynomial(n[1:3])}| {signed(n[3])} {relation} {n[4]}"
    if form == "line":
        return f"|{polynomial(n[:2])}| {relation} {polynomial(n[2:])}"
    if form == "both":
        return f"|{polynomial(n[:2])}| {relation} |{polynomial(n[2:])}|"
    if form == "two":
        return f"|{polynomial((1, -n[0]))}| + |{polynomial((1, -n[1]))}| {relation} {n[2]}"
    return f"||{polynomial(n[:2])}| - {n[2]}| {relation} {n[3]}"


def _solutions(params: Params) -> list[Fraction]:
    """Where both sides are equal, ascending, by cases."""
    form, _, n = params
    if form == "single":
        found = {Fraction(sign * n[2] - n[1], n[0]) for sign in (-1, 1)}
    elif form == "scaled":
        reach = Fraction(n[4] - n[3], n[0])
        found = {(sign * reach - n[2]) / n[1] for sign in (-1, 1)}
    elif form in ("line", "both"):
        a, b, c, d = n
        found = {Fraction(d - b, a - c), Fraction(-d - b, a + c)}
        if form == "line":
            found = {x for x in found if c * x + d >= 0}
    elif form == "two":
        a, b, c = n
        found = {Fraction(a + b - c, 2), Fraction(a + b + c, 2)}
    else:
        a, b, c, d = n
        inner = [value for value in (c + d, c - d) if value >= 0]
        found = {Fraction(sign * value - b, a) for value in inner for sign in (-1, 1)}
    return sorted(found)


def _answer(params: Params) -> str:
    relation, points = params[1], _solutions(params)
    if relation == "=":
        return braced(points)
    low, high, closed = points[0], points[-1], relation.endswith("=")
    if relation in ("<", "<="):
        return interval(low, closed, high, closed)
    return f"{interval(None, False, low, closed)} U {interval(high, closed, None, False)}"


def pose(params: Params, rng: Random) -> Posed:
    form, relation, _ = params
    equation = relation == "="
    wordings = _EQUATION if equation else _INEQUALITY
    prompt = rng.choice(wordings[:1] if equation and form == "single" else wordings).format(_shown(params))
    return Posed(prompt=prompt, reference=MathReference(answer=_answer(params), type="set" if equation else "interval"))


def solve(params: Params, rng: Random) -> str:
    form, relation, n = params
    final = boxed(latex_set(_answer(params)))
    points = _solutions(params)
    if form == "single":
        a, b, c = n
        if relation != "=":
            joint = "and" if relation in ("<", "<=") else "or"
            turned = relation.replace("<", ">") if "<" in relation else relation.replace(">", "<")
            lead = rng.choice(("", "That is: "))
            return f"{lead}{polynomial((a, b))} {relation} {c} {joint} {polynomial((a, b))} {turned} {-c}. {final}"
        joint = ", " if a == 1 else rng.choice((", ", " or "))
        both = [f"{polynomial((a, 0))} = {sign * c} {signed(-b)} = {sign * c - b}" for sign in (1, -1)]
        return f"{joint.join(both)}. {final}"
    if form == "scaled":
        p, a, b, q, r = n
        inner = f"{p}|{polynomial((a, b))}| = {r - q}, so |{polynomial((a, b))}| = {(r - q) // p}"
        return f"{inner}: {polynomial((a, b))} = {(r - q) // p} or {-(r - q) // p}. {final}"
    if form in ("line", "both"):
        a, b, c, d = n
        first = rng.choice(("", "Either "))
        work = f"{first}{polynomial((a, b))} = {polynomial((c, d))} gives {Fraction(d - b, a - c)}"
        work += f"; {polynomial((a, b))} = {polynomial((-c, -d))} gives {Fraction(-d - b, a + c)}"
        if form == "line":
            lead = rng.choice(("the right side must not be negative", "where the right side is at least 0"))
            work += f"; {lead}: {', '.join(map(str, points))}"
        return f"{work}. {final}"
    if form == "two":
        a, b, c = n
        lead = rng.choice(("Outside the two points", "To the left and the right"))
        return (
            f"{lead}: {a + b} - 2x = {c} or 2x {signed(-a - b)} = {c}, so x = {points[0]} or x = {points[-1]}. {final}"
        )
    a, b, c, d = n
    shown = f"|{polynomial((a, b))}|"
    values = [value for value in (c + d, c - d) if value >= 0]
    lead = rng.choice(("Inside", "So"))
    return f"{shown} - {c} = {d} or {-d}. {lead}: {shown} = {' or '.join(map(str, values))}. {final}"


def confirm(params: Params) -> MathReference:
    """Both sides are straight between the points where an absolute value turns: solved there, tried in between."""
    difference, turns = _difference(params)
    marks = sorted(set(turns))
    marks = [marks[0] - 1000, *marks, marks[-1] + 1000]
    roots = set()
    for left, right in pairwise(marks):
        first, last = difference(left), difference(right)
        if first == 0:
            roots.add(left)
        if last == 0:
            roots.add(right)
        if (first < 0) != (last < 0) and first != last:
            roots.add(left + (right - left) * first / (first - last))
    relation, points = params[1], sorted(roots)
    if relation == "=":
        return MathReference(answer=braced(points), type="set")
    inside = difference((points[0] + points[-1]) / 2) < 0
    closed = relation.endswith("=")
    if inside == (relation in ("<", "<=")):
        return MathReference(answer=interval(points[0], closed, points[-1], closed), type="interval")
    outside = interval(None, False, points[0], closed), interval(points[-1], closed, None, False)
    return MathReference(answer=" U ".join(outside), type="interval")


def _difference(params: Params) -> tuple[Callable[[Fraction], Fraction], list[Fraction]]:
    """The left side less the right one, and where it may turn."""
    form, _, n = params
    if form == "single":
        return lambda x: abs(n[0] * x + n[1]) - n[2], [Fraction(-n[1], n[0])]
    if form == "scaled":
        return lambda x: n[0] * abs(n[1] * x + n[2]) + n[3] - n[4], [Fraction(-n[2], n[1])]
    if form == "line":
        return lambda x: abs(n[0] * x + n[1]) - n[2] * x - n[3], [Fraction(-n[1], n[0])]
    if form == "both":
        zeros = [Fraction(-n[1], n[0]), Fraction(-n[3], n[2])]
        return lambda x: abs(n[0] * x + n[1]) - abs(n[2] * x + n[3]), zeros
    if form == "two":
        return lambda x: abs(x - n[0]) + abs(x - n[1]) - n[2], [Fraction(n[0]), Fraction(n[1])]
    turns = [Fraction(value - n[1], n[0]) for value in (-n[2], 0, n[2])]
    return lambda x: abs(abs(n[0] * x + n[1]) - n[2]) - n[3], turns


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right, points = _answer(params), _solutions(params)
    shift = rng.choice((-1, 1))
    shifted = [point + shift for point in points]
    swap = str.maketrans("()[]", "[]()")
    candidates = [
        ("signs", braced(sorted(-point for point in points))),
        ("one_case_only", braced(points[-1:] if len(points) > 1 else [*points, points[0] + 1])),
        ("off_by_one", braced(shifted)),
        ("none", "{}"),
    ]
    if params[1] != "=":
        candidates.append(("ends", right.translate(swap).replace("[-oo", "(-oo").replace("oo]", "oo)")))
        candidates.append(("hull", interval(None, False, points[-1], True)))
    yield from wrong_answers(latex_set(right), _shown(params), [(name, latex_set(text)) for name, text in candidates])


FAMILY = Family(
    name="absolute_value",
    version=1,
    kind="math",
    topic="algebra",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
