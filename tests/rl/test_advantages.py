from __future__ import annotations

from itertools import accumulate
from random import Random

import pytest

from tracemill.configs.schema import CriticConfig, LearnerConfig
from tracemill.rl.advantages import centred, gae, grpo, leave_one_out, whitened
from tracemill.rl.algorithms import algorithm_named
from tracemill.rl.algos.types import Credit, Sample

OPTIONS = LearnerConfig()


def samples(*rewards_P_G: list[float | None], num_tokens: int = 1) -> list[list[Sample]]:
    return [[Sample(reward=reward, num_tokens=num_tokens) for reward in rewards_G] for rewards_G in rewards_P_G]


def test_grpo_by_hand() -> None:
    # mean 0.25, population deviation sqrt(3)/4
    assert grpo([1.0, 0.0, 0.0, 0.0]) == pytest.approx([3**0.5, -(3**-0.5), -(3**-0.5), -(3**-0.5)], rel=1e-5)


def test_centred_by_hand() -> None:
    assert centred([1.0, 0.0, None, 0.5]) == [0.5, -0.5, None, 0.0]


def test_leave_one_out_by_hand() -> None:
    # the others' means are 1/3, 2/3, 2/3, 1/3 ... of [1, 0, 0, 1]
    assert leave_one_out([1.0, 0.0, 0.0, 1.0]) == pytest.approx([2 / 3, -2 / 3, -2 / 3, 2 / 3])
    assert leave_one_out([1.0, None, 0.25]) == [0.75, None, -0.75]


@pytest.mark.parametrize("function", [grpo, centred, leave_one_out])
def test_a_group_without_variance_teaches_nothing(function) -> None:  # type: ignore[no-untyped-def]
    assert function([0.1, 0.1, 0.1]) == [0.0, 0.0, 0.0]
    assert function([None, 1.0]) == [None, 0.0]
    assert function([None, None]) == [None, None]


def test_unjudged_samples_are_out_of_the_mean() -> None:
    assert grpo([1.0, None, 0.0]) == [pytest.approx(1.0, rel=1e-5), None, pytest.approx(-1.0, rel=1e-5)]


def test_whitened_by_hand() -> None:
    # four tokens: 1, 1, 1, -3: mean 0, deviation sqrt(3)
    one, other = whitened([(1.0, 1.0), (1.0, -3.0)])
    assert one == pytest.approx((3**-0.5, 3**-0.5), rel=1e-5)
    assert other == pytest.approx((3**-0.5, -(3**0.5)), rel=1e-5)
    assert whitened([(2.0,), (2.0, 2.0)]) == [(0.0,), (0.0, 0.0)]


def test_gae_by_hand() -> None:
    # gamma 0.9, lam 0.5: delta = 1 - 0.5 = 0.5; then 0 + 0.45 - 0.2 = 0.25 and 0.25 + 0.45 * 0.5 = 0.475
    advantages, returns = gae([0.0, 1.0], [0.2, 0.5], gamma=0.9, lam=0.5)
    assert advantages == pytest.approx((0.475, 0.5))
    assert returns == pytest.approx((0.675, 1.0))


def test_gae_is_the_sum_of_its_definition() -> None:
    """Equation 16 as it stands: A_t = sum over l of (gamma lam)^l delta_{t+l}; and with lam 1 the return to go."""
    rng = Random(0)
    rewards, values = [rng.gauss(0, 1) for _ in range(9)], [rng.gauss(0, 1) for _ in range(9)]
    deltas = [r + 0.97 * n - v for r, v, n in zip(rewards, values, [*values[1:], 0.0], strict=True)]
    advantages, _ = gae(rewards, values, gamma=0.97, lam=0.9)
    assert advantages == pytest.approx([sum((0.97 * 0.9) ** k * d for k, d in enumerate(deltas[t:])) for t in range(9)])
    _, returns = gae(rewards, values, gamma=1.0, lam=1.0)
    assert returns == pytest.approx(list(accumulate(reversed(rewards)))[::-1])


def test_penalties_are_taken_to_go_or_as_a_sum() -> None:
    """One group, two tokens each, penalties 0.1 and 0.3: REINFORCE++ takes 0.4 from the first token and 0.3 from the
    second; RLOO takes 0.4 from the completion."""
    group = [
        Sample(reward=1.0, num_tokens=2, penalties_T=(0.1, 0.3)),
        Sample(reward=0.0, num_tokens=2, penalties_T=(0.0, 0.0)),
        Sample(reward=None, num_tokens=2),
    ]
    (one, other, none), *_ = algorithm_named("reinforce_pp").credit([group], OPTIONS)
    assert none is None and one is not None and other is not None
    mean, deviation = 0.325, (((0.6 - 0.325) ** 2 + (0.7 - 0.325) ** 2 + 2 * 0.325**2) / 4) ** 0.5
    assert one.advantages_T == pytest.approx(((0.6 - mean) / deviation, (0.7 - mean) / deviation), rel=1e-5)
    assert other.advantages_T == pytest.approx((-mean / deviation,) * 2, rel=1e-5)
    (one, other, _), *_ = algorithm_named("rloo").credit([group], OPTIONS)
    assert one is not None and one.advantages_T == pytest.approx((0.6, 0.6))
    assert other is not None and other.advantages_T == pytest.approx((-0.6, -0.6))


def test_reinforce_pp_with_baseline_is_normalised_over_the_batch() -> None:
    """Centred within the groups ([0.5, -0.5], [0, 0]), then by the deviation of all four, sqrt(1/8)."""
    credits = algorithm_named("reinforce_pp_baseline").credit(samples([1.0, 0.0], [1.0, 1.0]), OPTIONS)
    given = [credit.mean for group in credits for credit in group if credit is not None]
    assert given == pytest.approx([2**0.5, -(2**0.5), 0.0, 0.0], rel=1e-5)


def test_ppo_puts_the_reward_at_the_last_token_and_whitens() -> None:
    options = LearnerConfig(critic=CriticConfig(kind="head", gamma=1.0, lam=1.0))
    group = [
        Sample(reward=1.0, num_tokens=2, values_T=(0.5, 0.75)),
        Sample(reward=0.0, num_tokens=2, values_T=(0.5, 0.25)),
    ]
    (one, other), *_ = algorithm_named("ppo").credit([group], options)
    assert one is not None and other is not None
    assert one.returns_T == (1.0, 1.0) and other.returns_T == (0.0, 0.0)
    deviation = ((2 * 0.5**2 + 2 * 0.25**2) / 4) ** 0.5
    assert one.advantages_T == pytest.approx((0.5 / deviation, 0.25 / deviation), rel=1e-5)
    assert other.advantages_T == pytest.approx((-0.5 / deviation, -0.25 / deviation), rel=1e-5)
    with pytest.raises(ValueError, match=r"ppo needs the values of a critic; set learner\.critic\.kind"):
        algorithm_named("ppo").credit(samples([1.0, 0.0]), options)


def test_the_mean_of_equal_advantages_is_that_advantage_exactly() -> None:
    assert Credit(advantages_T=(0.1,) * 7).mean == 0.1
    assert Credit(advantages_T=(1.0, 0.0)).mean == 0.5


def test_an_unknown_algorithm_names_the_nearest() -> None:
    with pytest.raises(ValueError, match="no algorithm 'gpro'; did you mean 'grpo'"):
        algorithm_named("gpro")
