"""What may stand behind an answer: marks, a unit, the rest of its sentence, a farewell. The rest takes it back, or is
too much."""

from __future__ import annotations

import re

from tracemill.verifiers.math.decision import Decision
from tracemill.verifiers.math.lexer import MAX_CHARS, normalise
from tracemill.verifiers.math.units import SCALES, known_unit, split_unit

MAX_WORDS_AFTER = 14  # that may finish the sentence of a box


_CLOSERS = re.compile(
    r"(?:\s|[.,;:!*_#`~$)}\]\"'’”∎□■✓✅]|\\\)|\\\]|\\end\s*\{[^{}]*\}|\\(?:qed|square|blacksquare|Box|hfill|checkmark|\\)(?![a-zA-Z])|</?[a-zA-Z]{1,12}>|-{3,}|"
    r"<\|[^<>|]{1,40}\|>|\\[,;!: ]|\\q?quad(?![a-zA-Z])|\\text\s*+\{\s*+[.,!]?\s*+\})*+"
)


FAREWELL = re.compile(
    r"(?:i hope (?:it|this) is correct|i hope this helps|hope this helps|q\.?\s?e\.?\s?d\.?|done|"
    r"(?:and )?(?:this|that|which) is (?:the|our|my) (?:final |required |correct |desired )?(?:answer|result|solution)|"
    r"(?:is|as) (?:the|our|my) (?:final |required |correct |desired )?(?:answer|result|solution))",
    re.IGNORECASE,
)


_TAKES_BACK = re.compile(
    r"\b(?:not|n't|wrong|incorrect|wait|actually|but|or|however|no|nope|maybe|perhaps|possibly|probably|instead|"
    r"alternatively|alternative|unless|mistake|oops|sorry|hmm+|correction|rather|except|either|neither|false|invalid|recheck|"
    r"check|reconsider|unsure|guess|if|though|although|yet|another|other|cannot|can't|isn't|ain't|should|could|might|may)\b",
    re.IGNORECASE,
)


_HARMLESS_DIGITS = re.compile(
    r"(?:after|for|in|of|over|at|by|every|per|within|the|each|these|those|during|on|among|all|first|last) "
    r"(?:the )?(?:\\?\$)?\d+|"
    r"\\?[bp]?mod\s*\{?\s*\d+\s*\}?|\(?\s*\\?(?:mod|mathrm\{mod\})\s*\d+\s*\)?|"
    r"(?:out )?of (?:the |these |those )?(?:\\?\$)?\d+|"
    r"(?:in )?base[- ]?\d+|_\{?\d{1,2}\}?|\^\{?\d\}?|\b[a-zA-Z]+_\{?\d+\}?"
)


def closes_only(after: str, limit: int = 200) -> bool:
    return len(after) <= limit * 4 and _CLOSERS.fullmatch(after) is not None


def strict(after: str) -> Decision | None:
    if closes_only(after):
        return None
    return Decision("wrong", "text after the answer", f"{after.strip()[:80]!r} behind the box")


def after_box(after: str) -> Decision | None:
    """The rest of the sentence may end it; nothing may follow that."""
    if closes_only(after):
        return None
    if _goes_on(after):
        return Decision("wrong", "part of a formula", f"{after.strip()[:80]!r} behind the box")
    cut = _sentence_end(after)
    sentence, rest = after[:cut], after[cut:]
    if refusal := after_statement(rest):
        return refusal
    plain = _HARMLESS_DIGITS.sub(" ", sentence)
    if _TAKES_BACK.search(plain):
        return Decision("wrong", "taken back", f"{sentence.strip()[:80]!r} behind the box")
    if re.search(r"\d", plain) or len(plain.split()) > MAX_WORDS_AFTER or "=" in plain:
        return Decision("wrong", "text after the answer", f"{sentence.strip()[:80]!r} behind the box")
    return None


