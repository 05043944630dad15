"""The system-call filter: an allow-list written as classic BPF, for x86-64 and arm64. Everything else fails with EPERM.

What the list leaves out is the point: no fork or exec (threads, and nothing but threads, may be made), no signal to
anyone, no socket, no file opened for writing, no memory file, no namespace, ptrace, mount, key or System V object, no
limit set. `open` for reading is left to Landlock; where there is none the caller asks for `read_files=False`.

Numbers are from the kernel's unistd tables; field layouts from linux/filter.h and linux/seccomp.h.
"""

import platform
import struct

# name, x86-64, arm64 ("-": does not exist there)
_NUMBERS = """
read 0 63 write 1 64 close 3 57 readv 19 65 writev 20 66 pread64 17 67 lseek 8 62 openat 257 56 fstat 5 80
newfstatat 262 79 stat 4 - lstat 6 - statx 332 291 access 21 - faccessat 269 48 faccessat2 439 439 readlink 89 -
readlinkat 267 78 getcwd 79 17 chdir 80 49 fchdir 81 50 getdents64 217 61 umask 95 166 dup 32 23 dup2 33 - dup3 292 24
fcntl 72 25 ioctl 16 29 close_range 436 436 poll 7 - ppoll 271 73 select 23 - pselect6 270 72
mmap 9 222 munmap 11 215 mremap 25 216 mprotect 10 226 brk 12 214 madvise 28 233
rt_sigaction 13 134 rt_sigprocmask 14 135 rt_sigreturn 15 139 sigaltstack 131 132 setitimer 38 103 getitimer 36 102
alarm 37 - clock_gettime 228 113 clock_getres 229 114 gettimeofday 96 169 time 201 - nanosleep 35 101
clock_nanosleep 230 115 times 100 153 getrusage 98 165 restart_syscall 219 128
futex 202 98 clone 56 220 clone3 435 435 set_robust_list 273 99 rseq 334 293 set_tid_address 218 96 sched_yield 24 124
sched_getaffinity 204 123 getcpu 309 168 exit 60 93 exit_group 231 94 getpid 39 172 gettid 186 178 getppid 110 173
getuid 102 174 geteuid 107 175 getgid 104 176 getegid 108 177 getresuid 118 148 getresgid 120 150 getgroups 115 158
getpgid 121 155 getpgrp 111 - getsid 124 156 uname 63 160 sysinfo 99 179 getrandom 318 278 prlimit64 302 261
getrlimit 97 163 execve 59 221 seccomp 317 277
fork 57 - vfork 58 - wait4 61 260 pipe2 293 59 pipe 22 - open 2 - unlink 87 - unlinkat 263 35 rename 82 -
renameat 264 38 renameat2 316 276 mkdir 83 - mkdirat 258 34 chmod 90 - fchmod 91 52 fchmodat 268 53 ftruncate 77 46
fallocate 285 47 pwrite64 18 68 statfs 137 43 fstatfs 138 44 utimensat 280 88 arch_prctl 158 -
""".split()  # noqa: SIM905
_ARCHITECTURES = {"x86_64": (1, 0xC000003E), "aarch64": (2, 0xC00000B7)}  # column, AUDIT_ARCH_*

_NEVER_PLAIN = {"clone", "clone3", "fcntl", "ioctl", "openat", "prlimit64", "seccomp", "execve"}
_TOOLS = """
fork vfork wait4 pipe2 pipe open unlink unlinkat rename renameat renameat2 mkdir mkdirat chmod fchmod fchmodat ftruncate
fallocate pwrite64 statfs fstatfs utimensat arch_prctl
""".split()  # noqa: SIM905

_THREAD_FLAGS = (0x3D0F00, 0x7D0F00)  # what glibc and musl pass for a thread
_NAMESPACES = 0x7E020000  # CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID, NEWNET
_FCNTL = (0, 1, 2, 3, 1030)  # F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_DUPFD_CLOEXEC
_IOCTL = (0x5401, 0x5413, 0x5450, 0x5451)  # TCGETS, TIOCGWINSZ, FIONCLEX, FIOCLEX
_WRITING = 0o1 | 0o2 | 0o100 | 0o1000 | 0o2000 | 0o20000000  # O_WRONLY, RDWR, CREAT, TRUNC, APPEND, TMPFILE

