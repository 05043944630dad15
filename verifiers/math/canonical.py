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

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from math import comb, factorial, gcd, isqrt, lcm

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

MAX_BITS = 40_000
MAX_TERMS = 600
MAX_POWER = 64  # of a sum
MAX_UNDER_ROOT = 10**12  # factored by trial division

Monomial = tuple[tuple[str, Fraction], ...]
Poly = dict[Monomial, Fraction]
Quotient = tuple[Poly, Poly]

ONE: Poly = {(): Fraction(1)}
_HALF = Fraction(1, 2)
_E: Poly = {(("c:e", Fraction(1)),): Fraction(1)}
_I_PI: Monomial = (("c:i", Fraction(1)), ("c:pi", Fraction(1)))


class Undecided(Exception):
    """Not within reach of exact arithmetic here; says nothing about the answer."""


class Undefined(ValueError):
    """Division by zero, the logarithm of zero, infinity in arithmetic."""


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


def equal(left: Node, right: Node) -> bool:
    """Whether two trees have one value everywhere that both are defined. Raises Undecided, or Undefined."""
    return is_zero(difference(_build(left), _build(right)))


def difference(left: Quotient, right: Quotient) -> Poly:
    """The numerator of left - right."""
    if left[1] == right[1]:
        return _plus(left[0], right[0], -1)
    return _plus(_times(left[0], right[1]), _times(right[0], left[1]), -1)


def difference_quotient(left: Quotient, right: Quotient) -> Quotient:
    """left - right."""
    return difference(left, right), (left[1] if left[1] == right[1] else _times(left[1], right[1]))


def depends_on(poly: Poly, variable: str) -> bool:
    """Whether a symbol stands anywhere in a polynomial, inside opaque atoms too (where a longer name counts as well)."""
    return any(variable in atom.partition(":")[2] for mono in poly for atom, _ in mono)


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
    return _times(poly, {tuple(sorted((atom, -exponent) for atom, exponent in lowest.items())): Fraction(1)})


# Polynomials


def _plus(left: Poly, right: Poly, factor: int = 1) -> Poly:
    total = dict(left)
    for mono, value in right.items():
        new = total.get(mono, 0) + factor * value
        if new:
            total[mono] = Fraction(new)
        else:
            total.pop(mono, None)
    return total


def _times(left: Poly, right: Poly) -> Poly:
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
        _bounded(value)
    return total


def _bounded(value: Fraction) -> Fraction:
    if value.numerator.bit_length() + value.denominator.bit_length() > MAX_BITS:
        raise Undecided("a number too long to work with")
    return value


def _product(left: Monomial, right: Monomial) -> tuple[Monomial, Fraction]:
    if not left or not right:
        return left or right, Fraction(1)
    exponents = dict(left)
    for atom, exponent in right:
        exponents[atom] = exponents.get(atom, Fraction(0)) + exponent
    return _reduced(exponents)


def _reduced(exponents: dict[str, Fraction]) -> tuple[Monomial, Fraction]:
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


def _key(poly: Poly) -> str:
    return " + ".join(
        f"{value}*" + "*".join(f"{atom}^{exponent}" for atom, exponent in mono) for mono, value in sorted(poly.items())
    )


def _name(value: Quotient) -> str:
    return f"[{_key(value[0])}]" + ("" if value[1] == ONE else f"/[{_key(value[1])}]")


# Quotients


def _over(top: Poly, bottom: Poly) -> Quotient:
    """top / bottom; a denominator of one term goes into the numerator."""
    if not bottom:
        raise Undefined("division by zero")
    if len(bottom) == 1:
        ((mono, value),) = bottom.items()
        inverse, factor = _reduced({atom: -exponent for atom, exponent in mono})
        return _times(top, {inverse: factor / value}), ONE
    return top, bottom


