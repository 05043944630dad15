"""Write a function over a list of whole numbers: steps in a row that change the list, the last often to a number.

Levels 1 and 2 have one and two steps; level 3 has three; from level 4 on harder steps are drawn too (running
values, runs, neighbours, most common); the number of steps rises to eight at level 10.
"""

from __future__ import annotations

from itertools import accumulate, groupby, pairwise
from random import Random

from tracemill.problems.code.hidden_tests import Args
from tracemill.problems.code.pipelines import Material, Op, Table, between, pipeline_family


def _take_while(xs: list[int], k: int) -> list[int]:
    end = next((i for i, x in enumerate(xs) if x >= k), len(xs))
    return [xs[i] for i in range(end)]


def _insertion(xs: list[int]) -> list[int]:
    out: list[int] = []
    for x in xs:
        out.insert(sum(1 for y in out if y <= x), x)
    return out


def _longest_rise(xs: list[int]) -> int:
    lengths = [0] * len(xs)
    for i, x in enumerate(xs):
        lengths[i] = 1 + (lengths[i - 1] if i and xs[i - 1] < x else 0)
    return max(lengths, default=0)


def _best_stretch(xs: list[int]) -> int:
    return max((sum(xs[i:j]) for i in range(len(xs)) for j in range(i + 1, len(xs) + 1)), default=0)


