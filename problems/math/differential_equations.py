"""Differential equations with initial values.

Level 1: y' = ax + b. Level 2: y' a quadratic, the value given anywhere. Level 3: y' + ay = b. Level 4: y' = (ax + b)
y. Level 5: y' = (2ax + b) y^2. Level 6: y' + ay = b e^(mx). Level 7: y' + ay = bx + c. Level 8: second order with two
real rates. Level 9: with oscillation. Level 10: second order with b e^(mx) on the right.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.exact import Term, sum_latex, sum_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, signed, sympy_polynomial, wrong_answers
from tracemill.problems.types import MathReference

_KINDS = {
    1: "integral",
    2: "integral",
    3: "rest",
    4: "growth",
    5: "square",
    6: "driven",
    7: "ramp",
    8: "two",
    9: "swing",
    10: "forced",
}
_ASKED = (
    "Solve {equation} with {start}. Give y as an expression in x.",
    "Find the function y(x) with {equation} and {start}.",
    "Which function satisfies {equation} and {start}? Answer with an expression in x.",
)


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers of the equation, initial values: x, y and perhaps y')."""
    kind = _KINDS[level]

    def pick(most: int) -> int:
        return rng.choice((-1, 1)) * rng.randrange(1, most + 1)

    while True:
        if kind == "integral":
            at = 0 if level == 1 else rng.randrange(-3, 4)
            return (kind, tuple(pick(12) for _ in range(level + 1)), (at, rng.randrange(-20, 21)))
        if kind == "rest":
            a, b, c = pick(20), pick(80), pick(40)
            if Fraction(b, a) != c:
                return (kind, (a, b), (0, c))
        elif kind == "growth":
            return (kind, (pick(20), pick(30)), (0, pick(60)))
        elif kind == "square":
            return (kind, (pick(20), pick(40)), (0, pick(30)))
        elif kind == "driven":
            a, b, m = pick(12), pick(30), pick(9)
            if a + m and Fraction(b, a + m) != 0:
                return (kind, (a, b, m), (0, pick(30)))
        elif kind == "ramp":
            return (kind, (pick(9), pick(20), pick(20)), (0, pick(30)))
        elif kind == "two":
            p, q = sorted(rng.sample([r for r in range(-9, 10) if r], 2))
            return (kind, (p, q), (0, pick(25), pick(40)))
        elif kind == "swing":
            return (kind, (rng.randrange(-7, 8), rng.randrange(1, 10)), (0, pick(20), pick(40)))
        else:
            p, q = sorted(rng.sample([r for r in range(-6, 7) if r], 2))
            m, b = pick(6), pick(20)
            if m not in (p, q):
                return (kind, (p, q, b, m), (0, pick(15), pick(20)))


def _exp(rate: int) -> tuple[str, str]:
    if not rate:
        return "", ""
    inside = {1: "x", -1: "-x"}.get(rate, f"{rate}*x")
    return f"exp({inside})", f"e^{{{inside.replace('*', '')}}}"


def _times(left: tuple[str, str], right: tuple[str, str]) -> tuple[str, str]:
    if not left[0] or not right[0]:
        return left if left[0] else right
    return f"{left[0]}*{right[0]}", f"{left[1]} {right[1]}"


def _powers(coefficients: list[Fraction]) -> list[Term]:
    last = len(coefficients) - 1
    names = [("", ""), ("x", "x"), *((f"x**{k}", f"x^{{{k}}}") for k in range(2, last + 1))]
    return [(value, *names[last - index]) for index, value in enumerate(coefficients)]


def _forced(params: Params) -> tuple[Fraction, Fraction, Fraction]:
    """Coefficients of e^(px), e^(qx) and e^(mx)."""
    _, (p, q, b, m), (_, y, dy) = params
    third = Fraction(b, (m - p) * (m - q))
    left, slope = y - third, dy - m * third
    second = Fraction(slope - p * left, q - p)
    return left - second, second, third


