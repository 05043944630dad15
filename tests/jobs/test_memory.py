"""Peak memory: what is held is counted, what processes share once, and a job whose sizes stand still is left alone."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest

from tracemill.jobs.memory import PeakMemory

MB = 10**6
HOLDER = """
import os, sys
for line in sys.stdin:
    what, number = line.split()
    if what == "hold":
        held = bytearray(int(number))
    elif what == "fork" and os.fork() == 0:
        print("done", flush=True)
        os.kill(os.getpid(), 19)
    else:
        held = b""
    if what != "fork":
        print("done", flush=True)
"""


class Holder:
    """A process that holds as much memory as it is told to."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-c", HOLDER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def tell(self, what: str, number: int = 0) -> None:
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(f"{what} {number}\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "done\n"

    def end(self) -> None:
        for process in psutil.Process(self._process.pid).children():
            process.kill()
        self._process.kill()
        self._process.communicate()


@pytest.fixture
def holder() -> Iterator[Holder]:
    holder = Holder()
    yield holder
    holder.end()


def test_a_peak_counts_what_descendants_held(holder: Holder) -> None:
    memory = PeakMemory()
    memory.sample()
    before = memory.peak
    holder.tell("hold", 1200 * MB)
    memory.sample()
    holder.tell("drop")
    memory.sample()
    assert 1150 * MB < memory.peak - before < 1300 * MB


def test_what_a_fork_shares_is_counted_once(holder: Holder) -> None:
    holder.tell("hold", 600 * MB)
    memory = PeakMemory()
    memory.sample()
    before = memory.peak
    holder.tell("fork")
    memory.sample()
    assert memory.peak - before < 100 * MB


def test_pages_are_gone_through_only_when_sizes_have_risen(holder: Holder, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    real = psutil.Process.memory_full_info

    def counted(process: psutil.Process) -> object:
        asked.append(process.pid)
        return real(process)

    monkeypatch.setattr(psutil.Process, "memory_full_info", counted)
    holder.tell("hold", 60 * MB)
    memory = PeakMemory()
    memory.sample()
    first = len(asked)
    for _ in range(5):
        memory.sample()
    assert first and len(asked) == first
    holder.tell("hold", 600 * MB)
    memory.sample()
    assert len(asked) > first
