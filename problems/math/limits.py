"""Limits: by putting in, by cancelling, at infinity, and from the first terms of a series.

Level 1: a quadratic at a point. Level 2: a quotient of quadratics at infinity. Level 3: a common factor cancelled.
Level 4: in cubics. Level 5: a root in the numerator. Level 6: sines and tangents at 0. Level 7: one minus a cosine.
Level 8: a root less its asymptote. Level 9: exponentials and logarithms at 0. Level 10: the third order of sines, the
second of exponentials.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd
from random import Random
from typing import TYPE_CHECKING

from tracemill.problems.exact import fraction_latex, quotient
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

if TYPE_CHECKING:
    import sympy

_KINDS = {
    1: "plain",
    2: "infinity",
    3: "factor",
    4: "factor",
    5: "root",
    6: "sines",
    7: "cosine",
    8: "asymptote",
    9: "exponentials",
    10: "order",
}
_ASKED = (
    "Find the limit of {f} as x approaches {a}.",
    "What does {f} tend to as x tends to {a}?",
    "Evaluate lim (x -> {a}) of {f}.",
)
_FORM = ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms.")


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers): coefficients from the highest power down, then what is particular to the kind."""
    kind = _KINDS[level]
    numbers: tuple[int, ...]

    def pick(most: int) -> int:
        return rng.choice((-1, 1)) * rng.randrange(1, most + 1)

    while True:
        if kind == "plain":
            return (kind, (rng.randrange(1, 10), pick(12), pick(20), pick(6)))
        if kind == "infinity":
            numbers = (rng.randrange(2, 31), pick(20), pick(20), pick(30), pick(20), pick(20))
            if numbers[0] != abs(numbers[3]):
                return (kind, numbers)
        elif kind == "factor":
            degree = level - 2
            left, right = ([rng.randrange(1, 8), *(pick(9) for _ in range(degree))] for _ in range(2))
            numbers = (pick(8), *left, *right)
            if _at(right, numbers[0]) and _at(left, numbers[0]):
                return (kind, numbers)
        elif kind == "root":
            a, c, d = pick(30), rng.randrange(2, 20), pick(30)
            q = pick(12)
            if gcd(q, q * d) and c * c - a * d:
                return (kind, (a, c * c - a * d, c, q, d))
        elif kind == "sines":
            numbers = tuple(pick(12) for _ in range(4)) + tuple(rng.randrange(1, 10) for _ in range(3))
            p, q, r, s, a, b, c = numbers
            if p * a + q * b and r + s * c and abs(p) * a != abs(q) * b:
                return (kind, numbers)
        elif kind == "cosine":
            numbers = (pick(12), rng.randrange(2, 15), pick(12), rng.randrange(1, 12), rng.randrange(1, 12))
            return (kind, (*numbers, pick(12)))
        elif kind == "asymptote":
            numbers = (rng.randrange(1, 13), pick(40), pick(40), pick(20))
            if Fraction(numbers[1], 2 * numbers[0]) != numbers[3]:
                return (kind, numbers)
        elif kind == "exponentials":
            numbers = (pick(9), pick(12), pick(12), pick(9), rng.randrange(1, 12), pick(12))
            if numbers[1] != numbers[2] and numbers[3] * numbers[4] + numbers[5]:
                return (kind, numbers)
        else:
            a, b = rng.sample(range(1, 10), 2)
            q, d = pick(9), rng.randrange(2, 12)
            if q + d:
                return (kind, (pick(9), a, b, q, rng.randrange(2, 12), d))


def _at(coefficients: Sequence[int], x: int) -> int:
    value = 0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def _times(left: Sequence[int], right: Sequence[int]) -> list[int]:
    product = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            product[i + j] += a * b
    return product


def _unit(value: int, symbol: str) -> str:
    return {1: symbol, -1: f"-{symbol}"}.get(value, f"{value} {symbol}")


def _then(value: int, symbol: str) -> str:
    """A further term."""
    return f"{'-' if value < 0 else '+'} {_unit(abs(value), symbol)}"


