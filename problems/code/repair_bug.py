"""Repair a program that has a bug: the description is right, the program is one slip away (two at level 10).

Level 1: two steps on a number. Level 2: three. Levels 3 to 5: a branch on x, of one, of two steps, of three cases.
Level 6: a fold over a list with a filter. Level 7: with two steps. Level 8: with a branch and a last step. Level 9:
a running total with a reset. Level 10: the same with two bugs. Each bug is proven to fail a hidden test when the
problem is drawn.
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
from tracemill.problems.code.little import Function, render
from tracemill.problems.code.mutation import compiled, fails_on, mutants
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference

_NUM_TESTS = 6
_NUM_OTHERS = 6


def sample(level: int, rng: Random) -> Params:
    """(spec, indices of the slips, one after the other)."""
    while True:
        spec = _sample_spec(level, rng)
        broken, slips = specs.function(spec), []
        for _ in range(2 if level == 10 else 1):
            choices = mutants(broken)
            slips.append(rng.randrange(len(choices)))
            broken = choices[slips[-1]][1]
        candidates = specs.candidate_inputs(spec)
        if not specs.is_telling(spec) or broken == specs.function(spec):
            continue
        if fails_on(compiled(broken), specs.meaning(spec), candidates):
            return (spec, tuple(slips))


def _sample_spec(level: int, rng: Random) -> specs.Spec:
    if level <= 2:
        return specs.sample_chain(rng, level + 1)
    if level <= 5:
        num_steps = 1 if level == 3 else 2
        last = specs.sample_chain(rng, num_steps)
        if level == 5:
            last = ("branch", specs.sample_cond(rng), specs.sample_chain(rng, num_steps), last)
        return ("branch", specs.sample_cond(rng), specs.sample_chain(rng, num_steps), last)
    cond = specs.sample_cond(rng)
    if level >= 9:
        values = [specs.sample_chain(rng, 2) for _ in range(2)]
        start, cap, reset = rng.randint(0, 50), rng.randint(60, 200), rng.randint(-9, 30)
        signs = [rng.choice(("add", "subtract")) for _ in range(2)]
        return ("walk", start, cond, signs[0], values[0], signs[1], values[1], cap, reset)
    value, after = specs.sample_chain(rng, 1 if level == 6 else 2), ()
    if level == 8:
        value = ("branch", specs.sample_cond(rng), value, specs.sample_chain(rng, 1))
        after = specs.sample_chain(rng, 1)
    return ("fold", cond, value, rng.choice(("sum", "largest", "smallest", "count")), after)


def _broken(params: Params) -> Function:
    function = specs.function(params[0])
    for slip in params[1]:
        function = mutants(function)[slip][1]
    return function


@lru_cache(maxsize=64)
def _inputs(params: Params) -> tuple[tuple[Args, ...], tuple[tuple[str, Function], ...]]:
    """The hidden tests' inputs, and the other slips that they catch; the bug itself is always caught."""
    others = mutants(specs.function(params[0]))
    Random(repr(params)).shuffle(others)
    wrong = [("not_repaired", _broken(params)), *others[:_NUM_OTHERS]]
    inputs, caught = choose_inputs(
        specs.meaning(params[0]),
        [compiled(mutant) for _, mutant in wrong],
        specs.candidate_inputs(params[0]),
        _NUM_TESTS,
        must=1,
    )
    assert 0 in caught, params
    return tuple(inputs), tuple(wrong[index] for index in caught)


def _words(spec: specs.Spec, rng: Random) -> str:
    if spec[0] in ("chain", "branch"):
        return f"f(x) should return the following: {specs.phrase(spec, rng)}."
    return f"f(xs) takes a list of whole numbers. {specs.describe(spec, rng)}"


def pose(params: Params, rng: Random) -> Posed:
    bugs = "two bugs" if len(params[1]) == 2 else "a bug"
    asked = rng.choice((f"This program has {bugs}. Repair it.", f"Find and repair {bugs} in this program."))
    prompt = f"{_words(params[0], rng)} {asked}\n\n{fenced(render(_broken(params)))}"
    right = trusted(render(specs.function(params[0])), "f")
    return Posed(prompt=prompt, reference=code_reference("f", right, _inputs(params)[0]))


def solve(params: Params, rng: Random) -> str:
    right, broken = render(specs.function(params[0])), render(_broken(params))
    return f"{_explained(broken.splitlines(), right.splitlines(), rng)}\n{fenced(right)}"


def _explained(broken: list[str], right: list[str], rng: Random) -> str:
    """What is wrong, line by line."""
    if len(broken) == len(right):
        says = rng.choice(("`{}` should be `{}`.", "`{}` is wrong; it must read `{}`."))
        pairs = zip(broken, right, strict=True)
        return "\n".join(says.format(bad.strip(), good.strip()) for bad, good in pairs if bad != good)
    short, long = sorted((broken, right), key=len)
    start = next((i for i, (a, b) in enumerate(zip(short, long, strict=False)) if a != b), len(short))
    extra = "; ".join(line.strip() for line in long[start : start + len(long) - len(short)])
    return f"Lines are missing: `{extra}`." if len(broken) < len(right) else f"This does not belong here: `{extra}`."


def confirm(params: Params) -> CodeReference:
    return code_reference("f", specs.meaning(params[0]), _inputs(params)[0])


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    for name, mutant in _inputs(params)[1]:
        yield name, fenced(render(mutant))
    first = confirm(params).tests[0].expected
    source = render(specs.function(params[0]))
    yield from other_responses(source, first, "x" if params[0][0] in ("chain", "branch") else "xs")


FAMILY = Family(
    name="repair_bug",
    version=1,
    kind="code",
    topic="repair",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
