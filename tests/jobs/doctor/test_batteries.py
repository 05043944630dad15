from __future__ import annotations

from tracemill.jobs.doctor.batteries import ESCAPE, outcome
from tracemill.verifiers import battery
from tracemill.verifiers.sandbox import battery as sandbox
from tracemill.verifiers.types import Status, Verdict


def test_failures_of_a_battery_are_told_apart() -> None:
    def verdict(status: Status) -> Verdict:
        return Verdict(status=status, extracted="", rule="", evidence="read /x", verifier="", version=1, seconds=0.0)

    math = [battery.Trial(name="kind", allowed=("wrong",), verdict=verdict("correct"))]
    programs = [
        sandbox.Trial(name=ESCAPE, allowed=("correct",), verdict=verdict("wrong")),
        sandbox.Trial(name="harsh", allowed=("correct",), verdict=verdict("timeout")),
        sandbox.Trial(name="lost", allowed=("correct",), verdict=verdict("verifier_error")),
        sandbox.Trial(name="fine", allowed=("correct",), verdict=verdict("correct")),
    ]
    found = outcome("here", math, programs)
    assert (found.trials, found.passed) == (5, False)
    assert (found.false_positives, found.false_negatives) == (("kind",), ("harsh",))
    assert (found.escapes, found.errors) == (("read /x",), ("lost",))
