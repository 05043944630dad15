"""Attacks on what a run says: replies forged on the pipe, and reports forged on stdout. Data, as in `attacks`."""

from __future__ import annotations

from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.sandbox.attacks import RIGHT

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

# For TWO_SUM, texts for a wrong value that read otherwise beside the arguments, or otherwise than they show.
TWO_SUM = CodeReference(
    entry="two",
    tests=(
        CodeTest(args="([5, 1, 9, 4], 13)", expected="[2, 3]"),
        CodeTest(args="([2, 7, 11, 15], 9)", expected="[0, 1]"),
    ),
    checker="""
def check(args, got):
    xs, t = args
    return type(got) is list and len(got) == 2 and got[0] != got[1] and xs[got[0]] + xs[got[1]] == t
""",
)
_TEXT = """
import sys
def two(xs, t):
    sys._getframe(1).f_globals["plain"].canonical = lambda value, limit=0: {}
    return 0
"""
TEXTS = {
    name: _TEXT.format(text)
    for name, text in {
        "arguments_of_its_own": "str(2 * t) + '), ([1, -1]'",
        "arguments_of_its_own_named": "'0, args=([1, 1], 2), got=[0, 1]'",
        "keywords": "'*[[0, 1]]'",
        "comment": "'[2, 3]  # ' + 'is right'",
        "comment_over_the_bracket": "'[2, 3]), #'",
        "expression": "'[xs.index(9), xs.index(4)]'",
        "more_arguments": "'[2, 3], True'",
        "other_spelling": "'[2,3]' if t == 13 else '[0,1]'",
        "true": "'True'",
        "nothing": "''",
        "deep": "'[' * 5000 + ']' * 5000",
        "endless_product": "'9**9**9**9'",
    }.items()
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
    "says_more_at_its_exit": """
import atexit
atexit.register(print, 'correct')
print(sum(map(int, input().split())))
""",
    "thread_without_end": """
import threading, time
print(sum(map(int, input().split())), flush=True)
threading.Thread(target=time.sleep, args=(3600,)).start()
""",
    "thread_that_computes_without_end": """
import threading
def spin():
    while True: pass
print(sum(map(int, input().split())), flush=True)
threading.Thread(target=spin).start()
""",
    "exit_functions_without_end": """
import atexit
def again(): atexit.register(again)
def spin():
    while True: pass
atexit.register(spin)
again()
print(sum(map(int, input().split())), flush=True)
""",
    "exits_with_1": "print(sum(map(int, input().split())))\nexit(1)",
}
