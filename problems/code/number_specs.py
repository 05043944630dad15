"""Specifications over whole numbers and lists of them, that compose: chains of steps, branches, folds and walks.

A spec is a nested tuple with a tag first, and has four readings, each written on its own: words (`phrase`), a program
(`function`, in the little language), a meaning (`meaning`, plain closures that share no code with the program), and its
nearest wrong readings (`variants`).

    step    ("times", 3)                    3 times it; see _STEPS
    chain   ("chain", step, step, ...)      of x
    cond    ("even",) or ("below", 7)       see _CONDS
    branch  ("branch", cond, value, value)  a value is a chain or a branch
    fold    ("fold", cond or (), value, aggregate, chain or ())     over xs, see _AGGREGATES
    walk    ("walk", start, cond, sign, value, sign, value, cap, reset)   a running total over xs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from tracemill.problems.code.little import Expr, Function

Spec = tuple[Any, ...]

_COUNTS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)


def times_words(k: int) -> str:
    return "twice" if k == 2 else f"{_COUNTS[k]} times"


# step: phrases for x itself, phrase after a comma, whether the latter needs "all", expression, meaning
_Step = tuple[tuple[str, ...], str, bool, Callable[[Expr, int], Expr], Callable[[int, int], int]]
_STEPS: dict[str, _Step] = {
    "times": (("{w} {x}",), "times {k}", True, lambda x, k: ("*", x, k), lambda x, k: sum([x] * k)),
    "plus": (("{x} plus {k}", "{k} more than {x}"), "plus {k}", False, lambda x, k: ("+", x, k), lambda x, k: k - -x),
    "minus": (
        ("{x} minus {k}", "{k} less than {x}"),
        "minus {k}",
        False,
        lambda x, k: ("-", x, k),
        lambda x, k: -(k - x),
    ),
    "from": (
        ("{k} minus {x}", "{x} taken from {k}"),
        "taken from {k}",
        False,
        lambda x, k: ("-", k, x),
        lambda x, k: k + -x,
    ),
    "larger": (
        ("the larger of {x} and {k}", "the maximum of {x} and {k}"),
        "but at least {k}",
        False,
        lambda x, k: ("max", x, k),
        lambda x, k: k if x < k else x,
    ),
    "smaller": (
        ("the smaller of {x} and {k}", "the minimum of {x} and {k}"),
        "but at most {k}",
        False,
        lambda x, k: ("min", x, k),
        lambda x, k: k if x > k else x,
    ),
    "mod": (
        ("{x} modulo {k}", "{x} mod {k}"),
        "modulo {k}",
        True,
        lambda x, k: ("%", x, k),
        lambda x, k: divmod(x, k)[1],
    ),
    "div": (
        ("{x} divided by {k}, rounded down", "{x} over {k}, rounded down"),
        "divided by {k}, rounded down",
        True,
        lambda x, k: ("//", x, k),
        lambda x, k: divmod(x, k)[0],
    ),
    "square": (
        ("the square of {x}", "{x} squared"),
        "squared",
        True,
        lambda x, k: ("*", x, x),
        lambda x, k: abs(x) ** 2,
    ),
    "distance": (
        ("the distance from {x} to {k}",),
        "as its distance from {k}",
        False,
        lambda x, k: ("abs", ("-", x, k)),
        lambda x, k: max(x - k, k - x),
    ),
}
SYMBOLS = {"times": "*", "plus": "+", "minus": "-", "larger": "max", "smaller": "min", "mod": "%", "div": "//"}

_CONDS: dict[str, tuple[str, Callable[[Expr, int], Expr], Callable[[int, int], bool]]] = {
    "even": ("even", lambda x, k: ("==", ("%", x, 2), 0), lambda x, k: x & 1 == 0),
    "odd": ("odd", lambda x, k: ("==", ("%", x, 2), 1), lambda x, k: x & 1 == 1),
    "below": ("below {k}", lambda x, k: ("<", x, k), lambda x, k: k > x),
    "above": ("above {k}", lambda x, k: (">", x, k), lambda x, k: k < x),
    "at_least": ("at least {k}", lambda x, k: (">=", x, k), lambda x, k: not x < k),
    "at_most": ("at most {k}", lambda x, k: ("<=", x, k), lambda x, k: not x > k),
    "divisible": ("divisible by {k}", lambda x, k: ("==", ("%", x, k), 0), lambda x, k: x == x // k * k),
    "not_divisible": ("not divisible by {k}", lambda x, k: ("!=", ("%", x, k), 0), lambda x, k: x != x // k * k),
}
_AGGREGATES = {
    "sum": "the sum",
    "largest": "the largest",
    "smallest": "the smallest",
    "count": "the number of different values",
}
_SWAPS = {
    "plus": "minus",
    "minus": "plus",
    "larger": "smaller",
    "smaller": "larger",
    "mod": "div",
    "div": "mod",
    "from": "minus",
    "even": "odd",
    "odd": "even",
    "below": "at_most",
    "at_most": "below",
    "above": "at_least",
    "at_least": "above",
    "divisible": "not_divisible",
    "not_divisible": "divisible",
    "largest": "smallest",
    "smallest": "largest",
    "add": "subtract",
    "subtract": "add",
}

# Sampling --------------------------------------------------------------------------------------------------------

_ADDITIVE, _CLAMPS = ("plus", "minus", "from"), ("larger", "smaller", "distance")


def sample_step(rng: Random, before: str = "", top: int = 20) -> Spec:
    """A step that does not merge with the one before it (no plus after a plus)."""
    while True:
        name = rng.choice(("times", "plus", "minus", "from", "larger", "smaller", "mod", "div", "square", "distance"))
        if before and (name in ("from", "distance") or name == before or {name, before} <= set(_ADDITIVE)):
            continue
        if before in ("square", "times") and name in ("square", "times"):
            continue
        if name == "square":
            return (name,)
        return (name, rng.randint(2, 12) if name in ("times", "mod", "div") else rng.randint(1, top))


def sample_chain(rng: Random, num_steps: int, top: int = 20) -> Spec:
    """A chain in which every step matters: without any one of them it means something else."""
    while True:
        steps: list[Spec] = []
        for _ in range(num_steps):
            steps.append(sample_step(rng, steps[-1][0] if steps else "", top))
        values = _values(steps)
        if all(_values(steps[:index] + steps[index + 1 :]) != values for index in range(num_steps)):
            return ("chain", *steps)


def _values(steps: list[Spec]) -> list[int]:
    of = meaning(("chain", *steps))
    return [of(x) for x in range(-35, 95, 6)]


def sample_cond(rng: Random, top: int = 20) -> Spec:
    name = rng.choice(tuple(_CONDS))
    if name in ("even", "odd"):
        return (name,)
    return (name, rng.randint(3, 9) if "divisible" in name else rng.randint(-top // 4, top))


# Words -----------------------------------------------------------------------------------------------------------


def phrase(value: Spec, rng: Random, x: str = "x") -> str:
    """A noun phrase for a chain; a sentence's middle for a branch."""
    if value[0] == "branch":
        left, right = phrase(value[2], rng, x), phrase(value[3], rng, x)
        return f"if {x} is {cond_phrase(value[1])}, {left}; otherwise {right}"
    words, before = "", ""
    for name, *rest in value[1:]:
        k = rest[0] if rest else 0
        first, later, needs_all, _, _ = _STEPS[name]
        if not words:
            words = rng.choice(first).format(k=k, x=x, w=times_words(k) if k <= 20 else "")
        else:
            joint = "all " if needs_all and before not in ("larger", "smaller", "square", "mod") else ""
            words += f", {joint}{later.format(k=k)}"
        before = name
    return words


