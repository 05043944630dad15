"""What a program cannot reach. Each program below tries many things and returns the names of those that it got through,
which must be none."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.sandbox import SandboxPool
from tracemill.verifiers.sandbox.isolation import PLANS, probe_isolation
from tracemill.verifiers.types import Verdict

FULL = probe_isolation()["user"] is True
RINGS = {"full": PLANS[:2], "ring": PLANS[2:], "seccomp_only": [("seccomp",)]}


@pytest.fixture(scope="module", params=RINGS)
def pool(request: pytest.FixtureRequest) -> Iterator[SandboxPool]:
    if request.param == "full" and not FULL:
        pytest.skip("this machine gives no namespaces")
    pool = SandboxPool(VerifierConfig(code_timeout_s=5.0), RINGS[request.param])
    yield pool
    pool.close()


def run(pool: SandboxPool, program: str, *args: object, expected: object = "[]") -> Verdict:
    test = CodeTest(args=repr(args), expected=str(expected))
    return pool.judge_source(CodeReference(entry="f", tests=(test,)), program)


TRY = """
import os
through = []
def attempt(name, function, *args):
    try:
        function(*args)
    except Exception:
        return
    through.append(name)
"""

SYSTEM_CALLS = (
    TRY
    + """
import ctypes, platform
libc = ctypes.CDLL(None, use_errno=True)
COLUMN = {'x86_64': 1, 'aarch64': 2}[platform.machine()]
CALLS = [  # name, x86-64, arm64, arguments that would work or do no harm outside
    ('fork', 57, None, ()), ('vfork', 58, None, ()), ('clone', 56, 220, (17, 0, 0, 0, 0)),
    ('clone_newuser', 56, 220, (0x10000011, 0, 0, 0, 0)), ('clone3', 435, 435, (None, 88)),
    ('execve', 59, 221, (b'/bin/true', None, None)), ('execveat', 322, 281, (-100, b'/bin/true', None, None, 0)),
    ('kill', 62, 129, (1, 0)), ('tkill', 200, 130, (1, 0)), ('tgkill', 234, 131, (1, 1, 0)),
    ('rt_sigqueueinfo', 129, 138, (1, 0, None)), ('pidfd_open', 434, 434, (1, 0)),
    ('ptrace', 101, 117, (16, 1, 0, 0)), ('process_vm_readv', 310, 270, (1, None, 0, None, 0, 0)),
    ('socket', 41, 198, (1, 1, 0)), ('socket_inet', 41, 198, (2, 1, 0)),
    ('socketpair', 53, 199, (1, 1, 0, b'x' * 8)), ('unshare', 272, 97, (0x10000000,)), ('setns', 308, 268, (3, 0)),
    ('mount', 165, 40, (b'none', b'/', None, 0, None)), ('pivot_root', 155, 41, (b'.', b'.')),
    ('chroot', 161, 51, (b'/',)), ('memfd_create', 319, 279, (b'x', 0)), ('shmget', 29, 194, (0, 4096, 0o1600)),
    ('msgget', 68, 186, (0, 0o1600)), ('semget', 64, 190, (0, 1, 0o1600)),
    ('mq_open', 240, 180, (b'/x', 0o102, 0o600, None)), ('keyctl', 250, 219, (0, -1, 0)),
    ('add_key', 248, 217, (b'user', b'x', b'y', 1, -3)), ('bpf', 321, 280, (0, None, 0)),
    ('perf_event_open', 298, 241, (None, 0, -1, -1, 0)), ('userfaultfd', 323, 282, (0,)),
    ('io_uring_setup', 425, 425, (8, b'x' * 120)), ('prctl', 157, 167, (4, 0)), ('seccomp', 317, 277, (0, 0, None)),
    ('setuid', 105, 146, (0,)), ('setresuid', 117, 147, (0, 0, 0)), ('capset', 126, 91, (None, None)),
    ('prlimit64', 302, 261, (0, 7, b'\\xff' * 16, None)),
    ('prlimit64_of_another', 302, 261, (1, 7, None, b'x' * 16)), ('setpriority', 141, 140, (0, 0, -5)),
    ('sched_setaffinity', 203, 122, (0, 8, b'\\x01' * 8)),
    ('link', 86, None, (b'/etc/hostname', b'/tmp/tracemill_attack')),
    ('symlink', 88, None, (b'/', b'/tmp/tracemill_attack')),
    ('symlinkat', 266, 36, (b'/', -100, b'/tmp/tracemill_attack')),
    ('mknodat', 259, 33, (-100, b'/tmp/tracemill_attack', 0o10600, 0)),
    ('mkdirat', 258, 34, (-100, b'/tmp/tracemill_attack', 0o700)),
    ('openat_writing', 257, 56, (-100, b'/tmp/tracemill_attack', 0o102, 0o600)),
    ('openat2', 437, 437, (-100, b'/', b'\\0' * 24, 24)), ('open_by_handle_at', 304, 265, (-100, None, 0)),
    ('name_to_handle_at', 303, 264, (-100, b'/', b'\\x80' + b'\\0' * 200, b'x' * 4, 0)),
    ('chmod', 90, None, (b'/tmp', 0o777)), ('pipe2', 293, 59, (b'x' * 8, 0)), ('eventfd2', 290, 19, (0, 0)),
    ('epoll_create1', 291, 20, (0,)), ('inotify_init1', 294, 26, (0,)), ('timerfd_create', 283, 85, (1, 0)),
    ('signalfd4', 289, 74, (-1, b'x' * 8, 8, 0)), ('fanotify_init', 300, 262, (0, 0)),
    ('landlock_create_ruleset', 444, 444, (None, 0, 1)), ('syslog', 103, 116, (10, None, 0)),
    ('setsid', 112, 157, ()), ('personality', 135, 92, (0x40000,)), ('quotactl', 179, 60, (0, None, 0, None)),
    ('sethostname', 170, 161, (b'x', 1)), ('acct', 163, 89, (None,)), ('ioctl_tiocsti', 16, 29, (0, 0x5412, b'x')),
    ('x32_fork', 0x40000000 + 57, None, ()),
]
def f():
    for call in CALLS:
        number = call[COLUMN]
        if number is None: continue
        arguments = [ctypes.c_long(a) if type(a) is int else ctypes.c_char_p(a) for a in call[3]]
        if libc.syscall(ctypes.c_long(number), *arguments) >= 0:
            through.append(call[0])
    return through
