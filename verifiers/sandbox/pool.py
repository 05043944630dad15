"""Verdicts on programs: each is run in a fresh sandboxed child, and what it returns is compared here, outside.

The pool holds warm servers, one for each call that runs at the same time, started when first needed. It is safe to call
from any thread, sets no signal handler and no timer in this process, and needs no main thread.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, MutantReference, ProposalReference, WitnessReference
from tracemill.verifiers.sandbox.client import Limits, Server, ServerLost
from tracemill.verifiers.sandbox.extract import extract_program
from tracemill.verifiers.sandbox.findings import Finding
from tracemill.verifiers.sandbox.inside.toolchain import find_compiler
from tracemill.verifiers.sandbox.isolation import PLANS, missing, start_server
from tracemill.verifiers.sandbox.programs import judge_program
from tracemill.verifiers.sandbox.proposals import Refusal, found_in, read_response, run_again, run_first
from tracemill.verifiers.sandbox.trusted import judge_mutants, judge_witness
from tracemill.verifiers.types import Status, Verdict

VERIFIER = "sandbox"
VERSION = 2
_ATTEMPTS = 2  # servers tried before a verdict is verifier_error
_HASH_SEEDS = {"python": 0, "compiler": 0, "python of seed 1": 1, "python of seed 2": 2}


class SandboxPool:
    def __init__(self, config: VerifierConfig, plans: Sequence[Sequence[str]] = PLANS) -> None:
        """Starts nothing yet. `plans` are the isolations to try, best first."""
        self._plans = plans
        self._config = config
        self._idle: dict[str, list[Server]] = {kind: [] for kind in _HASH_SEEDS}
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(max(1, len(os.sched_getaffinity(0))))
        self._closed = False

    def judge_program(self, reference: CodeReference, response: str) -> Verdict:
        """Whether the response's program passes every test of the reference; the first failing test is the evidence."""
        started = time.monotonic()
        program = extract_program(response, reference.language, strict=self._config.extraction == "strict")
        if program is None:
            return _verdict("unparseable", None, "no_program", f"no {reference.language} program in it", started)
        return self.judge_source(reference, program)

    def judge_source(self, reference: CodeReference, program: str) -> Verdict:
        """The same of a program that stands alone."""
        limits = self._limits(reference.time_limit_s)
        kind = "python" if reference.language == "python" else "compiler"
        if kind == "compiler" and find_compiler(reference.language) is None:
            why = f"this machine has no compiler for {reference.language}"
            return _verdict("verifier_error", program, "no_compiler", why, time.monotonic())
        return self._judge(program, lambda server: judge_program(server, reference, program, limits), kind)

    def judge_witness(self, reference: WitnessReference, response: str, extracted: str | None) -> Verdict:
        """Whether the trusted program, called with the arguments that the answer gives, returns the reference's output.

        `extracted` is one argument's literal or several, comma-separated, as they stand between a call's brackets.
        """
        return self._judge(extracted, lambda server: judge_witness(server, reference, extracted or "", self._limits()))

    def judge_mutants(self, reference: MutantReference, response: str, extracted: str | None) -> Verdict:
        """Whether the answer's tests, the literal of a list of (arguments, expected), pass and kill every mutant."""
        return self._judge(extracted, lambda server: judge_mutants(server, reference, extracted or "", self._limits()))

    def judge_proposal(self, reference: ProposalReference, response: str) -> Verdict:
        """Whether the response's program runs on its inputs to the same values in three interpreters, which lie
        elsewhere in memory and order their sets otherwise. `extracted` is what was found, outputs included."""
        started = time.monotonic()
        try:
            asked = read_response(reference, response)
        except Refusal as refusal:
            return _verdict(refusal.status, None, refusal.rule, str(refusal), started)
        limits = self._limits(reference.time_limit_s)
        outputs: list[str] = []
        verdict = self._judge(asked.program, lambda server: run_first(server, asked, limits, outputs))
        for kind in ("python of seed 1", "python of seed 2"):
            if verdict.status == "correct":
                verdict = self._judge(asked.program, lambda server: run_again(server, asked, limits, outputs), kind)
        found = found_in(asked, outputs) if verdict.status == "correct" else asked.program
        return replace(verdict, extracted=found, seconds=time.monotonic() - started)

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle = [server for servers in self._idle.values() for server in servers]
            self._idle = {kind: [] for kind in self._idle}
        for server in idle:
            server.close()

    def _limits(self, time_limit_s: float | None = None) -> Limits:
        limit_s = time_limit_s or self._config.code_timeout_s
        return Limits(limit_s=limit_s, output_bytes=self._config.output_kb << 10)

    def _judge(self, extracted: str | None, judge: Callable[[Server], Finding], kind: str = "python") -> Verdict:
        started = time.monotonic()
        if extracted is None or not extracted.strip():
            return _verdict("unparseable", None, "no_answer", "no answer in the response", started)
        lost = ""
        with self._slots:
            for _ in range(_ATTEMPTS):
                try:
                    server = self._take(kind)
                except (ServerLost, OSError) as error:
                    lost = str(error)
                    continue
                try:
                    status, rule, evidence = judge(server)
                except (ServerLost, OSError) as error:
                    lost = str(error)
                    server.close()
                    continue
                except BaseException:
                    server.close()
                    raise
                self._give(server, kind)
                rule = f"{rule}; isolation={'+'.join(server.isolation)}"
                return _verdict(status, extracted, rule, evidence, started)
        return _verdict("verifier_error", extracted, "server_lost", lost, started)

    def _take(self, kind: str) -> Server:
        with self._lock:
            if self._closed:
                raise ServerLost("the pool is closed")
            if self._idle[kind]:
                return self._idle[kind].pop()
        plans = self._plans if kind != "compiler" else [(*plan, "compiler") for plan in self._plans]
        server = start_server(plans, self._config.memory_mb, _HASH_SEEDS[kind])
        if lacking := missing(server.isolation, self._config.require_isolation):
            server.close()
            raise ServerLost(
                f"isolation {self._config.require_isolation!r} is required; {', '.join(lacking)} is missing"
            )
        return server

    def _give(self, server: Server, kind: str) -> None:
        with self._lock:
            if not self._closed:
                self._idle[kind].append(server)
                return
        server.close()


def _verdict(status: Status, extracted: str | None, rule: str, evidence: str, started: float) -> Verdict:
    return Verdict(
        status=status, extracted=extracted, rule=rule, evidence=evidence,
        verifier=VERIFIER, version=VERSION, seconds=time.monotonic() - started,
    )  # fmt: skip
