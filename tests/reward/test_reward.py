from __future__ import annotations

from itertools import product

import pytest

from tracemill.configs.schema import RewardConfig
from tracemill.problems.registry import build
from tracemill.reward.reward import Rewarder
from tracemill.reward.shaping import length_kimi, repetition, soft_overlong
from tracemill.rollout.types import Rollout
from tracemill.verifiers.types import Status, Verdict

PROBLEM = build("arithmetic@1:1:5")


def rollout(ids: tuple[int, ...], finish: str = "stop") -> Rollout:
    return Rollout(
        problem_id=PROBLEM.id,
        group_id="0.0",
        index=0,
        prompt_ids=(1,),
        completion_ids=ids,
        logprobs=(0.0,) * len(ids),
        text=" ".join(map(str, ids)),
        finish_reason=finish,  # type: ignore[arg-type]
        policy_version=0,
        seed=0,
    )


def verdict(status: Status) -> Verdict:
    extracted = None if status == "unparseable" else "1"
    return Verdict(status=status, extracted=extracted, rule="", evidence="", verifier="", version=1, seconds=0.0)


def custom_by_length(prompts: list[str], completions: list[str], completion_ids: list[list[int]], **_: object) -> list:
    return [None if len(ids) == 3 else len(ids) / 100 for ids in completion_ids]


def test_kimi_length_by_hand() -> None:
    assert length_kimi([10, 20, 30], [True, True, False]) == [0.5, 0.0, -0.5]
    assert length_kimi([10, 30], [False, True]) == [0.0, -0.5]
    assert length_kimi([7, 7], [True, False]) == [0.0, 0.0]


def test_soft_overlong_by_hand() -> None:
    assert [soft_overlong(n, 100, 20) for n in (50, 80, 90, 100)] == [0.0, 0.0, -0.5, -1.0]
    assert soft_overlong(100, 100, 0) == 0.0


def test_repetition_by_hand() -> None:
    assert repetition([1, 2, 3, 4], 2) == 0.0
    assert repetition([1, 1, 1, 1], 2) == pytest.approx(1 / 3 - 1)
    assert repetition([1], 2) == 0.0


def test_correctness_alone_by_default() -> None:
    rewarder = Rewarder(RewardConfig(), 10)
    statuses: list[Status] = ["correct", "wrong", "unparseable", "timeout", "verifier_error"]
    scored = rewarder.score(PROBLEM, [rollout((1, 2))] * 5, [verdict(status) for status in statuses])
    assert [each.reward.total for each in scored] == [1.0, 0.0, 0.0, 0.0, None]


def test_no_shaping_puts_a_wrong_answer_before_a_right_one() -> None:
    config = RewardConfig(
        format=1, length=1, overlong=1, overlong_buffer_tokens=5, repetition=1, repetition_ngram=1, custom=(HERE,)
    )
    rewarder = Rewarder(config, 10)
    ids = [(1,), (1, 2), (1,) * 10, tuple(range(10))]
    cases = list(product(ids, ("stop", "length"), ("correct", "wrong", "unparseable")))
    scored = rewarder.score(PROBLEM, [rollout(i, f) for i, f, _ in cases], [verdict(s) for _, _, s in cases])
    right = [s.reward.total for s in scored if s.verdict.status == "correct"]
    wrong = [s.reward.total for s in scored if s.verdict.status != "correct"]
    assert min(right) > max(wrong)
    assert len({each.reward.total for each in scored}) > 2


HERE = f"{__name__}:custom_by_length"


def test_a_users_function_comes_by_its_path_and_none_leaves_unjudged() -> None:
    rewarder = Rewarder(RewardConfig(custom=(HERE,)), 10)
    scored = rewarder.score(PROBLEM, [rollout((1,)), rollout((1, 2, 3))], [verdict("wrong"), verdict("correct")])
    assert scored[0].reward.parts == {"correctness": 0.0, HERE: 0.01}
    assert scored[0].reward.total == pytest.approx(0.01)
    assert scored[1].reward.total is None


def huge(completions: list[str], **_: object) -> list[float]:
    return [1e9] * len(completions)


def test_a_users_function_stays_within_the_bound() -> None:
    scored = Rewarder(RewardConfig(custom=(f"{__name__}:huge",)), 10).score(
        PROBLEM, [rollout((1,))], [verdict("wrong")]
    )
    assert scored[0].reward.total == pytest.approx(0.45)


@pytest.mark.parametrize("path", ["nocolon", "no.such.module:f", f"{__name__}:missing", f"{__name__}:HERE"])
def test_a_path_that_leads_nowhere_is_named(path: str) -> None:
    with pytest.raises(ValueError, match=r"reward\.custom"):
        Rewarder(RewardConfig(custom=(path,)), 10)
