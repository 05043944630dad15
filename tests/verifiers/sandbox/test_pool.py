"""What the pool says about plain programs, right and wrong. Hostile ones are in test_attacks.py."""

from collections.abc import Iterator

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, CodeTest, MutantReference, WitnessReference
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
        ("print(int(input()) + int(input()))\nexit()", "correct"),
        ("print(int(input()) + int(input()))\nquit(0)\n1 / 0", "correct"),
        ("print(8)\nexit()", "wrong"),
        ("print(7)\nexit(1)", "wrong"),
        ("print(7)\nexit('no')", "wrong"),
        ("import atexit, sys\natexit.register(lambda: print(7))\nsys.exit()", "correct"),
        ("import atexit\natexit.register(lambda: 1 / 0)\nprint(7)", "correct"),
        ("import atexit\natexit.register(print, 8)\nprint(7)", "wrong"),
        ("import sys\nprint(7)\nsys.stdout.close()", "correct"),
        ("import sys\nprint(8)\nsys.stdout.close()", "wrong"),
        ("import atexit, sys\nsys.stdout = None\natexit.register(sys.__stdout__.write, '7')", "correct"),
        ("from threading import Timer\nTimer(0.1, print, (8,)).start()", "wrong"),
        ("from threading import Timer\nTimer(9, print, (8,)).start()\nprint(7)", "timeout"),
        ("from threading import Timer\nlate = Timer(9, print)\nlate.daemon = True\nlate.start()\nprint(7)", "correct"),
    ],
)
def test_judges_scripts(pool: SandboxPool, program: str, status: str) -> None:
    assert pool.judge_program(SUM, fenced(program)).status == status


def test_waits_for_the_threads_of_a_script(pool: SandboxPool) -> None:
    """That are no daemons, then for the exit functions, in this order: as a script ends elsewhere."""
    program = """
import atexit, threading, time
def main():
    time.sleep(0.2)
    print(int(input()) + int(input()), end="")
atexit.register(print, " ")
threading.Thread(target=main).start()
"""
    assert pool.judge_source(SUM, program).status == "correct"
    assert pool.judge_source(SUM, program + "1 / 0\n").status == "wrong"
    pooled = "from concurrent.futures import ThreadPoolExecutor\nThreadPoolExecutor().submit(lambda: print(3 + 4))"
    assert pool.judge_source(SUM, pooled).status == "correct"


@pytest.mark.parametrize(
    ("program", "status", "evidence"),
    [
        ("def add(a, b):\n    return a + b\nexit()", "correct", ""),
        ("def add(a, b):\n    return a + b\nquit(0)\n1 / 0", "correct", ""),
        ("def add(a, b):\n    return a + b\nexit(1)", "wrong", "raised SystemExit: 1, line 3"),
        ("def add(a, b):\n    return a - b\nexit()", "wrong", "expected 3, got -1"),
        ("exit()\ndef add(a, b):\n    return a + b", "wrong", "no function 'add'"),
        ("def add(a, b):\n    exit()", "wrong", "raised SystemExit"),
    ],
)
def test_a_program_may_end_by_exit(pool: SandboxPool, program: str, status: str, evidence: str) -> None:
    verdict = pool.judge_source(ADD, program)
    assert verdict.status == status, verdict
    assert evidence in verdict.evidence


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


def test_infinite_values_can_be_expected(pool: SandboxPool) -> None:
    tests = (CodeTest(args="(1,)", expected="[inf, -inf, {'a': nan}]"),)
    reference = CodeReference(entry="f", tests=tests)
    program = "def f(x):\n    return [float('inf'), -float('inf'), {'a': float('nan')}]"
    assert pool.judge_source(reference, program).status == "correct"
    assert pool.judge_source(reference, program.replace("-", "")).status == "wrong"


CHECKED = CodeReference(
    entry="f",
    tests=(CodeTest(args="(12,)", expected="[2, 2, 3]"), CodeTest(args="(7,)", expected="[7]")),
    checker="""
import math
def check(args, got):
    return type(got) is list and math.prod(got) == args[0] and 1 not in got
""",
)


@pytest.mark.parametrize(
    ("program", "status", "evidence"),
    [
        ("def f(n):\n    return [n]", "correct", "2 tests passed the checker"),
        ("def f(n):\n    return [2, 6] if n == 12 else [7]", "correct", ""),
        ("def f(n):\n    return [2, n]", "wrong", "the checker says False"),
        ("def f(n):\n    return n", "wrong", "the checker says False"),
        ("def f(n):\n    return ['a', n]", "wrong", "the checker"),
        ("def f(n):\n    return [float('nan')]", "wrong", "the checker"),
        ("def f(n):\n    return object()", "wrong", "no plain value"),
        ("def f(n):\n    while True: pass", "timeout", ""),
        ("class T(list):\n    __eq__ = lambda *a: True\ndef f(n):\n    return T()", "wrong", "no plain value"),
    ],
)
def test_judges_by_a_checker(pool: SandboxPool, program: str, status: str, evidence: str) -> None:
    verdict = pool.judge_source(CHECKED, program)
    assert verdict.status == status, verdict
    assert evidence in verdict.evidence


