"""Which walls this machine lets us raise, the best server that can be had here, and whether that is enough."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Literal

from tracemill.verifiers.sandbox.client import Refused, Server, ServerLost

FULL = ("user", "pid", "mount", "net", "ipc", "landlock", "seccomp", "rlimits")
EXTRA = ("cgroup",)  # seldom to be had, and nothing depends on it
RING = ("seccomp", "rlimits")  # without Landlock or a root of its own the filter opens no file at all

Required = Literal["none", "ring", "full"]
# What is tried, best first. `host-ids`: the grader is root and lets runs be nobody.
PLANS: tuple[tuple[str, ...], ...] = (
    ("namespaces", "host-ids", "landlock", "seccomp", "cgroup"),
    ("namespaces", "landlock", "seccomp", "cgroup"),
    ("landlock", "seccomp", "cgroup"),
)


def start_server(plans: Sequence[Sequence[str]], memory_mb: int, hash_seed: int = 0) -> Server:
    """A server behind the first of `plans` that the kernel grants. Raises ServerLost."""
    refused: Refused | None = None
    for plan in plans:
        if "host-ids" in plan and os.geteuid() != 0:
            continue
        try:
            return Server(plan, memory_mb, hash_seed)
        except Refused as error:
            refused = error
    raise refused or Refused(f"no plan among {plans!r} fits this user")


def missing(names: Sequence[str], required: Required) -> list[str]:
    """The walls that `required` asks for and `names` lacks."""
    wanted = {"none": (), "ring": RING, "full": FULL}[required]
    return [name for name in wanted if name not in names]


def require_isolation(required: Required) -> list[str]:
    """The walls that stand here. Raises ValueError where they are fewer than `required`: call it before a run."""
    found = probe_isolation()
    names = [name for name in FULL if found[name] is True]
    if lacking := missing(names, required):
        raise ValueError(
            f"verifier.require_isolation is {required!r}, and this machine lacks {', '.join(lacking)} "
            f"({found['why'] or 'no reason given'}); 'ring' asks for less, 'none' for nothing"
        )
    return names


def probe_isolation() -> dict[str, str | bool]:
    """What a server started here stands behind: each of FULL and EXTRA, whether it stands; `why`, the kernel's words on
    what it refused, empty where nothing was. Starts a server or two: 0.2 s. Never raises."""
    why = ""
    try:
        for plan in PLANS:
            try:
                server = start_server([plan], 64)
            except Refused as error:
                why = why or str(error)
                continue
            server.close()
            return {**{name: name in server.isolation for name in (*FULL, *EXTRA)}, "why": why}
    except (OSError, ServerLost) as error:
        why = f"{type(error).__name__}: {error}"
    return {**dict.fromkeys((*FULL, *EXTRA), False), "why": why or "no server could be started"}
