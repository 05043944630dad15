"""Labelled answers in the words and the LaTeX of language models: the ends of GSM8K, MATH and AIME responses, and what
such a response looks like when it is wrong by little.

Written by type without a look at the verifier, half of them wrong answers that look right.
"""

from __future__ import annotations

from collections.abc import Iterator

Case = tuple[str, str, str, bool]
Pairs = list[tuple[str, list[str], list[str]]]

INTEGERS: Pairs = [
    ("18", [
        "Janet eats 3 eggs and bakes with 4, so 16 - 3 - 4 = 9 are left. 9 * $2 = $18.\n\nThe answer is: $\\boxed{18}$.",
        "She makes $9 \\times 2 = \\$18$ every day.\n\n\\[\n\\boxed{18}\n\\]",
        "**Step 1:** 16 - 7 = 9 eggs\n**Step 2:** 9 × $2 = $18\n\n**Answer: $18**",
        "Therefore, Janet makes **$18** every day at the farmers' market.",
        "$\\boxed{\\$18}$",
        "\\boxed{\\$18.00}",
        "\\boxed{18 \\text{ dollars}}",
    ], [
        "16 - 3 - 4 = 9.\n\nThe answer is: $\\boxed{9}$.",
        "She makes $9 \\times 2$ dollars: $\\boxed{9 \\times 2}$",
        "\\boxed{\\$18.50}",
        "\\boxed{1.8}",
        "So the answer is $\\boxed{18}$ or $\\boxed{26}$, depending on how one reads it.",
        "\\boxed{\\$16 - \\$7 = \\$18}",
        "\\boxed{18} eggs are eaten, and she earns \\$26.",
    ]),
    ("1234", [
        "\\boxed{1{,}234}", "\\boxed{1\\,234}", "The total is 1,234.", "\\boxed{1234.00}", "\\boxed{\\text{1,234 people}}",
        "$N=\\boxed{1234}$",
    ], [
        "\\boxed{1.234}", "\\boxed{12{,}34}", "\\boxed{1,\\!243}", "\\boxed{1, 234}", "\\boxed{123.4}", "\\boxed{\\approx 1230}",
    ]),
    ("204", [
        "so $m+n = 200 + 4 = \\boxed{204}$.",
        "Thus $t = 24$ minutes and the total is $180 + 24 = 204$ minutes. Therefore the answer is $\\boxed{204}$.",
        "Final Answer: The final answer is $\\boxed{204}$. I hope it is correct.",
        "\\[ \\boxed{204\\text{ minutes}} \\]",
        "The answer is \\boxed{\\textbf{204}}.",
        "\\boxed{\\mathbf{204}}",
    ], [
        "so $m+n = 200 + 4 = \\boxed{200}$.",
        "\\boxed{200 + 4}",
        "\\boxed{m + n}",
        "\\boxed{024}",
        "\\boxed{2 04 0}",
        "Thus m = 200 and n = 4. \\boxed{(200, 4)}",
        "The answer is \\boxed{204}. Wait, let me recheck: $m = 205$, so it is 209.",
    ]),
    ("-7", [
        "$x = \\boxed{-7}$", "\\boxed{x=-7}", "$$x=-7$$", "\\boxed{\\left(-7\\right)}", "\\boxed{−7}", "x equals $-7$.",
    ], [
        "\\boxed{7}", "\\boxed{|-7|}", "\\boxed{\\pm 7}", "\\boxed{x \\ge -7}", "\\boxed{--7}", "\\boxed{-7x}", "\\boxed{y = 7}",
    ]),
    ("0", ["\\boxed{0}", "\\boxed{0.0}", "\\boxed{-0}", "There are $\\boxed{0}$ such integers.", "The remainder is 0."],
          ["\\boxed{\\emptyset}", "\\boxed{O}", "\\boxed{\\{\\}}", "\\boxed{10^{-30}}", "\\boxed{0 \\text{ or } 1}", "\\boxed{\\infty}"]),
]  # fmt: skip

RATIONALS: Pairs = [
    ("3/4", [
        "\\boxed{\\dfrac{3}{4}}", "\\boxed{\\tfrac34}", "\\boxed{\\frac 3 4}", "\\boxed{.75}", "\\boxed{75\\%}",
        "$P = \\frac{6}{8} = \\boxed{\\frac{3}{4}}$", "The probability is $\\frac{3}{4}$.", "\\boxed{{3\\over 4}}",
    ], [
        "\\boxed{\\dfrac{4}{3}}", "\\boxed{\\frac{3}{4}\\%}", "\\boxed{1 - \\frac14}", "\\boxed{0.7}", "\\boxed{3:4:1}",
        "\\boxed{\\frac{3}{4} = \\frac{6}{9}}", "$P = \\frac{6}{8} = \\boxed{\\frac{2}{3}}$", "\\boxed{75}",
        "\\boxed{\\frac{3}{4}\\text{ or }\\frac{1}{4}}",
    ]),
    ("11/2", [
        "\\boxed{5\\frac{1}{2}}", "\\boxed{5\\tfrac12}", "5 1/2", "\\boxed{5.5}", "\\boxed{5½}", "\\boxed{\\frac{11}{2}\\text{ hours}}",
    ], [
        "\\boxed{5\\cdot\\frac{1}{2}}", "\\boxed{\\frac{51}{2}}", "\\boxed{5.2}", "\\boxed{5/2}", "\\boxed{5\\frac{2}{1}}", "\\boxed{-5\\frac12}",
    ]),
    ("-5/6", [
        "\\boxed{-\\frac{5}{6}}", "\\boxed{\\frac{-5}{6}}", "\\boxed{\\frac{5}{-6}}", "\\boxed{-\\left(\\frac56\\right)}",
    ], [
        "\\boxed{\\frac{5}{6}}", "\\boxed{\\frac{-5}{-6}}", "\\boxed{-\\frac{6}{5}}", "\\boxed{-0.833}", "\\boxed{\\frac{1}{6} - 1}",
    ]),
]  # fmt: skip

DECIMALS: Pairs = [
    ("1234.5", [
        "\\boxed{\\$1,234.50}", "\\boxed{1234.5}", "\\boxed{\\$1{,}234.50}", "The final price is $1,234.50.", "\\$1234.50",
    ], [
        "\\boxed{\\$1,234.05}", "\\boxed{\\$1,234}", "\\boxed{1.2345}", "\\boxed{\\$1,235}", "\\boxed{12,34.50}", "\\boxed{1{,}234{,}50{,}0}",
    ]),
    ("0.35", ["\\boxed{0.35}", "\\boxed{\\frac{7}{20}}", "\\boxed{35\\%}", "$0.35", "\\boxed{0.350}"],
             ["\\boxed{0.035}", "\\boxed{.53}", "\\boxed{35}", "\\boxed{0.35\\%}", "\\boxed{\\frac{7}{2}}", "\\boxed{0.\\overline{35}}"]),
]  # fmt: skip

