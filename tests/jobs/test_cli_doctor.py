"""`tracemill doctor`: its checks, and its plan of memory by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracemill.configs.load import BUNDLED, load
from tracemill.configs.schema import VerifierConfig
from tracemill.jobs import doctor
from tracemill.jobs.batteries import ESCAPE, outcome
from tracemill.jobs.cli import main
from tracemill.jobs.memory_plan import PROCESS_BYTES, Shape, plan, read_shape, total
from tracemill.jobs.policy_folder import policy_folder
from tracemill.verifiers import battery
from tracemill.verifiers.sandbox import battery as sandbox
from tracemill.verifiers.types import Status, Verdict

DEMO = BUNDLED / "demo.toml"


def test_this_machine_with_the_demo(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "available_memory", lambda: 2**40)
    code = main(["doctor", str(DEMO), "--set", "verifier.math_timeout_s=60", "--set", "verifier.code_timeout_s=30"])
    shown = capsys.readouterr().out
    state = {line[9:27].strip(): line[:8].strip() for line in shown.splitlines() if line[:7].strip()}
    assert state["python"] == state["libraries"] == state["config"] == state["memory"] == state["verifiers"] == "passed"
    assert code == (1 if "missing" in state.values() else 0)
    assert "learner: optimizer" in shown and "engine: KV cache" in shown


def test_what_does_not_fit_is_missing_and_ends_in_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doctor, "available_memory", lambda: 2**20)
    monkeypatch.setattr(doctor, "requires", lambda _: ["rich>=14", "rich<2", "no_such_library>=3", 'x; extra == "dev"'])
    assert main(["doctor", str(DEMO)]) == 1
    shown = capsys.readouterr().out
    assert "missing  rich " in shown and "-> pip install 'rich<2'" in shown
    assert "missing  no_such_library    not installed; >=3 is asked for" in shown
    assert "missing  memory " in shown and "1 MiB available" in shown
    assert ": rich, no_such_library, " in shown.splitlines()[-1]


def test_walls_that_are_asked_for_and_do_not_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = {"seccomp": True, "rlimits": True}
    probed = {name: stand.get(name, False) for name in (*doctor.FULL, *doctor.EXTRA)} | {"why": "user: EPERM"}
    monkeypatch.setattr(doctor, "probe_isolation", lambda: probed)
    ring = list(doctor.isolation_checks(VerifierConfig(require_isolation="ring")))
    assert ring[0].state == "passed" and {one.state for one in ring[1:]} == {"note"}
    full = list(doctor.isolation_checks(VerifierConfig(require_isolation="full")))
    assert full[0].state == "missing" and "user: EPERM" in full[0].do


def test_the_plan_by_hand() -> None:
    shape = Shape(parameters=1000, layers=2, hidden=10, vocabulary=50, kv_heads=1, head_size=5)
    config = load(
        DEMO,
        [
            "policy.dtype=bfloat16", "learner.ranks=2", "learner.zero_stage=2", "learner.gpus_per_rank=1.0",
            "learner.tokens_per_micro_batch=100", "rollout.actors=3", "rollout.max_batch=4",
            "rollout.max_new_tokens=60", "verifier.workers=1", "verifier.memory_mb=1",
        ],
    )  # fmt: skip
    needs = plan(config, shape, prompt_tokens=40)
    assert {need.part: (need.each, need.count) for need in needs} == {
        "learner: weights": (2000, 2),
        "learner: gradients": (1000, 2),  # over two ranks from stage 2 on
        "learner: optimizer": (6000, 2),  # two averages and a float32 copy, over two ranks
        "learner: activations": (100 * 2 * 10 * 34, 2),
        "learner: logits": (3 * 4 * 100 * 50, 2),
        "engine: weights": (2000, 3),
        "engine: KV cache": (2 * 2 * 5 * 2 * 4 * 100, 3),
        "weights on their way": (6000, 1),
        "programs at their limit": (2**20, 1),
        "processes": (PROCESS_BYTES, 7),
    }
    assert total(needs, on_device=True) == 2 * (2000 + 1000 + 6000 + 68000 + 60000)


def test_the_shape_of_the_bundled_policy(tmp_path: Path) -> None:
    shape = read_shape(policy_folder("bundled"))
    assert (shape.layers, shape.hidden, shape.kv_heads, shape.head_size) == (4, 128, 2, 32)
    per_layer = 128 * 128 * 2 + 2 * 128 * 64 + 3 * 128 * 352 + 2 * 128
    assert shape.parameters == 264 * 128 + 4 * per_layer + 128
    with pytest.raises(ValueError, match="does not say its shape"):
        read_shape(tmp_path)


def test_failures_of_a_battery_are_told_apart() -> None:
    def verdict(status: Status) -> Verdict:
        return Verdict(status=status, extracted="", rule="", evidence="read /x", verifier="", version=1, seconds=0.0)

    math = [battery.Trial(name="kind", allowed=("wrong",), verdict=verdict("correct"))]
    programs = [
        sandbox.Trial(name=ESCAPE, allowed=("correct",), verdict=verdict("wrong")),
        sandbox.Trial(name="harsh", allowed=("correct",), verdict=verdict("timeout")),
        sandbox.Trial(name="lost", allowed=("correct",), verdict=verdict("verifier_error")),
        sandbox.Trial(name="fine", allowed=("correct",), verdict=verdict("correct")),
    ]
    found = outcome("here", math, programs)
    assert (found.trials, found.passed) == (5, False)
    assert (found.false_positives, found.false_negatives) == (("kind",), ("harsh",))
    assert (found.escapes, found.errors) == (("read /x",), ("lost",))


def test_a_mistake_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "nowhere.toml"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("tracemill: no config file 'nowhere.toml'") and error.count("\n") == 1
