"""Ctrl-C once: stop after the step under way. Twice: stop at once. SIGTERM counts as Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType


class Interrupt:
    def __init__(self, tell: Callable[[str], None]) -> None:
        self.asked = False
        self._tell = tell

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self._tell("stopping after this step; Ctrl-C again stops at once")


@contextmanager
def interruptible(tell: Callable[[str], None]) -> Iterator[Interrupt]:
    """Installs the handlers for the main thread and puts the old ones back."""
    handler = Interrupt(tell)
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield handler
    finally:
        for number, old in before.items():
            signal.signal(number, old)
