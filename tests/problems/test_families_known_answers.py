"""Families of divisors, counting, chance, geometry, trigonometry and calculus against answers worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tracemill.problems.registry import build, family_named

KNOWN: list[tuple[str, tuple[Any, ...], str]] = [
    ("divisors", ("count", True, ((2, 2), (3, 1)), ()), "6"),  # of 12: 1, 2, 3, 4, 6, 12
    ("divisors", ("sum", False, ((2, 2), (3, 1)), ()), "28"),
    ("divisors", ("even", False, ((2, 2), (3, 1)), ()), "24"),
    ("divisors", ("multiples", False, ((2, 2), (3, 1)), ((3, 1),)), "21"),
    ("divisors", ("squares", False, ((2, 2), (3, 1)), ()), "5"),
    ("divisors", ("common", False, ((2, 2), (3, 1)), ((2, 1), (3, 2))), "12"),  # of 12 and 18: 1, 2, 3, 6
    ("divisors", ("not", False, ((2, 2), (3, 1)), ((2, 1), (3, 2))), "16"),
    ("digit_numbers", ((1, 2, 3), 2, "even", 0, 0), "2"),  # 12 and 32
    ("letter_arrangements", ("AABNN", "any", ""), "30"),  # 5!/(2! 2!)
    ("selections", (3, ((4, 1, 1), (5, 2, 2)), "none", 0), "40"),  # 4 * 10
    ("stars_and_bars", (5, False, ((0, -1), (0, -1), (0, -1))), "21"),  # C(7, 2)
    ("required_kinds", (2, ((1, "some"), (1, "some"))), "2"),
    ("lattice_paths", ((2, 2), True, (), ()), "13"),  # a Delannoy number
    ("derangements", (4, ((1, 1), (2, 2), (3, 3), (4, 4))), "9"),
    ("pigeonhole", (1, ((10, 2), (10, 2), (10, 2))), "4"),
    ("dice", ("is", 7, 0, ((1, 2, 3, 4, 5, 6), (1, 2, 3, 4, 5, 6))), "1/6"),
    ("urns", ("exact", ((3, 2), (4, 0))), "1/7"),  # 3/21
    ("bayes", ("test", 0, ((1000, 99), (1000, 1))), "11/122"),  # 99/(99 + 999)
    ("expected_value", ("mean", (), (tuple((face, 1) for face in range(1, 7)),)), "7/2"),
    ("binomial", ("exactly", 2, ((3, 1, 2),)), "3/8"),
    ("averages", ("median", (1, 3, 4, 8), ()), "7/2"),
    ("weighted_mean", ("overall", ((1, 10, 1), (3, 2, 1))), "4"),
    ("variance", ("plain", (1, 2, 3), ()), "2/3"),
    ("coordinate_points", ("circle", ((0, 0), (0, 4), (6, 0)), ()), "(3, 2)"),
    ("distances", ("line", ((0, 0),), (3, 4, 10)), "2"),
    ("line_equations", ("bisector", ((0, 0), (2, 2)), ()), "y = -x + 2"),
    ("polygon_area", ("inside", ((0, 0), (3, 0), (0, 3))), "1"),
    ("triangle_angles", ("third", ((0, 60), (0, 70))), "50"),
    ("right_triangles", ("faces", (5, 5, 6)), "sqrt(43)"),
    ("triangle_area", ("sides", (13, 14, 15)), "84"),
    ("similar_triangles", ("poles", (2, 3, 10)), "4"),
    ("circles", ("sector_around", (6, 60)), "2*pi + 12"),
    ("chords", ("chord", (5, 3)), "8"),
    ("solids", ("cone", (3, 4)), "12*pi"),
    ("trig_values", (False, ((4, (("sin", 15), ("sin", 75))),)), "1"),
    ("trig_equations", ("one", "sin", 1, 0, 2, 0, 30), "{30, 150}"),
    ("trig_identities", ((("sin", 3, 5, 1),), ((1, "sin", (2,)),)), "24/25"),
    ("law_of_cosines", ("square", (3, 5, 120)), "49"),
    ("limits", ("cosine", (1, 1, 1, 1, 1, 1)), "3/2"),  # (1 - cos x + x^2)/(sin x tan x)
    ("definite_integrals", ("exponential", (1, 0, 1), 0, 1), "1"),  # x e^x from 0 to 1
    ("antiderivatives", ("parts", ("exp", 1, 1, 0)), "x*exp(x) - exp(x)"),
    ("series_sums", ("weighted", (1, 0, 1, 2, 1)), "2"),  # k/2^k
    ("partial_sums", ((1, 0), (), (0, 1), 1, 1), "n**2/2 + n/2"),
    ("tangent_lines", ("conic", (3, 4), ((1, 0, 1),)), "y = -3*x/4 + 25/4"),
    ("extrema", ("balance", False, (4, 9, 1), ()), "13"),
    ("differential_equations", ("swing", (0, 2), (0, 1, 4)), "cos(2*x) + 2*sin(2*x)"),
]


@pytest.mark.parametrize(("name", "params", "answer"), KNOWN, ids=[name for name, _, _ in KNOWN])
def test_answers_known_by_hand(name: str, params: tuple[Any, ...], answer: str) -> None:
    reference = family_named(name).pose(params, Random(0)).reference
    assert reference.answer == answer  # type: ignore[union-attr]


GOLDEN = json.loads((Path(__file__).parent / "golden_known_answers.json").read_text())
"""What these ids asked, and their answers, when their version was set: who asks something else needs a new version."""


@pytest.mark.parametrize("problem_id", GOLDEN)
def test_golden_prompts(problem_id: str) -> None:
    problem = build(problem_id)
    assert [problem.prompt, problem.reference.answer] == GOLDEN[problem_id]  # type: ignore[union-attr]