ALLOW, EPERM, ENOSYS, KILL = 0x7FFF0000, 0x00050000 | 1, 0x00050000 | 38, 0x80000000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NR, _ARCH, _ARGS = 0, 4, 16  # offsets in struct seccomp_data

Instruction = tuple[int, int, int, int]  # code, jump if true, jump if false, value


def supported() -> bool:
    return platform.machine() in _ARCHITECTURES


def number(name: str) -> int | None:
    """The system call's number on this machine, None where it does not exist."""
    column = _ARCHITECTURES[platform.machine()][0]
    text = _NUMBERS[_NUMBERS.index(name) + column]
    return None if text == "-" else int(text)


def program_filter(*, read_files: bool, threads: bool, may_exec: bool = False) -> bytes:
    """The filter of a judged program, as an array of struct sock_filter. `threads`: only where a limit binds their
    number. `may_exec`: a compiled program starts by an execve after the filter is set; of what is Landlock's to say."""
    left_out = _NEVER_PLAIN | set(_TOOLS)
    if may_exec:
        left_out.remove("arch_prctl")  # how a compiled program sets up its first thread
    names = [name for name in _NUMBERS[::3] if name not in left_out]
    special = {
        "clone": [*_argument(0), *_one_of(_THREAD_FLAGS)],
        "fcntl": [*_argument(1), *_one_of(_FCNTL)],
        "ioctl": [*_argument(1), *_one_of(_IOCTL)],
        "openat": [*_argument(2), (_ANY_BIT, 0, 1, _WRITING), _returns(EPERM), _returns(ALLOW)],
        "prlimit64": _own_limit_read(),
        "clone3": [_returns(ENOSYS)],  # its flags lie in memory, out of a filter's sight; libc falls back to clone
    }
    if not read_files:
        del special["openat"]
    if not threads:
        del special["clone"]
    if may_exec:
        special["execve"] = [_returns(ALLOW)]
    return _assemble(names, special)


def compiler_filter() -> bytes:
    """The filter of a compiler on a hostile source: processes and files, which Landlock bounds, but nothing else."""
    names = [name for name in _NUMBERS[::3] if name not in {"prlimit64", "clone", "clone3", "seccomp"}]
    special = {
        "clone": [*_argument(0), (_ANY_BIT, 0, 1, _NAMESPACES), _returns(EPERM), _returns(ALLOW)],
        "prlimit64": _own_limit_read(),
        "clone3": [_returns(ENOSYS)],
    }
    return _assemble(names, special)


def _assemble(names: list[str], special: dict[str, list[Instruction]]) -> bytes:
    code: list[Instruction] = [
        (_LOAD, 0, 0, _ARCH),
        (_EQUAL, 1, 0, _ARCHITECTURES[platform.machine()][1]),
        _returns(KILL),
        (_LOAD, 0, 0, _NR),
    ]
    if platform.machine() == "x86_64":
        code += [(_AT_LEAST, 0, 1, 0x40000000), _returns(EPERM)]  # the x32 numbers
    for name in names:
        if (nr := number(name)) is not None:
            code += [(_EQUAL, 0, 1, nr), _returns(ALLOW)]
    for name, body in special.items():
        if (nr := number(name)) is not None:
            code += [(_EQUAL, 0, len(body), nr), *body]
    code.append(_returns(EPERM))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)


def _returns(value: int) -> Instruction:
    return (_RETURN, 0, 0, value)


def _argument(index: int) -> list[Instruction]:
    """Load the low half of an argument (both machines are little-endian); the kernel reads these as 32-bit values."""
    return [(_LOAD, 0, 0, _ARGS + 8 * index)]


def _one_of(values: tuple[int, ...]) -> list[Instruction]:
    body: list[Instruction] = []
    for value in values:
        body += [(_EQUAL, 0, 1, value), _returns(ALLOW)]
    return [*body, _returns(EPERM)]


def _own_limit_read() -> list[Instruction]:
    """prlimit64(0, which, NULL, …): pid 0 and no new limit, in both halves of the pointer."""
    checks: list[Instruction] = []
    for offset in (_ARGS, _ARGS + 16, _ARGS + 20):
        checks += [(_LOAD, 0, 0, offset), (_EQUAL, 1, 0, 0), _returns(EPERM)]
    return [*checks, _returns(ALLOW)]
