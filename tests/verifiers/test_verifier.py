"""The verifier as a whole: dispatch, order, statuses, and that nothing raises."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CheckedReference, LiteralReference, MathReference
from tracemill.verifiers.verifier import Verifier


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    made = Verifier(VerifierConfig(workers=2, math_timeout_s=1.0))
    yield made
    made.close()


TWELVE = MathReference(answer="12", type="integer")


def test_one_verdict_a_pair_in_order(verifier: Verifier) -> None:
    pairs = [(MathReference(answer=str(n), type="integer"), f"So \\boxed{{{n + n % 2}}}") for n in range(40)]
    statuses = [verdict.status for verdict in verifier.judge_all(pairs)]
    assert statuses == ["wrong" if n % 2 else "correct" for n in range(40)]


@pytest.mark.parametrize(
    ("literal", "answer", "status"),
    [
        ("1", "1", "correct"),
        ("1", "True", "wrong"),
        ("1", "1.0", "wrong"),
        ("True", "True", "correct"),
        ("[1, 'a']", '[1, "a"]', "correct"),
        ("[1, 'a']", "(1, 'a')", "wrong"),
        ("{1, 2}", "{2, 1}", "correct"),
        ("{1}", "{True}", "wrong"),
        ("{'a': 1}", "{'a': 1.0}", "wrong"),
        ("0.0", "-0.0", "wrong"),
        ("'ab'", "ab", "unparseable"),
        ("3", "1 + 2", "unparseable"),
        ("3", "__import__('os').getpid()", "unparseable"),
        ("[]", "[" * 5000 + "]" * 5000, "unparseable"),
        ("{1}", "{0x" + "f" * 4000 + "}", "wrong"),
        ("{1}", "{(0x" + "f" * 4000 + ",)}", "wrong"),
        ("{'a': 1}", "{0x" + "f" * 4000 + ": 1}", "wrong"),
        ("{(0x" + "f" * 4000 + ",)}", "{(0x" + "F" * 4000 + ",)}", "correct"),
        ("{(0x" + "f" * 4000 + ",)}", "{(0x" + "f" * 3999 + "e,)}", "wrong"),
        ("{(1,)}", "{(True,)}", "wrong"),
        ("{(1,)}", "{('0x1',)}", "wrong"),
    ],
)
def test_literals_by_exact_type_and_value(verifier: Verifier, literal: str, answer: str, status: str) -> None:
    assert verifier.judge(LiteralReference(literal=literal), f"\\boxed{{{answer}}}").status == status


def divides(data: int, answer: str) -> bool:
    """A checker as a family would bring it."""
    return answer.isdigit() and int(answer) > 1 and data % int(answer) == 0


def test_a_checker_judges_in_a_worker(verifier: Verifier) -> None:
    def checked(name: str) -> CheckedReference:
        return CheckedReference(checker=name, data='"ab"', example="ab")

    assert verifier.judge(checked("operator:eq"), "\\boxed{ab}").status == "correct"
    assert verifier.judge(checked("operator:eq"), "\\boxed{ba}").status == "wrong"
    assert verifier.judge(checked("operator:nothing"), "\\boxed{ba}").status == "verifier_error"
    assert verifier.judge(checked("no.such.module:f"), "\\boxed{ba}").status == "verifier_error"


def test_a_checker_that_hangs_is_killed_and_its_neighbours_go_on(verifier: Verifier) -> None:
    hang = CheckedReference(checker="re:fullmatch", data='"(a*)*b"', example="b")
    verdicts: list[str] = []
    thread = threading.Thread(target=lambda: verdicts.append(verifier.judge(hang, f"\\boxed{{{'a' * 40}}}").status))
    thread.start()
    good = CheckedReference(checker="operator:eq", data='"ab"', example="ab")
    assert all(verifier.judge(good, "\\boxed{ab}").status == "correct" for _ in range(20))
    thread.join()
    assert verdicts == ["timeout"]
    assert verifier.judge(good, "\\boxed{ab}").status == "correct"


def test_an_answer_never_raises(verifier: Verifier) -> None:
    broken = MathReference(answer="not a number", type="integer")
    assert verifier.judge(broken, "\\boxed{3}").status == "verifier_error"
    for response in ("", "\\boxed{", "\\boxed{}", "\x00", "{" * 10_000, "\\boxed{" * 5_000, "9" * 200_000):
        assert verifier.judge(TWELVE, response).status != "correct"


@pytest.mark.parametrize(
    ("kind", "gold", "answer"),
    [
        ("expression", "(-1/4)**n", "\\frac{1}{4^n}"),  # defined at integers only
        ("expression", "2**n + (-3)**n", "2^n + 3^n"),
        ("set", "{1, 2}", "\\begin{pmatrix}1 & 2\\\\0 & 1\\end{pmatrix}"),
        ("set", "{1, 2}", "(C \\cap B) \\triangle A"),
    ],
)
def test_what_can_be_told_is_wrong_and_no_timeout(verifier: Verifier, kind: str, gold: str, answer: str) -> None:
    reference = MathReference(answer=gold, type=kind)  # type: ignore[arg-type]
    assert verifier.judge(reference, f"\\boxed{{{answer}}}").status == "wrong"
