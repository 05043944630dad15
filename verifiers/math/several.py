"""Sets, tuples and matrices: several values, each compared as a scalar is.

A set may be written with braces or as a bare list ("2 and 3", "x = 2 or x = 3", "x = ±2"), never in round or square
brackets, which mean intervals and tuples. Order and repetition do not matter. In a tuple order matters, unless every
part has its letter ("y = -1, x = 3").
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction
from itertools import product

from tracemill.verifiers.math import canonical, forms
from tracemill.verifiers.math.lexer import Dialect, Unreadable
from tracemill.verifiers.math.oracle import EXACT, Oracle
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
    Num,
    Percent,
    PlusMinus,
    Pow,
    Rel,
    SetOp,
    Sym,
    children,
    is_scalar,
    show,
    symbols,
)
from tracemill.verifiers.math.units import ANY_LABEL, Unit, split_unit

MAX_ITEMS = 200
MAX_JOINED = 3  # elements of a part of a union: roots are written so, and the sets of a question are larger
_PLAIN = Dialect(commas_group=False, spaces_group=False)
_GROUPED = Dialect(commas_group=True, spaces_group=False)


def trees(text: str, *, i_names: str = "i", e_names: str = "e") -> list[Node]:
    """The ways to read a list: 1,000 as two items, and as one number; last without the unit that each item has. Raises
    Unreadable where there is none."""
    found: list[Node] = []
    failure: Unreadable | None = None
    text = tidy(text)
    bare = _without_units(text)
    for written, dialect in product((text,) if bare is None else (text, bare), (_PLAIN, _GROUPED)):
        try:
            tree = parse_labelled(
                written, Dialect(dialect.commas_group, dialect.spaces_group, i_names=i_names, e_names=e_names)
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


_UNIT_AND = re.compile(r"(\\text\s*\{[^{}]*)\s(and|or)\s*\}")  # \text{ g and }
_BETWEEN = re.compile(
    r"(\\(?:left|right|langle|rangle|in)(?![a-zA-Z])|\\[{}]|[()\[\]=]|(?<![\\{])(?:;|(?<!\d),|,(?!\d{3}(?!\d)))|"
    r"\\text\s*\{\s*,?\s*(?:and|or)\s*\}|\b(?:and|or)\b)"
)


def _without_units(text: str) -> str | None:
    """A list without the unit that each of its values has; None where they do not all have the same. Words that are no
    unit must stand at two values at least."""
    pieces = _BETWEEN.split(_UNIT_AND.sub(r"\1} \2 ", text))
    signs = [at for at in range(1, len(pieces), 2) if pieces[at] in ("=", "\\in")]
    labels = range(signs[0]) if len(signs) == 1 else [at - 1 for at in signs]  # (x, y) = ..., or x = ..., y = ...
    values = [at for at in range(0, len(pieces), 2) if at not in labels and re.search(r"\w", pieces[at])]
    if not 0 < len(values) <= MAX_ITEMS:
        return None
    units: set[Unit | None] = set()
    for at in values:
        pieces[at], unit = split_unit(pieces[at])
        units.add(unit)
    unit = units.pop()
    if units or unit is None or (unit.label and (len(values) == 1 or unit.label == ANY_LABEL)):
        return None
    if ("degree", 1) in unit.dimensions and "pi" in text:
        return None
    return " ".join(pieces)


# Reading


def is_name(node: Node) -> bool:
    """What may stand before the = of more than one value: A, AB, a × (b × c), A^{-1}, A ∪ B^c, (x, f(x)), 2u - 3v; not
    2A, -A, A^2, (2x, y), (3, 4)."""
    match node:
        case Sym() | Const("e" | "i"):
            return True
        case Mul(items) | SetOp(_, items):
            return all(map(is_name, items))
        case Group() | Matrix():
            return all(map(is_name, children(node))) and len(set(children(node))) == len(children(node))
        case Pow(base, exponent):
            return is_name(base) and exponent in (Neg(Num(Fraction(1))), Sym("c"), Sym("C"))
        case Add():
            return len(symbols(node)) > 1
    return False


def end_of_chain(node: Rel, same: Callable[[Node, Node], bool]) -> Node:
    """The last side of a chain of equalities. Raises Unreadable where it is no such chain, Contradiction where what
    stands before is neither a name, at the start, nor the same."""
    if set(node.ops) != {"="}:
        raise Unreadable(f"{show(node, 60)} is no chain of equalities")
    *before, last = node.items
    for item in before[1:] if is_name(before[0]) else before:
        if not same(item, last):
            raise Contradiction(f"{show(item, 50)} is not {show(last, 50)}")
    return last


def condition(builder: Call) -> Node:
    """What stands behind the bar of {x : ...}. Raises Unreadable where it is not about the letter before the bar."""
    head, found = builder.args
    letter = head.items[0] if isinstance(head, Rel) and head.ops == ("in",) else head
    items = found.items if isinstance(found, Listing) else (found,)
    relations = [item for item in items if isinstance(item, Rel)]
    if not (isinstance(letter, Sym) and relations and all({letter, Neg(letter)} & set(rel.items) for rel in relations)):
        raise Unreadable(f"{show(builder, 60)}: not about what stands before the bar")
    return found


def elements(node: Node, oracle: Oracle) -> list[Node]:
    """The elements of a set, as written. Raises Unreadable where the tree is no finite set, or Contradiction."""
    match node:
        case Const("empty"):
            return []
        case Group("{", "}", items):
            if len(items) == 1 and isinstance(items[0], Call) and items[0].name == "such_that":
                head = items[0].args[0]
                if isinstance(head, Rel) and not (isinstance(head.items[1], Const) and head.items[1] != Const("empty")):
                    raise Unreadable(f"{show(head, 60)} before a condition")
                return elements(condition(items[0]), oracle)
            if any(isinstance(item, Group) and item.opens == "{" for item in items):
                raise Unreadable("a set as an element")
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
        case Rel(items, _) if _is_set(items[-1]):
            return elements(end_of_chain(node, lambda left, right: _same_members(left, right, oracle)), oracle)
        case Rel(items, ops) if "=" in ops:
            return _signs(settle(Scalar(node), oracle.equal).node)
        case Rel() | SetOp() | Const("R"):
            raise Unreadable(f"{show(node, 60)} is no finite set")
    if not is_scalar(node):
        raise Contradiction(f"{show(node, 60)} is no value, nor a set of them")
    return _signs(node)


def _is_set(node: Node) -> bool:
    if isinstance(node, Rel):
        node = node.items[-1]
    return isinstance(node, SetOp) or (isinstance(node, Group) and node.opens == "{")


def _each(items: tuple[Node, ...], oracle: Oracle) -> list[Node]:
    """The elements of all items together. Items that are sets are a union left undone (Contradiction), unless they are
    small and have no element in common."""
    found: list[Node] = []
    joins = any(map(_is_set, items))
    for item in items:
        part = elements(item, oracle)
        if joins and (len(part) > MAX_JOINED or any(_held(element, found, oracle) for element in part)):
            raise Contradiction("a union of sets that is left undone")
        found += part
        if len(found) > MAX_ITEMS:
            raise Unreadable(f"more than {MAX_ITEMS} elements")
    return found


def _held(element: Node, within: list[Node], oracle: Oracle) -> bool:
    return any(same_element(element, other, oracle, scaled=True) for other in within)


def _same_members(left: Node, right: Node, oracle: Oracle) -> bool:
    return same_set(_members(left, oracle), _members(right, oracle), oracle)


def _members(node: Node, oracle: Oracle) -> list[Node]:
    """The elements of a set, with its unions, intersections and differences carried out."""
    if not isinstance(node, SetOp):
        return elements(node, oracle)
    first, *others = (_members(arg, oracle) for arg in node.args)
    if node.op == "union":
        return [element for part in (first, *others) for element in part]
    kept = node.op == "intersection"
    return [element for element in first if all(_held(element, part, oracle) is kept for part in others)]


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


def parts(node: Node, oracle: Oracle = EXACT) -> tuple[list[Node], list[str]]:
    """The entries of a tuple, and their letters where each has one. Raises Unreadable, or Contradiction."""
    match node:
        case Group("{", "}", _):
            raise Unreadable(f"{show(node, 60)} is a set, in which order means nothing")
        case Group(_, _, items):
            return list(items), []
        case Listing(items, joint) if joint != "or":
            if all(isinstance(item, Rel) for item in items):
                return _lettered(items)
            return list(items), []
        case Rel((first, *_)) if isinstance(node.items[-1], (Group, Matrix)) or _is_vector(node.items[-1]):
            values, _ = parts(end_of_chain(node, lambda left, right: _same_parts(left, right, oracle)), oracle)
            names = children(first) if isinstance(first, Group) and is_name(first) else ()
            if names and len(names) != len(values):
                raise Contradiction(f"{len(values)} values of {len(names)} letters")
            return values, [show(name) for name in names] if all(isinstance(name, Sym) for name in names) else []
        case Matrix(rows) if len(rows) == 1 or len(rows[0]) == 1:
            return [cell for row in rows for cell in row], []
        case Add() if _is_vector(node):
            return _coordinates(node), []
    raise Unreadable(f"{show(node, 60)} is no tuple")


def _same_parts(left: Node, right: Node, oracle: Oracle) -> bool:
    """Equal entries, whether or not the left ones are worked out."""
    (ours, _), (theirs, _) = parts(left, oracle), parts(right, oracle)
    return len(ours) == len(theirs) and all(
        same_element(one, other, oracle, scaled=True) for one, other in zip(ours, theirs, strict=True)
    )


_AXES = tuple({Sym(axis), Const(axis), Sym(f"hat {axis}"), Sym(f"vec {axis}")} for axis in "ijk")


def _is_vector(node: Node) -> bool:
    """3i - 4j + k: a sum in which every term has another of the unit vectors."""
    if not isinstance(node, Add):
        return False
    axes = [_axis(term) for term in node.terms]
    return None not in axes and len(set(axes)) == len(axes)


def _axis(term: Node) -> int | None:
    if isinstance(term, Neg):
        return _axis(term.arg)
    last = term.factors[-1] if isinstance(term, Mul) else term
    return next((at for at, names in enumerate(_AXES) if last in names), None)


def _coordinates(vector: Add) -> list[Node]:
    found: list[Node] = [Num(Fraction(0))] * 3
    for term in vector.terms:
        axis = _axis(term)
        assert axis is not None
        found[axis] = _length(term)
    return found


def _length(term: Node) -> Node:
    """What stands before the unit vector of a term."""
    if isinstance(term, Neg):
        return Neg(_length(term.arg))
    if not isinstance(term, Mul):
        return Num(Fraction(1))
    return term.factors[0] if len(term.factors) == 2 else Mul(term.factors[:-1])


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
        case Rel():
            return rows(_unlabelled(node, EXACT))
    raise Unreadable(f"{show(node, 60)} is no matrix")


def _unlabelled(node: Node, oracle: Oracle) -> Node:
    """A matrix without its name and what it was worked out from. Raises Unreadable, or Contradiction."""
    if not isinstance(node, Rel):
        return node
    return end_of_chain(node, lambda left, right: _same_cells(left, right, oracle, scaled=True))


# Comparing


def same_element(gold: Node, answer: Node, oracle: Oracle, *, scaled: bool = False) -> bool:
    """One entry against one entry: values, or tuples of values. Nothing may be left undone but what the reference
    leaves."""
    if isinstance(gold, Group) or isinstance(answer, Group):
        if not (isinstance(gold, Group) and isinstance(answer, Group) and len(gold.items) == len(answer.items)):
            return False
        if (gold.opens, gold.closes) != (answer.opens, answer.closes):
            return False
        pairs = zip(gold.items, answer.items, strict=True)
        return all(same_element(ours, theirs, oracle, scaled=scaled) for ours, theirs in pairs)
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
    gold, answer = (_unlabelled(node, oracle) for node in (gold, answer))
    return _same_cells(gold, answer, oracle, scaled=not isinstance(answer, (Matrix, Group)))


def _same_cells(gold: Node, answer: Node, oracle: Oracle, *, scaled: bool) -> bool:
    ours, theirs = rows(gold), rows(answer)
    if len(ours) != len(theirs) or len(ours[0]) != len(theirs[0]):
        return False
    return all(
        same_element(left, right, oracle, scaled=scaled)
        for our_row, their_row in zip(ours, theirs, strict=True)
        for left, right in zip(our_row, their_row, strict=True)
    )
