"""Specifications made of typed steps in a row, and families built from a table of such steps.

A step (`Op`) takes a value of one type and gives one of the same or another type; the names of the types are the names
of the variables in the program: s a string, ws a list of strings, xs a list of ints, n an int, d a dict. A spec is a
tuple of (name of the op, *its constants). Each op is written twice, as lines of Python (`code`) and as a function
(`meaning`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from random import Random
from typing import Any

from tracemill.problems.code.hidden_tests import (
    FAILED,
    Args,
    choose_inputs,
    code_reference,
    fenced,
    literal,
    other_responses,
    outcome,
    trusted,
)
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference

Spec = tuple[tuple[Any, ...], ...]
NUM_OPS = {1: 1, 2: 2, 3: 3, 4: 3, 5: 4, 6: 4, 7: 5, 8: 6, 9: 7, 10: 8}
"""How many steps a level has."""
HARD_FROM = 4
"""The level from which the ops marked hard are drawn too."""
_NUM_TESTS = 6
_LONGEST = 160  # characters of a value's text, so that neither lists nor numbers grow without end
_MOST_DIGITS = 9


def nothing(rng: Random) -> tuple[Any, ...]:
    return ()


def between(low: int, high: int) -> Callable[[Random], tuple[Any, ...]]:
    return lambda rng: (rng.randint(low, high),)


@dataclass(frozen=True, slots=True)
class Op:
    """`words` completes "then ..." and holds {k} and {j} where the op has constants; so does `code`, each line of which
    assigns to the variable named as the type `gives`."""

    takes: str
    gives: str
    words: str
    code: str
    meaning: Callable[..., Any]
    draw: Callable[[Random], tuple[Any, ...]] = nothing
    hard: bool = False


Table = Mapping[str, Op]


def filled(text: str, constants: Sequence[Any]) -> str:
    for name, constant in zip("kj", constants, strict=False):
        text = text.replace("{" + name + "}", str(constant))
    return text


def words(table: Table, spec: Spec) -> list[str]:
    return [filled(table[name].words, constants) for name, *constants in spec]


def lines(table: Table, spec: Spec) -> list[list[str]]:
    """The lines of each step."""
    return [filled(table[name].code, constants).split("\n") for name, *constants in spec]


def source(table: Table, spec: Spec, entry: str = "f") -> str:
    body = [line for step in lines(table, spec) for line in step]
    first, last = table[spec[0][0]].takes, table[spec[-1][0]].gives
    return "\n    ".join((f"def {entry}({first}):", *body, f"return {last}"))


def meaning(table: Table, spec: Spec) -> Callable[[Any], Any]:
    steps = [(table[name].meaning, constants) for name, *constants in spec]

    def of(value: Any) -> Any:
        for step, constants in steps:
            value = step(value, *constants)
        return value

    return of


# Sampling --------------------------------------------------------------------------------------------------------


def sample_spec(
    table: Table, start: str, num_ops: int, hard: bool, inputs: Sequence[Args], rng: Random, ends: Sequence[str] = ()
) -> Spec:
    """`num_ops` steps from the type `start`, to one of the types `ends` if given; every step matters on the inputs."""
    while True:
        drawn = _draw(table, start, num_ops, hard, inputs, rng, ends)
        if drawn is not None and _all_matter(table, *drawn):
            return drawn[0]


Stages = list[list[Any]]
"""The values before the first step, after it, ... after the last; one for each input."""


def _draw(
    table: Table, start: str, num_ops: int, hard: bool, inputs: Sequence[Args], rng: Random, ends: Sequence[str]
) -> tuple[Spec, Stages] | None:
    """Steps one by one, each of which changes something and leaves different values; None at a dead end."""
    usable = _usable(table, hard)
    onward = {op.takes for _, op in usable}
    spec: list[tuple[Any, ...]] = []
    stages: Stages = [[args[0] for args in inputs]]
    at = start
    for left in range(num_ops, 0, -1):
        fits = [
            (name, op)
            for name, op in usable
            if op.takes == at and (op.gives in onward if left > 1 else not ends or op.gives in ends)
        ]
        for _ in range(6 if fits else 0):
            name, op = rng.choice(fits)
            constants = op.draw(rng)
            values = [outcome(op.meaning, (value, *constants)) for value in stages[-1]]
            repeats = bool(spec) and spec[-1][0] == name
            if not repeats and values != stages[-1] and _is_telling(values):
                break
        else:
            return None
        spec.append((name, *constants))
        stages.append(values)
        at = op.gives
    if sum(len(step) > 1 for step in spec) < min(2, num_ops - 1):
        return None  # too few constants: there are not many such specs
    return tuple(spec), stages


def _is_telling(values: list[Any]) -> bool:
    """Values that differ, of a modest size."""
    if FAILED in values:
        return False
    shown = set(map(literal, values))
    numbers = isinstance(values[0], int)
    return len(shown) >= (3 if numbers else 4) and max(map(len, shown)) <= (_MOST_DIGITS if numbers else _LONGEST)


@lru_cache(maxsize=64)
def _usable_of(items: tuple[tuple[str, Op], ...], hard: bool) -> list[tuple[str, Op]]:
    """Ops with constants twice: there are more instances of them."""
    return [item for item in items if hard or not item[1].hard for _ in range(1 if item[1].draw is nothing else 2)]


def _usable(table: Table, hard: bool) -> list[tuple[str, Op]]:
    return _usable_of(tuple(table.items()), hard)


def _all_matter(table: Table, spec: Spec, stages: Stages) -> bool:
    """Whether each step that could be left out changes a result in the end."""
    for index, (name, *_) in enumerate(spec[:-1]):
        if table[name].takes == table[name].gives:
            rest = meaning(table, spec[index + 1 :])
            if all(outcome(rest, (before,)) == after for before, after in zip(stages[index], stages[-1], strict=True)):
                return False
    return True


def variants(table: Table, spec: Spec, rng: Random) -> Iterator[tuple[str, Spec]]:
    """Specs one slip away: a step lost, two swapped, a constant one off, a step like it in its place."""
    for index, step in enumerate(spec):
        name, *constants = step
        op = table[name]
        before, after = spec[:index], spec[index + 1 :]
        if op.takes == op.gives and len(spec) > 1:
            yield f"without_{name}", before + after
        if after and after[0] != step and op.takes == op.gives == table[after[0][0]].takes == table[after[0][0]].gives:
            yield f"{name}_late", (*before, after[0], step, *after[1:])
        for place, constant in enumerate(constants):
            if isinstance(constant, int):
                yield (
                    f"{name}_one_more",
                    (*before, (name, *constants[:place], constant + 1, *constants[place + 1 :]), *after),
                )
        like = [o for o, its in table.items() if o != name and (its.takes, its.gives) == (op.takes, op.gives)]
        for other in rng.sample(like, min(3, len(like))):
            yield f"{name}_as_{other}", (*before, (other, *table[other].draw(rng)), *after)


# Families --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """A table, the type of its programs' argument, and how inputs for hidden tests are drawn, edges first."""

    name: str
    table: Table
    start: str
    inputs: Callable[[Random], list[Args]]


