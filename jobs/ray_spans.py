"""Fetches the spans of a run's actors, and the time that each has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ray

from tracemill.configs.spans import now_us
from tracemill.jobs.timeline import ActorSpans

_PATIENCE_S = 2.0  # an actor that is busy or gone is left out, and asked again with the next step


def asked_for_spans(actors: Mapping[str, Any]) -> list[ActorSpans]:
    here, asked_us = ray.get_runtime_context().get_node_id(), now_us()
    waiting = {actor.spans.remote(): name for name, actor in actors.items()}
    found = []
    while waiting:
        left_s = max(0.0, _PATIENCE_S - (now_us() - asked_us) / 1e6)
        if not ray.wait(list(waiting), num_returns=1, timeout=left_s)[0]:
            break
        ready, _ = ray.wait(list(waiting), num_returns=len(waiting), timeout=0)
        answered_us = now_us()
        for ref in ready:
            name = waiting.pop(ref)
            try:
                node, there_us, spans = ray.get(ref)
            except ray.exceptions.RayError:
                continue
            found.append(
                ActorSpans(
                    name=name,
                    spans=spans,
                    node=None if node == here else node,
                    now_us=there_us,
                    asked_us=asked_us,
                    answered_us=answered_us,
                )
            )
    return found
