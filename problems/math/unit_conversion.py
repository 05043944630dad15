"""Conversions between units, real and invented.

Level 1: one step down in the metric system. Level 2: one step up, with a fraction. Level 3: hours, minutes and seconds
into seconds. Level 4: seconds into hours, minutes and seconds. Level 5: areas and volumes. Level 6: speeds and flows.
Levels 7 to 10: chains of three to six invented units, whose rates are told in any order and direction. Answers are bare
numbers, since the unit is named in the question.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random
from typing import Any

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.types import AnswerType
from tracemill.problems.words import cast

_STEPS = (
    ("km", "m", 1000),
    ("m", "cm", 100),
    ("cm", "mm", 10),
    ("kg", "g", 1000),
    ("t", "kg", 1000),
    ("g", "mg", 1000),
    ("L", "mL", 1000),
    ("hL", "L", 100),
    ("h", "min", 60),
    ("min", "s", 60),
    ("days", "h", 24),
    ("weeks", "days", 7),
)
_POWERS = (
    ("m²", "cm²", "m", "cm", 100, 2),
    ("km²", "m²", "km", "m", 1000, 2),
    ("cm²", "mm²", "cm", "mm", 10, 2),
    ("m³", "L", "m", "dm", 10, 3),
    ("L", "cm³", "dm", "cm", 10, 3),
    ("m³", "cm³", "m", "cm", 100, 3),
    ("cm³", "mm³", "cm", "mm", 10, 3),
)
_RATES = (  # from, to, what the number is multiplied by, why
    ("km/h", "m/s", Fraction(1000, 3600), "1 km is 1000 m, 1 h is 3600 s"),
    ("m/s", "km/h", Fraction(3600, 1000), "1 h is 3600 s, 1 km is 1000 m"),
    ("m/min", "km/h", Fraction(60, 1000), "1 h is 60 min, 1 km is 1000 m"),
    ("km/h", "m/min", Fraction(1000, 60), "1 km is 1000 m, 1 h is 60 min"),
    ("L/min", "mL/s", Fraction(1000, 60), "1 L is 1000 mL, 1 min is 60 s"),
    ("mL/s", "L/h", Fraction(3600, 1000), "1 h is 3600 s, 1 L is 1000 mL"),
    ("kg/m³", "g/cm³", Fraction(1000, 10**6), "1 kg is 1000 g, 1 m³ is 1000000 cm³"),
    ("g/cm³", "kg/m³", Fraction(10**6, 1000), "1 m³ is 1000000 cm³, 1 kg is 1000 g"),
    ("g/L", "mg/mL", Fraction(1000, 1000), "1 g is 1000 mg, 1 L is 1000 mL"),
    ("kg/day", "g/h", Fraction(1000, 24), "1 kg is 1000 g, 1 day is 24 h"),
)
_INVENTED = (
    "blick", "dunk", "farl", "gimp", "hask", "jorl", "krin", "lorm", "mave", "nosk",
    "plim", "quon", "rusk", "snib", "tarn", "vell", "wop", "yim", "zort", "brall",
)  # fmt: skip


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers and the index of the conversion); for "invented" the amount and (from, to, a, b): a of unit `from`
    make b of unit `to`, the units being numbered along the chain."""
    if level == 1:
        return ("down", rng.randrange(2, 1000), rng.randrange(len(_STEPS)))
    if level == 2:
        return ("up", rng.randrange(2, 2000), rng.randrange(len(_STEPS)))
    if level == 3:
        return ("seconds", rng.randrange(1, 100), rng.randrange(1, 60), rng.randrange(1, 60))
    if level == 4:
        return ("hours", rng.randrange(3661, 500000))
    if level == 5:
        return (
            "power",
            rng.randrange(2, 200000),
            rng.choice((1, 10, 100, 1000)),
            rng.randrange(len(_POWERS)),
            rng.choice((0, 1)),
        )
    if level == 6:
        return ("rate", rng.randrange(2, 20000), rng.choice((1, 2, 4, 5, 10, 100)), rng.randrange(len(_RATES)))
    links = []
    for unit in range(level - 4):
        a, b = rng.randrange(2, 13), rng.randrange(1, 13)
        links.append((unit, unit + 1, a, b) if rng.random() < 0.5 else (unit + 1, unit, b + 1, a))
    rng.shuffle(links)
    return ("invented", rng.randrange(2, 100), tuple(links))


def _decimal(value: Fraction) -> str:
    """A finite decimal where there is one, else a fraction."""
    for places in range(12):
        if (value * 10**places).denominator == 1:
            whole = abs(int(value * 10**places))
            return f"{whole // 10**places}.{whole % 10**places:0{places}d}" if places else str(whole)
    return str(value)


