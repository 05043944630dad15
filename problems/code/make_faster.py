"""Make a program faster: a loop over 1 to n is given, and f(n) is asked for n up to a million million, within seconds.

Level 1: count the multiples of a number. Level 2: their sum. Level 3: count by a remainder, or another one. Level 4:
sum of those. Level 5: sum of remainders. Level 6: a weighted sum where exactly one of two conditions holds. Level 7: a
sum under three conditions. Level 8: a sum of squares. Level 9: products of two remainders. Level 10: a recurrence
x -> (a x + b) mod m, n times. The loop given is right, and hopeless for the tests' largest n.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import lru_cache
from math import lcm
from random import Random
from typing import Any

from tracemill.problems.code.hidden_tests import code_reference, fenced, other_responses, same, trusted
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.types import CodeReference

TIME_LIMIT_S = 2.0
_LARGEST = 10**12
_WORDS = ("Write f(n) that returns the same", "This is right, but slow. Write f(n) with the same results")

# Params: ("sum", condition, term), or ("walk", start, a, b, m). A condition is (joint, (a, r), ...): the remainders r
# of i by a, joined by "and", "or" or "xor" (exactly one). A term is (name, *constants).
_TERMS: dict[str, tuple[int, Callable[..., str], Callable[..., int]]] = {
    # degree in i, the code, the value
    "one": (0, lambda: "1", lambda i: 1),
    "i": (1, lambda: "i", lambda i: i),
    "line": (1, lambda c, d: f"{c} * i + {d}", lambda i, c, d: c * i + d),
    "square": (2, lambda c: f"i * i + {c}", lambda i, c: i**2 + c),
    "rest": (0, lambda m: f"i % {m}", lambda i, m: divmod(i, m)[1]),
    "rests": (0, lambda m, k: f"(i % {m}) * (i % {k})", lambda i, m, k: divmod(i, m)[1] * divmod(i, k)[1]),
}
_JOINTS: dict[str, Callable[[list[bool]], bool]] = {"and": all, "or": any, "xor": lambda held: sum(held) == 1}


def sample(level: int, rng: Random) -> Params:
    """A loop of the level that adds something now and then, so that its slips are caught."""
    while True:
        params = _drawn(level, rng)
        if params[0] == "walk":
            _, start, a, b, m = params
            if (a * start + b) % m != start:
                return params
        elif _last_that_counts(params, _LARGEST):
            return params


def _drawn(level: int, rng: Random) -> Params:
    if level == 10:
        m = rng.randrange(500, 5000)
        return ("walk", rng.randrange(1, m), rng.randrange(2, m), rng.randrange(1, m), m)
    if level <= 2:
        start = rng.randrange(2, 1000)
        return ("sum", ("or", (start, 0)), ("one",) if level == 1 else ("line", 1, rng.randrange(1, 40)))
    top = 3 if level == 7 else 2
    sizes = rng.sample(range(3, 14 if level == 7 else 40), top)
    joint = {3: "or", 4: "or", 6: "xor", 7: rng.choice(("or", "xor"))}.get(level, rng.choice(("or", "xor")))
    rests = tuple((a, rng.randrange(a)) for a in sorted(sizes))
    terms: dict[int, tuple[Any, ...]] = {
        3: ("one",),
        4: ("i",),
        5: ("rest", rng.randrange(3, 14)),
        8: ("square", rng.randrange(20)),
        9: ("rests", rng.randrange(3, 9), rng.randrange(9, 14)),
    }
    if level in (5, 9):
        rests = tuple((a, rng.randrange(a)) for a in sorted(rng.sample(range(3, 14), 2)))
    return ("sum", (joint, *rests), terms.get(level, ("line", rng.randrange(2, 10), rng.randrange(1, 50))))


# What the loop means: directly, and fast -------------------------------------------------------------------------


def _holds(condition: Any, i: int) -> bool:
    joint, *rests = condition
    return _JOINTS[joint]([(i - r) % a == 0 for a, r in rests])


def _period(params: Params) -> int:
    _, (_, *rests), (name, *constants) = params
    return lcm(*(a for a, _ in rests), *(constants if name in ("rest", "rests") else ()))


def _condition_code(condition: Any) -> str:
    joint, *rests = condition
    tests = [f"i % {a} == {r}" for a, r in rests]
    if joint == "xor":
        return f"{' + '.join(f'({test})' for test in tests)} == 1"
    return f" {joint} ".join(tests)


def slow_source(params: Params) -> str:
    if params[0] == "walk":
        _, start, a, b, m = params
        return f"def f(n):\n    x = {start}\n    for _ in range(n):\n        x = ({a} * x + {b}) % {m}\n    return x"
    _, condition, (name, *constants) = params
    term = _TERMS[name][1](*constants)
    body = f"        if {_condition_code(condition)}:\n            total += {term}"
    return f"def f(n):\n    total = 0\n    for i in range(1, n + 1):\n{body}\n    return total"


def fast_source(params: Params, *, last: str = "n - r", start: int = 1) -> str:
    """The loop over the remainders by one period; what is summed of i = r, r + L, ... has a closed form. `last` and
    `start` are for slips."""
    if params[0] == "walk":
        _, first, a, b, m = params
        return (
            f"def f(n):\n    x, a, b = {first}, {a}, {b}\n    while n:\n        if n % 2:\n"
            f"            x = (a * x + b) % {m}\n        a, b, n = a * a % {m}, (a * b + b) % {m}, n // 2\n    return x"
        )
    _, condition, (name, *constants) = params
    period, degree = _period(params), _TERMS[name][0]
    term = _TERMS[name][1](*constants)
    lines = [
        "def f(n):",
        f"    L, total = {period}, 0",
        f"    for r in range({start}, L + {start}):",
        "        i = r",
        f"        if ({_condition_code(condition)}) and r <= n:",
        f"            k = ({last}) // L + 1",
    ]
    if degree == 0:
        lines.append(f"            total += k * ({term})")
    else:
        c, d = {"i": (1, 0), "line": tuple(constants), "square": (0, *constants)}[name]
        if degree == 1:
            lines.append(f"            total += k * ({c} * r + {d}) + {c} * L * (k * (k - 1) // 2)")
        else:
            lines.append("            s, q = k * (k - 1) // 2, k * (k - 1) * (2 * k - 1) // 6")
            lines.append(f"            total += k * (r * r + {d}) + 2 * r * L * s + L * L * q")
    return "\n".join((*lines, "    return total"))


def _meaning(params: Params) -> Callable[[int], int]:
    """By another way: cycles of the walk, found by walking; sums of whole periods as a polynomial through the first
    few, summed one by one."""
    if params[0] == "walk":
        return _walked(params)
    _, condition, (name, *constants) = params
    period, (degree, _, value) = _period(params), _TERMS[name]
    sums = [0]
    for i in range(1, period * (degree + 2)):
        sums.append(sums[-1] + (value(i, *constants) if _holds(condition, i) else 0))

    def of(n: int) -> int:
        whole, rest = divmod(n, period)
        return _through([sums[rest + place * period] for place in range(degree + 2)], whole)

    return of


def _through(values: list[int], x: int) -> int:
    """At x, the polynomial that has these values at 0, 1, 2, ... (Lagrange)."""
    total = Fraction(0)
    for place, value in enumerate(values):
        part = Fraction(value)
        for other in range(len(values)):
            if other != place:
                part *= Fraction(x - other, place - other)
        total += part
    return int(total)


def _walked(params: Params) -> Callable[[int], int]:
    _, x, a, b, m = params
    seen: dict[int, int] = {}
    path: list[int] = []
    while x not in seen:
        seen[x] = len(path)
        path.append(x)
        x = (a * x + b) % m
    entry, cycle = seen[x], len(path) - seen[x]
    return lambda n: path[n if n < entry else entry + (n - entry) % cycle]


# The family ------------------------------------------------------------------------------------------------------


def _last_that_counts(params: Params, n: int) -> int:
    """The largest i up to n that adds something to the sum; 0 where there is none."""
    _, condition, (name, *constants) = params
    value = _TERMS[name][2]
    near = range(n, max(0, n - 2 * _period(params)), -1)
    return next((i for i in near if _holds(condition, i) and value(i, *constants)), 0)


@lru_cache(maxsize=256)
def _inputs(params: Params) -> tuple[tuple[int], ...]:
    """The edges, and small and large n; of a sum, the largest adds the last term, so that leaving it out shows."""
    rng = Random(repr(params))
    largest = rng.randrange(_LARGEST // 10, _LARGEST)
    largest = largest if params[0] == "walk" else _last_that_counts(params, largest)
    drawn = (0, 1, rng.randrange(5, 60), rng.randrange(60, 3000), rng.randrange(10**9, 10**10), largest)
    return tuple((n,) for n in drawn)


@lru_cache(maxsize=256)
def _slips(params: Params) -> tuple[tuple[str, str], ...]:
    """Programs as fast as the right one, each wrong for some test."""
    right = trusted(fast_source(params), "f")
    inputs = _inputs(params)
    found = []
    for name, source in _near(params):
        wrong = trusted(source, "f")
        if any(not same(wrong(*args), right(*args)) for args in reversed(inputs)):
            found.append((name, source))
    return tuple(found)


def _near(params: Params) -> Iterator[tuple[str, str]]:
    right = fast_source(params)
    if params[0] == "walk":
        _, start, a, b, m = params
        yield "one_step_less", right.replace("def f(n):", "def f(n):\n    n = max(0, n - 1)", 1)
        yield "one_step_more", right.replace("def f(n):", "def f(n):\n    n += 1", 1)
        yield "start_off", fast_source(("walk", (start + 1) % m, a, b, m))
        yield "no_addend", fast_source(("walk", start, a, 0, m))
        return
    kind, (joint, *rests), term = params
    yield "n_left_out", right.replace("def f(n):", "def f(n):\n    n -= 1", 1)
    yield "one_term_less", fast_source(params, last="n - r - 1")
    yield "one_too_few", right.replace("// L + 1", "// L", 1)
    a, r = rests[0]
    yield "remainder_off", fast_source((kind, (joint, (a, (r + 1) % a), *rests[1:]), term))
    if len(rests) > 1:
        yield "first_condition_only", fast_source((kind, (joint, rests[0]), term))
        yield "joint", fast_source((kind, ("xor" if joint == "or" else "or", *rests), term))


def pose(params: Params, rng: Random) -> Posed:
    asked = rng.choice(_WORDS)
    prompt = f"{asked}, for n from 0 to 10**12, all tests within {TIME_LIMIT_S:g} seconds.\n{slow_source(params)}"
    program = trusted(fast_source(params), "f")
    return Posed(prompt=prompt, reference=code_reference("f", program, _inputs(params), TIME_LIMIT_S))


def solve(params: Params, rng: Random) -> str:
    if params[0] == "walk":
        told = rng.choice(
            (
                "A step is a map x -> a x + b; done twice it is x -> a a x + (a b + b). So square the map and halve n.",
                "Two steps at once are again a x + b, with a a and a b + b: go through the binary digits of n.",
            )
        )
        return f"{told}\n{fenced(fast_source(params))}"
    period = _period(params)
    start = rng.choice(("The condition repeats", "What is tested repeats"))
    told = (
        f"{start} every L = {period} numbers. For each r from 1 to L that passes, r, r + L, ... up to n are "
        f"k = (n - r) // L + 1 many; their terms are summed in closed form."
    )
    return f"{told}\n{fenced(fast_source(params))}"


def confirm(params: Params) -> CodeReference:
    of = _meaning(params)
    return code_reference("f", of, _inputs(params), TIME_LIMIT_S)


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    """`too_slow` is the loop that was given: right, but it does not end in time."""
    yield "too_slow", fenced(slow_source(params))
    for name, source in _slips(params):
        yield name, fenced(source)
    yield from other_responses(fast_source(params), confirm(params).tests[0].expected, "n")


FAMILY = Family(
    name="make_faster",
    version=1,
    kind="code",
    topic="speed",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
