"""Write a function that needs dynamic programming along a line: ways counted, fewest, cheapest and best choices.

In ten steps, from easy to hard. Step 1: ways to climb a stair. Step 2: fewest coins. Step 3: numbers chosen apart.
Steps 4 and 5: subsequences that rise. Steps 5 to 7: a list cut into groups. Steps 7 to 9: trades with a fee and a
rest. Steps 9 and 10: knapsacks.

Levels 1 to 5 ask for one, of steps 1, 2, 4, 6 and 8. Levels 6 to 8 ask for two, of steps up to 8, each on its own
input, and their results joined; levels 9 and 10 for three, of steps up to 10. From level 2 on there is a last step on
the result, from level 4 on there are two. The meanings try everything, or search another way.
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

_WAYS = """\
ways = [1] + [0] * n
for i in range(1, n + 1):
    if i % {b} != 0:
        ways[i] = sum(ways[i - step] for step in {a} if step <= i)
return ways[n]"""
_COINS = """\
fewest = [0] + [n + 1] * n
for i in range(1, n + 1):
    for coin in {a}:
        if coin <= i:
            fewest[i] = min(fewest[i], fewest[i - coin] + 1)
return fewest[n] if fewest[n] <= n else {b}"""
_APART = """\
best = [0]
for i, x in enumerate(xs):
    worth = x - {c} if x > {b} else x
    best.append(max(best[i], best[max(0, i - {a})] + worth))
return best[-1]"""
_RISE = """\
best = []
for i, x in enumerate(xs):
    before = [best[j] for j in range(i) if {a} <= x - xs[j] <= {b}]
    best.append(1 + max(before, default=0))
return max(best, default=0)"""
_SPLIT = """\
cheapest = [0]
for end in range(1, len(xs) + 1):
    costs = []
    for start in range(max(0, end - {a}), end):
        costs.append(cheapest[start] + abs(sum(xs[start:end]) - {b}) + {c})
    cheapest.append(min(costs))
return cheapest[-1]"""
_TRADE = """\
free = [0] * (len(prices) + 1)
holding = -10 ** 9
for day, price in enumerate(prices):
    rested = free[max(0, day - {b})]
    free[day + 1] = max(free[day], holding + price - {a})
    holding = max(holding, rested - price)
return free[-1]"""
_KNAPSACK = """\
best = [0] * (capacity + 1)
for weight, value in items:
    value = min(value, {b})
    for _ in range({a}):
        for room in range(capacity, weight - 1, -1):
            best[room] = max(best[room], best[room - weight] + value)
