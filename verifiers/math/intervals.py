"""Real values of trees in interval arithmetic: the true value lies in the interval (mpmath's `iv`). Only in workers.

Even roots and logarithms of negative numbers are `Outside`; odd roots are real.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mpmath import iv, mp

from tracemill.verifiers.math import canonical
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Div,
    Mul,
    Neg,
    Node,
    Num,
    Percent,
    Pow,
    Sym,
)

Env = Mapping[str, Fraction]


class Outside(ArithmeticError):
    """The tree has no real value here."""


def set_precision(digits: int) -> None:
    """Of every evaluation that follows in this process, with ten digits to spare."""
    iv.dps = digits + 10
    mp.dps = digits + 10


def evaluate(node: Node, env: Env, digits: int) -> Any:
    """An interval that holds the real value. Raises Outside."""
    set_precision(digits)
    try:
        return _interval(node, env)
    except (ZeroDivisionError, ValueError, OverflowError, TypeError) as error:
        raise Outside(str(error)) from error


def as_interval(value: Fraction) -> Any:
    return iv.mpf(value.numerator) / iv.mpf(value.denominator)


def _interval(node: Node, env: Env) -> Any:
    match node:
        case Num(value, _, _):
            return as_interval(value)
        case Sym(name):
            return as_interval(env[name])
        case Const("pi"):
            return iv.mpf(iv.pi)
        case Const("e"):
            return iv.mpf(iv.e)
        case Neg(arg):
            return -_interval(arg, env)
        case Percent(arg):
            return _interval(arg, env) / 100
        case Add(terms):
            return sum((_interval(term, env) for term in terms), iv.mpf(0))
        case Mul(factors):
            product = iv.mpf(1)
            for factor in factors:
                product *= _interval(factor, env)
            return product
        case Div(top, bottom):
            return _interval(top, env) / not_zero(_interval(bottom, env))
        case Pow(base, exponent):
            return _power(base, exponent, env)
        case Call(name, args):
            return _function(name, args, env)
    raise Outside(f"{type(node).__name__} has no real value")


def not_zero(value: Any) -> Any:
    if 0 in value:
        raise Outside("division by zero")
    return value


def _positive(value: Any) -> Any:
    if not value.a > 0:
        raise Outside("a root or a logarithm of a negative number")
    return value


def _power(base: Node, exponent: Node, env: Env) -> Any:
    under = _interval(base, env)
    exact = canonical.rational(exponent)
    if exact is None and env and under.b < 0:
        exact = _whole(exponent, env)
    if exact is not None and exact.denominator == 1:
        if abs(exact) > 10**6:
            raise canonical.Undecided("a high power")
        return under ** int(exact) if exact >= 0 else 1 / not_zero(under ** int(-exact))
    if exact is not None:
        return _root(under, exact)
    return iv.exp(_interval(exponent, env) * iv.log(_positive(under)))


def _whole(exponent: Node, env: Env) -> Fraction | None:
    """The value of an exponent like 2n - 1 where that is an integer at this point: all that a negative base takes."""
    top, bottom = canonical.quotient(exponent)
    value = Fraction(0)
    for mono, factor in top.items():
        for atom, power in mono:
            if not atom.startswith("v:") or power.denominator != 1 or power < 0:
                return None
            factor *= Fraction(env[atom[2:]]) ** int(power)
        value += factor
    return value if bottom == canonical.ONE and value.denominator == 1 else None


def _root(under: Any, power: Fraction) -> Any:
    """under ** power; odd roots of negative numbers are real."""
    if under.a == 0 == under.b:
        if power < 0:
            raise Outside("division by zero")
        return iv.mpf(0)
    sign = 1
    if under.b < 0 and power.denominator % 2:
        under, sign = -under, -1 if power.numerator % 2 else 1
    if power == Fraction(1, 2):
        return iv.sqrt(_positive(under))
    return sign * iv.exp(as_interval(power) * iv.log(_positive(under)))


def _function(name: str, args: tuple[Node, ...], env: Env) -> Any:
    values = [_interval(arg, env) for arg in args]
    first = values[0]
    match name:
        case "sqrt":
            return _root(first, Fraction(1, 2))
        case "cbrt":
            return _root(first, Fraction(1, 3))
        case "root":
            index = canonical.rational(args[1])
            if not index:
                raise Outside("a root without an index")
            return _root(first, 1 / index)
        case "exp":
            return iv.exp(first)
        case "ln" | "log":
            logarithm = iv.log(_positive(first))
            return logarithm if len(values) == 1 else logarithm / not_zero(iv.log(_positive(values[1])))
        case "abs":
            return abs(first)
        case "degrees":
            return first * iv.pi / 180
        case "sin" | "cos" | "tan" | "cot" | "sec" | "csc":
            return _circular(name, first)
        case "sinh" | "cosh" | "tanh" | "coth" | "sech" | "csch":
            return _hyperbolic(name, first)
        case "min" | "max" | "floor" | "ceil" | "sign":
            return _of_order(name, values)
        case "factorial":
            return _factorial(first)
        case "binom":
            return _factorial(first) / (_factorial(values[1]) * _factorial(first - values[1]))
    if name in _MONOTONE:
        return _inverse(name, first)
    raise Outside(f"{name} is not evaluated")


def _factorial(value: Any) -> Any:
    """By the gamma function, where it grows."""
    if not value.a >= 1:
        raise Outside("a factorial below 1")
    return monotone(mp.factorial, value)


def _circular(name: str, value: Any) -> Any:
    sine, cosine = iv.sin(value), iv.cos(value)
    match name:
        case "sin":
            return sine
        case "cos":
            return cosine
        case "tan":
            return sine / not_zero(cosine)
        case "cot":
            return cosine / not_zero(sine)
        case "sec":
            return 1 / not_zero(cosine)
    return 1 / not_zero(sine)


def _hyperbolic(name: str, value: Any) -> Any:
    up, down = iv.exp(value), iv.exp(-value)
    sine, cosine = (up - down) / 2, (up + down) / 2
    match name:
        case "sinh":
            return sine
        case "cosh":
            return cosine
        case "tanh":
            return sine / cosine
        case "coth":
            return cosine / not_zero(sine)
        case "sech":
            return 1 / cosine
    return 1 / not_zero(sine)


_MONOTONE = {
    "arcsin": mp.asin,
    "arccos": mp.acos,
    "arctan": mp.atan,
    "arccot": mp.acot,
    "arcsinh": mp.asinh,
    "arccosh": mp.acosh,
    "arctanh": mp.atanh,
    "arcsec": mp.asec,
    "arccsc": mp.acsc,
}


def _inverse(name: str, value: Any) -> Any:
    """Monotone functions, from their values at both ends."""
    low, high = mp.mpf(value.a.a), mp.mpf(value.b.b)
    size = max(abs(low), abs(high))
    if name in ("arcsin", "arccos", "arctanh") and size > 1:
        raise Outside(f"{name} past 1")
    if name == "arccosh" and low < 1:
        raise Outside("arccosh below 1")
    if name in ("arcsec", "arccsc") and min(abs(low), abs(high)) < 1:
        raise Outside(f"{name} below 1")
    return monotone(_MONOTONE[name], value)


def monotone(function: Any, value: Any) -> Any:
    ends = [mp.mpf(function(mp.mpf(end))) for end in (value.a.a, value.b.b)]
    slack = max(map(abs, ends)) * mp.mpf(2) ** (8 - mp.prec)
    return iv.mpf([min(ends) - slack, max(ends) + slack])


def _of_order(name: str, values: list[Any]) -> Any:
    middle = [value.mid for value in values]
    if name in ("min", "max"):
        return (min if name == "min" else max)(zip(middle, values, strict=True), key=lambda pair: pair[0].a)[1]
    if name == "sign":
        if 0 in values[0]:
            raise Outside("the sign of zero")
        return iv.mpf(1 if values[0].a > 0 else -1)
    rounded = (mp.floor if name == "floor" else mp.ceil)(mp.mpf(values[0].a.a))
    if rounded != (mp.floor if name == "floor" else mp.ceil)(mp.mpf(values[0].b.b)):
        raise Outside("a step")
    return iv.mpf(rounded)
