"""The workers of a run behind one interface: engines, verifiers and learner ranks, in this process or as Ray actors.

The main loop sees a `Fleet` and nothing else, so that the same loop runs with and without Ray.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from tracemill.jobs.timeline import ActorSpans
from tracemill.problems.types import Reference
from tracemill.rl.measure import Measurement
from tracemill.rl.types import Tree, Update
from tracemill.rollout.types import Request, Rollout, Sampling
from tracemill.verifiers.types import Verdict

Groups = Sequence[Sequence[Request]]
Pairs = Sequence[tuple[Reference, str]]
Judged = Callable[[], list[Verdict]]
"""Waits for verdicts."""


class Handle(Protocol):
    """A group under way; its rollouts, in the order of its requests, once they are all there."""

    @property
    def rollouts(self) -> list[Rollout] | None: ...


class Fleet(Protocol):
    def start_rollouts(self, groups: Groups, sampling: Sampling, *, together: bool = True) -> Sequence[Handle]:
        """Hands the groups to the engines; a whole group stays on one engine. `together`: what shares an engine's batch
        is fixed, so that a run can be repeated exactly; else a group is done as soon as it can be."""
        ...

    def wait(self, handles: Sequence[Any], at_least: int) -> None:
        """Until so many of the groups are done."""
        ...

    def judge_later(self, pairs: Pairs) -> Judged:
        """Has answers judged while other work goes on; to be had are verdicts in their order."""
        ...

    def measure(self, trees: Sequence[Tree]) -> Measurement:
        """What the learner's models say of these tokens before the next update, in the order of the trees."""
        ...

    def update(self, trees: Sequence[Tree], divisor: float) -> Update: ...

    def sync(self) -> dict[str, float]:
        """Gives every engine the learner's weights, and lets those serve that prove to hold them. Returns what is to be
        logged of it. Raises CommandError for an engine whose logprobs are not the learner's."""
        ...

    def set_probe(self, probe: Sequence[Sequence[int]]) -> None:
        """The token ids by which engines prove their weights, see `rollout.canary`. Before the first `sync`."""
        ...

    def spans(self) -> list[ActorSpans]:
        """What each actor did since this was last asked, for the timeline; nothing where there are no actors."""
        ...

    def save(self, folder: Path) -> None: ...

    def load(self, folder: Path) -> None:
        """The learner's state of a checkpoint; the engines get it with the next `sync`."""
        ...

    def save_policy(self, folder: Path) -> None: ...

    def close(self) -> None: ...


def judge_once(fleet: Fleet, pairs: Pairs) -> list[Verdict]:
    """A verdict a pair, in their order. What several samples of one problem say word for word is judged once."""
    return judge_once_later(fleet, pairs)()


def judge_once_later(fleet: Fleet, pairs: Pairs) -> Judged:
    """The same, while other work goes on. May be asked for more than once."""
    place: dict[tuple[int, str], int] = {}
    distinct: list[tuple[Reference, str]] = []
    for reference, response in pairs:
        if (id(reference), response) not in place:
            place[id(reference), response] = len(distinct)
            distinct.append((reference, response))
    judged = fleet.judge_later(distinct)
    order = [place[id(reference), response] for reference, response in pairs]

    @cache
    def verdicts() -> list[Verdict]:
        found = judged()
        return [found[number] for number in order]

    return verdicts


def num_cores() -> int:
    """Of this machine, that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def threads_each(workers: int) -> int:
    """CPU threads for each of several workers that are busy at the same time."""
    return max(1, num_cores() // workers)


def over_engines(groups: Groups, num_engines: int) -> list[list[int]]:
    """Which groups each engine gets: the n-th of every round. Fixed, so that a run can be repeated exactly."""
    return [list(range(engine, len(groups), num_engines)) for engine in range(num_engines)]


def finished(fleet: Fleet, handles: Sequence[Handle]) -> list[list[Rollout]]:
    """Waits for all of them."""
    fleet.wait(handles, len(handles))
    return [handle.rollouts or [] for handle in handles]
