"""What the controller tells Ray's metrics: how often it replaced an actor. The actors tell the rest themselves."""

from __future__ import annotations

from functools import cache

from ray.util.metrics import Counter


@cache
def _restarts() -> Counter:
    return Counter("tracemill_restarts", "actors that died or hung and were replaced", tag_keys=("kind",))


def count_restart(kind: str) -> None:
    _restarts().inc(1, tags={"kind": kind})
