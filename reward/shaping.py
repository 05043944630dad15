"""The parts that shape a reward, each as published, before its coefficient. Pure functions on token counts and ids."""

from __future__ import annotations

from collections.abc import Sequence


def length_kimi(lengths_G: Sequence[int], correct_G: Sequence[bool]) -> list[float]:
    """0.5 - (len - min) / (max - min) over the group, cut at 0 for wrong ones; all 0 where every length is the same
    (Kimi k1.5, arXiv 2501.12599, sec. 2.3.3)."""
    shortest, longest = min(lengths_G), max(lengths_G)
    if shortest == longest:
        return [0.0] * len(lengths_G)
    values = [0.5 - (length - shortest) / (longest - shortest) for length in lengths_G]
    return [value if correct else min(0.0, value) for value, correct in zip(values, correct_G, strict=True)]


def soft_overlong(length: int, max_length: int, buffer: int) -> float:
    """0 up to `max_length - buffer` tokens, then linear to -1 at `max_length` (DAPO, arXiv 2503.14476, eq. 13)."""
    over = length - (max_length - buffer)
    if over <= 0:
        return 0.0
    return -min(1.0, over / buffer) if buffer else -1.0


def repetition(ids: Sequence[int], ngram: int) -> float:
    """Minus the share of n-grams that occurred before in the completion (Yeo et al. 2025, arXiv 2502.03373, sec.
    4.2)."""
    total = len(ids) - ngram + 1
    if total <= 0:
        return 0.0
    return len({tuple(ids[at : at + ngram]) for at in range(total)}) / total - 1.0
