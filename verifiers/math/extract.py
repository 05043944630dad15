"""The answer in a response: the last box that is not empty. One answer, or a reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from tracemill.verifiers.math.decision import Decision

BOXES = ("\\boxed", "\\fbox")


@dataclass(frozen=True, slots=True)
class Extraction:
    """`refusal` is set where the response gives no single answer; `text` is then what was found, if anything."""

    text: str | None
    refusal: Decision | None = None


def extract(response: str, mode: str, style: str) -> Extraction:
    boxes = boxed(response)
    texts = [text for text, _ in boxes if text]
    if not texts:
        return Extraction(None, Decision("unparseable", "extraction", "no box that holds an answer"))
    if len(set(texts)) > 1 and boxes[-1][0]:
        return Extraction(texts[-1], Decision("wrong", "two boxes", f"{texts[-2][:80]!r} and {texts[-1][:80]!r}"))
    return Extraction(texts[-1])


def boxed(response: str) -> list[tuple[str, int]]:
    """The contents of every closed box, outermost only, and the position after it. Linear in the response's length."""
    found, at = [], 0
    while (start := response.find("\\boxed{", at)) >= 0:
        depth, at = 1, start + 7
        while at < len(response) and depth:
            char = response[at]
            if char == "\\":
                at += 1
            elif char == "{":
                depth += 1
            elif char == "}":
                depth -= 1
            at += 1
        if depth == 0:
            found.append((response[start + 7 : at - 1].strip(), at))
    return found
