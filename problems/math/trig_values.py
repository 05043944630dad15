"""Exact values of trigonometric functions, added and multiplied, roots in simplest form.

Level 1: one value in the first quadrant. Level 2: two values up to 360 degrees. Level 3: beyond a full turn and below
0. Level 4: three values. Level 5: in radians. Level 6: a product and a value. Level 7: with sec, csc and cot. Level
8: two products. Level 9: multiples of 15 degrees. Level 10: products of these, in radians.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from random import Random

from tracemill.problems.exact import Roots, plus, rational, roots_latex, roots_plain, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_HALF, _QUARTER = Fraction(1, 2), Fraction(1, 4)
_SIN: dict[int, Roots] = {
    0: {},
    15: {6: _QUARTER, 2: -_QUARTER},
    30: {1: _HALF},
    45: {2: _HALF},
    60: {3: _HALF},
    75: {6: _QUARTER, 2: _QUARTER},
    90: {1: Fraction(1)},
}
_TAN: dict[int, Roots] = {
    0: {},
    15: {1: Fraction(2), 3: Fraction(-1)},
    30: {3: Fraction(1, 3)},
    45: {1: Fraction(1)},
    60: {3: Fraction(1)},
    75: {1: Fraction(2), 3: Fraction(1)},
}
_SEC: dict[int, Roots] = {
    0: {1: Fraction(1)},
    15: {6: Fraction(1), 2: Fraction(-1)},
    30: {3: Fraction(2, 3)},
    45: {2: Fraction(1)},
    60: {1: Fraction(2)},
    75: {6: Fraction(1), 2: Fraction(1)},
}
_SHAPES = {  # factors of each term, functions, step of the angles, smallest and largest angle, radians
    1: ((1,), ("sin", "cos", "tan"), 30, 0, 90, False),
    2: ((1, 1), ("sin", "cos", "tan"), 30, 0, 360, False),
    3: ((1, 1), ("sin", "cos", "tan"), 30, -720, 1080, False),
    4: ((1, 1, 1), ("sin", "cos", "tan"), 30, -720, 1080, False),
    5: ((1, 1, 1), ("sin", "cos", "tan"), 30, -720, 1080, True),
    6: ((2, 1), ("sin", "cos", "tan"), 30, -720, 1080, True),
    7: ((2, 1), ("sec", "csc", "cot", "sin", "cos", "tan"), 30, -720, 1080, True),
    8: ((2, 2), ("sec", "csc", "cot", "sin", "cos", "tan"), 30, -720, 1080, True),
    9: ((2, 1), ("sin", "cos", "tan"), 15, -720, 1080, False),
    10: ((2, 2), ("sin", "cos", "tan", "sec", "csc", "cot"), 15, -720, 1080, True),
}
_ASKED = (
    "Find the exact value of {}.",
    "Evaluate {} exactly.",
    "What is {}? Give the exact value.",
    "Compute {} without a calculator.",
)
_FORM = ("Simplify roots and leave none in a denominator.", "Write it in simplest radical form.")

Factor = tuple[str, int]
"""A function and its angle in degrees."""


def sample(level: int, rng: Random) -> Params:
    """(radians, (coefficient, factors) terms in the order told)."""
    sizes, functions, step, low, high, radians = _SHAPES[level]
    angles = [angle for angle in range(low, high + 1, 15) if angle % step == 0 or angle % 45 == 0]
    if step == 15:
        angles = list(range(low, high + 1, 15))
    terms: list[tuple[int, tuple[Factor, ...]]] = []
    for size in sizes:
        factors: list[Factor] = []
        while len(factors) < size:
            factor = (rng.choice(functions), rng.choice(angles))
            if _value(*factor) and factor not in factors:
                if step == 15 and not factors and (factor[1] % 30 == 0 or factor[1] % 45 == 0):
                    continue  # the first is a new one
                factors.append(factor)
        most = 150 if level == 1 else 12
        sign = 1 if level == 1 or not terms else rng.choice((-1, 1))
        terms.append((sign * rng.randrange(2 if level == 1 else 1, most + 1), tuple(sorted(factors))))
    return (radians, tuple(terms))


@cache
def _value(name: str, angle: int) -> Roots | None:
    """None where the function has no value. Shared: not to be changed."""
    if name in ("cos", "csc", "cot"):  # the cofunction of 90 degrees less the angle
        name = {"cos": "sin", "csc": "sec", "cot": "tan"}[name]
        angle = 90 - angle
    turn = angle % 360
    acute, sign = _reduced(name, turn)
    table = {"sin": _SIN, "tan": _TAN, "sec": _SEC}[name]
    return times(table[acute], sign) if acute in table else None


def _reduced(name: str, turn: int) -> tuple[int, int]:
    """The acute angle and the sign for 0 <= turn < 360."""
    if turn <= 90:
        return turn, 1
    if turn <= 180:
        return 180 - turn, 1 if name == "sin" else -1
    if turn <= 270:
        return turn - 180, 1 if name == "tan" else -1
    return 360 - turn, 1 if name == "sec" else -1


def _angle(angle: int, radians: bool) -> str:
    if not radians:
        return f"({angle} degrees)"
    part = Fraction(angle, 180)
    top = "pi" if part == 1 else "-pi" if part == -1 else f"{part.numerator}*pi" if part.denominator == 1 else ""
    if not part:
        return "(0)"
    if not top:
        top = {1: "pi", -1: "-pi"}.get(part.numerator, f"{part.numerator}*pi") + f"/{part.denominator}"
    return f"({top.replace('1*pi', 'pi') if part.numerator in (1, -1) else top})"


def _shown(params: Params) -> str:
    radians, terms = params
    text = ""
    for coefficient, factors in terms:
        size = abs(coefficient)
        body = " * ".join([str(size)] * (size != 1) + [f"{name}{_angle(angle, radians)}" for name, angle in factors])
        text += f" {'-' if coefficient < 0 else '+'} {body}" if text else body
    return text


def _total(params: Params) -> Roots:
    parts = []
    for coefficient, factors in params[1]:
        value = rational(coefficient)
        for name, angle in factors:
            value = times(value, _value(name, angle) or {})
        parts.append(value)
    return plus(*parts)


def pose(params: Params, rng: Random) -> Posed:
    prompt = f"{rng.choice(_ASKED).format(_shown(params))} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(roots_plain(_total(params))))


def _reference(answer: str) -> MathReference:
    return MathReference(answer=answer, type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    radians, terms = params
    steps, parts = [], []
    for coefficient, factors in terms:
        value = rational(coefficient)
        for name, angle in factors:
            found = _value(name, angle) or {}
            around = angle % 360
            turned = f" = {name}{_angle(around, radians)}" if around != angle else ""
            steps.append(f"{name}{_angle(angle, radians)}{turned} = {roots_plain(found)}")
            value = times(value, found)
        parts.append(roots_plain(value))
    total = _total(params)
    if len(parts) > 1 or abs(terms[0][0]) != 1:
        steps.append(f"{'terms' if len(parts) > 1 else 'value'} {', '.join(parts)}")
    opening = rng.choice(("", "One value at a time: ", "Turn by turn and quadrant by quadrant: "))
    ending = f" Together {roots_plain(total)}." if len(parts) > 1 else ""
    return f"{opening}{'; '.join(dict.fromkeys(steps))}.{ending} {boxed(roots_latex(total))}"


def confirm(params: Params) -> MathReference:
    """sympy's own values of the functions; ours stands where the difference is exactly zero."""
    import sympy

    found = sum(
        coefficient
        * sympy.prod([getattr(sympy, name)(sympy.pi * sympy.Rational(angle, 180)) for name, angle in factors])
        for coefficient, factors in params[1]
    )
    ours = roots_plain(_total(params))
    gap = sympy.radsimp(sympy.expand(sympy.radsimp(found)) - sympy.sympify(ours))
    return _reference(ours if sympy.simplify(sympy.expand(gap)) == 0 else str(found))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _total(params)
    first = params[1][0]
    alone = _total((params[0], (first,)))
    candidates = (
        ("off_by_one", plus(right, rational(rng.choice((-1, 1))))),
        ("sign", times(right, -1)),
        ("first_sign", plus(right, times(alone, -2))),
        ("root_dropped", rational(sum(right.values(), Fraction(0)))),
        ("doubled", times(right, 2)),
        ("root_swapped", {{2: 3, 3: 2}.get(radicand, radicand): value for radicand, value in right.items()}),
        ("coefficients_only", rational(sum(coefficient for coefficient, _ in params[1]))),
        ("plus_root", plus(right, {2: Fraction(1)})),
    )
    named = [(name, roots_latex(value)) for name, value in candidates]
    yield from wrong_answers(
        roots_latex(right), _shown(params).replace(" degrees", "^\\circ").replace("pi", "\\pi"), named
    )


FAMILY = Family(
    name="trig_values",
    version=1,
    kind="math",
    topic="trigonometry",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
