"""Ctrl-C once: stop after the step under way. Twice: stop at once. SIGTERM, which `ray job stop` sends, counts as
Ctrl-C."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    def __init__(self, tell: Callable[[str], None]) -> None:
        self.asked = False
        self._tell = tell

    def install(self) -> None:
        """To be called again once Ray has started, as `ray.init` takes SIGTERM for itself."""
        for number in _SIGNALS:
            signal.signal(number, self)

    def __call__(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
        self._tell("stopping after this step; Ctrl-C again stops at once")


@contextmanager
def interruptible(tell: Callable[[str], None]) -> Iterator[Interrupt]:
    """Installs the handlers for the main thread and puts the old ones back."""
    handler = Interrupt(tell)
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    handler.install()
    try:
        yield handler
    finally:
        for number, old in before.items():
            signal.signal(number, old)
