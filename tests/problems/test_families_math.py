"""Every math family, over levels and seeds: the same from its id, right by a second computation, solved and misled."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.family import Family
from tracemill.problems.registry import build, families, worked_solution
from tracemill.problems.types import (
    LEVELS,
    Problem,
    reference_from_json,
    reference_to_json,
)
from tracemill.verifiers.verifier import Verifier

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


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    verifier = Verifier(VerifierConfig())
    yield verifier
    verifier.close()


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
        assert {family.pose(params, random.Random(word)).reference for word in range(12)} == {problem.reference}


@pytest.mark.parametrize("name", NAMES)
def test_wordings_vary(name: str) -> None:
    family = families()[name]
    params = family.params(10, 0)
    assert len({family.pose(params, random.Random(word)).prompt for word in range(40)}) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_solutions_end_in_the_answer(name: str, verifier: Verifier) -> None:
    family = families()[name]
    for level, seed, problem in each(family):
        solution = family.solution(level, seed)
        assert solution.endswith("}") and len(boxes(solution)) == 1, solution
        verdict = verifier.judge(problem.reference, solution)
        assert verdict.status == "correct", (problem, solution, verdict.evidence)


@pytest.mark.parametrize("name", NAMES)
def test_mistakes_are_wrong(name: str, verifier: Verifier) -> None:
    family = families()[name]
    for level, seed, problem in each(family):
        wrong = family.wrong_responses(level, seed)
        assert len(wrong) >= 4
        assert {"echo", "empty", "hedged"} <= {kind for kind, _ in wrong}
        for kind, response in wrong:
            verdict = verifier.judge(problem.reference, response)
            assert verdict.status not in ("correct", "verifier_error"), (kind, response, problem, verdict.evidence)


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
