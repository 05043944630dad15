"""Rough values of constant trees, to put the ends of intervals in order. Never decides that two answers are equal."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable

from tracemill.verifiers.math import canonical
from tracemill.verifiers.math.tree import Add, Call, Const, Div, Mul, Neg, Node, Num, Percent, Pow, symbols

_FUNCTIONS: dict[str, Callable[..., complex]] = {
    "sqrt": cmath.sqrt,
    "ln": cmath.log,
    "exp": cmath.exp,
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "arcsin": cmath.asin,
    "arccos": cmath.acos,
    "arctan": cmath.atan,
    "abs": abs,
    "log": lambda value, base=math.e: cmath.log(value) / cmath.log(base),
    "root": lambda value, index: _real_root(value, index),
}


def _real_root(value: complex, index: complex) -> complex:
    if value.real < 0 and not value.imag and index.real % 2 == 1:
        return complex(-((-value.real) ** (1 / index.real)))
    return complex(value ** (1 / index))


def rough(node: Node) -> float | None:
    """A float near the value; None where the tree is no real constant or too large for floats. Infinity has its
    sign."""
    if symbols(node):
        return None
    exact = canonical.rational(node)
    try:
        value = complex(float(exact)) if exact is not None else _value(node)
    except (ArithmeticError, ValueError, TypeError, KeyError, RecursionError):
        return None
    return None if abs(value.imag) > 1e-9 * (1 + abs(value.real)) or math.isnan(value.real) else value.real


def _value(node: Node) -> complex:
    match node:
        case Num(value, _, _):
            return complex(float(value))
        case Const(name):
            return {"pi": complex(math.pi), "e": complex(math.e), "i": 1j, "oo": complex(math.inf)}[name]
        case Neg(arg):
            return complex(-_value(arg).real, -_value(arg).imag or 0.0)
        case Add(terms):
            return sum(map(_value, terms), 0j)
        case Mul(factors):
            product = complex(1)
            for factor in factors:
                product *= _value(factor)
            return product
        case Div(top, bottom):
            return _value(top) / _value(bottom)
        case Pow(base, exponent):
            return complex(_value(base) ** _value(exponent))
        case Percent(arg):
            return _value(arg) / 100
        case Call(name, args):
            return complex(_FUNCTIONS[name](*map(_value, args)))
    raise ValueError(type(node).__name__)
