from __future__ import annotations

import pytest

from tracemill.rl.advantages import grpo
from tracemill.rl.algorithms import algorithm_named


def test_grpo_by_hand() -> None:
    # mean 0.25, population deviation sqrt(3)/4
    assert grpo([1.0, 0.0, 0.0, 0.0]) == pytest.approx([3**0.5, -(3**-0.5), -(3**-0.5), -(3**-0.5)], rel=1e-5)


def test_a_group_without_variance_teaches_nothing() -> None:
    assert grpo([1.0, 1.0, 1.0]) == [0.0, 0.0, 0.0]


def test_unjudged_samples_are_out_of_the_mean() -> None:
    assert grpo([1.0, None, 0.0]) == [pytest.approx(1.0, rel=1e-5), None, pytest.approx(-1.0, rel=1e-5)]
    assert grpo([None, None]) == [None, None]
    assert grpo([None, 1.0]) == [None, 0.0]


def test_an_unknown_algorithm_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="no algorithm 'gpro'; did you mean 'grpo'"):
        algorithm_named("gpro")
