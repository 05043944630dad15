"""Sets, tuples and matrices: several values, each compared as a scalar is.

A set may be written with braces or as a bare list ("2 and 3", "x = 2 or x = 3", "x = ±2"), never in round or square
brackets, which mean intervals and tuples. Order and repetition do not matter. In a tuple order matters, unless every
part has its letter ("y = -1, x = 3").
"""

from __future__ import annotations

from itertools import product

from tracemill.verifiers.math import canonical, forms
from tracemill.verifiers.math.lexer import Dialect, Unreadable
from tracemill.verifiers.math.oracle import Oracle
from tracemill.verifiers.math.reading import Contradiction, Scalar, parse_labelled, settle, tidy
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Div,
    Group,
    Listing,
    Matrix,
    Mul,
    Neg,
    Node,
    Percent,
    PlusMinus,
    Pow,
    Rel,
    SetOp,
    Sym,
    children,
    is_scalar,
    show,
)

MAX_ITEMS = 200
_PLAIN = Dialect(commas_group=False, spaces_group=False)
_GROUPED = Dialect(commas_group=True, spaces_group=False)


def trees(text: str, *, i_names: str = "i", e_names: str = "e") -> list[Node]:
    """The ways to read a list: 1,000 as two items, and as one number. Raises Unreadable where there is none."""
    found: list[Node] = []
    failure: Unreadable | None = None
    for dialect in (_PLAIN, _GROUPED):
        try:
            tree = parse_labelled(
                tidy(text), Dialect(dialect.commas_group, dialect.spaces_group, i_names=i_names, e_names=e_names)
            )
        except Unreadable as error:
            failure = failure or error
            continue
        if tree not in found:
            found.append(tree)
    if not found:
        assert failure is not None
        raise failure
    return found


# Reading


def elements(node: Node, oracle: Oracle) -> list[Node]:
    """The elements of a set, as written. Raises Unreadable where the tree is no finite set, or Contradiction."""
    match node:
        case Const("empty"):
            return []
        case Group("{", "}", items):
            if len(items) == 1 and isinstance(items[0], Call) and items[0].name == "such_that":
                return elements(_condition(items[0]), oracle)
            if Const("empty") in items:
                raise Unreadable("the empty set as an element")
            return _each(items, oracle)
        case Group("(", ")", _):
            return _signs(node)
        case Group():
            raise Unreadable(f"{show(node, 60)} is no set")
        case Listing(items, _):
            if any(item == Const("empty") or (isinstance(item, Group) and item.opens == "{") for item in items):
                raise Unreadable("several sets where one is asked")
            _one_letter(items)
            return _each(items, oracle)
        case SetOp("union", args):
            return _each(args, oracle)
        case Rel((Sym(), right), ("in",)) | Rel((Sym(), right), ("=",)):
            return elements(right, oracle)
        case Rel(items, ops) if "=" in ops:
            return _signs(settle(Scalar(node), oracle.equal).node)
        case Rel() | SetOp() | Const("R"):
            raise Unreadable(f"{show(node, 60)} is no finite set")
    if not is_scalar(node):
        raise Contradiction(f"{show(node, 60)} is no value, nor a set of them")
    return _signs(node)


def _condition(node: Call) -> Node:
    return node.args[1]


def _each(items: tuple[Node, ...], oracle: Oracle) -> list[Node]:
    found: list[Node] = []
    for item in items:
        found += elements(item, oracle)
        if len(found) > MAX_ITEMS:
            raise Unreadable(f"more than {MAX_ITEMS} elements")
    return found


def _one_letter(items: tuple[Node, ...]) -> None:
    """x = 2, x = 3 is a set; x = 2, y = 3 is none."""
    letters = {item.items[0].name[:1] for item in items if isinstance(item, Rel) and isinstance(item.items[0], Sym)}
    if len(letters) > 1:
        raise Unreadable(f"values of {', '.join(sorted(letters))} are no set")


def _signs(node: Node) -> list[Node]:
    """Every value of a tree with ± signs: all of them independent, unless a ∓ ties them together."""
    found = _plus_minus(node)
    if not found:
        return [node]
    tied = any(not sign.upper for sign in found)
    if len(found) > 4 and not tied:
        raise Unreadable("too many ± signs")
    choices = [(True,) * len(found), (False,) * len(found)] if tied else list(product((True, False), repeat=len(found)))
    return [_signed(node, list(choice)) for choice in choices]


def _plus_minus(node: Node) -> list[PlusMinus]:
    own = [node] if isinstance(node, PlusMinus) else []
    return own + [found for child in children(node) for found in _plus_minus(child)]


def _signed(node: Node, choice: list[bool]) -> Node:
    """The tree with its ± signs, in order, replaced by + or -."""
    match node:
        case PlusMinus(arg, upper):
            positive = choice.pop(0) == upper
            inner = _signed(arg, choice)
            return inner if positive else Neg(inner)
        case Add(items):
            return Add(tuple(_signed(item, choice) for item in items))
        case Mul(items):
            return Mul(tuple(_signed(item, choice) for item in items))
        case Div(top, bottom):
            return Div(_signed(top, choice), _signed(bottom, choice))
        case Neg(arg):
            return Neg(_signed(arg, choice))
        case Percent(arg):
            return Percent(_signed(arg, choice))
        case Pow(base, exponent):
            return Pow(_signed(base, choice), _signed(exponent, choice))
        case Call(name, args):
            return Call(name, tuple(_signed(arg, choice) for arg in args))
        case Group(opens, closes, items):
            return Group(opens, closes, tuple(_signed(item, choice) for item in items))
    return node


