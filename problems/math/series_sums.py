"""Sums of series, finite and infinite, exactly.

Level 1: of an arithmetic series. Level 2: of a geometric one. Level 3: of an infinite geometric series. Level 4: of
two of these. Level 5: a finite telescoping series. Level 6: an infinite one. Level 7: of k r^k. Level 8: of (ak + b)
r^k. Level 9: of (ak^2 + bk + c) r^k. Level 10: of (ak^2 + bk + c) m^k/k!.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import comb, factorial, gcd
from random import Random

from tracemill.problems.exact import Term, sum_latex, sum_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, wrong_answers
from tracemill.problems.types import MathReference

_KINDS = {
    1: "arithmetic",
    2: "geometric",
    3: "infinite",
    4: "two",
    5: "telescope",
    6: "telescope_on",
    7: "weighted",
    8: "weighted",
    9: "weighted",
    10: "exponential",
}
_ASKED = (
    "Find the sum of {f} over k from {m} to {n}.",
    "What is the sum of {f} for k = {m} to {n}?",
    "Evaluate the series: sum from k = {m} to {n} of {f}.",
)
_FORM = {
    "rational": ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms."),
    "expression": ("Give the exact answer in terms of e.", "Answer exactly, with e."),
}


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers): coefficients, the ratio's numerator and denominator, the first index and the last, if any."""
    kind = _KINDS[level]

    def pick(most: int) -> int:
        return rng.choice((-1, 1)) * rng.randrange(1, most + 1)

    def ratio(most: int) -> tuple[int, int]:
        while True:
            bottom = rng.randrange(2, most + 1)
            top = pick(bottom - 1)
            if gcd(top, bottom) == 1:
                return top, bottom

    if kind == "arithmetic":
        return (kind, (pick(12), pick(30), 1, rng.randrange(5, 41)))
    if kind == "geometric":
        top, bottom = ratio(4) if rng.random() < 0.5 else (rng.choice((-3, -2, 2, 3, 4, 5)), 1)
        return (kind, (pick(60), top, bottom, rng.randrange(0, 3), rng.randrange(4, 9)))
    if kind == "infinite":
        return (kind, (pick(99), *ratio(30), rng.randrange(0, 5)))
    if kind == "two":
        return (kind, (pick(20), *ratio(12), pick(20), *ratio(12), rng.randrange(0, 4)))
    if kind in ("telescope", "telescope_on"):
        while True:  # c / ((ak + b)(ak + b + ad))
            c, a, b, d = rng.randrange(1, 100), rng.randrange(1, 8), rng.randrange(1, 25), rng.randrange(1, 5)
            if gcd(a, b) == 1:
                last = rng.randrange(10, 60) if kind == "telescope" else 0
                return (kind, (c, a, b, d, rng.randrange(1, 6), last))
    if kind == "exponential":
        return (kind, (pick(20), pick(20), pick(20), pick(6), 0))
    coefficients = {7: (pick(99), 0), 8: (pick(20), pick(20)), 9: (pick(12), pick(12), pick(12))}[level]
    return (
        kind,
        (*coefficients, *ratio(30 if level == 7 else 12), rng.randrange(1, 5) if level == 7 else rng.randrange(0, 3)),
    )


def _power_sum(j: int, r: Fraction) -> Fraction:
    """The sum of C(k, j) r^k over k from 0: r^j / (1 - r)^(j + 1)."""
    return r**j / (1 - r) ** (j + 1)


def _binomials(coefficients: tuple[int, ...]) -> list[int]:
    """A polynomial in k of degree up to 2 in terms of C(k, 0), C(k, 1), C(k, 2)."""
    a, b, c = (0, 0, *coefficients)[-3:]
    return [c, a + b, 2 * a]


def _at(coefficients: tuple[int, ...], k: int) -> int:
    value = 0
    for coefficient in coefficients:
        value = value * k + coefficient
    return value


