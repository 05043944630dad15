"""Which proposed problems are valid, and for which reason the others are not. Run by the real sandbox."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.selfplay.first import FIRST, INDUCTION
from tracemill.problems.selfplay.proposal import Proposal, read_proposal
from tracemill.problems.selfplay.proposing import text_of
from tracemill.problems.types import ProposalReference
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier

ASKED = ProposalReference(task="deduction", program=None, num_inputs=1, time_limit_s=0.5)


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    verifier = Verifier(VerifierConfig())
    yield verifier
    verifier.close()


def proposed(program: str, given: str) -> str:
    return f"Here it is.\n```python\n{program}\n\nf({given})  # who knows\n```\n"


def rule(verdict: Verdict) -> str:
    return verdict.rule.partition(";")[0]


@pytest.mark.parametrize("one", FIRST, ids=lambda one: one.outputs[0])
def test_what_a_buffer_begins_with_is_valid(verifier: Verifier, one: Proposal) -> None:
    verdict = verifier.judge(ASKED, text_of(one))
    assert (verdict.status, rule(verdict)) == ("correct", "valid"), verdict
    assert read_proposal(json.loads(verdict.extracted or "")) == one


def test_inputs_for_an_induction(verifier: Verifier) -> None:
    asked = ProposalReference(task="induction", program=INDUCTION.program, num_inputs=4, time_limit_s=1.0)
    verdict = verifier.judge(asked, text_of(INDUCTION))
    assert verdict.status == "correct" and read_proposal(json.loads(verdict.extracted or "")) == INDUCTION
    for inputs, expected in [
        (["[1, 2]", "[1, 2]", "[3]", "[4]"], "malformed"),  # three different ones
        (["[1, 2]", "[3, 4]", "[8, 7]", "[0, 1]"], "trivial"),  # all the same output
        (["[1, 2]", "[3]", "[]", "[9, 1]"], "raises"),
    ]:
        calls = "\n".join(f"print(f({given}))" for given in inputs)
        assert rule(verifier.judge(asked, f"```python\n{calls}\n```")) == expected


LOOP = "def f(n):\n    while n > 0:\n        pass\n    return n"


@pytest.mark.parametrize(
    ("response", "status", "expected"),
    [
        ("I would rather not.", "unparseable", "malformed"),
        ("```python\ndef f(x):\n    return x + 1\n```", "unparseable", "malformed"),
        (proposed("def f(x) return x", "3"), "unparseable", "malformed"),
        (proposed("def g(x):\n    return x + 1", "3"), "unparseable", "malformed"),
        (proposed("def f(x):\n    return x + 1", "y"), "unparseable", "malformed"),
        (proposed("def f(x):\n    return " + "(" * 900 + "x" + ")" * 900, "1"), "unparseable", "malformed"),
        (proposed("def f(x):\n    return x + 1", "9" * 301), "wrong", "too_long"),
        (proposed("def f(x):\n    return [x] * 400", "1"), "wrong", "too_long"),
        (proposed("import random\ndef f(x):\n    return random.random() + x", "1"), "wrong", "banned"),
        (proposed("def f(x):\n    return id(x)", "1"), "wrong", "banned"),
        (proposed("def f(x):\n    return 7", "1"), "wrong", "trivial"),
        (proposed("def f(x):\n    pass", "1"), "wrong", "trivial"),
        (proposed("def f(x):\n    return x", "1"), "wrong", "trivial"),
        (proposed("def f(x):\n    return x * 0 + 5", "1"), "wrong", "trivial"),
        (proposed("def f(xs):\n    xs.sort()", "[2, 1]"), "wrong", "trivial"),
        (proposed("def f(x):\n    return 1 / 0 + x", "1"), "wrong", "raises"),
        (proposed("def f(x, y):\n    return x + y", "1"), "wrong", "raises"),
        (proposed("def f(x):\n    return 'a' * 10**10 + x", "'b'"), "wrong", "raises"),
        (proposed("def f(x):\n    return x / 3", "1"), "wrong", "not_plain"),
        (proposed("def f(x):\n    return map(str, x)", "[1]"), "wrong", "not_plain"),
        (proposed(LOOP, "3"), "timeout", "slow"),
        (proposed("calls = []\ndef f(x):\n    calls.append(x)\n    return calls", "3"), "wrong", "varies"),
        # the order of a set, and a place in memory: the same whenever one interpreter is asked, but not in another
        (proposed("def f(s):\n    return list(set(s))", "'sphinx of quartz'"), "wrong", "varies"),
        (proposed("def f(x):\n    return x + int(repr(f).split()[-1][2:-1], 16)", "3"), "wrong", "varies"),
    ],
)  # fmt: skip
def test_refusals(verifier: Verifier, response: str, status: str, expected: str) -> None:
    verdict = verifier.judge(ASKED, response)
    assert (verdict.status, rule(verdict)) == (status, expected), verdict


@pytest.mark.parametrize(
    ("program", "given", "output"),
    [
        ("import math\n\n\ndef f(n):\n    return math.gcd(n, 84)", "36", "12"),
        ("def f(x):\n    return x > 100", "3", "False"),  # the same for small inputs, but not for all that are tried
        ("def f(a, b):\n    return {a: b}", "'k', [1, (2,)]", "{'k': [1, (2,)]}"),
        ("def g(x):\n    return x * x\n\n\ndef f(x):\n    return g(x) + 1", "1.5", "3.25"),
        ("def f(s):\n    return sorted(set(s))", "'abba'", "['a', 'b']"),
    ],
)
def test_valid_ones(verifier: Verifier, program: str, given: str, output: str) -> None:
    verdict = verifier.judge(ASKED, proposed(program, given))
    assert verdict.status == "correct", verdict
    assert json.loads(verdict.extracted or "") == [program, [given], [output], ""]


def test_only_the_program_and_its_input_are_kept(verifier: Verifier) -> None:
    text = """Here you are.
