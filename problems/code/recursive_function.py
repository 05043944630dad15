"""Write a function that is defined by itself: recurrences, and choices counted one after the other.

In ten steps, from easy to hard. Steps 1 and 2: a linear recurrence of one and of two terms. Step 3: a rule that
differs for even and odd. Step 4: two sequences that call each other. Steps 5 and 6: a sequence that picks earlier
values by its own. Steps 7 and 8: choices counted in a list. Steps 9 and 10: sequences of moves counted.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import combinations, pairwise, product
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

_MODULI = (97, 101, 997, 1009, 10007)


def _small_numbers(most: int) -> Callable[..., list[Args]]:
    def inputs(rng: Random, *constants: Any) -> list[Args]:
        return [(n,) for n in (0, 1, 2, 3, *rng.sample(range(4, most), 8))]

    return inputs


def _linear(a: int, b: int, c: int, m: int) -> Callable[[int], int]:
    return lambda n: (b**n * a + c * sum(b**i for i in range(n))) % m if n else a


def _two_terms(a: int, b: int, p: int, q: int, r: int, m: int) -> Callable[[int], int]:
    @cache
    def value(n: int) -> int:
        return (a, b)[n] if n < 2 else (p * value(n - 1) + q * value(n - 2) + r) % m

    return value


def _parity(a: int, b: int, c: int, d: int, m: int) -> Callable[[int], int]:
    def value(n: int) -> int:
        values = [a]
        for i in range(1, n + 1):
            values.append((values[i // 2] + b if i % 2 == 0 else values[i - 1] * c + d) % m)
        return values[n]

    return value


def _mutual(a: int, b: int, p: int, q: int, r: int, m: int) -> Callable[[int], int]:
    def value(n: int) -> int:
        g, h = a, b
        for i in range(1, n + 1):
            g, h = (g + p * h + i) % m, (q * g + h + r) % m
        return g

    return value


def _self_indexed(a: int, b: int, c: int) -> Callable[[int], int]:
    @cache
    def value(n: int) -> int:
        return value(max(0, n - 1 - value(n - 1) % b)) + n % c + 1 if n else a

    return value


def _subsets(m: int, r: int, gap: int) -> Callable[[list[int]], int]:
    def value(xs: list[int]) -> int:
        chosen = (places for size in range(len(xs) + 1) for places in combinations(range(len(xs)), size))
        far = (places for places in chosen if all(b - a > gap for a, b in pairwise(places)))
        return sum(sum(xs[i] for i in places) % m == r for places in far)

    return value


def _sequences(moves: tuple[int, ...], low: int, high: int) -> Callable[[int, int], int]:
    def value(start: int, n: int) -> int:
        count = 0
        for steps in product(moves, repeat=n):
            at = [start + sum(steps[: i + 1]) for i in range(n)]
            count += all(low <= x <= high for x in at)
        return count

    return value


_SUBSETS = """\
def count(start, rest):
    total = 1 if rest == {b} else 0
    for i in range(start, len(xs)):
        total += count(i + 1 + {c}, (rest + xs[i]) % {a})
    return total
return count(0, 0)"""
_SEQUENCES = """\
if n == 0:
    return 1
total = 0
for move in {a}:
    if {b} <= start + move <= {c}:
        total += {self}(start + move, n - 1)
return total"""
_MUTUAL = """\
if n == 0:
    return {a}
g_value, h_value = {a}, {b}
for i in range(1, n + 1):
    g_value, h_value = (g_value + {c} * h_value + i) % {f}, ({d} * g_value + h_value + {e}) % {f}
