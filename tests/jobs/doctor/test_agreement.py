"""Engine against learner on the bundled policy, and faults that the check is there to find."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tracemill.configs.load import load
from tracemill.jobs.doctor import agreement
from tracemill.jobs.doctor.policy import memory_needs
from tracemill.jobs.policy_folder import policy_folder


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, list[str]]]:
    script = Path(__file__).with_name("agreement_process.py")
    command = [sys.executable, "-P", str(script)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path_factory.mktemp("agreement"), check=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def test_they_agree_at_the_runs_temperature_and_after_a_step(found: dict[str, dict[str, list[str]]]) -> None:
    assert {name: state for name, (state, _) in found["sound"].items()} == {"logprobs": "passed", "weights": "passed"}


def test_logprobs_of_another_distribution_are_found(found: dict[str, dict[str, list[str]]]) -> None:
    states = {name: state for name, (state, _) in found["another_temperature"].items()}
    assert states == {"logprobs": "missing", "weights": "passed"}


def test_a_tensor_that_does_not_arrive_is_found(found: dict[str, dict[str, list[str]]]) -> None:
    ((state, said),) = found["stale_tensor"].values()
    assert state == "missing" and "does not hold version 1 of the policy" in said


def test_where_there_is_no_room_it_is_not_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "available_memory", lambda: 2**20)
    config, policy = load("demo.toml"), policy_folder("bundled")
    (one,) = agreement.agreement_checks(config, policy, memory_needs(config, policy))
    assert one.state == "note" and "a rank and an engine take" in one.found
