"""The engine of a run in one process, where it shares a device with the learner by turns."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracemill.configs.load import load
from tracemill.jobs.local_engine import LocalEngine
from tracemill.rollout.types import Request, Sampling

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


@pytest.mark.parametrize("colocated", [True, False])
def test_the_engine_gives_its_memory_back_where_it_is_colocated(colocated: bool) -> None:
    engine = LocalEngine(load("demo.toml", [f"rollout.colocated={str(colocated).lower()}"]), POLICY)
    group = [Request(problem_id="p", group_id="0.0", index=0, prompt_ids=(3, 39, 83), seed=0)]
    engine.start_rollouts([group], Sampling(temperature=1.0, max_new_tokens=4))
    slots = engine._engine._slots  # type: ignore[attr-defined]
    assert slots._keys
    engine.rest()
    assert bool(slots._keys) != colocated
