"""Which problems a step trains on, and which ones it is tested on. A function of seed and step alone: nothing to
checkpoint."""

from __future__ import annotations

from itertools import count
from random import Random

from tracemill.configs.schema import MixItem, ProblemsConfig
from tracemill.problems.family import Family, split_of
from tracemill.problems.registry import family_named
from tracemill.problems.types import Problem

_SEEDS = 2**40
_MAX_DRAWS = 20_000  # draws without a new instance after which a family is taken to have run dry


def check_mix(config: ProblemsConfig) -> None:
    """Raises ValueError for a family that does not exist."""
    for item in config.mix:
        family_named(item.family)


def training_problems(config: ProblemsConfig, run_seed: int, step: int) -> list[Problem]:
    """The `per_step` problems of a step, none of them held out."""
    return [_training_problem(config, Random(f"train/{run_seed}/{step}/{place}")) for place in range(config.per_step)]


def _training_problem(config: ProblemsConfig, rng: Random) -> Problem:
    item: MixItem = rng.choices(config.mix, weights=[item.weight for item in config.mix])[0]
    family = family_named(item.family)
    level = rng.choice(item.levels)
    for _ in range(_MAX_DRAWS):
        problem = family.problem_in("train", level, rng.randrange(_SEEDS))
        if problem is not None:
            return problem
    raise ValueError(f"{family.name} at level {level} has no instance outside the held-out split")


def held_out_problems(config: ProblemsConfig, per_family: int) -> list[Problem]:
    """`per_family` distinct held-out instances of each family in the mix, its levels in turn; the same for every run
    and seed. Raises ValueError where a family has too few."""
    problems = []
    for name in dict.fromkeys(item.family for item in config.mix):
        levels = sorted({level for item in config.mix if item.family == name for level in item.levels})
        problems += _distinct(family_named(name), levels, per_family)
    return problems


def _distinct(family: Family, levels: list[int], number: int) -> list[Problem]:
    rng = Random(f"held_out/{family.name}@{family.version}")
    found: dict[str, Problem] = {}
    for place in count():
        if len(found) == number:
            return list(found.values())
        level = levels[place % len(levels)]
        for _ in range(_MAX_DRAWS):
            seed = rng.randrange(_SEEDS)
            params = family.params(level, seed)
            instance = family.instance(params)
            if split_of(instance) == "held_out" and instance not in found:
                found[instance] = family.problem(level, seed)
                break
        else:
            raise ValueError(
                f"{family.name} at level {level} has too few held-out instances for eval.per_family = {number}; "
                f"lower it, or add levels"
            )
    raise AssertionError("unreachable")
