"""Exact numbers as text: roots taken apart, sums written for sympy and in LaTeX."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tracemill.problems.exact import (
    fraction_latex,
    pi_latex,
    pi_plain,
    plus,
    quotient,
    root,
    roots_latex,
    roots_plain,
    square_part,
    sum_plain,
    times,
    tuple_latex,
)


def test_every_number_is_a_square_times_what_holds_none() -> None:
    for n in range(1, 3000):
        outside, inside = square_part(n)
        assert outside * outside * inside == n
        assert all(inside % (p * p) for p in range(2, 55))


def test_a_large_square_of_a_prime_is_found() -> None:
    assert square_part(2 * 99991**2) == (99991, 2)


def test_roots_of_fractions_have_no_root_below() -> None:
    assert root(Fraction(3, 8)) == {6: Fraction(1, 4)}
    assert root(0) == {}
    with pytest.raises(ValueError, match="-2"):
        root(-2)


def test_sums_and_products_of_roots() -> None:
    conjugates = times(plus(root(5), root(3)), plus(root(5), times(root(3), -1)))
    assert conjugates == {1: 2}
    assert plus(root(8), times(root(2), -2)) == {}


def test_texts() -> None:
    value = {1: Fraction(-3, 2), 5: Fraction(7, 3)}
    assert roots_plain(value) == "-3/2 + 7*sqrt(5)/3"
    assert roots_latex(value) == "-\\frac{3}{2} + \\frac{7\\sqrt{5}}{3}"
    assert sum_plain([]) == roots_plain({}) == "0"
    assert (pi_plain(1), pi_latex(Fraction(-1, 2))) == ("pi", "-\\frac{\\pi}{2}")
    assert tuple_latex((Fraction(1, 2), -3)) == "(\\frac{1}{2}, -3)"
    assert fraction_latex(Fraction(-7, 3)) == "-\\frac{7}{3}"
    assert (quotient(90, 4), quotient(7, 3), quotient(-6, 3)) == ("90/4 = 45/2", "7/3", "(-6)/3 = -2")
