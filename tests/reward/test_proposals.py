"""What a proposal is worth, in numbers worked out by hand."""

from __future__ import annotations

import pytest

from tracemill.reward.proposals import Worth, learnability, reward_of


@pytest.mark.parametrize(("pass_rate", "worth"), [(0.0, 0.0), (1.0, 0.0), (0.125, 0.875), (0.25, 0.75), (0.875, 0.125)])
def test_learnability_is_highest_where_a_solver_seldom_succeeds(pass_rate: float, worth: float) -> None:
    assert learnability(pass_rate) == worth


@pytest.mark.parametrize(
    ("worth", "total", "parts"),
    [
        (0.25, 0.75, {"learnability": 0.75}),
        (0.0, 0.0, {"learnability": 0.0}),
        ("refused", -0.5, {"refused": -0.5}),
        ("malformed", -1.0, {"malformed": -1.0}),
        (None, None, {}),
    ],
)
def test_rewards_have_their_parts(worth: Worth, total: float | None, parts: dict[str, float]) -> None:
    reward = reward_of(worth)
    assert (reward.total, reward.parts) == (total, parts)
