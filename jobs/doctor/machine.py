"""The machine, whatever the policy: the sandbox's walls, a compiler, disk, shared memory, ports, open files, and a few
right and wrong answers through the verifiers."""

from __future__ import annotations

import resource
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tracemill.configs.schema import Config, VerifierConfig
from tracemill.jobs.doctor.check import Check, check, size
from tracemill.jobs.doctor.memory_plan import BYTES, read_shape
from tracemill.jobs.errors import CommandError
from tracemill.jobs.policy_folder import policy_folder
from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.battery import CANARIES
from tracemill.verifiers.sandbox.inside.toolchain import find_compiler
from tracemill.verifiers.sandbox.isolation import EXTRA, FULL, RING, probe_isolation
from tracemill.verifiers.verifier import Verifier

TRACE_BYTES = 1_000  # of the ledger, a rollout; measured at completions of some 150 characters
LEAST_DISK = 2 * 2**30
LEAST_SHARED = 256 * 2**20  # of Ray's object store
RAY_NEEDS_SHARED = 10**10  # an object store of more than that outside shared memory is refused by Ray
FULLEST = 0.95  # of a disk, from which Ray spills no object
OPEN_FILES = 4096  # Ray's own processes and a connection an actor
SHARED = Path("/dev/shm")


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


def compiler_check() -> Check:
    compilers = [language for language in ("c", "cpp") if find_compiler(language) is not None]
    found = f"for {', '.join(compilers)}" if compilers else "none"
    return check("compiler", len(compilers) == 2, found, "install gcc and g++ to judge programs in C and C++", "note")


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


def disk_checks(config: Config | None) -> Iterator[Check]:
    """The run's folder, and the place where Ray keeps its session. With a config: room for its ledger, its checkpoints
    (one more than are kept) and two policies. Where not even one checkpoint fits, the run would earn nothing."""
    folder = Path(config.run.dir if config else ".").expanduser().resolve()
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free
    needed, least = (LEAST_DISK, LEAST_DISK) if config is None else _run_bytes(config)
    found = f"{size(free)} free at {folder}, {size(needed)} needed by the end"
    do = "make room and go on with --resume, or choose another place with --set run.dir=PATH"
    yield check("disk", free >= needed, found, do, "missing" if free < least else "note")
    session = Path(tempfile.gettempdir())
    used = shutil.disk_usage(session)
    share = 1 - used.free / used.total
    do = "make room there: Ray keeps no object on a disk that is fuller"
    found = f"{session}, where Ray keeps its session, is {share:.0%} full"
    yield check("disk: ray", share < FULLEST, found, do, "note")


def _run_bytes(config: Config) -> tuple[int, int]:
    """Of the whole run, and of the least that a first step leaves: one checkpoint and a policy."""
    traces = config.run.steps * config.problems.per_step * config.rollout.group_size * TRACE_BYTES
    try:
        parameters = read_shape(policy_folder(config.policy.path)).parameters
    except (ValueError, CommandError):
        return traces, 0
    policy = parameters * BYTES[config.policy.dtype]
    if config.learner.lora.rank:
        return traces + 2 * policy, policy
    checkpoint = policy + parameters * (8 if config.policy.dtype == "float32" else 12)
    checkpoints = config.run.keep_checkpoints + config.run.keep_best + 1  # one more while it is written
    return traces + checkpoint * checkpoints + 2 * policy, checkpoint + policy


def shared_memory_check(config: Config | None) -> Check:
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
    do = "give the container more (docker run --shm-size); else Ray takes files, or refuses where it is over 10 GB"
    found = f"{size(free)} free, {size(needed)} needed"
    return check("shared memory", free >= needed, found, do, "missing" if needed > RAY_NEEDS_SHARED else "note")


def port_checks(config: Config | None) -> Iterator[Check]:
    """Ranks and Ray's processes find each other through free ports of this machine's address."""
    host = own_address()
    try:
        with socket.create_server((host, 0)) as server:
            socket.create_connection(server.getsockname(), timeout=5).close()
        yield check("ports", True, f"a free port of {host} can be reached", "")
    except OSError as error:
        do = "let this machine reach its own address: a firewall, or a wrong line in /etc/hosts"
        yield check("ports", False, f"a free port of {host} cannot be reached ({error})", do)
    address = config.ray.address if config else None
    if address and address != "auto" and "://" not in address:
        yield _reach(address)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES + (0 if config is None else 4 * config.rollout.most_actors)
    found = f"{soft} allowed, {wanted} wanted"
    yield check("open files", soft >= wanted, found, f"ulimit -n {wanted} (the most here is {hard})", "note")


def _reach(address: str) -> Check:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
        return check("ray", True, f"{address} answers", "")
    except (OSError, ValueError) as error:
        return check("ray", False, f"nothing answers at ray.address {address!r} ({error})", "ray start --head there")


def own_address() -> str:
    """Of the interface towards the outside, as Ray takes it; no packet is sent."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("8.8.8.8", 80))
        return str(probe.getsockname()[0])
    return "127.0.0.1"
