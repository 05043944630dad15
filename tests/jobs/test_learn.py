"""What a run's learner is told where the config leaves it open."""

from __future__ import annotations

import pytest

from tracemill.configs.load import load
from tracemill.jobs.learn import learner_config


@pytest.mark.parametrize(
    ("overrides", "proximal"),
    [
        ([], "sampled"),
        (["rollout.staleness=1"], "learner"),
        (["rollout.engine=vllm"], "learner"),
        (["rollout.staleness=1", "learner.correction.proximal=sampled"], "sampled"),
        (["learner.correction.proximal=learner"], "learner"),
    ],
)
def test_what_may_be_off_policy_is_corrected_for(overrides: list[str], proximal: str) -> None:
    found = learner_config(load("demo.toml", overrides))
    assert found.correction.proximal == proximal
    assert found.correction.cap == 2.0  # truncated importance sampling
    assert found.mismatch_alarm == 0.5
    assert learner_config(load("demo.toml", ["learner.mismatch_alarm=0.1"])).mismatch_alarm == 0.1