TABLE: Table = {
    # one for one
    "add": Op("xs", "xs", "add {k} to each number", "xs = [x + {k} for x in xs]", lambda xs, k: [k - -x for x in xs],
        between(2, 20)),
    "times": Op("xs", "xs", "multiply each number by {k}", "xs = [x * {k} for x in xs]",
        lambda xs, k: [sum([x] * k) for x in xs], between(2, 5)),
    "mod": Op("xs", "xs", "replace each number by its remainder modulo {k}", "xs = [x % {k} for x in xs]",
        lambda xs, k: [divmod(x, k)[1] for x in xs], between(3, 15)),
    "div": Op("xs", "xs", "divide each number by {k}, rounding down", "xs = [x // {k} for x in xs]",
        lambda xs, k: [divmod(x, k)[0] for x in xs], between(2, 5)),
    "at_most": Op("xs", "xs", "replace each number above {k} by {k}", "xs = [min(x, {k}) for x in xs]",
        lambda xs, k: [k if x > k else x for x in xs], between(3, 25)),
    "at_least": Op("xs", "xs", "replace each number below {k} by {k}", "xs = [max(x, {k}) for x in xs]",
        lambda xs, k: [k if x < k else x for x in xs], between(-5, 15)),
    "from": Op("xs", "xs", "subtract each number from {k}", "xs = [{k} - x for x in xs]",
        lambda xs, k: [-(x - k) for x in xs], between(5, 40)),
    "distance": Op("xs", "xs", "replace each number by its distance from {k}", "xs = [abs(x - {k}) for x in xs]",
        lambda xs, k: [max(x - k, k - x) for x in xs], between(2, 20)),
    "square": Op("xs", "xs", "square each number", "xs = [x * x for x in xs]", lambda xs: [abs(x) ** 2 for x in xs]),
    "times_place": Op("xs", "xs", "multiply each number by its index (from 0)",
        "xs = [i * x for i, x in enumerate(xs)]", lambda xs: [xs[i] * i for i in range(len(xs))]),
    # fewer or in another order
    "above": Op("xs", "xs", "keep the numbers above {k}", "xs = [x for x in xs if x > {k}]",
        lambda xs, k: list(filter(lambda x: not x <= k, xs)), between(-10, 15)),
    "below": Op("xs", "xs", "keep the numbers below {k}", "xs = [x for x in xs if x < {k}]",
        lambda xs, k: list(filter(lambda x: not x >= k, xs)), between(0, 25)),
    "even": Op("xs", "xs", "keep the even numbers", "xs = [x for x in xs if x % 2 == 0]",
        lambda xs: [x for x in xs if not x & 1]),
    "odd": Op("xs", "xs", "keep the odd numbers", "xs = [x for x in xs if x % 2 == 1]",
        lambda xs: [x for x in xs if x & 1]),
    "drop_multiples": Op("xs", "xs", "drop the multiples of {k}", "xs = [x for x in xs if x % {k} != 0]",
        lambda xs, k: [x for x in xs if x != x // k * k], between(3, 7)),
    "reverse": Op("xs", "xs", "reverse the list", "xs = xs[::-1]", lambda xs: list(reversed(xs))),
    "sort": Op("xs", "xs", "sort the list", "xs = sorted(xs)", _insertion),
    "rotate": Op("xs", "xs", "move the first {k} numbers to the end", "xs = xs[{k}:] + xs[:{k}]",
        lambda xs, k: (xs + xs[:k])[min(k, len(xs)) :], between(1, 4)),
    "first": Op("xs", "xs", "keep only the first {k} numbers", "xs = xs[:{k}]",
        lambda xs, k: [x for i, x in enumerate(xs) if i < k], between(3, 8)),
    "skip": Op("xs", "xs", "drop the first {k} numbers", "xs = xs[{k}:]",
        lambda xs, k: [x for i, x in enumerate(xs) if i >= k], between(1, 4)),
    "every": Op("xs", "xs", "keep the numbers at indices divisible by {k}", "xs = xs[::{k}]",
        lambda xs, k: [x for i, x in enumerate(xs) if i % k == 0], between(2, 3)),
    "append": Op("xs", "xs", "append the number {k}", "xs = xs + [{k}]", lambda xs, k: [*xs, k], between(1, 30)),
    "total": Op("xs", "xs", "append the sum of the numbers", "xs = xs + [sum(xs)]",
        lambda xs: [*xs, [0, *accumulate(xs)][-1]]),
    "unique": Op("xs", "xs", "drop repeated numbers, keeping the first of each", "xs = list(dict.fromkeys(xs))",
        lambda xs: [x for i, x in enumerate(xs) if x not in xs[:i]]),
    "until": Op("xs", "xs", "keep the numbers before the first one that is at least {k}",
        "out = []\nfor x in xs:\n    if x >= {k}:\n        break\n    out.append(x)\nxs = out", _take_while,
        between(8, 28), hard=True),
    "sums": Op("xs", "xs", "replace the list by its running sums", "xs = [sum(xs[:i + 1]) for i in range(len(xs))]",
        lambda xs: list(accumulate(xs)), hard=True),
    "maxima": Op("xs", "xs", "replace the list by its running maxima", "xs = [max(xs[:i + 1]) for i in range(len(xs))]",
        lambda xs: list(accumulate(xs, max)), hard=True),
    "differences": Op("xs", "xs",
        "replace the list by the differences of neighbours (each number minus the one before it)",
        "xs = [xs[i] - xs[i - 1] for i in range(1, len(xs))]", lambda xs: [b - a for a, b in pairwise(xs)], hard=True),
    "pair_sums": Op("xs", "xs", "replace the list by the sums of neighbours",
        "xs = [xs[i] + xs[i + 1] for i in range(len(xs) - 1)]", lambda xs: [a + b for a, b in pairwise(xs)], hard=True),
    "blocks": Op("xs", "xs", "replace each block of {k} numbers by its sum (the last block may be shorter)",
        "xs = [sum(xs[i:i + {k}]) for i in range(0, len(xs), {k})]",
        lambda xs, k: [sum(x for _, x in block) for _, block in groupby(enumerate(xs), lambda item: item[0] // k)],
        between(2, 3), hard=True),
    "squeeze": Op("xs", "xs", "shorten each run of equal numbers to one",
        "xs = [x for i, x in enumerate(xs) if i == 0 or x != xs[i - 1]]", lambda xs: [x for x, _ in groupby(xs)],
        hard=True),
    "records": Op("xs", "xs", "keep the numbers that are larger than all before them",
        "xs = [x for i, x in enumerate(xs) if all(y < x for y in xs[:i])]",
        lambda xs: [x for i, x in enumerate(xs) if not i or x > max(xs[:i])], hard=True),
    # to a number, last
    "sum": Op("xs", "n", "take the sum", "n = sum(xs)", lambda xs: [0, *accumulate(xs)][-1]),
    "largest": Op("xs", "n", "take the largest number ({k} if there is none)", "n = max(xs, default={k})",
        lambda xs, k: _insertion(xs)[-1] if xs else k, between(-9, 9)),
    "smallest": Op("xs", "n", "take the smallest number ({k} if there is none)", "n = min(xs, default={k})",
        lambda xs, k: _insertion(xs)[0] if xs else k, between(-9, 9)),
    "spread": Op("xs", "n", "take the largest minus the smallest number ({k} if there is none)",
        "n = max(xs) - min(xs) if xs else {k}", lambda xs, k: max((a - b for a in xs for b in xs), default=k),
        between(-9, 0)),
    "count_above": Op("xs", "n", "count the numbers above {k}", "n = sum(x > {k} for x in xs)",
        lambda xs, k: len([x for x in xs if not x <= k]), between(-5, 20)),
    "index_of_largest": Op("xs", "n",
        "take the index of the largest number, the first of several ({k} if there is none)",
        "n = xs.index(max(xs)) if xs else {k}",
        lambda xs, k: next((i for i, x in enumerate(xs) if all(y <= x for y in xs)), k), between(-9, -1), hard=True),
    "rise": Op("xs", "n",
        "take the length of the longest stretch in which each number is larger than the one before (0 if empty)",
        "n = run = 0\nfor i, x in enumerate(xs):\n    run = run + 1 if i and x > xs[i - 1] else 1\n    n = max(n, run)",
        _longest_rise, hard=True),
    "alternating": Op("xs", "n", "take the first number minus the second plus the third minus the fourth and so on",
        "n = sum(x if i % 2 == 0 else -x for i, x in enumerate(xs))", lambda xs: sum(xs[::2]) - sum(xs[1::2]),
        hard=True),
    "best_stretch": Op("xs", "n",
        "take the largest sum of a stretch of neighbours of one number or more (0 for the empty list)",
        "n = best = xs[0] if xs else 0\nfor x in xs[1:]:\n    best = max(best, 0) + x\n    n = max(n, best)",
        _best_stretch, hard=True),
    "inversions": Op("xs", "n", "count the pairs of numbers in which the earlier one is larger",
        "n = 0\nfor i in range(len(xs)):\n    for j in range(i):\n        if xs[j] > xs[i]:\n            n += 1",
        lambda xs: sum(sum(1 for y in xs[i:] if y < x) for i, x in enumerate(xs)), hard=True),
    "second": Op("xs", "n", "take the second largest of the different numbers ({k} if there are fewer than two)",
        "n = sorted(set(xs))[-2] if len(set(xs)) > 1 else {k}",
        lambda xs, k: max((x for x in xs if x < max(xs)), default=k), between(-9, 9), hard=True),
}  # fmt: skip


def inputs(rng: Random) -> list[Args]:
    lists: list[list[int]] = [[], [rng.randint(-9, 30)]]
    for size in (7, 9, 6, 8, 5, 10, 3, 4, 2, 12, 6, 7):
        low, high = rng.choice(((-15, 30), (0, 12), (-5, 40), (1, 25)))
        lists.append([rng.randint(low, high) for _ in range(size)])
    return [(xs,) for xs in lists]


MATERIAL = Material("list_function", TABLE, "xs", inputs)
FAMILY = pipeline_family(MATERIAL, version=1, topic="lists", doc=__doc__ or "")
