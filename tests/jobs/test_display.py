"""What a person sees while a run goes on, drawn on a terminal of 80 columns."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from tracemill.jobs.display import Lines, LivePanel
from tracemill.jobs.evaluate import Evaluation, PassRate
from tracemill.problems.registry import families
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.verifiers.types import Status, Verdict

LINE = {"step": 3, "train_pass_rate": 0.5, "tokens_per_second": 1234.0, "samples_per_second": 20.0}


def scored(text: str, status: Status) -> Scored:
    problem = families()["arithmetic"].problem(1, 0)
    rollout = Rollout(
        problem_id=problem.id,
        group_id="0.0",
        index=0,
        prompt_ids=(5,),
        completion_ids=(6,),
        logprobs=(-1.0,),
        text=text,
        finish_reason="stop",
        policy_version=0,
        seed=0,
    )
    verdict = Verdict(
        status=status, extracted="1", rule="integer", evidence="", verifier="math", version=1, seconds=0.0
    )
    return Scored(problem=problem, rollout=rollout, verdict=verdict, reward=Reward(total=1.0, parts={}))


def frames(panel_console: Console) -> str:
    file = panel_console.file
    assert isinstance(file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", file.getvalue())


def test_the_panel_shows_where_a_run_stands() -> None:
    console = Console(file=io.StringIO(), force_terminal=True, width=80, height=24)
    with LivePanel(10, console) as panel:
        panel.say("starting the engines")
        panel._live.refresh()
        assert "│ starting the engines" in frames(console)
        panel.tested(Evaluation({("arithmetic", 1): PassRate(1, 4)}))
        panel.step(LINE, [[scored("a good one", "correct"), scored("a bad one", "wrong")]], 3, 6.0, 2**30)
        panel._live.refresh()
    shown = frames(console)
    for text in ("step 3/10", "train 50.0 %", "held-out 25.0 %", "1,234 tokens/s", "0:14 left", "1.0 GiB"):
        assert text in shown, text
    assert re.search(r"│ problem +.*\n│ right +a good one .*\n│ wrong +a bad one ", shown)


def test_what_is_not_counted_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    with Lines(10) as lines:
        lines.tested(Evaluation({("arithmetic", 1): PassRate(1, 4, unjudged=2, unasked=3)}))
        lines.tested(Evaluation({("arithmetic", 1): PassRate(1, 4)}))
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith(", 2 not judged: the verifier failed, 3 not asked: too long for the policy")
    assert second == "held-out pass@1 25.0 % (arithmetic 25.0 %)"
