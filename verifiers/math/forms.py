"""The form of an answer: is it a value, or is the work still to be done? Looks at the tree as written.

`undone` names the operations that were left standing between constants. An answer may leave standing only what its
reference leaves standing: for 12, "3*4" is wrong; for 2^100, "2^100" is right.
"""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math import canonical, names, shapes
from tracemill.verifiers.math.literals import is_literal
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Div,
    Mul,
    Neg,
    Node,
    Num,
    PlusMinus,
    Pow,
    children,
    constants,
    symbols,
)

_COMPUTED = frozenset(
    (
        "det",
        "gcd",
        "lcm",
        "mod",
        "binom",
        "factorial",
        "floor",
        "ceil",
        "min",
        "max",
        "sign",
        "re",
        "im",
        "conjugate",
        "arg",
    )
)


def undone(node: Node) -> frozenset[str]:
    """The operations between constants that an answer leaves standing."""
    found: set[str] = {"neg"} if isinstance(node, Neg) and isinstance(node.arg, Neg) and not symbols(node) else set()
    _collect(node, found)
    return frozenset(found)


def left_standing(node: Node) -> frozenset[str]:
    """What a reference leaves undone, and so an answer may: every operation inside what `undone` names. Who writes
    1/2^99 takes 2^-99 too."""
    found = set(undone(node))
    if found:
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if isinstance(node, (Add, Mul, Div, Pow, Call, Neg)):
                found.add(_operation(node))
            waiting.extend(children(node))
    return frozenset(found | {"div", "neg"} if "pow" in found else found)


def _collect(node: Node, found: set[str]) -> None:
    if is_literal(node) or (isinstance(node, Neg) and is_literal(node.arg)):
        return
    constant = not symbols(node)
    if constant and isinstance(node, Call) and node.name in _COMPUTED:
        found.add(node.name)
        return
    if constant and isinstance(node, (Add, Mul, Div, Pow, Call, Neg)) and _has_rational_value(node):
        found.add(_operation(node))
        return
    if constant and isinstance(node, Add) and not shapes.is_collected(node):
        found.add("add")
    if isinstance(node, (Add, Mul)) and sum(map(is_literal, children(node))) > 1:
        found.add(_operation(node))
    if constant and _multiplies_sums(node):
        found.add(_operation(node))
    if isinstance(node, Call) and node.name in names.TRIGONOMETRIC and constant and _is_table_value(node):
        found.add(node.name)
    if constant and isinstance(node, Div) and "i" in constants(node.bottom):
        found.add("div")
    if isinstance(node, Pow) and node.base == Const("i") and node.exponent != Num(Fraction(1)):
        found.add("power")
    for child in children(node):
        _collect(child, found)


def _operation(node: Node) -> str:
    return node.name if isinstance(node, Call) else type(node).__name__.lower()


def _has_rational_value(node: Node) -> bool:
    try:
        top, bottom = canonical.quotient(node)
    except canonical.Undecided:
        return isinstance(node, Pow) and not _holds_root(node)  # 9^9^9^9 is as undone as 2^3
    except canonical.Undefined:
        return False
    return canonical.constant_ratio(top, bottom) is not None


def _holds_root(node: Node) -> bool:
    return isinstance(node, (Call, Const)) or any(map(_holds_root, children(node)))


def _multiplies_sums(node: Node) -> bool:
    """(1 + sqrt(2))*(3 - sqrt(2)), (1 + i)^2."""
    if isinstance(node, Mul):
        return sum(isinstance(factor, Add) or _is_power_of_sum(factor) for factor in node.factors) > 1
    return _is_power_of_sum(node)


def _is_power_of_sum(node: Node) -> bool:
    if not (isinstance(node, Pow) and isinstance(node.base, (Add, Div)) and isinstance(node.exponent, Num)):
        return False
    base = node.base.top if isinstance(node.base, Div) else node.base
    return isinstance(base, Add) and node.exponent.kind == "integer" and node.exponent.value > 1


def _is_table_value(node: Node) -> bool:
    try:
        top, bottom = canonical.quotient(node)
    except (canonical.Undecided, canonical.Undefined):
        return False
    return not canonical.has_opaque(top) and not canonical.has_opaque(bottom)


def has_plus_minus(node: Node) -> bool:
    return isinstance(node, PlusMinus) or any(map(has_plus_minus, children(node)))
