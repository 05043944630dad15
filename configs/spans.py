"""What a thread did and when, for the timeline: measured where it happens, kept until somebody asks for it.

Here since every room may say how long something took, and this is the one room that all may import. Only the newest
`LIMIT` spans are kept; what is done with them is in `jobs.timeline`.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

LIMIT = 10_000
_SHORTEST_WAIT_US = 1_000.0
_EPOCH_US = (time.time_ns() - time.perf_counter_ns()) / 1000  # a clock that is set never moves a span


class Span(NamedTuple):
    """Microseconds since 1970 by this machine's clock."""

    name: str
    begun_us: float
    ended_us: float
    args: dict[str, float]


def now_us() -> float:
    return _EPOCH_US + time.perf_counter_ns() / 1000


class Spans:
    """Of one thread, one after the other; the time between two of them is a span of its own, "wait"."""

    def __init__(self) -> None:
        self._kept: deque[Span] = deque(maxlen=LIMIT)
        self._ended_us = now_us()

    @contextmanager
    def __call__(self, name: str, **args: float) -> Iterator[None]:
        begun_us = now_us()
        try:
            yield
        finally:
            self.add(name, begun_us, **args)

    def add(self, name: str, begun_us: float, **args: float) -> None:
        """A span that ends now."""
        if begun_us - self._ended_us >= _SHORTEST_WAIT_US:
            self._kept.append(Span("wait", self._ended_us, begun_us, {}))
        self._ended_us = now_us()
        self._kept.append(Span(name, begun_us, self._ended_us, args))

    def taken(self) -> list[Span]:
        """All that are kept, which are then forgotten. May be called from another thread."""
        return [self._kept.popleft() for _ in range(len(self._kept))]