"""
)


def test_system_calls_are_refused(pool: SandboxPool) -> None:
    verdict = run(pool, SYSTEM_CALLS)
    assert verdict.status == "correct", verdict


FILES = (
    TRY
    + """
import pathlib
def f(secret, folder):
    for path in ('/etc/passwd', '/etc/hostname', '/proc/self/environ', '/proc/self/maps', '/proc/self/mem',
                 '/proc/1/environ', f'/proc/{os.getppid()}/environ', '/proc/version', '/dev/mem', '/dev/kmsg',
                 '/dev/fd/0', '/dev/tty', '/dev/stdin', '/bin/sh', '/usr/bin/python3', secret, '/../../' + secret,
                 os.path.join(folder, '..', '..', secret.lstrip('/')), os.path.dirname(secret) + '/link'):
        attempt(path, lambda: open(path, 'rb').read(1))
    for path in ('/', '/etc', '/home', '/root', '/tmp', '/proc', folder):
        attempt('list ' + path, lambda: pathlib.Path(path).iterdir().__next__())
    for folder in ('/', '/tmp', '/dev/shm', '/var/tmp', '/run', os.getcwd(), os.path.dirname(os.__file__), folder):
        path = os.path.join(folder, 'tracemill_attack')
        for mode in ('w', 'a', 'x', 'r+', 'wb'):
            attempt(f'open {path} {mode}', open, path, mode)
        attempt('mkdir ' + path, os.mkdir, path)
        attempt('symlink ' + path, os.symlink, '/', path)
        attempt('link ' + path, os.link, secret, path)
        attempt('fifo ' + path, os.mkfifo, path)
        attempt('rename ' + path, os.rename, secret, path)
    attempt('unlink', os.unlink, secret)
    attempt('chmod', os.chmod, secret, 0o777)
    attempt('chown', os.chown, secret, 0, 0)
    attempt('truncate', os.truncate, secret, 0)
    attempt('utime', os.utime, secret)
    attempt('library', open, os.__file__, 'a')
    return through