def _angle(value: int) -> str:
    return "x" if value == 1 else f"{value}x"


def _function(params: Params) -> tuple[str, str]:
    """As people write it, and where x goes."""
    kind, n = params
    if kind == "plain":
        return polynomial(n[:3]), str(n[3])
    if kind == "infinity":
        return f"({polynomial(n[:3])})/({polynomial(n[3:])})", "infinity"
    if kind == "factor":
        half = (len(n) + 1) // 2
        top, bottom = (_times((1, -n[0]), part) for part in (n[1:half], n[half:]))
        return f"({polynomial(top)})/({polynomial(bottom)})", str(n[0])
    if kind == "root":
        a, b, c, q, d = n
        return f"(sqrt({polynomial((a, b))}) - {c})/({polynomial((q, -q * d))})", str(d)
    if kind == "sines":
        p, q, r, s, a, b, c = n
        above = f"{_unit(p, f'sin({_angle(a)})')} {_then(q, f'tan({_angle(b)})')}"
        return f"({above})/({polynomial((r, 0))} {_then(s, f'sin({_angle(c)})')})", "0"
    if kind == "cosine":
        p, a, q, b, c, r = n
        above = f"{p} - {_unit(p, f'cos({_angle(a)})')}" if p > 0 else f"{_unit(-p, f'cos({_angle(a)})')} - {-p}"
        return f"({above} {_then(r, 'x^2')})/({_unit(q, f'sin({_angle(b)})')} * tan({_angle(c)}))", "0"
    if kind == "asymptote":
        a, b, c, d = n
        return f"sqrt({polynomial((a * a, b, c))}) - {_angle(a)} {signed(-d)}", "infinity"
    if kind == "exponentials":
        p, a, b, q, c, r = n
        above = f"{_unit(p, f'e^({_exponent(a)})')} {_then(-p, f'e^({_exponent(b)})')}"
        return f"({above})/({_unit(q, f'ln(1 + {_angle(c)})')} {_then(r, 'x')})", "0"
    p, a, b, q, c, d = n
    above = f"{_unit(p * a, f'sin({_angle(b)})')} {_then(-p * b, f'sin({_angle(a)})')}"
    below = f"{_unit(q, 'x')} * (e^({_angle(c)}) - 1 - {_angle(c)}) {_then(d, f'(1 - cos({_angle(c)})) * sin(x)')}"
    return f"({above})/({below})", "0"


def _exponent(value: int) -> str:
    return {1: "x", -1: "-x"}.get(value, f"{value}x")


