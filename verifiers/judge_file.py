"""Verdicts on lines of JSON: the verifiers alone, for answers and programs from anywhere (`tracemill judge
FILE.jsonl`).

A line is one of
    {"gold": "1/2", "answer": "The answer is 0.5"}      math; LaTeX or plain; the answer a whole response or a bare one
    {"program": "def add...", "entry": "add", "tests": [{"input": [1, 2], "output": 3}]}      a function, called
    {"program": "print(input())", "tests": [{"input": "a", "output": "a"}]}                   stdin to stdout
A math line may say its `type` and `form` (problems.types; common other names are understood), and `extraction`.
Without a type it is inferred from the gold. A line that cannot be read gives the status "unreadable" and a reason,
and stops nothing.
"""

from __future__ import annotations

import ast
import json
import re
import warnings
from collections.abc import Iterable, Iterator
from typing import Any, cast, get_args

from tracemill.problems.types import AnswerType, CodeReference, CodeTest, Form, MathReference
from tracemill.verifiers.math.extract import extract
from tracemill.verifiers.math.infer import infer_types
from tracemill.verifiers.sandbox.extract import blocks_of
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier

TYPES = frozenset(get_args(AnswerType))
FORMS = frozenset(get_args(Form))
ALIASES: dict[str, AnswerType] = {
    "int": "integer", "fraction": "rational", "float": "decimal", "percentage": "percent", "expr": "expression",
    "symbolic": "expression", "algebraic": "expression", "formula": "expression", "radical": "expression",
    "surd": "expression", "poly": "polynomial", "integral": "antiderivative", "inequalities": "inequality",
    "union": "interval", "intervals": "interval", "list": "set", "finite_set": "set", "ordered_pair": "tuple",
    "pair": "tuple", "point": "tuple", "coordinates": "tuple", "vector": "tuple", "system": "tuple",
    "complex_number": "complex", "unit": "quantity", "units": "quantity", "measurement": "quantity",
    "money": "quantity",
    "date": "time", "datetime": "time", "clock": "time", "numeral": "base", "base_n": "base", "mcq": "choice",
    "multiple_choice": "choice", "option": "choice", "string": "text", "word": "text", "words": "text",
}  # fmt: skip
INFERRED = frozenset(("number", "numeric", "auto", "any", "math", "infinity", "constant", "real"))
"""Names that say too little: the type is inferred."""


def judge_lines(lines: Iterable[str], verifier: Verifier) -> Iterator[dict[str, Any]]:
    """One dict a line that is not blank, in order: line (from 1), status, extracted, rule, evidence, seconds. A line's
    own `id`, where it has one, is handed on."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield {"line": number, **_judged(line, verifier)}


class Unreadable(ValueError):
    """The line is none of the formats."""


def _judged(line: str, verifier: Verifier) -> dict[str, Any]:
    given: dict[str, Any] = {}
    try:
        try:
            data = json.loads(line, parse_float=str, parse_constant=str)
        except (ValueError, RecursionError) as error:
            raise Unreadable(f"no JSON: {error}") from error
        if not isinstance(data, dict):
            raise Unreadable("no JSON object")
        given = {"id": data["id"]} if "id" in data else {}
        verdict = _judge_program(line, verifier) if "program" in data else _judge_answer(data, verifier)
    except Unreadable as error:
        return {
            **given,
            "status": "unreadable",
            "extracted": None,
            "rule": "line",
            "evidence": str(error),
            "seconds": 0.0,
        }
    fields = ("status", "extracted", "rule", "evidence", "seconds")
    return {**given, **{name: getattr(verdict, name) for name in fields}}


# Math


def _judge_answer(data: dict[str, Any], verifier: Verifier) -> Verdict:
    gold, answer = _text(data, "gold"), _text(data, "answer")
    form = data.get("form") or "value"
    if not isinstance(form, str) or form not in FORMS:
        raise Unreadable(f"no form {form!r}; known: {', '.join(sorted(FORMS))}")
    mode = data.get("extraction")
    if mode not in (None, "lenient", "strict"):
        raise Unreadable(f"no extraction {mode!r}; known: lenient, strict")
    found = extract(gold, "lenient", "math", allow_text_after=True) if "boxed" in gold else None
    gold = found.text if found is not None and found.text is not None else gold
    first: Verdict | None = None
    for kind in _types(data.get("type"), gold):
        verdict = verifier.judge(MathReference(answer=gold, type=kind, form=cast(Form, form)), answer, mode)
        if verdict.status == "correct":
            return verdict
        first = first or verdict
    assert first is not None
    if first.status == "verifier_error" and "cannot be read as" in first.evidence:
        raise Unreadable(first.evidence)
    return first


def _text(data: dict[str, Any], key: str) -> str:
    if key not in data:
        raise Unreadable(f"a math line needs {key!r}, a program's line needs 'program'")
    value = data[key]
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        raise Unreadable(f"{key!r} must be a text or a number, not {type(value).__name__}")
    try:
        return str(value)
    except ValueError as error:  # an integer of more than 4,300 digits
        raise Unreadable(f"{key!r} is too long a number: write it as a text") from error


def _types(name: object, gold: str) -> tuple[AnswerType, ...]:
    if name is None or (isinstance(name, str) and name.lower() in INFERRED):
        return infer_types(gold)
    if not isinstance(name, str):
        raise Unreadable(f"'type' must be a text, not {type(name).__name__}")
    key = name.lower().strip().replace(" ", "_").replace("-", "_")
    kind = key if key in TYPES else ALIASES.get(key)
    if kind is None:
        raise Unreadable(f"no type {name!r}; known: {', '.join(sorted(TYPES))}")
    return (cast(AnswerType, kind),)


# Programs


def _judge_program(line: str, verifier: Verifier) -> Verdict:
    data = json.loads(line)
    program, entry, tests = data["program"], data.get("entry"), data.get("tests")
    if not isinstance(program, str) or not (entry is None or isinstance(entry, str)):
        raise Unreadable("'program' and 'entry' must be texts")
    if not isinstance(tests, list) or not tests:
        raise Unreadable('\'tests\' must be a list of at least one {"input": ..., "output": ...}')
    limit = data.get("time_limit_s")
    if not (limit is None or (isinstance(limit, (int, float)) and not isinstance(limit, bool) and limit > 0)):
        raise Unreadable(f"'time_limit_s' must be a positive number, not {limit!r}")
    reference = CodeReference(entry=entry, tests=tuple(_test(test, entry) for test in tests), time_limit_s=limit)
    return verifier.judge(reference, _in_a_fence(program))


def _in_a_fence(program: str) -> str:
    """As a response that holds it. What is no Python and holds a block is a response already; else all of it is the
    program, in a fence longer than any within."""
    if blocks_of(program, strict=False) and not _parses(program):
        return program
    longest = max(map(len, re.findall("`+", program)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}python\n{program}\n{fence}"


def _parses(program: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(program)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
    return True


def _test(test: object, entry: str | None) -> CodeTest:
    if not isinstance(test, dict) or not {"input", "output"} <= test.keys():
        raise Unreadable('a test reads {"input": ..., "output": ...}')
    given, expected = test["input"], test["output"]
    if entry is None:
        if not (isinstance(given, str) and isinstance(expected, str)):
            raise Unreadable("a program without 'entry' reads and writes texts")
        return CodeTest(args=given, expected=expected)
    if not isinstance(given, list):
        raise Unreadable("'input' must be the list of the arguments")
    return CodeTest(args=repr(tuple(given)), expected=repr(expected))