return best[capacity]"""


# Meanings --------------------------------------------------------------------------------------------------------


def _ways(steps: tuple[int, ...], k: int) -> Callable[[int], int]:
    def value(n: int) -> int:
        @cache
        def onward(at: int) -> int:
            if at == n:
                return 1
            return sum(onward(at + step) for step in steps if at + step <= n and (at + step) % k)

        return onward(0)

    return value


def _coins(coins: tuple[int, ...], otherwise: int) -> Callable[[int], int]:
    def value(n: int) -> int:
        reached, count = {0}, 0
        while n not in reached:
            count += 1
            reached = {total + coin for total in reached for coin in coins if total + coin <= n}
            if not reached:
                return otherwise
        return count

    return value


def _apart(gap: int, limit: int, loss: int) -> Callable[[list[int]], int]:
    def value(xs: list[int]) -> int:
        worth = [x - loss if x > limit else x for x in xs]
        chosen = (c for size in range(len(xs) + 1) for c in combinations(range(len(xs)), size))
        return max(sum(worth[i] for i in c) for c in chosen if all(b - a > gap for a, b in pairwise(c)))

    return value


def _rise(low: int, high: int) -> Callable[[list[int]], int]:
    def value(xs: list[int]) -> int:
        @cache
        def after(i: int) -> int:
            return 1 + max((after(j) for j in range(i + 1, len(xs)) if low <= xs[j] - xs[i] <= high), default=0)

        return max((after(i) for i in range(len(xs))), default=0)

    return value


def _split(most: int, wanted: int, fee: int) -> Callable[[list[int]], int]:
    def value(xs: list[int]) -> int:
        costs = [0] if not xs else []
        for cuts in product((False, True), repeat=max(0, len(xs) - 1)):
            ends = [0, *(i + 1 for i, cut in enumerate(cuts) if cut), len(xs)]
            if xs and all(b - a <= most for a, b in pairwise(ends)):
                costs.append(sum(abs(sum(xs[a:b]) - wanted) + fee for a, b in pairwise(ends)))
        return min(costs)

    return value


def _trade(fee: int, rest: int) -> Callable[[list[int]], int]:
    def value(prices: list[int]) -> int:
        @cache
        def from_day(day: int) -> int:
            """The best from a day on, on which one may buy again."""
            deals = (
                prices[sell] - prices[buy] - fee + from_day(sell + 1 + rest)
                for buy in range(day, len(prices))
                for sell in range(buy + 1, len(prices))
            )
            return max(0, max(deals, default=0)) if day < len(prices) else 0

        return from_day(0)

    return value


def _knapsack(times: int, most: int) -> Callable[[list[list[int]], int], int]:
    def value(items: list[list[int]], capacity: int) -> int:
        takes = product(range(times + 1), repeat=len(items))
        weighed = ([(n * w, n * min(v, most)) for n, (w, v) in zip(take, items, strict=True)] for take in takes)
        return max(sum(v for _, v in bag) for bag in weighed if sum(w for w, _ in bag) <= capacity)

    return value


# Inputs ----------------------------------------------------------------------------------------------------------


def _upto(most: int) -> Callable[..., list[Args]]:
    return lambda rng, *constants: [(n,) for n in (0, 1, 2, *rng.sample(range(3, most), 9))]


def _lists(low: int, high: int, most: int = 8) -> Callable[..., list[Args]]:
    def inputs(rng: Random, *constants: Any) -> list[Args]:
        sizes = [0, 1, *(rng.randint(3, most) for _ in range(10))]
        return [([rng.randint(low, high) for _ in range(size)],) for size in sizes]

    return inputs


def _bags(rng: Random, *constants: Any) -> list[Args]:
    def items() -> list[list[int]]:
        return [[rng.randint(1, 9), rng.randint(1, 40)] for _ in range(rng.randint(2, 4))]

    return [([], 5), (items(), 0), *((items(), rng.randint(4, 20)) for _ in range(9))]


def _between(rng: Random, *ranges: tuple[int, int]) -> Constants:
    return tuple(rng.randint(low, high) for low, high in ranges)


def _some(rng: Random, low: int, high: int) -> tuple[int, ...]:
    return tuple(sorted(rng.sample(range(low, high), 3)))


TASKS = {
    "ways": Task(
        draw=lambda level, rng: (_some(rng, 1, 8), rng.randint(3, 12)),
        params="n",
        words="A stair has steps 1 to n above the floor. Every move climbs one of the numbers of steps in {a}, and "
        "you must not stand on a step whose number is divisible by {b}. Return the number of ways from the floor to "
        "exactly step n (1 for n = 0).",
        source=_WAYS,
        meaning=_ways,
        inputs=_upto(22),
        slips=(
            ("all_steps_allowed", "    if i % {b} != 0:\n        ways[i]", "    if True:\n        ways[i]"),
            ("floor_lost", "[1] + [0] * n", "[0] + [1] * n"),
            ("strictly_less", "if step <= i", "if step < i"),
        ),
        plan="ways[i] is the sum of the ways to each step from which one move leads to i.",
        nudged=(1,),
    ),
    "coins": Task(
        draw=lambda level, rng: (_some(rng, 2, 16), rng.randint(-9, -1)),
        params="n",
        words="There are coins of the values {a}, as many of each as you like. Return the least number of coins that "
        "make exactly n, or {b} if none do.",
        source=_COINS,
        meaning=_coins,
        inputs=_upto(60),
        slips=(
            ("greedy", "for coin in {a}:", "for coin in {a}[-1:]:"),
            ("one_too_many", "fewest[i - coin] + 1)", "fewest[i - coin] + 2)"),
            ("not_told_apart", "if fewest[n] <= n else {b}", ""),
        ),
        plan="fewest[i] is one more than the least of fewest[i - coin]; n + 1 stands for impossible.",
        nudged=(1,),
    ),
    "apart": Task(
        draw=lambda level, rng: _between(rng, (1, 3), (5, 20), (1, 15)),
        params="xs",
        words="Choose numbers of the list xs (or none); between two chosen ones there must be at least {a} others in "
        "the list. A chosen number x counts x, but x - {c} if it is above {b}. Return the largest sum.",
        source=_APART,
        meaning=_apart,
        inputs=_lists(-5, 30),
        slips=(
            ("too_near", "max(0, i - {a})", "max(0, i - {a} + 1)"),
            ("loss_lost", "x - {c} if x > {b} else x", "x"),
            ("must_take_last", "max(best[i], best[max(0, i - {a})] + worth)", "best[max(0, i - {a})] + worth"),
        ),
        plan="best[i] is for the first i numbers: leave the next out, or take it on top of best {a} further back.",
        nudged=(1, 2),
    ),
    "rise": Task(
        draw=lambda level, rng: (low := rng.randint(0, 9), low + rng.randint(1, 30)),
        params="xs",
        words="Choose numbers of the list xs, keeping their order, so that each is at least {a} and at most {b} "
        "larger than the one chosen before it. Return how many can be chosen at most.",
        source=_RISE,
        meaning=_rise,
        inputs=_lists(0, 40, most=11),
        slips=(
            ("low_end_lost", "{a} <= x - xs[j]", "{a} < x - xs[j]"),
            ("no_limit", " <= {b}]", "]"),
            ("neighbours_only", "for j in range(i) if", "for j in range(max(0, i - 1), i) if"),
        ),
        plan="best[i] is the most that end with number i: one more than the best of all earlier ones that may precede "
        "it.",
        nudged=(0, 1),
    ),
    "split": Task(
        draw=lambda level, rng: _between(rng, (2, 3), (5, 30), (1, 12)),
        params="xs",
        words="Cut the list xs into groups of neighbours, each of at most {a} numbers. A group costs {c} plus the "
        "distance of its sum from {b}. Return the least cost of all groups together (0 for the empty list).",
        source=_SPLIT,
        meaning=_split,
        inputs=_lists(-5, 20),
        slips=(
            ("fee_lost", " + {c})", ")"),
            ("any_size", "range(max(0, end - {a}), end)", "range(end)"),
            ("no_distance", "abs(sum(xs[start:end]) - {b})", "(sum(xs[start:end]) - {b})"),
        ),
        plan="cheapest[end] is for the first end numbers: try every start of the last group.",
        nudged=(1, 2),
    ),
    "trade": Task(
        draw=lambda level, rng: _between(rng, (1, 15), (1, 3)),
        params="prices",
        words="prices[d] is the price on day d. You may hold at most one piece, buy and sell on different days, as "
        "often as you like; each sale costs a fee of {a}, and after a sale the next {b} days allow no purchase. "
        "Return the largest profit (0 if no deal pays).",
        source=_TRADE,
        meaning=_trade,
        inputs=_lists(1, 50),
        slips=(
            ("fee_lost", " - {a})", ")"),
            ("no_rest", "free[max(0, day - {b})]", "free[day]"),
            ("one_deal", "rested - price", "-price"),
        ),
        plan="Keep the best profit after each day with empty hands, and the best while holding; buy from {b} days "
        "before.",
        nudged=(0, 1),
    ),
    "knapsack": Task(
        draw=lambda level, rng: _between(rng, (1, 2), (10, 38)),
        params="items, capacity",
        words="items is a list of [weight, value]. Each item may be packed up to {a} times, the total weight must not "
        "be above capacity, and any value above {b} counts as {b}. Return the largest total value.",
        source=_KNAPSACK,
        meaning=_knapsack,
        inputs=_bags,
        slips=(
            ("without_end", "range(capacity, weight - 1, -1)", "range(weight, capacity + 1)"),
            ("limit_lost", "value = min(value, {b})", "value = max(value, 0)"),
            ("never_exactly_full", "best[capacity]", "best[capacity - 1]"),
        ),
        plan="best[room] is the most for that much room; take each item {a} times, from the largest room down.",
        nudged=(0, 1),
    ),
}

_STEPS = {
    1: ("ways",),
    2: ("coins", "ways"),
    3: ("apart",),
    4: ("rise", "apart"),
    5: ("rise", "split"),
    6: ("split",),
    7: ("split", "trade"),
    8: ("trade",),
    9: ("trade", "knapsack"),
    10: ("knapsack",),
}
FAMILY = joined_family(
    name="dynamic_programming", version=2, topic="dynamic programming", doc=__doc__ or "", tasks=TASKS, steps=_STEPS
)
EARLIER = task_family(name="dynamic_programming", version=1, topic="dynamic programming", tasks=TASKS, levels=_STEPS)