"""
)


def test_files_are_out_of_reach(pool: SandboxPool, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the hidden tests")
    secret.chmod(0o666)
    (tmp_path / "link").symlink_to(secret)
    tmp_path.chmod(0o777)
    verdict = run(pool, FILES, str(secret), str(tmp_path))
    assert verdict.status == "correct", verdict
    assert secret.read_text() == "the hidden tests"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "secret"]


SOCKETS = (
    TRY
    + """
import socket
def f(port, unix, abstract):
    attempt('inet', socket.create_connection, ('127.0.0.1', port), 1)
    attempt('inet6', socket.socket, socket.AF_INET6)
    attempt('udp', socket.socket, socket.AF_INET, socket.SOCK_DGRAM)
    attempt('raw', socket.socket, socket.AF_INET, socket.SOCK_RAW, 1)
    attempt('netlink', socket.socket, socket.AF_NETLINK, socket.SOCK_RAW)
    attempt('vsock', socket.socket, socket.AF_VSOCK)
    attempt('alg', socket.socket, socket.AF_ALG, socket.SOCK_SEQPACKET)
    attempt('pair', socket.socketpair)
    attempt('name', socket.getaddrinfo, 'example.com', 80)
    for path in (unix, abstract):
        attempt('unix ' + path, lambda: socket.socket(socket.AF_UNIX).connect(path))
        attempt('datagram ' + path, lambda: socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b'x', path))
    return through
"""
)


def test_sockets_are_out_of_reach(pool: SandboxPool, tmp_path: Path) -> None:
    path, abstract = str(tmp_path / "socket"), f"\0tracemill-test-{os.getpid()}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_UNIX) as unix,
        socket.socket(socket.AF_UNIX) as hidden,
    ):
        for server, address in ((unix, path), (hidden, abstract)):
            server.bind(address)
            server.listen()
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(address)  # there is something to reach
        verdict = run(pool, SOCKETS, tcp.getsockname()[1], path, abstract)
    assert verdict.status == "correct", verdict


PROCESSES = (
    TRY
    + """
try: import subprocess, multiprocessing
except ImportError: pass  # where the walls open no file, there is nothing to try
def f():
    attempt('spawn', os.posix_spawn, '/bin/true', ['true'], {})
    attempt('exec', os.execv, '/bin/true', ['true'])
    attempt('set-uid', os.execv, '/bin/su', ['su'])
    attempt('system', lambda: os.system('true') == 0 or 1 / 0)
    attempt('subprocess', lambda: subprocess.run(['true']))
    attempt('popen', os.popen, 'true')
    attempt('forkpty', os.forkpty)
    attempt('multiprocessing', lambda: multiprocessing.Process(target=print).start())
    return through
"""
)


def test_no_process_can_be_made(pool: SandboxPool) -> None:
    verdict = run(pool, PROCESSES)
    assert verdict.status == "correct", verdict


def test_threads_are_bounded(pool: SandboxPool) -> None:
    program = """
import threading, time
def f():
    made = 0
    try:
        while made < 100000:
            threading.Thread(target=time.sleep, args=(3600,), daemon=True).start()
            made += 1
    except RuntimeError:
        return made < 5000
"""
    assert run(pool, program, expected="True").status == "correct"


# Two programs that look for a number everywhere a program can look. They are told it in disguise, reversed, so that
# looking for it does not put it there. The first looks through objects, frames and the environment.
OBJECTS = """
import gc, os, re, sys
def f(disguised, *rest):
    if disguised is None: return ''
    seen = set()
    for thing in gc.get_objects():
        if type(thing) in (tuple, list, set, frozenset):
            seen.update(str(item) for item in thing if type(item) in (int, str))
        elif type(thing) is dict:
            seen.update(str(item) for item in thing.values() if type(item) in (int, str, bytes))
    frame = sys._getframe()
    while frame:
        seen.update(map(str, frame.f_locals.values()))
        frame = frame.f_back
    seen.update(os.environ.values(), sys.argv)
    found = {number for text in seen for number in re.findall('[0-9]{15}', text) if number[::-1] == disguised}
    return found.pop() if found else ''
