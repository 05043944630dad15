"""Antiderivatives, up to a constant.

Level 1: of a binomial. Level 2: of three powers. Level 3: of up to six powers with fractions. Level 4: of a power of
ax + b and a power of x. Level 5: of exponentials, sines and cosines. Level 6: of negative powers and 1/(ax + b).
Level 7: of (ax + b) times e, sin or cos. Level 8: of a quotient with two linear factors below. Level 9: of a
quadratic times e, sin or cos. Level 10: of e times sin and cos.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from tracemill.problems.exact import Term, quotient, sum_latex, sum_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

if TYPE_CHECKING:
    pass

_KINDS = {
    1: "powers",
    2: "powers",
    3: "powers",
    4: "bracket",
    5: "waves",
    6: "inverse",
    7: "parts",
    8: "fractions",
    9: "parts",
    10: "spiral",
}
_ASKED = (
    "Find an antiderivative of {}.",
    "Integrate {} with respect to x.",
    "Find the indefinite integral of {}.",
    "Which function F has F'(x) = {}? Give one.",
)


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers): coefficients with what they belong to."""
    kind = _KINDS[level]

    def pick(most: int) -> int:
        return rng.choice((-1, 1)) * rng.randrange(1, most + 1)

    if kind == "powers":
        count, highest, most = {1: (2, 4, 12), 2: (3, 5, 15), 3: (rng.randrange(4, 7), 9, 20)}[level]
        powers = sorted(rng.sample(range(highest), count), reverse=True)
        return (kind, tuple((pick(most), power) for power in powers))
    if kind == "bracket":
        return (kind, (pick(12), rng.randrange(2, 9), pick(9), rng.randrange(2, 9), pick(12), rng.randrange(1, 7)))
    if kind == "waves":
        terms = []
        for name in rng.sample(("exp", "sin", "cos"), 3 if rng.random() < 0.5 else 2):
            terms.append((pick(15), name, rng.randrange(2, 10) if name != "exp" else pick(9)))
        return (kind, tuple(sorted(terms, key=lambda term: term[1])))
    if kind == "inverse":
        return (kind, (pick(15), rng.randrange(2, 7), pick(15), rng.randrange(1, 10), rng.randrange(1, 20), pick(9)))
    if kind == "parts":
        name = rng.choice(("exp", "sin", "cos"))
        rate = pick(9) if name == "exp" else rng.randrange(1, 10)
        return (kind, (name, rate, *(pick(12 if level == 9 else 40) for _ in range(2 if level == 7 else 3))))
    if kind == "fractions":
        while True:
            p, q = sorted(rng.sample(range(1, 16), 2))
            numbers = (pick(30), pick(40), p, q)
            if all(_split(numbers)):
                return (kind, numbers)
    return (kind, (pick(30), pick(30), pick(6), rng.randrange(1, 10)))


def _raised(symbol: str, power: int) -> tuple[str, str]:
    """x^n as sympy reads it and in LaTeX."""
    if power == 0:
        return "", ""
    return (symbol, symbol) if power == 1 else (f"{symbol}**{power}", f"{symbol}^{{{power}}}")


def _wave(name: str, rate: int) -> tuple[str, str]:
    inside = {1: "x", -1: "-x"}.get(rate, f"{rate}*x")
    shown = inside.replace("*", "")
    return f"{name}({inside})", f"e^{{{shown}}}" if name == "exp" else f"\\{name}({shown})"


def _product(power: int, wave: tuple[str, str]) -> tuple[str, str]:
    plain, latex = _raised("x", power)
    return (f"{plain}*{wave[0]}", f"{latex} {wave[1]}") if plain else wave