def parts(node: Node) -> tuple[list[Node], list[str]]:
    """The entries of a tuple, and their letters where each has one. Raises Unreadable."""
    match node:
        case Group("{", "}", _):
            raise Unreadable(f"{show(node, 60)} is a set, in which order means nothing")
        case Group(_, _, items):
            return list(items), []
        case Listing(items, joint) if joint != "or":
            if all(isinstance(item, Rel) for item in items):
                return _lettered(items)
            return list(items), []
        case Rel((Group(_, _, names), right), ("=",)):
            values, _ = parts(right)
            if len(values) == len(names) and all(isinstance(name, Sym) for name in names):
                return values, [show(name) for name in names]
            return values, []
        case Rel((Sym(), right), ("=",)) if isinstance(right, (Group, Matrix)):
            return parts(right)
        case Matrix(rows) if len(rows) == 1 or len(rows[0]) == 1:
            return [cell for row in rows for cell in row], []
    raise Unreadable(f"{show(node, 60)} is no tuple")


def _lettered(items: tuple[Node, ...]) -> tuple[list[Node], list[str]]:
    values, letters = [], []
    for item in items:
        if not (isinstance(item, Rel) and set(item.ops) == {"="} and isinstance(item.items[0], Sym)):
            raise Unreadable(f"{show(item, 60)} gives no letter its value")
        letters.append(item.items[0].name)
        values.append(item.items[1] if len(item.items) == 2 else Rel(item.items[1:], item.ops[1:]))
    if len(set(letters)) != len(letters):
        raise Unreadable("a letter with two values")
    return values, letters


def rows(node: Node) -> tuple[tuple[Node, ...], ...]:
    """The rows of a matrix: an environment, nested brackets, a multiple of one. Raises Unreadable."""
    match node:
        case Matrix(found):
            return found
        case Group(_, _, items) if all(isinstance(item, Group) for item in items):
            lines = tuple(item.items for item in items if isinstance(item, Group))
            if len({len(line) for line in lines}) != 1:
                raise Unreadable("a matrix with rows of different lengths")
            return lines
        case Group("[" | "(", _, items):
            return (items,)
        case Neg(arg):
            return tuple(tuple(Neg(cell) for cell in row) for row in rows(arg))
        case Mul(factors) if isinstance(factors[-1], (Matrix, Group)) and len(factors) == 2 and is_scalar(factors[0]):
            return tuple(tuple(Mul((factors[0], cell)) for cell in row) for row in rows(factors[1]))
        case Div(top, bottom) if isinstance(top, Matrix):
            return tuple(tuple(Div(cell, bottom) for cell in row) for row in rows(top))
        case Rel((_, right), ("=",)):
            return rows(right)
    raise Unreadable(f"{show(node, 60)} is no matrix")


# Comparing


def same_element(gold: Node, answer: Node, oracle: Oracle, *, scaled: bool = False) -> bool:
    """One entry against one entry: values, or tuples of values. Nothing may be left undone but what the reference
    leaves."""
    if isinstance(gold, Group) or isinstance(answer, Group):
        if not (isinstance(gold, Group) and isinstance(answer, Group) and len(gold.items) == len(answer.items)):
            return False
        if (gold.opens, gold.closes) != (answer.opens, answer.closes):
            return False
        return all(same_element(ours, theirs, oracle) for ours, theirs in zip(gold.items, answer.items, strict=True))
    gold, answer = (settle(Scalar(item), oracle.equal).node for item in (gold, answer))
    if not scaled and forms.undone(answer) - forms.undone(gold):
        return False
    if Const("oo") in (gold, answer) or Neg(Const("oo")) in (gold, answer):
        return gold == answer
    return oracle.equal(gold, answer)


def same_set(gold: list[Node], answer: list[Node], oracle: Oracle) -> bool:
    """Each in the other. An element that cannot be decided against one is still matched by another."""
    return _covered(gold, answer, oracle) and _covered(answer, gold, oracle, flipped=True)


def _covered(left: list[Node], right: list[Node], oracle: Oracle, flipped: bool = False) -> bool:
    for ours in left:
        undecided: canonical.Undecided | None = None
        for theirs in right:
            try:
                if same_element(*((theirs, ours) if flipped else (ours, theirs)), oracle):
                    break
            except canonical.Undecided as error:
                undecided = error
        else:
            if undecided is not None:
                raise undecided
            return False
    return True


def same_tuple(gold: tuple[list[Node], list[str]], answer: tuple[list[Node], list[str]], oracle: Oracle) -> bool:
    """By letters where both have them; letters against none are put in alphabetical order."""
    (ours, our_letters), (theirs, their_letters) = gold, answer
    if len(ours) != len(theirs):
        return False
    if our_letters and their_letters:
        if sorted(our_letters) != sorted(their_letters):
            return False
        theirs = [theirs[their_letters.index(letter)] for letter in our_letters]
    elif their_letters:
        theirs = [value for _, value in sorted(zip(their_letters, theirs, strict=True), key=lambda pair: pair[0])]
    elif our_letters:
        ours = [value for _, value in sorted(zip(our_letters, ours, strict=True), key=lambda pair: pair[0])]
    return all(same_element(left, right, oracle) for left, right in zip(ours, theirs, strict=True))


def same_matrix(gold: Node, answer: Node, oracle: Oracle) -> bool:
    ours, theirs = rows(gold), rows(answer)
    if len(ours) != len(theirs) or len(ours[0]) != len(theirs[0]):
        return False
    scaled = not isinstance(answer, (Matrix, Group))
    return all(
        same_element(left, right, oracle, scaled=scaled)
        for our_row, their_row in zip(ours, theirs, strict=True)
        for left, right in zip(our_row, their_row, strict=True)
    )
