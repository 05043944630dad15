"""Definite integrals, exactly.

Level 1: of a linear function. Level 2: of a quadratic. Level 3: of a cubic. Level 4: of a power of ax + b. Level 5:
the area between a parabola and a line. Level 6: of the absolute value of a product of two linear factors. Level 7: of
a root of ax + b. Level 8: of c/(ax + b), a logarithm. Level 9: of (ax + b) e^(cx). Level 10: of (ax^2 + bx + c)
e^(dx).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from math import gcd
from random import Random
from typing import TYPE_CHECKING

from tracemill.problems.exact import Term, fraction_latex, sum_latex, sum_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import Number, boxed, bracketed, polynomial, wrong_answers
from tracemill.problems.types import MathReference

if TYPE_CHECKING:
    pass

_KINDS = {
    1: "polynomial",
    2: "polynomial",
    3: "polynomial",
    4: "power",
    5: "between",
    6: "absolute",
    7: "root",
    8: "logarithm",
    9: "exponential",
    10: "exponential",
}
_ASKED = (
    "Find the integral of {f} from x = {p} to x = {q}.",
    "Integrate {f} over x from {p} to {q}.",
    "Evaluate the definite integral of {f} dx from {p} to {q}.",
)
_BETWEEN = (
    "Find the area enclosed by the parabola y = {f} and the line y = {g}.",
    "The curves y = {f} and y = {g} enclose a region. What is its area?",
)
_FORM = {
    "rational": ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms."),
    "logarithm": ("Give the exact answer with one natural logarithm.", "Answer exactly, with ln."),
    "exponential": ("Give the exact answer in terms of e.", "Answer exactly, with powers of e."),
}


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers, from, to)."""
    kind = _KINDS[level]
    numbers: tuple[int, ...]

    def pick(most: int) -> int:
        return rng.choice((-1, 1)) * rng.randrange(1, most + 1)

    while True:
        p = rng.randrange(-5, 5)
        q = p + rng.randrange(1, 7)
        if kind == "polynomial":
            return (kind, (pick(9), *(rng.randrange(-12, 13) for _ in range(level))), p, q)
        if kind == "power":
            numbers = (pick(12), rng.randrange(2, 8), pick(25), rng.randrange(2, 7))
            p = rng.randrange(-8, 9)
            q = p + rng.randrange(1, 4)
            if max(abs(numbers[1] * x + numbers[2]) for x in (p, q)) <= 20 and gcd(*numbers[1:3]) == 1:
                return (kind, numbers, p, q)
        elif kind == "between":  # a(x - p)(x - q) plus the line
            numbers = (pick(8), pick(15), rng.randrange(-20, 21))
            return (kind, numbers, rng.randrange(-9, 5), rng.randrange(5, 13))
        elif kind == "absolute":
            numbers = (rng.randrange(1, 10), *sorted((rng.randrange(-8, 9), rng.randrange(-8, 9))))
            p, q = rng.randrange(-12, 3), rng.randrange(3, 16)
            if numbers[1] < numbers[2] and (p < numbers[1] < q or p < numbers[2] < q):
                return (kind, numbers, p, q)
        elif kind == "root":
            a, b = rng.randrange(1, 16), rng.randrange(-99, 100)
            ends = [x for x in range(-30, 60) if a * x + b >= 0 and _whole_root(a * x + b) is not None]
            if len(ends) >= 2:
                low, high = sorted(rng.sample(ends, 2))
                if high - low <= 40:
                    return (kind, (pick(30), a, b), low, high)
        elif kind == "logarithm":
            numbers = (pick(20), rng.randrange(1, 13), rng.randrange(1, 40))
            p = rng.randrange(0, 6)
            q = p + rng.randrange(1, 13)
            if gcd(*numbers[1:]) == 1 and _log_argument(numbers, p, q) != 1:
                return (kind, numbers, p, q)
        else:
            p = rng.randrange(-3, 4)
            return (kind, (*(pick(20) for _ in range(level - 7)), pick(6)), p, p + rng.randrange(1, 4))


def _whole_root(n: int) -> int | None:
    return next((r for r in range(12) if r * r == n), None)


def _log_argument(numbers: Sequence[int], p: int, q: int) -> Fraction:
    _, a, b = numbers
    return Fraction(a * q + b, a * p + b)


def _lifted(coefficients: Sequence[Number]) -> list[Fraction]:
    """An antiderivative's coefficients, the constant 0."""
    last = len(coefficients)
    return [Fraction(value) / (last - index) for index, value in enumerate(coefficients)] + [Fraction(0)]


