"""References that are no expressions (times, numerals, ratios, choices, words): how each is read and judged."""

from __future__ import annotations

import re
from fractions import Fraction

from tracemill.problems.types import MathReference
from tracemill.verifiers.math import plain
from tracemill.verifiers.math.decision import Conventions, Decision, compared, unparseable, wrong
from tracemill.verifiers.math.oracle import Oracle
from tracemill.verifiers.math.tree import Num, Ratio, show


def read_moment(reference: MathReference) -> tuple[int, ...]:
    found = plain.moment(reference.answer)
    if found is None:
        raise ValueError("neither a time of day nor a date")
    return found


def judge_moment(gold: tuple[int, ...], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    found = plain.moment(answer)
    if found is None:
        return unparseable("time", f"{answer[:60]!r} is neither a time of day nor a date")
    same = found == gold or (len(gold) == 3 == len(found) and found[1:] == gold[1:] and 0 in (found[0], gold[0]))
    return compared("time", same, _show_moment(found), _show_moment(gold))


def _show_moment(value: tuple[int, ...]) -> str:
    if len(value) == 3:
        return f"{value[0]:04}-{value[1]:02}-{value[2]:02}"
    return f"{value[0] // 3600:02}:{value[0] // 60 % 60:02}:{value[0] % 60:02}"


def read_numeral(reference: MathReference) -> tuple[str, int]:
    found = plain.numeral(reference.answer)
    if found is None or found[1] is None:
        raise ValueError("no numeral with its base, as in 1011_2")
    return found[0], found[1]


def judge_numeral(gold: tuple[str, int], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    found = plain.numeral(answer)
    if found is None:
        return unparseable("base", f"{answer[:60]!r} is no numeral")
    same = found[0] == gold[0] and found[1] in (None, gold[1])
    base = "no base given" if found[1] is None else f"base {found[1]}"
    return compared("base", same, f"{found[0]} ({base})", f"{gold[0]} (base {gold[1]})")


def read_ratio(reference: MathReference) -> tuple[tuple[int, ...], str]:
    found = plain.ratio(reference.answer)
    if found is None:
        raise ValueError("no ratio, as in 3:4")
    return found[0], reference.form


def judge_ratio(gold: tuple[tuple[int, ...], str], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    found = plain.ratio(answer)
    if found is None:
        return unparseable("ratio", f"{answer[:60]!r} is no ratio")
    if found[0] == gold[0] and gold[1] in ("reduced", "evaluated") and not found[1]:
        return wrong("reduced", f"read as {_show_ratio(found[0])}, but not in lowest terms as it stands")
    return compared("ratio", found[0] == gold[0], _show_ratio(found[0]), _show_ratio(gold[0]))


def _show_ratio(terms: tuple[int, ...]) -> str:
    return show(Ratio(tuple(Num(Fraction(term)) for term in terms)))


def read_choice(reference: MathReference) -> str:
    found = plain.choice(reference.answer)
    if found is None:
        raise ValueError("no letter of a choice")
    return found


def judge_choice(gold: str, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    found = plain.choice(answer)
    if found is None:
        return unparseable("choice", f"{answer[:60]!r} names no choice")
    return compared("choice", found == gold, found, gold)


def read_words(reference: MathReference) -> tuple[str, str]:
    return plain.words(reference.answer), _squeezed(reference.answer)


def judge_words(gold: tuple[str, str], answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    same = plain.words(answer) == gold[0] or _squeezed(answer) == gold[1] or plain.words(_bare(answer)) == gold[0]
    same = same or (
        _APART.fullmatch(plain.prose(answer)) is not None and re.sub("[^A-Z]", "", plain.prose(answer)) == gold[1]
    )
    return compared("text", same, plain.words(answer), gold[0])


_APART = re.compile(r"\(?\s*[A-Z](?:\s*[,;-]\s*[A-Z])+\s*\)?")  # K, K, N for KKN
_REASON = re.compile(r"(?<=\w)[,;]?\s(?:because|since)\b.*", re.DOTALL | re.IGNORECASE)
_SUBJECT = re.compile(r"\s*(?:it|he|she|this|that|the [a-z]+)\s+(?:is|was|will be|must be)\s+(?:an?\s+|the\s+)?", re.I)


def _bare(answer: str) -> str:
    """Without the words around it: "Yes, because 3 divides 9", "It will be a Tuesday"."""
    return _SUBJECT.sub("", _REASON.sub("", answer), count=1)


def _squeezed(text: str) -> str:
    return re.sub(r"\\left|\\right|\\[,;:! ]|[\s$]", "", text)