PERCENTS: Pairs = [
    ("60%", ["\\boxed{60\\%}", "\\boxed{60}", "60 percent", "\\boxed{60 \\text{ percent}}", "The increase is **60%**.", "$\\boxed{60}\\%$"],
            ["\\boxed{0.6\\%}", "\\boxed{6\\%}", "\\boxed{160\\%}", "\\boxed{\\frac{60}{100}\\%}", "\\boxed{40\\%}", "\\boxed{6000}"]),
    ("33.5%", ["\\boxed{33.5\\%}", "\\boxed{33\\frac{1}{2}\\%}", "\\boxed{33.50\\%}"], ["\\boxed{33\\frac13\\%}", "\\boxed{34\\%}", "\\boxed{33.05\\%}"]),
]  # fmt: skip

QUANTITIES: Pairs = [
    ("5 cm", ["\\boxed{5\\,\\text{cm}}", "\\boxed{5~\\mathrm{cm}}", "\\boxed{5\\text{ centimeters}}", "The radius is $5$ cm.", "\\boxed{r = 5\\text{ cm}}", "\\boxed{50\\;\\text{mm}}", "\\boxed{5} cms"],
             ["\\boxed{5\\,\\text{cm}^2}", "\\boxed{5\\,\\text{m}}", "\\boxed{25\\,\\text{cm}}", "\\boxed{5\\text{ inches}}", "\\boxed{0.5\\text{ cm}}", "\\boxed{5\\text{ cm or }6\\text{ cm}}"]),
    ("36 cm^2", ["\\boxed{36\\text{ cm}^2}", "\\boxed{36\\,\\mathrm{cm}^{2}}", "\\boxed{36\\text{ square centimeters}}", "The area is 36 cm².", "\\boxed{36}"],
                ["\\boxed{36\\text{ cm}}", "\\boxed{36\\text{ cm}^3}", "\\boxed{36\\text{ m}^2}", "\\boxed{6\\text{ cm}^2}", "\\boxed{36^2\\text{ cm}}"]),
    ("60 degrees", ["\\boxed{60^\\circ}", "\\boxed{60^{\\circ}}", "\\boxed{60°}", "\\boxed{60}", "$\\angle ABC = \\boxed{60^\\circ}$", "\\boxed{60\\text{ degrees}}"],
                   ["\\boxed{30^\\circ}", "\\boxed{60\\text{ radians}}", "\\boxed{60\\%}", "\\boxed{120^\\circ}", "\\boxed{6^\\circ}", "\\boxed{60^\\circ\\text{ or }120^\\circ}"]),
    ("72 km/h", ["\\boxed{72\\text{ km/h}}", "\\boxed{72\\ \\text{kilometers per hour}}", "\\boxed{20\\text{ m/s}}", "\\boxed{72\\,\\frac{\\text{km}}{\\text{h}}}"],
                ["\\boxed{72\\text{ km}}", "\\boxed{72\\text{ m/s}}", "\\boxed{72\\text{ mph}}", "\\boxed{72\\text{ km h}}", "\\boxed{20\\text{ km/h}}"]),
]  # fmt: skip

EXPRESSIONS: Pairs = [
    ("3*sqrt(13)", ["\\boxed{3\\sqrt{13}}", "\\boxed{\\sqrt{117}}", "\\boxed{3 \\sqrt {13}}", "\\boxed{3\\cdot\\sqrt{13}}", "\\boxed{3\\sqrt{13} \\text{ units}}", "\\boxed{3(13)^{1/2}}"],
                   ["\\boxed{\\sqrt{39}}", "\\boxed{13\\sqrt{3}}", "\\boxed{3\\sqrt[3]{13}}", "\\boxed{10.8}", "\\boxed{3+\\sqrt{13}}", "\\boxed{\\pm3\\sqrt{13}}"]),
    ("(1 + sqrt(5))/2", ["\\boxed{\\frac{1+\\sqrt{5}}{2}}", "\\boxed{\\dfrac{1 + \\sqrt5}{2}}", "\\boxed{\\frac12 + \\frac{\\sqrt5}{2}}", "\\boxed{\\left(1+\\sqrt{5}\\right)/2}", "\\boxed{\\frac{2}{\\sqrt{5}-1}}"],
                        ["\\boxed{\\frac{1-\\sqrt{5}}{2}}", "\\boxed{1+\\frac{\\sqrt{5}}{2}}", "\\boxed{\\frac{1\\pm\\sqrt{5}}{2}}", "\\boxed{1.618}", "\\boxed{\\frac{\\sqrt{5}}{2}}", "\\boxed{\\frac{1+\\sqrt{5}}{4}}"]),
    ("pi/6", ["\\boxed{\\frac{\\pi}{6}}", "\\boxed{\\dfrac{1}{6}\\pi}", "\\boxed{\\pi/6}", "\\boxed{\\frac{\\pi}{6} \\text{ radians}}"],
             ["\\boxed{\\frac{6}{\\pi}}", "\\boxed{30}", "\\boxed{\\frac{\\pi}{3}}", "\\boxed{\\frac{\\pi}{6} + \\pi n}", "\\boxed{0.5236}", "\\boxed{\\arcsin 1}"]),
    ("x**2 - 9", ["\\boxed{x^2-9}", "\\boxed{(x-3)(x+3)}", "\\boxed{f(x)=x^2-9}", "\\boxed{-9+x^{2}}", "\\boxed{(x+3)(x-3)}"],
                 ["\\boxed{(x-3)^2}", "\\boxed{x^2+9}", "\\boxed{x^2-9 = 0}", "\\boxed{x^29}", "\\boxed{x=\\pm3}", "\\boxed{9-x^2}"]),
    ("2*exp(3*x)", ["\\boxed{2e^{3x}}", "\\boxed{2\\exp(3x)}", "\\boxed{2(e^x)^3}", "\\boxed{2 e^{3 x}}"],
                   ["\\boxed{2e^3x}", "\\boxed{(2e)^{3x}}", "\\boxed{6e^{3x}}", "\\boxed{2e^{3x}+C}", "\\boxed{2^{3x}}"]),
    ("log(2)", ["\\boxed{\\ln 2}", "\\boxed{\\ln(2)}", "\\boxed{\\log_e 2}", "\\boxed{-\\ln\\frac12}", "\\boxed{\\ln{2}}"],
               ["\\boxed{\\log_{10} 2}", "\\boxed{\\ln 4}", "\\boxed{\\log_2 e}", "\\boxed{0.693}", "\\boxed{\\ln^2 2}"]),
]  # fmt: skip

