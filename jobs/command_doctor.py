"""`tracemill doctor`: what this machine can run, what is missing, and what to do about it."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from tracemill.configs.load import load, load_part
from tracemill.configs.schema import Config, VerifierConfig
from tracemill.jobs.doctor import Check, check, config_checks, machine_checks, size
from tracemill.jobs.errors import CommandError
from tracemill.jobs.memory_plan import Need


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

    def say(one: Check) -> None:
        checks.append(one)
        print(f"{one.state:8} {one.name:18} {one.found}", flush=True)
        if one.do:
            print(f"{'':27} -> {one.do}", flush=True)

    for one in machine_checks(config, verifier):
        say(one)
    if config is not None:
        found, needs = config_checks(config)
        for one in found:
            say(one)
        _print_plan(needs)
    if options.verifiers:
        for one in _battery_checks(verifier):
            say(one)
    missing = [one.name for one in checks if one.state == "missing"]
    notes = sum(one.state == "note" for one in checks)
    passed = len(checks) - len(missing) - notes
    print(f"{passed} passed, {notes} to note, {len(missing)} missing{': ' if missing else ''}{', '.join(missing)}")
    return 1 if missing else 0


def _print_plan(needs: Sequence[Need]) -> None:
    if not needs:
        return
    print(f"\n{'memory plan':26} {'each':>10}  count  {'together':>10}")
    for need in needs:
        where = "  accelerator" if need.on_device else ""
        print(f"{need.part:26} {size(need.each):>10}  {need.count:5}  {size(need.bytes):>10}{where}")
    print()


def _battery_checks(config: VerifierConfig) -> list[Check]:
    from tracemill.jobs.batteries import run_here, run_in_ray

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
