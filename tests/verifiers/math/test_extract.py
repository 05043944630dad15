"""Where the answer of a response stands, and what refuses it."""

from __future__ import annotations

import pytest

from tracemill.problems.types import MathReference
from tracemill.verifiers.math.boxes import boxed
from tracemill.verifiers.math.extract import extract, simple_answer
from tracemill.verifiers.math.quick import quick_number


@pytest.mark.parametrize(
    ("response", "answer"),
    [
        ("So \\boxed{5}.", "5"),
        ("\\boxed{\\frac{1}{2}}", "\\frac{1}{2}"),
        ("\\boxed{} then \\boxed{5}", "5"),
        ("<think>\\boxed{4}</think> \\boxed{5}", "5"),
        ("\\boxed{5} and \\boxed{6}", "5, 6"),
        ("x = -\\boxed{5}", "-(5)"),
        ("\\boxed{5} cm", "5 cm"),
        ("$\\boxed{20}$ percent.", "20 %"),
        ("The answer is 5.", "5"),
        ("**Answer:** 5", "5"),
        ("3 + 2 = 5\n#### 5", "5"),
        ("Final Answer\n\n5", "5"),
        ("5", "5"),
        ("The length is 7 cm", "7 cm"),
        ("Therefore, Kylar needs to pay $64 for the glasses.", "64"),
        ("So we get 3 = 5", "3 = 5"),
        ("$\\boxed{\\frac34} = 0.75$", "\\frac34 = 0.75"),
        ("The solutions are $x = 3$ and $x = 4$.", "$x = 3$ and $x = 4$"),
        ("So $x = \\boxed{5}$ and $y = \\boxed{6}$.", "x = 5, y = 6"),
    ],
)
def test_lenient(response: str, answer: str) -> None:
    found = extract(response, "lenient", "math")
    assert found.refusal is None
    assert found.text == answer


@pytest.mark.parametrize(
    "response",
    [
        "",
        "\\boxed{}",
        "\\boxed{5",
        "\\boxed{5}. Wait, it is 6.",
        "\\boxed{5} or maybe 6",
        "\\boxed{5}\\pi",
        "3 + \\boxed{5}",
        "\\frac{\\boxed{5}}{7}",
        "$1 - \\boxed{5}$",
        "\\boxed{5}\n\nFirst we added. Then we checked it once more.",
        "The answer is 5. No, the answer differs.",
    ],
)
def test_refused(response: str) -> None:
    found = extract(response, "lenient", "math")
    assert found.refusal is not None
    assert found.refusal.status in ("wrong", "unparseable")


def test_strict_takes_a_box_and_nothing_else() -> None:
    assert extract("So \\boxed{5}.", "strict", "math").refusal is None
    for response in ("The answer is 5.", "\\boxed{5} apples", "\\boxed{5} and \\boxed{6}", "#### 5"):
        assert extract(response, "strict", "math").refusal is not None


def test_boxes_before_the_last_are_handed_on() -> None:
    assert extract("\\boxed{4}, so \\boxed{5}.", "lenient", "math").others == ("4",)


def test_verbatim_reads_braces_in_quotes() -> None:
    assert extract("\\boxed{'}'}", "lenient", "verbatim").text == "'}'"
    assert extract("\\boxed{{'a': 1}}", "lenient", "verbatim").text == "{'a': 1}"


def test_the_fast_path_agrees_with_the_slow_one() -> None:
    for response in ("\\boxed{5}", "So $\\boxed{-12}$.", "a \\boxed{3.5} ", "\\boxed{1,000}."):
        assert simple_answer(response) == extract(response, "lenient", "math").text
    for response in ("\\boxed{5} apples", "-\\boxed{5}", "2\\boxed{5}", "\\boxed{4} \\boxed{5}", "5"):
        assert simple_answer(response) is None
    for before in (
        "$2 \\cdot ",
        "$x",
        "$(3+4)",
        "$x > ",
        "$x \\not= ",
        "$5\\,",
        "$\\sqrt ",
        "not ",
        "divided by $",
        "isn't ",
    ):
        response = f"{before}\\boxed{{5}}$"
        assert simple_answer(response) is None
        assert extract(response, "lenient", "math").refusal is not None
    for before in ("", "x = ", "$x = ", "so $", "Answer: ", "$\\therefore ", "\\(x = 5\\) ", "**", "- so\n"):
        response = f"{before}\\boxed{{5}}"
        assert simple_answer(response) == "5" == extract(response, "lenient", "math").text


def test_boxes_are_found_in_one_pass() -> None:
    assert boxed("\\boxed{" * 50_000) == []
    assert len(boxed("\\boxed{1}" * 20_000)) == 20_000
    assert [box.text for box in boxed("\\boxed{ \\boxed{2} } \\fbox{3}")] == ["\\boxed{2}", "3"]


@pytest.mark.parametrize(
    "response",
    [
        "\\boxed{5} " + "^\\circ" * 400 + "~",
        "\\boxed{5} " + "\\approx 1" * 400 + "\n~",
        "\\boxed{5}" + "\\text{ }" * 90 + "x",
        "\\boxed{5} " + "*" * 200_000 + " so the answer is 6",
        "The answer is 5" + " " * 200_000 + "x",
        "The answer is " + "." * 50_000 + "x",
        "The area is " + "\\(" * 20_000,
        "is " * 50_000,
        "<answer>" * 30_000 + "5",
    ],
    ids=lambda response: response[:30].strip(),
)
def test_repetition_does_not_hang(response: str) -> None:
    """Each had a pattern try exponentially or quadratically many readings, in the host, where no limit kills it."""
    extract(response, "lenient", "math")


def test_a_number_among_many_spaces_does_not_hang() -> None:
    assert quick_number(MathReference(answer="5", type="integer"), "1" * 1900 + " " * 2000 + "x") is None
