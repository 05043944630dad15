"""Word problems about percentages of money: discounts, taxes, margins and how to undo them.

Level 1: a price with a discount. Level 2: with a tax. Level 3: a discount, then a coupon. Level 4: a discount, then a
tax. Level 5: the price before a discount. Level 6: the price before a tax and a discount. Level 7: three changes. Level
8: profit after markup and discount on several pieces. Level 9: which of two offers is cheaper, and by how much. Level
10: the cost behind a markup, a discount and a tax. Everything is exact to the cent.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast, money

_GOODS = (
    "jacket",
    "bicycle",
    "camera",
    "tent",
    "desk",
    "guitar",
    "watch",
    "printer",
    "carpet",
    "lamp",
    "sofa",
    "drill",
)
_KINDS = {
    1: "off",
    2: "tax",
    3: "coupon",
    4: "off tax",
    5: "before",
    6: "before both",
    7: "three",
    8: "profit",
    9: "offers",
    10: "cost",
}
_BY_FIVE = tuple(range(5, 65, 5))


def sample(level: int, rng: Random) -> Params:
    """(kind, cents and percents in the order of the telling); every amount on the way is whole in cents."""
    kind = _KINDS[level]
    while True:
        p, q, r = rng.choice(_BY_FIVE), rng.choice((5, 6, 8, 10, 12, 15, 18, 20, 25)), rng.choice(_BY_FIVE)
        if kind in ("off", "tax"):
            return (kind, 20 * rng.randrange(20, 1500), p if kind == "off" else rng.choice((5, 10, 15, 20, 25)))
        cents = 20 * rng.randrange(250, 15000)
        if kind == "coupon":
            cents, p = 20 * rng.randrange(100, 5000), rng.choice(_BY_FIVE)
            coupon = 50 * rng.randrange(2, 60)
            if coupon < cents * (100 - p) // 100:
                return (kind, cents, p, coupon)
        elif kind == "off tax":
            if cents * (100 - p) % 100 == 0 and cents * (100 - p) * (100 + q) % 10000 == 0:
                return (kind, cents, p, q)
        elif kind == "before":
            cents, p = rng.randrange(500, 200000), rng.choice((*_BY_FIVE, 12, 16, 28, 32, 36, 48))
            if cents * (100 - p) % 100 == 0:
                return (kind, cents * (100 - p) // 100, p)
        elif kind == "before both":
            if cents * (100 - p) % 100 == 0 and cents * (100 - p) * (100 + q) % 10000 == 0:
                return (kind, cents * (100 - p) * (100 + q) // 10000, p, q)
        elif kind == "three":
            if all(value.denominator == 1 for value in _followed(cents, (p, q, -r))):
                return (kind, cents, p, q, r)
        elif kind == "profit":
            cents, pieces = 100 * rng.randrange(5, 200), rng.randrange(3, 40)
            values = _followed(cents, (p + 20, -r))
            if values[-1].denominator == 1 and values[-1] != cents:
                return (kind, pieces, cents, p + 20, r)
        elif kind == "offers":
            coupon = 100 * rng.randrange(2, 60)
            first, second = _followed(cents, (-p, -r)), _followed(cents - coupon, (-q - 10,))
            whole = all(value.denominator == 1 for value in (*first, *second))
            if coupon < cents and whole and first[-1] != second[-1]:
                return (kind, cents, p, r, coupon, q + 10)
        else:
            values = _followed(cents, (p + 20, -r, q))
            if values[-1].denominator == 1:
                return (kind, int(values[-1]), p + 20, r, q)


def _followed(cents: int, changes: tuple[int, ...]) -> list[Fraction]:
    """The amounts after each change in percent."""
    values, value = [], Fraction(cents)
    for change in changes:
        value = value * (100 + change) / 100
        values.append(value)
    return values


def _grown(cents: int, *changes: int) -> int:
    """The amount after all changes, exact in cents by the choice of the numbers."""
    return int(_followed(cents, changes)[-1])


def story(params: Params) -> Story:
    kind, *n = params
    (thing,) = cast(params, 1, _GOODS)
    (who,) = cast(params, 1)
    return _TALES[kind](thing, who, *n)


def _story(
    prompts: tuple[str, ...], steps: tuple[str, ...], right: int, slips: tuple[tuple[str, int | Fraction], ...]
) -> Story:
    wrong = tuple((name, money(int(cents))) for name, cents in slips)
    asked = tuple(f"{prompt} Answer in dollars, as a number with two decimals." for prompt in prompts)
    cents_off = (("a_cent_off", money(right + 1)), ("in_cents", str(right)))
    return Story(prompts=asked, steps=steps, answer=money(right), type="decimal", slips=(*wrong, *cents_off))


def _off(thing: str, who: str, cents: int, p: int) -> Story:
    cut = cents * p // 100
    return _story(
        (
            f"A {thing} costs ${money(cents)} and is reduced by {p}%. What does it cost now?",
            f"{who} buys a {thing} priced at ${money(cents)} with {p}% off. How much does {who} pay?",
        ),
        (
            f"{p}% of {money(cents)} is {money(cents)} * {p}/100 = {money(cut)}.",
            f"{money(cents)} - {money(cut)} = {money(cents - cut)}.",
        ),
        cents - cut,
        (("only_the_discount", cut), ("added", cents + cut), ("dollars_for_percent", cents - 100 * p)),
    )


def _tax(thing: str, who: str, cents: int, p: int) -> Story:
    tax = cents * p // 100
    return _story(
        (
            f"A {thing} costs ${money(cents)} before a tax of {p}%. What does it cost with the tax?",
            f"To the price of a {thing}, ${money(cents)}, {p}% tax is added. How much does {who} pay?",
        ),
        (
            f"{p}% of {money(cents)} is {money(cents)} * {p}/100 = {money(tax)}.",
            f"{money(cents)} + {money(tax)} = {money(cents + tax)}.",
        ),
        cents + tax,
        (("only_the_tax", tax), ("subtracted", cents - tax), ("dollars_for_percent", cents + 100 * p)),
    )


def _coupon(thing: str, who: str, cents: int, p: int, coupon: int) -> Story:
    reduced = _grown(cents, -p)
    return _story(
        (
            (
                f"A {thing} at ${money(cents)} is reduced by {p}%. From the reduced price {who} may take off a coupon"
                f" of ${money(coupon)}. What is left to pay?"
            ),
            (
                f"{who} gets {p}% off a {thing} priced at ${money(cents)} and afterwards ${money(coupon)} off with a"
                f" coupon. How much does {who} pay?"
            ),
        ),
        (
            f"Reduced by {p}%: {money(cents)} * {100 - p}/100 = {money(reduced)}.",
            f"With the coupon: {money(reduced)} - {money(coupon)} = {money(reduced - coupon)}.",
        ),
        reduced - coupon,
        (
            ("coupon_first", Fraction((cents - coupon) * (100 - p), 100)),
            ("coupon_forgotten", reduced),
            ("discount_forgotten", cents - coupon),
        ),
    )


def _off_tax(thing: str, who: str, cents: int, p: int, q: int) -> Story:
    reduced, right = _grown(cents, -p), _grown(cents, -p, q)
    return _story(
        (
            f"A {thing} at ${money(cents)} is reduced by {p}%, then {q}% tax is added. What is the final price?",
            (
                f"{who} gets {p}% off a {thing} listed at ${money(cents)} and pays {q}% tax on the reduced price. How"
                " much is that?"
            ),
        ),
        (
            f"Reduced: {money(cents)} * {100 - p}/100 = {money(reduced)}.",
            f"With tax: {money(reduced)} * {100 + q}/100 = {money(right)}.",
        ),
        right,
        (
            ("percents_added", cents * (100 - p + q) // 100),
            ("tax_forgotten", reduced),
            ("tax_taken_off", Fraction(reduced * (100 - q), 100)),
        ),
    )


def _before(thing: str, who: str, cents: int, p: int) -> Story:
    right = cents * 100 // (100 - p)
    return _story(
        (
            f"After a reduction of {p}% a {thing} costs ${money(cents)}. What did it cost before?",
            f"{who} paid ${money(cents)} for a {thing} at {p}% off. What was the full price?",
        ),
        (
            f"The reduced price is {100 - p}% of the old one.",
            f"{money(cents)} / {100 - p} * 100 = {money(right)}.",
        ),
        right,
        (("added_back", Fraction(cents * (100 + p), 100)), ("reduced_again", Fraction(cents * (100 - p), 100))),
    )


def _before_both(thing: str, who: str, cents: int, p: int, q: int) -> Story:
    reduced = cents * 100 // (100 + q)
    right = reduced * 100 // (100 - p)
    return _story(
        (
            (
                f"A {thing} was reduced by {p}%; then {q}% tax was added, and {who} paid ${money(cents)}. What was the"
                " price before the reduction and without tax?"
            ),
            (
                f"With {p}% off and {q}% tax on what is left, a {thing} costs ${money(cents)}. Find its list price"
                " without tax."
            ),
        ),
        (
            f"Without the tax: {money(cents)} / {100 + q} * 100 = {money(reduced)}.",
            f"Before the reduction: {money(reduced)} / {100 - p} * 100 = {money(right)}.",
        ),
        right,
        (
            ("tax_forgotten", Fraction(cents * 100, 100 - p)),
            ("reduction_forgotten", reduced),
            ("percents_added", Fraction(cents * 100, 100 - p + q)),
        ),
    )


def _three(thing: str, who: str, cents: int, p: int, q: int, r: int) -> Story:
    first, second, right = (int(value) for value in _followed(cents, (p, q, -r)))
    return _story(
        (
            (
                f"The price of a {thing}, ${money(cents)}, rises by {p}%, rises again by {q}% and then falls by {r}%."
                " What is it at the end?"
            ),
            (
                f"A {thing} cost ${money(cents)}. {who} sees the price go up {p}%, then up {q}%, then down {r}%. What"
                " is the price now?"
            ),
        ),
        (
            f"{money(cents)} * {100 + p}/100 = {money(first)}.",
            f"{money(first)} * {100 + q}/100 = {money(second)}.",
            f"{money(second)} * {100 - r}/100 = {money(right)}.",
        ),
        right,
        (
            ("percents_added", Fraction(cents * (100 + p + q - r), 100)),
            ("last_forgotten", second),
            ("last_added", Fraction(second * (100 + r), 100)),
        ),
    )


def _profit(thing: str, who: str, pieces: int, cents: int, p: int, r: int) -> Story:
    marked, sold = _followed(cents, (p, -r))
    right = pieces * (int(sold) - cents)
    word = "profit" if right > 0 else "loss"
    return _story(
        (
            (
                f"{who} buys {pieces} items at ${money(cents)} each, marks the price up by {p}% and sells"
                f" all of them at {r}% off the marked price. How much is the total {word}?"
            ),
            (
                f"A shop pays ${money(cents)} for a {thing}, adds {p}% and then grants {r}% off. Find the {word} on"
                f" {pieces} pieces."
            ),
        ),
        (
            f"Marked price: {money(cents)} * {100 + p}/100 = {_exact(marked)}.",
            f"Selling price: {_exact(marked)} * {100 - r}/100 = {money(int(sold))}.",
            f"The {word} on one is {money(abs(int(sold) - cents))}, on {pieces} it is {money(abs(right))}.",
        ),
        abs(right),
        (
            ("on_one", abs(int(sold) - cents)),
            ("percents_added", Fraction(pieces * cents * abs(p - r), 100)),
            ("turnover", pieces * int(sold)),
        ),
    )


def _exact(cents: Fraction) -> str:
    return money(int(cents)) if cents.denominator == 1 else str(cents / 100)


def _offers(thing: str, who: str, cents: int, p: int, r: int, coupon: int, q: int) -> Story:
    reduced, first = (int(value) for value in _followed(cents, (-p, -r)))
    second = _grown(cents - coupon, -q)
    return _story(
        (
            (
                f"A {thing} costs ${money(cents)}. Shop A gives {p}% off and then another {r}% off the reduced price."
                f" Shop B takes off ${money(coupon)} and then {q}%. By how much is the cheaper offer cheaper?"
            ),
            (
                f"{who} compares two offers for a {thing} listed at ${money(cents)}: {p}% off followed by {r}% off, or"
                f" ${money(coupon)} off followed by {q}% off. How much does {who} save by taking the better one instead"
                " of the other?"
            ),
        ),
        (
            f"First: {money(cents)} * {100 - p}/100 = {money(reduced)}, times {100 - r}/100 = {money(first)}.",
            (
                f"Second: {money(cents)} - {money(coupon)} = {money(cents - coupon)}, times {100 - q}/100 ="
                f" {money(second)}."
            ),
            (
                f"The difference is {money(max(first, second))} - {money(min(first, second))} ="
                f" {money(abs(first - second))}."
            ),
        ),
        abs(first - second),
        (
            ("the_cheaper_price", min(first, second)),
            ("percents_added", abs(Fraction(cents * (100 - p - r), 100) - second)),
            ("sign", -abs(first - second)),
        ),
    )


def _cost(thing: str, who: str, cents: int, p: int, r: int, q: int) -> Story:
    sold = Fraction(cents * 100, 100 + q)
    marked = sold * 100 / (100 - r)
    right = marked * 100 / (100 + p)
    return _story(
        (
            (
                f"{who} marks a {thing} up by {p}% above cost, sells it at {r}% off the marked price, and with {q}% tax"
                f" the customer pays ${money(cents)}. What did the {thing} cost {who}?"
            ),
            (
                f"A customer pays ${money(cents)} for a {thing}, {q}% tax included. The shop had added {p}% to its cost"
                f" and then given {r}% off. What was the shop's cost?"
            ),
        ),
        (
            f"Without tax: {money(cents)} / {100 + q} * 100 = {_exact(sold)}.",
            f"Marked price: {_exact(sold)} / {100 - r} * 100 = {_exact(marked)}.",
            f"Cost: {_exact(marked)} / {100 + p} * 100 = {_exact(right)}.",
        ),
        int(right),
        (
            ("tax_forgotten", Fraction(cents * 10000, (100 - r) * (100 + p))),
            ("markup_taken_off", marked * abs(100 - p) / 100),
            ("marked_price", marked),
        ),
    )


_TALES: dict[str, Callable[..., Story]] = {
    "off": _off,
    "tax": _tax,
    "coupon": _coupon,
    "off tax": _off_tax,
    "before": _before,
    "before both": _before_both,
    "three": _three,
    "profit": _profit,
    "offers": _offers,
    "cost": _cost,
}


def check(params: Params) -> str:
    """By solving for the amount with sympy where it is asked backwards, by decimals of 60 digits where forwards."""
    from decimal import Decimal, localcontext

    import sympy

    kind, cents, *n = params
    if kind in ("before", "before both", "cost"):
        x = sympy.Symbol("x")
        changes = {"before": [-n[0]], "before both": [-n[0], *n[1:]], "cost": [n[0], *(-v for v in n[1:2]), *n[2:]]}[
            kind
        ]
        price = x
        for change in changes:
            price += price * sympy.Rational(change, 100)
        (solution,) = sympy.solve(price - cents, x)
        return money(int(solution))
    with localcontext() as context:
        context.prec = 60

        def part(value: Decimal, percent: int) -> Decimal:
            return value * Decimal(percent) / Decimal(100)

        value = Decimal(cents)
        if kind == "coupon":
            value = value - part(value, n[0]) - n[1]
        elif kind == "profit":
            cost = Decimal(n[0])
            price = cost + part(cost, n[1])
            value = abs(price - part(price, n[2]) - cost) * cents
        elif kind == "offers":
            one = value - part(value, n[0])
            two = value - n[2]
            value = abs(one - part(one, n[1]) - (two - part(two, n[3])))
        else:
            for percent, sign in zip(
                n, {"off": (-1,), "tax": (1,), "off tax": (-1, 1), "three": (1, 1, -1)}[kind], strict=True
            ):
                value += sign * part(value, percent)
        return str((value / 100).quantize(Decimal("0.01")))


FAMILY = story_family(
    name="discounts",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
