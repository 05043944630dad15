"""What a staleness bound gives: how busy engines are, and how old what they make is, with simulated engines and learner
and the run's own intake of groups.

Engines decode `max_batch` sequences at a time, a token for each in a fixed time; lengths are lognormal, the 99th
percentile ten times the median; the learner takes a fixed time a step, by default half of what a synchronous step
spends generating. A clock of simulated seconds, so that the result is the same on every machine. Busy is the share of
rows of all engines that decode, from the first step to the last; `ratio` is that of staleness 2 over staleness 0.

    python benchmarks/staleness.py [--steps 40] [--engines 4] [--learner-seconds S]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import math
from collections import deque
from dataclasses import dataclass, field
from random import Random
from statistics import fmean
from typing import Any

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.jobs.intake import Intake, intake_metrics
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.problems.supply import ProblemSupply
from tracemill.rollout.types import Request, Rollout, Sampling

TOKEN_SECONDS = 0.02
MEDIAN, P99_OVER_MEDIAN = 200, 10
SIGMA = math.log(P99_OVER_MEDIAN) / 2.326348  # the normal distribution's 99th percentile


@dataclass(slots=True, eq=False)
class Flight:
    """A group under way."""

    requests: list[Request]
    left: int
    version: int = -1
    rollouts: list[Rollout] | None = None


@dataclass(slots=True)
class Engine:
    """Sequences that wait, and those that decode: how many tokens each still has to make, and whose it is."""

    waiting: deque[tuple[int, Flight]] = field(default_factory=deque)
    rows: list[list[Any]] = field(default_factory=list)


class Simulated:
    """The part of a fleet that makes rollouts, on a clock of its own."""

    def __init__(self, engines: int, max_batch: int) -> None:
        self.engines = [Engine() for _ in range(engines)]
        self.max_batch, self.version, self.now, self.row_seconds, self.tokens = max_batch, 0, 0.0, 0.0, 0

    def start_rollouts(self, groups: Any, sampling: Sampling, *, together: bool = True) -> list[Flight]:
        flights = [Flight(requests, len(requests)) for requests in groups]
        for flight in flights:
            engine = min(self.engines, key=lambda engine: len(engine.waiting) + len(engine.rows))
            engine.waiting.extend((length_of(request), flight) for request in flight.requests)
        return flights

    def wait(self, handles: Any, at_least: int) -> None:
        while sum(handle.rollouts is not None for handle in handles) < at_least:
            self.step()

    def step(self) -> None:
        """A token for every row of every engine."""
        for engine in self.engines:
            while engine.waiting and len(engine.rows) < self.max_batch:
                length, flight = engine.waiting.popleft()
                if flight.version < 0:
                    flight.version = self.version
                engine.rows.append([length, flight])
            self.row_seconds += len(engine.rows) * TOKEN_SECONDS
            self.tokens += len(engine.rows)
            for row in engine.rows:
                row[0] -= 1
                if row[0] == 0:
                    self.end(row[1])
            engine.rows = [row for row in engine.rows if row[0]]
        self.now += TOKEN_SECONDS

    def end(self, flight: Flight) -> None:
        flight.left -= 1
        if not flight.left:
            said: dict[str, Any] = {"completion_ids": (5,), "logprobs": (0.0,), "text": "", "finish_reason": "stop"}
            flight.rollouts = [
                Rollout(**{name: getattr(r, name) for name in Request.__slots__}, **said, policy_version=flight.version)
                for r in flight.requests
            ]

    def learn(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.step()


def length_of(request: Request) -> int:
    return max(1, round(Random(request.seed).lognormvariate(math.log(MEDIAN), SIGMA)))


def measure(config: Config, engines: int, learner_seconds: float) -> dict[str, float]:
    """The whole of a run; with no learner time, how long a synchronous step generates."""
    fleet: Any = Simulated(engines, config.rollout.max_batch)
    intake = Intake(
        config,
        supply=ProblemSupply(config.problems, config.run.seed, config.rollout.staleness),
        prompts=Prompts(policy_folder(config.policy.path), config.problems.template),
        fleet=fleet,
        sampling=Sampling(temperature=1.0, max_new_tokens=config.rollout.max_new_tokens),
    )
    ages, oldest, dropped, samples = [], 0, 0, 0
    for step in range(config.run.steps):
        intake.admit(step, step)
        taken = intake.take(step, step)
        said = intake_metrics(taken, step)
        ages.append(said["staleness_mean"])
        oldest, dropped = max(oldest, said["staleness_max"]), dropped + said["num_dropped"]
        samples += sum(len(group.rollouts) for group in taken.groups)
        fleet.learn(learner_seconds)
        fleet.version = step + 1
    return {
        "busy": fleet.row_seconds / (fleet.now * engines * config.rollout.max_batch),
        "samples_per_second": samples / fleet.now,
        "seconds": fleet.now,
        "age": fmean(ages),
        "oldest": oldest,
        "dropped": dropped,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--engines", type=int, default=4)
    parser.add_argument("--learner-seconds", type=float, default=None)
    options = parser.parse_args()

    def config(staleness: int, oversample: float = 0.0, too_old: str = "wait") -> Config:
        overrides = [f"run.steps={options.steps}", f"rollout.staleness={staleness}", "rollout.max_batch=64"]
        return load("demo.toml", [*overrides, f"rollout.oversample={oversample}", f"rollout.too_old={too_old!r}"])

    learner_seconds = options.learner_seconds
    if learner_seconds is None:
        learner_seconds = measure(config(0), options.engines, 0.0)["seconds"] / options.steps / 2
    print(f"{options.engines} engines of 64 rows, a learner of {learner_seconds:.1f} s a step, {options.steps} steps")
    heads = ("staleness", "oversample", "too old", "busy", "samples/s", "age", "oldest", "dropped")
    print("  ".join(f"{head:>{max(6, len(head))}}" for head in heads))
    found = {}
    for key in (
        (0, 0.0, "wait"),
        (1, 0.0, "wait"),
        (2, 0.0, "wait"),
        (4, 0.0, "wait"),
        (2, 0.5, "wait"),
        (2, 0.5, "drop"),
    ):
        found[key] = said = measure(config(*key), options.engines, learner_seconds)
        print(
            f"{key[0]:9}  {key[1]:10g}  {key[2]:>7}  {said['busy']:6.1%}  {said['samples_per_second']:9.2f}  "
            f"{said['age']:5.2f}  {said['oldest']:6.0f}  {said['dropped']:7.0f}"
        )
    ratio = found[2, 0.0, "wait"]["busy"] / found[0, 0.0, "wait"]["busy"]
    print(json.dumps({"busy": {f"{k[0]}/{k[1]:g}/{k[2]}": v["busy"] for k, v in found.items()}, "ratio": ratio}))


if __name__ == "__main__":
    main()
