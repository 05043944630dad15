"""Worker processes that can be killed: the host's side. A class, because processes have a lifetime.

Works from any thread, in a Ray actor and without SIGALRM: time is kept here, by waiting on a socket, and a worker
past its limit (see `_exchange`) is killed and replaced before the call returns. Workers are forked
from a zygote (`zygote.py`), never from the host. Not a sandbox: what runs here is this project's own code on
untrusted text.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tracemill.verifiers.zygote import ORDER, receive_frame, send_frame

STARVED = 5  # times its limit that a task may take on the clock, where the machine leaves it too little processor time
START_LIMIT_S = 120.0  # importing sympy takes half a second; on a machine that is busy or cold, much longer

_BOOT = (
    "import json, sys; sys.path += [p for p in json.loads(sys.argv[3]) if p not in sys.path]; "
    "from tracemill.verifiers.zygote import main; main(int(sys.argv[1]), int(sys.argv[2]))"
)


class WorkerPool:
    """At most `workers` tasks at once, each in a process of its own. Starts at the first call, again after a fork."""

    def __init__(self, *, workers: int, memory_mb: int) -> None:
        self._max_workers = workers
        self._memory_mb = memory_mb
        self._forget()

    def _forget(self) -> None:
        self._owner = os.getpid()
        self._places = threading.Semaphore(self._max_workers)
        self._lock = threading.Lock()
        self._zygote: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._idle: list[tuple[int, socket.socket]] = []

    def call(self, task: dict[str, Any], timeout_s: float) -> dict[str, Any]:
        """The task's reply, or `{"lost": "timeout" | "memory" | "died"}`. Raises OSError where no worker can be had.

        Waiting for a free worker and starting the zygote do not count towards the limit.
        """
        if os.getpid() != self._owner:
            self._forget()  # a forked copy of the host: the processes belong to the original
        with self._places:
            worker = self._take()
            pid, sock = worker
            try:
                reply = _exchange(sock, pid, task, timeout_s)
            except TimeoutError:
                reply = {"lost": "timeout"}
            except (EOFError, OSError, ValueError):
                reply = {"lost": "died"}
            except BaseException:
                self._kill(pid, sock)
                raise
            if "lost" in reply:
                self._kill(pid, sock)
                with contextlib.suppress(OSError):
                    worker = self._fork()
                    with self._lock:
                        self._idle.append(worker)
            else:
                with self._lock:
                    self._idle.append(worker)
            return reply

    def close(self) -> None:
        """Ends every process. The pool may be used again, and starts afresh."""
        if os.getpid() != self._owner:
            return
        with self._lock:
            self._stop()

    def _take(self) -> tuple[int, socket.socket]:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        return self._fork()

    def _fork(self) -> tuple[int, socket.socket]:
        with self._lock:
            if self._zygote is None or self._zygote.poll() is not None:
                self._stop()
                self._start()
            assert self._control is not None
            mine, theirs = socket.socketpair()
            try:
                socket.send_fds(self._control, [ORDER.pack(b"F", 0)], [theirs.fileno()])
                (pid,) = struct.unpack(">I", self._control.recv(4, socket.MSG_WAITALL))
            except (OSError, struct.error) as error:
                mine.close()
                self._stop()
                raise OSError(f"the verifier's zygote is gone: {error}") from error
            finally:
                theirs.close()
            return pid, mine

    def _kill(self, pid: int, sock: socket.socket) -> None:
        sock.close()
        with self._lock, contextlib.suppress(OSError):
            if self._control is not None:
                self._control.sendall(ORDER.pack(b"K", pid))

    def _start(self) -> None:
        mine, theirs = socket.socketpair()
        extra = [path for path in sys.path if path and Path(path).is_absolute()]
        command = [sys.executable, "-I", "-c", _BOOT, str(theirs.fileno()), str(self._memory_mb), json.dumps(extra)]
        try:
            self._zygote = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(),),
                start_new_session=True,  # Ctrl-C at the terminal is for the host, which then closes this
            )
        finally:
            theirs.close()
        self._control = mine
        mine.settimeout(START_LIMIT_S)
        try:
            greeting = receive_frame(mine)
        except (EOFError, OSError) as error:
            self._stop()
            raise OSError(f"the verifier's zygote did not start: {error}") from error
        if "ready" not in greeting:
            self._stop()
            raise OSError(f"the verifier's zygote did not start: {greeting.get('error')}")

    def _stop(self) -> None:
        for _, sock in self._idle:
            sock.close()
        self._idle = []
        if self._control is not None:
            self._control.close()
            self._control = None
        if self._zygote is not None:
            self._zygote.kill()
            self._zygote.wait()
            self._zygote = None


def _exchange(sock: socket.socket, pid: int, task: dict[str, Any], timeout_s: float) -> dict[str, Any]:
    """Sends a task and waits for the whole reply. Raises TimeoutError when the worker's time is over.

    Its time is `timeout_s` on the clock. On a machine that is busy elsewhere a worker would lose time that it never
    had: one that is ready to run and has used less processor time than that is let on, at most to STARVED times the
    limit.
    """
    began, used_before = time.monotonic(), _cpu_seconds(pid)
    sock.settimeout(timeout_s)
    send_frame(sock, task)
    wait = timeout_s
    while not select.select([sock], [], [], max(wait, 0.0))[0]:
        owed = timeout_s - (_cpu_seconds(pid) - used_before)
        left = began + STARVED * timeout_s - time.monotonic()
        if not owed > 0.01 * timeout_s or left <= 0 or not _is_runnable(pid):
            raise TimeoutError
        wait = min(owed, left)
    return receive_frame(sock)


def _cpu_seconds(pid: int) -> float:
    """What a process has used; infinity where that cannot be told, so that the clock alone decides. The clock's number
    is CPUCLOCK_SCHED of the process, as in the C library's clock_getcpuclockid."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except (OSError, AttributeError):
        return float("inf")


def _is_runnable(pid: int) -> bool:
    """Whether a process computes, or would if it were let: it does not sleep. False where that cannot be told."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "R"
    except (OSError, IndexError):
        return False
