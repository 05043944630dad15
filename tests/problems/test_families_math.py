"""Every math family, over levels and seeds: the same from its id, right by a second computation, solved and misled."""

from __future__ import annotations

import json
import random
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracemill.problems.family import Family
from tracemill.problems.registry import build, families, worked_solution
from tracemill.problems.types import (
    LEVELS,
    CheckedReference,
    MathReference,
    Problem,
    reference_from_json,
    reference_to_json,
)

NAMES = [name for name, family in families().items() if family.kind == "math"]
SEEDS = range(4)


def each(family: Family, seeds: range = SEEDS) -> Iterator[tuple[int, int, Problem]]:
    for level in LEVELS:
        for seed in seeds:
            yield level, seed, family.problem(level, seed)


def boxes(text: str) -> list[str]:
    """The contents of every \\boxed{...}, brackets matched."""
    found = []
    for match in re.finditer(r"\\boxed\{", text):
        depth, end = 1, match.end()
        while depth:
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        found.append(text[match.end() : end - 1])
    return found


def is_plain(params: Any) -> bool:
    if isinstance(params, tuple):
        return all(is_plain(item) for item in params)
    return type(params) in (int, str, bool)


_LATEX = (
    (r"\\frac\{((?:[^{}]|\{[^{}]*\})*)\}\{((?:[^{}]|\{[^{}]*\})*)\}", r"((\1)/(\2))"),
    (r"_\{(\w+)\}", r"_\1"),
    (r"e\^\{([^{}]*)\}", r" exp(\1)"),
    (r"\\sqrt\{([^{}]*)\}", r"sqrt(\1)"),
    (r"\\(sin|cos|tan|exp)", r" \1"),
    (r"\\ln", " log"),
    (r"\\infty", "oo"),
    (r"\\cup", "U"),
    (r"\\times|\\cdot", "*"),
    (r"\\pi", " pi"),
    (r"\^\{([^{}]*)\}", r"**(\1)"),
    (r"\\(?:left|right|,)|\\", ""),
)


def accepted(reference: Any, answer: str) -> bool:
    """The answer is the reference as text, or what a reader of mathematics takes for the same."""
    if isinstance(reference, CheckedReference):
        import importlib

        module, _, function = reference.checker.partition(":")
        return bool(getattr(importlib.import_module(module), function)(json.loads(reference.data), answer))
    assert isinstance(reference, MathReference)
    matrix = re.fullmatch(r"\\begin\{[pb]matrix\}(.*)\\end\{[pb]matrix\}", answer)
    if matrix:
        rows = re.sub(r"\s*\\\\\s*", "], [", re.sub(r"\s*&\s*", ", ", matrix[1].strip()))
        answer = f"[[{rows}]]"
    for pattern, plain in _LATEX:
        answer = re.sub(pattern, plain, answer)
    expected, answer = members(reference.answer), members(answer)
    if reference.type in ("text", "choice", "integer"):
        return expected == answer
    if reference.type == "set":
        return len(expected) == len(answer) and all(any(same(e, a) for a in answer) for e in expected)
    return len(expected) == len(answer) and all(same(e, a) for e, a in zip(expected, answer, strict=True))


def members(text: str) -> list[str]:
    """What stands between the commas of a set, tuple or matrix, outside brackets of its own; else the text alone."""
    text = text.strip()
    if re.fullmatch(r"\{.*\}|\(.*,.*\)|\[.*\]", text) and " U " not in text and text[0] in "{([":
        parts, depth = [""], 0
        for letter in text[1:-1]:
            depth += (letter in "([{") - (letter in ")]}")
            if letter == "," and depth == 0:
                parts.append("")
            else:
                parts[-1] += letter
        return [text[0], *(part.strip() for part in parts), text[-1]]
    return [text]


def same(expected: str, answer: str) -> bool:
    import sympy
    from sympy.parsing import sympy_parser

    if expected.replace(" ", "") == answer.replace(" ", ""):
        return True
    rules = (
        *sympy_parser.standard_transformations,
        sympy_parser.convert_xor,
        sympy_parser.implicit_multiplication,
        sympy_parser.rationalize,
    )
    try:
        left, right = (
            sympy_parser.parse_expr(text, local_dict={"i": sympy.I}, transformations=rules)
            for text in (expected, answer)
        )
        if not isinstance(left, sympy.Expr):
            return bool(left == right)
        return bool(sympy.simplify(sympy.expand(left - right)) == 0)
    except (SyntaxError, TypeError, ValueError, AttributeError, tokenize.TokenError):
        return False


