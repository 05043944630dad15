"""Named functions of quotients of polynomials: exact where the value is known to be so, an opaque atom where it is
not."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import comb, factorial, gcd, lcm

from tracemill.verifiers.math.polynomial import (
    ONE,
    Quotient,
    Undecided,
    Undefined,
    add,
    atom_of,
    constant,
    constant_ratio,
    difference,
    has_opaque,
    has_symbol,
    multiply,
    opaque,
    power_of,
)
from tracemill.verifiers.math.powers import HALF, prime_atoms, raised, raised_to_rational, sine_of


def called(name: str, args: tuple[Quotient, ...]) -> Quotient:
    if name == "sqrt":
        return raised_to_rational(args[0], HALF)
    if name == "cbrt":
        return raised_to_rational(args[0], Fraction(1, 3))
    if name == "root":
        index = constant_ratio(*args[1])
        if index is None or index == 0:
            return opaque(name, *args)
        return raised_to_rational(args[0], 1 / index)
    if name == "degrees":
        return multiply(args[0], multiply(atom_of("c:pi"), constant(Fraction(1, 180))))
    if name == "exp":
        return raised(atom_of("c:e"), args[0])
    if name in ("ln", "log"):
        logarithm = _logarithm(args[0])
        return logarithm if len(args) == 1 else multiply(logarithm, power_of(_logarithm(args[1]), -1))
    values = [constant_ratio(*arg) for arg in args]
    if name in _OF_RATIONALS and all(value is not None for value in values):
        return constant(_OF_RATIONALS[name](*(value for value in values if value is not None)))
    if name in ("sin", "cos", "tan", "cot", "sec", "csc"):
        return _trigonometric(name, args[0])
    if name in ("arcsin", "arccos", "arctan"):
        return _inverse_trigonometric(name, args[0])
    if name == "binom" and values[1] is not None and 0 <= values[1] <= 8 and values[1].denominator == 1:
        return _choose(args[0], int(values[1]))
    return opaque(name, *args)


def _logarithm(value: Quotient) -> Quotient:
    top, bottom = value
    if not top:
        raise Undefined("the logarithm of zero")
    if bottom != ONE or len(top) != 1:
        return opaque("ln", value)
    ((mono, factor),) = top.items()
    if factor < 0 or any(not atom.startswith("p:") and atom != "c:e" for atom, _ in mono):
        return opaque("ln", value)
    total = constant(0)
    for atom, exponent in [*mono, *prime_atoms(factor)]:
        total = add(
            total, constant(exponent) if atom == "c:e" else ({((f"l:{atom[2:]}", Fraction(1)),): exponent}, ONE)
        )
    return total


def _trigonometric(name: str, arg: Quotient) -> Quotient:
    """Exact at multiples of pi/12."""
    if not arg[0]:
        turns: Fraction | None = Fraction(0)
    elif arg[1] == ONE and list(arg[0]) == [(("c:pi", Fraction(1)),)]:
        turns = 12 * next(iter(arg[0].values()))
    else:
        turns = None
    if turns is None or turns.denominator != 1:
        return opaque(name, arg)
    sine, cosine = sine_of(int(turns)), sine_of(int(turns) + 6)
    if name in ("sin", "cos"):
        return sine if name == "sin" else cosine
    top, bottom = {"tan": (sine, cosine), "cot": (cosine, sine)}.get(
        name, (constant(1), sine if name == "csc" else cosine)
    )
    if not bottom[0]:
        raise Undefined(f"{name} at a pole")
    return multiply(top, power_of(bottom, -1))


@lru_cache(maxsize=64)
def _table_value(name: str, twelfths: int) -> Quotient:
    """The number whose arcsin, arccos or arctan is so many twelfths of pi."""
    sine, cosine = sine_of(twelfths), sine_of(twelfths + 6)
    return {"arcsin": sine, "arccos": cosine}.get(name) or multiply(sine, power_of(cosine, -1))


def _inverse_trigonometric(name: str, arg: Quotient) -> Quotient:
    """Exact where the value is a multiple of pi/12."""
    lowest, highest = {"arcsin": (-6, 6), "arccos": (0, 12), "arctan": (-5, 5)}[name]
    if any(has_symbol(part) or has_opaque(part) for part in arg):
        return opaque(name, arg)
    for twelfths in range(lowest, highest + 1):
        if not difference(arg, _table_value(name, twelfths)):
            return multiply(constant(Fraction(twelfths, 12)), atom_of("c:pi"))
    return opaque(name, arg)


def _choose(top: Quotient, count: int) -> Quotient:
    """n (n - 1) ... (n - count + 1) / count!"""
    product = constant(Fraction(1, factorial(count)))
    for step in range(count):
        product = multiply(product, add(top, constant(-step)))
    return product


def _whole(value: Fraction, most: int) -> int:
    if value.denominator != 1 or value < 0:
        raise Undefined("a number that is no natural one, where one belongs")
    if value > most:
        raise Undecided(f"more than {most}")
    return int(value)


def _binomial(n: Fraction, k: Fraction) -> Fraction:
    top, bottom = _whole(n, 2_000), _whole(k, 2_000)
    return Fraction(comb(top, bottom))


def _integers(values: tuple[Fraction, ...]) -> list[int]:
    if any(value.denominator != 1 for value in values):
        raise Undefined("a fraction where an integer belongs")
    return [int(value) for value in values]


def _modulo(value: Fraction, modulus: Fraction) -> Fraction:
    if modulus == 0:
        raise Undefined("division by zero")
    return value % modulus


_OF_RATIONALS: dict[str, Callable[..., Fraction | int]] = {
    "abs": abs,
    "floor": lambda value: value.numerator // value.denominator,
    "ceil": lambda value: -(-value.numerator // value.denominator),
    "factorial": lambda value: factorial(_whole(value, 2_000)),
    "binom": _binomial,
    "gcd": lambda *values: gcd(*_integers(values)),
    "lcm": lambda *values: lcm(*_integers(values)),
    "min": lambda *values: min(values),
    "max": lambda *values: max(values),
    "rational": lambda top, bottom: top / bottom if bottom else _modulo(top, bottom),
    "mod": _modulo,
    "sign": lambda value: (value > 0) - (value < 0),
    "re": lambda value: value,
    "im": lambda value: 0,
    "conjugate": lambda value: value,
}
