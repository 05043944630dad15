"""Arithmetic with complex numbers whose parts are whole; answers in the form a + bi.

Level 1: a sum or a difference. Level 2: a product. Level 3: a product and a term. Level 4: a square. Level 5: a
quotient. Level 6: a cube and a term. Level 7: a product over a third number. Level 8: a fourth or fifth power and a
term. Level 9: a sum of two quotients. Level 10: a power over a product.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.coefficients import nonzero
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import Number, boxed, bracketed, signed, wrong_answers
from tracemill.problems.types import MathReference

Pair = tuple[Fraction, Fraction]

_ASKED = ("Compute {}.", "Simplify {}.", "Write {} in the form a + bi.", "What is {} as a + bi?")


def sample(level: int, rng: Random) -> Params:
    """(form, pairs of whole numbers (real, imaginary), exponent); the forms are those of `_shown`."""
    form, count = {
        1: (rng.choice("+-"), 2),
        2: ("*", 2),
        3: ("*+", 3),
        4: ("^", 1),
        5: ("/", 2),
        6: ("^+", 2),
        7: ("*/", 3),
        8: ("^+", 2),
        9: ("/+/", 4),
        10: ("^/*", 3),
    }[level]
    most = {1: 20, 4: 99, 6: 12}.get(level, 9)
    exponent = {4: 2, 6: 3, 8: rng.randint(4, 5), 10: rng.randint(3, 4)}.get(level, 1)
    return (form, tuple((nonzero(rng, most), nonzero(rng, most)) for _ in range(count)), exponent)


def _human(z: tuple[Number, Number]) -> str:
    """`3 - 2i`, `-i`, `1/2 + (3/4)i`, `0`."""
    real, imaginary = z
    if not imaginary:
        return str(real)
    size = imaginary if imaginary > 0 else -imaginary
    body = "i" if size == 1 else f"{bracketed(size)}i"
    if not real:
        return body if imaginary > 0 else f"-{body}"
    return f"{real} {'-' if imaginary < 0 else '+'} {body}"


def _sympy(z: Pair) -> str:
    """`3 - 2*I`, `1/2 + 3*I/4`."""
    real, imaginary = z
    if not imaginary:
        return str(real)
    top, bottom = abs(imaginary.numerator), imaginary.denominator
    body = ("I" if top == 1 else f"{top}*I") + (f"/{bottom}" if bottom > 1 else "")
    if not real:
        return body if imaginary > 0 else f"-{body}"
    return f"{real} {'-' if imaginary < 0 else '+'} {body}"


def _times(z: Pair, w: Pair) -> Pair:
    return z[0] * w[0] - z[1] * w[1], z[0] * w[1] + z[1] * w[0]


def _over(z: Pair, w: Pair) -> Pair:
    size = w[0] ** 2 + w[1] ** 2
    top = _times(z, (w[0], -w[1]))
    return Fraction(top[0], 1) / size, Fraction(top[1], 1) / size


def _plus(z: Pair, w: Pair) -> Pair:
    return z[0] + w[0], z[1] + w[1]


def _shown(params: Params) -> str:
    form, numbers, n = params
    z = [f"({_human(pair)})" for pair in numbers]
    return {
        "+": "{0} + {1}",
        "-": "{0} - {1}",
        "*": "{0}{1}",
        "*+": "{0}{1} + {2}",
        "^": "{0}^{n}",
        "^+": "{0}^{n} + {1}",
        "/": "{0}/{1}",
        "*/": "{0}{1}/{2}",
        "/+/": "{0}/{1} + {2}/{3}",
        "^/*": "{0}^{n}/({1}{2})",
    }[form].format(*z, n=n)


def _worked(params: Params, steps: list[str]) -> Pair:
    """The value; the steps are written down on the way."""
    form, numbers, n = params
    z = [(Fraction(a), Fraction(b)) for a, b in numbers]

    def product(u: Pair, v: Pair) -> Pair:
        (a, b), (c, d) = u, v
        real = f"{a}*{bracketed(c)} - {bracketed(b)}*{bracketed(d)} = {a * c - b * d}"
        steps.append(f"{real}, {a}*{bracketed(d)} + {bracketed(b)}*{bracketed(c)} = {a * d + b * c}")
        return _times(u, v)

    def quotient(u: Pair, v: Pair) -> Pair:
        top = product(u, (v[0], -v[1]))
        size = v[0] ** 2 + v[1] ** 2
        steps.append(f"over {bracketed(v[0])}^2 + {bracketed(v[1])}^2 = {size}: {_human(_over(u, v))}")
        return top[0] / size, top[1] / size

    def plus(u: Pair, v: Pair) -> Pair:
        steps.append(f"plus {_human(v)}: {_human(_plus(u, v))}")
        return _plus(u, v)

    if form in ("+", "-"):
        other = z[1] if form == "+" else (-z[1][0], -z[1][1])
        total = _plus(z[0], other)
        steps.append(f"{z[0][0]} {signed(other[0])} = {total[0]}, {z[0][1]} {signed(other[1])} = {total[1]}")
        return total
    if form.startswith("^"):
        value = z[0]
        for _ in range(n - 1):
            value = product(value, z[0])
        if form == "^/*":
            return quotient(value, product(z[1], z[2]))
        return plus(value, z[1]) if form == "^+" else value
    if form in ("*", "*+"):
        value = product(z[0], z[1])
        return plus(value, z[2]) if form == "*+" else value
    if form == "/":
        return quotient(z[0], z[1])
    if form == "*/":
        return quotient(product(z[0], z[1]), z[2])
    return _plus(quotient(z[0], z[1]), quotient(z[2], z[3]))


def pose(params: Params, rng: Random) -> Posed:
    prompt = rng.choice(_ASKED[: 2 if params[0] in "+-*" else 4]).format(_shown(params))
    return Posed(prompt=prompt, reference=MathReference(answer=_sympy(_worked(params, [])), type="complex"))


def solve(params: Params, rng: Random) -> str:
    steps: list[str] = []
    value = _worked(params, steps)
    return f"{rng.choice(('; ', '. ')).join(steps)}. {boxed(_human(value))}"


def confirm(params: Params) -> MathReference:
    """sympy expands the expression as it is asked."""
    import sympy

    text = _shown(params).replace(")(", ")*(").replace("^", "**").replace("i", "*I").replace(" *I", " I")
    value = sympy.expand_complex(sympy.sympify(text.replace("(*I", "(I").replace("-*I", "-I"), rational=True))
    real, imaginary = (Fraction(int(part.p), int(part.q)) for part in value.as_real_imag())
    return MathReference(answer=_sympy((real, imaginary)), type="complex")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    real, imaginary = _worked(params, [])
    candidates = (
        ("conjugate", _human((real, -imaginary))),
        ("swapped", _human((imaginary, real))),
        ("negative", _human((-real, -imaginary))),
        ("off_by_one", _human((real + rng.choice((-1, 1)), imaginary))),
        ("real_part_only", _human((real, Fraction(0)))),
    )
    yield from wrong_answers(_human((real, imaginary)), _shown(params), candidates)


FAMILY = Family(
    name="complex_numbers",
    version=1,
    kind="math",
    topic="complex numbers",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
