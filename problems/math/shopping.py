"""Word problems about buying several things.

Level 1: several of one kind. Level 2: two kinds. Level 3: the change from a note. Level 4: three kinds and a voucher.
Level 5: the price behind a total. Level 6: every third piece free, or every fourth and so on. Level 7: two prices
behind two bills. Level 8: how many of one kind the rest of the money buys, and what is left. Level 9: sharing a bill in
proportion. Level 10: three prices behind three bills. Amounts are exact to the cent.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.text import combination
from tracemill.problems.words import THINGS, cast, counted, listed, money

_KINDS = {
    1: "one",
    2: "two",
    3: "change",
    4: "voucher",
    5: "price",
    6: "free",
    7: "bills",
    8: "rest",
    9: "share",
    10: "bills",
}


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers in the order of the telling, cents for money); bills as rows of (numbers of pieces, cents)."""
    kind = _KINDS[level]
    while True:
        price = [5 * rng.randrange(5, 400) for _ in range(3)]
        count = [rng.randrange(2, 13) for _ in range(3)]
        if kind == "one":
            return (kind, count[0], price[0])
        if kind == "two":
            return (kind, count[0], price[0], count[1], price[1])
        if kind == "change":
            total = count[0] * price[0] + count[1] * price[1]
            notes = [note for note in (1000, 2000, 5000, 10000, 20000) if note > total]
            if notes:
                return (kind, count[0], price[0], count[1], price[1], notes[0])
        elif kind == "voucher":
            voucher = 100 * rng.randrange(2, 30)
            total = sum(c * p for c, p in zip(count, price, strict=True))
            if voucher < total:
                return (kind, *(value for pair in zip(count, price, strict=True) for value in pair), voucher)
        elif kind == "price":
            return (kind, count[0], price[0], count[1], count[0] * price[0] + count[1] * price[1])
        elif kind == "free":
            pieces, every, other = rng.randrange(4, 60), rng.randrange(3, 7), rng.randrange(1, 20)
            return (kind, pieces, price[0], every, other, price[1])
        elif kind == "bills":
            size = 2 if level == 7 else 3
            rows = [[rng.randrange(1, 10) for _ in range(size)] for _ in range(size)]
            if _det(rows):
                bills = ((*row, sum(c * p for c, p in zip(row, price, strict=False))) for row in rows)
                return (kind, *bills)
        elif kind == "rest":
            budget, cheap = 100 * rng.randrange(20, 200), 5 * rng.randrange(5, 100)
            left = budget - count[0] * price[0]
            if left > cheap and left % cheap:
                return (kind, budget, count[0], price[0], cheap)
        else:
            shares = [20 * rng.randrange(10, 450) for _ in range(3)]
            percent = rng.choice((5, 10, 15, 20, 25))
            if all(share * percent % 100 == 0 for share in shares) and len(set(shares)) == 3:
                return (kind, *shares, percent)


def _det(rows: list[list[int]]) -> int:
    if len(rows) == 2:
        return rows[0][0] * rows[1][1] - rows[0][1] * rows[1][0]
    (a, b, c), *rest = rows
    minors = [_det([[row[j] for j in range(3) if j != skip] for row in rest]) for skip in range(3)]
    return a * minors[0] - b * minors[1] + c * minors[2]


def story(params: Params) -> Story:
    kind, *n = params
    return _TALES[kind](cast(params, 3), cast(params, 3, THINGS), *n)


def _paid(prompts: tuple[str, ...], steps: tuple[str, ...], right: int, **slips: int | Fraction) -> Story:
    asked = tuple(f"{prompt} Answer in dollars, as a number with two decimals." for prompt in prompts)
    wrong = tuple((name, money(int(cents))) for name, cents in slips.items())
    close = (("a_cent_off", money(right + 1)), ("in_cents", str(right)), ("sign", money(-right)))
    return Story(prompts=asked, steps=steps, answer=money(right), type="decimal", slips=(*wrong, *close))


def _one(who: tuple[str, ...], what: tuple[str, ...], n: int, p: int) -> Story:
    return _paid(
        (
            f"{who[0]} buys {n} {what[0]} at ${money(p)} each. How much is that?",
            f"One pays ${money(p)} for each of {n} {what[0]}. What do they cost together?",
        ),
        (f"{n} * {money(p)} = {money(n * p)}.",),
        n * p,
        one_less=(n - 1) * p,
        added=100 * n + p,
    )


