"""Complete a function's body: all its steps are told, and some of their lines are missing.

Over strings, lists, words and dictionaries, numbers and bits. Levels 1 and 2: one of two steps is missing. Level 3:
one of three. Levels 4 to 6: two of three to five. Levels 7 and 8: three of five and six. Levels 9 and 10: four of
seven and eight.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.code import bit_function, dict_function, list_function, numeric_function, string_function
from tracemill.problems.code.hidden_tests import code_reference, fenced, literal, other_responses, trusted
from tracemill.problems.code.pipelines import (
    HARD_FROM,
    Material,
    Spec,
    lines,
    meaning,
    sample_tested,
    source,
    tested,
    words,
)
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference

MATERIALS: dict[str, Material] = {
    module.MATERIAL.name: module.MATERIAL
    for module in (bit_function, dict_function, list_function, numeric_function, string_function)
}
_STEPS_AND_GAPS = {
    1: (2, 1), 2: (2, 1), 3: (3, 1), 4: (3, 2), 5: (4, 2), 6: (5, 2), 7: (5, 3), 8: (6, 3), 9: (7, 4), 10: (8, 4),
}  # fmt: skip


def sample(level: int, rng: Random) -> Params:
    """(name of the material, spec, indices of the missing steps)."""
    name = rng.choice(tuple(MATERIALS))
    num_steps, num_gaps = _STEPS_AND_GAPS[level]
    spec = sample_tested(MATERIALS[name], num_steps, level >= HARD_FROM, rng)
    return (name, spec, tuple(sorted(rng.sample(range(num_steps), num_gaps))))


def _gapped(material: Material, spec: Spec, gaps: tuple[int, ...]) -> str:
    start, end = material.table[spec[0][0]].takes, material.table[spec[-1][0]].gives
    body = []
    for index, step in enumerate(lines(material.table, spec)):
        body += [f"...  # step {index + 1} is missing"] if index in gaps else step
    return "\n    ".join((f"def f({start}):", *body, f"return {end}"))


def pose(params: Params, rng: Random) -> Posed:
    name, spec, gaps = params
    material = MATERIALS[name]
    told = "\n".join(
        f"{place}. {step[0].upper()}{step[1:]}." for place, step in enumerate(words(material.table, spec), 1)
    )
    asked = rng.choice(
        ("Complete the body of f and give the whole function.", "Write the missing lines; give all of f.")
    )
    names = {material.table[op].gives for op, *_ in spec}
    note = f" The results of the steps are in {' and '.join(sorted(names))}." if len(names) > 1 else ""
    return Posed(
        prompt=f"f({material.start}) does these steps and returns the result of the last.{note}\n{told}\n\n"
        f"{fenced(_gapped(material, spec, gaps))}\n\n{asked}",
        reference=code_reference("f", trusted(source(material.table, spec), "f"), tested(material, spec)[0]),
    )


def solve(params: Params, rng: Random) -> str:
    name, spec, gaps = params
    table = MATERIALS[name].table
    said, code = words(table, spec), lines(table, spec)
    joint = rng.choice(("Step {}, {}: {}.", "{}. ({}) is {}."))
    told = [
        joint.format(index + 1, said[index], code[index][0] if len(code[index]) == 1 else "a loop") for index in gaps
    ]
    return "\n".join((*told, fenced(source(table, spec))))


def confirm(params: Params) -> CodeReference:
    name, spec, _ = params
    return code_reference("f", meaning(MATERIALS[name].table, spec), tested(MATERIALS[name], spec)[0])


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    name, spec, _ = params
    material = MATERIALS[name]
    for slip, wrong in tested(material, spec)[1]:
        yield slip, fenced(source(material.table, wrong))
    right = source(material.table, spec)
    inputs = tested(material, spec)[0]
    yield from other_responses(right, literal(meaning(material.table, spec)(*inputs[0])), material.start)


FAMILY = Family(
    name="complete_body",
    version=1,
    kind="code",
    topic="completion",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
