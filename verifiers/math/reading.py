"""From the text of an answer to a scalar: its unit split off, its label ("x =", "Area:") and its chain of equalities
settled. A chain that contradicts itself is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from tracemill.verifiers.math import canonical, floats, literals
from tracemill.verifiers.math.lexer import Dialect, Unreadable, normalise
from tracemill.verifiers.math.numerals import magnitude
from tracemill.verifiers.math.parser import parse
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Div,
    Group,
    Listing,
    Mul,
    Neg,
    Node,
    Num,
    Percent,
    Pow,
    Rel,
    Sym,
    show,
    symbols,
)
from tracemill.verifiers.math.units import Unit, split_unit

Equal = Callable[[Node, Node], bool]
"""Whether two trees have one value; raises canonical.Undecided where it cannot say, canonical.Undefined for 1/0."""


class Contradiction(ValueError):
    """The answer says two different things."""


@dataclass(frozen=True, slots=True)
class Scalar:
    """`label` is the letter an answer gave its value ("x"), `rounded` what it said after an ≈, where that is the value
    rounded."""

    node: Node
    unit: Unit | None = None
    label: str = ""
    rounded: Node | None = None


_LEAD = re.compile(
    r"(?:\\text\s*\{[^{}]{0,60}\b(?:is|are|equals)\s*:?\s*\}\s*|"
    r"(?:=|:|\\approx|\\thickapprox|~|≈|\\sim|\\therefore|\\implies|\\Rightarrow)\s*|"
    r"(?:is|are|equals|approximately|about|roughly|exactly|simply|just|only|a total of|the number|the value)\b\s*)+",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"\s*(?:\\text\s*\{\s*)?(?:percentage|percent|per\s?cent|pct)\.?(?:\s*\})?\s*$", re.IGNORECASE)
_WORD_LABEL = re.compile(
    r"\s*(?:\\text\w*\s*\{[^{}=]*\}|\\mathrm\s*\{[^{}=]*\}|[A-Za-z][A-Za-z ,'_-]*[A-Za-z]|"
    r"P\s*\((?:\\text\s*\{[^{}]{0,60}\}|[A-Za-z ,']){1,9}\))"
    r"[^=<>,;]{0,30}(?:=|:)\s*"
)
_DIGITS_COMMA = re.compile(r"\d(?:,|\{,\})\d")
_THOUSANDS = re.compile(r"(?<![\d.])(?<!\d,)(?<!\d\{,\})[1-9]\d{0,2}(?:(?:,|\{,\})\d{3})++(?!\d)")
_NUMBER_NAMES = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip


def tidy(text: str) -> str:
    """Without math delimiters, a leading "=" or "is", and punctuation that ends a sentence."""
    text = normalise(text)
    text = text.strip(" \t\r\n*`\"'#")
    while text.endswith((".", ",", ";", ":", "\\", "\\,", "\\!")) and not text.endswith("..."):
        text = text[:-2] if text.endswith(("\\,", "\\!")) else text[:-1]
        text = text.rstrip(" *`\"'\n")
    if match := _LEAD.match(text):
        text = text[match.end() :]
    return text.strip()


def readings(text: str, *, units: bool, dialect: Dialect) -> list[Scalar]:
    """Every way to read a scalar's text: mostly one; 2,74 may be a decimal, 2,745 not. Raises Unreadable where there is
    none."""
    found: list[Scalar] = []
    failure: Unreadable | None = None
    dialects = [dialect]
    if _DIGITS_COMMA.search(text) and not _THOUSANDS.search(text):
        dialects.append(
            Dialect(commas_group=False, comma_decimal=True, i_names=dialect.i_names, e_names=dialect.e_names)
        )
    for option in dialects:
        try:
            found.append(_read(text, units, option))
        except Unreadable as error:
            failure = failure or error
    if not found:
        assert failure is not None
        raise failure
    return found


def _read(text: str, units: bool, dialect: Dialect) -> Scalar:
    text = tidy(text)
    text = _PERCENT.sub("\\%", text)
    unsigned = _NEGATIVE.sub(r"\1", text, count=1)
    sign = "-" if unsigned != text else ""
    name = unsigned.removeprefix("\\text{").removesuffix("}").strip().lower()
    if name in _NUMBER_NAMES:
        return Scalar(parse(f"{sign}{_NUMBER_NAMES[name]}"))
    text = _SCALED.sub(_scaled, sign + unsigned)
    value, unit = split_unit(text) if units else (text, None)
    return Scalar(parse_labelled(value, dialect), unit)


_NEGATIVE = re.compile(
    r"\A(?:\\text\s*\{\s*(?:negative|minus)\s*\}\s*|(\\text\s*\{\s*)?(?:negative|minus)\s+)", re.IGNORECASE
)
_SCALED = re.compile(r"^(-?\d[\d,]*(?:\.\d+)?)\s*(?:\\text\s*\{\s*)?(thousand|million|billion|trillion)\b(?:\s*\})?")
_SCALES = {"thousand": 3, "million": 6, "billion": 9, "trillion": 12}


def _scaled(match: re.Match[str]) -> str:
    """2.5 million as 2500000."""
    value = Fraction(match[1].replace(",", "")) * 10 ** _SCALES[match[2]]
    return str(value.numerator) if value.denominator == 1 else match[0]


def parse_labelled(text: str, dialect: Dialect) -> Node:
    """The tree of a text, read past words that name the answer ("Area = 5", "Solutions: 2, 3"). Raises Unreadable."""
    try:
        return parse(text, dialect)
    except Unreadable:
        label = _WORD_LABEL.match(text)
        if label is None:
            raise
        return parse(text[label.end() :], dialect)


def settle(scalar: Scalar, equal: Equal) -> Scalar:
    """The one value that a chain of equalities ends in. Raises Contradiction, or Unreadable where there is no one
    value."""
    node = scalar.node
    if isinstance(node, Listing):
        raise Contradiction(f"several answers: {show(node, 80)}")
    if not isinstance(node, Rel):
        return scalar
    if not set(node.ops) <= {"=", "~"}:
        raise Unreadable(f"{show(node, 80)} is no value")
    items, ops = list(node.items), list(node.ops)
    label = ""
    if is_label(items[0]):
        label = show(items[0], 40)
        items, ops = items[1:], ops[1:]
    elif len(items) == 2 and isinstance(items[1], Sym):
        label = items[1].name
        items, ops = items[:1], []
    exact, rounded = [items[0]], None
    for op, item in zip(ops, items[1:], strict=True):
        before = exact[-1] if rounded is None else rounded
        if op == "~" or rounded is not None:
            _check_near(before, item)
            rounded = item
        else:
            _check_same(before, item, equal)
            exact.append(item)
    best = [item for item in exact if literals.is_literal(item)]
    value = (best or exact)[-1]
    return Scalar(value, scalar.unit, label, rounded if rounded and _is_rounding(value, rounded) else None)


def _check_same(left: Node, right: Node, equal: Equal) -> None:
    try:
        same = equal(left, right)
    except canonical.Undefined as error:
        raise Contradiction(f"{show(left, 50)} = {show(right, 50)}: {error}") from error
    if not same:
        raise Contradiction(f"{show(left, 50)} is not {show(right, 50)}")


def _check_near(left: Node, right: Node) -> None:
    """What stands on both sides of an ≈ may differ by five in a hundred."""
    before, after = floats.rough(left), floats.rough(right)
    if before is None or after is None or abs(before - after) > 0.05 * max(abs(before), abs(after)):
        raise Contradiction(f"{show(left, 50)} is not near {show(right, 50)}")


def _is_rounding(exact: Node, rounded: Node) -> bool:
    """Whether the second is the first, rounded to the digits that it shows. In floats, with room for their error."""
    before, after, place = floats.rough(exact), floats.rough(rounded), _last_place(rounded)
    if before is None or after is None or place is None:
        return False
    return abs(before - after) - 1e-14 * abs(before) <= place / 2


def _last_place(node: Node) -> Fraction | None:
    """What one unit in the last digit shown is worth: 1/100 for 2.33. None where no digits are shown."""
    if isinstance(node, Neg):
        return _last_place(node.arg)
    if isinstance(node, Percent):
        inner = _last_place(node.arg)
        return None if inner is None else inner / 100
    if isinstance(node, Mul) and len(node.factors) == 2:  # 2.33*10^5
        inner, power = _last_place(node.factors[0]), canonical.rational(node.factors[1])
        return None if inner is None or power is None else inner * abs(power)
    if not isinstance(node, Num) or node.kind in ("mixed", "unreduced"):
        return None
    return Fraction(10) ** (magnitude(node.value) - node.digits + 1) if node.digits else Fraction(1)


def is_label(node: Node) -> bool:
    """What may stand before the = of an answer: x, AB, f(2), P(A), \\angle ABC, a + b, \\sin\\theta; not 2x, x + 1,
    x^2."""
    if isinstance(node, Sym):
        return True
    if isinstance(node, Mul):
        first = node.factors[0]
        return isinstance(first, Sym) or (isinstance(first, Pow) and first.exponent == Neg(Num(Fraction(1))))  # f^-1(x)
    if isinstance(node, Group):
        return bool(symbols(node)) and all(isinstance(item, Sym) for item in node.items)
    if isinstance(node, Call):
        return bool(symbols(node))
    return isinstance(node, (Add, Div, Pow)) and len(symbols(node)) > 1


def unwrap_percent(node: Node) -> tuple[Node, bool]:
    """The number in front of a percent sign, and whether there is one; -(5%) is (-5)%."""
    if isinstance(node, Percent):
        return node.arg, True
    if isinstance(node, Neg) and isinstance(node.arg, Percent):
        return Neg(node.arg.arg), True
    return node, False


def significant_digits(node: Node) -> int:
    """How many digits a decimal literal shows; 0 for everything else."""
    if isinstance(node, Neg):
        node = node.arg
    return node.digits if isinstance(node, Num) and node.kind == "decimal" else 0