@pytest.mark.parametrize(
    "value",
    [
        "-1e999",
        "0.1 + 0.2",
        "3-2j",
        "complex('inf')",
        "1 << 14_000",
        "{(1, 'x'): [b'', set()], None: {2, 1}}",
        "'\\ud800\\n#'",
    ],
)
def test_a_checker_meets_the_very_value(pool: SandboxPool, value: str) -> None:
    checker = f"def check(args, got):\n    return type(got) is type({value}) and got == {value} and args == (1,)"
    reference = CodeReference(entry="f", tests=(CodeTest(args="(1,)", expected="None"),), checker=checker)
    assert pool.judge_source(reference, f"def f(n):\n    return {value}").status == "correct"
    assert pool.judge_source(reference, f"def f(n):\n    return [{value}]").status == "wrong"


def test_says_that_a_checker_cannot_read_a_forged_value(pool: SandboxPool) -> None:
    program = """
import sys
def f(n):
    sys._getframe(1).f_globals["plain"].canonical = lambda value, limit=0: {!r}
"""
    for text, why in [
        ("[7], 1  # (", "not as a value is written"),
        ("[7] + []", "malformed"),
        ("[7]),([7]", "SyntaxError"),
    ]:
        verdict = pool.judge_source(CHECKED, program.format(text))
        assert verdict.status == "wrong"
        assert "the checker cannot read it as a value" in verdict.evidence and why in verdict.evidence, verdict


def test_judges_a_script_by_a_checker(pool: SandboxPool) -> None:
    checker = "def check(given, printed):\n    return sorted(printed.split()) == sorted(given.split())"
    tests = (CodeTest(args="b a c\n", expected="a b c"),)
    reference = CodeReference(entry=None, tests=tests, checker=checker)
    assert pool.judge_source(reference, "print(*reversed(input().split()), sep='\\n')").status == "correct"
    assert pool.judge_source(reference, "print('a b')").status == "wrong"


def test_a_broken_checker_is_no_verdict_on_the_program(pool: SandboxPool) -> None:
    reference = CodeReference(entry="f", tests=CHECKED.tests, checker="def check(")
    assert pool.judge_source(reference, "def f(n):\n    return [n]").status == "verifier_error"


KILL = MutantReference(
    program="def f(a, b):\n    return max(a, b)\n",
    entry="f",
    mutants=(
        "def f(a, b):\n    return a\n",
        "def f(a, b):\n    return min(a, b)\n",
        "def f(a, b):\n    return max(a, b) if a >= 0 else 1 // 0\n",
    ),
    max_tests=3,
)


@pytest.mark.parametrize(
    ("answer", "status", "evidence"),
    [
        ("[((1, 2), 2), ((-1, 0), 0)]", "correct", "2 tests kill 3 mutants"),
        ("[((-1, 0), 0)]", "correct", "1 tests kill 3 mutants"),
        ("[((1, 2), 2)]", "wrong", "mutant 3 of 3"),
        ("[((2, 1), 2)]", "wrong", "mutant 1 of 3"),
        ("[((1, 2), 1)]", "wrong", "the program itself fails test 1"),
        ("[((1, 2), 2.0)]", "wrong", "the program itself fails"),
        ("[((1, 2), 2)] * 3", "unparseable", "literal"),
        ("[((1, 2), 2)] + [((-1, 0), 0)]", "unparseable", "literal"),
        ("[((1, 2), 2), ((-1, 0), 0), ((1, 1), 1), ((1, 1), 1)]", "wrong", "1 to 3 tests"),
        ("[]", "wrong", "1 to 3 tests"),
        ("[(1, 2, 2)]", "wrong", "(arguments, expected)"),
        ("[([1, 2], 2)]", "wrong", "tuple of arguments"),
        ("[((1,), 2)]", "wrong", "the program itself fails"),
        (None, "unparseable", "no answer"),
    ],
)
def test_judges_tests_by_the_mutants_they_kill(
    pool: SandboxPool, answer: str | None, status: str, evidence: str
) -> None:
    verdict = pool.judge_mutants(KILL, "", answer)
    assert verdict.status == status, verdict
    assert evidence in verdict.evidence


def test_a_reference_may_set_its_own_limit(pool: SandboxPool) -> None:
    slow = "import time\ndef f(n):\n    time.sleep(0.3)\n    return [n]"
    tests = (CodeTest(args="(7,)", expected="[7]"),)
    assert pool.judge_source(CodeReference(entry="f", tests=tests), slow).status == "correct"
    assert pool.judge_source(CodeReference(entry="f", tests=tests, time_limit_s=0.2), slow).status == "timeout"


def test_a_malformed_reference_is_an_error_and_costs_nothing(pool: SandboxPool) -> None:
    for tests in ((CodeTest(args="(1,)", expected="x + 1"),), (CodeTest(args="1", expected="1"),)):
        with pytest.raises(ValueError, match=r"malformed|tuple"):
            pool.judge_source(CodeReference(entry="f", tests=tests), "def f(n):\n    return n")
    assert pool.judge_program(ADD, fenced("def add(a, b):\n    return a + b")).status == "correct"


def test_evidence_is_one_line_that_no_terminal_obeys(pool: SandboxPool) -> None:
    verdict = pool.judge_source(ADD, "def add(a, b):\n    raise ValueError('\\x1b[2J\\n\\r' + 'x' * 10**6)")
    assert verdict.evidence.isprintable()
    assert len(verdict.evidence) < 500
