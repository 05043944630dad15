"""Codes of signs of several kinds, some kinds required, by inclusion and exclusion.

Level 1: codes of two or three signs with at least one of a kind. Level 2: of three or four. Level 3: three signs, two
of three kinds with rules; levels 4 and 5: up to four and five signs. Levels 6 to 8: three of four kinds with rules,
up to four, five and six signs. Levels 9 and 10: four of five kinds, up to six and seven signs.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from math import perm, prod
from random import Random

from tracemill.problems.exact import listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # shortest and longest code, kinds with a rule, the rules, most signs of a kind
    1: (2, 3, 1, ("some",), 40),
    2: (3, 4, 1, ("some",), 40),
    3: (3, 3, 2, ("some", "one", "few"), 50),
    4: (3, 4, 2, ("some", "one", "few"), 50),
    5: (4, 5, 2, ("some", "few"), 50),
    6: (4, 4, 3, ("some", "one", "few"), 20),
    7: (4, 5, 3, ("some", "one", "few"), 25),
    8: (4, 6, 3, ("some", "few"), 30),
    9: (5, 6, 4, ("some", "one", "few"), 20),
    10: (5, 7, 4, ("some", "few"), 30),
}
_RULES = {"some": "at least one {}", "one": "exactly one {}", "few": "at most one {}"}
_COLOURS = ("red", "blue", "green", "black", "white")
_ASKED = (
    "There are {have} signs, all different. How many rows of {length} signs, repeats allowed, contain {rules} sign?",
    "Codes of {length} signs are made from {have} signs, all different; repeats are allowed. "
    "How many contain {rules} sign?",
    "With {have} different signs, each as often as you like, rows of {length} are written. "
    "How many rows hold {rules} sign?",
)


def sample(level: int, rng: Random) -> Params:
    """(length, (signs, rule) of each kind in ascending order, the rule "free" for the last kind to be drawn)."""
    shortest, longest, ruled, rules, most = _SHAPES[level]
    while True:
        kinds = [(rng.randrange(1, most + 1), rng.choice(rules)) for _ in range(ruled)]
        kinds.append((rng.randrange(1, most + 1), "free"))
        if level < 3 or any(rule == "some" for _, rule in kinds):
            return (rng.randrange(shortest, longest + 1), tuple(sorted(kinds)))


def _terms(params: Params) -> list[tuple[int, str, int]]:
    """Inclusion and exclusion over the required kinds left out: (sign, sum as text, its value)."""
    length, kinds = params
    needed = [size for size, rule in kinds if rule == "some"]
    ones = [size for size, rule in kinds if rule == "one"]
    few = [size for size, rule in kinds if rule == "few"]
    pool = sum(size for size, rule in kinds if rule in ("some", "free"))
    terms = []
    for count in range(len(needed) + 1):
        for missing in combinations(needed, count):
            left, parts, value = pool - sum(missing), [], 0
            for used in range(len(few) + 1):
                for extra in combinations(few, used):
                    single = [*ones, *extra]
                    if len(single) <= length:
                        value += perm(length, len(single)) * prod(single) * left ** (length - len(single))
                        factors = [str(length - i) for i in range(len(single))] + [str(size) for size in single]
                        factors += [f"{left}^{length - len(single)}"] if length > len(single) else []
                        parts.append("*".join(factors))
            terms.append(((-1) ** count, " + ".join(parts), value))
    return terms


def _count(params: Params) -> int:
    return sum(sign * value for sign, _, value in _terms(params))


def pose(params: Params, rng: Random) -> Posed:
    length, kinds = params
    names = rng.sample(_COLOURS, len(kinds))
    rules = [_RULES[rule].format(name) for name, (_, rule) in zip(names, kinds, strict=True) if rule != "free"]
    have = listed([f"{size} {name}" for name, (size, _) in zip(names, kinds, strict=True)])
    prompt = rng.choice(_ASKED).format(length=length, have=have, rules=listed(rules))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_count(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    terms, answer = _terms(params), _count(params)
    opening = rng.choice(("Without regard to what is required: ", "Start with all codes that keep the limits: "))
    steps = [f"{opening}{terms[0][1]} = {terms[0][2]}"]
    for sign, text, value in terms[1:]:
        steps.append(f"{'take off' if sign < 0 else 'add back'} {text or 0} = {value}")
    sums = "".join(f" {'-' if sign < 0 else '+'} {value}" for sign, _, value in terms[1:])
    total = f". {terms[0][2]}{sums} = {answer}" if sums else ""
    return f"{'; '.join(steps)}{total}. {boxed(answer)}"


def confirm(params: Params) -> MathReference:
    """Place by place, by which kinds with a rule have been used so far; nothing is taken off."""
    length, kinds = params
    states: dict[tuple[int, ...], int] = {(0,) * len(kinds): 1}  # uses of each kind, 2 for more than one
    for _ in range(length):
        grown: dict[tuple[int, ...], int] = {}
        for used, ways in states.items():
            for kind, (size, _) in enumerate(kinds):
                key = tuple(min(uses + (i == kind), 2) for i, uses in enumerate(used))
                grown[key] = grown.get(key, 0) + ways * size
        states = grown
    allowed = {"some": (1, 2), "one": (1,), "few": (0, 1), "free": (0, 1, 2)}
    total = 0
    for used, ways in states.items():
        if all(uses in allowed[rule] for uses, (_, rule) in zip(used, kinds, strict=True)):
            total += ways
    return MathReference(answer=str(total), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    length, kinds = params
    right = _count(params)
    whole = sum(size for size, _ in kinds)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("rules_forgotten", whole**length),
        ("complement", whole**length - right),
        ("no_repeats", perm(whole, length)),
        ("first_term_only", _terms(params)[0][2]),
        ("another_length", _count((length + 1, kinds))),
    )
    yield from wrong_answers(right, f"{length} of {whole}", candidates)


FAMILY = Family(
    name="required_kinds",
    version=1,
    kind="math",
    topic="combinatorics",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
