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
    """Where users differ; the table in docs/verifiers.md says why each default is what it is."""

    decimal_digits: int = (
        12  # with so many correct ones a decimal stands for a number without a finite decimal; 0: never
    )
    bare_percent: bool = True  # for 12.5%, "12.5" is right
    missing_unit: bool = True  # for 5 cm, "5" is right; another unit never is, unless it converts
    unreduced: bool = True  # for 1/2, "2/4" is right where the form is "value"


def correct(rule: str, evidence: str) -> Decision:
    return Decision("correct", rule, evidence)


def wrong(rule: str, evidence: str) -> Decision:
    return Decision("wrong", rule, evidence)


def unparseable(rule: str, evidence: str) -> Decision:
    return Decision("unparseable", rule, evidence)


def compared(rule: str, same: bool, answer: str, gold: str) -> Decision:
    said = f"read as {answer[:100]}, {'equal to' if same else 'not'} {gold[:100]}"
    return correct(rule, said) if same else wrong(rule, said)
