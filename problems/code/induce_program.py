"""Induce a program from examples of what it returns.

Level 1: k times x, plus or minus c. Level 2: two steps on a number. Level 3: three steps on a number. Level 4: three
steps on a string. Level 5: three steps on a list. Level 6: three steps on a number, with larger constants. Level 7: a
branch. Level 8: four steps on a string. Level 9: four steps on a list. Level 10: a branch with two steps each. The
examples are chosen so that programs that are one slip away, and many others of the same kind, fail one of them; the
hidden tests are drawn like the examples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from random import Random
from typing import Any

from tracemill.problems.code import list_function, number_specs, pipelines, string_function
from tracemill.problems.code.hidden_tests import (
    FAILED,
    Args,
    choose_inputs,
    code_reference,
    fenced,
    literal,
    other_responses,
    outcome,
    same,
    trusted,
)
from tracemill.problems.code.little import render
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference

_KINDS = {
    1: "line",
    2: "chain2",
    3: "chain3",
    4: "s3",
    5: "xs3",
    6: "chain3",
    7: "branch1",
    8: "s4",
    9: "xs4",
    10: "branch2",
}
_MATERIALS = {"s": string_function.MATERIAL, "xs": list_function.MATERIAL}
_NUM_EXAMPLES = 8
_NUM_TESTS = 6
_NUM_OTHERS = 25


# What is to be found ---------------------------------------------------------------------------------------------


def _draw(kind: str, rng: Random, top: int = 20) -> Any:
    """A spec of a kind: a row of steps, or a chain or branch on a number."""
    if kind == "line":
        return ("chain", ("times", rng.randint(2, 20)), (rng.choice(("plus", "minus")), rng.randint(1, 99)))
    size = int(kind[-1])
    if kind[:-1] in _MATERIALS:
        return pipelines.sample_tested(_MATERIALS[kind[:-1]], size, False, rng)
    if kind[:-1] == "chain":
        return number_specs.sample_chain(rng, size, top)
    cond = number_specs.sample_cond(rng)
    return ("branch", cond, *(number_specs.sample_chain(rng, size, top) for _ in range(2)))


def _meaning(kind: str, spec: Any) -> Callable[..., Any]:
    material = _MATERIALS.get(kind[:-1])
    return pipelines.meaning(material.table, spec) if material else number_specs.meaning(spec)


def _source(kind: str, spec: Any) -> str:
    material = _MATERIALS.get(kind[:-1])
    return pipelines.source(material.table, spec) if material else render(number_specs.function(spec))


def _slips(kind: str, spec: Any, rng: Random) -> list[tuple[str, Any]]:
    material = _MATERIALS.get(kind[:-1])
    found = list(pipelines.variants(material.table, spec, rng) if material else number_specs.variants(spec))
    return rng.sample(found, min(8, len(found)))


def _candidates(kind: str, spec: Any, rng: Random) -> list[Args]:
    """Twice as many as needed, so that examples and tests are alike; numbers with the edges of the spec among them."""
    if kind[:-1] in _MATERIALS:
        inputs = _MATERIALS[kind[:-1]].inputs
        drawn = [args for _ in range(2) for args in inputs(rng)]
    else:
        edges = [k + by for k in number_specs.constants(spec) for by in (0, 1, -1)] if kind != "line" else []
        drawn = [(x,) for x in (*edges, *range(-3, 13), *(rng.randint(-40, 90) for _ in range(16)))]
        rng.shuffle(drawn)
    return [args for index, args in enumerate(drawn) if args not in drawn[:index]]


@lru_cache(maxsize=64)
def _chosen(params: Params) -> tuple[tuple[Args, ...], tuple[Args, ...], tuple[tuple[str, Any], ...]]:
    """Examples, hidden tests, and the slips that a hidden test catches."""
    kind, spec = params
    rng = Random(repr(params))
    slips = _slips(kind, spec, rng)
    others = [("another", _random_like(kind, rng)) for _ in range(_NUM_OTHERS)]
    right = _meaning(kind, spec)
    wrong = [_meaning(kind, other) for _, other in (*slips, *others)]
    candidates = _candidates(kind, spec, rng)
    examples, caught = choose_inputs(right, wrong, candidates, _NUM_EXAMPLES)
    if len(caught) < len(wrong):
        missed = [index for index in range(len(wrong)) if index not in caught]
        if any(not same(outcome(wrong[index], args), outcome(right, args)) for index in missed for args in candidates):
            return (), (), ()  # another program fits the examples, but not all that may be tested
    rest = [args for args in candidates if args not in examples]
    tests, killed = choose_inputs(right, wrong[: len(slips)], rest, _NUM_TESTS)
    ends = [i for i in killed if all(outcome(wrong[i], args) is not FAILED for args in tests)]
    return tuple(examples), tuple(tests), tuple(slips[i] for i in ends)


def _random_like(kind: str, rng: Random) -> Any:
    """Another spec of the kind, drawn without care: it only has to be told from the right one."""
    material = _MATERIALS.get(kind[:-1])
    if material is None:
        return _draw(kind, rng)
    table, size = material.table, int(kind[-1])
    steps: list[Any] = []
    at = material.start
    for _ in range(size):
        fits = [name for name, op in table.items() if op.takes == at and not op.hard]
        if not fits:
            break
        steps.append((name := rng.choice(fits), *table[name].draw(rng)))
        at = table[name].gives
    return tuple(steps)


# The family ------------------------------------------------------------------------------------------------------


def sample(level: int, rng: Random) -> Params:
    """(kind, spec)."""
    kind = _KINDS[level]
    while True:
        params = (kind, _draw(kind, rng, top=60 if level == 6 else 20))
        examples, tests, slips = _chosen(params)
        right = _meaning(*params)
        if len(slips) >= 3 and min(len({literal(right(*args)) for args in some}) for some in (examples, tests)) >= 3:
            return params


def _shown(params: Params) -> list[str]:
    right = _meaning(*params)
    return [f"f({args[0]!r}) = {literal(right(*args))}" for args in sorted(_chosen(params)[0], key=_size)]


def _size(args: Args) -> tuple[int, str]:
    value = args[0]
    return (value, "") if isinstance(value, int) else (len(value), repr(value))


def pose(params: Params, rng: Random) -> Posed:
    name = params[0][:-1] if params[0][:-1] in _MATERIALS else "x"
    asked = rng.choice(
        (f"Write f({name}) that fits these examples, and others like them:", f"Find the rule and write f({name}):")
    )
    program = trusted(_source(*params), "f")
    return Posed(prompt="\n".join((asked, *_shown(params))), reference=code_reference("f", program, _chosen(params)[1]))


def solve(params: Params, rng: Random) -> str:
    """The rule in words, tried on two examples."""
    kind, spec = params
    material = _MATERIALS.get(kind[:-1])
    told = pipelines.words(material.table, spec) if material else [number_specs.phrase(spec, rng)]
    lead = rng.choice(("A rule that fits", "Try this rule"))
    checks = rng.sample(_shown(params), 2)
    rule = "; then ".join(told)
    return f"{lead}: {rule}.\nCheck: {checks[0]}, as given; {checks[1]}, as given.\n{fenced(_source(kind, spec))}"


def confirm(params: Params) -> CodeReference:
    return code_reference("f", _meaning(*params), _chosen(params)[1])


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, spec = params
    for name, slip in _chosen(params)[2]:
        yield name, fenced(_source(kind, slip))
    source = _source(kind, spec)
    param = source[source.index("(") + 1 : source.index(")")]
    table = ", ".join(
        f"{args[0]!r}: {_meaning(kind, spec)(*args)!r}" for args in _chosen(params)[0] if kind[:-1] != "xs"
    )
    if table:
        yield "examples_only", fenced(f"def f({param}):\n    return {{{table}}}.get({param})")
    yield from other_responses(source, confirm(params).tests[0].expected, param)


FAMILY = Family(
    name="induce_program",
    version=1,
    kind="code",
    topic="induction",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