def _two(who: tuple[str, ...], what: tuple[str, ...], n: int, p: int, m: int, q: int) -> Story:
    return _paid(
        (
            f"{who[0]} buys {n} {what[0]} at ${money(p)} each and {m} {what[1]} at ${money(q)} each. What is the bill?",
            f"What do {n} {what[0]} (${money(p)} each) and {m} {what[1]} (${money(q)} each) cost together?",
        ),
        (
            f"{what[0].capitalize()}: {n} * {money(p)} = {money(n * p)}.",
            f"{what[1].capitalize()}: {m} * {money(q)} = {money(m * q)}.",
            f"Together {money(n * p + m * q)}.",
        ),
        n * p + m * q,
        swapped=n * q + m * p,
        only_the_first=n * p,
        one_of_each=p + q,
    )


def _change(who: tuple[str, ...], what: tuple[str, ...], n: int, p: int, m: int, q: int, note: int) -> Story:
    total = n * p + m * q
    return _paid(
        (
            (
                f"{who[0]} buys {n} {what[0]} at ${money(p)} each and {m} {what[1]} at ${money(q)} each and pays with"
                f" ${note // 100}. How much change does {who[0]} get?"
            ),
            (
                f"From ${note // 100}, {who[0]} pays for {n} {what[0]} (${money(p)} each) and {m} {what[1]}"
                f" (${money(q)} each). What is left?"
            ),
        ),
        (
            f"{n} * {money(p)} = {money(n * p)} and {m} * {money(q)} = {money(m * q)}.",
            f"The bill is {money(n * p)} + {money(m * q)} = {money(total)}.",
            f"{note // 100} - {money(total)} = {money(note - total)}.",
        ),
        note - total,
        bill=total,
        swapped=abs(note - n * q - m * p),
        only_the_first=note - n * p,
    )


def _voucher(
    who: tuple[str, ...], what: tuple[str, ...], n: int, p: int, m: int, q: int, k: int, r: int, voucher: int
) -> Story:
    total = n * p + m * q + k * r
    bought = listed([f"{c} {name} at ${money(v)} each" for c, name, v in zip((n, m, k), what, (p, q, r), strict=True)])
    return _paid(
        (
            f"{who[0]} buys {bought}, and has a voucher for ${money(voucher)}. How much is left to pay?",
            f"A voucher takes ${money(voucher)} off a bill for {bought}. What does {who[0]} pay?",
        ),
        (
            f"{n} * {money(p)} = {money(n * p)}, {m} * {money(q)} = {money(m * q)}, {k} * {money(r)} = {money(k * r)}.",
            f"Together {money(total)}.",
            f"{money(total)} - {money(voucher)} = {money(total - voucher)}.",
        ),
        total - voucher,
        voucher_forgotten=total,
        voucher_added=total + voucher,
        last_forgotten=abs(total - voucher - k * r),
    )


def _price(who: tuple[str, ...], what: tuple[str, ...], n: int, p: int, m: int, total: int) -> Story:
    right = (total - n * p) // m
    return _paid(
        (
            (
                f"{n} {what[0]} at ${money(p)} each and {m} {what[1]} cost ${money(total)} together. What does one of"
                f" the {what[1]} cost?"
            ),
            (
                f"{who[0]} pays ${money(total)} for {m} {what[1]} and {n} {what[0]}; the {what[0]} are ${money(p)}"
                f" each. What is the price of one of the {what[1]}?"
            ),
        ),
        (
            f"The {what[0]} cost {n} * {money(p)} = {money(n * p)}.",
            f"{money(total)} - {money(n * p)} = {money(total - n * p)} are left for {m}.",
            f"{money(total - n * p)} / {m} = {money(right)}.",
        ),
        right,
        not_divided=total - n * p,
        by_all=total // (n + m),
        first_price=p,
    )


