"""`tracemill generate`: the main loop without a learner: traces of a policy that stays as it is.

Problems, rollouts, verdicts, rewards and ledger are those of `tracemill run`, so that what is earned can be exported,
verified and reported on alike. Held-out problems are not tried; `tracemill eval` does that.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from typing import Any

from tracemill.configs.load import load
from tracemill.configs.schema import Config, LearnerConfig
from tracemill.jobs.command_run import exported, one_line
from tracemill.jobs.display import clock, make_display
from tracemill.jobs.errors import CommandError
from tracemill.jobs.evaluate import Evaluation
from tracemill.jobs.fleet import Fleet
from tracemill.jobs.interrupt import interruptible
from tracemill.jobs.memory import PeakMemory
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.run import Loop, Progress, check_can_start
from tracemill.jobs.run_folder import RunFolder, write_atomically
from tracemill.jobs.storage.claimed import claimed
from tracemill.traces.ledger import Ledger
from tracemill.traces.report import write_report


def command(options: argparse.Namespace) -> int:
    try:
        config = _without_learning(load(options.config, options.set))
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    began = time.monotonic()
    folder = TraceFolder((Path(config.run.dir).expanduser() / config.run.name).resolve())
    if folder.policy.exists():
        raise CommandError(f"{folder.path} holds a run that learns; choose another with --set run.name=NAME")
    policy = policy_folder(config.policy.path)
    check_can_start(config)
    with folder.locked(), one_line(), claimed(config, folder, resume=options.resume):
        prompts = Prompts(policy, config.problems.template, config.rollout.max_model_len)
        display = make_display(config.run.steps)
        with PeakMemory() as memory, display, interruptible(display.say) as interrupt:
            display.say("starting the engine" if options.in_process else "starting Ray, engines and verifiers")
            with _fleet(config, policy, folder, display.say, in_process=options.in_process) as fleet:
                interrupt.install()
                loop = Generation(config, fleet=fleet, folder=folder, prompts=prompts, display=display)
                progress = loop.run(interrupt, memory)
        summary = {
            "run": config.run.name,
            "policy": str(policy),
            "seed": config.run.seed,
            **yields(config, Ledger(folder.traces), progress),
            "command_seconds": time.monotonic() - began,
            "peak_memory_bytes": memory.peak,
        }
        summary |= exported(config, folder)
        write_atomically(folder.summary, json.dumps(summary, indent=2))
        _print(summary, write_report(folder.path))
    return 0


class Generation(Loop):
    """The loop as it is, but for the tests on held-out problems, which would be the same every time."""

    policy_stays = True

    def _test(self, per_family: int) -> Evaluation:
        return Evaluation({})

    def _test_if_due(self) -> Evaluation | None:
        return None


class TraceFolder(RunFolder):
    """A run's folder without a policy of its own."""

    def replace_policy(self, save: Any, version: int) -> None:
        return None


def _without_learning(config: Config) -> Config:
    """What is said of learner and evaluation does not decide what is generated, so it does not mark a run either."""
    alone = {"learner": LearnerConfig(), "eval": config.eval.model_copy(update={"per_family": 1, "every": 0})}
    return config.model_copy(update=alone)


@contextmanager
def _fleet(
    config: Config, policy: Path, folder: RunFolder, tell: Callable[[str], None], *, in_process: bool
) -> Iterator[Fleet]:
    fleet: Fleet
    if in_process:
        from tracemill.jobs.fixed_fleet import FixedFleet

        fleet = FixedFleet(config, policy)
    else:
        from tracemill.jobs.fixed_ray_fleet import FixedRayFleet

        with chdir(folder.path):  # Ray puts the working folder first on its workers' path, where ours shadow packages
            fleet = FixedRayFleet(config, policy, tell)
    try:
        yield fleet
    finally:
        fleet.close()


def yields(config: Config, ledger: Ledger, progress: Progress) -> dict[str, Any]:
    """What came of it. Accepted is judged right; unique is one solution of one instance, counted once. A device is an
    accelerator that the engines were given, or else this machine's processor as a whole."""
    statuses: Counter[str] = Counter()
    accepted: set[bytes] = set()
    for table in ledger.tables(["verdict", "instance", "completion"]):
        for row in table.to_pylist():
            statuses[row["verdict"]] += 1
            if row["verdict"] == "correct":
                said = f"{row['instance']}\n{row['completion']}".encode("utf-8", "surrogatepass")
                accepted.add(hashlib.blake2b(said, digest_size=12).digest())
    devices = config.rollout.most_actors * config.rollout.gpus_each or 1.0
    seconds = progress.loop_seconds
    return {
        "steps": progress.step,
        "traces": statuses.total(),
        "verified_traces": statuses["correct"],
        "unique_accepted": len(accepted),
        "statuses": dict(statuses),
        "samples": progress.samples,
        "loop_seconds": seconds,
        "samples_per_second": progress.samples / seconds if seconds else 0.0,
        "devices": devices,
        "unique_accepted_per_device_hour": len(accepted) / (devices * seconds / 3600) if seconds else 0.0,
    }


def _print(summary: dict[str, Any], report: Path) -> None:
    print(
        f"{summary['traces']:,} traces, {summary['verified_traces']:,} accepted, {summary['unique_accepted']:,} unique"
    )
    print(
        f"{summary['unique_accepted_per_device_hour']:,.0f} accepted unique traces a device-hour "
        f"({clock(summary['loop_seconds'])}, {summary['devices']:g} devices)"
    )
    if "dataset" in summary:
        print(f"dataset  {summary['dataset']}")
    elif "no_dataset" in summary:
        print(f"dataset  none: {summary['no_dataset']}")
    print(f"report   {report}")
