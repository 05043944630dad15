"""Labelled answers that lie close to one another: a comma, a word or a sign apart, one is right and the next is not."""

from __future__ import annotations

from collections.abc import Iterator

Case = tuple[str, str, str, bool]
Pairs = list[tuple[str, list[str], list[str]]]

_BOXES: Pairs = [  # what stands around a box, and makes it a part of something else
    ("12", [
        "$x = \\boxed{12}$", "x=\\boxed{12}", "Thus $5+7=\\boxed{12}$.", "\\[ \\boxed{12} \\]", "= \\boxed{12} \\text{ cm}",
        "so the answer is $\\boxed{12}$ apples.", "$\\therefore \\boxed{12}$", "$$\\text{Answer: } \\boxed{12}$$",
        "$x \\approx \\boxed{12}$", "$x \\Rightarrow \\boxed{12}$", "$x \\to \\boxed{12}$", "x -> \\boxed{12}",
        "$3^5 \\equiv \\boxed{12} \\pmod{11}$", "$\\displaystyle \\boxed{12}$", "$\\textcolor{red}{\\boxed{12}}$",
        "$\\mathbf{\\boxed{12}}$", "{\\large \\boxed{12}}", "\\noindent\\boxed{12}", "> \\boxed{12}", "<b>\\boxed{12}</b>",
        "$$\\begin{aligned} x &= 3 + 9 \\\\[2pt] &= \\boxed{12} \\end{aligned}$$", "\\(x = 12\\) \\boxed{12}",
        "She makes $18. So 18 - 6 = 12.\n\n\\boxed{12}", "It costs $4 (a) \\boxed{12}.", "the answer (\\boxed{12})",
        "\\boxed{12} — this is the answer.", "$\\boxed{12}$ cm² of paper.", "\\boxed{12} squared units.",
        "So she has $\\boxed{12}$ quarters.", "Since it is not $13$, \\boxed{12}.", "答案是\\boxed{12}",
    ], [
        "$5 \\cdot \\boxed{12}$", "$2 \\times \\boxed{12}$", "$144 \\div \\boxed{12}$", "$5 \\pm \\boxed{12}$", "$\\sqrt \\boxed{12}$",
        "$x\\boxed{12}$", "$(3+4)\\boxed{12}$", "$x \\ne \\boxed{12}$", "$x > \\boxed{12}$", "$x \\ge \\boxed{12}$", "$x \\not= \\boxed{12}$",
        "x <= \\boxed{12}", "$10^{\\boxed{12}}$", "$x_{\\boxed{12}}$", "$\\frac{7}{\\boxed{12}}$", "$\\frac{\\sqrt{7}}{\\boxed{12}}$",
        "$\\binom{20}{\\boxed{12}}$", "$2 \\times {\\boxed{12}}$", "$\\pi\\boxed{12}$", "$\\sin \\boxed{12}$", "$5\\,\\boxed{12}$",
        "$5(\\boxed{12})$", "$x^{2} \\boxed{12}$", "\\[ 3! \\boxed{12} \\]", "144 ÷ \\boxed{12}", "$5 × \\boxed{12}$", "√\\boxed{12}",
        "\\boxed{12} thousand", "\\boxed{12}\\text{ million}", "$\\boxed{12}$ million", "\\boxed{12} dozen", "\\boxed{12} squared",
        "\\boxed{12} sixths", "\\boxed{12}²", "\\boxed{12}½", "\\boxed{12}π", "\\boxed{12} × x", "negative \\boxed{12}",
        "minus $\\boxed{12}$", "The answer is not \\boxed{12}", "It isn't \\boxed{12}.", "It is not equal to $\\boxed{12}$.",
    ]),
]  # fmt: skip

_INTEGERS: Pairs = [
    *_BOXES,
    ("12", [], ["\\boxed{\\$12,000}", "\\boxed{12,000 apples}", "\\boxed{12{,}000}"]),
    ("12000", ["\\boxed{\\$12,000}", "\\boxed{12,000 apples}", "\\boxed{12{,}000\\text{ cm}}"], []),
    ("5", ["5 apples", "5 sixth graders", "5 seconds", "5 squared units"],
          ["5 squared", "5 cubed", "5\\text{ sixths}", "5 halves", "5 hundredths", "5 lakh", "5 millions", "5 dozens",
           "5 choose two", "5 factorial"]),
    ("-4", ["negative 4", "minus 4", "\\boxed{\\text{negative four}}", "Negative four", "\\boxed{\\text{negative } 4}",
            "The answer is negative 4."], ["minus -4", "four", "\\boxed{\\text{negative five}}"]),
    ("4", [], ["negative 4", "minus four", "\\boxed{\\text{negative four}}"]),
    ("1", ["1 point"], []),
]  # fmt: skip

