"""What a judge of math says of one answer, before it becomes a verdict."""

from __future__ import annotations

from dataclasses import dataclass

from tracemill.verifiers.types import Status


@dataclass(frozen=True, slots=True)
class Decision:
    """`rule` names what decided, `evidence` says why in one line."""

    status: Status
    rule: str
    evidence: str
