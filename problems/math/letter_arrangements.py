"""Arrangements of letters, some of them alike, with rules for the vowels.

Level 1: all arrangements of 4 or 5 letters. Level 2: of 5 to 10, or those that begin with a given letter. Level 3: of
6 to 8 letters that begin with a consonant or a vowel. Level 4: with the vowels side by side. 5: not all of them side
by side. 6: no two vowels side by side. 7: beginning and ending with a vowel. 8: the vowels in alphabetical order. 9
and 10: two of these rules at once, with 8 to 12 letters.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from math import comb, factorial
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import MathReference

_VOWELS, _CONSONANTS = "AEIOU", "BCDFGHJKLMNPQRSTVWXZ"
_SHAPES = {  # fewest and most letters, fewest and most vowels, rules
    1: (4, 5, 0, 2, ("any",)),
    2: (5, 10, 0, 3, ("any", "first")),
    3: (6, 8, 2, 4, ("vowel_first", "consonant_first")),
    4: (6, 9, 2, 4, ("together",)),
    5: (6, 9, 2, 4, ("not_together",)),
    6: (7, 10, 2, 4, ("apart",)),
    7: (7, 10, 3, 5, ("vowel_ends", "consonant_ends")),
    8: (7, 10, 3, 5, ("in_order",)),
    9: (8, 11, 3, 5, ("apart_in_order", "together_inside")),
    10: (9, 12, 3, 6, ("apart_inside", "apart_in_order", "ends_in_order")),
}
_RULES = {
    "any": "",
    "first": " begin with {letter}",
    "vowel_first": " begin with a vowel",
    "consonant_first": " begin with a consonant",
    "together": " have all vowels side by side",
    "not_together": " do not have all vowels side by side",
    "apart": " have no two vowels side by side",
    "vowel_ends": " begin and end with a vowel",
    "consonant_ends": " begin and end with a consonant",
    "in_order": " have their vowels in alphabetical order from left to right",
    "apart_in_order": " have no two vowels side by side and their vowels in alphabetical order from left to right",
    "together_inside": " have all vowels side by side and begin and end with a consonant",
    "apart_inside": " have no two vowels side by side and begin and end with a consonant",
    "ends_in_order": " begin and end with a vowel and have their vowels in alphabetical order from left to right",
}
_ASKED = (
    "How many different arrangements of the letters {word}{rule}?",
    "The letters {word} are arranged in a row in every distinguishable way. How many of the arrangements{rule}?",
    "Of all distinct strings made from the letters {word}, each written letter used once, how many{rule}?",
)
_ASKED_ALL = (
    "How many different arrangements do the letters {word} have?",
    "In how many distinguishable ways can the letters {word} be put in a row?",
    "How many distinct strings can be made from the letters {word}, each written letter used once?",
)


def sample(level: int, rng: Random) -> Params:
    """(the letters in alphabetical order, rule, the letter to begin with or "")."""
    fewest, most, few_vowels, many_vowels, rules = _SHAPES[level]
    count, rule = rng.randrange(fewest, most + 1), rng.choice(rules)
    vowels = min(rng.randrange(few_vowels, many_vowels + 1), (count - 1) // 2 if "apart" in rule else count - 3)
    vowels = max(vowels, few_vowels)
    letters = _drawn(_VOWELS, vowels, rng) + _drawn(_CONSONANTS, count - vowels, rng)
    return ("".join(sorted(letters)), rule, rng.choice(letters) if rule == "first" else "")


def _drawn(alphabet: str, count: int, rng: Random) -> list[str]:
    """Letters with a taste for repetition: each is new or one already drawn, evenly."""
    letters: list[str] = []
    while len(letters) < count:
        letters.append(rng.choice(letters) if letters and rng.random() < 0.4 else rng.choice(alphabet))
    return letters


def _orders(letters: str) -> tuple[int, str]:
    """Distinguishable orders of some letters, and how to write that: `5!/(2!*2!)`."""
    alike = [times for times in Counter(letters).values() if times > 1]
    total = factorial(len(letters))
    for times in alike:
        total //= factorial(times)
    below = "*".join(f"{times}!" for times in alike)
    return total, f"{len(letters)}!" + (f"/({below})" if len(alike) > 1 else f"/{below}" if alike else "")


def _work(params: Params) -> tuple[int, list[str]]:
    word, rule, letter = params
    n, vowels = len(word), "".join(c for c in word if c in _VOWELS)
    others = "".join(c for c in word if c not in _VOWELS)
    v, c = len(vowels), len(others)
    (every, all_shown), (front, front_shown), (back, back_shown) = _orders(word), _orders(vowels), _orders(others)
    if rule == "any":
        return every, [f"{n} letters: {all_shown} = {every}"]
    if rule == "first":
        total, shown = _orders(word.replace(letter, "", 1))
        return total, [f"{letter} is fixed, {n - 1} letters are left: {shown} = {total}"]
    steps = [f"consonants: {back_shown} = {back} orders"]
    if "in_order" in rule:
        front = 1
        steps.append("vowels: 1 order")
    else:
        steps.append(f"vowels: {front_shown} = {front} orders")
    places, shown = {
        "vowel_first": (comb(n - 1, v - 1), f"C({n - 1}, {v - 1})"),
        "consonant_first": (comb(n - 1, v), f"C({n - 1}, {v})"),
        "together": (c + 1, f"{c} + 1"),
        "not_together": (comb(n, v) - c - 1, f"C({n}, {v}) - {c + 1}"),
        "apart": (comb(c + 1, v), f"C({c + 1}, {v})"),
        "apart_in_order": (comb(c + 1, v), f"C({c + 1}, {v})"),
        "apart_inside": (comb(c - 1, v), f"C({c - 1}, {v})"),
        "vowel_ends": (comb(n - 2, v - 2), f"C({n - 2}, {v - 2})"),
        "ends_in_order": (comb(n - 2, v - 2), f"C({n - 2}, {v - 2})"),
        "consonant_ends": (comb(n - 2, v), f"C({n - 2}, {v})"),
        "in_order": (comb(n, v), f"C({n}, {v})"),
        "together_inside": (c - 1, f"{c} - 1"),
    }[rule]
    steps.append(f"places for the vowels: {shown} = {places}")
    total = places * front * back
    return total, [*steps, f"{places}*{front}*{back} = {total}"]


def pose(params: Params, rng: Random) -> Posed:
    word, rule, letter = params
    shuffled = "".join(rng.sample(word, len(word)))
    asked = rng.choice(_ASKED if rule != "any" else _ASKED_ALL)
    prompt = asked.format(word=shuffled, rule=_RULES[rule].format(letter=letter))
    return Posed(prompt=prompt, reference=MathReference(answer=str(_work(params)[0]), type="integer"))


def solve(params: Params, rng: Random) -> str:
    total, steps = _work(params)
    joint = rng.choice(("; ", ", then "))
    note = (
        ""
        if params[1] in ("any", "first")
        else rng.choice(("Vowels are A, E, I, O, U. ", "Take vowels and consonants apart. "))
    )
    return f"{note}{joint.join(steps)}. {boxed(total)}"


def confirm(params: Params) -> MathReference:
    """Letters are laid one by one from the left; states with the same letters left are counted once (no formula)."""
    word, rule, letter = params
    length = len(word)
    states: dict[tuple[str, str, bool, bool, bool], int] = {(word, "", False, True, True): 1}
    for place in range(length):
        grown: dict[tuple[str, str, bool, bool, bool], int] = {}
        for (left, last, pair, block, order), ways in states.items():
            laid: Counter[str] = Counter(word)
            laid.subtract(left)
            placed = [c for c in laid.elements() if c in _VOWELS]
            for new in set(left):
                vowel, after = new in _VOWELS, last in _VOWELS and last != ""
                key = (
                    left.replace(new, "", 1),
                    new,
                    pair or (vowel and after),
                    block and not (vowel and placed and not after),
                    order and not (vowel and placed and new < max(placed)),
                )
                if place == 0 and not _may_begin(new, rule, letter):
                    continue
                if place == length - 1 and not _may_end(new, rule):
                    continue
                grown[key] = grown.get(key, 0) + ways
        states = grown
    total = 0
    for (_, _, pair, block, order), ways in states.items():
        wrong = ("apart" in rule and pair) or ("in_order" in rule and not order)
        wrong = wrong or (rule == "not_together" and block) or (rule in ("together", "together_inside") and not block)
        total += 0 if wrong else ways
    return MathReference(answer=str(total), type="integer")


def _may_begin(new: str, rule: str, letter: str) -> bool:
    if rule == "first":
        return new == letter
    if rule in ("vowel_first", "vowel_ends", "ends_in_order"):
        return new in _VOWELS
    return new not in _VOWELS or rule not in ("consonant_first", "consonant_ends", "together_inside", "apart_inside")


def _may_end(new: str, rule: str) -> bool:
    if rule in ("vowel_ends", "ends_in_order"):
        return new in _VOWELS
    return new not in _VOWELS or rule not in ("consonant_ends", "together_inside", "apart_inside")


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    word = params[0]
    right, _ = _work(params)
    candidates = (
        ("off_by_one", right + rng.choice((-1, 1))),
        ("sign", -right),
        ("letters_told_apart", factorial(len(word))),
        ("rule_forgotten", _orders(word)[0]),
        ("complement", _orders(word)[0] - right),
        ("one_letter_less", _orders(word[1:])[0]),
    )
    yield from wrong_answers(right, word, candidates)


FAMILY = Family(
    name="letter_arrangements",
    version=1,
    kind="math",
    topic="combinatorics",
    sample=sample,
    pose=pose,
    solve=solve,
    confirm=confirm,
    mistakes=mistakes,
    doc=__doc__ or "",
)
