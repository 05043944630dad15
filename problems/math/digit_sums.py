"""Sums of digits: of numbers, of results, and of all numbers up to a bound.

Level 1: of a number of 4 or 5 digits. Level 2: of a sum or difference of 3-digit numbers. Level 3: of a product.
Level 4: the sum of the digits' squares, 8 digits. Level 5: the alternating digit sum of a long number. Level 6: of a
power. Level 7: of 10^k - n. Level 8: of all numbers from 1 to n. Level 9: how many numbers up to n have a given digit
sum, n up to 10,000; 10: up to 200,000.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_ASKED = {
    "number": ("What is the digit sum of {0}?", "Add the digits of {0}."),
    "sum": ("What is the digit sum of {0} + {1}?", "Add the digits of {0} + {1}."),
    "difference": ("What is the digit sum of {0} - {1}?", "Add the digits of {0} - {1}."),
    "product": ("What is the digit sum of {0}*{1}?", "Find the sum of the digits of {0}*{1}."),
    "squares": ("Find the sum of the squares of the digits of {0}.", "Square each digit of {0} and add them up."),
    "turns": (
        "Add and subtract the digits of {0} in turn, the first with a plus, the second with a minus. What comes out?",
        "Find the alternating digit sum of {0}, beginning with plus the first digit.",
    ),
    "power": ("Find the digit sum of {0}^{1}.", "What do the digits of {0}^{1} add up to?"),
    "gap": ("Find the digit sum of 10^{1} - {0}.", "What do the digits of 10^{1} - {0} add up to?"),
    "all": (
        "All numbers from 1 to {0} are written down. What do all their digits add up to?",
        "Find the sum of the digits of all whole numbers from 1 to {0}.",
    ),
    "having": (
        "How many whole numbers from 1 to {0} have the digit sum {1}?",
        "Count the numbers from 1 to {0} whose digits add up to {1}.",
    ),
}


def sample(level: int, rng: Random) -> Params:
    """(what is asked, two numbers; the second 0 where there is none)."""
    if level == 1:
        return ("number", rng.randint(1000, 99_999), 0)
    if level == 2:
        first, second = rng.randint(100, 999), rng.randint(100, 999)
        kind = rng.choice(("sum", "difference"))
        return (kind, max(first, second), min(first, second)) if kind == "difference" else (kind, first, second)
    if level == 3:
        return ("product", rng.randint(101, 999), rng.randint(11, 99))
    if level == 4:
        return ("squares", rng.randint(10**7, 10**8 - 1), 0)
    if level == 5:
        return ("turns", rng.randint(10**14, 10**18), 0)
    if level == 6:
        return ("power", rng.randint(11, 2999), rng.randint(3, 6))
    if level == 7:
        return ("gap", rng.randint(100, 9999), rng.randint(8, 60))
    if level == 8:
        return ("all", rng.randint(100, 40_000), 0)
    largest = 10_000 if level == 9 else 200_000
    return ("having", rng.randint(largest // 20, largest), rng.randint(4, 20 if level == 9 else 30))


def _digits(number: int) -> list[int]:
    return [int(digit) for digit in str(number)]


def _value(params: Params) -> int:
    kind, a, b = params
    if kind == "squares":
        return sum(digit * digit for digit in _digits(a))
    if kind == "turns":
        return sum(_digits(a)[::2]) - sum(_digits(a)[1::2])
    if kind == "all":
        return _sum_below(a + 1)
    if kind == "having":
        return _having_below(a + 1, b)
    return sum(_digits(_result(params)))


def _result(params: Params) -> int:
    kind, a, b = params
    if kind == "power":
        return a**b
    if kind == "gap":
        return 10**b - a
    return {"number": a, "sum": a + b, "difference": a - b, "product": a * b}[kind]


def _sum_below(bound: int) -> int:
    """Digits of 0 .. bound - 1, place by place: full cycles, the digit reached, the part of its block."""
    total, place = 0, 1
    while place < bound:
        cycles, rest = divmod(bound, 10 * place)
        digit, part = divmod(rest, place)
        total += cycles * 45 * place + digit * (digit - 1) // 2 * place + digit * part
        place *= 10
    return total


@cache
def _free(places: int, total: int) -> int:
    """Ways to fill so many places with digits of that sum."""
    if places == 0 or total < 0:
        return int(total == 0)
    return sum(_free(places - 1, total - digit) for digit in range(10))


def _having_below(bound: int, total: int) -> int:
    digits, ways, left = _digits(bound), 0, total
    for place, digit in enumerate(digits):
        ways += sum(_free(len(digits) - place - 1, left - smaller) for smaller in range(digit))
        left -= digit
    return ways


def pose(params: Params, rng: Random) -> Posed:
    prompt = rng.choice(_ASKED[params[0]]).format(*params[1:])
    return Posed(prompt=prompt, reference=MathReference(answer=str(_value(params)), type="integer"))


def solve(params: Params, rng: Random) -> str:
    steps = {"turns": _turn_steps, "gap": _gap_steps, "all": _place_steps, "having": _having_steps}
    return f"{steps.get(params[0], _digit_steps)(params, rng)}. {boxed(_value(params))}"


def _added(numbers: list[int]) -> str:
    return f"{' + '.join(map(str, numbers))} = {sum(numbers)}"


def _digit_steps(params: Params, rng: Random) -> str:
    kind, a, b = params
    if kind == "squares":
        return rng.choice(("", "squares: ")) + _added([digit**2 for digit in _digits(a)])
    result = _result(params)
    shown = {"sum": f"{a} + {b}", "difference": f"{a} - {b}", "product": f"{a}*{b}", "power": f"{a}^{b}"}.get(kind)
    joint = rng.choice((", ", "; ")) if kind == "power" else ", "
    return (f"{shown} = {result}{joint}" if shown else "") + _added(_digits(result))


def _turn_steps(params: Params, rng: Random) -> str:
    plus, minus = _digits(params[1])[::2], _digits(params[1])[1::2]
    lead = rng.choice(("Plus", "The plus digits"))
    return f"{lead}: {_added(plus)}, the others {_added(minus)}, {sum(plus)} - {sum(minus)} = {_value(params)}"


def _gap_steps(params: Params, rng: Random) -> str:
    _, a, b = params
    width = len(str(a))
    tail = str(10**width - a).zfill(width)
    digits = " + ".join(tail)
    lead = rng.choice(("It is", "The number is"))
    return f"{lead} {b - width} nines and then {tail}: 9*{b - width} + {digits} = {_value(params)}"


def _place_steps(params: Params, rng: Random) -> str:
    bound, place, steps = params[1] + 1, 1, []
    while place < bound:
        cycles, rest = divmod(bound, 10 * place)
        digit, part = divmod(rest, place)
        triangle = digit * (digit - 1) // 2
        value = cycles * 45 * place + triangle * place + digit * part
        steps.append(f"the {place}s add {cycles}*45*{place} + {triangle}*{place} + {digit}*{part} = {value}")
        place *= 10
    return f"{rng.choice(('Place by place', 'By places'))}: {', '.join(steps)}, together {_value(params)}"


def _having_steps(params: Params, rng: Random) -> str:
    _, a, left = params
    digits, steps = _digits(a + 1), []
    for place, digit in enumerate(digits):
        ways = sum(_free(len(digits) - place - 1, left - smaller) for smaller in range(digit))
        head = "".join(map(str, digits[:place]))
        if digit:
            what = f"begin with {head} and a digit below {digit}" if head else f"with first digit below {digit}"
            steps.append(f"{ways} {what}")
        left -= digit
    return f"{rng.choice(('Numbers', 'Those'))} below {a + 1}: {', '.join(steps)}; together {_value(params)}"


def confirm(params: Params) -> MathReference:
    """Digits taken off by division; for ranges, number by number, each sum from that of a tenth of the number."""
    kind, a, b = params
    if kind in ("all", "having"):
        sums = bytearray(a + 1)
        for number in range(1, a + 1):
            sums[number] = sums[number // 10] + number % 10
        return MathReference(answer=str(sum(sums) if kind == "all" else sums.count(b)), type="integer")
    number = a if kind in ("squares", "turns") else _result(params)
    total, sign = 0, -1 if kind == "turns" and len(str(number)) % 2 == 0 else 1
    while number:
        number, digit = divmod(number, 10)
        total += sign * (digit**2 if kind == "squares" else digit)
        sign = -sign if kind == "turns" else sign
    return MathReference(answer=str(total), type="integer")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    kind, a, b = params
    right = _value(params)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("nine_more", right + 9),
        ("one_digit_lost", right - (a % 10 or 1)),
        ("digits_of_the_given", sum(_digits(a)) + sum(_digits(b))),
        ("number_itself", a if kind in ("squares", "turns", "all", "having") else _result(params)),
    )
    yield from wrong_answers(right, f"digit sum of {a} and {b}" if b else f"digit sum of {a}", candidates)


FAMILY = Family(
    name="digit_sums",
    version=1,
    kind="math",
    topic="number theory",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
