"""All walls together: what the server raises once, and what each child raises around itself before a program runs.

`names` says what stands, in this order where all do: user, pid, mount, net, ipc, landlock, seccomp, rlimits. A wall
that was wanted and could be had is up before the program's first line; one that fails to rise kills the child instead.
"""

import contextlib
import ctypes
import fcntl
import json
import math
import os
import resource
import signal
import socket
import sys
import sysconfig
from collections.abc import Callable
from typing import TYPE_CHECKING

from . import landlock, namespaces, seccomp

if TYPE_CHECKING:
    from .toolchain import Toolchain

NAMESPACES = ["user", "pid", "mount", "net", "ipc"]
_THREADS = 64
_STACK = 64 << 20  # bytes
_COMPILER_MEMORY = 1 << 30  # bytes; a large C++ header takes 300 MiB
_COMPILED_SIZE = 32 << 20
OURS = 64  # the first descriptor that is the server's own
_SET_NO_NEW_PRIVS, _SET_PDEATHSIG = 38, 1

_libc = ctypes.CDLL(None, use_errno=True)


class World:
    """What one kind of child is held to: its files, its system calls, its memory and the size of a file it writes."""

    def __init__(self, rules: int, code: bytes | None, memory: int, file_size: int = 0) -> None:
        self.rules = rules  # a ruleset's descriptor, or -1
        self.filter = None if code is None else _Filter(code)
        self.memory = memory
        self.file_size = file_size


class Walls:
    """What the server holds ready, and the steps that put it up in a child. Its descriptors lie at OURS and above."""

    def __init__(self, wanted: set[str], memory_mb: int, map_ids: Callable[[], None] | None) -> None:
        """Raises OSError where the namespaces are wanted and refused; the other walls are left out where they lack."""
        self.names: list[str] = []
        self.toolchain: Toolchain | None = None
        if "compiler" in wanted:
            from . import toolchain  # brings modules that Python's children need not carry

            self.toolchain = toolchain.Toolchain("namespaces" in wanted)
        with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:  # noqa: PTH123
            score.write("1000")  # where the machine runs out of memory, these processes go first
        self._load = move_up(os.open("/proc/loadavg", os.O_RDONLY))
        with open("/proc/self/statm") as statm:  # noqa: PTH123
            own_memory = int(statm.read().split()[0]) * resource.getpagesize()
        # A child says on this pipe that a wall did not rise, and closes its end before a program could say so.
        failed, fail = os.pipe2(os.O_NONBLOCK)
        self._failed, self._fail = move_up(failed), move_up(fail)
        root = os.geteuid() == 0
        self._pids = None
        self._run_id = namespaces.NOBODY if _may_become(namespaces.NOBODY) else None
        if "namespaces" in wanted:
            tools = self.toolchain
            shown, writable = (readable_paths(), {}) if tools is None else (tools.shown(), tools.writable())
            own = namespaces.enter(map_ids or namespaces.own_id_mapper(), shown, writable)
            self._pids = namespaces.PidNamespaces(move_up(own.pid_namespace))
            self._proc, name = move_up(own.proc), own.name
            self._run_id = namespaces.RUN_ID if map_ids else None
            self.names += NAMESPACES
        else:
            self._proc, name = move_up(os.open("/proc", os.O_PATH)), str(os.getpid())
            if self.toolchain is not None:
                self.toolchain.own(self._run_id)
        self._children = f"{name}/task/{name}/children"
        if "landlock" in wanted and landlock.version():
            self.names.append("landlock")
        if "seccomp" in wanted and seccomp.supported():
            self.names.append("seccomp")
        self.names.append("rlimits")
        self._worlds = self._make_worlds(own_memory, memory_mb << 20, self._run_id is not None or not root)
        _limit_all_runs()

    def _make_worlds(self, own_memory: int, memory: int, threads: bool) -> dict[str, World]:
        def rules(rights: dict[str, int]) -> int:
            return move_up(landlock.make_rules(rights)) if "landlock" in self.names else -1

        def code(compiled: bool) -> bytes | None:
            read_files = "landlock" in self.names or "mount" in self.names
            if "seccomp" not in self.names:
                return None
            return seccomp.program_filter(read_files=read_files, threads=threads, may_exec=compiled)

        tools = self.toolchain
        if tools is None:
            return {"python": World(rules(_read_rights()), code(False), own_memory + memory)}
        compiler = None if "seccomp" not in self.names else seccomp.compiler_filter()
        room = max(memory, _COMPILER_MEMORY)
        return {
            "compile": World(rules(tools.compile_rights()), compiler, room, file_size=_COMPILED_SIZE),
            "compiled": World(rules(tools.run_rights()), code(True), memory),
        }

    def before_fork(self) -> None:
        if self._pids is not None:
            self._pids.renew()

    def kill_group(self, pid: int) -> None:
        """What an ended child, not yet waited for, may have left in its session; a namespace has seen to it already."""
        if self._pids is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    def child_computes(self) -> bool:
        """Whether a thread of the child is on a processor, waits for one, or for memory; True where the kernel does not
        say."""
        try:
            child = _read(self._children, self._proc).split()[0].decode()
            threads = _list(f"{child}/task", self._proc)
            states = [_read(f"{child}/task/{name}/stat", self._proc) for name in threads]
        except (OSError, IndexError):
            return True
        return any(state.rpartition(b")")[2].split()[0] in b"RD" for state in states)

    def failure(self) -> str | None:
        """What the last child said about its walls, None where they rose."""
        try:
            return os.read(self._failed, 4096).decode("utf-8", "replace")
        except BlockingIOError:
            return None

    def fail(self, error: BaseException) -> None:
        """In the child: say so and end."""
        try:
            os.write(self._fail, f"a wall did not rise: {type(error).__name__}: {error}"[:1000].encode())
        finally:
            os._exit(3)

    def raise_for_child(self, kind: str, first_to_close: int, limit_s: float) -> None:
        """In the child: leave session, ids, rights and descriptors behind. Raises OSError where a wall does not rise.

        Every step touches pages that the child must then copy, so what can be prepared or inherited is not done here.
        """
        world = self._worlds[kind]
        os.setsid()
        if self._run_id is not None:
            _become(self._run_id)
        if self._pids is None:  # otherwise the namespace ends with the server, its first process
            _checked(_libc.prctl(_SET_PDEATHSIG, signal.SIGKILL))
        running = os.pread(self._load, 64, 0).split()[3].partition(b"/")[2]  # threads of the whole machine
        threads, seconds = int(running) + _THREADS, math.ceil(limit_s) + 1
        resource.setrlimit(resource.RLIMIT_NPROC, (threads, threads))  # counted per user, so over what already runs
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (world.memory, world.memory))
        resource.setrlimit(resource.RLIMIT_FSIZE, (world.file_size, world.file_size))
        namespaces.drop_capabilities()
        _checked(_libc.prctl(_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
        if world.rules >= 0:
            landlock.restrict_self(world.rules)
        if world.filter is not None:
            world.filter.set()
        os.closerange(first_to_close, OURS + 64)


def _limit_all_runs() -> None:
    """The limits that do not differ from run to run, on the server, for the children to inherit."""
    for which, value in (
        (resource.RLIMIT_STACK, _STACK),
        (resource.RLIMIT_NOFILE, OURS + 64),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_MEMLOCK, 0),
        (resource.RLIMIT_MSGQUEUE, 0),
    ):
        resource.setrlimit(which, (value, value))


def move_up(fd: int) -> int:
    """The same descriptor at OURS or above, so that what a run is given comes to lie at 3 and up."""
    high = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, OURS)
    os.close(fd)
    return high