@pytest.mark.parametrize("name", NAMES)
def test_the_id_alone_decides_the_problem(name: str) -> None:
    family = families()[name]
    for level, seed, problem in each(family):
        assert build(problem.id) == problem
        assert worked_solution(problem.id) == family.solution(level, seed)
        assert family.wrong_responses(level, seed) == family.wrong_responses(level, seed)
        assert problem.kind == "math" and problem.level == level
        assert problem.prompt == problem.prompt.strip() != ""


@pytest.mark.parametrize("name", NAMES)
def test_a_second_computation_confirms_the_reference(name: str) -> None:
    family = families()[name]
    for level, seed, problem in each(family):
        assert family.confirm(family.params(level, seed)) == problem.reference, problem


@pytest.mark.parametrize("name", NAMES)
def test_references_and_params_are_plain(name: str) -> None:
    family = families()[name]
    for level, seed, problem in each(family):
        params = family.params(level, seed)
        assert is_plain(params), params
        assert reference_from_json(json.loads(json.dumps(reference_to_json(problem.reference)))) == problem.reference


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_does_not_follow_the_wording(name: str) -> None:
    family = families()[name]
    for level, seed, problem in each(family):
        params = family.params(level, seed)
        posed = [family.pose(params, random.Random(word)) for word in range(12)]
        assert {item.reference for item in posed} == {problem.reference}
        assert problem.prompt in {item.prompt for item in posed} or len({item.prompt for item in posed}) > 3


@pytest.mark.parametrize("name", NAMES)
def test_wordings_vary(name: str) -> None:
    family = families()[name]
    params = family.params(10, 0)
    assert len({family.pose(params, random.Random(word)).prompt for word in range(40)}) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_solutions_end_in_the_answer(name: str) -> None:
    family = families()[name]
    for level, seed, problem in each(family):
        solution = family.solution(level, seed)
        assert solution.endswith("}") and len(boxes(solution)) == 1, solution
        assert accepted(problem.reference, boxes(solution)[-1]), (problem, solution)


@pytest.mark.parametrize("name", NAMES)
def test_mistakes_are_wrong(name: str) -> None:
    family = families()[name]
    for level, seed, problem in each(family):
        wrong = family.wrong_responses(level, seed)
        assert len(wrong) >= 4
        assert {"echo", "empty", "hedged"} <= {kind for kind, _ in wrong}
        right = boxes(family.solution(level, seed))[-1]
        for kind, response in wrong:
            assert set(boxes(response)) != {right}, (kind, problem)
            if isinstance(problem.reference, MathReference):
                assert set(boxes(response)) != {problem.reference.answer}, (kind, problem)


@pytest.mark.parametrize("name", NAMES)
def test_problems_seldom_repeat(name: str) -> None:
    family = families()[name]
    for level in LEVELS:
        instances = {family.instance(family.params(level, seed)) for seed in range(300)}
        assert len(instances) >= (294 if level >= 3 else 240), (level, len(instances))


@pytest.mark.parametrize("name", NAMES)
def test_the_global_random_state_is_left_alone(name: str) -> None:
    family = families()[name]
    random.seed(5)
    before = random.getstate()
    for level, seed, _ in each(family, range(1)):
        family.solution(level, seed)
        family.wrong_responses(level, seed)
        family.confirm(family.params(level, seed))
    assert random.getstate() == before


@pytest.mark.parametrize("name", NAMES)
def test_the_docstring_says_what_the_levels_change(name: str) -> None:
    family = families()[name]
    assert re.search(r"[Ll]evels? 1\b", family.doc) and "10" in family.doc, family.doc


GOLDEN = json.loads((Path(__file__).parent / "golden_math.json").read_text())
"""What these ids asked, and their answers, when their version was set: who asks something else needs a new version."""


@pytest.mark.parametrize("problem_id", GOLDEN)
def test_golden_prompts(problem_id: str) -> None:
    problem = build(problem_id)
    answer = getattr(problem.reference, "answer", None) or problem.reference.example  # type: ignore[union-attr]
    assert [problem.prompt, answer] == GOLDEN[problem_id]
