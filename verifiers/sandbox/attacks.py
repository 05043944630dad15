"""Attacks on the sandbox as data: programs with a wrong value, and what a verdict on each may be. For the tests, and
for `battery`, which runs them on the machine where it stands. Those on the replies are in `attacks_on_replies`, those
on what lies around a run in `attacks_on_the_host`.
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
