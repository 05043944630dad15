"""Whether two trees have one value, by evaluation with a bound on the error. Only in workers: nothing here is bounded
in time.

Values are enclosed in intervals (`intervals`, `complex_intervals`), so two whose intervals do not meet differ for
certain. Two that agree to AGREE_DIGITS digits at NUM_POINTS random points of their common domain are taken for equal;
constants must agree to CONSTANT_DIGITS. Where no precision tried makes the intervals narrow enough to say, the question
is `Undecided`.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from mpmath import mp

from tracemill.verifiers.math import canonical
from tracemill.verifiers.math.complex_intervals import Complex, evaluate_complex
from tracemill.verifiers.math.intervals import Env, Outside, evaluate
from tracemill.verifiers.math.tree import Node, constants, symbols

PRECISIONS = (60, 120, 240, 480, 960)  # decimal digits, the next where one does not decide
AGREE_DIGITS = 40
CONSTANT_DIGITS = 200
NARROW = Fraction(1, 10**20)  # of the size of what it is compared with: an interval that can tell constants apart
NUM_POINTS = 10
NUM_TRIES = 80
FEWEST_POINTS = 3


def equal(left: Node, right: Node) -> bool:
    """Raises canonical.Undecided."""
    names = sorted(symbols(left) | symbols(right))
    is_complex = "i" in constants(left) | constants(right)
    if not names:
        return _equal_constants(left, right, is_complex)
    agree = _agree_complex if is_complex else _agree_real
    met = 0
    for env in points(names, NUM_TRIES):
        try:
            if not agree(left, right, env, AGREE_DIGITS):
                return False
        except Outside:
            continue
        met += 1
        if met == NUM_POINTS:
            return True
    if met < FEWEST_POINTS:
        raise canonical.Undecided("no common domain was found")
    return True


def equal_at_integers(left: Node, right: Node) -> bool:
    """The same at integers only, which is all the domain that (-1/4)^n has. Raises canonical.Undecided."""
    names = sorted(symbols(left) | symbols(right))
    rng = Random(",".join(names))
    met = 0
    for index in range(NUM_TRIES if names else 0):
        low, high = ((1, 8), (2, 24), (-6, 12))[index % 3]
        try:
            if not _agree_real(left, right, {name: Fraction(rng.randint(low, high)) for name in names}, AGREE_DIGITS):
                return False
        except (Outside, canonical.Undefined):
            continue
        met += 1
        if met == 2 * NUM_POINTS:
            return True
    raise canonical.Undecided("no common domain was found")


def _equal_constants(left: Node, right: Node, is_complex: bool) -> bool:
    """The real values where both have one: the real cube root of -8 is -2, the principal one is not."""
    reasons = ""
    for agree in (_agree_complex,) if is_complex else (_agree_real, _agree_complex):
        try:
            return agree(left, right, {}, CONSTANT_DIGITS)
        except Outside as error:
            reasons = str(error)
    raise canonical.Undecided(reasons)


def points(names: list[str], count: int) -> list[dict[str, Fraction]]:
    """Random rational points, the same for the same names: small and large, positive first, then of both signs."""
    rng = Random(",".join(names))
    ranges = ((0, 2), (0, 1), (-2, 2), (1, 10), (-10, 10), (-1, 1), (5, 100), (-100, 100))
    found = []
    for index in range(count):
        low, high = ranges[index % len(ranges)]
        found.append({name: low + (high - low) * Fraction(rng.randrange(1, 9973), 9973) for name in names})
    return found


def _agree_real(left: Node, right: Node, env: Env, digits: int) -> bool:
    """Raises Outside, or Undecided where no precision tried tells the two apart or shows them equal."""
    return _agree(lambda precision: [(evaluate(left, env, precision), evaluate(right, env, precision))], digits)


def _agree_complex(left: Node, right: Node, env: Env, digits: int) -> bool:
    def parts(precision: int) -> list[tuple[Any, Any]]:
        ours: Complex = evaluate_complex(left, env, precision)
        theirs: Complex = evaluate_complex(right, env, precision)
        return [(ours.re, theirs.re), (ours.im, theirs.im)]

    return _agree(parts, digits)


def _agree(enclosures: Callable[[int], list[tuple[Any, Any]]], digits: int) -> bool:
    """Pairs of intervals that must hold one value each."""
    for precision in PRECISIONS:
        pairs = enclosures(precision)
        if not all(_meet(ours, theirs) for ours, theirs in pairs):
            return False
        width = max(_width(value) for pair in pairs for value in pair)
        size = max(_size(value) for pair in pairs for value in pair)
        if width <= size * mp.mpf(10) ** -digits or max(width, size) < mp.mpf(10) ** (-2 * digits):
            return True
    raise canonical.Undecided("the values are too close to tell apart")


def _meet(left: Any, right: Any) -> bool:
    return bool(left.a <= right.b and right.a <= left.b)


def _width(value: Any) -> Any:
    return mp.mpf(value.delta.b)


def _size(value: Any) -> Any:
    return abs(mp.mpf(value.mid.a))


def _narrow(enclosure: Callable[[int], tuple[Any, Any]]) -> Any:
    """An interval that is narrow beside the size given with it, at the first precision that makes it so. Raises
    Outside, or Undecided."""
    for precision in PRECISIONS:
        value, beside = enclosure(precision)
        if _width(value) <= _size(beside) * NARROW.numerator / NARROW.denominator:
            return value
    raise canonical.Undecided("the values are too wide to compare")


def ratio(left: Node, right: Node) -> Fraction | None:
    """1 or -1, the sign of left / right where that is one constant at every point tried; None where it is none."""
    met = 0
    first: Any = None

    def enclosure(env: Env) -> Callable[[int], tuple[Any, Any]]:
        def at(precision: int) -> tuple[Any, Any]:
            theirs = evaluate(right, env, precision)
            if 0 in theirs:
                raise Outside("a zero")
            value = evaluate(left, env, precision) / theirs
            return value, value

        return at

    for env in points(sorted(symbols(left) | symbols(right)), NUM_TRIES):
        try:
            value = _narrow(enclosure(env))
        except Outside:
            continue
        if 0 in value or (first is not None and not _meet(first, value)):
            return None
        first = value if first is None else first
        met += 1
        if met == NUM_POINTS:
            break
    if met < FEWEST_POINTS:
        raise canonical.Undecided("no common domain was found")
    return Fraction(1 if first.a > 0 else -1)


def constant_difference(left: Node, right: Node, variable: str) -> bool:
    """Whether left - right is one constant on the positive side of `variable` and one on the negative side, the other
    letters held fast."""
    others = sorted((symbols(left) | symbols(right)) - {variable})
    met = 0
    for fixed in points(others, 2) if others else [{}]:
        for sign in (1, -1):
            envs = [{**fixed, variable: sign * abs(env[variable])} for env in points([variable], NUM_TRIES // 2)]
            found = _differences(left, right, envs)
            if any(not _meet(found[0], value) for value in found[1:]):
                return False
            met += len(found)
    if met < FEWEST_POINTS:
        raise canonical.Undecided("no common domain was found")
    return True


def _differences(left: Node, right: Node, envs: list[dict[str, Fraction]]) -> list[Any]:
    """left - right at up to NUM_POINTS of the points, each narrow beside the value of `right`."""
    found: list[Any] = []
    for env in envs:

        def at(precision: int, env: Env = env) -> tuple[Any, Any]:
            theirs = evaluate(right, env, precision)
            return evaluate(left, env, precision) - theirs, theirs

        try:
            found.append(_narrow(at))
        except Outside:
            continue
        if len(found) == NUM_POINTS:
            break
    return found


def near(node: Node, digits: int) -> Fraction:
    """A real constant to so many significant digits."""
    try:
        value = _narrow(lambda precision: (evaluate(node, {}, max(precision, digits + 20)),) * 2)
    except Outside as error:
        raise canonical.Undecided(str(error)) from error
    sign, mantissa, exponent, _ = mp.mpf(value.mid.a)._mpf_
    return (-1) ** sign * Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
