"""Write tests that a program passes and that each of its mutants fails: a list of (arguments, expected) pairs.

Level 1: one mutant of two steps on a number. Level 2: two. Level 3: of three steps. Levels 4 to 6: of branches, up
to three mutants. Levels 7 and 8: of folds over a list. Levels 9 and 10: of running totals, up to five mutants. From
level 3 on the mutants differ on few inputs, and not on the first one comes to think of. No more tests are allowed
than are needed, and one.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.code import number_specs as specs
from tracemill.problems.code.hidden_tests import Args, fenced, outcome, same
from tracemill.problems.code.little import Function, render
from tracemill.problems.code.mutation import compiled, killers, mutants, program, subtle_mutants
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import MutantReference

_NUM_MUTANTS = {1: 1, 2: 2, 3: 2, 4: 2, 5: 3, 6: 3, 7: 3, 8: 4, 9: 4, 10: 5}


def sample_spec(level: int, rng: Random) -> specs.Spec:
    """What the program does; shared with `tell_apart`."""
    if level <= 3:
        return specs.sample_chain(rng, 2 if level < 3 else 3)
    if level <= 6:
        last = specs.sample_chain(rng, 1 if level == 4 else 2)
        if level == 6:
            last = ("branch", specs.sample_cond(rng), specs.sample_chain(rng, 1), last)
        return ("branch", specs.sample_cond(rng), specs.sample_chain(rng, 1 if level == 4 else 2), last)
    cond = specs.sample_cond(rng)
    if level <= 8:
        value = specs.sample_chain(rng, 2)
        if level == 8:
            value = ("branch", specs.sample_cond(rng), value, specs.sample_chain(rng, 1))
        return ("fold", cond, value, rng.choice(("sum", "largest", "smallest", "count")), ())
    values = [specs.sample_chain(rng, 2 if level == 10 else 1) for _ in range(2)]
    signs = [rng.choice(("add", "subtract")) for _ in range(2)]
    return (
        "walk",
        rng.randint(0, 50),
        cond,
        signs[0],
        values[0],
        signs[1],
        values[1],
        rng.randint(60, 150),
        rng.randint(-9, 30),
    )


def sample(level: int, rng: Random) -> Params:
    """(spec, indices of the mutants, the most tests)."""
    while True:
        spec = sample_spec(level, rng)
        if not specs.is_telling(spec):
            continue
        most = 1.0 if level < 3 else 0.6
        indices = subtle_mutants(
            specs.function(spec), specs.candidate_inputs(spec), rng, _NUM_MUTANTS[level], most, spared=level >= 3
        )
        if indices is not None:
            return (spec, tuple(indices), len(_tests(spec, tuple(indices))) + 1)


def _mutants(spec: specs.Spec, indices: tuple[int, ...]) -> list[Function]:
    every = mutants(specs.function(spec))
    return [every[index][1] for index in indices]


def _tests(spec: specs.Spec, indices: tuple[int, ...]) -> list[Args]:
    """Few inputs that kill all mutants: again and again the one that kills the most of those alive."""
    inputs, right = specs.candidate_inputs(spec), compiled(specs.function(spec))
    expected = [right(*args) for args in inputs]
    alive = [set(killers(compiled(mutant), expected, inputs)) for mutant in _mutants(spec, indices)]
    chosen: list[int] = []
    while alive:
        best = max(range(len(inputs)), key=lambda index: (sum(index in kills for kills in alive), -index))
        chosen.append(best)
        alive = [kills for kills in alive if best not in kills]
    return [inputs[index] for index in chosen]


def _change(right: str, wrong: str) -> str:
    """How a mutant differs, line by line."""
    pairs = list(zip(right.splitlines(), wrong.splitlines(), strict=False))
    if right.count("\n") == wrong.count("\n"):
        return "; ".join(f"`{a.strip()}` reads `{b.strip()}`" for a, b in pairs if a != b)
    place = next((index for index, (a, b) in enumerate(pairs) if a != b), len(pairs))
    longer = max(right, wrong, key=len).splitlines()
    extra = longer[place : place + abs(right.count("\n") - wrong.count("\n"))]
    what = "; ".join(line.strip() for line in extra)
    return f"after line {place}, `{what}` is {'added' if len(wrong) > len(right) else 'missing'}"


def pose(params: Params, rng: Random) -> Posed:
    spec, indices, most = params
    source = render(specs.function(spec))
    sources = [render(mutant) for mutant in _mutants(spec, indices)]
    changes = "\n".join(f"{number}. {_change(source, text)}" for number, text in enumerate(sources, 1))
    asked = rng.choice(
        (
            "Write tests that f passes and that each changed version fails",
            "Find tests that tell f from each of these changed versions",
        )
    )
    shown = "[((1,), 5), ((7,), 0)]" if spec[0] in ("chain", "branch") else "[(([1, 2],), 5), (([],), 0)]"
    return Posed(
        prompt=f"{fenced(source)}\n\nChanged versions of f:\n{changes}\n\n{asked}: a list of at most {most} pairs "
        f"(arguments, expected) in \\boxed{{}}, in the form {shown}.",
        reference=MutantReference(program=source, entry="f", mutants=tuple(sources), max_tests=most),
    )


def solve(params: Params, rng: Random) -> str:
    spec, indices, _ = params
    right = compiled(specs.function(spec))
    tests = [(args, right(*args)) for args in _tests(spec, indices)]
    lines = []
    for number, mutant in enumerate(_mutants(spec, indices), 1):
        wrong = compiled(mutant)
        args, value = next(test for test in tests if not same(wrong(*test[0]), test[1]))
        call = f"f({', '.join(map(repr, args))})"
        lines.append(f"Version {number}: {call} is {value}, but there it is {wrong(*args)}.")
    lead = rng.choice(("Look for inputs on which the change matters.", "Where does each change show?"))
    return "\n".join((lead, *lines, f"\\boxed{{{tests!r}}}"))


def confirm(params: Params) -> MutantReference:
    """Expected values from the spec's meaning, mutants run by the little language's machine."""
    spec, indices, most = params
    right = specs.meaning(spec)
    tests = [(args, right(*args)) for args in _tests(spec, indices)]
    killed = [
        render(mutant)
        for mutant in _mutants(spec, indices)
        if any(not same(outcome(program(mutant), args), value) for args, value in tests)
    ]
    return MutantReference(
        program=render(specs.function(spec)), entry="f", mutants=tuple(killed), max_tests=max(most, len(tests))
    )


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    spec, indices, most = params
    right = compiled(specs.function(spec))
    tests = [(args, right(*args)) for args in _tests(spec, indices)]
    yield "wrong_value", f"\\boxed{{{[(args, value + 1) for args, value in tests]!r}}}"
    first = compiled(_mutants(spec, indices)[0])
    args = next(args for args, value in tests if not same(first(*args), value))
    yield "mutants_value", f"\\boxed{{{[(args, first(*args)), *(test for test in tests if test[0] != args)]!r}}}"
    inputs = specs.candidate_inputs(spec)
    kind = [args for args in inputs if same(first(*args), right(*args))][:most]
    if kind:
        yield "one_lives", f"\\boxed{{{[(args, right(*args)) for args in kind]!r}}}"
    yield "no_tests", "\\boxed{[]}"
    yield "too_many", f"\\boxed{{{[(args, right(*args)) for args in inputs[: most + 1]]!r}}}"
    yield "values_only", f"\\boxed{{{[value for _, value in tests]!r}}}"
    yield "empty", "\\boxed{}"
    yield "words", "Test the edges."


FAMILY = Family(
    name="kill_mutants",
    version=1,
    kind="code",
    topic="testing",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
