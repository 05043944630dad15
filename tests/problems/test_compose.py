"""Chains and idle facts: what a chain says is worth what its reference says, and splits are kept."""

from __future__ import annotations

import re
from random import Random

import pytest

from tracemill.problems import compose, distract
from tracemill.problems.compose import chained
from tracemill.problems.distract import distracted
from tracemill.problems.family import split_of
from tracemill.problems.math import chain
from tracemill.problems.registry import families
from tracemill.problems.types import AnswerType, LiteralReference, MathReference

SUMS = (("arithmetic", 1),)
LEVELS = range(1, 11)


def value_of_sums(prompt: str) -> int:
    """Reads a chain of sums as its reader would, from the text alone."""
    answers: dict[int, int] = {}
    for line in prompt.splitlines():
        if not (head := re.match(r"(?:Part|Step|Question) (\d+)\.", line)):
            continue
        number, value = int(head.group(1)), 0
        define = re.search(rf"Let N{number} = \((.*)\)(?: ([+-]) (\d+))?\. ", line)
        assert bool(define) == (number > 1), line
        if define:
            sense, sign, shift = define.groups()
            (before,) = re.findall(r"(?:part|step|question) (\d+)", sense)
            value = abs(answers[int(before)]) if "absolute value" in sense else answers[int(before)]
            if remainder := re.search(r"divided by (\d+)", sense):
                value %= int(remainder.group(1))
            value += int(shift or 0) * (1 if sign == "+" else -1)
        terms = re.findall(r"N?\d+(?: [+-] N?\d+)+", line)[-1].replace("- ", "+ -").split(" + ")
        answers[number] = sum(int(term.replace(f"N{number}", str(value)).replace("--", "")) for term in terms)
    return answers[max(answers)]


@pytest.mark.parametrize("depth", [2, 3, 7])
def test_a_chain_is_worth_what_its_text_says(depth: int) -> None:
    family = chained("sums", 1, SUMS, dict.fromkeys(LEVELS, (depth, 4)), "")
    for seed in range(60):
        problem = family.problem(1, seed)
        assert isinstance(problem.reference, MathReference)
        assert value_of_sums(problem.prompt) == int(problem.reference.answer), problem.prompt


def test_every_part_is_told_as_it_is_alone_but_for_one_number() -> None:
    for level in LEVELS:
        for seed in range(5):
            params = chain.FAMILY.params(level, seed)
            for part, (name, version, inner) in zip(compose._linked(params), params, strict=True):
                family = compose.family_at(name, version)
                alone = compose.told(family, inner, family.instance(inner)).prompt
                assert re.sub(r"\bN\d+", str(part.value), part.prompt) == alone


def test_all_parts_and_the_chain_share_a_split() -> None:
    seen = set()
    for seed in range(150):
        params = chain.FAMILY.params(6, seed)
        splits = {split_of(families()[name].instance(inner)) for name, _, inner in params}
        splits.add(chain.FAMILY.problem(6, seed).split)
        assert len(splits) == 1
        seen |= splits
    assert seen == {"train", "held_out"}


def test_solutions_name_the_parts_as_the_prompt_does() -> None:
    for seed in range(20):
        prompt, solution = chain.FAMILY.problem(5, seed).prompt, chain.FAMILY.solution(5, seed)
        words = set(re.findall(r"^(Part|Step|Question) \d+\.", prompt, re.M))
        assert words == set(re.findall(r"^(Part|Step|Question) \d+\.", solution, re.M)) and len(words) == 1


def test_pools_name_families_as_they_are() -> None:
    assert len(chain.POOL) > 40
    assert all(families()[name].version == version and families()[name].kind == "math" for name, version in chain.POOL)


def test_another_version_of_a_part_is_refused() -> None:
    family = chained("sums", 1, (("arithmetic", 99),), dict.fromkeys(LEVELS, (2, 1)), "")
    with pytest.raises(ValueError, match="no version 99 of arithmetic, only 1"):
        family.problem(1, 0)


@pytest.mark.parametrize(
    ("answer", "kind", "number"),
    [
        ("-12", "integer", -12),
        ("-7/3", "rational", -4),
        ("12.60", "decimal", 1260),
        ("1/8", "decimal", None),
        ("35%", "percent", 35),
        ("552 km", "quantity", 552),
        ("2/3 h", "quantity", None),
        ("14:35", "time", 875),
        ("(3, -1, 4)", "tuple", 6),
        ("{1, 1/2}", "set", None),
        ("[[1, 2], [3, -4]]", "matrix", 2),
        ("x**2", "expression", None),
        ("Tuesday", "text", None),
    ],
)
def test_the_number_an_answer_gives(answer: str, kind: AnswerType, number: int | None) -> None:
    found = compose._number(MathReference(answer=answer, type=kind))
    assert (found and found[0]) == number


def test_literals_give_no_number() -> None:
    assert compose._number(LiteralReference(literal="3")) is None


@pytest.mark.parametrize(
    ("prompt", "params", "found"),
    [
        ("Compute 21 + 12 - 42.", (21, 12, -42), ["21", "12", "42"]),
        ("Solve 3x + 5 = 20 at 14:35 for 2.7 km", (3, 5, 20, 14, 35, 2, 27), ["5", "20"]),
        ("Add 7 and 7 and 8.", (7, 8), ["8"]),
        ("Continue 5, 8, 11, ...", (5, 8, 11), []),
        ("There are 40 trees. Double 9.", (9, 2), ["9"]),
        ("x^2, 3/4, -6 and {12}", (2, 3, 4, 6, 12), []),
    ],
)
def test_numbers_that_may_be_replaced(prompt: str, params: tuple[int, ...], found: list[str]) -> None:
    assert [match.group() for match in compose._operands(prompt, params)] == found


def test_large_answers_are_not_given_away() -> None:
    link = compose._link(MathReference(answer="43068480", type="integer"), "00ff")
    assert (link.number, link.modulus, link.rest) == (43068480, 55, 43068480 % 55)
    negative = compose._link(MathReference(answer="-1000", type="integer"), "0000")
    assert (negative.number, negative.rest) == (1000, 0) and "absolute value" in negative.reading


def test_idle_facts_leave_the_problem_what_it_is() -> None:
    family = distracted("idle", 1, chain.POOL, {level: (level, level) for level in LEVELS}, "")
    for level in LEVELS:
        for seed in range(10):
            name, _, inner, count = params = family.params(level, seed)
            plain = families()[name]
            problem = family.problem(level, seed)
            assert problem.reference == plain.pose(inner, Random(0)).reference
            assert problem.instance == plain.instance(inner)
            facts = distract._facts(params)
            assert len(set(facts)) == count == level
            assert all(fact in family.pose(params, Random(word)).prompt for word in range(5) for fact in facts)
