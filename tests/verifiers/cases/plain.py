"""Labelled answers that are no formulas: times, numerals in other bases, ratios, choices, words; and golds without a type."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

Case = tuple[str, str, str, bool]
Pairs = list[tuple[str, list[str], list[str]]]

_TIMES: Pairs = [
    ("14:35", ["14:35", "2:35 PM", "2:35 p.m.", "2:35pm", "14:35:00", "\\text{2:35 PM}", "14:35.", "\\boxed{14:35}", "2:35\\text{ p.m.}"], ["2:35", "2:35 AM", "14:53", "4:35 PM", "14.35 hours ago", "35:14", "14", "14:36", "1435 minutes", "14:35 or 14:36"]),
    ("9:05", ["9:05", "09:05", "9:05 AM", "9:05 a.m."], ["9:5", "9:50", "21:05", "9:05 PM", "95", "9.5"]),
    ("12:00", ["12:00", "12:00 PM", "noon", "12 noon", "12:00 p.m."], ["1:00", "midnight", "12:00 AM", "00:00", "24:00"]),
    ("0:30", ["0:30", "00:30", "12:30 AM"], ["12:30", "12:30 PM", "30", "0:03"]),
    ("11:59 PM", ["11:59 PM", "23:59", "11:59 p.m."], ["11:59", "11:59 AM", "23:58", "12:00 AM"]),
    ("2024-03-05", ["2024-03-05", "March 5, 2024", "5 March 2024", "March 5th, 2024", "Mar 5, 2024", "2024/03/05", "the 5th of March 2024", "Tuesday, March 5, 2024"], ["2024-05-03", "March 5, 2023", "5 May 2024", "2024-03-06", "2024", "March 2024"]),
    ("July 4", ["July 4", "4 July", "July 4th", "the 4th of July"], ["June 4", "July 14", "July", "4"]),
]  # fmt: skip

_BASES: Pairs = [
    ("1011_2", ["1011_2", "1011_{2}", "1011", "0b1011", "(1011)_2", "1011_{\\text{two}}", "\\boxed{1011_2}", "1011 (base 2)", "\\text{1011}_2", "01011_2", "1011 in base 2", "11 = 1011_2"], ["1101_2", "11", "11_{10}", "1011_3", "1011_{10}", "B_{16}", "13_8", "10110_2", "101_2", "1011_2 or 1101_2"]),
    ("204_5", ["204_5", "204_{5}", "204", "204_{\\text{five}}"], ["402_5", "54", "204_6", "240_5", "54_{10}", "204_{10}"]),
    ("A3F_16", ["A3F_{16}", "a3f_{16}", "A3F", "0xA3F", "0xa3f", "\\text{A3F}_{16}", "\\mathrm{A3F}_{16}"], ["A3E_{16}", "2623", "3FA_{16}", "A3F_{17}", "AF3_{16}"]),
    ("1112112_3", ["1112112_3", "1112112_{3}", "1112112"], ["1112122_3", "1121", "112112_3", "1112112_4"]),
    ("777_8", ["777_8", "0o777", "777", "777 base 8", "777_{eight}"], ["511", "77_8", "7777_8", "777_9", "511_{10}"]),
    ("1011_2", ["\\boxed{N=1011_2}", "\\boxed{11=1011_2}", "\\boxed{11_{10}=1011_2}", "\\boxed{1010_2+1_2=1011_2}", "\\boxed{B_{16}=1011_2}", "\\boxed{1011=1011_2}", "\\boxed{\\text{Answer} = 1011_2}", "\\boxed{(11)_{10}=(1011)_2}", "\\boxed{x=1011_2}", "\\boxed{1011_2=1011_2}", "\\boxed{0b1011=1011_2}", "\\boxed{11 = 8+2+1 = 1011_2}", "\\boxed{x_1=1011_2}", "\\boxed{1011\\text{ (binary)}}", "\\boxed{x_{2}=1011_2}", "\\boxed{x = 1011}", "\\boxed{\\text{sum} = 1010_2 + 1_2 = 1011_2}", "\\boxed{1011_{\\text{two}} = 1011_2}", "\\boxed{11_{\\text{ten}}=1011_2}", "\\boxed{1011}"], ["\\boxed{1010_2=1011_2}", "\\boxed{10=1011_2}", "\\boxed{1010_2+1_2=1010_2}", "\\boxed{1010_2+0_2=1011_2}", "\\boxed{12_{10}=1011_2}", "\\boxed{A_{16}=1011_2}", "\\boxed{1011_2=1010_2}", "\\boxed{-N=1011_2}", "\\boxed{N_2=1011_2}", "\\boxed{\\text{sum} = 1010_2 + 10_2 = 1011_2}"]),
    ("1F_16", ["\\boxed{0X1F}", "\\boxed{1F\\text{ (hexadecimal)}}", "\\boxed{1F_{\\text{hex}}}", "\\boxed{0x1F}", "\\boxed{1F (hex)}", "\\boxed{31=1F_{16}}", "\\boxed{1f_{16}}"], ["\\boxed{0X1E}", "\\boxed{1F\\text{ (octal)}}", "\\boxed{1F_{\\text{oct}}}", "\\boxed{1E_{\\text{hex}}}", "\\boxed{0b11111}", "\\boxed{32=1F_{16}}"]),
]  # fmt: skip

_RATIOS: Pairs = [
    ("3:4", ["3:4", "3 : 4", "3 to 4", "3/4", "6:8", "\\frac{3}{4}", "3\\text{ to }4", "\\boxed{3:4}", "30:40", "1.5:2", "$3:4$"], ["4:3", "3:5", "3:40", "3-4", "34", "3, 4", "(3,4)", "3:4:1", "4 to 3", "\\frac{4}{3}", "7"]),
    ("2:3:5", ["2:3:5", "4:6:10", "2 : 3 : 5", "2 to 3 to 5"], ["5:3:2", "2:3", "2:3:6", "2:5:3", "10"]),
    ("1:2", ["1:2", "2:4", "\\frac12", "1 to 2", "50:100"], ["2:1", "1:3", "1:20", "12", "2"]),
    ("3:4", ["\\boxed{3:4=3:4}", "\\boxed{6:8=3:4}", "\\boxed{a:b=3:4}", "\\boxed{x:y=3:4}", "\\boxed{\\text{boys}:\\text{girls}=3:4}", "\\boxed{\\frac{6}{8}=\\frac34}", "\\boxed{A:B=3:4}", "\\boxed{\\frac{a}{b}=\\frac{3}{4}}", "\\boxed{a/b=3/4}", "\\boxed{B:A=3:4}", "\\boxed{ratio = 3:4}", "\\boxed{x_1:x_2=3:4}", "\\boxed{0.75}", "\\boxed{75\\%}", "\\boxed{6:8}", "\\boxed{\\alpha:\\beta=3:4}", "\\boxed{\\angle A:\\angle B=3:4}", "\\boxed{\\frac{AB}{BC}=\\frac{3}{4}}", "\\boxed{0.75:1=3:4}", "\\boxed{a:b == 3:4}", "\\boxed{\\text{Tom} : \\text{Ann} = 3 : 4}", "\\boxed{m:f=3:4}"], ["\\boxed{4:3=3:4}", "\\boxed{5:9=3:4}", "\\boxed{y:x=3:4}", "\\boxed{2:3=3:4}", "\\boxed{x=4=3:4}", "\\boxed{b:b=3:4}", "\\boxed{a^2:b^2=3:4}", "\\boxed{2a:b=3:4}", "\\boxed{1e999999999:3}", "\\boxed{\\sqrt{a}:b=3:4}", "\\boxed{c:a=3:4}", "\\boxed{-a:b=3:4}", "\\boxed{a:b=3:5=3:4}"]),
    ("32:78:27", ["\\boxed{8/9 : 13/6 : 3/4}", "\\boxed{64:156:54}", "\\boxed{8/9 : 13/6 : 3/4=32:78:27}"], []),
]  # fmt: skip
_REDUCED_RATIOS: list[tuple[str, bool]] = [
    ("3:4", True),
    ("6:8", False),
    ("3/4", True),
    ("6/8", False),
    ("1.5:2", False),
    ("\\boxed{3:4}", True),
    ("\\boxed{3 : 4}", True),
    ("\\boxed{3\\!:\\!4}", True),
    ("\\boxed{3 to 4}", True),
    ("\\boxed{3 \\text{ to } 4}", True),
    ("\\boxed{\\frac{3}{4}}", True),
    ("\\boxed{3/4}", True),
    ("\\boxed{a:b=3:4}", True),
    ("\\boxed{x:y = 3:4}", True),
    ("\\boxed{0.75}", False),
    ("\\boxed{75\\%}", False),
    ("\\boxed{\\frac{7500}{10^4}}", False),
    ("\\boxed{6:8=3:4}", False),
    ("\\boxed{6:8}", False),
    ("\\boxed{3.0:4}", False),
    ("\\boxed{1.5:2}", False),
    ("\\boxed{\\frac62:4}", False),
    ("\\boxed{4:3}", False),
    ("\\boxed{6/8}", False),
    ("\\boxed{3e5000:4e5000}", False),
]
_REDUCED_TRIPLES: list[tuple[str, bool]] = [
    ("\\boxed{32:78:27}", True),
    ("\\boxed{a:b:c=32:78:27}", True),
    ("\\boxed{32 : 78 : 27}", True),
    ("\\boxed{8/9 : 13/6 : 3/4}", False),
    ("\\boxed{64:156:54}", False),
    ("\\boxed{8/9 : 13/6 : 3/4=32:78:27}", False),
]

_CHOICES: Pairs = [
    ("B", ["B", "(B)", "b", "B.", "\\text{B}", "\\textbf{(B)}", "Option B", "B) 12 cm", "(B) 12 cm", "\\boxed{B}", "The answer is B.", "Answer: (B)", "\\mathrm{B}", "**B**", "The correct option is (B).", "B. x = 42"], ["A", "(C)", "D", "A or B", "B and C", "AB", "8", "Both", "not B", "(A) or (B)", "\\boxed{A} \\boxed{B}", "12 cm"]),
    ("C", ["C", "\\text{(C)}", "$\\boxed{\\text{(C)}}.$", "c", "Choice C", "C. x = 42"], ["D", "B", "(E)", "CC", "C or D"]),
    ("E", ["E", "\\mathrm{E}", "(E)", "$E$"], ["F", "\\mathrm{E}*2", "e^x", "A"]),
]  # fmt: skip

_TEXTS: Pairs = [
    ("knight", ["knight", "Knight", "the knight", "\\text{knight}", "\\text{Knight}", "knight.", "a knight", "\\boxed{\\text{knight}}", "**knight**", "KNIGHT"], ["knave", "knights and knaves", "night", "not knight", "knight or knave", "\\text{knave}", "kn"]),
    ("Evelyn", ["Evelyn", "\\text{Evelyn}", "evelyn", "$\\boxed{\\text{Evelyn}}$ is our answer."], ["Evan", "Eve", "Evelyn and Bob", "Eveline"]),
    ("odd", ["odd", "\\text{odd}", "Odd", "\\textbf{odd}"], ["even", "\\text{oddd}", "neither", "odd or even"]),
    ("yes", ["yes", "Yes", "\\text{yes}", "YES.", "**Yes**"], ["no", "maybe", "yes and no", "y"]),
    ("no solution", ["no solution", "No solution", "\\text{no solution}", "no solutions", "none"], ["one solution", "infinitely many", "0", "no"]),
    ("isosceles triangle", ["isosceles triangle", "Isosceles Triangle", "an isosceles triangle", "\\text{isosceles triangle}"], ["equilateral triangle", "scalene triangle", "triangle"]),
    ("Tuesday", ["Tuesday", "tuesday", "\\text{Tuesday}"], ["Thursday", "Monday", "Tue or Wed"]),
    ("KKN", ["\\boxed{K, K, N}", "\\boxed{K-K-N}", "\\boxed{K K N}", "\\boxed{KKN}", "\\boxed{kkn}", "\\boxed{\\text{K, K, N}}", "\\boxed{(K, K, N)}"], ["\\boxed{K, N, K}", "\\boxed{K-K}", "\\boxed{K or K, N}", "\\boxed{K, K, N, N}", "\\boxed{K-N-K}"]),
]  # fmt: skip


def _flat(pairs: Pairs) -> Iterator[Case]:
    for gold, right, wrong in pairs:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)


def times() -> Iterator[Case]:
    yield from _flat(_TIMES)


def bases() -> Iterator[Case]:
    yield from _flat(_BASES)
    rng = Random("bases")
    for _ in range(8):
        number = rng.randrange(20, 200)
        for base, digits in ((2, f"{number:b}"), (8, f"{number:o}"), (16, f"{number:X}")):
            yield f"{digits}_{base}", "value", f"{digits}_{{{base}}}", True
            yield f"{digits}_{base}", "value", f"{digits}_{{{base + 1}}}", False
            yield f"{digits}_{base}", "value", f"{number}_{{10}}", False


def ratios() -> Iterator[Case]:
    yield from _flat(_RATIOS)
    yield from (("3:4", "reduced", answer, right) for answer, right in _REDUCED_RATIOS)
    yield from (("32:78:27", "reduced", answer, right) for answer, right in _REDUCED_TRIPLES)
    huge = "1" * 400 + "e4000"  # past the digits that Python writes
    for form in ("value", "reduced"):
        yield from (("3:4", form, answer, False) for answer in (huge, f"{huge}:1", f"{huge}:7e4000", f"a:b={huge}:1"))


def choices() -> Iterator[Case]:
    yield from _flat(_CHOICES)


def texts() -> Iterator[Case]:
    yield from _flat(_TEXTS)


def untyped() -> Iterator[Case]:
    """Golds from anywhere, in LaTeX or plain, whose type nobody says."""
    yield from _flat(_UNTYPED)


_UNTYPED: Pairs = [
    ("$\\frac{1}{2}$", ["0.5", "1/2", "\\boxed{\\frac{1}{2}}", "2/4"], ["1/3", "2", "0.55"]),
    ("$\\frac{1}{12}$", ["0.0833333333333333", "1/12"], ["0.0833", "1/21", "0.08"]),
    ("4.123105625617661", ["\\sqrt{17}", "4.123105625617661"], ["4", "\\sqrt{16}", "4.123105625617663"]),
    ("$\\sqrt{2}$", ["\\sqrt 2", "√2"], ["2", "\\sqrt 3", "1.41"]),
    ("$90^\\circ$", ["90^\\circ", "90", "90°", "Hence, the angle is $\\boxed{90^\\circ}.$"], ["80^\\circ", "9", "90 \\text{ rad}"]),
    ("$15\\mbox{ cm}^2$", ["15", "15 cm^2", "\\boxed{15\\text{ cm}^2}"], ["15 cm", "15 m^2", "16"]),
    ("$125$ miles", ["125", "125\\textnormal{ miles}", "125 miles"], ["125 km", "12.5", "152"]),
    ("$28\\%$", ["28%", "28", "0.28", "28 percent"], ["2.8%", "280", "0.028"]),
    ("$-2,1$", ["-2, 1", "1,-2", "x = -2 or x = 1", "\\boxed{-2,1}."], ["-2", "(-2,1)", "2,-1", "-2.1"]),
    ("\\boxed{1} and \\boxed{2}", ["1,2", "\\boxed{2} \\text{ and } \\boxed{1}"], ["1", "12", "(1,2)"]),
    ("$[0,1)$", ["[0,1)", "0\\le x<1"], ["(0,1)", "[0,1]", "\\{0,1\\}"]),
    ("$(1,2)$", ["(1,2)", "1<x<2", "x = 1, y = 2", "$(1,2).$"], ["\\{1,2\\}", "(2,1)", "[1,2]"]),
    ("$(3,1)$", ["(3,1)"], ["{1,3}", "(1,3)", "\\{3,1\\}"]),
    ("$x > 5$", ["x>5", "5<x", "(5,\\infty)"], ["x<5", "x\\ge5", "5"]),
    ("$x^2+2x+1$", ["(x+1)^2", "1+2x+x^2"], ["x^2+2x", "(x-1)^2"]),
    ("$y = 2x+1$", ["y=2x+1", "2x+1", "2x-y+1=0"], ["y=2x-1", "2x-1", "x=2y+1"]),
    ("$f(x) = 3x^2$", ["3x^2", "f(x)=3x^2"], ["3x", "x^2", "f(x)=3x^3"]),
    ("$7 = 11a+c$", ["7=11a+c", "c = 7-11a"], ["11a+c", "7", "11a+c=8"]),
    ("$a +3z = 0$", ["a+3z=0", "a=-3z"], ["0", "a-3z=0", "a+3z"]),
    ("$k=1$", ["1", "k=1"], ["k=2", "2", "k"]),
    ("$\\pm 2021$", ["\\pm 2021", "\\{-2021, 2021\\}", "2021, -2021"], ["2021", "-2021", "\\pm 2020"]),
    ("$12:00$", ["12:00"], ["1:00", "12", "00:12"]),
    ("$204_5$", ["204_5", "204_{5}"], ["54", "402_5"]),
    ("$\\text{C}$", ["C", "(C)", "\\text{(C)}"], ["D", "A"]),
    ("$\\begin{pmatrix}1 & 2 \\\\ 3 & 4\\end{pmatrix}$", ["\\begin{bmatrix}1 & 2 \\\\ 3 & 4\\end{bmatrix}", "[[1,2],[3,4]]"], ["\\begin{pmatrix}1 & 2 \\\\ 3 & 5\\end{pmatrix}", "\\begin{pmatrix}1 & 3 \\\\ 2 & 4\\end{pmatrix}"]),
    ("$3+4i$", ["3+4i", "4i+3"], ["3-4i", "4+3i", "5"]),
    ("$\\{1,2,3\\}$", ["\\{3,2,1\\}", "1,2,3"], ["\\{1,2\\}", "(1,2,3)", "1, 2, 3, ..."]),
    ("$\\emptyset$", ["\\emptyset", "\\{\\}", "no solution"], ["0", "\\{0\\}"]),
    ("$\\mathbb{R}$", ["\\mathbb{R}", "(-\\infty,\\infty)", "all real numbers"], ["\\emptyset", "[0,\\infty)"]),
    ("$\\infty$", ["\\infty", "∞"], ["-\\infty", "0", "1000000"]),
    ("\\text{even}", ["even", "\\text{even}"], ["odd"]),
    ("$1,234$", ["1234", "1{,}234", "1,234"], ["1.234", "1, 234", "12340"]),
    ("1000", ["1,000", "1 000", "1000.0", "10^3 = 1000"], ["100", "1,00", "10,000"]),
    ("so $x=1/5$, or $\\boxed{20}$ percent.", ["\\boxed{20 \\%}.", "20%"], ["2%", "0.02"]),
    ("$f(2) < f(1) < f(4)$", ["f(2) < f(1) < f(4)", "Hence, $\\boxed{f(2) < f(1) < f(4)}.$"], ["f(1) < f(2) < f(4)", "f(4) < f(1) < f(2)"]),
    ("$F_n = \\sum_{k=0}^{n-1} F_k F_{n-k-1}$", ["F_n = \\sum_{k=0}^{n-1} F_k F_{n-k-1}"], ["F_n = \\sum_{k=0}^{n-2} F_k F_{n-k-2}"]),
    ("$3:4$", ["3:4", "6:8"], ["4:3", "3:5"]),
    ("$-\\frac{2(x^2+6)}{9(x^2-2)\\sqrt[3]{x^2-2}^2}$", ["-\\frac{8x^2}{9(x^2-2)^{5/3}}+\\frac{2}{3(x^2-2)^{2/3}}"], ["-\\frac{2(x^2-6)}{9(x^2-2)\\sqrt[3]{x^2-2}^2}"]),
    ("$\\frac{\\pi}{4}$", ["\\pi/4", "\\frac14\\pi", "0.25\\pi"], ["\\frac{\\pi}{2}", "0.785", "\\frac{4}{\\pi}"]),
    ("\\$32{,}348", ["32348", "$32,348$", "\\$32,\\!348"], ["32,349", "€32348", "32.348"]),
]  # fmt: skip
