"""Word problems about people and pipes that work together.

Level 1: more or fewer workers. Level 2: two together. Level 3: two packers with different outputs. Level 4: one leaves
early. Level 5: two pipes fill, one drains. Level 6: three together. Level 7: three, from what each pair needs. Level 8:
three take turns. Level 9: a second and a third join later. Level 10: two kinds of workers, in other numbers.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast

_JOBS = (
    "paint a fence",
    "mow a meadow",
    "sort the mail",
    "dig a trench",
    "clean a hall",
    "type a report",
    "stack the wood",
)
_SMOOTH = [n for n in range(3, 420) if 2**9 * 3**6 * 5**4 * 7**3 % n == 0]  # so that fractions stay readable
_KINDS = {
    1: "crew",
    2: "together",
    3: "packers",
    4: "leaves",
    5: "pipes",
    6: "three",
    7: "pairs",
    8: "turns",
    9: "joins",
    10: "two kinds",
}


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers in the order of the telling); times in hours or minutes, as the kind says."""
    kind = _KINDS[level]
    while True:
        a, b, c = rng.sample(_SMOOTH, 3)
        if kind == "crew":
            workers, others, hours = rng.randrange(2, 25), rng.randrange(2, 25), rng.randrange(2, 60)
            if workers != others and workers * hours % others == 0:
                return (kind, workers, hours, others)
        elif kind == "together":
            a, b = rng.randrange(2, 60), rng.randrange(2, 60)
            if a != b:
                return (kind, a, b)
        elif kind == "packers":
            return (kind, rng.randrange(2, 30), a, rng.randrange(2, 30), b, rng.randrange(30, 300))
        elif kind == "leaves":
            t = rng.randrange(2, 100)
            if t * (a + b) < a * b:
                return (kind, a, b, t)
        elif kind in ("pipes", "three"):
            if kind == "three" or c * (a + b) > a * b:
                return (kind, a, b, c)
        elif kind == "pairs":
            if max(a * b, b * c, a * c) * 2 < a * b + b * c + a * c:
                return (kind, a, b, c)
        elif kind == "turns":
            if min(a, b, c) > 4:
                return (kind, a, b, c)
        elif kind == "joins":
            s, t = rng.randrange(2, 60), rng.randrange(2, 60)
            if _left_before_the_third(a, b, s, t) > 0:
                return (kind, a, b, c, s, t)
        else:
            m, n, p, q, s, t = (rng.randrange(1, 13) for _ in range(6))
            days, hours = rng.randrange(2, 30), rng.randrange(2, 30)
            x, y = _rates(m, n, days, p, q, hours)
            if x > 0 and y > 0 and x != y:
                return (kind, m, n, days, p, q, hours, s, t)


def _left_before_the_third(a: int, b: int, s: int, t: int) -> Fraction:
    return 1 - Fraction(s + t, a) - Fraction(t, b)


def _rates(m: int, n: int, days: int, p: int, q: int, hours: int) -> tuple[Fraction, Fraction]:
    """What one of each kind does in a day: m x + n y = 1/days and p x + q y = 1/hours; zeros where that has not one
    solution."""
    det = m * q - n * p
    if not det:
        return Fraction(0), Fraction(0)
    u, v = Fraction(1, days), Fraction(1, hours)
    return (u * q - n * v) / det, (m * v - u * p) / det


def story(params: Params) -> Story:
    kind, *n = params
    (job,) = cast(params, 1, _JOBS)
    return _TALES[kind](job, *cast(params, 3), *n)


def _quantity(
    prompts: tuple[str, ...], steps: tuple[str, ...], right: Fraction | int, unit: str, **slips: object
) -> Story:
    wrong = tuple((name, f"{value} {unit}") for name, value in slips.items())
    close = (("off_by_one", f"{right + 1} {unit}"), ("sign", f"{-right} {unit}"))
    return Story(prompts=prompts, steps=steps, answer=f"{right} {unit}", type="quantity", slips=(*wrong, *close))


