"""Values of trees to any precision, with a bound on the error. Only in workers: nothing here is bounded in time.

Real trees are evaluated in interval arithmetic (mpmath's `iv`): the true value lies in the interval, so two values
whose intervals do not meet differ for certain, and two that agree to 60 digits at random points are taken for equal.
Even roots and logarithms of negative numbers are `Outside`; odd roots are real. Trees with i are evaluated twice, at
two precisions, and differ where the difference does not shrink with the error.
"""

from __future__ import annotations

import contextlib
from fractions import Fraction
from random import Random
from typing import Any

from mpmath import mp

from tracemill.verifiers.math import canonical
from tracemill.verifiers.math.intervals import Env, Outside, evaluate
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
    "sqrt": mp.sqrt, "cbrt": mp.cbrt, "exp": mp.exp, "ln": mp.log, "abs": abs, "sin": mp.sin, "cos": mp.cos,
    "tan": mp.tan,
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
