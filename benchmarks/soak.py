"""A run in which processes are killed at random, for a bounded time; then whether anything was lost or left over.

The bundled policy under `tracemill run`, two learner ranks, one checkpoint in five steps. Every 20 s on average SIGKILL
hits a process of a kind chosen at random: an engine, a verifier, a learner rank, the driver, or the driver while it
writes the ledger. A killed driver is started again with --resume; all else the run must mend by itself. In the end:

    groups     every group of every step is in the ledger exactly once, or named as dropped by the metrics
    learning   each step of the metrics is there once, the policy's version goes up with it, and two steps more follow
               the last kill
    memory     all processes together, 30 s and more after a kill: the median of the last third of those looks over
               that of the first, at most 1.25 (not judged of fewer than 30 looks)
    left over  processes, segments in /dev/shm, temporary files, half-written files in the run's folder

Prints a line a kill and ends with one line of JSON; exit status 1 where anything is wrong. Ray's own logs are not
counted; they are deleted with the rest.

    python benchmarks/soak.py --seconds 1800 [--every 20] [--seed 0] [--set k=v]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

import psutil

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.traces.disk import TEMPORARY
from tracemill.traces.ledger import Ledger

MARK = "TRACEMILL_SOAK"  # in the environment of every process of the run
KINDS = {"engine": "ray::RolloutActor", "verifier": "ray::VerifierActor", "learner rank": "ray::LearnerActor"}
AT_DRIVER = ("driver", "ledger")
MOST_GROWTH, SETTLED_S, LEAST_LOOKS = 1.25, 30.0, 30
END_TIMEOUT_S = 180.0  # for what is left to do in the end, and for Ray's own processes to end after a kill
STEPS_AFTER = 2  # the last kill
CHANGES = {
    "run.name": "soak",
    "run.steps": 1_000_000,
    "run.checkpoint_every": 5,
    "run.keep_best": "false",
    "run.report_every": 0,
    "problems.per_step": 16,
    "rollout.max_restarts": 1_000_000,
    "learner.max_restarts": 1_000_000,
    "learner.ranks": 2,
    "eval.per_family": 8,
    "eval.every": 0,
    "export.after_run": "false",
}


class Run:
    """The run's driver, one process after another, all of them in one folder."""

    def __init__(self, folder: Path, overrides: list[str]) -> None:
        self.folder = folder
        for name in ("tmp", "ray"):
            (folder / name).mkdir()
        changes = [f"{key}={value}" for key, value in {**CHANGES, "run.dir": folder / "runs"}.items()]
        self.config: Config = load("demo.toml", [*changes, *overrides])
        options = [part for change in [*changes, *overrides] for part in ("--set", change)]
        self._command = [str(Path(sys.executable).with_name("tracemill")), "run", "demo.toml", "--resume", *options]
        self._environment = {
            **os.environ,
            MARK: folder.name,
            "TMPDIR": str(folder / "tmp"),
            "RAY_TMPDIR": str(folder / "ray"),
        }
        self._log = (folder / "log").open("a")
        self.path = folder / "runs" / "soak"
        self.starts = 0
        self.start()

    def start(self) -> None:
        self.driver = subprocess.Popen(
            self._command, cwd=self.folder, env=self._environment, stdout=self._log, stderr=subprocess.STDOUT
        )
        self.starts += 1

    def metrics(self) -> list[dict[str, Any]]:
        found = []
        file = self.path / "metrics.jsonl"
        for line in file.read_text().splitlines() if file.exists() else []:
            try:
                found.append(json.loads(line))
            except ValueError:  # being written
                continue
        return found

    def processes(self) -> Iterator[psutil.Process]:
        """All that carry the mark, whoever their parent is by now."""
        for process in psutil.process_iter():
            try:
                if process.pid != os.getpid() and process.environ().get(MARK) == self.folder.name:
                    yield process
            except psutil.Error:
                continue

    def of_kind(self, kind: str) -> list[psutil.Process]:
        """Of the run that goes on: what an earlier driver left may still be ending."""
        try:
            below = psutil.Process(self.driver.pid).children(recursive=True)
            return [process for process in below if process.cmdline()[0].startswith(KINDS[kind])]
        except (psutil.Error, IndexError):
            return []

    def memory(self) -> int:
        total = 0
        for process in self.processes():
            try:
                total += process.memory_full_info().pss
            except psutil.Error:
                continue
        return total

    def tail(self) -> str:
        return "\n".join((self.folder / "log").read_text(errors="replace").splitlines()[-12:])


def kill_one(run: Run, kind: str) -> bool:
    """Whether there was one to kill."""
    if kind in AT_DRIVER:
        deadline = time.monotonic() + 15
        while kind == "ledger" and not list(run.path.glob(f"traces/{TEMPORARY}*")) and time.monotonic() < deadline:
            time.sleep(0.001)
        run.driver.kill()
        run.driver.wait()
        run.start()
        return True
    there = run.of_kind(kind)
    if not there:
        return False
    try:
        there[0].kill()
    except psutil.NoSuchProcess:
        return False
    return True