_RATIONALS: Pairs = [
    ("7/3", ["\\boxed{\\frac{7}{3} \\approx 2.33}"], ["\\boxed{2.33 \\approx \\frac{7}{3}}"]),
    ("-1/2", ["negative \\frac{1}{2}", "minus 1/2"], ["negative -\\frac{1}{2}"]),
]

_DECIMALS: Pairs = [
    ("1.234", ["\\boxed{1.234\\text{ m}}"], ["\\boxed{1,234\\text{ m}}", "\\boxed{1{,}234}"]),
    ("1234.567", ["1,234.567", "1234,567"], ["1,234,567"]),
    ("0.125", ["0,125"], []),
    ("3.5", ["3,5", "3{,}5"], ["35", "3,500"]),
    ("2.33", ["7/3 \\approx 2.33", "2.333 \\approx 2.33", "2.33 \\approx 2.3", "2.33 \\approx 2.4"],
             ["2.4 \\approx 2.33", "2.3 \\approx 2.33", "2.37 \\approx 2.4"]),
    ("2.4", ["2.36 \\approx 2.4"], ["2.33 \\approx 2.4", "2.4 \\% \\approx 2.4"]),
    ("1.41", ["\\sqrt{2} \\approx 1.41"], ["\\sqrt{2} \\approx 1.42"]),
    ("233000.0", ["\\frac{700000}{3} \\approx 2.33 \\times 10^5"], ["\\frac{700000}{3} \\approx 2.34 \\times 10^5"]),
    ("110.55", ["USD 110.55", "\\boxed{\\text{USD } 110.55}"], ["USD 110.56", "USD"]),
]  # fmt: skip

_PERCENTS: Pairs = [("49%", ["49,0\\%"], ["\\boxed{49,000\\%}"])]

_QUANTITIES: Pairs = [
    ("312 km", ["\\boxed{312.000 km}", "\\boxed{312,0 km}"], ["\\boxed{312,000 km}", "\\boxed{312,000}"]),
    ("62 L", ["62 L of 92% solution", "\\boxed{62\\text{ litres of 92\\% solution}}", "62 L of water", "62000 mL of the acid"],
             ["62 m of 92% solution", "62 mL of water", "62 L of 92", "62 L of less"]),
    ("5 dollars", ["USD 5", "\\$5"], ["EUR 5", "USD 6"]),
]  # fmt: skip

_EXPRESSIONS: Pairs = [
    ("216*pi", ["216\\pi", "216,0\\pi"], ["\\boxed{216,000\\pi}"]),
    ("sqrt(2)", [], ["1" * 400 + "e4000", "1" * 400 + "e-4000"]),
]

_COMPLEXES: Pairs = [("3 + 4*I", [], ["1" * 400 + "e4000"])]

_ANTIDERIVATIVES: Pairs = [
    ("x**3/3", [f"\\boxed{{\\frac{{x^3}}{{3}} + {tail}}}" for tail in (
        "\\text{constant}", "\\text{const.}", "constant", "\\text{a constant}", "C \\text{ (where } C \\text{ is a constant)}",
        "C, \\text{ where } C \\text{ is an arbitrary constant}", "C \\text{ (where C is a constant of integration)}",
        "C, C \\in \\mathbb{R}",
    )], [f"\\boxed{{{start}}}" for start in (
        "x^3 + \\text{constant}", "\\frac{x^3}{3} + x \\text{ (where } C \\text{ is a constant)}",
        "\\frac{x^3}{3} \\cdot \\text{constant}", "\\frac{x^3}{3} + \\text{something}",
    )]),
]  # fmt: skip

_ALL: dict[str, Pairs] = {
    "integer": _INTEGERS,
    "rational": _RATIONALS,
    "decimal": _DECIMALS,
    "percent": _PERCENTS,
    "quantity": _QUANTITIES,
    "expression": _EXPRESSIONS,
    "complex": _COMPLEXES,
    "antiderivative": _ANTIDERIVATIVES,
}


def cases(kind: str) -> Iterator[Case]:
    """Those of one type."""
    for gold, right, wrong in _ALL.get(kind, []):
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)
