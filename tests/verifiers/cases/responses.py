"""Labelled whole responses: where the answer stands, what stands behind it, and what takes it back."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

Case = tuple[str, str, str, bool]

_NAMES = ("Natalia", "Weng", "Betty", "Julie", "James", "Mark", "Albert", "Ken", "Tina", "Toula")
_THINGS = ("clips", "muffins", "stickers", "marbles", "pages", "coins", "cupcakes", "miles", "tickets", "flowers")

_RIGHT_ENDS = (
    "So {name} has {total} {things} in total.\n#### {total}",
    "Therefore, the answer is {total}.",
    "The answer is \\boxed{{{total}}}.",
    "$$\\boxed{{{total}}}$$",
    "**Answer:** {total}",
    "**Final Answer:** {total} {things}",
    "So the final answer is: **{total}**",
    "Thus, {name} has $\\boxed{{{total}}}$ {things}.",
    "Answer: {total} {things}.",
    "The final answer is ${total}$. I hope it is correct.",
    "\\[\n\\boxed{{{total}}}\n\\]",
    "Adding both, {a} + {b} = {total}. \\boxed{{{total}}}",
    "</think>\n\n{name} ends up with \\boxed{{{total}}} {things}.",
    "Hence \\boxed{{{total}\\text{{ {things}}}}}",
    "### Final Answer\n\\boxed{{{total}}}",
    "So the answer is {total} {things}, because {a} and {b} make {total}.",
    "<answer>{total}</answer>",
    "The answer is {total}.<|im_end|>",
    "Final answer: ${total}",
    "So \\boxed{{{total}}} is the answer.",
)
_WRONG_ENDS = (
    "#### {off}",
    "The answer is {off}.",
    "\\boxed{{{off}}}",
    "\\boxed{{{total}}} or \\boxed{{{off}}}",
    "The answer is {total} or {off}.",
    "\\boxed{{{total}}}\n\nWait, let me check. It should be {off}.",
    "\\boxed{{{total}}}. Actually, \\boxed{{{off}}}",
    "\\boxed{{{off}}} is wrong, so \\boxed{{{total}}}",
    "The answer is between {total} and {off}.",
    "The answer is {a} + {b}.",
    "\\boxed{{{a} + {b}}}",
    "\\boxed{{{a}+{b}={off}={total}}}",
    "The answer is not {total}.",
    "The answer is {total}? I am not sure.",
    "Maybe {total}, maybe {off}.",
    "\\boxed{{{total}}} \\text{{ or maybe }} {off}",
    "\\boxed{{{total}}}\n\nHere is some more text that explains what was done. First we added. Then we checked.",
    "\\boxed{{}}",
    "I do not know the answer.",
    "Out of {total} and {off}, I pick one.",
    "\\boxed{{{total}, {off}}}",
    "\\boxed{{x={total}}} and \\boxed{{x={off}}}",
    "The answer is {total}. No, the answer is {off}.",
    "Answer: {off} (not {total})",
)


def stories() -> Iterator[Case]:
    """Sums in words, as school books tell them."""
    rng = Random("stories")
    for index in range(6 * len(_RIGHT_ENDS)):
        yield _story(rng, _RIGHT_ENDS[index % len(_RIGHT_ENDS)], True)
    for index in range(4 * len(_WRONG_ENDS)):
        yield _story(rng, _WRONG_ENDS[index % len(_WRONG_ENDS)], False)


def _story(rng: Random, end: str, right: bool) -> Case:
    a, b = rng.randrange(11, 90), rng.randrange(3, 60)
    name, things = rng.choice(_NAMES), rng.choice(_THINGS)
    lines = [
        f"{name} starts with {a} {things} and gets {b} more.",
        rng.choice(("Let's think step by step.", "We add the two numbers.", f"First, note that {a} is the start.")),
        f"{a} + {b} = {a + b}",
    ]
    off = a + b + rng.choice((-10, -1, 1, 2, 10))
    closing = end.format(name=name, things=things, a=a, b=b, total=a + b, off=off)
    return str(a + b), "value", "\n".join([*lines, closing]), right


def contests() -> Iterator[Case]:
    """The last lines of solutions to contest problems."""
    yield from _CONTESTS


_CONTESTS: list[Case] = [
    ("3*sqrt(13)", "value", "We use the distance formula: \\begin{align*} \\sqrt{(2 - (-4))^2 + ((-6) - 3)^2} &= \\sqrt{6^2 + (-9)^2}\\\\ & = \\sqrt{117} = \\boxed{3\\sqrt{13}}. \\end{align*}", True),
    ("9", "value", "Since $3^5 \\equiv 1 \\pmod{11},$ we find $129^{34}+96^{38} \\equiv \\boxed{9} \\pmod{11}.$", True),
    ("2", "value", "Of the two-digit squares, only $4^2=16$ and $6^2=36$ end in $6$. Thus, there are $\\boxed{2}$ distinct possible values for $B$.", True),
    ("16386.2", "value", "Rounded to the nearest cent, the investment is worth $\\boxed{\\$16,\\!386.20}$ at the end of the 5-year period. The answer is $16,\\!386.20$.", True),
    ("14916", "value", "Final Answer: The smallest possible value of $N$ is $\\boxed{14{,}916}$. I hope it is correct.", True),
    ("120", "value", "Therefore, the volume is $5 \\times 6 \\times 4 = 120$. Final Answer: The volume of $ABCDEFGH$ is 120. I hope it is correct.", True),
    ("7.78", "value", "$\\frac{70}{9} \\approx 7.78$ So, Anna pays approximately $7.78 for her fudge. Final Answer: The final answer is 7.78.", True),
    ("189", "value", "So 189.\n**Final Answer**\n\\boxed{189}\n</think>\n\nThus, the area of the trapezoid is \\(\\boxed{189}\\) square centimeters.", True),
    ("2/3", "value", "P(A) = 2/3 Therefore, the probability that Alice wins the game is 2/3. <|im_start|>user", True),
    ("204", "value", "so $s=2.5$ and the walk takes $\\boxed{204}$ minutes.", True), ("113", "value", "Thus $m+n = 104 + 9 = \\boxed{113}$.", True), ("371", "value", "Therefore $100 + 271 = \\boxed{371}$. $\\blacksquare$", True),
    ("385", "value", "Hence $xy = 25 \\cdot \\frac{77}{5} = \\boxed{385}$.", True), ("110", "value", "The requested value is \\(\\boxed{110}\\).", True), ("721", "value", "$540 + 181 = \\boxed{721}$ ways.", True), ("25", "value", "The answer is \\(25\\).", True), ("80", "value", "the answer is therefore $\\boxed{080}$.", True),
    ("25", "value", "**Answer: 025**", True), ("55", "value", "so there are \\boxed{055} such numbers.", True), ("540", "value", "Thus $\\boxed{540}$. ~someone", False), ("104", "value", "\\boxed{104} but only if $n$ is odd.", False), ("104", "value", "\\boxed{104} + 1", False), ("104", "value", "\\boxed{104} = 105", False),
    ("104", "value", "\\sqrt{\\boxed{104}} is irrational, so the answer is 10.", False), ("5", "value", "$-\\boxed{5}$", False), ("-5", "value", "$-\\boxed{5}$", True), ("-5", "value", "x = -\\boxed{5}.", True), ("5", "value", "the answer is \\boxed{5}, 6", False), ("5", "value", "\\boxed{5}\\boxed{6}", False),
    ("5", "value", "\\boxed{5} hours and 30 minutes", False), ("5", "value", "\\boxed{5", False), ("5", "value", "\\boxed{\\text{five or six}}", False), ("5", "value", "\\boxed{\\boxed{6}}", False), ("5", "value", "Answer: \\boxed{5}\nAnswer: \\boxed{5}", True), ("1/2", "value", "\\boxed{\\frac{1}{2}} = \\boxed{0.5}", True),
    ("1/2", "value", "\\boxed{0.5}, that is \\boxed{\\frac{1}{2}}", True), ("1/2", "value", "\\boxed{0.5}, that is \\boxed{\\frac{1}{3}}", False), ("12", "value", "The answer is 12. Note: 12 is even.", False), ("12", "value", "The result is $12$, as desired.", True), ("12", "value", "12\n\n", True), ("12", "value", "```\n12\n```", True),
    ("12", "value", "`12`", True), ("12", "value", "- 12", False), ("12", "value", "= 12", True), ("12", "value", "### 12", True), ("12", "value", "1. 12", False), ("12", "value", "Answer 12 13", False), ("12", "value", "12/1 or so", False), ("12", "value", "ANSWER: 12", True), ("12", "value", "answer = 12", True), ("12", "value", "Ans: 12", True),
]  # fmt: skip
