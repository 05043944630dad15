"""The verifiers' whole batteries, in this process or in a worker of Ray: false positives, false negatives, escapes."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tracemill.configs.schema import VerifierConfig
from tracemill.verifiers.battery import run_battery, tally
from tracemill.verifiers.sandbox import battery as sandbox
from tracemill.verifiers.sandbox.pool import SandboxPool
from tracemill.verifiers.verifier import Verifier

if TYPE_CHECKING:
    from tracemill.verifiers.battery import Trial

ESCAPE = "reach for the host"  # the sandbox's trial that lists what a program got through


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """`escapes` says what programs got through; they are in no other list."""

    where: str
    trials: int
    false_positives: tuple[str, ...]
    false_negatives: tuple[str, ...]
    escapes: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not (self.false_positives or self.false_negatives or self.escapes or self.errors)


def run_here(config: VerifierConfig, where: str = "this process") -> Outcome:
    """Some 120 trials; about 20 of them take `code_timeout_s` each."""
    verifier, pool = Verifier(config), SandboxPool(config)
    try:
        return outcome(where, run_battery(verifier), sandbox.run_battery(pool))
    finally:
        verifier.close()
        pool.close()


def outcome(where: str, math: Iterable[Trial], programs: Iterable[sandbox.Trial]) -> Outcome:
    programs = list(programs)
    reached = [trial for trial in programs if trial.name == ESCAPE and trial.verdict.status == "wrong"]
    found = [tally(math), tally([trial for trial in programs if trial not in reached])]

    def both(name: str) -> tuple[str, ...]:
        return tuple(trial for one in found for trial in getattr(one, name))

    return Outcome(
        where=where,
        trials=sum(one.trials for one in found) + len(reached),
        false_positives=both("false_positives"),
        false_negatives=both("false_negatives"),
        escapes=tuple(trial.verdict.evidence for trial in reached),
        errors=both("errors"),
    )


def run_in_ray(config: VerifierConfig) -> Outcome:
    """In a worker of a local Ray that is started and stopped here."""
    os.environ.setdefault("RAY_ENABLE_UV_RUN_RUNTIME_ENV", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    import logging

    import ray

    def there() -> Outcome:
        return run_here(config, "a Ray worker")

    stood = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # Ray puts the working folder first on its workers' path, where ours shadow packages
        try:
            ray.init(
                address="local", num_cpus=1, include_dashboard=False, logging_level=logging.ERROR, log_to_driver=False
            )
            return ray.get(ray.remote(there).remote())
        finally:
            ray.shutdown()
            os.chdir(stood)
