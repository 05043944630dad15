"""Find arguments for which two functions, nearly alike, return different values.

Levels 1 and 2: two steps on a number. Level 3: three. Levels 4 to 6: branches. Levels 7 and 8: folds over a list.
Levels 9 and 10: running totals. The higher the level, the rarer the inputs on which they differ; from level 3 on
they agree on 0 and -1, and on the empty list and a first short one.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from tracemill.problems.code import number_specs as specs
from tracemill.problems.code.hidden_tests import Args, fenced
from tracemill.problems.code.kill_mutants import sample_spec
from tracemill.problems.code.little import Function, render
from tracemill.problems.code.mutation import compiled, killers, mutants, program, subtle_mutants
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import WitnessReference

_MOST = {1: 0.7, 2: 0.6, 3: 0.5, 4: 0.4, 5: 0.3, 6: 0.25, 7: 0.5, 8: 0.4, 9: 0.4, 10: 0.3}
"""The largest share of likely inputs on which the two may differ."""

# A guard: an infinity, which a literal can hold, would differ from itself after a subtraction.
_NUMBER = "type(x) is int"
# A long list would tell nearly any two functions apart.
_LONGEST = 4
_LIST = f"type(xs) is list and len(xs) <= {_LONGEST} and all(type(x) is int for x in xs)"


def sample(level: int, rng: Random) -> Params:
    """(spec, index of the mutant, whether the mutant comes first)."""
    while True:
        spec = sample_spec(level, rng)
        if specs.is_telling(spec):
            spared = 2 if level >= 3 else 0
            inputs = _inputs(spec)
            indices = subtle_mutants(specs.function(spec), inputs, rng, 1, _MOST[level], spared)
            if indices is not None:
                return (spec, indices[0], rng.random() < 0.5)


def _inputs(spec: specs.Spec) -> list[Args]:
    """Numbers, or lists of few."""
    cut = [(args[0][:_LONGEST],) if isinstance(args[0], list) else args for args in specs.candidate_inputs(spec)]
    return [args for index, args in enumerate(cut) if args not in cut[:index]]


def _pair(params: Params) -> tuple[Function, Function]:
    spec, index, mutant_first = params
    right, mutant = specs.function(spec), mutants(specs.function(spec))[index][1]
    first, second = (mutant, right) if mutant_first else (right, mutant)
    return ("def", "f", *first[2:]), ("def", "g", *second[2:])


def _program(params: Params) -> str:
    f, g = _pair(params)
    name = f[2][0]
    guard = _NUMBER if name == "x" else _LIST
    return f"{render(f, g)}\n\n\ndef differ({name}):\n    return {guard} and f({name}) != g({name})"


def _witnesses(params: Params) -> list[Args]:
    inputs = _inputs(params[0])
    f, g = _pair(params)
    expected = [compiled(f)(*args) for args in inputs]
    found = [inputs[index] for index in killers(compiled(g), expected, inputs)]
    return sorted(found, key=lambda args: (len(repr(args)), repr(args)))


def pose(params: Params, rng: Random) -> Posed:
    asked = rng.choice(
        (
            "Find an argument for which f and g return different values.",
            "f and g are not the same. For which argument do they differ? One is enough.",
        )
    )
    lists = params[0][0] not in ("chain", "branch")
    kind = f"a list of at most {_LONGEST} whole numbers" if lists else "a whole number"
    return Posed(
        prompt=f"{fenced(render(*_pair(params)))}\n\n{asked} Answer with {kind} in \\boxed{{}}.",
        reference=WitnessReference(program=_program(params), entry="differ", output="True"),
    )


def solve(params: Params, rng: Random) -> str:
    """The line that differs, then an input on which it matters, and both values."""
    f, g = _pair(params)
    pairs = zip(render(f).splitlines()[1:], render(g).splitlines()[1:], strict=False)
    bad, good = next((a.strip(), b.strip()) for a, b in pairs if a != b)
    args = _witnesses(params)[0]
    lead = rng.choice(("They differ where", "The first difference:"))
    return (
        f"{lead} f has `{bad}` and g has `{good}`.\nTry {args[0]!r}: f gives {compiled(f)(*args)}, "
        f"g gives {compiled(g)(*args)}.\n\\boxed{{{args[0]!r}}}"
    )


def confirm(params: Params) -> WitnessReference:
    """What the little language's machine says of the input that was found with Python."""
    f, g = _pair(params)
    args = _witnesses(params)[0]
    differ = program(f)(*args) != program(g)(*args)
    return WitnessReference(program=_program(params), entry="differ", output=repr(differ))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    alike = [args for args in _inputs(params[0]) if args not in _witnesses(params)]
    for number, args in enumerate(rng.sample(alike, min(4, len(alike)))):
        yield f"alike_{number}", f"\\boxed{{{args[0]!r}}}"
    yield "infinity", "\\boxed{1e999}"
    yield "several", f"\\boxed{{{alike[0][0]!r}}} or \\boxed{{{_witnesses(params)[0][0]!r}}}"
    yield "empty", "\\boxed{}"
    yield "words", "They differ somewhere."


FAMILY = Family(
    name="tell_apart",
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
