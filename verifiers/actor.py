"""The Ray shell around a verifier."""

from __future__ import annotations

from collections.abc import Sequence

import ray

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import Reference
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier


@ray.remote
class VerifierActor:
    def __init__(self, config: VerifierConfig) -> None:
        self._verifier = Verifier(config)

    def judge_all(self, pairs: Sequence[tuple[Reference, str]]) -> list[Verdict]:
        return self._verifier.judge_all(pairs)

    def close(self) -> None:
        self._verifier.close()
