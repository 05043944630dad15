"""Exact numbers beyond fractions: rational multiples of roots, of pi or of anything else, added up, as text.

A sum of roots is a dict from radicands without a square factor to coefficients; radicand 1 is the rational part. Texts
are for sympy or in LaTeX. Nothing here parses, and nothing rounds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from math import isqrt

from tracemill.problems.text import Number, bracketed

Term = tuple[Number, str, str]
"""A coefficient and the symbol it stands before, as sympy reads it and in LaTeX; both empty for a plain number."""

Roots = dict[int, Fraction]


def fraction_latex(value: Number) -> str:
    """`-\\frac{7}{3}`; a whole number as it is."""
    if value.denominator == 1:
        return str(value.numerator)
    return f"{'-' if value < 0 else ''}\\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"


def quotient(top: Number, bottom: Number) -> str:
    """A division and its value: `90/4 = 45/2`; `7/3` where there is nothing to do."""
    shown, value = f"{bracketed(top)}/{bracketed(bottom)}", Fraction(top) / bottom
    return shown if shown == str(value) else f"{shown} = {value}"


def tuple_plain(values: Iterable[Number]) -> str:
    return f"({', '.join(map(str, values))})"


def tuple_latex(values: Iterable[Number]) -> str:
    return f"({', '.join(map(fraction_latex, values))})"


def sum_plain(terms: Iterable[Term]) -> str:
    """`3/2 - 5*sqrt(3)/2`; terms with coefficient 0 are left out, the empty sum is `0`."""
    text = ""
    for value, symbol, _ in terms:
        if value:
            top, bottom = abs(value.numerator), value.denominator
            body = str(top) if not symbol else symbol if top == 1 else f"{top}*{symbol}"
            text = _joined(text, value < 0, body if bottom == 1 else f"{body}/{bottom}")
    return text or "0"


def sum_latex(terms: Iterable[Term]) -> str:
    """`\\frac{3}{2} - \\frac{5\\sqrt{3}}{2}`; terms with coefficient 0 are left out, the empty sum is `0`."""
    text = ""
    for value, _, symbol in terms:
        if value:
            top, bottom = abs(value.numerator), value.denominator
            body = str(top) if not symbol else symbol if top == 1 else f"{top}{symbol}"
            text = _joined(text, value < 0, body if bottom == 1 else f"\\frac{{{body}}}{{{bottom}}}")
    return text or "0"


def _joined(text: str, negative: bool, body: str) -> str:
    if not text:
        return f"-{body}" if negative else body
    return f"{text} {'-' if negative else '+'} {body}"


def square_part(n: int) -> tuple[int, int]:
    """(outside, inside) with n = outside^2 * inside and no square in `inside`; n >= 1. Tries divisors up to n^(1/3)."""
    outside, inside, p = 1, 1, 2
    while p * p * p <= n:
        power = 0
        while n % p == 0:
            n //= p
            power += 1
        outside *= p ** (power // 2)
        inside *= p ** (power % 2)
        p += 1 if p == 2 else 2
    whole = isqrt(n)  # what is left is 1, a prime, a prime's square or two primes
    return (outside * whole, inside) if whole * whole == n else (outside, inside * n)


def root(value: Number) -> Roots:
    """The square root of a rational number that is not negative."""
    if value < 0:
        raise ValueError(f"the root of {value} is no real number; give a number from 0 up")
    if not value:
        return {}
    outside, inside = square_part(value.numerator * value.denominator)
    return {inside: Fraction(outside, value.denominator)}


def rational(value: Number) -> Roots:
    return {1: Fraction(value)} if value else {}


def plus(*sums: Mapping[int, Number]) -> Roots:
    total: Roots = {}
    for item in sums:
        for radicand, value in item.items():
            total[radicand] = total.get(radicand, Fraction(0)) + value
    return {radicand: value for radicand, value in total.items() if value}


def times(left: Mapping[int, Number], right: Mapping[int, Number] | Number) -> Roots:
    factors = right if isinstance(right, Mapping) else {1: right}
    return plus(*(_product(a, r, b, s) for r, a in left.items() for s, b in factors.items()))


def _product(a: Number, r: int, b: Number, s: int) -> Roots:
    outside, inside = square_part(r * s)
    return {inside: Fraction(a * b * outside)}


def root_terms(value: Mapping[int, Number], plain: str = "", latex: str = "") -> list[Term]:
    """The terms of a sum of roots, the rational part first, each times the given symbol (`pi`, say)."""
    terms = []
    for radicand in sorted(value):
        parts = [("", "")] if radicand == 1 else [(f"sqrt({radicand})", f"\\sqrt{{{radicand}}}")]
        parts += [(plain, latex)] if plain else []
        texts = [[text for text in texts if text] for texts in zip(*parts, strict=True)]
        terms.append((value[radicand], "*".join(texts[0]), "".join(texts[1])))
    return terms


def roots_plain(value: Mapping[int, Number]) -> str:
    return sum_plain(root_terms(value))


def roots_latex(value: Mapping[int, Number]) -> str:
    return sum_latex(root_terms(value))


def pi_plain(value: Number) -> str:
    """`12*pi`."""
    return sum_plain([(value, "pi", "\\pi")])


def pi_latex(value: Number) -> str:
    """`12\\pi`."""
    return sum_latex([(value, "pi", "\\pi")])


def listed(items: Sequence[object], joint: str = "and") -> str:
    """`3, 4 and 5`."""
    texts = list(map(str, items))
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {joint} {texts[-1]}"
