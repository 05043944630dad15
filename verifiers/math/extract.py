"""The answer in a response: one text, or a reason why there is none. Linear in the response's length.

In order of preference: the last box that holds something (boxes joined by "and" or a comma are one answer), the last
"the answer is ...", "Answer:" or "####", and in a response without either, the whole of it where it is short, else what
its last sentence says. Mode "strict" takes a box only, with nothing behind it.

What is refused: text after the answer (but for the rest of its sentence, a unit, closing marks, "I hope it is correct."),
and words behind it that take it back. Boxes before the last are returned as `others`: they must be right too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from tracemill.verifiers.math.decision import Decision
from tracemill.verifiers.math.lexer import normalise
from tracemill.verifiers.math.units import known_unit, split_unit

Mode = Literal["lenient", "strict"]
Style = Literal["math", "verbatim"]

MAX_WHOLE = 400  # characters of a response that is read as a bare answer
MAX_WORDS_AFTER = 14  # that may finish the sentence of a box


@dataclass(frozen=True, slots=True)
class Extraction:
    """`refusal` is set where the response gives no single answer; `text` is then what was found, if anything."""

    text: str | None
    refusal: Decision | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Box:
    text: str
    start: int
    end: int


def extract(response: str, mode: Mode, style: Style, allow_text_after: bool = False) -> Extraction:
    """See the module's docstring."""
    body = _final_part(response)
    boxes = [box for box in boxed(body, quoted=style == "verbatim") if box.text]
    if boxes:
        return _from_boxes(body, boxes, mode, style, allow_text_after)
    if mode == "strict":
        return Extraction(None, Decision("unparseable", "extraction", "no box that holds an answer"))
    if "\\boxed" in body:
        return Extraction(None, Decision("unparseable", "extraction", "a box that is empty or does not close"))
    stated = _stated(body)
    found = stated[:2] if stated else _bare(body, style)
    if found is None:
        return Extraction(None, Decision("unparseable", "extraction", "no box, no stated answer"))
    text, after = found
    return Extraction(text, None if allow_text_after else _after_statement(after))


_SIMPLE = re.compile(r"[-+]?[\d.,/]{1,60}")
_SIMPLE_END = re.compile(r"[\s.$*]*")


def simple_answer(response: str) -> str | None:
    """The content of the only box, where that is a plain number and nothing but marks follow: most answers, fast. None for
    every other response, which `extract` then reads in full."""
    at = response.rfind("\\boxed{")
    if at < 0 or response.find("\\boxed", 0, at) >= 0 or response.find("\\fbox", 0, at) >= 0:
        return None
    end = response.find("}", at)
    if end < 0 or not _SIMPLE.fullmatch(response, at + 7, end) or not _SIMPLE_END.fullmatch(response, end + 1):
        return None
    if response[at - 1 : at] in ("-", "−") or response[at - 2 : at] in ("- ", "− "):
        return None
    return response[at + 7 : end]


_THOUGHT_ENDS = re.compile(
    r"</think(?:ing)?>|</thought>|</reasoning>|<\|end_of_thought\|>|</scratchpad>", re.IGNORECASE
)
_ANSWER_TAG = re.compile(r"<answer>(.*?)</answer>", re.IGNORECASE | re.DOTALL)
_SPECIAL_END = re.compile(r"(?:(?:<\|[^<>|]{1,40}\|>(?:user|assistant)?|</s>|<eos>|<pad>|<end_of_turn>)\s*)+\Z")


def _final_part(response: str) -> str:
    """What follows the thinking, inside <answer> tags where there are any, without special tokens at the end."""
    body = response
    if "</" in body or "<|" in body:
        *_, last = (None, *_THOUGHT_ENDS.finditer(body))
        if last is not None and body[last.end() :].strip():
            body = body[last.end() :]
        tags = _ANSWER_TAG.findall(body)
        if tags and tags[-1].strip():
            body = tags[-1]
        body = body[:-400] + _SPECIAL_END.sub("", body[-400:])
    return body


_TOKEN = re.compile(r"\\(?:boxed|fbox)\s*\{|\\.|[{}]", re.DOTALL)
_QUOTED_TOKEN = re.compile(r"\\.|[{}'\"]", re.DOTALL)
QUOTED_BOXES = 4  # the last boxes, whose quotes are looked at