"""
# The second walks this process's memory page by page, both ways from a few places, as far as pages are mapped, which
# access(2) tells without a crash.
MEMORY = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def mapped(page):
    return libc.access(ctypes.c_void_p(page), 0) == 0 or ctypes.get_errno() != 14
def f(disguised, *rest):
    if disguised is None: return ''
    head, tail = disguised[:7:-1].encode(), disguised[7::-1].encode()
    buffers = [bytes(64), bytes(1 << 18), object()]
    places = [id(buffer) for buffer in buffers] + [ctypes.cast(libc.malloc, ctypes.c_void_p).value]
    for place in places:
        for step in (-4096, 4096):
            page = place & ~4095
            for _ in range(4096):
                if not mapped(page): break
                text = ctypes.string_at(page, 4096)
                at = text.find(head)
                while at >= 0:
                    if text[at + 7 : at + 8] == tail[:1] and text[at + 8 : at + 15] == tail[1:]:
                        return (head + tail).decode()
                    at = text.find(head, at + 1)
                page += step
    return ''
"""
SECRET = "382910475561829"
SEARCHES = pytest.mark.parametrize("search", [OBJECTS, MEMORY], ids=["objects", "memory"])


@SEARCHES
def test_the_expected_value_is_nowhere_to_be_found(pool: SandboxPool, search: str) -> None:
    found = run(pool, search, SECRET[::-1], expected=repr(SECRET))
    assert found.status == "wrong", found
    assert "got ''" in found.evidence
    control = run(pool, search, SECRET[::-1], [SECRET], expected=repr(SECRET))
    assert control.status == "correct", ("the search itself must find what is there", control)


@SEARCHES
def test_later_inputs_are_not_there_yet(pool: SandboxPool, search: str) -> None:
    tests = (
        CodeTest(args="(None,)", expected="''"),
        CodeTest(args=repr((SECRET[::-1],)), expected="''"),
        CodeTest(args=repr((None, SECRET)), expected="''"),
    )
    verdict = pool.judge_source(CodeReference(entry="f", tests=tests), search)
    assert verdict.status == "correct", verdict


@SEARCHES
def test_an_earlier_run_cannot_be_read(pool: SandboxPool, search: str) -> None:
    test = CodeTest(args=repr((SECRET,)), expected=repr(SECRET + "1"))
    earlier = CodeReference(entry="f", tests=(test,))
    assert pool.judge_source(earlier, f"def f(x):\n    return x + '1'  # {SECRET}").status == "correct"
    assert "got ''" in run(pool, search, SECRET[::-1], expected=repr(SECRET)).evidence


def test_leftovers_do_not_reach_the_next_run(pool: SandboxPool) -> None:
    leave = (
        TRY
        + """
import builtins, sys, json, threading
def f(secret):
    builtins.leftover = sys.leftover = json.leftover = secret
    sys.modules['leftover'] = secret
    os.environ['LEFTOVER'] = secret
    for folder in ('/tmp', '/dev/shm', '/var/tmp', '.'):
        attempt(folder, lambda: open(folder + '/tracemill_attack', 'w').write(secret))
    threading.Thread(target=lambda: [None for _ in iter(int, 1)], daemon=True).start()
    os.umask(0o777)
    try: os.chdir('/usr')
    except OSError: pass
    return through
"""
    )
    look = """
import builtins, sys, json, os
def f(disguised):
    through = [hasattr(place, 'leftover') for place in (builtins, sys, json)]
    through += ['leftover' in sys.modules, 'LEFTOVER' in os.environ, os.getcwd() != '/']
    through += [os.path.exists(folder + '/tracemill_attack') for folder in ('/tmp', '/dev/shm', '/var/tmp', '.')]
    return any(through)
"""
    assert run(pool, leave, "382910475561829").status == "correct"
    assert run(pool, look, "928165574019283", expected="False").status == "correct"


def test_the_same_program_sees_the_same_world_twice(pool: SandboxPool) -> None:
    """Hash order and `random` are the same in every server, so that a verdict can be repeated."""
    program = "import random\ndef f():\n    return [list({'a', 'b', 'c', 'd', 'e', 'f'}), random.random()]"
    other = SandboxPool(VerifierConfig(), PLANS)
    first = run(pool, program, expected="0").evidence.partition("got ")[2].partition(" in ")[0]
    second = run(other, program, expected="0").evidence.partition("got ")[2].partition(" in ")[0]
    other.close()
    assert first == second
    assert first.startswith("[[")
