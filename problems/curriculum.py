"""How the families and levels of a mix share a step's problems, from what the policy got right before. Plain functions
of plain JSON; which problem comes from a cell is the sampler's business, and nothing is drawn here.

A cell is a family at a level, `arithmetic:3`; only cells of the mix are ever chosen. Strategies:
  fixed    the mix as it stands.
  window   1 where the pass rate lies in the target window, falling in a straight line to 0 at pass rates 0 and 1; of
           that, what is to be expected by the belief. A family whose levels all lie beside the window, one known and
           the next hardly ever solved, goes on at those nearest to it.
  bandit   learning progress: how far the pass rate of late is from that of before, either way (Matiisen et al. 2017,
           arXiv 1707.00183, with Portelas et al. 2019, arXiv 1910.07224), plus its uncertainty.
  failure  1 minus the pass rate: prioritized sampling of Kimi k1.5 (arXiv 2501.12599, section 2.3.4), of cells where
           the paper has problems. A cell that nobody can solve takes the most of it; the window does not have that.
Each is multiplied by the mix's own weight. Of what remains, `explore` goes to the levels next to those chosen, and
`floor` to every family equally.

Evidence: judged and correct answers of a cell, halved every `half_life_steps`, and again halved five times as slowly.
The belief is a Beta distribution that starts from two answers, half of them right, or as few as at the level below:
until its own answers say otherwise, a level is no easier than the one below. So levels far above what the policy can do
need no answers to be left alone.

Staleness: the shares of step s come from the results of the steps before s - staleness, neither more nor fewer,
whatever else is known by then. So they do not depend on when a batch was admitted, and a resumed run chooses the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tracemill.configs.schema import CurriculumConfig, ProblemsConfig

State = dict[str, Any]
"""{"counts": {cell: [correct, judged, slowly decayed correct, slowly decayed judged]},
"late": [[step, {cell: [correct, judged]}], ...]}, the last `staleness` steps not yet in the counts."""

Results = Mapping[str, tuple[int, int]]
"""By cell, how many answers of a step were right, and how many were judged."""

_SLOWER = 5.0  # how much slower the slow counts forget
_PRIOR = 2.0  # answers that the level below, or nothing known, counts for
_GRID = [math.log((place + 0.5) / 200) for place in range(200)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Belief:
    """What is believed of a cell's pass rate: mean, standard deviation, how far it lies in the window (0 to 1, as an
    expectation), and how far the mean is from that of the slowly decayed counts."""

    mean: float
    deviation: float
    in_window: float
    progress: float


_SCORES: dict[str, Callable[[Belief], float]] = {
    "fixed": lambda belief: 1.0,
    "window": lambda belief: belief.in_window,
    "bandit": lambda belief: belief.progress + belief.deviation,
    "failure": lambda belief: 1 - belief.mean,
}


def new_state() -> State:
    return {"counts": {}, "late": []}


def cell_name(family: str, level: int) -> str:
    return f"{family}:{level}"


def mix_shares(config: ProblemsConfig) -> dict[str, float]:
    """What each cell has of the mix; the sum is 1."""
    total = sum(item.weight for item in config.mix)
    shares: dict[str, float] = {}
    for item in config.mix:
        for level in item.levels:
            cell = cell_name(item.family, level)
            shares[cell] = shares.get(cell, 0.0) + item.weight / total / len(item.levels)
    return shares


def recorded(state: State, step: int, results: Results, config: CurriculumConfig, staleness: int) -> State:
    """The state after step `step`; steps come in order."""
    late = [*state["late"], [step, {cell: list(counts) for cell, counts in results.items()}]]
    counts = state["counts"]
    while late and late[0][0] <= step - staleness:
        counts = _decayed_and_added(counts, late.pop(0)[1], config.half_life_steps)
    return {"counts": counts, "late": late}


def counts_for(state: State, step: int, config: CurriculumConfig, staleness: int) -> dict[str, list[float]]:
    """The evidence that step `step` is chosen by."""
    counts = state["counts"]
    for at, results in state["late"]:
        if at < step - staleness:
            counts = _decayed_and_added(counts, results, config.half_life_steps)
    return counts


def _decayed_and_added(
    counts: Mapping[str, list[float]], results: Mapping[str, Iterable[int]], half_life: float
) -> dict[str, list[float]]:
    quick, slow = 0.5 ** (1 / half_life), 0.5 ** (1 / half_life / _SLOWER)
    kept = {cell: [c * quick, n * quick, sc * slow, sn * slow] for cell, (c, n, sc, sn) in counts.items()}
    for cell, (correct, judged) in results.items():
        old = kept.get(cell, [0.0] * 4)
        kept[cell] = [old[0] + correct, old[1] + judged, old[2] + correct, old[3] + judged]
    return kept


def beliefs(cells: Iterable[str], counts: Mapping[str, list[float]], window: tuple[float, float]) -> dict[str, Belief]:
    """By cell; the level below is the next lower one of the family among `cells`."""
    found: dict[str, Belief] = {}
    for family, levels in _levels(cells).items():
        below = 0.5
        for level in levels:
            cell = cell_name(family, level)
            found[cell] = _belief(counts.get(cell, [0.0] * 4), min(0.5, below), window)
            below = found[cell].mean
    return found


def _belief(own: list[float], prior: float, window: tuple[float, float]) -> Belief:
    correct, judged, slow_correct, slow_judged = own
    a, b = correct + _PRIOR * prior, judged - correct + _PRIOR * (1 - prior)
    quick = (correct + 1) / (judged + 2)
    return Belief(
        mean=a / (a + b),
        deviation=math.sqrt(a * b / (a + b + 1)) / (a + b),
        in_window=_expected(a, b, window),
        progress=abs(quick - (slow_correct + 1) / (slow_judged + 2)),
    )


def _expected(a: float, b: float, window: tuple[float, float]) -> float:
    """How far a pass rate x that is Beta(a, b), b >= 1, lies in the window: a mean over 200 points of x**min(a, 1), in
    which the density has no pole at 0."""
    power = min(a, 1.0)
    inside = whole = 0.0
    logs = [(log_x := log_u / power, (a - power) * log_x + (b - 1) * math.log1p(-math.exp(log_x))) for log_u in _GRID]
    top = max(log for _, log in logs)
    for log_x, log in logs:
        mass = math.exp(log - top)
        whole += mass
        inside += mass * _membership(math.exp(log_x), window)
    return inside / whole


def _membership(rate: float, window: tuple[float, float]) -> float:
    low, high = window
    if rate < low:
        return rate / low
    return (1 - rate) / (1 - high) if rate > high else 1.0


def shares(config: ProblemsConfig, state: State, step: int, staleness: int) -> dict[str, float]:
    """What each cell is to have of the problems of step `step`; the sum is 1."""
    mix, curriculum = mix_shares(config), config.curriculum
    if curriculum.strategy == "fixed":
        return mix
    believed = beliefs(mix, counts_for(state, step, curriculum, staleness), curriculum.window)
    score = _SCORES[curriculum.strategy]
    chosen = _normalized({cell: share * (score(believed[cell]) + 1e-9) for cell, share in mix.items()})
    rest = 1 - curriculum.explore - curriculum.floor
    explored, floor = _spread(chosen), _by_family(mix)
    return {
        cell: rest * chosen[cell] + curriculum.explore * explored[cell] + curriculum.floor * floor[cell] for cell in mix
    }


def _spread(chosen: Mapping[str, float]) -> dict[str, float]:
    """Half of each cell's share to either side; where there is no level on one side, it stays."""
    spread = dict.fromkeys(chosen, 0.0)
    for cell, near in _neighbours(chosen).items():
        for side in (*near, *[cell] * (2 - len(near))):
            spread[side] += chosen[cell] / 2
    return spread


def _by_family(mix: Mapping[str, float]) -> dict[str, float]:
    """Every family the same, within it as the mix has it."""
    totals: dict[str, float] = {}
    for cell, share in mix.items():
        family = cell.partition(":")[0]
        totals[family] = totals.get(family, 0.0) + share
    return {cell: share / totals[cell.partition(":")[0]] / len(totals) for cell, share in mix.items()}


def _neighbours(cells: Iterable[str]) -> dict[str, list[str]]:
    found = {}
    for family, levels in _levels(cells).items():
        for place, own in enumerate(levels):
            near = (*levels[max(0, place - 1) : place], *levels[place + 1 : place + 2])
            found[cell_name(family, own)] = [cell_name(family, other) for other in near]
    return found


def _levels(cells: Iterable[str]) -> dict[str, list[int]]:
    """By family, in ascending order."""
    found: dict[str, list[int]] = {}
    for name in cells:
        family, _, level = name.partition(":")
        found.setdefault(family, []).append(int(level))
    return {family: sorted(levels) for family, levels in found.items()}


def _normalized(values: Mapping[str, float]) -> dict[str, float]:
    total = sum(values.values())
    return {cell: value / total for cell, value in values.items()}