def _at(coefficients: Sequence[Number], x: int) -> Fraction:
    value = Fraction(0)
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def _parts(numbers: Sequence[int]) -> list[Fraction]:
    """By parts again and again: the polynomial P with (P e^(cx))' = polynomial times e^(cx)."""
    *coefficients, rate = numbers
    found: list[Fraction] = []
    degree = len(coefficients) - 1
    for index, value in enumerate(coefficients):  # c P + P' has the given coefficients
        before = found[index - 1] * (degree - index + 1) if index else Fraction(0)
        found.append((value - before) / rate)
    return found


def _exponent(rate: int, x: int) -> Term:
    power = rate * x
    if not power:
        return (1, "", "")
    return (1, "E" if power == 1 else f"exp({power})", "e" if power == 1 else f"e^{{{power}}}")


def _function(params: Params) -> str:
    kind, numbers, _, _ = params
    if kind == "polynomial":
        return polynomial(numbers)
    if kind == "power":
        c, a, b, n = numbers
        factor = {1: "", -1: "-"}.get(c, str(c))
        return f"{factor}({polynomial((a, b))})^{n}"
    if kind == "absolute":
        a, u, v = numbers
        return f"|{polynomial((a, -a * (u + v), a * u * v))}|"
    if kind == "root":
        c, a, b = numbers
        factor = {1: "", -1: "-"}.get(c, f"{c} ")
        return f"{factor}sqrt({polynomial((a, b))})"
    if kind == "logarithm":
        c, a, b = numbers
        return f"{c}/({polynomial((a, b))})"
    *coefficients, rate = numbers
    return f"({polynomial(coefficients)}) e^({polynomial((rate, 0))})"


def _work(params: Params) -> tuple[list[Term], list[str]]:
    """The terms of the value, and the steps."""
    kind, numbers, p, q = params
    if kind in ("polynomial", "between"):
        if kind == "between":
            a = numbers[0]
            coefficients: Sequence[Number] = [-a, a * (p + q), -a * p * q]
            steps = [f"line less parabola: {polynomial(coefficients)}", f"zero at {p} and {q}"]
        else:
            coefficients, steps = numbers, []
        lifted = _lifted(coefficients)
        high, low = _at(lifted, q), _at(lifted, p)
        value = high - low
        steps += [
            f"antiderivative {polynomial(lifted)}",
            f"at {q}: {high}",
            f"at {p}: {low}",
            f"{high} - {bracketed(low)} = {value}",
        ]
        if kind == "between" and value < 0:
            value = -value
            steps.append(f"the area is {value}")
        return [(value, "", "")], steps
    if kind == "power":
        c, a, b, n = numbers
        high, low = a * q + b, a * p + b
        factor = Fraction(c, a * (n + 1))
        value = factor * (high ** (n + 1) - low ** (n + 1))
        steps = [f"antiderivative {bracketed(factor)}({polynomial((a, b))})^{n + 1}"]
        steps.append(f"{bracketed(high)}^{n + 1} - {bracketed(low)}^{n + 1} = {high ** (n + 1) - low ** (n + 1)}")
        return [(value, "", "")], [*steps, f"times {factor}: {value}"]
    if kind == "absolute":
        a, u, v = numbers
        lifted = _lifted([a, -a * (u + v), a * u * v])
        cuts = [p, *(x for x in (u, v) if p < x < q), q]
        pieces = [_at(lifted, right) - _at(lifted, left) for left, right in pairwise(cuts)]
        value = sum((abs(piece) for piece in pieces), Fraction(0))
        steps = [f"zeros {u} and {v}", f"antiderivative {polynomial(lifted)}"]
        steps += [
            f"from {left} to {right}: {piece}" for left, right, piece in zip(cuts[:-1], cuts[1:], pieces, strict=True)
        ]
        return [(value, "", "")], [*steps, f"sizes added {value}"]
    if kind == "root":
        c, a, b = numbers
        upper, lower = _whole_root(a * q + b) or 0, _whole_root(a * p + b) or 0
        factor = Fraction(2 * c, 3 * a)
        value = factor * (upper**3 - lower**3)
        steps = [
            f"antiderivative {bracketed(factor)}({polynomial((a, b))})^(3/2)",
            f"the roots at the ends are {upper} and {lower}",
        ]
        return [(value, "", "")], [*steps, f"{factor}*({upper}^3 - {lower}^3) = {value}"]
    if kind == "logarithm":
        c, a, b = numbers
        inside = _log_argument(numbers, p, q)
        steps = [
            f"antiderivative {bracketed(Fraction(c, a))} ln({polynomial((a, b))})",
            f"ln {a * q + b} - ln {a * p + b} = ln({inside})",
        ]
        return [(Fraction(c, a), f"log({inside})", f"\\ln\\left({fraction_latex(inside)}\\right)")], steps
    found = _parts(numbers)
    rate = numbers[-1]
    high, low = _at(found, q), _at(found, p)
    (_, top, top_latex), (_, bottom, bottom_latex) = _exponent(rate, q), _exponent(rate, p)
    steps = [f"by parts, antiderivative ({polynomial(found)}) e^({polynomial((rate, 0))})"]
    steps += [f"at {q} the bracket is {high}", f"at {p} it is {low}"]
    return [(high, top, top_latex), (-low, bottom, bottom_latex)], steps


