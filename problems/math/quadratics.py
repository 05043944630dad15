"""Quadratic equations; the answer is the set of solutions.

Level 1: (x + a)(x + b) = 0. Level 2: x^2 + bx + c = d, whole roots. Level 3: a linear right side. Levels 4 and 5: a
leading coefficient, the roots may be fractions; 6: a linear right side too. Level 7: roots with a square root; 8: and
a leading coefficient. Level 9: complex roots. Level 10: complex roots with a leading coefficient.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd, isqrt
from random import Random

from tracemill.problems.coefficients import nonzero
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, braced, bracketed, latex_set, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

_ASKED = (
    "Find the solution set of {}.",
    "Give all solutions of {} as a set.",
    "Solve {} for x. Give the set of solutions.",
    "For which x is {}? Answer with a set.",
)


def sample(level: int, rng: Random) -> Params:
    """(left, right): (a, b, c) for ax^2 + bx + c or two pairs (1, b) for factors, and (d, e) for dx + e."""
    if level == 1:
        return (((1, nonzero(rng, 40)), (1, nonzero(rng, 40))), (0, 0))
    a, b, c = _standard(level, rng)
    d = nonzero(rng, 9) if level in (3, 6, 7, 8, 9, 10) else 0
    e = rng.randint(-20, 20) if level > 1 else 0
    return ((a, b + d, c + e), (d, e))


def _standard(level: int, rng: Random) -> tuple[int, int, int]:
    """ax^2 + bx + c with the roots that the level asks for."""
    if level < 7:
        most, constant = {2: (1, 9), 3: (1, 12), 4: (4, 9), 5: (6, 12), 6: (6, 12)}[level]
        p, r = rng.randint(1, most), rng.randint(1, most)
        q, s = nonzero(rng, constant), nonzero(rng, constant)
        return p * r, p * s + q * r, q * s
    while True:
        a = rng.randint(2, 6) if level in (8, 10) else 1
        b = rng.randint(-14, 14)
        c = nonzero(rng, 40)
        if level == 9:
            half, imaginary = rng.randint(-9, 9), rng.randint(1, 9)
            b, c = -2 * half, half * half + imaginary * imaginary
        inside = b * b - 4 * a * c
        if (inside < 0) == (level > 8) and isqrt(abs(inside)) ** 2 != inside and gcd(a, b, c) == 1:
            return a, b, c


def _left(params: Params) -> str:
    left = params[0]
    return polynomial(left) if len(left) == 3 else "".join(f"({polynomial(factor)})" for factor in left)


def _shown(params: Params) -> str:
    return f"{_left(params)} = {polynomial(params[1])}"


def _collected(params: Params) -> tuple[int, int, int]:
    left, (d, e) = params
    if len(left) == 2:
        (p, q), (r, s) = left
        left = (p * r, p * s + q * r, q * s)
    return left[0], left[1] - d, left[2] - e


def _roots(params: Params) -> list[str]:
    """In sympy's text; ascending where real."""
    a, b, c = _collected(params)
    inside = b * b - 4 * a * c
    root = isqrt(abs(inside))
    if inside >= 0 and root * root == inside:
        return list(dict.fromkeys(str(root) for root in sorted(Fraction(-b + s * root, 2 * a) for s in (-1, 1))))
    outside, rest = _square_part(abs(inside))
    shared = gcd(b, outside, 2 * a)
    top, factor, bottom = -b // shared, outside // shared, 2 * a // shared
    pieces = [str(factor)] if factor > 1 else []
    pieces += [f"sqrt({rest})"] if rest > 1 else []
    pieces += ["I"] if inside < 0 else []
    body = "*".join(pieces)
    texts = [f"{top} {sign} {body}" if top else body if sign == "+" else f"-{body}" for sign in "-+"]
    return texts if bottom == 1 else [f"({text})/{bottom}" if top else f"{text}/{bottom}" for text in texts]


def _square_part(number: int) -> tuple[int, int]:
    """(k, m) with number = k**2 * m and m free of squares."""
    outside, factor = 1, 2
    while factor * factor <= number:
        while number % (factor * factor) == 0:
            number //= factor * factor
            outside *= factor
        factor += 1
    return outside, number


