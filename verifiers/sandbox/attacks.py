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
    "writes_its_own_input": "import os\nos.write(0, b'x')",
}
