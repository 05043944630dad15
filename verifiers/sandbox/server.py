"""The warm process of the sandbox: executed apart from the grader, it forks one child per run and watches it.

It is told limits and file descriptors, never a program, an input or an expected output: those go between the grader and
the child on pipes of their own. So a child is born knowing nothing, and one run cannot read another's.

Started by `client.Server` as `python -I -S -B -c "…; server.main()"` with the control socket as its only descriptor
above 2. Control messages are JSON, one a packet:
    to the server    {"wall_s", "memory_mb", "output_bytes", "script"} with the child's pipe ends, or {"kill": 1}
    from the server  {"ready", "isolation"} once, then after each run {"timed_out", "signal", "exit", "cpu_s", "wall_s"}
"""

import array
import gc
import importlib
import json
import os
import select
import signal
import socket
import time

import runner
import walls

PRELOADED = """
    math cmath itertools functools collections collections.abc re string random heapq bisect json typing operator
    statistics fractions decimal copy datetime dataclasses enum time abc array textwrap contextlib numbers struct
    calendar queue threading unicodedata pprint types warnings traceback io hashlib zlib base64 binascii
""".split()  # noqa: SIM905


def main(control_fd: int, wanted: str) -> None:
    for name in PRELOADED:
        importlib.import_module(name)
    control = socket.socket(fileno=control_fd)
    closed = walls.raise_for_server(wanted, control)
    gc.collect()
    gc.freeze()
    control.send(json.dumps({"ready": True, "isolation": closed.names}).encode())
    while True:
        packet, ancillary, _, _ = control.recvmsg(4096, socket.CMSG_SPACE(4 * 4))
        if not packet:
            os._exit(0)
        job = json.loads(packet)
        if "kill" in job:  # the run it meant has already ended
            continue
        fds = array.array("i")
        for _, _, data in ancillary:
            fds.frombytes(data)
        report = _run(job, list(fds), control, closed)
        control.send(json.dumps(report).encode())


def _run(job: dict, fds: list[int], control: socket.socket, closed: "walls.Walls") -> dict:
    started = time.monotonic()
    try:
        closed.before_fork()
        pid = os.fork()
    except OSError as error:
        for fd in fds:
            os.close(fd)
        return {"failed": f"fork: {error}"}
    if pid == 0:
        try:
            _become(job, fds, closed)
        finally:
            os._exit(3)
    for fd in fds:
        os.close(fd)
    timed_out = _watch(pid, started + job["wall_s"], control)
    _, status, usage = os.wait4(pid, 0)
    return {
        "timed_out": timed_out,
        "signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
        "exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "wall_s": time.monotonic() - started,
    }


def _watch(pid: int, deadline: float, control: socket.socket) -> bool:
    """Wait for the child's end; kill it at the deadline (True), at the grader's word, or where the grader is gone."""
    pidfd = os.pidfd_open(pid)
    try:
        poll = select.poll()
        poll.register(pidfd, select.POLLIN)
        poll.register(control, select.POLLIN)
        while True:
            ready = {fd for fd, _ in poll.poll(max(0.0, deadline - time.monotonic()) * 1000)}
            if pidfd in ready:
                return False
            if ready and control.recv(4096):  # only {"kill"} can come during a run
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
                return False
            signal.pidfd_send_signal(pidfd, signal.SIGKILL)
            if ready:
                os._exit(0)
            return True
    finally:
        os.close(pidfd)


def _become(job: dict, fds: list[int], closed: "walls.Walls") -> None:
    """The child: its descriptors at 0 to 4 and no other, the walls, then the program."""
    null = os.open("/dev/null", os.O_RDWR)
    requests, replies, *standard = fds
    script = bool(job["script"])
    # Up first, then down: a source may lie where a target belongs.
    high = [
        os.dup2(fd, 100 + i) for i, fd in enumerate([*(standard if script else (null, null)), null, requests, replies])
    ]
    for target, fd in enumerate(high):
        os.dup2(fd, target)
    closed.close_above(len(high))
    closed.limit(job["memory_mb"], job["wall_s"])
    closed.close()
    if script:
        runner.run_script()
    else:
        runner.answer_calls(job["output_bytes"])
