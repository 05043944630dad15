"""A chain of thought's own arithmetic: every equation between plain numbers in it, worked out again, exactly.

`12*7 = 84`, `1/2 + 1/3 = 3/6 + 2/6 = 5/6` and `17 mod 5 = 2` are checked; whatever holds a letter, a unit in the
middle, or may be read in two ways is left alone: an equation that is not understood is never called wrong. A side that
is a decimal may be the other side rounded or cut at that digit.

Not done here: algebra, and whether the steps lead to the answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

_NOTHING = Fraction(0)
MAX_BITS = 4096  # of a numerator or denominator; larger values are left alone, as is
MAX_SIDE = 2000  # characters in one side of an equation

_LATEX = (
    (re.compile(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}"), r"((\1)/(\2))"),
    (re.compile(r"\\(?:times|cdot)\b"), "*"),
    (re.compile(r"\\div\b"), "/"),
    (re.compile(r"\\[,;! ]|\\left\b|\\right\b"), " "),
    (re.compile(r"\^\{(-?\d+)\}"), r"^\1"),
)
_IS_LATEX = re.compile(r"\\(?:[dt]?frac|times|cdot|div|left|right|[,;! ])|\^\{")
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/"})

_RUN = re.compile(r"(?:[\d+\-*/%^()!= \t]++|(?<=\d)[.,](?=\d)|\bmod\b)+")
_NUR = re.compile(_RUN.pattern.replace("mod", "dom"))
_MODULAR = re.compile(r"\b[Mm]od(?:ulo)?\s+\d+\s*:")  # `Mod 12: 9*9 = 9`: from here on, equations are congruences
_WORD = re.compile(r"[^\W\d_]+")
_SIMPLE = re.compile(r"(-?\d{1,18})(?: ?([-+*]) ?(\d{1,18}))?")
_TOKEN = re.compile(r"(\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d,.])|\d+(?:\.\d+)?(?![\d,.])|mod|\*\*|//|[-+*/%^()!])[ \t]*")
# fmt: off
_LEADS_IN = frozenset(
    {
        "so", "then", "thus", "hence", "therefore", "is", "are", "get", "gives", "have", "and", "now", "next",
        "first", "also", "since", "because", "as", "that", "we", "it", "compute",
    }
)
"""Words after which an expression begins. After any other word it may have begun before it (`3 times 4 + 1`)."""
_CARRIES_ON = frozenset(
    {
        "r", "rem", "remainder", "times", "plus", "minus", "over", "by", "choose", "percent", "hundred", "thousand",
        "million", "billion", "dozen", "pi", "of",
    }
)
"""Words that belong to the number before them, as one-letter names do."""
# fmt: on

Number = Any  # an int for as long as it is whole, else a Fraction


@dataclass(frozen=True, slots=True)
class Steps:
    """How many equalities could be checked, and the first that is wrong, as `left = right`."""

    checked: int
    wrong: str | None


def check_steps(text: str) -> Steps:
    """Every equality between two numeric sides of `text`. Linear in its length."""
    checked, wrong = 0, None
    for sides in _equations(text):
        for left, right in pairwise(sides):
            if left is None or right is None or not (left.has_operator or right.has_operator):
                continue
            checked += 1
            if wrong is None and not _agree(left, right):
                wrong = f"{left.text} = {right.text}"
    return Steps(checked, wrong)


# --- from text to the sides of equations ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Side:
    value: Number
    text: str
    has_operator: bool
    last_digit: Fraction  # what one unit of a bare decimal's last digit is worth; 0 elsewhere


def _equations(text: str) -> Iterator[list[_Side | None]]:
    """The sides of every `a = b = c`; None stands for a side that is no plain number expression."""
    if "=" not in text:
        return
    if not text.isascii():
        text = text.translate(_SIGNS)
    if _IS_LATEX.search(text):
        for pattern, plain in _LATEX:
            text = pattern.sub(plain, text)
    modular = _MODULAR.search(text) if "od" in text else None
    for start, end in _runs(text, modular.start() if modular else len(text)):
        texts = [one.strip() for one in text[start:end].replace("!=", "==").split("=")]
        if len(texts) == 2 and not (texts[0] and texts[1]):
            continue  # `x = 5`, of which the run is `= 5`
        sides = [_side(one) for one in texts]
        if sides[0] is not None and not _begins(text, start):
            sides[0] = None
        # `17 = 2 mod 5` is a congruence
        if sides[-1] is not None and ("m" in texts[-1] or not _ends(text, end)):
            sides[-1] = None
        yield sides


def _runs(text: str, stop: int) -> Iterator[tuple[int, int]]:
    """Where the runs of numbers and signs that hold a `=` stand: from each `=` to the right and, reversed, to the left.
    To look at every run of a text would take three times as long."""
    end, sign = 0, text.find("=", 0, stop)
    while sign >= 0:
        before = text[max(end, text.rfind("\n", end, sign) + 1) : sign][::-1]
        left, right = _NUR.match(before), _RUN.match(text, sign, stop)
        assert right is not None
        end = right.end()
        yield sign - (left.end() if left else 0), end
        sign = text.find("=", end, stop)


def _begins(text: str, start: int) -> bool:
    """Whether the expression that begins at `start` has nothing before it that belongs to it."""
    before, spaced = text[start - 1] if start else "\n", text[start].isspace()
    first = start
    while text[first].isspace():
        first += 1
    if before.isalpha():
        word = start - 1
        while word and text[word - 1].isalpha():
            word -= 1
        return spaced and text[word:start].lower() in _LEADS_IN and text[first].isdigit()
    if before == "\n":  # `- 3 + 4 = 7` is an item of a list
        return not (text[first] in "-+*" and text[first + 1].isspace())
    if before == ">":
        return text[max(start - 2, 0)] in "=-"  # an arrow
    # `12:30` and `f(1,2)`: a sign between two digits parts nothing
    return before == "$" or (before in ",;.:" and (spaced or not text[max(start - 2, 0)].isdigit()))


def _ends(text: str, end: int) -> bool:
    """Whether the expression that ends before `end` has nothing behind it that belongs to it."""
    if end == len(text):
        return True
    after = text[end]
    if after in ",.:":  # `3,5` and `2:1` are no ends
        return not text[end + 1 : end + 2].isdigit()
    if word := _WORD.match(text, end):
        return text[end - 1].isspace() and len(word.group()) > 1 and word.group().lower() not in _CARRIES_ON
    return after in ";$\n])"


def _side(text: str) -> _Side | None:
    """The value of one side, or None where it is no expression of numbers that is read in one way only."""
    return _read_side(text) if len(text) <= MAX_SIDE else None


@lru_cache(maxsize=1 << 14)
def _read_side(text: str) -> _Side | None:
    if simple := _SIMPLE.fullmatch(text):
        left, sign, right = simple.groups()
        value: Number = int(left)
        if sign is None:
            return _Side(value, text, False, _NOTHING)
        value = value + int(right) if sign == "+" else value - int(right) if sign == "-" else value * int(right)
        return _Side(value, text, True, _NOTHING)
    tokens = _tokens(text)
    if not tokens:
        return None
    try:
        value = _Expression(tokens).value()
    except (_NotPlain, ZeroDivisionError):
        return None
    bare = len(tokens) == 1 or (len(tokens) == 2 and tokens[0] in "+-")
    decimals = len(tokens[-1].partition(".")[2]) if bare else 0
    return _Side(value, text, not bare, Fraction(1, 10**decimals) if decimals else _NOTHING)


def _tokens(text: str) -> list[str]:
    """Numbers and signs; empty where there is anything else."""
    tokens, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or len(match.group()) > MAX_BITS // 4:
            return []
        tokens.append(match.group(1))
        at = match.end()
    return tokens


def _agree(left: _Side, right: _Side) -> bool:
    return left.value == right.value or _is_short_for(left, right.value) or _is_short_for(right, left.value)


def _is_short_for(short: _Side, value: Number) -> bool:
    """Whether a decimal is the value, rounded to its last digit or cut after it."""
    if not short.last_digit or (short.value < 0) != (value < 0):
        return False
    beyond = abs(value) - abs(short.value)
    return -short.last_digit <= 2 * beyond < 2 * short.last_digit


# --- the value of a plain expression ----------------------------------------------------------------------------------


class _NotPlain(Exception):
    """Not an expression of numbers that is read in one way only."""


class _Expression:
    """Recursive descent over + - * / // % mod ^ ! and brackets. A class, because the place in the tokens moves.

    Values are ints for as long as they are whole, which is most of the time and much faster.
    """

    __slots__ = ("at", "depth", "tokens")

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at, self.depth = [*tokens, ""], 0, 0

    def value(self) -> Number:
        value = self._sum()
        if self.tokens[self.at]:
            raise _NotPlain
        return value

    def _sum(self) -> Number:
        value = self._product()
        while (sign := self.tokens[self.at]) in ("+", "-"):
            self.at += 1
            other = self._product()
            value = _small(value + other if sign == "+" else value - other)
        return value

    def _product(self) -> Number:
        value = self._signed()
        while (sign := self.tokens[self.at]) in ("*", "/", "//", "%", "mod"):
            if sign == "mod" and self.at != 1:  # how far `2*7 mod 5` reaches is not agreed upon
                raise _NotPlain
            self.at += 1
            if sign == "%" and self.tokens[self.at] in ("+", "-", ""):  # a percent sign
                raise _NotPlain
            other = self._signed()
            if sign == "mod" and self.tokens[self.at]:
                raise _NotPlain
            value = _small(_combined(sign, value, other))
        return value

    def _signed(self) -> Number:
        if (sign := self.tokens[self.at]) not in ("+", "-"):
            return self._power()
        self.at += 1
        start = self.at
        value = self._power()
        if sign == "-" and any(token in ("^", "**") for token in self.tokens[start + 1 : start + 2]):
            raise _NotPlain  # `-1^6` is meant as (-1)^6 by some
        return -value if sign == "-" else value

    def _power(self) -> Number:
        base = self._atom()
        if self.tokens[self.at] not in ("^", "**"):
            return base
        self.at += 1
        exponent = self._signed()
        if exponent.denominator != 1 or abs(exponent) > 512:
            raise _NotPlain
        size = max(base.numerator.bit_length(), base.denominator.bit_length()) * abs(exponent.numerator)
        if size > MAX_BITS:
            raise _NotPlain
        return _whole(Fraction(Fraction(base) ** exponent.numerator))

    def _atom(self) -> Number:
        text = self.tokens[self.at]
        self.at += 1
        if text == "(":
            value = self._bracket()
        elif text[:1].isdigit():
            value = _whole(Fraction(text.replace(",", ""))) if "." in text or "," in text else int(text)
        else:
            raise _NotPlain
        if self.tokens[self.at] == "!":
            self.at += 1
            if value.denominator != 1 or not 0 <= value <= 100:
                raise _NotPlain
            return math.factorial(value.numerator)
        return value

    def _bracket(self) -> Number:
        self.depth += 1
        if self.depth > 50:
            raise _NotPlain
        value = self._sum()
        if self.tokens[self.at] != ")":
            raise _NotPlain
        self.at += 1
        self.depth -= 1
        return value


def _combined(sign: str, left: Number, right: Number) -> Number:
    if sign == "*":
        return _whole(left * right)
    if sign == "/":
        return _whole(Fraction(left) / right)
    return left // right if sign == "//" else left % right


def _whole(value: Number) -> Number:
    return value.numerator if value.denominator == 1 else value


def _small(value: Number) -> Number:
    if max(value.numerator.bit_length(), value.denominator.bit_length()) > MAX_BITS:
        raise _NotPlain
    return value
