"""Answers in words: "the answer is ...", "Answer:", "####", and what the last sentence of a response says."""

from __future__ import annotations

import re

from tracemill.verifiers.math.tails import FAREWELL, with_unit

MAX_WHOLE = 400  # characters of a response that is read as a bare answer


_CUE = re.compile(
    r"####\s*|"
    r"\b(?:final\s+|correct\s+|right\s+)?(?:answers?|ans|option|choice|result|solution)\b[\s*_]*(?:\([^()\n]{0,40}\)\s*)?"
    r"(?:(?:is|are|was|equals|will be|would be|must be|becomes)\b"
    r"(?:\s+(?:therefore|thus|then|simply|equal to|given by|just)\b)?|"
    r"(?<=[sS])\b(?=:)|[:=])"
    r"[\s*_:]*|"
    r"(?:\bfinal |#[ \t]{0,9})answer\b[\s*_:#]*\n\s*|"
    r"\banswer\s+(?=\$|\\\(|\\\[)",
    re.IGNORECASE,
)


_EXPLAINS = re.compile(
    r"[,;]?\s+(?:because|since|which|where|so that|obtained|found by|as (?:required|desired|we|the|it|shown))\b.*", re.S
)


def stated(body: str) -> tuple[str, str, int] | None:
    """(the answer, what follows it, where its cue begins), by the last cue that has something behind it."""
    last = None
    end = len(body.rstrip(" \n*_.$"))
    for match in _CUE.finditer(body):
        if match.end() < end:
            last = match
    if last is None:
        return None
    rest = body[last.end() :].lstrip()
    cut = _statement_end(rest)
    text = _EXPLAINS.sub("", rest[:cut]).strip()
    if _IS_CORRECT.fullmatch(text):  # "Option (B) is correct": the answer stands in the cue
        text = f"{last[0]}{text}"
    unsure = _UNSURE.search(text) or "?" in text or _CHOSEN.match(text)
    if not unsure and not _is_bare(text) and (said := _said(text)) is not None:
        text = said[0]
    return (text, rest[cut:], last.start()) if text else None


_IS_CORRECT = re.compile(r"(?:the )?(?:correct|right)(?: (?:one|answer|option|choice))?", re.IGNORECASE)
_OPENERS = (("$$", "$$"), ("\\[", "\\]"), ("\\(", "\\)"), ("$", "$"), ("**", "**"), ("`", "`"))


_LINE_END = re.compile(r"(?<![A-Z])[.!](?=\s|\*|\Z)|\n")


def _statement_end(text: str) -> int:
    """The position after a stated answer: its closing delimiter and the rest of its sentence."""
    at = 0
    for opens, closes in _OPENERS:
        if text.startswith(opens):
            end = text.find(closes, len(opens))
            if end > 0:
                at = end + len(closes)
            break
    match = _LINE_END.search(text, at)
    return match.start() if match else len(text)


_COPULA = re.compile(
    r"(?:\b(?:is|are|equals|be|was|gives|give|get|obtain|have|makes?|totals?)\b|'s\b|’s\b|=|:|≈)\s*"
    r"(?:\b(?:equal to|approximately|about|exactly|therefore|a total of)\b\s*)*",
    re.IGNORECASE,
)


_LEADING_VALUE = re.compile(
    r"[\s*]*(\$[^$]+\$(?!\d)|\\\(.+?\\\)|\\?[$€£]?\s*-?\d[\d,]*(?:\.\d+)?(?:/\d+)?\s*(?:%|\\%)?)"
)


_LONE_NUMBER = re.compile(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:/\d+)?%?")
_BOUND = re.compile(
    r"\b(?:than|least|most|up to|under|over|below|above|between|except|(?:every|any)thing but|all but)[\W_]*\Z", re.I
)
_DENIED = re.compile(r"\b(?:not?|none|never|cannot|could|nobody|nothing|neither|nor|no one)\b|n['’]t\b", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:]|\b(?:so|thus|hence|therefore|then|and|but|that|which|where)\b", re.IGNORECASE)
_OPERATORS = re.compile(r"[=+*^\\_<>|!{}\[\]]|\d\s*-|-\s+\d")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")


_UNSURE = re.compile(r"\b(?:maybe|perhaps|might|probably|possibly|guess|unsure|not sure|think|either)\b", re.I)


_CHOSEN = re.compile(
    r"\W*+(?:(?:(?:i\s+)?(?:choose|pick|select)|option|choice)\W*+)?[A-J]\)?(?:[.):]|\s+is\s+correct|\W*+\Z)", re.I
)
_QED = re.compile(r"(?:\s|\$?\\(?:blacksquare|square|qed|Box)\$?|[∎□■])++\Z")
_BLANK = re.compile(r"\n\s*\n")


