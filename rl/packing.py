"""Trees into micro-batches, and trees over ranks. Deterministic; no tensor leaves the CPU here."""

from __future__ import annotations

from collections.abc import Sequence

import torch

from tracemill.rl.trie import Trie, grow, in_order, num_shared
from tracemill.rl.types import Batch, Tree

_OPTIONAL = ("ref_logprobs", "proximal_logprobs", "old_values", "returns")


def over_ranks(trees: Sequence[Tree], num_ranks: int) -> list[list[Tree]]:
    """Longest first, each to the rank with the fewest places so far."""
    shares: list[list[Tree]] = [[] for _ in range(num_ranks)]
    loads = [0] * num_ranks
    for trie in sorted(map(grow, trees), key=lambda trie: -trie.num_places):
        rank = loads.index(min(loads))
        shares[rank].append(trie.tree)
        loads[rank] += trie.num_places
    return shares


def micro_batches(trees: Sequence[Tree], max_tokens: int) -> list[Batch]:
    """Packs trees, longest first, into batches of at most `max_tokens` places (rows times length, padding included). A
    row is as long as the batch's longest trie and takes further ones where they fit. A tree whose trie is longer than
    `max_tokens` is split by its completions; a single completion that is longer still gets a batch to itself."""
    pieces = [grow(part) for tree in trees for part in _split(tree, max_tokens)]
    pieces.sort(key=lambda trie: -trie.num_places)
    batches: list[Batch] = []
    while pieces:
        length = pieces[0].num_places
        room = [length] * max(1, max_tokens // length)
        rows: list[list[Trie]] = [[] for _ in room]
        left: list[Trie] = []
        for trie in pieces:
            row = next((index for index, free in enumerate(room) if free >= trie.num_places), None)
            if row is None:
                left.append(trie)
            else:
                rows[row].append(trie)
                room[row] -= trie.num_places
        batches.append(_pack([row for row in rows if row]))
        pieces = left
    return batches


def _split(tree: Tree, max_tokens: int) -> list[Tree]:
    """Parts of at most `max_tokens` tokens each, completions with a common beginning side by side."""
    prompt = len(tree.prompt_ids)
    parts: list[list[int]] = []
    size = max_tokens
    before: tuple[int, ...] = ()
    for index in in_order(tree):
        ids = tree.completions[index].ids
        added = len(ids) - num_shared(before, ids)
        if size + added > max_tokens:
            parts.append([])
            size, added = prompt, len(ids)
        parts[-1].append(index)
        size, before = size + added, ids
    return [
        Tree(prompt_ids=tree.prompt_ids, completions=tuple(tree.completions[index] for index in sorted(part)))
        for part in parts
    ]


def _pack(rows: Sequence[Sequence[Trie]]) -> Batch:
    length = max(sum(trie.num_places for trie in row) for row in rows)
    shape = (len(rows), length)
    input_ids, positions = torch.zeros(shape, dtype=torch.int64), torch.zeros(shape, dtype=torch.int64)
    ends = torch.arange(1, length + 1).repeat(len(rows), 1)
    predict_from: list[int] = []
    target_ids: list[int] = []
    term: list[int] = []
    old_logprobs: list[float] = []
    advantages: list[float] = []
    optional: dict[str, list[float]] = {name: [] for name in _OPTIONAL}
    sequence: list[int] = []
    num_sequences = 0
    for row, tries in enumerate(rows):
        at = 0
        for trie in tries:
            places = slice(at, at + trie.num_places)
            input_ids[row, places] = torch.tensor(trie.ids)
            positions[row, places] = torch.tensor(trie.positions)
            ends[row, places] = torch.tensor(trie.ends) + at
            first = len(target_ids)
            predict_from += [row * length + at + place for place in trie.predict_from]
            target_ids += trie.target_ids
            for completion, terms in zip(trie.tree.completions, trie.terms, strict=True):
                term += [first + index for index in terms]
                old_logprobs += completion.old_logprobs
                advantages += completion.advantages
                for name, column in optional.items():
                    column += getattr(completion, name) or ()
                sequence += [num_sequences] * len(terms)
                num_sequences += 1
            at = places.stop
    partial = [name for name, column in optional.items() if column and len(column) != len(sequence)]
    if partial:
        raise ValueError(f"{', '.join(partial)} must be given for every token of every completion, or for none")
    return Batch(
        input_ids=input_ids,
        positions=positions,
        ends=ends,
        predict_from=torch.tensor(predict_from),
        target_ids=torch.tensor(target_ids),
        term=torch.tensor(term),
        old_logprobs=torch.tensor(old_logprobs, dtype=torch.float32),
        advantages=torch.tensor(advantages, dtype=torch.float32),
        sequence=torch.tensor(sequence),
        **{name: torch.tensor(column, dtype=torch.float32) for name, column in optional.items() if column},
    )


def visible(batch: Batch) -> torch.Tensor:
    """`[B, 1, T, T]` bool: which places (last axis) each place sees: those before it that it descends from, and itself.
    Padding sees itself, so that no softmax is empty."""
    place = torch.arange(batch.ends.shape[1], device=batch.ends.device)
    before = place[:, None] >= place[None, :]
    return (before & (place[:, None] < batch.ends[:, None, :]))[:, None]
