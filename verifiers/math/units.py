"""Units: what stands behind a number, its dimension and its factor. Conversion is exact; nothing is rounded.

A unit that is known has dimensions and a factor to the base of each (metre, kilogram, second, degree of angle, month,
dollar, bit, ...). Words that are no unit (5 apples) are a label: kept to be compared, without conversion. Months and
seconds do not convert into each other, nor do currencies.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

Dimensions = tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Unit:
    """value * factor * pi**pi_power + offset, in base units. `label` is set instead where the words are no unit."""

    dimensions: Dimensions = ()
    factor: Fraction = Fraction(1)
    pi_power: int = 0
    offset: Fraction = Fraction(0)
    label: str = ""


_PREFIXES = {"": 0, "k": 3, "c": -2, "m": -3, "d": -1, "M": 6, "G": 9, "n": -9, "h": 2, "u": -6, "\\mu ": -6, "µ": -6}
_LONG = {"": 0, "kilo": 3, "centi": -2, "milli": -3, "deci": -1, "mega": 6, "giga": 9, "nano": -9, "micro": -6}
_SYMBOLS: dict[str, tuple[Dimensions, Fraction]] = {
    "m": ((("m", 1),), Fraction(1)),
    "g": ((("kg", 1),), Fraction(1, 1000)),
    "s": ((("s", 1),), Fraction(1)),
    "L": ((("m", 3),), Fraction(1, 1000)),
    "l": ((("m", 3),), Fraction(1, 1000)),
    "N": ((("kg", 1), ("m", 1), ("s", -2)), Fraction(1)),
    "J": ((("kg", 1), ("m", 2), ("s", -2)), Fraction(1)),
    "W": ((("kg", 1), ("m", 2), ("s", -3)), Fraction(1)),
    "Pa": ((("kg", 1), ("m", -1), ("s", -2)), Fraction(1)),
    "Hz": ((("s", -1),), Fraction(1)),
    "A": ((("A", 1),), Fraction(1)),
    "V": ((("A", -1), ("kg", 1), ("m", 2), ("s", -3)), Fraction(1)),
    "mol": ((("mol", 1),), Fraction(1)),
    "eV": ((("eV", 1),), Fraction(1)),
}
_NAMES = {
    "meter": "m", "metre": "m", "gram": "g", "gramme": "g", "second": "s", "liter": "L", "litre": "L", "newton": "N",
    "joule": "J", "watt": "W", "pascal": "Pa", "hertz": "Hz", "ampere": "A", "amp": "A", "volt": "V", "mole": "mol",
}  # fmt: skip
_METRE, _KILOGRAM, _SECOND = (("m", 1),), (("kg", 1),), (("s", 1),)
_VOLUME, _MONTH, _DOLLAR, _ANGLE, _BIT = (("m", 3),), (("month", 1),), (("USD", 1),), (("degree", 1),), (("bit", 1),)
_INCH, _POUND, _GALLON = Fraction(254, 10_000), Fraction(45_359_237, 100_000_000), Fraction(3_785_411_784, 10**12)
_OTHER: dict[str, tuple[Dimensions, Fraction]] = {
    "inch": (_METRE, _INCH), "inches": (_METRE, _INCH), "in": (_METRE, _INCH), "in.": (_METRE, _INCH),
    "foot": (_METRE, 12 * _INCH), "feet": (_METRE, 12 * _INCH), "ft": (_METRE, 12 * _INCH),
    "yard": (_METRE, 36 * _INCH), "yd": (_METRE, 36 * _INCH), "mile": (_METRE, 63_360 * _INCH),
    "mi": (_METRE, 63_360 * _INCH), "acre": ((("m", 2),), 4_840 * (36 * _INCH) ** 2),
    "hectare": ((("m", 2),), Fraction(10_000)), "ha": ((("m", 2),), Fraction(10_000)),
    "pound": (_KILOGRAM, _POUND), "lb": (_KILOGRAM, _POUND), "lbs": (_KILOGRAM, _POUND),
    "ounce": (_KILOGRAM, _POUND / 16), "oz": (_KILOGRAM, _POUND / 16), "ton": ((("ton", 1),), Fraction(1)),
    "tonne": (_KILOGRAM, Fraction(1000)),
    "minute": (_SECOND, Fraction(60)), "min": (_SECOND, Fraction(60)), "mins": (_SECOND, Fraction(60)),
    "hour": (_SECOND, Fraction(3600)), "hr": (_SECOND, Fraction(3600)), "hrs": (_SECOND, Fraction(3600)),
    "h": (_SECOND, Fraction(3600)), "day": (_SECOND, Fraction(86_400)), "week": (_SECOND, Fraction(604_800)),
    "wk": (_SECOND, Fraction(604_800)), "sec": (_SECOND, Fraction(1)), "secs": (_SECOND, Fraction(1)),
    "month": (_MONTH, Fraction(1)), "mo": (_MONTH, Fraction(1)), "year": (_MONTH, Fraction(12)),
    "yr": (_MONTH, Fraction(12)), "yrs": (_MONTH, Fraction(12)), "decade": (_MONTH, Fraction(120)),
    "century": (_MONTH, Fraction(1200)), "centuries": (_MONTH, Fraction(1200)),
    "mph": ((("m", 1), ("s", -1)), 63_360 * _INCH / 3600), "kph": ((("m", 1), ("s", -1)), Fraction(1000, 3600)),
    "kmph": ((("m", 1), ("s", -1)), Fraction(1000, 3600)), "cc": (_VOLUME, Fraction(1, 10**6)),
    "gallon": (_VOLUME, _GALLON), "gal": (_VOLUME, _GALLON), "quart": (_VOLUME, _GALLON / 4),
    "qt": (_VOLUME, _GALLON / 4), "pint": (_VOLUME, _GALLON / 8), "pt": (_VOLUME, _GALLON / 8),
    "cup": (_VOLUME, _GALLON / 16), "tablespoon": (_VOLUME, _GALLON / 256), "tbsp": (_VOLUME, _GALLON / 256),
    "teaspoon": (_VOLUME, _GALLON / 768), "tsp": (_VOLUME, _GALLON / 768),
    "$": (_DOLLAR, Fraction(1)), "dollar": (_DOLLAR, Fraction(1)), "USD": (_DOLLAR, Fraction(1)),
    "usd": (_DOLLAR, Fraction(1)), "buck": (_DOLLAR, Fraction(1)), "cent": (_DOLLAR, Fraction(1, 100)),
    "¢": (_DOLLAR, Fraction(1, 100)), "€": ((("EUR", 1),), Fraction(1)), "euro": ((("EUR", 1),), Fraction(1)),
    "EUR": ((("EUR", 1),), Fraction(1)), "£": ((("GBP", 1),), Fraction(1)), "GBP": ((("GBP", 1),), Fraction(1)),
    "¥": ((("JPY", 1),), Fraction(1)), "yen": ((("JPY", 1),), Fraction(1)), "JPY": ((("JPY", 1),), Fraction(1)),
    "yuan": ((("CNY", 1),), Fraction(1)), "rupee": ((("INR", 1),), Fraction(1)), "INR": ((("INR", 1),), Fraction(1)),
    "°": (_ANGLE, Fraction(1)), "degree": (_ANGLE, Fraction(1)), "deg": (_ANGLE, Fraction(1)),
    "revolution": (_ANGLE, Fraction(360)), "arcminute": (_ANGLE, Fraction(1, 60)),
    "arcsecond": (_ANGLE, Fraction(1, 3600)),
    "bit": (_BIT, Fraction(1)), "byte": (_BIT, Fraction(8)), "B": (_BIT, Fraction(8)),
    "kB": (_BIT, Fraction(8_000)), "KB": (_BIT, Fraction(8_000)), "MB": (_BIT, Fraction(8 * 10**6)),
    "GB": (_BIT, Fraction(8 * 10**9)), "TB": (_BIT, Fraction(8 * 10**12)),
    "kWh": (_SYMBOLS["J"][0], Fraction(3_600_000)), "cal": ((("cal", 1),), Fraction(1)),
    "calorie": ((("cal", 1),), Fraction(1)), "kcal": ((("cal", 1),), Fraction(1000)),
    "unit": ((("unit", 1),), Fraction(1)), "u": ((("unit", 1),), Fraction(1)),
    "kelvin": ((("K", 1),), Fraction(1)), "K": ((("K", 1),), Fraction(1)),
    "Kg": (_KILOGRAM, Fraction(1)), "KG": (_KILOGRAM, Fraction(1)), "Km": (_METRE, Fraction(1000)),
    "kgs": (_KILOGRAM, Fraction(1)), "kms": (_METRE, Fraction(1000)), "cms": (_METRE, Fraction(1, 100)),
    "rpm": ((("degree", 1), ("s", -1)), Fraction(6)),
}  # fmt: skip
_CELSIUS = Unit((("K", 1),), Fraction(1), 0, Fraction(27_315, 100))
_FAHRENHEIT = Unit((("K", 1),), Fraction(5, 9), 0, Fraction(45_967, 180))
_WHOLE: dict[str, Unit] = {
    **dict.fromkeys(("°C", "° C", "degrees Celsius", "degree Celsius", "Celsius", "degrees C"), _CELSIUS),
    **dict.fromkeys(("°F", "° F", "degrees Fahrenheit", "degree Fahrenheit", "Fahrenheit"), _FAHRENHEIT),
    **{name: Unit(_ANGLE, Fraction(180), -1) for name in ("radian", "radians", "rad", "rads")},
}
_DIMENSIONLESS_WORDS = frozenset(("of", "the", "in", "total", "each", "more", "altogether", "about"))


MAX_UNIT_CHARS = 60


def known_unit(text: str) -> Unit | None:
    """`cm^2`, `square centimetres`, `km/h`, `m s^{-1}`, `miles per hour`, `$`. None where any part is no unit."""
    return _known_unit(text) if len(text) <= MAX_UNIT_CHARS else None


@lru_cache(maxsize=2048)
def _known_unit(text: str) -> Unit | None:
    text = " ".join(re.sub(r"\s*\^\s*", "^", re.sub(r"[{}\\]", "", text)).split()).strip(" .,")
    if text in _WHOLE:
        return _WHOLE[text]
    text = re.sub(r"\s*(?:\bper\b|/)\s*", " / ", text)
    text = re.sub(r"\s*(?:cdot|·|\*)\s*|-(?=[A-Za-z])", " ", text)
    dimensions: dict[str, int] = {}
    factor, sign, power_next = Fraction(1), 1, 1
    words = text.split()
    if not words or len(words) > 8:
        return None
    for index, word in enumerate(words):
        if word == "/":
            sign = -1
            continue
        if word in ("squared", "cubed") and index:
            continue
        if word.lower().rstrip(".") in ("square", "squared", "sq", "cubic", "cubed", "cu"):
            power_next = 2 if word.lower().startswith("sq") else 3
            continue
        power = power_next * _after(words, index)
        part = _single(word)
        if part is None:
            return None
        (base, base_factor), exponent = part
        exponent *= power * sign
        factor *= base_factor**exponent
        for name, count in base:
            dimensions[name] = dimensions.get(name, 0) + count * exponent
        power_next = 1
    if power_next != 1:
        return None
    return Unit(tuple(sorted((name, count) for name, count in dimensions.items() if count)), factor)


def _after(words: list[str], index: int) -> int:
    following = words[index + 1] if index + 1 < len(words) else ""
    return {"squared": 2, "cubed": 3}.get(following, 1)


def _single(word: str) -> tuple[tuple[Dimensions, Fraction], int] | None:
    """One unit with its exponent: `cm^2`, `s^-1`, `meters`."""
    name, _, exponent = word.partition("^")
    if exponent and not re.fullmatch(r"[-+]?[1-9]", exponent):
        return None
    base = _base(name)
    return None if base is None else (base, int(exponent or 1))


def _base(name: str) -> tuple[Dimensions, Fraction] | None:
    if name in _OTHER:
        return _OTHER[name]
    for prefix, power in _PREFIXES.items():
        if name.startswith(prefix) and name[len(prefix) :] in _SYMBOLS:
            dimensions, factor = _SYMBOLS[name[len(prefix) :]]
            return dimensions, factor * Fraction(10) ** power
    word = name.lower().rstrip(".")
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in _OTHER and len(form) > 1:
            return _OTHER[form]
        for prefix, power in _LONG.items():
            if form.startswith(prefix) and form[len(prefix) :] in _NAMES:
                dimensions, factor = _SYMBOLS[_NAMES[form[len(prefix) :]]]
                return dimensions, factor * Fraction(10) ** power
    return None


_FLATTEN = (
    (re.compile(r"\\(?:text|textbf|textit|textrm|textnormal|mbox|hbox|mathrm|mathbf|"
                r"operatorname|rm|unit)\s*\{([^{}]*)\}"), r" \1 "),
    (re.compile(r"\^\s*(?:\{\s*\\circ\s*\}|\\circ(?![a-zA-Z])|\{\s*°\s*\})|"
                r"\\(?:degree|deg)(?![a-zA-Z])|\\degrees"), "°"),
    (re.compile(r"(?<![\d,])\\[,;:! ]|\\[,;:! ](?!\s?\d)|~|\\q?quad(?![a-zA-Z])"), " "),
    (re.compile(r"\\[dt]?frac\s*\{([A-Za-z ]+)\}\s*\{([A-Za-z ]+(?:\^\{?\d\}?)?\s*)\}"), r" \1/\2"),
    (re.compile(r"\\\$"), "$"),
    (re.compile(r"\\euro(?![a-zA-Z])"), "€"),
    (re.compile(r"\\pounds(?![a-zA-Z])"), "£"),
)  # fmt: skip
_STARTS = re.compile(r"(?<![\\A-Za-z_{^])(?=[A-Za-z°€£¥¢$µ])|(?<=[A-Za-z])(?=°)|(?=\\mu )")
_LEADING = re.compile(r"\s*([-+]?)\s*([$€£¥]|USD|EUR|GBP|JPY|INR)\s*(?=[-+.\d\\(])")
_LABEL = re.compile(r"[A-Za-z][A-Za-z'\s-]*\.?")
SCALES = frozenset((  # behind a number, each makes another number of it
    "hundred", "thousand", "million", "billion", "trillion", "dozen", "lakh", "crore", "hundreds", "thousands",
    "millions", "billions", "trillions", "dozens", "tens", "lakhs", "crores", "thirds", "fourths", "fifths",
    "sixths", "sevenths", "eighths", "ninths", "tenths", "elevenths", "twelfths", "twentieths", "hundredths",
    "thousandths", "millionths", "billionths", "squared", "cubed", "choose", "factorial",
))  # fmt: skip
_NO_LABEL = SCALES | frozenset((
    "or", "and", "not", "maybe", "perhaps", "if", "is", "are", "was", "be", "either", "neither", "possibly",
    "approximately", "wrong", "incorrect", "except", "than", "less", "more", "pi", "sqrt", "frac", "infinity",
    "inf", "oo", "cup", "percent", "pct", "to", "from", "into", "over", "times", "plus", "minus", "divided",
    "mod", "half", "halves", "third", "quarter", "quarters",
))  # fmt: skip
MAX_LABEL_WORDS = 6
_OF = re.compile(r"\s+of\s+(?:\d+(?:\.\d+)?\s*\\?%\s*)?([A-Za-z'-]++(?:\s+[A-Za-z'-]++){0,3})\s*\.?\s*\Z")
_CIRCULAR = re.compile(r"(?:sin|cos|tan|cot|sec|csc)\b")  # the degrees of \\sin 30^\\circ are its own
ANY_LABEL = "*"  # words that name nothing: "in total"


_PART = re.compile(r"\s*(?:,|and)?\s*(\d+(?:\.\d+)?)\s*([A-Za-z]+\.?)")


def _compound(flat: str) -> tuple[str, Unit] | None:
    """5 hours 30 minutes, 5 ft 3 in: a sum, in the first of its units."""
    at = 0
    parts: list[tuple[Fraction, Unit]] = []
    while match := _PART.match(flat, at):
        unit = known_unit(match[2])
        if unit is None or (parts and unit.dimensions != parts[0][1].dimensions):
            return None
        parts.append((Fraction(match[1]), unit))
        at = match.end()
    if len(parts) < 2 or flat[at:].strip(" ."):
        return None
    first = parts[0][1]
    total = sum((value * unit.factor for value, unit in parts), Fraction(0)) / first.factor
    return str(total), first


def split_unit(text: str) -> tuple[str, Unit | None]:
    """The value's text and its unit or label; (text, None) where nothing of the kind is there. `text` is normalised."""
    flat = text
    for pattern, replacement in _FLATTEN:
        flat = pattern.sub(replacement, flat)
    flat = flat.strip()
    if (compound := _compound(flat)) is not None:
        return compound
    if leading := _LEADING.match(flat):
        rest, trailing = _split_trailing(leading[1] + flat[leading.end() :])
        currency = known_unit(leading[2])
        if trailing is None or trailing == currency or trailing.label:
            return rest, currency
        return flat, None
    value, unit = _split_trailing(flat)
    return (value, unit) if unit is not None else (text, None)


