"""Answers that are no expressions: times and dates, numerals in another base, ratios, choices, words.

Each function returns what an answer says, in a form that can be compared, or None where it says nothing of the kind.
"""

from __future__ import annotations

import re
from fractions import Fraction
from functools import reduce
from math import gcd

from tracemill.verifiers.math import canonical, literals, shapes
from tracemill.verifiers.math.lexer import Unreadable
from tracemill.verifiers.math.parser import parse
from tracemill.verifiers.math.reading import tidy
from tracemill.verifiers.math.tree import Div, Ratio, children

_TEXT = re.compile(
    r"\\(?:text|textbf|textit|textrm|texttt|textsf|textnormal|mbox|hbox|mathrm|mathbf|mathit|mathsf|operatorname|boxed|"
    r"emph|underline|bf|rm)\s*\{([^{}]*)\}"
)
_SPACES = re.compile(r"\\[,;:! ]|~|\\q?quad(?![a-zA-Z])|\s+")


def prose(text: str) -> str:
    """The words of an answer without LaTeX around them."""
    text = tidy(text)
    for _ in range(4):
        text = _TEXT.sub(r" \1 ", text)
    text = text.replace("\\!", "")
    return " ".join(_SPACES.sub(" ", text).split()).strip(" .,;:*\"'`")


# Times and dates

_CLOCK = re.compile(
    r"(?:at\s+)?(\d{1,2})\s*(?:[:.h]\s*(\d{2})(?:\s*:\s*(\d{2}))?)?\s*(?:(a|p)\.?\s*m\.?|(noon|midnight)|o'clock|hours|hrs|h)?",
    re.IGNORECASE,
)
_MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905
_DATES = (
    (re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})"), "ymd"),
    (re.compile(r"(?:\w+day,?\s+)?([A-Za-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})"), "Mdy"),
    (re.compile(r"(?:\w+day,?\s+)?(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([A-Za-z]+)\.?,?\s+(\d{4})"), "dMy"),
    (re.compile(r"(?:\w+day,?\s+)?([A-Za-z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?"), "Md"),
    (re.compile(r"(?:\w+day,?\s+)?(?:the\s+)?(\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?([A-Za-z]+)\.?"), "dM"),
)


_ON = re.compile(r"(?:[A-Za-z']{1,20} ){1,8}?(?:on|at) ")  # "The train arrives at 4:45 PM"
_PART_OF_DAY = re.compile(r" in the (morning|afternoon|evening)\Z", re.IGNORECASE)
_HEDGES = frozenset(("or", "not", "before", "after", "until", "by", "between", "from", "if"))


def moment(text: str) -> tuple[int, ...] | None:
    """(year, month, day) of a date (year 0 where none is given), or (seconds,) of a time of day, by the 24-hour
    clock."""
    words = prose(text)
    if (sentence := _ON.match(words)) and not _HEDGES & set(words.lower().split()):
        words = words[sentence.end() :]
    words = _PART_OF_DAY.sub(lambda part: " am" if part[1].lower() == "morning" else " pm", words)
    for pattern, order in _DATES:
        if (match := pattern.fullmatch(words)) and (date := _date(match.groups(), order)):
            return date
    if words.lower() in ("noon", "midnight"):
        return (43_200 if words.lower() == "noon" else 0,)
    match = _CLOCK.fullmatch(words)
    if match is None or not (match[2] or match[4] or match[5] or "o'clock" in words):
        return None
    hour, minute, second = int(match[1]), int(match[2] or 0), int(match[3] or 0)
    if match[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if match[4].lower() == "p" else 0)
    elif match[5]:
        hour = 12 if match[5].lower() == "noon" else 0
    if hour > 24 or minute > 59 or second > 59 or (hour == 24 and minute):
        return None
    return (hour % 24 * 3600 + minute * 60 + second,)


