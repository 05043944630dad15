"""Sums, products and exact quotients with brackets, worked one operation at a time.

Level 1: a product and a sum, no brackets. Level 2: two operations, with brackets. Level 3: three operations. From
level 4 on divisions too, and one operation more each level: ten at level 10.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, wrong_answers
from tracemill.problems.types import MathReference

Tree = Any
"""A whole number, or (operation, left, right)."""

_STRENGTH = {"+": 1, "-": 1, "*": 2, "/": 2}
_ASKED = ("Compute {}.", "What is {}?", "Evaluate {}.", "Find the value of {}.")
_LARGEST = 10_000


def sample(level: int, rng: Random) -> Params:
    """An expression as nested (operation, left, right); leaves are whole numbers above zero."""
    if level == 1:
        product = ("*", rng.randint(2, 9), rng.randint(2, 9))
        other, operation = rng.randint(1, 60), rng.choice("+-")
        return (operation, product, other) if rng.random() < 0.5 else (operation, other, product)
    if level == 2:
        inner = (rng.choice("+-"), rng.randint(1, 20), rng.randint(1, 20))
        outer = rng.randint(2, 9)
        return ("*", inner, outer) if rng.random() < 0.5 else ("*", outer, inner)
    while True:
        tree, value = _grown(level, rng, divides=level > 3)
        if abs(value) <= _LARGEST and isinstance(tree, tuple):
            return tree


def _grown(operations: int, rng: Random, divides: bool) -> tuple[Tree, int]:
    """A random expression with so many operations, and its value."""
    if operations == 0:
        value = rng.randint(2, 20)
        return value, value
    before = rng.randrange(operations)
    left, a = _grown(before, rng, divides)
    if divides and before and rng.random() < 0.35:
        divisors = [d for d in range(2, 13) if a % d == 0]
        if a and divisors:
            divisor = rng.choice(divisors)
            tree: Tree = ("/", left, divisor)
            a //= divisor
            for _ in range(operations - 1 - before):
                term = rng.randint(2, 30)
                tree, a = ("+", tree, term), a + term
            return tree, a
    right, b = _grown(operations - 1 - before, rng, divides)
    operation = rng.choice("+-**" if abs(a * b) <= _LARGEST else "+-")
    return (operation, left, right), a + b if operation == "+" else a - b if operation == "-" else a * b


def _shown(tree: Tree) -> str:
    if isinstance(tree, int):
        return str(tree)
    operation, left, right = tree
    a, b = _shown(left), _shown(right)
    if isinstance(left, tuple) and _STRENGTH[left[0]] < _STRENGTH[operation]:
        a = f"({a})"
    if isinstance(right, tuple) and (_STRENGTH[right[0]] < _STRENGTH[operation] or operation in "-/*"):
        loose = operation == "-" and right[0] in "*/"  # 5 - 2*3 needs no brackets
        b = b if loose else f"({b})"
    return f"{a} {operation} {b}" if operation in "+-" else f"{a}{operation}{b}"


def _worked(tree: Tree, steps: list[str]) -> int:
    if isinstance(tree, int):
        return tree
    operation, left, right = tree
    a = _worked(left, steps)
    b = _worked(right, steps)
    value = {"+": a + b, "-": a - b, "*": a * b}[operation] if operation != "/" else a // b
    space = " " if operation in "+-" else ""
    steps.append(f"{a}{space}{operation}{space}{bracketed(b)} = {value}")
    return value


def _value(tree: Tree) -> int:
    return _worked(tree, [])


def pose(params: Params, rng: Random) -> Posed:
    text = _shown(params)
    asked = rng.choice(_ASKED[: 2 if len(text) < 14 else 4])
    return Posed(prompt=asked.format(text), reference=MathReference(answer=str(_value(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    steps: list[str] = []
    value = _worked(params, steps)
    return f"{rng.choice((', ', '; ')).join(steps)}. {boxed(value)}"


def confirm(params: Params) -> MathReference:
    """sympy reads the expression as it is asked, by its own rules of precedence."""
    import sympy

    return MathReference(answer=str(sympy.sympify(_shown(params))), type="integer")


def _left_to_right(tree: Tree) -> int:
    """What comes out where every sign is obeyed as it comes."""
    tokens = _shown(tree).replace("(", "").replace(")", "").replace("*", " * ").replace("/", " / ").split()
    value = int(tokens[0])
    for operation, number in zip(tokens[1::2], map(int, tokens[2::2]), strict=True):
        value = {"+": value + number, "-": value - number, "*": value * number, "/": value // number}[operation]
    return value


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    value = _value(params)
    candidates = (
        ("left_to_right", _left_to_right(params)),
        ("sign", -value),
        ("ten_less", value - 10),
        ("off_by_one", value + rng.choice((-1, 1))),
    )
    yield from wrong_answers(value, _shown(params), candidates)


FAMILY = Family(
    name="order_of_operations",
    version=1,
    kind="math",
    topic="arithmetic",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
