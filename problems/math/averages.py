"""Means, medians and modes of lists of whole numbers, exactly.

Level 1: the mean of 3 or 4 numbers. Level 2: the median of 5 to 8. Level 3: the mean of 5 or 6. Level 4: mean, median
and mode added up. Level 5: a missing number, from the mean. Level 6: the mean after numbers were taken out and put
in. Level 7: mean minus median of 8 or 9, some below zero. Level 8: the mean without the two largest and smallest.
Level 9: the mean distance to the median. Level 10: to the mean.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from fractions import Fraction
from random import Random

from tracemill.problems.exact import fraction_latex, listed, quotient
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, summed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # kind, fewest and most numbers, smallest and largest number
    1: ("mean", 3, 4, 1, 30),
    2: ("median", 5, 8, 1, 99),
    3: ("mean", 5, 6, 1, 60),
    4: ("three", 5, 7, 1, 40),
    5: ("missing", 5, 7, 1, 60),
    6: ("changed", 5, 12, 5, 60),
    7: ("gap", 8, 9, -60, 80),
    8: ("trimmed", 9, 11, -80, 99),
    9: ("to_median", 8, 9, -80, 99),
    10: ("to_mean", 8, 10, -99, 150),
}
_ASKED = {
    "mean": ("Find the mean of {data}.", "What is the mean of the numbers {data}?"),
    "median": ("Find the median of {data}.", "What is the median of the numbers {data}?"),
    "three": (
        "For the numbers {data}, find mean + median + mode.",
        "What do mean, median and mode of {data} add up to?",
    ),
    "missing": (
        "The mean of {data} and one more number is {mean}. What is this number?",
        "A list holds {data} and a number that was blotted out; its mean is {mean}. Find the missing number.",
    ),
    "changed": (
        "The mean of {n} numbers is {mean}. Now {out} is taken out, and {into} are put in. What is the new mean?",
        "{n} numbers have mean {mean}. One of them, {out}, is replaced by the two numbers {into}. Find the new mean.",
    ),
    "gap": (
        "Find mean minus median for {data}.",
        "By how much is the mean of {data} above the median (negative if below)?",
    ),
    "trimmed": (
        "Leave out the two largest and the two smallest of {data}. What is the mean of the others?",
        "Find the mean of {data} after striking the two smallest and the two largest numbers.",
    ),
    "to_median": (
        "Find the mean absolute deviation from the median for {data}.",
        "How far are the numbers {data} from their median on average?",
    ),
    "to_mean": (
        "Find the mean absolute deviation from the mean for {data}.",
        "How far are the numbers {data} from their mean on average?",
    ),
}
_FORM = ("Give a fraction in lowest terms or a whole number.", "Answer exactly, in lowest terms.")


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers ascending, further numbers): "missing" has the one missing, "changed" (n, mean; out, two in)."""
    kind, fewest, most, low, high = _SHAPES[level]
    count = rng.randrange(fewest, most + 1)
    if kind == "changed":
        into = sorted(rng.randrange(low, high + 1) for _ in range(2))
        return (kind, (), (count, rng.randrange(low, high + 1), rng.randrange(low, high + 1), *into))
    data = sorted(rng.randrange(low, high + 1) for _ in range(count))
    if kind == "three":
        data = sorted({*data})
        data = sorted([*data, rng.choice(data)])
    return (kind, tuple(data), (rng.randrange(low, high + 1),) if kind == "missing" else ())


