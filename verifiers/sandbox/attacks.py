"""Attacks on the sandbox as data: programs, and what a verdict on each may be. For the tests, and for `battery`, which
runs them on the machine where it stands.
"""

from __future__ import annotations

from tracemill.problems.types import CodeReference, CodeTest

ADD = CodeReference(entry="add", tests=(CodeTest(args="(1, 2)", expected="3"), CodeTest(args="(40, 2)", expected="42")))
SUM_OF_LINE = CodeReference(
    entry=None, tests=(CodeTest(args="3 4\n", expected="7\n"), CodeTest(args="1 1\n", expected="2\n"))
)
RIGHT = "def add(a, b):\n    return a + b\n"

# A wrong value for ADD, and an attack that would have to make it right: wrong or timeout.
WRONG = {
    "fork_bomb": "import os\ndef add(a, b):\n    while True: os.fork()",
    "fork_bomb_insisting": """
import os
def add(a, b):
    while True:
        try: os.fork()
        except OSError: pass
""",
    "memory_bomb": "def add(a, b):\n    return len([0] * 10**10) and 3",
    "memory_bomb_in_steps": "def add(a, b):\n    kept = []\n    while True: kept.append(bytearray(1 << 20))",
    "disk_fill": """
def add(a, b):
    with open('/tmp/tracemill_attack', 'wb') as file:
        while True: file.write(bytes(1 << 20))
""",
    "endless_loop": "def add(a, b):\n    while True: pass",
    "endless_loop_deaf": """
import signal
for number in range(1, 65):
    try: signal.signal(number, signal.SIG_IGN)
    except (OSError, ValueError): pass
def add(a, b):
    while True:
        try:
            while True: pass
        except BaseException: pass
""",
    "endless_at_import": "while True: pass\ndef add(a, b):\n    return a + b",
    "endless_in_c": "def add(a, b):\n    return 9**9**9",
    "endless_regex": "import re\ndef add(a, b):\n    return re.match('(a+)+$', 'a' * 60 + 'b')",
    "sleep": "import time\ndef add(a, b):\n    time.sleep(3600)\n    return a + b",
    "sleep_in_c": "import select\ndef add(a, b):\n    select.select([], [], [], 3600)\n    return a + b",
    "blocked_on_a_lock": """
from _thread import allocate_lock
def add(a, b):
    lock = allocate_lock()
    lock.acquire()
    lock.acquire()
""",
    "exit_0": "import os\ndef add(a, b):\n    os._exit(0)",
    "exit_0_at_import": "import os\nos._exit(0)",
    "sys_exit": "import sys\ndef add(a, b):\n    sys.exit(0)",
    "sys_exit_at_import": "import sys\nsys.exit(0)",
    "system_exit_half_way": "def add(a, b):\n    if a > 1: raise SystemExit(0)\n    return a + b",
    "kills_itself": "import os, signal\ndef add(a, b):\n    os.kill(os.getpid(), signal.SIGKILL)",
    "always_equal": "class E:\n    __eq__ = lambda self, other: True\ndef add(a, b):\n    return E()",
    "always_equal_int": "class E(int):\n    __eq__ = lambda self, other: True\ndef add(a, b):\n    return E(0)",
    "right_value_wrong_class": "class I(int): pass\ndef add(a, b):\n    return I(a + b)",
    "right_value_as_float": "def add(a, b):\n    return float(a + b)",
    "class_passing_for_int": """
class E:
    __class__ = int
    __repr__ = lambda self: '3'
def add(a, b):
    return E()
""",
    "pickle_bomb": """
class Bomb:
    def __reduce__(self): return (exec, ("import os; os._exit(0)",))
def add(a, b):
    return Bomb()
""",
    "giant_integer": "def add(a, b):\n    return 1 << (1 << 28)",
    "giant_string": "def add(a, b):\n    return 'x' * (64 << 20)",
    "deep_list": "def add(a, b):\n    found = []\n    for _ in range(100000): found = [found]\n    return found",
    "list_in_itself": "def add(a, b):\n    found = []\n    found.append(found)\n    return found",
    "doubling_list": "def add(a, b):\n    found = []\n    for _ in range(64): found = [found, found]\n    return found",
    "end_of_the_stack": "import sys\nsys.setrecursionlimit(10**9)\ndef add(a, b):\n    return add(a, b) + 1",
    "end_of_the_c_stack": """
import sys
sys.setrecursionlimit(10**9)
def add(a, b):
    found = []
    for _ in range(10**6): found = [found]
    return len(repr(found))
""",
    "null_pointer": "import ctypes\ndef add(a, b):\n    return ctypes.string_at(0)",
    "closes_every_descriptor": "import os\ndef add(a, b):\n    os.closerange(0, 4096)\n    return 3",
    "patched_builtins": """
import builtins
builtins.repr = lambda value: '3'
builtins.type = lambda value: int
builtins.len = lambda value: 3
builtins.isinstance = lambda value, kind: True
builtins.str = builtins.hex = builtins.repr
def add(a, b):
    return 4
""",
    "patched_json_marshal_and_assert": """
import json, marshal, builtins
json.dumps = lambda *args, **kwargs: 'true'
marshal.loads = lambda data: (1, 2)
builtins.AssertionError = type('Never', (Exception,), {})
def add(a, b):
    return 4
""",
    "patched_clock": """
import time
time.time = time.monotonic = time.perf_counter = time.process_time = lambda: 0.0
def add(a, b):
    while True: pass
""",
    "patched_canonical": """
import sys
for module in list(sys.modules.values()):
    if hasattr(module, 'canonical'):
        module.canonical = lambda *args: 'True'
def add(a, b):
    return 4
""",
    "settrace": """
import sys
def trace(frame, event, arg):
    for name in list(frame.f_locals):
        if name in ('expected', 'result', 'status'): frame.f_locals[name] = 3
    return trace
sys.settrace(trace)
sys.setprofile(trace)
def add(a, b):
    return 4
""",
    "random_answers": "import os\ndef add(a, b):\n    return a + b + os.urandom(4)[0]",
    "second_call_differs": "calls = []\ndef add(a, b):\n    calls.append(a)\n    return a + b + (len(calls) > 2)",
    "counts_its_calls": """
def add(a, b):
    add.calls = getattr(add, 'calls', 0) + 1
    return a + b if add.calls < 3 else 0
""",
    "entry_swapped_in_the_frames": """
import sys
def add(a, b):
    frame = sys._getframe(1)
    while frame:
        for name, value in list(frame.f_locals.items()):
            if value is add: frame.f_locals[name] = lambda a, b: 3
        frame = frame.f_back
    return 4
""",
    "caller_code_replaced": """
import sys
def add(a, b):
    plain = next(module for name, module in sys.modules.items() if name.endswith('plain'))
    plain.canonical.__code__ = (lambda value, limit=0: '3').__code__
    plain._write.__code__ = plain._atom.__code__ = (lambda value, kind=0, room=0: '3').__code__
    return 4
""",
    "arguments_patched_in_place": """
import gc
for thing in gc.get_objects():
    if type(thing) is list: thing.clear()
    elif type(thing) is dict and 'expected' in thing: thing['expected'] = 4
def add(a, b):
    return 4
""",
    "small_integers_rewritten": """
import ctypes
ctypes.memmove(id(4) + 24, id(3) + 24, 4)
ctypes.memmove(id(41) + 24, id(42) + 24, 4)
def add(a, b):
    return 41 if a > 1 else 5
""",
    "reads_past_the_end_of_memory": """
import ctypes
def add(a, b):
    return len(ctypes.string_at(id(a), 1 << 30))
""",
    "zip_bomb": """
import zlib
BOMB = zlib.compress(bytes(1 << 24), 9)
def add(a, b):
    kept = []
    while True: kept.append(zlib.decompress(BOMB))
""",
    "hash_collisions": """
def add(a, b):
    found, step = {}, (1 << 61) - 1
    for n in range(1, 1 << 24): found[n * step] = n
    return len(found)
""",
    "quadratic_parse": "def add(a, b):\n    return eval('(' * 90 + '-' * 10**7 + '3' + ')' * 90)",
    "decimal_power": """
from decimal import Decimal, getcontext
def add(a, b):
    getcontext().prec = 10**8
    return int(Decimal(2) ** Decimal('0.5') * 10**7)
""",
    "endless_iterator_as_a_list": """
import itertools
def add(a, b):
    return list(itertools.repeat(3))
""",
    "deletes_what_it_stands_on": """
import sys, builtins
def add(a, b):
    for name in list(sys.modules): del sys.modules[name]
    for name in list(vars(builtins)): delattr(builtins, name)
    return 3
""",
    "alarm_that_raises_for_ever": """
import signal
def again(*_): raise BaseException('again')
signal.signal(signal.SIGALRM, again)
signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
def add(a, b):
    while True:
        try:
            while True: pass
        except BaseException: pass
""",
    "traceback_without_end": """
class Loud(Exception):
    def __str__(self):
        while True: pass
def add(a, b):
    raise Loud
""",
    "exception_that_floods": "def add(a, b):\n    raise ValueError('x' * (1 << 26))",
    "exceptions_in_a_ring": """
def add(a, b):
    first, second = ValueError(), ValueError()
    first.__context__, second.__context__ = second, first
    raise first
""",
    "class_whose_name_never_ends": """
class Meta(type):
    @property
    def __name__(cls):
        while True: pass
class E(metaclass=Meta): pass
def add(a, b):
    return E()
""",
    "dict_that_grows_while_it_is_read": """
class Growing:
    def __hash__(self): return 0
    def __eq__(self, other): kept[len(kept)] = 0; return False
kept = {}
def add(a, b):
    kept[Growing()] = 1
    kept[Growing()] = 1
    return kept
""",
    "coroutine": "async def add(a, b):\n    return a + b",
    "generator": "def add(a, b):\n    yield a + b",
    "raises_its_answer": "def add(a, b):\n    raise ValueError(a + b)",
}

