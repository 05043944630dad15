"""REINFORCE++ (Hu et al. 2025, arXiv 2501.03262): advantages are normalised over all tokens of the global batch, never
within a group.

Without a baseline A_t = r - sum of the penalties from t on; with the group's mean as baseline A = r - mean(group).
"""

from __future__ import annotations

from itertools import accumulate

from tracemill.configs.schema import LearnerConfig
from tracemill.rl.advantages import centred, whitened
from tracemill.rl.algos.types import Algorithm, Credit, Credits, Sample, Samples, each_group


def credit(groups: Samples, _: LearnerConfig) -> Credits:
    return normalised(
        [
            [None if sample.reward is None else Credit(advantages_T=_to_go(sample)) for sample in group]
            for group in groups
        ]
    )


def credit_with_baseline(groups: Samples, options: LearnerConfig) -> Credits:
    return normalised(each_group(centred)(groups, options))


def normalised(credits: Credits) -> Credits:
    """The same credits, their advantages whitened over the batch; returns stay."""
    rows = iter(whitened([credit.advantages_T for group in credits for credit in group if credit is not None]))
    return [
        [None if credit is None else Credit(advantages_T=next(rows), returns_T=credit.returns_T) for credit in group]
        for group in credits
    ]


def _to_go(sample: Sample) -> tuple[float, ...]:
    """The reward less the penalties from each token to the end."""
    assert sample.reward is not None
    if not sample.penalties_T:
        return (sample.reward,) * sample.num_tokens
    sums = list(accumulate(reversed(sample.penalties_T)))
    return tuple(sample.reward - penalty for penalty in reversed(sums))


PLAIN = Algorithm(credit=credit)
WITH_BASELINE = Algorithm(credit=credit_with_baseline)