def _add(left: Quotient, right: Quotient) -> Quotient:
    if left[1] == right[1]:
        return _over(_plus(left[0], right[0]), left[1])
    return _over(_plus(_times(left[0], right[1]), _times(right[0], left[1])), _times(left[1], right[1]))


def _multiply(left: Quotient, right: Quotient) -> Quotient:
    return _over(_times(left[0], right[0]), _times(left[1], right[1]))


def _power(base: Quotient, exponent: int) -> Quotient:
    if exponent < 0:
        base, exponent = _over(base[1], base[0]), -exponent
    return _over(_poly_power(base[0], exponent), _poly_power(base[1], exponent))


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
        raised, factor = _reduced({atom: power * exponent for atom, power in mono})
        sign = -1 if exponent % 2 and value < 0 else 1
        return {raised: factor * (Fraction(sign) if abs(value) == 1 else value**exponent)}
    if exponent > MAX_POWER:
        raise Undecided("a high power of a sum")
    result = ONE
    for bit in bin(exponent)[2:]:
        result = _times(result, result)
        if bit == "1":
            result = _times(result, poly)
    return result


def _constant(value: Fraction | int) -> Quotient:
    return ({(): Fraction(value)} if value else {}), ONE


def _atom(name: str, exponent: Fraction | int = 1) -> Quotient:
    return {((name, Fraction(exponent)),): Fraction(1)}, ONE


def _build(node: Node) -> Quotient:
    match node:
        case Num(value, _, _):
            return _constant(_bounded(value))
        case Sym(name):
            return _atom(f"v:{name}")
        case Const(name):
            if name not in ("pi", "e", "i"):
                raise Undefined(f"{name} in arithmetic")
            return _atom(f"c:{name}")
        case Neg(arg):
            top, bottom = _build(arg)
            return {mono: -value for mono, value in top.items()}, bottom
        case Add(terms):
            total = _build(terms[0])
            for term in terms[1:]:
                total = _add(total, _build(term))
            return total
        case Mul(factors):
            product = _build(factors[0])
            for factor in factors[1:]:
                product = _multiply(product, _build(factor))
            return product
        case Div(top, bottom):
            denominator = _build(bottom)
            return _multiply(_build(top), _over(denominator[1], denominator[0]))
        case Percent(arg):
            return _multiply(_build(arg), _constant(Fraction(1, 100)))
        case Pow(base, exponent):
            return _raise(_build(base), _build(exponent))
        case Call(name, args):
            return _call(name, tuple(map(_build, args)))
    raise Undecided(f"a {type(node).__name__} in arithmetic")


# Powers and roots


def _raise(base: Quotient, exponent: Quotient) -> Quotient:
    power = constant_ratio(*exponent)
    if power is not None:
        return _raise_to_rational(base, power)
    if exponent[1] != ONE or base[1] != ONE or len(base[0]) != 1:
        return _opaque("pow", base, exponent)
    ((mono, value),) = base[0].items()
    turns = exponent[0].get(_I_PI) if base[0] == _E and len(exponent[0]) == 1 else None
    if turns is not None and (12 * turns).denominator == 1:  # Euler's formula
        cosine, sine = _sine(int(12 * turns) + 6), _sine(int(12 * turns))
        return _add(cosine, _multiply(_atom("c:i"), sine))
    if value <= 0:
        return _opaque("pow", base, exponent)
    factors = [(atom, power) for atom, power in mono] + _prime_atoms(value)
    if any(atom.startswith(("f:", "l:", "x:")) or atom == "c:i" for atom, _ in factors):
        return _opaque("pow", base, exponent)
    result = _constant(1)
    for part, coefficient in exponent[0].items():
        if not part:
            result = _multiply(result, _raise_to_rational(base, coefficient))
            continue
        for atom, power in factors:
            result = _multiply(result, _atom(f"x:{atom}|{part}", power * coefficient))
    return result


def _prime_atoms(value: Fraction) -> list[tuple[str, Fraction]]:
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


