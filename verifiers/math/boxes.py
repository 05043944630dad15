"""The boxes of a response. Linear in its length."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    text: str
    start: int
    end: int


_TOKEN = re.compile(r"\\(?:boxed|fbox)\s*\{|\\.|[{}]", re.DOTALL)


_QUOTED_TOKEN = re.compile(r"\\.|[{}'\"]", re.DOTALL)


QUOTED_BOXES = 4  # the last boxes, whose quotes are looked at


def boxed(text: str, quoted: bool = False) -> list[Box]:
    """Every closed box, outermost only. With `quoted`, braces inside Python's quotes do not count (in the last
    boxes)."""
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
