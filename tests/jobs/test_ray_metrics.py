"""What the actors of a run tell: spans for the timeline, and Ray's own metrics at the node's endpoint."""

from __future__ import annotations

import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import ray

from tracemill.configs.schema import RolloutConfig, VerifierConfig
from tracemill.configs.spans import now_us
from tracemill.jobs.ray_counts import count_restart
from tracemill.jobs.ray_spans import asked_for_spans
from tracemill.problems.types import MathReference
from tracemill.rollout.actor import RolloutActor
from tracemill.rollout.types import Request, Sampling
from tracemill.verifiers.actor import VerifierActor

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


@pytest.fixture
def local_ray(place_for_ray: None) -> Iterator[str]:
    """The address of the node's metrics."""
    often = {"metrics_report_interval_ms": 1000}
    ray.init(address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, _system_config=often)
    (node,) = ray.nodes()
    yield f"http://{node['NodeManagerAddress']}:{node['MetricsExportPort']}/metrics"
    ray.shutdown()


def told(text: str, name: str) -> dict[str, float]:
    """A metric's values at the endpoint by the tag that is ours, summed over the actors that have it."""
    found: dict[str, float] = {}
    for tags, value in re.findall(rf"^ray_{name}(?:_total)?(?:{{(.*)}})? (\S+)$", text, re.MULTILINE):
        tag = re.search(r'(?:status|kind)="(\w+)"', tags)
        key = tag[1] if tag else ""
        found[key] = found.get(key, 0.0) + float(value)
    return found


def test_spans_and_metrics_of_real_actors(local_ray: str) -> None:
    actor: Any = RolloutActor
    engine = actor.remote(RolloutConfig(), POLICY, "float32", 1)
    judge: Any = VerifierActor
    verifier = judge.remote(VerifierConfig())
    requests = [Request(problem_id="p", group_id="0.0", index=i, prompt_ids=(3, 39, 83), seed=i) for i in range(4)]
    begun = now_us()
    finished = engine.generate.remote([requests], Sampling(temperature=1.0, max_new_tokens=8))
    rollouts = [rollout for ref in finished for _, group in ray.get(ref) for rollout in group]
    pairs = [(MathReference(answer="3", type="integer"), said) for said in (r"\boxed{3}", r"\boxed{4}", r"\boxed{5}")]
    ray.get(verifier.judge_all.remote(pairs))
    ended = now_us()
    count_restart("engine")

    found = {actor.name: actor for actor in asked_for_spans({"engine 0": engine, "verifier 0": verifier})}
    for name, kind in (("engine 0", "generate"), ("verifier 0", "verify")):
        assert found[name].node is None  # the driver's own
        (span,) = [span for span in found[name].spans if span.name == kind]
        assert begun <= span.begun_us < span.ended_us <= ended
    assert asked_for_spans({"verifier 0": verifier})[0].spans == []

    deadline, text = time.monotonic() + 120, ""
    while "tracemill_restarts" not in text or "tracemill_verdicts" not in text or "engine_tokens" not in text:
        assert time.monotonic() < deadline, text[-2000:]
        time.sleep(0.5)
        text = urllib.request.urlopen(local_ray, timeout=30).read().decode()
    assert told(text, "tracemill_engine_tokens") == {"": sum(len(rollout.completion_ids) for rollout in rollouts)}
    assert told(text, "tracemill_engine_requests_in_flight") == {"": 0}
    assert told(text, "tracemill_engine_weights_version") == {"": 0}
    assert told(text, "tracemill_verdicts") == {"correct": 1, "wrong": 2}
    assert told(text, "tracemill_restarts") == {"engine": 1}
