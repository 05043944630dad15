"""Numbers with given remainders (the Chinese remainder theorem).

Level 1: two remainders, moduli of up to 7 and 15. Level 2: up to 8 and 30. Level 3: up to 20 and 60. Levels 4 and 5:
three remainders, up to 13 and 25. Level 6: two, moduli of up to 200. Level 7: three, up to 60. Level 8: four, up to
30. Level 9: moduli with common factors. Level 10: five, up to 60.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd, lcm
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, listed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # how many, modulus from, to
    3: (2, 9, 60),
    4: (3, 3, 13),
    5: (3, 5, 25),
    6: (2, 50, 200),
    7: (3, 15, 60),
    8: (4, 5, 30),
    9: (3, 12, 60),
    10: (5, 7, 60),
}
_ASKED = (
    "Smallest x >= 0 with {mods}?",
    "Least x >= 0: {mods}.",
    "Find the smallest whole number x, 0 included, with {mods}.",
    "A number leaves the remainders {rests} on division by {moduli}. What is the smallest such number, 0 included?",
)


def sample(level: int, rng: Random) -> Params:
    """(remainder, modulus) pairs, the largest modulus first; the remainders fit together."""
    if level < 3:
        while True:
            small, large = rng.randint(2, 6 + level), rng.randint(3, 15 * level)
            if gcd(small, large) == 1 and large > small:
                return ((rng.randrange(large), large), (rng.randrange(small), small))
    count, low, high = _SHAPES[level]
    while True:
        moduli = sorted({rng.randint(low, high) for _ in range(count)}, reverse=True)
        shared = [gcd(m, n) for i, m in enumerate(moduli) for n in moduli[i + 1 :]]
        if len(moduli) < count or (level != 9 and max(shared) > 1) or (level == 9 and max(shared) == 1):
            continue
        x = rng.randrange(lcm(*moduli))
        return tuple((x % m, m) for m in moduli)


def _joined(first: tuple[int, int], second: tuple[int, int]) -> tuple[int, int]:
    """The one condition that says the same as two."""
    (a, m), (b, n) = first, second
    shared = gcd(m, n)
    step = (b - a) // shared * pow(m // shared, -1, n // shared) % (n // shared)
    return a + m * step, lcm(m, n)


def _value(params: Params) -> int:
    done = params[0]
    for pair in params[1:]:
        done = _joined(done, pair)
    return done[0] % done[1]


def pose(params: Params, rng: Random) -> Posed:
    mods = [f"x = {a} mod {m}" for a, m in params]
    words = {"mods": ", ".join(mods), "rests": listed([a for a, _ in params]), "moduli": listed([m for _, m in params])}
    easy = len(params) == 2 and params[0][1] <= 30 and params[1][1] <= 8
    prompt = rng.choice(_ASKED[: 2 if easy else 4]).format(**words)
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    """Small moduli: the candidates are listed. Else x is written as a + mk, and k found."""
    (a, m), (b, n) = params[0], params[1]
    value = _value(params)
    if len(params) == 2 and n <= 8 and m <= 30:
        tried = ", ".join(str(x) for x in range(a, value + 1, m))
        return f"{tried}: {value} mod {n} = {b}. {boxed(value)}"
    name, steps, done = rng.choice("kt"), [], params[0]
    for pair in params[1:]:
        new = _joined(done, pair)
        step = (new[0] - done[0]) // done[1]
        rest = f"{done[1] % pair[1]}{name} = {(pair[0] - done[0]) % pair[1]} mod {pair[1]}"
        steps.append(f"x = {done[0]} + {done[1]}{name}: {rest}, {name} = {step}, x = {new[0]} mod {new[1]}")
        done = new
    return f"{'; '.join(steps)}. {boxed(value)}"


def confirm(params: Params) -> MathReference:
    """A sieve: steps of what is already common, until the next remainder fits."""
    x, step = 0, 1
    for rest, modulus in params:
        while x % modulus != rest:
            x += step
        multiple = step
        while multiple % modulus:
            multiple += step
        step = multiple
    return MathReference(answer=str(x), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    right = _value(params)
    whole = lcm(*(m for _, m in params))
    candidates = (
        ("off_by_one", right + 1),
        ("not_smallest", right + whole),
        ("negative", right - whole),
        ("first_only", params[0][0] + params[0][1] * rng.randint(1, 9)),
        ("product", whole),
    )
    shown = ", ".join(f"x = {a} mod {m}" for a, m in params)
    yield from wrong_answers(right, shown, candidates)


FAMILY = Family(
    name="chinese_remainders",
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
