"""What counts as a number written out: -3, 0.5, 3/4, 2 1/2, 12%, 1.5*10^8, 10^-20."""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math.tree import (
    Div,
    Mul,
    Neg,
    Node,
    Num,
    Percent,
    Pow,
)


def is_literal(node: Node) -> bool:
    """A number as people write numbers: -3, 0.5, 3/4, 2 1/2, 12%, 1.5*10^8, 10^-20."""
    if isinstance(node, Neg):
        return not isinstance(node.arg, Neg) and is_literal(node.arg)
    if isinstance(node, Percent):
        return is_literal(node.arg) and not isinstance(node.arg, Percent)
    if isinstance(node, Div):
        return is_integer(node.top) and (is_integer(node.bottom) or _is_scientific(node.bottom))
    return isinstance(node, Num) or _is_scientific(node)


def is_integer(node: Node) -> bool:
    if isinstance(node, Neg):
        node = node.arg
    return isinstance(node, Num) and node.kind == "integer"


def _is_scientific(node: Node) -> bool:
    """m * 10^k with 1 <= m < 10 and |k| >= 3, or 10^k with |k| >= 4: shorter ones are sums left undone."""
    if isinstance(node, Mul) and len(node.factors) == 2 and isinstance(node.factors[0], Num):
        power = _power_of_ten(node.factors[1])
        return power is not None and abs(power) >= 3 and 1 <= node.factors[0].value < 10
    power = _power_of_ten(node)
    return power is not None and abs(power) >= 4


def _power_of_ten(node: Node) -> int | None:
    if not (isinstance(node, Pow) and node.base == Num(Fraction(10)) and is_integer(node.exponent)):
        return None
    exponent = node.exponent
    sign, number = (-1, exponent.arg) if isinstance(exponent, Neg) else (1, exponent)
    return sign * int(number.value) if isinstance(number, Num) else None
