"""The form of an answer: is it a value, or is the work still to be done? Looks at the tree as written.

`undone` names the operations that were left standing between constants. An answer may leave standing only what its
reference leaves standing: for 12, "3*4" is wrong; for 2^100, "2^100" is right.
"""

from __future__ import annotations

from fractions import Fraction

from tracemill.verifiers.math import canonical, names
from tracemill.verifiers.math.tree import (
    Add,
    Call,
    Const,
    Div,
    Mul,
    Neg,
    Node,
    Num,
    Percent,
    PlusMinus,
    Pow,
    children,
    constants,
    symbols,
)


def is_literal(node: Node) -> bool:
    """A number as people write numbers: -3, 0.5, 3/4, 2 1/2, 12%, 1.5*10^8, 10^-20."""
    if isinstance(node, Neg):
        return not isinstance(node.arg, Neg) and is_literal(node.arg)
    if isinstance(node, Percent):
        return is_literal(node.arg) and not isinstance(node.arg, Percent)
    if isinstance(node, Div):
        return _is_integer(node.top) and (_is_integer(node.bottom) or _is_scientific(node.bottom))
    return isinstance(node, Num) or _is_scientific(node)


def _is_integer(node: Node) -> bool:
    if isinstance(node, Neg):
        node = node.arg
    return isinstance(node, Num) and node.kind == "integer"


def _is_scientific(node: Node) -> bool:
    """m * 10^k with 1 <= m < 10 and |k| >= 3, or 10^k with |k| >= 4: shorter ones are sums left undone."""
    if isinstance(node, Mul) and len(node.factors) == 2 and isinstance(node.factors[0], Num):
        power = _power_of_ten(node.factors[1])
        return power is not None and abs(power) >= 3 and 1 <= node.factors[0].value < 10
    power = _power_of_ten(node)
    return power is not None and abs(power) >= 4


def _power_of_ten(node: Node) -> int | None:
    if not (isinstance(node, Pow) and node.base == Num(Fraction(10)) and _is_integer(node.exponent)):
        return None
    exponent = node.exponent
    sign, number = (-1, exponent.arg) if isinstance(exponent, Neg) else (1, exponent)
    return sign * int(number.value) if isinstance(number, Num) else None


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
    """What a reference leaves undone, and so an answer may: every operation inside what `undone` names. Who writes 1/2^99
    takes 2^-99 too."""
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
    if constant and isinstance(node, Add) and not is_collected(node):
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


def is_polynomial(node: Node) -> bool:
    """No symbol in a denominator, an exponent, under a root or in a function."""
    if isinstance(node, Div) and symbols(node.bottom):
        return False
    if (
        isinstance(node, Pow)
        and symbols(node)
        and not (isinstance(node.exponent, Num) and node.exponent.kind == "integer")
    ):
        return False
    if isinstance(node, Call) and symbols(node):
        return False
    return all(map(is_polynomial, children(node)))


# Forms that a problem may ask for


def is_reduced(node: Node) -> bool:
    """No fraction of integers with a common factor or a denominator of 1, and no quotient of terms that cancel."""
    if isinstance(node, Div) and is_literal(node):
        if not _is_integer(node.bottom):
            return True
        top, bottom = _integer(node.top), _integer(node.bottom)
        return bottom > 1 and Fraction(top, bottom).denominator == bottom
    if isinstance(node, Div) and _cancels(node):
        return False
    return all(map(is_reduced, children(node)))


def _integer(node: Node) -> int:
    if isinstance(node, Neg):
        return -_integer(node.arg)
    assert isinstance(node, Num)
    return int(node.value)


def _cancels(node: Div) -> bool:
    """A common symbol or number: 2x/4, x^2/x."""
    try:
        top, bottom = canonical.quotient(node.top)[0], canonical.quotient(node.bottom)[0]
    except (canonical.Undecided, canonical.Undefined):
        return False
    if len(bottom) > 1 or not top or not bottom:
        return canonical.constant_ratio(top, bottom) is not None
    ((mono, value),) = bottom.items()
    atoms = {atom for atom, _ in mono if atom.startswith("v:")}
    shared = all(atoms & {atom for atom, _ in other} for other in top)
    numbers = [coefficient / value for coefficient in top.values()]
    whole = value.denominator == 1 and all(c.denominator == 1 for c in top.values())
    common = whole and abs(value) > 1 and _common_factor([*top.values(), value]) > 1
    return bool(atoms and shared) or common or (not whole and any(n.denominator == 1 for n in numbers))


def _common_factor(values: list[Fraction]) -> int:
    from math import gcd

    return gcd(*(int(value) for value in values))


