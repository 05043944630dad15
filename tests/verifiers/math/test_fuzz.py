"""Any text at all: the parser reads it or says that it cannot, the judges decide or defer, and nothing else happens."""

from __future__ import annotations

import contextlib
from typing import get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tracemill.problems.types import AnswerType, MathReference
from tracemill.verifiers.math.canonical import Undecided
from tracemill.verifiers.math.decision import Conventions
from tracemill.verifiers.math.extract import extract
from tracemill.verifiers.math.infer import infer_types
from tracemill.verifiers.math.judge import judge_math
from tracemill.verifiers.math.lexer import Unreadable
from tracemill.verifiers.math.oracle import EXACT
from tracemill.verifiers.math.parser import parse

WORDS = (  # noqa: SIM905
    r"\frac{ \frac \sqrt \left( \right) \{ \} { } ( ) [ ] | \pi \infty \pm \cdot \cup \in < > = ! + - * / ^ _ % $ "
    r", ; : . \text{ \boxed{ \begin{pmatrix} \end{pmatrix} \\ & \sin \ln \log_2 \int 0 1 2 12 1,000 3.14 1e9 "
    r"9**9**9**9 x y i e E I and or is not cm % PM 14:35 ½ ² ∞ √ − ∪ "
).split()
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(WORDS), max_size=25).map("".join),
    st.lists(st.sampled_from(WORDS)).map(" ".join),
)
GOLDS: dict[AnswerType, str] = {
    "integer": "12",
    "rational": "1/2",
    "decimal": "0.125",
    "percent": "12.5%",
    "expression": "sqrt(2) + sin(x)",
    "polynomial": "x**2 - 1",
    "antiderivative": "log(x)",
    "equation": "y = 2*x + 1",
    "inequality": "x > 3",
    "interval": "(-oo, 1) U [2, 3]",
    "set": "{1, sqrt(2)}",
    "tuple": "(3, -1)",
    "matrix": "[[1, 2], [3, 4]]",
    "complex": "3 - 2*I",
    "quantity": "5 cm",
    "time": "14:35",
    "base": "1011_2",
    "ratio": "3:4",
    "choice": "B",
    "text": "knight",
}
CALM = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_every_type_has_a_gold() -> None:
    assert set(GOLDS) == set(get_args(AnswerType))


@CALM
@given(TEXTS)
def test_the_parser_reads_or_says_that_it_cannot(text: str) -> None:
    with contextlib.suppress(Unreadable):
        parse(text)


@CALM
@given(TEXTS, st.sampled_from(sorted(GOLDS)))
def test_a_judge_decides_or_defers(text: str, kind: AnswerType) -> None:
    reference = MathReference(answer=GOLDS[kind], type=kind)
    with contextlib.suppress(Undecided):
        assert judge_math(reference, text, EXACT, Conventions()).status in ("correct", "wrong", "unparseable")


@CALM
@given(TEXTS, st.sampled_from(("lenient", "strict")), st.sampled_from(("math", "verbatim")))
def test_extraction_finds_a_text_or_refuses(text: str, mode: str, style: str) -> None:
    found = extract(text, mode, style)  # type: ignore[arg-type]
    assert found.refusal is not None or found.text is not None


@CALM
@given(TEXTS)
def test_a_type_is_always_inferred(text: str) -> None:
    assert set(infer_types(text)) <= set(GOLDS)


@CALM
@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_integers_are_equal_only_to_themselves(left: int, right: int) -> None:
    reference = MathReference(answer=str(left), type="integer")
    for text in (f"\\boxed{{{right}}}", f"{right:,}", f"${right}$"):
        decision = judge_math(reference, extract(text, "lenient", "math").text or "", EXACT, Conventions())
        assert (decision.status == "correct") is (left == right)


@CALM
@given(st.fractions(), st.fractions())
def test_fractions_are_equal_only_to_themselves(left: object, right: object) -> None:
    reference = MathReference(answer=str(left), type="rational")
    decision = judge_math(reference, str(right), EXACT, Conventions())
    assert (decision.status == "correct") is (left == right)
