"""The battery passes here, and would notice a verifier that does not judge."""

from __future__ import annotations

from tracemill.configs.schema import VerifierConfig
from tracemill.verifiers.battery import Trial, run_battery, tally
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier


def test_the_battery_passes_here() -> None:
    verifier = Verifier(VerifierConfig(math_timeout_s=5.0))
    try:
        found = tally(run_battery(verifier))
    finally:
        verifier.close()
    assert found.passed, found
    assert found.trials >= 30


def test_a_tally_tells_the_kinds_of_failure_apart() -> None:
    def trial(name: str, status: str, *allowed: str) -> Trial:
        verdict = Verdict(
            status=status,  # type: ignore[arg-type]
            extracted=None,
            rule="",
            evidence="",
            verifier="math",
            version=1,
            seconds=0.0,
        )
        return Trial(name=name, allowed=allowed, verdict=verdict)  # type: ignore[arg-type]

    found = tally(
        [
            trial("fine", "correct", "correct"),
            trial("too kind", "correct", "wrong"),
            trial("too harsh", "wrong", "correct"),
            trial("broken", "verifier_error", "correct"),
        ]
    )
    assert (found.false_positives, found.false_negatives, found.errors) == (("too kind",), ("too harsh",), ("broken",))
    assert not found.passed
