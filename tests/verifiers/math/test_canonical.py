"""Exact arithmetic against values worked out by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tracemill.problems.types import MathReference
from tracemill.verifiers.math.canonical import Undecided, Undefined, equal, rational
from tracemill.verifiers.math.decision import Conventions
from tracemill.verifiers.math.judge import judge_math
from tracemill.verifiers.math.oracle import EXACT
from tracemill.verifiers.math.parser import parse


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("\\sqrt{12}", "2\\sqrt{3}"),
        ("\\frac{1}{1+\\sqrt2}", "\\sqrt2-1"),
        ("\\sqrt{2}\\sqrt{3}", "\\sqrt{6}"),
        ("\\sqrt[3]{-8}", "-2"),
        ("\\sqrt{-4}", "2i"),
        ("(1+2i)(3-i)", "5+5i"),
        ("(x+1)^2", "x^2+2x+1"),
        ("\\frac{x^2-1}{x-1}", "x+1"),
        ("x^{2/3}", "\\sqrt[3]{x^2}"),
        ("2^{x+1}", "2\\cdot 2^x"),
        ("4^x", "2^{2x}"),
        ("e^xe^{-x}", "1"),
        ("\\ln 12", "2\\ln 2+\\ln 3"),
        ("\\log_2 8", "3"),
        ("\\sin(\\pi/12)", "\\frac{\\sqrt6-\\sqrt2}{4}"),
        ("\\arcsin\\frac12", "\\frac{\\pi}{6}"),
        ("e^{i\\pi}", "-1"),
        ("\\gcd(54, 24)", "6"),
        ("\\binom{n}{2}", "\\frac{n(n-1)}{2}"),
    ],
)
def test_equal(left: str, right: str) -> None:
    assert equal(parse(left), parse(right))


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("\\frac{1}{2^{99}}", "\\frac{1}{2^{98}}"),
        ("10^{-20}", "10^{-21}"),
        ("\\sqrt{2}+\\sqrt{3}", "\\sqrt{5}"),
        ("\\pi", "\\frac{22}{7}"),
        ("(x+1)^2", "x^2+1"),
        ("2^x", "x^2"),
        ("\\pi + 10^{-90}", "\\pi"),
    ],
)
def test_not_equal(left: str, right: str) -> None:
    assert not equal(parse(left), parse(right))


@pytest.mark.parametrize(
    "text", ["9^{9^{9^9}}", "(x+y+z+1)^{60}", "x^{10^{20}} + (x+1)^{1000}", "5000!", "\\sqrt{10^{30}+57}"]
)
def test_past_the_bounds_nothing_is_decided(text: str) -> None:
    with pytest.raises(Undecided):
        equal(parse(text), parse("5"))


def test_functions_prove_equality_but_not_difference() -> None:
    assert equal(parse("\\sin x + 1"), parse("1 + \\sin x"))
    with pytest.raises(Undecided):
        equal(parse("\\sin^2 x + \\cos^2 x"), parse("1"))


@pytest.mark.parametrize("text", ["1/0", "0^0", "\\ln 0", "\\tan\\frac{\\pi}{2}", "\\infty + 1"])
def test_what_has_no_value(text: str) -> None:
    with pytest.raises(Undefined):
        equal(parse(text), parse("1"))


def test_rational() -> None:
    assert rational(parse("\\frac{1}{2}+\\frac{1}{3}")) == Fraction(5, 6)
    assert rational(parse("\\sqrt{2}")) is None


def test_functions_in_one_another_are_soon_left_alone() -> None:
    """Each arctan of an arctan was held against every value of the table, in the host, where no limit kills it."""
    with pytest.raises(Undecided, match="functions are left"):
        judge_math(MathReference(answer="60", type="integer"), "5" + "\\tan^{-1}" * 40 + "9", EXACT, Conventions())