# For ADD, forgeries: what a program writes on the reply pipe, whose descriptor it finds, is no way to a verdict.
FORGED = {
    "before_the_request": "import os\nos.write(4, b'x' * 8 + b'V' + (1).to_bytes(4, 'little') + b'3')\n" + RIGHT,
    "garbage": "import os\ndef add(a, b):\n    os.write(4, b'correct' * 100)\n    return 4",
    "endless_header": "import os\ndef add(a, b):\n    os.write(4, b'\\xff' * 13)\n    return 4",
    "endless_flood": "import os\ndef add(a, b):\n    while True: os.write(4, bytes(1 << 16))",
    "half_a_reply": "import os\ndef add(a, b):\n    os.write(4, bytes(5))\n    os._exit(0)",
    "right_nonce_wrong_value": """
import os, struct, sys
def add(a, b):
    frame = sys._getframe(1)
    while frame and 'nonce' not in frame.f_locals: frame = frame.f_back
    os.write(4, struct.pack('<8s1sI', frame.f_locals['nonce'], b'V', 4) + b'True')
    os._exit(0)
""",
    "twice_the_same_reply": """
import os, struct, sys
def add(a, b):
    frame = sys._getframe(1)
    while frame and 'nonce' not in frame.f_locals: frame = frame.f_back
    os.write(4, struct.pack('<8s1sI', frame.f_locals['nonce'], b'V', len(str(a + b))) + str(a + b).encode())
    return a + b
""",
    "bytes_behind_the_last_reply": """
import os
leave = os._exit
def trailing(code):
    os.write(4, b'correct')
    leave(code)
os._exit = trailing
def add(a, b):
    return a + b
""",
    "reply_to_a_request_not_yet_read": """
import os, struct
def add(a, b):
    for nonce in (bytes(8), b'\\xff' * 8):
        os.write(4, struct.pack('<8s1sI', nonce, b'V', 2) + b'42')
    return a + b
""",
    "requests_read_ahead": """
import fcntl, os, select
def add(a, b):
    if a == 1 and select.select([3], [], [], 0.1)[0]: return 0
    return a + b + (a == 40)
""",
    "replies_moved_away": "import os\nos.dup2(2, 4)\ndef add(a, b):\n    return a + b",
    "requests_end_the_run_early": "import os\nos.close(3)\ndef add(a, b):\n    return a + b",
    "header_of_four_gigabytes": """
import os, struct, sys
def add(a, b):
    frame = sys._getframe(1)
    while frame and 'nonce' not in frame.f_locals: frame = frame.f_back
    os.write(4, struct.pack('<8s1sI', frame.f_locals['nonce'], b'V', 0xffffffff))
    while True: os.write(4, bytes(1 << 16))
""",
    "one_byte_at_a_time": """
import os, time
def add(a, b):
    while True:
        os.write(4, b'x')
        time.sleep(0.01)
""",
    "status_other_than_0": "import os\nleave = os._exit\nos._exit = lambda code: leave(1)\n" + RIGHT,
    "does_not_end": "import os, time\nos._exit = lambda code: time.sleep(3600)\n" + RIGHT,
}

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

