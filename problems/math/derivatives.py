"""Derivatives: the power, product, chain and quotient rules.

Level 1: two terms ax^n + bx. Level 2: three terms. Level 3: up to six terms of degree 8. Level 4: a product of two
binomials with powers. 5: a power of a polynomial. 6: sin, cos, exp or ln of a linear. 7: a polynomial times one of
these. 8: a quotient of polynomials. 9: one of these functions, of a quadratic, times a power. 10: a power and two
functions multiplied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from tracemill.problems.coefficients import nonzero, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, sympy_polynomial, wrong_answers
from tracemill.problems.types import MathReference

Poly = tuple[int, ...]
Factor = tuple[str, Poly, int]
"""("power", p, n) is p(x)^n; ("sin", p, 1) is sin(p(x)), and so for cos, exp and ln."""

_FUNCTIONS = ("sin", "cos", "exp", "ln")
_DERIVED = {"sin": (1, "cos"), "cos": (-1, "sin"), "exp": (1, "exp")}
_WRITTEN = {
    "plain": {"sin": "sin({})", "cos": "cos({})", "exp": "e^({})", "ln": "ln({})"},
    "latex": {"sin": "\\sin({})", "cos": "\\cos({})", "exp": "e^{{{}}}", "ln": "\\ln({})"},
    "sympy": {"sin": "sin({})", "cos": "cos({})", "exp": "exp({})", "ln": "log({})"},
}
_ASKED = (
    "Differentiate {}.",
    "What is the derivative of {}?",
    "Find f'(x) for f(x) = {}.",
    "Find the derivative of {} with respect to x.",
)


def sample(level: int, rng: Random) -> Params:
    """("product", factors) or ("quotient", numerator, denominator)."""
    if level <= 3:
        return ("product", (("power", _sum(level, rng), 1),))
    if level == 4:
        return ("product", tuple(("power", _binomial(rng, rng.randrange(1, 4)), 1) for _ in range(2)))
    if level == 5:
        inner = (*_binomial(rng, rng.randrange(1, 3)), nonzero(rng, 9))
        return ("product", (("power", inner, rng.randrange(2, 10)),))
    if level == 6:
        inner = (rng.randrange(2, 16), rng.randrange(0, 31))
        return ("product", (("power", (rng.randrange(2, 31),), 1), (rng.choice(_FUNCTIONS), inner, 1)))
    if level == 7:
        return ("product", (("power", _binomial(rng, rng.randrange(1, 4)), 1), _function(rng, 1)))
    if level == 8:
        while True:
            top, bottom = _binomial(rng, rng.randrange(1, 3)), _binomial(rng, rng.randrange(1, 3))
            if any(_quotient_top(top, bottom)):
                return ("quotient", top, bottom)
    power: Factor = ("power", _binomial(rng, rng.randrange(1, 3)), rng.randrange(2, 6))
    if level == 9:
        return ("product", (power, _function(rng, 2)))
    first, second = _function(rng, 1), _function(rng, 2)
    while second[0] == first[0]:
        second = _function(rng, 2)
    return ("product", (power, first, second))


def _sum(level: int, rng: Random) -> Poly:
    if level == 1:
        return (nonzero(rng, 12), *(0,) * rng.randrange(0, 4), nonzero(rng, 20), 0)
    if level == 2:
        high = rng.randrange(3, 6)
        values = [nonzero(rng, 9), *(0,) * (high - 2), nonzero(rng, 20), 0]
        values[rng.randrange(1, high - 1)] = nonzero(rng, 9)
        return tuple(values)
    degree = rng.randrange(5, 9)
    return (nonzero(rng, 12), *(rng.choice((0, 1, 1)) * rng.randrange(-12, 13) for _ in range(degree)))


def _binomial(rng: Random, degree: int) -> Poly:
    return (rng.randrange(1, 8), *(0,) * (degree - 1), nonzero(rng, 9))


def _function(rng: Random, degree: int) -> Factor:
    return (rng.choice(_FUNCTIONS), (rng.randrange(1 + (degree == 1), 8), *(0,) * (degree - 1), rng.randrange(0, 7)), 1)


def _slope(p: Sequence[int]) -> Poly:
    """p', (0,) for a constant."""
    last = len(p) - 1
    return tuple(value * (last - index) for index, value in enumerate(p[:-1])) or (0,)


