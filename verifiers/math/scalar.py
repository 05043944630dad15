"""One value against one value: integers, rationals, decimals, percentages, quantities, complex numbers, expressions and
antiderivatives.

The order of questions: is it one value; is the work done (`forms.undone`); is its unit the reference's; is it the
same value; has it the form that was asked for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from tracemill.problems.types import AnswerType, Form, MathReference
from tracemill.verifiers.math import canonical, forms, shapes
from tracemill.verifiers.math.decision import Conventions, Decision, correct, unparseable, wrong
from tracemill.verifiers.math.lexer import Dialect, Unreadable
from tracemill.verifiers.math.numerals import magnitude
from tracemill.verifiers.math.oracle import Oracle
from tracemill.verifiers.math.reading import (
    Contradiction,
    Scalar,
    readings,
    settle,
    significant_digits,
    unwrap_percent,
)
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Div,
    Listing,
    Mul,
    Neg,
    Node,
    Num,
    Pow,
    constants,
    is_scalar,
    show,
    symbols,
)
from tracemill.verifiers.math.units import Unit, compatible

NUMERIC: frozenset[AnswerType] = frozenset(("integer", "rational", "decimal", "percent", "quantity"))
_REFERENCE_DIALECT = Dialect(i_names="iI", e_names="eE")


@dataclass(frozen=True, slots=True)
class Gold:
    """A reference's value, read once."""

    scalar: Scalar
    type: AnswerType
    form: Form
    undone: frozenset[str]
    symbols: frozenset[str]
    value: Fraction | None

    @property
    def node(self) -> Node:
        return self.scalar.node


def read_gold(reference: MathReference) -> Gold:
    """Raises ValueError where the reference is no value of its type."""
    units = reference.type in NUMERIC or reference.type == "expression"
    try:
        found = readings(reference.answer, units=reference.type == "quantity", dialect=_REFERENCE_DIALECT)
        scalar = next((option for option in found if not isinstance(option.node, Listing)), found[0])
        if isinstance(scalar.node, Call) and scalar.node.name == "degrees":
            scalar = readings(reference.answer, units=True, dialect=_REFERENCE_DIALECT)[0]
    except Unreadable:
        scalar = readings(reference.answer, units=units, dialect=_REFERENCE_DIALECT)[0]
    scalar = settle(scalar, _trusting)
    value = canonical.rational(scalar.node)
    if reference.type in NUMERIC and reference.type != "quantity" and value is None:
        raise ValueError(f"{reference.answer!r} is no {reference.type}")
    return Gold(scalar, reference.type, reference.form, forms.left_standing(scalar.node), symbols(scalar.node), value)


def _trusting(left: Node, right: Node) -> bool:
    return True


_INTEGRAL = re.compile(r"\A[\s$]*\\int(?![a-zA-Z])[^=]*=")  # the question in front of the answer
_PROSE = re.compile(r"\\(?:text[a-z]*|mathrm|mbox)\s*\{([^{}]*)\}")
_BEHIND = re.compile(  # what C is
    r"(?<![\s,(])(?:[\s,(]|\\q?quad|\\,|where|with|and|for)++[CcK]\s*"
    r"(?:\\in\s*\\mathbb\s*\{?R\}?|is (?:an?|any|some|the) (?:\w+ )?constant(?: of integration)?)[\s.)$]*\Z"
)
_IN_WORDS = re.compile(r"\+\s*(?:(?:an?|any|some) )?(?:arbitrary )?const(?:\.|ant)?(?: of integration)?[\s.$]*\Z")


def _without_constant(text: str) -> str:
    """Without the question in front of an antiderivative, what is said of C, and a constant that is named in words."""
    text = _INTEGRAL.sub("", text)
    plain = _PROSE.sub(r" \1 ", text)
    for pattern in (_BEHIND, _IN_WORDS):
        if match := pattern.search(plain):
            return plain[: match.start()]
    return text


def judge_scalar(gold: Gold, text: str, oracle: Oracle, conventions: Conventions) -> Decision:
    """The first reading that is right decides; else the first reading."""
    if gold.type == "antiderivative":
        text = _without_constant(text)
    i_names = "iIj" if gold.type == "complex" else "iI" if "i" in constants(gold.node) else "i"
    e_names = "eE" if "e" in constants(gold.node) else "e"
    try:
        options = readings(text, units=not gold.symbols, dialect=Dialect(i_names=i_names, e_names=e_names))
    except Unreadable as error:
        return unparseable(gold.type, str(error))
    first: Decision | None = None
    for option in options:
        decision = _judge_reading(gold, option, oracle, conventions)
        if decision.status == "correct":
            return decision
        first = first or decision
    assert first is not None
    return first


