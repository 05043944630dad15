"""Largest and smallest values of functions, exactly.

Level 1: of a quadratic. Level 2: of a quadratic on an interval. Level 3: a local one of a cubic. Level 4: of a cubic
on an interval. Level 5: a fence of two prices. Level 6: of ax + b/x + c. Level 7: of a polynomial of degree 4 on an
interval. Level 8: of (ax + b)/(x^2 + c). Level 9: of (ax + b) e^(cx). Level 10: of a quadratic in two unknowns.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from random import Random

from tracemill.problems.exact import Term, plus, rational, root, root_terms, roots_plain, sum_latex, sum_plain, times
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, combination, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

_KINDS = {
    1: "vertex",
    2: "interval",
    3: "local",
    4: "interval",
    5: "fence",
    6: "balance",
    7: "interval",
    8: "bell",
    9: "wave",
    10: "bowl",
}
_ASKED = {
    "vertex": ("Find the {what} value of f(x) = {f}.", "What is the {what} value that {f} takes?"),
    "interval": (
        "Find the {what} value of f(x) = {f} for {p} <= x <= {q}.",
        "What is the {what} value of {f} on the interval [{p}, {q}]?",
    ),
    "local": ("Find the local {what} value of f(x) = {f}.", "What is the value of {f} at its local {what}?"),
    "fence": (
        "A rectangular field is fenced. Each of two opposite sides costs {0} a unit of length, each of the other two "
        "{1}. What is the largest area for {2} in all?",
        "Fence for one pair of opposite sides of a rectangle costs {0} per unit of length, for the other pair {1}. "
        "How large can the area be for a total of {2}?",
    ),
    "balance": ("Find the smallest value of f(x) = {f} for x > 0.", "How small can {f} become for x > 0?"),
    "bell": ("Find the {what} value of f(x) = {f}.", "What is the {what} value that {f} takes?"),
    "wave": ("Find the {what} value of f(x) = {f}.", "What is the {what} value that {f} takes?"),
    "bowl": ("Find the smallest value of {f} over all real x and y.", "How small can {f} become?"),
}
_FORM = {
    "rational": ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms."),
    "root": ("Give an exact answer in simplest radical form.", "Answer exactly; simplify roots."),
    "wave": ("Give the exact answer in terms of e.", "Answer exactly, with a power of e."),
}


def sample(level: int, rng: Random) -> Params:
    """(kind, whether the largest is asked for, coefficients from the highest power down, ends of an interval or ())."""
    kind = _KINDS[level]
    top = rng.random() < 0.5

    def pick(most: int) -> int:
        return rng.choice((-1, 1)) * rng.randrange(1, most + 1)

    if kind == "vertex":
        a = rng.randrange(1, 9)
        return (kind, top, (-a if top else a, pick(15), rng.randrange(-20, 21)), ())
    if kind == "interval":
        p = rng.randrange(-6, 3)
        q = p + rng.randrange(3, 9)
        if level == 2:
            coefficients: tuple[int, ...] = (pick(6), pick(20), rng.randrange(-20, 21))
        else:
            u, v = rng.sample(range(-6, 7), 2)
            a, c = pick(3), rng.randrange(-30, 31)
            coefficients = _with_turns(a, u, v, c) if level == 4 else _with_three_turns(a, u, v, c)
        return (kind, top, coefficients, (p, q))
    if kind == "local":
        u, v = rng.sample(range(-7, 8), 2)
        return (kind, top, _with_turns(pick(6), u, v, rng.randrange(-99, 100)), ())
    if kind == "fence":
        return (kind, True, (*sorted(rng.sample(range(2, 31), 2)), rng.randrange(20, 2000)), ())
    if kind == "balance":
        return (kind, False, (rng.randrange(1, 100), rng.randrange(1, 100), pick(40)), ())
    if kind == "bell":
        return (kind, top, (rng.randrange(1, 40), rng.randrange(-60, 61), rng.randrange(1, 80)), ())
    if kind == "wave":
        a, rate = pick(40), pick(12)
        return (kind, a * rate < 0, (a, pick(80), rate), ())
    while True:
        a, b, c = rng.randrange(1, 8), pick(8), rng.randrange(1, 8)
        if 4 * a * c > b * b:
            return (kind, False, (a, b, c, pick(15), pick(15), pick(20)), ())


def _with_turns(a: int, u: int, v: int, c: int) -> tuple[int, ...]:
    """A cubic with slope 6a(x - u)(x - v)."""
    return (2 * a, -3 * a * (u + v), 6 * a * u * v, c)


def _with_three_turns(a: int, u: int, v: int, c: int) -> tuple[int, ...]:
    """A quartic with slope 12a x(x - u)(x - v)."""
    return (3 * a, -4 * a * (u + v), 6 * a * u * v, 0, c)


def _at(coefficients: Sequence[int], x: int | Fraction) -> Fraction:
    value = Fraction(0)
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def _whole_at(coefficients: Sequence[int], x: int) -> int:
    value = 0
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def _slope(coefficients: Sequence[int]) -> tuple[int, ...]:
    last = len(coefficients) - 1
    return tuple(value * (last - index) for index, value in enumerate(coefficients[:-1]))


def _turns(coefficients: Sequence[int]) -> list[Fraction]:
    """Where the slope vanishes; for a quadratic, and the cubics and quartics made here."""
    slope = _slope(coefficients)
    if len(slope) == 2:
        return [Fraction(-slope[1], slope[0])]
    return [Fraction(x) for x in range(-7, 8) if not _whole_at(slope, x)]


def _work(params: Params) -> tuple[list[Term], list[str]]:
    kind, top, n, ends = params
    best = max if top else min
    if kind in ("vertex", "interval", "local"):
        turns = _turns(n)
        steps = [f"f'(x) = {polynomial(_slope(n))}, zero at {', '.join(map(str, turns))}"]
        places = [x for x in turns if not ends or ends[0] < x < ends[1]] + [Fraction(x) for x in ends]
        values = [_at(n, x) for x in places]
        steps += [f"f({x}) = {value}" for x, value in zip(places, values, strict=True)]
        return [(best(values), "", "")], steps
    if kind == "fence":
        p, q, budget = n
        x, y = Fraction(budget, 4 * p), Fraction(budget, 4 * q)
        steps = [f"2*{p}x + 2*{q}y = {budget}", "the product xy is largest when both parts cost the same"]
        return [(x * y, "", "")], [*steps, f"x = {budget}/{4 * p}, y = {budget}/{4 * q}", f"xy = {x * y}"]
    if kind == "balance":
        a, b, c = n
        value = plus(times(root(a * b), 2), rational(c))
        steps = [f"f'(x) = {a} - {b}/x^2, zero at x = sqrt({b}/{a})", f"there ax = b/x = sqrt({a * b})"]
        return root_terms(value), [*steps, f"2 sqrt({a * b}) {signed(c)} = {roots_plain(value)}"]
    if kind == "bell":
        a, b, c = n
        under = b * b + a * a * c
        value = times(plus(rational(b), times(root(under), 1 if top else -1)), Fraction(1, 2 * c))
        steps = [
            f"f' is zero where {polynomial((a, 2 * b, -a * c))} = 0",
            f"x = ({-b} {'+' if top else '-'} sqrt({under}))/{a}",
        ]
        return root_terms(value), [
            *steps,
            f"there f = {a}/(2x) = ({b} {'+' if top else '-'} sqrt({under}))/{2 * c} = {roots_plain(value)}",
        ]
    if kind == "wave":
        a, b, rate = n
        x = Fraction(-1, rate) - Fraction(b, a)
        power = rate * x
        symbol = _power_of_e(power)
        steps = [f"f'(x) = ({polynomial((a * rate, a + b * rate))}) e^({polynomial((rate, 0))}), zero at x = {x}"]
        return [(Fraction(-a, rate), *symbol)], [
            *steps,
            f"there the bracket is {Fraction(-a, rate)} and the exponent {power}",
        ]
    a, b, c, d, e, f = n
    det = 4 * a * c - b * b
    x, y = Fraction(b * e - 2 * c * d, det), Fraction(b * d - 2 * a * e, det)
    value = f + (d * x + e * y) / 2
    steps = [
        f"slopes zero: {combination((2 * a, b), 'xy')} = {-d}, {combination((b, 2 * c), 'xy')} = {-e}",
        f"x = {x}, y = {y}",
    ]
    return [(value, "", "")], [*steps, f"value {f} + ({d}*{bracketed(x)} {signed(e)}*{bracketed(y)})/2 = {value}"]


def _power_of_e(power: Fraction) -> tuple[str, str]:
    if not power:
        return "", ""
    if power == 1:
        return "E", "e"
    return f"exp({power})", f"e^{{{power}}}"


def _function(params: Params) -> str:
    kind, _, n, _ = params
    if kind == "balance":
        return f"{polynomial((n[0], 0))} + {n[1]}/x {signed(n[2])}"
    if kind == "bell":
        return f"({polynomial(n[:2])})/(x^2 + {n[2]})"
    if kind == "wave":
        return f"({polynomial(n[:2])}) e^({polynomial((n[2], 0))})"
    if kind == "bowl":
        names = ("x^2", "xy", "y^2", "x", "y", "")
        return sum_plain([(value, name, "") for value, name in zip(n, names, strict=True)]).replace("*", "")
    return polynomial(n)


def _form(kind: str) -> str:
    return {"balance": "root", "bell": "root", "wave": "wave"}.get(kind, "rational")


def pose(params: Params, rng: Random) -> Posed:
    kind, top, n, ends = params
    if kind == "fence":
        asked = rng.choice(_ASKED[kind]).format(*n)
    else:
        p, q = ends or ("", "")
        what = rng.choice(("largest", "greatest")) if top else rng.choice(("smallest", "least"))
        what = ("maximum" if top else "minimum") if kind == "local" else what
        asked = rng.choice(_ASKED[kind]).format(f=_function(params), what=what, p=p, q=q)
    return Posed(prompt=f"{asked} {rng.choice(_FORM[_form(kind)])}", reference=_reference(kind, _work(params)[0]))


def _reference(kind: str, terms: list[Term]) -> MathReference:
    if _form(kind) == "rational":
        return MathReference(answer=sum_plain(terms), type="rational")
    return MathReference(answer=sum_plain(terms), type="expression", form="evaluated")


def solve(params: Params, rng: Random) -> str:
    terms, steps = _work(params)
    opening = rng.choice(("", "Look where the slope is zero: ")) if params[0] != "fence" else ""
    return f"{opening}{'; '.join(steps)}. {boxed(sum_latex(terms))}"


def confirm(params: Params) -> MathReference:
    """Without slopes: f less a local extreme has a double root, so that a discriminant is zero; the best of these and
    of the ends counts. For e^(cx) sympy solves for the slope; for two unknowns squares are completed."""
    import sympy

    kind, top, n, ends = params
    x, v = sympy.symbols("x v", real=True)
    best = max if top else min
    if kind in ("vertex", "interval", "local", "balance", "bell"):
        body = {
            "balance": lambda: n[0] * x**2 + n[1] + (n[2] - v) * x,
            "bell": lambda: n[0] * x + n[1] - v * (x**2 + n[2]),
        }.get(kind, lambda: sum(c * x ** (len(n) - 1 - i) for i, c in enumerate(n)) - v)()
        heights = sympy.roots(sympy.discriminant(sympy.expand(body), x), v, multiple=True)
        heights = [h for h in dict.fromkeys(heights) if h.is_real]
        if kind == "balance":  # the double root must be positive
            heights = [h for h in heights if h > n[2]]
        if ends:
            inside = []
            for h in heights:
                where = sympy.roots(sympy.Poly(body.subs(v, h), x), filter="R")
                inside += [h for place, times_ in where.items() if times_ > 1 and ends[0] < place < ends[1]]
            heights = inside + [sympy.Rational(str(_at(n, end))) for end in ends]
        found = best(heights)
    elif kind == "fence":
        p, q, budget = n
        area = x * (sympy.Rational(budget, 2 * q) - sympy.Rational(p, q) * x)
        found = sympy.solve(sympy.discriminant(area - v, x), v)[0]
    elif kind == "wave":
        a, b, rate = n
        body = (a * x + b) * sympy.exp(rate * x)
        (place,) = sympy.solve(sympy.diff(body, x), x)
        found = body.subs(x, place)
    else:
        a, b, c, d, e, f = map(sympy.Integer, n)
        rest = c - b**2 / (4 * a)  # a(x + (by + d)/2a)^2 + rest y^2 + slope y + constant
        slope = e - b * d / (2 * a)
        found = f - d**2 / (4 * a) - slope**2 / (4 * rest)
    ours = _reference(kind, _work(params)[0])
    same = sympy.simplify(sympy.expand(found) - sympy.sympify(ours.answer)) == 0
    return ours if same else MathReference(answer=str(found), type=ours.type, form=ours.form)


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    terms, _ = _work(params)
    candidates: tuple[tuple[str, list[Term]], ...] = (
        ("sign", [(-value, plain, latex) for value, plain, latex in terms]),
        ("off_by_one", _collected([*terms, (rng.choice((-1, 1)), "", "")])),
        ("doubled", [(2 * value, plain, latex) for value, plain, latex in terms]),
        ("halved", [(Fraction(value) / 2, plain, latex) for value, plain, latex in terms]),
        ("a_coefficient", [(params[2][-1], "", "")]),
        ("zero", []),
    )
    named = [(name, sum_latex(found)) for name, found in candidates]
    yield from wrong_answers(sum_latex(terms), f"max of {_function(params)}", named)


def _collected(terms: list[Term]) -> list[Term]:
    symbols = dict.fromkeys((plain, latex) for _, plain, latex in terms)
    return [(sum((t[0] for t in terms if t[1] == plain), Fraction(0)), plain, latex) for plain, latex in symbols]


FAMILY = Family(
    name="extrema",
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
