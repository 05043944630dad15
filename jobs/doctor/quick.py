"""The quick part of the doctor, by which `tracemill run` begins: half a second, nothing heavy imported.

What cannot work is refused in one line before anything is started; what merely is a note is no obstacle, and is said
only where memory or disk may run out on the way.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tracemill.configs.schema import Config
from tracemill.jobs.doctor.check import Check
from tracemill.jobs.doctor.machine import disk_checks, isolation_checks, shared_memory_check
from tracemill.jobs.doctor.memory import host_check
from tracemill.jobs.doctor.policy import memory_needs
from tracemill.jobs.doctor.versions import config_version_checks
from tracemill.jobs.errors import CommandError

WORTH_SAYING = ("memory", "disk")


def check_quickly(config: Config, policy: Path, *, in_process: bool) -> list[str]:
    """What is worth knowing before the start, a line each. Raises CommandError, one line, for what is missing."""
    checks = list(_quick_checks(config, policy, in_process=in_process))
    if missing := [one for one in checks if one.state == "missing"]:
        said = "; ".join(f"{one.name}: {one.found} -> {one.do}" for one in missing)
        raise CommandError(f"{said} (tracemill doctor CONFIG says more)")
    return [f"{one.name}: {one.found}" for one in checks if one.state == "note" and one.name in WORTH_SAYING]


def _quick_checks(config: Config, policy: Path, *, in_process: bool) -> Iterator[Check]:
    joins = config.ray.address is not None and not in_process  # then engines, ranks and verifiers are elsewhere
    if not joins:
        yield from config_version_checks(config)
        yield from isolation_checks(config.verifier)
    yield from disk_checks(config)
    if not joins and not in_process:
        yield shared_memory_check(config)
    if not joins:
        try:
            yield host_check(config, memory_needs(config, policy))
        except ValueError:
            return  # a policy that does not say its shape has no plan
