"""What an answer leaves undone, and the shapes a problem may ask for."""

from __future__ import annotations

import pytest

from tracemill.verifiers.math import forms, shapes
from tracemill.verifiers.math.parser import parse


@pytest.mark.parametrize(
    "text",
    [
        "5",
        "-5",
        "1/2",
        "2/4",
        "0.5",
        "3\\frac12",
        "12\\%",
        "1.5\\times 10^8",
        "10^{-20}",
        "2\\sqrt{3}",
        "\\frac{3\\pi}{4}",
    ],
)
def test_done(text: str) -> None:
    assert not forms.undone(parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "2+2",
        "3\\times 4",
        "2^3",
        "5!",
        "\\sqrt{16}",
        "\\gcd(54,24)",
        "\\sin 30^\\circ",
        "--5",
        "3\\times 4\\sqrt{2}",
        "(1+2i)(3-i)",
        "i^2",
        "\\frac{1}{i}",
        "2\\sqrt2+3\\sqrt2",
        "9^{9^{9^9}}",
    ],
)
def test_undone(text: str) -> None:
    assert forms.undone(parse(text))


def test_reduced() -> None:
    for text in (
        "\\frac{3}{4}",
        "\\frac{7}{10^4}",
        "\\frac{x+1}{x+2}",
        "\\frac{2x+1}{2x+4}",
        "\\frac{x^2+1}{x^2-1}",
        "\\frac{x+y}{x^2-1}",
        "\\frac{1}{1+\\sqrt2}",
    ):
        assert shapes.is_reduced(parse(text)), text
    for text in (
        "2/4",
        "3/1",
        "\\frac{2x}{4}",
        "\\frac{x^2}{x}",
        "\\frac{7500}{10^4}",
        "\\frac{x^2-1}{x^2+x-2}",
        "\\frac{2x+2}{2x+4}",
        "\\frac{(x-1)(x+1)}{(x-1)(x+2)}",
        "\\frac{x^2-1}{x-1}",
    ):
        assert not shapes.is_reduced(parse(text)), text


def test_expanded() -> None:
    for text in ("x^2+3x+2", "\\frac{x^2+3x}{2}", "-x^2", "\\frac{x^2}{2}-\\frac{3x}{2}", "x+\\sin(x+1)", "2"):
        assert shapes.is_expanded(parse(text)), text
    for text in (
        "(x+1)(x+2)",
        "x(x+3)+2",
        "x^2+x+2x+2",
        "-(x-4)",
        "\\frac{x^3-1}{x-1}",
        "-2\\cdot\\frac{5x-11}{1}",
        "\\frac{x+1}{1}\\cdot\\frac{x+2}{1}",
        "\\frac{5x-11}{1}",
        "x\\cdot\\frac{x+3}{2}",
        "10000(x-1)\\%(x+1)\\%",
        "(\\frac{x+1}{2})^2",
        "(-(x+1))^2",
        "(x^2+2x+1)+(3x+4)",
        "x^2+(2x+3x)+5",
        "(2x+5)+x^2+3x",
        "\\frac{x^2+x-x-1}{2}",
        "x^2+(x-x)-1",
    ):
        assert not shapes.is_expanded(parse(text)), text


def test_factors_up_to_order_and_sign() -> None:
    assert shapes.same_factors(parse("(x+1)(x-2)"), parse("(2-x)(-x-1)"))
    assert shapes.same_factors(parse("(x+1)^2"), parse("(x+1)(x+1)"))
    assert not shapes.same_factors(parse("(x+1)(x-2)"), parse("x^2-x-2"))
    for text in ("2(x+1)(x+3)", "\\frac{(x+1)(x+3)}{2}", "\\frac12(x+1)", "-(x+1)^2"):
        assert shapes.content_is_out(parse(text)), text
    for text in ("(2x+2)(x+3)", "\\frac{21x-27}{1}", "\\frac{(2x-2)(x+1)}{2}", "\\frac{x+1}{1}"):
        assert not shapes.content_is_out(parse(text)), text