def cond_phrase(cond: Spec) -> str:
    return _CONDS[cond[0]][0].format(k=cond[1] if len(cond) > 1 else 0)


def describe(spec: Spec, rng: Random) -> str:
    """Whole sentences after "Write f(xs) ..." for folds and walks over a list of whole numbers."""
    if spec[0] == "fold":
        _, cond, value, aggregate, after = spec
        which = f"each number x in xs that is {cond_phrase(cond)}" if cond else "each number x in xs"
        end = phrase(after, rng, "t") if after else "t"
        among = "among them" if aggregate == "count" else "of these values"
        return (
            f"For {which}, take {_bracketed(value, rng)}. Let t be {_AGGREGATES[aggregate]} {among} (0 if there are "
            f"none). Return {end}."
        )
    _, start, cond, sign, value, other_sign, other, cap, reset = spec
    return (
        f"A total starts at {start}. For each number x in xs, in order: if x is {cond_phrase(cond)}, {sign} "
        f"{_bracketed(value, rng)}; otherwise {other_sign} {_bracketed(other, rng)}. Whenever the total is then above "
        f"{cap}, it becomes {reset}. Return the total."
    )


def _bracketed(value: Spec, rng: Random) -> str:
    return f"({phrase(value, rng)})" if value[0] == "branch" else phrase(value, rng)