def _terms(params: Params) -> list[Term]:
    """The antiderivative."""
    kind, n = params
    if kind == "powers":
        return [(Fraction(value, power + 1), *_raised("x", power + 1)) for value, power in n]
    if kind == "bracket":
        c, a, b, power, d, m = n
        inner = f"({polynomial((a, b))})"
        plain = f"({a}*x {signed(b)})**{power + 1}"
        return [
            (Fraction(c, a * (power + 1)), plain, f"{inner}^{{{power + 1}}}"),
            (Fraction(d, m + 1), *_raised("x", m + 1)),
        ]
    if kind == "waves":
        return [_lifted(*term) for term in n]
    if kind == "inverse":
        c, power, d, a, b, e = n
        first: Term = (
            Fraction(c, 1 - power),
            f"x**({1 - power})",
            f"x^{{{1 - power}}}",
        )
        inner = f"{'' if a == 1 else f'{a}*'}x + {b}"
        return [first, (Fraction(d, a), f"log({inner})", f"\\ln({inner.replace('*', '')})"), (e, "x", "x")]
    if kind == "parts":
        return _by_parts(n[0], n[1], list(map(Fraction, n[2:])))
    if kind == "fractions":
        over_p, over_q = _split(n)
        p, q = n[2:]
        return [(over_p, f"log(x + {p})", f"\\ln(x + {p})"), (over_q, f"log(x + {q})", f"\\ln(x + {q})")]
    a, b, rate, turn = n
    whole = rate * rate + turn * turn
    e, e_latex = _wave("exp", rate)
    terms: list[Term] = []
    for value, name in ((Fraction(rate * a + turn * b, whole), "sin"), (Fraction(rate * b - turn * a, whole), "cos")):
        plain, latex = _wave(name, turn)
        terms.append((value, f"{e}*{plain}", f"{e_latex} {latex}"))
    return terms


def _lifted(value: int | Fraction, name: str, rate: int) -> Term:
    other, sign = {"exp": ("exp", 1), "sin": ("cos", -1), "cos": ("sin", 1)}[name]
    return (Fraction(sign * value) / rate, *_wave(other, rate))


def _by_parts(name: str, rate: int, coefficients: list[Fraction]) -> list[Term]:
    """Polynomial times wave: P W - P' WW + P'' WWW - ..., each W an antiderivative of the one before."""
    terms: list[Term] = []
    sign, value, current = 1, Fraction(1), name
    while any(coefficients):
        other, turned = {"exp": ("exp", 1), "sin": ("cos", -1), "cos": ("sin", 1)}[current]
        value, current = value * turned / rate, other
        degree = len(coefficients) - 1
        for index, number in enumerate(coefficients):
            if number:
                terms.append((sign * number * value, *_product(degree - index, _wave(current, rate))))
        coefficients = [number * (degree - index) for index, number in enumerate(coefficients[:-1])]
        sign = -sign
    return _gathered(terms)


def _gathered(terms: Sequence[Term]) -> list[Term]:
    symbols = dict.fromkeys((plain, latex) for _, plain, latex in terms)
    return [(sum((t[0] for t in terms if t[1] == plain), Fraction(0)), plain, latex) for plain, latex in symbols]


def _split(n: Sequence[int]) -> tuple[Fraction, Fraction]:
    """(ax + b)/((x + p)(x + q)) in partial fractions: what stands over x + p and over x + q."""
    a, b, p, q = n
    return Fraction(b - a * p, q - p), Fraction(b - a * q, p - q)


def _function(params: Params) -> list[Term]:
    """What is to be integrated, as terms."""
    kind, n = params
    if kind == "powers":
        return [(value, *_raised("x", power)) for value, power in n]
    if kind == "bracket":
        c, a, b, power, d, m = n
        return [(c, f"({a}*x {signed(b)})**{power}", ""), (d, *_raised("x", m))]
    if kind == "waves":
        return [(value, *_wave(name, rate)) for value, name, rate in n]
    if kind == "inverse":
        c, power, d, a, b, e = n
        inner = f"({'' if a == 1 else f'{a}*'}x + {b})"
        return [(c, f"1/x**{power}", ""), (d, f"1/{inner}", ""), (e, "", "")]
    if kind == "parts":
        name, rate, *coefficients = n
        text = sum_plain([(value, *_raised("x", len(coefficients) - 1 - i)) for i, value in enumerate(coefficients)])
        return [(1, f"({text})*{_wave(name, rate)[0]}", "")]
    if kind == "fractions":
        a, b, p, q = n
        return [(1, f"({sum_plain([(a, 'x', ''), (b, '', '')])})/((x + {p})*(x + {q}))", "")]
    a, b, rate, turn = n
    inner = sum_plain([(a, _wave("sin", turn)[0], ""), (b, _wave("cos", turn)[0], "")])
    return [(1, f"{_wave('exp', rate)[0]}*({inner})", "")]


