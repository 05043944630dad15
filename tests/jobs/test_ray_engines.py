"""Engines as Ray actors that are killed, stopped, and given weights that they do not prove."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import ray
from transformers import AutoModelForCausalLM

from tracemill.configs.schema import ActorsConfig, RolloutConfig
from tracemill.jobs.errors import CommandError
from tracemill.jobs.ray_engines import RayEngines
from tracemill.rl.actor import Published
from tracemill.rollout.actor import RolloutActor
from tracemill.rollout.generate import generate
from tracemill.rollout.torch_engine import TorchEngine
from tracemill.rollout.types import Request, Sampling
from tracemill.rollout.weights import pack, spec_of

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
LONG = Sampling(temperature=1.5, max_new_tokens=600)
PROBE = [(5, 6, 7, 8), (9, 10)]


@pytest.fixture(scope="module", autouse=True)
def local_ray(place_for_ray: None) -> Iterator[None]:
    ray.init(address="local", num_cpus=2, include_dashboard=False, object_store_memory=100 * 2**20, log_to_driver=False)
    yield
    ray.shutdown()


@pytest.fixture
def engines() -> Iterator[Callable[..., tuple[RayEngines, list[str]]]]:
    made: list[RayEngines] = []

    def make(**settings: Any) -> tuple[RayEngines, list[str]]:
        config = RolloutConfig(**{"actors": 2, "max_batch": 64, **settings})
        said: list[str] = []
        actor: Any = RolloutActor
        made.append(
            RayEngines(
                lambda number: actor.options(num_cpus=1).remote(config, POLICY, "float32", 1),
                config,
                tolerance=1e-3,
                tell=said.append,
            )
        )
        return made[-1], said

    yield make
    for one in made:
        one.close()


def groups(count: int = 4) -> list[list[Request]]:
    return [
        [
            Request(problem_id="p", group_id=f"0.{g}", index=i, prompt_ids=(3, 39, 83, 81 + g), seed=100 * g + i)
            for i in range(4)
        ]
        for g in range(count)
    ]


def undisturbed(engine: TorchEngine) -> list[list[tuple[int, ...]]]:
    return [[r.completion_ids for r in generate(engine, group, LONG)] for group in groups()]


def published(version: int, factor: float) -> tuple[Published, TorchEngine]:
    weights = {n: p.detach() * factor for n, p in AutoModelForCausalLM.from_pretrained(POLICY).named_parameters()}
    manifest = tuple(spec_of(name, tensor) for name, tensor in weights.items())
    learner = TorchEngine(POLICY, dtype="float32", max_batch=64)
    learner.load_weights(version, manifest, weights.items())
    buckets = [ray.put(bucket) for bucket in pack(weights.items(), 2**20)]
    assert len(buckets) > 2
    said = ray.put(learner.logprobs(PROBE))
    return Published(version=version, manifest=manifest, buckets=buckets, probe=PROBE, logprobs=said), learner


def signal_one(engines: RayEngines, number: int, which: signal.Signals) -> None:
    """When it is at work."""
    slot = engines._slots[number]
    while not ray.get(slot.actor.steps.remote()):
        time.sleep(0.01)
    assert slot.process is not None
    os.kill(slot.process[0], which)


@pytest.mark.parametrize("together", [True, False])
def test_a_killed_engine_is_replaced_by_one_with_the_newest_weights(engines: Any, together: bool) -> None:
    here, said = engines()
    newest, learner = published(3, 0.9)
    here.take(newest)
    assert here.canary_difference < 1e-3
    handles = here.start(groups(), LONG, together=together)
    signal_one(here, 1, signal.SIGKILL)
    here.wait(handles, len(handles))
    assert [[r.completion_ids for r in handle.rollouts] for handle in handles] == undisturbed(learner)
    assert {r.policy_version for handle in handles for r in handle.rollouts} == {3}
    assert said == ["engine 1 failed (its process died); another takes its place"] and here.restarts == 1
    deadline = time.monotonic() + 120
    while len(here._serving()) < 2 and time.monotonic() < deadline:
        here._turn()
    again = here.start(groups(), LONG, together=True)
    here.wait(again, len(again))
    assert {r.policy_version for handle in again for r in handle.rollouts} == {3}
    assert all(slot.process is not None for slot in here._slots)


def test_a_hung_engine_is_noticed_and_replaced(engines: Any) -> None:
    here, said = engines(hang_timeout_s=2.0)
    handles = here.start(groups(), LONG, together=True)
    stopped = here._slots[0].process[0]
    signal_one(here, 0, signal.SIGSTOP)
    begun = time.monotonic()
    here.wait(handles, len(handles))
    assert time.monotonic() - begun < 60
    assert said == ["engine 0 failed (it made no step for 2 s); another takes its place"]
    engine = TorchEngine(POLICY, dtype="float32", max_batch=64)
    assert [[r.completion_ids for r in handle.rollouts] for handle in handles] == undisturbed(engine)
    with pytest.raises(ProcessLookupError):  # and none is left behind, stopped for ever
        for _ in range(100):
            os.kill(stopped, 0)
            time.sleep(0.1)


def test_weights_that_an_engine_does_not_prove_stop_the_run(engines: Any) -> None:
    here, said = engines(actors=1)
    newest, _ = published(5, 1.0)
    here.sleep()
    here._slots[0].actor.__ray_terminate__.remote()  # gone while the learner has its turn
    here.wake()
    here.take(newest)
    here.wait(here.start(groups(1), Sampling(temperature=1.0, max_new_tokens=4), together=True), 1)
    assert said == ["engine 0 failed (its process died); another takes its place"]
    other, _ = published(5, 0.99)
    stale = Published(**{name: getattr(newest, name) for name in Published.__slots__} | {"logprobs": other.logprobs})
    with pytest.raises(CommandError, match=r"engine 0 does not hold version 5 of the policy: .* off the learner's"):
        here.take(stale)
    cut = Published(**{name: getattr(newest, name) for name in Published.__slots__} | {"manifest": newest.manifest[1:]})
    with pytest.raises(CommandError, match=r"engine 0 cannot take version 5: .* only the engine has"):
        here.take(cut)


def test_engines_join_as_there_is_room(engines: Any) -> None:
    here, _ = engines(actors=ActorsConfig(min=1, max=3))  # there are 2 CPUs
    deadline = time.monotonic() + 120
    while len(here._serving()) < 2 and time.monotonic() < deadline:
        here._turn()
    assert [slot.starting is None for slot in here._slots].count(False) == 1
    handles = here.start(groups(), LONG, together=False)
    here.wait(handles, len(handles))
    assert all(handle.rollouts for handle in handles)
    ray.kill(next(slot for slot in here._slots if slot.serving).actor)  # and leave: another finds room
    deadline = time.monotonic() + 120
    handles = here.start(groups(), LONG, together=False)
    here.wait(handles, len(handles))
    while len(here._serving()) < 2 and time.monotonic() < deadline:
        here._turn()
    assert len(here._serving()) == 2


def test_a_request_that_cannot_be_run_is_not_the_engines_fault(engines: Any) -> None:
    here, _ = engines(actors=1)
    bad = [[Request(problem_id="empty", group_id="0.0", index=0, prompt_ids=(), seed=0)]]
    with pytest.raises(CommandError, match="the prompt of empty has no tokens"):
        here.wait(here.start(bad, LONG, together=True), 1)
    assert here.restarts == 0
