"""What is asked of the learner's models about a batch before its first update, and how the answers find their
completion after packing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from tracemill.configs.schema import LearnerConfig
from tracemill.rl.algos.types import Measured
from tracemill.rl.types import Batch, Completion, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """For each tree and completion what was measured, and the divergence's coefficient in force."""

    kl_coefficient: float
    trees: list[list[Measured]]


def wanted(config: LearnerConfig) -> tuple[str, ...]:
    """The fields of `Measured` that this config needs; () where the learner need not look before it learns.

    With one update a batch the policy before it is the policy in it, and need not be kept.
    """
    names = []
    if config.kl.coefficient:
        names.append("ref_logprobs")
    if config.correction.proximal == "learner" and config.updates_per_batch > 1:
        names.append("proximal_logprobs")
    if config.critic.kind != "none":
        names.append("values")
    return tuple(names)


def numbered(trees: Sequence[Tree]) -> list[Tree]:
    """The same ids, with each completion's number in the place of its advantages; exact up to 2^24 completions."""
    number = 0
    result = []
    for tree in trees:
        completions = []
        for completion in tree.completions:
            numbers = (float(number),) * len(completion.ids)
            completions.append(Completion(ids=completion.ids, old_logprobs=completion.old_logprobs, advantages=numbers))
            number += 1
        result.append(Tree(prompt_ids=tree.prompt_ids, completions=tuple(completions)))
    return result


class Answers:
    """Collects columns `[N]` of numbered micro-batches and gives them back by tree and completion."""

    def __init__(self) -> None:
        self._columns: dict[int, dict[str, tuple[float, ...]]] = {}

    def add(self, batch: Batch, columns: dict[str, torch.Tensor]) -> None:
        numbers = batch.advantages.long().tolist()
        values = {name: column.tolist() for name, column in columns.items()}
        begin = 0
        for end in range(1, len(numbers) + 1):
            if end == len(numbers) or numbers[end] != numbers[begin]:
                cut = {name: tuple(column[begin:end]) for name, column in values.items()}
                self._columns[numbers[begin]] = cut
                begin = end

    def by_tree(self, trees: Sequence[Tree]) -> list[list[Measured]]:
        numbers = iter(range(sum(len(tree.completions) for tree in trees)))
        return [[Measured(**self._columns[next(numbers)]) for _ in tree.completions] for tree in trees]