def _split_trailing(flat: str) -> tuple[str, Unit | None]:
    for start in _STARTS.finditer(flat[:400]):
        at = start.start()
        if at == 0 or not _ends_value(flat[:at]):
            continue
        unit = known_unit(_without_matter(flat[at:]))
        if unit is not None and not (unit.dimensions == _ANGLE and _CIRCULAR.search(flat[:at])):
            return flat[:at].strip(), unit
    for start in _STARTS.finditer(flat[:400]):
        at = start.start()
        if at and _ends_value(flat[:at]) and (label := _label(flat[at:])):
            return flat[:at].strip(), Unit(label=label)
    return flat, None


def _without_matter(text: str) -> str:
    """`litres of 92% solution` -> `litres`."""
    match = _OF.search(text) if len(text) <= 2 * MAX_UNIT_CHARS else None
    return text if match is None or _NO_LABEL & set(match[1].lower().split()) else text[: match.start()]


def _ends_value(head: str) -> bool:
    head = head.rstrip(" *")
    return bool(head) and (head[-1].isdigit() or head[-1] in ")}.%|πe" or head.endswith(("\\pi", "pi")))


def _label(text: str) -> str:
    """`apples in total` -> `apple`: words without digits, none of which changes what was said."""
    if not _LABEL.fullmatch(text):
        return ""
    words = text.lower().rstrip(". ").split()
    if len(words) > MAX_LABEL_WORDS or _NO_LABEL & set(words) or len(text.strip(" .")) < 2:
        return ""
    kept = [word for word in words if word not in _DIMENSIONLESS_WORDS]
    if not kept:
        return ANY_LABEL
    return " ".join(word if len(word) < 4 else word.removesuffix("s") for word in kept)


def compatible(left: Unit, right: Unit) -> bool:
    """Whether two units, both given, can hold for one quantity. Labels agree where one holds a word of the other."""
    if ANY_LABEL in (left.label, right.label):
        return True
    if left.label and right.label:
        return bool(set(left.label.split()) & set(right.label.split()))
    if left.label or right.label:
        return False
    return left.dimensions == right.dimensions
