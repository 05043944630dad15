"""The type of a reference that came without one: from how its answer is written. Used for answers from anywhere; the
project's own problems state their types."""

from __future__ import annotations

import re

from tracemill.problems.types import AnswerType
from tracemill.verifiers.math import canonical, plain, regions
from tracemill.verifiers.math.lexer import Dialect, Unreadable
from tracemill.verifiers.math.oracle import EXACT
from tracemill.verifiers.math.reading import Contradiction, is_label, parse_labelled, readings, tidy, unwrap_percent
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Group,
    Listing,
    Matrix,
    Mul,
    Neg,
    Node,
    Num,
    Ratio,
    Rel,
    SetOp,
    Sym,
    constants,
    symbols,
)

_TIME = re.compile(r"([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?:\s*[aApP]\.?\s*[mM]\.?)?|\d{1,2}\s*[aApP]\.?[mM]\.?")
_CHOICE = re.compile(r"\(?\s*[A-Z]\s*\)?\.?")
_NUMERAL = re.compile(
    r"-?[0-9A-F]*[0-9A-F]{2}_\{?\s*(?:1[1-9]|2\d|3[0-6])\s*\}?|"
    r"-?\(?\s*[0-9][0-9A-Za-z ]*\)?_\s*(?:\{\s*\d{1,2}\s*\}|\d{1,2})"
)


def infer_types(answer: str) -> tuple[AnswerType, ...]:
    """The types an answer may have, the likeliest first: (1, 2) is a point, and an interval. Never raises."""
    first = infer_type(answer)
    if first == "tuple" and re.fullmatch(
        r"[^\w]*\([^()]*\)[^\w]*", tidy(answer).replace("\\left", "").replace("\\right", "")
    ):
        return ("tuple", "interval") if _ascends(answer) else ("tuple",)
    if re.fullmatch(r"\s*\$?\d+,\d+\$?\s*", answer) and first != "integer":
        return ("decimal",) if re.match(r"\D*0,", answer) else (first, "decimal")
    if (
        first == "expression"
        and re.fullmatch(r"[a-z]{3,}", plain.words(answer))
        and "\\" not in answer.replace("\\text", "")
    ):
        return ("text", "expression")
    if first == "equation":
        return ("equation", "expression") if _is_definition(answer) else ("equation",)
    return (first,)


def _ascends(answer: str) -> bool:
    """Two ends in order: (1, 2), not (2, 1)."""
    try:
        regions.region(parse_labelled(tidy(answer), Dialect()), EXACT)
    except (Unreadable, Contradiction, canonical.Undecided, canonical.Undefined):
        return False
    return True


def _is_definition(answer: str) -> bool:
    """y = 2x + 1, of which 2x + 1 is the answer too."""
    tree = parse_labelled(tidy(answer), Dialect())
    return isinstance(tree, Rel) and tree.ops == ("=",) and isinstance(tree.items[0], Sym)


def infer_type(answer: str) -> AnswerType:
    """Never raises: what cannot be read is text."""
    words = plain.prose(answer)
    if _TIME.fullmatch(words) or (plain.moment(answer) and re.search(r"[a-z]{3}|\d{4}-", words, re.IGNORECASE)):
        return "time"
    if _CHOICE.fullmatch(words):
        return "choice"
    if _NUMERAL.fullmatch(words):
        return "base"
    try:
        return _of_tree(parse_labelled(tidy(answer), Dialect()), answer)
    except Unreadable:
        pass
    try:
        scalar = readings(answer, units=True, dialect=Dialect())[0]
    except (Unreadable, Contradiction):
        return "text"
    if scalar.unit is None or scalar.unit.label:
        return _of_scalar(scalar.node)
    return "quantity"