def boxed(text: str, quoted: bool = False) -> list[Box]:
    """Every closed box, outermost only. With `quoted`, braces inside Python's quotes do not count (in the last boxes)."""
    if "\\boxed" not in text and "\\fbox" not in text:
        return []
    found: list[Box] = []
    opened: list[tuple[int, int]] = []  # (start of a box or -1, position behind its brace)
    for match in _TOKEN.finditer(text):
        token = match[0]
        if token == "}":
            if opened:
                start, inside = opened.pop()
                if start >= 0:
                    while found and found[-1].start > start:
                        found.pop()
                    found.append(Box(text[inside : match.start()].strip(), start, match.end()))
        elif token == "{":
            opened.append((-1, match.end()))
        elif token.endswith("{") and len(token) > 2:
            opened.append((match.start(), match.end()))
    if quoted:
        found = found[:-QUOTED_BOXES] + [_requoted(text, box) for box in found[-QUOTED_BOXES:]]
    return found


def _requoted(text: str, box: Box) -> Box:
    """The box again, up to the first brace that closes it outside of quotes; as it was where there is none."""
    inside = text.index("{", box.start) + 1
    depth, quote = 1, ""
    for match in _QUOTED_TOKEN.finditer(text, inside):
        char = match[0]
        if quote or char in "'\"":
            quote = char if not quote else "" if char == quote else quote
        elif char in "{}":
            depth += 1 if char == "{" else -1
            if not depth:
                return Box(text[inside : match.start()].strip(), box.start, match.end())
    return box


_JOINT = re.compile(r"(?:\$|\\\(|\\\)|\\\[|\\\]|\\[,;:! ]|\\q?quad|\s|,|;|and|\\text\s*\{\s*(?:and|,)\s*\})*")


def _from_boxes(body: str, boxes: list[Box], mode: Mode, style: Style, allow_text_after: bool) -> Extraction:
    first = len(boxes) - 1
    while first and style == "math" and _JOINT.fullmatch(body[boxes[first - 1].end : boxes[first].start]):
        first -= 1
    group = boxes[first:]
    if len({box.text for box in group}) == 1:
        group = group[-1:]
    text = ", ".join(box.text for box in group)
    others = tuple(dict.fromkeys(box.text for box in boxes[:first] if box.text != text))
    after = body[boxes[-1].end :]
    if style == "math" and len(group) == 1:
        text = _signed(body[: group[0].start], text)
    if mode == "strict":
        refusal = _strict(after) or (_two_boxes(others[-1], text) if others else None)
        return Extraction(text, refusal)
    if style == "verbatim":
        refusal = _two_boxes(others[-1], text) if others else None
        return Extraction(text, refusal or (None if allow_text_after else _after_box(after)))
    stated = _stated(after)
    if stated is not None and _after_box(_LEAD_IN.sub("", after[: stated[2]])) is None:
        others = tuple(dict.fromkeys((*others, text)))
        return Extraction(stated[0], None if allow_text_after else _after_statement(stated[1]), others)
    text, after = _with_unit(text, after)
    return Extraction(text, None if allow_text_after else _after_box(after), others)


_LEAD_IN = re.compile(
    r"(?:[#*\s]*\b(?:final|correct)?\s*answer[*\s]*:)?[\s*,]*(?:\b(?:so|thus|therefore|hence|the|our|my|and)\b[\s,]*)*\Z",
    re.IGNORECASE,
)


def _two_boxes(first: str, second: str) -> Decision:
    return Decision("wrong", "two boxes", f"{first[:80]!r} and {second[:80]!r}")


def _signed(before: str, text: str) -> str:
    """A minus sign just outside the box belongs to the answer: -\\boxed{5}."""
    before = before[-20:].rstrip()
    if before.endswith(("-", "−")) and (
        len(before) == 1 or before[:-1].rstrip()[-1:] in ("", "=", "$", "(", ":", ",", "[")
    ):
        return f"-({text})"
    return text