def _type(value: Fraction) -> AnswerType:
    return "integer" if value.denominator == 1 else "rational"


def story(params: Params) -> Story:
    kind, *n = params
    return _TALES[kind](params, *n)


def _converted(shown: str, source: str, target: str, value: Fraction, steps: tuple[str, ...], **slips: object) -> Story:
    close = (("off_by_one", str(value + 1)), ("sign", str(-value)))
    return Story(
        prompts=(
            f"Convert {shown} {source} to {target}. Give the number of {target} as an integer or a fraction.",
            f"How many {target} are {shown} {source}? Answer with an integer or a fraction.",
            f"Express {shown} {source} in {target} (the number alone, whole or as a fraction).",
        ),
        steps=steps,
        answer=str(value),
        type=_type(value),
        slips=(*((name, str(wrong)) for name, wrong in slips.items()), *close),
    )


def _down(params: Params, number: int, index: int) -> Story:
    source, target, factor = _STEPS[index]
    return _converted(
        str(number),
        source,
        target,
        Fraction(number * factor),
        (
            f"1 {_singular(source)} is {factor} {target}.",
            f"{number} * {factor} = {number * factor}.",
        ),
        the_other_way=Fraction(number, factor),
        factor_ten=number * factor * 10,
        added=number + factor,
    )


def _singular(unit: str) -> str:
    return unit[:-1] if unit in ("days", "weeks") else unit


def _up(params: Params, number: int, index: int) -> Story:
    target, source, factor = _STEPS[index]
    value = Fraction(number, factor)
    return _converted(
        str(number),
        source,
        target,
        value,
        (f"{factor} {source} are 1 {_singular(target)}.", f"{number} / {factor} = {value}."),
        the_other_way=number * factor,
        factor_ten=value / 10,
        inverted=1 / value,
    )


def _seconds(params: Params, hours: int, minutes: int, seconds: int) -> Story:
    value = 3600 * hours + 60 * minutes + seconds
    return _converted(
        f"{hours} h {minutes} min {seconds}",
        "s",
        "seconds",
        Fraction(value),
        (
            f"{hours} * 3600 = {3600 * hours} and {minutes} * 60 = {60 * minutes}.",
            f"{3600 * hours} + {60 * minutes} + {seconds} = {value}.",
        ),
        hours_by_sixty=60 * hours + 60 * minutes + seconds,
        seconds_forgotten=value - seconds,
        decimal=10000 * hours + 100 * minutes + seconds,
    )


def _hours(params: Params, seconds: int) -> Story:
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    return Story(
        prompts=(
            (
                f"Write {seconds} seconds as hours, minutes and seconds, minutes and seconds being less than 60. Answer"
                " (h, min, s)."
            ),
            (
                f"How many hours, minutes and seconds are {seconds} seconds? Give (hours, minutes, seconds) with as"
                " many hours and then as many minutes as possible."
            ),
        ),
        steps=(
            f"{seconds} / 3600 is {hours}, rest {seconds} - {3600 * hours} = {rest}.",
            f"{rest} / 60 is {minutes}, rest {rest} - {60 * minutes} = {left}.",
        ),
        answer=f"({hours}, {minutes}, {left})",
        type="tuple",
        slips=(
            ("off_by_one", f"({hours}, {minutes}, {left + 1})"),
            ("swapped", f"({left}, {minutes}, {hours})"),
            ("minutes_only", f"(0, {seconds // 60}, {left})"),
            ("hundreds", f"({seconds // 10000}, {seconds // 100 % 100}, {seconds % 100})"),
        ),
    )


def _power(params: Params, number: int, bottom: int, index: int, up: int) -> Story:
    large, small, long, short, factor, power = _POWERS[index]
    amount, ratio = Fraction(number, bottom), Fraction(factor**power)
    source, target = (small, large) if up else (large, small)
    value = amount / ratio if up else amount * ratio
    return _converted(
        _decimal(amount),
        source,
        target,
        value,
        (
            f"1 {long} is {factor} {short}, so 1 {large} is {factor}^{power} = {ratio} {small}.",
            f"{_decimal(amount)} {'/' if up else '*'} {ratio} = {value}.",
        ),
        length_for_power=amount / factor if up else amount * factor,
        the_other_way=amount * ratio if up else amount / ratio,
        factor_ten=value * 10,
    )


def _rate(params: Params, number: int, bottom: int, index: int) -> Story:
    source, target, factor, why = _RATES[index]
    amount = Fraction(number, bottom)
    return _converted(
        _decimal(amount),
        source,
        target,
        amount * factor,
        (f"{why}, so the number is multiplied by {factor}.", f"{_decimal(amount)} * {factor} = {amount * factor}."),
        the_other_way=amount / factor if factor != 1 else amount * 1000,
        factor_ten=amount * factor / 10,
        only_the_first_unit=amount * 1000,
    )


