"""How long a weight sync takes by each transport that this machine has, canary included, against a plain copy of the
same bytes in shared memory, in turns.

A fleet of the demo's shape (2 engines, 2 learner ranks, in Ray) without a run around it. The line at the end says the
median of each, `times_copy`, and `over_s`: how much longer a sync takes than 3 copies and 50 ms; negative is within.
`benchmarks/weight_transport.py` measures the transfer alone, without Ray.

    python benchmarks/weight_sync.py [--policy bundled] [--rounds 30] [--set k=v]     # from outside the checkout
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
from tracemill.jobs.errors import CommandError
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.ray_fleet import RayFleet
from tracemill.problems.sampler import held_out_problems
from tracemill.rollout.canary import probe_of
from tracemill.rollout.transports.choice import Transport

TRANSPORTS: tuple[Transport, ...] = ("object_store", "ipc", "nccl")


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
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE")
    options = parser.parse_args()
    config = load("demo.toml", [f"policy.path={options.policy}", *options.set])
    policy = policy_folder(config.policy.path)
    prompts = Prompts(policy, config.problems.template)
    os.chdir(tempfile.mkdtemp())
    fleet = RayFleet(config, policy, 1, print)
    try:
        fleet.set_probe(probe_of([prompts.ids(problem) for problem in held_out_problems(config.problems, 16)]))
        seconds: dict[str, list[float]] = {"copy": []}
        num_bytes = sum(file.stat().st_size for file in policy.glob("*.safetensors"))
        for transport in TRANSPORTS:
            try:
                fleet.sync(transport)  # the first makes buffers and groups
                seconds[transport] = []
            except CommandError as error:
                print(f"{transport}: not on this machine ({error})")
        for _ in range(options.rounds):
            for way, spent in seconds.items():
                begun = time.perf_counter()
                if way in TRANSPORTS:
                    fleet.sync(way)
                spent.append(time.perf_counter() - begun if way in TRANSPORTS else copy_seconds(num_bytes))
    finally:
        fleet.close()
    median = {way: statistics.median(some) for way, some in seconds.items()}
    print(f"{num_bytes / 1e6:.1f} MB, {options.rounds} rounds: median, least and most in ms")
    for way, some in seconds.items():
        print(f"{way:12}  {1e3 * median[way]:8.2f}  {1e3 * min(some):8.2f}  {1e3 * max(some):8.2f}")
    copy = median.pop("copy")
    found = {
        "copy_s": copy,
        "sync_s": median,
        "times_copy": {way: spent / copy for way, spent in median.items()},
        "over_s": {way: spent - (3 * copy + 0.05) for way, spent in median.items()},
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
