"""Plain numbers against plain numbers, without a tree: the fast path of most answers."""

from __future__ import annotations

import re
from functools import lru_cache

from tracemill.problems.types import MathReference
from tracemill.verifiers.math.decision import Decision, correct, wrong

MAX_DIGITS = 1_000_000


_NUMBER = re.compile(r"\s*+\$?\s*+([-+−]?)\s*+(\d[\d,]*+)(?:(\.)(\d*+)|/(\d++))?+\s*+\$?\s*+\.?\s*+")


_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+")


_FRACTION = re.compile(r"\s*+\$?\s*+([-+−]?)\s*+\\[dt]?frac\s*+\{(-?\d++)\}\s*+\{(\d++)\}\s*+\$?\s*+")


_EXACT_TYPES = ("integer", "rational", "decimal")


_LONG = 4_000  # Python refuses to read longer integers


@lru_cache(maxsize=8192)
def _plain_value(reference: MathReference) -> tuple[int, int] | None:
    """A numeric reference as numerator and denominator; None where it is none, or of a form that needs the tree."""
    if (
        reference.type not in _EXACT_TYPES
        or reference.form not in ("value", "evaluated")
        or len(reference.answer) > _LONG
    ):
        return None
    return _plain_number(reference.answer)


def _plain_number(text: str) -> tuple[int, int] | None:
    """Numerator and denominator of 12, -1,234, 0.125, 3/4, \\frac{3}{4}, as written: not in lowest terms."""
    match = _NUMBER.fullmatch(text)
    if match is None:
        match = _FRACTION.fullmatch(text)
        if match is None or len(text) > _LONG:
            return None
        sign, top, bottom = match.groups()
        return (-int(top) if sign in ("-", "−") else int(top)), int(bottom)
    sign, whole, point, decimals, bottom = match.groups()
    if "," in whole:
        if not _THOUSANDS.fullmatch(whole):
            return None
        whole = whole.replace(",", "")
    if point is not None:
        number, denominator = int(whole + decimals), 10 ** len(decimals)
    else:
        number, denominator = int(whole), int(bottom or 1)
    return (-number if sign in ("-", "−") else number), denominator


def quick_number(reference: MathReference, answer: str, unreduced: bool = True) -> Decision | None:
    """The decision for a plain number against a plain number; None where it needs more than that. `unreduced`: the
    convention that 2/4 is right for 1/2; where it is not, the form of a fraction is to be looked at."""
    if len(answer) > _LONG:
        return _long_number(reference, answer) if reference.type in _EXACT_TYPES else None
    gold = _plain_value(reference)
    if gold is None or not answer:
        return None
    found = _plain_number(answer)
    if found is None:
        return None
    (top, bottom), (gold_top, gold_bottom) = found, gold
    if not bottom:
        return wrong(reference.type, f"read as {top}/0")
    if top * gold_bottom != gold_top * bottom:
        return wrong(reference.type, f"read as {answer.strip()[:60]}, not {reference.answer[:60]}")
    if (gold_bottom == 1 or not unreduced) and ("/" in answer or "frac" in answer):
        return None  # 8/2 for 4, a form to be looked at
    return correct(reference.type, f"read as {answer.strip()[:60]}, equal to {reference.answer[:60]}")


def _long_number(reference: MathReference, answer: str) -> Decision | None:
    """Integers of thousands of digits are compared digit by digit."""
    found = answer.strip().strip("$").strip().replace("−", "-")
    digits = found.lstrip("+-")
    if len(digits) > MAX_DIGITS or not (digits.isascii() and digits.isdigit()):
        return None
    gold = reference.answer.strip()
    same = _sign(found) == _sign(gold) and digits.lstrip("0") == gold.lstrip("+-").lstrip("0")
    decide = correct if same else wrong
    return decide(reference.type, f"read as an integer of {len(digits)} digits")


def _sign(text: str) -> bool:
    return text.startswith("-")