def _crew(job: str, one: str, two: str, third: str, workers: int, hours: int, others: int) -> Story:
    right = workers * hours // others
    return _quantity(
        (
            f"{workers} workers need {hours} hours to {job}. How many hours do {others} workers need?",
            f"If it takes {workers} people {hours} hours to {job}, how many hours does it take {others} people?",
        ),
        (
            f"The job is {workers} * {hours} = {workers * hours} working hours.",
            f"{workers * hours} / {others} = {right}.",
        ),
        right,
        "h",
        the_other_way=Fraction(hours * others, workers),
        not_divided=workers * hours,
    )


def _together(job: str, one: str, two: str, third: str, a: int, b: int) -> Story:
    right = Fraction(a * b, a + b)
    return _quantity(
        (
            (
                f"{one} can {job} in {a} hours, {two} in {b} hours. How many hours do they need together? Give the"
                " exact value."
            ),
            f"Alone, {one} needs {a} hours to {job} and {two} needs {b}. Exactly how many hours does it take both?",
        ),
        (
            f"In an hour they do 1/{a} + 1/{b} = {Fraction(1, a) + Fraction(1, b)} of the job.",
            f"So they need {right} hours.",
        ),
        right,
        "h",
        mean=Fraction(a + b, 2),
        added=a + b,
        share_of_an_hour=Fraction(a + b, a * b),
    )


def _packers(job: str, one: str, two: str, third: str, p: int, a: int, q: int, b: int, total: int) -> Story:
    rate = Fraction(p, a) + Fraction(q, b)
    right = total / rate
    return _quantity(
        (
            (
                f"{one} packs {p} boxes in {a} minutes, {two} packs {q} boxes in {b} minutes. Exactly how many minutes"
                f" do both together need for {total} boxes?"
            ),
            (
                f"A machine makes {p} parts in {a} minutes, another makes {q} in {b} minutes. How many minutes do both"
                f" need for {total} parts? Give the exact value."
            ),
        ),
        (
            f"In a minute the first makes {Fraction(p, a)}, the second {Fraction(q, b)}, together {rate}.",
            f"{total} / ({rate}) = {right} minutes.",
        ),
        right,
        "min",
        only_the_first=total / Fraction(p, a),
        times_added=Fraction(total * (a + b), p + q),
        inverted=rate / total,
    )


def _leaves(job: str, one: str, two: str, third: str, a: int, b: int, t: int) -> Story:
    done = Fraction(t, a) + Fraction(t, b)
    right = a * (1 - done)
    return _quantity(
        (
            (
                f"{one} can {job} in {a} minutes, {two} in {b} minutes. They work together for {t} minutes, then {two}"
                f" leaves. Exactly how many more minutes does {one} need to finish?"
            ),
            (
                f"Alone {one} takes {a} minutes to {job}, {two} takes {b}. After {t} minutes of common work {one} goes"
                " on alone. How many minutes more does it take, exactly?"
            ),
        ),
        (
            f"Together they do {t}/{a} + {t}/{b} = {done}.",
            f"Left is 1 - {done} = {1 - done}.",
            f"{one} needs {a} * {1 - done} = {right} minutes for it.",
        ),
        right,
        "min",
        total=right + t,
        by_the_other=b * (1 - done),
        done_for_left=a * done,
    )


def _pipes(job: str, one: str, two: str, third: str, a: int, b: int, c: int) -> Story:
    rate = Fraction(1, a) + Fraction(1, b) - Fraction(1, c)
    return _quantity(
        (
            (
                f"One pipe fills a tank in {a} minutes, another in {b} minutes, and an open drain empties the full tank"
                f" in {c} minutes. With all three open, in exactly how many minutes is the empty tank full?"
            ),
            (
                f"Two taps fill a basin in {a} and {b} minutes; its drain empties it in {c} minutes. {one} opens all."
                " After exactly how many minutes is it full?"
            ),
        ),
        (f"In a minute 1/{a} + 1/{b} - 1/{c} = {rate} of it is filled.", f"It takes {1 / rate} minutes."),
        1 / rate,
        "min",
        drain_added=1 / (rate + Fraction(2, c)),
        drain_forgotten=1 / (rate + Fraction(1, c)),
        inverted=rate,
    )