# Programs --------------------------------------------------------------------------------------------------------


def expression(chain: Spec, x: Expr = "x") -> Expr:
    expr = x
    for name, *rest in chain[1:]:
        squared = ("**", expr, 2) if name == "square" and expr != x else None  # short for a long expression
        expr = squared or _STEPS[name][3](expr, rest[0] if rest else 0)
    return expr


def condition(cond: Spec, x: Expr = "x") -> Expr:
    return _CONDS[cond[0]][1](x, cond[1] if len(cond) > 1 else 0)


def _giving(value: Spec, give: Callable[[Expr], tuple[Any, ...]], x: str = "x") -> tuple[Any, ...]:
    """Statements that hand the value of x to `give`."""
    if value[0] == "branch":
        return (("if", condition(value[1], x), _giving(value[2], give, x), _giving(value[3], give, x)),)
    return (give(expression(value, x)),)


def function(spec: Spec, name: str = "f") -> Function:
    if spec[0] in ("chain", "branch"):
        return ("def", name, ("x",), _giving(spec, lambda expr: ("return", expr)))
    if spec[0] == "fold":
        return ("def", name, ("xs",), _fold_body(spec))
    _, start, cond, sign, value, other_sign, other, cap, reset = spec
    signs = {"add": "+=", "subtract": "-="}
    loop = (
        (
            "if",
            condition(cond),
            _giving(value, lambda expr: (signs[sign], "total", expr)),
            _giving(other, lambda expr: (signs[other_sign], "total", expr)),
        ),
        ("if", (">", "total", cap), (("=", "total", reset),), ()),
    )
    return ("def", name, ("xs",), (("=", "total", start), ("for", "x", "xs", loop), ("return", "total")))


def _fold_body(spec: Spec) -> tuple[Any, ...]:
    _, cond, value, aggregate, after = spec

    def result(t: Expr) -> Expr:
        return expression(after, t) if after else t

    if aggregate == "sum":
        take = _giving(value, lambda expr: ("+=", "t", expr))
        start: Any = ("=", "t", 0)
        end: tuple[Any, ...] = (("return", result("t")),)
    else:
        take = _giving(value, lambda expr: ("append", "values", expr))
        start = ("=", "values", ("list",))
        t = {"largest": ("max", "values"), "smallest": ("min", "values"), "count": ("len", ("set", "values"))}[
            aggregate
        ]
        end = (("if", "values", (("=", "t", t),), (("=", "t", 0),)), ("return", result("t")))
    loop = (("if", condition(cond), take, ()),) if cond else take
    return (start, ("for", "x", "xs", loop), *end)


# Meaning ---------------------------------------------------------------------------------------------------------


def meaning(spec: Spec) -> Callable[[Any], int]:
    """What the spec asks for, computed without the program."""
    if spec[0] == "chain":
        steps = [(_STEPS[name][4], rest[0] if rest else 0) for name, *rest in spec[1:]]

        def chain(x: int) -> int:
            for step, k in steps:
                x = step(x, k)
            return x

        return chain
    if spec[0] == "branch":
        holds, left, right = test(spec[1]), meaning(spec[2]), meaning(spec[3])
        return lambda x: left(x) if holds(x) else right(x)
    if spec[0] == "fold":
        return _fold_meaning(spec)
    _, start, cond, sign, value, other_sign, other, cap, reset = spec
    holds, first, second = test(cond), meaning(value), meaning(other)

    def walk(xs: list[int]) -> int:
        total: int = start
        for x in xs:
            change = first(x) if holds(x) else second(x)
            total += change if (sign if holds(x) else other_sign) == "add" else -change
            total = total if total <= cap else reset
        return total

    return walk


