"""Samples a second, end to end (generate, verify, learn): `tracemill run` against TRL's GRPOTrainer.

Same policy, problems, group size, token limit, temperature, learning rate and verifier; one optimizer step a batch;
both sides in turns. Each turn is a fresh process; its first steps are left out as warm-up.

    .venv/bin/python benchmarks/loop_vs_trl.py [--rounds 2] [--steps 8] [--config demo.toml]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from tracemill.configs.load import load
from tracemill.jobs.policy_folder import policy_folder
from tracemill.problems.registry import build
from tracemill.problems.sampler import training_problems
from tracemill.verifiers.verifier import Verifier

WARM_UP = 2


def ours(config_path: str, steps: int, seed: int) -> list[float]:
    """Seconds of each step of a run, evaluations and checkpoints left out."""
    with tempfile.TemporaryDirectory() as folder:
        overrides = {
            "run.dir": folder,
            "run.name": "benchmark",
            "run.steps": steps,
            "run.seed": seed,
            "run.checkpoint_every": 10**6,
            "eval.per_family": 2,
            "eval.every": 0,
            "export.after_run": "false",
        }
        options = [part for key, value in overrides.items() for part in ("--set", f"{key}={value}")]
        command = [str(Path(sys.executable).with_name("tracemill")), "run", config_path, *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        lines = (Path(folder) / "benchmark" / "metrics.jsonl").read_text().splitlines()
        seconds = [json.loads(line)["seconds"] for line in lines]
        return [each["total"] - each["evaluate"] for each in seconds[WARM_UP:]]


def trl_side(config_path: str, steps: int, seed: int) -> list[float]:
    """Seconds of each step of GRPOTrainer; runs in a process of its own, as `--side trl`."""
    import torch
    from datasets import Dataset
    from transformers import TrainerCallback
    from trl import GRPOConfig, GRPOTrainer

    config = load(config_path)
    group = config.rollout.group_size
    rows = [
        {"prompt": [{"role": "user", "content": problem.prompt}], "problem_id": problem.id}
        for step in range(steps)
        for problem in training_problems(config.problems, seed, step)
    ]
    verifier = Verifier(config.verifier)

    def reward(completions: list, problem_id: list[str], **_: object) -> list[float]:
        pairs = [
            (build(each).reference, text[0]["content"]) for each, text in zip(problem_id, completions, strict=True)
        ]
        return [float(verdict.status == "correct") for verdict in verifier.judge_all(pairs)]

    ends: list[float] = []

    class Clock(TrainerCallback):
        def on_step_end(self, *_: object, **__: object) -> None:
            ends.append(time.perf_counter())

    with tempfile.TemporaryDirectory() as folder:
        settings = GRPOConfig(
            output_dir=folder,
            max_steps=steps,
            per_device_train_batch_size=config.problems.per_step * group,
            num_generations=group,
            max_completion_length=config.rollout.max_new_tokens,
            temperature=config.rollout.temperature,
            learning_rate=config.learner.lr,
            beta=0.0,
            shuffle_dataset=False,
            bf16=False,
            gradient_checkpointing=False,
            use_cpu=not torch.accelerator.is_available(),
            save_strategy="no",
            report_to="none",
            logging_steps=10**6,
            disable_tqdm=True,
            seed=seed,
        )
        trainer = GRPOTrainer(
            model=str(policy_folder(config.policy.path)),
            reward_funcs=reward,
            args=settings,
            train_dataset=Dataset.from_list(rows),
            callbacks=[Clock()],
        )
        trainer.train()
    verifier.close()
    seconds = [after - before for before, after in pairwise(ends)]
    return seconds[WARM_UP - 1 :]


def theirs(config_path: str, steps: int, seed: int) -> list[float]:
    command = [sys.executable, __file__, "--side", "trl", "--config", config_path]
    command += ["--steps", str(steps), "--seed", str(seed)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return json.loads(done.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--config", default="demo.toml")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--side", choices=["trl"], default=None, help=argparse.SUPPRESS)
    options = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    if options.side == "trl":
        print(json.dumps(trl_side(options.config, options.steps, options.seed)))
        return
    config = load(options.config)
    samples = config.problems.per_step * config.rollout.group_size
    seconds: dict[str, list[float]] = {"tracemill": [], "trl": []}
    for turn in range(options.rounds):
        seconds["tracemill"] += ours(options.config, options.steps, options.seed + turn)
        seconds["trl"] += theirs(options.config, options.steps, options.seed + turn)
    medians = {side: statistics.median(values) for side, values in seconds.items()}
    print(f"{'':10} {'s a step':>9} {'min':>6} {'max':>6} {'samples/s':>10}   ({samples} samples a step)")
    for side, values in seconds.items():
        print(f"{side:10} {medians[side]:9.2f} {min(values):6.2f} {max(values):6.2f} {samples / medians[side]:10.1f}")
    result = {f"{side}_samples_per_second": samples / median for side, median in medians.items()}
    print(json.dumps({**result, "steps_timed": len(seconds["trl"]), "ratio": medians["trl"] / medians["tracemill"]}))


if __name__ == "__main__":
    main()
