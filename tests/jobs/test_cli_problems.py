"""`tracemill problems`, and its audit on families with faults of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.jobs.audit import audit
from tracemill.jobs.cli import main
from tracemill.problems.registry import family_named
from tracemill.problems.types import MathReference
from tracemill.verifiers.verifier import Verifier

SOUND = family_named("arithmetic")


@pytest.fixture(scope="module")
def verifier() -> Iterator[Verifier]:
    made = Verifier(VerifierConfig(math_timeout_s=60.0, code_timeout_s=20.0))
    yield made
    made.close()


def raises(*_: Any) -> Any:
    raise ZeroDivisionError("by hand")


def paying(params: Any, rng: Any) -> list[tuple[str, str]]:
    """A maker of mistakes one of which is right."""
    return [*SOUND.mistakes(params, rng), ("oops", SOUND.solve(params, rng))]


FAULTS: list[tuple[dict[str, Any], set[str]]] = [
    ({}, set()),
    ({"solve": lambda params, rng: "I give up."}, {"solution"}),
    ({"mistakes": paying}, {"mistake"}),
    ({"confirm": lambda params: MathReference(answer="0.5", type="decimal")}, {"confirmed"}),
    ({"pose": raises}, {"raised"}),
]


@pytest.mark.parametrize(("fault", "checks"), FAULTS)
def test_the_audit_finds_what_is_wrong_and_nothing_else(
    verifier: Verifier, fault: dict[str, Any], checks: set[str]
) -> None:
    found = audit(replace(SOUND, **fault), (1, 9), range(2), verifier)
    assert {finding.check for finding in found.findings} == checks
    if checks:
        assert {finding.problem_id for finding in found.findings} == {
            f"arithmetic@{SOUND.version}:{level}:{seed}" for level in (1, 9) for seed in range(2)
        }
    assert found.problems == (0 if checks == {"raised"} else 4)


def test_a_reference_that_its_own_verifier_rejects_is_found(verifier: Verifier) -> None:
    def unreadable(params: Any, rng: Any) -> Any:
        posed = SOUND.pose(params, rng)
        return replace(posed, reference=replace(posed.reference, type="time"))

    found = audit(replace(SOUND, pose=unreadable), (1,), range(1), verifier)
    assert {"reference", "solution", "confirmed"} <= {finding.check for finding in found.findings}


def test_check_prints_a_row_a_family(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["problems", "check", "arithmetic", "predict_output", "--levels", "1,3-4", "--seeds", "2"]
    assert main(arguments) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[:2] for line in lines[1:3]] == [["arithmetic", "6"], ["predict_output", "6"]]
    assert lines[3] == "2 families, 12 problems: 0 findings"


def test_a_finding_is_printed_with_its_problem_and_ends_in_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tracemill.jobs import command_problems

    monkeypatch.setattr(command_problems, "family_named", lambda name: replace(SOUND, mistakes=paying))
    assert main(["problems", "check", "arithmetic", "--levels", "2", "--seeds", "1"]) == 1
    shown = capsys.readouterr().out
    assert f"  arithmetic@{SOUND.version}:2:0  mistake: oops is judged correct" in shown
    assert shown.endswith("1 findings\n")


def test_a_family_is_shown_as_before(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["problems", "arithmetic", "--level", "2", "--seed", "5"]) == 0
    shown = capsys.readouterr().out
    problem = SOUND.problem(2, 5)
    assert problem.id in shown and problem.prompt in shown and SOUND.solution(2, 5) in shown


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["arithmetik"], "no problem family 'arithmetik'; did you mean 'arithmetic'?"),
        (["check", "arithmetik"], "no problem family 'arithmetik'; did you mean 'arithmetic'?"),
        (["arithmetic", "fractions"], "problems takes one family, not 2; problems check takes several"),
        (["--level", "3"], "--level is of the problems of one family; name it"),
        (
            ["arithmetic", "--levels", "1-2"],
            "--levels is of problems check; a family's problems take --level and --seed",
        ),
        (["check", "--seed", "1"], "--seed shows a family's problems; problems check takes --levels and --seeds"),
        (["check", "--levels", "1-"], "--levels takes numbers, as in 1,2 or 1-4, not '1-'"),
        (["check", "--levels="], "--levels takes numbers, as in 1,2 or 1-4, not ''"),
        (["check", "--levels", "0-3"], "--levels 0-3 is not within 1 to 10"),
        (["check", "--levels", "low"], "--levels takes numbers, as in 1,2 or 1-4, not 'low'"),
        (["check", "--seeds", "0"], "--seeds is 0; at least 1 problem of each level is checked"),
    ],
)
def test_a_mistake_is_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], said: str) -> None:
    assert main(["problems", *arguments]) == 2
    assert capsys.readouterr().err == f"tracemill: {said}\n"
