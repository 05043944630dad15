"""Numerals as written to literals: 1,000, 1{,}000, 0.125, 1.5e-3, 0.(3), 3 1/2."""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math.lexer import Unreadable
from tracemill.verifiers.math.tree import Mul, Node, Num

MAX_DIGITS = 4_000  # written out; Python prints no integer of more than 4,300
_SEPARATORS = {ord(char): None for char in ",{}\\! "}


def product_of(factors: list[Node]) -> Node:
    return factors[0] if len(factors) == 1 else Mul(tuple(factors))


def mixed(whole: Num, top: Num, bottom: Num) -> Num:
    if top.kind != "integer" or bottom.kind != "integer" or not 0 <= top.value < bottom.value:
        raise Unreadable("a whole number beside a fraction that is no proper one")
    part = top.value / bottom.value
    return Num(whole.value + part, "mixed" if part.denominator == bottom.value else "unreduced")


def number(text: str) -> Num:
    """A literal's exact value: 1,000, 1{,}000, 0.125, 1.5e-3, 0.(3)."""
    if "(" in text:
        return _repeating(text)
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    mantissa = mantissa.translate(_SEPARATORS)
    if len(exponent) > 5 or len(mantissa) + abs(int(exponent or "0")) > MAX_DIGITS:
        raise Unreadable(f"a number of more than {MAX_DIGITS} digits")
    value = Fraction(mantissa) * Fraction(10) ** int(exponent or "0")
    if "." not in mantissa and not exponent:
        return Num(value)
    return Num(value, "decimal", len(mantissa.replace(".", "").lstrip("0")))


def magnitude(value: Fraction) -> int:
    """floor(log10(|value|)); 0 for 0."""
    if not value:
        return 0
    guess = len(str(abs(value.numerator))) - len(str(value.denominator))
    return guess if Fraction(10) ** guess <= abs(value) else guess - 1


def _repeating(text: str) -> Num:
    whole, _, rest = text.partition(".")
    fixed, _, cycle = rest.rstrip(")").partition("(")
    value = Fraction(int(whole + fixed or "0")) + Fraction(int(cycle), 10 ** len(cycle) - 1)
    return Num(value / 10 ** len(fixed), "mixed")
