"""Predict what a small program prints or returns.

Level 1: a product and a sum, `a = 7; b = a * 3; print(b - 4)`. Level 2: three assignments, or a list comprehension
of three or four values. From level 3 on a function and a call: 3 assignments, 4 a branch, 5 a loop over a range, 6
a loop over a list or a string with a branch, 7 a list built and indexed, 8 a while loop over two variables, 9
nested loops, 10 a helper function called in a loop, or recursion. The value is computed by the little language's
machine; confirmed by Python.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from typing import Any

from tracemill.problems.code.hidden_tests import fenced, same, trusted
from tracemill.problems.code.little import Stuck, render, run
from tracemill.problems.code.small_programs import SHAPES, thawed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import LiteralReference

_MAX_STEPS = 45
_MAX_VALUE = 5000

# Sampling --------------------------------------------------------------------------------------------------------


def sample(level: int, rng: Random) -> Params:
    """("line", a, m, c), ("two", a, m, c), ("list", m, c, start, stop), or ("call", functions, args)."""
    if level == 1:
        return ("line", rng.randint(2, 20), rng.randint(2, 9), rng.choice((1, -1)) * rng.randint(1, 20))
    if level == 2:
        c = rng.choice((1, -1)) * rng.randint(1, 20)
        if rng.random() < 0.5:
            return ("two", rng.randint(2, 20), rng.randint(2, 9), c)
        start = rng.randint(0, 3)
        return ("list", rng.randint(2, 9), c, start, start + rng.randint(3, 4))
    while True:
        functions, args = SHAPES[level](rng)
        trace: list[str] = []
        try:
            value = run(functions, thawed(args), trace=trace)
        except Stuck:
            continue
        if len(trace) <= _MAX_STEPS and _is_telling(value):
            return ("call", functions, args)


def _is_telling(value: Any) -> bool:
    if isinstance(value, int):
        return 1 < abs(value) <= _MAX_VALUE
    return len(value) > 1 and all(abs(item) <= _MAX_VALUE for item in value if isinstance(item, int))


# Words -----------------------------------------------------------------------------------------------------------


def _line(params: Params) -> str:
    """The program of levels 1 and 2, as one line that prints, or as one expression."""
    tag, *numbers = params
    if tag == "list":
        m, c, start, stop = numbers
        return f"[{m}*i{c:+} for i in range({f'{start}, ' if start else ''}{stop})]"
    a, m, c = numbers
    sign = "+" if c > 0 else "-"
    if tag == "line":
        return f"a = {a}; b = a * {m}; print(b {sign} {abs(c)})"
    return f"a = {a}; b = a * {m}; a = b {sign} {abs(c)}; print(a + b)"


def _call(params: Params) -> str:
    return f"f({', '.join(map(repr, thawed(params[2])))})"


def pose(params: Params, rng: Random) -> Posed:
    if params[0] == "list":
        prompt = rng.choice(("What is {}?", "Evaluate {}.")).format(_line(params))
    elif params[0] != "call":
        prompt = rng.choice(("What is printed? {}", "Output of {}?")).format(_line(params))
    else:
        asked = rng.choice(("What does {} return?", "What is {}?")).format(_call(params))
        note = "Answer with a Python literal in \\boxed{}."
        prompt = f"{fenced(render(*params[1]))}\n\n{asked} {note}"
    return Posed(prompt=prompt, reference=LiteralReference(literal=repr(_value(params))))


def _value(params: Params) -> Any:
    tag, *rest = params
    if tag == "list":
        m, c, start, stop = rest
        return [m * i + c for i in range(start, stop)]
    if tag == "call":
        return run(rest[0], thawed(rest[1]))
    a, m, c = rest
    return a * m + c if tag == "line" else 2 * a * m + c


def solve(params: Params, rng: Random) -> str:
    tag, *rest = params
    value = _value(params)
    if tag == "call":
        trace: list[str] = []
        run(rest[0], thawed(rest[1]), trace=trace)
        lead = rng.choice(("Run it step by step.", "Trace the call."))
        return f"{lead}\n" + "\n".join(trace) + f"\n\\boxed{{{value!r}}}"
    if tag == "list":
        m, c, start, stop = rest
        products = ", ".join(str(m * i) for i in range(start, stop))
        return f"{m}*i: {products}. {c:+}: \\boxed{{{value}}}"
    a, m, c = rest
    b, sign = a * m, "+" if c > 0 else "-"
    change = f"{b} {sign} {abs(c)} = {b + c}"
    if tag == "line":
        return f"b = {a} * {m} = {b}, {change}. \\boxed{{{value}}}"
    return f"b = {a} * {m} = {b}, a = {change}, {b + c} + {b} = {value}. \\boxed{{{value}}}"


def confirm(params: Params) -> LiteralReference:
    """Python itself on the text of the prompt."""
    if params[0] == "call":
        return LiteralReference(literal=repr(trusted(render(*params[1]), "f")(*thawed(params[2]))))
    line = _line(params)
    shown = line.replace("print(", "out = (") if params[0] != "list" else f"out = {line}"
    scope: dict[str, Any] = {}
    exec(shown.replace("; ", "\n"), scope)
    return LiteralReference(literal=repr(scope["out"]))


# Mistakes --------------------------------------------------------------------------------------------------------


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    value = _value(params)
    for name, wrong in _near(value, rng):
        if not same(wrong, value):
            yield name, f"\\boxed{{{wrong!r}}}"
    yield "empty", "\\boxed{}"
    yield "words", "It prints a value."
    yield "echo", f"\\boxed{{{_line(params) if params[0] != 'call' else _call(params)}}}"
    yield "hedged", f"\\boxed{{{value!r}}} or \\boxed{{{next(_near(value, rng))[1]!r}}}"


def _near(value: Any, rng: Random) -> Iterator[tuple[str, Any]]:
    if isinstance(value, int):
        yield "off_by_one", value + rng.choice((-1, 1))
        yield "sign", -value
        yield "quoted", str(value)
        yield "in_a_list", [value]
        return
    yield "last_lost", value[:-1]
    yield "first_lost", value[1:]
    yield "reversed", value[::-1]
    yield "last_twice", value + value[-1:]
    yield "as_text", [value] if isinstance(value, str) else str(value)


FAMILY = Family(
    name="predict_output",
    version=1,
    kind="code",
    topic="reading",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
