"""The plan of memory by hand, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracemill.configs.load import BUNDLED, load
from tracemill.configs.schema import Config
from tracemill.jobs.doctor import memory
from tracemill.jobs.doctor.memory_plan import PROCESS_BYTES, Shape, devices, plan, read_shape, total
from tracemill.jobs.policy_folder import policy_folder

SHAPE = Shape(parameters=1000, layers=2, hidden=10, vocabulary=50, kv_heads=1, head_size=5, linear_sides=40)
LEARNER, ENGINE = 2000 + 2000 + 6000 + 68000 + 60000, 2000 + 2 * 2 * 5 * 2 * 4 * 100


def config_of(*overrides: str) -> Config:
    return load(
        BUNDLED / "demo.toml",
        [
            "policy.dtype=bfloat16", "learner.ranks=2", "learner.zero_stage=2", "learner.gpus_per_rank=1.0",
            "learner.tokens_per_micro_batch=100", "rollout.actors=3", "rollout.max_batch=4",
            "rollout.max_new_tokens=60", "verifier.workers=1", "verifier.memory_mb=1", *overrides,
        ],
    )  # fmt: skip


def parts(*overrides: str) -> dict[str, tuple[int, int]]:
    return {need.part: (need.each, need.count) for need in plan(config_of(*overrides), SHAPE, prompt_tokens=40)}


def test_the_plan_by_hand() -> None:
    assert parts() == {
        "learner: weights": (2000, 2),
        "learner: gradients": (2000, 2),  # in float32, over two ranks from stage 2 on
        "learner: optimizer": (6000, 2),  # two averages and a float32 copy, over two ranks
        "learner: activations": (100 * 2 * 10 * 34, 2),
        "learner: logits": (3 * 4 * 100 * 50, 2),
        "engine: weights": (2000, 3),
        "engine: KV cache": (2 * 2 * 5 * 2 * 4 * 100, 3),
        "weights on their way": (6000, 1),
        "programs at their limit": (2**20, 1),
        "processes": (PROCESS_BYTES, 7),
    }
    assert total(plan(config_of(), SHAPE, prompt_tokens=40), on_device=True) == 2 * LEARNER


def test_what_an_adapter_a_critic_and_a_reference_add_and_save() -> None:
    lora = parts("learner.lora.rank=4", "learner.zero_stage=0")
    learned = 4 * 40
    assert lora["learner: weights"] == (2000 + 2 * learned, 2)
    assert lora["learner: gradients"] == (4 * learned, 2) and lora["learner: optimizer"] == (12 * learned, 2)
    more = parts("learner.critic.kind=model", "learner.kl.coefficient=0.1", "learner.zero_stage=3")
    assert more["learner: reference policy"] == (2000, 2)  # whole, whatever the stage
    assert more["learner: critic's weights"] == (1000, 2) and more["learner: critic's optimizer"] == (6000, 2)
    less = parts("learner.activation_checkpointing=true", "learner.optimizer=adamw_8bit")
    assert less["learner: activations"] == (100 * (2 * 10 * 2 + 10 * 34), 2)
    assert less["learner: optimizer"] == ((2 + 4) * 1000 // 2, 2)
    needs = plan(config_of("learner.offload=optimizer"), SHAPE, prompt_tokens=40)
    assert [need.part for need in needs if need.owner == "learner" and not need.on_device] == ["learner: optimizer"]


def test_ranks_and_engines_are_laid_on_accelerators() -> None:
    def layout(*overrides: str) -> list[tuple[list[str], int]]:
        config = config_of(*overrides)
        return [
            (device.holds, device.most(by_turns=config.rollout.colocated))
            for device in devices(config, plan(config, SHAPE, prompt_tokens=40))
        ]

    apart = layout("rollout.gpus_per_actor=1", "rollout.actors=1")
    assert apart == [(["rank 0"], LEARNER), (["rank 1"], LEARNER), (["engine 0"], ENGINE)]
    halves = ("learner.gpus_per_rank=0.5", "rollout.gpus_per_actor=0.5", "rollout.actors=2")
    assert layout(*halves) == [(["rank 0", "rank 1"], 2 * LEARNER), (["engine 0", "engine 1"], 2 * ENGINE)]
    shares = ("learner.gpus_per_rank=0.6", "rollout.gpus_per_actor=0.4", "rollout.actors=2")
    shared = layout(*shares)
    assert shared == [(["rank 0", "engine 0"], LEARNER + ENGINE), (["rank 1", "engine 1"], LEARNER + ENGINE)]
    turns = layout(
        "learner.gpus_per_rank=0.6", "rollout.gpus_per_actor=0.4", "rollout.actors=2", "rollout.colocated=true"
    )
    assert turns[0] == (["rank 0", "engine 0"], LEARNER)  # an engine sleeps while the learner has its activations
    wide = layout("rollout.gpus_per_actor=2", "rollout.actors=1", "rollout.tensor_parallel=2", "rollout.engine=vllm")
    assert [holds for holds, _ in wide] == [["rank 0"], ["rank 1"], ["engine 0"], ["engine 0"]]


def test_too_few_or_too_small_accelerators_are_told() -> None:
    def said(sizes: list[int], *overrides: str) -> list[str]:
        config = config_of("rollout.gpus_per_actor=1", "rollout.actors=1", *overrides)
        needs = plan(config, SHAPE, prompt_tokens=40)
        return [f"{one.state} {one.name}: {one.found}" for one in memory.device_checks(config, needs, sizes)]

    assert [line.split()[0] for line in said([2**20] * 3)] == ["passed"] * 3
    assert said([2**20])[-1] == "missing accelerators: 3 needed, 1 here"
    estimate, exact, _ = said([100_000, 8_000, 2**20])
    assert estimate.startswith("note accelerator 0: rank 0:")  # activations are only an estimate
    assert exact.startswith("missing accelerator 1: rank 1:")
    assert said([2**20], "ray.address=auto")[0].startswith("note accelerators: 3 needed, 1 here; the others are")
    *_, small = said([2**20, 2**20, 2_500], "rollout.engine=vllm")
    assert small.startswith("missing accelerator 2: engine 0: weights and one longest sequence are")


def test_an_estimate_over_what_is_free_is_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_of()
    needs = plan(config, SHAPE, prompt_tokens=40)
    for room, state in ((2**40, "passed"), (2**24, "note"), (2**10, "missing")):
        monkeypatch.setattr(memory, "available_memory", lambda room=room: room)
        assert memory.host_check(config, needs).state == state
    assert memory.host_check(config_of("ray.address=auto"), needs).state == "note"


def test_the_shape_of_the_bundled_policy(tmp_path: Path) -> None:
    shape = read_shape(policy_folder("bundled"))
    assert (shape.layers, shape.hidden, shape.kv_heads, shape.head_size) == (4, 128, 2, 32)
    per_layer = 128 * 128 * 2 + 2 * 128 * 64 + 3 * 128 * 352 + 2 * 128
    assert shape.parameters == 264 * 128 + 4 * per_layer + 128
    assert shape.linear_sides == 4 * (2 * 256 + 2 * (128 + 64) + 3 * (128 + 352))
    with pytest.raises(ValueError, match="does not say its shape"):
        read_shape(tmp_path)
