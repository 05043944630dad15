"""A verdict on one answer. A bad answer is data, never an exception."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal[
    "correct",
    "wrong",
    "unparseable",  # no answer could be read in the response
    "timeout",  # the answer could not be judged, or the program did not end, within the limit
    "verifier_error",  # the verifier failed; says nothing about the answer, and is left out of the group's mean
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """`extracted` is what was taken for the answer; `rule` names what decided; `evidence` says why, in one line."""

    status: Status
    extracted: str | None
    rule: str
    evidence: str
    verifier: str
    version: int
    seconds: float
