"""The curriculum: what it chooses from what it was told, that staleness and resuming do not change it, and that it
helps a learner of whom the truth is known."""

from __future__ import annotations

import json
import math
from random import Random
from typing import Any

import pytest

from tracemill.configs.schema import ProblemsConfig
from tracemill.problems import curriculum
from tracemill.problems.registry import family_named
from tracemill.problems.sampler import training_problems
from tracemill.problems.supply import ProblemSupply

ADAPTIVE = ("window", "bandit", "failure")


def config(strategy: str, levels: range = range(1, 6), **more: Any) -> ProblemsConfig:
    return ProblemsConfig.model_validate(
        {
            "mix": [
                {"family": "arithmetic", "levels": list(levels)},
                {"family": "gcd", "levels": list(levels), "weight": 2.0},
            ],
            "per_step": 8,
            "curriculum": {"strategy": strategy, **more},
        }
    )


def told(problems: ProblemsConfig, rates: dict[str, float], steps: int = 10, staleness: int = 0) -> dict[str, Any]:
    """The state after steps in which every cell of `rates` had 16 answers, that share of them right."""
    state = curriculum.new_state()
    results = {cell: (round(16 * rate), 16) for cell, rate in rates.items()}
    for step in range(steps):
        state = curriculum.recorded(state, step, results, problems.curriculum, staleness)
    return state


def test_fixed_draws_what_the_mix_always_drew() -> None:
    problems = config("fixed")
    ids = []
    for step in range(6):
        for place in range(problems.per_step):
            rng = Random(f"train/7/{step}/{place}")
            item = rng.choices(problems.mix, weights=[1.0, 2.0])[0]
            family, level = family_named(item.family), rng.choice(item.levels)
            while (problem := family.problem(level, rng.randrange(2**40))).split != "train":
                pass
            ids.append(problem.id)
    supply = ProblemSupply(problems, run_seed=7, staleness=2)
    assert [problem.id for step in range(6) for problem in supply.problems(step)] == ids
    assert [problem.id for step in range(6) for problem in training_problems(problems, 7, step)] == ids
    assert {cell: pytest.approx(share) for cell, share in curriculum.mix_shares(problems).items()} == {
        **{f"arithmetic:{level}": 1 / 15 for level in range(1, 6)},
        **{f"gcd:{level}": 2 / 15 for level in range(1, 6)},
    }


RATES = {"arithmetic:1": 1.0, "arithmetic:2": 0.9, "arithmetic:3": 0.5, "arithmetic:4": 0.1, "arithmetic:5": 0.0}


@pytest.mark.parametrize("strategy", ADAPTIVE)
def test_shares_sum_to_one_and_no_family_falls_under_its_floor(strategy: str) -> None:
    problems = config(strategy, floor=0.2)
    state = told(problems, {**RATES, **{f"gcd:{level}": 1.0 for level in range(1, 6)}})
    shares = curriculum.shares(problems, state, 10, 0)
    assert sum(shares.values()) == pytest.approx(1)
    for family in ("arithmetic", "gcd"):
        assert sum(share for cell, share in shares.items() if cell.startswith(family)) >= 0.1
    assert shares == curriculum.shares(problems, json.loads(json.dumps(state)), 10, 0)


def test_window_takes_what_is_half_solved_and_looks_at_the_levels_beside_it() -> None:
    problems = config("window", explore=0.2, floor=0.0)
    shares = curriculum.shares(problems, told(problems, RATES), 10, 0)
    arithmetic = [shares[f"arithmetic:{level}"] for level in range(1, 6)]
    assert arithmetic[2] == max(arithmetic) and min(arithmetic[1], arithmetic[3]) > 3 * max(
        arithmetic[0], arithmetic[4]
    )
    # a level never tried is judged by the one beside it
    del (rates := dict(RATES))["arithmetic:5"]
    believed = curriculum.beliefs(
        curriculum.mix_shares(problems),
        curriculum.counts_for(told(problems, rates), 10, problems.curriculum, 0),
        (0.2, 0.8),
    )
    assert believed["arithmetic:5"].mean < 0.25 and believed["gcd:5"].mean == 0.5
    assert believed["gcd:5"].deviation == pytest.approx(math.sqrt(1 / 12))
    assert believed["gcd:5"].in_window == pytest.approx(0.8, abs=0.01)  # 0.6 inside, and half of the rest
    assert believed["arithmetic:3"].deviation < 0.08


def test_a_family_whose_levels_all_lie_beside_the_window_goes_on() -> None:
    problems = config("window", explore=0.0, floor=0.0)
    stuck = {"gcd:1": 0.9375, "gcd:2": 0.0625, "gcd:3": 0.0, "gcd:4": 0.0, "gcd:5": 0.0}
    shares = curriculum.shares(problems, told(problems, {**RATES, **stuck}), 10, 0)
    assert min(shares["gcd:1"], shares["gcd:2"]) > shares["arithmetic:3"] / 2  # gcd has twice arithmetic's weight
    assert min(shares["gcd:1"], shares["gcd:2"]) > 5 * max(shares[f"gcd:{level}"] for level in (3, 4, 5))


