"""Verdicts and rollouts of one group to rewards, by named parts.

Correctness is 1 or 0. Everything else, a user's own functions included, is summed and kept within `SHAPING_BOUND` of
it, so that no shaping ever puts a wrong answer before a right one. A sample that the verifier failed on, or for which
a user's function returns None, is unjudged: its total is None.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any

from tracemill.configs.schema import RewardConfig
from tracemill.problems.types import Problem, reference_to_json
from tracemill.reward.shaping import length_kimi, repetition, soft_overlong
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.verifiers.types import Verdict

SHAPING_BOUND = 0.45

RewardFunction = Callable[..., Sequence[float | None]]


def load_function(path: str) -> RewardFunction:
    """`package.module:function`. Raises ValueError where there is none."""
    module_name, colon, name = path.partition(":")
    if not colon:
        raise ValueError(f"reward.custom takes package.module:function, not {path!r}")
    try:
        function = getattr(importlib.import_module(module_name), name)
    except (ImportError, AttributeError) as error:
        raise ValueError(f"reward.custom: {path!r} cannot be imported ({error})") from None
    if not callable(function):
        raise ValueError(f"reward.custom: {path!r} is not callable")
    return function


class Rewarder:
    """Holds the configured parts and the user's functions."""

    def __init__(self, config: RewardConfig, max_new_tokens: int) -> None:
        self._config = config
        self._max_new_tokens = max_new_tokens
        self._custom = {path: load_function(path) for path in config.custom}

    def score(self, problem: Problem, rollouts_G: Sequence[Rollout], verdicts_G: Sequence[Verdict]) -> list[Scored]:
        """The join of one group, in its order."""
        parts_G = self._shaping(rollouts_G, verdicts_G)
        customs = {path: self._call(path, problem, rollouts_G, verdicts_G) for path in self._custom}
        scored = []
        for index, (rollout, verdict) in enumerate(zip(rollouts_G, verdicts_G, strict=True)):
            custom = {path: values[index] for path, values in customs.items()}
            reward = _total(verdict, parts_G[index], custom)
            scored.append(Scored(problem=problem, rollout=rollout, verdict=verdict, reward=reward))
        return scored

    def _shaping(self, rollouts_G: Sequence[Rollout], verdicts_G: Sequence[Verdict]) -> list[dict[str, float]]:
        config = self._config
        lengths = [len(rollout.completion_ids) for rollout in rollouts_G]
        parts_G: list[dict[str, float]] = [{} for _ in rollouts_G]
        if config.length:
            values = length_kimi(lengths, [verdict.status == "correct" for verdict in verdicts_G])
            for parts, value in zip(parts_G, values, strict=True):
                parts["length"] = config.length * value
        for parts, rollout, verdict, length in zip(parts_G, rollouts_G, verdicts_G, lengths, strict=True):
            if config.format:
                parts["format"] = config.format * (verdict.extracted is not None and rollout.finish_reason == "stop")
            if config.overlong:
                value = soft_overlong(length, self._max_new_tokens, config.overlong_buffer_tokens)
                parts["overlong"] = config.overlong * value
            if config.repetition:
                parts["repetition"] = config.repetition * repetition(rollout.completion_ids, config.repetition_ngram)
        return parts_G

    def _call(
        self, path: str, problem: Problem, rollouts_G: Sequence[Rollout], verdicts_G: Sequence[Verdict]
    ) -> list[float | None]:
        """A user's function in TRL's signature: `f(prompts, completions, completion_ids, **columns) -> list`."""
        columns: dict[str, Any] = {
            "problem_id": [problem.id] * len(rollouts_G),
            "family": [problem.family] * len(rollouts_G),
            "level": [problem.level] * len(rollouts_G),
            "reference": [reference_to_json(problem.reference)] * len(rollouts_G),
            "status": [verdict.status for verdict in verdicts_G],
        }
        values = self._custom[path](
            prompts=[problem.prompt] * len(rollouts_G),
            completions=[rollout.text for rollout in rollouts_G],
            completion_ids=[list(rollout.completion_ids) for rollout in rollouts_G],
            **columns,
        )
        if len(values) != len(rollouts_G):
            raise ValueError(f"{path} returned {len(values)} rewards for {len(rollouts_G)} completions")
        return [None if value is None else float(value) for value in values]


def _total(verdict: Verdict, shaping: dict[str, float], custom: dict[str, float | None]) -> Reward:
    parts = dict(shaping)
    parts.update({path: value for path, value in custom.items() if value is not None})
    if verdict.status == "verifier_error" or any(value is None for value in custom.values()):
        return Reward(total=None, parts=parts)
    correctness = float(verdict.status == "correct")
    shaped = min(SHAPING_BOUND, max(-SHAPING_BOUND, sum(parts.values())))
    return Reward(total=correctness + shaped, parts={"correctness": correctness, **parts})
