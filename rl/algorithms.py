"""The algorithms by name: how advantages are made and which loss they enter. The learner knows neither."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import dataclass

from tracemill.reward.types import Scored
from tracemill.rl.advantages import GroupAdvantages, grpo
from tracemill.rl.types import Completion, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Algorithm:
    group_advantages: GroupAdvantages


ALGORITHMS: dict[str, Algorithm] = {"grpo": Algorithm(group_advantages=grpo)}


def algorithm_named(name: str) -> Algorithm:
    if name not in ALGORITHMS:
        near = difflib.get_close_matches(name, ALGORITHMS, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(ALGORITHMS)}"
        raise ValueError(f"no algorithm {name!r}; {hint}")
    return ALGORITHMS[name]


def group_advantages(algorithm: Algorithm, scored_G: Sequence[Scored]) -> list[float | None]:
    return algorithm.group_advantages([scored.reward.total for scored in scored_G])


def plant(scored_G: Sequence[Scored], advantages_G: Sequence[float | None]) -> Tree | None:
    """The tree of one group. Completions with advantage zero have no gradient and are left out, which is exact; None
    where nothing is left."""
    completions = tuple(
        Completion(
            ids=scored.rollout.completion_ids,
            old_logprobs=scored.rollout.logprobs,
            advantages=(advantage,) * len(scored.rollout.completion_ids),
        )
        for scored, advantage in zip(scored_G, advantages_G, strict=True)
        if advantage
    )
    if not completions:
        return None
    return Tree(prompt_ids=scored_G[0].rollout.prompt_ids, completions=completions)
