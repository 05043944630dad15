from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import torch
from transformers import AutoModelForCausalLM

from tracemill.rl.packing import micro_batches, over_ranks, visible
from tracemill.rl.policy import Policy
from tracemill.rl.types import Completion, Tree

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


def completion(ids: tuple[int, ...], advantage: float = 1.0) -> Completion:
    return Completion(ids=ids, old_logprobs=(-1.0,) * len(ids), advantages=(advantage,) * len(ids))


def random_trees(number: int, seed: int = 0) -> list[Tree]:
    rng = Random(seed)

    def ids(low: int, high: int) -> tuple[int, ...]:
        return tuple(rng.randrange(5, 200) for _ in range(rng.randrange(low, high)))

    return [
        Tree(prompt_ids=ids(2, 12), completions=tuple(completion(ids(1, 15)) for _ in range(rng.randrange(1, 5))))
        for _ in range(number)
    ]


def test_the_example_of_the_docstring() -> None:
    a, b, c, d, e = 10, 11, 12, 13, 14
    (batch,) = micro_batches([Tree(prompt_ids=(a, b), completions=(completion((c,)), completion((d, e))))], 100)
    assert batch.input_ids.tolist() == [[a, b, c, d, e]]
    assert batch.tree.tolist() == [[0, 0, 0, 0, 0]]
    assert batch.branch.tolist() == [[0, 0, 1, 2, 2]]
    assert batch.positions.tolist() == [[0, 1, 2, 2, 3]]
    assert batch.predict_from.tolist() == [1, 1, 3]
    assert batch.target_ids.tolist() == [c, d, e]
    assert batch.sequence.tolist() == [0, 1, 1]
    assert visible(batch)[0, 0].int().tolist() == [
        [1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0],
        [1, 1, 0, 1, 0],
        [1, 1, 0, 1, 1],
    ]


@pytest.mark.parametrize("max_tokens", [1, 20, 60, 10_000])
def test_every_completion_is_packed_once_within_the_budget(max_tokens: int) -> None:
    trees = random_trees(12)
    batches = micro_batches(trees, max_tokens)
    packed = sorted(
        tuple(batch.target_ids[batch.sequence == index].tolist())
        for batch in batches
        for index in range(int(batch.sequence.max()) + 1)
    )
    assert packed == sorted(each.ids for tree in trees for each in tree.completions)
    longest = max(len(tree.prompt_ids) + len(each.ids) for tree in trees for each in tree.completions)
    assert all(batch.input_ids.numel() <= max(max_tokens, longest) for batch in batches)


@pytest.mark.parametrize("max_tokens", [30, 200])
def test_packed_logprobs_equal_those_of_each_sequence_alone(max_tokens: int) -> None:
    trees = random_trees(6)
    policy, model = Policy(POLICY, torch.float32), AutoModelForCausalLM.from_pretrained(POLICY).eval()
    wanted = {}
    with torch.inference_mode():
        for tree in trees:
            for each in tree.completions:
                logits = model(torch.tensor([tree.prompt_ids + each.ids])).logits[0, len(tree.prompt_ids) - 1 : -1]
                wanted[tree.prompt_ids, each.ids] = logits.log_softmax(-1).gather(-1, torch.tensor(each.ids)[:, None])[
                    :, 0
                ]
        found = []
        for batch in micro_batches(trees, max_tokens):
            logprobs, _ = policy(batch, 1.0)
            found += [logprobs[batch.sequence == index] for index in range(int(batch.sequence.max()) + 1)]
    assert len(found) == len(wanted)
    left = list(wanted.values())
    for logprobs in found:
        match = next(
            i for i, each in enumerate(left) if each.shape == logprobs.shape and (each - logprobs).abs().max() < 1e-5
        )
        left.pop(match)
    assert left == []


def test_trees_are_balanced_over_ranks() -> None:
    trees = random_trees(40)
    shares = over_ranks(trees, 3)
    assert sorted(map(id, (tree for share in shares for tree in share))) == sorted(map(id, trees))
    loads = [sum(tree.num_tokens for tree in share) for share in shares]
    assert max(loads) - min(loads) <= max(tree.num_tokens for tree in trees)