ANTIDERIVATIVES: Pairs = [
    ("x**3 - 2*x", ["\\boxed{x^3 - 2x + C}", "$$\\int (3x^2-2)\\,dx = \\boxed{x^3 - 2x + C}$$", "\\boxed{x(x^2-2)+C}", "\\boxed{x^3-2x+c}", "\\boxed{C + x^3 - 2x}", "\\boxed{\\int (3x^2-2)\\,dx = x^3 - 2x + C}", "\\boxed{x^3 - 2x + C, \\quad C \\in \\mathbb{R}}"],
                   ["\\boxed{x^3 - 2 + C}", "\\boxed{6x}", "\\boxed{3x^3-2x+C}", "\\boxed{x^3 + 2x + C}", "\\boxed{x^3 - 2x + Cx}", "\\boxed{\\int (3x^2-2)\\,dx}"]),
    ("log(x)", ["\\boxed{\\ln|x| + C}", "\\boxed{\\ln x + C}", "\\boxed{\\ln(5x) + C}", "\\boxed{\\ln \\left|x\\right|}"],
               ["\\boxed{\\frac{1}{x} + C}", "\\boxed{-\\frac{1}{x^2} + C}", "\\boxed{\\log_{10} x + C}", "\\boxed{x\\ln x - x + C}"]),
]  # fmt: skip

EQUATIONS: Pairs = [
    ("y = -x/2 + 3", ["\\boxed{y = -\\frac{1}{2}x + 3}", "\\boxed{y=-\\frac{x}{2}+3}", "\\boxed{x + 2y = 6}", "\\boxed{2y = 6 - x}", "\\boxed{y=3-0.5x}"],
                     ["\\boxed{y = \\frac{1}{2}x + 3}", "\\boxed{y = -2x + 3}", "\\boxed{x + 2y = 3}", "\\boxed{m=-\\frac12}", "\\boxed{y = -\\frac{1}{2}x - 3}", "\\boxed{y > -\\frac{1}{2}x + 3}"]),
    ("(x - 2)**2 + (y + 1)**2 = 25", ["\\boxed{(x-2)^2+(y+1)^2=25}", "\\boxed{(x - 2)^{2} + (y + 1)^{2} = 5^2}", "\\boxed{x^2+y^2-4x+2y-20=0}"],
                                     ["\\boxed{(x+2)^2+(y-1)^2=25}", "\\boxed{(x-2)^2+(y+1)^2=5}", "\\boxed{(x-2)^2-(y+1)^2=25}", "\\boxed{(x-2)+(y+1)=5}"]),
]  # fmt: skip

INEQUALITIES: Pairs = [
    ("x >= -3", ["\\boxed{x \\geq -3}", "\\boxed{x\\ge-3}", "\\boxed{[-3,\\infty)}", "\\boxed{-3 \\leqslant x}", "\\boxed{\\left[-3,\\infty\\right)}", "\\boxed{x \\in [-3, \\infty)}"],
                ["\\boxed{x > -3}", "\\boxed{x \\leq -3}", "\\boxed{(-3,\\infty)}", "\\boxed{x = -3}", "\\boxed{[-3,\\infty]\\cup(5,6]\\cup\\{-4\\}}", "\\boxed{[-3, 3]}", "\\boxed{x \\ge 3}"]),
    ("-1 < x <= 4", ["\\boxed{-1 < x \\le 4}", "\\boxed{(-1,4]}", "\\boxed{x \\in (-1, 4]}", "\\boxed{x>-1 \\text{ and } x\\le 4}", "\\boxed{4 \\ge x > -1}"],
                    ["\\boxed{-1 \\le x \\le 4}", "\\boxed{(-1,4)}", "\\boxed{x<-1 \\text{ or } x\\ge4}", "\\boxed{\\{0,1,2,3,4\\}}", "\\boxed{x>-1 \\text{ or } x\\le 4}", "\\boxed{-1 < x}"]),
]  # fmt: skip

INTERVALS: Pairs = [
    ("(-oo, -2) U (3, oo)", ["\\boxed{(-\\infty,-2)\\cup(3,\\infty)}", "\\boxed{\\left(-\\infty, -2\\right) \\cup \\left(3, \\infty\\right)}", "\\boxed{(3,\\infty)\\cup(-\\infty,-2)}", "\\boxed{x<-2 \\text{ or } x>3}", "$x \\in \\boxed{(-\\infty,-2)\\cup(3,+\\infty)}$"],
                            ["\\boxed{(-\\infty,-2]\\cup[3,\\infty)}", "\\boxed{(-2,3)}", "\\boxed{(-\\infty,-2)\\cap(3,\\infty)}", "\\boxed{(-\\infty,3)\\cup(-2,\\infty)}", "\\boxed{(-\\infty,-2)}", "\\boxed{x<-2 \\text{ and } x>3}", "\\boxed{\\mathbb{R}\\setminus(-2,3)}"]),
    ("[0, 2*pi)", ["\\boxed{[0,2\\pi)}", "\\boxed{0\\le x<2\\pi}", "\\boxed{\\left[0, 2\\pi\\right)}"], ["\\boxed{[0,2\\pi]}", "\\boxed{(0,2\\pi)}", "\\boxed{[0,360)}", "\\boxed{[0,\\pi)}", "\\boxed{\\{0,2\\pi\\}}"]),
    ("[-5, 5]", ["\\boxed{[-5,5]}", "\\boxed{-5\\leq x\\leq 5}", "The domain is $\\boxed{[-5, 5]}$."], ["\\boxed{(-5,5)}", "\\boxed{\\{-5,5\\}}", "\\boxed{|x|\\ge 5}", "\\boxed{\\pm5}", "\\boxed{[-5,5)\\text{ or }(-5,5]}"]),
]  # fmt: skip

