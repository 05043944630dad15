"""What sharing prefixes saves the learner: groups packed as tries against the same completions packed one by one.

The same completions, token ids, logprobs and advantages; the first update of each side must have the same gradient. Two
shapes: prompts of 512 tokens with 16 random samples of 64, which share nothing but the prompt, and the groups of a
finished run, whose completions share beginnings too.

    python benchmarks/prefix_sharing.py [--run RUN] [--rounds 5]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path
from random import Random

from tracemill.configs.schema import LearnerConfig
from tracemill.jobs.policy_folder import policy_folder
from tracemill.rl.learner import Learner
from tracemill.rl.types import Completion, Tree
from tracemill.traces.ledger import Ledger


def random_groups(number: int = 4, prompt: int = 512, samples: int = 16, length: int = 64) -> list[Tree]:
    rng = Random(0)

    def ids(count: int) -> tuple[int, ...]:
        return tuple(rng.randrange(5, 250) for _ in range(count))

    def completion() -> Completion:
        return Completion(
            ids=ids(length), old_logprobs=(-5.0,) * length, advantages=(rng.choice((-1.0, 1.0)),) * length
        )

    return [
        Tree(prompt_ids=ids(prompt), completions=tuple(completion() for _ in range(samples))) for _ in range(number)
    ]


def groups_of(run: Path, step: int) -> list[Tree]:
    """The groups of one step of a run that had both right and wrong answers."""
    columns = ["step", "group_id", "prompt_ids", "completion_ids", "logprobs", "advantage"]
    table = Ledger(run / "traces").read(columns=columns)
    groups: dict[str, list[dict]] = {}
    for row in table.to_pylist():
        if row["step"] == step and row["advantage"]:
            groups.setdefault(row["group_id"], []).append(row)
    return [
        Tree(
            prompt_ids=tuple(rows[0]["prompt_ids"]),
            completions=tuple(
                Completion(
                    ids=tuple(row["completion_ids"]),
                    old_logprobs=tuple(row["logprobs"]),
                    advantages=(row["advantage"],) * len(row["completion_ids"]),
                )
                for row in rows
            ),
        )
        for rows in groups.values()
    ]


def alone(trees: list[Tree]) -> list[Tree]:
    return [Tree(prompt_ids=tree.prompt_ids, completions=(one,)) for tree in trees for one in tree.completions]


def compare(name: str, trees: list[Tree], rounds: int, learner: Learner) -> dict[str, float]:
    """Median seconds of a step each way, in turns. The weights stand still, so that every step is the same."""
    sides = {"shared": trees, "alone": alone(trees)}
    tokens = sum(len(one.ids) for tree in trees for one in tree.completions)
    seconds: dict[str, list[float]] = {side: [] for side in sides}
    norms = {}
    for turn in range(rounds + 1):
        for side, given in sides.items():
            began = time.perf_counter()
            update = learner.update(given, tokens)
            if turn:  # the first is warm-up
                seconds[side].append(time.perf_counter() - began)
            norms[side] = update.metrics["grad_norm"]
    took = {side: statistics.median(each) for side, each in seconds.items()}
    assert abs(norms["shared"] / norms["alone"] - 1) < 1e-4, norms
    ratio = took["alone"] / took["shared"]
    print(f"{name:<24} {took['shared']:>8.3f} {took['alone']:>8.3f} {ratio:>7.2f}   {norms['shared']:.6g}", flush=True)
    return {"shared_seconds": round(took["shared"], 4), "alone_seconds": round(took["alone"], 4), "ratio": ratio}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="a finished run's folder")
    parser.add_argument("--step", type=int, default=100, help="of that run")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    config = LearnerConfig(lr=1e-30, warmup_steps=0, tokens_per_micro_batch=4096)
    folder = policy_folder("bundled")
    learner = Learner(config, folder=folder, dtype="float32", temperature=1.0, num_updates=10**9)
    print("                           shared    alone   ratio   gradient's norm")
    found = {"prompt": compare("512 + 16 x 64", random_groups(), options.rounds, learner)}
    if options.run is not None:
        found["run"] = compare(options.run.name, groups_of(options.run, options.step), options.rounds, learner)
    learner.close()
    print(json.dumps({**found, "ratio": round(found["prompt"]["ratio"], 2)}))


if __name__ == "__main__":
    main()
