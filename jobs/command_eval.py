"""`tracemill eval`: how often a policy is right on held-out problems, by family and level."""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.jobs.command_problems import levels_in
from tracemill.jobs.errors import CommandError
from tracemill.jobs.fixed_fleet import FixedFleet
from tracemill.jobs.pass_at_k import Outcome, Rate, by_cell, rate_of, sample, to_json
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.run_folder import write_atomically
from tracemill.problems.registry import family_named
from tracemill.problems.sampler import held_out_problems
from tracemill.problems.types import Problem
from tracemill.rollout.types import Sampling


def command(options: argparse.Namespace) -> int:
    try:
        config = _config(options)
        problems = held_out_problems(config.problems, config.eval.per_family)
    except ValueError as error:
        raise CommandError(str(error), exit_code=2) from None
    samples, temperature = options.samples, config.eval.temperature
    if samples < 1 or (samples > 1 and not temperature):
        why = "at temperature 0 all are the same" if samples > 1 else "at least 1 is drawn"
        raise CommandError(f"--samples is {samples}; {why}", exit_code=2)
    if options.json is not None:
        _check_can_be_written(options.json)
    policy = _policy(options.policy)
    prompts = Prompts(policy, config.problems.template, config.rollout.max_model_len)
    began = time.monotonic()
    asked, refused = _fitting(problems, prompts, config.rollout.max_new_tokens)
    outcomes = _outcomes(config, policy, asked, prompts, samples)
    seconds = time.monotonic() - began
    found = {
        "policy": str(policy),
        "temperature": temperature,
        "max_new_tokens": config.rollout.max_new_tokens,
        "seconds": seconds,
        "unasked": len(refused),
        **to_json(outcomes, samples),
    }
    _print(outcomes, samples, found)
    if refused:
        print(f"not asked: {len(refused):,} more problems, as {refused[0]}")
    if options.json is not None:
        write_atomically(options.json, json.dumps(found, indent=2) + "\n")
    return 0


def _config(options: argparse.Namespace) -> Config:
    """The config's own problems, or those of the families and levels that are asked for. Raises ValueError."""
    overrides = list(options.set)
    for flag, key in ((options.per_family, "eval.per_family"), (options.temperature, "eval.temperature")):
        if flag is not None:
            overrides.append(f"{key}={flag}")
    names = [name for name in (options.families or "").split(",") if name]
    levels = levels_in(options.levels) if options.levels is not None else []
    if options.config is None:
        if not names:
            raise ValueError("name families with --families a,b, or give --config CONFIG, whose problems are taken")
        given = {name: levels or [1] for name in names}
        return load(None, ["run.name=eval", *overrides, _mix(given)])
    config = load(options.config, overrides)
    given = {}
    for item in config.problems.mix:
        given[item.family] = levels or sorted({*given.get(item.family, []), *item.levels})
    chosen = {name: given.get(name, levels or [1]) for name in names} or given
    return load(options.config, [*overrides, _mix(chosen)])


def _mix(levels: dict[str, list[int]]) -> str:
    for name in levels:
        family_named(name)
    items = ", ".join(f"{{family = '{name}', levels = {some}}}" for name, some in levels.items())
    return f"problems.mix=[{items}]"


def _policy(path: str) -> Path:
    """As `policy.path` in a config, or the newest policy of a run's folder."""
    of_run = Path(path).expanduser() / "policy"
    return policy_folder(str(of_run) if (of_run / "config.json").is_file() else path)


def _check_can_be_written(file: Path) -> None:
    """Before any sampling is done."""
    folder = file.absolute().parent
    if not folder.is_dir():
        raise CommandError(f"--json {file} is in no folder", exit_code=2)
    if file.is_dir() or not os.access(folder, os.W_OK):
        raise CommandError(f"--json {file} cannot be written; name a file in a folder of yours", exit_code=2)


def _fitting(problems: Sequence[Problem], prompts: Prompts, max_new_tokens: int) -> tuple[list[Problem], list[str]]:
    """The problems that can be put to the policy, and why the others cannot. Raises CommandError where none can."""
    asked: list[Problem] = []
    refused: list[str] = []
    for problem in problems:
        if why := prompts.refusal(prompts.ids(problem), max_new_tokens):
            refused.append(f"{problem.id}: {why}")
        else:
            asked.append(problem)
    if not asked:
        raise CommandError(f"no problem can be put to the policy: {refused[0]}")
    return asked, refused


def _outcomes(
    config: Config, policy: Path, problems: Sequence[Problem], prompts: Prompts, samples: int
) -> list[Outcome]:
    sampling = Sampling(temperature=config.eval.temperature, max_new_tokens=config.rollout.max_new_tokens)
    try:
        fleet = FixedFleet(config, policy)
    except (ValueError, OSError) as error:
        raise CommandError(f"the policy {policy} cannot be loaded: {str(error).splitlines()[0]}") from None
    try:
        return sample(fleet, problems, prompts, sampling, samples)
    finally:
        fleet.close()


def _print(outcomes: Sequence[Outcome], samples: int, found: dict[str, Any]) -> None:
    """pass@1, and pass@k for as many samples as there are, in per cent with 95 % intervals."""
    shown = list(dict.fromkeys((1, samples)))
    cells = by_cell(outcomes)
    width = max(len("family"), *(len(family) for family, _ in cells))
    heads = "".join(f"  {f'pass@{k}':>19}" for k in shown)
    print(f"{'family':{width}}  level  problems{heads}")

    def row(family: str, level: str, some: Sequence[Outcome]) -> None:
        rates = "".join(f"  {_cell(rate_of(some, k)):>19}" for k in shown)
        print(f"{family:{width}}  {level:>5}  {len(some):8,}{rates}")

    for family in dict.fromkeys(family for family, _ in cells):
        levels = {level: some for (name, level), some in cells.items() if name == family}
        for level, some in levels.items():
            row(family, str(level), some)
        if len(levels) > 1:
            row(family, "all", [one for some in levels.values() for one in some])
    row("all", "", outcomes)
    unjudged = f", {found['unjudged']:,} of them not judged" if found["unjudged"] else ""
    print(
        f"{len(outcomes) * samples:,} samples{unjudged}, temperature {found['temperature']:g}, at most "
        f"{found['max_new_tokens']:,} tokens, {found['seconds']:.0f} s; 95 % intervals in brackets"
    )


def _cell(rate: Rate) -> str:
    if not rate.problems:
        return "–"
    return f"{100 * rate.rate:.1f} ({100 * rate.low:.1f}–{100 * rate.high:.1f})"