def _of_tree(node: Node, answer: str) -> AnswerType:
    match node:
        case Rel(items, ops):
            return _of_relation(items, ops, node)
        case Listing(items, joint):
            if joint != "or" and all(isinstance(item, Rel) for item in items):
                return _of_relations(items)
            return "inequality" if any(isinstance(item, Rel) and item.ops != ("=",) for item in items) else "set"
        case Group("{", "}", items):
            return "interval" if _holds_condition(items) else "set"
        case Group(opens, closes, items):
            if any(isinstance(item, Group) and item.opens == "[" for item in items) and opens == "[":
                return "matrix"
            mixed = (opens, closes) != ("(", ")")
            return "interval" if len(items) == 2 and (mixed or "oo" in constants(node)) else "tuple"
        case SetOp() | Const("R"):
            return "interval"
        case Const("empty"):
            return "set"
        case Matrix():
            return "matrix"
        case Mul(factors) if any(isinstance(factor, (Matrix, Group)) for factor in factors):
            return "matrix" if any(isinstance(factor, Matrix) for factor in factors) else "interval"
        case Ratio():
            return "ratio"
    return _of_scalar(node, answer)


def _holds_condition(items: tuple[Node, ...]) -> bool:
    return len(items) == 1 and isinstance(items[0], Call) and items[0].name == "such_that"


def _of_relation(items: tuple[Node, ...], ops: tuple[str, ...], node: Rel) -> AnswerType:
    if ops == ("in",):
        kind = _of_tree(items[1], "")
        return "interval" if kind == "tuple" else kind
    if set(ops) <= {"=", "~"}:
        right = items[-1]
        if isinstance(right, (Group, Matrix, SetOp, Ratio, Listing)):
            return _of_tree(right, "")
        named = isinstance(items[0], Sym) or (isinstance(items[0], Mul) and isinstance(items[0].factors[0], Sym))
        if (named and not symbols(right)) or (not symbols(items[0]) and not symbols(right)):
            return "set" if _has_signs(right) else _of_scalar(right)
        if isinstance(items[0], Mul) and len(items[0].factors) == 2 and is_label(items[0]):
            return "expression"  # f(x) = 2x + 1
        return "equation"
    return "inequality"


def _has_signs(node: Node) -> bool:
    from tracemill.verifiers.math.forms import has_plus_minus

    return has_plus_minus(node)


def _of_relations(items: tuple[Node, ...]) -> AnswerType:
    """x = 3, y = -1 is a tuple; x = 2, x = 3 is a set; x > 1 and x < 3 is an inequality."""
    relations = [item for item in items if isinstance(item, Rel)]
    if any(relation.ops != ("=",) for relation in relations):
        return "inequality"
    letters = [relation.items[0].name for relation in relations if isinstance(relation.items[0], Sym)]
    if len(letters) < len(relations) or any(symbols(relation.items[1]) for relation in relations):
        return "equation"
    return "tuple" if len(set(letters)) == len(letters) and len({name[:1] for name in letters}) > 1 else "set"


def _of_scalar(node: Node, answer: str = "") -> AnswerType:
    if _has_signs(node):
        return "set"
    if unwrap_percent(node)[1]:
        return "percent"
    if isinstance(node, Add) and node.terms[-1] in (Sym("C"), Sym("c")) and len(symbols(node)) > 1:
        return "antiderivative"
    if symbols(node):
        return "quantity" if answer and _is_quantity(answer) else "expression"
    if "i" in constants(node):
        return "complex"
    if isinstance(node, Call) and node.name == "degrees":
        return "quantity"
    number = node.arg if isinstance(node, Neg) else node
    if isinstance(number, Num):
        return number.kind if number.kind in ("integer", "decimal") else "expression"
    value = canonical.rational(node)
    return "integer" if value is not None and value.denominator == 1 and isinstance(number, Num) else "expression"


def _is_quantity(answer: str) -> bool:
    """5 m: a letter that is a unit, behind a number and a space."""
    try:
        scalar = readings(answer, units=True, dialect=Dialect())[0]
    except Unreadable:
        return False
    spaced = re.search(r"[\d}]\s*(?:\s|\\[,;: ]|\\text|\\mathrm|\\mbox|\^)", answer)
    return scalar.unit is not None and not scalar.unit.label and not symbols(scalar.node) and spaced is not None
