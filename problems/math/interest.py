"""Word problems about interest, simple and compound, exact to the cent.

Level 1: simple interest. Level 2: the final amount. Level 3: simple interest by months. Level 4: the rate or the time
behind simple interest. Level 5: compound interest over two years. Level 6: three years with a rate each. Level 7: the
start behind an amount after two years. Level 8: two deposits at different rates. Level 9: a deposit every year. Level
10: how a sum was split in two.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd
from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast, money

_ROUND = (4, 5, 8, 10, 12, 15, 20, 25, 30, 40, 50)
_KINDS = {
    1: "simple",
    2: "amount",
    3: "months",
    4: "behind",
    5: "compound",
    6: "three rates",
    7: "start",
    8: "two rates",
    9: "every year",
    10: "split",
}


def sample(level: int, rng: Random) -> Params:
    """(kind, dollars or cents, percents, years or months); every amount on the way is whole in cents."""
    kind = _KINDS[level]
    while True:
        dollars, rate, years = 10 * rng.randrange(10, 1000), rng.randrange(1, 13), rng.randrange(2, 11)
        if kind in ("simple", "amount"):
            return (kind, dollars, rate, years)
        if kind == "months":
            dollars, months = rng.randrange(100, 10000), rng.randrange(2, 36)
            if dollars * rate * months % 12 == 0 and months % 12:
                return (kind, dollars, rate, months)
        elif kind == "behind":
            asked = rng.choice(("rate", "years"))
            dollars = rng.randrange(200, 20000)
            return (kind, asked, dollars, rate if asked == "years" else years, dollars * rate * years)
        elif kind == "compound":
            rate, start = rng.randrange(1, 21), 100 * rng.randrange(100, 200000)
            if all(value.denominator == 1 for value in _growth(start, rate, rate)):
                return (kind, start, rate)
        elif kind == "three rates":
            start, rates = 100 * rng.randrange(100, 10000), [rng.choice(_ROUND) for _ in range(3)]
            if all(value.denominator == 1 for value in _growth(start, *rates)):
                return (kind, start, *rates)
        elif kind == "start":
            rate, start = rng.randrange(1, 26), 25 * rng.randrange(400, 400000)
            values = _growth(start, rate, rate)
            if all(value.denominator == 1 for value in values):
                return (kind, int(values[-1]), rate)
        elif kind == "two rates":
            other = rng.randrange(1, 13)
            if other != rate:
                return (kind, dollars, rate, rng.randrange(100, 10000), other, years)
        elif kind == "every year":
            rate = rng.choice(_ROUND)
            step = 100 // gcd(100, rate)
            deposits = (
                100 * step * rng.randrange(1, 9),
                100 * step * rng.randrange(1, 40),
                500 * rng.randrange(20, 900),
            )
            if all(value.denominator == 1 for value in _deposits(rate, *deposits)):
                return (kind, rate, *deposits)
        else:
            p, q, first, second = rate, rng.randrange(1, 13), rng.randrange(100, 9000), rng.randrange(100, 9000)
            if p != q:
                return (kind, first + second, p, q, first * p + second * q)


def _growth(start: int, *rates: int) -> list[Fraction]:
    values, value = [], Fraction(start)
    for rate in rates:
        value = value * (100 + rate) / 100
        values.append(value)
    return values


def _deposits(rate: int, *deposits: int) -> list[Fraction]:
    """After the interest of each year, with a deposit at the beginning of each."""
    values, value = [], Fraction(0)
    for deposit in deposits:
        value = (value + deposit) * (100 + rate) / 100
        values.append(value)
    return values


def story(params: Params) -> Story:
    kind, *n = params
    who, other = cast(params, 2)
    return _TALES[kind](who, other, *n)


def _money_story(
    prompts: tuple[str, ...], steps: tuple[str, ...], right: int, slips: tuple[tuple[str, int | Fraction], ...]
) -> Story:
    """Amounts in cents."""
    wrong = tuple((name, money(int(cents))) for name, cents in slips)
    asked = tuple(f"{prompt} Answer in dollars, as a number with two decimals." for prompt in prompts)
    cents_off = (("a_cent_off", money(right + 1)), ("in_cents", str(right)))
    return Story(prompts=asked, steps=steps, answer=money(right), type="decimal", slips=(*wrong, *cents_off))


def _simple(who: str, other: str, dollars: int, rate: int, years: int) -> Story:
    a_year = dollars * rate  # in cents, like everything that is a percentage of dollars
    return _money_story(
        (
            (
                f"{who} lends ${dollars} at {rate}% simple interest a year. How much interest comes together in {years}"
                " years?"
            ),
            f"Find the simple interest on ${dollars} at {rate}% a year for {years} years.",
        ),
        (
            f"A year brings {dollars} * {rate}/100 = {money(a_year)}.",
            f"{years} years bring {years} * {money(a_year)} = {money(a_year * years)}.",
        ),
        a_year * years,
        (
            ("one_year", a_year),
            ("with_the_capital", 100 * dollars + a_year * years),
            ("a_year_less", a_year * (years - 1)),
        ),
    )


def _amount(who: str, other: str, dollars: int, rate: int, years: int) -> Story:
    interest = dollars * rate * years
    return _money_story(
        (
            (
                f"{who} borrows ${dollars} from {other} at {rate}% simple interest a year. How much must {who} pay back"
                f" after {years} years?"
            ),
            f"What do ${dollars} grow to in {years} years at {rate}% simple interest a year?",
        ),
        (
            f"Interest: {dollars} * {rate}/100 * {years} = {money(interest)}.",
            f"Together {dollars} + {money(interest)} = {money(100 * dollars + interest)}.",
        ),
        100 * dollars + interest,
        (
            ("only_the_interest", interest),
            ("one_year", 100 * dollars + dollars * rate),
            ("subtracted", 100 * dollars - interest),
        ),
    )


def _months(who: str, other: str, dollars: int, rate: int, months: int) -> Story:
    right = dollars * rate * months // 12
    return _money_story(
        (
            f"{who} lends ${dollars} at {rate}% simple interest a year. What interest is due after {months} months?",
            f"How much simple interest do ${dollars} bring in {months} months at {rate}% a year?",
        ),
        (
            f"A year brings {dollars} * {rate}/100 = {money(dollars * rate)}.",
            f"{months} months bring {money(dollars * rate)} * {months}/12 = {money(right)}.",
        ),
        right,
        (
            ("months_as_years", dollars * rate * months),
            ("one_year", dollars * rate),
            ("with_the_capital", 100 * dollars + right),
        ),
    )


def _behind(who: str, other: str, asked: str, dollars: int, known: int, cents: int) -> Story:
    right = cents // (dollars * known)
    if asked == "rate":
        prompts = (
            (
                f"In {known} years ${dollars} brought {who} ${money(cents)} of simple interest. What was the yearly"
                " rate in percent?"
            ),
            (
                f"At which yearly rate, in percent, do ${dollars} bring ${money(cents)} of simple interest in {known}"
                " years?"
            ),
        )
        steps = (
            f"A year brought {money(cents)} / {known} = {money(cents // known)}.",
            f"That is {money(cents // known)} / {dollars} = {right}%.",
        )
    else:
        prompts = (
            f"At {known}% simple interest a year ${dollars} brought {who} ${money(cents)}. After how many years?",
            f"How many years does it take until ${dollars} bring ${money(cents)} at {known}% simple interest a year?",
        )
        steps = (
            f"A year brings {dollars} * {known}/100 = {money(dollars * known)}.",
            f"{money(cents)} / {money(dollars * known)} = {right}.",
        )
    unit = "%" if asked == "rate" else ""
    slips = (
        ("off_by_one", f"{right + 1}{unit}"),
        ("not_divided", f"{right * known}{unit}"),
        ("known_number", f"{known}{unit}"),
        ("hundredfold", f"{100 * right}{unit}"),
        ("sign", f"{-right}{unit}"),
    )
    return Story(
        prompts=prompts, steps=steps, answer=f"{right}{unit}", type="percent" if unit else "integer", slips=slips
    )


def _compound(who: str, other: str, start: int, rate: int) -> Story:
    first, second = map(int, _growth(start, rate, rate))
    return _money_story(
        (
            (
                f"{who} deposits ${money(start)} at {rate}% interest a year, compounded yearly. What is in the account"
                " after two years?"
            ),
            f"${money(start)} grow by {rate}% every year. What do they come to after two years?",
        ),
        (
            f"After one year: {money(start)} * {100 + rate}/100 = {money(first)}.",
            f"After two years: {money(first)} * {100 + rate}/100 = {money(second)}.",
        ),
        second,
        (
            ("simple_interest", start * (100 + rate * 2) // 100),
            ("a_year_less", first),
            ("only_the_interest", second - start),
        ),
    )


def _three_rates(who: str, other: str, start: int, p: int, q: int, r: int) -> Story:
    values = [start, *map(int, _growth(start, p, q, r))]
    steps = (
        f"After year {year}: {money(values[year - 1])} * {100 + rate}/100 = {money(values[year])}."
        for year, rate in enumerate((p, q, r), start=1)
    )
    return _money_story(
        (
            (
                f"{who} invests ${money(start)}. It grows by {p}% in the first year, by {q}% in the second and by {r}%"
                " in the third. What is it worth then?"
            ),
            (
                f"Compounded yearly, ${money(start)} earn {p}%, {q}% and {r}% interest in three years. What is there at"
                " the end?"
            ),
        ),
        tuple(steps),
        values[-1],
        (
            ("simple_interest", Fraction(start * (100 + p + q + r), 100)),
            ("a_year_less", values[-2]),
            ("only_the_interest", values[-1] - start),
        ),
    )


def _start(who: str, other: str, cents: int, rate: int) -> Story:
    before = cents * 100 // (100 + rate)
    right = before * 100 // (100 + rate)
    return _money_story(
        (
            (
                f"After two years at {rate}% interest a year, compounded yearly, {who} has ${money(cents)}. What was"
                " the deposit?"
            ),
            f"Which sum grows to ${money(cents)} in two years when it grows by {rate}% each year?",
        ),
        (
            f"A year earlier: {money(cents)} / {100 + rate} * 100 = {money(before)}.",
            f"Two years earlier: {money(before)} / {100 + rate} * 100 = {money(right)}.",
        ),
        right,
        (
            ("one_year", before),
            ("simple_interest", Fraction(cents * 100, 100 + 2 * rate)),
            ("taken_off", Fraction(cents * (100 - rate) ** 2, 10000)),
        ),
    )


def _two_rates(who: str, other: str, first: int, p: int, second: int, q: int, years: int) -> Story:
    one, two = first * p, second * q
    return _money_story(
        (
            (
                f"{who} puts ${first} in one account at {p}% and ${second} in another at {q}% simple interest a year."
                f" How much interest do both bring in {years} years?"
            ),
            (
                f"{who} lends {other} ${first} at {p}% and a cousin ${second} at {q}% simple interest a year. What is"
                f" the interest of {years} years together?"
            ),
        ),
        (
            f"The first brings {first} * {p}/100 = {money(one)} a year.",
            f"The second brings {second} * {q}/100 = {money(two)} a year.",
            (
                f"In {years} years: {years} * ({money(one)} + {money(two)}) = {years} * {money(one + two)} ="
                f" {money(years * (one + two))}."
            ),
        ),
        years * (one + two),
        (
            ("one_year", one + two),
            ("only_the_first", years * one),
            ("rates_swapped", years * (first * q + second * p)),
            ("mean_rate", Fraction(years * (first + second) * (p + q), 2)),
        ),
    )


def _every_year(who: str, other: str, rate: int, a: int, b: int, c: int) -> Story:
    values = [0, *map(int, _deposits(rate, a, b, c))]
    steps = (
        f"Year {year}: ({money(values[year - 1])} + {money(deposit)}) * {100 + rate}/100 = {money(values[year])}."
        for year, deposit in enumerate((a, b, c), start=1)
    )
    return _money_story(
        (
            (
                f"At the beginning of three years {who} deposits ${money(a)}, ${money(b)} and ${money(c)}. The account"
                f" bears {rate}% interest a year, compounded yearly. What is in it at the end of the third year?"
            ),
            (
                f"{who} saves ${money(a)} at the start of year one, ${money(b)} at the start of year two and"
                f" ${money(c)} at the start of year three, at {rate}% compound interest a year. How much is there at"
                " the end of year three?"
            ),
        ),
        tuple(steps),
        values[-1],
        (
            ("last_interest_forgotten", values[2] + c),
            ("first_deposit_only", Fraction(a * (100 + rate) ** 3, 10**6)),
            ("simple_interest", Fraction(100 * (a + b + c) + rate * (3 * a + 2 * b + c), 100)),
            ("no_interest", a + b + c),
        ),
    )


def _split(who: str, other: str, dollars: int, p: int, q: int, cents: int) -> Story:
    first = (cents - dollars * q) // (p - q)
    slips = (
        ("swapped", f"({dollars - first}, {first})"),
        ("off_by_one", f"({first + 1}, {dollars - first - 1})"),
        ("halves", f"({Fraction(dollars, 2)}, {Fraction(dollars, 2)})"),
        ("one_number", first),
    )
    return Story(
        prompts=(
            (
                f"{who} splits ${dollars} between two accounts with {p}% and {q}% simple interest a year. A year's"
                f" interest is ${money(cents)} altogether. Give the pair (dollars at {p}%, dollars at {q}%)."
            ),
            (
                f"A part of ${dollars} earns {p}% and the rest {q}% a year, ${money(cents)} in the first year. Find"
                f" (part at {p}%, part at {q}%) in dollars."
            ),
        ),
        steps=(
            f"With x dollars at {p}%: {p} x + {q} ({dollars} - x) = 100 * {money(cents)} = {cents}.",
            f"So ({p} - {q}) x = {cents} - {q * dollars} = {cents - q * dollars}, x = {first}.",
            f"The rest is {dollars} - {first} = {dollars - first}.",
        ),
        answer=f"({first}, {dollars - first})",
        type="tuple",
        slips=slips,
    )


_TALES: dict[str, Callable[..., Story]] = {
    "simple": _simple,
    "amount": _amount,
    "months": _months,
    "behind": _behind,
    "compound": _compound,
    "three rates": _three_rates,
    "start": _start,
    "two rates": _two_rates,
    "every year": _every_year,
    "split": _split,
}


def check(params: Params) -> str:
    """Year by year or month by month in exact fractions; what is asked backwards is solved by sympy."""
    import sympy

    kind, *n = params
    x = sympy.Symbol("x")

    def cents(value: object) -> str:
        return str(sympy.N(value, 30).__format__(".2f"))

    if kind in ("simple", "amount", "months"):
        dollars, rate, time = n
        total = sum(sympy.Rational(dollars * rate, 100 * (12 if kind == "months" else 1)) for _ in range(time))
        return cents(total + dollars if kind == "amount" else total)
    if kind == "behind":
        asked, dollars, known, total = n
        (found,) = sympy.solve(sympy.Rational(dollars, 100) * known * x - sympy.Rational(total, 100), x)
        return f"{found}{'%' if asked == 'rate' else ''}"
    if kind == "compound":
        return cents(sympy.Rational(n[0], 100) * (1 + sympy.Rational(n[1], 100)) ** 2)
    if kind == "three rates":
        return cents(sympy.Rational(n[0], 100) * sympy.prod(1 + sympy.Rational(rate, 100) for rate in n[1:]))
    if kind == "start":
        found = sympy.solve(x * (1 + sympy.Rational(n[1], 100)) ** 2 - sympy.Rational(n[0], 100), x)
        return cents(found[0])
    if kind == "two rates":
        return cents(sympy.Rational(n[4] * n[0] * n[1], 100) + sympy.Rational(n[4] * n[2] * n[3], 100))
    if kind == "every year":
        growth = 1 + sympy.Rational(n[0], 100)
        return cents(sum(sympy.Rational(n[year], 100) * growth ** (4 - year) for year in (1, 2, 3)))
    (first,) = sympy.solve(n[1] * x + n[2] * (n[0] - x) - n[3], x)
    return f"({first}, {n[0] - first})"


FAMILY = story_family(
    name="interest",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