def _walk(amount: int, links: Any) -> list[tuple[int, Fraction, Fraction]]:
    """From unit 0 along the chain: (unit reached, rate, amount of it)."""
    out, value = [], Fraction(amount)
    for unit in range(len(links)):
        a, b = next(
            (x, y) if start == unit else (y, x) for start, end, x, y in links if {start, end} == {unit, unit + 1}
        )
        value = value * b / a
        out.append((unit + 1, Fraction(b, a), value))
    return out


def _invented(params: Params, amount: int, links: Any) -> Story:
    names = cast(params, len(links) + 1, _INVENTED)
    path = _walk(amount, links)
    value = path[-1][2]
    facts = ", ".join(f"{a} {names[start]} make {b} {names[end]}" for start, end, a, b in links)
    steps, before = [], Fraction(amount)
    for unit, rate, reached in path:
        steps.append(
            f"1 {names[unit - 1]} is {rate} {names[unit]}, so {before} {names[unit - 1]} are {reached} {names[unit]}."
        )
        before = reached
    first = path[0][1]
    slips = (
        ("one_rate_inverted", str(value / first**2)),
        ("the_other_way", str(amount**2 / value)),
        ("one_step_short", str(path[-2][2])),
        ("off_by_one", str(value + 1)),
        ("sign", str(-value)),
    )
    return Story(
        prompts=(
            f"On a market {facts}. How many {names[-1]} are {amount} {names[0]}? Answer with an integer or a fraction.",
            f"Where {facts}, what do {amount} {names[0]} come to in {names[-1]}? Give an exact number.",
            f"In an old table one reads: {facts}. Convert {amount} {names[0]} to {names[-1]}, exactly.",
        ),
        steps=tuple(steps),
        answer=str(value),
        type=_type(value),
        slips=slips,
    )


_TALES: dict[str, Callable[..., Story]] = {
    "down": _down,
    "up": _up,
    "seconds": _seconds,
    "hours": _hours,
    "power": _power,
    "rate": _rate,
    "invented": _invented,
}


def check(params: Params) -> str:
    """Real units by sympy's table of units, invented ones by a system of equations."""
    import sympy
    from sympy.physics import units as u

    kind, *n = params
    kilo = {"t": 1000 * u.kilogram, "hL": 100 * u.liter, "mL": u.liter / 1000, "mg": u.kilogram / 10**6}
    base = {"m": u.meter, "cm": u.centimeter, "mm": u.millimeter, "km": u.kilometer, "kg": u.kilogram, "g": u.gram}
    time = {"s": u.second, "min": u.minute, "h": u.hour, "day": u.day, "days": u.day, "weeks": 7 * u.day}
    table = {**kilo, **base, **time, "L": u.liter}

    def unit(name: str) -> Any:
        top, _, bottom = name.partition("/")
        power = {"²": 2, "³": 3}.get(top[-1], 1)
        value = table[top.rstrip("²³")] ** power
        return value / unit(bottom) if bottom else value

    def converted(amount: Fraction, source: str, target: str) -> str:
        ratio = u.convert_to(unit(source) / unit(target), [u.meter, u.kilogram, u.second])
        return str(sympy.nsimplify(ratio) * sympy.Rational(amount.numerator, amount.denominator))

    if kind == "down":
        return converted(Fraction(n[0]), *_STEPS[n[1]][:2])
    if kind == "up":
        return converted(Fraction(n[0]), *_STEPS[n[1]][1::-1])
    if kind == "seconds":
        return str(
            sum(int(converted(Fraction(value), name, "s")) for value, name in zip(n, ("h", "min", "s"), strict=True))
        )
    if kind == "hours":
        clock = [
            (h, m, s)
            for h in range(n[0] // 3600 + 2)
            for m in range(60)
            for s in (n[0] - 3600 * h - 60 * m,)
            if 0 <= s < 60
        ]
        return str(clock[0])
    if kind == "power":
        large, small, *_ = _POWERS[n[2]]
        return converted(Fraction(n[0], n[1]), *((small, large) if n[3] else (large, small)))
    if kind == "rate":
        source, target, *_ = _RATES[n[2]]
        return converted(Fraction(n[0], n[1]), source, target)
    amount, links = n
    worth = sympy.symbols(f"w0:{len(links) + 1}")
    solution = sympy.solve([a * worth[i] - b * worth[j] for i, j, a, b in links], worth[1:], dict=True)[0]
    return str(sympy.simplify(amount * worth[0] / solution[worth[-1]]))


FAMILY = story_family(
    name="unit_conversion",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
