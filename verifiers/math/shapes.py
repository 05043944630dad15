"""The shapes that a problem may ask of an expression: reduced, expanded, factored, a polynomial, like terms
collected."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from tracemill.verifiers.math import canonical
from tracemill.verifiers.math.literals import is_integer, is_literal
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Div,
    Mul,
    Neg,
    Node,
    Num,
    Pow,
    children,
    symbols,
)


def is_reduced(node: Node) -> bool:
    """No fraction of integers with a common factor or a denominator of 1, and no quotient of terms that cancel."""
    if isinstance(node, Div) and is_literal(node):
        if not is_integer(node.bottom):
            return True
        top, bottom = _integer(node.top), _integer(node.bottom)
        return bottom > 1 and Fraction(top, bottom).denominator == bottom
    if isinstance(node, Div) and _cancels(node):
        return False
    return all(map(is_reduced, children(node)))


def _integer(node: Node) -> int:
    if isinstance(node, Neg):
        return -_integer(node.arg)
    assert isinstance(node, Num)
    return int(node.value)


def _cancels(node: Div) -> bool:
    """A common symbol or number: 2x/4, x^2/x."""
    try:
        top, bottom = canonical.quotient(node.top)[0], canonical.quotient(node.bottom)[0]
    except (canonical.Undecided, canonical.Undefined):
        return False
    if len(bottom) > 1 or not top or not bottom:
        return canonical.constant_ratio(top, bottom) is not None
    ((mono, value),) = bottom.items()
    atoms = {atom for atom, _ in mono if atom.startswith("v:")}
    shared = all(atoms & {atom for atom, _ in other} for other in top)
    numbers = [coefficient / value for coefficient in top.values()]
    whole = value.denominator == 1 and all(c.denominator == 1 for c in top.values())
    common = whole and abs(value) > 1 and _common_factor([*top.values(), value]) > 1
    return bool(atoms and shared) or common or (not whole and any(n.denominator == 1 for n in numbers))


def _common_factor(values: list[Fraction]) -> int:
    return gcd(*(int(value) for value in values))


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
    """A sum of terms: no product or power of a sum, and like terms collected."""
    return not _has_product_of_sums(node) and is_collected(node)


def is_collected(node: Node) -> bool:
    """No two terms of the sum are multiples of one product: 5x, not 2x + 3x."""
    terms = node.terms if isinstance(node, Add) else (node,)
    if any(isinstance(term, Add) for term in terms) and not symbols(node):
        return False
    seen: set[frozenset[canonical.Monomial]] = set()
    for term in terms:
        try:
            top, bottom = canonical.quotient(term)
        except (canonical.Undecided, canonical.Undefined):
            return True
        kind = frozenset(top)
        if kind in seen and bottom == canonical.ONE:
            return False
        seen.add(kind)
    return True


def _has_product_of_sums(node: Node) -> bool:
    if isinstance(node, Mul) and any(isinstance(factor, Add) and symbols(factor) for factor in node.factors):
        return True
    if isinstance(node, Pow) and isinstance(node.base, (Add, Mul, Div)) and symbols(node.base):
        return True
    if isinstance(node, Neg) and isinstance(node.arg, Add):
        return True
    if isinstance(node, Div) and symbols(node.bottom) and _holds_sum(node):
        return True
    return any(map(_has_product_of_sums, children(node)))


def _holds_sum(node: Node) -> bool:
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
    if isinstance(node, (Neg,)):
        return content_is_out(node.arg)
    if isinstance(node, Pow):
        return content_is_out(node.base)
    if isinstance(node, Add) and symbols(node):
        try:
            top, bottom = canonical.quotient(node)
        except (canonical.Undecided, canonical.Undefined):
            return True
        return bottom == canonical.ONE and bool(top) and abs(_primitive(top)[0]) == 1
    return True
