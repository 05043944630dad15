"""Judging answers to reasoning-gym's tasks, in a verifier's worker. Imports the package at once, since what a checker's
module imports does not count towards an answer's time."""

from __future__ import annotations

import contextlib
from typing import Any

import reasoning_gym  # noqa: F401

from tracemill.problems.sources.apart import scored_apart
from tracemill.problems.sources.gym import dataset_of, item_of

_LIMIT_S = 30.0  # the verifier's own limit comes first


def accepts(data: dict[str, Any], answer: str) -> bool:
    """Whether the task's scoring gives the answer full marks. Raises RuntimeError where it cannot be held apart, or
    does not give them to the item's own answer."""
    params = (data["task"], data["level"], data["seed"], data["options"])
    item, dataset = item_of(*params), dataset_of(*params)

    def scores_full(text: str) -> bool:
        with contextlib.suppress(Exception):
            return bool(dataset.score_answer(text, item) >= 0.999)
        return False

    return scored_apart(scores_full, right=item["answer"], answer=answer, limit_s=_LIMIT_S)
