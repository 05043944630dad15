"""Counting, on a fleet whose engine and verifier are scripted: what is tested is what is done with their replies."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tracemill.jobs.evaluate import Evaluation, PassRate, evaluate
from tracemill.jobs.fleet import judge_once
from tracemill.jobs.local_engine import Done
from tracemill.jobs.prompts import Prompts
from tracemill.problems.registry import families
from tracemill.problems.types import MathReference
from tracemill.rollout.types import Request, Rollout, Sampling
from tracemill.verifiers.types import Status, Verdict

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


class Scripted:
    """Answers each request with `text`, and each pair with the next of `statuses`."""

    def __init__(self, statuses: Sequence[Status], text: str = "\\boxed{1}") -> None:
        self.statuses, self.text, self.judged = iter(statuses), text, 0

    def start_rollouts(self, groups: Any, sampling: Sampling, *, together: bool = True) -> Any:
        self.asked = [request.problem_id for group in groups for request in group]
        return [Done([self.rollout(request) for request in group]) for group in groups]

    def wait(self, handles: Any, at_least: int) -> None:
        assert len(handles) == at_least

    def rollout(self, request: Request) -> Rollout:
        return Rollout(
            problem_id=request.problem_id,
            group_id=request.group_id,
            index=request.index,
            prompt_ids=request.prompt_ids,
            completion_ids=(5,),
            text=self.text,
            logprobs=(-1.0,),
            finish_reason="stop",
            policy_version=0,
            seed=request.seed,
        )

    def judge_later(self, pairs: Any) -> Any:
        self.judged += len(pairs)
        verdicts = [
            Verdict(
                status=next(self.statuses),
                extracted=response,
                rule="scripted",
                evidence=str(reference.answer),
                verifier="scripted",
                version=1,
                seconds=0.0,
            )
            for reference, response in pairs
        ]
        return lambda: verdicts


def test_a_failure_of_the_verifier_is_counted_apart() -> None:
    problems = [families()["arithmetic"].problem(1, seed) for seed in range(4)]
    fleet: Any = Scripted(["correct", "wrong", "verifier_error", "correct"])
    evaluation = evaluate(fleet, problems, Prompts(POLICY, "{prompt}"), Sampling(temperature=1.0, max_new_tokens=8))
    assert evaluation.overall() == PassRate(correct=2, total=3, unjudged=1)
    assert evaluation.overall().rate == pytest.approx(2 / 3)
    assert Evaluation.from_json(evaluation.to_json()) == evaluation


def test_what_does_not_fit_is_not_asked_and_counted_apart() -> None:
    family, prompts = families()["arithmetic"], Prompts(POLICY, "{prompt}")
    problems = [family.problem(level, seed) for level in (1, 10) for seed in range(4)]
    lengths = [len(prompts.ids(problem)) for problem in problems]
    longest = sorted(lengths)[3]
    fitting = [problem.id for problem, length in zip(problems, lengths, strict=True) if length <= longest]
    assert 0 < len(fitting) < len(problems)
    fleet: Any = Scripted(["correct"] + ["wrong"] * (len(fitting) - 1))
    prompts = Prompts(POLICY, "{prompt}", longest + 8)
    evaluation = evaluate(fleet, problems, prompts, Sampling(temperature=1.0, max_new_tokens=8))
    assert fleet.asked == fitting and fleet.judged == len(fitting)
    overall = evaluation.overall()
    assert overall == PassRate(correct=1, total=len(fitting), unasked=len(problems) - len(fitting))
    assert (overall.rate, overall.to_json()["unasked"]) == (1 / len(fitting), overall.unasked)
    assert PassRate.from_json(overall.to_json()) == overall
    assert evaluation.levels_of("arithmetic") == [1, 10]
    assert Evaluation.from_json(evaluation.to_json()) == evaluation
    older = [row[:-1] for row in evaluation.to_json()]  # of a checkpoint from before there were any
    assert Evaluation.from_json(older).overall() == PassRate(correct=1, total=len(fitting))


def test_where_nothing_fits_nothing_is_asked() -> None:
    problems = [families()["arithmetic"].problem(1, seed) for seed in range(4)]
    fleet: Any = Scripted([])
    evaluation = evaluate(fleet, problems, Prompts(POLICY, "{prompt}", 8), Sampling(temperature=1.0, max_new_tokens=8))
    assert evaluation.overall() == PassRate(0, 0, unasked=4) and fleet.asked == []


def test_the_same_words_on_one_problem_are_judged_once() -> None:
    first, second = MathReference(answer="1", type="integer"), MathReference(answer="2", type="integer")
    fleet: Any = Scripted(["correct", "wrong", "unparseable"])
    pairs = [(first, "a"), (first, "b"), (second, "a"), (first, "a"), (second, "a")]
    verdicts = judge_once(fleet, pairs)
    assert fleet.judged == 3
    assert [(verdict.status, verdict.evidence, verdict.extracted) for verdict in verdicts] == [
        ("correct", "1", "a"),
        ("wrong", "1", "b"),
        ("unparseable", "2", "a"),
        ("correct", "1", "a"),
        ("unparseable", "2", "a"),
    ]


def test_wilsons_interval() -> None:
    """Against the numbers of Newcombe (1998), table I: 81 of 263 is 0.2553 to 0.3662, 0 of 20 is 0 to 0.1611."""
    assert PassRate(81, 263).interval() == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert PassRate(0, 20).interval() == pytest.approx((0.0, 0.1611), abs=1e-4)
