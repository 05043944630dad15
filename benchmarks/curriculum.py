"""What a curriculum gains over a fixed uniform mixture at equal samples, from the bundled policy, over several seeds.

Both sides are `tracemill run` on the same families and levels, most of which the policy cannot do at all; the held-out
set is the uniform mixture on both. Runs take turns and are kept in `--out`. `points` is how much higher the adaptive
side ends (asked: 5), `share` the share of the samples after which it has what the fixed one ends with (asked: at most
0.7), by the means over the seeds at the steps at which both were tested; one of the two is asked.

    python benchmarks/curriculum.py --out FOLDER [--seeds 0,1,2] [--top-level 10] [--strategy window]   # from outside
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import fmean

from kept_runs import held_out, kept_run

FAMILIES = ("arithmetic", "derivatives", "polynomials", "write_function")
PER_FAMILY, TESTED_EVERY = 400, 20


def changes(strategy: str, seed: int, steps: int, top_level: int) -> dict[str, object]:
    levels = list(range(1, top_level + 1))
    mix = ", ".join(f'{{family = "{family}", levels = {levels}}}' for family in FAMILIES)
    return {
        "run.seed": seed,
        "run.steps": steps,
        "problems.mix": f"[{mix}]",
        "problems.curriculum.strategy": strategy,
        "rollout.max_new_tokens": 128,
        "eval.per_family": PER_FAMILY,
        "eval.progress_per_family": PER_FAMILY,
        "eval.every": TESTED_EVERY,
        "run.keep_best": "false",
        "export.after_run": "false",
    }


def reached_after(adaptive: dict[int, float], wanted: float) -> float | None:
    """The step at which the line through the tested steps first has `wanted`; None where it never has."""
    before_step, before = 0, None
    for step, rate in sorted(adaptive.items()):
        if rate >= wanted:
            if before is None or rate == before:
                return float(step)
            return before_step + (step - before_step) * (wanted - before) / (rate - before)
        before_step, before = step, rate
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--strategy", default="window")
    parser.add_argument("--steps", type=int, default=120)
    parser.add_argument("--top-level", type=int, default=10, help="levels 1 to this one")
    parser.add_argument("--config", default="demo.toml")
    options = parser.parse_args()
    seeds = [int(seed) for seed in options.seeds.split(",")]
    tested: dict[str, list[dict[int, float]]] = {"fixed": [], options.strategy: []}
    for seed in seeds:
        for strategy, found in tested.items():
            name = f"{strategy}-{seed}"
            kept_run(options.out, name, options.config, changes(strategy, seed, options.steps, options.top_level))
            found.append(held_out(options.out, name))
            print(f"{name:12}" + "".join(f"{100 * rate:7.1f}" for rate in found[-1].values()), flush=True)
    fixed, adaptive = (
        {step: fmean(run[step] for run in runs) for step in runs[0]}
        for runs in (tested["fixed"], tested[options.strategy])
    )
    print(f"{'step':12}" + "".join(f"{step:7}" for step in fixed))
    for strategy, means in (("fixed", fixed), (options.strategy, adaptive)):
        print(f"{strategy:12}" + "".join(f"{100 * rate:7.1f}" for rate in means.values()))
    end = fixed[options.steps]
    reached = reached_after(adaptive, end)
    line = {
        "strategy": options.strategy,
        "seeds": seeds,
        "fixed": [100 * run[options.steps] for run in tested["fixed"]],
        "adaptive": [100 * run[options.steps] for run in tested[options.strategy]],
        "points": 100 * (adaptive[options.steps] - end),
        "share": None if reached is None else reached / options.steps,
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