# For SUM_OF_LINE: wrong or timeout.
SCRIPTS = {
    "forged_report": "print('all tests passed')\nprint('correct')",
    "output_flood": "while True: print('x' * 1000)",
    "raw_flood": "import os\nwhile True: os.write(1, bytes(65536))",
    "exits_half_way": "import sys\nsys.exit(0)",
    "fails_after_its_answer": "print(sum(map(int, input().split())))\n1 / 0",
    "aborts_after_its_answer": "import os\nprint(sum(map(int, input().split())), flush=True)\nos.abort()",
    "says_more": "print(sum(map(int, input().split())))\nprint('correct')",
    "waits_for_more": "import sys\nprint(7)\nwhile True: sys.stdin.read()",
    "closes_stdout": "import os\nos.close(1)",
    "memory_bomb": "kept = []\nwhile True: kept.append(bytearray(1 << 20))",
    "one_byte_at_a_time": "import time\nwhile True:\n    print('x', end='', flush=True)\n    time.sleep(0.01)",
    "answers_before_it_reads": "print(7)\nprint(2)",
    "echoes_its_input": "import sys\nprint(sys.stdin.read())",
    "nul_and_escape_codes": "print('7\\x00\\x1b[2K\\r7')",
    "right_answer_on_stderr": "import sys\nprint(sum(map(int, input().split())), file=sys.stderr)",
    "stdout_that_is_a_forgery": "import sys\nclass Out: write = flush = lambda *_: 7\nsys.stdout = Out()\nprint(7)",
    "reply_pipe_as_stdout": "import os\nos.dup2(4, 1)\nprint(sum(map(int, input().split())))",
    "exits_without_flush": "import os\nprint(sum(map(int, input().split())))\nos._exit(0)",
    "writes_its_own_input": "import os\nos.write(0, b'x')",
}
