"""What workers ask for, what nodes have, and what is said of the difference."""

from __future__ import annotations

import pytest

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError
from tracemill.jobs.fit import asked, explanation, without_room

GPU_NODE = {"CPU": 8.0, "GPU": 4.0, "memory": 1e9, "node:10.0.0.2": 1.0}
CPU_NODE = {"CPU": 2.0, "memory": 1e9}


def config(*overrides: str) -> Config:
    return load("demo.toml", ["rollout.actors=1", "verifier.workers=1", *overrides])


def asks(*overrides: str, learner: bool = True) -> dict[str, tuple[int, dict[str, float]]]:
    found = asked(config(*overrides), learner=learner)
    return {ask.kind: (ask.count, dict(ask.each)) for ask in found}


def test_each_kind_asks_for_what_its_keys_say() -> None:
    found = asks(
        "learner.ranks=2", "learner.gpus_per_rank=1", "learner.resources={learner_node=1}", "verifier.workers=3",
        "verifier.cpus_per_worker=0.5", "rollout.actors={min=1,max=4}", "rollout.tensor_parallel=2",
        "rollout.cpus_per_actor=4",
    )  # fmt: skip
    assert found == {
        "learner rank": (2, {"CPU": 1.0, "GPU": 1.0, "learner_node": 1.0}),
        "engine": (1, {"CPU": 4.0, "GPU": 2.0}),
        "verifier": (3, {"CPU": 0.5}),
    }
    assert asks(learner=False) == {"engine": (1, {"CPU": 1.0}), "verifier": (1, {"CPU": 1.0})}


def test_a_rank_and_an_engine_that_share_a_device_are_one_bundle() -> None:
    found = asks(
        "rollout.colocated=true", "learner.ranks=2", "rollout.actors=3", "learner.gpus_per_rank=0.6",
        "rollout.gpus_per_actor=0.4",
    )  # fmt: skip
    assert found["learner rank and engine"] == (2, {"CPU": 2.0, "GPU": 1.0})
    assert found["engine"] == (1, {"CPU": 1.0, "GPU": 0.4}) and "learner rank" not in found
    with pytest.raises(CommandError, match=r"share one GPU, and they ask for 2 .* 0.5 each would do"):
        asks("rollout.colocated=true", "learner.gpus_per_rank=1", "rollout.gpus_per_actor=1")


def test_a_bundle_needs_one_node_whatever_there_is_in_all() -> None:
    eight = asked(config("rollout.tensor_parallel=8"), learner=False)
    assert [(ask.kind, left) for ask, left in without_room(eight, [GPU_NODE, GPU_NODE])] == [("engine", 1)]
    four = asked(config("rollout.tensor_parallel=4", "rollout.actors=2"), learner=False)
    assert without_room(four, [GPU_NODE, GPU_NODE]) == []


def test_one_message_says_what_is_asked_there_missing_and_to_be_changed() -> None:
    wanted = config("learner.ranks=2", "learner.gpus_per_rank=4", "rollout.gpus_per_actor=1")
    said = explanation(asked(wanted, learner=True), [GPU_NODE, CPU_NODE], {"CPU": 9.0, "GPU": 4.0})
    assert "2 x learner rank with 1 CPU, 4 GPUs (learner.ranks, gpus_per_rank" in said
    assert "There is 9 CPUs, 4 GPUs free on 2 nodes (of 2 CPUs; 8 CPUs, 4 GPUs)" in said
    assert "Missing is room for 1 x learner rank (1 CPU, 4 GPUs on one node), 1 x engine (1 CPU, 1 GPU" in said
    assert "add nodes, or lower learner.ranks, gpus_per_rank, cpus_per_rank, resources or rollout.actors" in said
    held = explanation(asked(config(), learner=True), [GPU_NODE], {"CPU": 1.0})
    assert "There is 1 CPU free on 1 node (of 8 CPUs, 4 GPUs)" in held
    assert "All of it would fit if nothing else ran there" in held