def _raise_to_rational(base: Quotient, power: Fraction) -> Quotient:
    if power.denominator == 1:
        if not base[0] and power <= 0:
            raise Undefined("zero to the power of zero or less")
        return _power(base, int(power))
    if not base[0]:
        if power < 0:
            raise Undefined("division by zero")
        return _constant(0)
    if base[1] != ONE:
        return _multiply(
            _raise_to_rational((base[0], ONE), power), _power(_raise_to_rational((base[1], ONE), power), -1)
        )
    if len(base[0]) != 1:
        return _opaque("pow", base, _constant(power))
    ((mono, value),) = base[0].items()
    result = _root_of_sign(value, power)
    odd = power.denominator % 2 == 1
    exponents: dict[str, Fraction] = {}
    for atom, exponent in mono:
        positive = atom.startswith(("p:", "l:")) or atom in ("c:pi", "c:e")
        if atom == "c:i" or not (positive or odd or abs(exponent) == 1) or atom.startswith(("f:", "x:")):
            return _opaque("pow", base, _constant(power))
        exponents[atom] = exponent * power
    for atom, exponent in _prime_atoms_root(abs(value), power):
        exponents[atom] = exponents.get(atom, Fraction(0)) + exponent
    reduced, factor = _reduced(exponents)
    return _multiply(result, ({reduced: factor}, ONE))


def _prime_atoms_root(value: Fraction, power: Fraction) -> list[tuple[str, Fraction]]:
    """value ** power as prime powers; a perfect power of large numbers needs no factoring."""
    if power.denominator == 2:
        top, bottom = isqrt(value.numerator), isqrt(value.denominator)
        if top * top == value.numerator and bottom * bottom == value.denominator and top <= MAX_UNDER_ROOT:
            return [(atom, exponent * power.numerator) for atom, exponent in _prime_atoms(Fraction(top, bottom))]
    return [(atom, exponent * power) for atom, exponent in _prime_atoms(value)]


def _root_of_sign(value: Fraction, power: Fraction) -> Quotient:
    """(±1) ** power: an odd root of -1 is -1 (the real one), a square root is i."""
    if value > 0:
        return _constant(1)
    if power.denominator % 2:
        return _constant(-1 if power.numerator % 2 else 1)
    if power.denominator == 2:
        return _power(_atom("c:i"), power.numerator)
    raise Undecided("an even root of a negative number")


# Functions


def _opaque(name: str, *args: Quotient) -> Quotient:
    text = f"f:{name}(" + ", ".join(map(_name, args)) + ")"
    if len(text) > 5_000:
        raise Undecided("a long argument")
    return _atom(text)


def _call(name: str, args: tuple[Quotient, ...]) -> Quotient:
    if name == "sqrt":
        return _raise_to_rational(args[0], _HALF)
    if name == "cbrt":
        return _raise_to_rational(args[0], Fraction(1, 3))
    if name == "root":
        index = constant_ratio(*args[1])
        if index is None or index == 0:
            return _opaque(name, *args)
        return _raise_to_rational(args[0], 1 / index)
    if name == "degrees":
        return _multiply(args[0], _multiply(_atom("c:pi"), _constant(Fraction(1, 180))))
    if name == "exp":
        return _raise(_atom("c:e"), args[0])
    if name in ("ln", "log"):
        logarithm = _logarithm(args[0])
        return logarithm if len(args) == 1 else _multiply(logarithm, _power(_logarithm(args[1]), -1))
    values = [constant_ratio(*arg) for arg in args]
    if name in _OF_RATIONALS and all(value is not None for value in values):
        return _constant(_OF_RATIONALS[name](*(value for value in values if value is not None)))
    if name in ("sin", "cos", "tan", "cot", "sec", "csc"):
        return _trigonometric(name, args[0])
    if name in ("arcsin", "arccos", "arctan"):
        return _inverse_trigonometric(name, args[0])
    if name == "binom" and values[1] is not None and 0 <= values[1] <= 8 and values[1].denominator == 1:
        return _choose(args[0], int(values[1]))
    return _opaque(name, *args)


