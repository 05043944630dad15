"""Exact arithmetic without sympy: a tree becomes a quotient of polynomials over the rationals, or is `Undecided`.

A polynomial maps monomials to rational coefficients; a monomial is a sorted tuple of (atom, exponent). Atoms are
    v:x       a symbol                                    p:2   a prime under a root, exponent in [0, 1)
    c:pi c:e  transcendental constants                    c:i   the imaginary unit, exponent 1
    l:2       the logarithm of a prime                    x:b|m  b to the power of the monomial m
    f:...     an opaque value (a function of something), named by the canonical text of its argument
Roots of distinct square-free numbers are linearly independent over the rationals (Besicovitch 1940), so a difference
without opaque atoms is zero exactly where its canonical form is empty. With opaque atoms, an empty form still proves
equality, and a form that is not empty proves nothing: `Undecided`. (pi, e and logarithms of primes are taken as
algebraically independent, which is not proved; no answer to a problem depends on it.)

All sizes are bounded, so that every call ends soon: `9**9**9**9` is `Undecided`.
"""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math.elementary import called
from tracemill.verifiers.math.polynomial import (
    ONE,
    Monomial,
    Poly,
    Quotient,
    Undecided,
    Undefined,
    add,
    atom_of,
    bounded,
    constant,
    constant_ratio,
    depends_on,
    difference,
    difference_quotient,
    has_opaque,
    is_zero,
    multiply,
    over,
    proportional,
)
from tracemill.verifiers.math.powers import raised
from tracemill.verifiers.math.tree import Add, Call, Const, Div, Mul, Neg, Node, Num, Percent, Pow, Sym

__all__ = [
    "ONE",
    "Monomial",
    "Poly",
    "Quotient",
    "Undecided",
    "Undefined",
    "constant_ratio",
    "depends_on",
    "difference",
    "difference_quotient",
    "equal",
    "has_opaque",
    "is_zero",
    "proportional",
    "quotient",
    "rational",
]


def quotient(node: Node) -> Quotient:
    """Raises Undecided, or Undefined."""
    return _build(node)


def rational(node: Node) -> Fraction | None:
    """The value of a tree that is a rational number; None where it is none, or is not known to be one."""
    try:
        top, bottom = _build(node)
    except (Undecided, Undefined):
        return None
    return constant_ratio(top, bottom)


def equal(left: Node, right: Node) -> bool:
    """Whether two trees have one value everywhere that both are defined. Raises Undecided, or Undefined."""
    return is_zero(difference(_build(left), _build(right)))


def _build(node: Node) -> Quotient:
    match node:
        case Num(value, _, _):
            return constant(bounded(value))
        case Sym(name):
            return atom_of(f"v:{name}")
        case Const(name):
            if name not in ("pi", "e", "i"):
                raise Undefined(f"{name} in arithmetic")
            return atom_of(f"c:{name}")
        case Neg(arg):
            top, bottom = _build(arg)
            return {mono: -value for mono, value in top.items()}, bottom
        case Add(terms):
            total = _build(terms[0])
            for term in terms[1:]:
                total = add(total, _build(term))
            return total
        case Mul(factors):
            product = _build(factors[0])
            for factor in factors[1:]:
                product = multiply(product, _build(factor))
            return product
        case Div(top, bottom):
            denominator = _build(bottom)
            return multiply(_build(top), over(denominator[1], denominator[0]))
        case Percent(arg):
            return multiply(_build(arg), constant(Fraction(1, 100)))
        case Pow(base, exponent):
            return raised(_build(base), _build(exponent))
        case Call(name, args):
            return called(name, tuple(map(_build, args)))
    raise Undecided(f"a {type(node).__name__} in arithmetic")
