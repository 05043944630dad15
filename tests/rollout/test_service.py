"""An engine with many callers, whose weights change while they wait."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoModelForCausalLM

from tracemill.rollout.generate import generate
from tracemill.rollout.service import EngineService
from tracemill.rollout.torch_engine import TorchEngine
from tracemill.rollout.types import Request, Sampling
from tracemill.rollout.weights import Manifest, spec_of

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
WARM = Sampling(temperature=1.0, max_new_tokens=40)
PROBE = [(5, 6, 7, 8), (9, 10)]


def engine() -> TorchEngine:
    return TorchEngine(POLICY, dtype="float32", max_batch=16)


def requests(group: int, count: int = 4) -> list[Request]:
    return [
        Request(
            problem_id="p", group_id=f"0.{group}", index=i, prompt_ids=(3, 39, 83, 81 + group), seed=100 * group + i
        )
        for i in range(count)
    ]


def halved() -> tuple[Manifest, dict[str, torch.Tensor]]:
    weights = {name: p.detach() / 2 for name, p in AutoModelForCausalLM.from_pretrained(POLICY).named_parameters()}
    return tuple(spec_of(name, tensor) for name, tensor in weights.items()), weights


def test_callers_share_the_engine_and_each_gets_its_own() -> None:
    alone = [generate(engine(), requests(group), WARM) for group in range(6)]
    service = EngineService(engine)
    with ThreadPoolExecutor(6) as pool:
        together = list(pool.map(lambda group: service.generate(requests(group), WARM), range(6)))
    assert [[r.completion_ids for r in group] for group in together] == [
        [r.completion_ids for r in group] for group in alone
    ]
    assert 40 <= service.steps() < 6 * 40  # they were under way together
    assert service.generate([], WARM) == []
    service.close()


def test_groups_taken_in_at_once_come_as_they_are_done() -> None:
    service = EngineService(engine)
    groups = [requests(group) for group in range(4)]
    parts = list(service.generate_groups(groups, WARM))
    assert len(parts) > 1  # not all at the end
    came = dict(one for part in parts for one in part)
    whole = generate(engine(), [request for group in groups for request in group], WARM)
    assert [rollout for place in range(4) for rollout in came[place]] == whole
    service.close()


def test_weights_change_between_two_steps_and_nothing_is_made_until_they_are_proved() -> None:
    service = EngineService(engine)
    manifest, weights = halved()
    long = Sampling(temperature=1.5, max_new_tokens=300)
    with ThreadPoolExecutor(1) as pool:
        call = pool.submit(service.generate, requests(0, 8), long)
        while service.steps() < 20:
            time.sleep(0.001)
        said = service.load_weights(4, manifest, weights.items, PROBE)
        stood = service.steps()
        time.sleep(0.2)
        assert service.steps() == stood and not call.done()
        assert service.serve() == 4
        rollouts = call.result(timeout=60)
    changed = [r for r in rollouts if r.policy_versions]
    assert changed and all(r.policy_versions == tuple(sorted(r.policy_versions)) for r in changed)
    assert all(set(r.policy_versions) == {0, 4} and r.policy_versions.count(0) >= 20 for r in changed)
    fresh = engine()
    fresh.load_weights(4, manifest, weights.items())
    assert said == fresh.logprobs(PROBE)
    service.close()


def test_a_refused_request_harms_nobody() -> None:
    service = EngineService(engine)
    bad = [Request(problem_id="empty", group_id="9.9", index=0, prompt_ids=(), seed=0)]
    with ThreadPoolExecutor(2) as pool:
        good = pool.submit(service.generate, requests(1), WARM)
        with pytest.raises(ValueError, match="the prompt of empty has no tokens"):
            service.generate(bad, WARM)
        assert len(good.result(timeout=60)) == 4
    service.close()


class Breaks(TorchEngine):
    def step(self) -> Any:
        if self.steps == 3:
            raise RuntimeError("out of memory")
        self.steps += 1
        return super().step()

    steps = 0


def test_an_engine_that_fails_says_so_to_everyone() -> None:
    service = EngineService(lambda: Breaks(POLICY, dtype="float32", max_batch=16))
    with ThreadPoolExecutor(2) as pool:
        calls = [pool.submit(service.generate, requests(group), WARM) for group in range(2)]
        for call in calls:
            with pytest.raises(RuntimeError, match="out of memory"):
                call.result(timeout=60)
    with pytest.raises(RuntimeError, match="the engine has failed: out of memory"):
        service.serve()
    service.close()


def test_an_engine_that_cannot_be_made_leaves_no_thread() -> None:
    before = threading.active_count()
    with pytest.raises(OSError, match="nowhere"):
        EngineService(lambda: TorchEngine(Path("/nowhere"), dtype="float32", max_batch=1))
    assert threading.active_count() == before
