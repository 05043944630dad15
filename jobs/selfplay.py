"""Self-play: the policy proposes problems, solves them, and learns from both (Absolute Zero, arXiv 2505.03335).

A proposer's turn is a group of rollouts of a problem that asks for a problem. What the sandbox finds valid and what was
not posed before becomes a problem of its own, whose group is sampled and judged within the same step: the proposal's
reward follows from its pass rate (the paper's n rollouts are the group's). Both groups are then learned from and traced
like any other. Where engines work ahead of the learner, they do so beside a turn, which itself is never stale.

The curriculum, the counts of duplicates and the mix know nothing of it.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from random import Random
from statistics import fmean
from typing import Any

from tracemill.configs.schema import Config
from tracemill.jobs.fleet import Fleet, judge_once
from tracemill.jobs.intake import Group, Intake
from tracemill.problems.selfplay import kept
from tracemill.problems.selfplay.first import FIRST, INDUCTION
from tracemill.problems.selfplay.programs import canonical, likeness, programs_in
from tracemill.problems.selfplay.proposal import Proposal, novelty, read_proposal
from tracemill.problems.selfplay.proposing import request
from tracemill.problems.types import PROPOSED, PROPOSING, Problem, ProposalTask
from tracemill.reward.proposals import Worth, score_proposals
from tracemill.reward.types import Scored
from tracemill.verifiers.types import Verdict

Score = Callable[[Sequence[Group]], list[list[Scored]]]

BUFFER = 2_048  # proposals that later prompts may show, the newest
VARIATION = 0.65  # of a program must stand in its variation; two that have nothing in common reach 0.6
NO_FAULT = ("unjudged", "held_out", "benchmark")  # of the proposal
_DIGITS = 12  # hex digits kept of what came before
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """What a proposer is asked. `shown` is the program that an induction or a variation is about."""

    task: ProposalTask
    problem: Problem
    shown: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """What became of one proposal: `why` is "posed", and then there is what it poses, or why it was not."""

    why: str
    key: str = ""
    proposal: Proposal | None = None
    problem: Problem | None = None


class Selfplay:
    """A class, because its buffer and what came before outlive a step; state is plain JSON."""

    def __init__(
        self,
        config: Config,
        *,
        intake: Intake,
        fleet: Fleet,
        folder: Path,
        held_out: Sequence[Problem],
        allows: Callable[[Problem], bool],
    ) -> None:
        assert config.problems.selfplay is not None
        self._config = config.problems.selfplay
        self._run_seed = config.run.seed
        self._place = config.problems.per_step * (1 + config.learner.max_refills)  # behind all others of a step
        self._intake = intake
        self._fleet = fleet
        self._file = folder / kept.FILE
        self._held_out = {program for problem in held_out for program in programs_in(problem.prompt)}
        self._allows = allows
        self._buffer = list(FIRST)
        self._seen = dict.fromkeys(_digest(novelty(one, task)) for one in FIRST for task in ("deduction", "abduction"))
        self._fruitless = 0  # proposals in a row of which none was posed
        self._stopped = False
        self.metrics: dict[str, Any] = {}
        kept.mend(self._file)

    def to_state(self) -> dict[str, Any]:
        return {
            "buffer": [one.params() for one in self._buffer],
            "seen": "".join(self._seen),
            "fruitless": self._fruitless,
            "stopped": self._stopped,
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Goes on where `to_state` was; an empty one is the start."""
        if state:
            seen = state["seen"]
            self._buffer = [read_proposal(params) for params in state["buffer"]]
            self._seen = dict.fromkeys(seen[at : at + _DIGITS] for at in range(0, len(seen), _DIGITS))
            self._fruitless, self._stopped = state["fruitless"], state["stopped"]

    def play(self, step: int, version: int, score: Score) -> list[list[Scored]]:
        """A step's turns: the groups of proposals, then those of the problems that they pose, rewarded. `metrics` says
        what came of them."""
        self.metrics = {"stopped": self._stopped}
        if self._stopped:
            return []
        store = kept.Kept()
        turns = {turn.problem.id: turn for turn in (self._turn(store, step, n) for n in range(self._config.groups))}
        asked = self._intake.further(step, self._place, [turn.problem for turn in turns.values()], version)
        verdicts_P_G = self._judged(asked)
        cases_P_G = [
            [self._case(store, turns[group.problem.id], verdict) for verdict in verdicts_G]
            for group, verdicts_G in zip(asked, verdicts_P_G, strict=True)
        ]
        cases = [case for cases_G in cases_P_G for case in cases_G]
        posed: dict[str, Problem] = {}
        for case in cases:
            if case.problem is not None:
                posed.setdefault(case.key, case.problem)
        problems = list(posed.values())
        solved_P_G: list[list[Scored]] = []
        if problems:
            solved_P_G = score(self._intake.further(step, self._place + len(turns), problems, version))
        rates = {scored_G[0].problem.id: _pass_rate(scored_G) for scored_G in solved_P_G}
        scored_P_G = [
            score_proposals(group.problem, group.rollouts, verdicts_G, [_worth(case, posed, rates) for case in cases_G])
            for group, verdicts_G, cases_G in zip(asked, verdicts_P_G, cases_P_G, strict=True)
        ]
        kept.append(self._file, [store.line(one.id) for one in [*(group.problem for group in asked), *problems]])
        self._remember(cases)
        self._count(step, verdicts_P_G, cases, scored_P_G, rates)
        return scored_P_G + solved_P_G

    def _turn(self, store: kept.Kept, step: int, place: int) -> _Turn:
        """Drawn anew until it is no problem of the held-out split."""
        config = self._config
        task = config.tasks[(step * config.groups + place) % len(config.tasks)]
        for attempt in count():
            rng = Random(f"selfplay/{self._run_seed}/{step}/{place}/{attempt}")
            limit_s = config.time_limit_s
            if task == "induction":
                about = rng.choice(self._buffer).program
                params = request(task, [INDUCTION], program=about, num_inputs=config.inputs, time_limit_s=limit_s)
            else:
                number = 1 if task == "variation" else min(config.examples, len(self._buffer))
                shown = rng.sample(self._buffer, number)
                about = shown[0].program
                params = request(task, shown, time_limit_s=limit_s)
            problem = store.problem(PROPOSING + task, params)
            if problem.split == "train":
                return _Turn(task=task, problem=problem, shown=about)
        raise AssertionError("unreachable")

    def _judged(self, groups: Sequence[Group]) -> list[list[Verdict]]:
        pairs = [(group.problem.reference, rollout.text) for group in groups for rollout in group.rollouts]
        verdicts = iter(judge_once(self._fleet, pairs))
        return [[next(verdicts) for _ in group.rollouts] for group in groups]

    def _case(self, store: kept.Kept, turn: _Turn, verdict: Verdict) -> _Case:
        if verdict.status == "verifier_error":
            return _Case(why="unjudged")
        if verdict.status != "correct":
            return _Case(why=verdict.rule.partition(";")[0])
        task = "deduction" if turn.task == "variation" else turn.task
        try:
            proposal = read_proposal(json.loads(verdict.extracted or ""))
            program = canonical(proposal.program)
            key = _digest(novelty(proposal, task))
            problem = store.problem(PROPOSED + task, proposal.params())
        except ValueError:  # the sandbox could run what is too deep to be written down again
            return _Case(why="too_long")
        if key in self._seen:
            return _Case(why="seen")
        if program in self._held_out or problem.split != "train":
            return _Case(why="held_out")
        if not self._allows(problem):
            return _Case(why="benchmark")
        if turn.task == "variation" and likeness(program, canonical(turn.shown)) < VARIATION:
            return _Case(why="unlike")
        return _Case(why="posed", key=key, proposal=proposal, problem=problem)

    def _remember(self, cases: Sequence[_Case]) -> None:
        for case in cases:
            if case.proposal is not None and case.key not in self._seen:
                self._seen[case.key] = None
                if case.problem is not None and not case.problem.family.endswith("induction"):
                    self._buffer.append(case.proposal)
        self._buffer = self._buffer[-BUFFER:]

    def _count(
        self,
        step: int,
        verdicts_P_G: Sequence[Sequence[Verdict]],
        cases: Sequence[_Case],
        scored_P_G: Sequence[Sequence[Scored]],
        rates: Mapping[str, float | None],
    ) -> None:
        for case in cases:
            if case.why == "posed":
                self._fruitless = 0
            elif case.why not in NO_FAULT:
                self._fruitless += 1
        why = Counter(case.why for case in cases)
        worth = [
            scored.reward.parts["learnability"]
            for scored_G in scored_P_G
            for scored in scored_G
            if "learnability" in scored.reward.parts
        ]
        self._stopped = self._fruitless >= self._config.give_up_after
        self.metrics = {
            "proposals": len(cases),
            "valid": sum(verdict.status == "correct" for verdicts_G in verdicts_P_G for verdict in verdicts_G),
            "posed": len(rates),
            "refused": {name: number for name, number in why.most_common() if name != "posed"},
            **({"learnability": fmean(worth)} if worth else {}),
            **({"pass_rate": fmean(known)} if (known := [rate for rate in rates.values() if rate is not None]) else {}),
            "buffer": len(self._buffer),
            "stopped": self._stopped,
        }
        if self._stopped:
            _LOG.warning(
                "self-play stops at step %d: none of the last %d proposals can be posed (%s); the run goes on without",
                step + 1,
                self._fruitless,
                ", ".join(f"{name} {number}" for name, number in self.metrics["refused"].items()),
            )


def _pass_rate(scored_G: Sequence[Scored]) -> float | None:
    """Of the answers that were judged; None where none was."""
    right = [scored.verdict.status == "correct" for scored in scored_G if scored.verdict.status != "verifier_error"]
    return fmean(right) if right else None


def _worth(case: _Case, posed: Mapping[str, Problem], rates: Mapping[str, float | None]) -> Worth:
    """Proposals of one step that are the same problem are worth the same."""
    if case.why != "posed":
        return None if case.why in NO_FAULT else "malformed" if case.why == "malformed" else "refused"
    return rates.get(posed[case.key].id)  # None also where the prompt did not fit into the policy's context


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