def _fold_meaning(spec: Spec) -> Callable[[Any], int]:
    _, cond, value, aggregate, after = spec
    holds = test(cond) if cond else lambda x: True
    of, end = meaning(value), meaning(after) if after else lambda t: t
    how: dict[str, Callable[[list[int]], int]]
    how = {"sum": sum, "largest": max, "smallest": min, "count": lambda values: len(set(values))}
    among = how[aggregate]

    def fold(xs: list[int]) -> int:
        values = [of(x) for x in xs if holds(x)]
        return end(among(values) if values else 0)

    return fold


def test(cond: Spec) -> Callable[[int], bool]:
    holds: Callable[[int, int], bool] = _CONDS[cond[0]][2]
    k = cond[1] if len(cond) > 1 else 0
    return lambda x: holds(x, k)


# Wrong readings --------------------------------------------------------------------------------------------------


def variants(spec: Spec) -> Iterator[tuple[str, Spec]]:
    """Specs one slip away: (name of the slip, spec). Some may mean the same."""
    head = spec[0] if spec else ""
    if isinstance(head, str) and head in _SWAPS:
        yield f"{head}_as_{_SWAPS[head]}", (_SWAPS[head], *spec[1:])
    if head == "branch" and spec[2] != spec[3]:
        yield "branches_swapped", (head, spec[1], spec[3], spec[2])
    if head == "chain" and len(spec) > 2:
        yield "last_step_lost", spec[:-1]
        yield "steps_swapped", (head, *spec[2:0:-1], *spec[3:])
    if head == "fold" and spec[1]:
        yield "filter_lost", (head, (), *spec[2:])
    for index, part in enumerate(spec):
        if isinstance(part, tuple):
            for name, changed in variants(part):
                yield name, (*spec[:index], changed, *spec[index + 1 :])
        elif isinstance(part, int):
            for name, by in (("one_more", 1), ("one_less", -1)):
                if part + by != 0:
                    yield name, (*spec[:index], part + by, *spec[index + 1 :])
        elif index and part in _SWAPS:
            yield f"{part}_as_{_SWAPS[part]}", (*spec[:index], _SWAPS[part], *spec[index + 1 :])


def constants(spec: Spec) -> list[int]:
    """All numbers in a spec, in order, without repeats."""
    found: list[int] = []
    for part in spec:
        for k in constants(part) if isinstance(part, tuple) else [part] if isinstance(part, int) else []:
            if k not in found:
                found.append(k)
    return found


def is_telling(spec: Spec) -> bool:
    """Whether its values differ enough for tests to tell it from others."""
    of = meaning(spec)
    return len({of(*args) for args in candidate_inputs(spec)}) >= 4


def candidate_inputs(spec: Spec) -> list[tuple[Any]]:
    """Inputs worth testing a spec on, edges first; derived from the spec alone."""
    rng = Random(repr(spec))
    edges = [k + by for k in constants(spec) for by in (0, 1, -1)]
    pool = list(dict.fromkeys((0, -1, *edges, 1, 7, -12, rng.randint(21, 99), rng.randint(-99, -21), 100)))
    if spec[0] in ("chain", "branch"):
        first, rest = pool[:2], pool[2:]
        rng.shuffle(rest)
        return [(x,) for x in (*first, *rest)][:24]
    lists: list[list[int]] = [[], [rng.choice(pool)]]
    for _ in range(18):
        size = rng.randint(2, 8)
        lists.append([rng.choice(pool) if rng.random() < 0.5 else rng.randint(-20, 30) for _ in range(size)])
    return [(xs,) for xs in lists]
