"""Write a function that simulates something step by step: a counter, a robot, an account, a cache, a schedule.

In ten steps, from easy to hard. Steps 1 and 2: a counter with limits. Steps 3 and 4: a robot on a torus. Steps 4 to
6: an account with fees. Steps 6 to 8: a cache that forgets. Steps 8 to 10: jobs that take turns.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable
from random import Random
from typing import Any

from tracemill.problems.code.function_tasks import Constants, Task, task_family
from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.joined_tasks import joined_family

_COUNTER = """\
value = {a}
for c in s:
    if c == '+':
        value = min(value + {b}, {d})
    else:
        value = max(value - {c}, 0)
return value"""
_ROBOT = """\
x = y = 0
dx, dy = 0, 1
for c in s:
    if c == 'L':
        dx, dy = -dy, dx
    elif c == 'R':
        dx, dy = dy, -dx
    else:
        x, y = (x + dx * {a}) % {b}, (y + dy * {a}) % {c}
return x * {c} + y"""
_ACCOUNT = """\
balance = 0
for number, amount in enumerate(amounts, 1):
    if balance + amount >= -{a}:
        balance += amount
        if balance < 0:
            balance -= {b}
    if number % {c} == 0 and balance > 0:
        balance += balance // 10
return balance"""
_CACHE = """\
kept, total = [], 0
for key in keys:
    if key in kept:
        kept.remove(key)
        total += {b}
    else:
        total -= {c}
        if len(kept) == {a}:
            kept.pop(0)
    kept.append(key)
return total"""
_JOBS = """\
queue = [[i, t] for i, t in enumerate(times)]
now = total = 0
while queue:
    i, left = queue.pop(0)
    work = min(left, {a})
    now += work + {b}
    if left > work:
        queue.append([i, left - work])
    else:
        total += now * (2 if i % {c} == 0 else 1)
