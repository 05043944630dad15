"""The answer in a response: one text, or a reason why there is none. Linear in the response's length.

In order of preference: the last box that holds something (boxes joined by "and" or a comma are one answer), the last
"the answer is ...", "Answer:" or "####", and in a response without either, the whole of it where it is short, else what
its last sentence says. Mode "strict" takes a box only, with nothing behind it.

What is refused: text after the answer (but for the rest of its sentence, a unit, closing marks, "I hope it is
correct."), and words behind it that take it back. Boxes before the last are returned as `others`: they must be right
too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from tracemill.verifiers.math.boxes import Box, boxed
from tracemill.verifiers.math.decision import Decision
from tracemill.verifiers.math.sentences import bare, stated
from tracemill.verifiers.math.tails import after_box, after_statement, strict, with_unit

Mode = Literal["lenient", "strict"]


Style = Literal["math", "verbatim"]


@dataclass(frozen=True, slots=True)
class Extraction:
    """`refusal` is set where the response gives no single answer; `text` is then what was found, if anything."""

    text: str | None
    refusal: Decision | None = None
    others: tuple[str, ...] = ()


_LONG_SPACE = re.compile(r"(\s{30})\s++")  # patterns try every split of a run of spaces


def extract(response: str, mode: Mode, style: Style, allow_text_after: bool = False) -> Extraction:
    """See the module's docstring."""
    body = _final_part(response)
    if style == "math":
        body = _LONG_SPACE.sub(r"\1", body)
    boxes = [box for box in boxed(body, quoted=style == "verbatim") if box.text]
    if boxes:
        return _from_boxes(body, boxes, mode, style, allow_text_after)
    if mode == "strict":
        return Extraction(None, Decision("unparseable", "extraction", "no box that holds an answer"))
    if "\\boxed" in body:
        return Extraction(None, Decision("unparseable", "extraction", "a box that is empty or does not close"))
    said = stated(body)
    found = said[:2] if said else bare(body, verbatim=style == "verbatim")
    if found is None:
        return Extraction(None, Decision("unparseable", "extraction", "no box, no stated answer"))
    text, after = found
    return Extraction(text, None if allow_text_after else after_statement(after))


_SIMPLE = re.compile(
    r"([-+]?(?:[\d.,/]{1,60}|\\[dt]?frac\{-?\d{1,60}\}\{\d{1,60}\}))\}[\s.$*]*",
)


def simple_answer(response: str) -> str | None:
    """The content of the only box, where that is a plain number and nothing but marks follow: most answers, fast. None
    for every other response, which `extract` then reads in full."""
    at = response.rfind("\\boxed{")
    if at < 0 or response.find("\\boxed", 0, at) >= 0 or response.find("\\fbox", 0, at) >= 0:
        return None
    match = _SIMPLE.fullmatch(response, at + 7)
    if match is None:
        return None
    if response[max(0, at - NEAR) : at].rstrip().endswith(("-", "−")) or _is_operand(response, at):
        return None
    return match[1]


_THOUGHT_ENDS = re.compile(
    r"</think(?:ing)?>|</thought>|</reasoning>|<\|end_of_thought\|>|</scratchpad>", re.IGNORECASE
)


_SPECIAL_END = re.compile(r"(?:(?:<\|[^<>|]{1,40}\|>(?:user|assistant)?|</s>|<eos>|<pad>|<end_of_turn>)\s*)+\Z")


_ANSWER_TAG = re.compile(r"</?answer>", re.IGNORECASE)


def _final_part(response: str) -> str:
    """What follows the thinking, inside <answer> tags where there are any, without special tokens at the end."""
    body = response
    if "</" in body or "<|" in body:
        *_, last = (None, *_THOUGHT_ENDS.finditer(body))
        if last is not None and body[last.end() :].strip():
            body = body[last.end() :]
        body = _tagged(body) or body
        body = body[:-400] + _SPECIAL_END.sub("", body[-400:])
    return body


def _tagged(body: str) -> str:
    """What stands inside the last <answer> tags; nothing where there are none."""
    inside, opened = "", -1
    for tag in _ANSWER_TAG.finditer(body):
        if tag[0][1] != "/":
            opened = tag.end()
        elif opened >= 0:
            inside, opened = body[opened : tag.start()], -1
    return inside if inside.strip() else ""


