"""Whether an engine and the learner say the same of the same tokens, on a config's own policy, engine and dtype.

In this process: one learner rank and one engine, as `tracemill run --in-process` has them. The engine samples, the
learner says the logprobs of what was sampled; then the learner takes one real step, large enough to show, the engine
takes its weights, and both say a probe. A head left on old weights, a wrong temperature or a wrong mask shows here,
before a run is paid for. Not tried: several ranks, weights on their way through Ray, the run's own learning rate.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from tracemill.configs.schema import Config, CorrectionConfig, LearnerConfig
from tracemill.jobs.doctor.check import Check, check, size
from tracemill.jobs.doctor.memory import available_memory
from tracemill.jobs.doctor.memory_plan import Need
from tracemill.jobs.errors import CommandError

if TYPE_CHECKING:
    from tracemill.rl.types import Tree
    from tracemill.rollout.types import Rollout

GROUPS, MEMBERS, TOKENS = 4, 4, 48
LR = 1e-3  # AdamW's first step moves every weight by that
GPU_SHARE = 0.4  # of a GPU for vLLM, as the learner is on the same one here


def agreement_checks(config: Config, policy: Path, needs: Sequence[Need]) -> list[Check]:
    needed = sum(need.each for need in needs if need.owner != "host" and not need.on_device)
    if needed > (room := available_memory()):
        found = f"not tried: a rank and an engine take {size(needed)}, {size(room)} is available"
        return [check("logprobs", False, found, "run tracemill doctor where there is room for both", "note")]
    began = time.monotonic()
    try:
        sampled, most, moved, after, tolerance = measure_agreement(config, policy)
    except (CommandError, ValueError, RuntimeError, OSError) as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        do = "an engine that does not hold the learner's weights teaches nothing; see docs/rollouts.md"
        return [check("logprobs", False, reason, do)]
    do = (
        f"the run would stop at learner.mismatch_alarm; check policy.dtype and rollout.engine ({config.rollout.engine})"
    )
    found = f"engine and learner differ by {sampled:.2g} in the mean of what was sampled, {most:.2g} at most"
    step = f"{after:.2g} apart after a step that moved them by {moved:.2g} ({time.monotonic() - began:.0f} s)"
    return [
        check("logprobs", sampled <= tolerance, f"{found} (tolerance {tolerance:g})", do),
        check("weights", moved > tolerance, step, "the step did not reach the engine; see docs/rollouts.md"),
    ]


def measure_agreement(config: Config, policy: Path) -> tuple[float, float, float, float, float]:
    """Mean and largest |engine - learner| of what was sampled; how far a step moved the probe, the difference after it,
    and the tolerance. Raises CommandError where the engine does not prove the step's weights."""
    from tracemill.jobs.fleet import threads_each
    from tracemill.jobs.local_engine import LocalEngine
    from tracemill.jobs.prompts import Prompts
    from tracemill.problems.sampler import held_out_problems
    from tracemill.rl.learner import Learner
    from tracemill.rollout.canary import largest_difference, probe_of, tolerance_for
    from tracemill.rollout.types import Request, Sampling

    share = min(config.rollout.gpu_memory_utilization, GPU_SHARE)
    config = config.model_copy(update={"rollout": config.rollout.model_copy(update={"gpu_memory_utilization": share})})
    prompts = Prompts(policy, config.problems.template, config.rollout.max_model_len)
    longest = min(config.rollout.max_new_tokens, TOKENS)
    asked = [prompts.ids(problem) for problem in held_out_problems(config.problems, GROUPS)]
    asked = [ids for ids in asked if prompts.refusal(ids, longest) is None][:GROUPS]
    if not asked:
        raise CommandError(
            f"no held-out prompt and {longest} tokens fit into the policy's context or rollout.max_model_len"
        )
    groups = [
        [
            Request(problem_id="doctor", group_id=f"doctor.{n}", index=i, prompt_ids=ids, seed=n * MEMBERS + i)
            for i in range(MEMBERS)
        ]
        for n, ids in enumerate(asked)
    ]
    sampling = Sampling(temperature=config.rollout.temperature, max_new_tokens=longest)
    learner = Learner(
        _learner_alone(config.learner),
        folder=policy,
        dtype=config.policy.dtype,
        temperature=config.rollout.temperature,
        num_updates=2,
        threads=threads_each(1),
    )
    try:
        engine = LocalEngine(config, policy)
        try:
            done = engine.start_rollouts(groups, sampling)
            trees = [_tree(group.rollouts) for group in done]
            measured = learner.measure(trees).trees
            said = [list(one.proximal_logprobs or ()) for tree in measured for one in tree]
            theirs = [one.old_logprobs for tree in trees for one in tree.completions]
            gaps = [abs(a - b) for x, y in zip(said, theirs, strict=True) for a, b in zip(x, y, strict=True)]
            probe = probe_of(asked)
            before = learner.logprobs(probe)
            update = learner.update(trees, float(len(gaps)))
            if update.skipped:
                raise CommandError(f"the learner took no step: {update.skipped}")
            after = engine.take(learner, probe)
            moved = largest_difference(before, learner.logprobs(probe))
        finally:
            engine.close()
    finally:
        learner.close()
    return fmean(gaps), max(gaps), moved, after, tolerance_for(config.policy.dtype, config.rollout.canary_tolerance)


def _learner_alone(config: LearnerConfig) -> LearnerConfig:
    """What of a config decides how logprobs are computed and weights are held; the algorithm has no part in it. Two
    updates a batch, so that `measure` says the learner's own logprobs."""
    kept = ("zero_stage", "offload", "optimizer", "activation_checkpointing", "lora", "tokens_per_micro_batch")
    return LearnerConfig(
        **{name: getattr(config, name) for name in kept},
        lr=LR,
        updates_per_batch=2,
        correction=CorrectionConfig(proximal="learner"),
    )


def _tree(rollouts: Sequence[Rollout]) -> Tree:
    from tracemill.rl.types import Completion, Tree

    signs = itertools.cycle((1.0, -1.0))
    completions = tuple(
        Completion(ids=one.completion_ids, old_logprobs=one.logprobs, advantages=(sign,) * len(one.completion_ids))
        for one, sign in zip(rollouts, signs, strict=False)
    )
    return Tree(prompt_ids=rollouts[0].prompt_ids, completions=completions)
