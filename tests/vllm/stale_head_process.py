"""A fleet of one process with the engine vllm: learns of new weights with the tied head's repair, then without it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import torch

from tracemill.configs.load import load
from tracemill.jobs.errors import CommandError
from tracemill.jobs.local_fleet import LocalFleet
from tracemill.jobs.policy_folder import policy_folder
from tracemill.rollout import vllm_engine

SETTINGS = ["rollout.engine=vllm", "rollout.max_batch=4", "rollout.kv_cache_gb=0.25"]


def main() -> None:
    config = load(Path(sys.argv[1]), SETTINGS)
    fleet = LocalFleet(config, policy_folder(config.policy.path), 1)
    fleet.set_probe([(5, 6, 7, 8, 9), (10, 11, 12)])
    print("start", fleet.sync()["canary_difference"])
    learner = fleet._learner
    for step, has_repair in enumerate((True, False), start=1):
        if not has_repair:
            vllm_engine.repair_tied_head = lambda model: None
        with torch.no_grad():
            learner._policy.model.get_input_embeddings().weight.mul_(0.95)
        learner.version = step
        try:
            print("with repair" if has_repair else "without", fleet.sync()["canary_difference"])
        except CommandError as error:
            print("stopped:", error)


main()
sys.stdout.flush()
os._exit(0)
