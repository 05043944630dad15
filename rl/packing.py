"""Trees into micro-batches, and trees over ranks. Deterministic; no tensor leaves the CPU here."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from tracemill.rl.types import Batch, Tree


def over_ranks(trees: Sequence[Tree], num_ranks: int) -> list[list[Tree]]:
    """Longest first, each to the rank with the fewest tokens so far."""
    shares: list[list[Tree]] = [[] for _ in range(num_ranks)]
    loads = [0] * num_ranks
    for tree in sorted(trees, key=lambda tree: -tree.num_tokens):
        rank = loads.index(min(loads))
        shares[rank].append(tree)
        loads[rank] += tree.num_tokens
    return shares


def micro_batches(trees: Sequence[Tree], max_tokens: int) -> list[Batch]:
    """Packs trees, longest first, into batches of at most `max_tokens` places (rows times length, padding included). A
    row is as long as the batch's longest tree and takes further trees where they fit. A tree longer than `max_tokens`
    is split by its completions; a single completion that is longer still gets a batch to itself."""
    pieces = [piece for tree in trees for piece in _split(tree, max_tokens)]
    pieces.sort(key=lambda tree: -tree.num_tokens)
    batches: list[Batch] = []
    while pieces:
        length = pieces[0].num_tokens
        room = [length] * max(1, max_tokens // length)
        rows: list[list[Tree]] = [[] for _ in room]
        left: list[Tree] = []
        for tree in pieces:
            row = next((index for index, free in enumerate(room) if free >= tree.num_tokens), None)
            if row is None:
                left.append(tree)
            else:
                rows[row].append(tree)
                room[row] -= tree.num_tokens
        batches.append(_pack([row for row in rows if row]))
        pieces = left
    return batches


def _split(tree: Tree, max_tokens: int) -> list[Tree]:
    parts: list[Tree] = []
    prompt = len(tree.prompt_ids)
    open_part: list[int] = []
    size = prompt
    for index, completion in enumerate(tree.completions):
        if open_part and size + len(completion.ids) > max_tokens:
            parts.append(_part(tree, open_part))
            open_part, size = [], prompt
        open_part.append(index)
        size += len(completion.ids)
    if open_part:
        parts.append(_part(tree, open_part))
    return parts


def _part(tree: Tree, indices: Sequence[int]) -> Tree:
    return Tree(prompt_ids=tree.prompt_ids, completions=tuple(tree.completions[index] for index in indices))


def _pack(rows: Sequence[Sequence[Tree]]) -> Batch:
    length = max(sum(tree.num_tokens for tree in row) for row in rows)
    shape = (len(rows), length)
    input_ids, positions = torch.zeros(shape, dtype=torch.int64), torch.zeros(shape, dtype=torch.int64)
    tree_of, branch = torch.full(shape, -1), torch.zeros(shape, dtype=torch.int64)
    predict_from: list[int] = []
    target_ids: list[int] = []
    old_logprobs: list[float] = []
    advantages: list[float] = []
    sequence: list[int] = []
    num_sequences = 0
    for row, trees in enumerate(rows):
        at = 0
        for index, tree in enumerate(trees):
            prompt = len(tree.prompt_ids)
            tree_of[row, at : at + tree.num_tokens] = index
            input_ids[row, at : at + prompt] = torch.tensor(tree.prompt_ids)
            positions[row, at : at + prompt] = torch.arange(prompt)
            last_of_prompt = row * length + at + prompt - 1
            at += prompt
            for number, completion in enumerate(tree.completions, start=1):
                end = at + len(completion.ids)
                input_ids[row, at:end] = torch.tensor(completion.ids)
                positions[row, at:end] = torch.arange(prompt, prompt + len(completion.ids))
                branch[row, at:end] = number
                predict_from += [last_of_prompt, *range(row * length + at, row * length + end - 1)]
                target_ids += completion.ids
                old_logprobs += completion.old_logprobs
                advantages += completion.advantages
                sequence += [num_sequences] * len(completion.ids)
                num_sequences += 1
                at = end
    return Batch(
        input_ids=input_ids,
        positions=positions,
        tree=tree_of,
        branch=branch,
        predict_from=torch.tensor(predict_from),
        target_ids=torch.tensor(target_ids),
        old_logprobs=torch.tensor(old_logprobs, dtype=torch.float32),
        advantages=torch.tensor(advantages, dtype=torch.float32),
        sequence=torch.tensor(sequence),
    )


def visible(batch: Batch) -> torch.Tensor:
    """`[B, 1, T, T]` bool: which tokens (last axis) each token sees. Padding sees itself, so that no softmax is
    empty."""
    same_tree = batch.tree[:, :, None] == batch.tree[:, None, :]
    same_path = (batch.branch[:, None, :] == 0) | (batch.branch[:, None, :] == batch.branch[:, :, None])
    length = batch.tree.shape[1]
    before = torch.ones(length, length, dtype=torch.bool, device=batch.tree.device).tril()
    return (same_tree & same_path & before)[:, None]
