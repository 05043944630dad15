"""`tracemill eval`: pass@k by hand, and the bundled policy on a few held-out problems."""

from __future__ import annotations

import json
import math
from itertools import combinations
from pathlib import Path

import pytest

from tracemill.jobs.cli import main
from tracemill.jobs.pass_at_k import Outcome, ks, pass_at_k, rate_of

EVAL = ["eval", "bundled", "--families", "arithmetic,write_function", "--set", "rollout.max_new_tokens=48"]


@pytest.mark.parametrize(("judged", "correct"), [(1, 0), (1, 1), (5, 0), (5, 2), (5, 5), (8, 3)])
def test_the_estimator_is_the_share_of_draws_with_a_right_one(judged: int, correct: int) -> None:
    answers = [index < correct for index in range(judged)]
    for k in range(1, judged + 1):
        draws = list(combinations(answers, k))
        assert math.isclose(pass_at_k(judged, correct, k), sum(map(any, draws)) / len(draws))
    with pytest.raises(ValueError, match=f"takes at least {judged + 1} judged samples"):
        pass_at_k(judged, correct, judged + 1)


def test_a_rate_is_a_mean_over_problems_that_have_enough_samples() -> None:
    def outcome(correct: int, judged: int) -> Outcome:
        return Outcome(family="f", level=1, correct=correct, judged=judged, unjudged=4 - judged)

    outcomes = [outcome(4, 4), outcome(1, 4), outcome(0, 4), outcome(0, 1)]
    assert rate_of(outcomes, 1).rate == (1 + 0.25 + 0 + 0) / 4
    two = rate_of(outcomes, 2)
    assert (two.rate, two.problems) == ((1 + 0.5 + 0) / 3, 3)
    assert 0 < two.low < two.rate < two.high < 1
    assert math.isnan(rate_of(outcomes, 5).rate) and rate_of(outcomes, 5).problems == 0
    assert (ks(1), ks(6), ks(8)) == ([1], [1, 2, 4, 6], [1, 2, 4, 8])


def test_the_bundled_policy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "found.json"
    sampled = [*EVAL, "--levels", "1,2", "--samples", "3", "--per-family", "6"]
    assert main([*sampled, "--json", str(file)]) == 0
    shown = capsys.readouterr().out
    lines = [line.split() for line in shown.splitlines()]
    assert [line[:3] for line in lines[1:7]] == [
        ["arithmetic", "1", "3"], ["arithmetic", "2", "3"], ["arithmetic", "all", "6"],
        ["write_function", "1", "3"], ["write_function", "2", "3"], ["write_function", "all", "6"],
    ]  # fmt: skip
    found = json.loads(file.read_text())
    assert (found["problems"], found["samples"], found["unjudged"]) == (12, 3, 0)
    assert found["all"].keys() == {"pass@1", "pass@2", "pass@3"}
    rates = [found["all"][f"pass@{k}"]["rate"] for k in (1, 2, 3)]
    assert 0 < rates[0] <= rates[1] <= rates[2] <= 1
    assert f"{100 * rates[0]:.1f} (" in shown.splitlines()[7]
    assert main(sampled) == 0
    assert capsys.readouterr().out.splitlines()[:8] == shown.splitlines()[:8]


def test_what_does_not_fit_is_not_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "found.json"
    tight = [*EVAL, "--per-family", "6", "--json", str(file), "--set", "rollout.max_model_len=80"]
    assert main(tight) == 0
    found = json.loads(file.read_text())
    assert found["unasked"] > 0 and found["problems"] + found["unasked"] == 12
    said = capsys.readouterr().out.splitlines()[-1]
    assert said.startswith(f"not asked: {found['unasked']} more problems, as write_function@1")
    assert said.endswith("do not fit into rollout.max_model_len of 80")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (
            ["eval", "bundled"],
            2,
            "name families with --families a,b, or give --config CONFIG, whose problems are taken",
        ),
        ([*EVAL, "--families", "arithmetik"], 2, "no problem family 'arithmetik'; did you mean 'arithmetic'?"),
        ([*EVAL, "--levels", "11"], 2, "--levels 11 is not within 1 to 10"),
        ([*EVAL, "--samples", "0"], 2, "--samples is 0; at least 1 is drawn"),
        ([*EVAL, "--samples", "2", "--temperature", "0"], 2, "--samples is 2; at temperature 0 all are the same"),
        ([*EVAL, "--per-family", "0"], 2, "config key 'eval.per_family' is 0: Input should be"),
        ([*EVAL, "--json", "/no/such/folder/a.json"], 2, "--json /no/such/folder/a.json is in no folder"),
        ([*EVAL, "--json", "/"], 2, "--json / cannot be written; name a file in a folder of yours"),
        ([*EVAL, "--set", "rollout.max_model_len=48"], 1, "no problem can be put to the policy: arithmetic@1"),
        (["eval", "/no/policy", *EVAL[2:]], 2, "no policy folder '/no/policy'; policy.path takes 'bundled', a folder"),
    ],
)
def test_a_mistake_is_one_line(capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str) -> None:
    assert main(arguments) == code
    error = capsys.readouterr().err
    assert error.startswith(f"tracemill: {said}") and error.count("\n") == 1
