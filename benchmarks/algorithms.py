"""How far each algorithm takes a recipe: held-out pass@1 before and after, over several seeds.

Each run is `tracemill run CONFIG` in a process of its own, with nothing changed but the algorithm, the seed and what
RECIPES says that the algorithm needs. Runs are kept in `--out`, and a run that is whole is not made again. `gain` is
the least gain of any algorithm, in points, the mean over its seeds; asked: 15.

    python benchmarks/algorithms.py --out FOLDER [--seeds 0,1,2] [--algorithms grpo,ppo] [--config demo.toml]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import fmean

from kept_runs import kept_run

RECIPES: dict[str, dict[str, object]] = {
    "grpo": {},
    "rloo": {},
    "reinforce_pp": {},
    "ppo": {
        "learner.critic.kind": "model",  # a critic of its own, whose gradient leaves the policy alone
        "learner.critic.lr": 5e-4,
        "learner.critic.warmup_updates": 10,
        "learner.critic.lam": 1,  # at 0.95 a reward hardly reaches a token that is 60 before it
    },
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--algorithms", default=",".join(RECIPES))
    parser.add_argument("--config", default="demo.toml")
    options = parser.parse_args()
    names, seeds = options.algorithms.split(","), [int(seed) for seed in options.seeds.split(",")]
    if unknown := [name for name in names if name not in RECIPES]:
        raise SystemExit(f"no recipe for {unknown[0]!r}; there are {', '.join(RECIPES)}")
    rows = []
    for name in names:
        runs = [
            kept_run(
                options.out,
                f"{name}-{seed}",
                options.config,
                {"run.seed": seed, "learner.algorithm": name, **RECIPES[name]},
            )
            for seed in seeds
        ]
        before = [100 * run["held_out_before"]["pass_at_1"] for run in runs]
        after = [100 * run["held_out_after"]["pass_at_1"] for run in runs]
        gain = fmean(after) - fmean(before)
        rows.append({"algorithm": name, "seeds": seeds, "before": before, "after": after, "gain": gain})
        shown = ", ".join(f"{rate:.1f}" for rate in after)
        print(
            f"{name:16}{fmean(before):6.1f} % -> {shown} %, mean {fmean(after):.1f} %, {gain:+.1f} points", flush=True
        )
    print(json.dumps({"rows": rows, "gain": min(row["gain"] for row in rows), "asked": 15}))


if __name__ == "__main__":
    main()
