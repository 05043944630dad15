"""One learner rank as a process of its own: `python rank_process.py JOB.pickle RANK`. Rank 0 leaves JOB.pickle.done."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

from tracemill.rl import policy
from tracemill.rl.learner import Learner
from tracemill.rl.packing import over_ranks


def main(path: Path, rank: int) -> None:
    job = pickle.loads(path.read_bytes())
    if job["logits_at_once"] is not None:
        policy.LOGITS_AT_ONCE = job["logits_at_once"]
    learner = Learner(rank=rank, threads=1, **job["settings"])
    if job["load"] is not None:
        learner.load(job["load"])
    updates = []
    for trees in job["batches"]:
        num_loss_tokens = sum(len(each.ids) for tree in trees for each in tree.completions)
        share = over_ranks(trees, job["settings"]["num_ranks"])[rank]
        updates.append(learner.update(share, max(1, num_loss_tokens)))
    if job["save"] is not None:
        learner.save(job["save"])
    weights = dict(learner.weights())
    if rank == 0:
        path.with_suffix(".done").write_bytes(pickle.dumps((updates, weights)))
    learner.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
    os._exit(0)  # the libraries' threads now and then abort an interpreter that ends; Ray ends its actors like this too
