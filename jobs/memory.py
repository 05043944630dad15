"""Peak memory of a job: all its processes together, sampled."""

from __future__ import annotations

import os
import threading
from types import TracebackType

import psutil

_EVERY_S = 2.0
_RISEN = 1.01  # resident sizes, all together, that are worth the look at shared pages


class PeakMemory:
    """Samples the proportional set size (shared pages counted once, Linux) or else the resident size of this process
    and all its descendants, Ray's included, in a thread of its own.

    For the proportional size the kernel goes through every page of a process, which meanwhile gets no new memory: some
    16 ms a GB. So it is asked for only where the resident sizes, which cost nothing, are higher than ever by 1 %."""

    def __init__(self) -> None:
        self.peak = 0
        self._resident = 0.0
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
            self.sample()
            if self._stop.wait(_EVERY_S):
                return

    def sample(self) -> None:
        me = psutil.Process(os.getpid())
        processes = [me, *me.children(recursive=True)]
        resident = sum(map(_resident, processes))
        if resident > _RISEN * self._resident:
            self._resident = resident
            self.peak = max(self.peak, sum(map(_proportional, processes)))


def _resident(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


def _proportional(process: psutil.Process) -> int:
    try:
        info = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(info, "pss", info.rss))
