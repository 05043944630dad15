"""Expected values of draws from bags of tickets, exactly.

Level 1: one draw from a bag of single tickets. Level 2: tickets in numbers. Level 3: the gain after a price. Level 4:
given that the ticket is worth at least so much. Level 5: two to four draws from each of two bags. Level 6: the better
of two draws with replacement. Level 7: with one draw again at will. Level 8: the variance. Level 9: the better of two
without replacement. Level 10: two draws again at will.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import permutations, product
from random import Random

from tracemill.problems.exact import fraction_latex, listed
from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, bracketed, wrong_answers
from tracemill.problems.types import MathReference

Bag = tuple[tuple[int, int], ...]
"""(worth, how many such tickets), ascending."""

_KINDS = {
    1: "mean",
    2: "mean",
    3: "gain",
    4: "given",
    5: "sum",
    6: "better",
    7: "again",
    8: "variance",
    9: "better_apart",
    10: "twice",
}
_STORIES = {
    "mean": "One ticket is drawn at random. What is the expected worth of it?",
    "gain": "A draw of one ticket costs {0}. What is the expected gain of a draw, after the price?",
    "given": "One ticket is drawn at random; it is worth at least {0}. What is its expected worth, given this?",
    "sum": "You draw {0} tickets from the first bag and {1} from the second, each put back at once. "
    "What is the expected sum?",
    "better": "Two tickets are drawn, the first being put back before the second draw, and you get the larger worth. "
    "What do you get on average?",
    "again": "You draw one ticket and may keep it, or put it back and draw once more and keep that. "
    "What is the expected worth if you decide as well as possible?",
    "variance": "One ticket is drawn at random. What is the variance of its worth?",
    "better_apart": "Two tickets are drawn without putting one back, and you get the larger worth. "
    "What do you get on average?",
    "twice": "You draw one ticket. Up to two times you may put it back and draw once more; you keep the last one. "
    "What is the expected worth if you decide as well as possible?",
}
_FORMS = (
    "Give an exact fraction in lowest terms.",
    "Answer exactly, in lowest terms.",
    "Write the result as a reduced fraction or a whole number.",
)


def sample(level: int, rng: Random) -> Params:
    """(kind, price, draws or bound, the bags)."""
    kind = _KINDS[level]
    if level == 1:
        return (kind, (), (tuple((worth, 1) for worth in sorted(rng.sample(range(1, 31), rng.randrange(3, 6)))),))
    size = 3 if level <= 2 else 4
    if kind == "sum":
        return (kind, (rng.randrange(2, 5), rng.randrange(2, 5)), (_bag(3, 20, 6, rng), _bag(3, 20, 6, rng)))
    bag = _bag(size, 60 if level >= 6 else 40, 9 if level >= 6 else 8, rng)
    extra = {"gain": (rng.randrange(2, 30),), "given": (rng.randrange(bag[0][0] + 1, bag[-2][0] + 1),)}
    return (kind, extra.get(kind, ()), (bag,))


def _bag(size: int, most: int, tickets: int, rng: Random) -> Bag:
    return tuple((worth, rng.randrange(1, tickets + 1)) for worth in sorted(rng.sample(range(1, most + 1), size)))


def _mean(bag: Bag) -> Fraction:
    return Fraction(sum(worth * count for worth, count in bag), sum(count for _, count in bag))


def _mean_shown(bag: Bag) -> str:
    total = sum(count for _, count in bag)
    terms = " + ".join(f"{worth}*{count}" if count > 1 else str(worth) for worth, count in bag)
    value = sum(worth * count for worth, count in bag)
    mean = Fraction(value, total)
    return f"({terms})/{total} = {value}/{total}" + ("" if mean.denominator == total else f" = {mean}")


def _at_least(bag: Bag, least: Fraction) -> tuple[Fraction, str]:
    """The expected worth where anything below `least` is exchanged for `least`."""
    total = sum(count for _, count in bag)
    kept = [(worth, count) for worth, count in bag if worth > least]
    low = total - sum(count for _, count in kept)
    terms = " + ".join([f"{worth}*{count}" for worth, count in kept] + ([f"{low}*{least}"] if low else []))
    value = (sum(worth * count for worth, count in kept) + low * least) / total
    return value, f"({terms})/{total} = {value}"


def _work(params: Params) -> tuple[Fraction, list[str]]:
    kind, numbers, bags = params
    bag = bags[0]
    mean, total = _mean(bag), sum(count for _, count in bag)
    if kind == "mean":
        return mean, [_mean_shown(bag)]
    if kind == "gain":
        return mean - numbers[0], [_mean_shown(bag), f"less the price: {mean} - {numbers[0]} = {mean - numbers[0]}"]
    if kind == "sum":
        other = _mean(bags[1])
        value = numbers[0] * mean + numbers[1] * other
        return value, [_mean_shown(bag), _mean_shown(bags[1]), f"{numbers[0]}*{mean} + {numbers[1]}*{other} = {value}"]
    if kind == "given":
        rest = tuple((worth, count) for worth, count in bag if worth >= numbers[0])
        return _mean(rest), ["only the tickets that can be", _mean_shown(rest)]
    if kind == "variance":
        squares = sum(worth * worth * count for worth, count in bag)
        value = Fraction(squares, total) - mean * mean
        return value, [
            f"mean {_mean_shown(bag)}",
            f"mean of squares {squares}/{total}",
            f"{squares}/{total} - ({mean})^2 = {value}",
        ]
    if kind in ("better", "better_apart"):
        pairs, below, parts, value = total * (total if kind == "better" else total - 1), 0, [], 0
        for worth, count in bag:
            ways = (below + count) ** 2 - below**2 if kind == "better" else count * (count - 1) + 2 * count * below
            parts.append(f"{worth} in {ways}")
            value += worth * ways
            below += count
        mean = Fraction(value, pairs)
        last = f"{value}/{pairs}" + ("" if mean.denominator == pairs else f" = {mean}")
        return mean, [f"of {pairs} pairs the larger is {', '.join(parts)}", last]
    steps = [f"one draw is worth {_mean_shown(bag)}"]
    for _ in range(1 if kind == "again" else 2):
        mean, shown = _at_least(bag, mean)
        steps.append(f"draw again below that: {shown}")
    return mean, steps


def pose(params: Params, rng: Random) -> Posed:
    kind, numbers, bags = params
    shown = []
    for bag in bags:
        if all(count == 1 for _, count in bag):
            shown.append(f"tickets worth {listed([worth for worth, _ in bag])}, one of each")
        else:
            shown.append(listed([f"{count} ticket{'s' if count > 1 else ''} worth {worth}" for worth, count in bag]))
    if len(bags) == 2:
        opening = f"One bag holds {shown[0]}; a second bag holds {shown[1]}."
    else:
        opening = rng.choice(("A bag holds {}.", "In a bag there are {}.")).format(shown[0])
    prompt = f"{opening} {_STORIES[kind].format(*numbers)} {rng.choice(_FORMS)}"
    return Posed(prompt=prompt, reference=_reference(_work(params)[0]))


def _reference(value: Fraction) -> MathReference:
    return MathReference(answer=str(value), type="rational", form="reduced")


def solve(params: Params, rng: Random) -> str:
    value, steps = _work(params)
    opening = rng.choice(("Weigh each worth by its tickets: ", "Worth times chance, added up: "))
    return f"{opening}{'; '.join(steps)}. {boxed(fraction_latex(value))}"


def confirm(params: Params) -> MathReference:
    """Every ticket by itself, every pair of draws written down; drawing again is decided ticket by ticket."""
    kind, numbers, bags = params
    tickets = [[worth for worth, count in bag for _ in range(count)] for bag in bags]
    first = tickets[0]
    if kind in ("mean", "gain"):
        outcomes = [Fraction(worth - (numbers[0] if kind == "gain" else 0)) for worth in first]
    elif kind == "sum":
        pairs = list(product(*tickets))
        outcomes = [Fraction(numbers[0] * a + numbers[1] * b) for a, b in pairs]
    elif kind == "given":
        outcomes = [Fraction(worth) for worth in first if worth >= numbers[0]]
    elif kind == "variance":  # half the mean square of differences
        outcomes = [Fraction((a - b) ** 2, 2) for a, b in product(first, repeat=2)]
    elif kind in ("better", "better_apart"):
        drawn = product(first, repeat=2) if kind == "better" else permutations(first, 2)
        outcomes = [Fraction(max(pair)) for pair in drawn]
    else:
        outcomes = [Fraction(worth) for worth in first]
        for _ in range(1 if kind == "again" else 2):
            later = sum(outcomes, Fraction(0)) / len(outcomes)
            outcomes = [max(Fraction(worth), later) for worth in first]
    return _reference(sum(outcomes, Fraction(0)) / len(outcomes))


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    bag = params[2][0]
    right, _ = _work(params)
    worths = [worth for worth, _ in bag]
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("numbers_ignored", Fraction(sum(worths), len(worths))),
        ("plain_mean", _mean(bag)),
        ("most_likely", Fraction(max(bag, key=lambda ticket: ticket[1])[0])),
        ("sum_not_divided", Fraction(sum(worth * count for worth, count in bag))),
    )
    named = [(name, fraction_latex(value)) for name, value in candidates]
    yield from wrong_answers(fraction_latex(right), f"E({', '.join(map(bracketed, worths))})", named)


FAMILY = Family(
    name="expected_value",
    version=1,
    kind="math",
    topic="probability",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
