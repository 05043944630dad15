"""The warm process of the sandbox: executed apart from the grader, it forks one child per run and watches it.

It is told limits and file descriptors, never a program, an input or an expected output: those go between the grader and
the child on pipes of their own. So a child is born knowing nothing, and one run cannot read another's.

Started by `client.Server` with an environment of its own and the control socket as its only descriptor above 2.
Control messages are JSON, one a packet:
    to the server    {"kind", "limit_s", "output_bytes", "language"} with the child's pipe ends attached (requests and
                     replies; for a script also its stdin and stdout); during a run {"kill": 1} or {"look": 1}
    from the server  {"map"} where it wants its ids mapped, {"isolation"} once it is ready or {"refused"} by the kernel;
                     {"computes"} to a look;
                     after each run {"timed_out", "signal", "exit", "cpu_s", "wall_s"}
"""

import array
import ctypes
import gc
import importlib
import json
import os
import random
import select
import signal
import socket
import time
from typing import NoReturn

from . import runner, walls, wire

PRELOADED = """
    math cmath itertools functools collections collections.abc re string random heapq bisect json typing operator
    statistics fractions decimal copy datetime dataclasses enum time abc array textwrap contextlib numbers struct
    calendar queue threading unicodedata pprint types warnings traceback io hashlib zlib base64 binascii graphlib
    pickle difflib
""".split()  # noqa: SIM905

_LOOKS = 8
_ROOM_FOR_FDS = socket.CMSG_SPACE(4 * 4)
# The plain fork of the C library: os.fork would run Python's hooks for threads that this process does not have, at a
# quarter of a run's cost, and seed `random` anew in every child, so that no verdict could be repeated.
_fork = ctypes.PyDLL(None, use_errno=True).fork


def main(control_fd: int, wanted: list[str], memory_mb: int) -> None:
    for name in PRELOADED if "compiler" not in wanted else ():
        importlib.import_module(name)
    control = socket.socket(fileno=walls.move_up(control_fd))
    try:
        closed = walls.raise_for_server(wanted, memory_mb, control)
    except OSError as error:
        control.send(json.dumps({"refused": str(error)}).encode())
        os._exit(1)
    except BaseException as error:
        control.send(json.dumps({"broken": f"{type(error).__name__}: {error}"}).encode())
        raise
    random.seed(0)  # Python's fork, on the way here, has seeded it from the system
    gc.collect()
    gc.freeze()
    control.send(json.dumps({"isolation": closed.names}).encode())
    while True:
        packet, ancillary, _, _ = control.recvmsg(4096, _ROOM_FOR_FDS)
        if not packet:
            _leave(closed)
        job = json.loads(packet)
        if "kind" not in job:  # the run that was meant has already ended
            continue
        ends = array.array("i", ancillary[0][2]) if ancillary else array.array("i")
        report = _run(job, ends.tolist(), control, closed)
        control.send(json.dumps(report).encode())


def _run(job: dict, ends: list[int], control: socket.socket, closed: walls.Walls) -> dict:
    started = time.monotonic()
    try:
        if job["kind"] == "compile" and closed.toolchain is not None:
            closed.toolchain.clear()
        assert ends in ([3, 4], [3, 4, 5, 6]), ends  # the lowest that are free, since ours are moved up
        closed.before_fork()
        if (pid := _fork()) < 0:
            raise OSError(ctypes.get_errno(), "fork")
        if pid == 0:
            _become(job, ends, closed)
    except OSError as error:
        return {"failed": str(error)}
    finally:
        os.closerange(3, 3 + len(ends))
    timed_out = _watch(pid, started, job["limit_s"], control, closed)
    closed.kill_group(pid)
    _, status, usage = os.wait4(pid, 0)
    if (failure := closed.failure()) is not None:
        return {"failed": failure}
    cpu_s = usage.ru_utime + usage.ru_stime
    killed = os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0
    return {
        "timed_out": timed_out or (killed == signal.SIGKILL and cpu_s >= job["limit_s"]),  # then by the kernel's limit
        "signal": killed,
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        "cpu_s": cpu_s,
        "wall_s": time.monotonic() - started,
    }


def _watch(pid: int, started: float, limit_s: float, control: socket.socket, closed: walls.Walls) -> bool:
    """Wait for the child's end; kill it when it has used its processor time (True), at the grader's word, or when the
    grader is gone. On the clock it has STARVED times as long, since a busy machine may give it little of a processor;
    a child that waits instead is for the grader to notice, who asks us to look at it."""
    pidfd = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        poll.register(control, select.POLLIN)
        until = started + limit_s
        while True:
            ready = {fd for fd, _ in poll.poll(max(0.0, until - time.monotonic()) * 1000)}
            if pidfd in ready:
                return False
            if ready:
                packet = control.recv(4096)
                if packet and "look" in json.loads(packet):
                    control.send(json.dumps({"computes": _computes(limit_s / 8, closed)}).encode())
                    continue
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                if not packet:
                    _leave(closed)
                return False
            used, now = _cpu_seconds(pid), time.monotonic()
            if used >= limit_s or now > started + wire.STARVED * limit_s:
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                return True
            until = now + max(limit_s - used, limit_s / 16) / 4
    finally:
        os.close(pidfd)


def _computes(seconds: float, closed: walls.Walls) -> bool:
    """Whether the child is found computing, or kept from it by others, at half of the looks in this time."""
    found = 0
    for _ in range(_LOOKS):
        found += closed.child_computes()
        time.sleep(seconds / _LOOKS)
    return found >= _LOOKS / 2


def _cpu_seconds(pid: int) -> float:
    """What all threads of a living child have used. The clock's number is CPUCLOCK_SCHED of the process, as in the C
    library's clock_getcpuclockid."""
    try:
        return time.clock_gettime((~pid << 3) | 2)
    except OSError:
        return float("inf")  # it has just ended


def _become(job: dict, ends: list[int], closed: walls.Walls) -> None:
    """The child: the walls, then the program. Never returns."""
    kind = job["kind"]
    try:
        if len(ends) > 2:
            os.dup2(5, 0)
            os.dup2(6, 1)
        elif kind == "compile":
            os.dup2(4, 1)
            os.dup2(4, 2)
        closed.raise_for_child(kind, 3 if kind == "compiled" else 5, job["limit_s"])
    except BaseException as error:
        closed.fail(error)
    if closed.toolchain is not None:
        try:
            closed.toolchain.run() if kind == "compiled" else closed.toolchain.compile(3, job["language"])
        finally:
            os._exit(3)
    if len(ends) > 2:
        runner.run_script()
    runner.answer_calls(job["output_bytes"])


def _leave(closed: walls.Walls) -> NoReturn:
    if closed.toolchain is not None:
        closed.toolchain.remove()
    os._exit(0)