def _solution(params: Params) -> list[Term]:
    """All but "growth" and "square", whose solutions are no sums."""
    kind, n, start = params
    y = start[1]
    if kind == "integral":
        lifted = [Fraction(value, len(n) - index) for index, value in enumerate(n)] + [Fraction(0)]
        lifted[-1] = y - sum(
            (value * start[0] ** (len(n) - index) for index, value in enumerate(lifted[:-1])), Fraction(0)
        )
        return _powers(lifted)
    if kind == "rest":
        level = Fraction(n[1], n[0])
        return [(level, "", ""), (y - level, *_exp(-n[0]))]
    if kind == "driven":
        part = Fraction(n[1], n[0] + n[2])
        return [(part, *_exp(n[2])), (y - part, *_exp(-n[0]))]
    if kind == "ramp":
        a, b, c = n
        slope = Fraction(b, a)
        level = (c - slope) / a
        return [(slope, "x", "x"), (level, "", ""), (y - level, *_exp(-a))]
    if kind == "two":
        p, q = n
        second = Fraction(start[2] - p * y, q - p)
        return [(y - second, *_exp(p)), (second, *_exp(q))]
    if kind == "swing":
        rate, turn = n
        inside = "x" if turn == 1 else f"{turn}*x"
        waves = [(f"{name}({inside})", f"\\{name}({inside.replace('*', '')})") for name in ("cos", "sin")]
        return [
            (Fraction(y), *_times(_exp(rate), waves[0])),
            (Fraction(start[2] - rate * y, turn), *_times(_exp(rate), waves[1])),
        ]
    first, second, third = _forced(params)
    p, q, _, m = n
    return [(first, *_exp(p)), (second, *_exp(q)), (third, *_exp(m))]


def _texts(params: Params, shift: int = 0, sign: int = 1) -> tuple[str, str]:
    """The solution for sympy and in LaTeX; with a constant added, or turned over, where a mistake is wanted."""
    kind, n, start = params
    if kind == "growth":
        a, b = n
        value, exponent = sign * start[1], (Fraction(a, 2), Fraction(b), Fraction(0))
        shown = sum_latex(_powers(list(exponent)))
        whole: list[Term] = [(value, f"exp({sympy_polynomial(exponent)})", f"e^{{{shown}}}"), (shift, "", "")]
        return sum_plain(whole), sum_latex(whole)
    if kind == "square":
        (a, b), c = n, start[1]
        below = (-a * c, -b * c, 1 + shift)
        return (
            f"{sign * c}/({sympy_polynomial(below)})",
            f"{'-' if sign * c < 0 else ''}\\frac{{{abs(c)}}}{{{polynomial(below)}}}",
        )
    terms = [(sign * value, plain, latex) for value, plain, latex in _solution(params)]
    terms = [*terms, (Fraction(shift), "", "")] if shift else terms
    symbols = dict.fromkeys((plain, latex) for _, plain, latex in terms)
    terms = [(sum((t[0] for t in terms if t[1] == plain), Fraction(0)), plain, latex) for plain, latex in symbols]
    return sum_plain(terms), sum_latex(terms)


def _equation(params: Params) -> str:
    (kind, n, _), prime = params, "y'"

    def term(value: int, name: str) -> str:
        return f"{'-' if value < 0 else '+'} {'' if abs(value) == 1 else abs(value)}{name}"

    if kind == "integral":
        return f"y' = {polynomial(n)}"
    if kind == "rest":
        return f"y' {term(n[0], 'y')} = {n[1]}"
    if kind == "growth":
        return f"y' = ({polynomial(n)}) y"
    if kind == "square":
        return f"y' = ({polynomial((2 * n[0], n[1]))}) y^2"
    if kind == "driven":
        return f"y' {term(n[0], 'y')} = {_number(n[1])}e^({polynomial((n[2], 0))})"
    if kind == "ramp":
        return f"y' {term(n[0], 'y')} = {polynomial(n[1:])}"
    if kind == "swing":
        rate, turn = n
        middle = f" {term(-2 * rate, prime)}" if rate else ""
        return f"y''{middle} {term(rate * rate + turn * turn, 'y')} = 0"
    p, q = n[:2]
    middle = f" {term(-p - q, prime)}" if p + q else ""
    right = f"{_number(n[2])}e^({polynomial((n[3], 0))})" if kind == "forced" else "0"
    return f"y''{middle} {term(p * q, 'y')} = {right}"


def _number(value: int) -> str:
    return {1: "", -1: "-"}.get(value, f"{value} ")


def pose(params: Params, rng: Random) -> Posed:
    at, y, *slope = params[2]
    start = f"y({at}) = {y}" + (f", y'({at}) = {slope[0]}" if slope else "")
    prompt = rng.choice(_ASKED).format(equation=_equation(params), start=start)
    return Posed(prompt=prompt, reference=_reference(params))


def _reference(params: Params) -> MathReference:
    return MathReference(answer=_texts(params)[0], type="expression")


