"""One row of the ledger: a scored rollout with all that is needed to build and judge it again."""

from __future__ import annotations

from dataclasses import dataclass

from tracemill.reward.types import Scored


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """What is the same for all traces of a run: `config_hash` is a SHA-256 of the resolved config (16 hex digits)."""

    run_id: str
    config_hash: str
    code_version: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceRecord:
    """`step` is the learner's step that consumed the rollout; `advantage` is None where it was left out."""

    step: int
    scored: Scored
    advantage: float | None
    temperature: float
    max_new_tokens: int
    created_at: float
    provenance: Provenance
