"""What is logged of a step: one line in metrics.jsonl, TensorBoard events, and whatever trackers the config names."""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from statistics import fmean
from typing import Any

from tracemill.configs.spans import Spans
from tracemill.jobs.evaluate import Evaluation
from tracemill.jobs.events import Events, new_file
from tracemill.jobs.run_folder import RunFolder
from tracemill.jobs.trackers import Trackers
from tracemill.problems.types import ProposalReference
from tracemill.reward.types import Scored
from tracemill.rl.types import Update


class Clock:
    """Seconds by stage, of one step, and the same as spans."""

    def __init__(self) -> None:
        self._begun = time.perf_counter()
        self.spans = Spans()
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        begun = time.perf_counter()
        try:
            with self.spans(stage):
                yield
        finally:
            self.seconds[stage] = time.perf_counter() - begun

    def total(self) -> float:
        return time.perf_counter() - self._begun


def step_metrics(
    step: int,
    scored_P_G: Sequence[Sequence[Scored]],
    updates: Sequence[Update],
    clock: Clock,
    tested: Evaluation | None,
) -> dict[str, Any]:
    """The line of one step. Rates are of all rollouts of the step, pass rates of those that answer a problem and do not
    propose one; learner metrics are means over its updates."""
    flat = [scored for scored_G in scored_P_G for scored in scored_G]
    answers = [scored for scored in flat if not isinstance(scored.problem.reference, ProposalReference)]
    tokens = sum(len(scored.rollout.completion_ids) for scored in flat)
    seconds = clock.total()
    working = seconds - clock.seconds.get("evaluate", 0.0)
    parts: defaultdict[str, list[float]] = defaultdict(list)
    for scored in flat:
        for name, value in scored.reward.parts.items():
            parts[name].append(value)
    families: defaultdict[str, list[bool]] = defaultdict(list)
    for scored in flat:
        families[f"{scored.problem.family}:{scored.problem.level}"].append(scored.verdict.status == "correct")
    line: dict[str, Any] = {
        "step": step,
        "time": time.time(),
        "policy_version": updates[-1].version_after,
        "train_pass_rate": fmean(scored.verdict.status == "correct" for scored in answers),
        "train_pass_rate_by": {name: fmean(values) for name, values in sorted(families.items())},
        "statuses": dict(Counter(scored.verdict.status for scored in flat)),
        "reward_parts": {name: fmean(values) for name, values in parts.items()},
        "unjudged": sum(scored.reward.total is None for scored in flat),
        "truncated_share": fmean(scored.rollout.finish_reason == "length" for scored in flat),
        "completion_tokens": tokens / len(flat),
        "samples": len(flat),
        "tokens_per_second": tokens / working,
        "samples_per_second": len(flat) / working,
        "seconds": {**clock.seconds, "total": seconds},
        "skipped_updates": [update.skipped for update in updates if update.skipped],
    }
    for name in dict.fromkeys(name for update in updates for name in update.metrics):
        line[name] = fmean(update.metrics[name] for update in updates if name in update.metrics)
    if tested is not None:
        line["held_out_pass_rate"] = tested.overall().rate
        line["held_out_interval"] = tested.overall().interval()
        line["held_out_by"] = {f"{family}:{level}": rate.rate for (family, level), rate in tested.cells.items()}
    return line


class MetricsLog:
    def __init__(self, folder: RunFolder, trackers: Trackers) -> None:
        self._folder = folder
        self._trackers = trackers
        self._events: Events | None = None

    def open(self, step: int) -> None:
        """Steps after `step` are yet to come, or are made again."""
        self._events = Events(new_file(self._folder.path / "tensorboard"), step + 1)
        self._trackers.open()

    def write(self, line: dict[str, Any]) -> None:
        self._folder.append_metrics(line)
        numbers = dict(_flat(line))
        if self._events is not None:
            self._events.write(line["step"], numbers)
        del numbers["step"]
        self._trackers.log(line["step"], numbers)

    def close(self) -> None:
        """Safe to call in any state."""
        if self._events is not None:
            self._events.close()
        self._trackers.close()


def _flat(line: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    for name, value in line.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{name}/")
        elif isinstance(value, int | float):
            yield prefix + name, value