def _work(params: Params) -> tuple[list[Term], list[str]]:
    kind, n = params
    if kind == "arithmetic":
        a, b, first, last = n
        low, high, count = a * first + b, a * last + b, last - first + 1
        value = Fraction(count * (low + high), 2)
        return [(value, "", "")], [
            f"{count} terms from {low} to {high}",
            f"{count}*({low} + {bracketed(high)})/2 = {value}",
        ]
    if kind == "geometric":
        c, top, bottom, first, last = n
        r, count = Fraction(top, bottom), last - first + 1
        start = c * r**first
        value = start * (1 - r**count) / (1 - r)
        steps = [f"first term {start}, ratio {r}, {count} terms", f"{bracketed(r)}^{count} = {r**count}"]
        return [(value, "", "")], [
            *steps,
            f"{bracketed(start)}*(1 - {bracketed(r**count)})/(1 - {bracketed(r)}) = {value}",
        ]
    if kind in ("infinite", "two"):
        value, steps = Fraction(0), []
        for c, top, bottom in (n[:3], n[3:6])[: 1 if kind == "infinite" else 2]:
            r = Fraction(top, bottom)
            start = c * r ** n[-1]
            part = start / (1 - r)
            value += part
            steps.append(f"first term {start}, ratio {r}: {bracketed(start)}/(1 - {bracketed(r)}) = {part}")
        return [(value, "", "")], [*steps, f"together {value}"] if kind == "two" else steps
    if kind in ("telescope", "telescope_on"):
        c, a, b, d, first, last = n
        factor = Fraction(c, a * d)
        heads = [Fraction(1, a * k + b) for k in range(first, first + d)]
        tails = [Fraction(1, a * k + b) for k in range(last + 1, last + 1 + d)] if last else []
        value = factor * (sum(heads, Fraction(0)) - sum(tails, Fraction(0)))
        steps = [
            f"{c}/({a}*{d}) = {factor} times 1/({polynomial((a, b), 'k')}) - 1/({polynomial((a, b + a * d), 'k')})"
        ]
        steps.append(f"at the start {' + '.join(map(str, heads))} stays")
        steps += [f"at the end {' + '.join(map(str, tails))} is taken off"] if tails else []
        return [(value, "", "")], [*steps, f"total {value}"]
    if kind == "exponential":
        a, b, c, m, _ = n
        value = a * (m * m + m) + b * m + c
        steps = [
            f"k^2 gives {bracketed(m)}^2 + {bracketed(m)} = {m * m + m}, k gives {m}, 1 gives 1, each times e^({m})"
        ]
        symbol = ("E", "e") if m == 1 else (f"exp({m})", f"e^{{{m}}}")
        return [(value, *symbol)], [
            *steps,
            f"{a}*{m * m + m} + {bracketed(b)}*{bracketed(m)} + {bracketed(c)} = {value}",
        ]
    *numbers, top, bottom, first = n
    coefficients, r = tuple(numbers), Fraction(top, bottom)
    parts = [value * _power_sum(j, r) for j, value in enumerate(_binomials(coefficients))]
    whole = sum(parts, Fraction(0))
    early = sum((_at(coefficients, k) * r**k for k in range(first)), Fraction(0))
    names = ("sum of r^k = 1/(1 - r)", "sum of k r^k = r/(1 - r)^2", "sum of k(k - 1) r^k = 2r^2/(1 - r)^3")
    steps = [
        f"{name} = {_power_sum(j, r) * (2 if j == 2 else 1)}"
        for j, name in enumerate(names)
        if _binomials(coefficients)[j]
    ]
    steps.append(f"from k = 0 on: {whole}")
    steps += [f"less the first {first} term{'s' if first > 1 else ''} {early}: {whole - early}"] if first else []
    return [(whole - early, "", "")], steps


def _function(params: Params) -> tuple[str, int, str]:
    """The term, the first index and the last."""
    kind, n = params
    if kind == "arithmetic":
        return f"({polynomial(n[:2], 'k')})", n[2], str(n[3])
    if kind == "geometric":
        return f"{n[0]} * ({Fraction(n[1], n[2])})^k", n[3], str(n[4])
    if kind == "infinite":
        return f"{n[0]} * ({Fraction(n[1], n[2])})^k", n[3], "infinity"
    if kind == "two":
        second = f"{'-' if n[3] < 0 else '+'} {abs(n[3])} * ({Fraction(n[4], n[5])})^k"
        return f"[{n[0]} * ({Fraction(n[1], n[2])})^k {second}]", n[6], "infinity"
    if kind in ("telescope", "telescope_on"):
        c, a, b, d, first, last = n
        return (
            f"{c}/(({polynomial((a, b), 'k')})({polynomial((a, b + a * d), 'k')}))",
            first,
            str(last) if last else "infinity",
        )
    if kind == "exponential":
        return f"({polynomial(n[:3], 'k')}) * {bracketed(n[3])}^k/k!", 0, "infinity"
    *coefficients, top, bottom, first = n
    return f"({polynomial(coefficients, 'k')}) * ({Fraction(top, bottom)})^k", first, "infinity"


