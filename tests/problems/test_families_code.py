"""The code families: what a worked solution and each mistake are worth, found by really running them.

Programs here come from the families themselves, so they run in this process (each mistake with a limit on its loops).
"""

import ast
import contextlib
import importlib
import io
import pkgutil
import re
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems import code
from tracemill.problems.code.hidden_tests import same
from tracemill.problems.code.pipelines import NUM_OPS
from tracemill.problems.family import Family, Params
from tracemill.problems.types import (
    CodeReference,
    LiteralReference,
    MutantReference,
    Problem,
    Reference,
    WitnessReference,
)
from tracemill.verifiers.verifier import Verifier

MODULES = [importlib.import_module(info.name) for info in pkgutil.iter_modules(code.__path__, code.__name__ + ".")]
CODE: list[Family] = [module.FAMILY for module in MODULES if hasattr(module, "FAMILY")]
BY_NAME = {family.name: family for family in CODE}
LEVELS = range(1, 11)


def seeds(level: int) -> range:
    return range(3 if level in (1, 10) else 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    params: Params
    problem: Problem
    solution: str
    wrong: list[tuple[str, str]]


@cache
def made(name: str, level: int, seed: int) -> Made:
    """All that a family makes of a seed, once for all tests."""
    family = BY_NAME[name]
    return Made(
        params=family.params(level, seed),
        problem=family.problem(level, seed),
        solution=family.solution(level, seed),
        wrong=family.wrong_responses(level, seed),
    )


def cases() -> list[Any]:
    return [pytest.param(family, level, id=f"{family.name}-{level}") for family in CODE for level in LEVELS]


def program_in(response: str) -> str | None:
    blocks = re.findall(r"```python\n(.*?)```", response, re.S)
    return blocks[-1] if blocks else None


def boxed_in(response: str) -> list[str]:
    return [text for text in re.findall(r"\\boxed\{(.*)\}", response) if text]


def passes_tests(response: str, reference: CodeReference) -> bool:
    source = program_in(response)
    scope: dict[str, Any] = {}
    try:
        exec(compile(source or "", "<response>", "exec"), scope)
        function = scope[reference.entry or "f"]
        return all(
            same(function(*ast.literal_eval(test.args)), ast.literal_eval(test.expected)) for test in reference.tests
        )
    except Exception:
        return False


def printed(source: str, stdin: str) -> list[str]:
    """The lines that a whole program prints, without space at their ends and empty lines at the end."""
    out = io.StringIO()
    scope: dict[str, Any] = {"input": iter(stdin.splitlines()).__next__}
    with contextlib.redirect_stdout(out):
        exec(compile(source, "<response>", "exec"), scope)
    return [line.rstrip() for line in out.getvalue().rstrip().split("\n")]


def prints_right(response: str, reference: CodeReference) -> bool:
    source = program_in(response) or ""
    try:
        return all(
            printed(source, test.args) == [line.rstrip() for line in test.expected.rstrip().split("\n")]
            for test in reference.tests
        )
    except Exception:
        return False


def kills_all(tests: Any, reference: MutantReference) -> bool:
    def passes(source: str) -> bool:
        scope: dict[str, Any] = {}
        exec(source, scope)
        try:
            return all(same(scope[reference.entry](*args), expected) for args, expected in tests)
        except Exception:
            return False

    if not isinstance(tests, list) or not 1 <= len(tests) <= reference.max_tests:
        return False
    return passes(reference.program) and not any(map(passes, reference.mutants))


def is_right(response: str, reference: Reference) -> bool:
    if isinstance(reference, CodeReference) and reference.entry is None:
        return prints_right(response, reference)
    if isinstance(reference, CodeReference):
        return passes_tests(response, reference)
    boxes = boxed_in(response)
    if len(boxes) != 1 or "\\boxed" in boxes[0]:
        return False
    try:
        value = ast.literal_eval(f"({boxes[0]},)")
    except (ValueError, SyntaxError):
        return False
    if isinstance(reference, LiteralReference):
        return same(value, (ast.literal_eval(reference.literal),))
    if isinstance(reference, MutantReference):
        return kills_all(value[0], reference)
    assert isinstance(reference, WitnessReference)
    scope: dict[str, Any] = {}
    exec(reference.program, scope)
    try:
        return same(scope[reference.entry](*value), ast.literal_eval(reference.output))
    except Exception:
        return False


@pytest.mark.parametrize(("family", "level"), cases())
def test_worked_solution_is_right(family: Family, level: int) -> None:
    for seed in seeds(level):
        one = made(family.name, level, seed)
        assert is_right(one.solution, one.problem.reference), one.problem.id


@pytest.mark.parametrize(("family", "level"), cases())
def test_every_mistake_is_wrong_and_three_are_answers(family: Family, level: int) -> None:
    for seed in seeds(level):
        problem, answers = made(family.name, level, seed).problem, 0
        for name, response in made(family.name, level, seed).wrong:
            if name == "too_slow":
                continue  # it would not end here; see below
            assert not is_right(response, problem.reference), (problem.id, name, response)
            answers += bool(program_in(response) or boxed_in(response)) and name not in ("empty", "words", "hedged")
        assert answers >= 3, problem.id


def test_a_slow_program_misses_the_time_limit_that_a_fast_one_keeps() -> None:
    with closing(Verifier(VerifierConfig())) as verifier:
        for level in (1, 10):
            one = made("make_faster", level, 0)
            slow = dict(one.wrong)["too_slow"]
            assert verifier.judge(one.problem.reference, slow).status == "timeout"
            assert verifier.judge(one.problem.reference, one.solution).status == "correct"


@pytest.mark.parametrize("level", LEVELS)
def test_a_fast_program_means_what_the_slow_one_does(level: int) -> None:
    one = made("make_faster", level, 0)
    slow: dict[str, Any] = {}
    fast: dict[str, Any] = {}
    exec(program_in(dict(one.wrong)["too_slow"]) or "", slow)
    exec(program_in(one.solution) or "", fast)
    for n in (0, 1, 2, 7, 100, 1999):
        assert slow["f"](n) == fast["f"](n), n


@pytest.mark.parametrize(("family", "level"), cases())
def test_reference_is_confirmed_by_a_second_way(family: Family, level: int) -> None:
    for seed in seeds(level):
        one = made(family.name, level, seed)
        assert family.confirm(one.params) == one.problem.reference, one.problem.id


@pytest.mark.parametrize("family", CODE, ids=lambda family: family.name)
def test_same_id_gives_same_problem(family: Family) -> None:
    for level in LEVELS:
        one = made(family.name, level, 1)
        assert family.problem(level, 1) == one.problem
        assert family.solution(level, 1) == one.solution
        assert family.wrong_responses(level, 1) == one.wrong


@pytest.mark.parametrize("family", CODE, ids=lambda family: family.name)
def test_solutions_come_in_more_than_one_wording_or_prompts_do(family: Family) -> None:
    params = made(family.name, 5, 0).params
    prompts = {family.pose(params, Random(seed)).prompt for seed in range(20)}
    references = {repr(family.pose(params, Random(seed)).reference) for seed in range(20)}
    solutions = {family.solve(params, Random(seed)) for seed in range(20)}
    assert len(prompts) > 1 and len(solutions) > 1
    assert len(references) == 1


@pytest.mark.parametrize("family", CODE, ids=lambda family: family.name)
@pytest.mark.parametrize("level", [3, 4, 5, 8])
def test_hardly_two_ids_hold_the_same_problem(family: Family, level: int) -> None:
    """At most 1 % of 1,000 ids: among half as many ids, that is a quarter of the pairs."""
    num_ids = 500 if level < 8 else 200
    instances = {family.instance(family.params(level, seed)) for seed in range(num_ids)}
    assert len(instances) >= num_ids - num_ids // 125


@pytest.mark.parametrize("name", ["write_function", "predict_output"])
@pytest.mark.parametrize("level", [1, 2])
def test_low_levels_fit_a_small_policy(name: str, level: int) -> None:
    family = next(family for family in CODE if family.name == name)
    problems = [family.problem(level, seed) for seed in range(4000)]
    assert max(len(problem.prompt) for problem in problems) <= 60
    assert max(len(family.solution(level, seed)) for seed in range(500)) <= 80
    assert len({problem.instance for problem in problems}) >= 2000
    assert len({problem.instance for problem in problems if problem.split == "held_out"}) >= 100


def test_every_level_reads_one_line_or_several_cases() -> None:
    family = BY_NAME["stdin_program"]
    for level in LEVELS:
        params = [family.params(level, seed) for seed in range(12)]
        assert {cases for _, _, cases in params} == {False, True}
        assert {len(spec) for _, spec, _ in params} == {NUM_OPS[level]}
    add_two = ("n", (("add", 2), ("times", 3)))
    assert family.solve((*add_two, False), Random(0)).endswith("\n\nn = int(input())\nprint(f(n))\n```")
    assert "    n = int(input())\n    print(f(n))\n```" in family.solve((*add_two, True), Random(0))
    for test in family.confirm((*add_two, True)).tests:  # type: ignore[union-attr]
        count, *numbers = map(int, test.args.split())
        assert count == len(numbers) and [int(n) for n in test.expected.split()] == [3 * (n + 2) for n in numbers]
