"""Records for the ledger: real problems with their worked and their wrong solutions, and plainly made rollouts."""

from __future__ import annotations

import shutil
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from tracemill.problems.registry import family_named
from tracemill.problems.types import Problem
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.traces.types import Provenance, TraceRecord
from tracemill.verifiers.types import Verdict

PROVENANCE = Provenance(run_id="test-run", config_hash="0123456789abcdef", code_version="0.1.0+abc")


def record(
    problem: Problem,
    text: str,
    *,
    correct: bool,
    step: int = 1,
    index: int = 0,
    policy_version: int = 3,
    seed: int = 7,
) -> TraceRecord:
    """A rollout of `text`, one token a character."""
    ids = tuple(ord(char) % 1000 for char in text)
    rng = Random(f"{problem.id}/{index}/{text}")
    rollout = Rollout(
        problem_id=problem.id,
        group_id=f"{step}/{problem.id}",
        index=index,
        prompt_ids=tuple(ord(char) % 1000 for char in problem.prompt),
        completion_ids=ids,
        logprobs=tuple(-rng.random() for _ in ids),
        text=text,
        finish_reason="stop",
        policy_version=policy_version,
        seed=seed,
    )
    verdict = Verdict(
        status="correct" if correct else "wrong",
        extracted=text.rpartition("{")[2].rstrip("}"),
        rule="equal",
        evidence="compared",
        verifier="math",
        version=1,
        seconds=0.002,
    )
    return TraceRecord(
        step=step,
        scored=Scored(
            problem=problem,
            rollout=rollout,
            verdict=verdict,
            reward=Reward(total=float(correct), parts={"format": 0.5, "correctness": float(correct)}),
        ),
        advantage=1.5 if correct else -0.5,
        temperature=1.0,
        max_new_tokens=64,
        created_at=1_700_000_000.123456,
        provenance=PROVENANCE,
    )


@pytest.fixture
def in_small_disk() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs Python code with a file system of 256 KiB at `small/`, in a mount namespace of its own."""
    unshare = shutil.which("unshare")
    if unshare is None or subprocess.run([unshare, "-Urm", "true"], capture_output=True, check=False).returncode:
        pytest.skip("no user namespaces here, so no small file system to fill")

    def run(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
        (folder / "small").mkdir()
        (folder / "code.py").write_text(textwrap.dedent(code))
        mount = f'mount -t tmpfs -o size=256k none small && exec "{sys.executable}" code.py'
        command = [unshare, "-Urm", "sh", "-c", mount]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

    return run


@pytest.fixture
def make_record() -> Callable[..., TraceRecord]:
    return record


@pytest.fixture
def make_step() -> Callable[..., list[TraceRecord]]:
    """(step, seeds, level) -> for every seed of `arithmetic` one right and one wrong rollout."""

    def step_of(step: int, seeds: range, level: int = 2) -> list[TraceRecord]:
        family = family_named("arithmetic")
        records = []
        for seed in seeds:
            problem = family.problem(level, seed)
            right = family.solution(level, seed)
            wrong = family.wrong_responses(level, seed)[0][1]
            records.append(record(problem, right, correct=True, step=step, index=0, seed=seed))
            records.append(record(problem, wrong, correct=False, step=step, index=1, seed=seed + 1000))
        return records

    return step_of
