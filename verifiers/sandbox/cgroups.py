"""A control group of a server's own, where one may be made: it bounds the memory and the processes of a run together.

Only below the group that this process is in, so that no limit set on that one is left behind. With version 1 the
group's folder must be writable; with version 2 its controllers must be handed down as well, which a group with
processes in it (other than the root) cannot do, so there it is seldom to be had. Nothing depends on it: rlimits and the
filter bound a run's memory and threads without it.
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_PREFIX = "tracemill-sandbox-"
_PROCESSES = 256  # threads count too
_SLACK = 1 << 30  # bytes over a run's own limit: the server, page tables, a compiler


class Cgroup:
    """The folders that were made, one for version 2, one for each controller of version 1; none if none could be."""

    def __init__(self, pid: int, memory: int) -> None:
        """Move a process, and all that it will start, into groups of its own."""
        self._folders: list[Path] = []
        for parent, limits in _parents(memory + _SLACK):
            folder = parent / f"{_PREFIX}{pid}"
            try:
                _sweep(parent)
                folder.mkdir()
                self._folders.append(folder)
                for name, value in limits.items():
                    (folder / name).write_text(str(value))
                (folder / "cgroup.procs").write_text(str(pid))
            except OSError:
                self.remove()
                return

    @property
    def stands(self) -> bool:
        return bool(self._folders)

    def remove(self) -> None:
        """After the last process in it has ended."""
        for folder in self._folders:
            with contextlib.suppress(OSError):
                folder.rmdir()
        self._folders = []


def _parents(memory: int) -> list[tuple[Path, dict[str, int]]]:
    """Where groups could be made, with their limits."""
    try:
        lines = Path("/proc/self/cgroup").read_text().splitlines()
    except OSError:
        return []
    own = {controllers: path for _, controllers, path in (line.split(":", 2) for line in lines)}
    root = Path("/sys/fs/cgroup")
    if "memory" in own and "pids" in own:
        return [
            (root / f"memory{own['memory']}", {"memory.limit_in_bytes": memory}),
            (root / f"pids{own['pids']}", {"pids.max": _PROCESSES}),
        ]
    parent = root / own.get("", "/").lstrip("/")
    with contextlib.suppress(OSError):
        if {"memory", "pids"} <= set((parent / "cgroup.subtree_control").read_text().split()):
            return [(parent, {"memory.max": memory, "pids.max": _PROCESSES})]
    return []


def _sweep(parent: Path) -> None:
    """Groups whose grader was killed before it could remove them; one that is still in use does not go."""
    for folder in parent.glob(f"{_PREFIX}*"):
        with contextlib.suppress(OSError):
            os.rmdir(folder)  # noqa: PTH106
