"""One verdict on one answer: the place where a reference's type decides who judges.

Math and literals are judged here, symbolic work and the families' checkers in worker processes that are killed at their
limit, programs in the sandbox. Neither the workers nor the sandbox are started before an answer needs them. An answer
never raises: whatever goes wrong inside becomes the status `verifier_error`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import (
    CheckedReference,
    CodeReference,
    LiteralReference,
    MathReference,
    Reference,
    WitnessReference,
)
from tracemill.verifiers.literal import NotALiteral, read_literal, same
from tracemill.verifiers.math.decision import Decision
from tracemill.verifiers.math.extract import Extraction, extract
from tracemill.verifiers.math.judge import judge_math
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.workers import WorkerPool

if TYPE_CHECKING:
    from tracemill.verifiers.sandbox.pool import SandboxPool

VERSION = 1
LOAD_LIMIT_S = 30.0  # importing a family's checker, once a worker


class Verifier:
    """A class, because its workers and its sandbox have a lifetime. Safe to share between threads."""

    def __init__(self, config: VerifierConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._workers = WorkerPool(workers=config.workers, memory_mb=config.memory_mb)
        self._sandbox: SandboxPool | None = None

    def judge(self, reference: Reference, response: str) -> Verdict:
        """Never raises for an answer, whatever it holds."""
        began = time.perf_counter()
        try:
            if isinstance(reference, CodeReference):
                return self._the_sandbox().judge_program(reference, response)
            extraction = extract(response, self._config.extraction, _style(reference))
            if isinstance(reference, WitnessReference):
                return self._the_sandbox().judge_witness(reference, response, extraction.text)
            decision = self._decide(reference, extraction)
            return _verdict(_NAMES[type(reference)], decision, extraction.text, began)
        except Exception as error:
            failure = Decision("verifier_error", "internal", f"{type(error).__name__}: {error}"[:300])
            return _verdict(_NAMES.get(type(reference), "verifier"), failure, None, began)

    def judge_all(self, pairs: Sequence[tuple[Reference, str]]) -> list[Verdict]:
        """One verdict a pair, in the order of the pairs; as many at once as there are workers."""
        if self._config.workers == 1 or len(pairs) < 2:
            return [self.judge(reference, response) for reference, response in pairs]
        with ThreadPoolExecutor(self._config.workers) as threads:
            return list(threads.map(lambda pair: self.judge(*pair), pairs))

    def close(self) -> None:
        """Ends workers and sandbox."""
        self._workers.close()
        with self._lock:
            if self._sandbox is not None:
                self._sandbox.close()
                self._sandbox = None

    def _the_sandbox(self) -> SandboxPool:
        with self._lock:
            if self._sandbox is None:
                from tracemill.verifiers.sandbox.pool import SandboxPool

                self._sandbox = SandboxPool(self._config)
            return self._sandbox

    def _decide(self, reference: Reference, extraction: Extraction) -> Decision:
        if extraction.refusal is not None:
            return extraction.refusal
        assert extraction.text is not None
        if isinstance(reference, MathReference):
            return judge_math(reference, extraction.text)
        if isinstance(reference, LiteralReference):
            return _judge_literal(reference, extraction.text)
        if isinstance(reference, CheckedReference):
            return self._check(reference, extraction.text)
        raise TypeError(f"no verifier for a {type(reference).__name__}")

    def _check(self, reference: CheckedReference, answer: str) -> Decision:
        """The family's checker, in a worker. Its import does not count towards the answer's time."""
        loaded = self._workers.call({"op": "load", "checker": reference.checker}, LOAD_LIMIT_S)
        if "loaded" not in loaded:
            return Decision("verifier_error", "checker", f"{reference.checker}: {loaded.get('error') or loaded}")
        task = {"op": "check", "checker": reference.checker, "data": reference.data, "answer": answer}
        reply = self._workers.call(task, self._config.math_timeout_s)
        if "accepted" in reply:
            return Decision("correct" if reply["accepted"] else "wrong", "checker", f"by {reference.checker}")
        if reply.get("lost") in ("timeout", "memory"):
            return Decision("timeout", "checker", f"out of {reply['lost']} in {reference.checker}")
        return Decision("verifier_error", "checker", f"{reference.checker}: {reply.get('error') or reply}")


def _style(reference: Reference) -> str:
    return "math" if isinstance(reference, MathReference) else "verbatim"


def _judge_literal(reference: LiteralReference, answer: str) -> Decision:
    expected = read_literal(reference.literal)
    try:
        got = read_literal(answer)
    except NotALiteral as error:
        return Decision("unparseable", "literal", str(error))
    if same(expected, got):
        return Decision("correct", "literal", "same type and value")
    why = "another value" if type(expected) is type(got) else f"{type(got).__name__}, not {type(expected).__name__}"
    return Decision("wrong", "literal", why)


_NAMES: dict[type, str] = {
    MathReference: "math",
    LiteralReference: "literal",
    CheckedReference: "checked",
    CodeReference: "code",
    WitnessReference: "witness",
}


def _verdict(name: str, decision: Decision, extracted: str | None, began: float) -> Verdict:
    return Verdict(
        status=decision.status,
        extracted=extracted,
        rule=decision.rule,
        evidence=decision.evidence,
        verifier=name,
        version=VERSION,
        seconds=time.perf_counter() - began,
    )
