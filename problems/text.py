"""How families write numbers and polynomials, for people and for sympy, and the wrong answers that every family shares.

Pure text from exact values: no parsing, no algebra. Polynomials are tuples of coefficients, the highest power first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

Number = int | Fraction


def boxed(text: object) -> str:
    """`\\boxed{text}`."""
    return f"\\boxed{{{text}}}"


def bracketed(value: Number) -> str:
    """A factor or a term after a sign: `3`, `(-3)`, `(2/3)`."""
    return f"({value})" if value < 0 or value.denominator != 1 else str(value)


def signed(value: Number) -> str:
    """A term after others: `+ 3`, `- 3`."""
    return f"- {-value}" if value < 0 else f"+ {value}"


def summed(values: Sequence[Number]) -> str:
    """`3 - 4 + 5`; the empty sum is `0`."""
    if not values:
        return "0"
    return " ".join((str(values[0]), *(signed(value) for value in values[1:])))


def decimal(value: int, places: int) -> str:
    """`value` over 10**places, exactly and without trailing zeros: (-1250, 3) is `-1.25`."""
    digits = str(abs(value)).rjust(places + 1, "0")
    whole, rest = (digits[:-places], digits[-places:].rstrip("0")) if places else (digits, "")
    return ("-" if value < 0 else "") + whole + (f".{rest}" if rest else "")


def listed(items: Sequence[object], joint: str = "and") -> str:
    """`1, 2 and 3`."""
    shown = [str(item) for item in items]
    return shown[0] if len(shown) == 1 else f"{', '.join(shown[:-1])} {joint} {shown[-1]}"


def polynomial(coefficients: Sequence[Number], x: str = "x") -> str:
    """As people write it: `3x^2 - x + 1`; fractions as `(1/2)x`; zero is `0`."""
    return _polynomial(coefficients, x, times="", power="^")


def sympy_polynomial(coefficients: Sequence[Number], x: str = "x") -> str:
    """As sympy reads it: `3*x**2 - x + 1`; fractions as `(1/2)*x`; zero is `0`."""
    return _polynomial(coefficients, x, times="*", power="**")


def _polynomial(coefficients: Sequence[Number], x: str, times: str, power: str) -> str:
    degree, parts = len(coefficients) - 1, list[str]()
    for index, value in enumerate(coefficients):
        if not value:
            continue
        exponent, size = degree - index, abs(value)
        factor = "" if exponent == 0 else x if exponent == 1 else f"{x}{power}{exponent}"
        number = f"({size})" if factor and isinstance(size, Fraction) and size.denominator > 1 else str(size)
        body = factor if factor and size == 1 else f"{number}{times if factor else ''}{factor}"
        sign = "-" if value < 0 else "+"
        parts.append(f" {sign} {body}" if parts else f"-{body}" if value < 0 else body)
    return "".join(parts) or "0"


def combination(coefficients: Sequence[Number], names: Sequence[str]) -> str:
    """A sum of unknowns as people write it: `2x - y + 3z`; zero is `0`."""
    text = ""
    for value, name in zip(coefficients, names, strict=True):
        if value:
            body = name if abs(value) == 1 else f"{abs(value)}{name}"
            text += f" {'-' if value < 0 else '+'} {body}" if text else f"-{body}" if value < 0 else body
    return text or "0"


def interval(low: Number | None, low_closed: bool, high: Number | None, high_closed: bool) -> str:
    """`[0, 3)`; None is infinite: `(-oo, 1)`."""
    left = "(-oo" if low is None else f"{'[' if low_closed else '('}{low}"
    right = "oo)" if high is None else f"{high}{']' if high_closed else ')'}"
    return f"{left}, {right}"


def braced(items: Iterable[object]) -> str:
    """A set in the order given: `{1, 2}`."""
    return "{" + ", ".join(str(item) for item in items) + "}"


def latex_set(text: str) -> str:
    """A set, an interval or a union of intervals as LaTeX: `\\{1, 2\\}`, `(-\\infty, 1) \\cup [2, 3]`."""
    text = text.replace("{", "\\{").replace("}", "\\}")
    return text.replace("oo", "\\infty").replace(" U ", " \\cup ")


def wrong_answers(right: object, echo: str, candidates: Iterable[tuple[str, object]]) -> Iterator[tuple[str, str]]:
    """(name, response) for each candidate that is not `right` as text, then the question echoed, an empty box, a hedge.

    Candidates must be written the way `right` is, so that equal values are equal texts. So must the echo, where a
    question may be its own answer (a matrix that is its own inverse).
    """
    other: object = 0 if str(right) != "0" else 1
    for name, candidate in candidates:
        if str(candidate) != str(right):
            yield name, boxed(candidate)
            other = candidate
    if echo != str(right):
        yield "echo", boxed(echo)
    yield "empty", boxed("")
    yield "hedged", f"{boxed(right)} or {boxed(other)}"
