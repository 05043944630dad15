"""Families made of families: problems among facts that do not matter.

The facts follow from the problem's instance, so that a solution knows them; half of their numbers are those of the
problem or close to them. A problem has the same instance with and without idle facts, and so the same split.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from random import Random

from tracemill.problems.compose import Pool, family_at, told
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed
from tracemill.problems.types import MathReference, Reference
from tracemill.problems.words import aside

_SHORT_NUMBER = re.compile(r"(?<![\d.])\d{1,4}(?![\d.])")


def distracted(name: str, version: int, pool: Pool, shapes: Mapping[int, tuple[int, int]], doc: str) -> Family:
    """Problems of `pool`; `shapes` gives each level the number of idle facts and the level of the problem inside.

    Params: (family, version, params, number of facts).
    """

    def sample(level: int, rng: Random) -> Params:
        num_facts, inner_level = shapes[level]
        inner, inner_version = pool[int(rng.random() * len(pool))]
        return (inner, inner_version, family_at(inner, inner_version).sample(inner_level, rng), num_facts)

    def pose(params: Params, rng: Random) -> Posed:
        posed = _inside(params).pose(params[2], rng)
        facts = _facts(params)
        rng.shuffle(facts)
        at = rng.randrange(len(facts) + 1)
        return Posed(prompt=" ".join((*facts[:at], posed.prompt, *facts[at:])), reference=posed.reference)

    def solve(params: Params, rng: Random) -> str:
        count = params[3]
        idle = rng.choice(
            (
                f"{'One sentence has' if count == 1 else f'{count} sentences have'} nothing to do with the question.",
                f"The answer does not depend on {'one of the facts' if count == 1 else f'{count} of the facts'}.",
            )
        )
        return f"{idle} {_inside(params).solve(params[2], rng)}"

    def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
        yield from _inside(params).mistakes(params[2], rng)
        reference = told(_inside(params), params[2], identity(params)).reference
        if isinstance(reference, MathReference) and reference.type == "integer":
            idle = re.findall(r"\d+", _facts(params)[0])[0]
            if idle != reference.answer:
                yield "idle_number", boxed(idle)

    return Family(
        name=name,
        version=version,
        kind="math",
        topic="composition",
        sample=sample,
        pose=pose,
        solve=solve,
        confirm=_confirm,
        mistakes=mistakes,
        doc=doc,
        identity=identity,
    )


def identity(params: Params) -> str:
    return _inside(params).instance(params[2])


def _inside(params: Params) -> Family:
    return family_at(params[0], params[1])


def _confirm(params: Params) -> Reference:
    return _inside(params).confirm(params[2])


def _facts(params: Params) -> list[str]:
    instance = identity(params)
    rng = Random(f"{instance}/facts")
    near = [int(digits) for digits in _SHORT_NUMBER.findall(told(_inside(params), params[2], instance).prompt)] or [7]
    facts: list[str] = []
    while len(facts) < params[3]:
        number = max(2, rng.choice(near) + rng.choice((0, 0, 1, -1, 10)))
        fact = aside(rng, number if rng.random() < 0.5 else None)
        if re.sub(r"\d+", "", fact) not in [re.sub(r"\d+", "", other) for other in facts]:
            facts.append(fact)
    return facts
