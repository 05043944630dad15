"""Powers and roots of quotients of polynomials: roots of rationals, exponentials, Euler's formula, sines at multiples
of pi/12."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from math import isqrt

from tracemill.verifiers.math.polynomial import (
    MAX_NAME,
    ONE,
    Monomial,
    Poly,
    Quotient,
    Undecided,
    Undefined,
    add,
    atom_of,
    constant,
    constant_ratio,
    monomial_text,
    multiply,
    opaque,
    power_of,
    reduced,
)

MAX_UNDER_ROOT = 10**12  # factored by trial division


_E: Poly = {(("c:e", Fraction(1)),): Fraction(1)}


_I_PI: Monomial = (("c:i", Fraction(1)), ("c:pi", Fraction(1)))


def raised(base: Quotient, exponent: Quotient) -> Quotient:
    power = constant_ratio(*exponent)
    if power is not None:
        return raised_to_rational(base, power)
    if exponent[1] != ONE or base[1] != ONE or len(base[0]) != 1:
        return opaque("pow", base, exponent)
    ((mono, value),) = base[0].items()
    turns = exponent[0].get(_I_PI) if base[0] == _E and len(exponent[0]) == 1 else None
    if turns is not None and (12 * turns).denominator == 1:  # Euler's formula
        cosine, sine = sine_of(int(12 * turns) + 6), sine_of(int(12 * turns))
        return add(cosine, multiply(atom_of("c:i"), sine))
    if value <= 0:
        return opaque("pow", base, exponent)
    factors = [(atom, power) for atom, power in mono] + prime_atoms(value)
    if any(atom.startswith(("f:", "l:", "x:")) or atom == "c:i" for atom, _ in factors):
        return opaque("pow", base, exponent)
    result = constant(1)
    for part, coefficient in exponent[0].items():
        if not part:
            result = multiply(result, raised_to_rational(base, coefficient))
            continue
        for atom, power in factors:
            name = f"x:{atom}|{monomial_text(part)}"
            if len(name) > MAX_NAME:
                raise Undecided("a long exponent")
            result = multiply(result, atom_of(name, power * coefficient))
    return result


def prime_atoms(value: Fraction) -> list[tuple[str, Fraction]]:
    """A positive rational as prime powers."""
    found = [(f"p:{prime}", Fraction(count)) for prime, count in _factors(value.numerator)]
    return found + [(f"p:{prime}", Fraction(-count)) for prime, count in _factors(value.denominator)]


@lru_cache(maxsize=4096)
def _factors(value: int) -> tuple[tuple[int, int], ...]:
    if value > MAX_UNDER_ROOT:
        raise Undecided("a number too large to factor")
    found, prime = [], 2
    while prime * prime <= value:
        count = 0
        while value % prime == 0:
            value //= prime
            count += 1
        if count:
            found.append((prime, count))
        prime += 1 if prime == 2 else 2
    return (*found, (value, 1)) if value > 1 else tuple(found)


def raised_to_rational(base: Quotient, power: Fraction) -> Quotient:
    if power.denominator == 1:
        if not base[0] and power <= 0:
            raise Undefined("zero to the power of zero or less")
        return power_of(base, int(power))
    if not base[0]:
        if power < 0:
            raise Undefined("division by zero")
        return constant(0)
    if base[1] != ONE:
        return multiply(
            raised_to_rational((base[0], ONE), power), power_of(raised_to_rational((base[1], ONE), power), -1)
        )
    if len(base[0]) != 1:
        return opaque("pow", base, constant(power))
    ((mono, value),) = base[0].items()
    result = _root_of_sign(value, power)
    odd = power.denominator % 2 == 1
    exponents: dict[str, Fraction] = {}
    for atom, exponent in mono:
        positive = atom.startswith(("p:", "l:")) or atom in ("c:pi", "c:e")
        if atom == "c:i" or not (positive or odd or abs(exponent) == 1) or atom.startswith(("f:", "x:")):
            return opaque("pow", base, constant(power))
        exponents[atom] = exponent * power
    for atom, exponent in _prime_atoms_root(abs(value), power):
        exponents[atom] = exponents.get(atom, Fraction(0)) + exponent
    rest, factor = reduced(exponents)
    return multiply(result, ({rest: factor}, ONE))


def _prime_atoms_root(value: Fraction, power: Fraction) -> list[tuple[str, Fraction]]:
    """value ** power as prime powers; a perfect power of large numbers needs no factoring."""
    if power.denominator == 2:
        top, bottom = isqrt(value.numerator), isqrt(value.denominator)
        if top * top == value.numerator and bottom * bottom == value.denominator and top <= MAX_UNDER_ROOT:
            return [(atom, exponent * power.numerator) for atom, exponent in prime_atoms(Fraction(top, bottom))]
    return [(atom, exponent * power) for atom, exponent in prime_atoms(value)]


def _root_of_sign(value: Fraction, power: Fraction) -> Quotient:
    """(±1) ** power: an odd root of -1 is -1 (the real one), a square root is i."""
    if value > 0:
        return constant(1)
    if power.denominator % 2:
        return constant(-1 if power.numerator % 2 else 1)
    if power.denominator == 2:
        return power_of(atom_of("c:i"), power.numerator)
    raise Undecided("an even root of a negative number")


HALF = Fraction(1, 2)


_SINES = {  # of multiples of pi/12 up to pi/2: (coefficient, number under the root) terms
    0: (),
    2: ((HALF, 1),),
    3: ((HALF, 2),),
    4: ((HALF, 3),),
    6: ((Fraction(1), 1),),
    1: ((Fraction(1, 4), 6), (Fraction(-1, 4), 2)),
    5: ((Fraction(1, 4), 6), (Fraction(1, 4), 2)),
}


@lru_cache(maxsize=32)
def sine_of(twelfths: int) -> Quotient:
    twelfths %= 24
    sign = 1
    if twelfths >= 12:
        twelfths, sign = twelfths - 12, -1
    total = constant(0)
    for coefficient, under in _SINES[min(twelfths, 12 - twelfths)]:
        term = multiply(constant(sign * coefficient), raised_to_rational(constant(under), HALF))
        total = add(total, term)
    return total
