"""Numbers written with some digits, each at most once: how many are even, odd, above or below a bound.

Level 1: 2-digit numbers from 3 to 7 digits, all, the even or the odd ones. Level 2: 3-digit numbers above a bound.
Level 3: the even or odd ones of these. Levels 4 and 5: 4-digit numbers above or below a bound, then the even or odd
ones. Level 6: 4-digit numbers between two bounds; 7: the even, odd or divisible by 5. Levels 8 to 10: 5-digit numbers
of up to 9 digits, in the same order.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from math import perm
from random import Random

from tracemill.problems.exact import listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_SHAPES = {  # length, fewest and most digits to choose from, bounds, endings
    1: (2, 3, 7, "none", ("any", "even", "odd")),
    2: (3, 4, 6, "low", ("any",)),
    3: (3, 5, 7, "low", ("even", "odd")),
    4: (4, 5, 6, "one", ("any",)),
    5: (4, 5, 7, "one", ("even", "odd")),
    6: (4, 5, 8, "both", ("any",)),
    7: (4, 6, 8, "both", ("even", "odd", "five")),
    8: (5, 6, 8, "one", ("even", "odd", "five")),
    9: (5, 6, 9, "both", ("even", "odd")),
    10: (5, 7, 9, "both", ("even", "odd", "five")),
}
_ENDS = {"any": "0123456789", "even": "02468", "odd": "13579", "five": "05"}
_KINDS = {"any": "{k}-digit numbers", "even": "even {k}-digit numbers", "odd": "odd {k}-digit numbers"}
_KINDS["five"] = "{k}-digit numbers divisible by 5"
_ASKED = (
    "How many {kind}{bound} can be formed from the digits {digits}, each used at most once?",
    "Using the digits {digits}, none of them twice, how many {kind}{bound} can be written?",
    "From the digits {digits} make {kind}{bound} without repeating a digit. How many are there?",
)


def sample(level: int, rng: Random) -> Params:
    """(digits in ascending order, length, ending, number to stay above or 0, number to stay below or 0)."""
    length, fewest, most, bounds, endings = _SHAPES[level]
    while True:
        digits = tuple(sorted(rng.sample(range(10), rng.randrange(fewest, most + 1))))
        low, high = sorted(rng.sample(range(10 ** (length - 1), 10**length), 2))
        if bounds == "none" or (bounds == "one" and rng.random() < 0.5):
            low = 0
        if bounds in ("none", "low") or (bounds == "one" and low):
            high = 0
        params = (digits, length, rng.choice(endings), low, high)
        if _count(params) > 0:
            return params


def _tails(unused: list[int], slots: int, last: int, ending: str) -> int:
    """Ways to fill the slots left from the unused digits, after the digit `last`, with the right ending."""
    if not slots:
        return int(str(last) in _ENDS[ending])
    ends = sum(1 for digit in unused if str(digit) in _ENDS[ending])
    return ends * perm(len(unused) - 1, slots - 1)


def _classes(params: Params, bound: int, up: bool) -> Iterator[tuple[str, list[tuple[int, int]]]]:
    """The numbers above or below a bound by where they first leave it: the common start, then (digit, count)."""
    digits, length, ending, _, _ = params
    unused, start = list(digits), ""
    shown = str(bound) if bound else "?"
    for place, edge in enumerate(shown if bound else "?"):
        found = []
        for digit in unused:
            beyond = edge == "?" or (digit > int(edge) if up else digit < int(edge))
            if beyond and (place or digit):
                rest = [other for other in unused if other != digit]
                found.append((digit, _tails(rest, length - place - 1, digit, ending)))
        if found:
            yield start, found
        if edge == "?" or int(edge) not in unused:
            return
        unused.remove(int(edge))
        start += edge


def _beyond(params: Params, bound: int, up: bool) -> int:
    return sum(count for _, found in _classes(params, bound, up) for _, count in found)


def _count(params: Params) -> int:
    low, high = params[3:]
    if low and high:
        return _beyond(params, low, True) - _beyond(params, high - 1, True)
    return _beyond(params, low or high, bool(low))


def _bound(params: Params, rng: Random) -> str:
    low, high = params[3:]
    if low and high:
        return rng.choice((f" between {low} and {high} (both excluded)", f" greater than {low} and less than {high}"))
    if low or high:
        return f" greater than {low}" if low else f" less than {high}"
    return ""


def pose(params: Params, rng: Random) -> Posed:
    digits, length, ending, _, _ = params
    kind = _KINDS[ending].format(k=length)
    prompt = rng.choice(_ASKED).format(kind=kind, bound=_bound(params, rng), digits=listed(digits))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_count(params)), type="integer"))


def _counted(params: Params, bound: int, up: bool) -> list[str]:
    parts = []
    for start, found in _classes(params, bound, up):
        total = sum(count for _, count in found)
        where = (
            f"{start} then {listed([digit for digit, _ in found], 'or')}"
            if start
            else f"first {listed([d for d, _ in found], 'or')}"
        )
        sums = " + ".join(str(count) for _, count in found)
        parts.append(f"{where}: {sums}" + (f" = {total}" if len(found) > 1 else ""))
    return parts or ["none"]


def solve(params: Params, rng: Random) -> str:
    low, high = params[3:]
    opening = rng.choice(("Count by the leading digits. ", "Fix the first digits and fill the rest. "))
    answer = _count(params)
    if low and high:
        above, over = _beyond(params, low, True), _beyond(params, high - 1, True)
        first, second = ("; ".join(_counted(params, edge, True)) for edge in (low, high - 1))
        text = f"Above {low}: {first}; in all {above}. Above {high - 1}: {second}; in all {over}. "
        text += f"{above} - {over} = {answer}."
    else:
        counts = [sum(count for _, count in found) for _, found in _classes(params, low or high, bool(low))]
        total = f" {' + '.join(map(str, counts))} = {answer}." if len(counts) > 1 else ""
        text = f"{'; '.join(_counted(params, low or high, bool(low)))}.{total}"
    return f"{opening}{text} {boxed(answer)}"


def confirm(params: Params) -> MathReference:
    """Every arrangement of the digits is written down and looked at."""
    digits, length, ending, low, high = params
    found = 0
    for chosen in permutations(digits, length):
        number = int("".join(map(str, chosen)))
        fits = chosen[0] and str(chosen[-1]) in _ENDS[ending]
        found += bool(fits and number > low and (not high or number < high))
    return MathReference(answer=str(found), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    digits, length, ending, low, high = params
    right = _count(params)
    everything = _count((digits, length, "any", 0, 0))
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("complement", everything - right),
        ("ending_forgotten", _count((digits, length, "any", low, high))),
        ("bounds_forgotten", _count((digits, length, ending, 0, 0))),
        ("repeated_digits", len(digits) ** length),
        ("leading_zero", perm(len(digits), length)),
    )
    yield from wrong_answers(right, f"{length} from {listed(digits)}", candidates)


FAMILY = Family(
    name="digit_numbers",
    version=1,
    kind="math",
    topic="combinatorics",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
