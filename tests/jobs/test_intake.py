"""Which groups are under way and which are taken, on a fleet that finishes them in a scripted order."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError
from tracemill.jobs.intake import Intake, Taken, intake_metrics
from tracemill.jobs.prompts import Prompts
from tracemill.problems.supply import ProblemSupply
from tracemill.rollout.types import Request, Rollout, Sampling

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


class Group:
    def __init__(self, requests: list[Request], order: int) -> None:
        self.requests, self.order, self.rollouts = requests, order, None

    def finish(self, version: int) -> None:
        fields = {"completion_ids": (5,), "logprobs": (-1.0,), "text": "", "finish_reason": "stop"}
        self.rollouts: Any = [
            Rollout(**{name: getattr(request, name) for name in Request.__slots__}, **fields, policy_version=version)
            for request in self.requests
        ]


class Fleet:
    """Finishes groups when they are waited for: `slow` ones last. Keeps the most that were ever under way."""

    def __init__(self, slow: Any = ()) -> None:
        self.slow, self.groups, self.version, self.most = set(slow), [], 0, 0

    def start_rollouts(self, groups: Any, sampling: Sampling, *, together: bool = True) -> list[Group]:
        started = [Group(requests, self.version) for requests in groups]
        self.groups += started
        self.most = max(self.most, sum(group.rollouts is None for group in self.groups))
        return started

    def wait(self, handles: Any, at_least: int) -> None:
        missing = at_least - sum(handle.rollouts is not None for handle in handles)
        left = [handle for handle in handles if handle.rollouts is None]
        left.sort(key=lambda handle: handle.requests[0].group_id in self.slow)
        for handle in left[: max(0, missing)]:
            handle.finish(handle.order)


def config_of(*overrides: str, steps: int = 6) -> Config:
    return load("demo.toml", ["problems.per_step=4", "rollout.group_size=2", f"run.steps={steps}", *overrides])


def intake_of(config: Config, fleet: Any, state: Any = None) -> Intake:
    intake = Intake(
        config,
        supply=ProblemSupply(config.problems, config.run.seed, config.rollout.staleness),
        prompts=Prompts(POLICY, "{prompt}", config.rollout.max_model_len),
        fleet=fleet,
        sampling=Sampling(temperature=1.0, max_new_tokens=config.rollout.max_new_tokens),
    )
    if state is not None:
        intake.load(state)
    return intake


def steps_of(config: Config, fleet: Any, intake: Intake, first: int = 0) -> list[Taken]:
    """As the loop goes: a version an update."""
    taken = []
    for step in range(first, config.run.steps):
        fleet.version = version = step * config.learner.updates_per_batch
        intake.admit(step, version)
        taken.append(intake.take(step, version))
    return taken


def ids(taken: list[Taken]) -> list[list[str]]:
    return [[group.id for group in each.groups] for each in taken]


@pytest.mark.parametrize("staleness", [0, 1, 3])
def test_in_order_whatever_finishes_first(staleness: int) -> None:
    config, fleet = config_of(f"rollout.staleness={staleness}"), Fleet(slow=["1.0", "2.3"])
    taken = steps_of(config, fleet, intake_of(config, fleet))
    assert ids(taken) == [[f"{step}.{place}" for place in range(4)] for step in range(6)]
    assert fleet.most <= (staleness + 1) * 4 and len(fleet.groups) == 24
    ages = [intake_metrics(each, step)["staleness_max"] for step, each in enumerate(taken)]
    assert ages == [min(step, staleness) for step in range(6)]
    assert not any(each.too_old for each in taken)


@pytest.mark.parametrize("oversample", [0, 0.5])
def test_staleness_counts_batches_whatever_the_updates_of_a_batch(oversample: float) -> None:
    overrides = ("rollout.staleness=2", f"rollout.oversample={oversample}", "learner.updates_per_batch=2")
    config, fleet = config_of(*overrides), Fleet(slow=["0.1"])
    taken = steps_of(config, fleet, intake_of(config, fleet))
    assert not any(each.too_old for each in taken)
    assert sum(len(each.groups) for each in taken) >= 24
    ages = [intake_metrics(each, 2 * step)["staleness_max"] for step, each in enumerate(taken)]
    assert max(ages) == 4  # updates


def test_the_first_to_finish_are_taken_and_the_rest_carries_over() -> None:
    config, fleet = config_of("rollout.staleness=2", "rollout.oversample=0.5"), Fleet(slow=["0.1", "1.2"])
    taken = steps_of(config, fleet, intake_of(config, fleet))
    flat = [name for step in ids(taken) for name in step]
    assert len(flat) == len(set(flat)) >= 24
    assert all(4 <= len(step) <= 6 for step in ids(taken))  # more than a batch where more would get too old
    assert "0.1" not in ids(taken)[0] and "0.1" in ids(taken)[2]  # waited for before it would be too old
    assert all(intake_metrics(each, step)["staleness_max"] <= 2 for step, each in enumerate(taken))


def test_or_they_are_dropped_with_the_reason_and_replaced() -> None:
    overrides = ("rollout.staleness=1", "rollout.oversample=1", 'rollout.too_old="drop"')
    config, fleet = config_of(*overrides), Fleet(slow=["0.1"])
    intake = intake_of(config, fleet)
    taken = steps_of(config, fleet, intake)
    dropped = {
        name: why
        for step, each in enumerate(taken)
        for name, why in intake_metrics(each, step).get("dropped", {}).items()
    }
    learned = [name for step in ids(taken) for name in step]
    assert len(learned) == len(set(learned)) and not dropped.keys() & set(learned)
    assert all(len(each.groups) == 4 for each in taken)
    under_way = {name for name, _ in intake.to_state()["running"]}
    admitted = {group.requests[0].group_id for group in fleet.groups}
    assert admitted == set(learned) | dropped.keys() | under_way  # each exactly one of the three
    assert all("older than the staleness" in why for why in dropped.values())


@pytest.mark.parametrize("overrides", [(), ("rollout.staleness=2",), ("rollout.staleness=2", "rollout.oversample=0.5")])
def test_a_resumed_run_asks_again_for_what_was_under_way(overrides: tuple[str, ...]) -> None:
    config, fleet = config_of(*overrides), Fleet(slow=["0.1", "1.2", "3.0"])
    intake = intake_of(config, fleet)
    before = steps_of(config.model_copy(update={"run": config.run.model_copy(update={"steps": 3})}), fleet, intake)
    seeds = {r.group_id: r.seed for group in fleet.groups for r in group.requests[:1]}
    state, again = intake.to_state(), Fleet()
    after = steps_of(config, again, intake_of(config, again, state), first=3)
    flat = [name for step in ids(before) + ids(after) for name in step]
    assert len(flat) == len(set(flat)) >= 24
    for group in again.groups:
        request = group.requests[0]
        assert seeds.get(request.group_id, request.seed) == request.seed


def test_a_prompt_longer_than_the_context_is_a_refused_problem() -> None:
    prompts = Prompts(POLICY, "{prompt}")
    assert prompts.refusal(range(40), 400) is None
    assert "do not fit into the policy's context of 1024" in str(prompts.refusal(range(1000), 25))
    config, fleet = config_of("rollout.max_new_tokens=1004"), Fleet()
    intake = intake_of(config, fleet)
    intake.admit(0, 0)
    taken = intake.take(0, 0)
    lengths = [len(group.requests[0].prompt_ids) for group in fleet.groups]
    assert len(taken.groups) == 4 and max(lengths) <= 20
    refused = intake_metrics(taken, 0)["dropped"]
    assert refused and all("context of 1024" in why for why in refused.values())
    with pytest.raises(CommandError, match=r"no problem of the mix can be put to the policy: .*do not fit"):
        intake_of(config_of("rollout.max_new_tokens=1020"), fleet).admit(0, 0)


def test_and_so_is_one_longer_than_the_engine_takes() -> None:
    prompts = Prompts(POLICY, "{prompt}", 64)
    assert prompts.refusal(range(40), 24) is None
    assert "a completion of 25 do not fit into rollout.max_model_len of 64" in str(prompts.refusal(range(40), 25))
    assert "do not fit into the policy's context of 1024" in str(Prompts(POLICY, "{prompt}", 4096).refusal((), 1025))
    config, fleet = config_of("rollout.max_new_tokens=44", "rollout.max_model_len=64"), Fleet()
    intake = intake_of(config, fleet)
    intake.admit(0, 0)
    taken = intake.take(0, 0)
    assert len(taken.groups) == 4 and max(len(group.requests[0].prompt_ids) for group in fleet.groups) <= 20
    refused = intake_metrics(taken, 0)["dropped"]
    assert refused and all("rollout.max_model_len of 64" in why for why in refused.values())
