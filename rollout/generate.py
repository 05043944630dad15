"""Requests through an engine in one go, in the order in which they were given."""

from __future__ import annotations

from collections.abc import Sequence

from tracemill.rollout.types import Engine, Request, Rollout, Sampling


def generate(engine: Engine, requests: Sequence[Request], sampling: Sampling) -> list[Rollout]:
    """One rollout a request. Nothing else may be in flight. Raises ValueError for a request that cannot be run."""
    engine.add(requests, sampling)
    found: dict[tuple[str, int], Rollout] = {}
    while engine.in_flight():
        found.update({(rollout.group_id, rollout.index): rollout for rollout in engine.step()})
    return [found[request.group_id, request.index] for request in requests]
