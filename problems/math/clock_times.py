"""Word problems about clock times, durations and schedules, on a 24-hour clock.

Level 1: when something ends. Level 2: how long something lasts. Level 3: when it began, with a break in between. Level
4: the next bus of a regular service. Level 5: a ride, a change and another ride. Level 6: arrival in another time zone.
Level 7: a clock that is fast or slow. Level 8: when three bells ring together again. Level 9: the latest time to leave.
Level 10: two changes and a time zone.
"""

from __future__ import annotations

from collections.abc import Callable
from math import lcm
from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast

_EVENTS = ("concert", "match", "lecture", "film", "exam", "meeting", "party", "tour")
_KINDS = {
    1: "end",
    2: "duration",
    3: "start",
    4: "bus",
    5: "change",
    6: "zone",
    7: "clock",
    8: "bells",
    9: "latest",
    10: "journey",
}


def sample(level: int, rng: Random) -> Params:
    """(kind, minutes after midnight, minutes and numbers in the order of the telling)."""
    kind = _KINDS[level]

    def between(low: int, high: int) -> int:
        return low + int(rng.random() * (high - low))

    if kind == "end":
        return (kind, between(360, 1200), between(61, 240))
    if kind == "duration":
        start = between(300, 900)
        return (kind, start, start + between(61, 500))
    if kind == "start":
        return (kind, between(800, 1400), between(20, 240), between(5, 60), between(20, 240))
    if kind == "bus":
        first, every = between(300, 420), between(7, 50)
        leave = first + between(60, 900)
        return (kind, first, every, leave, between(3, 40))
    if kind == "change":
        leave, first = between(360, 1000), between(300, 360)
        return (kind, leave, between(20, 150), between(2, 15), first, between(7, 70), between(15, 150))
    if kind == "zone":
        return (
            kind,
            between(0, 1440),
            between(70, 900),
            rng.choice((-11, -9, -8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 8, 9)),
        )
    while True:
        if kind == "clock":
            gain, hours, passed = between(-12, 13), between(1, 13), between(60, 4000)
            if gain and gain * passed % (60 * hours) == 0 and gain * passed // (60 * hours):
                return (kind, between(0, 1440), gain, hours, passed)
        elif kind == "bells":
            a, b, c = between(4, 60), between(4, 60), between(4, 60)
            if 60 < lcm(a, b, c) < 1440 and len({a, b, c}) == 3:
                return (kind, between(0, 1440), a, b, c)
        elif kind == "latest":
            due, first = between(700, 1380), between(300, 340)
            every, ride, walk, spare = between(7, 60), between(10, 150), between(2, 30), between(5, 45)
            if due - ride - spare - walk > first + every:
                return (kind, due, spare, first, every, ride, walk)
        else:
            leave, first, second = between(360, 700), between(300, 360), between(300, 360)
            zone = rng.choice((-8, -7, -6, -5, -4, -3, -2, 2, 3, 4, 5, 6, 7, 8))
            drive, train, flight = between(20, 120), between(15, 90), between(70, 600)
            every, other = between(7, 60), between(20, 120)
            return (kind, leave, drive, first, every, train, second, other, flight, zone)


def _clock(minutes: int) -> str:
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}"