def test_levels_far_above_what_can_be_done_need_no_answers_to_be_left_alone_and_are_found_by_their_own() -> None:
    problems = config("window", levels=range(1, 11), explore=0.0, floor=0.0)
    rates = {"arithmetic:1": 0.5, "arithmetic:2": 0.0}
    before = curriculum.shares(problems, told(problems, rates), 10, 0)
    assert sum(before[f"arithmetic:{level}"] for level in range(3, 11)) < before["arithmetic:1"] / 4
    after = curriculum.shares(problems, told(problems, {**rates, "arithmetic:7": 0.5}), 10, 0)
    assert after["arithmetic:7"] == pytest.approx(after["arithmetic:1"], rel=0.01)
    # and one above a level that is known may be worth as much as any of which nothing is known
    known = curriculum.shares(problems, told(problems, {"arithmetic:1": 1.0}), 10, 0)
    assert known["arithmetic:2"] == pytest.approx(known["gcd:1"] / 2, rel=0.01)


@pytest.mark.parametrize("window", [(0.0, 1.0), (0.0, 0.5), (0.5, 1.0)])
def test_a_window_may_reach_to_the_ends(window: tuple[float, float]) -> None:
    problems = config("window", window=window, explore=0.0, floor=0.0)
    counts = curriculum.counts_for(told(problems, RATES), 10, problems.curriculum, 0)
    believed = curriculum.beliefs(RATES, counts, window)
    for cell, rate in RATES.items():
        assert (believed[cell].in_window > 0.9) == (window[0] <= rate <= window[1])


def test_failure_prefers_what_fails_and_bandit_what_moves() -> None:
    failure = config("failure", explore=0.0, floor=0.0)
    shares = curriculum.shares(failure, told(failure, RATES), 10, 0)
    assert sorted(RATES, key=shares.__getitem__) == sorted(RATES)

    bandit = config("bandit", explore=0.0, floor=0.0, half_life_steps=4)
    state = told(bandit, dict.fromkeys(RATES, 0.5), steps=30)
    for step in range(30, 36):
        moved = dict.fromkeys(RATES, (8, 16)) | {"arithmetic:2": (16, 16), "arithmetic:4": (0, 16)}
        state = curriculum.recorded(state, step, moved, bandit.curriculum, 0)
    shares = curriculum.shares(bandit, state, 36, 0)
    assert min(shares["arithmetic:2"], shares["arithmetic:4"]) > 2 * max(shares[f"arithmetic:{n}"] for n in (1, 3, 5))


def test_old_evidence_decays() -> None:
    problems = config("window", half_life_steps=5)
    state = told(problems, {"arithmetic:1": 1.0}, steps=1)
    for step in range(1, 6):
        state = curriculum.recorded(state, step, {}, problems.curriculum, 0)
    quick, judged, _, slow = curriculum.counts_for(state, 6, problems.curriculum, 0)["arithmetic:1"]
    assert quick == judged == pytest.approx(8) and slow == pytest.approx(16 * 0.5 ** (1 / 5))


@pytest.mark.parametrize("staleness", [0, 1, 3])
def test_a_step_is_chosen_by_the_steps_before_it_less_staleness_and_the_same_after_a_resume(staleness: int) -> None:
    problems = config("window")

    def result(step: int) -> list[tuple[int, int]]:
        return [(Random(f"{step}/{place}").randrange(9), 8) for place in range(problems.per_step)]

    whole = ProblemSupply(problems, 3, staleness)
    ids, lines, states = {}, [], {}
    for step in range(12):
        for ahead in range(step, step + staleness + 1):  # as the loop admits them
            made = [problem.id for problem in whole.problems(ahead)]
            assert ids.setdefault(ahead, made) == made
        lines.append(whole.record(step, whole.problems(step), result(step)))
        states[step] = json.dumps(whole.to_state())
    resumed = ProblemSupply(problems, 3, staleness)
    resumed.load(json.loads(states[5]))
    for step in range(6, 12):
        for ahead in range(step, step + staleness + 1):
            assert [problem.id for problem in resumed.problems(ahead)] == ids[ahead]
        assert resumed.record(step, resumed.problems(step), result(step)) == lines[step]
        assert json.dumps(resumed.to_state()) == states[step]
    first = curriculum.shares(problems, curriculum.new_state(), 0, staleness)
    assert (
        all(line["curriculum"] == first for line in lines[: staleness + 1])
        and lines[staleness + 1]["curriculum"] != first
    )


class Learner:
    """Solves a level with a chance that falls with it; learns from a problem as far as it is neither sure nor hopeless,
    and more where the levels below are known."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.skill = dict.fromkeys(("arithmetic", "gcd"), 1.0)

    def rate(self, family: str, level: int) -> float:
        return 1 / (1 + math.exp(2 * (level - self.skill[family])))

    def tried(self, family: str, level: int, answers: int = 8) -> int:
        rate = self.rate(family, level)
        self.skill[family] += 0.02 * rate * (1 - rate)
        return sum(self.rng.random() < rate for _ in range(answers))

    def everywhere(self) -> float:
        return sum(self.rate(family, level) for family in self.skill for level in range(1, 11)) / 20


def learnt(strategy: str, seed: int) -> float:
    """The rate over all levels after 150 steps."""
    problems, learner = config(strategy, range(1, 11)), Learner(seed)
    supply = ProblemSupply(problems, seed, staleness=0)
    for step in range(150):
        posed = supply.problems(step)
        supply.record(step, posed, [(learner.tried(problem.family, problem.level), 8) for problem in posed])
    return learner.everywhere()


def test_a_simulated_learner_gets_further_with_the_window_than_with_the_mix() -> None:
    fixed, window = ([learnt(strategy, seed) for seed in range(3)] for strategy in ("fixed", "window"))
    assert min(window) > max(fixed) + 0.05