SETS: Pairs = [
    ("{-3, 3}", ["\\boxed{\\pm 3}", "\\boxed{x=3, x=-3}", "\\boxed{x = 3 \\text{ or } x = -3}", "\\boxed{\\{-3,3\\}}", "\\boxed{-3} and \\boxed{3}", "\\boxed{-3, 3}", "\\boxed{x = \\pm 3}", "\\boxed{\\left\\{-3,\\,3\\right\\}}"],
                ["\\boxed{3}", "\\boxed{-3}", "\\boxed{\\pm 9}", "\\boxed{\\{-3,0,3\\}}", "\\boxed{[-3,3]}", "\\boxed{\\{3\\}}", "\\boxed{x^2=9}", "\\boxed{\\pm\\sqrt{3}}"]),
    ("{1, 2, 3, 6}", ["\\boxed{1,2,3,6}", "\\boxed{\\{6,3,2,1\\}}", "\\boxed{1, 2, 3, \\text{ and } 6}", "\\boxed{\\{1, 2, 3, 6\\}}", "\\boxed{1,\\ 2,\\ 3,\\ 6}"],
                     ["\\boxed{1,2,3}", "\\boxed{1,2,3,4,6}", "\\boxed{4}", "\\boxed{1236}", "\\boxed{1,2,\\ldots,6}", "\\boxed{\\{1,2,3,6,\\ldots\\}}"]),
    ("{(3 - sqrt(5))/2, (3 + sqrt(5))/2}", ["\\boxed{\\frac{3\\pm\\sqrt5}{2}}", "\\boxed{x=\\frac{3+\\sqrt{5}}{2},\\ \\frac{3-\\sqrt{5}}{2}}", "\\boxed{\\left\\{\\frac{3-\\sqrt{5}}{2},\\frac{3+\\sqrt{5}}{2}\\right\\}}"],
                                           ["\\boxed{\\frac{-3\\pm\\sqrt5}{2}}", "\\boxed{\\frac{3+\\sqrt5}{2}}", "\\boxed{3\\pm\\frac{\\sqrt5}{2}}", "\\boxed{\\frac{3\\pm5}{2}}", "\\boxed{\\frac{3\\pm\\sqrt{13}}{2}}"]),
]  # fmt: skip

TUPLES: Pairs = [
    ("(3, pi/2)", ["\\boxed{\\left(3, \\frac{\\pi}{2}\\right)}", "\\boxed{(3,\\pi/2)}", "\\boxed{\\left( 3,\\, \\dfrac{\\pi}{2} \\right)}", "\\boxed{(r,\\theta)=\\left(3,\\frac{\\pi}{2}\\right)}"],
                  ["\\boxed{\\left(\\frac{\\pi}{2},3\\right)}", "\\boxed{(3,90)}", "\\boxed{(3,\\frac{\\pi}{2},0)}", "\\boxed{3,-\\frac{\\pi}{2}}", "\\boxed{\\left[3,\\frac{\\pi}{2}\\right)}", "\\boxed{\\frac{3\\pi}{2}}"]),
    ("(2, -1)", ["\\boxed{(2,-1)}", "\\boxed{x=2,\\ y=-1}", "$(x, y) = \\boxed{(2, -1)}$", "The lines meet at $(2,-1)$.", "\\boxed{x = 2 \\text{ and } y = -1}", "\\boxed{P(2, -1)}"],
                ["\\boxed{(-1,2)}", "\\boxed{(2,1)}", "\\boxed{x=-1, y=2}", "\\boxed{\\{2,-1\\}}", "\\boxed{2}", "\\boxed{(2-1)}", "\\boxed{(2,-1),(1,2)}"]),
    ("(1, -2, 3)", ["\\boxed{(1,-2,3)}", "\\boxed{\\langle 1,-2,3\\rangle}", "\\boxed{x=1, y=-2, z=3}", "\\boxed{\\begin{pmatrix}1\\\\-2\\\\3\\end{pmatrix}}"],
                   ["\\boxed{(1,2,3)}", "\\boxed{(3,-2,1)}", "\\boxed{(1,-2)}", "\\boxed{\\{1,-2,3\\}}", "\\boxed{(-1,2,-3)}"]),
]  # fmt: skip

MATRICES: Pairs = [
    ("[[1/2, 0], [-3, 4]]", ["\\boxed{\\begin{pmatrix} 1/2 & 0 \\\\ -3 & 4 \\end{pmatrix}}", "\\boxed{\\begin{bmatrix}\\frac12&0\\\\-3&4\\end{bmatrix}}", "\\[\\boxed{\n\\begin{pmatrix}\n\\dfrac{1}{2} & 0 \\\\[2pt]\n-3 & 4\n\\end{pmatrix}\n}\\]", "\\boxed{\\left(\\begin{array}{cc} 0.5 & 0 \\\\ -3 & 4 \\end{array}\\right)}"],
                            ["\\boxed{\\begin{pmatrix} 1/2 & -3 \\\\ 0 & 4 \\end{pmatrix}}", "\\boxed{\\begin{pmatrix} 1/2 & 0 \\\\ 3 & 4 \\end{pmatrix}}", "\\boxed{\\begin{pmatrix} 1/2 & 0 \\end{pmatrix}}", "\\boxed{\\begin{vmatrix} 1/2 & 0 \\\\ -3 & 4 \\end{vmatrix}}", "\\boxed{2}", "\\boxed{2\\begin{pmatrix} 1/2 & 0 \\\\ -3 & 4 \\end{pmatrix}}"]),
]  # fmt: skip

COMPLEXES: Pairs = [
    ("-2 + 3*I", ["\\boxed{-2+3i}", "\\boxed{3i-2}", "$z = \\boxed{-2 + 3i}$", "\\boxed{-(2-3i)}"], ["\\boxed{2-3i}", "\\boxed{-2-3i}", "\\boxed{-2+3}", "\\boxed{(-2,3)}", "\\boxed{\\sqrt{13}}", "\\boxed{-2\\pm3i}", "\\boxed{1i}"]),
    ("sqrt(2)/2 + sqrt(2)*I/2", ["\\boxed{\\frac{\\sqrt2}{2}+\\frac{\\sqrt2}{2}i}", "\\boxed{e^{i\\pi/4}}", "\\boxed{\\frac{1+i}{\\sqrt{2}}}"],
                                ["\\boxed{\\frac{\\sqrt2}{2}-\\frac{\\sqrt2}{2}i}", "\\boxed{e^{\\pi/4}}", "\\boxed{1+i}", "\\boxed{\\frac{1+i}{2}}", "\\boxed{e^{3i\\pi/4}}"]),
]  # fmt: skip