return g_value"""


def _digits(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


def _choice_inputs(rng: Random, *constants: Any) -> list[Args]:
    lists = [[rng.randint(0, 30) for _ in range(size)] for size in (7, 6, 8, 5, 4, 7, 3, 6, 2)]
    return [([],), ([rng.randint(1, 9)],), *((xs,) for xs in lists)]


def _walk_inputs(rng: Random, moves: tuple[int, ...], low: int, high: int) -> list[Args]:
    return [(low, 0), (high, 1), *((rng.randint(low, high), rng.randint(1, 5)) for _ in range(9))]


TASKS = {
    "linear": Task(
        draw=lambda level, rng: (*_digits(rng, (1, 9), (2, 9), (1, 20)), rng.choice(_MODULI)),
        params="n",
        words="Let g(0) be {a}, and for n > 0 let g(n) be the remainder of {b} * g(n - 1) + {c} modulo {d}. Return "
        "g(n).",
        source="if n == 0:\n    return {a}\nreturn ({b} * {self}(n - 1) + {c}) % {d}",
        meaning=_linear,
        inputs=_small_numbers(60),
        slips=(("adds_n", "+ {c})", "+ n)"), ("start_lost", "return {a}", "return 0"), ("no_modulo", " % {d}", "")),
        plan="The base case n = 0 gives {a}; every other case calls itself with n - 1.",
        nudged=(1, 2),
    ),
    "two_terms": Task(
        draw=lambda level, rng: (*_digits(rng, (0, 9), (0, 9), (1, 5), (1, 5), (1, 9)), rng.choice(_MODULI)),
        params="n",
        words="Let g(0) be {a}, g(1) be {b}, and for n > 1 let g(n) be the remainder of {c} * g(n - 1) + {d} * g(n - "
        "2) + {e} modulo {f}. Return g(n).",
        source="x, y = {a}, {b}\nfor _ in range(n):\n    x, y = y, ({c} * y + {d} * x + {e}) % {f}\nreturn x",
        meaning=_two_terms,
        inputs=_small_numbers(60),
        slips=(
            ("half_the_terms", " + {d} * x", ""),
            ("one_too_far", "return x", "return y"),
            ("constant_lost", " + {e})", ")"),
        ),
        plan="Calling itself twice would take too long: keep the last two values, from {a} and {b}, and move on n "
        "times.",
        nudged=(0, 4),
    ),
    "parity": Task(
        draw=lambda level, rng: (*_digits(rng, (0, 9), (1, 20), (2, 9), (1, 20)), rng.choice(_MODULI)),
        params="n",
        words="Let g(0) be {a}. For n > 0 let g(n) be the remainder modulo {e} of g(n / 2) + {b} if n is even, and of "
        "{c} * g(n - 1) + {d} if n is odd. Return g(n).",
        source="if n == 0:\n    return {a}\nif n % 2 == 0:\n    return ({self}(n // 2) + {b}) % {e}\n"
        "return ({c} * {self}(n - 1) + {d}) % {e}",
        meaning=_parity,
        inputs=_small_numbers(200),
        slips=(
            ("cases_swapped", "n % 2 == 0", "n % 2 == 1"),
            ("one_less_when_even", "n // 2", "n - 1"),
            ("start_lost", "return {a}", "return 0"),
        ),
        plan="Three cases: n = 0 gives {a}; an even n calls itself with half of n, an odd n with n - 1.",
        nudged=(1, 2, 3),
    ),
    "mutual": Task(
        draw=lambda level, rng: (*_digits(rng, (0, 9), (0, 9), (1, 5), (1, 5), (1, 9)), rng.choice(_MODULI)),
        params="n",
        words="Let p(0) be {a} and q(0) be {b}. For n > 0 let p(n) be the remainder of p(n - 1) + {c} * q(n - 1) + n "
        "modulo {f}, and q(n) that of {d} * p(n - 1) + q(n - 1) + {e} modulo {f}. Return p(n).",
        source=_MUTUAL,
        meaning=_mutual,
        inputs=_small_numbers(60),
        slips=(
            ("one_after_the_other", "_value = (g_value", "_value = (h_value"),
            ("index_lost", " + i)", ")"),
            ("returns_the_other", "return g_value", "return h_value"),
        ),
        plan="Both values of n - 1 are needed for both of n: carry the pair along, from {a} and {b}.",
        nudged=(1, 2, 4),
    ),
    "self_indexed": Task(
        draw=lambda level, rng: _digits(rng, (0, 30), (3, 20), (2, 15)),
        params="n",
        words="Let g(0) be {a}. For n > 0 let m be n - 1 minus the remainder of g(n - 1) modulo {b}, but at least 0, "
        "and let g(n) be g(m) + the remainder of n modulo {c} + 1. Return g(n).",
        source="values = [{a}]\nfor i in range(1, n + 1):\n    m = max(0, i - 1 - values[i - 1] % {b})\n"
        "    values.append(values[m] + i % {c} + 1)\nreturn values[n]",
        meaning=_self_indexed,
        inputs=_small_numbers(50),
        slips=(
            ("no_floor", "max(0, i - 1 - values[i - 1] % {b})", "i - 1 - values[i - 1] % {b}"),
            ("one_lost", " % {c} + 1", " % {c}"),
            ("back_from_i", "i - 1 - values", "i - 2 - values"),
        ),
        plan="Each value needs earlier ones at places known only then: fill a list from g(0) = {a} on.",
        nudged=(0, 1, 2),
    ),
    "subsets": Task(
        draw=lambda level, rng: _draw_subsets(rng),
        params="xs",
        words="Choose any numbers of the list xs (also none), but between two chosen ones there must always be at "
        "least {c} others in the list. Return the number of choices (by places) whose sum has the remainder {b} "
        "modulo {a}.",
        source=_SUBSETS,
        meaning=_subsets,
        inputs=_choice_inputs,
        slips=(
            ("gap_lost", "i + 1 + {c}", "i + 1"),
            ("empty_choice_lost", "total = 1 if rest == {b} else 0", "total = 1 if rest == {b} and start else 0"),
            ("any_order", "range(start, len(xs))", "range(start + 1, len(xs))"),
        ),
        plan="count(start, rest): the choices from place start on, when those so far leave the remainder rest; "
        "try each next place.",
    ),
    "sequences": Task(
        draw=lambda level, rng: (tuple(sorted(rng.sample(range(-4, 6), 3))), rng.randint(-6, 0), rng.randint(3, 9)),
        params="start, n",
        words="A token stands at start. In each of n moves one of the numbers in {a} is added to its place, and it "
        "must never leave the range from {b} to {c} (both included). Return the number of different sequences of n "
        "moves.",
        source=_SEQUENCES,
        meaning=_sequences,
        inputs=_walk_inputs,
        slips=(
            ("upper_end_lost", "start + move <= {c}", "start + move < {c}"),
            ("lower_end_lost", "{b} <= start", "{b} < start"),
            ("checks_only_the_top", "{b} <= start + move <= {c}", "start + move <= {c}"),
        ),
        plan="With no moves left there is one way. Otherwise add up the ways after each move that stays in the range.",
    ),
}


def _draw_subsets(rng: Random) -> Constants:
    m = rng.randint(3, 9)
    return m, rng.randrange(m), rng.randint(1, 2)


_STEPS = {
    1: ("linear",),
    2: ("two_terms",),
    3: ("parity",),
    4: ("mutual", "parity"),
    5: ("mutual", "self_indexed"),
    6: ("self_indexed",),
    7: ("subsets", "self_indexed"),
    8: ("subsets",),
    9: ("subsets", "sequences"),
    10: ("sequences",),
}
FAMILY = joined_family(
    name="recursive_function", version=2, topic="recursion", doc=__doc__ or "", tasks=TASKS, steps=_STEPS
)
EARLIER = task_family(name="recursive_function", version=1, topic="recursion", tasks=TASKS, levels=_STEPS)
