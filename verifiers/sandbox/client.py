"""The grader's side of one warm server: start it, hold a conversation with one run's child, learn how the run ended."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from tracemill.verifiers.sandbox.cgroups import Cgroup
from tracemill.verifiers.sandbox.inside import wire
from tracemill.verifiers.sandbox.inside.namespaces import NOBODY, RUN_ID

_BOOT = (
    "import sys; sys.path.insert(0, {folder!r}); from inside import server; sys.path.remove({folder!r}); "
    "server.main({fd}, {wanted!r}, {memory_mb})"
)
_ENVIRONMENT = {"TZ": "UTC"}
_GRACE_S = 5.0  # past a run's longest time, before the server itself is held to be broken
_TIMES_IDLE = 3  # that a run which says something now and then is found waiting in between
_SILENCE_S = 30.0  # that a server may take for an answer; it takes milliseconds, but on a starved machine


class ServerLost(RuntimeError):
    """The server died or fell silent. Says nothing about the program that ran."""


class Refused(ServerLost):
    """This machine refuses a wall that was wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """`limit_s` holds of processor time, and of the clock while a program waits; see `inside.server` for a machine that
    is busy elsewhere."""

    limit_s: float
    output_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """How a run ended. `signal` is 0 and `exit` the status, or `exit` is -1 and `signal` what killed it."""

    timed_out: bool
    signal: int
    exit: int
    cpu_s: float
    wall_s: float


class Server:
    """One warm process and its control socket; used by one thread at a time."""

    def __init__(self, wanted: Sequence[str], memory_mb: int, hash_seed: int = 0) -> None:
        """With one `hash_seed`, the same program has the same order of its sets, and the same verdict."""
        environment = {**_ENVIRONMENT, "PYTHONHASHSEED": str(hash_seed)}
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        folder = str(Path(__file__).parent)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-s", "-S", "-B", "-X", "utf8", "-c",
                 _BOOT.format(folder=folder, fd=theirs.fileno(), wanted=list(wanted), memory_mb=memory_mb)],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=environment, cwd="/", pass_fds=(theirs.fileno(),), start_new_session=True,
            )  # fmt: skip
        self._control = ours
        # Before its first fork, which is tens of milliseconds away, so that all of its processes are born inside.
        self._cgroup = Cgroup(self._process.pid, memory_mb << 20) if "cgroup" in wanted else None
        self._run: Run | None = None
        self._ended: dict | None = None  # the report of a run, where it came as the answer to another question
        try:
            self.isolation = self._start()
        except ServerLost:
            self.close()
            raise

    def _start(self) -> list[str]:
        while True:
            message = self._receive(_SILENCE_S)
            if "map" in message:
                try:
                    _map_ids(self._process.pid)
                except OSError as error:
                    raise Refused(f"mapping ids: {error}") from error
                self._control.send(b"mapped")
            elif "refused" in message:
                raise Refused(message["refused"])
            elif "broken" in message:
                raise ServerLost(message["broken"])
            else:
                grouped = self._cgroup is not None and self._cgroup.stands
                return [*message["isolation"], *(["cgroup"] if grouped else [])]

    def open_run(self, limits: Limits, kind: str = "python", *, script: bool = False, language: str = "") -> Run:
        """Raises ServerLost. `kind` is python, or compile and compiled on a compiler's server."""
        theirs: list[int] = []
        ours: list[int] = []
        try:
            for down in (True, False) * (2 if script else 1):  # requests, replies; stdin, stdout
                reader, writer = os.pipe2(os.O_CLOEXEC)
                theirs.append(reader if down else writer)
                ours.append(writer if down else reader)
                os.set_blocking(ours[-1], False)
            job = {**asdict(limits), "kind": kind, "language": language}
            socket.send_fds(self._control, [json.dumps(job).encode()], theirs)
        except OSError as error:
            _close_all(ours)
            raise ServerLost(f"no run could be opened: {error}") from error
        finally:
            _close_all(theirs)
        self._run = Run(self, ours, limits)
        return self._run

    def kill_run(self) -> None:
        with contextlib.suppress(OSError):
            self._control.send(b'{"kill": 1}')

    def run_computes(self) -> bool:
        """Whether the run has something to compute, as against waiting; takes an eighth of its limit. Where the run has
        ended, its report comes instead, and is kept. Raises ServerLost."""
        with contextlib.suppress(OSError):
            self._control.send(b'{"look": 1}')
        message = self._receive(_SILENCE_S)
        if "computes" in message:
            return bool(message["computes"])
        self._ended = message
        return True

    @property
    def run_has_ended(self) -> bool:
        return self._ended is not None

    def report(self, wait: Callable[[select.poll], object]) -> Report:
        """How the run ended; `wait` waits for an event of the poll that it is given. Raises ServerLost."""
        if self._ended is None:
            poll = select.poll()
            poll.register(self._control, select.POLLIN)
            wait(poll)
        message = self._ended or self._receive(_SILENCE_S)
        self._ended = None
        if "failed" in message:
            raise ServerLost(message["failed"])
        return Report(**message)

    def _receive(self, timeout_s: float) -> dict:
        self._control.settimeout(timeout_s)
        try:
            packet = self._control.recv(65536)
        except OSError as error:
            raise ServerLost(f"the sandbox's server is silent: {error}") from error
        finally:
            self._control.settimeout(None)
        if not packet:
            raise ServerLost("the sandbox's server died")
        return json.loads(packet)

    def close(self) -> None:
        """End it and everything under it, and wait until it is gone."""
        if self._run is not None:
            self._run.let_go()
        self._control.close()
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._cgroup is not None:
            self._cgroup.remove()