RATIOS: Pairs = [
    (
        "2:5",
        ["\\boxed{2:5}", "\\boxed{2\\text{ to }5}", "\\boxed{\\frac{2}{5}}", "The ratio is 2:5.", "\\boxed{2 : 5}"],
        ["\\boxed{5:2}", "\\boxed{2:7}", "\\boxed{2,5}", "\\boxed{0.25}", "\\boxed{2:5:1}"],
    )
]
BASES: Pairs = [
    (
        "2102_3",
        [
            "\\boxed{2102_3}",
            "\\boxed{2102_{3}}",
            "$65 = \\boxed{2102_3}$",
            "\\boxed{2102_{\\text{three}}}",
            "\\boxed{2102}",
        ],
        ["\\boxed{2012_3}", "\\boxed{65}", "\\boxed{2102_4}", "\\boxed{2102_{10}}", "\\boxed{21023}"],
    )
]
TIMES: Pairs = [
    ("16:45", ["\\boxed{4:45 \\text{ PM}}", "\\boxed{4\\text{:}45\\text{ p.m.}}", "The train arrives at 4:45 PM.", "\\boxed{16:45}", "It leaves at 4:45 in the afternoon."], ["\\boxed{4:45}", "\\boxed{4:45 \\text{ AM}}", "\\boxed{5:45 \\text{ PM}}", "\\boxed{4:54 \\text{ PM}}", "\\boxed{16.45\\text{ hours of work}}"]),
    ("2023-11-09", ["\\boxed{\\text{November 9, 2023}}", "\\boxed{2023-11-09}", "\\boxed{\\text{9 November 2023}}", "It falls on November 9, 2023."], ["\\boxed{\\text{September 11, 2023}}", "\\boxed{2023-09-11}", "\\boxed{\\text{November 9, 2022}}", "\\boxed{\\text{November}}", "\\boxed{\\text{November 19, 2023}}"]),
]  # fmt: skip
CHOICES: Pairs = [
    ("D", ["\\boxed{\\textbf{(D)}\\ 24}", "\\boxed{\\text{D}}", "The correct answer is **(D) 24**.", "\\boxed{D}", "Answer: D", "The answer is $\\boxed{\\mathrm{(D)}\\ \\frac{1}{2}}$.", "D) The mitochondrion"],
          ["\\boxed{\\textbf{(B)}\\ 24}", "\\boxed{24}", "The correct answer is (D) or (E).", "\\boxed{A, D}", "It is not D.", "\\boxed{\\text{None of the above}}", "Either D or A", "D is wrong, so A."]),
]  # fmt: skip
POLYNOMIALS: Pairs = [
    ("2*x**3 - x + 4", ["\\boxed{2x^3 - x + 4}", "\\boxed{2x^{3}-x+4}", "\\boxed{4 - x + 2x^3}", "$p(x) = \\boxed{2x^3-x+4}$", "\\boxed{2x^3+0x^2-x+4}"],
                       ["\\boxed{2x^3 - x - 4}", "\\boxed{2x^2 - x + 4}", "\\boxed{2x^3 - x^2 + 4}", "\\boxed{2y^3 - y + 4}", "\\boxed{2x^3 - x + 4 = 0}", "\\boxed{(2x)^3 - x + 4}"]),
]  # fmt: skip
TEXTS: Pairs = [
    ("yes", ["Yes, because 3 divides 9.", "\\boxed{\\text{Yes}}", "Yes.", "The answer is yes."], ["No, because 3 does not divide 10.", "No. Yes.", "Yes or no", "\\boxed{\\text{Not yes}}"]),
    ("Tuesday", ["It will be a Tuesday.", "\\boxed{\\text{Tuesday}}", "The day is **Tuesday**."], ["It is not Tuesday.", "It will be a Thursday.", "\\boxed{\\text{Tuesday or Wednesday}}", "The day after Tuesday"]),
]  # fmt: skip
FORMS: list[tuple[str, str, str, list[str], list[str]]] = [  # (type, gold, form, right, wrong)
    ("polynomial", "x**2 - 5*x + 6", "factored", ["\\boxed{(x-2)(x-3)}", "\\boxed{\\left(x-3\\right)\\left(x-2\\right)}", "\\boxed{(2-x)(3-x)}"], ["\\boxed{x^2-5x+6}", "\\boxed{(x+2)(x+3)}", "\\boxed{x(x-5)+6}", "\\boxed{(x-2)(x-3)=0}", "\\boxed{(x-1)(x-6)}"]),
    ("polynomial", "x**2 - 5*x + 6", "expanded", ["\\boxed{x^2-5x+6}", "\\boxed{6-5x+x^2}"], ["\\boxed{(x-2)(x-3)}", "\\boxed{x^2-2x-3x+6}", "\\boxed{x(x-5)+6}", "\\boxed{x^2+5x+6}"]),
    ("rational", "3/5", "reduced", ["\\boxed{\\dfrac35}", "\\boxed{3/5}"], ["\\boxed{\\frac{6}{10}}", "\\boxed{\\frac{9}{15}}", "\\boxed{\\frac{5}{3}}"]),
    ("quantity", "12 m", "with_unit", ["\\boxed{12\\text{ m}}", "\\boxed{12\\,\\mathrm{meters}}", "\\boxed{1200\\text{ cm}}"], ["\\boxed{12}", "\\boxed{12\\text{ m}^2}", "\\boxed{12\\text{ apples}}", "\\boxed{12\\text{ km}}"]),
]  # fmt: skip

