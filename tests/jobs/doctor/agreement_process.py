"""The check of engine against learner, as it is and with two faults, in a process of its own: DeepSpeed joins one group
a process, so that here it is left only at the end. Prints JSON: case -> check -> [state, what was found]."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import torch

from tracemill.configs.load import load
from tracemill.jobs.doctor.agreement import agreement_checks
from tracemill.jobs.doctor.policy import memory_needs
from tracemill.jobs.policy_folder import policy_folder
from tracemill.rl.learner import Learner
from tracemill.rollout.torch_engine import TorchEngine

CONFIG = load("demo.toml", ["rollout.max_new_tokens=16", "rollout.temperature=0.7"])
POLICY = policy_folder("bundled")


def sound() -> None:
    """As it is."""


def another_temperature() -> None:
    """The logprobs are those of another distribution than the config's."""
    add = TorchEngine.add
    TorchEngine.add = lambda self, asked, how: add(self, asked, replace(how, temperature=1.0))  # type: ignore


def stale_tensor() -> None:
    """One tensor of every sync does not arrive."""
    load_weights = TorchEngine.load_weights
    engine = TorchEngine(POLICY, dtype="float32", max_batch=1)
    first = {name: each.clone() for name, each in engine._model.named_parameters()}

    def all_but_one(
        self: TorchEngine, version: int, manifest: Any, weights: Iterable[tuple[str, torch.Tensor]], **how: Any
    ) -> None:
        kept = ((name, first[name] if "embed" in name else each) for name, each in weights)
        load_weights(self, version, manifest, kept, **how)

    TorchEngine.load_weights = all_but_one  # type: ignore[method-assign]


def run(fault: Callable[[], None]) -> dict[str, list[str]]:
    kept = {name: getattr(TorchEngine, name) for name in ("add", "load_weights")}
    fault()
    found = agreement_checks(CONFIG, POLICY, memory_needs(CONFIG, POLICY))
    for name, each in kept.items():
        setattr(TorchEngine, name, each)
    return {one.name: [one.state, one.found] for one in found}


if __name__ == "__main__":
    leave, Learner.close = Learner.close, lambda self: None  # type: ignore[method-assign]
    results = {fault.__name__: run(fault) for fault in (sound, another_temperature, stale_tensor)}
    torch.distributed.destroy_process_group()
    json.dump(results, sys.stdout)