def _shown(params: Params) -> str:
    """As people write it: `e^(3x)` for `exp(3*x)`, powers with `^`."""
    text = sum_plain(_function(params)).replace("**", "^").replace("exp(", "e^(")
    for factor in ("1/x", "1/("):
        text = text.replace(f"*{factor}", factor[1:])  # 3*1/x is 3/x
    return text.replace("*", "")


def pose(params: Params, rng: Random) -> Posed:
    where = " (for x > 0)" if params[0] in ("inverse", "fractions") else ""
    asked = rng.choice(_ASKED).format(_shown(params) + where)
    return Posed(prompt=asked, reference=_reference(params))


def _reference(params: Params) -> MathReference:
    return MathReference(answer=sum_plain(_terms(params)), type="antiderivative")


def solve(params: Params, rng: Random) -> str:
    kind, n = params
    terms = _terms(params)
    if kind == "powers":
        steps = [f"{value}/{power + 1}" if power else f"{value}" for value, power in n]
        text = f"raise each power by one and divide: {', '.join(steps)}"
    elif kind == "bracket":
        c, a, _, power, d, m = n
        text = f"inner factor {a}: {c}/({a}*{power + 1}); {d}/{m + 1}"
    elif kind == "waves":
        text = "; ".join(
            f"{_wave(name, rate)[0]} lifts to {sum_plain([_lifted(1, name, rate)])}" for _, name, rate in n
        )
    elif kind == "inverse":
        c, power, d, a, _, _ = n
        text = f"power: {quotient(c, 1 - power)}; logarithm: {quotient(d, a)}"
    elif kind == "fractions":
        over_p, over_q = _split(n)
        p, q = n[2:]
        text = f"partial fractions {bracketed(over_p)}/(x + {p}) and {bracketed(over_q)}/(x + {q})"
    elif kind == "parts":
        text = "; ".join(f"{value} for {plain}" for value, plain, _ in terms)
        text = f"by parts until the polynomial is gone: {text}"
    else:
        a, b, rate, turn = n
        text = f"twice by parts: over {bracketed(rate)}^2 + {turn}^2 = {rate * rate + turn * turn}, "
        text += f"sine {rate * a + turn * b}, cosine {rate * b - turn * a}"
    constant = rng.choice(("", " + C"))
    opening = rng.choice(("", "Term by term: ")) if kind in ("powers", "waves", "bracket") else ""
    return f"{opening}{text}. {boxed(sum_latex(terms) + constant)}"


def confirm(params: Params) -> MathReference:
    """sympy differentiates ours: it stands where the derivative is the function asked about, as it is written."""
    import sympy

    x = sympy.Symbol("x", positive=True)
    ours = _reference(params)
    found = sympy.diff(sympy.sympify(ours.answer, locals={"x": x}), x)
    asked = sympy.sympify(sum_plain(_function(params)), locals={"x": x})
    same = sympy.simplify(sympy.expand(found - asked)) == 0
    return ours if same else MathReference(answer=str(sympy.integrate(asked, x)), type="antiderivative")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    terms = _terms(params)
    (value, plain, latex), *rest = terms
    candidates = (
        ("function_itself", _shown(params)),
        ("sign", sum_latex([(-v, p, t) for v, p, t in terms])),
        ("first_sign", sum_latex([(-value, plain, latex), *rest])),
        ("doubled", sum_latex([(2 * v, p, t) for v, p, t in terms])),
        (
            "off_by_x",
            sum_latex(
                [*terms, (rng.choice((-1, 1)), "x", "x")]
                if params[0] != "inverse"
                else [*terms[:-1], (terms[-1][0] + 1, "x", "x")]
            ),
        ),
        ("first_only", sum_latex([(value, plain, latex)])),
    )
    yield from wrong_answers(sum_latex(terms), f"\\int {_shown(params)} dx", candidates)


FAMILY = Family(
    name="antiderivatives",
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
