"""What the pool says about plain programs, right and wrong. Hostile ones are in test_attacks.py."""

from collections.abc import Iterator

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, CodeTest, WitnessReference
from tracemill.verifiers.sandbox import SandboxPool


@pytest.fixture(scope="module")
def pool() -> Iterator[SandboxPool]:
    pool = SandboxPool(VerifierConfig(code_timeout_s=1.0))
    yield pool
    pool.close()


ADD = CodeReference(entry="add", tests=(CodeTest(args="(1, 2)", expected="3"), CodeTest(args="(-1, 1)", expected="0")))
SUM = CodeReference(entry=None, tests=(CodeTest(args="3\n4\n", expected="7\n"),))
PRODUCT = WitnessReference(program="def f(a, b):\n    return a * b\n", entry="f", output="12")
PAIR = WitnessReference(program="def f(pair):\n    return pair[0] * pair[1]\n", entry="f", output="12")


def fenced(program: str) -> str:
    return f"I write it down.\n```python\n{program}\n```\n"


@pytest.mark.parametrize(
    ("program", "status", "evidence"),
    [
        ("def add(a, b):\n    return a + b", "correct", "2 tests passed"),
        ("def add(a, b):\n    return abs(a) + abs(b)", "wrong", "add(-1, 1): expected 0, got 2"),
        ("def add(a, b):\n    return a / 0", "wrong", "add(1, 2): expected 3, raised ZeroDivisionError"),
        ("def add(a, b):\n    return float(a + b)", "wrong", "add(1, 2): expected 3, got 3.0"),
        ("def plus(a, b):\n    return a + b", "wrong", "no function 'add'"),
        ("def add(a, b) return", "wrong", "SyntaxError"),
        ("def add(a, b):\n    while True: pass", "timeout", "no result after"),
    ],
)
def test_judges_calls(pool: SandboxPool, program: str, status: str, evidence: str) -> None:
    verdict = pool.judge_program(ADD, fenced(program))
    assert verdict.status == status, verdict
    assert evidence in verdict.evidence


@pytest.mark.parametrize(
    ("program", "status"),
    [
        ("print(int(input()) + int(input()), ' ')", "correct"),
        ("import sys\nprint(sum(map(int, sys.stdin)))", "correct"),
        ("print(8)", "wrong"),
        ("print(7); 1 / 0", "wrong"),
        ("import time; time.sleep(9)", "timeout"),
    ],
)
def test_judges_scripts(pool: SandboxPool, program: str, status: str) -> None:
    assert pool.judge_program(SUM, fenced(program)).status == status


@pytest.mark.parametrize(
    ("reference", "answer", "status"),
    [
        (PRODUCT, "3, 4", "correct"),
        (PRODUCT, "(3, 4)", "correct"),
        (PRODUCT, "3, 5", "wrong"),
        (PRODUCT, "3", "wrong"),
        (PRODUCT, "x, 4", "unparseable"),
        (PRODUCT, "[1] * 4, 5", "unparseable"),
        (PRODUCT, "6, 2)#", "unparseable"),
        (PRODUCT, None, "unparseable"),
        (PAIR, "3, 4", "correct"),
        (PAIR, "(3, 4)", "correct"),
    ],
)
def test_judges_witnesses(pool: SandboxPool, reference: WitnessReference, answer: str | None, status: str) -> None:
    assert pool.judge_witness(reference, "", answer).status == status


def test_no_program_is_unparseable(pool: SandboxPool) -> None:
    assert pool.judge_program(ADD, "The answer is 3.").status == "unparseable"


def test_a_closed_pool_says_so(pool: SandboxPool) -> None:
    closed = SandboxPool(VerifierConfig())
    closed.close()
    assert closed.judge_program(ADD, fenced("def add(a, b):\n    return a + b")).status == "verifier_error"
