"""Variances, covariances and lines of least squares, exactly.

Level 1: the variance of 3 numbers. Level 2: of 4. Level 3: of 5. Level 4: the sample variance of 5. Level 5: from a
table of frequencies. Level 6: of ax + b for 5 numbers. Level 7: of two groups together, from their sizes, means and
variances. Level 8: the covariance of 5 pairs. Level 9: the slope of the line of least squares; 10: the square of the
correlation.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from random import Random

from tracemill.problems.exact import fraction_latex, listed, quotient
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, polynomial, wrong_answers
from tracemill.problems.types import MathReference

_KINDS = {1: "plain", 2: "plain", 3: "plain", 4: "sample", 5: "table", 6: "linear", 7: "groups"}
_KINDS |= {8: "covariance", 9: "slope", 10: "square"}
_ASKED = {
    "plain": (
        "Find the population variance of {0} (divide by n).",
        "What is the variance of the whole population {0}, the mean squared deviation?",
    ),
    "sample": (
        "Find the sample variance of {0} (divide by n - 1).",
        "The numbers {0} are a sample. What is the sample variance, with divisor n - 1?",
    ),
    "table": (
        "In a population {0}. Find the population variance (divide by n).",
        "Of a whole population {0}. What is its variance, the mean squared deviation?",
    ),
    "linear": (
        "The numbers x are {0}. Find the population variance (divide by n) of the numbers {1}.",
        "Each x of {0} is turned into {1}. What is the population variance of the results, the mean squared deviation?",
    ),
    "groups": (
        "One group has {0} members, mean {1} and variance {2}; another has {3} members, mean {4} and variance {5}. "
        "Find the variance of both together. All variances are mean squared deviations.",
        "Two populations of {0} and {3} have means {1} and {4} and population variances {2} and {5}. "
        "What is the population variance of the two joined into one?",
    ),
    "covariance": (
        "Find the population covariance (divide by n) of the pairs {0}.",
        "What is the covariance of the pairs (x, y) {0}, the mean product of deviations?",
    ),
    "slope": (
        "Find the slope of the line of least squares of y on x through the points {0}.",
        "A line y = mx + b is fitted to {0} by least squares. What is m?",
    ),
    "square": (
        "Find the square of the correlation coefficient of the pairs {0}.",
        "What is r^2 for the points {0}, r being the correlation coefficient?",
    ),
}
_FORM = ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms.")


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers ascending or (value, frequency) or (x, y) pairs ascending, further numbers)."""
    kind = _KINDS[level]
    if kind in ("plain", "sample", "linear"):
        count = min(level + 2, 5)
        data = sorted(rng.randrange(1, 31) for _ in range(count))
        if data[0] == data[-1]:
            data[0] = 0
        line = (rng.choice((-1, 1)) * rng.randrange(2, 10), rng.randrange(1, 30))
        return (kind, tuple(data), line if kind == "linear" else ())
    if kind == "table":
        values = sorted(rng.sample(range(1, 31), 4))
        return (kind, tuple((value, rng.randrange(1, 8)) for value in values), ())
    if kind == "groups":
        groups = sorted((rng.randrange(2, 41), rng.randrange(1, 61), rng.randrange(1, 31)) for _ in range(2))
        return (kind, tuple(groups), ())
    while True:
        xs = sorted(rng.sample(range(13), 5))
        pairs = tuple((x, rng.randrange(0, 21)) for x in xs)
        if _sums(pairs)[2] and _sums(pairs)[1]:
            return (kind, pairs, ())


def _sums(pairs: tuple[tuple[int, int], ...]) -> tuple[int, int, int]:
    """n times the sums of squared deviations of x and y, and of their products."""
    n = len(pairs)
    sx, sy = sum(x for x, _ in pairs), sum(y for _, y in pairs)
    xx, yy, xy = sum(x * x for x, _ in pairs), sum(y * y for _, y in pairs), sum(x * y for x, y in pairs)
    return n * xx - sx * sx, n * yy - sy * sy, n * xy - sx * sy


def _variance(data: tuple[int, ...]) -> tuple[Fraction, list[str]]:
    n, total, squares = len(data), sum(data), sum(value * value for value in data)
    mean = Fraction(total, n)
    value = Fraction(squares, n) - mean * mean
    return value, [f"mean {total}/{n}", f"mean of squares {squares}/{n}", f"{squares}/{n} - ({total}/{n})^2 = {value}"]


