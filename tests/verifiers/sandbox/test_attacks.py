"""Attacks: the verdict is right, and the host is unharmed. Each runs behind every wall, and behind the ring alone.

Unharmed is: the same server is alive and judges the next program right; no process, descriptor or file is left over.
"""

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.verifiers.sandbox import SandboxPool
from tracemill.verifiers.sandbox.attacks import ADD, RIGHT, SUM_OF_LINE, WRONG
from tracemill.verifiers.sandbox.attacks_on_replies import FORGED, SCRIPTS, TEXTS, TWO_SUM
from tracemill.verifiers.sandbox.attacks_on_the_host import HARMLESS
from tracemill.verifiers.sandbox.isolation import PLANS, probe_isolation
from tracemill.verifiers.types import Verdict

FULL = probe_isolation()["user"] is True


@pytest.fixture(scope="module", params=["full", "ring"])
def pool(request: pytest.FixtureRequest) -> Iterator[SandboxPool]:
    if request.param == "full" and not FULL:
        pytest.skip("this machine gives no namespaces")
    plans = PLANS[:2] if request.param == "full" else PLANS[2:]
    pool = SandboxPool(VerifierConfig(code_timeout_s=0.4, memory_mb=128, output_kb=16), plans)
    assert pool.judge_source(ADD, RIGHT).status == "correct"
    yield pool
    pool.close()


@pytest.fixture(autouse=True)
def unharmed(pool: SandboxPool) -> Iterator[None]:
    before = traces_of(pool)
    yield
    assert pool.judge_source(ADD, RIGHT).status == "correct"
    assert traces_of(pool) == before


def traces_of(pool: SandboxPool) -> tuple[object, ...]:
    """The processes under this one, its descriptors, and what lies in the folders that anyone may write."""
    folders = [Path(tempfile.gettempdir()), Path("/dev/shm")]
    ours = {path for folder in folders if folder.is_dir() for path in folder.glob("tracemill_attack*")}
    return processes_below(os.getpid()), len(list(Path("/proc/self/fd").iterdir())), ours


def processes_below(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [int(child) for path in children for child in path.read_text().split()]
    return sorted(found + [below for child in found for below in processes_below(child)])


def judge(pool: SandboxPool, program: str) -> Verdict:
    verdict = pool.judge_source(ADD, program)
    assert verdict.status != "verifier_error", verdict
    return verdict


@pytest.mark.parametrize("name", WRONG)
def test_is_never_correct(pool: SandboxPool, name: str) -> None:
    verdict = judge(pool, WRONG[name])
    assert verdict.status in ("wrong", "timeout"), verdict
    assert len(verdict.evidence) < 1000


@pytest.mark.parametrize("name", FORGED)
def test_forged_replies_do_not_count(pool: SandboxPool, name: str) -> None:
    assert judge(pool, FORGED[name]).status in ("wrong", "timeout")


@pytest.mark.parametrize("name", TEXTS)
def test_forged_values_do_not_pass_a_checker(pool: SandboxPool, name: str) -> None:
    verdict = pool.judge_source(TWO_SUM, TEXTS[name])
    assert verdict.status == "wrong", verdict
    assert "the checker" in verdict.evidence


@pytest.mark.parametrize("name", HARMLESS)
def test_comes_to_nothing_beside_a_right_value(pool: SandboxPool, name: str) -> None:
    verdict = judge(pool, HARMLESS[name])
    assert verdict.status == "correct", verdict


@pytest.mark.parametrize("name", SCRIPTS)
def test_scripts_are_never_correct(pool: SandboxPool, name: str) -> None:
    verdict = pool.judge_source(SUM_OF_LINE, SCRIPTS[name])
    assert verdict.status in ("wrong", "timeout"), verdict
