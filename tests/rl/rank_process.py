"""One learner rank as a process of its own, that tries many cases: `python rank_process.py JOB.pickle RANK`. Rank 0
leaves JOB.done: for each case its updates and final weights, or the ValueError that it met."""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path
from typing import Any

import torch.distributed

from tracemill.kernels.chunked_logprobs import LOGITS_AT_ONCE
from tracemill.rl import deepspeed_engine, policy
from tracemill.rl.learner import Learner
from tracemill.rl.packing import over_ranks


def result_of(case: dict[str, Any], rank: int, num_ranks: int) -> Any:
    policy.LOGITS_AT_ONCE = case.get("logits_at_once") or LOGITS_AT_ONCE
    deepspeed_engine.WHOLE_ELEMENTS = 0  # the bundled policy has no larger parameter, and ZeRO-3 would cut none
    learner = Learner(
        case["config"],
        folder=case["policy"],
        dtype=case.get("dtype", "float32"),
        temperature=1.0,
        num_updates=10,
        rank=rank,
        num_ranks=num_ranks,
        threads=1,
    )
    if "load" in case:
        learner.load(case["load"])
    updates = []
    for number, trees in enumerate(case["batches"]):
        if number == case.get("save_before"):
            learner.save(case["save"])
        num_loss_tokens = sum(len(each.ids) for tree in trees for each in tree.completions)
        updates.append(learner.update(over_ranks(trees, num_ranks)[rank], max(1, num_loss_tokens)))
    if "save_policy" in case:
        learner.save_policy(case["save_policy"])
    return updates, dict(learner.weights())


def main(path: Path, rank: int) -> None:
    job = pickle.loads(path.read_bytes())
    deepspeed_engine.join_process_group(rank, job["num_ranks"], job["address"])
    results = {}
    for name, case in job["cases"].items():
        try:
            results[name] = result_of(case, rank, job["num_ranks"])
        except ValueError as error:
            results[name] = error
        torch.distributed.barrier()
    if rank == 0:
        path.with_suffix(".done").write_bytes(pickle.dumps(results))
    torch.distributed.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
    os._exit(0)  # the libraries' threads now and then abort an interpreter that ends; Ray ends its actors like this too
