"""Complex values of trees, as a pair of intervals each: real and imaginary part. Only in workers.

Principal values: the square root and the logarithm have their cut on the negative axis, on which they take the
upper side.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import iv, mp

from tracemill.verifiers.math import canonical
from tracemill.verifiers.math.intervals import Env, Outside, as_interval, monotone, not_zero, set_precision
from tracemill.verifiers.math.tree import Add, Call, Const, Div, Mul, Neg, Node, Num, Percent, Pow, Sym


@dataclass(frozen=True, slots=True)
class Complex:
    re: Any
    im: Any

    def __add__(self, other: Complex) -> Complex:
        return Complex(self.re + other.re, self.im + other.im)

    def __neg__(self) -> Complex:
        return Complex(-self.re, -self.im)

    def __mul__(self, other: Complex) -> Complex:
        return Complex(self.re * other.re - self.im * other.im, self.re * other.im + self.im * other.re)

    def inverse(self) -> Complex:
        square = not_zero(self.re**2 + self.im**2)
        return Complex(self.re / square, -self.im / square)

    def norm(self) -> Any:
        return iv.sqrt(self.re**2 + self.im**2)


def evaluate_complex(node: Node, env: Env, digits: int) -> Complex:
    """Raises Outside."""
    set_precision(digits)
    try:
        return _value(node, env)
    except (ZeroDivisionError, ValueError, OverflowError, TypeError) as error:
        raise Outside(str(error)) from error


def _real(value: Any) -> Complex:
    return Complex(iv.mpf(value), iv.mpf(0))


def _value(node: Node, env: Env) -> Complex:
    match node:
        case Num(value, _, _):
            return _real(as_interval(value))
        case Sym(name):
            return _real(as_interval(env[name]))
        case Const(name) if name in ("pi", "e", "i"):
            return Complex(iv.mpf(0), iv.mpf(1)) if name == "i" else _real(iv.pi if name == "pi" else iv.e)
        case Neg(arg):
            return -_value(arg, env)
        case Percent(arg):
            return _value(arg, env) * _real(as_interval(Fraction(1, 100)))
        case Add(terms):
            total = _real(0)
            for term in terms:
                total += _value(term, env)
            return total
        case Mul(factors):
            product = _real(1)
            for factor in factors:
                product *= _value(factor, env)
            return product
        case Div(top, bottom):
            return _value(top, env) * _value(bottom, env).inverse()
        case Pow(base, exponent):
            return _power(_value(base, env), exponent, env)
        case Call(name, args):
            return _function(name, [_value(arg, env) for arg in args])
    raise Outside(f"{type(node).__name__} has no complex value")


def _power(base: Complex, exponent: Node, env: Env) -> Complex:
    exact = canonical.rational(exponent)
    if exact is not None and exact.denominator == 1:
        if abs(exact) > 10_000:
            raise canonical.Undecided("a high power")
        product = _real(1)
        for bit in bin(abs(int(exact)))[2:]:
            product = product * product
            product = product * base if bit == "1" else product
        return product if exact >= 0 else product.inverse()
    if exact == Fraction(1, 2):
        return _root(base)
    return _exp(_value(exponent, env) * _log(base))


def _exp(value: Complex) -> Complex:
    size = iv.exp(value.re)
    return Complex(size * iv.cos(value.im), size * iv.sin(value.im))


def _log(value: Complex) -> Complex:
    return Complex(iv.log(not_zero(value.re**2 + value.im**2)) / 2, _angle(value))


def _angle(value: Complex) -> Any:
    """In (-pi, pi]."""
    if value.re.a > 0:
        return monotone(mp.atan, value.im / value.re)
    if value.im.a > 0:
        return iv.pi / 2 - monotone(mp.atan, value.re / value.im)
    if value.im.b < 0:
        return -iv.pi / 2 - monotone(mp.atan, value.re / value.im)
    if value.im.a == 0 == value.im.b and value.re.b < 0:
        return iv.mpf(iv.pi)
    raise Outside("a value on the cut")


def _root(value: Complex) -> Complex:
    if value.im.a == 0 == value.im.b:
        if value.re.a >= 0:
            return Complex(iv.sqrt(value.re), iv.mpf(0))
        if value.re.b < 0:
            return Complex(iv.mpf(0), iv.sqrt(-value.re))
    return _exp(_log(value) * _real(as_interval(Fraction(1, 2))))


def _function(name: str, values: list[Complex]) -> Complex:
    first = values[0]
    turned = Complex(-first.im, first.re)  # i * first
    up, down = (_exp(turned), _exp(-turned)) if name in ("sin", "cos", "tan", "cot") else (first, first)
    half, half_over_i = _real(as_interval(Fraction(1, 2))), Complex(iv.mpf(0), -as_interval(Fraction(1, 2)))
    match name:
        case "sqrt":
            return _root(first)
        case "exp":
            return _exp(first)
        case "ln" | "log":
            return _log(first) if len(values) == 1 else _log(first) * _log(values[1]).inverse()
        case "sin":
            return (up + -down) * half_over_i
        case "cos":
            return (up + down) * half
        case "tan" | "cot":
            sine, cosine = (up + -down) * half_over_i, (up + down) * half
            return sine * cosine.inverse() if name == "tan" else cosine * sine.inverse()
        case "degrees":
            return first * _real(iv.pi / 180)
        case "abs":
            return _real(first.norm())
        case "re":
            return _real(first.re)
        case "im":
            return _real(first.im)
        case "conjugate":
            return Complex(first.re, -first.im)
        case "arg":
            return _real(_angle(first))
    raise Outside(f"{name} is not evaluated")