class _Filter:
    """A seccomp filter, laid out in memory before the fork."""

    def __init__(self, code: bytes) -> None:
        self._code = ctypes.create_string_buffer(code, len(code))
        self._number = seccomp.number("seccomp")

        class Program(ctypes.Structure):
            _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

        self._program = Program(len(code) // 8, ctypes.addressof(self._code))

    def set(self) -> None:
        _checked(_libc.syscall(self._number, 1, 0, ctypes.byref(self._program)))  # SECCOMP_SET_MODE_FILTER


def raise_for_server(wanted: list[str], memory_mb: int, control: socket.socket) -> Walls:
    """`wanted` out of namespaces, landlock, seccomp, and host-ids: the grader is root and will map two ids."""

    def ask_grader() -> None:
        control.send(json.dumps({"map": True}).encode())
        control.recv(64)

    return Walls(set(wanted), memory_mb, ask_grader if "host-ids" in wanted else None)


def readable_paths() -> list[str]:
    """What a program may read: the standard library, and the time zones. Nothing else, the interpreter's own binary and
    third-party packages included."""
    return [*_library_folders(), "/usr/share/zoneinfo"]


def _read(path: str, folder: int) -> bytes:
    fd = os.open(path, os.O_RDONLY, dir_fd=folder)
    try:
        return os.read(fd, 4096)
    finally:
        os.close(fd)


def _list(path: str, folder: int) -> list[str]:
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY, dir_fd=folder)
    try:
        return os.listdir(fd)  # noqa: PTH208
    finally:
        os.close(fd)


def _may_become(run_id: int) -> bool:
    """Whether this is a root that may change its ids. Tried out in a child: a container's root may lack the right."""
    if os.geteuid() != 0:
        return False
    pid = os.fork()
    if pid == 0:
        try:
            _become(run_id)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def _become(run_id: int) -> None:
    os.setgroups([])
    os.setresgid(run_id, run_id, run_id)
    os.setresuid(run_id, run_id, run_id)


def _library_folders() -> list[str]:
    paths = sysconfig.get_paths()
    dynamic = [path for path in sys.path if path.endswith("lib-dynload")]
    return sorted({paths["stdlib"], paths["platstdlib"], *dynamic})


def _read_rights() -> dict[str, int]:
    """The library entry by entry, since a rule on its folder would open the site-packages in it."""
    rights = {}
    for folder in _library_folders():
        if not os.path.isdir(folder):  # noqa: PTH112
            continue
        rights[folder] = landlock.READ_DIR
        for entry in os.scandir(folder):
            if entry.name not in ("site-packages", "dist-packages"):
                rights[entry.path] = landlock.READ_FILE | (landlock.READ_DIR if entry.is_dir() else 0)
    rights["/usr/share/zoneinfo"] = landlock.READ_FILE | landlock.READ_DIR
    return rights


def _checked(result: int) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
