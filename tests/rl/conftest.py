from __future__ import annotations

import pickle
import socket
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

import pytest
import torch

from tracemill.configs.schema import LearnerConfig
from tracemill.rl.types import Completion, Tree, Update

POLICY = Path(__file__).parents[2] / "rollout" / "policy"
Result = tuple[list[Update], dict[str, torch.Tensor]]


@pytest.fixture(scope="session")
def train(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Result]:
    """`train(config, batches, ranks=1, load=None, save=None, logits_at_once=None)`: one update a batch on real ranks,
    from the bundled policy or from a checkpoint; gives the updates and the final weights."""

    def run(
        config: LearnerConfig,
        batches: Sequence[Sequence[Tree]],
        ranks: int = 1,
        load: Path | None = None,
        save: Path | None = None,
        logits_at_once: int | None = None,
    ) -> Result:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        settings = {
            "config": config,
            "folder": POLICY,
            "dtype": "float32",
            "temperature": 1.0,
            "num_updates": 10,
            "num_ranks": ranks,
            "address": address,
        }
        job = tmp_path_factory.mktemp("ranks") / f"{address.rpartition(':')[2]}.pickle"
        job.write_bytes(
            pickle.dumps(
                {"settings": settings, "batches": batches, "load": load, "save": save, "logits_at_once": logits_at_once}
            )
        )
        command = [sys.executable, str(Path(__file__).with_name("rank_process.py")), str(job)]
        processes = [subprocess.Popen([*command, str(rank)]) for rank in range(ranks)]
        assert [process.wait(timeout=200) for process in processes] == [0] * ranks
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
