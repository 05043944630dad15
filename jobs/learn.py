"""From scored groups to updates: what the learner's models say of them, what the algorithm makes of it, and the
optimizer steps. The verbs that the main loop calls; what they do is in `rl`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracemill.configs.schema import Config, LearnerConfig
from tracemill.jobs.errors import CommandError
from tracemill.jobs.fleet import Fleet
from tracemill.reward.types import Scored
from tracemill.rl.advantages import all_equal
from tracemill.rl.algorithms import credits_of, divisor, plant, resolved
from tracemill.rl.algos.types import Credit, Measured
from tracemill.rl.measure import wanted
from tracemill.rl.types import Completion, Tree, Update

Groups = Sequence[Sequence[Scored]]


_MISMATCH_ALARM = 0.5  # nats; rounding makes at most a few hundredths, stale data a tenth, wrong weights whole nats


def learner_config(config: Config) -> LearnerConfig:
    """The learner's part, with nothing left open: what the algorithm decides, and what follows from how rollouts are
    made."""
    learner, may_differ = resolved(config.learner), config.rollout.engine != "torch" or config.rollout.staleness > 0
    if learner.correction.proximal is None:
        proximal = "learner" if may_differ else "sampled"
        correction = learner.correction.model_copy(update={"proximal": proximal})
        learner = learner.model_copy(update={"correction": correction})
    return learner.model_copy(update={"mismatch_alarm": learner.mismatch_alarm or _MISMATCH_ALARM})


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """[P][G]: what is said of each completion of a batch; credits are None where it is unjudged."""

    measured: list[list[Measured]]
    credits: list[list[Credit | None]]

    def advantages(self) -> list[list[float | None]]:
        """One number a completion, for the ledger: the mean over its tokens."""
        return [[None if credit is None else credit.mean for credit in group] for group in self.credits]


def assess(fleet: Fleet, scored_P_G: Groups, config: LearnerConfig) -> Assessed:
    """`config` is resolved. The learner's models are asked only if the config needs what they say."""
    measured, coefficient = [[Measured() for _ in group] for group in scored_P_G], config.kl.coefficient
    if wanted(config):
        measurement = fleet.measure([_bare(group) for group in scored_P_G])
        measured, coefficient = measurement.trees, measurement.kl_coefficient
    credits = credits_of(scored_P_G, measured, config, kl_coefficient=coefficient)
    return Assessed(measured=measured, credits=credits)


def learn(fleet: Fleet, scored_P_G: Groups, assessed: Assessed, config: LearnerConfig, *, longest: int) -> list[Update]:
    """One optimizer step for each of `updates_per_batch` equal parts of the batch. `longest` is the most tokens that a
    completion may have. With dynamic sampling, groups that cannot teach have no part in it. Raises CommandError where
    an update says that the run must not go on."""
    parts = config.updates_per_batch
    all_groups = [
        group
        for group in zip(scored_P_G, assessed.credits, assessed.measured, strict=True)
        if not config.dynamic_sampling or teaches(group[0])
    ]
    updates = []
    for part in range(parts):
        groups = all_groups[part::parts]
        trees = [tree for group in groups if (tree := plant(*group, config)) is not None]
        update = fleet.update(trees, divisor([credits for _, credits, _ in groups], config, longest=longest))
        if update.halt:
            raise CommandError(f"stopped: {update.skipped}")
        updates.append(update)
    return updates


def teaches(scored_G: Sequence[Scored]) -> bool:
    """Whether the judged rewards of a group differ."""
    return not all_equal([scored.reward.total for scored in scored_G if scored.reward.total is not None])


def _bare(scored_G: Sequence[Scored]) -> Tree:
    return Tree(
        prompt_ids=scored_G[0].rollout.prompt_ids,
        completions=tuple(
            Completion(
                ids=scored.rollout.completion_ids,
                old_logprobs=scored.rollout.logprobs,
                advantages=(0.0,) * len(scored.rollout.completion_ids),
            )
            for scored in scored_G
        ),
    )