return total"""


# Meanings --------------------------------------------------------------------------------------------------------


def _counter(start: int, up: int, down: int, top: int) -> Callable[[str], int]:
    def value(s: str) -> int:
        if not s:
            return start
        before = value(s[:-1])
        return sorted((0, before + up if s[-1] == "+" else before - down, top if s[-1] == "+" else before))[1]

    return value


def _robot(step: int, width: int, height: int) -> Callable[[str], int]:
    """Turns counted first; complex numbers for the way."""

    def value(s: str) -> int:
        at = 0j
        for place, c in enumerate(s):
            turns = s[:place].count("L") - s[:place].count("R")
            at += step * 1j * (1, 1j, -1, -1j)[turns % 4] if c == "F" else 0
        return round(at.real) % width * height + round(at.imag) % height

    return value


def _account(limit: int, fee: int, every: int) -> Callable[[list[int]], int]:
    def value(amounts: list[int]) -> int:
        if not amounts:
            return 0
        before = value(amounts[:-1])
        after = before + amounts[-1]
        if after < -limit:
            after = before
        elif after < 0:
            after -= fee
        return after + after // 10 if len(amounts) % every == 0 and after > 0 else after

    return value


def _cache(size: int, hit: int, miss: int) -> Callable[[list[int]], int]:
    def value(keys: list[int]) -> int:
        kept: OrderedDict[int, None] = OrderedDict()
        total = 0
        for key in keys:
            total += hit if key in kept else -miss
            kept[key] = None
            kept.move_to_end(key)
            while len(kept) > size:
                kept.popitem(last=False)
        return total

    return value


def _jobs(slice_: int, change: int, k: int) -> Callable[[list[int]], int]:
    """Round by round: how much of each round comes before a job's last turn."""

    def value(times: list[int]) -> int:
        queue = deque((i, -(-max(t, 1) // slice_), t) for i, t in enumerate(times))
        ends: dict[int, int] = {}
        rounds = max((turns for _, turns, _ in queue), default=0)
        now = 0
        for turn in range(1, rounds + 1):
            for i, turns, t in queue:
                if turn <= turns:
                    now += change + (slice_ if turn < turns else t - slice_ * (turns - 1))
                if turn == turns:
                    ends[i] = now
        return sum(end * (1 + (i % k == 0)) for i, end in ends.items())

    return value


# Inputs ----------------------------------------------------------------------------------------------------------


def _texts(letters: str, most: int) -> Callable[..., list[Args]]:
    def inputs(rng: Random, *constants: Any) -> list[Args]:
        sizes = [0, 1, *(rng.randint(3, most) for _ in range(10))]
        return [("".join(rng.choice(letters) for _ in range(size)),) for size in sizes]

    return inputs


def _lists(low: int, high: int, least: int = 0, most: int = 12) -> Callable[..., list[Args]]:
    def inputs(rng: Random, *constants: Any) -> list[Args]:
        sizes = [least, least + 1, *(rng.randint(3, most) for _ in range(10))]
        return [([rng.randint(low, high) for _ in range(size)],) for size in sizes]

    return inputs


def _between(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


TASKS = {
    "counter": Task(
        draw=lambda level, rng: _between(rng, (0, 9), (2, 9), (2, 9), (15, 30)),
        params="s",
        words="A counter starts at {a}. For each character of s, in order: at '+' it goes up by {b}, but never above "
        "{d}; at '-' it goes down by {c}, but never below 0. Return its last value.",
        source=_COUNTER,
        meaning=_counter,
        inputs=_texts("++-", 12),
        slips=(
            ("no_top", "min(value + {b}, {d})", "value + {b}"),
            ("no_floor", "max(value - {c}, 0)", "value - {c}"),
            ("signs_swapped", "c == '+'", "c == '-'"),
        ),
        plan="Go through the characters and keep the value between 0 and {d}.",
        nudged=(0, 1, 2),
    ),
    "robot": Task(
        draw=lambda level, rng: _between(rng, (1, 5), (5, 20), (5, 20)),
        params="s",
        words="A robot stands at (0, 0) and looks up (to larger y). For each character of s: L turns it left, R turns "
        "it right, F moves it {a} ahead. x is always taken modulo {b} and y modulo {c}. Return x * {c} + y at the end.",
        source=_ROBOT,
        meaning=_robot,
        inputs=_texts("LRFFF", 14),
        slips=(
            ("turns_swapped", "if c == 'L'", "if c == 'R'"),
            ("looks_right", "dx, dy = 0, 1", "dx, dy = 1, 0"),
            ("one_step", "dx * {a}", "dx"),
            ("never_turns", "        dx, dy = dy, -dx", "        dx, dy = dx, dy"),
        ),
        plan="Keep the place and the direction; a left turn makes (dx, dy) into (-dy, dx).",
        nudged=(0, 1, 2),
    ),
    "account": Task(
        draw=lambda level, rng: _between(rng, (5, 30), (1, 9), (2, 5)),
        params="amounts",
        words="An account starts at 0. The amounts are booked in order (negative ones are withdrawals), but one that "
        "would take the balance below -{a} is refused. After a booking that leaves the balance below 0 a fee of {b} "
        "is taken. After every {c}th amount, booked or refused, a positive balance grows by a tenth of itself, "
        "rounded down. Return the balance.",
        source=_ACCOUNT,
        meaning=_account,
        inputs=_lists(-30, 40),
        slips=(
            ("nothing_refused", "if balance + amount >= -{a}:", "if True:"),
            ("fee_lost", "            balance -= {b}", "            balance -= 0"),
            ("counted_from_0", "enumerate(amounts, 1)", "enumerate(amounts)"),
            ("refused_at_0", ">= -{a}", ">= 0"),
        ),
        plan="For each amount: refuse or book it, take the fee, then see whether it is time for the tenth.",
        nudged=(0, 1, 2),
    ),
    "cache": Task(
        draw=lambda level, rng: _between(rng, (2, 4), (1, 20), (1, 20)),
        params="keys",
        words="A cache keeps at most {a} keys. Each of the keys is asked for in order: if it is kept, that gains {b}; "
        "if not, it costs {c} and the key is now kept; where that is one too many, the one not asked for the longest "
        "is forgotten. Return gains minus costs.",
        source=_CACHE,
        meaning=_cache,
        inputs=_lists(1, 5, most=14),
        slips=(
            (
                "first_in_first_out",
                "        kept.remove(key)\n        total += {b}\n",
                "        total += {b}\n        continue\n",
            ),
            ("never_forgets", "            kept.pop(0)", "            pass"),
            ("forgets_the_newest", "kept.pop(0)", "kept.pop()"),
        ),
        plan="Keep a list of keys, the least recently used first: a hit moves its key to the end.",
        nudged=(0, 1, 2),
    ),
    "jobs": Task(
        draw=lambda level, rng: _between(rng, (2, 9), (0, 9), (2, 4)),
        params="times",
        words="Job i needs times[i] (at least 1). The jobs wait in a queue in this order. The first one runs for at "
        "most {a}, then a change costs {b}; if the job is not done it goes to the end of the queue, and else it ends "
        "now, after the change. Return the sum of the times at which the jobs end, where those of jobs with an index "
        "divisible by {c} count twice.",
        source=_JOBS,
        meaning=_jobs,
        inputs=_lists(1, 20, most=6),
        slips=(
            ("change_lost", "now += work + {b}", "now += work"),
            ("never_interrupted", "min(left, {a})", "left"),
            ("back_to_the_front", "queue.append([i, left - work])", "queue.insert(0, [i, left - work])"),
            ("ends_before_the_change", "total += now * ", "total += (now - {b}) * "),
        ),
        plan="Keep a queue of jobs with what they still need, and the time so far.",
        nudged=(0, 1),
    ),
}

_STEPS = {
    1: ("counter",),
    2: ("counter",),
    3: ("robot",),
    4: ("robot", "account"),
    5: ("account",),
    6: ("account", "cache"),
    7: ("cache",),
    8: ("cache", "jobs"),
    9: ("jobs",),
    10: ("jobs",),
}
FAMILY = joined_family(
    name="simulate_function", version=2, topic="simulation", doc=__doc__ or "", tasks=TASKS, steps=_STEPS
)
EARLIER = task_family(name="simulate_function", version=1, topic="simulation", tasks=TASKS, levels=_STEPS)
