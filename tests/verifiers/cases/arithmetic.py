"""Labelled answers that are numbers: integers, rationals, decimals, percentages, quantities. Only Python's own arithmetic
decides what is right here; nothing of the verifier is imported."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random

Case = tuple[str, str, str, bool]
"""gold, form, answer, right"""

_UNITS = ("cm", "apples", "\\text{ meters}", "dollars", " students")


def _grouped(number: int, mark: str) -> str:
    return f"{number:,}".replace(",", mark)


def integers() -> Iterator[Case]:
    rng = Random("integers")
    numbers = [0, 1, 2, 5, 7, 12, 16, 18, 24, 42, 60, 72, 99, 100, 128, 144, 360, 540, 729, 1000, 1024, 2048, 7425000]
    numbers += [-1, -3, -8, -15, -120, -2500] + [rng.randrange(10, 100_000) for _ in range(12)]
    for index, n in enumerate(numbers):
        gold = str(n)
        right = [f"\\boxed{{{n}}}", f"${n}$", f"{n}.", f"x = {n}", f"{n}.0", f"\\boxed{{{n}\\text{{ cm}}}}"]
        right += [
            f"The answer is {n}.",
            f"#### {n}",
            f"**Answer:** {n}",
            f"$\\boxed{{{n}}}$.",
            f"\\mathbf{{{n}}}",
            f"+{n}" if n > 0 else gold,
        ]
        right += [f"We add and find {n - 3} + 3 = {n}. So the answer is \\boxed{{{n}}}.", f"{n - 3} + 3 = {n}"]
        right += [
            f"{n} {_UNITS[index % len(_UNITS)]}",
            f"\\[ {n} \\]",
            f"<think>maybe {n + 1}?</think>\n\\boxed{{{n}}}",
        ]
        if n < 0:
            right += [f"−{-n}", f"$-{-n}$", f"\\boxed{{- {-n}}}"]
        if abs(n) >= 1000:
            right += [_grouped(n, mark) for mark in (",", "{,}", "\\,", ",\\!", " ", "\u202f", "\u2009")]
        wrong = [
            str(n + 1),
            str(n - 1),
            f"{n}0" if n else "10",
            f"{n}.5",
            f"{n + 1} - 1",
            f"\\frac{{{2 * n}}}{{2}}",
            f"{n} or {n + 1}",
        ]
        wrong += [
            f"\\boxed{{{n}}} or \\boxed{{{n + 2}}}",
            f"\\boxed{{{n}}}. Wait, it is {n + 1}.",
            f"{n}, {n + 5}",
            f"{n}x",
            f"x > {n}",
        ]
        wrong += [
            f"\\{{{n}, {n + 1}\\}}",
            f"({n}, {n + 1})",
            f"{n + 4} = {n}",
            f"not {n}",
            "\\boxed{}",
            f"\\boxed{{{n + 3}}} so \\boxed{{{n}}}",
        ]
        if n:
            wrong += [str(-n), f"\\pm {abs(n)}", f"{n}\\%"]
        if abs(n) > 9 and gold.lstrip("-") != gold.lstrip("-")[::-1] and n % 10:
            wrong += [("-" if n < 0 else "") + gold.lstrip("-")[::-1]]
        # The first numbers take every form, the others every third: variety, not volume.
        step = 1 if index < 6 else 3
        yield from ((gold, "value", answer, True) for answer in right[index % step :: step])
        yield from ((gold, "value", answer, False) for answer in wrong[index % step :: step])
    for gold, answer in _UNDONE:
        yield gold, "value", answer, False
    for gold, answer in _DONE:
        yield gold, "value", answer, True


_UNDONE = [
    ("12", "3\\times 4"), ("12", "3 \\cdot 4"), ("12", "3*4"), ("12", "(3)(4)"), ("6", "\\gcd(54,24)"), ("4", "2+2"), ("4", "2 + 2"),
    ("120", "5!"), ("8", "2^3"), ("8", "2^{3}"), ("8", "2**3"), ("4", "\\sqrt{16}"), ("3", "\\log_2 8"), ("3", "|{-3}|"),
    ("3", "|-3|"), ("10", "\\binom{5}{2}"), ("36", "\\text{lcm}(12, 18)"), ("36", "\\operatorname{lcm}(12, 18)"), ("7", "\\lfloor 7.9 \\rfloor"),
    ("8", "\\lceil 7.2 \\rceil"), ("1", "\\sin 90^\\circ"), ("0", "\\sin \\pi"), ("-1", "\\cos \\pi"), ("1", "\\ln e"), ("2", "\\sqrt[3]{8}"),
    ("5", "15 \\div 3"), ("5", "15/3"), ("5", "\\frac{15}{3}"), ("5", "3=5"), ("5", "10/2=5=6"), ("9", "9^1"), ("1", "7^0"), ("-1", "i^2"),
    ("2", "17 \\bmod 5"), ("81", "3^4"), ("5050", "1+2+\\dots+100"), ("5050", "\\sum_{k=1}^{100} k"), ("24", "4 \\times 3 \\times 2 \\times 1"),
    ("12", "1200\\%"), ("100", "10^2"), ("300", "3 \\times 10^2"), ("45", "\\binom{10}{8}"), ("12", "12 = 13"), ("7", "14/2 = 8"),
    ("3", "3 \\ne 4"), ("10", "1010_2"), ("5", "\\sqrt{3^2+4^2}"), ("2", "\\max(1, 2)"), ("6", "\\int_0^6 1\\,dx"), ("30", "2x = 30"), ("5", "x + 1 = 5"),
    ("9", "x^2 = 9"), ("32349", "32, 349"), ("5", "5 - 0i + 1"), ("9", "9^{9^{9^9}}"), ("7", "factorial(10**9)"), ("5", "((((((5))))))+1"),
    ("4", "4\\sqrt{2}"), ("1", "1\\sqrt{19}"), ("2", "\\frac{1+\\sqrt{5}}{2}"), ("4", "4 4/9"), ("12", "12:30"), ("2", "AZYUK2A"), ("1", "-[0,1)"),
    ("5", "I think it might be 5"), ("5", "5?"), ("5", "about 5 or so, maybe 6"), ("5", "either 5 or 6"), ("3", "3, 3.5"), ("20", "\\boxed{20}, \\boxed{30}"),
    ("7", "\\boxed{7}\n\nHowever, checking again gives 8."), ("7", "\\boxed{7} \\text{ is wrong}"), ("7", "The answer is not 7."), ("111", "0,111"),
]  # fmt: skip
_DONE = [
    ("12", "3\\times 4 = 12"), ("12", "3 \\times 4 = 12."), ("120", "5! = 120"), ("6", "\\gcd(54,24) = 6"), ("5", "x=5"), ("5", "5 = x"),
    ("5", "\\boxed{x = 5}"), ("5", "AB = 5"), ("5", "f(2) = 5"), ("5", "|AB| = 5"), ("90", "\\angle ABC = 90"), ("90", "90^\\circ"), ("90", "90°"), ("90", "90 degrees"),
    ("300000000", "3 \\times 10^8"), ("300000000", "3\\cdot10^{8}"), ("100000", "10^5"), ("15000", "1.5 \\times 10^4"), ("15000", "1.5e4"),
    ("11111111100", "11,\\! 111,\\! 111,\\! 100"), ("14916", "14{,}916"), ("14916", "14 {, }916"), ("1000", "1 000"), ("1000", "1000.00"), ("7", "seven"), ("12", "twelve"),
    ("5", "\\text{5}"), ("5", "\\boxed{\\boxed{5}}"), ("5", "\\fbox{5}"), ("5", "5 \\text{ inches}"), ("18", "$18"), ("18", "\\$18"), ("18", "18 dollars per day"), ("18", "$\\$18$"),
    ("9", "$\\boxed{9} \\pmod{11}$."), ("2", "Thus, there are $\\boxed{2}$ distinct possible values for $B$."), ("125", "\\boxed{125\\textnormal{ miles}}."),
    ("34", "Final Answer: The largest $n$ is 34."), ("12", "Therefore, there are 12 distinct sequences that meet the three conditions. I hope it is correct."),
    ("11", "x \\approx 11"), ("4", "2 + 2 = 4"), ("42", "So the result is **42**."), ("42", "the answer is: $42$"), ("42", "Final Answer\n\n42"), ("42", "<answer>42</answer>"),
    ("42", "\\boxed{42}<|im_end|>"), ("42", "\\boxed{42}\n\\]\n</s>"), ("42", "The final answer is $42$. I hope it is correct."), ("42", "\\(\\boxed{42}\\) square centimeters."),
    ("0", "-0"), ("0", "0.0"), ("0", "\\boxed{0}"), ("3", "\\boxed{3}\\text{ hours}"), ("3", "It takes \\boxed{3} hours in total."), ("1000000", "1\\,000\\,000"), ("17", "17\\text{ any text}"),
    ("185", "185\\"), ("64", "Hence the area is $8 \\times 8 = 64$ square units."), ("7", "The length is 7 cm"), ("7", "n = 2 \\cdot 3 + 1 = 7"), ("25", "\\boxed{25}~\\text{cm}^2"),
]  # fmt: skip


def rationals() -> Iterator[Case]:
    rng = Random("rationals")
    values = [
        Fraction(1, 2),
        Fraction(-7, 3),
        Fraction(3, 4),
        Fraction(22, 7),
        Fraction(-1, 6),
        Fraction(5, 8),
        Fraction(9, 4),
    ]
    values += [Fraction(rng.randrange(-60, 60) * 2 + 1, rng.choice((3, 5, 7, 9, 11, 13, 16))) for _ in range(14)]
    for index, value in enumerate(value for value in values if value.denominator > 1):
        a, b = value.numerator, value.denominator
        sign, top = ("-", -a) if a < 0 else ("", a)
        whole, rest = divmod(top, b)
        gold = f"{a}/{b}"
        right = [
            gold,
            f"{sign}\\frac{{{top}}}{{{b}}}",
            f"\\boxed{{{sign}\\dfrac{{{top}}}{{{b}}}}}",
            f"$\\tfrac{{{a}}}{{{b}}}$",
            f"{sign}\\cfrac{{{top}}}{{{b}}}",
        ]
        right += [
            f"\\frac{{{2 * a}}}{{{2 * b}}}",
            f"{3 * a}/{3 * b}",
            f"\\left({sign}\\frac{{{top}}}{{{b}}}\\right)",
            f"x = {a}/{b}",
            f"P(A) = \\frac{{{a}}}{{{b}}}",
        ]
        right += [
            f"The answer is {gold}.",
            f"{sign}\\frac{{{top}}}{{{b}}}\\text{{ meters}}",
            f"\\frac{{{-a}}}{{-{b}}}",
            f"#### {gold}",
            f"{a} / {b}",
        ]
        if whole:
            right += [
                f"{sign}{whole}\\frac{{{rest}}}{{{b}}}",
                f"{sign}{whole} {rest}/{b}",
                f"{sign}{whole}\\,\\frac{{{rest}}}{{{b}}}",
                f"{sign}{whole} \\tfrac{rest}{b}" if rest < 10 > b else gold,
            ]
        if 10**6 % b == 0:
            right += [str(a / b), f"{a / b:.7f}"]
        if top < 10 and b < 10:
            right += [f"{sign}\\frac{top}{b}", f"{sign}\\frac{top}{{{b}}}"]
        wrong = [
            f"\\frac{{{b}}}{{{a}}}" if a != b and a * a != b * b else "0",
            f"\\frac{{{a + 1}}}{{{b}}}",
            f"\\frac{{{a}}}{{{b + 1}}}",
            f"{-a}/{b}",
            str(a),
            f"{a}/{b} + 1",
        ]
        wrong += [
            f"\\frac{{{a}}}{{{b}}} \\text{{ or }} \\frac{{{a + 1}}}{{{b}}}",
            f"{a}:{b}0",
            f"{a} \\cdot \\frac{{1}}{{{b}}}",
            f"\\frac{{{a}}}{{{b}}}x",
            f"{round(a / b, 2) + 0.01:.2f}",
        ]
        wrong += [
            f"\\frac{{{a - 1}}}{{{b}}} + \\frac{{1}}{{{b}}}",
            f"\\frac{{{a}}}{{{b}}}\\%",
            f"{a}/{b}/1",
            f"({a}, {b})",
            f"\\pm\\frac{{{top}}}{{{b}}}",
        ]
        if b % 3 == 0 or b % 7 == 0:
            wrong += [f"{a / b:.4f}", f"{a / b:.2f}"]
        step = 1 if index < 5 else 2
        yield from ((gold, "value", answer, True) for answer in right[index % step :: step])
        yield from ((gold, "value", answer, False) for answer in wrong[index % step :: step])
    for gold, form, answer, right_ in _RATIONAL_FORMS:
        yield gold, form, answer, right_


_RATIONAL_FORMS: list[Case] = [
    ("1/2", "reduced", "1/2", True), ("1/2", "reduced", "2/4", False), ("1/2", "reduced", "\\frac{50}{100}", False), ("1/2", "reduced", "0.5", True), ("3", "reduced", "3/1", False), ("3", "reduced", "3", True),
    ("7/2", "reduced", "3\\frac{1}{2}", True), ("7/2", "reduced", "14/4", False), ("7/2", "reduced", "3\\frac{2}{4}", False), ("7/2", "reduced", "3 2/4", False), ("-7/2", "reduced", "-3\\frac12", True), ("-7/2", "reduced", "-3\\frac24", False), ("7/2", "value", "3\\frac{2}{4}", True), ("-3/4", "reduced", "\\frac{-3}{4}", True), ("-3/4", "reduced", "\\frac{-6}{8}", False), ("1/2", "value", "\\frac{1}{2}.", True),
    ("1/2", "value", "½", True), ("7/2", "value", "3½", True), ("3/4", "value", "¾", True), ("5/6", "evaluated", "\\frac{1}{2}+\\frac{1}{3}", False), ("5/6", "evaluated", "5/6", True), ("1/2", "value", "50\\%", True),
    ("1/2", "value", "5\\%", False), ("1/1267650600228229401496703205376", "value", "\\frac{1}{1267650600228229401496703205376}", True), ("1/3", "value", "0.\\overline{3}", True), ("1/6", "value", "0.1\\overline{6}", True), ("1/3", "value", "0.333", False),
    ("1/3", "value", "0.3333333333", False), ("1/3", "value", "33\\%", False), ("1/2", "value", "\\frac{\\frac{1}{2}}{1}", False), ("1/2", "value", "2^{-1}", False), ("1/2", "value", "\\frac{1}{2} = 0.5", True), ("1/2", "value", "\\frac{1}{2} = 0.6", False),
    ("1/2", "value", "\\sin 30^\\circ", False), ("1/2", "value", "\\cos\\frac{\\pi}{3}", False), ("2/3", "value", "P(A) = 2/3. Therefore, the probability that Alice wins the game is 2/3.", True), ("40/9", "value", "4 4/9", True), ("40/9", "value", "The answer is 4 4/9.", True),
    ("1/3", "value", "1/3.", True), ("1", "value", "The answer is $1/3.$", False), ("22/7", "value", "3.142857", False), ("14/3", "value", "=2+\\frac{5}{3}+1=\\boxed{\\frac{14}{3}}$", True), ("1/4", "value", "one fourth", False), ("1/8", "value", "0.125", True), ("1/8", "value", "12.5\\%", True),
    ("3/56", "value", "so \\[p(8) = \\frac{q(8) + 8}{8^2 - 1} = \\boxed{\\frac{3}{56}}.\\]", True), ("1/2", "value", "1 / 2 / 1 / 1", False), ("3/2", "value", "1 + \\frac{1}{2}", False), ("3/2", "value", "1\\frac{1}{2}", True), ("3/2", "value", "2\\frac{3}{2}", False),
    ("1/2", "value", "1/0", False), ("1/2", "value", "\\frac{0.5}{1}", False), ("28/100", "value", "28", False), ("28", "value", "28/100", False), ("7/25", "value", "28\\%", True), ("7/25", "value", "0.28", True), ("7/25", "value", "28", False),
]  # fmt: skip


def decimals() -> Iterator[Case]:
    rng = Random("decimals")
    texts = ["0.5", "0.125", "3.14", "-2.75", "0.001", "12.5", "1000.99", "16386.20", "0.05", "99.9", "7.78", "2.50"]
    texts += [f"{rng.randrange(1, 9999) / rng.choice((10, 100, 1000))}" for _ in range(10)]
    for index, text in enumerate(texts):
        value = Fraction(text)
        right = [
            text,
            f"\\boxed{{{text}}}",
            f"{text}0",
            f"${text}$",
            f"\\frac{{{value.numerator}}}{{{value.denominator}}}",
            f"{value.numerator}/{value.denominator}",
            f"x = {text}",
            f"\\${text}",
        ]
        right += [
            f"The answer is {text}.",
            text.replace(".", ",") if len(text.partition(".")[2]) != 3 else text,
            f"{text} kg",
            f"\\approx {text}",
            f"approximately {text}",
            f"{float(value) * 100:.6f}\\%",
        ]
        right += [text[1:]] if text.startswith("0.") else []
        wrong = [
            f"{text}1",
            str(value.numerator),
            f"-{text}".replace("--", ""),
            f"{float(value) * 10:.6f}",
            f"{float(value) / 10:.8f}",
            f"{text}x",
            f"{text} or {float(value) + 1}",
            text.replace(".", ""),
        ]
        wrong += [
            f"{float(value) + 0.01:.5f}",
            f"{text} + 0",
            f"{text}\\%",
            f"\\boxed{{{text}}} \\boxed{{{float(value) + 2}}}",
        ]
        wrong = [answer for answer in wrong if answer != text]
        if value.denominator == 1:
            right = [answer for answer in right if "frac" not in answer and "/" not in answer]
        step = 1 if index < 4 else 2
        yield from ((text, "value", answer, True) for answer in right[index % step :: step])
        yield from ((text, "value", answer, False) for answer in wrong[index % step :: step])
    for gold, answer, right_ in _SMALL:
        yield gold, "value", answer, right_


_SMALL = [
    ("0.00000000000000000001", "10^{-20}", True), ("0.00000000000000000001", "10^{-21}", False), ("0.00000000000000000001", "1e-20", True), ("0.00000000000000000001", "1 \\times 10^{-20}", True), ("0.00000000000000000001", "0", False),
    ("0.00000000000000000001", "1e-21", False), ("0.00000000000000000001", "0.00000000000000000002", False), ("1e-20", "10^{-20}", True), ("1e-20", "10^{-21}", False), ("1.000000001", "1.000000002", False), ("1.000000001", "1", False),
    ("123456789.123456789", "123456789.123456788", False), ("123456789.123456789", "123{,}456{,}789.123456789", True), ("0.1", "0.10000000000000001", False), ("2.74", "2,74", True), ("1000.99", "1000,99", True), ("1000.99", "1,000.99", True), ("1000.99", "$1,000.99", True),
    ("1000.99", "1,000.99€", True), ("0.4", ".4", True), ("6.02e23", "6.02 \\times 10^{23}", True), ("6.02e23", "6.02 \\times 10^{22}", False), ("0.3", "\\frac{3}{10}", True), ("0.3", "\\frac{1}{3}", False), ("5.51", "\\frac{11}{2}", False), ("3.14", "\\pi", False), ("3.14", "3.14159", False),
    ("2.5", "2\\frac{1}{2}", True), ("2.5", "2 1/2", True), ("918.5", "918\\frac{1}{2}", True), ("0.33", "1/3", False), ("0.33", "\\frac{1}{3} \\approx 0.33", True), ("16386.17", "\\boxed{\\$16386.17} after 5 years.", True), ("16386.20", "\\$16,\\!386.20", True),
]  # fmt: skip


def percents() -> Iterator[Case]:
    for text in ("28%", "12.5%", "50%", "7%", "100%", "33.3%", "0.5%", "150%", "2.75%", "99%"):
        number = text[:-1]
        value = Fraction(number) / 100
        right = [
            f"{number}\\%",
            f"{number}%",
            f"${number}\\%$",
            f"{number} percent",
            f"{number} \\text{{ percent}}",
            f"\\boxed{{{number}\\%}}",
            f"{number}",
            f"\\boxed{{{number}}}\\%",
            f"$\\boxed{{{number}}}$ percent.",
        ]
        right += [
            f"\\frac{{{value.numerator}}}{{{value.denominator}}}",
            str(float(value)),
            f"{number} pct",
            f"{number}.0\\%" if "." not in number else f"{number}0\\%",
            f"The answer is {number}%.",
            f"{number} \\%",
        ]
        wrong = [
            f"{float(number) + 1}\\%",
            f"{float(number) * 10}\\%",
            f"-{number}\\%",
            f"{float(value)}\\%",
            f"{float(number) * 100}",
            f"{number}\\% \\text{{ or }} 1\\%",
            f"{number}x",
            f"{float(number) / 10}",
            f"{number}\\% + 1\\%",
            f"{number}:100",
        ]
        if value.denominator == 1:
            right = [answer for answer in right if "frac" not in answer]
        yield from ((text, "value", answer, True) for answer in right)
        yield from ((text, "value", answer, False) for answer in wrong)
    yield from (
        ("20%", "with_unit", answer, right_)
        for answer, right_ in [("20%", True), ("20\\%", True), ("20 percent", True), ("20", False), ("0.2", False)]
    )


_QUANTITIES: list[tuple[str, list[str], list[str]]] = [
    ("5 cm", ["5 cm", "5\\text{ cm}", "5\\,\\mathrm{cm}", "5 centimeters", "0.05 m", "50 mm", "5cm", "5", "\\boxed{5} cm", "$5$ cm", "5 centimetres", "\\frac{5}{100} m", "The answer is 5 cm."], ["5 m", "5 mm", "5 cm^2", "0.5 cm", "6 cm", "5 kg", "50 cm", "-5 cm", "5 cm or 6 cm", "0.05 cm", "5 inches", "5 s", "500 m"]),
    ("5 m", ["5 m", "500 cm", "0.005 km", "5 meters", "5 metres", "5\\text{ m}", "5"], ["5 cm", "5 km", "50 cm", "5 m^2", "5 m/s", "5 miles", "500", "5 ft"]),
    ("15 cm^2", ["15\\text{ cm}^2", "15 cm²", "15\\mbox{ cm}^2", "15 square centimeters", "15 sq cm", "0.0015 m^2", "15", "1500 mm^2", "15 cm^{2}", "\\boxed{15\\mbox{ cm}^2}."], ["15 cm", "15 cm^3", "15 m^2", "150 cm^2", "15 square meters", "0.15 m^2"]),
    ("60 km/h", ["60 km/h", "60\\text{ km/h}", "60 kilometers per hour", "60 kph", "60", "1 km/min", "60 km per hour"], ["60 m/s", "60 mph", "60 km", "16 m/s", "6 km/h", "60 km/min"]),
    ("72 km/h", ["20 m/s", "72 km/h", "20 meters per second"], ["72 m/s", "20 km/h", "2 m/s"]),
    ("2 hours", ["2 hours", "120 minutes", "2 h", "2 hrs", "7200 seconds", "2", "120 min"], ["2 minutes", "12 hours", "120 hours", "2 days", "20 minutes", "120 seconds"]),
    ("$18.90", ["$18.90", "\\$18.90", "18.90 dollars", "18.9", "1890 cents", "\\$18.9", "18.90 USD"], ["€18.90", "18.90 cents", "\\$18.09", "\\$189", "£18.90"]),
    ("50 cents", ["50 cents", "\\$0.50", "50¢", "0.5 dollars", "50"], ["50 dollars", "\\$50", "5 cents", "\\$5"]),
    ("90 degrees", ["90^\\circ", "90°", "90 degrees", "90", "\\frac{\\pi}{2} \\text{ radians}", "90^{\\circ}"], ["90 radians", "80^\\circ", "\\frac{\\pi}{2}", "\\pi \\text{ radians}", "9^\\circ"]),
    ("3 kg", ["3 kg", "3000 g", "3\\text{ kilograms}", "3", "3 kilograms"], ["3 g", "300 g", "3 lb", "30 kg", "3 km"]),
    ("12 inches", ["12 inches", "1 foot", "12 in", "1 ft", "12"], ["12 feet", "1 inch", "12 cm", "2 feet"]),
    ("2 L", ["2 L", "2 liters", "2000 mL", "2000 cm^3", "2"], ["2 mL", "20 L", "200 mL", "2 gallons"]),
    ("25 m/s^2", ["25 m/s^2", "25\\text{ m/s}^2", "25 m s^{-2}", "25"], ["25 m/s", "25 m", "25 s", "2.5 m/s^2"]),
    ("40 N", ["40 N", "40 newtons", "0.04 kN", "40 kg m/s^2", "40"], ["40 J", "40 W", "4 N", "40 kN"]),
    ("3*pi cm", ["3\\pi\\text{ cm}", "3\\pi cm", "3π cm", "3\\pi", "0.03\\pi m"], ["3 cm", "3\\pi m", "9.42 cm", "3\\pi cm^2", "6\\pi cm"]),
    ("2*sqrt(3) cm", ["2\\sqrt{3}\\text{ cm}", "2√3 cm", "\\sqrt{12} cm", "2\\sqrt{3}", "20\\sqrt{3} mm"], ["2\\sqrt{3} m", "3\\sqrt{2} cm", "\\sqrt{6} cm", "2\\sqrt{3} cm^2"]),
    ("5 apples", ["5 apples", "5", "5\\text{ apples}", "5 apples in total"], ["5 oranges", "6 apples", "5 kg", "50 apples"]),
    ("1 m", ["100 cm", "1 m", "1000 mm", "1 meter"], ["100 m", "10 cm", "1 cm", "1 mm"]),
]  # fmt: skip


def quantities() -> Iterator[Case]:
    for gold, right, wrong in _QUANTITIES:
        yield from ((gold, "value", answer, True) for answer in right)
        yield from ((gold, "value", answer, False) for answer in wrong)
    for answer, right_ in [
        ("5 cm", True),
        ("5\\text{ cm}", True),
        ("5", False),
        ("5 m", False),
        ("0.05 m", True),
        ("\\boxed{5}", False),
        ("\\boxed{5}\\text{ cm}", True),
    ]:
        yield "5 cm", "with_unit", answer, right_