def _quotient_top(top: Poly, bottom: Poly) -> list[int]:
    """u'v - uv', the highest power first, without leading zeros."""
    first, second = list(times(_slope(top), bottom)), list(times(top, _slope(bottom)))
    width = max(len(first), len(second))
    first, second = [0] * (width - len(first)) + first, [0] * (width - len(second)) + second
    return [a - b for a, b in zip(first, second, strict=True)]


def _poly(p: Sequence[int], style: str) -> str:
    return sympy_polynomial(p) if style == "sympy" else polynomial(p)


def _raised(p: Sequence[int], n: int, style: str) -> str:
    """p^n as a factor: brackets where p has more than one term or is a number below zero."""
    text = _poly(p, style)
    base = text if len(p) == 1 and p[0] > 0 and n == 1 else f"({text})"
    if n == 1:
        return base
    return f"{base}**{n}" if style == "sympy" else f"{base}^{n}"


def _factor(factor: Factor, style: str) -> str:
    name, p, n = factor
    return _raised(p, n, style) if name == "power" else _WRITTEN[style][name].format(_poly(p, style))


def _joined(number: int, pieces: Sequence[str], style: str) -> str:
    """The number, then powers of x, then brackets, then functions."""
    pieces = sorted(pieces, key=lambda piece: 0 if piece[0] == "x" else 1 if piece[0] == "(" else 2)
    shown = [*([str(number)] if number not in (1, -1) or not pieces else []), *pieces]
    text = "*".join(shown) if style == "sympy" else ""
    for piece in shown if style != "sympy" else ():
        apart = style == "plain" and piece[0] in "scel" and text[-1:].isalnum() and not text.isdigit()  # 8x sin(x)
        text += f" {piece}" if apart else piece
    return f"-{text}" if number == -1 and pieces else text


def _derived(factor: Factor, style: str) -> tuple[int, list[str], str]:
    """The derivative of one factor: a number, further pieces, and what it is divided by ("" for nothing)."""
    name, p, n = factor
    slope, number, pieces = _slope(p), 1, []
    if len(slope) == 1:
        number *= slope[0]
    elif not any(slope[1:]):
        number *= slope[0]
        pieces.append(_poly((1, *slope[1:]), style))
    else:
        pieces.append(_raised(slope, 1, style))
    if name == "power":
        return number * n, pieces + ([_raised(p, n - 1, style)] if n > 1 else []), ""
    if name == "ln":
        return number, pieces, f"({_poly(p, style)})"
    sign, other = _DERIVED[name]
    return number * sign, [*pieces, _WRITTEN[style][other].format(_poly(p, style))], ""


def _answer(params: Params, style: str) -> str:
    if params[0] == "quotient":
        _, top, bottom = params
        above, below = _poly(_quotient_top(top, bottom), style), _raised(bottom, 2, style)
        return f"\\frac{{{above}}}{{{below}}}" if style == "latex" else f"({above})/{below}"
    factors = params[1]
    if len(factors) == 1 and factors[0][2] == 1 and factors[0][0] == "power":
        return _poly(_slope(factors[0][1]), style)
    text = ""
    for place, factor in enumerate(factors):
        number, pieces, below = _derived(factor, style)
        others = [item for index, item in enumerate(factors) if index != place]
        for _, p, _ in [item for item in others if len(item[1]) == 1]:
            number *= p[0]
        shown = [_factor(item, style) for item in others if len(item[1]) > 1]
        if not number:
            continue
        term = _joined(number, [*shown, *pieces], style)
        if below:
            term = f"\\frac{{{term}}}{{{below[1:-1]}}}" if style == "latex" else f"{term}/{below}"
        text += (f" - {term[1:]}" if term[0] == "-" else f" + {term}") if text else term
    return text


