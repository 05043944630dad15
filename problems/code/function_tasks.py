"""Functions to write that are no rows of steps: a task is a template with constants, and a family is a table of tasks.

A task's source is Python with {a}, {b}, ... for its constants in order. Its meaning is written apart, in another way
(top-down against bottom-up, exhaustive against clever). From level 3 on, a last step or two on a number is asked for
(`number_specs` chains), so that instances do not run dry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from random import Random
from typing import Any

from tracemill.problems.code import number_specs as specs
from tracemill.problems.code.hidden_tests import (
    Args,
    choose_inputs,
    code_reference,
    fenced,
    literal,
    other_responses,
    trusted,
)
from tracemill.problems.code.little import show
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference

Constants = tuple[Any, ...]
_NUM_TESTS = 6
_NAMES = "abcdefgh"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """
    draw:    (level, rng) -> constants, each an int, a string or a tuple of them.
    params:  the parameters' names, as in "n, edges".
    words:   what is to be returned, as sentences with "Return " in the last; holds {a}, {b}, ...
    source:  the lines of the function, without its `def`; holds {a}, {b}, ..., and {self} where it calls itself.
    meaning: constants -> the function, written in another way than the source.
    inputs:  (rng, *constants) -> candidates for hidden tests, edges first.
    slips:   (name, old, new): replacements in the source that make it wrong on some inputs, and let it end on all.
    plan:    how to go about it, in a line or two.
    nudged:  indices of int constants that may be one more in a wrong program.
    """

    draw: Callable[[int, Random], Constants]
    params: str
    words: str
    source: str
    meaning: Callable[..., Callable[..., Any]]
    inputs: Callable[..., list[Args]]
    slips: tuple[tuple[str, str, str], ...]
    plan: str
    nudged: tuple[int, ...] = ()


def filled(text: str, constants: Constants) -> str:
    for name, constant in zip(_NAMES, constants, strict=False):
        text = text.replace("{" + name + "}", str(constant))
    return text


def function_source(task: Task, constants: Constants, name: str, slip: int | None = None) -> str:
    """The task as a function of this name; with the slip, a wrong one."""
    body = task.source
    if slip is not None:
        _, old, new = task.slips[slip]
        assert old in body, old
        body = body.replace(old, new, 1)
    lines = filled(body, constants).replace("{self}", name).strip("\n").split("\n")
    return "\n    ".join((f"def {name}({task.params}):", *lines)).replace("\n    \n", "\n\n")


def wrong_functions(task: Task, constants: Constants, name: str) -> Iterator[tuple[str, str]]:
    """(what is wrong, source)."""
    for index, slip in enumerate(task.slips):
        yield slip[0], function_source(task, constants, name, index)
    for index in task.nudged:
        near = (*constants[:index], constants[index] + 1, *constants[index + 1 :])
        yield f"{_NAMES[index]}_one_more", function_source(task, near, name)


def task_source(task: Task, constants: Constants, after: specs.Spec, slip: int | None = None) -> str:
    source = function_source(task, constants, "g" if after else "f", slip)
    if not after:
        return source
    result = show(specs.expression(after, "t"))
    return f"{source}\n\n\ndef f({task.params}):\n    t = g({task.params})\n    return {result}"


def task_meaning(task: Task, constants: Constants, after: specs.Spec) -> Callable[..., Any]:
    of = task.meaning(*constants)
    if not after:
        return of
    end = specs.meaning(after)
    return lambda *args: end(of(*args))


def task_family(
    *,
    name: str,
    version: int,
    topic: str,
    tasks: Mapping[str, Task],
    levels: Mapping[int, tuple[str, ...]],
) -> Family:
    """A family whose level says which tasks are drawn, and hands itself on to their `draw`."""

    def sample(level: int, rng: Random) -> Params:
        """(task, constants, last steps)."""
        while True:
            chosen = rng.choice(levels[level])
            task = tasks[chosen]
            after = last_steps(0 if level < 3 else 1 if level < 7 else 2, rng)
            params = (chosen, task.draw(level, rng), after)
            if len(tested(params)[1]) >= 3:
                return params

    @lru_cache(maxsize=64)
    def tested(params: Params) -> tuple[tuple[Args, ...], tuple[tuple[str, str], ...]]:
        """Inputs, and (name, source) of the wrong programs that they catch."""
        chosen, constants, after = params
        task = tasks[chosen]
        wrong = [(slip[0], task_source(task, constants, after, index)) for index, slip in enumerate(task.slips)]
        for index in task.nudged:
            near = (*constants[:index], constants[index] + 1, *constants[index + 1 :])
            wrong.append((f"{_NAMES[index]}_one_more", task_source(task, near, after)))
        for slip, spec in list(specs.variants(after))[:2] if after else ():
            wrong.append((slip, task_source(task, constants, spec)))
        right = trusted(task_source(task, constants, after), "f")
        candidates = task.inputs(Random(repr(params)), *constants)
        wrong_programs = [trusted(source, "f") for _, source in wrong]
        inputs, caught = choose_inputs(right, wrong_programs, candidates, _NUM_TESTS)
        if len({literal(right(*args)) for args in inputs}) < 3:
            return (), ()
        return tuple(inputs), tuple(wrong[index] for index in caught)

    def pose(params: Params, rng: Random) -> Posed:
        chosen, constants, after = params
        task = tasks[chosen]
        told = filled(task.words, constants)
        if after:
            start, _, end = told.rpartition("Return ")
            told = f"{start}Let t be {end} Return {specs.phrase(after, rng, 't')}."
        lead = rng.choice((f"Write f({task.params}).", f"Write a function f({task.params})."))
        program = trusted(task_source(task, constants, after), "f")
        return Posed(prompt=f"{lead} {told}", reference=code_reference("f", program, tested(params)[0]))

    def solve(params: Params, rng: Random) -> str:
        chosen, constants, after = params
        task = tasks[chosen]
        lead = rng.choice(("Plan: ", "Idea: ", ""))
        told = f"{lead}{filled(task.plan, constants)}"
        if after:
            told += f"\nAt the end: {show(specs.expression(after, 't'))}."
        return f"{told}\n{fenced(task_source(task, constants, after))}"

    def confirm(params: Params) -> CodeReference:
        chosen, constants, after = params
        return code_reference("f", task_meaning(tasks[chosen], constants, after), tested(params)[0])

    def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
        chosen, constants, after = params
        task = tasks[chosen]
        inputs, wrong = tested(params)
        for slip, source in wrong:
            yield slip, fenced(source)
        first = literal(task_meaning(task, constants, after)(*inputs[0]))
        yield from other_responses(task_source(task, constants, after), first, task.params)

    return Family(
        name=name,
        version=version,
        kind="code",
        topic=topic,
        sample=sample,
        pose=pose,
        solve=solve,
        confirm=confirm,
        mistakes=mistakes,
    )


def last_steps(count: int, rng: Random) -> specs.Spec:
    """A square alone would make many instances alike."""
    while count:
        chain = specs.sample_chain(rng, count, top=99)
        if chain[1] != ("square",):
            return chain
    return ()
