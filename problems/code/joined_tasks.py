"""Programs of several functions: tasks of one family, each on its own input, whose results are joined.

A level asks for one task, then two, then three, of ever later kinds; so what a level takes holds what an earlier one
takes, whatever kinds somebody finds hard. The tasks are those of `function_tasks`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from tracemill.problems.code import number_specs as specs
from tracemill.problems.code.function_tasks import Constants, Task, filled, function_source, last_steps, wrong_functions
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

_NUM_TESTS = 6
_STEPS = {1: (1,), 2: (2,), 3: (4,), 4: (6,), 5: (8,), 6: (2, 4), 7: (4, 6), 8: (6, 8), 9: (4, 6, 8), 10: (8, 9, 10)}
"""By level: of which of the family's ten steps of difficulty the tasks are."""


class _Joint(NamedTuple):
    words: str
    source: str
    meaning: Callable[[int, int], int]
    mistaken: str  # the one that is taken for it


_JOINTS = {
    "plus": _Joint("{} plus {}", "{} + {}", lambda x, y: sum((x, y)), "minus"),
    "minus": _Joint("{} minus {}", "{} - {}", lambda x, y: -(y - x), "plus"),
    "larger": _Joint("the larger of {} and {}", "max({}, {})", lambda x, y: y if x < y else x, "smaller"),
    "smaller": _Joint("the smaller of {} and {}", "min({}, {})", lambda x, y: y if x > y else x, "larger"),
}

_Parts = tuple[tuple[str, Constants], ...]