def _latex(texts: list[str]) -> str:
    """The set as LaTeX."""
    shown = []
    for text in texts:
        text = text.replace("sqrt(", "\\sqrt{").replace("*", "").replace("I", "i")
        if "\\sqrt" in text:
            head, _, tail = text.partition("\\sqrt{")
            inner, _, rest = tail.partition(")")
            text = f"{head}\\sqrt{{{inner}}}{rest}"
        if text.startswith("("):
            top, _, bottom = text[1:].rpartition(")/")
            text = f"\\frac{{{top}}}{{{bottom}}}"
        shown.append(text)
    return "\\{" + ", ".join(shown) + "\\}"


def _is_complex(params: Params) -> bool:
    a, b, c = _collected(params)
    return b * b < 4 * a * c


def pose(params: Params, rng: Random) -> Posed:
    simple = params[1][0] == 0 and (len(params[0]) == 2 or params[0][0] == 1)
    prompt = rng.choice(_ASKED[: 1 if simple else 4]).format(_shown(params))
    if _is_complex(params):
        prompt = f"Over the complex numbers: {prompt}"
    return Posed(prompt=prompt, reference=MathReference(answer=braced(_roots(params)), type="set"))


def solve(params: Params, rng: Random) -> str:
    a, b, c = _collected(params)
    roots = _roots(params)
    final = boxed(_latex(roots))
    if len(params[0]) == 2:
        (_, q), (_, s) = params[0]
        return f"x = {-q} or x = {-s}. {final}"
    moved = f"{polynomial((a, b, c))} = 0"
    inside = b * b - 4 * a * c
    root = isqrt(abs(inside))
    if root * root == inside:
        joint = ", " if a == 1 and params[1][0] == 0 else rng.choice((", ", ", that is ", "; factored "))
        return f"{moved}{joint}{_factored(a, b, c, root)} = 0. {final}"
    name = rng.choice(("D", "discriminant"))
    work = f"{name} = {bracketed(b)}^2 - 4*{a}*{bracketed(c)} = {b * b} {signed(-4 * a * c)} = {inside}"
    return f"{moved}; {work}; x = ({-b} +- sqrt({inside}))/{2 * a}. {final}"


def _factored(a: int, b: int, c: int, root: int) -> str:
    """The product of linear factors with whole coefficients."""
    factors, lead = [], a
    for sign in (-1, 1):
        value = Fraction(-b + sign * root, 2 * a)
        factors.append(f"({polynomial((value.denominator, -value.numerator))})")
        lead //= value.denominator
    return ("" if lead == 1 else str(lead)) + "".join(factors)


def confirm(params: Params) -> MathReference:
    """sympy solves the equation as it is asked; our texts stand where they are its roots."""
    import sympy

    x = sympy.Symbol("x")
    left, (d, e) = params
    if len(left) == 2:
        expression = sympy.prod([p * x + q for p, q in left])
    else:
        expression = left[0] * x**2 + left[1] * x + left[2]
    found = sympy.solve(sympy.Eq(expression, d * x + e), x)
    ours = _roots(params)
    matched = [any(sympy.simplify(sympy.sympify(text) - root) == 0 for root in found) for text in ours]
    agreed = len(ours) == len(found) and all(matched)
    return MathReference(answer=braced(ours if agreed else found), type="set")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    roots = _roots(params)
    a, b, c = _collected(params)
    negated = ((a, -b, c), (0, 0))
    solved = set(roots) == {str(b), str(c)}  # x^2 + x - 2 has its own coefficients for roots
    candidates = (
        ("signs", _latex(_roots(negated))),
        ("one_missing", _latex(roots[:1]) if len(roots) > 1 else _latex([*roots, "0"] if roots != ["0"] else ["1"])),
        ("one_more", _latex([*roots, rng.choice(("99", "100"))])),
        ("coefficients", _latex(roots) if solved else latex_set(braced((b, c)))),
    )
    yield from wrong_answers(_latex(roots), _shown(params), candidates)


FAMILY = Family(
    name="quadratics",
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
