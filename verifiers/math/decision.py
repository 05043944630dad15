"""What a judge of math says of one answer, before it becomes a verdict, and the conventions it judges by."""

from __future__ import annotations

from dataclasses import dataclass

from tracemill.verifiers.types import Status


@dataclass(frozen=True, slots=True)
class Decision:
    """`rule` names what decided, `evidence` says why in one line."""

    status: Status
    rule: str
    evidence: str


@dataclass(frozen=True, slots=True)
class Conventions:
    """Where users differ; the table in docs/verifiers.md says why each default is what it is.

    decimal_digits: with so many correct significant digits a decimal stands for a number that has no finite decimal
    (0: never). bare_percent:   for 12.5%, "12.5" is right. missing_unit:   for 5 cm, "5" is right (another unit never
    is, unless it converts). unreduced:      for 1/2, "2/4" is right where the form is "value".
    """

    decimal_digits: int = 12
    bare_percent: bool = True
    missing_unit: bool = True
    unreduced: bool = True


def correct(rule: str, evidence: str) -> Decision:
    return Decision("correct", rule, evidence)


def wrong(rule: str, evidence: str) -> Decision:
    return Decision("wrong", rule, evidence)


def unparseable(rule: str, evidence: str) -> Decision:
    return Decision("unparseable", rule, evidence)


def compared(rule: str, same: bool, answer: str, gold: str) -> Decision:
    said = f"read as {answer[:100]}, {'equal to' if same else 'not'} {gold[:100]}"
    return correct(rule, said) if same else wrong(rule, said)