def _median(data: tuple[int, ...]) -> Fraction:
    return Fraction(data[(len(data) - 1) // 2] + data[len(data) // 2], 2)


def _mean_shown(data: tuple[int, ...]) -> str:
    return f"({summed(data)})/{len(data)} = {quotient(sum(data), len(data))}"


def _work(params: Params) -> tuple[Fraction, list[str]]:
    kind, data, more = params
    if kind == "mean":
        return Fraction(sum(data), len(data)), [_mean_shown(data)]
    if kind == "median":
        middle = _median(data)
        which = f"the middle one is {middle}"
        if len(data) % 2 == 0:
            a, b = data[len(data) // 2 - 1], data[len(data) // 2]
            which = f"the middle two are {a} and {b}: ({a} + {b})/2 = {middle}"
        return middle, [f"sorted: {', '.join(map(str, data))}", which]
    if kind == "three":
        mean, middle, mode = Fraction(sum(data), len(data)), _median(data), next(v for v in data if data.count(v) == 2)
        steps = [
            f"sorted: {', '.join(map(str, data))}",
            f"mean {_mean_shown(data)}",
            f"median {middle}",
            f"mode {mode}",
        ]
        return mean + middle + mode, [*steps, f"{mean} + {middle} + {mode} = {mean + middle + mode}"]
    if kind == "missing":
        whole, known = sum(data) + more[0], sum(data)
        mean = Fraction(whole, len(data) + 1)
        return Fraction(more[0]), [
            f"total {len(data) + 1}*{bracketed(mean)} = {whole}",
            f"known {summed(data)} = {known}",
            f"{whole} - {known} = {more[0]}",
        ]
    if kind == "changed":
        count, mean, out, first, second = more
        total = count * mean - out + first + second
        value = Fraction(total, count + 1)
        steps = [f"{count}*{mean} = {count * mean}", f"{count * mean} - {out} + {first} + {second} = {total}"]
        return value, [*steps, quotient(total, count + 1)]
    if kind == "trimmed":
        kept = data[2:-2]
        return Fraction(sum(kept), len(kept)), [f"left are {', '.join(map(str, kept))}", _mean_shown(kept)]
    mean, middle = Fraction(sum(data), len(data)), _median(data)
    if kind == "gap":
        steps = [f"mean {_mean_shown(data)}", f"median {middle}"]
        return mean - middle, [*steps, f"{mean} - {bracketed(middle)} = {mean - middle}"]
    centre = middle if kind == "to_median" else mean
    distances = [abs(value - centre) for value in data]
    value = sum(distances, Fraction(0)) / len(data)
    first = f"median {middle}" if kind == "to_median" else f"mean {_mean_shown(data)}"
    steps = [first, f"distances {', '.join(map(str, distances))}", f"their sum {sum(distances)}"]
    return value, [*steps, quotient(sum(distances, Fraction(0)), len(data))]


def pose(params: Params, rng: Random) -> Posed:
    kind, data, more = params
    shown = ", ".join(map(str, rng.sample(data, len(data))))
    if kind == "missing":
        text = rng.choice(_ASKED[kind]).format(data=shown, mean=Fraction(sum(data) + more[0], len(data) + 1))
    elif kind == "changed":
        text = rng.choice(_ASKED[kind]).format(n=more[0], mean=more[1], out=more[2], into=listed(more[3:]))
    else:
        text = rng.choice(_ASKED[kind]).format(data=shown)
    form = "" if kind == "missing" else f" {rng.choice(_FORM)}"
    return Posed(prompt=text + form, reference=_reference(kind, _work(params)[0]))


def _reference(kind: str, value: Fraction) -> MathReference:
    if kind == "missing":
        return MathReference(answer=str(value), type="integer")
    return MathReference(answer=str(value), type="rational", form="reduced")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    joint = rng.choice(("; ", ", then ")) if len(steps) > 1 else ""
    opening = rng.choice(("Add up and divide: ", "Sum over number: ")) if params[0] == "mean" else ""
    return f"{opening}{joint.join(steps)}. {boxed(fraction_latex(value))}"


def confirm(params: Params) -> MathReference:
    """The statistics module; a missing number by trying all, a changed list by writing one down."""
    kind, data, more = params
    exact = [Fraction(value) for value in data]
    if kind == "missing":
        mean = statistics.mean([*exact, Fraction(more[0])])
        tried = (Fraction(x) for x in range(100))
        return _reference(kind, next(x for x in tried if statistics.mean([*exact, x]) == mean))
    if kind == "changed":
        count, mean, out, *into = more
        others = [Fraction(mean)] * (count - 2) + [Fraction(2 * mean - out)]
        return _reference(kind, Fraction(statistics.mean([*others, *map(Fraction, into)])))
    mean, middle = Fraction(statistics.mean(exact)), Fraction(statistics.median(exact))
    value = {
        "mean": lambda: mean,
        "median": lambda: middle,
        "three": lambda: mean + middle + statistics.mode(exact),
        "gap": lambda: mean - middle,
        "trimmed": lambda: statistics.mean(exact[2:-2]),
        "to_median": lambda: statistics.mean([abs(x - middle) for x in exact]),
        "to_mean": lambda: statistics.mean([abs(x - mean) for x in exact]),
    }[kind]()
    return _reference(kind, Fraction(value))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    _, data, more = params
    right, _ = _work(params)
    numbers = data or more[1:]
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("divided_by_one_less", Fraction(sum(numbers), len(numbers) - 1)),
        ("not_divided", Fraction(sum(numbers))),
        ("unsorted_middle", Fraction(numbers[0])),
        ("mean_for_median", Fraction(sum(numbers), len(numbers))),
        ("middle_of_range", Fraction(numbers[0] + numbers[-1], 2)),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"({summed(numbers)})/{len(numbers)} ?", named)


FAMILY = Family(
    name="averages",
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
