"""Somebody else's scoring of an untrusted answer, in a forked process that has given up its rights.

Before it sees the answer the process scores the right one, which loads what the scoring imports late. Then it keeps
memory, time and its own pipe: a system-call filter (x86-64 and arm64 Linux) refuses files, sockets, processes and
signals to others, a limit holds its seconds, and memory is
held by the limit of the process that forks it. What it can still do is lie about its own verdict: an answer that
takes over the interpreter can say "full marks". So this keeps the machine from the answer, not the score.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import select
import signal
import struct
from collections.abc import Callable

# read, write, close, mmap, munmap, mremap, mprotect, brk, madvise, rt_sigaction, rt_sigprocmask, rt_sigreturn, futex,
# clock_gettime, gettimeofday, getrandom, getpid, exit, exit_group, sched_yield, lseek, fstat; from the kernel's tables
_ALLOWED = {
    "x86_64": (0xC000003E, (0, 1, 3, 9, 11, 25, 10, 12, 28, 13, 14, 15, 202, 228, 96, 318, 39, 60, 231, 24, 8, 5)),
    "aarch64": (
        0xC00000B7,
        (63, 64, 57, 222, 215, 216, 226, 214, 233, 134, 135, 139, 98, 113, 169, 278, 172, 93, 94, 124, 62, 80),
    ),
}
_LOAD, _EQUAL, _RETURN = 0x20, 0x15, 0x06
_ALLOW, _EPERM = 0x7FFF0000, 0x00050001
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2

RIGHT, WRONG, BROKEN, NO_FILTER = b"R", b"W", b"B", b"F"


def scored_apart(scores_full: Callable[[str], bool], *, right: str, answer: str, limit_s: float) -> bool:
    """`scores_full(answer)`, False where it ends late or by force. Raises RuntimeError where this machine has no
    filter, or where `scores_full(right)` is not so."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        _child(scores_full, right, answer, reader, writer, limit_s)
    os.close(writer)
    try:
        said = _first_byte(reader, 30.0)  # until the filter stands: imports count towards nobody's answer
        verdict = _first_byte(reader, limit_s) if said == RIGHT else b""
    finally:
        os.close(reader)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    if said != RIGHT:
        raise RuntimeError(
            "this machine has no system-call filter to hold the scoring" if said == NO_FILTER
            else f"the scoring does not give full marks to the answer {right[:60]!r}"
        )  # fmt: skip
    return verdict == RIGHT


def _child(
    scores_full: Callable[[str], bool], right: str, answer: str, reader: int, writer: int, limit_s: float
) -> None:
    """Never returns. Two bytes go up the pipe: that all is ready, and the verdict."""
    try:
        os.close(reader)
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if not scores_full(right):
            os.write(writer, BROKEN)
            os._exit(0)
        seconds = int(resource.getrusage(resource.RUSAGE_SELF).ru_utime + limit_s) + 2
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        os.closerange(0, writer)  # what the host left open, a way to its verdicts among it
        os.closerange(writer + 1, min(resource.getrlimit(resource.RLIMIT_NOFILE)[0], 65536))
        if not _close_doors():
            os.write(writer, NO_FILTER)
            os._exit(0)
        os.write(writer, RIGHT)
        os.write(writer, RIGHT if scores_full(answer) else WRONG)
    finally:
        os._exit(0)


def _first_byte(reader: int, timeout_s: float) -> bytes:
    ready, _, _ = select.select([reader], [], [], timeout_s)
    return os.read(reader, 1) if ready else b""


def _close_doors() -> bool:
    """No system call but those of `_ALLOWED` from now on; False where the kernel or the machine cannot do it."""
    if platform.system() != "Linux" or platform.machine() not in _ALLOWED:
        return False
    architecture, allowed = _ALLOWED[platform.machine()]
    rows = [(_LOAD, 0, 0, 4), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _EPERM), (_LOAD, 0, 0, 0)]
    rows += [(_EQUAL, len(allowed) - place, 0, number) for place, number in enumerate(allowed)]
    rows += [(_RETURN, 0, 0, _EPERM), (_RETURN, 0, 0, _ALLOW)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *row) for row in rows))
    program = ctypes.create_string_buffer(struct.pack("@HxxxxxxP", len(rows), ctypes.addressof(code)))
    libc = ctypes.CDLL(None)
    return bool(
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
        and libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, program, 0, 0) == 0
    )