def _type(kind: str) -> str:
    return kind if kind in ("logarithm", "exponential") else "rational"


def pose(params: Params, rng: Random) -> Posed:
    kind, numbers, p, q = params
    form = rng.choice(_FORM[_type(kind)])
    if kind == "between":
        a, m, c = numbers
        curve = polynomial((a, m - a * (p + q), c + a * p * q))
        asked = rng.choice(_BETWEEN).format(f=curve, g=polynomial((m, c)))
    else:
        asked = rng.choice(_ASKED).format(f=_function(params), p=p, q=q)
    return Posed(prompt=f"{asked} {form}", reference=_reference(params))


def _reference(params: Params) -> MathReference:
    answer = sum_plain(_work(params)[0])
    if _type(params[0]) == "rational":
        return MathReference(answer=answer, type="rational")
    return MathReference(answer=answer, type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    terms, steps = _work(params)
    opening = rng.choice(("", "With the fundamental theorem: "))
    return f"{opening}{'; '.join(steps)}. {boxed(sum_latex(terms))}"


def confirm(params: Params) -> MathReference:
    """sympy integrates; polynomials are summed by a rule from values that is exact for them."""
    import sympy

    kind, numbers, p, q = params
    x = sympy.Symbol("x")
    if kind in ("polynomial", "between", "power"):
        found = sympy.Rational(str(_nine_points(params)))
    else:
        if kind == "absolute":
            a, u, v = numbers
            pieces = sympy.Piecewise((a * (x - u) * (x - v), (x < u) | (x > v)), (-a * (x - u) * (x - v), True))
            found = sympy.integrate(pieces, (x, p, q))
        elif kind == "root":
            c, a, b = numbers
            found = sympy.integrate(c * sympy.sqrt(a * x + b), (x, p, q))
        elif kind == "logarithm":
            c, a, b = numbers
            found = sympy.integrate(c / (a * x + b), (x, p, q))
        else:
            *coefficients, rate = numbers
            body = sum(value * x ** (len(coefficients) - 1 - i) for i, value in enumerate(coefficients))
            found = sympy.integrate(body * sympy.exp(rate * x), (x, p, q))
    ours = _reference(params)
    gap = sympy.simplify(sympy.expand_log(sympy.expand(found - sympy.sympify(ours.answer)), force=True))
    if gap == 0:
        return ours
    return MathReference(answer=str(found), type=ours.type, form=ours.form)


def _nine_points(params: Params) -> Fraction:
    """The rule of Newton and Cotes with nine points, exact up to degree 9, from values of the function alone."""
    kind, numbers, p, q = params

    def f(x: Fraction) -> Fraction:
        if kind == "polynomial":
            return sum((value * x ** (len(numbers) - 1 - i) for i, value in enumerate(numbers)), Fraction(0))
        if kind == "power":
            c, a, b, n = numbers
            return c * (a * x + b) ** n
        return abs(numbers[0]) * (x - p) * (q - x)

    weights = [989, 5888, -928, 10496, -4540, 10496, -928, 5888, 989]  # Newton-Cotes, 9 points: exact to degree 9
    step = Fraction(q - p, 8)
    return step * Fraction(4, 14175) * sum((w * f(p + i * step) for i, w in enumerate(weights)), Fraction(0))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    terms, _ = _work(params)
    first, *rest = terms
    candidates = (
        ("sign", [(-value, plain, latex) for value, plain, latex in terms]),
        ("off_by_one", [*terms, (rng.choice((-1, 1)), "", "")]),
        ("doubled", [(2 * value, plain, latex) for value, plain, latex in terms]),
        ("halved", [(Fraction(value) / 2, plain, latex) for value, plain, latex in terms]),
        ("first_off", [(first[0] + 1, *first[1:]), *rest]),
        ("ends_added", [first, *((-value, plain, latex) for value, plain, latex in rest)] if rest else [(0, "", "")]),
    )
    named = [(name, sum_latex(_collected(found))) for name, found in candidates]
    yield from wrong_answers(
        sum_latex(_collected(terms)), f"integral of {_function(params) if params[0] != 'between' else 'y'}", named
    )


def _collected(terms: Sequence[Term]) -> list[Term]:
    """Terms of one symbol together, in the order of their first."""
    symbols = dict.fromkeys((plain, latex) for _, plain, latex in terms)
    return [(sum((t[0] for t in terms if t[1] == plain), Fraction(0)), plain, latex) for plain, latex in symbols]


FAMILY = Family(
    name="definite_integrals",
    version=1,
    kind="math",
    topic="calculus",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