_JOINT = re.compile(
    r"(?:[a-zA-Z]\s*=|\$|\\\(|\\\)|\\\[|\\\]|\\[,;:! ]|\\q?quad|\s|,|;|and|or|\\text\s*\{\s*(?:and|or|,)\s*\})*+"
)


def _from_boxes(body: str, boxes: list[Box], mode: Mode, style: Style, allow_text_after: bool) -> Extraction:
    first = len(boxes) - 1
    while first and style == "math" and _JOINT.fullmatch(body[boxes[first - 1].end : boxes[first].start]):
        first -= 1
    group = boxes[first:]
    if len({box.text for box in group}) == 1:
        group = group[-1:]
    text = group[0].text
    labels = [_LABEL.search(body, max(0, box.start - 12), box.start) for box in group]
    for last, box in pairwise(group):
        text += (" or " if "or" in body[last.end : box.start] else ", ") + box.text
    if len(group) > 1 and all(labels):
        text = ", ".join(f"{label[1]} = {box.text}" for label, box in zip(labels, group, strict=True) if label)
    others = tuple(dict.fromkeys(box.text for box in boxes[:first] if box.text != text))
    after = body[boxes[-1].end :]
    if style == "math":
        before = body[max(0, group[0].start - NEAR) : group[0].start]
        if _is_operand(body, group[0].start):
            return Extraction(text, Decision("wrong", "part of a formula", f"{before.strip()[-40:]!r} before the box"))
        text = _signed(before, text) if len(group) == 1 else text
    if mode == "strict":
        rest = [box.text for box in boxes[:-1] if box.text != boxes[-1].text]
        refusal = strict(after) or (_two_boxes(rest[-1], boxes[-1].text) if rest else None)
        return Extraction(text, refusal)
    if style == "verbatim":
        refusal = _two_boxes(others[-1], text) if others else None
        return Extraction(text, refusal or (None if allow_text_after else after_box(after)))
    said = stated(after)
    if said is not None and after_box(_without_lead_in(after[: said[2]])) is None:
        others = tuple(dict.fromkeys((*others, text)))
        return Extraction(said[0], None if allow_text_after else after_statement(said[1]), others)
    text, after = with_unit(text, after)
    if chain := _CHAIN.match(after):
        text, after = text + chain[1], after[chain.end() :]
    return Extraction(text, None if allow_text_after else after_box(after), others)


_LABEL = re.compile(r"(?<![a-zA-Z\\])([a-zA-Z])\s*=\s*\Z")
_CHAIN = re.compile(
    r"((?:\s*+(?:=|≈|\\approx(?![a-zA-Z]))(?:(?!\\approx)[^=≈$\n]){1,60}?)+?)(?=\.?\s*(?:\$|\\\)|\\\]|\Z))"
)
_LEAD_IN = re.compile(
    r"(?:[#*\s]*\b(?:final|correct)?\s*answer[*\s]*:)?[\s*,]*(?:\b(?:so|thus|therefore|hence|the|our|my|and)\b[\s,]*)*\Z",
    re.IGNORECASE,
)


def _without_lead_in(between: str) -> str:
    """Without the "So the final" in front of "answer is"."""
    return between[:-200] + _LEAD_IN.sub("", between[-200:])


def _two_boxes(first: str, second: str) -> Decision:
    return Decision("wrong", "two boxes", f"{first[:80]!r} and {second[:80]!r}")