_UNIT_AFTER = re.compile(
    r"\s*(?:\$|\\\)|\\\])?\s*((?:\\text\w*\s*\{[^{}]*\}|\\math\w+\s*\{[^{}]*\}|\\[,;:! ]|\\%|%|\^\s*\{?\s*\\?\w+\s*\}?|°|[A-Za-z°²³/€£ ]){1,60}?)"
    r"(?=\s*(?:\$|\\\)|\\\])?\s*(?:[.,;!]|\Z|\n|\*))"
)


def _with_unit(text: str, after: str) -> tuple[str, str]:
    """A unit or percent sign just behind the box is part of the answer."""
    match = _UNIT_AFTER.match(after)
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


# What may stand behind an answer

_CLOSERS = re.compile(
    r"(?:\s|[.,;:!*_#`~$)}\]\"'’”∎□■✓✅]|\\\)|\\\]|\\end\s*\{[^{}]*\}|\\(?:qed|square|blacksquare|Box|hfill|checkmark|\\)(?![a-zA-Z])|</?[a-zA-Z]{1,12}>|-{3,}|"
    r"<\|[^<>|]{1,40}\|>|\\[,;!: ]|\\q?quad(?![a-zA-Z])|\\text\s*\{\s*[.,!]?\s*\})*"
)
_FAREWELL = re.compile(
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
    r"(?:after|for|in|of|over|at|by|every|per|within|the|each|these|those|during|on|among|all|first|last) (?:the )?(?:\\?\$)?\d+|"
    r"\\?[bp]?mod\s*\{?\s*\d+\s*\}?|\(?\s*\\?(?:mod|mathrm\{mod\})\s*\d+\s*\)?|(?:out )?of (?:the |these |those )?(?:\\?\$)?\d+|"
    r"(?:in )?base[- ]?\d+|_\{?\d{1,2}\}?|\^\{?\d\}?|\b[a-zA-Z]+_\{?\d+\}?"
)


def _closes_only(after: str, limit: int = 200) -> bool:
    return len(after) <= limit * 4 and _CLOSERS.fullmatch(after) is not None


def _strict(after: str) -> Decision | None:
    if _closes_only(after):
        return None
    return Decision("wrong", "text after the answer", f"{after.strip()[:80]!r} behind the box")


def _after_box(after: str) -> Decision | None:
    """The rest of the sentence may end it; nothing may follow that."""
    if _closes_only(after):
        return None
    cut = _sentence_end(after)
    sentence, rest = after[:cut], after[cut:]
    if refusal := _after_statement(rest):
        return refusal
    plain = _HARMLESS_DIGITS.sub(" ", sentence)
    if _TAKES_BACK.search(plain):
        return Decision("wrong", "taken back", f"{sentence.strip()[:80]!r} behind the box")
    if re.search(r"\d", plain) or len(plain.split()) > MAX_WORDS_AFTER or "=" in plain:
        return Decision("wrong", "text after the answer", f"{sentence.strip()[:80]!r} behind the box")
    return None


def _after_statement(rest: str) -> Decision | None:
    if _closes_only(rest) or _closes_only(_FAREWELL.sub(" ", rest[:400]) + rest[400:]):
        return None
    return Decision("wrong", "text after the answer", f"{rest.strip()[:80]!r} behind the answer")


_SENTENCE_END = re.compile(r"(?<![A-Z])[.!?](?=[\s*$)\"”]|\\\)|\Z)|\n\s*\n|\n(?=\s*(?:[A-Z#*]|\Z))")


def _sentence_end(text: str) -> int:
    """The position after the first sentence, leading marks not counted."""
    start = _CLOSERS.match(text)
    first = start.end() if start and "\n\n" not in text[: start.end()] and "." not in text[: start.end()] else 0
    match = _SENTENCE_END.search(text, first)
    return match.end() if match else len(text)


# Answers in words

_CUE = re.compile(
    r"####\s*|"
    r"\b(?:final\s+|correct\s+|right\s+)?(?:answers?|ans|option|choice|result|solution)\b[\s*_]*(?:\([^()\n]{0,40}\)\s*)?"
    r"(?:(?:is|are|was|equals|will be|would be|must be|becomes)\b(?:\s+(?:therefore|thus|then|simply|equal to|given by|just)\b)?|(?<=[sS])\b(?=:)|[:=])"
    r"[\s*_:]*|"
    r"\bfinal answer\b[\s*_:#]*\n\s*|"
    r"\banswer\s+(?=\$|\\\(|\\\[)",
    re.IGNORECASE,
)
_EXPLAINS = re.compile(
    r"[,;]?\s+(?:because|since|which|where|so that|obtained|found by|as (?:required|desired|we|the|it|shown))\b.*", re.S
)


