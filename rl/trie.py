"""The completions of one prompt as a trie: what they have in common is computed once, which is exact.

The hidden state of a token depends on the tokens before it alone. So the prompt of a group is computed once, and so is
every beginning that two of its completions share: in a group that a sharpened policy sampled, most of the tokens.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile

from tracemill.rl.types import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Trie:
    """A tree laid out in places, depth first: the prompt's tokens, then every completion token that another one follows
    (a last token predicts nothing, so it needs no hidden state). A place is seen by itself and by the places up to
    `ends`, its descendants.

    Example: prompt `ab`, completions `cde`, `cd` and `cf`. The places are `a b c d`, their ends `4 4 4 4`, their
    positions `0 1 2 3`; the distinct predictions are `c d e f`, from the places `1 2 3 2`; the completions' terms are
    `0 1 2`, `0 1` and `0 3`.
    """

    tree: Tree
    ids: list[int]
    positions: list[int]
    ends: list[int]
    predict_from: list[int]  # [M] the place before each distinct prediction
    target_ids: list[int]  # [M] what is predicted there
    terms: list[list[int]]  # for each completion of the tree, the prediction of each of its tokens

    @property
    def num_places(self) -> int:
        return len(self.ids)


def grow(tree: Tree) -> Trie:
    """One node for each distinct beginning of a completion; in sorted order, nodes come depth first by themselves."""
    prompt = len(tree.prompt_ids)
    tokens: list[int] = []
    parents: list[int] = []
    terms: list[list[int]] = [[] for _ in tree.completions]
    path: list[int] = []
    before: tuple[int, ...] = ()
    for index in in_order(tree):
        ids = tree.completions[index].ids
        path = path[: num_shared(before, ids)]
        for token in ids[len(path) :]:
            parents.append(path[-1] if path else -1)
            tokens.append(token)
            path.append(len(tokens) - 1)
        terms[index] = path
        before = ids

    followed = sorted(set(parents) - {-1})
    place_of = {node: prompt + number for number, node in enumerate(followed)}
    total = prompt + len(followed)
    ends = [total] * prompt + list(range(prompt + 1, total + 1))
    positions = list(range(prompt)) + [0] * len(followed)
    for node in followed:
        parent = parents[node]
        positions[place_of[node]] = prompt if parent < 0 else positions[place_of[parent]] + 1
    for node in reversed(followed):
        if (parent := parents[node]) >= 0:
            ends[place_of[parent]] = max(ends[place_of[parent]], ends[place_of[node]])
    return Trie(
        tree=tree,
        ids=[*tree.prompt_ids, *(tokens[node] for node in followed)],
        positions=positions,
        ends=ends,
        predict_from=[prompt - 1 if parent < 0 else place_of[parent] for parent in parents],
        target_ids=tokens,
        terms=terms,
    )


def in_order(tree: Tree) -> list[int]:
    """The completions' indices, those with a common beginning side by side."""
    return sorted(range(len(tree.completions)), key=lambda index: tree.completions[index].ids)


def num_shared(one: Sequence[int], other: Sequence[int]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))
