"""Powers modulo a number, by repeated squaring.

Level 1: squares to fourth powers by 5 to 20. Level 2: exponents of up to 9. Levels 3 to 5: exponents of up to 20, 50
and 100 by up to 30, 60 and 100. Level 6: the last two digits of a power. Levels 7 and 8: exponents of up to 1,000 and
5,000 by up to 500 and 1,000. Level 9: a sum of two powers. Level 10: a tower a^(b^c).
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # base, exponent from, to, modulus from, to
    1: (99, 2, 4, 5, 20),
    2: (60, 4, 9, 5, 20),
    3: (50, 8, 20, 11, 30),
    4: (99, 15, 50, 20, 60),
    5: (99, 30, 100, 30, 100),
    7: (500, 100, 1000, 100, 500),
    8: (999, 1000, 5000, 200, 1000),
    9: (500, 100, 1000, 100, 500),
}
_ASKED = (
    "What is {} mod {}?",
    "Find {} mod {}.",
    "What remainder does {} leave on division by {}?",
    "Find the remainder when {} is divided by {}.",
)
_DIGITS = ("What are the last two digits of {}, as a number from 0 to 99?", "Find {} mod {m}.")


def sample(level: int, rng: Random) -> Params:
    """(form, powers (base, exponent, exponent of the exponent), modulus)."""
    if level == 6:
        return ("digits", ((rng.randint(3, 200), rng.randint(20, 400), 1),), 100)
    if level == 10:
        return ("mod", ((rng.randint(2, 99), rng.randint(2, 20), rng.randint(5, 30)),), rng.randint(100, 1000))
    most, low, high, least, largest = _SHAPES[level]
    while True:
        powers = tuple((rng.randint(3, most), rng.randint(low, high), 1) for _ in range(2 if level == 9 else 1))
        params = ("mod", powers, rng.randint(least, largest))
        if _value(params) > 1 or rng.random() < 0.25:  # else 0 and 1 are good guesses
            return params


def _shown(params: Params) -> str:
    texts = [f"{a}^{b}" if c == 1 else f"{a}^({b}^{c})" for a, b, c in params[1]]
    return texts[0] if len(texts) == 1 else f"({' + '.join(texts)})"


def _value(params: Params) -> int:
    _, powers, modulus = params
    return sum(pow(a, b**c, modulus) for a, b, c in powers) % modulus


def pose(params: Params, rng: Random) -> Posed:
    form, powers, modulus = params
    if form == "digits":
        prompt = rng.choice(_DIGITS).format(_shown(params), m=modulus)
    else:
        easy = len(powers) == 1 and powers[0][1] < 10 and powers[0][2] == 1
        prompt = rng.choice(_ASKED[: 2 if easy else 4]).format(_shown(params), modulus)
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    _, powers, modulus = params
    joint = rng.choice((", ", "; "))
    steps, residues = list[str](), list[int]()
    for a, b, c in powers:
        if c == 1:
            value = _squared(a, b, modulus, steps)
        else:
            value = a
            for place in range(c):
                value = pow(value, b, modulus)
                steps.append(f"{a}^({b}^{place + 1}) = {value}")
        residues.append(value)
    if len(residues) > 1:
        steps.append(f"{' + '.join(map(str, residues))} = {sum(residues)}")
    return f"Mod {modulus}: {joint.join(steps)}. {boxed(_value(params))}"


def _squared(base: int, exponent: int, modulus: int, steps: list[str]) -> int:
    """base^exponent by squares; the powers used are multiplied together."""
    value, power, parts = base % modulus, 1, []
    if base >= modulus:
        steps.append(f"{base} = {value}")
    while True:
        if exponent & power:
            parts.append((power, value))
        if 2 * power > exponent:
            break
        value, power = value * value % modulus, 2 * power
        steps.append(f"^{power} = {value}")
    done, result = parts[0]
    for power, value in parts[1:]:
        done, new = done + power, result * value % modulus
        steps.append(f"^{done} = {result}*{value} = {new}")
        result = new
    return result


def confirm(params: Params) -> MathReference:
    """One multiplication after another."""
    _, powers, modulus = params
    total = 0
    for a, b, c in powers:
        value = a % modulus
        for _ in range(c if c > 1 else 1):
            base, value = value, 1
            for _ in range(b):
                value = value * base % modulus
        total += value
    return MathReference(answer=str(total % modulus), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    _, powers, modulus = params
    right = _value(params)
    candidates = (
        ("one_factor_more", sum(pow(a, b**c + 1, modulus) for a, b, c in powers) % modulus),
        ("product", sum(a * b * c for a, b, c in powers) % modulus),
        ("off_by_one", (right + rng.choice((-1, 1))) % modulus),
        ("not_reduced", right + modulus),
        ("base", powers[0][0] + modulus),
    )
    yield from wrong_answers(right, f"{_shown(params)} \\bmod {modulus}", candidates)


FAMILY = Family(
    name="modular_power",
    version=1,
    kind="math",
    topic="number theory",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
