"""Canaries are judged as they are known here, chosen by step alone, and a wrong verdict on one is told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import LiteralReference
from tracemill.verifiers.canaries import ANSWERS, PROGRAMS, canaries, check_canaries
from tracemill.verifiers.verifier import Verifier

KNOWN = ANSWERS + PROGRAMS


STRICT = VerifierConfig(
    extraction="strict", decimal_digits=0, bare_percent=False, missing_unit=False, unreduced=False, code_timeout_s=10.0
)


@pytest.mark.parametrize("config", [VerifierConfig(code_timeout_s=10.0), STRICT], ids=["default", "strict"])
def test_every_canary_is_judged_as_it_is_known(config: VerifierConfig) -> None:
    verifier = Verifier(config)
    try:
        verdicts = verifier.judge_all([(canary.reference, canary.response) for canary in KNOWN])
    finally:
        verifier.close()
    assert [verdict.status == "correct" for verdict in verdicts] == [canary.right for canary in KNOWN]
    assert check_canaries(KNOWN, verdicts) is None
    for index, verdict in enumerate(verdicts):
        turned = "wrong" if verdict.status == "correct" else "correct"
        mistaken = [*verdicts[:index], replace(verdict, status=turned), *verdicts[index + 1 :]]
        said = check_canaries(KNOWN, mistaken)
        assert said is not None and repr(KNOWN[index].response) in said
        unjudged = [*verdicts[:index], replace(verdict, status="timeout"), *verdicts[index + 1 :]]
        assert check_canaries(KNOWN, unjudged) is None


@pytest.mark.parametrize("count", [0, 1, 4, 5])
def test_the_step_alone_chooses_them(count: int) -> None:
    for step in range(50):
        chosen = canaries(step, count)
        assert chosen == canaries(step, count)
        assert len(chosen) == count
        assert sum(canary.right for canary in chosen) == (count + 1) // 2
        assert not set(chosen) & set(PROGRAMS)
    assert count == 0 or len({canaries(step, count) for step in range(50)}) > 2


def test_programs_come_where_the_step_has_programs() -> None:
    text = [LiteralReference(literal="1")]
    assert not any(set(canaries(step, 4, text)) & set(PROGRAMS) for step in range(50))
    assert any(set(canaries(step, 4, [*text, PROGRAMS[0].reference])) & set(PROGRAMS) for step in range(50))
