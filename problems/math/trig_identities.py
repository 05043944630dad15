"""Sums, multiples and combinations of angles whose sines, cosines or tangents are given.

Level 1: another function of the same angle. Level 2: of the double angle. Level 3: sine and cosine of a sum or
difference of two angles. Level 4: the tangent too. Level 5: one angle doubled. Level 6: one tripled. Level 7: a
combination of two values. Level 8: three angles. Level 9: three, one doubled. Level 10: a combination of two values
of three angles.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from math import gcd, isqrt
from random import Random

from tracemill.problems.exact import fraction_latex
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, combination, wrong_answers
from tracemill.problems.types import MathReference

Pair = tuple[int, int, int]
"""Cosine and sine, both to be divided by the third number."""

_TRIPLES = sorted(
    (min(m * m - n * n, 2 * m * n), max(m * m - n * n, 2 * m * n), m * m + n * n)
    for m in range(2, 15)
    for n in range(1, m)
    if gcd(m, n) == 1 and (m - n) % 2 and m * m + n * n < 200
)
_QUADRANTS = {1: "0 < {} < 90", 2: "90 < {} < 180", 3: "180 < {} < 270", 4: "270 < {} < 360"}
_SHAPES = {  # angles, multiples allowed, functions asked for, values combined, triples from the start of the list
    1: (1, (1,), ("sin", "cos", "tan"), 1, 32),
    2: (1, (2,), ("sin", "cos", "tan"), 1, 32),
    3: (2, (1, -1), ("sin", "cos"), 1, 32),
    4: (2, (1, -1), ("sin", "cos", "tan"), 1, 32),
    5: (2, (1, -1, 2, -2), ("sin", "cos", "tan"), 1, 16),
    6: (2, (1, -1, 3, -3), ("sin", "cos", "tan"), 1, 16),
    7: (2, (1, -1), ("sin", "cos"), 2, 16),
    8: (3, (1, -1), ("sin", "cos"), 1, 8),
    9: (3, (1, -1, 2, -2), ("sin", "cos"), 1, 8),
    10: (3, (1, -1, 2), ("sin", "cos"), 2, 8),
}
_ASKED = ("Find {}.", "What is {}?", "Find the exact value of {}.")
_FORM = ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms.")


def sample(level: int, rng: Random) -> Params:
    """(the angles, the terms): an angle is (function given, numerator, denominator, quadrant), a term a coefficient, a
    function and the multiples of the angles."""
    count, multiples, functions, values, most = _SHAPES[level]
    while True:
        angles = tuple(_angle(most, rng) for _ in range(count))
        terms = []
        for _ in range(values):
            parts = tuple(rng.choice(multiples) for _ in range(count))
            parts = (abs(parts[0]), *parts[1:])
            coefficient = rng.choice((-1, 1)) * rng.randrange(1, 10) if values > 1 else 1
            terms.append((coefficient, rng.choice(functions), parts))
        if values > 1 and terms[0][0] < 0:
            terms = [(-value, name, parts) for value, name, parts in terms]
        params = (angles, tuple(terms))
        if len(set(angles)) == count and _sound(level, params):
            return params


def _angle(most: int, rng: Random) -> tuple[str, int, int, int]:
    a, b, c = rng.choice(_TRIPLES[:most])
    top, other = rng.sample((a, b), 2)
    name, quadrant = rng.choice(("sin", "cos", "tan")), rng.randrange(1, 5)
    sign = {"sin": quadrant <= 2, "cos": quadrant in (1, 4), "tan": quadrant in (1, 3)}[name]
    return (name, top if sign else -top, other if name == "tan" else c, quadrant)


def _sound(level: int, params: Params) -> bool:
    angles, terms = params
    if level == 1 and terms[0][1] == angles[0][0]:
        return False
    if len({term[1:] for term in terms}) < len(terms):
        return False
    if level in (5, 6, 9) and all(abs(value) == 1 for value in terms[0][2]):
        return False
    return all(name != "tan" or _combined(angles, parts)[0] for _, name, parts in terms) and bool(_answer(params))


@cache
def _pair(angle: tuple[str, int, int, int]) -> Pair:
    name, top, bottom, quadrant = angle
    third = isqrt(bottom**2 + (top**2 if name == "tan" else -(top**2)))
    cosine, sine = {"sin": (third, abs(top)), "cos": (abs(top), third), "tan": (bottom, abs(top))}[name]
    return (
        cosine if quadrant in (1, 4) else -cosine,
        sine if quadrant <= 2 else -sine,
        third if name == "tan" else bottom,
    )


def _combined(angles: tuple[tuple[str, int, int, int], ...], parts: tuple[int, ...]) -> Pair:
    """The addition formulas, one angle after another."""
    a, b, whole = 1, 0, 1
    for angle, multiple in zip(angles, parts, strict=True):
        cosine, sine, radius = _pair(angle)
        sine = sine if multiple > 0 else -sine
        for _ in range(abs(multiple)):
            a, b, whole = a * cosine - b * sine, a * sine + b * cosine, whole * radius
    return a, b, whole


def _read(name: str, pair: Pair) -> Fraction:
    a, b, whole = pair
    return Fraction(b, a) if name == "tan" else Fraction(a if name == "cos" else b, whole)


def _answer(params: Params) -> Fraction:
    angles, terms = params
    return sum((value * _read(name, _combined(angles, parts)) for value, name, parts in terms), Fraction(0))


def _argument(parts: tuple[int, ...]) -> str:
    return combination(parts, "ABC"[: len(parts)])


def _shown(params: Params) -> str:
    text = ""
    for value, name, parts in params[1]:
        inner = _argument(parts)
        body = f"{name} {inner}" if len(inner) == 1 else f"{name}({inner})"
        body = body if abs(value) == 1 else f"{abs(value)} {body}"
        text += f" {'-' if value < 0 else '+'} {body}" if text else body
    return text


def pose(params: Params, rng: Random) -> Posed:
    facts = []
    for letter, (name, top, bottom, quadrant) in zip("ABC", params[0], strict=False):
        facts.append(f"{name} {letter} = {Fraction(top, bottom)} and {_QUADRANTS[quadrant].format(letter)}")
    opening = rng.choice(("Angles in degrees: ", "In degrees, let "))
    prompt = f"{opening}{'; '.join(facts)}. {rng.choice(_ASKED).format(_shown(params))} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(_answer(params)))


def _reference(value: Fraction) -> MathReference:
    return MathReference(answer=str(value), type="rational", form="reduced")


def solve(params: Params, rng: Random) -> str:
    angles, terms = params
    steps = []
    for letter, angle in zip("ABC", angles, strict=False):
        pair = _pair(angle)
        steps.append(f"cos {letter} = {_read('cos', pair)}, sin {letter} = {_read('sin', pair)}")
    for _, name, parts in terms:
        total, done = _combined(angles, tuple(0 for _ in parts)), [0] * len(parts)
        for index, multiple in enumerate(parts):
            for _ in range(abs(multiple)):
                done[index] += 1 if multiple > 0 else -1
                total = _combined(angles, tuple(done))
                if sum(map(abs, done)) > 1:
                    inner = _argument(tuple(done))
                    steps.append(f"cos({inner}) = {_read('cos', total)}, sin({inner}) = {_read('sin', total)}")
        if name == "tan":
            steps.append(f"tan({_argument(parts)}) = {_read(name, total)}")
    answer = _answer(params)
    opening = rng.choice(("By the addition formulas: ", "Step by step, signs by the quadrant: "))
    return f"{opening}{'; '.join(dict.fromkeys(steps))}. So it is {answer}. {boxed(fraction_latex(answer))}"


def confirm(params: Params) -> MathReference:
    """sympy expands the functions of sums; sines and cosines are put in from the unit circle's rational points."""
    import sympy

    angles, terms = params
    letters = sympy.symbols("A B C")[: len(angles)]
    whole = sympy.Integer(0)
    for value, name, parts in terms:
        angle = sum(m * letter for m, letter in zip(parts, letters, strict=True))
        ratio = sympy.sin(angle) / sympy.cos(angle) if name == "tan" else getattr(sympy, name)(angle)
        whole += value * ratio
    values: dict[sympy.Expr, sympy.Expr] = {}
    for letter, (name, top, bottom, quadrant) in zip(letters, angles, strict=True):
        given = sympy.Rational(top, bottom)
        square = {"sin": given**2, "cos": 1 - given**2, "tan": given**2 / (1 + given**2)}[name]
        sine = sympy.sqrt(square) * (1 if quadrant <= 2 else -1)
        cosine = sympy.sqrt(1 - square) * (1 if quadrant in (1, 4) else -1)
        values |= {sympy.sin(letter): sine, sympy.cos(letter): cosine, sympy.tan(letter): sine / cosine}
    return _reference(Fraction(str(sympy.expand_trig(whole).subs(values))))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    angles, terms = params
    right = _answer(params)
    turned = tuple((value, name, (parts[0], *(-part for part in parts[1:]))) for value, name, parts in terms)
    cofunction = {"sin": "cos", "cos": "sin", "tan": "sin"}
    swapped = tuple((value, cofunction[name], parts) for value, name, parts in terms)
    linear = sum(
        (
            v * m * _read("sin" if n == "tan" else n, _pair(a))
            for v, n, p in terms
            for m, a in zip(p, angles, strict=True)
        ),
        Fraction(0),
    )
    candidates = [
        ("sign", -right),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("cofunction", _answer((angles, swapped))),
        ("as_if_linear", linear),
        ("upside_down", 1 / right),
    ]
    if all(name != "tan" for _, name, _ in terms):
        candidates.append(("sum_for_difference", _answer((angles, turned))))
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), _shown(params), named)


FAMILY = Family(
    name="trig_identities",
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
