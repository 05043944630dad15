"""Attacks on what lies around a run: the host, its limits, other processes, the runs that follow. Data, as in
`attacks`."""

from __future__ import annotations

from tracemill.verifiers.sandbox.attacks import RIGHT

# Right values for ADD beside an attack that must come to nothing: correct.
HARMLESS = {
    "threads_left_behind": """
import threading
def spin():
    while True: pass
threading.Thread(target=spin, daemon=True).start()
def add(a, b):
    return a + b
""",
    "threads_left_behind_not_daemons": """
import threading, time
def add(a, b):
    threading.Thread(target=time.sleep, args=(3600,)).start()
    return a + b
""",
    "output_flood": "def add(a, b):\n    for _ in range(2000): print('x' * 1000)\n    return a + b",
    "signals": """
import os, signal
def attempt(function, *args):
    try: function(*args)
    except OSError: return
    raise SystemError(f'{function} {args} was let through')
def add(a, b):
    for number in (signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP, signal.SIGINT):
        for pid in (os.getppid() or -1, -1, 1, -os.getpgrp() or -1):
            attempt(os.kill, pid, number)
        attempt(os.killpg, 0, number)
    return a + b
""",
    "walls_raised_again": """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def add(a, b):
    for option in (4, 8, 15, 22, 23, 24, 28, 35, 38, 39, 47, 53, 59):
        for value in (0, 1, 2):
            if libc.prctl(option, value, 0, 0, 0) > 0: raise SystemError(f'prctl {option} {value}')
    if libc.seteuid(0) == 0 or libc.setegid(0) == 0 or libc.setgroups(0, None) == 0: raise SystemError('ids')
    return a + b
""",
    "code_written_and_run": """
import ctypes, platform
try: import mmap
except ImportError: mmap = None  # where the walls let nothing more be loaded
def add(a, b):
    if mmap is None or platform.machine() != 'x86_64': return a + b
    page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    page.write(bytes([0xb8, 57, 0, 0, 0, 0x0f, 0x05, 0xc3]))  # mov eax, fork; syscall; ret
    code = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(page)))
    if code() >= 0: raise SystemError('forked')
    return a + b
""",
    "descriptors_of_others": """
import os
def add(a, b):
    for fd in range(5, 200):
        try: os.fstat(fd)
        except OSError: continue
        raise SystemError(f'descriptor {fd} is open')
    return a + b
""",
    "environment_and_command_line": """
import os, sys
def add(a, b):
    told = [name for name in os.environ if name not in ('PYTHONHASHSEED', 'TZ', 'LC_CTYPE')]
    if told or any('/' in text for text in sys.argv): raise SystemError(f'{told} {sys.argv}')
    return a + b
""",
    "shared_memory_and_messages": """
import os
def attempt(function):
    try: function()
    except (OSError, AttributeError): return
    raise SystemError('let through')
def add(a, b):
    try: from multiprocessing.shared_memory import SharedMemory
    except ImportError: pass  # where the walls let nothing more be loaded
    else: attempt(lambda: SharedMemory('tracemill_attack', create=True, size=16))
    attempt(lambda: os.memfd_create('x'))
    attempt(lambda: os.eventfd(0))
    attempt(lambda: os.mkfifo('/tmp/tracemill_attack'))
    return a + b
""",
    "exit_handlers": "import atexit, time\natexit.register(time.sleep, 3600)\n" + RIGHT,
    "limits_lifted": """
import resource
def add(a, b):
    for limit in range(16):
        for values in ((resource.RLIM_INFINITY,) * 2, (1 << 40, 1 << 40)):
            try: resource.setrlimit(limit, values)
            except (OSError, ValueError): continue
            raise SystemError(f'limit {limit} was lifted')
    return a + b
""",
    "session_left": """
import os
def add(a, b):
    for function in (os.setsid, os.setpgrp, lambda: os.setpgid(0, 0), lambda: os.nice(-5), lambda: os.setuid(0)):
        try: function()
        except OSError: continue
        raise SystemError('let through')
    return a + b
""",
}