def _free(who: tuple[str, ...], what: tuple[str, ...], n: int, p: int, every: int, m: int, q: int) -> Story:
    free = n // every
    right = (n - free) * p + m * q
    nth = {3: "third", 4: "fourth", 5: "fifth", 6: "sixth"}[every]
    return _paid(
        (
            (
                f"{what[0].capitalize()} cost ${money(p)} each, and every {nth} one is free. {who[0]} takes {n} of"
                f" them, and {m} {what[1]} at ${money(q)} each. What is the bill?"
            ),
            (
                f"{who[0]} buys {m} {what[1]} at ${money(q)} each and {n} {what[0]} at ${money(p)} each, of which every"
                f" {nth} one is a gift. How much does {who[0]} pay?"
            ),
        ),
        (
            f"{n} / {every} is {free}, rounded down: {free} are free and {n - free} are paid.",
            f"{n - free} * {money(p)} = {money((n - free) * p)}.",
            f"{m} * {money(q)} = {money(m * q)}.",
            f"Together {money(right)}.",
        ),
        right,
        nothing_free=n * p + m * q,
        one_free=(n - 1) * p + m * q,
        rounded_up=(n - free - 1) * p + m * q,
        only_the_first=(n - free) * p,
    )


def _solved(bills: tuple[Any, ...]) -> list[int]:
    """Prices in cents, by Cramer's rule."""
    size = len(bills)
    rows = [list(bill[:size]) for bill in bills]
    det = _det(rows)
    prices = []
    for k in range(size):
        replaced = [[bill[size] if j == k else bill[j] for j in range(size)] for bill in bills]
        prices.append(_det(replaced) // det)
    return prices


def _bills(who: tuple[str, ...], what: tuple[str, ...], *bills: Any) -> Story:
    size = len(bills)
    prices = _solved(bills)
    goods = [[counted(c, name[:-1]) for c, name in zip(bill[:size], what, strict=False)] for bill in bills]
    told = [
        f"{name} pays ${money(bill[-1])} for {listed(row)}" for name, row, bill in zip(who, goods, bills, strict=False)
    ]
    asked = f"Give the tuple of the prices of one piece in dollars ({', '.join(what[:size])})."
    letters = "xyz"[:size]
    equations = "; ".join(f"{combination(bill[:size], letters)} = {bill[-1]}" for bill in bills)
    rows = [list(bill[:size]) for bill in bills]
    steps = [f"In cents, with {', '.join(letters)} for the prices: {equations}."]
    if size == 2:
        (a, b, e), (c, d, f) = bills
        steps.append(
            f"{d} times the first minus {b} times the second: {a * d - b * c}x = {d * e - b * f}, so x = {prices[0]}."
        )
    else:
        steps.append(
            f"The determinant of the system is {_det(rows)}; by Cramer's rule x = {prices[0]}, y = {prices[1]}."
        )
    known = " - ".join(f"{c}*{p}" for c, p in zip(bills[0][: size - 1], prices, strict=False))
    last = bills[0][-1] - sum(c * p for c, p in zip(bills[0][: size - 1], prices, strict=False))
    steps.append(
        f"From the first, {bills[0][size - 1]}{letters[-1]} = {bills[0][-1]} - {known} = {last}, so {letters[-1]} ="
        f" {prices[-1]}."
    )
    written = ", ".join(map(money, prices))
    slips = (
        ("swapped", f"({', '.join(map(money, prices[::-1]))})"),
        ("off_by_a_cent", f"({', '.join(map(money, [prices[0] + 1, *prices[1:]]))})"),
        ("in_cents", f"({', '.join(map(str, prices))})"),
        ("one_price", money(prices[0])),
        ("bills", f"({', '.join(money(bill[-1]) for bill in bills)})"),
    )
    return Story(
        prompts=(
            f"{'. '.join(told)}. {asked}",
            f"On one market {listed(told)}. What does one piece of each cost? {asked}",
        ),
        steps=tuple(steps),
        answer=f"({written})",
        type="tuple",
        slips=slips,
    )


def _rest(who: tuple[str, ...], what: tuple[str, ...], budget: int, n: int, p: int, cheap: int) -> Story:
    left = budget - n * p
    count, change = divmod(left, cheap)
    return Story(
        prompts=(
            (
                f"{who[0]} has ${money(budget)}, buys {n} {what[0]} at ${money(p)} each and for the rest as many"
                f" {what[1]} as possible at ${money(cheap)} each. Give the pair (number of {what[1]}, dollars left)."
            ),
            (
                f"Of ${money(budget)}, {n} {what[0]} at ${money(p)} are paid, then as many {what[1]} at ${money(cheap)}"
                f" as the rest allows. How many {what[1]} and how many dollars remain? Answer with a pair."
            ),
        ),
        steps=(
            f"The {what[0]} cost {n} * {money(p)} = {money(n * p)}, so {money(left)} are left.",
            f"{money(left)} / {money(cheap)} is {count}, rounded down.",
            f"{money(left)} - {count} * {money(cheap)} = {money(change)} remain.",
        ),
        answer=f"({count}, {money(change)})",
        type="tuple",
        slips=(
            ("one_too_many", f"({count + 1}, {money(change)})"),
            ("one_less", f"({count - 1}, {money(change + cheap)})"),
            ("from_the_budget", f"({budget // cheap}, {money(budget % cheap)})"),
            ("swapped", f"({money(change)}, {count})"),
            ("only_the_number", count),
        ),
    )


def _share(who: tuple[str, ...], what: tuple[str, ...], a: int, b: int, c: int, percent: int) -> Story:
    total = a + b + c
    tip = total * percent // 100
    fair = a + a * percent // 100
    right = fair + b + b * percent // 100
    return _paid(
        (
            (
                f"In a restaurant {who[0]} has ${money(a)}, {who[1]} ${money(b)} and {who[2]} ${money(c)} on the bill."
                f" A tip of {percent}% of the whole is added, and everybody bears a share of it in proportion. What do"
                f" {who[0]} and {who[1]} pay together?"
            ),
            (
                f"{who[0]}, {who[1]} and {who[2]} order for ${money(a)}, ${money(b)} and ${money(c)}. They add"
                f" {percent}% and split the bill in proportion to the orders. How much do {who[0]} and {who[1]} pay"
                " together?"
            ),
        ),
        (
            f"In proportion, everybody pays {percent}% more than the own order.",
            f"{who[0]}: {money(a)} + {money(a * percent // 100)} = {money(fair)}.",
            f"{who[1]}: {money(b)} + {money(b * percent // 100)} = {money(right - fair)}.",
            f"Together {money(right)}.",
        ),
        right,
        without_the_tip=a + b,
        everybody=total + tip,
        tip_in_equal_shares=a + b + 2 * tip // 3,
        only_one=fair,
    )


_TALES: dict[str, Callable[..., Story]] = {
    "one": _one,
    "two": _two,
    "change": _change,
    "voucher": _voucher,
    "price": _price,
    "free": _free,
    "bills": _bills,
    "rest": _rest,
    "share": _share,
}


def check(params: Params) -> str:
    """Piece by piece at the till; prices behind bills by sympy."""
    kind, *n = params
    if kind == "bills":
        import sympy

        size = len(n)
        left = sympy.Matrix([bill[:size] for bill in n])
        prices = left.LUsolve(sympy.Matrix([bill[size] for bill in n]))
        return f"({', '.join(money(int(price)) for price in prices)})"
    if kind == "rest":
        left, count = n[0], 0
        for _ in range(n[1]):
            left -= n[2]
        while left >= n[3]:
            left, count = left - n[3], count + 1
        return f"({count}, {money(left)})"
    if kind == "share":
        bill = sum(n[:3])
        paid = [Fraction(part * (bill + Fraction(bill * n[3], 100)), bill) for part in n[:2]]
        return money(int(sum(paid)))
    if kind == "price":
        return money(next(p for p in range(1, n[3]) if n[0] * n[1] + n[2] * p == n[3]))
    if kind == "free":
        paid_pieces = [n[1] for piece in range(1, n[0] + 1) if piece % n[2]]
        return money(sum(paid_pieces) + sum([n[4]] * n[3]))
    basket = [price for count, price in zip(n[::2], n[1::2], strict=False) for _ in range(count)]
    total = sum(basket)
    return money({"change": n[-1] - total, "voucher": total - n[-1]}.get(kind, total))


FAMILY = story_family(
    name="shopping",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