def _work(params: Params) -> tuple[Fraction, list[str]]:
    kind, n = params
    if kind == "plain":
        a, b, c, x = n
        value = _at(n[:3], x)
        return Fraction(value), [
            f"continuous, so put {x} in: {a}*{bracketed(x)}^2 {signed(b)}*{bracketed(x)} {signed(c)} = {value}"
        ]
    if kind == "infinity":
        return Fraction(n[0], n[3]), ["divide by x^2: all but the leading terms vanish", quotient(n[0], n[3])]
    if kind == "factor":
        half = (len(n) + 1) // 2
        top, bottom = _at(n[1:half], n[0]), _at(n[half:], n[0])
        common = f"x {signed(-n[0])}"
        steps = [f"both have the factor {common}", f"left is ({polynomial(n[1:half])})/({polynomial(n[half:])})"]
        return Fraction(top, bottom), [*steps, f"at {n[0]}: {quotient(top, bottom)}"]
    if kind == "root":
        a, _, c, q, _ = n
        steps = [
            f"times sqrt + {c} above and below: {_unit(a, '(x - a)')} over {_unit(q, '(x - a)')} times the sum, a "
            f"being the point"
        ]
        return Fraction(a, 2 * c * q), [*steps, f"the root tends to {c}", quotient(a, 2 * c * q)]
    if kind == "sines":
        p, q, r, s, a, b, c = n
        top, bottom = p * a + q * b, r + s * c
        steps = [
            "sin u and tan u are as u for small u",
            f"above {p}*{a} {signed(q)}*{b} = {top}",
            f"below {r} {signed(s)}*{c} = {bottom}",
        ]
        return Fraction(top, bottom), [*steps, quotient(top, bottom)]
    if kind == "cosine":
        p, a, q, b, c, r = n
        above, below = Fraction(p * a * a, 2) + r, q * b * c
        steps = ["1 - cos u is as u^2/2", f"above {p}*{a}^2/2 {signed(r)} = {above}", f"below {q}*{b}*{c} = {below}"]
        return above / below, [*steps, quotient(above, below)]
    if kind == "asymptote":
        a, b, _, d = n
        value = Fraction(b, 2 * a) - d
        return value, [
            f"the root less {_angle(a)} tends to {b}/(2*{a}) = {Fraction(b, 2 * a)}",
            f"{Fraction(b, 2 * a)} {signed(-d)} = {value}",
        ]
    if kind == "exponentials":
        p, a, b, q, c, r = n
        top, bottom = p * (a - b), q * c + r
        steps = [
            "e^u - 1 and ln(1 + u) are as u",
            f"above {p}*({a} {signed(-b)}) = {top}",
            f"below {q}*{c} {signed(r)} = {bottom}",
        ]
        return Fraction(top, bottom), [*steps, quotient(top, bottom)]
    p, a, b, q, c, d = n
    above = Fraction(p * a * b * (a * a - b * b), 6)
    below = Fraction((q + d) * c * c, 2)
    steps = [f"sin u = u - u^3/6: above {p}*{a}*{b}*({a}^2 - {b}^2)/6 = {above} times x^3"]
    steps.append(f"e^u - 1 - u and 1 - cos u are as u^2/2: below ({q} {signed(d)})*{c}^2/2 = {below} times x^3")
    return above / below, [*steps, quotient(above, below)]


def pose(params: Params, rng: Random) -> Posed:
    function, where = _function(params)
    prompt = f"{rng.choice(_ASKED).format(f=function, a=where)} {rng.choice(_FORM)}"
    return Posed(prompt=prompt, reference=_reference(_work(params)[0]))


def _reference(value: Fraction) -> MathReference:
    return MathReference(answer=str(value), type="rational")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    joint = rng.choice(("; ", ", then ")) if len(steps) > 1 else ""
    return f"{joint.join(steps)}. {boxed(fraction_latex(value))}"


def confirm(params: Params) -> MathReference:
    """sympy's limit of the function as it is written, or the quotient of the first terms of its series."""
    import sympy
    from sympy.parsing.sympy_parser import convert_xor, implicit_multiplication, parse_expr, standard_transformations

    x = sympy.Symbol("x")
    text, where = _function(params)
    rules = (*standard_transformations, convert_xor, implicit_multiplication)
    whole = parse_expr(text, local_dict={"x": x, "e": sympy.E, "ln": sympy.log}, transformations=rules)
    if params[0] in ("sines", "cosine", "exponentials", "order"):
        top, bottom = sympy.fraction(whole)
        found = _leading(top, x) / _leading(bottom, x)
    else:
        found = sympy.limit(whole, x, sympy.oo if where == "infinity" else sympy.Integer(where))
    return _reference(Fraction(str(found)))


def _leading(expression: sympy.Expr, x: sympy.Symbol) -> sympy.Expr:
    """The first term of the series at 0: the first derivative that is not 0, over its factorial."""
    import sympy

    for order in range(1, 4):
        value = sympy.diff(expression, x, order).subs(x, 0)
        if value != 0:
            return value / sympy.factorial(order) * x**order
    raise ValueError(f"{expression} vanishes to the fourth order; write a limit of lower order")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    n = params[1]
    right, _ = _work(params)
    candidates = (
        ("sign", -right),
        ("upside_down", 1 / right if right else Fraction(1)),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("zero", Fraction(0)),
        ("first_coefficients", Fraction(n[0], n[-1])),
        ("doubled", 2 * right),
        ("halved", right / 2),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"lim {_function(params)[0]}", named)


FAMILY = Family(
    name="limits",
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
