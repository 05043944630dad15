"""Linear equations in one unknown.

Level 1: x + b = c. Level 2: ax + b = c. Level 3: ax + b = cx + d; 4: with larger numbers. 5: a bracket on the left;
6: the solution may be a fraction. 7: a bracket on each side. 8: two brackets on the left. 9: a fraction bar on each
side. 10: three fraction bars. Solutions are whole numbers up to level 5, fractions from 6 on.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import lcm
from random import Random

from tracemill.problems.coefficients import nonzero
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

Term = tuple[int, int, int, int]
"""(p, q, a, b) stands for p(ax + b)/q."""

_ASKED = ("Solve {}.", "Find x: {}.", "Solve for x: {}.", "What is x if {}?")
_COEFFICIENT = {2: 9, 3: 9, 4: 15, 5: 9, 6: 12, 7: 9, 8: 9, 9: 9, 10: 12}
_CONSTANT = {2: 20, 3: 20, 4: 60, 5: 12, 6: 20, 7: 15, 8: 15, 9: 12, 10: 20}


def sample(level: int, rng: Random) -> Params:
    """(terms of the left side, terms of the right side)."""
    if level == 1:
        first = nonzero(rng, 60)
        return (((1, 1, 1, first),), ((1, 1, 0, rng.randrange(-60, 61) + first),))
    while True:
        left, right = _sides(level, rng)
        a, b = _collected(left)
        c, _ = _collected(right)
        if a == c:
            continue
        if level > 5:
            return (left, right)
        x = rng.randrange(-12, 13)  # the last constant is set so that x solves it
        p, q, last_a, _ = right[-1]
        constant = int(a * x + b - c * x)
        if level < 3 or constant:
            return (left, (*right[:-1], (p, q, last_a, constant)))


def _sides(level: int, rng: Random) -> tuple[tuple[Term, ...], tuple[Term, ...]]:
    most, constant = _COEFFICIENT[level], _CONSTANT[level]

    def term(p: int = 1, q: int = 1) -> Term:
        return (p, q, nonzero(rng, most) if q > 1 else rng.randrange(1, most + 1), nonzero(rng, constant))

    def factor() -> int:
        return rng.randrange(2, 8)

    if level == 2:
        return ((1, 1, rng.randrange(2, most + 1), nonzero(rng, constant)),), ((1, 1, 0, 0),)
    if level in (3, 4):
        return (term(),), (term(),)
    if level in (5, 6):
        return (term(factor()),), (term(),)
    if level == 7:
        return (term(factor()), term()), (term(factor()),)
    if level == 8:
        return (term(factor()), term(-factor())), (term(),)
    if level == 9:
        return (term(q=factor()),), (term(q=factor()),)
    return (term(q=factor()), term(q=factor())), (term(q=factor()),)


def _collected(terms: tuple[Term, ...]) -> tuple[Fraction, Fraction]:
    return (
        sum((Fraction(p * a, q) for p, q, a, _ in terms), Fraction(0)),
        sum((Fraction(p * b, q) for p, q, _, b in terms), Fraction(0)),
    )


def _side(terms: tuple[Term, ...]) -> str:
    text = ""
    for p, q, a, b in terms:
        inner = polynomial((a, b))
        body = inner if abs(p) == 1 and q == 1 else f"({inner})"
        body = (str(abs(p)) if abs(p) > 1 else "") + body + (f"/{q}" if q > 1 else "")
        if text and p == q == 1:
            text += f" + {body}"
        else:
            text += (f" {'-' if p < 0 else '+'} " if text else "-" if p < 0 else "") + body
    return text


def _shown(params: Params) -> str:
    return f"{_side(params[0])} = {_side(params[1])}"


def _solution(params: Params) -> Fraction:
    (a, b), (c, d) = _collected(params[0]), _collected(params[1])
    return (d - b) / (a - c)


def pose(params: Params, rng: Random) -> Posed:
    asked = _ASKED[: 2 if params[1][0][2] == 0 else 4]
    reference = MathReference(answer=str(_solution(params)), type="rational")
    return Posed(prompt=rng.choice(asked).format(_shown(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    (a, b), (c, d) = _collected(params[0]), _collected(params[1])
    steps = []
    whole = lcm(*(q for side in params for _, q, _, _ in side))
    if whole > 1:
        a, b, c, d = (whole * value for value in (a, b, c, d))
        steps.append(f"{rng.choice(('Times', 'Multiplied by'))} {whole}: {polynomial((a, b))} = {polynomial((c, d))}")
    elif any(abs(p) > 1 for side in params for p, _, _, _ in side):
        steps.append(f"{rng.choice(('Expanded', 'Without brackets'))}: {polynomial((a, b))} = {polynomial((c, d))}")
    if c:
        steps.append(f"{polynomial((a - c, b))} = {d}")
    steps.append(f"{polynomial((a - c, 0))} = {d} {signed(-b)} = {d - b}")
    x = (d - b) / (a - c)
    divided = f"{d - b}/{bracketed(a - c)}"
    if a - c != 1:
        steps.append(f"x = {x}" if a - c == -1 or divided == str(x) else f"x = {divided} = {x}")
    return f"{', '.join(steps)}. {boxed(x)}"


def confirm(params: Params) -> MathReference:
    """sympy solves the sides as they stand, brackets and bars included."""
    import sympy

    x = sympy.Symbol("x")
    left, right = (sum(sympy.Rational(p, q) * (a * x + b) for p, q, a, b in side) for side in params)
    (root,) = sympy.solve(sympy.Eq(left, right), x)
    return MathReference(answer=str(root), type="rational")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    (a, b), (c, d) = _collected(params[0]), _collected(params[1])
    x = (d - b) / (a - c)
    candidates = [("off_by_one", x + rng.choice((-1, 1))), ("sign", -x), ("moved_unchanged", (d + b) / (a - c))]
    if a + c:
        candidates.append(("lost_sign", (d - b) / (a + c)))
    yield from wrong_answers(x, _shown(params), candidates)


FAMILY = Family(
    name="linear_equations",
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
