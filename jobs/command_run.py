"""`tracemill run`: from a config to a finished run, with everything that must be let go of at the end."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path

from tracemill.configs.schema import Config
from tracemill.jobs.display import make_display
from tracemill.jobs.doctor.quick import check_quickly
from tracemill.jobs.errors import CommandError, Interrupted, LearnerLost
from tracemill.jobs.fleet import Fleet
from tracemill.jobs.interrupt import Interrupt, interruptible
from tracemill.jobs.memory import PeakMemory
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.run import Loop, Progress, check_can_start, check_trainable
from tracemill.jobs.run_folder import RunFolder, write_atomically
from tracemill.jobs.storage.claimed import claimed
from tracemill.jobs.summary import print_summary, summarize
from tracemill.rl.whole_state import Damaged, Unreadable
from tracemill.traces.disk import DiskFull


def run_command(config: Config, *, resume: bool, in_process: bool) -> int:
    begun = time.monotonic()
    folder = RunFolder((Path(config.run.dir).expanduser() / config.run.name).resolve())
    policy = policy_folder(config.policy.path)
    check_trainable(config.rollout)
    check_can_start(config)
    notes = check_quickly(config, policy, in_process=in_process)
    with folder.locked(), one_line(), claimed(config, folder, resume=resume):
        prompts = Prompts(policy, config.problems.template, config.rollout.max_model_len)
        display = make_display(config.run.steps)
        with PeakMemory() as memory, display, interruptible(display.say) as interrupt:
            for note in notes:
                display.say(note)
            display.say("starting engine and learner" if in_process else "starting Ray, engines, verifiers and learner")

            def attempt(learner_restarts: int) -> Progress:
                with _fleet(config, policy, folder, display.say, in_process, learner_restarts) as fleet:
                    interrupt.install()
                    loop = Loop(config, fleet=fleet, folder=folder, prompts=prompts, display=display)
                    return loop.run(interrupt, memory)

            progress = restarted(attempt, config.learner.max_restarts, folder, display.say, interrupt)
        wall = time.monotonic() - begun
        summary = summarize(config, folder, progress, peak_memory=memory.peak, wall=wall)
        summary |= exported(config, folder)
        write_atomically(folder.summary, json.dumps(summary, indent=2))
        from tracemill.traces.report import write_report

        write_report(folder.path)
        print_summary(summary)
    return 0


def exported(config: Config, folder: RunFolder) -> dict[str, str]:
    """The export that ends a run, where it is asked for, as its summary says it: where the dataset is, or why there is
    none. A run may have nothing right to show, and still has its report."""
    if not config.export.after_run:
        return {}
    from tracemill.traces.export import export

    dataset = folder.path / "dataset"
    try:
        export([folder.path], dataset, config.export)
    except ValueError as error:
        return {"no_dataset": str(error)}
    return {"dataset": str(dataset)}


def restarted(
    attempt: Callable[[int], Progress],
    max_restarts: int,
    folder: RunFolder,
    tell: Callable[[str], None],
    interrupt: Interrupt,
) -> Progress:
    """`attempt` goes on from the newest checkpoint, as --resume does; it is told how often it was made before. Again
    where the learner is lost on the way. Raises CommandError after `max_restarts` of it."""
    restarts = 0
    while True:
        try:
            return attempt(restarts)
        except LearnerLost as lost:
            if interrupt.asked:
                raise Interrupted(f"stopped ({lost}); go on with --resume") from lost
            if restarts == max_restarts:
                raise CommandError(
                    f"{lost}; learner.max_restarts ({max_restarts}) allows no further restart; go on with --resume"
                ) from lost
            checkpoint = folder.newest_checkpoint()
            where = f"step {checkpoint.step}" if checkpoint else "the beginning, as there is no checkpoint"
            restarts += 1
            tell(f"{lost}; restart {restarts} of at most {max_restarts}, from {where}")


@contextmanager
def _fleet(
    config: Config,
    policy: Path,
    folder: RunFolder,
    tell: Callable[[str], None],
    in_process: bool,
    learner_restarts: int,
) -> Iterator[Fleet]:
    num_updates = config.run.steps * config.learner.updates_per_batch
    fleet: Fleet
    if in_process:
        from tracemill.jobs.local_fleet import LocalFleet

        fleet = LocalFleet(config, policy, num_updates)
    else:
        from tracemill.jobs.ray_fleet import RayFleet

        with chdir(folder.path):  # Ray puts the working folder first on its workers' path, where ours shadow packages
            fleet = RayFleet(config, policy, num_updates, tell, learner_restarts=learner_restarts)
    try:
        yield fleet
    finally:
        fleet.close()


@contextmanager
def one_line() -> Iterator[None]:
    """Failures of the outside world become one clear line; our own mistakes keep their traceback."""
    try:
        yield
    except DiskFull as error:
        raise CommandError(str(error)) from error
    except OSError as error:
        raise CommandError(f"{error}; set it right and go on with --resume") from error
    except Exception as error:
        if type(error).__module__.startswith("ray.exceptions") and type(error).__name__.endswith("DiedError"):
            reason = str(error).strip().splitlines()[0]
            raise CommandError(f"a worker died ({reason}); go on with --resume") from error
        if isinstance(error, Damaged | Unreadable):  # Ray's errors are of their cause's kind too
            said = str(getattr(error, "cause", error))
            if isinstance(error, Damaged):
                said += (
                    "; remove that checkpoint's folder, and --resume goes on from the one before it, if there is one"
                )
            raise CommandError(said) from error
        raise
