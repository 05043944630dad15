"""A config on this machine: whether its run could start, and the plan of its memory."""

from __future__ import annotations

from pathlib import Path

from tracemill.configs.schema import Config
from tracemill.jobs.doctor.check import Check, check
from tracemill.jobs.doctor.memory_plan import Need, plan, read_shape
from tracemill.jobs.errors import CommandError
from tracemill.jobs.policy_folder import policy_folder

MANY_PROMPTS = 64


def config_checks(config: Config) -> tuple[Check, Path | None, list[Need]]:
    """Whether the run could start, its policy, and the plan of its memory; none where the policy does not say its
    shape."""
    from tracemill.jobs.run import check_can_start

    try:
        policy = policy_folder(config.policy.path)
        check_can_start(config)
        needs = memory_needs(config, policy)
    except (CommandError, ValueError) as error:
        return check("config", False, str(error), "mend the config"), None, []
    return check("config", True, f"run {config.run.name} can start from {policy}", ""), policy, needs


def memory_needs(config: Config, policy: Path) -> list[Need]:
    """Raises ValueError where the policy's files do not say its shape."""
    return plan(config, read_shape(policy), _prompt_tokens(config))


def _prompt_tokens(config: Config) -> int:
    """At most: the bytes of the longest of some held-out prompts, as no tokenizer makes more tokens than bytes."""
    from tracemill.problems.sampler import held_out_problems

    problems = held_out_problems(config.problems, min(MANY_PROMPTS, config.eval.per_family))
    return max(len(problem.prompt.encode()) for problem in problems) + len(config.problems.template.encode())
