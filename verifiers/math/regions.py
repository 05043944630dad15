"""Sets of real numbers made of intervals and points, and the inequalities that describe them.

A region is a list of pieces in order, none touching the next; a piece is (low end, closed?, high end, closed?). Ends
are compared exactly; floats only put them in order. An open interval is not the set of its ends.
"""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math import canonical, floats, forms
from tracemill.verifiers.math.lexer import Unreadable
from tracemill.verifiers.math.oracle import Oracle
from tracemill.verifiers.math.reading import Contradiction
from tracemill.verifiers.math.several import condition, elements, is_name, same_element
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Group,
    Listing,
    Mul,
    Neg,
    Node,
    Num,
    Rel,
    SetOp,
    Sym,
    show,
    symbols,
)

Piece = tuple[Node, bool, Node, bool]
Region = list[Piece]

_INFINITY: Node = Const("oo")
MAX_COMPARED = 20  # intervals of a list that are held against each other
_MINUS_INFINITY: Node = Neg(Const("oo"))
_ALL: Region = [(_MINUS_INFINITY, False, _INFINITY, False)]
_FLIPPED = {"<": ">", ">": "<", "<=": ">=", ">=": "<=", "=": "=", "!=": "!="}


def region(node: Node, oracle: Oracle, solve: bool = False) -> Region:
    """Raises Unreadable where the tree describes no such set. With `solve`, |x - 1| < 2 is solved: for references
    only."""
    match node:
        case Const("R"):
            return list(_ALL)
        case Const("empty"):
            return []
        case Group("(" | "[" as opens, ")" | "]" as closes, (low, high)):
            return _ordered([(_end(low), opens == "[", _end(high), closes == "]")], oracle)
        case Group("{", "}", (Call("such_that", (Rel(items, _), _)) as builder,)):
            return _intersection(region(items[1], oracle), region(condition(builder), oracle), oracle)
        case Group("{", "}", (Call("such_that") as builder,)):
            return region(condition(builder), oracle)
        case Group("{", "}", _):
            return _ordered([(item, True, item, True) for item in elements(node, oracle)], oracle)
        case SetOp("union", args):
            return _ordered([piece for arg in args for piece in region(arg, oracle)], oracle)
        case SetOp("intersection", args):
            return _all_of([region(arg, oracle) for arg in args], oracle)
        case SetOp("difference", (left, right)):
            return _intersection(region(left, oracle), _complement(region(right, oracle)), oracle)
        case Mul((Const("R"), Group("{", "}", _) as points)):
            return _complement(region(points, oracle))
        case Rel((Call("abs", (inside,)), bound), (op,)) if solve:
            return _of_absolute(inside, op, bound, oracle)
        case Rel():
            return _of_relation(node, oracle)
        case Listing(items, joint):
            conditions = joint == "," and all(isinstance(item, Rel) for item in items)
            regions = [region(item, oracle) for item in items]
            if joint != "and" and all(isinstance(item, Group) for item in items):
                _refuse_overlap(regions, oracle)
            return _of_listing(regions, joint, conditions, oracle)
    raise Unreadable(f"{show(node, 60)} is no set of intervals")


def _of_listing(regions: list[Region], joint: str, conditions: bool, oracle: Oracle) -> Region:
    """ "or" and a comma join; "and" intersects; so does a comma between conditions, unless nothing is left then
    (x < 1, x > 4)."""
    if joint == "and" or conditions:
        both = _all_of(regions, oracle)
        if both or joint == "and":
            return both
    joined = _ordered([piece for one in regions for piece in one], oracle)
    whole = [same_region(one, joined, oracle) for one in regions]
    if any(whole) and not all(whole):  # [1, 2] or {1, 2}: what the rest adds is nothing, so it was meant instead
        raise Contradiction("several answers, one of which holds the others")
    return joined


def _refuse_overlap(regions: list[Region], oracle: Oracle) -> None:
    """[1, 2) or (1, 2] is a choice of answers and no union: Contradiction."""
    for index, left in enumerate(regions[:MAX_COMPARED]):
        if any(_intersection(left, right, oracle) for right in regions[index + 1 : MAX_COMPARED]):
            raise Contradiction("several answers that overlap")


def _all_of(regions: list[Region], oracle: Oracle) -> Region:
    both = regions[0]
    for other in regions[1:]:
        both = _intersection(both, other, oracle)
    return both


