"""Waiting for what a process writes, by its own clock: a machine that is busy elsewhere takes no answer's time away."""

from __future__ import annotations

import select
import time
from pathlib import Path

LOOK_S = 0.25
LONGEST_S = 3600.0  # however little it was let


def readable(descriptor: int, pid: int, *, computing_s: float, idle_s: float) -> bool:
    """Whether `descriptor` has something to read (its end, too) before `pid` has computed for `computing_s` from now
    on, or waited, for something other than a processor, for `idle_s`."""
    begun, used_before, idle = time.monotonic(), _cpu_seconds(pid), 0.0
    while not select.select([descriptor], [], [], LOOK_S)[0]:
        idle += 0.0 if _is_runnable(pid) else LOOK_S
        used = _cpu_seconds(pid) - used_before
        if idle > idle_s or used > computing_s or time.monotonic() - begun > LONGEST_S:
            return False
    return True


def _cpu_seconds(pid: int) -> float:
    """The clock's number is CPUCLOCK_SCHED of the process, as in the C library's clock_getcpuclockid."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return 0.0  # it has ended; what it wrote is about to be read


def _is_runnable(pid: int) -> bool:
    """Whether it computes or would if it were let, or waits for the disk."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "RD"
    except (OSError, IndexError):
        return False
