"""`tracemill doctor`: what this machine can run, what is missing, and what to do about it."""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Iterator, Sequence

from tracemill.configs.load import load, load_part
from tracemill.configs.schema import Config, VerifierConfig
from tracemill.jobs.doctor.check import Check, check, size
from tracemill.jobs.doctor.machine import (
    battery_check,
    compiler_check,
    disk_checks,
    isolation_checks,
    port_checks,
    shared_memory_check,
)
from tracemill.jobs.doctor.memory import device_checks, host_check
from tracemill.jobs.doctor.memory_plan import Need
from tracemill.jobs.doctor.policy import config_checks
from tracemill.jobs.doctor.versions import config_version_checks, library_checks, pair_checks, used_packages
from tracemill.jobs.errors import CommandError


def command(options: argparse.Namespace) -> int:
    """Prints each check as it is over; 1 where something that is needed is missing."""
    config: Config | None = None
    try:
        if options.config is not None:
            config = load(options.config, options.set)
        verifier = config.verifier if config else load_part(VerifierConfig, "verifier", overrides=options.set)
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    checks: list[Check] = []
    for one in _checks(config, verifier, quick=options.quick, verifiers=options.verifiers):
        checks.append(one)
        print(f"{one.state:8} {one.name:18} {one.found}", flush=True)
        if one.do:
            print(f"{'':27} -> {one.do}", flush=True)
    missing = [one.name for one in checks if one.state == "missing"]
    notes = sum(one.state == "note" for one in checks)
    passed = len(checks) - len(missing) - notes
    print(f"{passed} passed, {notes} to note, {len(missing)} missing{': ' if missing else ''}{', '.join(missing)}")
    return 1 if missing else 0


def _checks(config: Config | None, verifier: VerifierConfig, *, quick: bool, verifiers: bool) -> Iterator[Check]:
    yield check("python", sys.version_info >= (3, 11), platform.python_version(), "install Python 3.11 or later")
    yield from library_checks("tracemill")
    yield from pair_checks(used_packages(config))
    if config is not None:
        yield from config_version_checks(config)
    yield from isolation_checks(verifier)
    yield compiler_check()
    yield from disk_checks(config)
    yield shared_memory_check(config)
    yield from port_checks(config)
    yield battery_check(verifier)
    if config is not None:
        yield from _of_config(config, quick=quick)
    if verifiers:
        yield from _battery_checks(verifier)


def _of_config(config: Config, *, quick: bool) -> Iterator[Check]:
    could_start, policy, needs = config_checks(config)
    yield could_start
    if policy is None:
        return
    yield host_check(config, needs)
    yield from device_checks(config, needs)
    _print_plan(needs)
    if not quick:
        from tracemill.jobs.doctor.agreement import agreement_checks

        yield from agreement_checks(config, policy, needs)


def _print_plan(needs: Sequence[Need]) -> None:
    print(f"\n{'memory plan':26} {'each':>10}  count  {'together':>10}")
    for need in needs:
        where = "  accelerator" if need.on_device else ""
        print(f"{need.part:26} {size(need.each):>10}  {need.count:5}  {size(need.bytes):>10}{where}")
    print()


def _battery_checks(config: VerifierConfig) -> list[Check]:
    from tracemill.jobs.doctor.batteries import run_here, run_in_ray

    checks = []
    for run in (run_here, run_in_ray):
        try:
            found = run(config)
        except Exception as error:  # Ray has many ways to fail to start, and the other checks should still be read
            reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
            checks.append(check(f"battery: {run.__name__}", False, f"could not be run: {reason}", "start Ray by hand"))
            continue
        kinds = ("false_positives", "false_negatives", "escapes", "errors")
        said = ", ".join(f"{len(getattr(found, kind))} {kind.replace('_', ' ')}" for kind in kinds)
        names = "; ".join(name for kind in kinds for name in getattr(found, kind))
        do = f"rewards cannot be trusted here: {names}"
        checks.append(check(f"battery: {found.where}", found.passed, f"{found.trials} trials, {said}", do))
    return checks
