"""Answers are judged while others are still made, and it does not matter for what comes of them."""

from __future__ import annotations

from typing import Any

import pytest

from tracemill.configs.load import load
from tracemill.jobs.intake import Group, Intake
from tracemill.jobs.judging import Judging
from tracemill.jobs.local_engine import Done
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.problems.registry import families, worked_solution
from tracemill.problems.supply import ProblemSupply
from tracemill.rollout.types import Rollout, Sampling
from tracemill.verifiers.verifier import Verifier


class OneAtATime:
    """A fleet whose groups end one by one, in the order `ends`; notes how many had when answers came to be judged."""

    def __init__(self, ends: list[int]) -> None:
        self.ends, self.verifier = ends, Verifier(load("demo.toml", []).verifier)
        self.handles: list[Any] = []
        self.judged_at: list[tuple[int, int]] = []

    def start_rollouts(self, groups: Any, sampling: Sampling, *, together: bool = True) -> list[Any]:
        assert together
        self.handles = [_Later(group) for group in groups]
        return self.handles

    def wait(self, handles: Any, at_least: int) -> None:
        while sum(handle.rollouts is not None for handle in handles) < at_least:
            self.handles[self.ends.pop(0)].end()

    def judge_later(self, pairs: Any) -> Any:
        self.judged_at.append((sum(handle.rollouts is not None for handle in self.handles), len(pairs)))
        verdicts = self.verifier.judge_all(pairs)
        return lambda: verdicts


class _Later:
    def __init__(self, requests: Any) -> None:
        self.requests, self.rollouts = requests, None

    def end(self) -> None:
        texts = [worked_solution(request.problem_id) if request.index else "no" for request in self.requests]
        self.rollouts: Any = [rollout(one, text) for one, text in zip(self.requests, texts, strict=True)]


def rollout(request: Any, text: str) -> Rollout:
    return Rollout(
        problem_id=request.problem_id,
        group_id=request.group_id,
        index=request.index,
        prompt_ids=request.prompt_ids,
        completion_ids=(5,),
        logprobs=(-1.0,),
        text=text,
        finish_reason="stop",
        policy_version=0,
        seed=request.seed,
    )


@pytest.mark.parametrize("ends", [[0, 1, 2, 3], [3, 1, 0, 2]])
def test_what_is_done_is_judged_while_the_rest_is_made(ends: list[int]) -> None:
    config = load("demo.toml", ["problems.per_step=4", "rollout.group_size=2"])
    fleet: Any = OneAtATime(list(ends))
    judging = Judging(fleet)
    intake = Intake(
        config,
        supply=ProblemSupply(config.problems, 0, 0),
        prompts=Prompts(policy_folder("bundled"), "{prompt}"),
        fleet=fleet,
        sampling=Sampling(temperature=1.0, max_new_tokens=8),
        done=judging.begin,
    )
    intake.admit(0, 0)
    groups = intake.take(0, 0).groups
    assert fleet.judged_at == [(1, 2), (2, 2), (3, 2)]
    known = (families()["arithmetic"].problem(1, 0).reference, "no")
    verdicts, of_known = judging.verdicts(groups, [known])
    assert fleet.judged_at[3:] == [(4, 3)]  # the last group, and what is judged beside it
    assert [[verdict.status == "correct" for verdict in verdicts_G] for verdicts_G in verdicts] == [[False, True]] * 4
    assert [verdict.status == "correct" for verdict in of_known] == [False]
    fleet.verifier.close()


def test_nothing_is_judged_twice_and_nothing_is_kept() -> None:
    problem = families()["arithmetic"].problem(1, 0)
    fleet: Any = OneAtATime([])
    judging = Judging(fleet)
    fields = {"problem_id": problem.id, "group_id": "0.0", "prompt_ids": (5,), "seed": 0}
    request = type("Request", (), {**fields, "index": 0})
    made = [rollout(request, "no")]
    group = Group(id="0.0", problem=problem, handle=Done(made * 3), version=0)
    judging.begin([group])
    judging.begin([group])
    assert [len(verdicts) for verdicts in judging.verdicts([group])[0]] == [3]
    assert [pairs for _, pairs in fleet.judged_at] == [1]  # said three times, judged once
    assert judging._asked == {} and judging.verdicts([]) == ([], [])
    fleet.verifier.close()
