"""A ratio that is asked for in lowest terms, with whole numbers, is right in no other form."""

from __future__ import annotations

from random import Random

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.math import ratio_sharing
from tracemill.problems.types import MathReference
from tracemill.verifiers.verifier import Verifier


def test_the_question_is_no_answer() -> None:
    verifier = Verifier(VerifierConfig())
    params = ("lowest", (8, 9), (13, 6), (3, 4))
    reference = ratio_sharing.FAMILY.pose(params, Random(0)).reference
    assert reference == MathReference(answer="32:78:27", type="ratio", form="reduced")
    assert reference == ratio_sharing.FAMILY.confirm(params)
    for answer, status in (("32:78:27", "correct"), ("8/9 : 13/6 : 3/4", "wrong"), ("64:156:54", "wrong")):
        assert verifier.judge(reference, f"\\boxed{{{answer}}}").status == status
    verifier.close()


def test_shares_are_tuples_of_values() -> None:
    params = ratio_sharing.FAMILY.sample(1, Random(0))
    reference = ratio_sharing.FAMILY.pose(params, Random(0)).reference
    assert isinstance(reference, MathReference) and (reference.type, reference.form) == ("tuple", "value")