def _stated(body: str) -> tuple[str, str, int] | None:
    """(the answer, what follows it, where its cue begins), by the last cue that has something behind it."""
    last = None
    for match in _CUE.finditer(body):
        if body[match.end() :].strip(" \n*_.$"):
            last = match
    if last is None:
        return None
    rest = body[last.end() :].lstrip()
    cut = _statement_end(rest)
    text = _EXPLAINS.sub("", rest[:cut]).strip()
    unsure = _UNSURE.search(text) or "?" in text
    if not unsure and not _is_bare(text) and (said := _said(text)) is not None:
        text = said[0]
    return (text, rest[cut:], last.start()) if text else None


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


_COPULA = re.compile(r"(?:\b(?:is|are|equals|be|was|gives|give|get|obtain|have|makes?|totals?)\b|'s\b|’s\b|=|:|≈)\s*(?:\b(?:equal to|approximately|about|exactly|therefore|a total of)\b\s*)*", re.I)  # fmt: skip
_LEADING_VALUE = re.compile(r"\s*(\$[^$]+\$|\\\(.+?\\\)|\\?[$€£]?\s*-?\d[\d,]*(?:\.\d+)?(?:/\d+)?\s*(?:%|\\%)?)")
_WORD = re.compile(r"(?<![\\A-Za-z])[A-Za-z]{3,}")
_UNSURE = re.compile(r"\b(?:maybe|perhaps|might|probably|possibly|guess|unsure|not sure|think|either)\b", re.I)
_BLANK = re.compile(r"\n\s*\n")


def _bare(body: str, style: Style) -> tuple[str, str] | None:
    """A response that is an answer and nothing else, or ends in a sentence that says one."""
    whole = body.strip()
    if not whole:
        return None
    digits_only = len(whole) > MAX_WHOLE and whole.lstrip("-").isdigit()
    if style == "verbatim" or digits_only or (len(whole) <= MAX_WHOLE and _is_bare(whole)):
        return (whole, "") if len(whole) <= 20_000 or digits_only else None
    if farewell := _FAREWELL.search(whole[-60:]):
        whole = whole[: len(whole) - len(whole[-60:]) + farewell.start()].rstrip()
    sentences = [part for part in re.split(r"(?<=[.!?])\s+(?=[A-Z\\$])|\n+", whole) if part.strip(" .$*")]
    if not sentences or _UNSURE.search(sentences[-1]):
        return None
    return _said(sentences[-1]) or ((whole, "") if len(whole) <= 100 else None)


_PROSE = re.compile(r"^\s*so\b|\b(?:is|are|was|were|equals|gives|get|obtain|therefore|thus|hence|we|there|which|that|have|has|find)\b|['’]s\b", re.I)  # fmt: skip
_MATH = re.compile(r"\$\$.+?\$\$|\$[^$]+\$|\\\(.+?\\\)|\\\[.+?\\\]", re.DOTALL)
_MACRO_WORDS = re.compile(r"\\(?:text|math)\w*\s*\{[^{}]*\}|\\begin\s*\{.*?\}|\\end\s*\{.*?\}")


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
        text, _ = _with_unit(formulas[-1][0], sentence[after_formula:])
        return text, ""
    copula = None
    for match in _COPULA.finditer(sentence, after_formula):
        if sentence[match.end() :].strip(" .$*"):
            copula = match
    if copula is None:
        values = re.findall(r"(?<![\w.])-?\d[\d,]*(?:\.\d+)?(?:/\d+)?%?", sentence)
        return (values[0], "") if len(values) == 1 else None
    part = sentence[copula.end() :].strip()
    if len(_WORD.findall(part)) > 4:
        value = _LEADING_VALUE.match(part)
        return (value[1], "") if value and not re.search(r"\d", part[value.end() :]) else None
    return part, ""