UNTYPED: Pairs = [  # golds as MATH, GSM8K and AIME print them
    ("\\frac{14}{3}", ["The slope is $\\frac{14}{3}$, hence \\[\\boxed{\\frac{14}{3}}\\]", "$\\boxed{4\\frac{2}{3}}$", "$\\boxed{\\dfrac{28}{6}}$", "$\\frac{14}{3}$"], ["$\\boxed{\\frac{3}{14}}$", "$\\boxed{4.67}$", "$\\boxed{4\\cdot\\frac{2}{3}}$", "$\\boxed{14}$", "$\\boxed{\\frac{14}{3}\\pi}$"]),
    ("2\\sqrt{5}", ["\\begin{align*}d &= \\sqrt{4^2+2^2}\\\\&=\\sqrt{20}\\\\&=\\boxed{2\\sqrt{5}}.\\end{align*}", "$\\boxed{\\sqrt{20}}$", "$\\boxed{2\\sqrt5}$ units"], ["$\\boxed{4\\sqrt{5}}$", "$\\boxed{5\\sqrt{2}}$", "$\\boxed{\\sqrt{4^2+2^2}}$", "$\\boxed{4.47}$", "$\\boxed{-2\\sqrt{5}}$"]),
    ("x \\in [-2,7]", ["$\\boxed{[-2,7]}$", "$\\boxed{x \\in [-2,7]}$", "$\\boxed{-2 \\le x \\le 7}$"], ["$\\boxed{(-2,7)}$", "$\\boxed{[-7,2]}$", "$\\boxed{x\\in\\{-2,7\\}}$", "$\\boxed{x\\le 7}$"]),
    ("(-\\infty, 0) \\cup (0, \\infty)", ["$\\boxed{(-\\infty,0)\\cup(0,\\infty)}$", "$\\boxed{x\\neq 0}$", "$\\boxed{\\mathbb{R}\\setminus\\{0\\}}$"], ["$\\boxed{(-\\infty,\\infty)}$", "$\\boxed{[0,\\infty)}$", "$\\boxed{x=0}$", "$\\boxed{(-\\infty,0]\\cup[0,\\infty)}$"]),
    ("\\left(3, \\frac{\\pi}{2}\\right)", ["So, $(r, \\theta) = \\boxed{\\left( 3, \\frac{\\pi}{2} \\right)}.$", "$\\boxed{(3,\\pi/2)}$"], ["$\\boxed{\\left(\\frac{\\pi}{2},3\\right)}$", "$\\boxed{\\left(3,\\frac{\\pi}{4}\\right)}$", "$\\boxed{3}$"]),
    ("p - q", ["$\\boxed{p - q}$", "The sum is $p-q$.", "$\\boxed{-q+p}$"], ["$\\boxed{q-p}$", "$\\boxed{p+q}$", "$\\boxed{pq}$", "$\\boxed{|p-q|}$"]),
    ("\\text{Evelyn}", ["$\\boxed{\\text{Evelyn}}$", "Evelyn", "The fastest is \\boxed{Evelyn}."], ["$\\boxed{\\text{Evan}}$", "$\\boxed{\\text{Carla}}$", "Evelyn or Briana"]),
    ("42", ["#### 42", "Total: 20 + 22 = <<20+22=42>>42\n#### 42", "The answer is 42", "$42", "42.0", "So he has 42 apples left.", "**42**", "\\(\\boxed{42}\\)", "Final answer: $42$", "\\[x = 42\\]"], ["#### 24", "#### 42.5", "Total: 20 + 22 = <<20+22=42>>42\n#### 44", "20 + 22", "The answer is not 42.", "42 or 43", "Between 42 and 44", "more than 42", "-42", "4 2", "$\\boxed{42}$ is wrong; it is 41.", "It cannot be 42.", "It can't be 42", "The number can never be $42$.", "The value isn't $42$.", "The value does not equal 42.", "Everything but 42.", "None of them is 42.", "No one has 42.", "at least 42", "She has more than 42 apples.", "$\\boxed{42\\text{ or more}}$"]),
    ("70000", ["#### 70,000", "$70,000", "\\boxed{\\$70{,}000}", "He made a profit of $70,000.", "\\boxed{7 \\times 10^4}", "70 thousand"], ["#### 7,000", "#### 700,000", "\\boxed{7 \\times 10^5}", "\\boxed{70.000}", "$70", "\\boxed{7^{10000}}"]),
    ("1.25", ["\\boxed{1.25}", "\\boxed{\\frac54}", "\\boxed{1\\frac14}", "$1.25"], ["\\boxed{1.2}", "\\boxed{1.3}", "\\boxed{\\frac45}", "\\boxed{125}", "\\boxed{1,25,0}"]),
    ("-\\frac{1}{2}", ["\\boxed{-\\frac12}", "\\boxed{-0.5}", "\\boxed{\\frac{-1}{2}}", "\\boxed{-1/2}"], ["\\boxed{\\frac12}", "\\boxed{-2}", "\\boxed{-\\frac{1}{-2}}", "\\boxed{\\frac{-1}{-2}}"]),
    ("x^2 + 4x + 4", ["\\boxed{x^2+4x+4}", "\\boxed{(x+2)^2}", "\\boxed{4+4x+x^2}"], ["\\boxed{x^2+4}", "\\boxed{(x-2)^2}", "\\boxed{x^2+4x+4=0}", "\\boxed{x^2+4y+4}", "\\boxed{x^2+2x+4}"]),
    ("10\\%", ["\\boxed{10\\%}", "\\boxed{10 \\text{ percent}}", "10%"], ["\\boxed{1\\%}", "\\boxed{100\\%}", "\\boxed{\\frac{1}{10}\\%}", "\\boxed{0.1\\%}"]),
    ("3, 5, 7", ["\\boxed{3, 5, 7}", "\\boxed{3,5,7}", "\\boxed{7,5,3}", "\\boxed{3,\\,5,\\text{ and }7}"], ["\\boxed{3,5}", "\\boxed{3,5,7,9}", "\\boxed{357}", "\\boxed{15}", "\\boxed{(3,5)}"]),
    ("\\begin{pmatrix} -7 \\\\ 16 \\\\ 5 \\end{pmatrix}", ["$\\boxed{\\begin{pmatrix} -7 \\\\ 16 \\\\ 5 \\end{pmatrix}}.$", "\\boxed{\\begin{bmatrix}-7\\\\16\\\\5\\end{bmatrix}}"], ["\\boxed{\\begin{pmatrix} 7 \\\\ 16 \\\\ 5 \\end{pmatrix}}", "\\boxed{\\begin{pmatrix} 16 \\\\ -7 \\\\ 5 \\end{pmatrix}}", "\\boxed{\\begin{pmatrix} -7 \\\\ 16 \\end{pmatrix}}", "\\boxed{14}"]),
    ("6 - 5i", ["\\boxed{6-5i}", "\\boxed{6 - 5 i}", "\\boxed{-5i+6}"], ["\\boxed{6+5i}", "\\boxed{5-6i}", "\\boxed{6-5}", "\\boxed{(6,-5)}", "\\boxed{6-5j^2}"]),
    ("\\text{(C)}", ["\\boxed{\\text{(C)}}", "\\boxed{C}", "The answer is (C).", "**C**"], ["\\boxed{\\text{(B)}}", "(A) and (C)", "\\boxed{3}", "C or D"]),
    ("2k", ["\\boxed{2k}", "\\boxed{k+k}", "\\boxed{2 \\cdot k}"], ["\\boxed{k^2}", "\\boxed{2+k}", "\\boxed{2K+1}", "\\boxed{k}"]),
    ("1000_2", ["\\boxed{1000_2}", "\\boxed{1000_{2}}"], ["\\boxed{1000_3}", "\\boxed{8}", "\\boxed{100_2}"]),
    ("90^\\circ", ["\\boxed{90^\\circ}", "\\boxed{90}", "\\boxed{90\\text{ degrees}}", "\\boxed{90^{\\circ}}"], ["\\boxed{45^\\circ}", "\\boxed{180^\\circ}", "\\boxed{9^\\circ}", "\\boxed{90\\text{ cm}}"]),
    ("15\\mbox{ cm}^2", ["\\boxed{15\\mbox{ cm}^2}", "\\boxed{15}", "\\boxed{15\\text{ cm}^2}"], ["\\boxed{15\\text{ cm}}", "\\boxed{15\\text{ m}^2}", "\\boxed{150\\text{ cm}^2}"]),
    ("\\$36", ["\\boxed{\\$36}", "\\boxed{36}", "36 dollars", "$36"], ["\\boxed{\\$3.60}", "\\boxed{36\\%}", "36 cents", "\\boxed{\\$63}"]),
    ("\\frac{\\sqrt{3}}{3}", ["\\boxed{\\frac{\\sqrt3}{3}}", "\\boxed{\\frac{1}{\\sqrt{3}}}", "\\boxed{\\frac13\\sqrt3}"], ["\\boxed{\\sqrt{3}}", "\\boxed{\\frac{\\sqrt{3}}{2}}", "\\boxed{\\tan 30^\\circ}", "\\boxed{\\frac{3}{\\sqrt3}}", "\\boxed{\\frac{\\sqrt[3]{3}}{3}}"]),
    ("y = 3x - 5", ["\\boxed{y = 3x - 5}", "\\boxed{y=-5+3x}", "\\boxed{3x - y = 5}"], ["\\boxed{y = 3x + 5}", "\\boxed{y = -3x - 5}", "\\boxed{x = 3y - 5}", "\\boxed{m = 3}"]),
    ("1, -2", ["\\boxed{1,-2}", "\\boxed{-2, 1}", "\\boxed{x = 1, -2}", "\\boxed{x=1\\text{ or }x=-2}"], ["\\boxed{1}", "\\boxed{-1, 2}", "\\boxed{1-2}", "\\boxed{1, 2}", "\\boxed{[-2, 1]}"]),
    ("11\\sqrt{2}", ["\\boxed{11\\sqrt{2}}", "\\boxed{11 \\sqrt 2}", "\\boxed{\\sqrt{242}}", "\\boxed{\\frac{22}{\\sqrt{2}}}"], ["\\boxed{11\\sqrt{3}}", "\\boxed{\\sqrt{22}}", "\\boxed{11^{2}}", "\\boxed{15.56}"]),
    ("\\infty", ["\\boxed{\\infty}", "\\boxed{+\\infty}"], ["\\boxed{-\\infty}", "\\boxed{0}", "\\boxed{8}", "\\boxed{\\text{DNE}}", "\\boxed{10^{100}}"]),
    ("3:2", ["\\boxed{3:2}", "\\boxed{3 : 2}", "3 to 2"], ["\\boxed{2:3}", "\\boxed{3}", "\\boxed{3:5}"]),
    ("e^2", ["\\boxed{e^2}", "\\boxed{e^{2}}", "\\boxed{e\\cdot e}", "\\boxed{\\exp(2)}"], ["\\boxed{2e}", "\\boxed{e^{-2}}", "\\boxed{7.39}", "\\boxed{e^2+C}"]),
    ("5040", ["\\boxed{7! = 5040}", "\\boxed{5040}", "$7! = \\boxed{5040}$ ways", "\\boxed{5{,}040}"], ["\\boxed{7!}", "\\boxed{5040!}", "\\boxed{504}", "\\boxed{7! = 720}", "\\boxed{\\binom{7}{2}}"]),
]  # fmt: skip