def _three(job: str, one: str, two: str, third: str, a: int, b: int, c: int) -> Story:
    rate = Fraction(1, a) + Fraction(1, b) + Fraction(1, c)
    return _quantity(
        (
            (
                f"{one}, {two} and {third} need {a}, {b} and {c} minutes to {job} alone. Exactly how many minutes do"
                " they need together?"
            ),
            (
                f"To {job}, {one} takes {a} minutes, {two} {b} and {third} {c}. How many minutes take all three at"
                " once, exactly?"
            ),
        ),
        (f"In a minute they do 1/{a} + 1/{b} + 1/{c} = {rate}.", f"So it takes {1 / rate} minutes."),
        1 / rate,
        "min",
        mean=Fraction(a + b + c, 3),
        a_third_of_the_mean=Fraction(a + b + c, 9),
        only_two=1 / (rate - Fraction(1, c)),
    )


def _pairs(job: str, one: str, two: str, third: str, a: int, b: int, c: int) -> Story:
    twice = Fraction(1, a) + Fraction(1, b) + Fraction(1, c)
    return _quantity(
        (
            (
                f"{one} and {two} together {job} in {a} minutes, {two} and {third} in {b} minutes, {one} and {third} in"
                f" {c} minutes. Exactly how many minutes do all three need together?"
            ),
            (
                f"To {job}, {one} with {two} takes {a} minutes, {two} with {third} {b}, {third} with {one} {c}. How"
                " many minutes do the three take, exactly?"
            ),
        ),
        (
            f"1/{a} + 1/{b} + 1/{c} = {twice} counts everybody twice.",
            f"All three do {twice / 2} in a minute and need {2 / twice} minutes.",
        ),
        2 / twice,
        "min",
        counted_twice=1 / twice,
        mean=Fraction(a + b + c, 3),
        inverted=twice / 2,
    )


def _turns_time(times: tuple[int, ...]) -> tuple[int, Fraction, list[tuple[int, Fraction]], Fraction]:
    """Whole rounds of an hour each, what is left after them, (who, what is left after that hour) for every full hour of
    the last round, and the total time."""
    round_done = sum((Fraction(1, time) for time in times), Fraction(0))
    rounds = int(1 / round_done)
    after = left = 1 - rounds * round_done
    hours: list[tuple[int, Fraction]] = []
    for who, time in enumerate(times):
        if left * time <= 1:
            return rounds, after, hours, len(times) * rounds + who + left * time
        left -= Fraction(1, time)
        hours.append((who, left))
    raise AssertionError("a round does more than what is left")


def _turns(job: str, one: str, two: str, third: str, a: int, b: int, c: int) -> Story:
    names, times = (one, two, third), (a, b, c)
    rounds, left, hours, right = _turns_time(times)
    steps = [
        f"Three hours do 1/{a} + 1/{b} + 1/{c} = {sum(Fraction(1, time) for time in times)}.",
        f"After {3 * rounds} hours {left} of the job is left.",
    ]
    for who, rest in hours:
        steps.append(f"{names[who]} works an hour and leaves {rest}.")
        left = rest
    who = len(hours)
    steps.append(f"{names[who]} needs {left} * {times[who]} = {left * times[who]} hours for that.")
    steps.append(f"Together {3 * rounds} + {who} + {left * times[who]} = {right} hours.")
    return _quantity(
        (
            (
                f"{one}, {two} and {third} can {job} in {a}, {b} and {c} hours. They take turns, an hour each, in this"
                " order. After exactly how many hours is the job done?"
            ),
            (
                f"Working alone, {one} takes {a} hours to {job}, {two} {b} and {third} {c}. They change places every"
                f" hour: {one}, {two}, {third}, {one} and so on. How many hours does it take, exactly?"
            ),
        ),
        tuple(steps),
        right,
        "h",
        at_once=1 / sum(Fraction(1, time) for time in times),
        whole_rounds=3 * rounds + 3,
        backwards=_turns_time(times[::-1])[3],
    )