def _judge_reading(gold: Gold, reading: Scalar, oracle: Oracle, conventions: Conventions) -> Decision:
    try:
        answer = settle(reading, oracle.equal)
    except Contradiction as error:
        return wrong("one answer", str(error))
    except Unreadable as error:
        return unparseable(gold.type, str(error))
    if gold.type != "antiderivative" and symbols(answer.node) - gold.symbols:
        return wrong(
            gold.type, f"read as {show(answer.node, 80)}, with letters that {show(gold.node, 80)} does not have"
        )
    if forms.has_plus_minus(answer.node) and not forms.has_plus_minus(gold.node):
        return wrong("one answer", f"several answers: {show(answer.node, 80)}")
    if not is_scalar(answer.node):
        return wrong(gold.type, f"read as {show(answer.node, 80)}, which is no single value")
    if _other_letter(gold.scalar.label, answer.label):
        return wrong("label", f"{answer.label} where {gold.scalar.label} was asked")
    try:
        return _judge_value(gold, answer, oracle, conventions)
    except canonical.Undefined as error:
        return wrong(gold.type, f"read as {show(answer.node, 80)}: {error}")


def _other_letter(asked: str, given: str) -> bool:
    return len(asked) == 1 == len(given) and asked != given


def _judge_value(gold: Gold, answer: Scalar, oracle: Oracle, conventions: Conventions) -> Decision:
    said = f"read as {show(answer.node, 80)}"
    left_undone = forms.undone(answer.node) - gold.undone
    if left_undone:  # right or not, and before any work is spent on it
        return wrong("evaluated", f"{said}: {', '.join(sorted(left_undone))} left undone")
    if gold.type == "antiderivative":
        return _judge_antiderivative(gold, answer.node, oracle)
    for left, right, how in _pairs(gold, answer, conventions):
        if not _same(left, right, gold, oracle, conventions):
            continue
        return _judge_form(gold, answer, f"{said}, equal to {show(gold.node, 80)}{how}", oracle, conventions)
    return wrong(gold.type, f"{said}, not {show(gold.node, 80)}{_unit_clash(gold.scalar.unit, answer.unit)}")


def _unit_clash(left: Unit | None, right: Unit | None) -> str:
    return "" if left is None or right is None or compatible(left, right) else ", and in another unit"


def _pairs(gold: Gold, answer: Scalar, conventions: Conventions) -> list[tuple[Node, Node, str]]:
    """What may be compared with what: (reference, answer, remark), by unit and percent sign."""
    ours, theirs = gold.scalar.unit, answer.unit
    gold_number, gold_percent = unwrap_percent(gold.node)
    _, percent = unwrap_percent(answer.node)
    if gold.type == "integer" and percent:
        return []
    if gold_percent and not percent:
        bare = [(gold_number, answer.node, ", without its %")] if conventions.bare_percent else []
        return [*bare, (gold.node, answer.node, "")]
    if ours is None and theirs is not None:
        pairs = [(gold.node, answer.node, "")]
        if theirs.dimensions == (("degree", 1),) and "pi" in constants(gold.node):
            pairs.append((gold.node, _degrees_to_radians(answer.node, theirs), ", in radians"))
        return pairs
    if ours is not None and theirs is None:
        return [(gold.node, answer.node, ", without its unit")] if conventions.missing_unit else []
    if ours is None or theirs is None:
        rounded = [] if answer.rounded is None else [(gold.node, answer.rounded, ", as rounded")]
        return [(gold.node, answer.node, ""), *(rounded if significant_digits(gold.node) else [])]
    if not compatible(ours, theirs):
        return []
    if ours == theirs or ours.label or theirs.label:
        return [(gold.node, answer.node, "")]
    return [(_in_base(gold.node, ours), _in_base(answer.node, theirs), ", converted")]


def _in_base(node: Node, unit: Unit) -> Node:
    scaled: Node = Mul((node, Num(unit.factor)))
    if unit.pi_power:
        scaled = Mul((scaled, Pow(Const("pi"), Num(Fraction(unit.pi_power)))))
    if unit.offset:
        return Add((scaled, Num(unit.offset)))
    return scaled


def _degrees_to_radians(node: Node, unit: Unit) -> Node:
    return Div(Mul((_in_base(node, unit), Const("pi"))), Num(Fraction(180)))