def soak(run: Run, seconds: float, every: float, rng: Random) -> tuple[Counter[str], list[int], int]:
    """(kills by kind, bytes of memory whenever nothing was killed for a while, the step at the last kill). Raises
    RuntimeError for a run that ends by itself."""
    kills: Counter[str] = Counter()
    memory: list[int] = []
    begun = settling = time.monotonic()
    next_kill = math.inf  # until the first step is done
    last_step = 0
    while (now := time.monotonic()) < begun + seconds:
        if run.driver.poll() is not None:
            raise RuntimeError(f"the run ended by itself with {run.driver.returncode}:\n{run.tail()}")
        if now - settling > SETTLED_S:
            memory.append(run.memory())
        if next_kill == math.inf and run.metrics():
            next_kill = now + rng.expovariate(1 / every)
        if now >= next_kill:
            kind = rng.choice([*KINDS, *AT_DRIVER])
            if kill_one(run, kind):
                kills[kind] += 1
                settling = time.monotonic()
                steps = [line["step"] for line in run.metrics()]
                last_step = steps[-1] if steps else 0
                print(f"{now - begun:7.0f} s  step {last_step:5}  killed: {kind}", flush=True)
            next_kill = time.monotonic() + rng.expovariate(1 / every)
        time.sleep(min(1.0, max(0.05, next_kill - time.monotonic())))
    while len(run.metrics()) < last_step + STEPS_AFTER:
        if run.driver.poll() is not None or time.monotonic() > begun + seconds + END_TIMEOUT_S:
            raise RuntimeError(f"after the last kill there were no {STEPS_AFTER} steps more:\n{run.tail()}")
        time.sleep(1)
    return kills, memory, last_step


def stop(run: Run) -> None:
    run.driver.send_signal(signal.SIGINT)
    run.driver.wait(timeout=END_TIMEOUT_S)


def group_faults(run: Run) -> list[str]:
    """What is not exactly once in the ledger, of the steps that were learned from."""
    rows = Ledger(run.path / "traces").read(columns=["group_id", "index"]).to_pylist()
    times = Counter((row["group_id"], row["index"]) for row in rows)
    faults = [f"{group} {index} is there {count} times" for (group, index), count in times.items() if count > 1]
    dropped = {name for line in run.metrics() for name in line.get("dropped", {})}
    per_step, size = run.config.problems.per_step, run.config.rollout.group_size
    for step in range(len(run.metrics())):
        for place in range(per_step):
            group = f"{step}.{place}"
            missing = [index for index in range(size) if (group, index) not in times]
            if missing and group not in dropped:
                faults.append(f"{group} lacks {missing}")
    return faults


def left_over(run: Run, segments: set[str]) -> list[str]:
    """Waits for what ends by itself."""
    deadline = time.monotonic() + END_TIMEOUT_S
    while (alive := list(run.processes())) and time.monotonic() < deadline:
        time.sleep(1)
    found = [f"process {process.pid}" for process in alive]
    found += [f"/dev/shm/{name}" for name in sorted(shared_segments() - segments - in_use())]
    found += [str(path) for path in (run.folder / "tmp").rglob("*") if path.is_file()]
    found += [
        str(path) for path in run.path.rglob("*") if path.name.endswith(".partial") or path.name.startswith(TEMPORARY)
    ]
    return found


def shared_segments() -> set[str]:
    return {path.name for path in Path("/dev/shm").glob("*")} if Path("/dev/shm").exists() else set()


def in_use() -> set[str]:
    """Segments that processes of others hold."""
    names: set[str] = set()
    for maps in Path("/proc").glob("[0-9]*/maps"):
        try:
            lines = [line for line in maps.read_text().splitlines() if "/dev/shm/" in line]
        except OSError:
            continue
        names |= {line.split("/dev/shm/", 1)[1].split()[0] for line in lines}
    return names


def growth(memory: list[int]) -> float | None:
    """The median of the last third over that of the first; None of too few."""
    third = len(memory) // 3
    return median(memory[-third:]) / median(memory[:third]) if len(memory) >= LEAST_LOOKS else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1800)
    parser.add_argument("--every", type=float, default=20, help="seconds between two kills, on average")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--set", action="append", default=[], metavar="k=v")
    options = parser.parse_args()
    segments = shared_segments()
    folder = Path(tempfile.mkdtemp(prefix="soak-", dir="/tmp"))  # Ray's sockets need a short path
    run = Run(folder, options.set)
    try:
        kills, memory, last_step = soak(run, options.seconds, options.every, Random(options.seed))
        stop(run)
        steps = [line["step"] for line in run.metrics()]
        versions = [line["policy_version"] for line in run.metrics()]
        faults = group_faults(run)
        remains = left_over(run, segments)
        rates = [line["train_pass_rate"] for line in run.metrics()]
        few = max(1, len(rates) // 5)
        line = {
            "seconds": options.seconds,
            "kills": dict(kills),
            "driver_starts": run.starts,
            "steps": len(steps),
            "steps_after_the_last_kill": len(steps) - last_step,
            "every_step_once": steps == list(range(1, len(steps) + 1)),
            "versions_rise": versions == sorted(versions) and versions[-1] > versions[0],
            "train_pass_rate": [sum(rates[:few]) / few, sum(rates[-few:]) / few],
            "group_faults": len(faults),
            "memory_growth": growth(memory),
            "left_over": len(remains),
        }
        for fault in [*faults, *remains][:20]:
            print(fault)
        print(json.dumps(line))
        well = line["every_step_once"] and line["versions_rise"]
        flat = (line["memory_growth"] or 1.0) <= MOST_GROWTH
        return int(not (well and flat and not faults and not remains))
    finally:
        for process in run.processes():
            process.kill()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