_MATH_ENDS = re.compile(r"\$|\\\)|\\\]|\n|[.,;](?:\s|\Z)|\Z")
_NO_FORMULA = re.compile(
    r"\\(?:text|math|mbox|hbox)\w*\s*\{[^{}]*\}(?:\s*\^\s*\{?\d\}?)?|\\p?b?mod\s*\{[^{}]*\}|\\[pb]?mod\b|\^\s*\{?\s*\\circ\s*\}?|"
    r"\\q?quad\b|\\[,;:!% ]|\\(?:end|tag)\s*\{[^{}]*\}|\\(?:qed|square|blacksquare|hfill|checkmark|Box|right|left)\b"
)
_FORMULA = re.compile(r"\\[a-zA-Z]+|[+*/^_=<>|!‰]|^\s*[-−(\[]")
_UNICODE = re.compile(r"(?<![A-Za-z])[⁰¹²³⁴-⁹ⁿ]|[½⅓⅔¼¾⅕-⅞π√∛∞×÷·⋅±∓≤≥≠]")  # cm² is a unit
_LETTER = re.compile(r"\s*[b-zB-HJ-Z]\s*")
_SCALE = re.compile(
    r"(?:[\s$*}~]|\\[)\],;:! ]|\\q?quad(?![a-zA-Z])|\\text\w*+\s*+\{)*+(?:" + "|".join(sorted(SCALES)) + r")\b",
    re.IGNORECASE,
)


def _goes_on(after: str) -> bool:
    """Whether the box was but a factor or a term: \\boxed{5}\\pi, \\boxed{5}x, \\boxed{5} + 1, \\boxed{5} million."""
    end = _MATH_ENDS.search(after)
    assert end is not None
    head = after[: end.start()]
    if _LETTER.fullmatch(head) or _UNICODE.search(head) or _SCALE.match(after):
        return True
    return _FORMULA.search(_NO_FORMULA.sub(" ", head)) is not None


def after_statement(rest: str) -> Decision | None:
    if closes_only(rest) or closes_only(FAREWELL.sub(" ", rest[:400]) + rest[400:]):
        return None
    return Decision("wrong", "text after the answer", f"{rest.strip()[:80]!r} behind the answer")


_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?](?=[\s*$)\"”]|\\\)|\Z)|\n\s*\n|\n(?=\s*(?:[A-Z#*]|\Z))")


def _sentence_end(text: str) -> int:
    """The position after the first sentence, leading marks not counted."""
    start = _CLOSERS.match(text)
    first = start.end() if start and "\n\n" not in text[: start.end()] and "." not in text[: start.end()] else 0
    match = _SENTENCE_END.search(text, first)
    return match.end() if match else len(text)


_UNIT_AFTER = re.compile(
    r"\s*+(?:\$|\\\)|\\\])?\s*+((?>\\text\w*\s*\{[^{}]*\}|\\math\w+\s*\{[^{}]*\}|\\[,;:! ]|\\%|%|"
    r"\^\s*\{?\s*\\?\w+\s*\}?|°|[A-Za-z°²³/€£ ]){1,60}?)"  # atomic: ^\circ^\circ... has too many readings
    r"(?=\s*(?:\$|\\\)|\\\])?\s*(?:[.,;!]|\Z|\n|\*))"
)


def with_unit(text: str, after: str) -> tuple[str, str]:
    """A unit or percent sign just behind the box is part of the answer."""
    match = _UNIT_AFTER.match(after) if len(text) <= MAX_CHARS else None
    if match is None or not match[1].strip():
        return text, after
    words = re.sub(r"\\(?:text|math)\w*\s*\{([^{}]*)\}|\\[,;:! ]", r" \1 ", match[1]).strip()
    percent = words in ("%", "\\%", "percent", "pct", "per cent")
    if percent or known_unit(normalise(words).replace("^\\circ", "°").replace("^{°}", "°").strip()) is not None:
        inside = split_unit(normalise(text))[1]
        if inside is None and not text.rstrip().endswith("%"):
            return f"{text} {'%' if percent else match[1].strip()}", after[match.end() :]
        return text, after[match.end() :]
    return text, after
