"""Through which network interface the ranks of a learner talk, and whether they reach each other.

gloo takes the interface of the host's name unless it is told another, which on many machines is the loopback, and NCCL
takes the first it finds. Both are told here: the interface by which Ray knows the node, or the one that the config
names. Not tried here: how fast it is.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import psutil

_VARIABLES = {"GLOO_SOCKET_IFNAME": "", "NCCL_SOCKET_IFNAME": "="}  # NCCL would take a name for a prefix, but for the =
_DIALLED_AT_A_TIME = 32


def choose_interface(wanted: str | None, ip: str) -> str:
    """Tells the collectives of this process which interface to use, and returns its address. `wanted`: its name; None:
    what the environment says, or else the one that has `ip`. Raises ValueError where there is none of that name."""
    there = _interfaces()
    if wanted is None:
        name = next((name for name, address in there.items() if address == ip), None)
        for variable, prefix in _VARIABLES.items() if name else ():
            os.environ.setdefault(variable, f"{prefix}{name}")
        return ip
    if wanted not in there:
        known = ", ".join(f"{name} ({address})" for name, address in there.items())
        raise ValueError(f"there is no interface {wanted!r} with an address; there are {known}")
    for variable, prefix in _VARIABLES.items():
        os.environ[variable] = f"{prefix}{wanted}"
    return there[wanted]


def listening(ip: str, num_callers: int) -> socket.socket:
    """On a port that is free. The kernel itself answers those who call."""
    return socket.create_server((ip, 0), backlog=num_callers)


def free_port(ip: str) -> int:
    """Free now; who wants it takes it soon."""
    with socket.socket() as probe:
        probe.bind((ip, 0))
        return int(probe.getsockname()[1])


def unreachable(addresses: Sequence[str], timeout_s: float) -> list[tuple[int, str]]:
    """Which of these `host:port`, by their place, do not answer within that time, and why."""
    with ThreadPoolExecutor(_DIALLED_AT_A_TIME) as pool:
        reasons = list(pool.map(lambda address: _why_not(address, timeout_s), addresses))
    return [(place, why) for place, why in enumerate(reasons) if why is not None]


def _why_not(address: str, timeout_s: float) -> str | None:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=timeout_s).close()
    except TimeoutError:
        return f"no answer within {timeout_s:g} s"
    except OSError as error:
        return error.strerror or str(error)
    return None


def _interfaces() -> dict[str, str]:
    """Name to IPv4 address."""
    return {
        name: address.address
        for name, addresses in psutil.net_if_addrs().items()
        for address in addresses
        if address.family == socket.AF_INET
    }