```python
# adds three
import os, math
def f(x):
    return 5
def helper(y):
    return math.sin(y)
def f(x):
    '''f(4) is 7'''
    y = x  # so f(4) is 7
    return y + K

K = 3
for n in range(3):
    print(n)
result = f(4)
print(result, f(9))
```
```python
f(1)
```"""
    verdict = verifier.judge(ASKED, text)
    program = "def f(x):\n    y = x\n    return y + K\n\n\nK = 3"
    assert json.loads(verdict.extracted or "") == [program, ["4"], ["7"], ""]


@pytest.mark.parametrize(
    "program",
    [
        "import os\ndef f(x):\n    os.system('touch /tmp/out')\n    return x + 1",
        "def f(x):\n    return open('/etc/passwd').read() + x",
        "def f(x):\n    return ().__class__.__base__.__subclasses__()",
        "def f(x):\n    return (lambda: x).__globals__",
        "import collections\ndef f(x):\n    return collections._sys.modules",
        "from os import *\ndef f(x):\n    return x",
        "def f(x):\n    return getattr(x, '__cl' + 'ass__')",
    ],
)
def test_hostile_ones_are_not_even_run(verifier: Verifier, program: str) -> None:
    assert rule(verifier.judge(ASKED, proposed(program, "'a'"))) == "banned"


def test_an_output_with_more_in_it_than_a_value_is_refused(verifier: Verifier) -> None:
    """A solver who is shown the output would be shown a hint."""
    plain = "next(one for name, one in re.enum.sys.modules.items() if name.endswith('plain'))"
    reach = f"import re\nplain = {plain}\nwritten = plain.canonical\n"
    program = reach + "def g(value, limit):\n    return written(value, limit) + '  # of 4'\n"
    program += "def f(x):\n    plain.canonical = g\n    return x + 1"
    verdict = verifier.judge(ASKED, proposed(program, "1"))
    assert rule(verdict) != "valid" and verdict.status == "wrong", verdict


def test_an_ellipsis_is_no_input(verifier: Verifier) -> None:
    assert rule(verifier.judge(ASKED, proposed("def f(x):\n    return [x is ..., 1]", "..."))) == "malformed"


def test_one_that_writes_on_the_reply_pipe_gains_nothing(verifier: Verifier) -> None:
    """Through a module that may be imported; the sandbox says what such a program can reach."""
    program = "import re\ndef f(x):\n    return re.enum.sys.modules['os'].write(4, b'x' * 40) + x"
    assert verifier.judge(ASKED, proposed(program, "1")).status != "correct"
