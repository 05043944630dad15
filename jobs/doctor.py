"""What this machine can run, and what is missing: one `Check` a thing, each with what to do about it.

Quick, and nothing is trained: libraries against the ranges that tracemill was installed with, the sandbox's walls, disk
and shared memory, a plan of the memory of a config, a few right and wrong answers through the verifiers.

Not done here: the verifiers' whole battery (`jobs.batteries`), and whether an engine and the learner agree.
"""

from __future__ import annotations

import platform
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

import psutil

from tracemill.configs.schema import Config, VerifierConfig
from tracemill.jobs.errors import CommandError
from tracemill.jobs.memory_plan import Need, plan, read_shape, total
from tracemill.jobs.policy_folder import policy_folder
from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.battery import CANARIES
from tracemill.verifiers.sandbox.inside.toolchain import find_compiler
from tracemill.verifiers.sandbox.isolation import EXTRA, FULL, RING, probe_isolation
from tracemill.verifiers.verifier import Verifier

State = Literal["passed", "note", "missing"]

TRACE_BYTES = 1_000  # of the ledger, a rollout; measured at completions of some 150 characters
LEAST_DISK = 2 * 2**30
LEAST_SHARED = 256 * 2**20  # of Ray's object store
MANY_PROMPTS = 64
SHARED = Path("/dev/shm")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`missing` is needed and not there; a `note` is neither in the way nor as it could be. `do` is empty if passed."""

    name: str
    state: State
    found: str
    do: str = ""


def check(name: str, passed: bool, found: str, do: str, otherwise: State = "missing") -> Check:
    return Check(name=name, state="passed" if passed else otherwise, found=found, do="" if passed else do)


def machine_checks(config: Config | None, verifier: VerifierConfig) -> Iterator[Check]:
    """What needs no policy."""
    yield check("python", sys.version_info >= (3, 11), platform.python_version(), "install Python 3.11 or later")
    yield from library_checks("tracemill")
    yield from isolation_checks(verifier)
    compilers = [language for language in ("c", "cpp") if find_compiler(language) is not None]
    found = f"for {', '.join(compilers)}" if compilers else "none"
    yield check("compiler", len(compilers) == 2, found, "install gcc and g++ to judge programs in C and C++", "note")
    yield _disk_check(config)
    yield _shared_memory_check(config)
    yield battery_check(verifier)


def library_checks(package: str) -> Iterator[Check]:
    """What `package` asks for, against what is installed; one line for those that fit, one for each other."""
    from packaging.requirements import Requirement

    fit = []
    for line in requires(package) or []:
        wanted = Requirement(line)
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": ""}):
            continue
        do = f"pip install '{wanted.name}{wanted.specifier}'"
        try:
            found = version(wanted.name)
        except PackageNotFoundError:
            yield check(wanted.name, False, f"not installed; {wanted.specifier or 'any'} is asked for", do)
            continue
        if wanted.specifier.contains(found, prereleases=True):
            fit.append(f"{wanted.name} {found}")
        else:
            yield check(wanted.name, False, f"{found}; {wanted.specifier} is asked for", do)
    yield check("libraries", True, ", ".join(fit), "")


def isolation_checks(verifier: VerifierConfig) -> Iterator[Check]:
    """The walls around a program that is judged. Those that the config asks for are needed; more are better."""
    probed = probe_isolation()
    needed = {"none": (), "ring": RING, "full": FULL}[verifier.require_isolation]
    stand = [name for name in FULL if probed[name] is True]
    asked = f"verifier.require_isolation is {verifier.require_isolation!r}"
    yield check(
        "sandbox", set(needed) <= set(stand), f"{', '.join(stand) or 'no wall'} ({asked})", _mend(probed["why"])
    )
    for name in FULL:
        if name not in stand and name not in needed:
            yield check(
                f"sandbox: {name}", False, "not granted here; the other walls hold", _mend(probed["why"]), "note"
            )
    for name in EXTRA:
        do = "nothing depends on it; a writable control group gives it"
        yield check(f"sandbox: {name}", probed[name] is True, "stands" if probed[name] else "not granted", do, "note")


def _mend(why: str | bool) -> str:
    said = f" (the kernel says: {why})" if why else ""
    return f"allow user namespaces, Landlock and seccomp, or run outside this container{said}"


def battery_check(verifier: VerifierConfig) -> Check:
    """The canaries of a run, and a right and a wrong program."""
    judge = Verifier(verifier)
    add = CodeReference(entry="add", tests=(CodeTest(args="(1, 2)", expected="3"),))
    programs = [(add, f"```python\ndef add(a, b):\n    return a {sign} b\n```") for sign in "+-"]
    trials = [*CANARIES, (*programs[0], ("correct",)), (*programs[1], ("wrong",))]
    try:
        wrong = [
            f"{response!r} is judged {verdict.status} ({verdict.evidence})"
            for reference, response, allowed in trials
            if (verdict := judge.judge(reference, response)).status not in allowed
        ]
    finally:
        judge.close()
    found = "; ".join(wrong) or f"{len(trials)} of {len(trials)} verdicts as they should be"
    return check("verifiers", not wrong, found, "see tracemill doctor --verifiers; rewards cannot be trusted")


def _disk_check(config: Config | None) -> Check:
    """With a config: room for its ledger, its checkpoints (one more than are kept) and two policies."""
    folder = Path(config.run.dir if config else ".").expanduser().resolve()
    while not folder.exists():
        folder = folder.parent
    needed = LEAST_DISK if config is None else max(LEAST_DISK // 4, _run_bytes(config))
    free = shutil.disk_usage(folder).free
    found = f"{size(free)} free at {folder}, {size(needed)} needed"
    return check("disk", free >= needed, found, "make room, or choose another place with --set run.dir=PATH")


def _run_bytes(config: Config) -> int:
    traces = config.run.steps * config.problems.per_step * config.rollout.group_size * TRACE_BYTES
    try:
        parameters = read_shape(policy_folder(config.policy.path)).parameters
    except (ValueError, CommandError):
        return traces
    checkpoints = config.run.keep_checkpoints + config.run.keep_best + 1  # one more while it is written
    return traces + parameters * (16 * checkpoints + 2 * 4)


def _shared_memory_check(config: Config | None) -> Check:
    """Ray's object store, through which the weights go."""
    if not SHARED.is_dir():
        return Check(name="shared memory", state="note", found="no /dev/shm", do="Ray will use files instead; slower")
    needed = LEAST_SHARED
    if config is not None:
        try:
            weights = sum(file.stat().st_size for file in policy_folder(config.policy.path).glob("*.safetensors"))
            needed = max(needed, 3 * weights)
        except CommandError:
            pass  # the policy's own check says so
    free = shutil.disk_usage(SHARED).free
    do = "give the container more (docker run --shm-size), or run with --in-process"
    return check("shared memory", free >= needed, f"{size(free)} free, {size(needed)} needed", do)


