"""What a run trains on, step after step: the curriculum's shares, problems drawn by them, those that stand in a
benchmark left out, and counts of what came before. State is what `record` was told, plain JSON."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from tracemill.configs.schema import ProblemsConfig
from tracemill.problems import curriculum
from tracemill.problems.decontaminate import read_benchmarks
from tracemill.problems.duplicates import Seen
from tracemill.problems.sampler import check_mix, draw
from tracemill.problems.types import Problem

_LOG = logging.getLogger(__name__)


class ProblemSupply:
    """The problems of one run. `problems(step)` follows from config, seed and the results that were recorded of the
    steps before step - staleness, see `curriculum`."""

    def __init__(self, config: ProblemsConfig, run_seed: int, staleness: int) -> None:
        """Raises ValueError for a family, a dataset or a benchmark that is not there."""
        check_mix(config)
        self._config = config
        self._run_seed = run_seed
        self._staleness = staleness
        self._benchmarks = (
            read_benchmarks(config.decontaminate, config.decontaminate_words) if config.decontaminate else None
        )
        self._state = curriculum.new_state()
        self._seen = Seen()
        self._said: set[str] = set()

    def load(self, state: Mapping[str, Any]) -> None:
        """Goes on where `to_state` was; an empty one is the start."""
        self._state = state.get("curriculum") or curriculum.new_state()
        self._seen = Seen(state.get("seen"))

    def to_state(self) -> dict[str, Any]:
        return {"curriculum": self._state, "seen": self._seen.to_state()}

    def problems(self, step: int, refill: int = 0) -> list[Problem]:
        """A step's problems, and with `refill` 1, 2, … further ones for the same step. Raises ValueError where no cell
        of the mix has a problem to give."""
        shares = None
        if self._config.curriculum.strategy != "fixed":
            named = curriculum.shares(self._config, self._state, step, self._staleness)
            shares = {(cell.partition(":")[0], int(cell.partition(":")[2])): share for cell, share in named.items()}
        seed = self._run_seed + (refill << 32)  # as it is where nothing is refilled
        drawn = draw(self._config, seed, step, shares, self.allows if self._benchmarks else None)
        for family, level in sorted(drawn.empty):
            self._say(f"{family} at level {level} has no problem left to train on; others take its place")
        for family in sorted(drawn.refused):
            self._say(f"problems of {family} stand in a benchmark of problems.decontaminate; they are left out")
        return drawn.problems

    def record(self, step: int, problems: Sequence[Problem], results: Sequence[tuple[int, int]]) -> dict[str, Any]:
        """Takes in a step's problems and, for each, how many of its answers were right and how many were judged.
        Steps come in order. Returns the step's lines for the metrics: the shares it was drawn by, what is believed of
        each cell's pass rate after it, and the counts of duplicates so far."""
        cells: dict[str, tuple[int, int]] = {}
        for problem, (correct, judged) in zip(problems, results, strict=True):
            cell = curriculum.cell_name(problem.family, problem.level)
            old = cells.get(cell, (0, 0))
            cells[cell] = (old[0] + correct, old[1] + judged)
        config = self._config
        line: dict[str, Any] = {"curriculum": curriculum.shares(config, self._state, step, self._staleness)}
        self._state = curriculum.recorded(self._state, step, cells, config.curriculum, self._staleness)
        counts = curriculum.counts_for(self._state, step + 1, config.curriculum, 0)
        believed = curriculum.beliefs(line["curriculum"], counts, config.curriculum.window)
        line["curriculum_pass_rate"] = {cell: belief.mean for cell, belief in believed.items()}
        line["curriculum_deviation"] = {cell: belief.deviation for cell, belief in believed.items()}
        dry = self._seen.add(problems)
        line["duplicates"] = self._seen.counts()
        if dry:
            line["ran_dry"] = dry
            self._say(f"{', '.join(dry)} ran dry: the last problems drawn there had all come before")
        return line

    def allows(self, problem: Problem) -> bool:
        """Whether the problem stands in none of the benchmarks."""
        return self._benchmarks is None or self._benchmarks.match(problem.prompt) is None

    def _say(self, text: str) -> None:
        if text not in self._said:
            self._said.add(text)
            _LOG.warning("%s", text)
