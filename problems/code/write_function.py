"""Write a function over whole numbers from its description in words.

Level 1: k times x, plus or minus c. Level 2: two steps out of ten kinds (larger, modulo, rounded down, ...). Level
3: three steps. Levels 4 and 5: a branch on x, of one and of two steps each. Level 6: three cases. Level 7: a fold
over a list with a filter and two steps. Level 8: three steps and one more at the end. Level 9: a filter, a branch
and a last step. Level 10: a running total with two kinds of change and a reset.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from random import Random

from tracemill.problems.code import number_specs as specs
from tracemill.problems.code.hidden_tests import (
    Args,
    choose_inputs,
    code_reference,
    fenced,
    other_responses,
    trusted,
)
from tracemill.problems.code.little import render, show
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference

_NUM_TESTS = 6
_AGGREGATES = ("sum", "largest", "smallest", "count")


def sample(level: int, rng: Random) -> Params:
    while True:
        spec = _sample_spec(level, rng)
        if level <= 3 or specs.is_telling(spec):
            return spec


def _sample_spec(level: int, rng: Random) -> specs.Spec:
    if level == 1:
        return ("chain", ("times", rng.randint(2, 20)), (rng.choice(("plus", "minus")), rng.randint(1, 99)))
    if level == 2:
        while True:
            chain = specs.sample_chain(rng, 2)
            if chain[2][0] != "div":  # its words are long, and this level is for small policies
                return chain
    if level == 3:
        return specs.sample_chain(rng, 3, top=60)
    if level <= 6:
        return _branch(rng, depth=2 if level == 6 else 1, num_steps=1 if level == 4 else 2)
    cond = specs.sample_cond(rng)
    if level == 10:
        signs = [rng.choice(("add", "subtract")) for _ in range(2)]
        values = [specs.sample_chain(rng, 2), _branch(rng, 1, 1)]
        start, cap, reset = rng.randint(0, 50), rng.randint(60, 200), rng.randint(-9, 30)
        return ("walk", start, cond, signs[0], values[0], signs[1], values[1], cap, reset)
    value = _branch(rng, 1, 2) if level == 9 else specs.sample_chain(rng, level - 5)
    after = specs.sample_chain(rng, 1) if level >= 8 else ()
    return ("fold", cond, value, rng.choice(_AGGREGATES), after)


def _branch(rng: Random, depth: int, num_steps: int) -> specs.Spec:
    other = _branch(rng, depth - 1, num_steps) if depth > 1 else specs.sample_chain(rng, num_steps)
    return ("branch", specs.sample_cond(rng, top=60), specs.sample_chain(rng, num_steps, top=60), other)


@lru_cache(maxsize=64)
def _inputs(params: Params) -> tuple[tuple[Args, ...], tuple[tuple[str, specs.Spec], ...]]:
    """The hidden tests' inputs, and the wrong readings that they catch."""
    slips = list(specs.variants(params))
    Random(repr(params)).shuffle(slips)
    slips = slips[:10]
    inputs, caught = choose_inputs(
        specs.meaning(params), [specs.meaning(slip) for _, slip in slips], specs.candidate_inputs(params), _NUM_TESTS
    )
    return tuple(inputs), tuple(slips[index] for index in caught)


def _source(params: Params) -> str:
    return render(specs.function(params))


def pose(params: Params, rng: Random) -> Posed:
    if params[0] == "chain":
        prompt = f"Write f(x): {specs.phrase(params, rng)}."
    elif params[0] == "branch":
        prompt = f"Write f(x) that returns the following: {specs.phrase(params, rng)}."
    else:
        prompt = f"Write f(xs), where xs is a list of whole numbers. {specs.describe(params, rng)}"
    program = trusted(_source(params), "f")
    return Posed(prompt=prompt, reference=code_reference("f", program, _inputs(params)[0]))


def solve(params: Params, rng: Random) -> str:
    if params[0] == "chain" and len(params) == 3:
        told = _brief(params)
    elif params[0] in ("chain", "branch"):
        told = "\n".join(_worked(params, rng))
    else:
        told = "\n".join(_worked_list(params, rng))
    return f"{told}\n{fenced(_source(params))}"


def _brief(chain: specs.Spec) -> str:
    """One line for two steps: `* 3, + 7.`"""
    parts = [f"{specs.SYMBOLS.get(name, name)} {k[0]}" if k else name for name, *k in chain[1:]]
    return ", ".join(parts) + "."


def _worked(value: specs.Spec, rng: Random) -> Iterator[str]:
    """A line for each branch, and for each step what the expression has become."""
    if value[0] == "branch":
        lead = rng.choice(("Condition", "Test"))
        yield f"{lead}: {specs.cond_phrase(value[1])} is {show(specs.condition(value[1]))}."
        yield from _worked(value[2], rng)
        yield "Otherwise:"
        yield from _worked(value[3], rng)
        return
    steps = [show(specs.expression(value[:end])) for end in range(2, len(value) + 1)]
    yield f"{rng.choice(('Step by step', 'In turn'))}: {', then '.join(steps)}."


def _worked_list(params: Params, rng: Random) -> Iterator[str]:
    if params[0] == "walk":
        yield f"Keep a total from {params[1]} and loop over xs."
        yield from _worked(("branch", params[2], params[4], params[6]), rng)
        yield f"After each change, a total above {params[7]} becomes {params[8]}."
        return
    _, cond, value, aggregate, after = params
    yield f"Loop over xs and keep x where it is {specs.cond_phrase(cond)}: {show(specs.condition(cond))}."
    yield from _worked(value, rng)
    yield "Add each value to t." if aggregate == "sum" else "Collect the values; with none of them, t is 0."
    if after:
        yield f"At the end: {show(specs.expression(after, 't'))}."


def confirm(params: Params) -> CodeReference:
    return code_reference("f", specs.meaning(params), _inputs(params)[0])


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    for name, slip in _inputs(params)[1]:
        yield name, fenced(_source(slip))
    expected = [test.expected for test in confirm(params).tests]
    # Some short chains come down to one value, and there a constant is wrong only where it is another.
    constant = expected[0] if len(set(expected)) > 1 else str(int(expected[0]) + 1)
    yield from other_responses(_source(params), constant, "x" if params[0] in ("chain", "branch") else "xs")


FAMILY = Family(
    name="write_function",
    version=1,
    kind="code",
    topic="numbers",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
