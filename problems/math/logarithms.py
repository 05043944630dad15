"""Logarithms of powers, and equations with logarithms.

Level 1: a logarithm and a number. Level 2: two logarithms. Level 3: multiples of logarithms, roots and reciprocals
among their arguments. Level 4: three of these. Level 5: log_b(ax + c) = k. Level 6: with a factor and a term. Level
7: a sum of two logarithms that becomes a quadratic. Level 8: a difference. Level 9: bases that are powers of one
number. Level 10: a quadratic in a logarithm; the answer is a set.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, braced, bracketed, latex_set, polynomial, signed, summed, wrong_answers
from tracemill.problems.types import MathReference

_VALUE = ("Compute {}.", "What is {}?", "Evaluate {}.", "Find the exact value of {}.")
_EQUATION = ("Solve {}.", "Solve for x: {}.", "Which x satisfies {}?")
_SET = ("Find all x with {}, as a set.", "Give the solution set of {}.")


def sample(level: int, rng: Random) -> Params:
    """
    ("value", terms (factor, base, p, q) for factor * log_base(base^(p/q)), base 0 being the factor alone), or
    (form of `_shown`, base, whole numbers).
    """
    if level == 1:
        return ("value", (_term(rng, plain=True), (rng.choice((-1, 1)) * rng.randint(1, 99), 0, 0, 1)))
    if level <= 4:
        terms = [_term(rng, plain=level == 2) for _ in range(3 if level == 4 else 2)]
        if level > 2:
            terms = [(rng.randint(2, 9) * c, b, p, q) for c, b, p, q in terms]
        return (
            "value",
            ((abs(terms[0][0]), *terms[0][1:]), *((rng.choice((-1, 1)) * t[0], *t[1:]) for t in terms[1:])),
        )
    base = rng.choice((2, 3, 5, 10)) if level < 9 else rng.choice((2, 3, 5))
    power = rng.randint(1, {2: 6, 3: 4, 5: 3, 10: 2}[base])
    if level == 5:
        return ("line", base, (rng.randint(1, 12), rng.choice((-1, 1)) * rng.randint(1, 90), power))
    if level == 6:
        numbers = (rng.randint(1, 9), rng.choice((-1, 1)) * rng.randint(1, 40), power)
        return ("scaled", base, (*numbers, rng.randint(2, 9), rng.choice((-1, 1)) * rng.randint(1, 30)))
    if level in (7, 8):
        first, second, x, shift = _split(base, rng, product=level == 7)
        return (
            "sum" if level == 7 else "difference",
            base,
            (first - x + shift, second - x + shift, x - shift, first, second),
        )
    if level == 9:
        p, q = rng.sample(range(1, 4), 2)
        multiple = rng.randint(1, 3 if p * q < 6 else 1)
        return ("bases", base, (p, q, multiple * p * q, rng.randint(1, 9), rng.choice((-1, 1)) * rng.randint(1, 40)))
    low, high = sorted(rng.sample(range(-2, 5), 2))
    return (
        "quadratic",
        base,
        (rng.randint(1, 9), low, high, rng.randint(1, 5), rng.choice((-1, 1)) * rng.randint(1, 20)),
    )


def _term(rng: Random, plain: bool) -> tuple[int, int, int, int]:
    base = rng.randint(2, 10)
    most = {2: 10, 3: 7, 4: 5, 5: 5, 10: 6}.get(base, 4)
    if plain:
        return (1, base, rng.randint(1, most), 1)
    return (1, base, rng.choice((-1, 1)) * rng.randint(1, most), rng.choice((1, 1, 2, 3)))


def _split(base: int, rng: Random, product: bool) -> tuple[int, int, int, int]:
    """Two arguments whose product or quotient is a power of the base, a solution and a shift."""
    shift, x = rng.randint(-50, 50), rng.randint(1, 90)
    if product:
        m, n = rng.randint(1, 4), rng.randint(0, 3)
        small, extra = base**n, base**m
        return small, small * extra, x, shift
    second = rng.randint(1, 30)
    return second * base ** rng.randint(1, 2), second, x, shift


def _argument(base: int, p: int, q: int) -> str:
    inner = str(base ** abs(p)) if q == 1 else f"{'sqrt' if q == 2 else 'cbrt'}({base ** abs(p)})"
    return inner if p > 0 else f"1/{inner}"


def _shown(params: Params) -> str:
    if params[0] == "value":
        text = ""
        for c, b, p, q in params[1]:
            body = str(abs(c)) if b == 0 else (f"{abs(c)}*" if abs(c) > 1 else "") + f"log_{b}({_argument(b, p, q)})"
            text += f" {'-' if c < 0 else '+'} {body}" if text else body
        return text
    form, b, n = params
    if form == "line":
        return f"log_{b}({polynomial(n[:2])}) = {n[2]}"
    if form == "scaled":
        return f"{n[3]}*log_{b}({polynomial(n[:2])}) {signed(n[4])} = {n[3] * n[2] + n[4]}"
    if form in ("sum", "difference"):
        sign = "+" if form == "sum" else "-"
        return f"log_{b}({polynomial((1, n[0]))}) {sign} log_{b}({polynomial((1, n[1]))}) = {_right(params)}"
    if form == "bases":
        p, q, power, *line = n
        argument = polynomial(line)
        return f"log_{b**p}({argument}) + log_{b**q}({argument}) = {power // p + power // q}"
    k, low, high, *line = n
    argument = polynomial(line)
    lead = "" if k == 1 else str(k)
    middle, last = k * (low + high), k * low * high
    text = f"{lead}(log_{b}({argument}))^2"
    text += f" {signed(-middle)}*log_{b}({argument})" if middle else ""
    return f"{text}{f' {signed(last)}' if last else ''} = 0"


def _right(params: Params) -> int:
    """The power of the base on the right of a sum or difference of logarithms."""
    form, b, (_, _, _, first, second) = params
    whole, power = first * second if form == "sum" else first // second, 0
    while whole > 1:
        whole, power = whole // b, power + 1
    return power


def _solutions(params: Params) -> list[Fraction]:
    form, b, n = params if params[0] != "value" else ("value", 0, ())
    if form == "value":
        return [sum((Fraction(c * p, q) if base else Fraction(c) for c, base, p, q in params[1]), Fraction(0))]
    if form in ("line", "scaled"):
        return [Fraction(b ** n[2] - n[1], n[0])]
    if form in ("sum", "difference"):
        return [Fraction(n[2])]
    if form == "bases":
        return [Fraction(b ** n[2] - n[4], n[3])]
    return [(Fraction(b) ** power - n[4]) / n[3] for power in n[1:3]]


def _answer(params: Params) -> str:
    solutions = _solutions(params)
    return braced(solutions) if params[0] == "quadratic" else str(solutions[0])


def pose(params: Params, rng: Random) -> Posed:
    if params[0] == "value":
        easy = all(q == 1 and abs(c) == 1 for c, b, _, q in params[1] if b)
        asked = _VALUE[: 2 if easy else 4]
    else:
        asked = _SET if params[0] == "quadratic" else _EQUATION
    reference = MathReference(answer=_answer(params), type="set" if params[0] == "quadratic" else "rational")
    return Posed(prompt=rng.choice(asked).format(_shown(params)), reference=reference)


def solve(params: Params, rng: Random) -> str:
    final = boxed(latex_set(_answer(params)))
    if params[0] == "value":
        steps, values = [], []
        for c, b, p, q in params[1]:
            power = Fraction(p, q) if b else Fraction(1)
            if b:
                steps.append(f"{_argument(b, p, q)} = {b}^{bracketed(power)}")
            times = f"{abs(c)}*" if b and abs(c) > 1 else ""
            values.append(f"{times}{bracketed(power if b else Fraction(abs(c)))}")
        signs = ["-" if c < 0 else "+" for c, *_ in params[1]]
        shown = values[0] + "".join(f" {sign} {value}" for sign, value in zip(signs[1:], values[1:], strict=True))
        plain = all(q == 1 and abs(c) == 1 for c, b, _, q in params[1] if b)
        joint = ", " if plain else rng.choice((", ", "; "))
        return f"{joint.join([*steps, shown])} = {_answer(params)}. {final}"
    return f"{_equation_steps(params, rng)}. {final}"


def _equation_steps(params: Params, rng: Random) -> str:
    form, b, n = params
    (x, *_) = _solutions(params)
    joint = rng.choice(("so", "hence"))
    if form == "line":
        return f"{polynomial(n[:2])} = {b}^{n[2]} = {b ** n[2]}, {joint} {polynomial((n[0], 0))} = {b ** n[2] - n[1]}"
    if form == "scaled":
        lead = f"log_{b}({polynomial(n[:2])}) = {n[3] * n[2]}/{n[3]} = {n[2]}, {joint} "
        return f"{lead}{polynomial(n[:2])} = {b}^{n[2]} = {b ** n[2]}, {polynomial((n[0], 0))} = {b ** n[2] - n[1]}"
    if form == "sum":
        f, g, _, first, second = n
        equation = polynomial((1, f + g, f * g - first * second))
        other = -f - g - x
        product = f"({polynomial((1, f))})({polynomial((1, g))}) = {b}^{_right(params)} = {first * second}"
        check = f"only at x = {x} are both arguments positive"
        return f"{product}, {joint} {equation} = 0, x = {x} or x = {other}; {check}"
    if form == "difference":
        f, g, _, first, second = n
        ratio = first // second
        return f"{polynomial((1, f))} = {ratio}({polynomial((1, g))}), {joint} {ratio - 1}x = {f - ratio * g}, x = {x}"
    if form == "bases":
        p, q, power, *line = n
        argument = polynomial(line)
        equation = f"u/{p} + u/{q} = {power // p + power // q}"
        return f"With u = log_{b}({argument}): {equation}, {joint} u = {power}, {argument} = {b**power}"
    _, low, high, *line = n
    argument = polynomial(line)
    powers = f"{argument} = {b}^{bracketed(low)} or {argument} = {b}^{bracketed(high)}"
    return f"u = log_{b}({argument}): u = {low} or u = {high}, {joint} {powers}"


def confirm(params: Params) -> MathReference:
    """sympy evaluates the logarithms, or solves the equation, as asked."""
    import re

    import sympy

    x = sympy.Symbol("x")

    def read(text: str) -> sympy.Expr:
        text = re.sub(r"log_(\d+)\(", r"L(\1, ", text).replace("^", "**")
        text = re.sub(r"(?<=\d)(?=[x(L])", "*", text)
        logarithm = lambda b, v: sympy.log(v) / sympy.log(b)  # noqa: E731
        return sympy.sympify(text, locals={"L": logarithm, "x": x, "cbrt": sympy.cbrt})

    if params[0] == "value":
        value = sympy.nsimplify(sympy.simplify(sympy.expand_log(read(_shown(params)), force=True)))
        return MathReference(answer=str(value), type="rational")
    left, right = _shown(params).split(" = ")
    found = sympy.solve(read(left) - read(right), x)
    texts = [str(solution) for solution in sorted(found)]
    if params[0] == "quadratic":
        return MathReference(answer=braced(texts), type="set")
    return MathReference(answer=", ".join(texts), type="rational")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    solutions = _solutions(params)
    right = _answer(params)
    if params[0] == "quadratic":
        candidates = [
            ("exponents", braced(params[2][1:3])),
            ("one_missing", braced(solutions[:1])),
            ("off_by_one", braced([solution + 1 for solution in solutions])),
            ("sign", braced([-solution for solution in solutions])),
        ]
    else:
        (first,) = solutions
        candidates = [
            ("off_by_one", str(first + rng.choice((-1, 1)))),
            ("sign", str(-first)),
            ("doubled", str(2 * first + 1)),
        ]
        if params[0] == "value":
            candidates.append(("arguments", summed([c * b ** abs(p) if b else c for c, b, p, _ in params[1]])))
        else:
            candidates.append(("exponent", str(params[2][-1] + 1000)))
    yield from wrong_answers(latex_set(right), _shown(params), [(name, latex_set(text)) for name, text in candidates])


FAMILY = Family(
    name="logarithms",
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
