"""Which problems a step trains on, and which ones it is tested on. Functions of seed, step and the shares of the cells
alone: nothing to checkpoint here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import count
from random import Random

from tracemill.configs.schema import MixItem, ProblemsConfig
from tracemill.problems.family import Family, split_of
from tracemill.problems.registry import add_family, family_named
from tracemill.problems.sources.load import source_family
from tracemill.problems.types import Problem

_SEEDS = 2**40
_MAX_DRAWS = 20_000  # draws without a new instance after which a family is taken to have run dry
_MAX_REFUSED = 200  # problems of one cell in a row that are not allowed after which another cell takes its place


def check_mix(config: ProblemsConfig) -> None:
    """Makes the families of the config's sources known, and raises ValueError for one that does not exist."""
    for source in config.sources:
        add_family(source_family(source))
    for item in config.mix:
        family_named(item.family)


@dataclass(slots=True, kw_only=True)
class Drawn:
    """A step's problems; the cells that had none to give, for which others stood in; and the number of problems, by
    family, that were drawn and not allowed."""

    problems: list[Problem] = field(default_factory=list)
    empty: set[tuple[str, int]] = field(default_factory=set)
    refused: dict[str, int] = field(default_factory=dict)


def training_problems(config: ProblemsConfig, run_seed: int, step: int) -> list[Problem]:
    """The `per_step` problems of a step by the mix as it stands, none of them held out."""
    return draw(config, run_seed, step).problems


def draw(
    config: ProblemsConfig,
    run_seed: int,
    step: int,
    shares: Mapping[tuple[str, int], float] | None = None,
    allowed: Callable[[Problem], bool] | None = None,
) -> Drawn:
    """The `per_step` problems of a step, none of them held out and all of them allowed, from the cells by their
    `shares` (None: the mix). Raises ValueError where no cell has any."""
    drawn = Drawn()
    for place in range(config.per_step):
        rng = Random(f"train/{run_seed}/{step}/{place}")
        cell = _cell(config, rng) if shares is None else rng.choices(list(shares), weights=list(shares.values()))[0]
        while (problem := _from_cell(cell, rng, drawn, allowed)) is None:
            drawn.empty.add(cell)
            rng = Random(f"train/{run_seed}/{step}/{place}/instead of {len(drawn.empty)}")
            cell = _another(config, shares, drawn.empty, rng)
        drawn.problems.append(problem)
    return drawn


def _cell(config: ProblemsConfig, rng: Random) -> tuple[str, int]:
    item: MixItem = rng.choices(config.mix, weights=[item.weight for item in config.mix])[0]
    return item.family, rng.choice(item.levels)


def _another(
    config: ProblemsConfig,
    shares: Mapping[tuple[str, int], float] | None,
    empty: set[tuple[str, int]],
    rng: Random,
) -> tuple[str, int]:
    cells = shares or dict.fromkeys(((item.family, level) for item in config.mix for level in item.levels), 1.0)
    left = {cell: share for cell, share in cells.items() if cell not in empty}
    if not left:
        names = ", ".join(f"{family} at level {level}" for family, level in sorted(empty))
        raise ValueError(f"no problem is left to train on: {names} have none that is neither held out nor refused")
    return rng.choices(list(left), weights=list(left.values()))[0]


def _from_cell(
    cell: tuple[str, int], rng: Random, drawn: Drawn, allowed: Callable[[Problem], bool] | None
) -> Problem | None:
    """None where the cell gives nothing within the draws it has."""
    name, level = cell
    if cell in drawn.empty:
        return None
    family, refused = family_named(name), 0
    for _ in range(_MAX_DRAWS):
        problem = family.problem_in("train", level, rng.randrange(_SEEDS))
        if problem is None:
            continue
        if allowed is None or allowed(problem):
            return problem
        drawn.refused[name] = drawn.refused.get(name, 0) + 1
        refused += 1
        if refused == _MAX_REFUSED:
            return None
    return None


def held_out_problems(config: ProblemsConfig, per_family: int) -> list[Problem]:
    """`per_family` distinct held-out instances of each family in the mix, its levels in turn; the same for every run
    and seed. Raises ValueError where a family has too few."""
    check_mix(config)
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
