"""The algorithms by name, and the way from scored groups to what the learner is fed. The learner knows no algorithm.

A new algorithm is one file in `rl.algos` and one line here, or anyone's `package.module:name` in `learner.algorithm`:
an `Algorithm`, or a plain function of one group's rewards.
"""

from __future__ import annotations

from collections.abc import Sequence

from tracemill.configs.schema import LearnerConfig
from tracemill.reward.types import Scored
from tracemill.rl.algos import cispo, dapo, dr_grpo, grpo, gspo, ppo, reinforce_pp, rloo
from tracemill.rl.algos.types import Algorithm, Credit, Measured, Sample, each_group
from tracemill.rl.divergence import estimate_one
from tracemill.rl.losses import loss_named
from tracemill.rl.plugins import imported, nearest
from tracemill.rl.types import Completion, Tree

ALGORITHMS: dict[str, Algorithm] = {
    "grpo": grpo.ALGORITHM,
    "dr_grpo": dr_grpo.ALGORITHM,
    "rloo": rloo.ALGORITHM,
    "reinforce_pp": reinforce_pp.PLAIN,
    "reinforce_pp_baseline": reinforce_pp.WITH_BASELINE,
    "dapo": dapo.ALGORITHM,
    "gspo": gspo.ALGORITHM,
    "cispo": cispo.ALGORITHM,
    "ppo": ppo.ALGORITHM,
}


def algorithm_named(name: str) -> Algorithm:
    """Raises ValueError for a name that is neither known nor can be imported."""
    if ":" not in name:
        if name not in ALGORITHMS:
            raise ValueError(f"no algorithm {name!r}; {nearest(name, ALGORITHMS)}")
        return ALGORITHMS[name]
    found = imported(name, "learner.algorithm")
    if isinstance(found, Algorithm):
        return found
    if not callable(found):
        raise ValueError(f"learner.algorithm: {name!r} is neither an Algorithm nor a function of a group's rewards")
    return Algorithm(credit=each_group(found))


def resolved(config: LearnerConfig) -> LearnerConfig:
    """The config with the algorithm's choice wherever it left one open. Raises ValueError where the two do not fit.
    What is resolved is never looked up again, so that a worker needs no file of the user's."""
    open_keys = [name for name in _DECIDED if getattr(config, name) is None]
    if not open_keys:
        return config
    algorithm = algorithm_named(config.algorithm)
    if algorithm.needs_critic and config.critic.kind == "none":
        raise ValueError(f"{config.algorithm} needs a critic; set learner.critic.kind to 'head' or 'model'")
    if not algorithm.needs_critic and config.critic.kind != "none":
        raise ValueError(f"{config.algorithm} has no use for a critic; leave learner.critic.kind at 'none'")
    config = config.model_copy(update={name: getattr(algorithm, name) for name in open_keys})
    loss_named(str(config.loss))
    return config


_DECIDED = ("loss", "normalise", "clip_low", "clip_high", "dynamic_sampling")


def credits_of(
    scored_P_G: Sequence[Sequence[Scored]],
    measured_P_G: Sequence[Sequence[Measured]],
    config: LearnerConfig,
    *,
    kl_coefficient: float,
) -> list[list[Credit | None]]:
    """What the algorithm says of a whole batch. `kl_coefficient` is the one in force, if the divergence is a reward."""
    samples = [
        [sample_of(scored, measured, config, kl_coefficient) for scored, measured in zip(*group, strict=True)]
        for group in zip(scored_P_G, measured_P_G, strict=True)
    ]
    return algorithm_named(config.algorithm).credit(samples, config)


def sample_of(scored: Scored, measured: Measured, config: LearnerConfig, kl_coefficient: float) -> Sample:
    penalties: tuple[float, ...] = ()
    if config.kl.coefficient and config.kl.place == "reward" and measured.ref_logprobs is not None:
        pairs = zip(scored.rollout.logprobs, measured.ref_logprobs, strict=True)
        penalties = tuple(kl_coefficient * estimate_one(old, ref, config.kl.estimator) for old, ref in pairs)
    return Sample(
        reward=scored.reward.total,
        num_tokens=len(scored.rollout.completion_ids),
        penalties_T=penalties,
        values_T=measured.values,
    )


def plant(
    scored_G: Sequence[Scored],
    credits_G: Sequence[Credit | None],
    measured_G: Sequence[Measured],
    config: LearnerConfig,
) -> Tree | None:
    """The tree of one group; None where nothing is left. Completions whose every advantage is zero have no gradient and
    are left out, which is exact, unless another term of the loss (divergence, entropy, critic) wants them."""
    wanted = config.entropy_bonus > 0 or config.critic.kind != "none"
    wanted = wanted or (config.kl.coefficient > 0 and config.kl.place == "loss")
    completions = tuple(
        Completion(
            ids=scored.rollout.completion_ids,
            old_logprobs=scored.rollout.logprobs,
            advantages=credit.advantages_T,
            ref_logprobs=measured.ref_logprobs,
            proximal_logprobs=measured.proximal_logprobs,
            old_values=measured.values,
            returns=credit.returns_T,
        )
        for scored, credit, measured in zip(scored_G, credits_G, measured_G, strict=True)
        if credit is not None and (wanted or any(credit.advantages_T))
    )
    if not completions:
        return None
    return Tree(prompt_ids=scored_G[0].rollout.prompt_ids, completions=completions)


def divisor(credits_P_G: Sequence[Sequence[Credit | None]], config: LearnerConfig, *, longest: int) -> float:
    """What the sum of the global batch's token losses is divided by, those with advantage zero counted: loss tokens,
    or judged completions ("constant": times `longest`, the most tokens that a completion may have). Never zero."""
    judged = [len(credit.advantages_T) for group in credits_P_G for credit in group if credit is not None]
    if config.normalise == "tokens":
        return max(1, sum(judged))
    return max(1, len(judged) * (longest if config.normalise == "constant" else 1))