def _end(node: Node) -> Node:
    if isinstance(node, Add) or not symbols(node):
        return node
    raise Unreadable(f"{show(node, 40)} is no end of an interval")


# Relations


def _of_relation(node: Rel, oracle: Oracle) -> Region:
    if node.ops == ("in",) or (set(node.ops) == {"="} and isinstance(node.items[-1], (Group, SetOp))):
        return _of_named(node, oracle)
    pieces = [
        _of_pair(left, op, right, oracle)
        for left, op, right in zip(node.items, node.ops, node.items[1:], strict=False)
        if symbols(left) or symbols(right)
    ]
    if len(pieces) != len(node.ops):
        raise Unreadable(f"{show(node, 60)} compares numbers")
    letters = symbols(node)
    if len(letters) != 1:
        raise Unreadable(f"{show(node, 60)} is about {len(letters)} letters")
    return _all_of(pieces, oracle)


def _of_named(node: Rel, oracle: Oracle) -> Region:
    """x in (1, 2), D = (1, 2), A ∩ B = (0, 2) ∩ (1, 3) = (1, 2). Raises Contradiction where what stands before is
    neither a name, at the start, nor the same."""
    *before, last = node.items
    found = region(last, oracle)
    if is_name(before[0]) and not isinstance(before[0], (Add, Group)):
        before = before[1:]
    elif node.ops == ("in",):
        raise Unreadable(f"{show(node, 60)} is not about one letter")
    if not all(same_region(region(item, oracle), found, oracle) for item in before):
        raise Contradiction(f"{show(node, 60)} does not hold")
    return found


def _of_pair(left: Node, op: str, right: Node, oracle: Oracle) -> Region:
    """x < 3, 3 > x, -x > -3; anything else that holds the letter is not solved."""
    if not _is_letter(left):
        left, op, right = right, _FLIPPED.get(op, op), left
    if isinstance(left, Neg):
        left, op, right = left.arg, _FLIPPED.get(op, op), _negative(right)
    if not isinstance(left, Sym) or symbols(right):
        raise Unreadable("an inequality that is not solved")
    if op == "=":
        return [(value, True, value, True) for value in elements(right, oracle)]
    if op == "!=":
        return _complement(_ordered([(value, True, value, True) for value in elements(right, oracle)], oracle))
    if op in ("<", "<="):
        return [(_MINUS_INFINITY, False, right, op == "<=")]
    if op in (">", ">="):
        return [(right, op == ">=", _INFINITY, False)]
    raise Unreadable(f"the sign {op} in an inequality")


def _of_absolute(inside: Node, op: str, bound: Node, oracle: Oracle) -> Region:
    """|x - a| < b, with x alone in front."""
    if symbols(bound) or op not in ("<", "<=", ">", ">="):
        raise Unreadable("an inequality that is not solved")
    low: Node
    high: Node
    match inside:
        case Sym():
            low, high = Neg(bound), bound
        case Add((Sym(), shift)) if not symbols(shift):
            low, high = Add((Neg(shift), Neg(bound))), Add((Neg(shift), bound))
        case _:
            raise Unreadable("an inequality that is not solved")
    low, high = (_folded(end) for end in (low, high))
    within = _ordered([(low, op == "<=", high, op == "<=")], oracle)
    return within if op in ("<", "<=") else _complement(_ordered([(low, op == ">", high, op == ">")], oracle))


def _folded(node: Node) -> Node:
    """A rational end as the number it is."""
    value = canonical.rational(node)
    return node if value is None else Num(value, "integer" if value.denominator == 1 else "mixed")


def _is_letter(node: Node) -> bool:
    return isinstance(node, Sym) or (isinstance(node, Neg) and isinstance(node.arg, Sym))


def _negative(node: Node) -> Node:
    if isinstance(node, Neg):
        return node.arg
    return Num(-node.value, node.kind, node.digits) if isinstance(node, Num) else Neg(node)


# Order


def _place(node: Node) -> float:
    value = floats.rough(node)
    if value is None:
        raise Unreadable(f"{show(node, 40)} has no place on the line")
    return value


def _before(left: Node, right: Node, oracle: Oracle) -> bool:
    """Strictly less. Close ones are compared exactly."""
    if left == right or _same_end(left, right, oracle):
        return False
    exact_left, exact_right = canonical.rational(left), canonical.rational(right)
    if exact_left is not None and exact_right is not None:
        return exact_left < exact_right
    return _place(left) < _place(right)