@cache
def usual_inputs(material: Material) -> list[Args]:
    """What sampling is checked on."""
    return material.inputs(Random(material.name))[:10]


@lru_cache(maxsize=64)
def tested(material: Material, spec: Spec) -> tuple[tuple[Args, ...], tuple[tuple[str, Spec], ...]]:
    """Inputs, and the slips they catch that give a wrong value (what fails may not even end)."""
    table, rng = material.table, Random(repr(spec))
    slips = list(variants(table, spec, rng))
    rng.shuffle(slips)
    slips = slips[:9]
    wrong = [meaning(table, slip) for _, slip in slips]
    chosen, caught = choose_inputs(meaning(table, spec), wrong, material.inputs(rng), _NUM_TESTS)
    ends = [index for index in caught if all(outcome(wrong[index], args) is not FAILED for args in chosen)]
    return tuple(chosen), tuple(slips[index] for index in ends)


def sample_tested(material: Material, num_ops: int, hard: bool, rng: Random, ends: Sequence[str] = ()) -> Spec:
    """A spec of which at least three slips are caught."""
    while True:
        spec = sample_spec(material.table, material.start, num_ops, hard, usual_inputs(material), rng, ends)
        if len(tested(material, spec)[1]) >= 3:
            return spec


def pipeline_family(material: Material, *, version: int, topic: str, doc: str) -> Family:
    """A family "write f" over one table."""
    table, start = material.table, material.start

    def sample(level: int, rng: Random) -> Params:
        return sample_tested(material, NUM_OPS[level], level >= HARD_FROM, rng)

    def pose(params: Params, rng: Random) -> Posed:
        program = trusted(source(table, params), "f")
        return Posed(
            prompt=f"Write f({start}). {told(words(table, params), start, rng)}",
            reference=code_reference("f", program, tested(material, params)[0]),
        )

    def solve(params: Params, rng: Random) -> str:
        return f"{worked(table, params, rng)}\n{fenced(source(table, params))}"

    def confirm(params: Params) -> CodeReference:
        return code_reference("f", meaning(table, params), tested(material, params)[0])

    def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
        chosen, slips = tested(material, params)
        for slip, spec in slips:
            yield slip, fenced(source(table, spec))
        first = literal(outcome(meaning(table, params), chosen[0]))
        yield from other_responses(source(table, params), first, start)

    return Family(
        name=material.name,
        version=version,
        kind="code",
        topic=topic,
        sample=sample,
        pose=pose,
        solve=solve,
        confirm=confirm,
        mistakes=mistakes,
        doc=doc,
    )


def told(steps: list[str], start: str, rng: Random) -> str:
    """The steps as one paragraph, in one of three wordings."""
    if len(steps) == 1:
        return rng.choice(
            (f"Take {start} and {steps[0]}; return the result.", f"Given {start}, {steps[0]}. Return that.")
        )
    style = rng.randrange(3)
    if style == 0:
        return (
            " ".join(f"{place}. {step[0].upper()}{step[1:]}." for place, step in enumerate(steps, 1))
            + " Return the result."
        )
    if style == 1:
        return f"First {steps[0]}; then " + "; then ".join(steps[1:]) + "; return the result."
    return f"Start from {start}: " + ", next ".join(steps) + ". Return what you get."


def worked(table: Table, spec: Spec, rng: Random) -> str:
    """Each step and its code, one a line."""
    joint = rng.choice((": ", " -> "))
    return "\n".join(
        f"{step[0].upper()}{step[1:]}{joint}{code[0] if len(code) == 1 else 'in a loop'}."
        for step, code in zip(words(table, spec), lines(table, spec), strict=True)
    )
