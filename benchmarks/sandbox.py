"""Programs a second through the sandbox, against a fresh interpreter for each; and a long run that looks for leaks.

    python sandbox.py                  every isolation that this machine gives, the unprivileged ring, and a fresh
                                       `python -I` each, in turns, pinned to one core
    python sandbox.py --soak 100000    verdicts, one in a hundred on a hostile program: none lost, nothing left behind

Each program is a small function with 5 tests, all of which it passes. Processor seconds are of all processes together
and say what a core would do that nobody else uses; the clock says what this machine did. Ends with one line of JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.sandbox import SandboxPool
from tracemill.verifiers.sandbox.isolation import PLANS

Case = tuple[CodeReference, str, str]  # reference, program, expected status


def case(entry: str, program: str, calls: dict[str, str], status: str = "correct") -> Case:
    tests = tuple(CodeTest(args=args, expected=expected) for args, expected in calls.items())
    return CodeReference(entry=entry, tests=tests), program, status


RIGHT = [
    case("add", "def add(a, b):\n    return a + b\n", {f"({n}, 3)": str(n + 3) for n in range(5)}),
    case(
        "digits",
        "def digits(n):\n    total = 0\n    while n:\n        total, n = total + n % 10, n // 10\n    return total\n",
        {"(0,)": "0", "(7,)": "7", "(19,)": "10", "(999,)": "27", "(12345678,)": "36"},
    ),
    case(
        "count",
        "from collections import Counter\n\ndef count(words):\n    return dict(Counter(w.lower() for w in words))\n",
        {"([],)": "{}", "(['a'],)": "{'a': 1}", "(['a', 'A'],)": "{'a': 2}", "(['b', 'a'],)": "{'a': 1, 'b': 1}",
         "(['x', 'x', 'x'],)": "{'x': 3}"},
    ),
    case(
        "primes",
        "def primes(n):\n    return [p for p in range(2, n) if all(p % q for q in range(2, int(p ** 0.5) + 1))]\n",
        {"(2,)": "[]", "(3,)": "[2]", "(10,)": "[2, 3, 5, 7]", "(12,)": "[2, 3, 5, 7, 11]", "(0,)": "[]"},
    ),
    case(
        "caesar",
        "def caesar(text, shift):\n    return ''.join(chr((ord(c) - 97 + shift) % 26 + 97) for c in text)\n",
        {"('abc', 1)": "'bcd'", "('', 3)": "''", "('xyz', 3)": "'abc'", "('a', 26)": "'a'", "('hello', -1)": "'gdkkn'"},
    ),
]  # fmt: skip
ADD = RIGHT[0][0]
WRONG = [
    (ADD, "def add(a, b):\n    return a - b\n", "wrong"),
    (ADD, "def add(a, b):\n    return str(a + b)\n", "wrong"),
]
HOSTILE = [
    (ADD, f"import os, sys, time, threading, ctypes\n{program}", status)
    for program, status in (
        ("def add(a, b):\n    while True: pass", "timeout"),
        ("def add(a, b):\n    time.sleep(60)", "timeout"),
        ("def add(a, b):\n    while True: os.fork()", "wrong"),
        ("def add(a, b):\n    return bytearray(1 << 40)", "wrong"),
        ("def add(a, b):\n    os._exit(0)", "wrong"),
        ("def add(a, b):\n    os.write(4, bytes(1 << 20))", "wrong"),
        ("def add(a, b):\n    open('/tmp/tracemill_attack', 'w')", "wrong"),
        ("def add(a, b):\n    os.kill(os.getppid(), 9)", "wrong"),
        ("def add(a, b):\n    ctypes.string_at(0)", "wrong"),
        ("def add(a, b):\n    return 1 << (1 << 26)", "wrong"),
        ("def add(a, b):\n    os.closerange(0, 100)", "wrong"),
        ("threading.Thread(target=time.sleep, args=(60,)).start()\ndef add(a, b):\n    return a + b", "correct"),
    )
]


def fresh_python(reference: CodeReference, program: str) -> str:
    """The same tests in an interpreter of their own, without any wall, and trusting what it says."""
    checks = ", ".join(f"{reference.entry}{test.args} == {test.expected}" for test in reference.tests)
    command = [sys.executable, "-I", "-c", f"{program}\nprint(all([{checks}]))"]
    return "correct" if subprocess.run(command, capture_output=True, check=False).stdout == b"True\n" else "wrong"


def processor_seconds() -> float:
    """Of this process, of those it has waited for, and of the servers below it with those that they have waited for."""
    own = sum(
        usage.ru_utime + usage.ru_stime
        for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    fields = (Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in below(os.getpid()))
    return own + sum(sum(map(int, stat[11:15])) for stat in fields) / os.sysconf("SC_CLK_TCK")


def below(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for path in children for child in path.read_text().split()]
    return found + [deeper for child in found for deeper in below(child)]


def measure(rounds: int, programs: int) -> dict[str, float]:
    """Medians over the rounds; in each, every way judges the same programs."""
    config = VerifierConfig(require_isolation="none")
    pools = {"every isolation": SandboxPool(config), "ring": SandboxPool(config, PLANS[2:])}
    ways: dict[str, Callable[[CodeReference, str], str]] = {
        name: lambda reference, program, pool=pool: pool.judge_source(reference, program).status
        for name, pool in pools.items()
    }
    ways["python -I"] = fresh_python
    start = {}
    for name, judge in ways.items():
        began = time.perf_counter()
        assert judge(*RIGHT[0][:2]) == "correct", name
        start[name] = time.perf_counter() - began
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    rates: dict[str, list[float]] = {name: [] for name in ways}
    per_core: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, judge in ways.items():
            number = programs if name != "python -I" else max(10, programs // 5)
            used, began = processor_seconds(), time.perf_counter()
            for index in range(number):
                reference, program, status = RIGHT[index % len(RIGHT)]
                each = time.perf_counter()
                assert judge(reference, program) == status
                seconds[name].append(time.perf_counter() - each)
            rates[name].append(number / (time.perf_counter() - began))
            per_core[name].append(number / (processor_seconds() - used))
    print(f"isolation: {pools['every isolation'].judge_source(*RIGHT[0][:2]).rule.partition('=')[2]}\n")
    for pool in pools.values():
        pool.close()
    print(f"{'':16}{'a second':>10}{'a core second':>15}{'median ms':>11}{'p99 ms':>9}{'p99/median':>12}{'first s':>9}")
    figures: dict[str, float] = {}
    for key, name in zip(("full", "ring", "fresh"), ways, strict=True):
        middle, late = statistics.median(seconds[name]), statistics.quantiles(seconds[name], n=100)[98]
        rate, core = statistics.median(rates[name]), statistics.median(per_core[name])
        row = f"{rate:10.0f}{core:15.0f}{middle * 1e3:11.2f}{late * 1e3:9.2f}{late / middle:12.1f}{start[name]:9.2f}"
        print(f"{name:16}{row}")
        figures |= {f"{key}_per_second": round(rate, 1), f"{key}_per_core_second": round(core, 1)}
        figures |= {f"{key}_p99_over_median": round(late / middle, 2), f"{key}_first_s": round(start[name], 3)}
    return {**figures, "ratio": round(figures["full_per_second"] / figures["fresh_per_second"], 2)}


def left_behind() -> dict[str, int]:
    """What must be the same before and after, but for the servers that are idle in the pool."""
    processes = below(os.getpid())
    states = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] for pid in processes]
    folders = (Path(tempfile.gettempdir()), Path("/dev/shm"))
    return {
        "processes": len(processes),
        "zombies": states.count("Z"),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
        "temporary files": sum(len(list(folder.glob("tracemill*"))) for folder in folders if folder.is_dir()),
    }


def resident_mb() -> float:
    """This process and the servers."""
    pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in (os.getpid(), *below(os.getpid())))
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def soak(verdicts: int, threads: int) -> dict[str, float]:
    pool = SandboxPool(VerifierConfig(code_timeout_s=0.5, memory_mb=128, require_isolation="none"))
    seen: Counter[str] = Counter()
    mistakes: list[str] = []
    lock = threading.Lock()

    def judge(index: int) -> None:
        cases = HOSTILE if index % 100 == 99 else WRONG if index % 3 == 2 else RIGHT
        reference, program, status = cases[index // (100 if cases is HOSTILE else 1) % len(cases)]
        verdict = pool.judge_source(reference, program)
        with lock:
            seen[verdict.status] += 1
            if verdict.status != status:
                mistakes.append(f"{index}: {verdict.status} for {status}: {verdict.evidence[:100]}")

    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as executor:
        list(executor.map(judge, range(200)))  # the servers are up, and every hostile program has been seen
        before, memory = left_behind(), [resident_mb()]
        for start in range(200, verdicts, 5000):
            list(executor.map(judge, range(start, min(verdicts, start + 5000))))
            memory.append(resident_mb())
            print(
                f"{sum(seen.values()):8} verdicts {dict(seen)} {memory[-1]:.1f} MB {time.perf_counter() - began:.0f} s"
            )
    after = left_behind()
    pool.close()
    grown = {what: after[what] - before[what] for what in before}
    print(f"\n{'':18}{'before':>10}{'after':>10}")
    for what in before:
        print(f"{what:18}{before[what]:10}{after[what]:10}")
    print(f"{'resident MB':18}{memory[0]:10.1f}{memory[-1]:10.1f}")
    print(*(mistakes[:20] or ["every verdict as expected"]), sep="\n")
    return {
        "verdicts": sum(seen.values()), "lost": verdicts - sum(seen.values()), "mistaken": len(mistakes),
        **{f"new_{what.replace(' ', '_')}": count for what, count in grown.items()},
        "resident_mb_before": round(memory[0], 1), "resident_mb_after": round(memory[-1], 1),
        "ratio": round(memory[-1] / memory[0], 3),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--programs", type=int, default=300, help="a round, for each way of running them")
    parser.add_argument("--soak", type=int, default=0, metavar="N", help="N verdicts instead, looking for leaks")
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    if options.soak:
        print(json.dumps(soak(options.soak, options.threads)))
        return
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    print(json.dumps(measure(options.rounds, options.programs)))


if __name__ == "__main__":
    main()