def bare(body: str, verbatim: bool) -> tuple[str, str] | None:
    """A response that is an answer and nothing else, or ends in a sentence that says one."""
    whole = _QED.sub("", body[-60:])
    whole = (body[:-60] + whole).strip()
    if not whole:
        return None
    digits_only = len(whole) > MAX_WHOLE and whole.lstrip("-").isdigit()
    if verbatim or digits_only or (len(whole) <= MAX_WHOLE and (_is_bare(whole) or _CHOSEN.match(whole))):
        return (whole, "") if len(whole) <= 20_000 or digits_only else None
    if farewell := FAREWELL.search(whole[-60:]):
        whole = whole[: len(whole) - len(whole[-60:]) + farewell.start()].rstrip()
    sentences = [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z\\$])|\n+", whole) if part.strip(" .$*")]
    if not sentences or _UNSURE.search(sentences[-1]):
        return None
    return _said(sentences[-1]) or ((whole, "") if len(whole) <= 100 else None)


_PROSE = re.compile(
    r"^\s*so\b|\b(?:is|are|was|were|equals|gives|get|obtain|therefore|thus|hence|we|"
    r"there|which|that|have|has|find)\b|['’]s\b",
    re.IGNORECASE,
)


_MATH = re.compile(r"\$\$.{1,2000}?\$\$|\$[^$]+\$|\\\(.{1,2000}?\\\)|\\\[.{1,2000}?\\\]", re.DOTALL)


_MACRO_WORDS = re.compile(r"\\(?:text|math)\w*\s*\{[^{}]*\}|\\(?:begin|end)\s*\{[^{}\n]*\}")


def _is_bare(text: str) -> bool:
    """An answer alone: few words of prose, none of them a verb, and not two of them in front of the first number."""
    if _BLANK.search(text) or _UNSURE.search(text) or re.search(r"[.!?]\s+[A-Z]", text):
        return False
    plain = _MACRO_WORDS.sub(" ", text)
    if _PROSE.search(plain):
        return False
    first = re.search(r"[\d$\\]", plain)
    before = re.findall(r"(?<![\\A-Za-z])[A-Za-z]{2,}", plain[: first.start()] if first else "")
    return len(_WORD.findall(plain)) <= 5 and len(before) < 2


def _said(sentence: str) -> tuple[str, str] | None:
    """What a sentence says: its last formula, or what stands behind its last "is" or "=", or its only number."""
    formulas = list(_MATH.finditer(sentence))
    after_formula = formulas[-1].end() if formulas else 0
    if formulas and not re.search(r"\d", sentence[after_formula:]):
        if _is_denied(sentence[: formulas[-1].start()]):
            return None
        text, _ = with_unit(formulas[-1][0], sentence[after_formula:])
        return _joined(sentence, formulas[:-1], formulas[-1].start()) + text, ""
    copula = sign = None
    end = len(sentence.rstrip(" .$*"))
    *_, last_digit = (-1, *(digit.start() for digit in re.finditer(r"\d", sentence)))
    for match in _COPULA.finditer(sentence, after_formula):
        if match.end() >= end:
            break
        if match[0][0] in "=:≈":
            sign = match
        elif match.end() <= last_digit or copula is None:
            copula = match
    if copula is None and sign is not None and _WORD.search(sentence[: sign.start()]):
        words = list(_WORD.finditer(sentence, 0, sign.start()))  # "so we get 3 = 5": the whole of 3 = 5
        return sentence[words[-1].end() :].strip(" :,"), ""
    if copula is None:
        values = list(_LONE_NUMBER.finditer(sentence))
        alone = len(values) == 1 and len(_WORD.findall(sentence)) > 1 and not _OPERATORS.search(sentence)
        return (values[0][0], "") if alone and not _is_denied(sentence[: values[0].start()]) else None
    if _is_denied(sentence[: copula.start()]):
        return None
    part = sentence[copula.end() :].strip()
    if len(_WORD.findall(part)) > 4:
        value = _LEADING_VALUE.match(part)
        return (value[1], "") if value and not re.search(r"\d", part[value.end() :]) else None
    return part, ""


_AND = re.compile(r"\s*(?:,|,?\s*\b(and|or)\b)\s*", re.IGNORECASE)


def _joined(sentence: str, formulas: list[re.Match[str]], start: int) -> str:
    """The formulas that stand before one as its equals: "$x = 3$ and $x = 4$" is two values, not the last."""
    text = ""
    for formula in reversed(formulas):
        gap = _AND.fullmatch(sentence, formula.end(), start)
        if gap is None:
            break
        text = f"{formula[0]} {gap[1] or ','} {text}"
        start = formula.start()
    return text


def _is_denied(before: str) -> bool:
    """Whether the words in front of a value say that it is not the one: "it cannot be", "more than", "none is"."""
    before = before[-200:]
    *_, last = (0, *(match.end() for match in _CLAUSE.finditer(before)))
    return _BOUND.search(before) is not None or _DENIED.search(before, last) is not None
