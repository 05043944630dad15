"""Write a program that reads its input and prints its results.

The number of steps rises from one at level 1 to eight at level 10. Of each level's problems half read one line; for
the others the first line says how many cases follow. Lines hold whole numbers, one number, or lowercase words; results
are a number or a list of numbers. The steps come from the families over lists, numbers and strings. In version 1 the
first three levels read one line, the others cases.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from random import Random
from typing import Any

from tracemill.problems.code import list_function, numeric_function, string_function
from tracemill.problems.code.hidden_tests import Args, fenced
from tracemill.problems.code.pipelines import (
    HARD_FROM,
    NUM_OPS,
    Material,
    Spec,
    meaning,
    sample_tested,
    source,
    tested,
    told,
    words,
    worked,
)
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference, CodeTest

MATERIALS: dict[str, Material] = {
    module.MATERIAL.start: module.MATERIAL for module in (list_function, numeric_function, string_function)
}
_READ = {"xs": "list(map(int, input().split()))", "n": "int(input())", "s": "input()"}
_HOLDS = {"xs": "whole numbers xs with spaces between them (perhaps none)", "n": "a whole number n", "s": "a string s"}
_FIRST_NUM_OPS = {1: 1, 2: 2, 3: 3, 4: 3, 5: 3, 6: 4, 7: 4, 8: 5, 9: 5, 10: 6}
_NUM_TESTS = 5


def sample(level: int, rng: Random) -> Params:
    """(start, spec, whether there are several cases)."""
    start, cases = rng.choice(tuple(MATERIALS)), rng.random() < 0.5
    return (start, sample_tested(MATERIALS[start], NUM_OPS[level], level >= HARD_FROM, rng, ends=("n", "xs")), cases)


def _first_sample(level: int, rng: Random) -> Params:
    """Of version 1."""
    start = rng.choice(tuple(MATERIALS))
    spec = sample_tested(MATERIALS[start], _FIRST_NUM_OPS[level], level >= 4, rng, ends=("n", "xs"))
    return (start, spec, level >= 4)


def _program(params: Params, spec: Spec | None = None) -> str:
    start, right, cases = params
    table = MATERIALS[start].table
    spec = spec or right
    shown = "*f({0})" if table[spec[-1][0]].gives == "xs" else "f({0})"
    read = f"{start} = {_READ[start]}\nprint({shown.format(start)})"
    if cases:
        read = "for _ in range(int(input())):\n    " + read.replace("\n", "\n    ")
    return f"{source(table, spec)}\n\n\n{read}"


def _line(value: Any) -> str:
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


@lru_cache(maxsize=64)
def _grouped(params: Params) -> tuple[tuple[Args, ...], ...]:
    """The arguments of each test: one, or several in a row. Every input that catches a slip is in one."""
    start, spec, cases = params
    inputs = tested(MATERIALS[start], spec)[0]
    if not cases:
        return tuple((args,) for args in inputs)
    rng = Random(repr(params))
    groups = [
        inputs[:2],
        inputs[2:5],
        inputs[5:],
        *(rng.sample(inputs, rng.randint(1, 4)) for _ in range(_NUM_TESTS - 3)),
    ]
    return tuple(tuple(group) for group in groups if group)


def _reference(params: Params, of: Callable[[Any], Any]) -> CodeReference:
    tests = []
    for group in _grouped(params):
        count = [str(len(group))] if params[2] else []
        stdin = "".join(f"{line}\n" for line in (*count, *(_line(args[0]) for args in group)))
        tests.append(CodeTest(args=stdin, expected="".join(f"{_line(of(*args))}\n" for args in group)))
    return CodeReference(entry=None, tests=tuple(tests))


def pose(params: Params, rng: Random) -> Posed:
    start, spec, cases = params
    table = MATERIALS[start].table
    steps = told(words(table, spec), start, rng).replace("Return", "Print").replace("return", "print")
    given = f"The first line holds the number of cases. Each case is a line with {_HOLDS[start]}; handle it as follows."
    if not cases:
        given = f"The input is a line with {_HOLDS[start]}."
    end = " Print lists with spaces between the numbers." if table[spec[-1][0]].gives == "xs" else ""
    asked = rng.choice(
        ("Write a program that reads standard input and prints.", "Write a program, from input to output.")
    )
    if cases:
        end += " Each result is a line of its own."
    scope: dict[str, Any] = {}
    exec(compile(source(table, spec), "<family>", "exec"), scope)
    return Posed(prompt=f"{asked} {given} {steps}{end}", reference=_reference(params, scope["f"]))


def solve(params: Params, rng: Random) -> str:
    start, spec, cases = params
    lead = f"Read {start} with {_READ[start]}{', once for each case' if cases else ''}."
    return f"{lead}\n{worked(MATERIALS[start].table, spec, rng)}\n{fenced(_program(params))}"


def confirm(params: Params) -> CodeReference:
    return _reference(params, meaning(MATERIALS[params[0]].table, params[1]))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    start, spec, _ = params
    first = confirm(params).tests[0].expected
    for slip, wrong in tested(MATERIALS[start], spec)[1]:
        if MATERIALS[start].table[wrong[-1][0]].gives == MATERIALS[start].table[spec[-1][0]].gives:
            yield slip, fenced(_program(params, wrong))
    yield "constant", fenced(f"print({first.rstrip()!r})")
    yield "function_only", fenced(source(MATERIALS[start].table, spec))
    yield "says_more", fenced(_program(params).replace("print(", "print('Result:', ", 1))
    yield "empty", "```python\n```"
    yield "words", "The program reads the input and prints the result."


FAMILY = Family(
    name="stdin_program",
    version=2,
    kind="code",
    topic="input and output",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
EARLIER = replace(FAMILY, version=1, sample=_first_sample)