def _same_end(left: Node, right: Node, oracle: Oracle) -> bool:
    if left == right:
        return True
    if {left, right} & {_INFINITY, _MINUS_INFINITY}:
        return False
    return oracle.equal(left, right)


def _ordered(pieces: Region, oracle: Oracle) -> Region:
    """Sorted and merged; empty pieces are gone, and a piece with its ends swapped is unreadable."""
    kept = []
    for low, low_closed, high, high_closed in pieces:
        if _same_end(low, high, oracle):
            if low_closed and high_closed:
                kept.append((low, True, high, True))
        elif _before(low, high, oracle):
            kept.append((low, low_closed and low != _MINUS_INFINITY, high, high_closed and high != _INFINITY))
        else:
            raise Unreadable(f"an interval from {show(low, 30)} down to {show(high, 30)}")
    kept.sort(key=lambda piece: (_place(piece[0]), not piece[1]))
    merged: Region = []
    for piece in kept:
        if merged and _touches(merged[-1], piece, oracle):
            merged[-1] = _joined(merged[-1], piece, oracle)
        else:
            merged.append(piece)
    return merged


def _touches(left: Piece, right: Piece, oracle: Oracle) -> bool:
    if _same_end(left[2], right[0], oracle):
        return left[3] or right[1]
    return _before(right[0], left[2], oracle)


def _joined(left: Piece, right: Piece, oracle: Oracle) -> Piece:
    low, low_closed = left[0], left[1] or (right[1] and _same_end(left[0], right[0], oracle))
    if _same_end(left[2], right[2], oracle):
        return (low, low_closed, left[2], left[3] or right[3])
    high = right if _before(left[2], right[2], oracle) else left
    return (low, low_closed, high[2], high[3])


def _complement(pieces: Region) -> Region:
    """Of a region in order."""
    low, closed, found = _MINUS_INFINITY, False, []
    for piece in pieces:
        if piece[0] != _MINUS_INFINITY:
            found.append((low, closed, piece[0], not piece[1]))
        low, closed = piece[2], not piece[3]
    if low != _INFINITY:
        found.append((low, closed, _INFINITY, False))
    return found


def _intersection(left: Region, right: Region, oracle: Oracle) -> Region:
    found = []
    for low_a, closed_a, high_a, end_a in left:
        for low_b, closed_b, high_b, end_b in right:
            if _same_end(low_a, low_b, oracle):
                low, closed = low_a, closed_a and closed_b
            else:
                low, closed = (low_b, closed_b) if _before(low_a, low_b, oracle) else (low_a, closed_a)
            if _same_end(high_a, high_b, oracle):
                high, end = high_a, end_a and end_b
            else:
                high, end = (high_a, end_a) if _before(high_a, high_b, oracle) else (high_b, end_b)
            if _before(low, high, oracle) or (closed and end and _same_end(low, high, oracle)):
                found.append((low, closed, high, end))
    return _ordered(found, oracle)


def same_region(gold: Region, answer: Region, oracle: Oracle) -> bool:
    return len(gold) == len(answer) and all(
        ours[1] == theirs[1]
        and ours[3] == theirs[3]
        and same_element(ours[0], theirs[0], oracle)
        and same_element(ours[2], theirs[2], oracle)
        for ours, theirs in zip(gold, answer, strict=True)
    )


def show_region(pieces: Region) -> str:
    """For evidence."""
    shown = [
        f"{{{show(low, 40)}}}"
        if low == high
        else f"{'[' if c else '('}{show(low, 40)}, {show(high, 40)}{']' if d else ')'}"
        for low, c, high, d in pieces
    ]
    return " U ".join(shown) or "the empty set"


# Inequalities that are no region: several letters, or not solved


def same_inequality(gold: Rel, answer: Rel, oracle: Oracle) -> bool:
    """One sign each, the differences of the sides positive multiples of one another (negative ones flip the sign)."""
    if len(gold.ops) != 1 or len(answer.ops) != 1 or forms.undone(answer) - forms.undone(gold):
        return False
    ours, theirs = (Add((rel.items[0], Neg(rel.items[1]))) for rel in (gold, answer))
    ratio = oracle.proportional(ours, theirs)
    if ratio is None or ratio == Fraction(0):
        return False
    op = answer.ops[0]
    return gold.ops[0] == (op if ratio > 0 else _FLIPPED.get(op, op))
