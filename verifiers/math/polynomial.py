"""Polynomials over the rationals with many kinds of atoms, and their quotients. See `canonical` for what the atoms are.

All sizes are bounded: past the bounds, `Undecided` is raised.
"""

from __future__ import annotations

from fractions import Fraction

Monomial = tuple[tuple[str, Fraction], ...]


Poly = dict[Monomial, Fraction]


Quotient = tuple[Poly, Poly]


MAX_BITS = 40_000


MAX_TERMS = 600


MAX_NAME = 5_000  # characters of an atom
MAX_POWER = 64  # of a sum


ONE: Poly = {(): Fraction(1)}


class Undecided(Exception):
    """Not within reach of exact arithmetic here; says nothing about the answer."""


class Undefined(ValueError):
    """Division by zero, the logarithm of zero, infinity in arithmetic."""


def plus(left: Poly, right: Poly, factor: int = 1) -> Poly:
    total = dict(left)
    for mono, value in right.items():
        new = total.get(mono, 0) + factor * value
        if new:
            total[mono] = Fraction(new)
        else:
            total.pop(mono, None)
    return total


def times(left: Poly, right: Poly) -> Poly:
    if left == ONE:
        return right
    if right == ONE:
        return left
    if len(left) * len(right) > 20 * MAX_TERMS:
        raise Undecided("too many terms")
    total: Poly = {}
    for mono_a, value_a in left.items():
        for mono_b, value_b in right.items():
            mono, factor = _product(mono_a, mono_b)
            new = total.get(mono, 0) + value_a * value_b * factor
            if new:
                total[mono] = Fraction(new)
            else:
                total.pop(mono, None)
    if len(total) > MAX_TERMS:
        raise Undecided("too many terms")
    for value in total.values():
        bounded(value)
    return total


def bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
        raise Undecided("a number too long to work with")
    return value


def _product(left: Monomial, right: Monomial) -> tuple[Monomial, Fraction]:
    if not left or not right:
        return left or right, Fraction(1)
    exponents = dict(left)
    for atom, exponent in right:
        exponents[atom] = exponents.get(atom, Fraction(0)) + exponent
    return reduced(exponents)


def reduced(exponents: dict[str, Fraction]) -> tuple[Monomial, Fraction]:
    """A monomial in normal form, and the rational factor that left it."""
    factor = Fraction(1)
    for atom, exponent in list(exponents.items()):
        if atom.startswith("p:"):
            whole = exponent.numerator // exponent.denominator
            if whole:
                if abs(whole) * int(atom[2:]).bit_length() > MAX_BITS:
                    raise Undecided("a number too long to work with")
                factor *= Fraction(int(atom[2:])) ** whole
                exponents[atom] = exponent - whole
        elif atom == "c:i":
            turns = int(exponent) % 4
            factor = -factor if turns >= 2 else factor
            exponents[atom] = Fraction(turns % 2)
    return tuple(sorted((atom, exponent) for atom, exponent in exponents.items() if exponent)), factor


def monomial_text(mono: Monomial) -> str:
    return "*".join(f"{atom}^{power.numerator:x}/{power.denominator:x}" for atom, power in mono)


def _key(poly: Poly) -> str:
    """A text that tells polynomials apart; in hexadecimal, which Python writes at any length."""
    return " + ".join(
        f"{value.numerator:x}/{value.denominator:x}*" + monomial_text(mono) for mono, value in sorted(poly.items())
    )


def _name(value: Quotient) -> str:
    return f"[{_key(value[0])}]" + ("" if value[1] == ONE else f"/[{_key(value[1])}]")


def over(top: Poly, bottom: Poly) -> Quotient:
    """top / bottom; a denominator of one term goes into the numerator."""
    if not bottom:
        raise Undefined("division by zero")
    if len(bottom) == 1:
        ((mono, value),) = bottom.items()
        inverse, factor = reduced({atom: -exponent for atom, exponent in mono})
        return times(top, {inverse: factor / value}), ONE
    return top, bottom


def add(left: Quotient, right: Quotient) -> Quotient:
    if left[1] == right[1]:
        return over(plus(left[0], right[0]), left[1])
    return over(plus(times(left[0], right[1]), times(right[0], left[1])), times(left[1], right[1]))


