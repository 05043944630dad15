"""Verdicts on groups: asked for as soon as a group is done, while others are still being made, or together, and taken
when a step scores them. A verdict depends on nothing but the answer, so it does not matter when it is made, or with
which others.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracemill.configs.schema import Config
from tracemill.jobs.fleet import Fleet, Judged, Pairs, judge_once_later, num_cores
from tracemill.jobs.intake import Group
from tracemill.verifiers.types import Verdict


def overlaps(config: Config) -> bool:
    """Whether answers are judged while others are made. Not where engines fill this machine's cores: a verifier takes
    time from one of their threads, and the others wait for it at every operator."""
    rollout = config.rollout
    leave_cores = rollout.cpus_per_actor and rollout.cpus_per_actor * rollout.most_actors < num_cores()
    return config.ray.address is not None or rollout.gpus_each > 0 or bool(leave_cores)


class Judging:
    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._asked: dict[str, tuple[Judged, slice]] = {}  # by group

    def begin(self, groups: Sequence[Group]) -> None:
        """Has the answers of those judged that are new."""
        self._begin(groups, ())

    def verdicts(self, groups: Sequence[Group], others: Pairs = ()) -> tuple[list[list[Verdict]], list[Verdict]]:
        """Of each group's rollouts, and of `others`, which are judged with whatever is still to be. Once."""
        judged, rest = self._begin(groups, others)
        found = []
        for group in groups:
            of_group, part = self._asked.pop(group.id)
            found.append(of_group()[part])
        return found, judged()[rest]

    def _begin(self, groups: Sequence[Group], others: Pairs) -> tuple[Judged, slice]:
        new = [group for group in groups if group.id not in self._asked]
        answers = [(group.problem.reference, rollout.text) for group in new for rollout in group.rollouts]
        pairs = [*answers, *others]
        judged: Judged = judge_once_later(self._fleet, pairs) if pairs else list
        start = 0
        for group in new:
            self._asked[group.id] = judged, slice(start, start + len(group.rollouts))
            start += len(group.rollouts)
        return judged, slice(len(answers), len(pairs))
