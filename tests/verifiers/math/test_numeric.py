"""Evaluation with a bound on the error, in this process: the cases are small."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tracemill.verifiers.math import numeric
from tracemill.verifiers.math.canonical import Undecided
from tracemill.verifiers.math.parser import parse
from tracemill.verifiers.math.symbolic import Symbolic


@pytest.mark.parametrize(
    ("left", "right", "same"),
    [
        ("\\sin^2 x+\\cos^2 x", "1", True),
        ("\\sin^2 x+\\cos^2 x", "1.0000000000000000001", False),
        ("\\sqrt{x^2}", "x", False),
        ("\\sqrt{x^2}", "|x|", True),
        ("\\ln(x^2)", "2\\ln x", True),
        ("\\sqrt{3+2\\sqrt2}", "1+\\sqrt2", True),
        ("\\sqrt{3+2\\sqrt2}", "1+\\sqrt2+10^{-90}", False),
        ("\\cosh 100", "\\frac{e^{100}}{2}", False),
        ("\\sqrt{10^{3000}+1}", "3-2i", False),
        ("e^{2+i}", "e^2(\\cos 1+i\\sin 1)", True),
        ("e^{2+i}", "e^2(\\cos 1-i\\sin 1)", False),
        ("\\sin \\pi", "0", True),
    ],
)
def test_equal(left: str, right: str, same: bool) -> None:
    assert numeric.equal(parse(left), parse(right)) is same


def test_what_is_nowhere_defined_is_not_decided() -> None:
    with pytest.raises(Undecided):
        numeric.equal(parse("\\sqrt{-1-x^2}+\\sqrt{-3-x^2}"), parse("\\ln(-1-x^2)"))


def test_up_to_a_constant() -> None:
    assert numeric.constant_difference(parse("\\ln|x|"), parse("\\ln x"), "x")
    assert numeric.constant_difference(parse("-\\frac{\\cos 2x}{4}"), parse("\\frac{\\sin^2 x}{2}"), "x")
    assert not numeric.constant_difference(parse("-\\frac{\\cos 2x}{2}"), parse("\\frac{\\sin^2 x}{2}"), "x")


def test_a_huge_constant_is_no_antiderivative() -> None:
    with pytest.raises(Undecided):
        numeric.constant_difference(parse("\\sqrt{10^{3000}+1}"), parse("\\frac{x^2}{2}"), "x")


def test_proportional_has_a_sign() -> None:
    assert numeric.ratio(parse("2\\sin x"), parse("\\sin x")) == 1
    assert numeric.ratio(parse("-2\\sin x"), parse("\\sin x")) == -1
    assert numeric.ratio(parse("\\sin x"), parse("\\cos x")) is None


def test_near() -> None:
    assert abs(numeric.near(parse("\\pi"), 30) - Fraction("3.14159265358979323846264338327950288")) < Fraction(
        1, 10**30
    )


def test_factors_are_irreducible() -> None:
    assert Symbolic().irreducible(parse("(x-1)(x+1)(x^2+1)"))
    assert not Symbolic().irreducible(parse("(x^2-1)(x^2+1)"))
