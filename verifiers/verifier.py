"""One verdict on one answer: the place where a reference's type decides who judges.

Math and literals are judged here, symbolic work and the families' checkers in worker processes that are killed at their
limit, programs in the sandbox. Neither the workers nor the sandbox are started before an answer needs them. An answer
never raises: whatever goes wrong inside becomes the status `verifier_error`.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from typing import TYPE_CHECKING

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import (
    CheckedReference,
    CodeReference,
    LiteralReference,
    MathReference,
    MutantReference,
    ProposalReference,
    Reference,
    WitnessReference,
)
from tracemill.verifiers.literal import judge_literal
from tracemill.verifiers.math.canonical import Undecided
from tracemill.verifiers.math.decision import Conventions, Decision
from tracemill.verifiers.math.extract import Extraction, Mode, Style, extract, simple_answer
from tracemill.verifiers.math.judge import judge_math, quick_number
from tracemill.verifiers.math.oracle import EXACT
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.workers import WorkerPool

if TYPE_CHECKING:
    from tracemill.verifiers.sandbox.pool import SandboxPool

_LOG = logging.getLogger(__name__)

VERSION = 6
"""Of every verdict. Raised whenever the same answer to the same problem may get another status than before: who
compares runs, or judges traces again, sees by it what may differ. Not raised for a rule's name, its evidence or its
speed. The sandbox has its own (`sandbox.pool.VERSION`)."""
MAX_OTHER_BOXES = 8
LOAD_LIMIT_S = 30.0  # importing a family's checker, once a worker


class Verifier:
    """A class, because its workers and its sandbox have a lifetime. Safe to share between threads."""

    def __init__(self, config: VerifierConfig) -> None:
        self._config = config
        self._lock = threading.Lock()
        self._conventions = Conventions(
            decimal_digits=config.decimal_digits,
            bare_percent=config.bare_percent,
            missing_unit=config.missing_unit,
            unreduced=config.unreduced,
        )
        self._workers = WorkerPool(workers=config.workers, memory_mb=config.memory_mb)
        self._sandbox: SandboxPool | None = None

    def judge(self, reference: Reference, response: str, extraction_mode: Mode | None = None) -> Verdict:
        """Never raises for an answer, whatever it holds. `extraction_mode` is the config's unless a problem has its
        own."""
        began = time.perf_counter()
        mode = extraction_mode or self._config.extraction
        try:
            if isinstance(reference, CodeReference):
                return self._the_sandbox().judge_program(reference, response)
            if isinstance(reference, ProposalReference):
                return self._the_sandbox().judge_proposal(reference, response)
            if isinstance(reference, MathReference) and (simple := simple_answer(response)) is not None:
                quick = quick_number(reference, simple, self._config.unreduced)
                if quick is not None:
                    return _verdict("math", quick, simple, began)
            accept_after = self._config.text_after_answer == "accept"
            extraction = extract(response, mode, _style(reference), accept_after)
            if extraction.refusal is not None:
                return _verdict(_NAMES[type(reference)], extraction.refusal, extraction.text, began)
            if isinstance(reference, WitnessReference):
                return self._the_sandbox().judge_witness(reference, response, extraction.text)
            if isinstance(reference, MutantReference):
                return self._the_sandbox().judge_mutants(reference, response, extraction.text)
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
        assert extraction.text is not None
        if isinstance(reference, MathReference):
            decision = self._judge_math(reference, extraction.text)
            return self._judge_others(reference, extraction, decision)
        if isinstance(reference, LiteralReference):
            return judge_literal(reference.literal, extraction.text)
        if isinstance(reference, CheckedReference):
            return self._check(reference, extraction.text)
        raise TypeError(f"no verifier for a {type(reference).__name__}")

    def _judge_others(self, reference: MathReference, extraction: Extraction, decision: Decision) -> Decision:
        """An answer is right only where every box before it is right too: two boxes that differ are no answer."""
        if decision.status != "correct":
            return decision
        if len(extraction.others) > MAX_OTHER_BOXES:
            return Decision("wrong", "two boxes", f"{len(extraction.others) + 1} different boxes")
        for other in extraction.others:
            if self._judge_math(reference, other).status != "correct":
                return Decision("wrong", "two boxes", f"{other[:80]!r} and {(extraction.text or '')[:80]!r}")
        return decision

    def _judge_math(self, reference: MathReference, answer: str) -> Decision:
        """Exactly, here; where that does not decide, in a worker."""
        try:
            return judge_math(reference, answer, EXACT, self._conventions)
        except Undecided:
            pass
        task = {
            "op": "math",
            "reference": {"answer": reference.answer, "type": reference.type, "form": reference.form},
            "answer": answer,
            "conventions": asdict(self._conventions),
        }
        reply = self._workers.call(task, self._config.math_timeout_s)
        if "status" in reply:
            return Decision(reply["status"], reply["rule"], reply["evidence"])
        if "disagreement" in reply:
            _LOG.error("two paths of the math verifier disagree: %s", reply["disagreement"])
            return Decision("verifier_error", "disagreement", reply["disagreement"])
        if "lost" in reply:
            return Decision("timeout", "limit", f"not judged within its limit ({reply['lost']})")
        return Decision("verifier_error", "worker", str(reply.get("error") or reply))

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


def _style(reference: Reference) -> Style:
    return "math" if isinstance(reference, MathReference) else "verbatim"


_NAMES: dict[type, str] = {
    MathReference: "math",
    LiteralReference: "literal",
    CheckedReference: "checked",
    CodeReference: "code",
    WitnessReference: "witness",
    MutantReference: "mutants",
    ProposalReference: "proposal",
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
