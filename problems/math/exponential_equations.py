"""Equations with the unknown in the exponent.

Level 1: b^(x + a) = a power of b. Level 2: b^(ax + c), whole solution. Level 3: the same, the solution may be a
fraction. Level 4: powers of one base on both sides; 5: of different powers of one base. Level 6: a factor and a term
beside the power. Level 7: a product of powers. Level 8: a quadratic exponent. Level 9: a quadratic in b^(x + c).
Level 10: a quadratic in b^(ax + c). From level 8 on the answer is a set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.coefficients import nonzero
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, braced, latex_set, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

_ASKED = ("Solve {}.", "Find x: {}.", "Solve for x: {}.", "Which real x satisfies {}?")
_SET = (
    "Find all real x with {}, as a set.",
    "Give the set of real solutions of {}.",
    "Solve {} over the real numbers; answer with a set.",
)


def sample(level: int, rng: Random) -> Params:
    """(form, base, whole numbers); the forms are those of `_shown`."""
    if level <= 3:
        base = rng.choice((2, 2, 3, 3, 4, 5, 6, 7, 8, 9, 10))
        power = rng.randint(0, {2: 10, 3: 6, 4: 5, 5: 5, 10: 6}.get(base, 4))
        if level == 1:
            return ("value", base, (1, nonzero(rng, 60), power))
        a = rng.randint(2, 9)
        c = power - a * rng.randint(-12, 12) if level == 2 else nonzero(rng, 30)
        return ("value", base, (a, c or a, power if c else power % 2 * a))
    if level in (4, 5):
        base = rng.choice((2, 3, 5))
        while True:
            p, q = (1, 1) if level == 4 else (rng.randint(1, 4), rng.randint(1, 4))
            a, c, d, e = rng.randint(1, 7), rng.randint(-9, 9), rng.randint(1, 7), rng.randint(-9, 9)
            if p * a != q * d and (level == 4 or p != q):
                return ("sides", base, (p, a, c, q, d, e))
    if level == 6:
        base = rng.choice((2, 3, 5, 7))
        return (
            "scaled",
            base,
            (rng.randint(2, 9), rng.randint(2, 5), rng.randint(-9, 9), rng.randint(1, 4), nonzero(rng, 40)),
        )
    if level == 7:
        base = rng.choice((2, 3, 5))
        p, q = rng.sample(range(1, 4), 2)
        return (
            "product",
            base,
            (p, rng.randint(1, 5), nonzero(rng, 9), q, rng.randint(1, 5), nonzero(rng, 9), rng.randint(0, 5)),
        )
    if level == 8:
        r, s = sorted(rng.sample(range(-9, 10), 2))
        d, e = nonzero(rng, 6), rng.randint(-20, 20)
        return ("exponents", rng.choice((2, 3, 5, 7)), (-r - s + d, r * s + e, d, e))
    base = rng.choice((2, 3, 4, 5))
    low, high = sorted(rng.sample(range(6 if base == 2 else 4), 2))
    outside = rng.randint(1, 40)
    if level == 9:
        return ("quadratic", base, (1, nonzero(rng, 9), low, high, outside))
    return ("quadratic", base, (rng.randint(2, 5), nonzero(rng, 6), low, high, outside))


def _power(base: int, exponent: str) -> str:
    return f"{base}^{exponent}" if exponent == "x" else f"{base}^({exponent})"


def _shown(params: Params) -> str:
    form, b, n = params
    if form == "value":
        return f"{_power(b, polynomial(n[:2]))} = {b ** n[2]}"
    if form == "sides":
        p, a, c, q, d, e = n
        return f"{_power(b**p, polynomial((a, c)))} = {_power(b**q, polynomial((d, e)))}"
    if form == "scaled":
        k, a, c, m, t = n
        return f"{k}*{_power(b, polynomial((a, c)))} {signed(t)} = {k * b**m + t}"
    if form == "product":
        p, a, c, q, d, e, m = n
        return f"{_power(b**p, polynomial((a, c)))} * {_power(b**q, polynomial((d, e)))} = {b**m}"
    if form == "exponents":
        f, g, d, e = n
        return f"{_power(b, polynomial((1, f, g)))} = {_power(b, polynomial((d, e)))}"
    a, c, low, high, k = n
    inner = polynomial((a, c))
    squared = _power(b * b, inner)
    factor = "" if k == 1 else f"{k}*"
    return f"{factor}{squared} - {k * (b**low + b**high)}*{_power(b, inner)} + {k * b ** (low + high)} = 0"


def _solutions(params: Params) -> list[Fraction]:
    form, _, n = params
    if form == "value":
        return [Fraction(n[2] - n[1], n[0])]
    if form == "sides":
        p, a, c, q, d, e = n
        return [Fraction(q * e - p * c, p * a - q * d)]
    if form == "scaled":
        return [Fraction(n[3] - n[2], n[1])]
    if form == "product":
        p, a, c, q, d, e, m = n
        return [Fraction(m - p * c - q * e, p * a + q * d)]
    if form == "exponents":
        f, g, d, e = n
        half, inside = d - f, (f - d) ** 2 - 4 * (g - e)
        root = round(inside**0.5)
        return sorted({Fraction(half - root, 2), Fraction(half + root, 2)})
    a, c, low, high, _ = n
    return [Fraction(low - c, a), Fraction(high - c, a)]


def _is_set(params: Params) -> bool:
    return params[0] in ("exponents", "quadratic")


def _answer(params: Params) -> str:
    solutions = _solutions(params)
    return braced(solutions) if _is_set(params) else str(solutions[0])


def pose(params: Params, rng: Random) -> Posed:
    wordings = _SET if _is_set(params) else _ASKED[: 2 if params[0] == "value" else 4]
    reference = MathReference(answer=_answer(params), type="set" if _is_set(params) else "rational")
    return Posed(prompt=rng.choice(wordings).format(_shown(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    form, b, n = params
    final = boxed(latex_set(_answer(params)))
    if form in ("value", "scaled"):
        steps = []
        a, c, power = n if form == "value" else n[1:4]
        if form == "scaled":
            steps.append(f"{_power(b, polynomial((a, c)))} = {n[0] * b**power}/{n[0]} = {b**power}")
        steps.append(f"{b**power} = {b}^{power}")
        steps.append(f"{polynomial((a, 0))} = {power} {signed(-c)} = {power - c}")
        if a > 1:
            steps.append(f"x = {Fraction(power - c, a)}")
        return f"{(rng.choice((', ', '; ')) if form == 'scaled' else ', ').join(steps)}. {final}"
    lead = rng.choice((f"As powers of {b}", f"Exponents of {b}"))
    if form == "sides":
        p, a, c, q, d, e = n
        left, right = polynomial((p * a, p * c)), polynomial((q * d, q * e))
        return f"{lead}: {left} = {right}, {polynomial((p * a - q * d, 0))} = {q * e - p * c}. {final}"
    if form == "product":
        p, a, c, q, d, e, m = n
        together = polynomial((p * a + q * d, p * c + q * e))
        return f"{lead}: {polynomial((p * a, p * c))} + {polynomial((q * d, q * e))} = {together} = {m}. {final}"
    if form == "exponents":
        f, g, d, e = n
        return f"{lead}: {polynomial((1, f, g))} = {polynomial((d, e))}, {polynomial((1, f - d, g - e))} = 0. {final}"
    a, c, low, high, _ = n
    inner = polynomial((a, c))
    equation = polynomial((1, -(b**low + b**high), b ** (low + high)), "u")
    found = f"u = {b**low} or u = {b**high}, {inner} = {low} or {inner} = {high}"
    name = rng.choice(("Let", "With"))
    return f"{name} u = {_power(b, inner)}: {equation} = 0, {found}. {final}"


def confirm(params: Params) -> MathReference:
    """The exponents are read off from the values of both sides at 0, 1 and 2, and sympy solves for equal ones."""
    import sympy

    form, b, n = params
    x, u = sympy.symbols("x u")
    if form == "quadratic":
        inner = polynomial(n[:2])
        text = _shown(params).removesuffix(" = 0").replace(_power(b * b, inner), "u**2").replace(_power(b, inner), "u")
        line = sympy.interpolate([(0, n[1]), (1, n[0] + n[1])], x)
        found = [sympy.solve(line - sympy.multiplicity(b, root), x)[0] for root in sympy.roots(sympy.sympify(text), u)]
    else:
        sides = [re.sub(r"(?<=\d)x", "*x", side).replace("^", "**") for side in _shown(params).split(" = ")]
        points = []
        for at in range(3):
            left, right = (sympy.sympify(side, locals={"x": sympy.Integer(at)}) for side in sides)
            if form == "scaled":
                left, right = ((value - n[4]) / n[0] for value in (left, right))
            points.append((at, sympy.multiplicity(b, left) - sympy.multiplicity(b, right)))
        found = sympy.solve(sympy.interpolate(points, x), x)
    texts = [str(solution) for solution in sorted(found)]
    return (
        MathReference(answer=braced(texts), type="set")
        if _is_set(params)
        else MathReference(answer=texts[0], type="rational")
    )


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    solutions = _solutions(params)
    right = _answer(params)
    shift = rng.choice((-1, 1))
    shifted = [solution + shift for solution in solutions]
    negated = sorted(-solution for solution in solutions)
    if _is_set(params):
        candidates = [
            ("sign", braced(negated)),
            ("off_by_one", braced(shifted)),
            ("one_missing", braced(solutions[:1])),
            ("one_more", braced([*solutions, max(solutions) + 1])),
        ]
    else:
        first = solutions[0]
        candidates = [("sign", str(-first)), ("off_by_one", str(shifted[0])), ("base", str(params[1] + first))]
        candidates.append(("doubled", str(2 * first + 1)))
    yield from wrong_answers(latex_set(right), _shown(params), [(name, latex_set(text)) for name, text in candidates])


FAMILY = Family(
    name="exponential_equations",
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