class Run:
    """One conversation. Every wait ends: at the child's end, at its limit, or at the server's loss."""

    def __init__(self, server: Server, fds: list[int], limits: Limits) -> None:
        self._server = server
        self._requests, self._replies, *self._standard = fds
        self._limits = limits
        self._deadline = time.monotonic() + wire.STARVED * limits.limit_s + _GRACE_S
        self._patience_s = limits.limit_s
        self._waited_s, self._look_s = 0.0, limits.limit_s  # in all, and when the run is looked at whatever it says
        self._found_idle = 0
        self._overdue = False
        self._poll = select.poll()
        self._poll.register(self._replies, select.POLLIN)

    def ask(self, kind: bytes, payload: bytes) -> tuple[bytes, bytes] | None:
        """The reply's kind and payload, kind FORGED where what came is no reply to this request; None where the child
        ended without one."""
        nonce = os.urandom(8)
        self._found_idle = 0
        request = memoryview(wire.HEADER.pack(nonce, kind, len(payload)) + payload)
        request = request[_write(self._requests, request) :]
        if request:
            got = self._exchange({self._requests: request}, {self._replies: _whole_frame})[self._replies]
        else:
            got = self._read_reply()
        if not got:
            return None
        if len(got) < wire.HEADER.size:
            return wire.FORGED, bytes(got)
        head, status, size = wire.HEADER.unpack_from(got)
        if head != nonce or len(got) != wire.HEADER.size + size or len(got) > self._reply_limit():
            return wire.FORGED, bytes(got[:64])
        return status, bytes(got[wire.HEADER.size :])

    def _read_reply(self) -> bytearray:
        """What `_exchange` would return of the replies, where nothing is left to write: the common case, made short."""
        got = bytearray()
        while not _whole_frame(got) and len(got) <= self._reply_limit():
            if not self._wait(self._poll) or _read(self._replies, got):
                break
        return got

    def run_script(self, source: bytes, stdin: bytes) -> tuple[bytes, bytes]:
        """Standard output (one byte over the limit where there was more) and the error's text."""
        frame = wire.HEADER.pack(os.urandom(8), wire.SCRIPT, len(source)) + source
        given, printed = self._standard
        got = self._exchange({self._requests: frame, given: stdin}, {self._replies: None, printed: None})
        return bytes(got[printed]), bytes(got[self._replies][wire.HEADER.size :])

    def compile(self, source: bytes) -> tuple[Report, bytes]:
        """How the compiler ended, and the first of what it said."""
        frame = wire.HEADER.pack(os.urandom(8), wire.SCRIPT, len(source)) + source
        said = bytes(self._exchange({self._requests: frame}, {self._replies: None})[self._replies])
        return (self.abandon() if len(said) > self._reply_limit() else self._end()), said

    def finish(self) -> tuple[Report, bytes]:
        """Close the requests, wait for the end of the replies (what came beyond the last one), learn the ending."""
        self._close(self._requests)
        trailing = self._exchange({}, {self._replies: None})[self._replies] if self._replies >= 0 else b""
        return self._end(), bytes(trailing)

    def abandon(self) -> Report:
        """Kill the child now."""
        self._server.kill_run()
        return self._end()

    def let_go(self) -> None:
        """Close our ends of the pipes."""
        for fd in (self._requests, self._replies, *self._standard):
            self._close(fd)

    def _end(self) -> Report:
        self.let_go()
        report = self._server.report(self._wait)
        return replace(report, timed_out=report.timed_out or self._overdue)

    def _wait(self, poll: select.poll) -> list[tuple[int, int]]:
        """Events of the poll; none where the run was found waiting beyond its limit, and has been killed, or has ended.

        The server kills a run that has used its processor time. Only here it is known whether a run that uses none is
        waiting for us or for nothing: what passes between a reply and the next request is not the program's doing. One
        that sends a byte now and then, and sleeps, has waited for nothing as well.
        """
        while not self._overdue:
            due = self._waited_s >= self._look_s and not self._server.run_has_ended
            if due and self._is_idle(poll):
                self._overdue = True
                self._server.kill_run()
                break
            if self._server.run_has_ended:
                return poll.poll(0)
            began = time.monotonic()
            self._patience_s = max(self._patience_s, self._limits.limit_s / 8)
            events = poll.poll(self._patience_s * 1000)
            waited = time.monotonic() - began
            self._patience_s -= waited
            self._waited_s += waited
            if not events and time.monotonic() > self._deadline:
                raise ServerLost("a run did not end at its limit")
            if events:
                return events
            computes = self._server.run_computes()
            if self._server.run_has_ended:
                return poll.poll(0)
            if not computes:
                if events := poll.poll(0):  # it has answered meanwhile, and waits for us
                    return events
                self._overdue = True
                self._server.kill_run()
        return []

    def _is_idle(self, poll: select.poll) -> bool:
        """Whether a run that has had its time, and has yet to end what it was saying, was found waiting each of several
        times, though not for input."""
        computes = self._server.run_computes()
        self._look_s = self._waited_s + self._limits.limit_s / 8
        if computes or self._server.run_has_ended:
            self._found_idle = 0
        elif not any(event & select.POLLOUT for _, event in poll.poll(0)):
            self._found_idle += 1
        return self._found_idle >= _TIMES_IDLE

    def _reply_limit(self) -> int:
        return 8 * self._limits.output_bytes + 4096  # a character of the limit takes at most 4 bytes

    def _exchange(self, outgoing: dict[int, memoryview | bytes], incoming: dict[int, object]) -> dict[int, bytearray]:
        """Write and read side by side until each `incoming` stream ended or is complete, or one is over its limit."""
        poll = select.poll()
        left = {fd: memoryview(data) for fd, data in outgoing.items() if data}
        got = {fd: bytearray() for fd in incoming}
        open_streams = set(incoming)
        for fd in outgoing.keys() - left.keys():
            self._close_if_standard(fd)
        for fd in left:
            poll.register(fd, select.POLLOUT)
        for fd in incoming:
            poll.register(fd, select.POLLIN)
        while open_streams:
            if not (events := self._wait(poll)):
                break
            for fd, _ in events:
                if fd in left:
                    left[fd] = left[fd][_write(fd, left[fd]) :]
                    if not left[fd]:
                        del left[fd]
                        poll.unregister(fd)
                        self._close_if_standard(fd)
                elif fd in open_streams:
                    ended = _read(fd, got[fd])
                    if len(got[fd]) > self._reply_limit():
                        return got
                    if ended or (incoming[fd] is _whole_frame and _whole_frame(got[fd])):
                        open_streams.discard(fd)
                        poll.unregister(fd)
        return got

    def _close_if_standard(self, fd: int) -> None:
        if fd in self._standard:  # the end of standard input is told by closing it
            self._close(fd)

    def _close(self, fd: int) -> None:
        if fd < 0:
            return
        os.close(fd)
        self._requests = -1 if fd == self._requests else self._requests
        self._replies = -1 if fd == self._replies else self._replies
        self._standard = [-1 if fd == other else other for other in self._standard]


def _close_all(fds: list[int]) -> None:
    for fd in fds:
        os.close(fd)


def _map_ids(pid: int) -> None:
    """Let root's server be root in its user namespace, and its runs an id that is nobody's outside. Raises OSError."""
    for kind in ("uid", "gid"):
        Path(f"/proc/{pid}/{kind}_map").write_text(f"0 0 1\n{RUN_ID} {NOBODY} 1\n")


def _whole_frame(got: bytearray) -> bool:
    return len(got) >= wire.HEADER.size and len(got) >= wire.HEADER.size + wire.HEADER.unpack_from(got)[2]


def _write(fd: int, data: memoryview | bytes) -> int:
    """Bytes taken; all of them where nobody reads any more."""
    try:
        return os.write(fd, data)
    except BlockingIOError:
        return 0
    except BrokenPipeError:
        return len(data)


def _read(fd: int, into: bytearray) -> bool:
    """Whether the stream has ended."""
    try:
        part = os.read(fd, 65536)
    except BlockingIOError:
        return False
    into += part
    return not part
