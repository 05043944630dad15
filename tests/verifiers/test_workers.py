"""Worker processes: killed at their limit, replaced, side by side, and nothing left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracemill.verifiers.workers import WorkerPool

HANG = {"op": "check", "checker": "re:fullmatch", "data": '"(a*)*b"', "answer": "a" * 40}
QUICK = {"op": "check", "checker": "operator:eq", "data": '"ab"', "answer": "ab"}


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    made = WorkerPool(workers=2, memory_mb=256)
    yield made
    made.close()


def test_a_hanging_task_is_killed_and_the_next_one_runs(pool: WorkerPool) -> None:
    assert pool.call(HANG, 0.3) == {"lost": "timeout"}
    assert pool.call(QUICK, 60) == {"accepted": True}


def test_neighbours_do_not_wait_for_a_hanging_task(pool: WorkerPool) -> None:
    assert pool.call(QUICK, 60) == {"accepted": True}
    lost: list[dict[str, object]] = []
    hanging = threading.Thread(target=lambda: lost.append(pool.call(HANG, 3.0)))
    hanging.start()
    replies = [pool.call(QUICK, 60) for _ in range(10)]
    still_hanging = hanging.is_alive()
    hanging.join()
    assert replies == [{"accepted": True}] * 10
    assert still_hanging
    assert lost == [{"lost": "timeout"}]


def test_memory_is_limited(pool: WorkerPool) -> None:
    greedy = {"op": "check", "checker": "operator:mul", "data": '"aaaaaaaaaaaaaaaa"', "answer": "x"}
    assert "error" in pool.call(greedy, 60)
    hungry = {"op": "check", "checker": "builtins:bytearray", "data": "1073741824", "answer": "x"}
    assert "accepted" not in pool.call(hungry, 60)
    assert pool.call(QUICK, 60) == {"accepted": True}


def _children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if int(fields[1]) == pid:
                found.append(int(entry.name))
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads /proc")
def test_close_leaves_no_process_and_no_descriptor() -> None:
    before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208
    children = set(_children(os.getpid()))
    pool = WorkerPool(workers=2, memory_mb=256)
    for _ in range(3):
        pool.call(HANG, 0.1)
    zygote = next(iter(set(_children(os.getpid())) - children))
    workers = _children(zygote)
    pool.close()
    assert set(_children(os.getpid())) == children
    for _ in range(200):
        if not any(Path(f"/proc/{worker}").exists() for worker in workers):
            break
        time.sleep(0.05)
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert set(os.listdir("/proc/self/fd")) == before  # noqa: PTH208


def test_the_verifier_is_light_to_import() -> None:
    code = (
        "import sys, tracemill.verifiers.verifier; "
        "print([n for n in ('sympy', 'mpmath', 'torch', 'ray', 'numpy') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
