"""Whether an answer equals a math reference, by the reference's type. Numbers exactly; the rest as text for now."""

from __future__ import annotations

import re
from fractions import Fraction

from tracemill.problems.types import MathReference
from tracemill.verifiers.math.decision import Decision

_INTEGER = re.compile(r"[+-]?\d{1,4000}")
_DECIMAL = re.compile(r"[+-]?(?:\d{1,1000}(?:\.\d{0,1000})?|\.\d{1,1000})")
_FRACTION = re.compile(r"([+-]?)\\[dt]?frac\{([+-]?\d{1,1000})\}\{(\d{1,1000})\}|([+-]?\d{1,1000})/(\d{1,1000})")
_NUMERIC = ("integer", "rational", "decimal")


def judge_math(reference: MathReference, answer: str) -> Decision:
    text = answer.strip().strip("$").replace("−", "-").strip()
    if reference.type in _NUMERIC:
        expected, got = _number(reference.answer), _number(text)
        if expected is None:
            return Decision("verifier_error", "number", f"the reference {reference.answer!r} is no number")
        if got is None:
            return Decision("unparseable", "number", f"{text[:80]!r} is no number")
        return Decision("correct" if got == expected else "wrong", "number", f"{str(got)[:80]} against {expected}")
    same = _plain(text) == _plain(reference.answer)
    return Decision("correct" if same else "wrong", "text", f"{text[:80]!r} against {reference.answer[:80]!r}")


def _number(text: str) -> Fraction | None:
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text.replace("{,}", ",")).replace(" ", "")
    if _INTEGER.fullmatch(text) or _DECIMAL.fullmatch(text):
        return Fraction(text)
    if match := _FRACTION.fullmatch(text):
        sign, top, bottom, plain_top, plain_bottom = match.groups()
        if int(bottom or plain_bottom):
            value = Fraction(int(top or plain_top), int(bottom or plain_bottom))
            return -value if sign == "-" else value
    return None


def _plain(text: str) -> str:
    for old, new in (
        ("\\left", ""),
        ("\\right", ""),
        ("\\cdot", "*"),
        ("\\{", "{"),
        ("\\}", "}"),
        (" ", ""),
        ("**", "^"),
    ):
        text = text.replace(old, new)
    return re.sub(r"(?<=\d)\*(?=[a-zA-Z])|[{}](?=\d)|(?<=\d)\}", "", text)
