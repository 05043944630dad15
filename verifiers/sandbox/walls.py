"""The walls around a program. Placeholder of the first day: rlimits only; the rest is being built."""

import math
import os
import resource
import socket


class Walls:
    """What stands, by name, and the steps that put it up in a child."""

    def __init__(self, names: list[str]) -> None:
        self.names = names

    def before_fork(self) -> None:
        pass

    def close_above(self, first: int) -> None:
        os.closerange(first, resource.getrlimit(resource.RLIMIT_NOFILE)[0])

    def limit(self, memory_mb: int, wall_s: float) -> None:
        with open("/proc/self/statm") as statm:  # noqa: PTH123
            size = int(statm.read().split()[0]) * resource.getpagesize()
        for which, value in (
            (resource.RLIMIT_AS, size + (memory_mb << 20)),
            (resource.RLIMIT_CPU, math.ceil(wall_s) + 1),
            (resource.RLIMIT_FSIZE, 0),
            (resource.RLIMIT_NOFILE, 32),
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_NPROC, 0),
        ):
            resource.setrlimit(which, (value, value))

    def close(self) -> None:
        pass


def raise_for_server(wanted: str, control: socket.socket) -> Walls:
    return Walls(["rlimits"])
