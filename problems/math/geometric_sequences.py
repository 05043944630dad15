"""Geometric sequences, and at the end sequences that multiply and add.

Level 1: the next term but one or two. Level 2: the sum of the first three or four terms. Level 3: a term with a
fraction for a ratio. Level 4: the sum of more terms. Level 5: the sum to infinity. Level 6: a finite sum with a
fraction for a ratio. Level 7: a term, given two others. Level 8: the first term, given the sum to infinity. Level 9:
a term of a sequence that multiplies and adds. Level 10: the sum of its terms.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from math import gcd
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, signed, wrong_answers
from tracemill.problems.types import MathReference

_ASKED = {
    "term": ("{first}, ... (geometric): find term {n}.", "Geometric {first}, ...: what is term {n}?"),
    "sum": ("Add the first {n} terms of geometric {two}, ...", "Geometric {two}, ...: sum of {n} terms?"),
    "infinite": (
        "Find the sum to infinity of the geometric series {first}, ...",
        "A geometric series begins {first}, ... and goes on for ever. What is its sum?",
    ),
    "two": (
        "In a geometric sequence with real terms term {i} is {u} and term {j} is {v}. Find term {n}.",
        "A geometric sequence of real numbers has a_{i} = {u} and a_{j} = {v}. What is a_{n}?",
    ),
    "start": (
        "A geometric series with ratio {r} has the sum {infinite} to infinity. What is its first term?",
        "The sum to infinity of a geometric series is {infinite}, its ratio {r}. Find the first term.",
    ),
    "mixed": (
        "a_1 = {a} and each term is {r} times the one before, {plus}. Find a_{n}.",
        "A sequence starts with {a}; multiply by {r}, then {plus}, for the next term. What is term {n}?",
    ),
    "mixed_sum": (
        "a_1 = {a} and each term is {r} times the one before, {plus}. Find a_1 + ... + a_{n}.",
        "A sequence starts with {a}; multiply by {r}, then {plus}, for the next term. Add its first {n} terms.",
    ),
}


def sample(level: int, rng: Random) -> Params:
    """(what is asked, first term, numerator and denominator of the ratio, what is added, n, i, j)."""
    a = rng.choice((-1, 1, 1)) * rng.randint(1, 250)
    ratio = (rng.choice((-3, -2, 2, 3, 4, 5)), 1)
    if level == 1:
        return ("term", a, *ratio, 0, rng.randint(4, 5), 0, 0)
    if level == 2:
        return ("sum", a, *ratio, 0, rng.randint(3, 4), 0, 0)
    if level == 4:
        return ("sum", a, *ratio, 0, rng.randint(5, 9), 0, 0)
    if level == 7:
        i = rng.randint(1, 3)
        j = i + rng.choice((1, 3))
        return ("two", a, *_fraction(rng, small=True), 0, j + rng.randint(2, 4), i, j)
    if level >= 9:
        plus = rng.choice((-1, 1)) * rng.randint(1, 30)
        kind = "mixed" if level == 9 else "mixed_sum"
        return (kind, rng.randint(-20, 40), rng.choice((-3, -2, 2, 3)), 1, plus, rng.randint(6, 10), 0, 0)
    top, bottom = _fraction(rng, small=level in (5, 8))
    kind = {3: "term", 5: "infinite", 6: "sum", 8: "start"}[level]
    return (kind, a, top, bottom, 0, rng.randint(5, 7), 0, 0)


def _fraction(rng: Random, small: bool) -> tuple[int, int]:
    """A reduced ratio that is no whole number; between -1 and 1 where `small`."""
    while True:
        bottom = rng.randint(2, 9 if small else 5)
        top = rng.choice((-1, 1)) * rng.randint(1, bottom - 1 if small else 9)
        if gcd(top, bottom) == 1:
            return top, bottom


def _terms(params: Params, count: int) -> list[Fraction]:
    _, a, top, bottom, plus, _, _, _ = params
    terms = [Fraction(a)]
    while len(terms) < count:
        terms.append(terms[-1] * Fraction(top, bottom) + plus)
    return terms


def _value(params: Params) -> Fraction:
    """By the closed formulas."""
    kind, a, top, bottom, plus, n, _, _ = params
    ratio = Fraction(top, bottom)
    if kind == "start":
        return Fraction(a)
    if kind == "infinite":
        return a / (1 - ratio)
    fixed = plus / (1 - ratio)
    if kind in ("term", "two", "mixed"):
        return (a - fixed) * ratio ** (n - 1) + fixed
    return (a - fixed) * (ratio**n - 1) / (ratio - 1) + n * fixed


def _given(params: Params) -> dict[str, object]:
    _, a, top, bottom, plus, n, i, j = params
    ratio, terms = Fraction(top, bottom), _terms(params, max(3, j))
    given: dict[str, object] = {"first": ", ".join(map(str, terms[:3])), "n": n, "i": i, "j": j, "a": a, "r": ratio}
    added = f"plus {plus}" if plus > 0 else f"minus {-plus}"
    given["two"] = f"{terms[0]}, {terms[1]}"
    return given | {"u": terms[i - 1], "v": terms[j - 1], "infinite": a / (1 - ratio), "plus": added}


def pose(params: Params, rng: Random) -> Posed:
    prompt = rng.choice(_ASKED[params[0]]).format(**_given(params))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="rational"))


def solve(params: Params, rng: Random) -> str:
    kind, a, top, bottom, plus, n, i, j = params
    ratio, value = Fraction(top, bottom), _value(params)
    final = boxed(value)
    if kind == "infinite":
        name = rng.choice(("r =", "the ratio is"))
        return f"{name} {ratio}, {a}/(1 {signed(-ratio)}) = {a}/{bracketed(1 - ratio)} = {value}. {final}"
    if kind == "start":
        rule = rng.choice(("The sum is a/(1 - r), so", "a = S(1 - r):"))
        return f"{rule} a = {bracketed(a / (1 - ratio))}*{bracketed(1 - ratio)} = {value}. {final}"
    if kind == "two":
        u, v = _terms(params, j)[i - 1], _terms(params, j)[j - 1]
        power = f"r^{j - i}" if j - i > 1 else "r"
        quotient = v / u
        found = f"{power} = {quotient}" + (f", r = {ratio}" if j - i > 1 else "")
        return (
            f"{found}{rng.choice(('; ', ', so '))}a_{n} = {bracketed(v)}*{bracketed(ratio)}^{n - j} = {value}. {final}"
        )
    terms = _terms(params, n)
    if plus:
        shown = [f"{t}*{bracketed(ratio)} {signed(plus)} = {s}" for t, s in pairwise(terms)]
        lead = rng.choice(("", "Term by term: "))
        tail = f"; the sum is {value}" if kind == "mixed_sum" else ""
        return f"{lead}{', '.join(shown)}{tail}. {final}"
    start = 2 if n < 6 and bottom == 1 else 0
    shown = [f"{t}*{bracketed(ratio)} = {s}" for t, s in pairwise(terms[start:])]
    if kind == "term":
        return f"r = {ratio}, {', '.join(shown)}. {final}"
    added = str(terms[0]) + "".join(f" {signed(t)}" for t in terms[1:])
    work = ", ".join(shown) + (rng.choice(("; ", "; in all ")) if n > 4 else "; ") if shown else ""
    return f"{work}{added} = {value}. {final}"


def confirm(params: Params) -> MathReference:
    """Term by term; the sum to infinity as the number s with s = a + r s."""
    kind, a, top, bottom, _, n, _, _ = params
    if kind in ("infinite", "start"):
        import sympy

        (first, s), ratio = sympy.symbols("first s"), sympy.Rational(top, bottom)
        asked, known = (
            (s, {first: a}) if kind == "infinite" else (first, {s: sympy.Rational(str(_given(params)["infinite"]))})
        )
        (value,) = sympy.solve(sympy.Eq(s, first + ratio * s).subs(known), asked)
        return MathReference(answer=str(value), type="rational")
    terms = _terms(params, n)
    value = terms[-1] if kind in ("term", "two", "mixed") else sum(terms, Fraction(0))
    return MathReference(answer=str(value), type="rational")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    _, a, top, bottom, _, n, _, _ = params
    right, terms = _value(params), _terms(params, n + 1)
    candidates = (
        ("one_term_further", terms[n]),
        ("one_term_less", terms[n - 2]),
        ("one_term_left_out", sum(terms[: n - 1], Fraction(0))),
        ("added_instead", a + (n - 1) * Fraction(top, bottom)),
        ("sign", -right),
        ("off_by_one", right + rng.choice((-1, 1))),
    )
    yield from wrong_answers(right, f"{_given(params)['first']}, ...", candidates)


FAMILY = Family(
    name="geometric_sequences",
    version=1,
    kind="math",
    topic="sequences",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
