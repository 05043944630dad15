"""How long a weight sync takes, canary included, against a plain copy of the same bytes in shared memory, in turns.

A fleet of the demo's shape (2 engines, 2 learner ranks, in Ray) without a run around it. The line at the end says the
median of each and `over`: how much longer a sync takes than 3 copies and 50 ms; negative is within.

    python benchmarks/weight_sync.py [--policy bundled] [--rounds 30]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
from multiprocessing.shared_memory import SharedMemory

import numpy as np

from tracemill.configs.load import load
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.ray_fleet import RayFleet
from tracemill.problems.sampler import held_out_problems
from tracemill.rollout.canary import probe_of


def copy_seconds(num_bytes: int) -> float:
    """Into a segment that is there, from memory that is there."""
    source = np.ones(num_bytes, dtype=np.uint8)
    shared = SharedMemory(create=True, size=num_bytes)
    try:
        target = np.frombuffer(shared.buf, dtype=np.uint8, count=num_bytes)
        target[:] = 0
        begun = time.perf_counter()
        target[:] = source
        seconds = time.perf_counter() - begun
        del target
    finally:
        shared.close()
        shared.unlink()
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", default="bundled")
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    config = load("demo.toml", [f"policy.path={options.policy}"])
    policy = policy_folder(config.policy.path)
    prompts = Prompts(policy, config.problems.template)
    os.chdir(tempfile.mkdtemp())
    fleet = RayFleet(config, policy, 1, print)
    try:
        fleet.set_probe(probe_of([prompts.ids(problem) for problem in held_out_problems(config.problems, 16)]))
        fleet.sync()
        num_bytes = sum(file.stat().st_size for file in policy.glob("*.safetensors"))
        syncs, copies = [], []
        for _ in range(options.rounds):
            begun = time.perf_counter()
            fleet.sync()
            syncs.append(time.perf_counter() - begun)
            copies.append(copy_seconds(num_bytes))
    finally:
        fleet.close()
    sync, copy = statistics.median(syncs), statistics.median(copies)
    over = sync - (3 * copy + 0.05)
    print(f"{num_bytes / 1e6:.1f} MB, {options.rounds} rounds: median, least and most in ms")
    for name, some in (("sync and canary", syncs), ("plain copy", copies)):
        print(f"{name:16}  {1e3 * statistics.median(some):7.2f}  {1e3 * min(some):7.2f}  {1e3 * max(some):7.2f}")
    print(json.dumps({"sync_s": sync, "copy_s": copy, "over_s": over}))


if __name__ == "__main__":
    main()
