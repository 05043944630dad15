"""The warm interpreter that verifier workers are forked from. It runs apart from the host, and never in it.

The host starts it as a fresh `python -I` (`workers.WorkerPool`), so nothing of the host's threads, CUDA contexts or Ray
state is copied. It imports sympy once, then forks one worker per request of the host in a few milliseconds. It has one
thread that only forks, kills and reaps, so it is never stuck itself. A worker serves one task after another over
a socket of its own until it is killed or the socket closes; its memory is limited here, its time by the host.

Frames on every socket: 4 bytes of length, big-endian, then JSON.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import resource
import select
import signal
import socket
import struct
import sys
from typing import Any

MAX_FRAME = 64 << 20
ORDER = struct.Struct(">cI")
"""F (fork onto the socket that comes along; answered by the worker's pid) or K (kill that pid; not answered)."""


def send_frame(sock: socket.socket, message: dict[str, Any]) -> None:
    data = json.dumps(message).encode()
    sock.sendall(struct.pack(">I", len(data)) + data)


def receive_frame(sock: socket.socket) -> dict[str, Any]:
    """Raises EOFError where the other side is gone, TimeoutError by the socket's own timeout."""
    (length,) = struct.unpack(">I", _exactly(sock, 4))
    if length > MAX_FRAME:
        raise EOFError(f"frame of {length} bytes")
    return json.loads(_exactly(sock, length))


def _exactly(sock: socket.socket, count: int) -> bytes:
    parts = bytearray()
    while len(parts) < count:
        part = sock.recv(min(count - len(parts), 1 << 20))
        if not part:
            raise EOFError("the other side closed")
        parts += part
    return bytes(parts)


def main(control_fd: int, memory_mb: int) -> None:
    """Serves the control socket until the host closes it or dies."""
    control = socket.socket(fileno=control_fd)
    host = os.getppid()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _adopt_orphans()
    try:
        from tracemill.verifiers import tasks

        tasks.warm_up()
    except BaseException as error:  # the host must learn why, whatever it was
        send_frame(control, {"error": f"{type(error).__name__}: {error}"})
        raise
    gc.collect()
    gc.freeze()
    send_frame(control, {"ready": True})
    while os.getppid() == host:
        if select.select([control], [], [], 2.0)[0] and not _serve_one(control, memory_mb):
            break
        _reap()


def _serve_one(control: socket.socket, memory_mb: int) -> bool:
    """One order of the host: fork a worker onto the socket that comes along, or kill one. False at the end."""
    data, fds, _, _ = socket.recv_fds(control, ORDER.size, 1)
    if len(data) < ORDER.size:
        return False
    order, pid = ORDER.unpack(data)
    if order == b"K":
        with contextlib.suppress(ProcessLookupError, ChildProcessError):  # only ever a living child of this process
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                os.kill(pid, signal.SIGKILL)
                os.waitpid(pid, 0)
        return True
    child = os.fork()
    if child == 0:
        _work(control, fds[0], memory_mb)
    os.close(fds[0])
    control.sendall(struct.pack(">I", child))
    return True


def _reap() -> None:
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def _work(control: socket.socket, fd: int, memory_mb: int) -> None:
    """A worker's whole life; never returns."""
    try:
        control.close()
        die_with_parent()
        _limit_memory(memory_mb)
        sock = socket.socket(fileno=fd)
        from tracemill.verifiers import tasks

        while True:
            send_frame(sock, tasks.run(receive_frame(sock)))
    except BaseException:
        os._exit(1)


def die_with_parent() -> None:
    """On Linux a worker cannot outlive the zygote; elsewhere it ends when its socket closes."""
    _prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def _adopt_orphans() -> None:
    """What a killed worker had forked comes to the zygote, which reaps it."""
    _prctl(36, 1)  # PR_SET_CHILD_SUBREAPER


def _prctl(option: int, value: int) -> None:
    if sys.platform != "linux":
        return
    import ctypes

    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None, use_errno=True).prctl(option, value, 0, 0, 0)


def _limit_memory(memory_mb: int) -> None:
    """Address space: what the interpreter has mapped already, and `memory_mb` more."""
    try:
        with open("/proc/self/statm") as file:  # noqa: PTH123 - no pathlib in the worker
            mapped = int(file.read().split()[0]) * resource.getpagesize()
    except OSError:
        mapped = 512 << 20
    limit = mapped + (memory_mb << 20)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