def _work(params: Params) -> tuple[Fraction, list[str]]:
    kind, data, more = params
    if kind == "plain":
        return _variance(data)
    if kind == "sample":
        value, steps = _variance(data)
        n = len(data)
        return value * n / (n - 1), [*steps, f"times {n}/{n - 1}: {value * n / (n - 1)}"]
    if kind == "linear":
        value, steps = _variance(data)
        a = more[0]
        return value * a * a, [*steps, f"times {bracketed(a)}^2 = {a * a}: {value * a * a}"]
    if kind == "table":
        return _variance(tuple(value for value, count in data for _ in range(count)))
    if kind == "groups":
        (n, m, v), (k, p, w) = data
        mean = Fraction(n * m + k * p, n + k)
        squares = n * (v + m * m) + k * (w + p * p)
        value = Fraction(squares, n + k) - mean * mean
        steps = [f"mean ({n}*{m} + {k}*{p})/{n + k} = {mean}"]
        steps.append(f"sum of squares {n}*({v} + {m}^2) + {k}*({w} + {p}^2) = {squares}")
        return value, [*steps, f"{squares}/{n + k} - {bracketed(mean)}^2 = {value}"]
    n = len(data)
    xx, yy, xy = _sums(data)
    sx, sy = sum(x for x, _ in data), sum(y for _, y in data)
    products = sum(x * y for x, y in data)
    steps = [f"sum of x {sx}, of y {sy}, of xy {products}", f"{n}*{products} - {sx}*{sy} = {xy}"]
    if kind == "covariance":
        return Fraction(xy, n * n), [*steps, f"{xy}/{n}^2 = {Fraction(xy, n * n)}"]
    squares = sum(x * x for x, _ in data)
    steps.append(f"for x: {n}*{squares} - {sx}^2 = {xx}")
    if kind == "slope":
        return Fraction(xy, xx), [*steps, quotient(xy, xx)]
    steps.append(f"for y: {n}*{sum(y * y for _, y in data)} - {sy}^2 = {yy}")
    value = Fraction(xy * xy, xx * yy)
    return value, [*steps, f"{bracketed(xy)}^2/({xx}*{yy}) = {value}"]


def pose(params: Params, rng: Random) -> Posed:
    kind, data, more = params
    if kind == "groups":
        fields = [str(value) for group in data for value in group]
    elif kind == "table":
        fields = [listed([f"{count} {'have' if count > 1 else 'has'} the value {value}" for value, count in data])]
    else:
        fields = [", ".join(map(str, rng.sample(data, len(data))))]
        fields += [polynomial(more)] if more else []
    reference = MathReference(answer=str(_work(params)[0]), type="rational", form="reduced")
    return Posed(prompt=f"{rng.choice(_ASKED[kind]).format(*fields)} {rng.choice(_FORM)}", reference=reference)


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    return f"{rng.choice(('; ', ', then ')).join(steps)}. {boxed(fraction_latex(value))}"


def confirm(params: Params) -> MathReference:
    """From the differences of all pairs of members, or by the statistics module; never by sums of squares."""
    kind, data, more = params
    if kind in ("plain", "sample", "linear", "table"):
        values = [Fraction(x) for x in (data if kind != "table" else [v for v, count in data for _ in range(count)])]
        if kind == "linear":
            values = [more[0] * x + more[1] for x in values]
        value = statistics.variance(values) if kind == "sample" else statistics.pvariance(values)
    elif kind == "groups":  # variance within the groups and variance between their means
        (n, m, v), (k, p, w) = data
        value = Fraction(n * v + k * w, n + k) + Fraction(n * k * (m - p) ** 2, (n + k) ** 2)
    else:
        pairs = list(combinations(data, 2))
        xy = sum((a - c) * (b - d) for (a, b), (c, d) in pairs)
        xx, yy = sum((a - c) ** 2 for (a, _), (c, _) in pairs), sum((b - d) ** 2 for (_, b), (_, d) in pairs)
        bottom = {"covariance": len(data) ** 2, "slope": xx, "square": xx * yy}[kind]
        value = Fraction(xy * xy if kind == "square" else xy, bottom)
    return MathReference(answer=str(Fraction(value)), type="rational", form="reduced")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, data, _ = params
    right, _ = _work(params)
    n = (
        sum(group[0] for group in data)
        if kind == "groups"
        else sum(c for _, c in data)
        if kind == "table"
        else len(data)
    )
    candidates = (
        ("other_divisor", right * (n - 1) / n if kind == "sample" else right * n / (n - 1)),
        ("not_divided", right * n),
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("squared", right * right),
        ("halved", right / 2),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    first = [item if isinstance(item, int) else item[0] for item in data]
    yield from wrong_answers(fraction_latex(right), f"V({listed(first)})", named)


FAMILY = Family(
    name="variance",
    version=1,
    kind="math",
    topic="statistics",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
