"""User, mount, network, IPC, UTS and PID namespaces around a server, and a fresh PID namespace around each run.

The server enters its own namespaces once. Its root is then a read-only tmpfs that holds nothing but read-only views of
the paths it was given; its network has no interface up. For each run it forks into a new PID namespace, whose end is
the end of every process in it. Network, IPC and mounts are not made anew per run: nothing there can be written
(the filter closes sockets, System V objects and writable files), and making them costs milliseconds.

Where any step is refused, OSError.
"""

import ctypes
import os
import platform
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

NEWNS, NEWCGROUP, NEWUTS, NEWIPC = 0x20000, 0x2000000, 0x4000000, 0x8000000
NEWUSER, NEWPID, NEWNET = 0x10000000, 0x20000000, 0x40000000
_RDONLY, _NOSUID, _NODEV, _REMOUNT, _BIND, _REC, _PRIVATE = 1, 2, 4, 32, 4096, 16384, 1 << 18
_KEPT = 2 | 4 | 8 | 1024 | 2048 | 4096  # nosuid, nodev, noexec, noatime, nodiratime, relatime: may be locked on a mount
_DETACH = 2
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_STAGE = "/tmp"  # where the new root is put together; hidden from nobody but this namespace, and only until the pivot

RUN_ID = 1000  # user and group of the runs, inside
NOBODY = 65534  # the same outside, where the grader is root: limits on processes do not bind root

_CAPABILITIES_OF_SELF = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, pid 0
_NO_CAPABILITIES = (ctypes.c_uint32 * 6)()

_libc = ctypes.CDLL(None, use_errno=True)


class Entered(NamedTuple):
    """Kept from outside: the new PID namespace, the /proc that was visible before, and this process's name in it."""

    pid_namespace: int
    proc: int
    name: str


def enter(map_ids: Callable[[], None], shown: list[str], writable: dict[str, int]) -> "Entered":
    """Move this single-threaded process, and through a fork itself, into namespaces of its own.

    `map_ids()` is called in the new user namespace, before anything needs an id. `shown` are the paths to see;
    `writable` are new folders and the bytes each may hold. Only the forked child returns; the other waits for its end.
    """
    _unshare(NEWUSER | NEWNS | NEWNET | NEWIPC | NEWUTS | NEWCGROUP | NEWPID)
    map_ids()
    pid = os.fork()
    if pid:
        _wait_out(pid)
    _libc.prctl(1, 9)  # PR_SET_PDEATHSIG, SIGKILL: the waiting one's end is ours
    own = os.open("/proc/self/ns/pid", os.O_RDONLY | os.O_CLOEXEC)
    entered = Entered(own, os.open("/proc", os.O_PATH | os.O_CLOEXEC), os.readlink("/proc/self"))  # noqa: PTH115
    _build_root(shown, writable)
    _libc.sethostname(b"sandbox", ctypes.c_size_t(7))
    return entered


class PidNamespaces:
    """Makes the next fork's child the first process of a new PID namespace, any number of times.

    unshare(2) grants a process one new PID namespace for its children; setns to its own takes that back. `own` is the
    descriptor of it that `enter` returned.
    """

    def __init__(self, own: int) -> None:
        self._own = own

    def renew(self) -> None:
        _checked(_libc.setns(self._own, NEWPID), "setns")
        _unshare(NEWPID)


def own_id_mapper() -> Callable[[], None]:
    """For `enter`: the one mapping that needs no privilege, of this user to RUN_ID. Call it before the namespaces."""
    uid, gid = os.getuid(), os.getgid()

    def map_ids() -> None:
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{RUN_ID} {uid} 1")
        Path("/proc/self/gid_map").write_text(f"{RUN_ID} {gid} 1")

    return map_ids


def _wait_out(pid: int) -> None:
    os.closerange(3, 1024)  # so that the control socket ends when the server does
    _, status = os.waitpid(pid, 0)
    os._exit(os.waitstatus_to_exitcode(status) & 0xFF)


def _build_root(shown: list[str], writable: dict[str, int]) -> None:
    sources = {path: os.open(path, os.O_PATH | os.O_CLOEXEC) for path in shown if os.path.exists(path)}  # noqa: PTH110
    _mount(None, "/", None, _REC | _PRIVATE)
    _mount("tmpfs", _STAGE, "tmpfs", _NOSUID | _NODEV, "mode=755,size=1m")
    for path, fd in sources.items():
        target = Path(_STAGE + path)
        target.parent.mkdir(parents=True, exist_ok=True)
        if Path(path).is_dir():
            target.mkdir(exist_ok=True)
        else:
            target.touch()
        # By descriptor: the path itself may lie under the folder that has just been covered.
        _mount(f"/proc/self/fd/{fd}", str(target), None, _BIND)
        kept = os.statvfs(target).f_flag & _KEPT
        _mount(None, str(target), None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV | kept)
        os.close(fd)
        if (target / "site-packages").is_dir():
            _mount("tmpfs", str(target / "site-packages"), "tmpfs", _RDONLY | _NOSUID | _NODEV, "size=4k")
    for path, size in writable.items():
        Path(_STAGE + path).mkdir(parents=True)
        _mount(
            "tmpfs",
            _STAGE + path,
            "tmpfs",
            _NOSUID | _NODEV,
            f"mode=700,size={size},nr_inodes=1000,uid={RUN_ID},gid={RUN_ID}",
        )
    _mount(None, _STAGE, None, _REMOUNT | _BIND | _RDONLY | _NOSUID | _NODEV)
    os.chdir(_STAGE)
    _checked(_libc.syscall(_PIVOT_ROOT[platform.machine()], b".", b"."), "pivot_root")
    _checked(_libc.umount2(b".", _DETACH), "umount")
    os.chdir("/")


def _unshare(flags: int) -> None:
    _checked(_libc.unshare(flags), "unshare")


def _mount(source: str | None, target: str, kind: str | None, flags: int, options: str = "") -> None:
    encoded = [None if text is None else text.encode() for text in (source, target, kind)]
    _checked(_libc.mount(*encoded, ctypes.c_ulong(flags), options.encode()), f"mount {target}")


def _checked(result: int, what: str) -> None:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"{what}: {os.strerror(code)}")


def drop_capabilities() -> None:
    """Leave this process no capability in its user namespace, nor any to inherit."""
    _checked(_libc.capset(_CAPABILITIES_OF_SELF, _NO_CAPABILITIES), "capset")