NEAR = 80  # characters in front of a box that are looked at
MAX_TAIL = 400  # characters behind the start of a box, in which its formula must end
_GAP = r"(?:[\s~{]|\\[,;:! ])*+"  # what may stand between an operator and the box, without a meaning
_OPERATOR = re.compile(
    r"(?:(?<!\*)[*]|(?<!_)_|[+/^]|(?<!\\)\d|(?<![a-zA-Z\\])[a-zA-Z]|[²³½⅓⅔¼¾π])\Z|(?:[+/^]|(?<!\*)[*])\s+\Z|"
    rf"[\^_]\s*\{{\s*\Z|(?:[×·⋅∙∗÷∕⁄√∛±∓≠≤≥⩽⩾]|[<>!]=|\\not\s*=|[\w)}}][ \t]*[<>]){_GAP}\Z"
)
_SECOND_OF_TWO = re.compile(rf"((?:color|box|set)\s*\{{[^{{}}]*)?\}}\s*\{{{_GAP}\Z")  # of \frac, not of \textcolor
_TAG = re.compile(r"<[^<>\n]*>\s*\Z")
_COMMAND = re.compile(rf"\\([a-zA-Z]{{2,}}){_GAP}\Z")
_INTRODUCES = re.compile(  # commands that a result may follow: relations of equality, arrows, spaces, sizes and fonts
    r"(?:thick)?approx(?:eq)?|simeq|sim|cong|equiv|doteq|triangleq|coloneqq|colon|in|to|implies|iff|therefore|because|"
    r"(?:[lL]ong)?(?:[lL]eft)?[rR]ightarrow|[lL]ongleftrightarrow|[dD]ownarrow|(?:long)?mapsto|leadsto|[cl]?dots|q?quad|"
    r"enspace|(?:thin|med|thick)space|(?:small|med|big)skip|(?:display|text|script)style|(?:text|math)[a-z]*|[mhf]box|"
    r"boldsymbol|bm|bold|bf|it|rm|sf|tt|emph|underline|underbrace|color|[lL]arge|LARGE|[hH]uge|normalsize|footnotesize|"
    r"small|left|[bB]igg?[lr]?|item|noindent|centering|center|par|newline|hfill|hline|limits|ensuremath|phantom|strut|"
    r"square|blacksquare|bullet|checkmark|star"
)
_DENIED = re.compile(
    r"(?:\b(?:not(?: be| equal(?: to)?)?|negative|minus|plus|divided by|(?<=\d )times)\b|n['’]t\b)"
    r"(?:[ \t~*${}]|\\[,;:! (\[])*+\Z",
    re.IGNORECASE,
)
_DENYING = ("not", "be", "equal", "to", "negative", "minus", "plus", "by", "times")  # the last words of _DENIED
_FACTOR = re.compile(  # in a formula only: a dollar sign may also be a price's
    r"(?:[\w)}\]]\s*[-−]\s*|(?:[\d²³½⅓⅔¼¾π]|(?<!\\)[)!]|(?<![A-Za-z\\'’])[b-zB-HJ-Z]|[\w)}](?:\\left)?\(|"
    r"(?:[\^_]|\\sqrt|\\[dtc]?frac\s*\{[^{}]*\})\s*\{[^{}]*\})(?:[ \t~]|\\[,;:! ])*+)\Z"
)


def _is_operand(body: str, start: int) -> bool:
    """Whether the box that begins there is but a part: a factor, a term, an exponent, a bound, or what is denied."""
    before = body[max(0, start - NEAR) : start]
    if _is_plainly_led(before):
        return False
    command = _COMMAND.search(before)
    if command is not None and not _INTRODUCES.fullmatch(command[1]):
        return True
    if _DENIED.search(before) or (_OPERATOR.search(before) and not _TAG.search(before)):
        return True
    second = _SECOND_OF_TWO.search(before)
    if second is not None and not second[1]:
        return True
    return _FACTOR.search(before) is not None and _in_formula(body, start)


def _is_plainly_led(before: str) -> bool:
    """Most boxes, fast: behind nothing, a word, a colon or an equals sign."""
    led = before.rstrip(" \t\n$")
    if led.endswith("="):
        return not led.endswith(("<=", ">=", "!=")) and "\\not" not in led[-8:]
    if not led or led[-1] in ".:,":
        return led[-2:-1] != "\\"
    word = led[led.rfind(" ") + 1 :]
    return len(word) > 1 and word.isascii() and word.isalpha() and word.lower() not in _DENYING


def _in_formula(body: str, start: int) -> bool:
    """Whether what begins there stands in an open formula: 1 - \\boxed{5} there is a difference, elsewhere a dash."""
    before = body[:start]
    dollars = before.count("$") - before.count("\\$")
    if dollars % 2 == 1 and "$" in body[start : start + MAX_TAIL]:
        return True
    return max(before.rfind("\\("), before.rfind("\\[")) > max(before.rfind("\\)"), before.rfind("\\]"))


def _signed(before: str, text: str) -> str:
    """A minus sign just outside the box belongs to the answer: -\\boxed{5}."""
    before = before.rstrip()
    if before.endswith(("-", "−")) and (
        len(before) == 1 or before[:-1].rstrip()[-1:] in ("", "=", "$", "(", ":", ",", "[")
    ):
        return f"-({text})"
    return text
