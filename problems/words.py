"""People, things and facts beside the point for word problems. Plain text; no arithmetic.

Names are picked by the instance (`cast`), not by the wording's random generator, so that a prompt and its worked
solution speak of the same people, and the instance does not depend on what they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from random import Random

from tracemill.problems.family import Params

NAMES = (
    "Ada", "Amir", "Anna", "Ben", "Bella", "Carlos", "Chen", "Clara", "Dana", "David", "Elif", "Emil", "Eva", "Farid",
    "Fiona", "Greta", "Hana", "Hugo", "Ines", "Ivan", "Jana", "Jonas", "Kofi", "Kira", "Lena", "Liam", "Maya", "Mateo",
    "Nadia", "Noah", "Olga", "Omar", "Paula", "Pedro", "Quinn", "Rosa", "Rafi", "Sara", "Samir", "Tara", "Tom", "Uma",
    "Vera", "Wanda", "Yara", "Yusuf", "Zoe", "Zane",
)  # fmt: skip
THINGS = (
    "apples", "pencils", "notebooks", "candles", "stamps", "postcards", "marbles", "buttons", "mugs", "plates",
    "cookies", "oranges", "badges", "ribbons", "erasers", "stickers", "folders", "lamps", "bulbs", "seeds",
)  # fmt: skip
_ASIDES = (
    "A bus with {n} seats is parked outside.",
    "There are {n} trees in the park nearby.",
    "The neighbour's phone number ends in {n}.",
    "A poster on the wall shows {n} birds.",
    "The book on the table has {n} pages.",
    "A museum across the river owns {n} paintings.",
    "The old tower in the town has {n} steps.",
    "Last year {n} visitors came to the fair.",
    "A calendar in the hall is from {n} days ago.",
    "The next village has {n} inhabitants.",
    "Somebody has written {n} on the blackboard.",
    "The cinema around the corner has {n} places.",
    "A parrot in the window can say {n} words.",
    "Ticket number {n} has won the raffle.",
)


def cast(params: Params, count: int, among: Sequence[str] = NAMES) -> tuple[str, ...]:
    """`count` different entries of `among`: for equal params the same, on every machine."""
    number = int.from_bytes(blake2b(repr(params).encode(), digest_size=8).digest(), "big")
    left, chosen = list(among), []
    for _ in range(count):
        number, index = divmod(number, len(left))
        chosen.append(left.pop(index))
    return tuple(chosen)


def aside(rng: Random, number: int | None = None) -> str:
    """A sentence with a number that has nothing to do with any problem."""
    return rng.choice(_ASIDES).format(n=rng.randrange(2, 400) if number is None else number)


def told(prompt: str, rng: Random) -> str:
    """The prompt, one time in five behind a fact that does not matter."""
    return f"{aside(rng)} {prompt}" if rng.random() < 0.2 else prompt


def listed(items: Sequence[object], joint: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    texts = [str(item) for item in items]
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} {joint} {texts[-1]}"


def counted(number: object, one: str, many: str | None = None) -> str:
    """`1 day`, `3 days`; `many` where the plural is not made with s."""
    return f"{number} {one}" if str(number) == "1" else f"{number} {many or one + 's'}"


def money(cents: int) -> str:
    """Cents as dollars: `12.60`."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"
