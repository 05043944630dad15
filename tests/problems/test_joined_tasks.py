"""Programs of several functions."""

from __future__ import annotations

from ast import literal_eval
from random import Random
from typing import Any

import pytest

from tracemill.problems.code.recursive_function import FAMILY
from tracemill.problems.registry import family_named
from tracemill.problems.types import CodeReference

FAMILIES = (
    *("dynamic_programming", "grammar_function", "graph_function", "machine_function", "nested_function"),
    *("parse_function", "recursive_function", "route_function", "simulate_function", "table_programming"),
)
LINEAR, MOVES = ("linear", (4, 6, 2, 101)), ("sequences", ((-1, 0, 2), 0, 4))


@pytest.mark.parametrize(
    ("joint", "words", "source", "value"),
    [
        ("plus", "first(n1) plus second(start, n2)", "first(n1) + second(start, n2)", 26 + 3),
        ("minus", "first(n1) minus second(start, n2)", "first(n1) - second(start, n2)", 26 - 3),
        ("larger", "the larger of first(n1) and second(start, n2)", "max(first(n1), second(start, n2))", 26),
        ("smaller", "the smaller of first(n1) and second(start, n2)", "min(first(n1), second(start, n2))", 3),
    ],
)
def test_two_are_joined(joint: str, words: str, source: str, value: int) -> None:
    """first(1) is 6 * 4 + 2 = 26; from 1, three single moves of -1, 0 and 2 stay from 0 to 4."""
    params = ((LINEAR, MOVES), (joint,), ("chain", ("times", 2)))
    assert f"In f, let t be {words}. Return twice t." in FAMILY.pose(params, Random(0)).prompt
    solution = FAMILY.solve(params, Random(0))
    assert f"    t = {source}\n    return t * 2\n" in solution
    scope: dict[str, Any] = {}
    exec(solution.partition("```python\n")[2].partition("```")[0], scope)
    assert scope["f"](1, 1, 1) == 2 * value
    reference = FAMILY.confirm(params)
    assert isinstance(reference, CodeReference) and reference == FAMILY.pose(params, Random(1)).reference
    for test in reference.tests:
        assert repr(scope["f"](*literal_eval(test.args))) == test.expected


def test_three_are_joined_from_left_to_right() -> None:
    params = ((LINEAR, MOVES, LINEAR), ("larger", "minus"), ("chain", ("plus", 5)))
    prompt = FAMILY.pose(params, Random(0)).prompt
    assert "f(n1, start, n2, n3)" in prompt
    assert "let t be (the larger of first(n1) and second(start, n2)) minus third(n3)." in prompt
    assert "t = max(first(n1), second(start, n2)) - third(n3)\n" in FAMILY.solve(params, Random(0))


@pytest.mark.parametrize("name", FAMILIES)
def test_levels_ask_for_one_then_two_then_three_and_each_matters(name: str) -> None:
    family = family_named(name)
    for level, count in ((1, 1), (5, 1), (6, 2), (8, 2), (9, 3), (10, 3)):
        parts, joints, after = family.params(level, 3)
        assert (len(parts), len(joints), bool(after)) == (count, count - 1, level > 1)
        slips = [slip for slip, _ in family.wrong_responses(level, 3)]
        for part in ("first", "second", "third")[:count] if count > 1 else ("g",):
            assert any(slip.startswith(f"{part}_") for slip in slips), (level, part)
