"""Calendar puzzles in the Gregorian calendar: days between dates, dates after days, weekdays.

Level 1: within a season of one year. Level 2: within a year. Level 3: within 4 years. Levels 4 and 5: within 12 and 40
years, from level 5 on also how often a weekday occurs. Levels 6 and 7: 100 and 200 years. Levels 8 to 10: 400, 800 and
1,600 years, where the century rule matters.
"""

from __future__ import annotations

from datetime import date
from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast

_SPANS = {1: 60, 2: 365, 3: 1461, 4: 4383, 5: 14_610, 6: 36_524, 7: 73_048, 8: 146_097, 9: 292_194, 10: 584_388}
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


def sample(level: int, rng: Random) -> Params:
    """(kind, first date as (year, month, day), days until the second, weekday from 0 or -1). No date is a leap day."""
    span = _SPANS[level]
    kind = rng.choice(("between", "after", "weekday") if level < 5 else ("between", "after", "weekday", "count"))
    while True:
        year = rng.randrange(1995, 2035) if level < 7 else rng.randrange(1600, 2100)
        start = date(year, rng.randrange(1, 13), rng.randrange(1, 29))
        days = rng.randrange(span // 4, span + 1) if level > 1 else rng.randrange(10, span + 1)
        end = date.fromordinal(start.toordinal() + days)
        if (end.month, end.day) != (2, 29) and (level > 1 or start.year == end.year):
            weekday = rng.randrange(7) if kind == "count" else -1
            return (kind, (start.year, start.month, start.day), days, weekday)


def _shown(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _leap_days(start: date, end: date) -> int:
    """29ths of February after `start` and up to `end`."""

    def up_to(day: date) -> int:
        year = day.year - 1
        count = year // 4 - year // 100 + year // 400
        is_leap = day.year % 4 == 0 and (day.year % 100 != 0 or day.year % 400 == 0)
        return count + (is_leap and day >= date(day.year, 2, 29))

    return up_to(end) - up_to(start)


def _counting(start: date, end: date) -> list[str]:
    """Whole years by 365 and their leap days, then month by month, then days."""
    steps = []
    later = start.replace(year=end.year)
    if later > end:
        later = start.replace(year=end.year - 1)
    if later != start:
        years, leaps = later.year - start.year, _leap_days(start, later)
        steps.append(
            f"{_shown(start)} to {_shown(later)}: {years} * 365 + {leaps} leap day{'' if leaps == 1 else 's'} = "
            f"{(later - start).days}."
        )
    lengths = []
    now = later
    while True:
        after = date(now.year + now.month // 12, now.month % 12 + 1, now.day)
        if after > end:
            break
        lengths.append((after - now).days)
        now = after
    if lengths:
        added = f"{' + '.join(map(str, lengths))} = {sum(lengths)}" if len(lengths) > 1 else str(lengths[0])
        steps.append(f"On to {_shown(now)}, month by month: {added}.")
    if now != end:
        steps.append(f"On to {_shown(end)}: {(end - now).days}.")
    return steps


def story(params: Params) -> Story:
    kind, start_parts, days, weekday = params
    start = date(*start_parts)
    end = date.fromordinal(start.toordinal() + days)
    (who,) = cast(params, 1)
    return {"between": _between, "after": _after, "weekday": _weekday, "count": _count}[kind](start, end, weekday, who)


def _between(start: date, end: date, weekday: int, who: str) -> Story:
    days = (end - start).days
    return Story(
        prompts=(
            f"How many days is it from {_shown(start)} to {_shown(end)} (one day from today to tomorrow)?",
            (
                f"{who} counts the nights from {_shown(start)} to {_shown(end)} in the Gregorian calendar. How many are"
                " there?"
            ),
        ),
        steps=(*_counting(start, end), f"Together {days} days."),
        answer=str(days),
        type="integer",
        slips=(
            ("both_ends_counted", days + 1),
            ("one_less", days - 1),
            ("no_leap_days", days - _leap_days(start, end)),
            ("months_of_30", (end.year - start.year) * 360 + (end.month - start.month) * 30 + end.day - start.day),
            ("sign", -days),
        ),
    )


def _date(day: date) -> str:
    return f"({day.year}, {day.month}, {day.day})"


def _after(start: date, end: date, weekday: int, who: str) -> Story:
    days = (end - start).days
    off = date.fromordinal(end.toordinal() + 1)
    back = date.fromordinal(max(start.toordinal() - days, 1))
    leaps = date.fromordinal(end.toordinal() + _leap_days(start, end))
    return Story(
        prompts=(
            f"Which date is {days} days after {_shown(start)}? Answer with the tuple (year, month, day) of numbers.",
            (
                f"On {_shown(start)} {who} starts to wait for {days} days. On which date is that over? Give (year,"
                " month, day) as numbers."
            ),
        ),
        steps=(*_counting(start, end), f"That makes {days} days, so the date is {_shown(end)}."),
        answer=_date(end),
        type="tuple",
        slips=(
            ("off_by_one", _date(off)),
            ("before", _date(back)),
            ("no_leap_days", _date(leaps)),
            ("swapped", f"({end.day}, {end.month}, {end.year})"),
            ("only_the_day", end.day),
        ),
    )


def _weekday(start: date, end: date, weekday: int, who: str) -> Story:
    days = (end - start).days
    first, last = start.weekday(), end.weekday()
    slips = [(name, _WEEKDAYS[(last + step) % 7]) for name, step in (("off_by_one", 1), ("one_less", -1))]
    return Story(
        prompts=(
            f"{_shown(start)} is a {_WEEKDAYS[first]}. Which day of the week is {_shown(end)}?",
            (
                f"If {_shown(start)} falls on a {_WEEKDAYS[first]}, on which weekday does {_shown(end)} fall in the"
                " Gregorian calendar?"
            ),
        ),
        steps=(
            *_counting(start, end),
            f"Together {days} days, which is {days // 7} weeks and {days % 7} day{'' if days % 7 == 1 else 's'}.",
            f"{days % 7} after {_WEEKDAYS[first]} comes {_WEEKDAYS[last]}.",
        ),
        answer=_WEEKDAYS[last],
        type="text",
        slips=(
            *slips,
            ("same_weekday", _WEEKDAYS[first]),
            ("backwards", _WEEKDAYS[(first - days) % 7]),
            ("a_number", days % 7),
        ),
    )


def _count(start: date, end: date, weekday: int, who: str) -> Story:
    days = (end - start).days
    name = _WEEKDAYS[weekday]
    wait = (weekday - start.weekday()) % 7
    right = (days - wait) // 7 + 1
    return Story(
        prompts=(
            (
                f"{_shown(start)} is a {_WEEKDAYS[start.weekday()]}. How many {name}s are there from that day to"
                f" {_shown(end)}, both included?"
            ),
            (
                f"Counting from {_shown(start)}, a {_WEEKDAYS[start.weekday()]}, through {_shown(end)}, how many days"
                f" are {name}s?"
            ),
        ),
        steps=(
            *_counting(start, end),
            f"Together {days} days.",
            f"The first {name} comes {wait} days after the start; {days} - {wait} = {days - wait} days are left.",
            f"{days - wait} / 7 is {(days - wait) // 7}, rounded down, and with the first it makes {right}.",
        ),
        answer=str(right),
        type="integer",
        slips=(
            ("one_less", right - 1),
            ("off_by_one", right + 1),
            ("days", days),
            ("all_weekdays", days // 7 * 7),
            ("sign", -right),
        ),
    )


def _day_number(year: int, month: int, day: int) -> int:
    """Days since a fixed day, by the formula for Julian day numbers (Fliegel and Van Flandern, 1968)."""
    a = (month - 14) // 12 + (1 if (month - 14) % 12 else 0)  # rounded towards zero
    b, c, d = 1461 * (year + 4800 + a) // 4, 367 * (month - 2 - 12 * a) // 12, 3 * ((year + 4900 + a) // 100) // 4
    return b + c - d + day - 32075


def check(params: Params) -> str:
    """By Julian day numbers, without the standard library's calendar."""
    kind, (year, month, day), days, weekday = params
    first = _day_number(year, month, day)
    if kind == "between":
        end = _date_of(first + days)
        return str(_day_number(*end) - first)
    if kind == "after":
        return str(_date_of(first + days))
    if kind == "weekday":
        return _WEEKDAYS[(first + days) % 7]  # Julian day 0 was a Monday
    return str(sum((first + i) % 7 == weekday for i in range(days + 1)))


def _date_of(number: int) -> tuple[int, int, int]:
    """The date with this day number, by bisection."""
    low, high = (1, 1, 1), (5000, 12, 31)
    year = next(y for y in range(low[0], high[0]) if _day_number(y + 1, 1, 1) > number)
    month = next(m for m in range(1, 13) if m == 12 or _day_number(year, m + 1, 1) > number)
    return (year, month, number - _day_number(year, month, 1) + 1)


FAMILY = story_family(
    name="calendar_days",
    version=1,
    topic="puzzles",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
