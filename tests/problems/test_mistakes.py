"""Seeds at which a family once called a right answer wrong."""

from contextlib import closing

import pytest

from tracemill.configs.schema import VerifierConfig
from tracemill.jobs.audit import audit
from tracemill.problems.registry import family_named
from tracemill.verifiers.verifier import Verifier

SEEDS = [
    ("quadratics", 3, 10),  # x^2 + x - 2: its coefficients are its roots
    ("matrix_inverse", 1, 14),  # its own inverse
    ("linear_combination", 1, 28),  # one vector, taken once
    ("write_function", 2, 35),  # at least 6 of x modulo 3: always 6
    ("write_function", 3, 6),
]


@pytest.mark.parametrize(("name", "level", "seed"), SEEDS)
def test_each_mistake_is_wrong(name: str, level: int, seed: int) -> None:
    with closing(Verifier(VerifierConfig())) as verifier:
        found = audit(family_named(name), [level], [seed], verifier)
    assert found.responses > 3
    assert not found.findings
