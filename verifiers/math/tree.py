"""What an answer says, as a tree. Built by `parser`, never by evaluating text; nothing here computes.

Every node is immutable. Sizes are bounded by the parser: at most MAX_TOKENS tokens, nested at most MAX_DEPTH deep.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

NumberKind = Literal["integer", "decimal", "mixed", "unreduced"]  # the last: mixed as well, 3 2/4


@dataclass(frozen=True, slots=True)
class Num:
    """A literal as written: `digits` counts the significant digits of a decimal."""

    value: Fraction
    kind: NumberKind = "integer"
    digits: int = 0


@dataclass(frozen=True, slots=True)
class Sym:
    name: str


@dataclass(frozen=True, slots=True)
class Const:
    """pi, e, i, oo, R (the reals), empty (the empty set), Z, N, Q, C."""

    name: str


@dataclass(frozen=True, slots=True)
class Add:
    terms: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Mul:
    factors: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Neg:
    arg: Node


@dataclass(frozen=True, slots=True)
class Div:
    top: Node
    bottom: Node


@dataclass(frozen=True, slots=True)
class Pow:
    base: Node
    exponent: Node


@dataclass(frozen=True, slots=True)
class Call:
    """A named function: sin, sqrt, root (radicand, index), log (argument, base), abs, factorial, binom, ..."""

    name: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class PlusMinus:
    """± where `upper`, ∓ where not."""

    arg: Node
    upper: bool = True


@dataclass(frozen=True, slots=True)
class Percent:
    arg: Node


@dataclass(frozen=True, slots=True)
class Group:
    """Brackets around a list: `opens` and `closes` are one of ( [ { and ) ] }."""

    opens: str
    closes: str
    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True, slots=True)
class Rel:
    """A chain: `items[k] ops[k] items[k + 1]`; ops are = < > <= >= != ~ in."""

    items: tuple[Node, ...]
    ops: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SetOp:
    """union, intersection or difference."""

    op: str
    args: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """Several things without brackets; `joint` is "," "and" or "or" (the strongest that occurs)."""

    items: tuple[Node, ...]
    joint: str


@dataclass(frozen=True, slots=True)
class Ratio:
    items: tuple[Node, ...]


Node = (
    Num
    | Sym
    | Const
    | Add
    | Mul
    | Neg
    | Div
    | Pow
    | Call
    | PlusMinus
    | Percent
    | Group
    | Matrix
    | Rel
    | SetOp
    | Listing
    | Ratio
)


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    match node:
        case Add(items) | Mul(items) | Call(_, items) | Group(_, _, items) | Rel(items, _) | SetOp(_, items):
            return items
        case Listing(items, _) | Ratio(items):
            return items
        case Neg(arg) | PlusMinus(arg, _) | Percent(arg):
            return (arg,)
        case Div(first, second) | Pow(first, second):
            return (first, second)
        case Matrix(rows):
            return tuple(cell for row in rows for cell in row)
    return ()


def is_scalar(node: Node) -> bool:
    """Whether a tree is one value: no brackets around a list, no relation, no matrix, no ratio anywhere in it."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, (Group, Matrix, Rel, SetOp, Listing, Ratio)):
            return False
        waiting.extend(children(node))
    return True


def is_shallow(node: Node, most: int) -> bool:
    """Whether no branch is longer than `most`."""
    level = [node]
    for _ in range(most):
        level = [child for parent in level for child in children(parent)]
        if not level:
            return True
    return False


def symbols(node: Node) -> frozenset[str]:
    """The names of all symbols in a tree."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Sym):
            found.add(node.name)
        waiting.extend(children(node))
    return frozenset(found)


def constants(node: Node) -> frozenset[str]:
    """The names of all constants in a tree."""
    found: set[str] = set()
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Const):
            found.add(node.name)
        waiting.extend(children(node))
    return frozenset(found)


def show(node: Node, limit: int = 120) -> str:
    """The tree as plain text, for evidence; every operation in brackets of its own, cut at `limit` characters."""
    text = _show(node)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def _show(node: Node) -> str:
    match node:
        case Num(value, _, _):
            return _number(value)
        case Sym(name) | Const(name):
            return name
        case Add(terms):
            return "(" + " + ".join(map(_show, terms)) + ")"
        case Mul(factors):
            return "*".join(map(_show, factors))
        case Neg(arg):
            return f"-{_show(arg)}"
        case Div(top, bottom):
            return f"({_show(top)})/({_show(bottom)})"
        case Pow(base, exponent):
            return f"({_show(base)})^({_show(exponent)})"
        case Call(name, args):
            return f"{name}({', '.join(map(_show, args))})"
        case PlusMinus(arg, upper):
            return f"{'±' if upper else '∓'}{_show(arg)}"
        case Percent(arg):
            return f"{_show(arg)}%"
        case Group(opens, closes, items):
            return opens + ", ".join(map(_show, items)) + closes
        case Matrix(rows):
            return "[" + ", ".join("[" + ", ".join(map(_show, row)) + "]" for row in rows) + "]"
        case Rel(items, ops):
            return _show(items[0]) + "".join(f" {op} {_show(item)}" for op, item in zip(ops, items[1:], strict=True))
        case SetOp(op, args):
            return f" {op} ".join(map(_show, args))
        case Listing(items, joint):
            return (", " if joint == "," else f" {joint} ").join(map(_show, items))
        case Ratio(items):
            return ":".join(map(_show, items))


def _number(value: Fraction) -> str:
    """Python refuses to write integers past 4,300 digits."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > 1000:
        return f"a number of {value.numerator.bit_length()} over {value.denominator.bit_length()} bits"
    return str(value)
