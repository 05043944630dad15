"""Every math family, over levels and seeds: the same from its id, right by a second computation, solved and misled."""

from __future__ import annotations

import json
import math
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.family import Params
from tracemill.problems.registry import build, families, worked_solution
from tracemill.problems.types import (
    LEVELS,
    Problem,
    reference_from_json,
    reference_to_json,
)
from tracemill.verifiers.verifier import Verifier

NAMES = [name for name, family in families().items() if family.kind == "math"]
SEEDS = range(2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    params: Params
    problem: Problem
    solution: str
    wrong: list[tuple[str, str]]


@cache
def made(name: str, level: int, seed: int) -> Made:
    """All that a family makes of a seed, once for all tests."""
    family = families()[name]
    return Made(
        params=family.params(level, seed),
        problem=family.problem(level, seed),
        solution=family.solution(level, seed),
        wrong=family.wrong_responses(level, seed),
    )


def each(name: str) -> Iterator[Made]:
    for level in LEVELS:
        for seed in SEEDS:
            yield made(name, level, seed)


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
    for one in each(name):
        problem = one.problem
        assert build(problem.id) == problem
        assert worked_solution(problem.id) == one.solution
        seed = int(problem.id.rpartition(":")[2])
        assert families()[name].wrong_responses(problem.level, seed) == one.wrong
        assert problem.kind == "math" and problem.level in LEVELS
        assert problem.prompt == problem.prompt.strip() != ""


@pytest.mark.parametrize("name", NAMES)
def test_a_second_computation_confirms_the_reference(name: str) -> None:
    for one in each(name):
        assert families()[name].confirm(one.params) == one.problem.reference, one.problem


@pytest.mark.parametrize("name", NAMES)
def test_references_and_params_are_plain(name: str) -> None:
    for one in each(name):
        assert is_plain(one.params), one.params
        reference = one.problem.reference
        assert reference_from_json(json.loads(json.dumps(reference_to_json(reference)))) == reference


@pytest.mark.parametrize("name", NAMES)
def test_the_reference_does_not_follow_the_wording(name: str) -> None:
    family = families()[name]
    for one in each(name):
        references = {family.pose(one.params, random.Random(word)).reference for word in range(4)}
        assert references == {one.problem.reference}


@pytest.mark.parametrize("name", NAMES)
def test_wordings_vary(name: str) -> None:
    family, params = families()[name], made(name, 10, 0).params
    assert len({family.pose(params, random.Random(word)).prompt for word in range(40)}) >= 2


@pytest.mark.parametrize("name", NAMES)
def test_solutions_end_in_the_answer(name: str, verifier: Verifier) -> None:
    for one in each(name):
        assert one.solution.endswith("}") and len(boxes(one.solution)) == 1, one.solution
        verdict = verifier.judge(one.problem.reference, one.solution)
        assert verdict.status == "correct", (one.problem, one.solution, verdict.evidence)


@pytest.mark.parametrize("name", NAMES)
def test_mistakes_are_wrong(name: str, verifier: Verifier) -> None:
    for one in each(name):
        assert len(one.wrong) >= 4
        assert {"echo", "empty", "hedged"} <= {kind for kind, _ in one.wrong}
        for kind, response in one.wrong:
            verdict = verifier.judge(one.problem.reference, response)
            assert verdict.status not in ("correct", "verifier_error"), (kind, response, one.problem, verdict.evidence)


@pytest.mark.parametrize("name", NAMES)
def test_problems_seldom_repeat(name: str) -> None:
    family = families()[name]
    for level in (1, 2, 3, 4, 10):
        instances = {family.instance(family.params(level, seed)) for seed in range(200)}
        assert len(instances) >= (195 if level >= 3 else 165), (level, len(instances))


@pytest.mark.parametrize("name", NAMES)
def test_the_global_random_state_is_left_alone(name: str) -> None:
    family = families()[name]
    random.seed(5)
    before = random.getstate()
    for level in (1, 5, 10):
        family.problem(level, 0)
        family.solution(level, 0)
        family.wrong_responses(level, 0)
        family.confirm(family.params(level, 0))
    assert random.getstate() == before


@pytest.mark.parametrize("name", NAMES)
def test_the_docstring_says_what_the_levels_change(name: str) -> None:
    family = families()[name]
    assert re.search(r"[Ll]evels? 1\b", family.doc) and "10" in family.doc, family.doc


def test_no_answer_about_divisors_is_seen_without_computing() -> None:
    """Of their multiples several are left, and in two primes; of two numbers neither divides the other."""
    family = families()["divisors"]
    for seed in range(300):
        _, _, n, m = family.params(7, seed)
        given = dict(m)
        assert m and sum(exponent > given.get(prime, 0) for prime, exponent in n) > 1
    for level in (9, 10):
        for seed in range(300):
            _, _, n, m = family.params(level, seed)
            first, second = (math.prod(p**e for p, e in pairs) for pairs in (n, m))
            assert first % second and second % first


GOLDEN = json.loads((Path(__file__).parent / "golden_math.json").read_text())
"""What these ids asked, and their answers, when their version was set: who asks something else needs a new version."""


@pytest.mark.parametrize("problem_id", GOLDEN)
def test_golden_prompts(problem_id: str) -> None:
    problem = build(problem_id)
    answer = getattr(problem.reference, "answer", None) or problem.reference.example  # type: ignore[union-attr]
    assert [problem.prompt, answer] == GOLDEN[problem_id]
