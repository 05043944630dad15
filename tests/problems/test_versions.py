"""Families of which there is more than one version: what each of them builds (countdown's are in test_countdown)."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tracemill.problems.registry import build, families, family_named, worked_solution
from tracemill.problems.types import ProblemId

GOLDEN = json.loads((Path(__file__).parent / "golden_versions.json").read_text())
NAMES = sorted({ProblemId.parse(problem_id).family for problem_id in GOLDEN})


def digest(problem_id: str) -> str:
    """Of all that a trace is held against, and of the worked solution."""
    problem = build(problem_id)
    told = (problem.prompt, problem.reference, problem.split, problem.instance, worked_solution(problem_id))
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def test_every_version_builds_what_it_built() -> None:
    assert {problem_id: digest(problem_id) for problem_id in GOLDEN} == GOLDEN


def test_every_version_of_every_family_is_here() -> None:
    several = {name: family.version for name, family in families().items() if family.version > 1}
    del several["countdown"]
    versions = {f"{name}@{version}" for name, newest in several.items() for version in range(1, newest + 1)}
    assert {problem_id.partition(":")[0] for problem_id in GOLDEN} == versions


@pytest.mark.parametrize("name", NAMES)
def test_an_earlier_version_is_still_sound(name: str) -> None:
    for version in range(1, families()[name].version):
        earlier = family_named(name, version)
        assert (earlier.name, earlier.version) == (name, version)
        for level in (1, 6, 10):
            assert earlier.confirm(earlier.params(level, 5)) == earlier.problem(level, 5).reference
            assert str(ProblemId.parse(earlier.problem(level, 5).id)) == f"{name}@{version}:{level}:5"