def _shown(params: Params) -> str:
    if params[0] == "quotient":
        return f"{_raised(params[1], 1, 'plain')}/{_raised(params[2], 1, 'plain')}"
    factors = params[1]
    if len(factors) == 1 and factors[0][2] == 1:
        return polynomial(factors[0][1])
    numbers = [p[0] for _, p, _ in factors if len(p) == 1]
    return _joined(
        numbers[0] if numbers else 1, [_factor(item, "plain") for item in factors if len(item[1]) > 1], "plain"
    )


def _is_sum(params: Params) -> bool:
    return params[0] == "product" and len(params[1]) == 1 and params[1][0][2] == 1


def _reference(params: Params) -> MathReference:
    return MathReference(answer=_answer(params, "sympy"), type="polynomial" if _is_sum(params) else "expression")


def pose(params: Params, rng: Random) -> Posed:
    easy = _is_sum(params) and sum(1 for value in params[1][0][1] if value) <= 3
    return Posed(prompt=rng.choice(_ASKED[:1] if easy else _ASKED).format(_shown(params)), reference=_reference(params))


def solve(params: Params, rng: Random) -> str:
    final = boxed(_answer(params, "latex"))
    if _is_sum(params):
        p = params[1][0][1]
        last = len(p) - 1
        steps = [f"{last - i}*{bracketed(v)} = {(last - i) * v}" for i, v in enumerate(p) if v and last - i > 1]
        return f"{', '.join(steps)}. {final}"
    if params[0] == "quotient":
        _, top, bottom = params
        u, du, v, dv = (polynomial(p) for p in (top, _slope(top), bottom, _slope(bottom)))
        work, raw = f"u = {u}, u' = {du}; v = {v}, v' = {dv}", f"({du})({v}) - ({u})({dv})"
        rule = rng.choice(("Quotient rule", "By the quotient rule"))
        return f"{work}. {rule}: u'v - uv' = {raw} = {polynomial(_quotient_top(top, bottom))}. {final}"
    steps = []
    for factor in params[1]:
        number, pieces, below = _derived(factor, "plain")
        if len(factor[1]) > 1:
            slope = _joined(number, pieces, "plain") + (f"/{below}" if below else "")
            steps.append(f"{_factor(factor, 'plain')} has derivative {slope}")
    closings = ("By the product rule", "Product rule") if len(steps) > 1 else ("Together", "So f'(x) is this")
    return f"{'; '.join(steps)}. {rng.choice(closings)}: {final}"


def confirm(params: Params) -> MathReference:
    """sympy differentiates; our text stands where its difference from sympy's derivative is exactly zero."""
    import sympy

    x = sympy.Symbol("x")

    def poly(p: Sequence[int]) -> sympy.Expr:
        return sum((value * x ** (len(p) - 1 - index) for index, value in enumerate(p)), sympy.Integer(0))

    if params[0] == "quotient":
        whole = poly(params[1]) / poly(params[2])
    else:
        names = {"power": lambda u: u, "sin": sympy.sin, "cos": sympy.cos, "exp": sympy.exp, "ln": sympy.log}
        whole = sympy.prod([names[name](poly(p)) ** n for name, p, n in params[1]])
    derivative, ours = sympy.diff(whole, x), _reference(params)
    if sympy.simplify(sympy.expand(derivative - sympy.sympify(ours.answer))) == 0:
        return ours
    return MathReference(answer=str(derivative), type=ours.type)


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _answer(params, "latex")
    candidates = [
        ("function_itself", _shown(params)),
        ("sign", f"-({right})"),
        ("off_by_one", f"{right} + {rng.choice((1, 2))}"),
    ]
    if _is_sum(params):
        p = params[1][0][1]
        candidates.append(("power_not_lowered", polynomial([*_slope(p), 0])))
        candidates.append(("power_not_multiplied", polynomial(p[:-1])))
    yield from wrong_answers(right, f"({_shown(params)})'", candidates)


FAMILY = Family(
    name="derivatives",
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
