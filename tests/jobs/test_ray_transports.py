"""A learner of two ranks under ZeRO-3 and two engines as Ray actors: new weights by every transport that a CPU has, and
engines that are killed on the way."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracemill.configs.load import load
from tracemill.jobs.errors import CommandError
from tracemill.jobs.ray_fleet import RayFleet, ray  # which settles Ray's environment before it is imported
from tracemill.jobs.ray_publish import publish
from tracemill.rl.types import Completion, Tree
from tracemill.rollout.canary import largest_difference
from tracemill.rollout.transports.choice import Configured
from tracemill.rollout.types import Request, Sampling

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
PROBE = [(5, 6, 7, 8), (9, 10)]
SETTINGS = [
    "run.name=t",
    "rollout.transport=ipc",
    "rollout.actors=2",
    "learner.ranks=2",
    "learner.zero_stage=3",
    "learner.lr=3e-3",
    "learner.warmup_steps=0",
    "learner.mismatch_alarm=1000",
]


@pytest.fixture(scope="module")
def said() -> list[str]:
    return []


@pytest.fixture(scope="module")
def fleet(place_for_ray: None, said: list[str]) -> Iterator[RayFleet]:
    made = RayFleet(load("demo.toml", SETTINGS), POLICY, 100, said.append)
    made.set_probe(PROBE)
    yield made
    made.close()


def learn(fleet: RayFleet, seed: int) -> None:
    """Weights that are others than before, by far more than a canary allows."""
    before = ray.get(fleet._learner.ask("logprobs", PROBE))[0]
    ids = tuple(range(20 + seed, 32 + seed))
    each = [Completion(ids=ids, old_logprobs=(-4.0,) * 12, advantages=(a,) * 12) for a in (1.0, -0.5)]
    updates = fleet.update([Tree(prompt_ids=(4, 5, 6), completions=tuple(each)) for _ in range(4)], 96.0)
    assert not updates.skipped, updates
    assert largest_difference(before, ray.get(fleet._learner.ask("logprobs", PROBE))[0]) > 1e-2


def served(fleet: RayFleet) -> set[int]:
    """The versions with which every engine answers."""
    asked = [[Request(problem_id="p", group_id=f"0.{n}", index=0, prompt_ids=(5, 6), seed=n)] for n in range(4)]
    handles = fleet.start_rollouts(asked, Sampling(temperature=1.0, max_new_tokens=4))
    fleet.wait(handles, len(handles))
    return {rollout.policy_version for handle in handles for rollout in handle.rollouts or ()}


def test_every_transport_brings_the_learners_weights(fleet: RayFleet) -> None:
    assert fleet.sync()["canary_difference"] < 1e-3
    for seed, transport in enumerate(("ipc", "nccl", "object_store", "auto", "nccl", "ipc")):
        learn(fleet, seed)
        assert fleet.sync(transport)["canary_difference"] < 1e-3
        assert served(fleet) == {seed + 1}
    assert fleet._engines.restarts == 0


@pytest.mark.parametrize("transport", ["ipc", "nccl"])
def test_an_engine_that_dies_is_replaced_and_gets_them_too(
    fleet: RayFleet, said: list[str], transport: Configured
) -> None:
    fleet.sync()
    learn(fleet, 50)
    before = fleet._engines.restarts
    process = fleet._engines._slots[1].process
    assert process is not None
    os.kill(process[0], signal.SIGKILL)
    fleet.sync(transport)
    assert said[-1] == "engine 1 failed (its process died); another takes its place"
    assert fleet._engines.restarts == before + 1
    (version, *_), *_ = ray.get(fleet._learner.ask("describe"))
    assert served(fleet) == {version}
    fleet._engines._until(lambda: len(fleet._engines._serving()) == 2)  # the new one, over a transfer of its own
    learn(fleet, 60)
    assert fleet.sync(transport)["canary_difference"] < 1e-3
    assert served(fleet) == {version + 1}


def test_what_cannot_work_is_said_in_one_line(fleet: RayFleet) -> None:
    published = publish(fleet._learner, fleet._config.rollout, PROBE)
    assert published.route is not None
    places = [fleet._engines._slots[0].place]
    assert places[0] is not None
    other = type(places[0])(node="elsewhere", device="cpu")
    with pytest.raises(CommandError, match=r'rollout.transport is "ipc", .* one is on cpu of elsewhere'):
        published.route.start([], [other])
