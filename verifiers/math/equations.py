"""Equations: one is another where the differences of their sides are constant multiples of each other.

y = 2x + 1 is 2x - y + 1 = 0 and is 4x + 2 = 2y; x^2 = 4 is not x = 2. Denominators are cleared, so xy = 1 is y = 1/x.
Where the reference is solved for a letter as a number (x = 5), so must the answer be.
"""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math import canonical, forms
from tracemill.verifiers.math.lexer import Unreadable
from tracemill.verifiers.math.oracle import Oracle
from tracemill.verifiers.math.tree import Add, Group, Listing, Mul, Neg, Node, Rel, Sym, show, symbols


def equations(node: Node) -> list[Rel]:
    """The equations of an answer: one, or a system. Raises Unreadable."""
    items = node.items if isinstance(node, Listing) and node.joint != "or" else (node,)
    found = []
    for item in items:
        if not (isinstance(item, Rel) and item.ops == ("=",)):
            raise Unreadable(f"{show(item, 60)} is no equation")
        found.append(item)
    return found


def as_graph(answer: Node, gold: Node) -> Node:
    """f(x) = 2x + 1 as y = 2x + 1, where the reference is solved for y in x."""
    match answer, gold:
        case Rel((Mul((Sym("f" | "g" | "h" | "L" | "T"), argument)), right), ("=",)), Rel((Sym() as y, wanted), ("=",)):
            inside = argument.items[0] if isinstance(argument, Group) and len(argument.items) == 1 else argument
            if symbols(wanted) == symbols(inside) and isinstance(inside, Sym):
                return Rel((y, right), ("=",))
    return answer


def same_equations(gold: list[Rel], answer: list[Rel], oracle: Oracle) -> bool:
    """Each equation of the answer is one of the reference, and the other way round."""
    if len(gold) != len(answer):
        return False
    return all(any(_same(ours, theirs, oracle) for theirs in answer) for ours in gold) and all(
        any(_same(ours, theirs, oracle) for ours in gold) for theirs in answer
    )


def _same(gold: Rel, answer: Rel, oracle: Oracle) -> bool:
    if _is_solved(gold):
        if not _is_solved(answer) or symbols(gold) != symbols(answer):
            return False
        ours, theirs = (_value(rel) for rel in (gold, answer))
        return not forms.undone(theirs) - forms.undone(ours) and oracle.equal(ours, theirs)
    if forms.undone(answer) - forms.undone(gold) - {"pow"}:  # a circle's radius is often left as 5^2
        return False
    ours, theirs = (Add((rel.items[0], Neg(rel.items[1]))) for rel in (gold, answer))
    try:
        ratio = oracle.proportional(ours, theirs)
    except canonical.Undefined:
        return False
    return ratio is not None and ratio != Fraction(0)


def _is_solved(rel: Rel) -> bool:
    """x = 5, 5 = x."""
    left, right = rel.items
    return (isinstance(left, Sym) and not symbols(right)) or (isinstance(right, Sym) and not symbols(left))


def _value(rel: Rel) -> Node:
    left, right = rel.items
    return right if isinstance(left, Sym) else left
