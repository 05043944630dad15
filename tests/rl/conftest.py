from __future__ import annotations

import pickle
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import pytest

from tracemill.rl.types import Completion, Tree

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


@pytest.fixture(scope="session")
def on_ranks(tmp_path_factory: pytest.TempPathFactory) -> Callable[[int, dict[str, dict[str, Any]]], dict[str, Any]]:
    """`on_ranks(number, cases)`: each case in turn on that many real ranks, from the bundled policy: `config` and
    `batches`, one update each; if need be `load` (a checkpoint), `save` (one, made before the batch `save_before`),
    `save_policy`, `dtype`, `logits_at_once`. For each the updates and final weights, or the ValueError that it met."""

    def run(number: int, cases: dict[str, dict[str, Any]]) -> dict[str, Any]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        for case in cases.values():
            if "save" in case:
                case["save"].mkdir()
        job = tmp_path_factory.mktemp("ranks") / "job.pickle"
        full = {name: {"policy": POLICY, **case} for name, case in cases.items()}
        job.write_bytes(pickle.dumps({"num_ranks": number, "address": address, "cases": full}))
        command = [sys.executable, str(Path(__file__).with_name("rank_process.py")), str(job)]
        processes = [subprocess.Popen([*command, str(rank)]) for rank in range(number)]
        assert [process.wait(timeout=600) for process in processes] == [0] * number
        return pickle.loads(job.with_suffix(".done").read_bytes())  # type: ignore[no-any-return]

    return run


@pytest.fixture(scope="session")
def batches() -> list[list[Tree]]:
    """Four batches of six groups; numbers from a fixed seed, so that golden values hold."""
    rng = Random(0)

    def ids(low: int, high: int) -> tuple[int, ...]:
        return tuple(rng.randrange(5, 200) for _ in range(rng.randrange(low, high)))

    def completion() -> Completion:
        tokens = ids(2, 20)
        old = tuple(-rng.random() * 6 for _ in tokens)
        return Completion(ids=tokens, old_logprobs=old, advantages=(rng.choice((-1.0, 0.5, 1.5)),) * len(tokens))

    return [
        [Tree(prompt_ids=ids(4, 20), completions=tuple(completion() for _ in range(4))) for _ in range(6)]
        for _ in range(4)
    ]
