"""Word problems about speed, time and distance.

Level 1: distance. Level 2: time in minutes. Level 3: two legs. Level 4: average speed. Level 5: two travellers meet.
Level 6: one overtakes another who left earlier. Level 7: a boat with and against the current. Level 8: out and back at
different speeds. Level 9: the clock time of a meeting. Level 10: the clock time of overtaking somebody who rests.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import gcd, lcm
from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.types import AnswerType
from tracemill.problems.words import cast, counted

_KINDS = {
    1: "distance",
    2: "minutes",
    3: "two legs",
    4: "average",
    5: "meeting",
    6: "overtaking",
    7: "boat",
    8: "out and back",
    9: "meeting at",
    10: "rest",
}


def sample(level: int, rng: Random) -> Params:
    """(kind, numbers); speeds in km/h, times in hours or minutes as the kind says."""
    while True:
        numbers = _numbers(_KINDS[level], rng)
        if numbers is not None:
            return (_KINDS[level], *numbers)


def _numbers(kind: str, rng: Random) -> tuple[int, ...] | None:
    v, w = rng.randrange(12, 131), rng.randrange(12, 131)
    if kind == "distance":
        return (v, rng.randrange(2, 13))
    if kind == "minutes":
        minutes = rng.randrange(6, 300)
        step = 60 // gcd(minutes, 60)
        v = step * rng.randrange(1, 131 // step + 1)
        return (v, v * minutes // 60) if v > 5 else None
    if kind in ("two legs", "average"):
        return (v, rng.randrange(1, 10), w, rng.randrange(1, 10)) if v != w else None
    if kind == "meeting":
        minutes = rng.randrange(6, 300)
        return (v, w, (v + w) * minutes // 60) if (v + w) * minutes % 60 == 0 else None
    if kind == "overtaking":  # v left `head` minutes earlier
        head, gain = rng.randrange(5, 300), rng.randrange(2, 60)
        return (v, v + gain, head) if v * head % gain == 0 and 10 <= v * head // gain <= 600 else None
    if kind == "boat":
        own, current = rng.randrange(8, 120), rng.randrange(1, 40)
        down, up = rng.randrange(1, 13), rng.randrange(1, 13)
        return ((own + current) * down, down, (own - current) * up, up) if own > current else None
    if kind == "out and back":
        far = lcm(v // gcd(v, 60), w // gcd(w, 60)) * rng.randrange(1, 30)
        return (v, w, 60 * far // v + 60 * far // w) if far < 3000 and v != w else None
    start, head, minutes = rng.randrange(300, 900), rng.randrange(5, 120), rng.randrange(10, 240)
    if kind == "meeting at":
        far = v * head + (v + w) * minutes
        return (start, v, start + head, w, far // 60) if far % 60 == 0 else None
    drive, rest, gain = rng.randrange(10, 90), rng.randrange(5, 60), rng.randrange(3, 60)
    w = v + gain
    caught = Fraction(w * head - v * rest, gain)  # minutes after the first start
    fits = caught.denominator == 1 and drive + rest < caught < 500 and w * (drive + rest - head) < v * drive
    return (start, v, drive, rest, start + head, w) if fits else None


def _clock(minutes: int | Fraction) -> str:
    return f"{int(minutes) // 60 % 24:02d}:{int(minutes) % 60:02d}"


def story(params: Params) -> Story:
    kind, *numbers = params
    one, two = cast(params, 2)
    prompts, steps, answer, slips = _TALES[kind](one, two, *numbers)
    types: dict[str, AnswerType] = {"boat": "tuple", "meeting at": "time", "rest": "time"}
    return Story(prompts=prompts, steps=steps, answer=answer, type=types.get(kind, "quantity"), slips=slips)


Tale = tuple[tuple[str, ...], tuple[str, ...], str, tuple[tuple[str, object], ...]]


def _distance(one: str, two: str, v: int, hours: int) -> Tale:
    prompts = (
        f"{one} drives for {hours} hours at {v} km/h. How many kilometres is that?",
        f"A train goes {v} km/h for {hours} hours. How far does it get, in km?",
        f"At a steady {v} km/h, how many km does {one} cover in {hours} hours?",
    )
    right = v * hours
    slips = (
        ("off_by_one", f"{right + v} km"),
        ("added", f"{v + hours} km"),
        ("unit", f"{right} m"),
        ("sign", f"{-right} km"),
    )
    return prompts, (f"Distance is speed times time: {v} * {hours} = {right}.",), f"{right} km", slips


def _minutes(one: str, two: str, v: int, far: int) -> Tale:
    prompts = (
        f"{one} rides {far} km at {v} km/h. How many minutes does it take?",
        f"How many minutes does a bus need for {far} km at {v} km/h?",
        f"The way to {two} is {far} km long and {one} goes {v} km/h. After how many minutes does {one} arrive?",
    )
    right = 60 * far // v
    steps = (f"The time is {far}/{v} hours.", f"In minutes: {far} * 60 / {v} = {60 * far} / {v} = {right}.")
    slips = (
        ("off_by_one", f"{right + 1} min"),
        ("inverted", f"{Fraction(60 * v, far)} min"),
        ("unit", f"{right} h"),
        ("multiplied", f"{v * far} min"),
    )
    return prompts, steps, f"{right} min", slips


def _two_legs(one: str, two: str, v: int, s: int, w: int, t: int) -> Tale:
    first, second = counted(s, "hour"), counted(t, "hour")
    prompts = (
        f"{one} drives {first} at {v} km/h and then {second} at {w} km/h. How many km is that together?",
        f"A ship sails at {v} km/h for {first}, then at {w} km/h for {second}. How many km does it sail?",
    )
    right = v * s + w * t
    steps = (
        f"First leg: {v} * {s} = {v * s} km.",
        f"Second leg: {w} * {t} = {w * t} km.",
        f"Together {v * s} + {w * t} = {right} km.",
    )
    slips = (
        ("only_the_first_leg", f"{v * s} km"),
        ("swapped", f"{v * t + w * s} km"),
        ("averaged", f"{Fraction((v + w) * (s + t), 2)} km"),
        ("off_by_one", f"{right - 1} km"),
    )
    return prompts, steps, f"{right} km", slips


def _average(one: str, two: str, v: int, s: int, w: int, t: int) -> Tale:
    first, second = counted(s, "hour"), counted(t, "hour")
    prompts = (
        (
            f"{one} drives {first} at {v} km/h and then {second} at {w} km/h. What is the average speed of the whole"
            " trip in km/h?"
        ),
        f"A train travels {first} at {v} km/h and {second} at {w} km/h. Find its average speed, exactly, in km/h.",
    )
    far, right = v * s + w * t, Fraction(v * s + w * t, s + t)
    steps = (
        f"The whole way is {v} * {s} + {w} * {t} = {far} km.",
        f"The whole time is {s} + {t} = {s + t} hours.",
        f"The average is {far}/{s + t} = {right} km/h.",
    )
    slips = (
        ("mean_of_speeds", f"{Fraction(v + w, 2)} km/h"),
        ("swapped", f"{Fraction(v * t + w * s, s + t)} km/h"),
        ("off_by_one", f"{right + 1} km/h"),
        ("distance", f"{far} km/h"),
        ("sum", f"{v + w} km/h"),
    )
    return prompts, steps, f"{right} km/h", slips


def _meeting(one: str, two: str, v: int, w: int, far: int) -> Tale:
    right = 60 * far // (v + w)
    prompts = (
        (
            f"{one} and {two} start at the same time from two towns {far} km apart and drive towards each other, {one}"
            f" at {v} km/h and {two} at {w} km/h. After how many minutes do they meet?"
        ),
        (
            f"Two trains leave two stations {far} km apart at the same moment, heading for each other at {v} km/h and"
            f" {w} km/h. How many minutes later do they pass each other?"
        ),
    )
    steps = (
        f"Together they close {v} + {w} = {v + w} km in an hour.",
        f"{far} km take {far} * 60 / {v + w} = {right} minutes.",
    )
    slips = (
        ("difference_of_speeds", f"{Fraction(60 * far, abs(v - w) or 1)} min"),
        ("unit", f"{right} h"),
        ("one_speed", f"{Fraction(60 * far, v)} min"),
        ("off_by_one", f"{right + 1} min"),
    )
    return prompts, steps, f"{right} min", slips


def _overtaking(one: str, two: str, v: int, w: int, head: int) -> Tale:
    right = v * head // (w - v)
    prompts = (
        (
            f"{one} sets out at {v} km/h. {head} minutes later {two} follows on the same road at {w} km/h. How many"
            f" minutes does {two} drive before catching up?"
        ),
        (
            f"A lorry at {v} km/h has a start of {head} minutes on a car at {w} km/h. How many minutes after its own"
            " start does the car catch the lorry?"
        ),
    )
    lead = Fraction(v * head, 60)
    steps = (
        f"The lead is {v} * {head}/60 = {lead} km.",
        f"It shrinks by {w} - {v} = {w - v} km an hour.",
        f"That takes {lead} / {w - v} hours, in minutes {v} * {head} / {w - v} = {right}.",
    )
    slips = (
        ("sum_of_speeds", f"{Fraction(v * head, w + v)} min"),
        ("from_the_first_start", f"{right + head} min"),
        ("swapped", f"{Fraction(w * head, w - v)} min"),
        ("off_by_one", f"{right - 1} min"),
    )
    return prompts, steps, f"{right} min", slips


def _boat(one: str, two: str, down_km: int, down: int, up_km: int, up: int) -> Tale:
    fast, slow = down_km // down, up_km // up
    own, current = (fast + slow) // 2, (fast - slow) // 2
    first, second = counted(down, "hour"), counted(up, "hour")
    prompts = (
        (
            f"A boat goes {down_km} km with the current in {first} and {up_km} km against it in {second}. Find its own"
            " speed and the speed of the current in km/h, as a pair (boat, current)."
        ),
        (
            f"With the wind an airship flies {down_km} km in {first}, against it {up_km} km in {second}. Give the pair"
            " (speed in still air, wind speed) in km/h."
        ),
    )
    steps = (
        f"With the current: {down_km} / {down} = {fast} km/h.",
        f"Against it: {up_km} / {up} = {slow} km/h.",
        f"Own speed: ({fast} + {slow}) / 2 = {own}.",
        f"Current: ({fast} - {slow}) / 2 = {current}.",
    )
    slips = (
        ("not_halved", f"({fast + slow}, {fast - slow})"),
        ("swapped", f"({current}, {own})"),
        ("speeds", f"({fast}, {slow})"),
        ("off_by_one", f"({own + 1}, {current})"),
        ("sign", f"({own}, {-current})"),
    )
    return prompts, steps, f"({own}, {current})", slips


def _out_and_back(one: str, two: str, v: int, w: int, minutes: int) -> Tale:
    far = Fraction(minutes * v * w, 60 * (v + w))
    prompts = (
        (
            f"{one} drives to {two} at {v} km/h and comes back the same way at {w} km/h. The driving takes {minutes}"
            " minutes altogether. How many km is it one way?"
        ),
        (
            f"A cyclist's way out at {v} km/h and the way back at {w} km/h take {minutes} minutes together. How long is"
            " one way in km?"
        ),
    )
    steps = (
        f"With d km one way, d/{v} + d/{w} = {minutes}/60 hours.",
        f"Multiplied by {v} * {w}: ({w} + {v}) d = {minutes}/60 * {v * w} = {Fraction(minutes * v * w, 60)}.",
        f"So d = {Fraction(minutes * v * w, 60)} / {v + w} = {far}.",
    )
    slips = (
        ("both_ways", f"{2 * far} km"),
        ("mean_of_speeds", f"{Fraction((v + w) * minutes, 240)} km"),
        ("off_by_one", f"{far + 1} km"),
        ("unit", f"{far} m"),
    )
    return prompts, steps, f"{far} km", slips


def _meeting_at(one: str, two: str, start: int, v: int, second: int, w: int, far: int) -> Tale:
    head = second - start
    left = far - Fraction(v * head, 60)
    later = int(left * 60 / (v + w))
    prompts = (
        (
            f"At {_clock(start)} {one} leaves home at {v} km/h towards {two}, who lives {far} km away. At"
            f" {_clock(second)} {two} sets out towards {one} at {w} km/h. At what time do they meet?"
        ),
        (
            f"A goods train leaves A at {_clock(start)} with {v} km/h for B, {far} km away. An express leaves B at"
            f" {_clock(second)} with {w} km/h for A. When do they meet? Give the clock time."
        ),
    )
    steps = (
        f"Until {_clock(second)} there are {head} minutes: {v} * {head}/60 = {Fraction(v * head, 60)} km.",
        f"{far} - {Fraction(v * head, 60)} = {left} km are left, closed at {v} + {w} = {v + w} km/h.",
        f"That takes {left} * 60 / {v + w} = {later} minutes.",
        f"{later} minutes after {_clock(second)} it is {_clock(second + later)}.",
    )
    slips = (
        ("from_the_first_start", _clock(start + later)),
        ("head_start_forgotten", _clock(second + Fraction(60 * far, v + w))),
        ("off_by_one", _clock(second + later + 1)),
        ("an_hour_off", _clock(second + later + 60)),
    )
    return prompts, steps, _clock(second + later), slips


def _rest(one: str, two: str, start: int, v: int, drive: int, rest: int, second: int, w: int) -> Tale:
    head = second - start
    caught = (w * head - v * rest) // (w - v)
    prompts = (
        (
            f"{one} leaves at {_clock(start)} at {v} km/h, drives {drive} minutes, rests {rest} minutes and drives on"
            f" at the same speed. {two} follows from the same place at {_clock(second)} at {w} km/h without a stop. At"
            f" what time does {two} catch up with {one}?"
        ),
        (
            f"A slow train leaves at {_clock(start)} with {v} km/h and waits {rest} minutes after its first {drive}"
            f" minutes. A fast train follows at {_clock(second)} with {w} km/h. At what clock time does it reach the"
            " slow one, were there room?"
        ),
    )
    steps = (
        f"Let x be the minutes after {_clock(start)}.",
        f"After the rest the first has driven x - {rest} minutes, the second x - {head}.",
        (
            f"They are level when {v}(x - {rest}) = {w}(x - {head}), so {w - v} x = {w * head} - {v * rest} ="
            f" {w * head - v * rest}."
        ),
        f"x = {caught}, which is after the rest (it ends at {drive + rest}).",
        f"{caught} minutes after {_clock(start)} it is {_clock(start + caught)}.",
    )
    slips = (
        ("rest_forgotten", _clock(start + Fraction(w * head, w - v))),
        ("from_the_second_start", _clock(second + caught)),
        ("off_by_one", _clock(start + caught - 1)),
        ("an_hour_off", _clock(start + caught + 60)),
    )
    return prompts, steps, _clock(start + caught), slips


_TALES: dict[str, Callable[..., Tale]] = {
    "distance": _distance,
    "minutes": _minutes,
    "two legs": _two_legs,
    "average": _average,
    "meeting": _meeting,
    "overtaking": _overtaking,
    "boat": _boat,
    "out and back": _out_and_back,
    "meeting at": _meeting_at,
    "rest": _rest,
}


def check(params: Params) -> str:
    """Minute by minute or hour by hour; the boat and the way out by trying every answer."""
    kind, *n = params
    if kind in ("distance", "two legs", "average"):
        pairs = list(zip(n[::2], n[1::2], strict=True))
        hours = [v for v, t in pairs for _ in range(t)]
        return f"{Fraction(sum(hours), len(hours))} km/h" if kind == "average" else f"{sum(hours)} km"
    if kind == "boat":
        down_km, down, up_km, up = n
        fits = [
            (b, c) for b in range(1, 130) for c in range(1, b) if (b + c) * down == down_km and (b - c) * up == up_km
        ]
        return f"({fits[0][0]}, {fits[0][1]})"
    if kind == "out and back":
        v, w, minutes = n
        return f"{next(d for d in range(1, 3000) if d * 60 * (v + w) == minutes * v * w)} km"
    starts = {  # (start, speed, rest from, rest to) of each; the gap at first; km a minute times 60
        "minutes": lambda: ([(0, n[0], 0, 0)], n[1]),
        "meeting": lambda: ([(0, n[0], 0, 0), (0, n[1], 0, 0)], n[2]),
        "overtaking": lambda: ([(-n[2], -n[0], 0, 0), (0, n[1], 0, 0)], 0),
        "meeting at": lambda: ([(n[0], n[1], 0, 0), (n[2], n[3], 0, 0)], n[4]),
        "rest": lambda: ([(n[0], -n[1], n[0] + n[2], n[0] + n[2] + n[3]), (n[4], n[5], 0, 0)], 0),
    }
    travellers, gap = starts[kind]()
    left, now = Fraction(60 * gap), min(start for start, *_ in travellers)
    last = max(start for start, *_ in travellers)
    while left > 0 or now <= last:
        left -= sum(v for start, v, pause, on in travellers if now >= start and not pause <= now < on)
        now += 1
    if left:
        raise ValueError(f"{params} does not end on a full minute")
    return _clock(now) if kind in ("meeting at", "rest") else f"{now} min"


FAMILY = story_family(
    name="rates_distance",
    version=1,
    topic="word problems",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
