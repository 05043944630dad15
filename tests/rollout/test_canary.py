"""What the comparison of two models' logprobs calls the same."""

from __future__ import annotations

import math

import pytest

from tracemill.rollout.canary import CanaryDied, check_canary, largest_difference, probe_of, tolerance_for

SAID = [[-1.0, -2.0], [-0.5]]


def test_the_largest_difference_decides() -> None:
    near = [[-1.0, -2.0004], [-0.5]]
    assert largest_difference(SAID, near) == pytest.approx(4e-4)
    assert check_canary(SAID, near, name="engine 1", version=7, tolerance=1e-3) == pytest.approx(4e-4)
    with pytest.raises(CanaryDied, match=r"engine 1 does not hold version 7 .* 0\.0004 off .* \(0\.0001\)"):
        check_canary(SAID, near, name="engine 1", version=7, tolerance=1e-4)


@pytest.mark.parametrize(
    "odd", [[[-1.0, math.nan], [-0.5]], [[-1.0], [-0.5]], [[-1.0, -2.0]], [[-1.0, -math.inf], [-0.5]]]
)
def test_what_cannot_be_compared_is_infinitely_far(odd: list[list[float]]) -> None:
    assert largest_difference(SAID, odd) == largest_difference(odd, SAID) == math.inf


def test_a_probe_is_of_the_longest_prompts() -> None:
    prompts = [range(10), range(100), [1], range(10), range(20, 25), [3, 4], [5, 6, 7]]
    assert [len(one) for one in probe_of(prompts)] == [64, 10, 5, 3]
    assert probe_of([[1], []]) == []


def test_tolerances_by_dtype() -> None:
    assert tolerance_for("float32", None) < tolerance_for("float16", None) < tolerance_for("bfloat16", None)
    assert tolerance_for("bfloat16", 0.01) == 0.01