def is_expanded(node: Node) -> bool:
    """A sum of terms: no product or power of a sum, and like terms collected."""
    return not _has_product_of_sums(node) and is_collected(node)


def is_collected(node: Node) -> bool:
    """No two terms of the sum are multiples of one product: 5x, not 2x + 3x."""
    terms = node.terms if isinstance(node, Add) else (node,)
    if any(isinstance(term, Add) for term in terms) and not symbols(node):
        return False
    seen: set[frozenset[canonical.Monomial]] = set()
    for term in terms:
        try:
            top, bottom = canonical.quotient(term)
        except (canonical.Undecided, canonical.Undefined):
            return True
        kind = frozenset(top)
        if kind in seen and bottom == canonical.ONE:
            return False
        seen.add(kind)
    return True


def _has_product_of_sums(node: Node) -> bool:
    if isinstance(node, Mul) and any(isinstance(factor, Add) and symbols(factor) for factor in node.factors):
        return True
    if isinstance(node, Pow) and isinstance(node.base, (Add, Mul, Div)) and symbols(node.base):
        return True
    if isinstance(node, Neg) and isinstance(node.arg, Add):
        return True
    if isinstance(node, Div) and symbols(node.bottom) and _holds_sum(node):
        return True
    return any(map(_has_product_of_sums, children(node)))


def _holds_sum(node: Node) -> bool:
    return (isinstance(node, Add) and bool(symbols(node))) or any(map(_holds_sum, children(node)))


def factors(node: Node) -> tuple[Fraction, list[canonical.Poly]] | None:
    """The constant and the other factors of a product as written, each made primitive; None where it is no product of
    polynomials. Powers count as often as they say."""
    constant, found = Fraction(1), []
    waiting: list[tuple[Node, int]] = [(node, 1)]
    while waiting:
        node, count = waiting.pop()
        if isinstance(node, Mul):
            waiting.extend((factor, count) for factor in node.factors)
        elif isinstance(node, Neg):
            constant *= (-1) ** count
            waiting.append((node.arg, count))
        elif isinstance(node, Pow) and isinstance(node.exponent, Num) and node.exponent.kind == "integer":
            if node.exponent.value > 50:
                return None
            waiting.append((node.base, count * int(node.exponent.value)))
        elif isinstance(node, Div) and canonical.rational(node.bottom):
            constant /= (canonical.rational(node.bottom) or 1) ** count
            waiting.append((node.top, count))
        else:
            try:
                top, bottom = canonical.quotient(node)
            except (canonical.Undecided, canonical.Undefined):
                return None
            if bottom != canonical.ONE or not top:
                return None
            content, primitive = _primitive(top)
            constant *= content**count
            if primitive != canonical.ONE:
                found.extend([primitive] * count)
    return constant, found


def _primitive(poly: canonical.Poly) -> tuple[Fraction, canonical.Poly]:
    """Content and primitive part, the leading coefficient positive."""
    from math import gcd, lcm

    content = Fraction(gcd(*(v.numerator for v in poly.values())), lcm(*(v.denominator for v in poly.values())))
    lead = max(poly, key=lambda mono: (sum(exponent for _, exponent in mono), mono))
    if poly[lead] < 0:
        content = -content
    return content, {mono: value / content for mono, value in poly.items()}


def same_factors(left: Node, right: Node) -> bool:
    """Whether two products have the same factors, up to order and sign. Raises Undecided where one is no product."""
    ours, theirs = factors(left), factors(right)
    if ours is None or theirs is None:
        raise canonical.Undecided("no product of polynomials")

    def key(poly: canonical.Poly) -> str:
        return str(sorted(poly.items()))

    return ours[0] == theirs[0] and sorted(map(key, ours[1])) == sorted(map(key, theirs[1]))


def content_is_out(node: Node) -> bool:
    """Every factor that holds a symbol is primitive as written: 2(x+1), not (2x+2)."""
    if isinstance(node, Mul):
        return all(map(content_is_out, node.factors))
    if isinstance(node, (Neg,)):
        return content_is_out(node.arg)
    if isinstance(node, Pow):
        return content_is_out(node.base)
    if isinstance(node, Add) and symbols(node):
        try:
            top, bottom = canonical.quotient(node)
        except (canonical.Undecided, canonical.Undefined):
            return True
        return bottom == canonical.ONE and bool(top) and abs(_primitive(top)[0]) == 1
    return True


def has_plus_minus(node: Node) -> bool:
    return isinstance(node, PlusMinus) or any(map(has_plus_minus, children(node)))
