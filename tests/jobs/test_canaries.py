"""A verifier that calls a known answer wrong stops the run before its rewards are used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tracemill.configs.load import load
from tracemill.jobs.display import Lines
from tracemill.jobs.errors import CommandError
from tracemill.jobs.intake import Group
from tracemill.jobs.local_engine import Done
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.run import Loop
from tracemill.jobs.run_folder import RunFolder
from tracemill.problems.registry import families, worked_solution
from tracemill.rollout.types import Rollout
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
PROBLEM = families()["arithmetic"].problem(1, 0)


class Judges:
    """The part of a fleet that judges; `says` replaces a verdict's status."""

    def __init__(self, verifier: Verifier, says: Any = None) -> None:
        self.verifier, self.says = verifier, says

    def judge_later(self, pairs: Any) -> Any:
        verdicts = self.verifier.judge_all(pairs)
        if self.says is None:
            return lambda: verdicts
        names = Verdict.__slots__
        changed = [{name: getattr(one, name) for name in names} | {"status": self.says} for one in verdicts]
        return lambda: [Verdict(**each) for each in changed]


def score(folder: Path, fleet: Any, canaries: int) -> list[list[Any]]:
    config = load("demo.toml", [f"verifier.canaries_per_step={canaries}"])
    prompts = Prompts(POLICY, "{prompt}")
    loop = Loop(config, fleet=fleet, folder=RunFolder(folder), prompts=prompts, display=Lines(1))
    rollout = Rollout(
        problem_id=PROBLEM.id,
        group_id="0.0",
        index=0,
        prompt_ids=(5,),
        completion_ids=(6,),
        logprobs=(-1.0,),
        text=worked_solution(PROBLEM.id),
        finish_reason="stop",
        policy_version=0,
        seed=0,
    )
    return loop._score([Group(id="0.0", problem=PROBLEM, handle=Done([rollout]), version=0)])


def test_canaries_ride_along_unseen(tmp_path: Path) -> None:
    verifier = Verifier(load("demo.toml", []).verifier)
    (group,) = score(tmp_path, Judges(verifier), canaries=6)
    assert [scored.verdict.status for scored in group] == ["correct"]
    verifier.close()


@pytest.mark.parametrize("says", ["correct", "wrong"])
def test_a_wrong_verdict_on_one_stops_the_run(tmp_path: Path, says: str) -> None:
    verifier = Verifier(load("demo.toml", []).verifier)
    with pytest.raises(CommandError, match="cannot be trusted"):
        score(tmp_path, Judges(verifier, says), canaries=4)
    assert score(tmp_path, Judges(verifier, says), canaries=0)[0][0].verdict.status == says
    verifier.close()