# --- a config ---------------------------------------------------------------------------------------------------------


def config_checks(config: Config) -> tuple[list[Check], list[Need]]:
    """Whether the run could start, and the plan of its memory; no plan where the policy does not say its shape."""
    from tracemill.jobs.run import check_can_start

    try:
        policy = policy_folder(config.policy.path)
        check_can_start(config, policy)
        needs = plan(config, read_shape(policy), _prompt_tokens(config))
    except (CommandError, ValueError) as error:
        return [check("config", False, str(error), "mend the config")], []
    checks = [check("config", True, f"run {config.run.name} can start from {policy}", "")]
    host = total(needs, on_device=False)
    room = available_memory()
    do = "lower rollout.max_batch or learner.tokens_per_micro_batch, or take a smaller policy"
    checks.append(check("memory", host <= room, f"{size(host)} planned, {size(room)} available", do))
    if any(need.on_device for need in needs):
        checks.append(_device_check(needs))
    return checks, needs


def _device_check(needs: list[Need]) -> Check:
    import torch

    planned = total(needs, on_device=True)
    count = torch.accelerator.device_count() if torch.accelerator.is_available() else 0
    room = sum(torch.accelerator.get_memory_info(index)[0] for index in range(count))
    found = f"{size(planned)} planned, {size(room)} free on {count} devices here"
    do = "set gpus_per_actor and gpus_per_rank to what is there, raise learner.zero_stage, or run on a cluster"
    return check("accelerators", planned <= room, found, do)


def _prompt_tokens(config: Config) -> int:
    """At most: the bytes of the longest of some held-out prompts, as no tokenizer makes more tokens than bytes."""
    from tracemill.problems.sampler import held_out_problems

    problems = held_out_problems(config.problems, min(MANY_PROMPTS, config.eval.per_family))
    return max(len(problem.prompt.encode()) for problem in problems) + len(config.problems.template.encode())


def available_memory() -> int:
    """Of the machine, or of the control group that this process is in where that has less."""
    room = int(psutil.virtual_memory().available)
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        try:
            room = min(room, int(Path(limit).read_text()) - int(Path(used).read_text()))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return room


def size(count: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"