def multiply(left: Quotient, right: Quotient) -> Quotient:
    return over(times(left[0], right[0]), times(left[1], right[1]))


def power_of(base: Quotient, exponent: int) -> Quotient:
    if exponent < 0:
        base, exponent = over(base[1], base[0]), -exponent
    return over(_poly_power(base[0], exponent), _poly_power(base[1], exponent))


def _poly_power(poly: Poly, exponent: int) -> Poly:
    if exponent == 0 or poly == ONE:
        return ONE
    if not poly:
        return {}
    if len(poly) == 1:
        ((mono, value),) = poly.items()
        bits = max(value.numerator.bit_length(), value.denominator.bit_length())
        if abs(value) != 1 and bits * exponent > MAX_BITS:
            raise Undecided("a number too long to work with")
        raised, factor = reduced({atom: power * exponent for atom, power in mono})
        sign = -1 if exponent % 2 and value < 0 else 1
        return {raised: factor * (Fraction(sign) if abs(value) == 1 else value**exponent)}
    if exponent > MAX_POWER:
        raise Undecided("a high power of a sum")
    result = ONE
    for bit in bin(exponent)[2:]:
        result = times(result, result)
        if bit == "1":
            result = times(result, poly)
    return result


def constant(value: Fraction | int) -> Quotient:
    return ({(): Fraction(value)} if value else {}), ONE


def atom_of(name: str, exponent: Fraction | int = 1) -> Quotient:
    return {((name, Fraction(exponent)),): Fraction(1)}, ONE


def opaque(name: str, *args: Quotient) -> Quotient:
    text = f"f:{name}(" + ", ".join(map(_name, args)) + ")"
    if len(text) > MAX_NAME:
        raise Undecided("a long argument")
    return atom_of(text)


def constant_ratio(top: Poly, bottom: Poly) -> Fraction | None:
    """top / bottom where that is a rational number, else None."""
    if not top:
        return Fraction(0)
    if len(top) != len(bottom):
        return None
    lead = next(iter(bottom))
    if lead not in top:
        return None
    ratio = top[lead] / bottom[lead]
    return ratio if all(top.get(mono) == ratio * value for mono, value in bottom.items()) else None


def difference(left: Quotient, right: Quotient) -> Poly:
    """The numerator of left - right."""
    if left[1] == right[1]:
        return plus(left[0], right[0], -1)
    return plus(times(left[0], right[1]), times(right[0], left[1]), -1)


def difference_quotient(left: Quotient, right: Quotient) -> Quotient:
    """left - right."""
    return difference(left, right), (left[1] if left[1] == right[1] else times(left[1], right[1]))


def is_zero(poly: Poly) -> bool:
    """Raises Undecided where opaque atoms are left."""
    if poly and has_opaque(poly):
        raise Undecided("functions are left")
    return not poly


def has_opaque(poly: Poly) -> bool:
    return any(
        atom.startswith("f:") or (atom.startswith("x:") and ("c:i" in atom or "f:" in atom))
        for mono in poly
        for atom, _ in mono
    )


def has_symbol(poly: Poly) -> bool:
    return any(atom.startswith("v:") for mono in poly for atom, _ in mono)


def depends_on(poly: Poly, variable: str) -> bool:
    """Whether a symbol stands anywhere in a polynomial, inside opaque atoms too (where a longer name counts as
    well)."""
    return any(variable in atom.partition(":")[2] for mono in poly for atom, _ in mono)


def proportional(left: Poly, right: Poly) -> Fraction | None:
    """The constant left / right, None where there is none; letters in denominators are cleared first. Raises Undecided
    where opaque atoms are left."""
    left, right = _cleared(left), _cleared(right)
    ratio = constant_ratio(left, right) if left and right else None
    if ratio is None and (has_opaque(left) or has_opaque(right)):
        raise Undecided("functions are left")
    return ratio


def _cleared(poly: Poly) -> Poly:
    """Times the powers of symbols that leave no symbol with a negative exponent."""
    lowest: dict[str, Fraction] = {}
    for mono in poly:
        for atom, exponent in mono:
            if atom.startswith("v:") and exponent < lowest.get(atom, 0):
                lowest[atom] = exponent
    if not lowest:
        return poly
    return times(poly, {tuple(sorted((atom, -exponent) for atom, exponent in lowest.items())): Fraction(1)})