def _same(left: Node, right: Node, gold: Gold, oracle: Oracle, conventions: Conventions) -> bool:
    if Const("oo") in (left, right) or Neg(Const("oo")) in (left, right):
        return left == right
    if "oo" in constants(left) or "oo" in constants(right):
        return left == right
    if oracle.equal(left, right):
        return True
    return gold.type not in ("integer", "rational") and _stands_for(left, right, conventions.decimal_digits, oracle)


def _stands_for(left: Node, right: Node, least: int, oracle: Oracle) -> bool:
    """Whether one is a decimal of at least `least` significant digits and the other an exact number without a finite
    decimal that agrees with it within one unit of the last digit."""
    if not least:
        return False
    for decimal, exact in ((left, right), (right, left)):
        digits = significant_digits(decimal)
        if digits < least or significant_digits(exact):
            continue
        written, known = canonical.rational(decimal), canonical.rational(exact)
        if written is None or symbols(exact) or (known is not None and _has_finite_decimal(known)):
            continue
        last_place = Fraction(10) ** (magnitude(written) - digits + 1)
        if abs(written - oracle.near(exact, digits + 5)) <= last_place:
            return True
    return False


def _has_finite_decimal(value: Fraction) -> bool:
    rest = value.denominator
    for prime in (2, 5):
        while rest % prime == 0:
            rest //= prime
    return rest == 1


# Forms


def _judge_form(gold: Gold, answer: Scalar, said: str, oracle: Oracle, conventions: Conventions) -> Decision:
    node = answer.node
    if gold.type == "integer" and gold.form == "value" and _is_division(node):
        return wrong("evaluated", f"{said}: the division is left undone")
    if gold.type == "polynomial" and not shapes.is_polynomial(node) and shapes.is_polynomial(gold.node):
        return wrong("evaluated", f"{said}: no polynomial as it stands")
    match gold.form:
        case "value":
            if not conventions.unreduced and not shapes.is_reduced(node):
                return wrong("reduced", f"{said}: not reduced")
        case "evaluated":
            if forms.undone(node) or (gold.symbols and not shapes.is_collected(node)) or _is_whole_division(node):
                return wrong("evaluated", f"{said}: not evaluated")
        case "reduced":
            if forms.undone(node) or not shapes.is_reduced(node):
                return wrong("reduced", f"{said}: not reduced")
        case "expanded":
            if forms.undone(node) or not shapes.is_expanded(node):
                return wrong("expanded", f"{said}: not expanded")
        case "factored":
            if not _is_factored(gold.node, node, oracle):
                return wrong("factored", f"{said}: not factored")
        case "with_unit":
            if answer.unit is None and not unwrap_percent(node)[1]:
                return wrong("with_unit", f"{said}: the unit is missing")
    return correct(gold.type if gold.form == "value" else gold.form, said)


def _is_division(node: Node) -> bool:
    return isinstance(node, Div) or (isinstance(node, Neg) and isinstance(node.arg, Div))


def _is_whole_division(node: Node) -> bool:
    value = canonical.rational(node) if _is_division(node) else None
    return value is not None and value.denominator == 1


def _is_factored(gold: Node, node: Node, oracle: Oracle) -> bool:
    """The factors of the reference, each primitive. A reference that is no product is factored by sympy (in a
    worker)."""
    if not shapes.content_is_out(node):
        return False
    if not isinstance(_unsigned(gold), (Mul, Pow)):
        return oracle.irreducible(node)
    return shapes.same_factors(gold, node)


def _unsigned(node: Node) -> Node:
    return node.arg if isinstance(node, Neg) else node


# Antiderivatives


def _judge_antiderivative(gold: Gold, node: Node, oracle: Oracle) -> Decision:
    """Equal up to a constant, which may be written (+ C) or not."""
    free = symbols(node) - gold.symbols
    said = f"read as {show(node, 80)}"
    if len(free) > 1 or any(len(name) > 3 for name in free):
        return wrong("antiderivative", f"{said}, with strange letters {', '.join(sorted(free))}")
    if not oracle.same_up_to_constant(node, gold.node, _variable(gold.symbols)):
        return wrong("antiderivative", f"{said}, which differs from {show(gold.node, 80)} by more than a constant")
    return correct("antiderivative", f"{said}, equal to {show(gold.node, 80)} up to a constant")


def _variable(names: frozenset[str]) -> str:
    for name in ("x", "t", "u", "y", "theta"):
        if name in names:
            return name
    return min(names - {"C"}, default="x")