def _joins(job: str, one: str, two: str, third: str, a: int, b: int, c: int, s: int, t: int) -> Story:
    left = _left_before_the_third(a, b, s, t)
    rate = Fraction(1, a) + Fraction(1, b) + Fraction(1, c)
    right = s + t + left / rate
    return _quantity(
        (
            (
                f"Alone {one} needs {a} minutes to {job}, {two} {b} and {third} {c}. {one} begins, {two} joins after"
                f" {s} minutes and {third} {t} minutes after that. Exactly how many minutes after the beginning are"
                " they done?"
            ),
            (
                f"{one} starts to {job} ({a} minutes alone). After {s} minutes {two} helps ({b} minutes alone), another"
                f" {t} minutes later {third} too ({c} minutes alone). How many minutes does the job take from the"
                " start, exactly?"
            ),
        ),
        (
            f"Until the third comes, {s + t}/{a} + {t}/{b} = {1 - left} is done and {left} is left.",
            f"All three do 1/{a} + 1/{b} + 1/{c} = {rate} in a minute and need {left / rate} more.",
            f"Together {s} + {t} + {left / rate} = {right} minutes.",
        ),
        right,
        "min",
        from_the_third=left / rate,
        at_once=1 / rate,
        without_the_third=s + t + left / (rate - Fraction(1, c)),
    )


def _two_kinds(
    job: str, one: str, two: str, third: str, m: int, n: int, days: int, p: int, q: int, hours: int, s: int, t: int
) -> Story:
    x, y = _rates(m, n, days, p, q, hours)
    right = 1 / (s * x + t * y)
    return _quantity(
        (
            (
                f"{m} large and {n} small machines do a job in {days} days; {p} large and {q} small ones do it in"
                f" {hours} days. In exactly how many days do {s} large and {t} small machines do it?"
            ),
            (
                f"A field is harvested by {m} masters and {n} helpers in {days} days, or by {p} masters and {q} helpers"
                f" in {hours} days. How many days do {s} masters and {t} helpers need, exactly?"
            ),
        ),
        (
            f"With x and y for a day's work of one of each: {m} x + {n} y = 1/{days} and {p} x + {q} y = 1/{hours}.",
            f"The solution is x = {x}, y = {y}.",
            f"{s} x + {t} y = {s * x + t * y}, so it takes {right} days.",
        ),
        right,
        "days",
        inverted=1 / right,
        all_alike=Fraction((m + n) * days, s + t),
        only_large=1 / (s * x),
    )


_TALES: dict[str, Callable[..., Story]] = {
    "crew": _crew,
    "together": _together,
    "packers": _packers,
    "leaves": _leaves,
    "pipes": _pipes,
    "three": _three,
    "pairs": _pairs,
    "turns": _turns,
    "joins": _joins,
    "two kinds": _two_kinds,
}


def check(params: Params) -> str:
    """By equations for the work done, solved by sympy; turns hour by hour."""
    import sympy

    kind, *n = params
    x = sympy.Symbol("x")
    r = [sympy.Rational(1, value) for value in n]
    if kind == "turns":
        done, hours = sympy.Integer(0), 0
        while done + r[hours % 3] <= 1:
            done, hours = done + r[hours % 3], hours + 1
        return f"{hours + (1 - done) / r[hours % 3]} h"
    if kind in ("pairs", "two kinds"):
        a, b, c = sympy.symbols("a b c")
        if kind == "pairs":
            rates = sympy.solve([a + b - r[0], b + c - r[1], a + c - r[2]], (a, b, c))
            return f"{1 / (rates[a] + rates[b] + rates[c])} min"
        rates = sympy.solve([n[0] * a + n[1] * b - r[2], n[3] * a + n[4] * b - r[5]], (a, b))
        return f"{1 / (n[6] * rates[a] + n[7] * rates[b])} days"
    work = {
        "crew": lambda: n[2] * x - n[0] * n[1],
        "together": lambda: x * (r[0] + r[1]) - 1,
        "packers": lambda: x * n[0] * r[1] + x * n[2] * r[3] - n[4],
        "leaves": lambda: (x + n[2]) * r[0] + n[2] * r[1] - 1,
        "pipes": lambda: x * r[0] + x * r[1] - x * r[2] - 1,
        "three": lambda: x * r[0] + x * r[1] + x * r[2] - 1,
        "joins": lambda: x * r[0] + (x - n[3]) * r[1] + (x - n[3] - n[4]) * r[2] - 1,
    }[kind]()
    return f"{sympy.solve(work, x)[0]} {'h' if kind in ('crew', 'together') else 'min'}"


FAMILY = story_family(
    name="shared_work",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
