"""Which groups are under way, and which of them a step learns from.

Groups are numbered as they come out of the supply: "12.3" is the fourth of batch 12. They are admitted while

    accepted + running <= (staleness + step + 1) * batch        (+ oversample * batch)

(AReaL, arXiv 2505.24298, eq. 3), so that staleness 0 is the synchronous run and no other code path. A step takes the
oldest batch of groups, whenever it is done; with `oversample` it takes the first to finish, and what is still under way
carries over. Nothing here verifies, learns or writes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError
from tracemill.jobs.evaluate import seed_of
from tracemill.jobs.fleet import Fleet, Handle, finished
from tracemill.jobs.prompts import Prompts
from tracemill.problems.registry import build
from tracemill.problems.supply import ProblemSupply
from tracemill.problems.types import Problem
from tracemill.rollout.types import Request, Rollout, Sampling


@dataclass(slots=True, kw_only=True, eq=False)
class Group:
    """G completions of one problem, under way; `version` is the policy's when they were asked for."""

    id: str
    problem: Problem
    handle: Handle
    version: int

    @property
    def rollouts(self) -> list[Rollout]:
        return self.handle.rollouts or []

    @property
    def oldest_version(self) -> int:
        return min(rollout.policy_version for rollout in self.rollouts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What a step gets: groups to learn from, and finished ones that are too old for it. `refused` says why a problem
    was not put to the policy at all, by group id."""

    groups: list[Group]
    too_old: list[Group]
    refused: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A group before it is under way."""

    id: str
    problem: Problem
    requests: list[Request]


@dataclass(slots=True)
class _Cursor:
    """Where in the supply the next group is."""

    batch: int = 0
    place: int = 0
    problems: list[Problem] = field(default_factory=list)


class Intake:
    def __init__(
        self,
        config: Config,
        *,
        supply: ProblemSupply,
        prompts: Prompts,
        fleet: Fleet,
        sampling: Sampling,
        done: Callable[[Sequence[Group]], None] | None = None,
    ) -> None:
        """`done` is told of groups that are done while others are waited for, of some more than once."""
        self._done = done
        self._config = config
        self._supply = supply
        self._prompts = prompts
        self._fleet = fleet
        self._sampling = sampling
        self._batch = config.problems.per_step
        self._ahead = math.ceil(config.rollout.oversample * self._batch)
        self._oldest_age = config.rollout.staleness * config.learner.updates_per_batch  # in policy versions
        self._running: list[Group] = []
        self._accepted = 0  # groups that were learned from
        self._cursor = _Cursor()
        self._again: list[tuple[str, str]] = []  # ids of groups and problems that were under way at a checkpoint
        self._refused: dict[str, str] = {}

    def to_state(self) -> dict[str, Any]:
        return {
            "accepted": self._accepted,
            "batch": self._cursor.batch,
            "place": self._cursor.place,
            "running": [[group.id, group.problem.id] for group in self._running],
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Goes on where `to_state` was; what was under way is asked for again, from the beginning."""
        self._accepted = state["accepted"]
        self._cursor = _Cursor(batch=state["batch"], place=state["place"])
        self._again = [(group, problem) for group, problem in state["running"]]

    def admit(self, step: int, version: int) -> None:
        """Starts groups while there are fewer than the staleness allows, and as many as the run still needs."""
        staleness, steps = self._config.rollout.staleness, self._config.run.steps
        allowed = (staleness + step + 1) * self._batch + self._ahead - self._accepted
        wanted = min(allowed, (steps - step) * self._batch) - len(self._running)
        asked: list[Asked] = []
        while len(asked) < wanted:
            one = self._asked(*self._next())
            if one is not None:
                asked.append(one)
            elif len(self._refused) > 10 * self._batch:
                raise CommandError(f"no problem of the mix can be put to the policy: {min(self._refused.values())}")
        self._running += self._started(asked, version)

    def further(self, step: int, place: int, problems: Sequence[Problem], version: int) -> list[Group]:
        """Groups of other problems for a step, numbered from `place`, when they are done."""
        asked = [self._asked(f"{step}.{place + n}", problem) for n, problem in enumerate(problems)]
        groups = self._started([one for one in asked if one is not None], version)
        finished(self._fleet, [group.handle for group in groups])
        return groups

    def take(self, step: int, version: int) -> Taken:
        """Waits for a step's groups, `version` being the learner's. There is at least one to learn from."""
        too_old: list[Group] = []
        while True:
            taken = self._first_to_finish(version) if self._ahead else self._oldest()
            too_old += [group for group in taken if not self._is_fresh(group, version)]
            if groups := [group for group in taken if self._is_fresh(group, version)]:
                break
            self.admit(step, version)
        self._accepted += len(groups)
        refused, self._refused = self._refused, {}
        return Taken(groups=groups, too_old=too_old, refused=refused)

    def _is_fresh(self, group: Group, version: int) -> bool:
        return version - group.oldest_version <= self._oldest_age

    def _oldest(self) -> list[Group]:
        groups, self._running = self._running[: self._batch], self._running[self._batch :]
        self._wait(groups, len(groups))
        return groups

    def _first_to_finish(self, version: int) -> list[Group]:
        """The groups that must not get any older, and of the others the first that are done, until a batch of them can
        be learned from; in the order in which they were asked for."""
        due: list[Group] = []
        if self._config.rollout.too_old == "wait":
            due = [group for group in self._running if version - group.version >= self._oldest_age]
            self._wait(due, len(due))
        while True:
            done = [group for group in self._running if group.handle.rollouts is not None]
            missing = self._batch - sum(self._is_fresh(group, version) for group in done)
            if missing <= 0 or len(done) == len(self._running):
                break
            self._wait(self._running, min(len(done) + missing, len(self._running)))
        must = [group for group in done if group in due or not self._is_fresh(group, version)]
        others = [group for group in done if group not in must]
        room = max(0, self._batch - sum(self._is_fresh(group, version) for group in must))
        chosen = must + others[:room]
        self._running = [group for group in self._running if group not in chosen]
        return [group for group in done if group in chosen]

    def _wait(self, groups: Sequence[Group], at_least: int) -> None:
        """Until so many of them are done."""
        handles = [group.handle for group in groups]
        if self._done is None:
            self._fleet.wait(handles, at_least)
            return
        while (number := len(done := [group for group in groups if group.handle.rollouts is not None])) < at_least:
            self._done(done)
            self._fleet.wait(handles, number + 1)

    def _started(self, asked: Sequence[Asked], version: int) -> list[Group]:
        if not asked:
            return []
        together = not self._config.rollout.staleness
        requests = [one.requests for one in asked]
        handles = self._fleet.start_rollouts(requests, self._sampling, together=together)
        return [
            Group(id=one.id, problem=one.problem, handle=handle, version=version)
            for one, handle in zip(asked, handles, strict=True)
        ]

    def _asked(self, group_id: str, problem: Problem) -> Asked | None:
        """None, and a note of why, for a problem that does not fit into the policy's context."""
        prompt_ids = self._prompts.ids(problem)
        if why := self._prompts.refusal(prompt_ids, self._sampling.max_new_tokens):
            self._refused[group_id] = f"{problem.id}: {why}"
            return None
        requests = [
            Request(
                problem_id=problem.id,
                group_id=group_id,
                index=index,
                prompt_ids=prompt_ids,
                seed=seed_of(self._config.run.seed, group_id, index),
            )
            for index in range(self._config.rollout.group_size)
        ]
        return Asked(id=group_id, problem=problem, requests=requests)

    def _next(self) -> tuple[str, Problem]:
        if self._again:
            name, problem_id = self._again.pop(0)
            return name, build(problem_id)
        cursor = self._cursor
        if not cursor.problems:
            cursor.problems = self._supply.problems(cursor.batch)
        name, problem = f"{cursor.batch}.{cursor.place}", cursor.problems[cursor.place]
        cursor.place += 1
        if cursor.place == len(cursor.problems):
            self._cursor = _Cursor(batch=cursor.batch + 1)
        return name, problem


def intake_metrics(taken: Taken, version: int) -> dict[str, Any]:
    """How many updates the policy had made since it drew the oldest token of each group, and every group that was
    admitted and not learned from, with the reason."""
    ages = [version - group.oldest_version for group in taken.groups]
    old = {group.id: f"older than the staleness: drawn by version {group.oldest_version}" for group in taken.too_old}
    dropped = old | taken.refused
    return {
        "staleness_mean": fmean(ages),
        "staleness_max": max(ages),
        "num_dropped": len(dropped),
        **({"dropped": dropped} if dropped else {}),
    }
