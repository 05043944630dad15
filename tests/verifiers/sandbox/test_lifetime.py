"""Servers and pools come and go: threads, crashes, closing, the grader's own end."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.sandbox import SandboxPool
from tracemill.verifiers.sandbox.isolation import EXTRA, FULL, missing, probe_isolation, require_isolation

TWICE = CodeReference(
    entry="f", tests=tuple(CodeTest(args=f"({number},)", expected=str(2 * number)) for number in range(3))
)
RIGHT, WRONG, ENDLESS = (f"def f(x):\n    {body}" for body in ("return 2 * x", "return x", "while True: pass"))
STATUS = {RIGHT: "correct", WRONG: "wrong", ENDLESS: "timeout"}


def servers_below(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for path in children for child in path.read_text().split()]
    return found + [below for child in found for below in servers_below(child)]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone_within(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    return not any(map(alive, pids))


def test_many_threads_get_their_own_verdicts() -> None:
    pool = SandboxPool(VerifierConfig(code_timeout_s=0.3))
    programs = [(RIGHT, WRONG, RIGHT, ENDLESS)[number % 4] for number in range(48)]
    with ThreadPoolExecutor(8) as threads:
        verdicts = list(threads.map(lambda program: pool.judge_source(TWICE, program), programs))
    pool.close()
    assert [verdict.status for verdict in verdicts] == [STATUS[program] for program in programs]


def test_a_closed_pool_leaves_no_process_and_no_descriptor() -> None:
    descriptors = len(list(Path("/proc/self/fd").iterdir()))
    pool = SandboxPool(VerifierConfig())
    pool.judge_source(TWICE, RIGHT)
    servers = servers_below(os.getpid())
    assert servers
    pool.close()
    assert gone_within(servers, 5.0)
    assert len(list(Path("/proc/self/fd").iterdir())) == descriptors


def test_a_killed_server_is_replaced() -> None:
    pool = SandboxPool(VerifierConfig())
    pool.judge_source(TWICE, RIGHT)
    for pid in servers_below(os.getpid()):
        os.kill(pid, signal.SIGKILL)
    assert pool.judge_source(TWICE, RIGHT).status == "correct"
    assert pool.judge_source(TWICE, WRONG).status == "wrong"
    pool.close()


@pytest.mark.parametrize("body", ["pool.judge_source(reference, 'def f(x):\\n    while True: pass')", "time.sleep(60)"])
def test_nothing_outlives_a_killed_grader(body: str) -> None:
    program = f"""
import time
from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.sandbox import SandboxPool
reference = CodeReference(entry="f", tests=(CodeTest(args="(1,)", expected="2"),))
pool = SandboxPool(VerifierConfig(code_timeout_s=60))
assert pool.judge_source(reference, "def f(x):\\n    return 2 * x").status == "correct"
print("ready", flush=True)
{body}
"""
    grader = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd="/")
    assert grader.stdout is not None
    with grader.stdout:
        assert grader.stdout.readline() == "ready\n"
    time.sleep(0.3)  # so that the endless program has been forked
    below = servers_below(grader.pid)
    assert below
    grader.kill()
    grader.wait()
    assert gone_within(below, 5.0)


def test_a_pool_refuses_to_judge_behind_too_little() -> None:
    pool = SandboxPool(VerifierConfig(require_isolation="full"), [("landlock", "seccomp")])
    verdict = pool.judge_source(TWICE, RIGHT)
    pool.close()
    assert verdict.status == "verifier_error"
    assert "'full' is required" in verdict.evidence


def test_every_verdict_names_its_isolation() -> None:
    pool = SandboxPool(VerifierConfig(), [("landlock", "seccomp")])
    verdict = pool.judge_source(TWICE, RIGHT)
    pool.close()
    assert verdict.rule.endswith("seccomp+rlimits")
    assert "user" not in verdict.rule


def test_isolation_is_named_and_required() -> None:
    found = probe_isolation()
    assert set(found) == {*FULL, *EXTRA, "why"}
    assert missing(["seccomp", "rlimits"], "ring") == []
    assert missing(["seccomp", "rlimits"], "full") == ["user", "pid", "mount", "net", "ipc", "landlock"]
    assert require_isolation("none") == [name for name in FULL if found[name]]
    if not all(found[name] for name in FULL):
        with pytest.raises(ValueError, match="lacks"):
            require_isolation("full")


def test_without_user_namespaces_the_ring_still_holds() -> None:
    """In a user namespace that allows no more of them, as many containers do."""
    program = "from tracemill.verifiers.sandbox.isolation import probe_isolation; print(probe_isolation())"
    script = 'echo 0 > /proc/sys/user/max_user_namespaces && exec "$0" -c "$1"'
    command = ["unshare", "-U", "-r", "sh", "-c", script, sys.executable, program]
    try:
        result = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=60)
    except FileNotFoundError:
        pytest.skip("no unshare here")
    if result.returncode:
        pytest.skip(f"no user namespace to try it in: {result.stderr}")
    found = eval(result.stdout)
    assert found["user"] is False
    assert found["seccomp"] is True
    assert found["why"]
