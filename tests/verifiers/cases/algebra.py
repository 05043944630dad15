"""Labelled answers that are expressions, polynomials, antiderivatives, complex numbers, equations and inequalities."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

Case = tuple[str, str, str, bool]

_EXPRESSIONS: list[tuple[str, list[str], list[str]]] = [
    ("sqrt(2)", ["\\sqrt{2}", "\\sqrt2", "√2", "2^{1/2}", "2^{\\frac12}", "\\frac{2}{\\sqrt{2}}", "sqrt(2)", "x = \\sqrt{2}", "\\sqrt 2"], ["\\sqrt{3}", "2", "-\\sqrt{2}", "1.414", "\\pm\\sqrt{2}", "\\sqrt[3]{2}", "2\\sqrt{2}", "\\frac{\\sqrt2}{2}", "\\sqrt{-2}"]),
    ("2*sqrt(3)", ["2\\sqrt{3}", "\\sqrt{12}", "2√3", "\\frac{6}{\\sqrt{3}}", "2\\cdot\\sqrt{3}", "2 \\sqrt 3", "\\sqrt{3}\\cdot 2"], ["3\\sqrt{2}", "\\sqrt{6}", "2\\sqrt{5}", "\\sqrt{3}", "2+\\sqrt{3}", "\\sqrt{23}", "3.46"]),
    ("3*sqrt(13)", ["3\\sqrt{13}", "\\sqrt{117}", "\\boxed{3\\sqrt{13}}. \\end{align*}"], ["13\\sqrt{3}", "3\\sqrt{31}", "\\sqrt{39}"]),
    ("sqrt(2) + sqrt(5)", ["\\sqrt{2}+\\sqrt{5}", "\\sqrt 2+\\sqrt 5", "\\sqrt{5} + \\sqrt{2}", "√5+√2"], ["\\sqrt{7}", "\\sqrt{10}", "\\sqrt{5}-\\sqrt{2}", "\\sqrt{2+5}"]),
    ("(1 + sqrt(5))/2", ["\\frac{1+\\sqrt{5}}{2}", "\\frac12+\\frac{\\sqrt5}{2}", "\\dfrac{\\sqrt{5}+1}{2}", "0.5+0.5\\sqrt{5}", "\\frac{2}{\\sqrt{5}-1}", "1.6180339887498949"], ["\\frac{1-\\sqrt{5}}{2}", "1+\\frac{\\sqrt{5}}{2}", "1.618", "\\frac{1\\pm\\sqrt{5}}{2}", "\\sqrt{5}"]),
    ("sqrt(2) - 1", ["\\sqrt{2}-1", "\\frac{1}{1+\\sqrt{2}}", "-1+\\sqrt2", "\\frac{1}{\\sqrt{2}+1}"], ["1-\\sqrt{2}", "\\sqrt{2}+1", "\\frac{1}{\\sqrt2-1}", "\\sqrt{1}"]),
    ("3*pi/4", ["\\frac{3\\pi}{4}", "\\frac34\\pi", "0.75\\pi", "3\\pi/4", "\\frac{3}{4} \\pi", "135^\\circ"], ["\\frac{4\\pi}{3}", "\\frac{3}{4}", "2.356", "\\frac{3\\pi}{2}", "\\frac{\\pi}{4}", "45^\\circ"]),
    ("9*pi/4", ["\\frac94\\pi", "\\frac{9}{4}\\pi", "\\frac{9\\pi}{4}", "2.25\\pi", "2\\frac{1}{4}\\pi"], ["\\frac{9}{4}", "9\\pi", "\\frac{9\\pi}{2}"]),
    ("pi", ["\\pi", "π", "pi", "3.14159265358979"], ["3.14", "\\frac{22}{7}", "2\\pi", "-\\pi", "3.1416", "180"]),
    ("e", ["e", "\\mathrm{e}", "e^1"], ["2.718", "e^2", "\\frac{1}{e}", "E^x"]),
    ("1 - 1/e", ["1-\\frac{1}{e}", "1 - e^{-1}", "\\frac{e-1}{e}", "1 - \\frac{1}{\\mathrm{e}}"], ["1+\\frac{1}{e}", "\\frac{1}{e}", "\\frac{1-e}{e}", "e-1"]),
    ("log(2)", ["\\ln 2", "\\ln(2)", "\\log 2", "-\\ln\\frac{1}{2}", "\\frac{\\ln 4}{2}", "ln 2"], ["\\ln 3", "\\log_{10} 2", "0.693", "-\\ln 2", "\\ln 2 + 1", "2"]),
    ("log(6)", ["\\ln 6", "\\ln 2+\\ln 3", "\\ln 12 - \\ln 2"], ["\\ln 5", "\\ln 2 \\cdot \\ln 3", "\\ln 8"]),
    ("2^100", ["2^{100}", "4^{50}", "1267650600228229401496703205376", "2**100", "1024^{10}"], ["2^{99}", "2^{101}", "2 \\cdot 100", "100^2", "1267650600228229401496703205377", "2 \\cdot 2^{99}"]),
    ("1/2^99", ["\\frac{1}{2^{99}}", "2^{-99}", "(1/2)^{99}", "\\left(\\frac12\\right)^{99}"], ["\\frac{1}{2^{98}}", "2^{-98}", "\\frac{1}{2^{100}}", "2^{99}", "0"]),
    ("1/2004!", ["\\frac{1}{2004!}"], ["\\frac{1}{2006!}", "\\frac{1}{2005!}", "2004!"]),
    ("10^-20", ["10^{-20}", "\\frac{1}{10^{20}}", "1e-20", "0.00000000000000000001"], ["10^{-21}", "10^{20}", "0", "10^{-19}"]),
    ("sqrt(3)/2", ["\\frac{\\sqrt{3}}{2}", "\\frac{\\sqrt3}{2}", "\\frac12\\sqrt{3}", "\\sqrt{\\frac34}", "0.5\\sqrt{3}", "\\frac{3}{2\\sqrt{3}}", "\\frac{\\sqrt{3}}{2} \\approx 0.866"], ["\\sin 60^\\circ", "\\sin\\frac{\\pi}{3}", "\\cos(\\pi/6)", "0.866", "\\frac{\\sqrt{2}}{2}", "\\frac{3}{2}", "\\frac{\\sqrt{3}}{3}", "\\sqrt{\\frac{3}{2}}"]),
    ("12*sqrt(2)", ["12\\sqrt{2}", "\\sqrt{288}"], ["3\\times 4\\sqrt{2}", "(9+3)\\sqrt{2}", "12\\sqrt{3}", "10\\sqrt2 + 2\\sqrt2", "24"]),
    ("5*sqrt(42)/27", ["\\frac{5\\sqrt{42}}{27}", "\\frac{10\\sqrt{10.5}}{27}"], ["\\frac{5\\sqrt{24}}{27}", "\\frac{5\\sqrt{42}}{72}"]),
    ("x", ["x", "1x", "x^1", "\\frac{x^2}{x}"], ["-x", "2x", "x^2", "y", "|x|", "\\sqrt{x^2}", "x+1", "X"]),
    ("2*x + 3", ["2x+3", "3+2x", "2x + 3", "2\\cdot x+3", "3 + x\\cdot 2", "f(x) = 2x+3", "y = 2x + 3", "2(x+1.5)"], ["2x-3", "3x+2", "2x+3y", "2(x+3)", "2x", "2x+3+1", "5x", "2x+3=0"]),
    ("2 - 2*p", ["2-2p", "-2p+2", "2(1-p)", "Thus $x-p=\\boxed{2-2p}$."], ["2p-2", "2-p", "2+2p", "0"]),
    ("x*y", ["xy", "yx", "x\\cdot y", "x y", "x \\times y"], ["x+y", "x/y", "x^y", "2xy"]),
    ("(x + 2)/7", ["\\frac{x+2}{7}", "\\frac{x}{7}+\\frac{2}{7}", "(x+2)/7", "\\frac17(x+2)"], ["\\frac{x}{7}+2", "\\frac{x-2}{7}", "x+\\frac{2}{7}", "\\frac{7}{x+2}"]),
    ("1/(x + 1)", ["\\frac{1}{x+1}", "(x+1)^{-1}", "\\frac{x-1}{x^2-1}", "1/(1+x)"], ["\\frac{1}{x-1}", "x+1", "\\frac{1}{x}+1", "1/x+1", "\\frac1{x+2}"]),
    ("x**2 + 2*x + 1", ["x^2+2x+1", "(x+1)^2", "(x+1)(x+1)", "1+2x+x^2", "x^2 + 2*x - (-1)", "y = x^2+2x+1", "x²+2x+1", "x^{2}+2 x+1"], ["x^2+2x", "(x-1)^2", "x^2+x+1", "x^3+2x+1", "x^2+2x+1 = 0", "2x^2+2x+1"]),
    ("a*b/c", ["\\frac{ab}{c}", "a\\frac{b}{c}", "ab/c", "\\frac{a}{c}b"], ["\\frac{ac}{b}", "\\frac{a}{bc}", "abc"]),
    ("pi*r/(h + r)", ["\\frac{\\pi r}{h+r}", "\\frac{\\pi r}{r+h}", "\\pi\\frac{r}{h+r}"], ["\\frac{\\pi r}{h-r}", "\\frac{\\pi h}{h+r}", "\\frac{r}{h+r}"]),
    ("(-1/4)**n", ["\\left(-\\frac14\\right)^n", "\\frac{(-1)^n}{4^n}", "(-4)^{-n}", "(-0.25)^n"], ["\\frac{1}{4^n}", "-\\frac{1}{4^n}", "(-4)^n", "\\left(-\\frac14\\right)^{n-1}", "-\\frac14 n", "\\left(-\\frac12\\right)^n"]),
    ("3*(-2)**(n - 1)", ["3(-2)^{n-1}", "-\\frac32(-2)^n", "3(-1)^{n+1}2^{n-1}"], ["3 \\cdot 2^{n-1}", "3(-2)^n", "-3(-2)^{n-1}", "(-6)^{n-1}"]),
    ("2**n + (-3)**n", ["2^n + (-3)^n", "2^n + (-1)^n 3^n"], ["2^n + 3^n", "2^n - 3^n", "(-1)^n"]),
    ("sin(x)**2", ["\\sin^2 x", "(\\sin x)^2", "1-\\cos^2 x", "\\frac{1-\\cos 2x}{2}", "sin(x)^2", "\\sin^{2}(x)"], ["\\sin x^2", "\\cos^2 x", "\\sin 2x", "\\frac{1+\\cos 2x}{2}", "\\sin x"]),
    ("tan(y)**2 + 1", ["\\sec^2(y)", "\\tan^2 y+1", "\\frac{1}{\\cos^2 y}", "1+\\tan^2(y)"], ["\\tan^2 y - 1", "\\csc^2 y", "\\sec y"]),
    ("2*sin(b)*cos(a)", ["2 \\sin b \\cos a", "2\\cos a\\sin b", "\\sin(a+b)-\\sin(a-b)", "2\\cos(a)\\sin(b)"], ["2\\sin a\\cos b", "\\sin(a+b)", "\\sin b\\cos a", "2\\sin b"]),
    ("exp(2*x)", ["e^{2x}", "(e^x)^2", "\\exp(2x)", "e^{x}e^{x}", "e^{x+x}"], ["e^{x^2}", "2e^x", "e^2x", "e^{-2x}", "e^{2x}+C"]),
    ("x*exp(x)", ["xe^x", "xe^{x}", "e^x x", "x e^x", "x\\exp(x)"], ["e^x", "x+e^x", "x^2e^x", "e^{x^2}"]),
    ("6*x*exp(6*x + 5)", ["6xe^{6x+5}", "6x e^{6x + 5}", "6e^5xe^{6x}"], ["6e^{6x+5}", "6xe^{6x}+5", "6xe^{5x+6}"]),
    ("x**(2/3)", ["x^{2/3}", "\\sqrt[3]{x^2}", "(\\sqrt[3]{x})^2", "x^{\\frac{2}{3}}"], ["x^{3/2}", "\\sqrt{x^3}", "\\frac{2}{3}x", "\\sqrt[3]{x}"]),
    ("sqrt(x**2 + 1)", ["\\sqrt{x^2+1}", "(x^2+1)^{1/2}", "\\sqrt{1+x^2}"], ["x+1", "\\sqrt{x^2-1}", "\\sqrt{x^2}+1", "x^2+1"]),
    ("abs(x - 2)", ["|x-2|", "|2-x|", "\\lvert x-2\\rvert", "\\left|x-2\\right|", "\\sqrt{(x-2)^2}"], ["x-2", "2-x", "|x|-2", "|x+2|"]),
    ("2**(x + 1)", ["2^{x+1}", "2\\cdot 2^x", "2^{1+x}"], ["2^x+1", "4^x", "2^{x}", "2(x+1)"]),
    ("log(x)/log(2)", ["\\log_2 x", "\\frac{\\ln x}{\\ln 2}", "\\log_2(x)"], ["\\ln x", "\\log_2 x^2", "\\frac{x}{2}", "\\ln\\frac{x}{2}"]),
    ("n*(n + 1)/2", ["\\frac{n(n+1)}{2}", "\\frac{n^2+n}{2}", "\\frac12 n(n+1)", "n(n+1)/2"], ["\\frac{n(n-1)}{2}", "n(n+1)", "\\frac{n+1}{2}", "\\sum_{k=1}^n k"]),
    ("a**2 - b**2", ["a^2-b^2", "(a-b)(a+b)", "-(b^2-a^2)", "(a+b)(a-b)"], ["(a-b)^2", "a^2+b^2", "b^2-a^2", "2a-2b"]),
    ("(a + 5)*(b + 2)", ["(a+5)(b+2)", "ab+2a+5b+10", "(b+2)(a+5)"], ["(+5)(b+2)", "ab+10", "(a+2)(b+5)"]),
    ("x_1 + x_2", ["x_1+x_2", "x_{1}+x_{2}", "x_2+x_1", "x₁+x₂"], ["x_1-x_2", "x_1x_2", "x+x", "2x_1"]),
    ("oo", ["\\infty", "∞", "+\\infty", "infinity"], ["-\\infty", "0", "10^{100}"]),
    ("-oo", ["-\\infty", "-∞"], ["\\infty", "0"]),
    ("sqrt(sqrt(11) + sqrt(194))/(15 + 2*sqrt(33))", ["\\frac{\\sqrt{\\sqrt{11}+\\sqrt{194}}}{2\\sqrt{33}+15}", "\\frac{\\sqrt{\\sqrt{11}+\\sqrt{194}}}{15+2\\sqrt{33}}"], ["\\frac{\\sqrt{\\sqrt{11}+\\sqrt{194}}}{15-2\\sqrt{33}}", "\\frac{\\sqrt{\\sqrt{11}-\\sqrt{194}}}{15+2\\sqrt{33}}"]),
    ("sqrt(3 + 2*sqrt(2))", ["1+\\sqrt{2}", "\\sqrt{3+2\\sqrt{2}}"], ["\\sqrt{3}+\\sqrt{2}", "1-\\sqrt{2}", "\\sqrt{5}"]),
    ("arctan(2)", ["\\arctan 2", "\\tan^{-1} 2", "\\arctan(2)", "\\frac{\\pi}{2}-\\arctan\\frac12"], ["\\arctan\\frac12", "\\tan 2", "\\frac{1}{\\tan 2}", "1.107"]),
    ("cos(pi/9)", ["\\cos\\frac{\\pi}{9}", "\\cos 20^\\circ", "\\sin 70^\\circ", "\\cos(\\pi/9)"], ["\\cos 20", "\\sin 20^\\circ", "0.94", "\\cos\\frac{\\pi}{8}"]),
]  # fmt: skip


def expressions() -> Iterator[Case]:
    for gold, right, wrong in _EXPRESSIONS:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)


def _latex(coefficients: list[int], letter: str = "x", star: str = "", power: str = "^{{{}}}") -> str:
    """Highest power first; coefficients[k] stands before letter^k."""
    parts = []
    for degree in range(len(coefficients) - 1, -1, -1):
        c = coefficients[degree]
        if not c:
            continue
        body = "" if degree == 0 else letter if degree == 1 else letter + power.format(degree)
        number = str(abs(c)) if abs(c) != 1 or not body else ""
        parts.append((" - " if c < 0 else " + ") + number + (star if number and body else "") + body)
    return (
        "".join(parts).removeprefix(" + ").replace(" - ", "-", 1)
        if parts and parts[0].startswith(" - ")
        else "".join(parts).removeprefix(" + ") or "0"
    )


def polynomials() -> Iterator[Case]:
    rng = Random("polynomials")
    for index in range(22):
        a, b, c, d = (
            rng.choice((1, 1, 2, 3)),
            rng.choice((-5, -3, -2, 1, 2, 4)),
            rng.choice((1, 1, 2)),
            rng.choice((-7, -4, -1, 3, 5)),
        )
        product = [b * d, a * d + b * c, a * c]  # (ax + b)(cx + d)
        gold = _latex(product, star="*", power="**{}")
        first, second = _latex([b, a]), _latex([d, c])
        right = [
            _latex(product),
            _latex(product, power="^{}"),
            f"\\boxed{{{_latex(product)}}}",
            f"({first})({second})",
            f"({second})({first})",
            _latex(product, star="\\cdot "),
            f"f(x) = {_latex(product)}",
        ]
        wrong = [
            _latex([product[0] + 1, *product[1:]]),
            _latex([product[0], product[1] + 1, product[2]]),
            _latex([-product[0], *product[1:]]),
            f"({first})({_latex([-d, c])})",
            _latex(product[::-1]) if product != product[::-1] else "0",
            _latex([0, *product]),
            _latex(product, letter="y"),
        ]
        wrong += [f"\\frac{{{_latex([0, *product])}}}{{x}}", f"{_latex(product)} = 0", f"{_latex(product)} + 1 - 1"]
        step = 1 if index < 4 else 2
        yield from ((gold, "value", answer, True) for answer in right[index % step :: step])
        yield from ((gold, "value", answer, False) for answer in wrong[index % step :: step])
        yield gold, "expanded", _latex(product), True
        yield gold, "expanded", f"({first})({second})", False
        if product[1] != 1:
            yield gold, "expanded", _latex([product[0], product[1] - 1, product[2]]) + " + x", False
        if gcds(a, b) == gcds(c, d) == 1:
            factored = f"({_latex([b, a], star='*')})*({_latex([d, c], star='*')})"
            yield factored, "factored", f"({first})({second})", True
            yield factored, "factored", f"({second})({first})", True
            yield factored, "factored", _latex(product), False
            yield factored, "factored", f"({_latex([-b, -a])})({_latex([-d, -c])})", True
            yield factored, "factored", f"({first})({_latex([d + 1, c])})", False
            yield gold, "factored", f"({first})({second})", True
            yield gold, "factored", _latex(product), False
    yield from _FACTORED


def gcds(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return abs(a)


_FACTORED: list[Case] = [
    ("2*(x + 1)*(x + 2)", "factored", "2(x+1)(x+2)", True), ("2*(x + 1)*(x + 2)", "factored", "(2x+2)(x+2)", False), ("2*(x + 1)*(x + 2)", "factored", "2(x^2+3x+2)", False), ("(x + 1)**2", "factored", "(x+1)^2", True),
    ("(x + 1)**2", "factored", "(x+1)(x+1)", True), ("(x + 1)**2", "factored", "x^2+2x+1", False), ("x*(x - 3)", "factored", "x(x-3)", True), ("x*(x - 3)", "factored", "x^2-3x", False), ("x**4 - 1", "factored", "(x-1)(x+1)(x^2+1)", True),
    ("x**4 - 1", "factored", "(x^2-1)(x^2+1)", False), ("x**4 - 1", "factored", "x^4-1", False), ("7*(x - 3)*(x + 3)", "value", "7(x+3)(x-3)", True), ("2*x*(15*x**2 - 4*x + 10)", "value", "2x(15x^2-4x+10)", True), ("3*s**2", "value", "3s^2", True),
    ("x**2 + 1", "expanded", "x^2+1", True), ("5*x", "evaluated", "2x+3x", False), ("5*x", "evaluated", "5x", True), ("6*x", "evaluated", "2\\cdot 3x", False), ("6*x", "value", "2\\cdot 3x", False), ("x**2 - 1", "value", "(x-1)(x+1)", True),
    ("x**3 - x", "value", "x(x-1)(x+1)", True), ("x**3 - x", "value", "x(x-1)^2", False), ("x**2 + x + 1", "value", "\\frac{x^3-1}{x-1}", False), ("2*x**2", "value", "2x^{2}", True), ("2*x**2", "value", "(2x)^2", False), ("-x + 4", "value", "4-x", True), ("-x + 4", "value", "-(x-4)", True), ("-x + 4", "expanded", "-(x-4)", False),
]  # fmt: skip


_ANTIDERIVATIVES: list[tuple[str, list[str], list[str]]] = [
    ("x**2", ["x^2+C", "x^2", "x^2 + 5", "C+x^2", "x^{2}+c", "x^2+K"], ["2x", "x^3", "x^2+x", "\\frac{x^2}{2}+C", "-x^2+C", "x^2+Cx"]),
    ("x**3/3 - x**2 + 5*x", ["\\frac{x^3}{3}-x^2+5x+C", "\\frac13x^3-x^2+5x+C", "\\frac{1}{3}x^3 - x^2 + 5x", "\\frac{x^3-3x^2+15x}{3}+C"], ["\\frac{x^3}{3}-x^2+C", "x^2-2x+5", "\\frac{x^3}{3}+x^2+5x+C", "\\frac{x^3}{3}-x^2+5+C"]),
    ("log(x)", ["\\ln x+C", "\\ln|x|+C", "\\ln(2x)+C", "\\log x + C", "\\ln\\left|x\\right|"], ["\\frac{1}{x}+C", "\\ln x^2+C", "-\\ln x+C", "x\\ln x"]),
    ("sin(x)", ["\\sin x+C", "\\sin(x)", "C + \\sin x", "-\\cos(x+\\frac{\\pi}{2})+C"], ["\\cos x+C", "-\\sin x+C", "\\sin x+x"]),
    ("sin(x)**2/2", ["\\frac{\\sin^2 x}{2}+C", "-\\frac{\\cos^2 x}{2}+C", "-\\frac{\\cos 2x}{4}+C", "\\frac{1}{2}\\sin^2(x)+C"], ["\\frac{\\cos^2 x}{2}+C", "-\\frac{\\cos 2x}{2}+C", "\\sin^2 x+C"]),
    ("exp(2*x)/2", ["\\frac{e^{2x}}{2}+C", "\\frac12e^{2x}+C", "0.5e^{2x}+C"], ["e^{2x}+C", "2e^{2x}+C", "\\frac{e^{x}}{2}+C"]),
    ("x*exp(x) - exp(x)", ["xe^x-e^x+C", "(x-1)e^x+C", "e^x(x-1)+C"], ["xe^x+C", "(x+1)e^x+C", "xe^x-e^{-x}+C"]),
    ("atan(x)", ["\\arctan x+C", "\\tan^{-1} x+C", "\\arctan(x)"], ["\\tan x+C", "\\frac{1}{1+x^2}+C", "\\arcsin x+C"]),
    ("2*x**(3/2)/3", ["\\frac{2}{3}x^{3/2}+C", "\\frac{2x\\sqrt{x}}{3}+C", "\\frac23x^{\\frac32}"], ["\\frac{3}{2}x^{3/2}+C", "\\frac{2}{3}x^{1/2}+C", "\\sqrt{x}+C"]),
    ("t**4/4", ["\\frac{t^4}{4}+C", "\\frac14 t^4 + C", "0.25t^4"], ["t^3+C", "\\frac{x^4}{4}+C", "\\frac{t^4}{3}+C"]),
]  # fmt: skip


def antiderivatives() -> Iterator[Case]:
    for gold, right, wrong in _ANTIDERIVATIVES:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)


def complexes() -> Iterator[Case]:
    rng = Random("complexes")
    for _ in range(14):
        a, b = rng.choice((-7, -4, -2, 1, 3, 6)), rng.choice((-5, -3, -1, 1, 2, 8))
        gold = f"{a} {'-' if b < 0 else '+'} {abs(b)}*I"
        size = "" if abs(b) == 1 else str(abs(b))
        sign = "-" if b < 0 else "+"
        for answer in (
            f"{a}{sign}{size}i",
            f"{a} {sign} {size}i",
            f"$\\boxed{{{a}{sign}{size}i}}$",
            f"{b}i{'+' if a > 0 else '-'}{abs(a)}".replace("1i", "1i"),
            f"z = {a}{sign}{abs(b)}i",
            f"{a}{sign}i\\cdot {abs(b)}",
        ):
            yield gold, "value", answer, True
        other = "+" if b < 0 else "-"
        for answer in (
            f"{a}{other}{size}i",
            f"{-a}{sign}{size}i",
            f"{b}{'+' if a > 0 else '-'}{abs(a)}i" if a != b else "0",
            f"{a + b}",
            f"({a - 1}+i)+(1{sign}{abs(b)}i-i)",
            f"{a}{sign}{abs(b) + 1}i",
            f"({a}, {b})",
            f"{a} \\pm {size}i",
        ):
            yield gold, "value", answer, False
    yield from _COMPLEX


_COMPLEX: list[Case] = [
    ("5 + 5*I", "value", "(1+2i)(3-i)", False), ("2*I", "value", "(1+i)^2", False), ("2*I", "value", "2i", True), ("2*I", "value", "-2i", False), ("2*I", "value", "0+2i", True), ("-I", "value", "i^3", False), ("-I", "value", "-i", True), ("-I", "value", "\\frac{1}{i}", False),
    ("1/2 + sqrt(3)*I/2", "value", "\\frac{1}{2}+\\frac{\\sqrt{3}}{2}i", True), ("1/2 + sqrt(3)*I/2", "value", "\\frac{1+i\\sqrt{3}}{2}", True), ("1/2 + sqrt(3)*I/2", "value", "e^{i\\pi/3}", True), ("1/2 + sqrt(3)*I/2", "value", "\\frac{1-i\\sqrt{3}}{2}", False),
    ("6 + 9.1*I", "value", "6.0+9.1i", True), ("6 + 9.1*I", "value", "6+9.2i", False), ("3 - 4*I", "value", "3-4I", True), ("13/25 + 9*I/25", "value", "\\frac{13+9i}{25}", True), ("13/25 + 9*I/25", "value", "\\frac{13}{25}+\\frac{9}{25}i", True), ("13/25 + 9*I/25", "value", "\\frac{2+i}{3-4i}", False),
]  # fmt: skip


_EQUATIONS: list[tuple[str, list[str], list[str]]] = [
    ("y = 2*x + 1", ["y=2x+1", "y = 1 + 2x", "2x-y+1=0", "y-1=2x", "y - 2x = 1", "2y=4x+2", "2x + 1 = y", "\\boxed{y=2x+1}", "x = \\frac{y-1}{2}", "y-3=2(x-1)"], ["y=2x-1", "y=x+1", "2x+1", "y=-2x+1", "x=2y+1", "y=2x+1+1", "y>2x+1", "y^2=2x+1", "2x+y+1=0"]),
    ("2*x + 4*y - 3 = 0", ["2x+4y-3=0", "y=-\\frac{1}{2}x+\\frac{3}{4}", "2x+4y=3", "-2x-4y+3=0", "x+2y=\\frac32"], ["2x+4y+3=0", "2x-4y=3", "2x+4y=0", "0"]),
    ("x**2 + y**2 = 25", ["x^2+y^2=25", "y^2+x^2=25", "x^2+y^2-25=0", "25=x^2+y^2", "2x^2+2y^2=50"], ["x^2+y^2=5", "x+y=5", "x^2-y^2=25", "x^2+y^2", "(x+y)^2=25"]),
    ("x**2/4 + y**2/3 = 1", ["\\frac{x^2}{4}+\\frac{y^2}{3}=1", "3x^2+4y^2=12", "x^2/16 + y^2/12 = 1/4"], ["\\frac{x^2}{3}+\\frac{y^2}{4}=1", "\\frac{x^2}{4}-\\frac{y^2}{3}=1", "4x^2+3y^2=12"]),
    ("x - 2*y + z - 1 = 0", ["x-2y+z-1=0", "x - 2y + z = 1", "-x+2y-z+1=0", "Final Answer: The final answer is $x-2y+z-1=0$. I hope it is correct."], ["x-2y+z+1=0", "x+2y+z-1=0", "x-2y-z=1"]),
    ("34*x + 45*y - 20*z + 100 = 0", ["-34x-45y+20z-100=0", "34x+45y-20z=-100"], ["34x+45y-20z=100", "34x+45y+20z+100=0"]),
    ("x = 5", ["x=5", "5=x", "x = 5."], ["y=5", "2x=10", "x=-5", "x=2+3", "x=5 or x=6", "x>5"]),
    ("y = x**2 - 4*x + 3", ["y=x^2-4x+3", "y=(x-1)(x-3)", "y=(x-2)^2-1", "y + 1 = (x-2)^2"], ["y=x^2+4x+3", "y=(x-2)^2+1", "x=y^2-4y+3", "y=x^2-4x"]),
    ("x*y = 1", ["xy=1", "y=\\frac{1}{x}", "x = 1/y", "yx=1"], ["x+y=1", "\\frac{x}{y}=1", "xy=-1", "xy"]),
    ("a = b", ["a=b", "b = a", "a-b=0"], ["a=-b", "a=2b", "a=c"]),
    ("A = pi*r**2", ["A=\\pi r^2", "\\pi r^2 = A"], ["A=2\\pi r", "A=\\pi r", "A=\\pi^2 r"]),
]  # fmt: skip


def equations() -> Iterator[Case]:
    for gold, right, wrong in _EQUATIONS:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)


_INEQUALITIES: list[tuple[str, list[str], list[str]]] = [
    ("x > 3", ["x>3", "3<x", "(3,\\infty)", "x \\in (3,\\infty)", "x \\gt 3", "\\boxed{x>3}", "-x<-3", "\\{x : x > 3\\}", "Therefore $x > 3$ is the solution."], ["x<3", "x\\ge 3", "x>-3", "[3,\\infty)", "2x>6", "x-3>0", "3", "x=3", "x>3 \\text{ and } x<5", "(-\\infty,3)", "y>3"]),
    ("x >= 5", ["x\\geq 5", "x \\ge 5", "5 \\leq x", "[5,\\infty)", "x ≥ 5", "x >= 5", "x\\geqslant 5"], ["x\\leq 5", "x>5", "(5,\\infty)", "x\\ge -5", "5x \\ge 25"]),
    ("x < 1", ["x<1", "-x > -1", "(-\\infty,1)", "1 > x"], ["x > -1", "x\\le 1", "x>1", "(-\\infty,1]"]),
    ("-2 <= x < 5", ["-2\\le x<5", "[-2,5)", "x\\in[-2,5)", "5>x\\ge-2", "x \\ge -2 \\text{ and } x<5", "-2 ≤ x < 5"], ["-2<x<5", "[-2,5]", "(-2,5)", "-2\\le x\\le 5", "x\\ge -2", "x<5", "x\\le -2 \\text{ or } x>5", "\\{-2,5\\}"]),
    ("x < 1 or x > 4", ["x<1 \\text{ or } x>4", "(-\\infty,1)\\cup(4,\\infty)", "x>4 or x<1", "x < 1, x > 4", "x \\in (-\\infty, 1) \\cup (4, \\infty)"], ["1<x<4", "x<1 \\text{ and } x>4", "(-\\infty,1]\\cup[4,\\infty)", "x<1", "(1,4)", "x<4 \\text{ or } x>1"]),
    ("x != 3", ["x\\neq 3", "x \\ne 3", "(-\\infty,3)\\cup(3,\\infty)", "x≠3", "\\mathbb{R}\\setminus\\{3\\}"], ["x=3", "x>3", "x\\ne -3", "\\mathbb{R}"]),
    ("x <= sqrt(2)", ["x\\le\\sqrt{2}", "(-\\infty,\\sqrt{2}]", "\\sqrt 2\\ge x"], ["x<\\sqrt2", "x\\le 2", "x\\ge\\sqrt{2}", "x\\le 1.414"]),
    ("x + y < 3", ["x+y<3", "3>x+y", "y<3-x", "2x+2y<6"], ["x+y>3", "x+y\\le 3", "x-y<3", "-x-y<-3"]),
    ("x > 3", ["\\boxed{\\{x : x>3\\}}", "\\boxed{\\{x \\in \\mathbb{R} : x>3\\}}", "\\boxed{\\{x \\mid 3<x\\}}", "\\boxed{x\\in(3,\\infty)}"], ["\\boxed{\\{-x : x>3\\}}", "\\boxed{\\{4 : x>3\\}}", "\\boxed{\\{2x : x>3\\}}", "\\boxed{\\{x^2 \\in \\mathbb{R} : x>3\\}}", "\\boxed{\\{y \\in \\mathbb{R} : x>3\\}}", "\\boxed{2x \\in (3,\\infty)}"]),
]  # fmt: skip


def inequalities() -> Iterator[Case]:
    for gold, right, wrong in _INEQUALITIES:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)