ENDS: list[tuple[str, str, list[str], list[str]]] = [  # (type, gold, right, wrong): how responses end
    ("rational", "3/4", ["**Final Answer**\n\\[\n\\boxed{\n\\frac{3}{4}\n}\n\\]", "\\boxed{\\text{The answer is } \\frac34}", "$\\boxed{\\frac{3}{4}} = 0.75$.", "$\\boxed{0.75} = \\frac{3}{4}$", "$\\sin\\theta = \\boxed{\\frac34}$", "Ans: `3/4`", "\\boxed{\\frac{3}{4} = 0.75}", "Probability = 3/4", "P(A) = 3/4", "P(\\text{both}) = \\frac{3}{4}", "\\boxed{P(A\\cap B)=\\frac34}", "3/4.", "=3/4", "## Answer\n\n3/4"], ["$\\boxed{\\frac{3}{4}} = 0.8$.", "$\\boxed{\\frac{3}{4}} - \\frac14$", "$1 - \\boxed{\\frac{3}{4}}$", "\\boxed{\\frac{3}{4} = 0.65}", "The probability is thus \\(\\frac{3}{4}\\), or 70%.", "P(A) = 3/4, P(B) = 1/4", "Answer: 3/4 (0.70)", "3/4/2", "3/4 or so, or 1/2"]),
    ("expression", "2*sqrt(3)", ["\\[\\boxed{2\\sqrt{3}} \\approx 3.46\\]", "\\boxed{2\\sqrt{3}\\approx 3.464}", "The length is $2\\sqrt{3}$ units.", "$AB = 2\\sqrt{3}$", "$\\sqrt{12} = 2\\sqrt{3}$"], ["\\[\\boxed{2\\sqrt{3}} \\approx 5.46\\]", "\\boxed{3.46}", "\\boxed{2\\sqrt{3}} \\pi", "$\\sqrt{12} = 3\\sqrt{2}$"]),
    ("set", "{3, 4}", ["The solutions are $x = 3$ and $x = 4$.", "x = 3 or x = 4", "The answers are 3 and 4.", "$x=3$ or $x=4$", "\\boxed{x_1 = 3, x_2 = 4}", "\\boxed{x = 3} \\text{ and } \\boxed{x = 4}", "Therefore the solutions are \\boxed{3, 4}.", "{3, 4}", "x ∈ {3, 4}"], ["The solution is $x = 3$.", "x = 3 and y = 4", "The answers are 3 and 5.", "\\boxed{3} but not \\boxed{4}", "\\boxed{x = 3, 4, 5}", "\\boxed{34}", "\\boxed{3 + 4}"]),
    ("tuple", "(5, 6)", ["$x=5$ and $y=6$", "\\boxed{x=5,\\; y=6}", "The solution is $(x, y) = (5, 6)$.", "\\boxed{(5,6)}", "\\boxed{\\begin{cases}x=5\\\\y=6\\end{cases}}", "So $x = \\boxed{5}$ and $y = \\boxed{6}$."], ["$x=6$ and $y=5$", "So $x = \\boxed{6}$ and $y = \\boxed{5}$.", "\\boxed{(5,6,0)}", "\\boxed{(5;7)}", "x = 5 or y = 6"]),
    ("integer", "5", ["\\boxed{\\begin{aligned} x &= 5 \\end{aligned}}", "Thus, the value of $x$ is $\\boxed{5}$ apples.", "There are 5 of them.", "five", "\\boxed{\\text{five}}", "\\boxed{5 \\text{ ways}}", "Answer = 5", "ANSWER: 5", "The final answer is $5$.", "The answer is: 5", "the answer is five", "\\boxed{5!/4! = 5}", "so \\( n = 5 \\).", "Hence $n=5$. $\\blacksquare$", "$n=5$ ∎"], ["\\boxed{x = 5 \\text{ or } 7}", "\\boxed{5 \\text{ and } 6}", "There are 5 or 6 of them.", "\\boxed{5 ways + 1}", "Answer = 5 + 1", "The answer is five or six", "\\boxed{\\text{fifty}}", "so \\( n < 5 \\).", "Answer: 5, 6", "\\boxed{5}^2", "\\boxed{5} = 6", "$\\boxed{6} = 5$", "\\boxed{5} \\approx 6", "2\\boxed{5}", "\\boxed{5}0", "\\boxed{5}.5", "\\boxed{05}5"]),
    ("integer", "1000000", ["\\boxed{1,000,000}", "\\boxed{10^6}", "1 million", "\\boxed{1\\ 000\\ 000}", "\\boxed{1{,}000{,}000}", "\\boxed{1\\text{ million}}"], ["\\boxed{10^7}", "1 billion", "\\boxed{100{,}000}", "\\boxed{1.000.000.0}"]),
    ("percent", "25%", ["25%", "\\boxed{25}\\%", "The discount is 25 percent.", "\\boxed{\\frac14}", "25 %", "\\boxed{25\\,\\%}"], ["2.5%", "\\boxed{\\frac14\\%}", "75%", "25% or 30%", "\\boxed{25}‰"]),
    ("expression", "x**2 + 1", ["$f(x) = x^2 + 1$", "\\boxed{f(x)=x^2+1}", "\\boxed{x^{2} + 1}", "x^2+1", "x²+1", "x**2 + 1", "1 + x*x"], ["x^2 - 1", "\\boxed{f(x)=x^2+1=0}", "x2+1", "2x+1", "\\boxed{x^2+1, x>0 \\text{ or } -x^2-1}"]),
    ("interval", "[2, oo)", ["x \\ge 2", "$[2, \\infty)$", "[2, inf)", "[2, ∞)", "\\boxed{\\{x \\in \\mathbb{R} : x \\ge 2\\}}", "x ≥ 2", "\\boxed{[2, +\\infty)}", "\\boxed{2 \\le x < \\infty}"], ["(2, \\infty)", "x > 2", "[-2, \\infty)", "\\boxed{x \\le 2}", "\\boxed{2}"]),
    ("choice", "B", ["The answer is (B) because it is larger.", "**Answer: B**", "Answer: (B) 12", "\\boxed{\\text{B. } 12}", "B", "The correct choice is B.", "I choose (B).", "Option (B) is correct."], ["The answer is (A) because (B) is smaller.", "Answer: (A) 12", "Not B", "B or C", "\\boxed{AB}", "Option (B) is incorrect."]),
    ("time", "16:05", ["4:05 PM", "16:05", "\\boxed{4\\!:\\!05\\text{ p.m.}}", "4:05 in the afternoon", "4:05pm", "The meeting ends at 4:05 PM.", "\\boxed{\\text{4:05 PM}}"], ["4:50 PM", "4:05 AM", "04:05", "5 past 5 PM"]),
    ("complex", "3 + 2*I", ["$3+2i$", "\\boxed{3+2\\mathrm{i}}", "\\boxed{z = 3+2i}", "3 + 2I", "\\boxed{2i + 3}"], ["$3-2i$", "\\boxed{2+3i}", "\\boxed{5i}", "\\boxed{\\overline{3+2i}}", "\\boxed{|3+2i|}"]),
    ("equation", "y = 2*x - 3", ["$y=2x-3$", "\\boxed{y + 3 = 2x}", "\\boxed{2x - y - 3 = 0}", "\\boxed{f(x) = 2x - 3}", "\\boxed{T(x) = 2x - 3}", "\\boxed{L(x) = 2x - 3}", "The line is $y = 2x - 3$."], ["\\boxed{y = 2x + 3}", "\\boxed{2x-3}", "\\boxed{T(x) = 2x + 3}", "\\boxed{y = 2x - 3x}", "\\boxed{x = 2y - 3}", "\\boxed{2x - y + 3 = 0}"]),
    ("quantity", "7 hours", ["7 hours", "\\boxed{7}", "\\boxed{7\\text{ hrs}}", "It takes 7 hours.", "420 minutes", "\\boxed{7 \\mathrm{~h}}"], ["7 days", "\\boxed{7\\text{ minutes}}", "70 hours", "7:00", "\\boxed{7\\text{ km/h}}"]),
]  # fmt: skip

ALL: dict[str, Pairs] = {
    "integer": INTEGERS, "rational": RATIONALS, "decimal": DECIMALS, "percent": PERCENTS, "quantity": QUANTITIES,
    "expression": EXPRESSIONS, "antiderivative": ANTIDERIVATIVES, "equation": EQUATIONS, "inequality": INEQUALITIES,
    "interval": INTERVALS, "set": SETS, "tuple": TUPLES, "matrix": MATRICES, "complex": COMPLEXES, "ratio": RATIOS,
    "base": BASES, "time": TIMES, "choice": CHOICES, "polynomial": POLYNOMIALS, "text": TEXTS, "untyped": UNTYPED,
}  # fmt: skip


def cases(kind: str) -> Iterator[Case]:
    """Of one type: (gold, form, answer, whether it is right)."""
    for gold, right, wrong in ALL.get(kind, []):
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)
    for of, gold, right, wrong in ENDS:
        if of == kind:
            yield from ((gold, "value", answer, True) for answer in right)
            yield from ((gold, "value", answer, False) for answer in wrong)
    for of, gold, form, right, wrong in FORMS:
        if of == kind:
            yield from ((gold, form, answer, True) for answer in right)
            yield from ((gold, form, answer, False) for answer in wrong)
