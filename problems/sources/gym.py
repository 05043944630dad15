"""Tasks of reasoning-gym as families (an optional package: `pip install tracemill[reasoning-gym]`).

A problem is one item of a task at a level of the task's own curriculum, by a seed of its own. Items of neighbouring
seeds repeat, so a problem's split follows from a hash of its question and not of its seed. Tasks without a curriculum
are the same at all levels; where a curriculum has fewer levels than ten, the last one stays.

Answers are judged by the task's own scoring, full marks or nothing, in a process without rights (see `gym_scoring`),
since several tasks run the answer as Python. Tasks that give full marks to wrong answers are off unless asked for.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Iterator
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from random import Random
from typing import Any

from tracemill.configs.schema import SourceConfig
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.plain_text import words_of
from tracemill.problems.text import boxed
from tracemill.problems.types import CheckedReference

UNSOUND = {
    "coin_flip": "takes 0 for small probabilities",
    "fraction_simplification": "takes two answers for one",
    "game_of_life_halting": "takes anything",
    "gsm_symbolic": "takes two answers for one",
    "intermediate_integration": "takes two answers for one",
    "letter_jumble": "takes the answer with anything after it",
    "polynomial_equations": "takes two answers for one",
    "polynomial_multiplication": "takes two answers for one",
    "puzzle24": "takes expressions of other numbers",
    "simple_integration": "takes two answers for one",
    "time_intervals": "takes times that are near",
}
"""Tasks of reasoning-gym 0.1.25 found to give full marks to wrong answers, and how."""

_CHECKER = "tracemill.problems.sources.gym_scoring:accepts"


def gym_family(source: SourceConfig) -> Family:
    """Raises ValueError where the package or the task is not there, or the task is off."""
    task = source.reasoning_gym
    assert task is not None
    _check(task, source.even_if_unsound)
    options = json.dumps(source.options, sort_keys=True)

    def sample(level: int, rng: Random) -> Params:
        return (task, level, rng.randrange(2**31), options)

    def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
        own = item_of(*params)["answer"]
        yield "empty", ""
        yield "echo", item_of(*params)["question"]
        for _ in range(10):
            other = item_of(task, params[1], rng.randrange(2**31), options)["answer"]
            if other != own:
                yield "another_item", boxed(other)
                yield "hedged", f"{boxed(own)} or {boxed(other)}"
                break

    return Family(
        name=source.name,
        version=_version(),
        kind="math",
        topic="source",
        sample=sample,
        pose=lambda params, rng: Posed(prompt=item_of(*params)["question"], reference=_reference(params)),
        solve=lambda params, rng: boxed(item_of(*params)["answer"]),
        confirm=_reference,
        mistakes=mistakes,
        doc=f"reasoning-gym's {task}. Levels 1 to 10: those of its own curriculum, where it has one.",
        identity=_identity,
    )


def _reference(params: Params) -> CheckedReference:
    task, level, seed, options = params
    data = json.dumps({"task": task, "level": level, "seed": seed, "options": options})
    return CheckedReference(checker=_CHECKER, data=data, example=item_of(*params)["answer"])


def _identity(params: Params) -> str:
    text = " ".join(words_of(item_of(*params)["question"])) or item_of(*params)["question"]
    return hashlib.sha256(f"{params[0]} {text}".encode()).hexdigest()[:16]


@lru_cache(maxsize=1024)
def item_of(task: str, level: int, seed: int, options: str) -> dict[str, Any]:
    """Leaves the global generator as it was, which some tasks draw from or seed."""
    before = random.getstate()
    try:
        item = dataset_of(task, level, seed, options)[0]
    finally:
        random.setstate(before)
    return {**item, "question": str(item["question"]), "answer": str(item["answer"])}


@lru_cache(maxsize=16)
def dataset_of(task: str, level: int, seed: int, options: str) -> Any:
    import reasoning_gym
    from reasoning_gym.factory import CURRICULA, create_curriculum

    chosen = json.loads(options)
    if task not in CURRICULA:
        return reasoning_gym.create_dataset(task, seed=seed, size=1, **chosen)
    curriculum = create_curriculum(task)
    for name in list(curriculum.attributes):
        highest = len(curriculum.attributes[name].levels) - 1
        curriculum.set_attr_level(name, min(level - 1, highest))
    config = curriculum.generate_configuration({"seed": seed, "size": 1, **chosen})
    return reasoning_gym.create_dataset(task, **vars(config))


def _check(task: str, even_if_unsound: bool) -> None:
    try:
        from reasoning_gym.factory import DATASETS
    except ImportError:
        raise ValueError(
            f"the source {task} needs the package reasoning-gym; pip install 'tracemill[reasoning-gym]'"
        ) from None
    if task not in DATASETS:
        raise ValueError(f"reasoning-gym has no task {task!r}; it has {', '.join(sorted(DATASETS))}")
    if task in UNSOUND and not even_if_unsound:
        raise ValueError(
            f"reasoning-gym's {task} gives full marks to wrong answers: it {UNSOUND[task]}; "
            f"set even_if_unsound = true in its problems.sources to have it all the same"
        )


def _version() -> int:
    """0.1.25 is 1025: what another version makes of a seed may differ."""
    try:
        numbers = [int(digits) for digits in re.findall(r"\d+", version("reasoning-gym"))[:3]]
    except PackageNotFoundError:
        numbers = [0]
    return sum(number * 1000**place for place, number in enumerate(reversed(numbers)))
