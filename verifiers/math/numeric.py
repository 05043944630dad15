"""Values of trees to any precision, with a bound on the error. Only in workers: nothing here is bounded in time.

Real trees are evaluated in interval arithmetic (mpmath's `iv`): the true value lies in the interval, so two values whose
intervals do not meet differ for certain, and two that agree to 60 digits at random points are taken for equal. Even roots
and logarithms of negative numbers are `Outside`; odd roots are real. Trees with i are evaluated twice, at two precisions,
and differ where the difference does not shrink with the error.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from fractions import Fraction
from random import Random
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
    constants,
    symbols,
)

PRECISIONS = (60, 120, 240, 480)  # decimal digits, the next where one does not decide
AGREE_DIGITS = 40
NUM_POINTS = 10
NUM_TRIES = 80
Env = Mapping[str, Fraction]


class Outside(ArithmeticError):
    """The tree has no real value here."""


def equal(left: Node, right: Node) -> bool:
    """Whether two trees agree at NUM_POINTS random points of their common domain. Raises canonical.Undecided."""
    names = sorted(symbols(left) | symbols(right))
    agree = _agree_complex if "i" in constants(left) | constants(right) else _agree_real
    if not names:
        return _equal_constants(left, right)
    met = 0
    for env in points(names, NUM_TRIES):
        try:
            if not agree(left, right, env):
                return False
        except Outside:
            continue
        met += 1
        if met == NUM_POINTS:
            return True
    if met < 3:
        raise canonical.Undecided("no common domain was found")
    return True


def _equal_constants(left: Node, right: Node) -> bool:
    if "i" not in constants(left) | constants(right):
        with contextlib.suppress(Outside):
            return _agree_real(left, right, {})
    try:
        return _agree_complex(left, right, {})
    except Outside as error:
        raise canonical.Undecided(str(error)) from error


def points(names: list[str], count: int) -> list[dict[str, Fraction]]:
    """Random rational points, the same for the same names: small and large, positive first, then of both signs."""
    rng = Random(",".join(names))
    ranges = ((0, 2), (0, 1), (-2, 2), (1, 10), (-10, 10), (-1, 1), (5, 100), (-100, 100))
    found = []
    for index in range(count):
        low, high = ranges[index % len(ranges)]
        found.append({name: low + (high - low) * Fraction(rng.randrange(1, 9973), 9973) for name in names})
    return found


def ratio(left: Node, right: Node) -> Fraction | None:
    """1 or -1, the sign of left / right where that is one constant at every point tried; None where it is none."""
    names = sorted(symbols(left) | symbols(right))
    met, first, sign = 0, None, 0
    for env in points(names, NUM_TRIES):
        try:
            ours, theirs = evaluate(left, env, PRECISIONS[0]), evaluate(right, env, PRECISIONS[0])
            if 0 in theirs:
                continue
            value = ours / theirs
        except Outside:
            continue
        if first is not None and not _meet(first, value):
            return None
        if 0 in value:
            return None
        first = value if first is None else first
        sign = 1 if value.a > 0 else -1
        met += 1
        if met == NUM_POINTS:
            break
    if met < 3:
        raise canonical.Undecided("no common domain was found")
    return Fraction(sign)


def constant_difference(left: Node, right: Node, variable: str) -> bool:
    """Whether left - right is one constant on the positive side of `variable` and one on the negative side, the other
    letters held fast."""
    others = sorted((symbols(left) | symbols(right)) - {variable})
    met = 0
    for fixed in points(others, 2) if others else [{}]:
        for sign in (1, -1):
            first, here = None, 0
            for env in points([variable], NUM_TRIES // 2):
                at = {**fixed, variable: sign * abs(env[variable])}
                try:
                    value = evaluate(left, at, PRECISIONS[0]) - evaluate(right, at, PRECISIONS[0])
                except Outside:
                    continue
                if first is not None and not _meet(first, value):
                    return False
                first = value if first is None else first
                here += 1
                if here == NUM_POINTS:
                    break
            met += here
    if met < 3:
        raise canonical.Undecided("no common domain was found")
    return True


def near(node: Node, digits: int) -> Fraction:
    """A real constant to so many significant digits."""
    try:
        value = evaluate(node, {}, digits + 20)
    except Outside as error:
        raise canonical.Undecided(str(error)) from error
    middle = mp.mpf(value.mid.a)
    sign, mantissa, exponent, _ = middle._mpf_
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)


def _meet(left: Any, right: Any) -> bool:
    return bool(left.a <= right.b and right.a <= left.b)


def _agree_real(left: Node, right: Node, env: Env) -> bool:
    """Raises Outside, or Undecided where no precision tried tells the two apart or shows them equal."""
    for digits in PRECISIONS:
        ours, theirs = evaluate(left, env, digits), evaluate(right, env, digits)
        if not _meet(ours, theirs):
            return False
        width = max(ours.delta.b, theirs.delta.b)
        size = max(abs(ours.mid.a), abs(theirs.mid.a))
        if width <= size * mp.mpf(10) ** -AGREE_DIGITS or (
            size < mp.mpf(10) ** -AGREE_DIGITS and width < mp.mpf(10) ** (-2 * AGREE_DIGITS)
        ):
            return True
        if 0 in ours and 0 in theirs and digits == PRECISIONS[-1] and width < mp.mpf(10) ** (-2 * AGREE_DIGITS):
            return True
    raise canonical.Undecided("the values are too close to tell apart")


def evaluate(node: Node, env: Env, digits: int) -> Any:
    """An interval that holds the real value. Raises Outside."""
    iv.dps = digits + 10
    mp.dps = digits + 10
    try:
        return _interval(node, env)
    except (ZeroDivisionError, ValueError, OverflowError, TypeError) as error:
        raise Outside(str(error)) from error


def _rational(value: Fraction) -> Any:
    return iv.mpf(value.numerator) / iv.mpf(value.denominator)


def _interval(node: Node, env: Env) -> Any:
    match node:
        case Num(value, _, _):
            return _rational(value)
        case Sym(name):
            return _rational(env[name])
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
            return _interval(top, env) / _not_zero(_interval(bottom, env))
        case Pow(base, exponent):
            return _power(base, exponent, env)
        case Call(name, args):
            return _function(name, args, env)
    raise Outside(f"{type(node).__name__} has no real value")


def _not_zero(value: Any) -> Any:
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
    if exact is not None and exact.denominator == 1:
        if abs(exact) > 10**6:
            raise canonical.Undecided("a high power")
        return under ** int(exact) if exact >= 0 else 1 / _not_zero(under ** int(-exact))
    if exact is not None:
        return _root(under, exact)
    return iv.exp(_interval(exponent, env) * iv.log(_positive(under)))


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
    return sign * iv.exp(_rational(power) * iv.log(_positive(under)))


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
            return logarithm if len(values) == 1 else logarithm / _not_zero(iv.log(_positive(values[1])))
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
    return _monotone(mp.factorial, value)


def _circular(name: str, value: Any) -> Any:
    sine, cosine = iv.sin(value), iv.cos(value)
    match name:
        case "sin":
            return sine
        case "cos":
            return cosine
        case "tan":
            return sine / _not_zero(cosine)
        case "cot":
            return cosine / _not_zero(sine)
        case "sec":
            return 1 / _not_zero(cosine)
    return 1 / _not_zero(sine)


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
            return cosine / _not_zero(sine)
        case "sech":
            return 1 / cosine
    return 1 / _not_zero(sine)


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
    return _monotone(_MONOTONE[name], value)


def _monotone(function: Any, value: Any) -> Any:
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


# Complex values


def _agree_complex(left: Node, right: Node, env: Env) -> bool:
    """The difference at two precisions: it is zero where it shrinks with the error, and is not where it stays."""
    for digits in PRECISIONS:
        try:
            peak = [mp.mpf(0)]
            mp.dps = digits
            gap = abs(_complex(left, env, peak) - _complex(right, env, peak))
            mp.dps = digits + 10
            size = max(peak[0], mp.mpf(10) ** -300)
            if gap > size * mp.mpf(10) ** (20 - digits):
                return False
            if digits >= 2 * PRECISIONS[0]:
                return True
        except (ZeroDivisionError, ValueError, OverflowError) as error:
            raise Outside(str(error)) from error
    raise canonical.Undecided("the values are too close to tell apart")


_COMPLEX = {
    "sqrt": mp.sqrt, "cbrt": mp.cbrt, "exp": mp.exp, "ln": mp.log, "abs": abs, "sin": mp.sin, "cos": mp.cos, "tan": mp.tan,
    "cot": mp.cot, "sec": mp.sec, "csc": mp.csc, "sinh": mp.sinh, "cosh": mp.cosh, "tanh": mp.tanh, "re": mp.re,
    "im": mp.im, "conjugate": mp.conj, "arg": mp.arg, "arctan": mp.atan, "arcsin": mp.asin, "arccos": mp.acos,
}  # fmt: skip


def _complex(node: Node, env: Env, peak: list[Any]) -> Any:
    value = _complex_value(node, env, peak)
    peak[0] = max(peak[0], abs(value))
    return value


def _complex_value(node: Node, env: Env, peak: list[Any]) -> Any:
    match node:
        case Num(value, _, _):
            return mp.mpc(mp.mpf(value.numerator) / value.denominator)
        case Sym(name):
            return mp.mpc(mp.mpf(env[name].numerator) / env[name].denominator)
        case Const(name) if name in ("pi", "e", "i"):
            return {"pi": mp.mpc(mp.pi), "e": mp.mpc(mp.e), "i": mp.mpc(0, 1)}[name]
        case Neg(arg):
            return -_complex(arg, env, peak)
        case Percent(arg):
            return _complex(arg, env, peak) / 100
        case Add(terms):
            return sum((_complex(term, env, peak) for term in terms), mp.mpc(0))
        case Mul(factors):
            product = mp.mpc(1)
            for factor in factors:
                product *= _complex(factor, env, peak)
            return product
        case Div(top, bottom):
            return _complex(top, env, peak) / _complex(bottom, env, peak)
        case Pow(base, exponent):
            return _complex(base, env, peak) ** _complex(exponent, env, peak)
        case Call("log", (value, base)):
            return mp.log(_complex(value, env, peak)) / mp.log(_complex(base, env, peak))
        case Call("degrees", (arg,)):
            return _complex(arg, env, peak) * mp.pi / 180
        case Call("root", (arg, index)):
            return _complex(arg, env, peak) ** (1 / _complex(index, env, peak))
        case Call("log", (arg,)):
            return mp.log(_complex(arg, env, peak))
        case Call(name, (arg,)) if name in _COMPLEX:
            return mp.mpc(_COMPLEX[name](_complex(arg, env, peak)))
    raise ValueError(f"{type(node).__name__} has no complex value")
