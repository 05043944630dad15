"""Landlock by its three system calls: which files a process may read from now on. Everything not named is closed.

Writes, TCP and, where the kernel knows them, abstract sockets and signals out of the domain are closed altogether.
Layouts from linux/landlock.h; versions 1 (Linux 5.13) to 7 are told apart by asking.
"""

import contextlib
import ctypes
import os
import struct

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446  # on every architecture
EXECUTE, WRITE_FILE, READ_FILE, READ_DIR = 1, 2, 4, 8
_FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}  # then IOCTL_DEV as well
ALL_FILE_RIGHTS = (1 << 16) - 1
_NET_RIGHTS, _SCOPES = 3, 3
_QUIET = 1  # LANDLOCK_RESTRICT_SELF_LOG_SAME_EXEC_OFF, version 7: do not fill the kernel's log
_PATH_BENEATH = 1

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The kernel's Landlock version, 0 where there is none."""
    return max(0, _libc.syscall(_CREATE, None, ctypes.c_size_t(0), 1))


def make_rules(rights: dict[str, int]) -> int:
    """A ruleset's descriptor: `rights` at and beneath each path that exists. Raises OSError."""
    abi = version()
    handled = _FILE_RIGHTS.get(abi, ALL_FILE_RIGHTS)
    layout = struct.pack("=QQQ", handled, _NET_RIGHTS, _SCOPES)[: 8 if abi < 4 else 16 if abi < 6 else 24]
    rules = _checked(_libc.syscall(_CREATE, layout, ctypes.c_size_t(len(layout)), 0))
    for path, allowed in rights.items():
        with contextlib.suppress(FileNotFoundError):
            _add(rules, path, allowed & handled)
    return rules


def restrict_self(rules: int) -> None:
    """Hold this thread, and all it will start, to the rules. Needs no_new_privs. Raises OSError."""
    _checked(_libc.syscall(_RESTRICT, rules, _QUIET if _VERSION >= 7 else 0))


def _add(rules: int, path: str, allowed: int) -> None:
    fd = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        _checked(_libc.syscall(_ADD_RULE, rules, _PATH_BENEATH, struct.pack("=Qi", allowed, fd), 0))
    finally:
        os.close(fd)


def _checked(result: int) -> int:
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, f"landlock: {os.strerror(code)}")
    return result


_VERSION = version()
