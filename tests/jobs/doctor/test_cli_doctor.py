"""`tracemill doctor` as a user calls it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import pytest

from tracemill.configs.load import BUNDLED
from tracemill.jobs.cli import main
from tracemill.jobs.doctor import machine, memory, versions

DEMO = BUNDLED / "demo.toml"


def states(shown: str) -> dict[str, str]:
    return {line[9:27].strip(): line[:8].strip() for line in shown.splitlines() if line[:7].strip()}


def test_this_machine_with_the_demo(tracemill: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    limits = ["--set", "verifier.math_timeout_s=60", "--set", "verifier.code_timeout_s=30"]
    done = tracemill("doctor", DEMO, *limits)
    state = states(done.stdout)
    for name in ("python", "libraries", "config", "verifiers", "ports", "logprobs", "weights"):
        assert state[name] == "passed", done.stdout
    assert done.returncode == (1 if "missing" in state.values() else 0)
    assert "learner: optimizer" in done.stdout and "engine: KV cache" in done.stdout


def test_what_does_not_fit_is_missing_and_ends_in_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ["rich>=14", "rich<2", "no_such_library>=3", 'x; extra == "dev"']
    monkeypatch.setattr(memory, "available_memory", lambda: 2**20)
    monkeypatch.setattr(versions, "requires", lambda package: asked if package == "tracemill" else [])
    monkeypatch.setattr(machine, "FULLEST", 0.0)
    assert main(["doctor", str(DEMO), "--quick"]) == 1
    shown = capsys.readouterr().out
    assert "missing  rich " in shown and "-> pip install 'rich<2'" in shown
    assert "missing  no_such_library    not installed; >=3 is asked for" in shown
    assert "missing  memory " in shown and "weights, gradients and optimizer alone are" in shown
    assert states(shown)["disk: ray"] == "note"
    assert "logprobs" not in states(shown)
    assert ": rich, no_such_library, " in shown.splitlines()[-1]


def test_a_mistake_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "nowhere.toml"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("tracemill: no config file 'nowhere.toml'") and error.count("\n") == 1
