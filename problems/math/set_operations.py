"""Unions, intersections, differences, symmetric differences and complements of finite sets of numbers.

Level 1: one operation on two sets of 4 or 5 numbers. Level 2: on sets of 6 to 8. Levels 3 and 4: two operations on
three sets. Level 5: with a complement in 1 to 15. Levels 6 and 7: sets described in words within 1 to 24 and 1 to 40,
two and three operations. Levels 8 and 9: four sets, three and four operations. Level 10: five sets, five operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from random import Random
from typing import Any

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

# A formula is a set's index, ("~", formula) or (operation, left, right).
_SHAPES = {  # sets, operations, complements, the universe's end, share of sets in words, least and greatest size
    1: (2, 1, 0, 12, 0.0, 4, 5),
    2: (2, 1, 0, 20, 0.0, 6, 8),
    3: (3, 2, 0, 15, 0.0, 5, 7),
    4: (3, 2, 0, 25, 0.0, 6, 9),
    5: (3, 2, 1, 15, 0.0, 5, 8),
    6: (3, 2, 1, 24, 0.5, 6, 9),
    7: (3, 3, 1, 40, 0.6, 7, 10),
    8: (4, 3, 1, 30, 0.4, 6, 10),
    9: (4, 4, 2, 40, 0.4, 7, 11),
    10: (5, 5, 2, 50, 0.5, 8, 12),
}
_LATEX = {"|": "\\cup", "&": "\\cap", "-": "\\setminus", "^": "\\triangle"}
_UNICODE = {"|": "∪", "&": "∩", "-": "\\", "^": "△"}
_HOLDS: dict[str, Callable[[int, int], bool]] = {
    "multiples": lambda n, k: n % k == 0,
    "remainder": lambda n, k: n % k == 1,
    "divisors": lambda n, k: k % n == 0,
    "above": lambda n, k: n > k,
    "below": lambda n, k: n < k,
    "primes": lambda n, k: n > 1 and all(n % d for d in range(2, n)),
    "squares": lambda n, k: round(n**0.5) ** 2 == n,
}
_WORDS = {
    "multiples": "the multiples of {k}",
    "remainder": "the numbers that leave remainder 1 when divided by {k}",
    "divisors": "the divisors of {k}",
    "above": "the numbers greater than {k}",
    "below": "the numbers less than {k}",
    "primes": "the prime numbers",
    "squares": "the square numbers",
}
_ASKED = (
    "Let {sets}. Find {formula}.",
    "Given {sets}, list the elements of {formula}.",
    "{sets}. What is {formula}? Answer with a set.",
)


def sample(level: int, rng: Random) -> Params:
    """(formula, universe's end or 0 where nothing needs it, sets); a set is a tuple of numbers or (rule, k)."""
    num_sets, num_operations, complements, end, share, least, most = _SHAPES[level]
    while True:
        sets: list[tuple[Any, ...]] = []
        for _ in range(num_sets):
            if rng.random() < share:
                sets.append(_described(end, rng))
            else:
                sets.append(tuple(sorted(rng.sample(range(1, end + 1), rng.randrange(least, most + 1)))))
        formula = _formula(num_sets, num_operations, complements, rng)
        value = _value(formula, [_elements(s, end) for s in sets], end)
        if 1 < len(value) <= 18 and len(set(sets)) == num_sets:
            needed = complements or any(isinstance(s[0], str) for s in sets)
            return (formula, end if needed else 0, tuple(sets))


def _described(end: int, rng: Random) -> tuple[str, int]:
    rule = rng.choice(tuple(_HOLDS))
    if rule in ("primes", "squares"):
        return (rule, 0)
    if rule == "divisors":
        return (rule, rng.choice((12, 18, 20, 24, 28, 30, 36, 40, 42, 48, 60)))
    return (rule, rng.randrange(3, 8) if rule in ("multiples", "remainder") else rng.randrange(end // 3, 2 * end // 3))


def _formula(num_sets: int, num_operations: int, complements: int, rng: Random) -> Any:
    """Every set at least once, as far as there are operations for it; neighbours are joined until one is left."""
    parts: list[Any] = list(range(num_sets))
    parts += [rng.randrange(num_sets) for _ in range(num_operations + 1 - num_sets)]
    rng.shuffle(parts)
    for _ in range(complements):
        i = rng.randrange(len(parts))
        parts[i] = ("~", parts[i]) if isinstance(parts[i], int) else parts[i]
    while len(parts) > 1:
        i = rng.randrange(len(parts) - 1)
        operation = rng.choice("|&-^" if parts[i] != parts[i + 1] else "|")
        parts[i : i + 2] = [(operation, parts[i], parts[i + 1])]
    return parts[0]


def _elements(described: tuple[Any, ...], end: int) -> frozenset[int]:
    if isinstance(described[0], str):
        return _described_elements(*described, end)
    return frozenset(described)


@cache
def _described_elements(rule: str, k: int, end: int) -> frozenset[int]:
    return frozenset(n for n in range(1, end + 1) if _HOLDS[rule](n, k))


def _value(formula: Any, sets: list[frozenset[int]], end: int) -> frozenset[int]:
    if isinstance(formula, int):
        return sets[formula]
    if formula[0] == "~":
        return frozenset(range(1, end + 1)) - _value(formula[1], sets, end)
    left, right = _value(formula[1], sets, end), _value(formula[2], sets, end)
    return {"|": left | right, "&": left & right, "-": left - right, "^": left ^ right}[formula[0]]


def _text(formula: Any, signs: dict[str, str]) -> str:
    if isinstance(formula, int):
        return "ABCDE"[formula]
    if formula[0] == "~":
        return f"{_text(formula[1], signs)}^c"
    left, right = (
        f"({_text(part, signs)})" if isinstance(part, tuple) and part[0] != "~" else _text(part, signs)
        for part in formula[1:]
    )
    return f"{left} {signs[formula[0]]} {right}"


def _right(params: Params) -> frozenset[int]:
    formula, end, sets = params
    return _value(formula, [_elements(s, end) for s in sets], end)


def _listed(elements: frozenset[int] | tuple[int, ...]) -> str:
    return f"{{{', '.join(map(str, sorted(elements)))}}}"


def _boxed(elements: frozenset[int]) -> str:
    return f"\\{_listed(elements)[:-1]}\\}}" if elements else "\\emptyset"


def pose(params: Params, rng: Random) -> Posed:
    formula, end, sets = params
    shown = []
    for name, described in zip("ABCDE", sets, strict=False):
        words = isinstance(described[0], str)
        shown.append(f"{name} = {_WORDS[described[0]].format(k=described[1]) if words else _listed(described)}")
    signs = rng.choice((_LATEX, _UNICODE))
    prompt = rng.choice(_ASKED).format(sets=", ".join(shown), formula=_text(formula, signs))
    if end:
        universe = rng.choice(("All sets are subsets of", "The universe is", "Only these numbers count:"))
        prompt = f"{universe} {{1, 2, ..., {end}}}. {prompt}"
    if "triangle" in prompt or "△" in prompt:
        prompt += f" ({signs['^']} is the symmetric difference.)"
    if "^c" in prompt:
        prompt += " (^c is the complement.)"
    return Posed(prompt=prompt, reference=MathReference(answer=_listed(_right(params)), type="set"))


def solve(params: Params, rng: Random) -> str:
    formula, end, described = params
    sets = [_elements(s, end) for s in described]
    lines = [
        f"{name} = {_listed(elements)}."
        for name, elements, how in zip("ABCDE", sets, described, strict=False)
        if isinstance(how[0], str)
    ]

    def work(part: Any) -> None:
        if isinstance(part, int):
            return
        for inner in part[1:]:
            work(inner)
        lines.append(f"{_text(part, _UNICODE)} = {_listed(_value(part, sets, end))}.")

    work(formula)
    start = rng.choice(("From the inside out:", "Step by step:", "I start with the innermost brackets."))
    return "\n".join((start, *lines)) + f" {boxed(_boxed(_right(params)))}"


def confirm(params: Params) -> MathReference:
    """Every number from 1 to 60 is asked whether it belongs."""
    formula, end, sets = params

    def belongs(n: int, part: Any) -> bool:
        if isinstance(part, int):
            rule = sets[part]
            if not isinstance(rule[0], str):
                return n in rule
            return (not end or n <= end) and _HOLDS[rule[0]](n, rule[1])
        if part[0] == "~":
            return not belongs(n, part[1])
        left, right = belongs(n, part[1]), belongs(n, part[2])
        return {"|": left or right, "&": left and right, "-": left and not right, "^": left != right}[part[0]]

    elements = [n for n in range(1, (end or 60) + 1) if belongs(n, formula)]
    return MathReference(answer=_listed(tuple(elements)), type="set")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    formula, end, described = params
    right = _right(params)
    sets = [_elements(s, end) for s in described]
    last = max(right)
    swaps = {"|": "&", "&": "|", "-": "|", "^": "|"}
    wrong = [
        ("one_missing", right - {rng.choice(sorted(right))}),
        ("one_too_many", right | {last + 1}),
        ("another_operation", _value((swaps[formula[0]], *formula[1:]), sets, end)),
        ("swapped", _value((formula[0], formula[2], formula[1]), sets, end)),
    ]
    candidates: list[tuple[str, object]] = [(name, _boxed(value)) for name, value in wrong if value != right]
    candidates.append(("only_the_size", len(right)))
    yield from wrong_answers(_boxed(right), _text(formula, _LATEX), candidates)


FAMILY = Family(
    name="set_operations",
    version=1,
    kind="math",
    topic="sets and logic",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
