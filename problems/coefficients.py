"""Whole-number polynomials as tuples of coefficients, the highest power first; and draws of coefficients."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random


def nonzero(rng: Random, most: int) -> int:
    """From -most to most, 0 left out, all equally likely."""
    value = rng.randrange(-most, most)
    return value if value < 0 else value + 1


def times(left: Sequence[int], right: Sequence[int]) -> tuple[int, ...]:
    """Of degree len(left) + len(right) - 2."""
    total = [0] * (len(left) + len(right) - 1)
    for i, a in enumerate(left):
        for j, b in enumerate(right):
            total[i + j] += a * b
    return tuple(total)
