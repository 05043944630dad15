"""Lines of JSON in, verdicts out; a line that cannot be read stops nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.verifiers.judge_file import judge_lines
from tracemill.verifiers.verifier import Verifier


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    made = Verifier(VerifierConfig(math_timeout_s=60.0, code_timeout_s=20.0))
    yield made
    made.close()


def test_math_lines_have_verdicts_in_order(verifier: Verifier) -> None:
    lines = [
        json.dumps({"gold": "1/2", "answer": "The answer is 0.5", "id": "a"}),
        "",
        json.dumps({"gold": "\\frac{1}{2}", "answer": "\\boxed{0.6}", "type": "fraction"}),
        json.dumps({"gold": 12, "answer": 12}),
        '{"gold": 0.5, "answer": 0.50}',
    ]
    found = list(judge_lines(lines, verifier))
    assert [(verdict["line"], verdict["status"]) for verdict in found] == [
        (1, "correct"),
        (3, "wrong"),
        (4, "correct"),
        (5, "correct"),
    ]
    assert found[0]["id"] == "a"
    assert found[0].keys() == {"line", "id", "status", "extracted", "rule", "evidence", "seconds"}
    assert found[0]["extracted"] == "0.5"


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[1, 2]",
        '{"gold": "5"}',
        '{"answer": "5"}',
        '{"gold": null, "answer": "5"}',
        '{"gold": "5", "answer": "5", "type": "colour"}',
        '{"gold": "5", "answer": "5", "type": 3}',
        '{"gold": "5", "answer": "5", "form": "pretty"}',
        '{"gold": "1/2", "answer": "1/2", "type": "time"}',
        '{"program": "print(1)"}',
        '{"program": "print(1)", "tests": [{"input": 1}]}',
        '{"program": "print(1)", "tests": [{"input": 1, "output": 1}]}',
        '{"program": 3, "tests": [{"input": "", "output": ""}]}',
        '{"gold": ' + "9" * 5000 + ', "answer": "5"}',
        "[" * 100_000,
    ],
)
def test_a_line_that_cannot_be_read_has_a_status_of_its_own(verifier: Verifier, line: str) -> None:
    good = json.dumps({"gold": "5", "answer": "5"})
    first, second = judge_lines([line, good], verifier)
    assert first["status"] == "unreadable"
    assert first["evidence"]
    assert second["status"] == "correct"


def test_a_line_may_ask_for_strict_extraction(verifier: Verifier) -> None:
    lines = [
        json.dumps({"gold": "5", "answer": answer, "extraction": "strict"})
        for answer in ("The answer is 5", "\\boxed{5}")
    ]
    assert [verdict["status"] for verdict in judge_lines(lines, verifier)] == ["unparseable", "correct"]


INNER = "s = '''\n```python\nprint(3)\n```\n'''\n"


@pytest.mark.parametrize(
    "program",
    [
        "print(2)",
        f"{INNER}print(2)",
        f"{INNER.replace('```', '~~~')}print(2)",
        f"{INNER.replace('```', '`````')}print(2)",
        "```python\nprint(2)\n```",
        "\n  ```python\nprint(2)\n```",
        "The program:\n\n```python\nprint(2)\n```\n\nIt prints 2.",
        f"````python\n{INNER}print(2)\n````",
        "~~~python\nprint(2)\n~~~",
    ],
)
def test_a_programs_own_text_is_no_fence(verifier: Verifier, program: str) -> None:
    lines = [json.dumps({"program": program, "tests": [{"input": "a", "output": output}]}) for output in ("2", "3")]
    assert [verdict["status"] for verdict in judge_lines(lines, verifier)] == ["correct", "wrong"]


def test_a_text_that_python_cannot_even_parse_has_a_verdict(verifier: Verifier) -> None:
    programs = ["(" * 100_000 + "\n```\n", "\0\n```python\nprint(2)\n```"]
    lines = [json.dumps({"program": one, "tests": [{"input": "a", "output": "2"}]}) for one in programs]
    assert [verdict["status"] for verdict in judge_lines(lines, verifier)][1] == "correct"
