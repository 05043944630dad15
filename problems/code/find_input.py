"""Find arguments for which a given function returns a given value: read it, and work backwards.

Level 1: two steps on a number. Level 2: three. Level 3: two steps on a string. Level 4: four on a number, with
floor division and xor among them. Level 5: two steps on a list. Level 6: four on a string. Level 7: four on a list.
Level 8: two unknowns from two linear forms. Levels 9 and 10: a number from two and from three of its remainders,
after two steps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import gcd
from random import Random
from typing import Any

from tracemill.problems.code.hidden_tests import Args, fenced, outcome, same, trusted
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import WitnessReference

_LETTERS = "abcdefghijklmnopqrstuvwxyz"


def _shifted(s: str, k: int) -> str:
    return "".join(_LETTERS[(_LETTERS.index(c) + k) % 26] for c in s)


def _unsplit(items: Any) -> Any:
    """The inverse of even places first, then odd ones."""
    half = (len(items) + 1) // 2
    order = [items[i // 2 if i % 2 == 0 else half + i // 2] for i in range(len(items))]
    return "".join(order) if isinstance(items, str) else order


def _differences(xs: list[int]) -> list[int]:
    return [x - before for x, before in zip(xs, [0, *xs], strict=False)]


# step: the line of the program, and all the values before it, given the value after it
_Step = tuple[str, Callable[[Any, int], list[Any]]]
_NUMBER: dict[str, _Step] = {
    "plus": ("x = x + {k}", lambda v, k: [v - k]),
    "minus": ("x = x - {k}", lambda v, k: [v + k]),
    "times": ("x = x * {k}", lambda v, k: [v // k] if v % k == 0 else []),
    "from": ("x = {k} - x", lambda v, k: [k - v]),
    "div": ("x = x // {k}", lambda v, k: list(range(v * k, v * k + k))),
    "xor": ("x = x ^ {k}", lambda v, k: [v ^ k]),
}
_STRING: dict[str, _Step] = {
    "reverse": ("s = s[::-1]", lambda v, k: [v[::-1]]),
    "rotate": ("s = s[{k}:] + s[:{k}]", lambda v, k: [v[len(v) - k :] + v[: len(v) - k]] if len(v) >= k else []),
    "shift": (
        "s = ''.join(chr((ord(c) - 97 + {k}) % 26 + 97) for c in s)",
        lambda v, k: [_shifted(v, -k)],
    ),
    "double": ("s = ''.join(c + c for c in s)", lambda v, k: [v[::2]] if v[::2] == v[1::2] else []),
    "split": ("s = s[::2] + s[1::2]", lambda v, k: [_unsplit(v)]),
    "prefix": ("s = chr(97 + {k}) + s", lambda v, k: [v[1:]] if v[:1] == _LETTERS[k] else []),
}
_LIST: dict[str, _Step] = {
    "plus": ("xs = [x + {k} for x in xs]", lambda v, k: [[x - k for x in v]]),
    "times": ("xs = [x * {k} for x in xs]", lambda v, k: [[x // k for x in v]] if not any(x % k for x in v) else []),
    "reverse": ("xs = xs[::-1]", lambda v, k: [v[::-1]]),
    "rotate": ("xs = xs[{k}:] + xs[:{k}]", lambda v, k: [v[len(v) - k :] + v[: len(v) - k]] if len(v) >= k else []),
    "sums": ("xs = [sum(xs[:i + 1]) for i in range(len(xs))]", lambda v, k: [_differences(v)]),
    "split": ("xs = xs[::2] + xs[1::2]", lambda v, k: [_unsplit(v)]),
    "signs": ("xs = [-x if i % 2 else x for i, x in enumerate(xs)]", lambda v, k: [_signs(v)]),
    "total": ("xs = xs + [sum(xs)]", lambda v, k: [v[:-1]] if v and v[-1] == sum(v[:-1]) else []),
}


def _signs(xs: list[int]) -> list[int]:
    return [x * (-1) ** i for i, x in enumerate(xs)]


_TABLES = {"x": _NUMBER, "s": _STRING, "xs": _LIST}

# Sampling --------------------------------------------------------------------------------------------------------


def sample(level: int, rng: Random) -> Params:
    """("steps", variable, steps, output), ("linear", a, b, c, d, output) or ("remainders", steps, moduli, output)."""
    if level == 8:
        return _sample_linear(rng)
    if level >= 9:
        steps = _sample_steps(rng, "x", ("plus", "minus", "times"), 2)
        moduli = tuple(sorted(_coprime(rng, level - 7)))
        value = trusted(_source(("remainders", steps, moduli, ())), "f")(rng.randint(1, 1000))
        return ("remainders", steps, moduli, tuple(value))
    name = {1: "x", 2: "x", 3: "s", 4: "x", 5: "xs", 6: "s", 7: "xs"}[level]
    kinds = tuple(_TABLES[name]) if level > 2 else ("plus", "minus", "times", "from")
    steps = _sample_steps(rng, name, kinds, {1: 2, 2: 3, 3: 2, 4: 4, 5: 2, 6: 4, 7: 4}[level])
    start: Any = rng.randint(2, 60)
    if name == "s":
        start = "".join(rng.choice(_LETTERS) for _ in range(rng.randint(4, 5)))
    elif name == "xs":
        start = [rng.randint(-9, 20) for _ in range(rng.randint(4, 5))]
    value = trusted(_source(("steps", name, steps, ())), "f")(start)
    return ("steps", name, steps, tuple(value) if isinstance(value, list) else value)


def _sample_steps(rng: Random, name: str, kinds: tuple[str, ...], num_steps: int) -> tuple[tuple[str, int], ...]:
    steps: list[tuple[str, int]] = []
    while len(steps) < num_steps:
        kind = rng.choice(kinds)
        merges = steps and ({kind, steps[-1][0]} <= {"plus", "minus", "from"} or kind == steps[-1][0])
        if merges or (kind == "double" and kind in [before for before, _ in steps]):
            continue
        line = _TABLES[name][kind][0]
        small = kind in ("times", "div", "rotate") or name == "s"
        k = (rng.randint(2, 9) if name == "x" else rng.randint(1, 4)) if small else rng.randint(2, 30)
        steps.append((kind, k if "{k}" in line else 0))
    return tuple(steps)


def _sample_linear(rng: Random) -> Params:
    while True:
        a, b, c, d = (rng.choice((-1, 1)) * rng.randint(1, 9) for _ in range(4))
        if a * d != b * c:
            x, y = rng.randint(-20, 20), rng.randint(-20, 20)
            return ("linear", a, b, c, d, (a * x + b * y, c * x + d * y))


def _coprime(rng: Random, count: int) -> list[int]:
    while True:
        moduli = [rng.randint(5, 19) for _ in range(count)]
        if all(gcd(p, q) == 1 for i, p in enumerate(moduli) for q in moduli[:i]):
            return moduli


# The program and its inverse -------------------------------------------------------------------------------------


def _source(params: Params) -> str:
    if params[0] == "linear":
        a, b, c, d = params[1:5]
        return f"def f(x, y):\n    return [{_form(a, b)}, {_form(c, d)}]"
    name, steps = ("x", params[1]) if params[0] == "remainders" else params[1:3]
    lines = [_line(name, step) for step in steps]
    end = f"[{', '.join(f'x % {m}' for m in params[2])}]" if params[0] == "remainders" else name
    return "\n    ".join((f"def f({name}):", *lines, f"return {end}"))


def _line(name: str, step: tuple[str, int]) -> str:
    return _TABLES[name][step[0]][0].replace("{k}", str(step[1]))


def _form(a: int, b: int) -> str:
    return f"{a} * x {'+' if b > 0 else '-'} {abs(b)} * y"


def _output(params: Params) -> Any:
    return list(params[-1]) if isinstance(params[-1], tuple) else params[-1]


def _backwards(name: str, steps: tuple[tuple[str, int], ...], value: Any) -> list[Any] | None:
    """The values from the last back to the argument, or None where there is none."""
    if not steps:
        return [value]
    kind, k = steps[-1]
    for before in _TABLES[name][kind][1](value, k):
        rest = _backwards(name, steps[:-1], before)
        if rest is not None:
            return [value, *rest]
    return None


def _solved(params: Params) -> tuple[Args, list[str]]:
    """Arguments, and how they are found."""
    output = _output(params)
    if params[0] == "linear":
        return _solved_linear(params)
    if params[0] == "steps":
        _, name, steps, _ = params
        values = _backwards(name, steps, output)
        assert values is not None, params
        return (values[-1],), [f"It returns {output!r}.", *_told(name, steps, values)]
    _, steps, moduli, _ = params
    told = [f"x % {m} == {r}" for m, r in zip(moduli, output, strict=True)]
    lines = [f"At the end {' and '.join(told)}."]
    last, modulus = output[0], moduli[0]
    for m, r in zip(moduli[1:], output[1:], strict=True):
        tried = [last]
        while tried[-1] % m != r:
            tried.append(tried[-1] + modulus)
        last, modulus = tried[-1], modulus * m
        lines.append(f"Steps of {modulus // m}: {', '.join(map(str, tried))}; {last} % {m} == {r}.")
    while (values := _backwards("x", steps, last)) is None:
        last += modulus
    return (values[-1],), [*lines, f"Take x = {last} at the end.", *_told("x", steps, values)]


def _told(name: str, steps: tuple[tuple[str, int], ...], values: list[Any]) -> Iterator[str]:
    for step, value in zip(reversed(steps), values[1:], strict=True):
        yield f"Before `{_line(name, step)}`: {value!r}."


def _solved_linear(params: Params) -> tuple[Args, list[str]]:
    _, a, b, c, d, (u, v) = params
    det = a * d - b * c
    x, y = (u * d - b * v) // det, (a * v - u * c) // det
    return (x, y), [
        f"{_form(a, b)} = {u} and {_form(c, d)} = {v}.",
        f"Times {d} and times {b}, then subtract: {det} * x = {u * d} - {b * v} = {det * x}, so x = {x}.",
        f"Then {b} * y = {u} - {a * x} = {b * y}, so y = {y}.".replace("- -", "+ "),
    ]


# The family ------------------------------------------------------------------------------------------------------


def pose(params: Params, rng: Random) -> Posed:
    several = params[0] == "linear"
    asked = rng.choice(("Find {} for which f returns {}.", "For which {} does f return {}? One answer is enough."))
    what = "arguments x, y" if several else "an argument" if asked.startswith("Find") else "argument"
    note = "Answer with Python literals in \\boxed{}" + (", as in \\boxed{1, 2}." if several else ".")
    output = repr(_output(params))
    source = _source(params)
    return Posed(
        prompt=f"{fenced(source)}\n\n{asked.format(what, output)} {note}",
        reference=WitnessReference(program=source, entry="f", output=output),
    )


def solve(params: Params, rng: Random) -> str:
    args, lines = _solved(params)
    lead = rng.choice(("Work backwards.", "Undo the steps from the end.")) if params[0] == "steps" else "Work it out."
    return "\n".join((lead, *lines, f"\\boxed{{{_boxed(args)}}}"))


def _boxed(args: Args) -> str:
    return ", ".join(map(repr, args))


def confirm(params: Params) -> WitnessReference:
    """What Python returns for the arguments that were found backwards."""
    source = _source(params)
    return WitnessReference(program=source, entry="f", output=repr(trusted(source, "f")(*_solved(params)[0])))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    program, output = trusted(_source(params), "f"), _output(params)
    args, _ = _solved(params)
    for name, wrong in _near(args, output):
        if not same(outcome(program, wrong), output):
            yield name, f"\\boxed{{{_boxed(wrong)}}}"
    yield "empty", "\\boxed{}"
    yield "words", "There is such an argument."
    yield "a_call", f"\\boxed{{f({_boxed(args)}) + 1}}"


def _near(args: Args, output: Any) -> Iterator[tuple[str, Args]]:
    yield "output_echoed", (output,) * len(args)
    value = args[0]
    if isinstance(value, int):
        yield "one_more", (value + 1, *args[1:])
        yield "sign", tuple(-arg for arg in args)
        yield "ten_more", (*args[:-1], args[-1] + 10)
        yield "quoted", (str(value), *args[1:])
    else:
        yield "reversed", (value[::-1],)
        yield "last_lost", (value[:-1],)
        yield "last_twice", (value + value[-1:],)
        yield "empty_value", (value[:0],)


FAMILY = Family(
    name="find_input",
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