def _steps(params: Params) -> list[str]:
    kind, n, start = params
    y = start[1]
    if kind == "integral":
        lifted = [Fraction(value, len(n) - index) for index, value in enumerate(n)] + [Fraction(0)]
        constant = _solution(params)[-1][0]
        return [f"integrate: y = {polynomial(lifted)} + C", f"y({start[0]}) = {y} gives C = {constant}"]
    if kind == "rest":
        level = Fraction(n[1], n[0])
        return [
            f"at rest y = {n[1]}/{bracketed(n[0])} = {level}",
            f"the rest decays with e^({polynomial((-n[0], 0))})",
            f"its factor is {y} - {bracketed(level)} = {y - level}",
        ]
    if kind == "growth":
        return [
            f"separate: ln|y| has derivative {polynomial(n)}",
            f"exponent {polynomial((Fraction(n[0], 2), n[1], 0))}",
            f"factor y(0) = {y}",
        ]
    if kind == "square":
        return [f"separate: -1/y = {polynomial((n[0], n[1], 0))} + C", f"C = -1/{bracketed(y)}", "turn over"]
    if kind == "driven":
        part = Fraction(n[1], n[0] + n[2])
        return [
            f"try A e^({polynomial((n[2], 0))}): A*({n[2]} {signed(n[0])}) = {n[1]}, A = {part}",
            f"the rest e^({polynomial((-n[0], 0))}) has factor {y} - {bracketed(part)} = {y - part}",
        ]
    if kind == "ramp":
        (slope, _, _), (base, _, _), (rest, _, _) = _solution(params)
        return [
            f"try Ax + B: A = {slope}, B = ({n[2]} - {bracketed(slope)})/{bracketed(n[0])} = {base}",
            f"the rest e^({polynomial((-n[0], 0))}) has factor {y} - {bracketed(base)} = {rest}",
        ]
    if kind == "two":
        (first, _, _), (second, _, _) = _solution(params)
        return [
            f"rates {n[0]} and {n[1]}",
            f"A + B = {y}, {n[0]}A {signed(n[1])}B = {start[2]}",
            f"A = {first}, B = {second}",
        ]
    if kind == "swing":
        (first, _, _), (second, _, _) = _solution(params)
        return [
            f"rates {n[0]} + {n[1]}i and {n[0]} - {n[1]}i",
            f"cosine {first}",
            f"sine ({start[2]} - {bracketed(n[0])}*{bracketed(y)})/{n[1]} = {second}",
        ]
    first, second, third = _forced(params)
    p, q, b, m = n
    return [
        f"try C e^({polynomial((m, 0))}): C = {b}/(({m} {signed(-p)})({m} {signed(-q)})) = {third}",
        f"rates {p} and {q}: A + B = {y - third}, {p}A {signed(q)}B = {start[2] - m * third}",
        f"A = {first}, B = {second}",
    ]


def solve(params: Params, rng: Random) -> str:
    joint = rng.choice(("; ", ", then "))
    return f"{joint.join(_steps(params))}. {boxed(_texts(params)[1])}"


def confirm(params: Params) -> MathReference:
    """sympy differentiates ours and puts it into the equation and the initial values, which have one solution only."""
    import sympy

    kind, n, start = params
    x = sympy.Symbol("x")
    ours = _reference(params)
    y = sympy.sympify(ours.answer, locals={"x": x})
    first, second = sympy.diff(y, x), sympy.diff(y, x, 2)
    p, q = (*n, 0)[:2]
    gap = {
        "integral": lambda: first - sum(value * x ** (len(n) - 1 - i) for i, value in enumerate(n)),
        "rest": lambda: first + p * y - q,
        "growth": lambda: first - (p * x + q) * y,
        "square": lambda: first - (2 * p * x + q) * y**2,
        "driven": lambda: first + p * y - q * sympy.exp(n[2] * x),
        "ramp": lambda: first + p * y - q * x - n[2],
        "two": lambda: second - (p + q) * first + p * q * y,
        "swing": lambda: second - 2 * p * first + (p * p + q * q) * y,
        "forced": lambda: second - (p + q) * first + p * q * y - n[2] * sympy.exp(n[3] * x),
    }[kind]()
    fits = sympy.simplify(sympy.expand(gap)) == 0 and y.subs(x, start[0]) == start[1]
    fits = fits and (len(start) == 2 or first.subs(x, start[0]) == start[2])
    return ours if fits else MathReference(answer=f"not {ours.answer}", type="expression")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, n, (at, y, *slope) = params
    right = _texts(params)[1]
    other = (kind, n, (at, -y if kind not in ("growth", "square") else y + 1 or 2, *slope))
    candidates = (
        ("constant_added", _texts(params, shift=rng.choice((1, 2)))[1]),
        ("sign", _texts(params, sign=-1)[1]),
        ("another_start", _texts(other)[1]),
        ("start_only", str(y)),
        ("zero", "0"),
    )
    yield from wrong_answers(right, _equation(params), candidates)


FAMILY = Family(
    name="differential_equations",
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
