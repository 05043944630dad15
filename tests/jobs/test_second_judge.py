"""The second judges, on answers of which it is known what they are worth."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.jobs import second_math
from tracemill.jobs.second_judge import SecondJudge
from tracemill.problems.registry import family_named
from tracemill.problems.types import CodeReference, CodeTest, LiteralReference, MathReference, Reference

THIRTEEN = MathReference(answer="13", type="integer")
CALLS = CodeReference(
    entry="f", tests=(CodeTest(args="(1,)", expected="[1, 'a']"), CodeTest(args="(2,)", expected="[2, 'a']"))
)
SCRIPT = CodeReference(entry=None, tests=(CodeTest(args="3\n", expected="4\n"),))
CHECKED = CodeReference(
    entry="g",
    tests=(CodeTest(args="(3,)", expected="4"),),
    checker="def check(args, result):\n    return result > args[0]",
)


@pytest.fixture(scope="module")
def second() -> Iterator[SecondJudge]:
    judge = SecondJudge(VerifierConfig(code_timeout_s=0.5))
    yield judge
    judge.close()


def program(body: str) -> str:
    return f"It goes like this.\n```python\n{body}\n```"


@pytest.mark.parametrize(
    ("reference", "text", "right"),
    [
        (THIRTEEN, "6 + 7 = 13. \\boxed{13}", True),
        (THIRTEEN, "6 + 7 = 12. \\boxed{12}", False),
        (MathReference(answer="15*log(41/33)/2", type="expression"), "\\boxed{7.5\\ln\\frac{41}{33}}", True),
        (
            MathReference(answer="{(9 - sqrt(165))/6, (9 + sqrt(165))/6}", type="set"),
            "\\boxed{\\{\\frac{9 + \\sqrt{165}}{6}, \\frac{9 - \\sqrt{165}}{6}\\}}",
            True,
        ),
        (MathReference(answer="(2, -3)", type="tuple"), "\\boxed{(-3, 2)}", False),
        (MathReference(answer="y = 3*x + 2", type="equation"), "\\boxed{y = 3x + 2}", True),
        (MathReference(answer="[1, oo)", type="interval"), "\\boxed{[1, \\infty)}", True),
        (MathReference(answer="5 cm", type="quantity"), "\\boxed{5 cm}", None),
        (THIRTEEN, "\\boxed{6 + 7}", None),
        (LiteralReference(literal="[1]"), "\\boxed{[1]}", None),
        (CALLS, program("def f(x): return [x, 'a']"), True),
        (CALLS, program("def f(x): return [float(x), 'a']"), False),
        (CALLS, program("def f(x):\n    while True: pass"), None),
        (CALLS, program("def f(x): return [x, open('/etc/passwd').read() and 'a']"), False),
        (CALLS, program("import os\nos._exit(0)"), False),
        (CALLS, "def f(x): return [x, 'a']", None),
        (SCRIPT, program("print(int(input()) + 1)"), True),
        (SCRIPT, program("print(int(input()) + 2)"), False),
        (CHECKED, program("def g(x): return x + 1"), True),
        (CHECKED, program("def g(x): return x - 1"), False),
    ],
)
def test_it_tells_right_from_wrong_or_says_nothing(
    second: SecondJudge, reference: Reference, text: str, right: bool | None
) -> None:
    (opinion,) = second([(reference, text)])
    assert opinion.right is right, opinion
    assert opinion.says and (opinion.judge or right is None)


def test_many_at_once_come_back_in_order() -> None:
    second = SecondJudge(VerifierConfig(workers=2))
    try:
        answers = [(THIRTEEN, f"\\boxed{{{number}}}") for number in range(10, 17)]
        assert [one.right for one in second(answers)] == [number == 13 for number in range(10, 17)]
    finally:
        second.close()


def test_a_worker_that_hangs_is_killed_and_the_next_answer_has_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    worker = second_math.MathVerify()
    try:
        assert worker.opinion(THIRTEEN, "\\boxed{13}").right is True
        with monkeypatch.context() as patch:
            patch.setattr(second_math, "KILLED_S", 0.0)  # as if it had taken all of its time
            assert worker._process is not None
            os.kill(worker._process.pid, signal.SIGSTOP)
            assert worker.opinion(THIRTEEN, "\\boxed{13}").says == "out of time"
        assert worker.opinion(THIRTEEN, "\\boxed{12}").right is False
    finally:
        worker.close()


@pytest.mark.parametrize(
    "name", ["linear_equations", "coordinate_points", "polynomials", "write_function", "fractions"]
)
def test_it_agrees_on_worked_solutions(second: SecondJudge, name: str) -> None:
    family = family_named(name)
    problems = [(family.problem(level, 3), family.solution(level, 3)) for level in (1, 6)]
    assert all(one.right is not False for one in second([(p.reference, text) for p, text in problems]))
