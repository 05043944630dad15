"""Peak memory of a job: all its processes together, sampled."""

from __future__ import annotations

import os
import threading
from types import TracebackType

import psutil

_EVERY_S = 2.0


class PeakMemory:
    """Samples the proportional set size (shared pages counted once, Linux) or else the resident size of this process
    and all its descendants, Ray's included, in a thread of its own."""

    def __init__(self) -> None:
        self.peak = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="peak-memory", daemon=True)

    def __enter__(self) -> PeakMemory:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while True:
            self.peak = max(self.peak, _used())
            if self._stop.wait(_EVERY_S):
                return


def _used() -> int:
    me = psutil.Process(os.getpid())
    total = 0
    for process in [me, *me.children(recursive=True)]:
        try:
            info = process.memory_full_info()
        except psutil.Error:
            continue
        total += getattr(info, "pss", info.rss)
    return total