def joined_family(
    *,
    name: str,
    version: int,
    topic: str,
    doc: str,
    tasks: Mapping[str, Task],
    steps: Mapping[int, tuple[str, ...]],
) -> Family:
    """`steps` names the kinds of tasks from the easiest to the hardest, in ten steps."""

    def sample(level: int, rng: Random) -> Params:
        """(((task, constants), ...), joints, last steps). Of each task a wrong function must be caught: it matters."""
        while True:
            chosen = [rng.choice(steps[step]) for step in _STEPS[level]]
            parts = tuple((kind, tasks[kind].draw(step, rng)) for kind, step in zip(chosen, _STEPS[level], strict=True))
            joints = tuple(rng.choice(tuple(_JOINTS)) for _ in parts[1:])
            after = last_steps(0 if level == 1 else 1 if level < 4 else 2, rng)
            params = (parts, joints, after)
            caught = [slip for slip, _ in tested(params)[1]]
            if len(caught) >= 3 and all(any(slip.startswith(name) for slip in caught) for name in _names(len(parts))):
                return params

    def signature(parts: _Parts) -> list[list[str]]:
        """The parameters of f that go to each part, numbered where two parts call theirs alike."""
        names = [tasks[kind].params.split(", ") for kind, _ in parts]
        often = Counter(name for some in names for name in some)
        return [
            [f"{name}{place}" if often[name] > 1 else name for name in some]
            for place, some in enumerate(names, start=1)
        ]

    def given(parts: _Parts) -> str:
        return ", ".join(name for some in signature(parts) for name in some)

    def joined(parts: _Parts, joints: tuple[str, ...], *, in_words: bool) -> str:
        """The results joined from left to right, in words or in Python."""
        calls = zip(_names(len(parts)), signature(parts), strict=True)
        first, *others = (f"{name}({', '.join(given)})" for name, given in calls)
        told = first
        for joint, other in zip(joints, others, strict=True):
            if in_words:
                told = _JOINTS[joint].words.format(told if told == first else f"({told})", other)
            else:
                told = _JOINTS[joint].source.format(told, other)
        return told

    def source(params: Params, functions: Mapping[int, str] | None = None) -> str:
        """The right program, or with other functions in the place of some."""
        parts, joints, after = params
        if not after:  # one task alone
            [(kind, constants)] = parts
            return (functions or {}).get(0) or function_source(tasks[kind], constants, "f")
        made = [
            (functions or {}).get(place) or function_source(tasks[kind], constants, name)
            for place, ((kind, constants), name) in enumerate(zip(parts, _names(len(parts)), strict=True))
        ]
        lines = [f"t = {joined(parts, joints, in_words=False)}", f"return {show(specs.expression(after, 't'))}"]
        return "\n\n\n".join([*made, "\n    ".join((f"def f({given(parts)}):", *lines))])

    @lru_cache(maxsize=64)
    def tested(params: Params) -> tuple[tuple[Args, ...], tuple[tuple[str, str], ...]]:
        """Inputs, and (name, source) of the wrong programs that they catch."""
        parts, joints, after = params
        wrong = []
        for place, ((kind, constants), name) in enumerate(zip(parts, _names(len(parts)), strict=True)):
            slips = wrong_functions(tasks[kind], constants, name if after else "f")
            wrong += [(f"{name}_{slip}", source(params, {place: text})) for slip, text in slips]
        for place, joint in enumerate(joints):
            other = (*joints[:place], _JOINTS[joint].mistaken, *joints[place + 1 :])
            wrong.append((f"{joint}_lost", source((parts, other, after))))
        for slip, spec in list(specs.variants(after))[:2] if after else ():
            wrong.append((slip, source((parts, joints, spec))))
        rng = Random(repr(params))
        columns = [tasks[kind].inputs(rng, *constants) for kind, constants in parts]
        candidates = [
            tuple(arg for column in columns for arg in column[row % len(column)])
            for row in range(max(map(len, columns)))
        ]
        right = trusted(source(params), "f")
        programs = [trusted(text, "f") for _, text in wrong]
        inputs, caught = choose_inputs(right, programs, candidates, _NUM_TESTS)
        if len({literal(right(*args)) for args in inputs}) < 3:
            return (), ()
        return tuple(inputs), tuple(wrong[index] for index in caught)

    def meaning(params: Params) -> Callable[..., Any]:
        parts, joints, after = params
        functions = [tasks[kind].meaning(*constants) for kind, constants in parts]
        counts = [len(some) for some in signature(parts)]
        end = specs.meaning(after) if after else lambda value: value

        def of(*args: Any) -> Any:
            values, at = [], 0
            for function, count in zip(functions, counts, strict=True):
                values.append(function(*args[at : at + count]))
                at += count
            value = values[0]
            for joint, other in zip(joints, values[1:], strict=True):
                value = _JOINTS[joint].meaning(value, other)
            return end(value)

        return of

    def pose(params: Params, rng: Random) -> Posed:
        parts, joints, after = params
        lead = rng.choice((f"Write f({given(parts)}).", f"Write a function f({given(parts)})."))
        words = [filled(tasks[kind].words, constants) for kind, constants in parts]
        end = f"Return {specs.phrase(after, rng, 't')}." if after else ""
        if len(parts) > 1:
            heads = [f"{name}({tasks[kind].params})" for (kind, _), name in zip(parts, _names(len(parts)), strict=True)]
            told = [f"{head}: {text}" for head, text in zip(heads, words, strict=True)]
            lines = [
                f"{lead} It is built from these functions.",
                *told,
                f"In f, let t be {joined(parts, joints, in_words=True)}. {end}",
            ]
            prompt = "\n".join(lines)
        elif after:
            start, _, result = words[0].rpartition("Return ")
            prompt = f"{lead} {start}Let t be {result} {end}"
        else:
            prompt = f"{lead} {words[0]}"
        return Posed(prompt=prompt, reference=code_reference("f", trusted(source(params), "f"), tested(params)[0]))

    def solve(params: Params, rng: Random) -> str:
        parts, joints, after = params
        lead = rng.choice(("Plan:", "Idea:", "In steps:"))
        plans = [filled(tasks[kind].plan, constants) for kind, constants in parts]
        lines = [f"{lead} {plans[0]}"]
        if len(parts) > 1:
            lines = [lead, *(f"{name}: {plan}" for name, plan in zip(_names(len(parts)), plans, strict=True))]
            lines.append(f"In f, t is {joined(parts, joints, in_words=False)}.")
        if after:
            lines.append(f"{rng.choice(('At the end', 'Last'))}: {show(specs.expression(after, 't'))}.")
        return "\n".join([*lines, fenced(source(params))])

    def confirm(params: Params) -> CodeReference:
        return code_reference("f", meaning(params), tested(params)[0])

    def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
        inputs, wrong = tested(params)
        for slip, text in wrong:
            yield slip, fenced(text)
        yield from other_responses(source(params), literal(meaning(params)(*inputs[0])), given(params[0]))

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
        doc=doc,
    )


def _names(count: int) -> tuple[str, ...]:
    return ("g",) if count == 1 else ("first", "second", "third")[:count]
