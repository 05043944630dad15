"""What a text is read as, and what is not read."""

from __future__ import annotations

import pytest

from tracemill.verifiers.math.lexer import MAX_CHARS, Dialect, Unreadable, normalise
from tracemill.verifiers.math.parser import parse
from tracemill.verifiers.math.tree import show


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("\\frac12", "(1)/(2)"),
        ("\\dfrac{a+b}{2}", "((a + b))/(2)"),
        ("3\\frac{1}{2}", "7/2"),
        ("3 1/2", "7/2"),
        ("3½", "7/2"),
        ("1,000", "1000"),
        ("1{,}000", "1000"),
        ("10,\\!000", "10000"),
        ("0.\\overline{3}", "1/3"),
        ("1.5e-3", "3/2000"),
        ("1/2x", "(1)/(2)*x"),
        ("2^3^2", "(2)^((3)^(2))"),
        ("-3^2", "-(3)^(2)"),
        ("xy^2", "x*(y)^(2)"),
        ("e^xy", "(e)^(x)*y"),
        ("x^10", "(x)^(10)"),
        ("\\sin 2x \\cos x", "sin(2*x)*cos(x)"),
        ("\\sin^2 x", "(sin(x))^(2)"),
        ("\\sin^{-1} x", "arcsin(x)"),
        ("\\log_2 8", "log(8, 2)"),
        ("sinx", "sin(x)"),
        ("√2", "sqrt(2)"),
        ("\\sqrt[3]{x}", "root(x, 3)"),
        ("||x|-1|", "abs((abs(x) + -1))"),
        ("5!", "factorial(5)"),
        ("12\\%", "12%"),
        ("x²", "(x)^(2)"),
        ("10⁻²⁰", "(10)^(-20)"),
        ("(-\\infty, 1] ∪ (2, ∞)", "(-oo, 1] union (2, oo)"),
        ("\\{1, 2\\}", "{1, 2}"),
        ("{1, 2}", "{1, 2}"),
        ("[[12], [18]]", "[[12], [18]]"),
        ("x = 3, y = -1", "x = 3, y = -1"),
        ("19, 46, and 82", "19 and 46 and 82"),
        ("1 \\pm \\sqrt{19}", "(1 + ±sqrt(19))"),
        ("\\begin{pmatrix}1 & 2 \\\\ 3 & 4\\end{pmatrix}", "[[1, 2], [3, 4]]"),
        ("\\begin{cases} x = 3 \\\\ y = -1 \\end{cases}", "x = 3 and y = -1"),
        ("3:4", "3:4"),
        ("x - 2 = 0 \\Rightarrow x = 2", "x = 2"),
    ],
)
def test_reads(text: str, tree: str) -> None:
    assert show(parse(text)) == tree


@pytest.mark.parametrize(
    "text",
    [
        "",
        "5 6",
        "2\\frac{3}{2}",
        "11 7/6",
        "\\frac{1}",
        "\\sqrt{2",
        "(1, 2",
        "\\int_0^1 x dx",
        "\\sum_{k=1}^n k",
        "1, 2, 3, ...",
        "apples",
        "x2",
        "1 +",
        "= 5 =",
        "\\frac1e9",
        "\\begin{pmatrix}1 & 2 \\\\ 3\\end{pmatrix}",
        "(" * 60 + "1" + ")" * 60,
        "1" + "/2" * 200,
        "5" + "!" * 200,
        "1+" * 2000 + "1",
        "x" * (MAX_CHARS + 1),
        "1" * 400 + "e4000",
        "\x00",
    ],
)
def test_does_not_read(text: str) -> None:
    with pytest.raises(Unreadable):
        parse(text)


def test_a_dialect_decides_what_could_be_read_in_two_ways() -> None:
    assert show(parse("1,000", Dialect(commas_group=False))) == "1, 0"
    assert show(parse("2,74", Dialect(comma_decimal=True))) == "137/50"
    assert show(parse("3 - 2*I", Dialect(i_names="iI"))) == "(3 + -2*i)"
    assert show(parse("3 - 2*I")) == "(3 + -2*I)"


def test_dollar_signs_in_pairs_are_math_mode_and_a_single_one_is_money() -> None:
    assert normalise("$5$") == "5"
    assert normalise("$5") == "\\$5"
    assert normalise("\\(5\\)") == "5"
