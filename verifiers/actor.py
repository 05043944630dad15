"""The Ray shell around a verifier."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Sequence

import ray
from ray.util.metrics import Counter

from tracemill.configs.schema import VerifierConfig
from tracemill.configs.spans import Span, Spans, now_us
from tracemill.problems.types import Reference
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier


@ray.remote
class VerifierActor:
    def __init__(self, config: VerifierConfig) -> None:
        self._verifier = Verifier(config)
        self._spans = Spans()
        self._verdicts = Counter("tracemill_verdicts", "answers judged", tag_keys=("status",))

    def judge_all(self, pairs: Sequence[tuple[Reference, str]]) -> list[Verdict]:
        with self._spans("verify", answers=len(pairs)):
            verdicts = self._verifier.judge_all(pairs)
        for status, count in Tally(verdict.status for verdict in verdicts).items():
            self._verdicts.inc(count, tags={"status": status})
        return verdicts

    def spans(self) -> tuple[str, float, list[Span]]:
        """This node, its time in microseconds, and what was done since this was last asked."""
        return ray.get_runtime_context().get_node_id(), now_us(), self._spans.taken()

    def close(self) -> None:
        self._verifier.close()