def _long(minutes: int) -> str:
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _next(first: int, every: int, ready: int) -> int:
    """The first departure at or after `ready`."""
    return first + max(0, -(-(ready - first) // every)) * every


def story(params: Params) -> Story:
    kind, *n = params
    (event,) = cast(params, 1, _EVENTS)
    (who,) = cast(params, 1)
    return _TALES[kind](event, who, *n)


def _time(prompts: tuple[str, ...], steps: tuple[str, ...], right: int, **slips: int) -> Story:
    wrong = tuple((name, _clock(minutes)) for name, minutes in slips.items())
    close = (("off_by_one", _clock(right + 1)), ("an_hour_off", _clock(right - 60)), ("as_number", str(right % 1440)))
    asked = tuple(f"{prompt} Answer with a 24-hour time as in 09:05." for prompt in prompts)
    return Story(prompts=asked, steps=steps, answer=_clock(right), type="time", slips=(*wrong, *close))


def _end(event: str, who: str, start: int, length: int) -> Story:
    return _time(
        (
            f"A {event} starts at {_clock(start)} and lasts {length} minutes. When does it end?",
            f"{who}'s {event} begins at {_clock(start)}. It takes {_long(length)}. At what time is it over?",
        ),
        (
            f"{length} minutes are {_long(length)}.",
            f"{_clock(start)} plus {_long(length)} is {_clock(start + length)}.",
        ),
        start + length,
        subtracted=start - length,
        start=start,
    )


def _duration(event: str, who: str, start: int, end: int) -> Story:
    right, (hours, rest) = end - start, divmod(end - start, 60)
    return Story(
        prompts=(
            f"A {event} goes from {_clock(start)} to {_clock(end)}. How many minutes is that?",
            f"{who} is at work from {_clock(start)} until {_clock(end)}. How many minutes are that?",
        ),
        steps=(
            (
                f"From {_clock(start)} to {_clock(start + 60 * hours)} it is {hours} h, to {_clock(end)} another {rest}"
                " min."
            ),
            f"{hours} * 60 + {rest} = {right}.",
        ),
        answer=str(right),
        type="integer",
        slips=(
            ("off_by_one", right + 1),
            ("hundred_minutes_an_hour", right + 40 * (end // 60 - start // 60)),
            ("an_hour_off", right + 60),
            ("sign", -right),
            ("as_time", f"{hours}:{rest:02d}"),
        ),
    )


def _start(event: str, who: str, end: int, second: int, pause: int, first: int) -> Story:
    right = end - first - pause - second
    return _time(
        (
            (
                f"A {event} ended at {_clock(end)}. Its first part lasted {_long(first)}, the break {pause} min and the"
                f" second part {_long(second)}. When did it begin?"
            ),
            (
                f"At {_clock(end)} {who} is done: {_long(first)} of work, {pause} min of rest and {_long(second)} of"
                " work again. At what time did that start?"
            ),
        ),
        (
            (
                f"Altogether {first} + {pause} + {second} = {first + pause + second} min, which is"
                f" {_long(first + pause + second)}."
            ),
            f"{_clock(end)} minus {_long(first + pause + second)} is {_clock(right)}.",
        ),
        right,
        break_forgotten=right + pause,
        added=end + first + pause + second,
    )


def _bus(event: str, who: str, first: int, every: int, leave: int, walk: int) -> Story:
    ready = leave + walk
    right = _next(first, every, ready)
    count = (right - first) // every
    return _time(
        (
            (
                f"A bus leaves at {_clock(first)} and then every {every} minutes. {who} leaves home at {_clock(leave)}"
                f" and walks {walk} minutes to the stop. When does the next bus leave that {who} can take?"
            ),
            (
                f"Trains go every {every} minutes, the first at {_clock(first)}. {who} sets out at {_clock(leave)} and"
                f" needs {walk} min to the station. At what time does the first train leave that can be caught?"
            ),
        ),
        (
            f"{who} is there at {_clock(ready)}, {ready - first} minutes after {_clock(first)}.",
            f"{ready - first} / {every} is rounded up to {count}, and {count} * {every} = {count * every} min.",
            f"{_clock(first)} plus {_long(count * every)} is {_clock(right)}.",
        ),
        right,
        missed=right - every,
        walk_forgotten=_next(first, every, leave),
        on_the_stop=ready,
    )


def _change(event: str, who: str, leave: int, ride: int, change: int, first: int, every: int, second: int) -> Story:
    ready = leave + ride + change
    depart = _next(first, every, ready)
    right = depart + second
    return _time(
        (
            (
                f"{who}'s train leaves at {_clock(leave)} and takes {_long(ride)}. Changing takes {change} min. The"
                f" next line runs every {every} minutes from {_clock(first)} on, and the second ride takes"
                f" {_long(second)}. When does {who} arrive?"
            ),
            (
                f"A ride of {_long(ride)} starts at {_clock(leave)}; after {change} min for the change one takes the"
                f" next tram (first at {_clock(first)}, then every {every} min) for {_long(second)}. At what time does"
                " one arrive?"
            ),
        ),
        (
            f"Ready for the second ride at {_clock(leave)} + {ride} + {change} min = {_clock(ready)}.",
            (
                f"That is {ready - first} min after {_clock(first)}; the next departure comes {depart - first} min"
                f" after it, at {_clock(depart)}."
            ),
            f"{_clock(depart)} plus {_long(second)} is {_clock(right)}.",
        ),
        right,
        no_waiting=ready + second,
        change_forgotten=_next(first, every, leave + ride) + second,
        departure=depart,
    )


def _zone(event: str, who: str, leave: int, length: int, zone: int) -> Story:
    right = leave + length + 60 * zone
    ahead = f"{abs(zone)} hours {'ahead of' if zone > 0 else 'behind'}"
    return _time(
        (
            (
                f"A flight leaves at {_clock(leave)} and takes {_long(length)}. The clocks at its goal are {ahead}"
                " those at its start. What is the local time on arrival?"
            ),
            (
                f"{who} takes off at {_clock(leave)} local time and flies for {_long(length)} to a place {ahead} the"
                " time at home. What time is it there at the landing?"
            ),
        ),
        (
            f"By the clocks of the start it lands at {_clock(leave)} + {_long(length)} = {_clock(leave + length)}.",
            f"{abs(zone)} h {'added' if zone > 0 else 'taken off'}: {_clock(right)}.",
        ),
        right,
        zone_forgotten=leave + length,
        wrong_way=leave + length - 60 * zone,
    )


def _wrong_clock(event: str, who: str, start: int, gain: int, hours: int, passed: int) -> Story:
    off = gain * passed // (60 * hours)
    right = start + passed + off
    how = "gains" if gain > 0 else "loses"
    period = f"{hours} hours" if hours > 1 else "hour"
    return _time(
        (
            (
                f"A clock {how} {abs(gain)} min every {period}. It is set right at {_clock(start)}. What does it show"
                f" {_long(passed)} later?"
            ),
            (
                f"{who}'s old clock {how} {abs(gain)} min in every {period} and was right at {_clock(start)}. What time"
                f" does it show after {_long(passed)} of true time?"
            ),
        ),
        (
            (
                f"{passed} min are {passed} / {60 * hours} periods, so it is off by {abs(gain)} * {passed} /"
                f" {60 * hours} = {abs(off)} min."
            ),
            f"The true time is {_clock(start)} + {_long(passed)} = {_clock(start + passed)}.",
            f"The clock shows {abs(off)} min {'more' if off > 0 else 'less'}: {_clock(right)}.",
        ),
        right,
        true_time=start + passed,
        wrong_way=start + passed - off,
        one_period=start + passed + gain,
    )


def _bells(event: str, who: str, start: int, a: int, b: int, c: int) -> Story:
    together = lcm(a, b, c)
    return _time(
        (
            (
                f"Three bells ring every {a}, {b} and {c} minutes. At {_clock(start)} they ring together. When is the"
                " next time?"
            ),
            (
                f"Buses of three lines leave every {a}, {b} and {c} minutes, all of them at {_clock(start)}. At what"
                " time do all three leave together again?"
            ),
        ),
        (
            (
                f"They meet after the least common multiple: lcm({a}, {b}) = {lcm(a, b)}, lcm({lcm(a, b)}, {c}) ="
                f" {together} min."
            ),
            f"That is {_long(together)} after {_clock(start)}: {_clock(start + together)}.",
        ),
        start + together,
        only_two=start + lcm(a, b),
        added=start + a + b + c,
    )


def _latest(event: str, who: str, due: int, spare: int, first: int, every: int, ride: int, walk: int) -> Story:
    must = due - spare - ride
    depart = first + (must - first) // every * every
    right = depart - walk
    return _time(
        (
            (
                f"{who} wants to be at a {event} {spare} min before it starts at {_clock(due)}. Buses leave at"
                f" {_clock(first)} and every {every} minutes after it; the ride takes {_long(ride)}. The stop is {walk}"
                f" min from home. When must {who} leave home at the latest?"
            ),
            (
                f"A {event} begins at {_clock(due)}. {who} has to be there {spare} minutes earlier, walks {walk} min to"
                f" the bus, and rides {_long(ride)}. Buses go every {every} min from {_clock(first)} on. What is the"
                " latest time to leave home?"
            ),
        ),
        (
            f"The bus must leave by {_clock(due)} - {spare} - {ride} min = {_clock(must)}.",
            (
                f"That is {must - first} min after {_clock(first)}; the last possible one comes {depart - first} min"
                f" after it, at {_clock(depart)}."
            ),
            f"{walk} min earlier it is {_clock(right)}.",
        ),
        right,
        no_timetable=must - walk,
        one_too_late=right + every,
        walk_forgotten=depart,
        spare_forgotten=first + (due - ride - first) // every * every - walk,
    )


def _journey(
    event: str,
    who: str,
    leave: int,
    one: int,
    first: int,
    every: int,
    two: int,
    second: int,
    other: int,
    three: int,
    zone: int,
) -> Story:
    ready = leave + one
    depart = _next(first, every, ready)
    there = depart + two
    start = _next(second, other, there)
    right = start + three + 60 * zone
    ahead = f"{abs(zone)} hours {'ahead' if zone > 0 else 'behind'}"
    return _time(
        (
            (
                f"{who} leaves at {_clock(leave)} and drives {_long(one)} to a station, where trains leave every"
                f" {every} minutes from {_clock(first)} on. The train takes {_long(two)} to the airport. Planes leave"
                f" at {_clock(second)} and every {other} minutes after it and fly {_long(three)} to a place whose"
                f" clocks are {ahead}. Nothing takes time in between. What is the local time on arrival?"
            ),
            (
                f"Leaving at {_clock(leave)}, {who} takes a bus for {_long(one)}, then the next tram (first at"
                f" {_clock(first)}, every {every} min) for {_long(two)}, then the next flight (first at"
                f" {_clock(second)}, every {other} min) for {_long(three)}. The clocks there are {ahead}. Changes take"
                f" no time. At what local time does {who} land?"
            ),
        ),
        (
            (
                f"First stage over at {_clock(ready)}; the next departure is {depart - first} min after"
                f" {_clock(first)}, {_clock(depart)}."
            ),
            (
                f"Second stage over at {_clock(there)}; the next departure is {start - second} min after"
                f" {_clock(second)}, {_clock(start)}."
            ),
            (
                f"Third stage over at {_clock(start + three)} by the clocks of the start, {_clock(right)} by those of"
                " the goal."
            ),
        ),
        right,
        no_waiting=leave + one + two + three + 60 * zone,
        wrong_way=right - 120 * zone,
        zone_forgotten=start + three,
    )


_TALES: dict[str, Callable[..., Story]] = {
    "end": _end,
    "duration": _duration,
    "start": _start,
    "bus": _bus,
    "change": _change,
    "zone": _zone,
    "clock": _wrong_clock,
    "bells": _bells,
    "latest": _latest,
    "journey": _journey,
}


def check(params: Params) -> str:
    """With the standard library's datetimes, minute by minute where something is waited for."""
    from datetime import datetime, timedelta

    kind, *n = params

    def at(minutes: int) -> datetime:
        return datetime(2001, 5, 10) + timedelta(minutes=minutes)

    def leaving(first: int, every: int) -> set[datetime]:
        return {at(first) + timedelta(minutes=every) * i for i in range(2000)}

    def wait(now: datetime, departures: set[datetime], step: int = 1) -> datetime:
        while now not in departures:
            now += timedelta(minutes=step)
        return now

    def plus(now: datetime, *minutes: int) -> datetime:
        return now + sum((timedelta(minutes=m) for m in minutes), timedelta())

    if kind == "duration":
        return str(int((at(n[1]) - at(n[0])).total_seconds()) // 60)
    if kind == "end":
        end = plus(at(n[0]), n[1])
    elif kind == "start":
        end = plus(at(n[0]), *(-m for m in n[1:]))
    elif kind == "bus":
        end = wait(plus(at(n[2]), n[3]), leaving(n[0], n[1]))
    elif kind == "change":
        end = plus(wait(plus(at(n[0]), n[1], n[2]), leaving(n[3], n[4])), n[5])
    elif kind == "zone":
        end = plus(at(n[0]), n[1]) + timedelta(hours=n[2])
    elif kind == "clock":
        end = at(n[0]) + timedelta(minutes=n[3]) + timedelta(minutes=n[1]) * n[3] / (60 * n[2])
    elif kind == "bells":
        ringing = [leaving(n[0], every) - {at(n[0])} for every in n[1:]]
        end = min(set.intersection(*ringing))
    elif kind == "latest":
        end = plus(wait(plus(at(n[0]), -n[1], -n[4]), leaving(n[2], n[3]), step=-1), -n[5])
    else:
        there = plus(wait(plus(at(n[0]), n[1]), leaving(n[2], n[3])), n[4])
        end = plus(wait(there, leaving(n[5], n[6])), n[7]) + timedelta(hours=n[8])
    return end.strftime("%H:%M")


FAMILY = story_family(
    name="clock_times",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
