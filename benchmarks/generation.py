"""How many problems a second each family makes, on one core.

A problem is made whole: parameters, instance, words and reference; its second computation, its solution and its wrong
answers are other work. Levels 1 to 10 in equal number, fresh ids, processor time of this process; the families take
turns in each of several rounds, and a family's figure is the median of its rounds. Countdown is also made by
reasoning-gym, where that is installed, to the same specification (five numbers up to 100, targets from 100 to 999).

`ratio` is the smallest of measured over asked: the median math family against 3,000 a second, the median code family
against 300, the slowest family against 20, and countdown against 1,000 times reasoning-gym.

    python benchmarks/generation.py [--rounds N] [--seconds S] [--repeats]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import time
from statistics import median

from tracemill.problems.family import Family
from tracemill.problems.registry import families, family_named
from tracemill.problems.types import LEVELS

MATH, CODE, ANY, COUNTDOWN = 3000, 300, 20, 1000
PEER_LEVEL = 7  # of countdown: five numbers up to 100, targets from 100 to 999


def rate(family: Family, seconds: float, first_seed: int, levels: range = LEVELS) -> tuple[float, int]:
    """Problems a second of processor time, for at least `seconds` and one problem a level; and the next fresh seed.

    The clock is read ever more seldom, as reading it takes a twentieth of the time that a quick problem takes.
    """
    seed, turns, began = first_seed, 1, time.process_time()
    while True:
        for one in range(seed, seed + turns):
            for level in levels:
                family.problem(level, one)
        seed += turns
        spent = time.process_time() - began
        if spent >= seconds:
            return (seed - first_seed) * len(levels) / spent, seed
        turns = max(1, min(2 * turns, int((seconds - spent) * (seed - first_seed) / spent)))


def peer_rate(seconds: float, first_seed: int) -> float | None:
    """reasoning-gym's countdown, None where it is not installed."""
    try:
        import reasoning_gym
    except ImportError:
        return None
    spec = {"min_numbers": 5, "max_numbers": 5, "min_value": 1, "max_value": 100}
    dataset = reasoning_gym.create_dataset("countdown", seed=first_seed, size=100_000, **spec)
    made, began = 0, time.process_time()
    while (spent := time.process_time() - began) < seconds or not made:
        dataset[made]
        made += 1
    return made / spent


def repeats(family: Family, ids: int = 1000) -> float:
    """The largest share, over levels 3 to 10, of ids that hold a problem of an earlier one."""
    return max(
        1 - len({family.instance(family.params(level, seed)) for seed in range(ids)}) / ids for level in LEVELS[2:]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=0.1, help="for each family in each round")
    parser.add_argument("--repeats", action="store_true", help="also how often two of 1,000 ids hold one problem")
    arguments = parser.parse_args()
    rates: dict[str, list[float]] = {name: [] for name in families()}
    own: list[float] = []
    peer: list[float] = []
    seeds = dict.fromkeys(rates, 10**6)
    for _ in range(arguments.rounds):
        for name, found in rates.items():
            speed, seeds[name] = rate(families()[name], arguments.seconds, seeds[name])
            found.append(speed)
        own.append(
            rate(
                family_named("countdown"),
                3 * arguments.seconds,
                seeds["countdown"] + 10**6,
                range(PEER_LEVEL, PEER_LEVEL + 1),
            )[0]
        )
        if (theirs := peer_rate(10 * arguments.seconds, 10**6 + len(peer) * 10**5)) is not None:
            peer.append(theirs)
    report({name: median(found) for name, found in rates.items()}, own, peer, arguments.repeats)


def report(speeds: dict[str, float], own: list[float], peer: list[float], with_repeats: bool) -> None:
    shares: dict[str, float] = {}
    for name in sorted(speeds, key=speeds.__getitem__):
        shares |= {name: repeats(families()[name])} if with_repeats else {}
        more = f"  {shares[name]:7.2%} of 1,000 ids repeat" if with_repeats else ""
        print(f"{families()[name].kind:5} {name:26} {speeds[name]:10,.0f} a second{more}")
    by_kind = {
        kind: median(speed for name, speed in speeds.items() if families()[name].kind == kind)
        for kind in ("math", "code")
    }
    slowest = min(speeds, key=speeds.__getitem__)
    ratios = {
        "math": by_kind["math"] / MATH,
        "code": by_kind["code"] / CODE,
        "slowest": speeds[slowest] / ANY,
    }
    if peer:
        ratios["countdown"] = median(own) / median(peer) / COUNTDOWN
        print(f"countdown {median(own):,.0f} a second, reasoning-gym's {median(peer):,.1f}")
    line = {
        "median_math": by_kind["math"],
        "median_code": by_kind["code"],
        "slowest": slowest,
        "slowest_rate": speeds[slowest],
        "countdown": median(own),
        "countdown_reasoning_gym": median(peer) if peer else None,
        "most_repeats": max(shares.values()) if shares else None,
        "ratios": ratios,
        "ratio": min(ratios.values()),
    }
    print(json.dumps(line))


if __name__ == "__main__":
    main()
