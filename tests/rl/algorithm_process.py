"""One learner rank that tries many configs, each from the bundled policy: `python algorithm_process.py JOB RANK`.
Rank 0 leaves JOB.done: for each config what `assess` and `learn` made of each batch."""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import torch.distributed

from tracemill.jobs.learn import assess, learn
from tracemill.rl import deepspeed_engine
from tracemill.rl.algorithms import resolved
from tracemill.rl.learner import Learner
from tracemill.rl.measure import Measurement
from tracemill.rl.packing import over_ranks
from tracemill.rl.types import Tree, Update


class RankFleet:
    """What the main loop calls, from within one of the ranks."""

    def __init__(self, learner: Learner, rank: int, num_ranks: int, *, alone: bool) -> None:
        """`alone`: no completion shares its prompt with another when the gradient is taken."""
        self._learner, self._rank, self._num_ranks, self._alone = learner, rank, num_ranks, alone

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        shares = over_ranks(trees, self._num_ranks)
        parts: list = [None] * self._num_ranks
        torch.distributed.all_gather_object(parts, self._learner.measure(shares[self._rank]))
        found = {
            id(tree): measured
            for share, part in zip(shares, parts, strict=True)
            for tree, measured in zip(share, part.trees, strict=True)
        }
        return Measurement(kl_coefficient=parts[0].kl_coefficient, trees=[found[id(tree)] for tree in trees])

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        if self._alone:
            trees = [replace(tree, completions=(one,)) for tree in trees for one in tree.completions]
        return self._learner.update(over_ranks(trees, self._num_ranks)[self._rank], divisor)


def main(path: Path, rank: int) -> None:
    job = pickle.loads(path.read_bytes())
    deepspeed_engine.WHOLE_ELEMENTS = 0  # as in rank_process.py
    deepspeed_engine.join_process_group(rank, job["num_ranks"], job["address"])
    results = {}
    for name, (config, num_batches) in job["cases"].items():
        config = resolved(config)
        learner = Learner(
            config,
            folder=job["folder"],
            dtype="float32",
            temperature=1.0,
            num_updates=10,
            rank=rank,
            num_ranks=job["num_ranks"],
            threads=1,
        )
        fleet = RankFleet(learner, rank, job["num_ranks"], alone=name.endswith(", alone"))
        updates = []
        for batch in job["batches"][:num_batches]:
            updates += learn(fleet, batch, assess(fleet, batch, config), config, longest=20)  # type: ignore[arg-type]
        results[name] = updates, dict(learner.weights())
    if rank == 0:
        path.with_suffix(".done").write_bytes(pickle.dumps(results))
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
    os._exit(0)  # the libraries' threads now and then abort an interpreter that ends; Ray ends its actors like this too
