"""The shapes that a problem may ask of an expression: reduced, expanded, factored, a polynomial, like terms
collected."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import gcd, lcm

from tracemill.verifiers.math import canonical
from tracemill.verifiers.math.literals import is_literal
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Div,
    Mul,
    Neg,
    Node,
    Num,
    Percent,
    Pow,
    children,
    symbols,
)


def is_reduced(node: Node) -> bool:
    """No fraction of integers with a common factor or a denominator of 1, and no quotient that cancels."""
    if isinstance(node, Num):
        return node.kind != "unreduced"
    if isinstance(node, Div) and is_literal(node):
        top, bottom = _integer(node.top), canonical.rational(node.bottom)
        if bottom is None:  # a power of ten beyond all bounds
            return True
        return bottom > 1 and (top / bottom).denominator == bottom
    if isinstance(node, Div) and _cancels(node):
        return False
    return all(map(is_reduced, children(node)))


def _integer(node: Node) -> int:
    if isinstance(node, Neg):
        return -_integer(node.arg)
    assert isinstance(node, Num)
    return int(node.value)


def _cancels(node: Div) -> bool:
    """A common number, symbol or polynomial: 2x/4, x^2/x, (x^2 - 1)/(x - 1)."""
    try:
        top, bottom = canonical.quotient(node.top)[0], canonical.quotient(node.bottom)[0]
    except (canonical.Undecided, canonical.Undefined):
        return False
    if not top or not bottom or canonical.constant_ratio(top, bottom) is not None:
        return bool(top and bottom)
    values = [*top.values(), *bottom.values()]
    if all(value.denominator == 1 for value in values):
        if gcd(*(int(value) for value in values)) > 1:
            return True
    elif len(bottom) == 1 and any((value / values[-1]).denominator == 1 for value in top.values()):
        return True
    if len(bottom) == 1:
        atoms = {atom for mono in bottom for atom, _ in mono if atom.startswith("v:")}
        return bool(atoms) and all(atoms & {atom for atom, _ in mono} for mono in top)
    return _share_a_root(top, bottom)


def _share_a_root(top: canonical.Poly, bottom: canonical.Poly) -> bool:
    """Two polynomials in one and the same symbol, by Euclid; of others nothing is said."""
    atoms = {atom for poly in (top, bottom) for mono in poly for atom, _ in mono}
    if len(atoms) != 1 or not atoms.pop().startswith("v:"):
        return False
    left, right = _dense(top), _dense(bottom)
    if left is None or right is None:
        return False
    while right:
        while len(left) >= len(right):  # the remainder, highest power first
            share = left[0] / right[0]
            rest = [value - share * other for value, other in zip(left, right, strict=False)]
            left = _without_leading_zeros([*rest, *left[len(right) :]])
        left, right = right, left
    return len(left) > 1


def _dense(poly: canonical.Poly) -> list[Fraction] | None:
    """Coefficients, the highest power first; None where a power is none of 0, 1, ..., 50."""
    powers = {Fraction(sum(exponent for _, exponent in mono)): value for mono, value in poly.items()}
    if any(power.denominator != 1 or not 0 <= power <= 50 for power in powers):
        return None
    return [powers.get(Fraction(power), Fraction(0)) for power in range(int(max(powers)), -1, -1)]


def _without_leading_zeros(values: list[Fraction]) -> list[Fraction]:
    first = next((place for place, value in enumerate(values) if value), len(values))
    return values[first:]


def is_polynomial(node: Node) -> bool:
    """No symbol in a denominator, an exponent, under a root or in a function."""
    if isinstance(node, Div) and symbols(node.bottom):
        return False
    if (
        isinstance(node, Pow)
        and symbols(node)
        and not (isinstance(node.exponent, Num) and node.exponent.kind == "integer")
    ):
        return False
    if isinstance(node, Call) and symbols(node):
        return False
    return all(map(is_polynomial, children(node)))


def is_expanded(node: Node) -> bool:
    """A sum of terms: no product, power or division by 1 of a sum, and like terms collected."""
    return not _has_product_of_sums(node) and is_collected(node)


def is_collected(node: Node) -> bool:
    """No two terms of the sum are multiples of one product: 5x, not 2x + 3x, nor (2x + 1) + 3x."""
    if isinstance(node, Add) and any(isinstance(term, Add) for term in node.terms) and not symbols(node):
        return False
    seen: set[frozenset[canonical.Monomial]] = set()
    for term in _terms(node):
        try:
            top, bottom = canonical.quotient(term)
        except (canonical.Undecided, canonical.Undefined):
            return True
        kind = frozenset(top)
        if kind in seen and bottom == canonical.ONE:
            return False
        seen.add(kind)
    return True


def _terms(node: Node) -> Iterator[Node]:
    """Of a sum, and of the sums that stand in it in brackets, or over a number."""
    match node:
        case Add(terms):
            for term in terms:
                yield from _terms(term)
        case Neg(arg) | Percent(arg):
            yield from _terms(arg)
        case Div(top, bottom) if not symbols(bottom) and _holds_sum(top):
            yield from _terms(top)
        case _:
            yield node


def _has_product_of_sums(node: Node) -> bool:
    match node:
        case Mul(factors) if any(map(_holds_sum, factors)):
            return True
        case Pow(Add() | Mul() | Div() | Neg() | Percent() as base) if symbols(base):
            return True
        case Neg(Add()) | Percent(Add()):
            return True
        case Div(_, bottom) if _holds_sum(node) and (symbols(bottom) or _is_unit(bottom)):
            return True
    return any(map(_has_product_of_sums, children(node)))


def _is_unit(node: Node) -> bool:
    value = canonical.rational(node)
    return value is not None and abs(value) == 1


def _holds_sum(node: Node) -> bool:
    """A sum with a symbol in it, but for those in the arguments of functions."""
    if isinstance(node, Call):
        return False
    return (isinstance(node, Add) and bool(symbols(node))) or any(map(_holds_sum, children(node)))


def factors(node: Node) -> tuple[Fraction, list[canonical.Poly]] | None:
    """The constant and the other factors of a product as written, each made primitive; None where it is no product of
    polynomials. Powers count as often as they say."""
    constant, found = Fraction(1), []
    waiting: list[tuple[Node, int]] = [(node, 1)]
    while waiting:
        node, count = waiting.pop()
        if isinstance(node, Mul):
            waiting.extend((factor, count) for factor in node.factors)
        elif isinstance(node, Neg):
            constant *= (-1) ** count
            waiting.append((node.arg, count))
        elif isinstance(node, Pow) and isinstance(node.exponent, Num) and node.exponent.kind == "integer":
            if node.exponent.value > 50:
                return None
            waiting.append((node.base, count * int(node.exponent.value)))
        elif isinstance(node, Div) and canonical.rational(node.bottom):
            constant /= (canonical.rational(node.bottom) or 1) ** count
            waiting.append((node.top, count))
        else:
            try:
                top, bottom = canonical.quotient(node)
            except (canonical.Undecided, canonical.Undefined):
                return None
            if bottom != canonical.ONE or not top:
                return None
            content, primitive = _primitive(top)
            constant *= content**count
            if primitive != canonical.ONE:
                found.extend([primitive] * count)
    return constant, found


def _primitive(poly: canonical.Poly) -> tuple[Fraction, canonical.Poly]:
    """Content and primitive part, the leading coefficient positive."""
    content = Fraction(gcd(*(v.numerator for v in poly.values())), lcm(*(v.denominator for v in poly.values())))
    lead = max(poly, key=lambda mono: (sum(exponent for _, exponent in mono), mono))
    if poly[lead] < 0:
        content = -content
    return content, {mono: value / content for mono, value in poly.items()}


def same_factors(left: Node, right: Node) -> bool:
    """Whether two products have the same factors, up to order and sign. Raises Undecided where one is no product."""
    ours, theirs = factors(left), factors(right)
    if ours is None or theirs is None:
        raise canonical.Undecided("no product of polynomials")

    def key(poly: canonical.Poly) -> str:
        return str(sorted(poly.items()))

    return ours[0] == theirs[0] and sorted(map(key, ours[1])) == sorted(map(key, theirs[1]))


def content_is_out(node: Node) -> bool:
    """Every factor that holds a symbol is primitive as written: 2(x+1), not (2x+2)."""
    if isinstance(node, Mul):
        return all(map(content_is_out, node.factors))
    if isinstance(node, (Neg, Percent)):
        return content_is_out(node.arg)
    if isinstance(node, Pow):
        return content_is_out(node.base)
    if isinstance(node, Div):
        return content_is_out(node.top) and content_is_out(node.bottom) and not _is_unit(node.bottom)
    if isinstance(node, Add) and symbols(node):
        try:
            top, bottom = canonical.quotient(node)
        except (canonical.Undecided, canonical.Undefined):
            return True
        return bottom == canonical.ONE and bool(top) and abs(_primitive(top)[0]) == 1
    return True