def _logarithm(value: Quotient) -> Quotient:
    top, bottom = value
    if not top:
        raise Undefined("the logarithm of zero")
    if bottom != ONE or len(top) != 1:
        return _opaque("ln", value)
    ((mono, factor),) = top.items()
    if factor < 0 or any(not atom.startswith("p:") and atom != "c:e" for atom, _ in mono):
        return _opaque("ln", value)
    total = _constant(0)
    for atom, exponent in [*mono, *_prime_atoms(factor)]:
        total = _add(
            total, _constant(exponent) if atom == "c:e" else ({((f"l:{atom[2:]}", Fraction(1)),): exponent}, ONE)
        )
    return total


_SINES = {  # of multiples of pi/12 up to pi/2: (coefficient, number under the root) terms
    0: (),
    2: ((_HALF, 1),),
    3: ((_HALF, 2),),
    4: ((_HALF, 3),),
    6: ((Fraction(1), 1),),
    1: ((Fraction(1, 4), 6), (Fraction(-1, 4), 2)),
    5: ((Fraction(1, 4), 6), (Fraction(1, 4), 2)),
}


def _sine(twelfths: int) -> Quotient:
    twelfths %= 24
    sign = 1
    if twelfths >= 12:
        twelfths, sign = twelfths - 12, -1
    total = _constant(0)
    for coefficient, under in _SINES[min(twelfths, 12 - twelfths)]:
        term = _multiply(_constant(sign * coefficient), _raise_to_rational(_constant(under), _HALF))
        total = _add(total, term)
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
        return _opaque(name, arg)
    sine, cosine = _sine(int(turns)), _sine(int(turns) + 6)
    if name in ("sin", "cos"):
        return sine if name == "sin" else cosine
    top, bottom = {"tan": (sine, cosine), "cot": (cosine, sine)}.get(
        name, (_constant(1), sine if name == "csc" else cosine)
    )
    if not bottom[0]:
        raise Undefined(f"{name} at a pole")
    return _multiply(top, _power(bottom, -1))


def _inverse_trigonometric(name: str, arg: Quotient) -> Quotient:
    """Exact where the value is a multiple of pi/12."""
    lowest, highest = {"arcsin": (-6, 6), "arccos": (0, 12), "arctan": (-5, 5)}[name]
    if has_symbol(arg[0]) or has_symbol(arg[1]):
        return _opaque(name, arg)
    for twelfths in range(lowest, highest + 1):
        sine, cosine = _sine(twelfths), _sine(twelfths + 6)
        value = {"arcsin": sine, "arccos": cosine}.get(name) or _multiply(sine, _power(cosine, -1))
        if not difference(arg, value):
            return _multiply(_constant(Fraction(twelfths, 12)), _atom("c:pi"))
    return _opaque(name, arg)


def has_symbol(poly: Poly) -> bool:
    return any(atom.startswith("v:") for mono in poly for atom, _ in mono)


def _choose(top: Quotient, count: int) -> Quotient:
    """n (n - 1) ... (n - count + 1) / count!"""
    product = _constant(Fraction(1, factorial(count)))
    for step in range(count):
        product = _multiply(product, _add(top, _constant(-step)))
    return product


def _whole(value: Fraction, most: int) -> int:
    if value.denominator != 1 or value < 0:
        raise Undefined(f"{value} where a natural number belongs")
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
    "min": min,
    "max": max,
    "rational": lambda top, bottom: top / bottom if bottom else _modulo(top, bottom),
    "mod": _modulo,
    "sign": lambda value: (value > 0) - (value < 0),
    "re": lambda value: value,
    "im": lambda value: 0,
    "conjugate": lambda value: value,
}
