"""PPO (Schulman et al. 2017, arXiv 1707.06347) with a critic: generalised advantages (arXiv 1506.02438), whitened over
the batch. The reward stands at the last token, penalties at theirs; a completion that was cut off ends like any
other."""

from __future__ import annotations

from tracemill.configs.schema import LearnerConfig
from tracemill.rl.advantages import gae
from tracemill.rl.algos.reinforce_pp import normalised
from tracemill.rl.algos.types import Algorithm, Credit, Credits, Sample, Samples


def credit(groups: Samples, options: LearnerConfig) -> Credits:
    return normalised([[_credit(sample, options) for sample in group] for group in groups])


def _credit(sample: Sample, options: LearnerConfig) -> Credit | None:
    if sample.reward is None:
        return None
    if sample.values_T is None:
        raise ValueError("ppo needs the values of a critic; set learner.critic.kind to 'head' or 'model'")
    rewards = [-penalty for penalty in sample.penalties_T] or [0.0] * sample.num_tokens
    if rewards:
        rewards[-1] += sample.reward
    advantages, returns = gae(rewards, sample.values_T, gamma=options.critic.gamma, lam=options.critic.lam)
    return Credit(advantages_T=advantages, returns_T=returns)


ALGORITHM = Algorithm(credit=credit, needs_critic=True)