def pose(params: Params, rng: Random) -> Posed:
    text, first, last = _function(params)
    reference = _reference(params[0], _work(params)[0])
    form = rng.choice(_FORM[reference.type])
    return Posed(prompt=f"{rng.choice(_ASKED).format(f=text, m=first, n=last)} {form}", reference=reference)


def _reference(kind: str, terms: list[Term]) -> MathReference:
    if kind == "exponential":
        return MathReference(answer=sum_plain(terms), type="expression", form="evaluated")
    return MathReference(answer=sum_plain(terms), type="rational")


def solve(params: Params, rng: Random) -> str:
    terms, steps = _work(params)
    joint = rng.choice(("; ", ", then ")) if len(steps) > 1 else ""
    return f"{joint.join(steps)}. {boxed(sum_latex(terms))}"


def confirm(params: Params) -> MathReference:
    """Finite sums term by term. Infinite ones with p(k) r^k from a few terms and their recurrence, telescoping ones
    from a long partial sum and what is missing then; with k! sympy differentiates e^x."""
    kind, n = params
    if kind == "arithmetic":
        return _exact(kind, sum((Fraction(n[0] * k + n[1]) for k in range(n[2], n[3] + 1)), Fraction(0)))
    if kind == "geometric":
        r = Fraction(n[1], n[2])
        return _exact(kind, sum((n[0] * r**k for k in range(n[3], n[4] + 1)), Fraction(0)))
    if kind in ("telescope", "telescope_on"):
        c, a, b, d, first, last = n
        terms = (Fraction(c, (a * k + b) * (a * (k + d) + b)) for k in range(first, (last or 400) + 1))
        total = sum(terms, Fraction(0))
        if not last:  # what is missing telescopes too: it is the same sum from 401 on
            total += sum((Fraction(c, a * d * (a * k + b)) for k in range(401, 401 + d)), Fraction(0))
        return _exact(kind, total)
    if kind == "exponential":
        import sympy

        a, b, c, m, _ = n
        x = sympy.Symbol("x")
        first, second = x * sympy.diff(sympy.exp(x), x), x * sympy.diff(x * sympy.diff(sympy.exp(x), x), x)
        found = sympy.simplify((a * second + b * first + c * sympy.exp(x)).subs(x, m) / sympy.exp(m))
        symbol = "E" if m == 1 else f"exp({m})"
        return _reference(kind, [(Fraction(str(found)), symbol, "")])
    parts = (
        [(n[i], Fraction(n[i + 1], n[i + 2])) for i in ((0, 3) if kind == "two" else (0,))]
        if kind != "weighted"
        else []
    )
    if kind == "weighted":
        *coefficients, top, bottom, first = n
        r, order = Fraction(top, bottom), len(coefficients)
        values = [_at(tuple(coefficients), k) * r**k for k in range(first, first + order)]
        return _exact(kind, _limit(values, r, order))
    return _exact(kind, sum((_limit([c * r ** n[-1]], r, 1) for c, r in parts), Fraction(0)))


def _limit(values: list[Fraction], r: Fraction, order: int) -> Fraction:
    """The sum S of a series whose terms satisfy (E - r)^order t = 0, E being the shift, from its first `order` terms:
    the recurrence added over all k leaves (1 - r)^order S and sums that lack their first terms."""
    total, left = Fraction(0), Fraction(0)
    for j in range(order + 1):
        weight = comb(order, j) * (-r) ** (order - j)
        total += weight
        left += weight * sum(values[:j], Fraction(0))
    return left / total


def _exact(kind: str, value: Fraction) -> MathReference:
    return _reference(kind, [(value, "", "")])


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    terms, _ = _work(params)
    value, plain, latex = terms[0]
    value = Fraction(value)
    shifted = value + Fraction(params[1][0], factorial(3))
    candidates = (
        ("sign", -value),
        ("off_by_one", value + rng.choice((-1, 1))),
        ("one_term_more", shifted),
        ("doubled", 2 * value),
        ("halved", value / 2),
        ("zero", Fraction(0)),
    )
    named = [(name, sum_latex([(number, plain, latex)])) for name, number in candidates]
    yield from wrong_answers(sum_latex(terms), f"sum of {_function(params)[0]}", named)


FAMILY = Family(
    name="series_sums",
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