def _date(groups: tuple[str, ...], order: str) -> tuple[int, int, int] | None:
    parts = dict(zip(order, groups, strict=True))
    if name := parts.get("M", "").lower():
        if len(name) < 3:
            return None
        month = next((number for number, full in enumerate(_MONTHS, 1) if full.startswith(name)), 0)
        if name == "sept":
            month = 9
    else:
        month = int(parts["m"])
    day = int(parts["d"])
    return (int(parts.get("y", 0)), month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None


# Numerals

_NUMERAL = re.compile(
    r"([-+]?)\s*\(?\s*([0-9A-Za-z][0-9A-Za-z ,]*)\s*\)?\s*_\s*\{?\s*\(?\s*([0-9]{1,2}|[a-z]+)\s*\)?\s*\}?"
)
_PREFIXED = re.compile(r"([-+]?)0([boxOX])([0-9a-fA-F]+)")  # 0B1 may be hexadecimal itself
_IN_WORDS = re.compile(
    r"([-+]?)\s*([0-9A-Za-z]+)\s*"
    r"(?:\(?\s*(?:in\s+)?base[- ]?\s*(\d{1,2}|[a-z]+)\s*\)?|"
    r"(?:in |\(\s*(?:in )?)(binary|octal|hexadecimal|decimal|bin|oct|hex|dec)\s*\)?)"
)
_BARE = re.compile(r"([-+]?)\s*([0-9A-Za-z]+(?: [0-9A-Za-z]+)*)")
_BASES = {
    "b": 2, "o": 8, "x": 16, "bin": 2, "oct": 8, "hex": 16, "dec": 10,
    "binary": 2, "octal": 8, "hexadecimal": 16, "decimal": 10, "two": 2,
    "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "twelve": 12,
    "sixteen": 16,
}  # fmt: skip


def numeral(text: str) -> tuple[str, int | None] | None:
    """(digits, base): digits in upper case without leading zeros, with a sign; base None where none is given. What
    stands before an = is a name, or the same number; None where it is neither."""
    words = tidy(text)
    for _ in range(3):
        words = _TEXT.sub(r"\1", words)
    words = " ".join(_SPACES.sub(" ", words).split())
    *before, last = re.split("=+", words)
    found = _one_numeral(last.strip())
    if before and _NAME.fullmatch(before[0]):
        before = before[1:]
    return found if all(_same_number(item.strip(), last.strip()) for item in before) else None


_NAME = re.compile(r"\s*(?:[^\d+*^-]+|[a-z]_\{?\w+\}?)\s*")
_BASED = re.compile(r"(?<![0-9A-Za-z])\(?([0-9A-Za-z]+)\)?\s*_\s*\{?\(?(\d{1,2})\)?\}?")


def _same_number(left: str, right: str) -> bool:
    ours, theirs = _one_numeral(left), _one_numeral(right)
    if ours is not None and theirs is not None and ours[0] == theirs[0] and None in (ours[1], theirs[1]):
        return True
    return theirs is not None and theirs[1] is not None and _amount(left) == _amount(right)


def _amount(text: str) -> Fraction | None:
    """The value of a numeral, or of a formula of numerals; in base ten where none is given. None where it has none."""
    found = _one_numeral(text)
    try:
        if found is not None:
            return Fraction(int(found[0], found[1] or 10))
        return canonical.rational(parse(_BASED.sub(lambda part: str(int(part[1], int(part[2]))), text)))
    except ValueError:  # Unreadable, digits that the base does not have, too many of them
        return None


def _one_numeral(words: str) -> tuple[str, int | None] | None:
    for pattern in (_PREFIXED, _NUMERAL, _IN_WORDS, _BARE):
        if match := pattern.fullmatch(words):
            groups = [group for group in match.groups() if group is not None]
            if pattern is _PREFIXED:
                sign, base, digits = groups
            else:
                sign, digits, base = (*groups, "")[:3]
            return _numeral(sign, digits, base)
    return None


def _numeral(sign: str, digits: str, base: str) -> tuple[str, int | None] | None:
    digits = re.sub(r"[ ,]", "", digits).upper().lstrip("0") or "0"
    number = _BASES.get(base.lower()) or (int(base) if base.isdigit() else None)
    if base and number is None:
        return None
    if number is not None and not (2 <= number <= 36 and all(_digit(char) < number for char in digits)):
        return None
    return ("-" if sign == "-" and digits != "0" else "") + digits, number


def _digit(char: str) -> int:
    return int(char) if char.isdigit() else ord(char) - 55


# Ratios

_TO = re.compile(r"\s+(?:to|is to)\s+|\s*\\text\s*\{\s*to\s*\}\s*|\s*\\mathbin\{:\}\s*")


def ratio(text: str) -> tuple[tuple[int, ...], bool] | None:
    """(lowest terms, written in lowest terms); a fraction a/b is the ratio a to b. What stands before an = is a name,
    or the same ratio; None where it is neither."""
    *before, last = re.split("=+", _TO.sub(" : ", tidy(text)))
    found = _one_ratio(last)
    if found is None:
        return None
    if before and _names_ratio(before[0]):
        before = before[1:]
    earlier = [_one_ratio(item) for item in before]
    if any(one is None or one[0] != found[0] for one in earlier):
        return None
    return found[0], all(one is not None and one[1] for one in (*earlier, found))


_RATIO_NAME = re.compile(r"(?:[^\d+*^\\-]|\\(?!(?:sqrt|c?dot|times|div|pm)(?![a-zA-Z]))[a-zA-Z]+|\\[,;:! ])++")
_SUBSCRIPT = re.compile(r"_\s*(?:\w|\{\s*\w+\s*\})")


def _names_ratio(text: str) -> bool:
    """a:b, x_1:x_2, boys : girls, "ratio"; letters that have an order stand in it: y:x = 3:4 is 4:3."""
    if not _RATIO_NAME.fullmatch(_SUBSCRIPT.sub("", text)):
        return False
    names = [name.strip() for name in re.split("[:/]", text)]
    ordered = set(names) <= set("abcxyz")
    return len(set(names)) == len(names) and (not ordered or names == sorted(names))


def _one_ratio(words: str) -> tuple[tuple[int, ...], bool] | None:
    try:
        node = parse(words)
    except Unreadable:
        return None
    items = node.items if isinstance(node, Ratio) else None
    if items is None:
        value = canonical.rational(node)
        if value is None or value <= 0 or not literals.is_literal(node):
            return None
        whole = literals.is_integer(node) or (isinstance(node, Div) and all(map(literals.is_integer, children(node))))
        return (value.numerator, value.denominator), whole and shapes.is_reduced(node)
    values = [canonical.rational(item) for item in items]
    if not all(map(literals.is_literal, items)) or any(value is None or value < 0 for value in values):
        return None
    lowest, divided = _lowest([value for value in values if value is not None])
    return (lowest, not divided and all(map(literals.is_integer, items))) if any(lowest) else None


def _lowest(values: list[Fraction]) -> tuple[tuple[int, ...], bool]:
    """(lowest terms, whether that took a division or a multiplication); all zeros are left as they are."""
    scale = reduce(lambda a, b: a * b // gcd(a, b), (value.denominator for value in values))
    whole = [int(value * scale) for value in values]
    divisor = gcd(*whole)
    return tuple(number // (divisor or 1) for number in whole), scale != 1 or divisor != 1


# Choices and words

_CHOICE = re.compile(
    r"(?:(?:i\s+)?(?:choose|pick|select)\s+)?(?:the\s+)?(?:correct\s+)?(?:(?:option|choice|answer|statement)\s*(?:is\s*)?:?\s*)?"
    r"[(\[]?\s*([A-Za-z])(?![A-Za-z])(.*)",
    re.DOTALL | re.IGNORECASE,
)
_CHOICE_REST = re.compile(r"\s*(?:is\s+(?:the\s+)?(?:correct|right)(?:\s+\w+)?|[)\].:]+(?:\s.*)?|-\s.*)?\s*", re.DOTALL)
_SECOND_CHOICE = re.compile(r"\b(?:or|and|not)\b\W*[A-J]\b|\([A-J]\)|\bnot\b|\bmaybe\b")


def choice(text: str) -> str | None:
    """The letter of "B", "(B)", "B. 12 cm", "Option B", "B is correct"; None where a second letter is named."""
    match = _CHOICE.fullmatch(prose(text))
    if match is None or _CHOICE_REST.fullmatch(match[2]) is None or _SECOND_CHOICE.search(match[2]):
        return None
    return match[1].upper()


_ARTICLES = re.compile(r"^(?:the|a|an)\s+")
_SAME_WORDS = {
    "dne": "does not exist", "undefined": "undefined", "no solution": "no solution", "no solutions": "no solution",
    "none": "no solution", "no real solution": "no solution", "no real solutions": "no solution",
    "infinitely many": "infinitely many", "infinitely many solutions": "infinitely many",
    "infinite solutions": "infinitely many",
}  # fmt: skip


def words(text: str) -> str:
    """Lower case, one space between words, no article in front, no punctuation around."""
    if re.sub(r"[\s$]", "", text) in ("\\emptyset", "\\varnothing", "∅", "\\{\\}", "{}"):
        return "no solution"
    found = _ARTICLES.sub("", prose(text).casefold())
    found = re.sub(r"[\s_-]+", " ", found).strip()
    return _SAME_WORDS.get(found, found)
