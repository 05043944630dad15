"""Partial sums in closed form: the sum of the first terms as a formula in n.

Level 1: of ak + b. Level 2: from a later term on. Level 3: of a quadratic in k. Level 4: from a later term on. Level
5: of a cubic. Level 6: from a later term on. Level 7: of a quadratic up to 2n. Level 8: of c r^k + d. Level 9: of (ak
+ b) r^k. Level 10: of these and a quadratic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.exact import Term, fraction_latex, sum_latex, sum_plain
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, signed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # degree of the polynomial, the first index, what n is multiplied by, degree of the factor of r^k or -1
    1: (1, (1,), 1, -1),
    2: (1, (0, 2, 3, 4, 5), 1, -1),
    3: (2, (1,), 1, -1),
    4: (2, (0, 2, 3, 4, 5), 1, -1),
    5: (3, (1,), 1, -1),
    6: (3, (0, 2, 3, 4, 5), 1, -1),
    7: (2, (1, 2, 3), 2, -1),
    8: (0, (0, 1, 2, 3), 1, 0),
    9: (-1, (0, 1, 2), 1, 1),
    10: (2, (0, 1, 2), 1, 1),
}
_RATIOS = (*((r, 1) for r in range(2, 12)), *((r, q) for q in range(2, 6) for r in range(1, 6) if gcd(r, q) == 1))
_ASKED = (
    "Find the sum of {f} over k from {m} to {n} as a formula in n.",
    "Express the sum of {f} for k = {m}, ..., {n} in terms of n.",
    "What is the sum from k = {m} to k = {n} of {f}, in terms of n?",
)
_POWER_SUMS: dict[int, tuple[Fraction, ...]] = {  # the sum of k^j over k from 1 to n, the highest power of n first
    0: (Fraction(1), Fraction(0)),
    1: (Fraction(1, 2), Fraction(1, 2), Fraction(0)),
    2: (Fraction(1, 3), Fraction(1, 2), Fraction(1, 6), Fraction(0)),
    3: (Fraction(1, 4), Fraction(1, 2), Fraction(1, 4), Fraction(0), Fraction(0)),
}


def sample(level: int, rng: Random) -> Params:
    """(coefficients of the polynomial, those of the factor of r^k, r as numerator and denominator, the first index,
    what n is multiplied by)."""
    degree, starts, double, geometric = _SHAPES[level]

    def pick(most: int) -> int:
        return rng.choice((-1, 1)) * rng.randrange(1, most + 1)

    most = {1: 30, 2: 40, 3: 40}.get(level, 20)
    body = tuple(pick(most) for _ in range(degree + 1))
    factor = tuple(pick(200 if level == 8 else 30) for _ in range(geometric + 1))
    return (body, factor, rng.choice(_RATIOS) if factor else (0, 1), rng.choice(starts), double)


def _at(coefficients: Sequence[int | Fraction], x: int | Fraction) -> Fraction:
    value = Fraction(0)
    for coefficient in coefficients:
        value = value * x + coefficient
    return value


def _closed(params: Params) -> tuple[list[Fraction], list[Fraction]]:
    """The polynomial in n, and the polynomial that r^n is multiplied by."""
    body, factor, (top, bottom), first, double = params
    whole = [Fraction(0)] * (len(body) + 1)
    for index, value in enumerate(body):
        for place, weight in enumerate(reversed(_POWER_SUMS[len(body) - 1 - index])):
            whole[-1 - place] += value * weight
    whole[-1] -= _at(whole, first - 1)
    whole = [value * double ** (len(whole) - 1 - index) for index, value in enumerate(whole)]
    if not factor:
        return whole, []
    r = Fraction(top, bottom)
    shrink = 1 - 1 / r
    alpha = factor[0] / shrink  # with P(n) r^n the sum up to a constant: P(n) - P(n - 1)/r is the factor at n
    found = [alpha] if len(factor) == 1 else [alpha, (factor[1] - alpha / r) / shrink]
    whole[-1] -= _at(found, first - 1) * r ** (first - 1)
    return whole, found


def _terms(closed: tuple[list[Fraction], list[Fraction]], r: Fraction) -> list[Term]:
    whole, found = closed
    plain, latex = f"{r}**n", f"{r}^{{n}}"
    if r.denominator > 1:
        plain, latex = f"({r})**n", f"\\left({fraction_latex(r)}\\right)^{{n}}"
    terms: list[Term] = []
    for index, value in enumerate(found):
        n = "n" if len(found) - 1 - index else ""
        terms.append(
            (
                value,
                f"{n}*{plain}" if n else plain,
                f"{n} {latex}" if n and latex[0] == "\\" else f"{n} \\cdot {latex}" if n else latex,
            )
        )
    for index, value in enumerate(whole):
        power = len(whole) - 1 - index
        symbols = ("", "") if not power else ("n", "n") if power == 1 else (f"n**{power}", f"n^{{{power}}}")
        terms.append((value, *symbols))
    return terms


def _latex(terms: list[Term]) -> str:
    """Numbers stand beside powers of numbers: a dot between them."""
    dotted = [
        (v, p, f"\\cdot {t}" if t and (t[0].isdigit() or t[0] in "(") and abs(v.numerator) != 1 else t)
        for v, p, t in terms
    ]
    return sum_latex(dotted)


def _shown(params: Params) -> str:
    body, factor, (top, bottom), _, _ = params
    text = polynomial(body, "k") if body else ""
    if factor:
        ratio = f"{top}^k" if bottom == 1 and top > 0 else f"({Fraction(top, bottom)})^k"
        power = f"({polynomial(factor, 'k')}) * {ratio}" if len(factor) > 1 else f"{factor[0]} * {ratio}"
        text = f"{text} + {power}" if text else power
    return f"({text})" if body else text


def pose(params: Params, rng: Random) -> Posed:
    double = "2n" if params[4] == 2 else "n"
    return Posed(
        prompt=rng.choice(_ASKED).format(f=_shown(params), m=params[3], n=double),
        reference=_reference(params, _closed(params)),
    )


def _reference(params: Params, closed: tuple[list[Fraction], list[Fraction]]) -> MathReference:
    answer = sum_plain(_terms(closed, Fraction(*params[2])))
    return MathReference(answer=answer, type="expression" if params[1] else "polynomial")


def solve(params: Params, rng: Random) -> str:
    body, factor, (top, bottom), first, double = params
    whole, found = _closed(params)
    steps = []
    if body:
        names = ("n", "n(n + 1)/2", "n(n + 1)(2n + 1)/6", "n^2(n + 1)^2/4")
        powers = ("1", "k", "k^2", "k^3")
        used = [(value, len(body) - 1 - i) for i, value in enumerate(body)]
        steps.append(f"from k = 1 the sum of {', of '.join(f'{powers[j]} is {names[j]}' for _, j in used)}")
        steps.append(f"together {' + '.join(f'{bracketed(value)}*{names[j]}' for value, j in used)}")
        if first != 1 and not factor:
            early = _at(body, 0) if first == 0 else -sum((_at(body, k) for k in range(1, first)), Fraction(0))
            steps.append(f"terms before or after that: {signed(early)}")
        if double == 2:
            steps.append("with 2n for n")
    if factor:
        r = Fraction(top, bottom)
        steps.append(f"try ({polynomial(found, 'n')})*({r})^n, whose differences are the terms")
        steps.append(f"at n = {first - 1} all of it must be 0, so the constant is {whole[-1]}")
    opening = rng.choice(("", "Piece by piece: "))
    return f"{opening}{'; '.join(steps)}. {boxed(_latex(_terms((whole, found), Fraction(top, bottom))))}"


def confirm(params: Params) -> MathReference:
    """A formula of the right shape is fitted by sympy to sums that are added up term by term."""
    import sympy

    body, factor, (top, bottom), first, double = params
    r = Fraction(top, bottom)
    sums, total = {first - 1: Fraction(0)}, Fraction(0)
    for k in range(first, first + 24):
        total += _at(body, k) + (_at(factor, k) * r**k if factor else 0)
        sums[k] = total
    whole = sympy.symbols(f"w0:{len(body) + 1}")
    found = sympy.symbols(f"f0:{len(factor)}") if factor else ()
    facts = []
    for n in range(max(first, 1), first + 9):
        if double * n not in sums:
            continue
        powers = sum(w * n ** (len(whole) - 1 - i) for i, w in enumerate(whole))
        waves = sum(f * n ** (len(found) - 1 - i) for i, f in enumerate(found)) * sympy.Rational(top, bottom) ** n
        value = sums[double * n]
        facts.append(powers + waves - sympy.Rational(value.numerator, value.denominator))
    (solved,) = sympy.linsolve(facts, (*whole, *found))
    numbers = [Fraction(str(value)) for value in solved]
    return _reference(params, (numbers[: len(whole)], numbers[len(whole) :]))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    r = Fraction(*params[2])
    whole, found = _closed(params)
    off = [*whole[:-1], whole[-1] + rng.choice((-1, 1))]
    shifted = [value * (-1) ** index for index, value in enumerate(reversed(whole))][::-1]
    candidates = (
        ("off_by_one", (off, found)),
        ("sign", ([-value for value in whole], [-value for value in found])),
        ("n_for_minus_n", (shifted if shifted != whole else off, found)),
        ("doubled", ([2 * value for value in whole], [2 * value for value in found])),
        (
            "constant_dropped" if whole[-1] else "constant_added",
            ([*whole[:-1], Fraction(0) if whole[-1] else Fraction(3)], found),
        ),
    )
    named = [(name, _latex(_terms(closed, r))) for name, closed in candidates]
    yield from wrong_answers(_latex(_terms((whole, found), r)), f"sum of {_shown(params)}", named)


FAMILY = Family(
    name="partial_sums",
    version=1,
    kind="math",
    topic="calculus",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
