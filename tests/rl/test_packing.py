from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
import torch
from transformers import AutoModelForCausalLM

from tracemill.rl.packing import micro_batches, over_ranks, visible
from tracemill.rl.policy import Policy
from tracemill.rl.trie import grow
from tracemill.rl.types import Completion, Tree

POLICY = Path(__file__).parents[2] / "rollout" / "policy"


def completion(ids: tuple[int, ...], advantage: float = 1.0) -> Completion:
    return Completion(ids=ids, old_logprobs=(-1.0,) * len(ids), advantages=(advantage,) * len(ids))


def random_trees(number: int, seed: int = 0) -> list[Tree]:
    """Few letters, so that completions share beginnings, are beginnings of others, and repeat."""
    rng = Random(seed)

    def ids(low: int, high: int, letters: int) -> tuple[int, ...]:
        return tuple(rng.randrange(5, 5 + letters) for _ in range(rng.randrange(low, high)))

    return [
        Tree(
            prompt_ids=ids(2, 12, 200),
            completions=tuple(completion(ids(1, 15, rng.choice((1, 2, 200)))) for _ in range(rng.randrange(1, 7))),
        )
        for _ in range(number)
    ]


A, B, C, D, E, F = range(10, 16)


def test_the_example_of_the_batch() -> None:
    (batch,) = micro_batches([Tree(prompt_ids=(A, B), completions=(completion((C, D)), completion((C, E))))], 100)
    assert batch.input_ids.tolist() == [[A, B, C]]
    assert batch.ends.tolist() == [[3, 3, 3]]
    assert batch.positions.tolist() == [[0, 1, 2]]
    assert batch.predict_from.tolist() == [1, 2, 2]
    assert batch.target_ids.tolist() == [C, D, E]
    assert batch.term.tolist() == [0, 1, 0, 2]
    assert batch.sequence.tolist() == [0, 0, 1, 1]


def test_a_place_sees_its_own_past_alone() -> None:
    """Rows `a b c e` (a trie of c, d and ef; c is followed by d) and `a`, with two tries in the first row."""
    trees = [
        Tree(prompt_ids=(A, B), completions=(completion((E, F)), completion((C, D)))),
        Tree(prompt_ids=(A,), completions=(completion((B,)),)),
        Tree(prompt_ids=(A, B, C, D, E), completions=(completion((B,)),)),
    ]
    batch, *rest = micro_batches(trees, 10)
    assert rest == []
    assert batch.input_ids.tolist() == [[A, B, C, D, E], [A, B, C, E, A]]
    assert batch.positions.tolist() == [[0, 1, 2, 3, 4], [0, 1, 2, 2, 0]]
    assert visible(batch)[1, 0].int().tolist() == [
        [1, 0, 0, 0, 0],
        [1, 1, 0, 0, 0],
        [1, 1, 1, 0, 0],
        [1, 1, 0, 1, 0],
        [0, 0, 0, 0, 1],
    ]
    assert batch.target_ids[batch.term][batch.sequence == 1].tolist() == [E, F]


def test_padding_sees_itself() -> None:
    trees = [
        Tree(prompt_ids=(A, B), completions=(completion((C,)),)),
        Tree(prompt_ids=(A, B, C), completions=(completion((B,)),)),
    ]
    (batch,) = micro_batches(trees, 6)
    assert batch.input_ids.tolist() == [[A, B, C], [A, B, 0]]
    assert visible(batch)[1, 0].int().tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 1]]


def test_the_example_of_the_trie() -> None:
    completions = tuple(completion(ids) for ids in ((C, D, E), (C, D), (C, F)))
    trie = grow(Tree(prompt_ids=(A, B), completions=completions))
    assert trie.ids == [A, B, C, D]
    assert trie.ends == [4, 4, 4, 4]
    assert trie.positions == [0, 1, 2, 3]
    assert trie.target_ids == [C, D, E, F]
    assert trie.predict_from == [1, 2, 3, 2]
    assert trie.terms == [[0, 1, 2], [0, 1], [0, 3]]


def test_what_siblings_share_is_computed_once() -> None:
    same = Tree(prompt_ids=(A, B), completions=tuple(completion((C, D, E, F)) for _ in range(8)))
    (batch,) = micro_batches([same], 1_000)
    assert batch.input_ids.tolist() == [[A, B, C, D, E]]
    assert len(batch.term) == 32 and len(batch.target_ids) == 4


@pytest.mark.parametrize("max_tokens", [1, 20, 60, 10_000])
def test_every_completion_is_packed_once_within_the_budget(max_tokens: int) -> None:
    trees = random_trees(12)
    batches = micro_batches(trees, max_tokens)
    packed = sorted(
        tuple(batch.target_ids[batch.term][batch.sequence == index].tolist())
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
    loads = [sum(grow(tree).num_places for tree in share) for share in shares]
    assert max(loads) - min(loads) <= max(grow(tree).num_places for tree in trees)
