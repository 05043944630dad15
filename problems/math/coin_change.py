"""The fewest coins that pay an amount, where taking the largest coin first often goes wrong.

Level 1: coins 1 and one more, amounts up to 150. Level 2: 1 and two more of up to 12, amounts up to 200. Levels 3 and
4: two more of up to 40 and 90, amounts up to 1,000 and 2,000; from here on the greedy way is never the best. Levels 5
to 7: three more of up to 30, 60 and 120. Levels 8 to 10: four more of up to 60, 120 and 250, amounts up to 10,000.
"""

from __future__ import annotations

from random import Random

from tracemill.problems.family import Params
from tracemill.problems.story import Story, story_family
from tracemill.problems.words import cast, listed

_SHAPES = {  # coins beside 1, the largest, amounts
    1: (1, 15, 150),
    2: (2, 12, 200),
    3: (2, 40, 1000),
    4: (2, 90, 2000),
    5: (3, 30, 800),
    6: (3, 60, 2000),
    7: (3, 120, 4000),
    8: (4, 60, 2500),
    9: (4, 120, 5000),
    10: (4, 250, 10_000),
}


def sample(level: int, rng: Random) -> Params:
    """(coins in descending order, amount)."""
    count, largest, most = _SHAPES[level]
    while True:
        coins = (*sorted(rng.sample(range(3, largest + 1), count), reverse=True), 1)
        amount = rng.randrange(max(most // 8, coins[0] + 1), most + 1)
        if level < 3 or _greedy(coins, amount) != sum(_best(coins, amount)):
            return (coins, amount)


def _greedy(coins: tuple[int, ...], amount: int) -> int:
    total = 0
    for coin in coins:
        number, amount = divmod(amount, coin)
        total += number
    return total


def _best(coins: tuple[int, ...], amount: int) -> list[int]:
    """How often each coin is taken, fewest together; of several ways the one with more of the larger coins.

    With k fewer of the largest coin than possible, at least as many coins are needed as if the rest were paid with the
    second largest alone, in fractions: where that is no better, the search ends.
    """
    if len(coins) == 1:
        return [amount]
    best: list[int] = []
    total = amount + 1
    for number in range(amount // coins[0], -1, -1):
        rest = amount - number * coins[0]
        if number + -(-rest // coins[1]) >= total:
            break
        others = _best(coins[1:], rest)
        if number + sum(others) < total:
            best, total = [number, *others], number + sum(others)
    return best


def _paid(coins: tuple[int, ...], numbers: list[int]) -> str:
    return " + ".join(f"{number}*{coin}" for number, coin in zip(numbers, coins, strict=True) if number) or "0"


def story(params: Params) -> Story:
    coins, amount = params
    best = _best(coins, amount)
    right = sum(best)
    (who,) = cast(params, 1)
    steps, fewest = [], amount + 1
    for number in range(amount // coins[0], -1, -1):
        rest = amount - number * coins[0]
        bound = number + -(-rest // coins[1])
        if bound >= fewest:
            steps.append(f"{number} of {coins[0]} or fewer: at least {bound} coins, no better, so this is the end.")
            break
        others = _best(coins[1:], rest)
        total = number + sum(others)
        steps.append(f"{number} of {coins[0]}: rest {rest} = {_paid(coins[1:], others)}, {total} coins.")
        fewest = min(fewest, total)
    steps.append(f"The best is {amount} = {_paid(coins, best)} with {right} coins.")
    shown = listed(coins[::-1])
    return Story(
        prompts=(
            (
                f"Coins of {shown} cents are at hand, as many as one likes. What is the smallest number of coins that"
                f" makes exactly {amount} cents?"
            ),
            f"{who} pays {amount} with coins worth {shown}, using as few coins as possible. How many coins are that?",
            f"A machine gives change in coins of {shown}. What is the least number of coins for {amount}?",
        ),
        steps=tuple(steps),
        answer=str(right),
        type="integer",
        slips=(
            ("greedy", _greedy(coins, amount)),
            ("off_by_one", right + 1),
            ("one_less", right - 1),
            ("without_the_largest", sum(_best(coins[1:], amount))),
            ("kinds", len(coins)),
            ("rounded_up", -(-amount // coins[0])),
        ),
    )


def check(params: Params) -> str:
    """Every amount up to the one asked for, from the smaller ones."""
    coins, amount = params
    fewest = [0]
    for value in range(1, amount + 1):
        fewest.append(1 + min(fewest[value - coin] for coin in coins if coin <= value))
    return str(fewest[amount])


FAMILY = story_family(
    name="coin_change",
    version=1,
    topic="puzzles",
    doc=__doc__ or "",
    sample=sample,
    story=story,
    check=check,
)
