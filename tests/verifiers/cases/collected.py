"""Labelled answers that hold several values: sets, tuples, intervals, matrices."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

Case = tuple[str, str, str, bool]

_SETS: list[tuple[str, list[str], list[str]]] = [
    ("{1, 2}", ["\\{1,2\\}", "{1, 2}", "{2, 1}", "1, 2", "1 and 2", "2 and 1", "x=1 or x=2", "x=1 \\text{ or } x=2", "x = 1, 2", "x=1, x=2", "x \\in \\{1,2\\}", "1 \\text{ and } 2", "\\left\\{1, 2\\right\\}", "\\{1,2,1\\}", "x_1=1, x_2=2", "\\boxed{1, 2}", "\\boxed{1} and \\boxed{2}", "\\{1, 2\\}."], ["(1,2)", "[1,2]", "\\{1\\}", "1", "2", "\\{1,3\\}", "\\{1,2,3\\}", "\\{-1,-2\\}", "1 \\text{ or } 3", "12", "1<x<2", "x=1, y=2", "\\{1, 1+1\\}", "\\{\\}", "\\emptyset", "1.2", "\\{(1,2)\\}", "\\begin{pmatrix}1 & 2\\\\0 & 1\\end{pmatrix}", "(C \\cap B) \\triangle A", "A \\cap B"]),
    ("{-3, 3}", ["\\pm 3", "\\{-3,3\\}", "x=\\pm 3", "3, -3", "3 and -3", "x = 3 or x = -3", "\\{\\pm 3\\}", "±3"], ["3", "-3", "(-3,3)", "[-3,3]", "|x|=3", "\\sqrt{9}", "x^2=9", "\\pm 9", "\\{3\\}"]),
    ("{1 - sqrt(19), 1 + sqrt(19)}", ["1 \\pm \\sqrt{19}", "x=1\\pm\\sqrt{19}", "1+\\sqrt{19}, 1-\\sqrt{19}", "\\{1-\\sqrt{19},1+\\sqrt{19}\\}"], ["1+\\sqrt{19}", "1\\pm 19", "-1\\pm\\sqrt{19}", "\\pm\\sqrt{19}", "1 \\pm \\sqrt{91}"]),
    ("{3 - 2*sqrt(2), 3 + 2*sqrt(2)}", ["3 \\pm 2 \\sqrt{2}", "3\\pm\\sqrt{8}", "\\{3+2\\sqrt2, 3-2\\sqrt2\\}"], ["3+2\\sqrt{2}", "2\\pm 3\\sqrt{2}", "3\\pm\\sqrt{2}"]),
    ("{-2, 1 - sqrt(5), 1 + sqrt(5)}", ["\\{1\\pm\\sqrt{5},-2\\}", "-2, 1\\pm\\sqrt5", "\\{-2, 1+\\sqrt5, 1-\\sqrt5\\}", "-2 and 1 \\pm \\sqrt{5}"], ["1\\pm\\sqrt5", "\\{2, 1\\pm\\sqrt5\\}", "\\{-2,1+\\sqrt5\\}"]),
    ("{5}", ["\\{5\\}", "5", "x=5", "{5}", "x \\in \\{5\\}"], ["\\{-5\\}", "\\{5,6\\}", "\\emptyset", "(5)(1)", "[5,5.5]"]),
    ("{}", ["\\emptyset", "\\{\\}", "∅", "no solution", "\\varnothing", "no real solutions", "\\text{no solution}", "none"], ["0", "\\{0\\}", "\\{\\emptyset\\}", "all real numbers", "1"]),
    ("{1/2, -3}", ["\\{\\frac12,-3\\}", "-3, 1/2", "x=0.5 or x=-3", "x = \\frac{1}{2}, x = -3", "-3 and \\frac{1}{2}"], ["\\{-\\frac12,3\\}", "\\frac12", "\\{2,-3\\}", "(1/2, -3)", "\\{1/2, 3\\}"]),
    ("{19, 46, 82}", ["19, 46, and 82", "\\{82,46,19\\}", "19, 46, \\text{ and } 82", "19,46,82", "46; 19; 82"], ["21, 36, and 82", "19, 46", "19, 46, 82, 83", "(19,46,82)", "147"]),
    ("{2, 3, 5, 7}", ["\\{2,3,5,7\\}", "2, 3, 5, 7", "7,5,3,2", "\\{2, 3, 5, 7\\}"], ["\\{2,3,5\\}", "\\{1,2,3,5,7\\}", "2357", "\\{2,3,5,9\\}", "2 \\le x \\le 7", "2, 3, 5, ..."]),
    ("{0, 1}", ["\\{0,1\\}", "0, 1", "0 or 1", "x=0 \\lor x=1", "0 \\text{ and } 1"], ["(0,1)", "[0,1]", "0.1", "\\{0\\}", "1", "0 \\le x \\le 1"]),
    ("{(1, 2), (3, 4)}", ["\\{(1,2),(3,4)\\}", "(1,2), (3,4)", "(3,4) and (1,2)", "(1, 2) \\text{ and } (3, 4)"], ["\\{(2,1),(3,4)\\}", "(1,2)", "\\{1,2,3,4\\}", "(1,2,3,4)"]),
    ("{12, 13}", ["\\boxed{12\\text{ and }13}", "12 and 13", "12, 13", "$12$ and $13$"], ["12", "13", "12.5", "(12, 13)", "12 and 14"]),
    ("{I, -I}", ["\\pm i", "\\{i,-i\\}", "i, -i"], ["i", "\\pm 1", "\\{1,-1\\}"]),
    ("{pi/6, 5*pi/6}", ["\\frac{\\pi}{6}, \\frac{5\\pi}{6}", "\\left\\{\\frac{\\pi}{6},\\frac{5\\pi}{6}\\right\\}", "x=\\frac{\\pi}{6} \\text{ or } x=\\frac{5\\pi}{6}"], ["\\frac{\\pi}{6}", "\\frac{\\pi}{3},\\frac{5\\pi}{6}", "30, 150", "(\\frac{\\pi}{6}, \\frac{5\\pi}{6})"]),
    ("{1, 2, 3, 6, 7, 8, 12}", ["\\boxed{\\{1,3,7,8,12\\}\\cup\\{1,2,3,6,12\\}=\\{1,2,3,6,7,8,12\\}}", "\\boxed{A\\cup B=\\{1,2,3,6,7,8,12\\}}", "\\boxed{A = \\{1,2,3,6,7,8,12\\}}", "\\boxed{(A\\cup B)\\cap C=\\{1,2,3,6,7,8,12\\}}", "\\boxed{A\\cup B=\\{1,3,7,8,12\\}\\cup\\{1,2,3,6,12\\}=\\{1,2,3,6,7,8,12\\}}", "\\boxed{A\\setminus B=\\{1,2,3,6,7,8,12\\}}"], ["\\boxed{\\{1,3,7,8,12\\}\\cup\\{1,2,3,6,12\\}}", "\\boxed{\\{\\{1,3,7,8,12\\},\\{1,2,3,6,12\\}\\}}", "\\boxed{x\\in\\{1,3,7,8,12\\}, x\\in\\{1,2,3,6,12\\}}", "\\boxed{\\{1,3,7,8,12\\},\\{1,2,3,6,12\\}}", "\\boxed{A\\cup B = \\{1,3,7,8,12\\}\\cup\\{1,2,3,6,12\\}}", "\\boxed{x\\in\\{1,3,7,8,12\\}\\cup\\{1,2,3,6,12\\}}", "\\boxed{\\{x : x\\in\\{1,3,7,8,12\\}\\cup\\{1,2,3,6,12\\}\\}}", "\\boxed{\\{1,2\\}=\\{1,2,3,6,7,8,12\\}}", "\\boxed{A\\cap\\{1\\}=\\{1,2,3,6,7,8,12\\}}", "\\boxed{\\{1,2,3\\}\\cup\\{6,7,8,12\\}}"]),
    ("{70, 250}", ["\\boxed{\\{70\\}\\cup\\{250\\}}", "\\boxed{x\\in\\{70\\}\\cup\\{250\\}}", "\\boxed{\\{70^\\circ, 250^\\circ\\}}", "\\boxed{70^\\circ, 250^\\circ}", "\\boxed{x = 70^\\circ, 250^\\circ}", "\\boxed{x=70^\\circ \\text{ or } x=250^\\circ}", "\\boxed{70^{\\circ}\\text{ and }250^{\\circ}}", "\\boxed{\\{70°, 250°\\}}", "\\boxed{70\\text{ degrees}, 250\\text{ degrees}}", "\\boxed{x = 70\\text{ degrees}, 250\\text{ degrees}}", "\\boxed{x = 70\\text{ degrees or }x = 250\\text{ degrees}}", "\\boxed{\\theta \\in \\{70^\\circ, 250^\\circ\\}}", "\\boxed{\\{70,250\\}}", "\\boxed{\\{250, 70\\}}"], ["\\boxed{\\{70^\\circ, 251^\\circ\\}}", "\\boxed{70^\\circ, 250}", "\\boxed{\\{70\\text{ rad}, 250^\\circ\\}}", "\\boxed{70^\\circ}", "\\boxed{\\{70\\text{ kg}, 250\\text{ g}\\}}", "\\boxed{\\{70\\%, 250\\%\\}}", "\\boxed{(70^\\circ, 250^\\circ)}", "\\boxed{70\\text{ or maybe }250}"]),
    ("{pi/6, 5*pi/6}", ["\\boxed{30^\\circ, 150^\\circ}", "\\boxed{\\{\\pi/6, 5\\pi/6\\}}"], ["\\boxed{30, 150}", "\\boxed{\\{(\\pi/6)^\\circ, (5\\pi/6)^\\circ\\}}"]),
    ("{1, 2}", ["\\boxed{\\{x : x = 1, 2\\}}", "\\boxed{\\{x : x\\in\\{1,2\\}\\}}", "\\boxed{\\{x \\mid x=1 \\text{ or } x=2\\}}", "\\boxed{\\{x\\in\\mathbb{R} : x=1 \\text{ or } x=2\\}}", "\\boxed{\\{x\\in\\mathbb{Z} \\mid x=1, x=2\\}}", "\\boxed{x=1+0=1, x=2}"], ["\\boxed{\\{2x : x = 1, 2\\}}", "\\boxed{\\{x^2 : x\\in\\{1,2\\}\\}}", "\\boxed{\\{5 \\mid x=1 \\text{ or } x=2\\}}", "\\boxed{\\{y : x=1 \\text{ or } x=2\\}}", "\\boxed{\\{x : 1, 2\\}}", "\\boxed{\\{x+1 : x=1,2\\}}", "\\boxed{1 \\text{ only}, 2\\text{ maybe}}", "\\boxed{2x=\\{1,2\\}}", "\\boxed{(x,y)\\in\\{1,2\\}}", "\\boxed{A=B=\\{1,2\\}}", "\\boxed{\\{x\\in\\{1,2,3\\} : x=1\\text{ or }x=2\\}}", "\\boxed{\\{x \\in \\emptyset : x=1, x=2\\}}"]),
    ("{(1, 2), (3, 4)}", ["\\boxed{\\{(1,2),(3,4)\\}}", "\\boxed{\\{(1,2)\\}\\cup\\{(3,4)\\}}"], []),
    ("{sqrt(2), 3}", ["\\boxed{\\{\\sqrt2\\}\\cup\\{3\\}}", "\\boxed{\\{\\sqrt{2},3\\}=\\{3,\\sqrt2\\}}"], ["\\boxed{\\{\\sqrt2, 3\\}\\cup\\{3\\}}"]),
]  # fmt: skip


def sets() -> Iterator[Case]:
    for gold, right, wrong in _SETS:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)
    rng = Random("sets")
    for _ in range(10):
        items = rng.sample(range(-20, 40), rng.choice((2, 3, 4)))
        gold = "{" + ", ".join(map(str, items)) + "}"
        shuffled = items[::-1]
        yield gold, "value", "\\{" + ", ".join(map(str, shuffled)) + "\\}", True
        yield gold, "value", ", ".join(map(str, sorted(items))), True
        yield gold, "value", " and ".join(map(str, items)), True
        yield gold, "value", "\\{" + ", ".join(map(str, items[1:])) + "\\}", False
        yield gold, "value", "\\{" + ", ".join(map(str, [*items, 99])) + "\\}", False
        yield gold, "value", "(" + ", ".join(map(str, items)) + ")", False


_TUPLES: list[tuple[str, list[str], list[str]]] = [
    ("(3, -1)", ["(3,-1)", "\\left(3,-1\\right)", "x = 3, y = -1", "x=3 and y=-1", "y = -1, x = 3", "(x,y)=(3,-1)", "\\langle 3,-1\\rangle", "(x, y) = (3, -1)", "\\begin{pmatrix}3\\\\-1\\end{pmatrix}", "x = 3, \\quad y = -1", "\\boxed{(3,-1)}", "\\begin{cases}x=3\\\\y=-1\\end{cases}", "(3.0, -1)", "3, -1", "So, the ordered pair $(x, y)$ that solves the system is $(3, -1)$."], ["(-1,3)", "(3,1)", "\\{3,-1\\}", "[3,-1]", "x=-1,y=3", "(3,-1,0)", "3", "x=3", "(3,-1) \\text{ or } (1,2)", "(2+1,-1)", "(-3,1)", "3-1"]),
    ("x = 3, y = -1", ["x=3, y=-1", "(3,-1)", "y=-1, x=3", "x = 3 \\text{ and } y = -1"], ["x=-1, y=3", "x=3", "(-1,3)", "x=3, y=1", "a=3, b=-1"]),
    ("(1/2, 4)", ["(\\frac12,4)", "(0.5, 4)", "\\left(\\frac{1}{2}, 4\\right)", "(\\dfrac{1}{2},4)"], ["(4,\\frac12)", "(2,4)", "(\\frac12,-4)", "\\frac12\\cdot 4", "(1/2)(4)"]),
    ("(3, pi/2)", ["\\left( 3, \\frac{\\pi}{2} \\right)", "(3,\\pi/2)", "(3, 0.5\\pi)", "Therefore, the polar coordinates are $\\boxed{\\left( 3, \\frac{\\pi}{2} \\right)}.$"], ["(\\frac{\\pi}{2},3)", "(3,\\pi)", "(3,90)", "(3, 1.57)"]),
    ("(6, 31, -1)", ["(6,31,-1)", "(p,q,r) = \\boxed{(6,31,-1)}.", "a=6, b=31, c=-1", "\\left( 6, 31, -1 \\right)"], ["(31,6,-1)", "(6,31,1)", "(6,31)", "\\{6,31,-1\\}", "631-1"]),
    ("(0, 0)", ["(0,0)", "x=0, y=0", "\\left(0, 0\\right)"], ["0", "(0,1)", "\\{0\\}", "\\{0,0\\}"]),
    ("(1, 4.5)", ["(1,\\frac{9}{2})", "(1.0,4.5)", "(1, 4\\frac12)"], ["(1,4)", "(4.5,1)", "(1,5.4)"]),
    ("(sqrt(2), -sqrt(2))", ["(\\sqrt2,-\\sqrt2)", "\\left(\\sqrt{2}, -\\sqrt{2}\\right)"], ["(-\\sqrt2,\\sqrt2)", "\\pm\\sqrt{2}", "(1.414,-1.414)", "(\\sqrt2,\\sqrt2)"]),
    ("(1, 2, 3, 4)", ["(1,2,3,4)", "1, 2, 3, 4"], ["(1,2,4,3)", "(1,2,3)", "\\{1,2,3,4\\}", "1234", "10"]),
    ("(t, 2*t)", ["(t,2t)", "(t, t\\cdot 2)"], ["(2t,t)", "(t,t)", "(x,2x)"]),
    ("(1, 2)", ["\\boxed{(x,y)=(1,2)}", "\\boxed{P=(1,2)}", "\\boxed{(x_1,x_2)=(1,2)}", "\\boxed{(q,r)=(1,2)}", "\\boxed{(d,e)=(1,2)}", "\\boxed{(x,f(x))=(1,2)}", "\\boxed{(y,x)=(2,1)}", "\\boxed{v=(1,2)}", "\\boxed{(1,2)=(1,2)}", "\\boxed{(3-2,2)=(1,2)}", "\\boxed{x=1,y=2}", "\\boxed{P(1,2)}", "\\boxed{\\vec{v}=(1,2)}", "\\boxed{2u-3v=(1,2)}", "\\boxed{(x,y)=(3-2,2)=(1,2)}", "\\boxed{\\text{point} = (1,2)}", "\\boxed{(\\sqrt{3+2\\sqrt2}-\\sqrt2,2)=(1,2)}", "\\boxed{(\\sin^2 1+\\cos^2 1,2)=(1,2)}"], ["\\boxed{(\\sqrt{3+2\\sqrt2},2)=(1,2)}", "\\boxed{(3,4)=(1,2)}", "\\boxed{(2x,y)=(1,2)}", "\\boxed{(x,x)=(1,2)}", "\\boxed{(x,y,z)=(1,2)}", "\\boxed{2A=(1,2)}", "\\boxed{-v=(1,2)}", "\\boxed{(1,3)=(1,2)}", "\\boxed{(y,x)=(1,2)}", "\\boxed{(x+1,y)=(1,2)}", "\\boxed{(x,y)=(2,1)}", "\\boxed{v=(2,1)=(1,2)}"]),
    ("(30, -30, -45)", ["\\boxed{\\mathbf{a}\\times\\mathbf{b} = (30,-30,-45)}", "\\boxed{\\vec{a}\\times\\vec{b}=(30,-30,-45)}", "\\boxed{a\\times b=(30,-30,-45)}", "\\boxed{a\\times(b\\times c)=(30,-30,-45)}", "\\boxed{(a\\times b)\\times c=(30,-30,-45)}", "\\boxed{\\langle 30,-30,-45\\rangle}", "\\boxed{30\\mathbf{i}-30\\mathbf{j}-45\\mathbf{k}}", "\\boxed{30\\hat{i}-30\\hat{j}-45\\hat{k}}"], ["\\boxed{a\\times b=(30,30,-45)}", "\\boxed{-a\\times b=(30,-30,-45)}", "\\boxed{2a\\times b=(30,-30,-45)}", "\\boxed{a\\times b}", "\\boxed{30\\mathbf{i}+30\\mathbf{j}-45\\mathbf{k}}", "\\boxed{30\\hat{i}-30\\hat{k}-45\\hat{j}}"]),
    ("(1.50, 14.75)", ["\\boxed{(\\$1.50, \\$14.75)}", "\\boxed{(1.50\\text{ dollars}, 14.75\\text{ dollars})}", "\\boxed{(1.5,14.75)}", "\\boxed{\\$1.50, \\$14.75}", "\\boxed{(x,y) = (\\$1.50, \\$14.75)}", "\\boxed{x=\\$1.50, y=\\$14.75}"], ["\\boxed{(\\$1.50, \\$14.76)}", "\\boxed{(\\$14.75, \\$1.50)}", "\\boxed{(1.50\\text{ dollars}, 14.75\\text{ cents})}", "\\boxed{(150\\text{ cents}, 1475\\text{ cents})}", "\\boxed{(\\$1.50, 14.75\\text{ kg})}", "\\boxed{\\{\\$1.50, \\$14.75\\}}", "\\boxed{(\\$1.50, 14.75)}"]),
    ("(756, 540)", ["\\boxed{(756\\text{ g}, 540\\text{ g})}", "\\boxed{(756\\,\\mathrm{g}, 540\\,\\mathrm{g})}", "\\boxed{(756 g, 540 g)}", "\\boxed{(756\\text{ apples}, 540\\text{ apples})}", "\\boxed{(756, 540)}", "\\boxed{756\\text{ g and }540\\text{ g}}", "\\boxed{756\\text{ g}, 540\\text{ g}}", "\\boxed{a = 756\\text{ g}, b = 540\\text{ g}}"], ["\\boxed{(540\\text{ g}, 756\\text{ g})}", "\\boxed{(756\\text{ g}, 540\\text{ kg})}", "\\boxed{(756\\text{ pears}, 540\\text{ apples})}", "\\boxed{(756g^2, 540)}", "\\boxed{(756x, 540x)}"]),
    ("(s, 2)", [], ["\\boxed{(s, 2s)}", "\\boxed{x = s, y = 2s}"]),
    ("(s, 2*s)", ["\\boxed{(s, 2s)}", "\\boxed{x = s, y = 2s}"], []),
    ("(5, 6)", ["\\boxed{x_1=5\\text{ g}, x_2=6\\text{ g}}", "\\boxed{(x_1,x_2)=(5\\,\\mathrm{g}, 6\\,\\mathrm{g})}", "\\boxed{x = 5\\text{ g}, \\quad y = 6\\text{ g}}", "\\boxed{(5\\text{ kg}, \\quad 6 \\text{ kg})}", "\\boxed{\\left(5^\\circ, 6^\\circ\\right)}", "\\boxed{(5\\text{ hours}, 6\\text{ hours})}", "\\boxed{(5,6)}", "\\boxed{(\\text{5 g}, \\text{6 g})}"], []),
    ("(1000, 2000)", ["\\boxed{(1{,}000\\text{ g}, 2{,}000\\text{ g})}", "\\boxed{(1,000\\text{ g}, 2,000\\text{ g})}", "\\boxed{(\\$1000, \\$2000)}", "\\boxed{(\\$1,000, \\$2,000)}"], []),
    ("(3, -4, 0)", ["\\boxed{3i-4j}", "\\boxed{3i - 4j + 0k}", "\\boxed{3\\vec{i}-4\\vec{j}}", "\\boxed{\\vec{v}=3\\hat{i}-4\\hat{j}}"], []),
    ("(3, 4)", [], ["\\boxed{3+4i}"]),
    ("(1, 1, -1)", ["\\boxed{\\mathbf{i}+\\mathbf{j}-\\mathbf{k}}", "\\boxed{i-k+j}"], ["\\boxed{\\mathbf{i}+\\mathbf{i}-\\mathbf{k}}", "\\boxed{i+j}", "\\boxed{2\\mathbf i}"]),
]  # fmt: skip


def tuples() -> Iterator[Case]:
    for gold, right, wrong in _TUPLES:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)
    rng = Random("tuples")
    for _ in range(12):
        a, b = rng.sample(range(-30, 30), 2)
        gold = f"({a}, {b})"
        yield gold, "value", f"({a},{b})", True
        yield gold, "value", f"x={a}, y={b}", True
        yield gold, "value", f"\\left( {a}, {b} \\right)", True
        yield gold, "value", f"({b},{a})", False
        yield gold, "value", f"({a},{b + 1})", False
        yield gold, "value", f"\\{{{a}, {b}\\}}", False


_INTERVALS: list[tuple[str, list[str], list[str]]] = [
    ("[-31, -11/2]", ["[-31, -11/2]", "-31 \\le x \\le -5.5", "\\boxed{[-31, -11/2]}"], ["\\boxed{[-31, -11/2]} or \\boxed{\\{-31, -11/2\\}}", "[-31, -11/2] \\text{ or } (-31, -11/2)", "\\boxed{[-31, -11/2]}, \\boxed{(-31, -11/2)}", "\\{-31, -11/2\\}"]),
    ("[0, 3)", ["[0,3)", "\\left[0,3\\right)", "0\\le x<3", "x\\in[0,3)", "0 ≤ x < 3", "[0, 3[", "\\{x : 0 \\le x < 3\\}", "x \\ge 0 \\text{ and } x < 3", "\\boxed{[0, 3)}"], ["(0,3)", "[0,3]", "(0,3]", "0<x<3", "[0,9)", "\\{0,3\\}", "[3,0)", "0\\le x\\le 3", "x<3", "3"]),
    ("(1, 2)", ["(1,2)", "1<x<2", "x\\in(1,2)", "]1,2[", "\\left(1,2\\right)", "x>1 \\text{ and } x<2", "D = (1, 2)"], ["\\{1,2\\}", "[1,2]", "[1,2)", "1, 2", "1 and 2", "(1,3)", "(2,1)", "x=1 or x=2", "1\\le x\\le 2", "1.5"]),
    ("[-2, 7]", ["[-2,7]", "x \\in [-2,7]", "-2 \\le x \\le 7", "\\left[-2, 7\\right]", "the values are: \\[ \\boxed{[-2, 7]} \\]"], ["(-2,7)", "[-7,2]", "\\{-2,7\\}", "-2<x<7", "[-2,7)", "|x|\\le 7", "x \\le 7"]),
    ("(-oo, 1) U (2, oo)", ["(-\\infty,1)\\cup(2,\\infty)", "(-∞,1)∪(2,∞)", "x<1 or x>2", "(2,\\infty)\\cup(-\\infty,1)", "x\\in(-\\infty,1)\\cup(2,\\infty)", "(-\\infty, 1) \\cup (2, +\\infty)", "\\mathbb{R}\\setminus[1,2]"], ["(1,2)", "(-\\infty,1]\\cup[2,\\infty)", "(-\\infty,1)", "(-\\infty,2)\\cup(1,\\infty)", "(-\\infty,1)\\cap(2,\\infty)", "x<1 \\text{ and } x>2", "\\mathbb{R}", "(-\\infty,1)\\cup(2,3)"]),
    ("(-oo, oo)", ["(-\\infty,\\infty)", "\\mathbb{R}", "all real numbers", "ℝ", "x\\in\\mathbb{R}", "\\text{all real numbers}", "(-oo, oo)"], ["\\emptyset", "(0,\\infty)", "[0,1]", "\\mathbb{R}\\setminus\\{0\\}", "\\infty", "0"]),
    ("(-oo, 0) U (0, oo)", ["(-\\infty,0)\\cup(0,\\infty)", "\\mathbb{R}\\setminus\\{0\\}", "x\\neq 0", "\\mathbb{R} \\backslash \\{0\\}"], ["\\mathbb{R}", "(0,\\infty)", "(-\\infty,0]\\cup[0,\\infty)", "\\{0\\}", "x=0", "x\\ne 1"]),
    ("[2, oo)", ["[2,\\infty)", "x\\ge 2", "x \\geq 2", "[2, +\\infty)", "[2,∞)"], ["(2,\\infty)", "[-2,\\infty)", "(-\\infty,2]", "x>2", "[2,\\infty]\\cup\\{1\\}", "2"]),
    ("[-1, -1/2) U (-1/2, 0) U (0, 1) U (1, oo)", ["[-1, -\\tfrac12) \\cup (-\\tfrac12, 0) \\cup (0, 1) \\cup (1, \\infty)", "[-1,-0.5)\\cup(-0.5,0)\\cup(0,1)\\cup(1,\\infty)"], ["[-1,\\infty)", "(-1, -\\tfrac12) \\cup (-\\tfrac12, 0) \\cup (0, 1) \\cup (1, \\infty)", "[-1,-\\frac12)\\cup(-\\frac12,0)\\cup(0,\\infty)"]),
    ("{-1} U [0, 7)", ["\\{-1\\} \\cup [0,7)", "x \\in \\boxed{\\{-1\\} \\cup [0,7)}.", "[0,7)\\cup\\{-1\\}"], ["[-1,7)", "[0,7)", "\\{1\\}\\cup[0,7)", "\\{-1\\}\\cup[0,7]"]),
    ("(3/5, 8/3]", ["(\\frac35,\\frac83]", "(0.6,\\frac{8}{3}]", "\\left(\\frac{3}{5}, 2\\frac23\\right]"], ["(0.6,2.67]", "[\\frac35,\\frac83]", "(\\frac35,\\frac83)", "(\\frac53,\\frac38]"]),
    ("(-oo, -5] U (2/3, oo)", ["]-\\infty,-5]\\cup]2/3,\\infty[", "\\left]-\\infty;-5\\right]\\cup\\left]\\frac{2}{3};+\\infty\\right[", "x\\in]-\\infty,-5]\\cup]2/3,+\\infty[", "(-\\infty,-5]\\cup]2/3,\\infty[", "\\[ ]-\\infty,-5]\\cup]2/3,\\infty[ \\]"], ["]-\\infty,-5[\\cup]2/3,\\infty[", "]-\\infty,-5]\\cup[2/3,\\infty[", "]-\\infty,-5]\\cap]2/3,\\infty[", "]-\\infty,-5]", "\\left]-\\infty;-5\\right]\\cup\\left]\\frac{3}{2};+\\infty\\right["]),
    ("(-1, 5/2)", ["\\left]-1,\\frac{5}{2}\\right[", "]-1, \\frac52["], ["\\left]-1,\\frac{5}{2}\\right]", "\\left[-1,\\frac{5}{2}\\right[", "]-1, 5/2", "\\left]\\frac{5}{2},-1\\right["]),
    ("(-sqrt(3), sqrt(3))", ["(-\\sqrt3,\\sqrt3)", "-\\sqrt{3}<x<\\sqrt{3}"], ["(-1.732,1.732)", "[-\\sqrt3,\\sqrt3]", "(-3,3)", "\\pm\\sqrt3", "\\{-\\sqrt3,\\sqrt3\\}"]),
    ("(2, 12) U (12, 102)", ["(2,12) \\cup (12,102)", "Thus, the answer is $x \\in \\boxed{(2,12) \\cup (12,102)}$", "(2, 12) U (12, 102)"], ["(2,102)", "(2,12]\\cup(12,102)", "[2,12)\\cup(12,102]"]),
    ("[1, 3]", ["[1,2]\\cup[2,3]", "[1,3]", "1 \\le x \\le 3"], ["[1,2)\\cup(2,3]", "\\{1,2,3\\}", "(1,3)"]),
    ("(1, 2]", ["\\boxed{\\{x : 1<x\\le 2\\}}", "\\boxed{D=(1,2]}", "\\boxed{D_f=(1,2]}", "\\boxed{A\\cap B=(1,2]}", "\\boxed{(0,2]\\cap(1,3)=(1,2]}", "\\boxed{x\\in(1,2]}", "\\boxed{\\text{Domain} = (1,2]}", "\\boxed{\\{x\\in\\mathbb{R} : 1<x, x\\le 2\\}}", "\\boxed{D(f)=(1,2]}", "\\boxed{(1,2]=(1,2]}", "\\boxed{f(x)\\in(1,2]}"], ["\\boxed{\\{2x : 1<x\\le 2\\}}", "\\boxed{(3,4)=(1,2]}", "\\boxed{2x=(1,2]}", "\\boxed{2x\\in(1,2]}", "\\boxed{-x\\in(1,2]}", "\\boxed{x^2\\in(1,2]}", "\\boxed{(1,2)=(1,2]}", "\\boxed{-D=(1,2]}"]),
    ("(-oo, 0) U (0, oo)", ["\\boxed{\\{x \\in \\mathbb{R} \\mid x \\ne 0\\}}", "\\boxed{\\{x \\mid x\\in\\mathbb{R}, x\\neq 0\\}}", "\\boxed{\\{x : x<0 \\text{ or } x>0\\}}", "\\boxed{D=\\mathbb{R}\\setminus\\{0\\}}"], []),
    ("(1, 3)", ["\\boxed{\\{x : x > 1 \\text{ and } x < 3\\}}"], []),
]  # fmt: skip


def intervals() -> Iterator[Case]:
    for gold, right, wrong in _INTERVALS:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)
    rng = Random("intervals")
    for _ in range(8):
        a = rng.randrange(-20, 10)
        b = a + rng.randrange(1, 15)
        yield f"({a}, {b}]", "value", f"({a},{b}]", True
        yield f"({a}, {b}]", "value", f"{a}<x\\le {b}", True
        yield f"({a}, {b}]", "value", f"({a},{b})", False
        yield f"({a}, {b}]", "value", f"[{a},{b})", False
        yield f"({a}, {b}]", "value", f"\\{{{a}, {b}\\}}", False


def matrices() -> Iterator[Case]:
    rng = Random("matrices")
    for size in ((2, 2), (2, 2), (3, 3), (2, 1), (1, 3), (2, 3), (2, 2), (3, 1)):
        rows = [[rng.randrange(-9, 10) for _ in range(size[1])] for _ in range(size[0])]
        gold = str(rows)

        def env(name: str, rows: list[list[int]], gap: str = " \\\\ ") -> str:
            return f"\\begin{{{name}}}" + gap.join(" & ".join(map(str, row)) for row in rows) + f"\\end{{{name}}}"

        changed = [row[:] for row in rows]
        changed[-1][-1] += 1
        flipped = [list(column) for column in zip(*rows, strict=True)]
        for answer in (
            env("pmatrix", rows),
            env("bmatrix", rows),
            gold,
            f"A = {env('pmatrix', rows)}",
            f"$\\boxed{{{env('pmatrix', rows)}}}$.",
            "\\left[" + env("array", rows).replace("{array}", "{array}{" + "c" * size[1] + "}", 1) + "\\right]",
        ):
            yield gold, "value", answer, True
        for answer in (
            env("pmatrix", changed),
            env("bmatrix", [[-cell for cell in row] for row in rows]),
            env("pmatrix", [*rows, rows[0]]),
            str(rows[0][0] + 100),
            env("pmatrix", [[cell + 1 for cell in row] for row in rows]),
        ):
            yield gold, "value", answer, False
        if flipped != rows:
            yield gold, "value", env("pmatrix", flipped), False
    yield from _MATRICES


_MATRICES: list[Case] = [
    ("[[6, 8], [10, 12]]", "value", "\\begin{pmatrix}1 & 2 \\\\ 3 & 4\\end{pmatrix} + \\begin{pmatrix}5 & 6 \\\\ 7 & 8\\end{pmatrix}", False), ("[[1, 0], [0, 1]]", "value", "\\begin{pmatrix}1 & 0 \\\\ 0 & 1\\end{pmatrix} \\begin{pmatrix}1 & 0 \\\\ 0 & 1\\end{pmatrix}", False),
    ("[[1/2, 1], [0, 3/2]]", "value", "\\begin{pmatrix}\\frac12&1\\\\0&\\frac32\\end{pmatrix}", True), ("[[1/2, 1], [0, 3/2]]", "value", "\\frac12\\begin{pmatrix}1&2\\\\0&3\\end{pmatrix}", True), ("[[1/2, 1], [0, 3/2]]", "value", "\\frac13\\begin{pmatrix}1&2\\\\0&3\\end{pmatrix}", False),
    ("[[-7/4, -2], [4, 1/4]]", "value", "\\begin{pmatrix}-\\frac{7}{4}&-2\\\\4&\\frac{1}{4}\\\\\\end{pmatrix}", True), ("[[-7/4, -2], [4, 1/4]]", "value", "\\begin{pmatrix}\\frac{7}{4}&-2\\\\4&\\frac{1}{4}\\end{pmatrix}", False), ("[[x, 1], [0, x**2]]", "value", "\\begin{pmatrix}x&1\\\\0&x^2\\end{pmatrix}", True),
    ("[[x, 1], [0, x**2]]", "value", "\\begin{pmatrix}x&1\\\\0&2x\\end{pmatrix}", False), ("[[1], [2]]", "value", "\\begin{pmatrix}1&2\\end{pmatrix}", False), ("[[1], [2]]", "value", "\\begin{bmatrix}1\\\\2\\end{bmatrix}", True), ("[[1, 2], [3, 4]]", "value", "\\begin{pmatrix}1 & 2 \\\\ 3 & 2+2\\end{pmatrix}", False),
    ("[[1, 2], [3, 4]]", "value", "\\begin{vmatrix}1 & 2 \\\\ 3 & 4\\end{vmatrix}", False), ("[[1, 2], [3, 4]]", "value", "-2", False), ("[[0, 0], [0, 0]]", "value", "\\begin{pmatrix} 0 & 0 \\\\ 0 & 0 \\end{pmatrix}", True), ("[[0, 0], [0, 0]]", "value", "0", False),
    ("[[1, 2], [3, 4]]", "value", "\\boxed{A=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{A^{-1}=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{AB=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{A \\cdot B=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{A\\times B=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{(AB)^{-1}=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{A^{-1}=\\frac12[[2,4],[6,8]]=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{\\frac12[[2,4],[6,8]]=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{2A-B=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{\\text{Product} = [[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{A_1=[[1,2],[3,4]]}", True), ("[[1, 2], [3, 4]]", "value", "\\boxed{2A=[[1,2],[3,4]]}", False), ("[[1, 2], [3, 4]]", "value", "\\boxed{-A=[[1,2],[3,4]]}", False), ("[[1, 2], [3, 4]]", "value", "\\boxed{A^2=[[1,2],[3,4]]}", False), ("[[1, 2], [3, 4]]", "value", "\\boxed{[[9,9],[9,9]]=[[1,2],[3,4]]}", False), ("[[1, 2], [3, 4]]", "value", "\\boxed{A=[[1,2],[3,2+2]]}", False), ("[[1, 2], [3, 4]]", "value", "\\boxed{A=[[9,9],[9,9]]=[[1,2],[3,4]]}", False),
    ("[[1], [2]]", "value", "\\boxed{\\begin{pmatrix}x\\\\y\\end{pmatrix}=\\begin{pmatrix}1\\\\2\\end{pmatrix}}", True), ("[[1], [2]]", "value", "\\boxed{x=\\begin{pmatrix}1\\\\2\\end{pmatrix}}", True), ("[[1], [2]]", "value", "\\boxed{\\begin{pmatrix}2x\\\\y\\end{pmatrix}=\\begin{pmatrix}1\\\\2\\end{pmatrix}}", False), ("[[1], [2]]", "value", "\\boxed{2x=\\begin{pmatrix}1\\\\2\\end{pmatrix}}", False),
]  # fmt: skip
