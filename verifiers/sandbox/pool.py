"""Verdicts on programs: each is run in a fresh sandboxed child, and what it returns is compared here, outside.

The pool holds warm servers, one for each call that runs at the same time, started when first needed. It is safe to call
from any thread, sets no signal handler and no timer in this process, and needs no main thread.
"""

from __future__ import annotations

import ast
import marshal
import os
import threading
import time
from collections.abc import Callable, Sequence
from functools import lru_cache

from tracemill.configs.schema import VerifierConfig
from tracemill.problems.types import CodeReference, WitnessReference
from tracemill.verifiers.sandbox import wire
from tracemill.verifiers.sandbox.client import Limits, Report, Run, Server, ServerLost
from tracemill.verifiers.sandbox.extract import extract_program
from tracemill.verifiers.sandbox.isolation import PLANS, missing, start_server
from tracemill.verifiers.sandbox.plain import canonical
from tracemill.verifiers.types import Status, Verdict

VERIFIER = "sandbox"
VERSION = 1
Finding = tuple[Status, str, str]  # status, rule, evidence
_SHOWN = 160  # characters of a value in the evidence
_ATTEMPTS = 2  # servers tried before a verdict is verifier_error
_NO_LIMIT = 1 << 40  # for the expected values, which are ours


class SandboxPool:
    def __init__(self, config: VerifierConfig, plans: Sequence[Sequence[str]] = PLANS) -> None:
        """Starts nothing yet. `plans` are the isolations to try, best first."""
        self._plans = plans
        self._config = config
        self._idle: list[Server] = []
        self._lock = threading.Lock()
        self._slots = threading.BoundedSemaphore(max(1, len(os.sched_getaffinity(0))))
        self._closed = False

    def judge_program(self, reference: CodeReference, response: str) -> Verdict:
        """Whether the response's program passes every test of the reference; the first failing test is the evidence."""
        started = time.monotonic()
        program = extract_program(response, strict=self._config.extraction == "strict")
        if program is None:
            return _verdict("unparseable", None, "no_program", "no Python program in the response", started)
        judge = _judge_calls if reference.entry is not None else _judge_scripts
        return self._with_server(
            program, started, lambda server: judge(server, reference, program, self._limits(reference))
        )

    def judge_witness(self, reference: WitnessReference, response: str, extracted: str | None) -> Verdict:
        """Whether the trusted program, called with the arguments that the answer gives, returns the reference's output.

        `extracted` is one argument's literal or several, comma-separated, as they stand between a call's brackets.
        """
        started = time.monotonic()
        if extracted is None or not extracted.strip():
            return _verdict("unparseable", None, "no_answer", "no answer in the response", started)
        limits = Limits(
            wall_s=self._config.code_timeout_s,
            output_bytes=self._config.output_kb << 10,
        )
        return self._with_server(
            extracted, started, lambda server: _judge_witness(server, reference, extracted, limits)
        )

    def close(self) -> None:
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
        for server in idle:
            server.close()

    def _limits(self, reference: CodeReference) -> Limits:
        return Limits(
            wall_s=reference.time_limit_s or self._config.code_timeout_s,
            output_bytes=self._config.output_kb << 10,
        )

    def _with_server(self, extracted: str, started: float, judge: Callable[[Server], Finding]) -> Verdict:
        lost = ""
        with self._slots:
            for _ in range(_ATTEMPTS):
                server = None
                try:
                    server = self._take()
                    finding = judge(server)
                except (ServerLost, OSError) as error:
                    lost = str(error)
                    if server is not None:
                        server.close()
                    continue
                isolation = "+".join(server.isolation)
                self._give(server)
                status, rule, evidence = finding
                return _verdict(status, extracted, f"{rule}; isolation={isolation}", evidence, started)
        return _verdict("verifier_error", extracted, "server_lost", lost, started)

    def _take(self) -> Server:
        with self._lock:
            if self._closed:
                raise ServerLost("the pool is closed")
            if self._idle:
                return self._idle.pop()
        server = start_server(self._plans, self._config.memory_mb)
        if lacking := missing(server.isolation, self._config.require_isolation):
            server.close()
            raise ServerLost(
                f"isolation {self._config.require_isolation!r} is required; {', '.join(lacking)} is missing"
            )
        return server

    def _give(self, server: Server) -> None:
        with self._lock:
            if not self._closed:
                self._idle.append(server)
                return
        server.close()


def _judge_calls(server: Server, reference: CodeReference, program: str, limits: Limits) -> Finding:
    assert reference.entry is not None
    run = server.open_run(limits, script=False)
    reply = run.ask(wire.PROGRAM, _encode(f"{reference.entry}\0{program}"))
    if reply is None or reply[0] != wire.VALUE:
        return _not_a_value(run, reply, "loading the program", "the program runs")
    for test in reference.tests:
        shown = f"{reference.entry}{_shorten(test.args)}"
        expected = _canonical_literal(test.expected)
        reply = run.ask(wire.CALL, _marshalled(test.args))
        if reply is None or reply[0] != wire.VALUE:
            return _not_a_value(run, reply, shown, expected)
        got = reply[1].decode("utf-8", "replace")
        if got != expected:
            run.abandon()
            return "wrong", "first_failure", f"{shown}: expected {_shorten(expected)}, got {_shorten(got)}"
    return _ending(run, f"{len(reference.tests)} tests passed")


def _ending(run: Run, passed: str) -> Finding:
    """Every reply was right; the run must also end by itself and say nothing more."""
    report, trailing = run.finish()
    if report.timed_out:
        return "timeout", "wall_clock", f"{passed}, but the process did not end within its limit"
    if trailing or report.signal or report.exit != 0:
        return "wrong", "bad_ending", f"{passed}, but {len(trailing)} bytes followed and it ended {_how(report)}"
    return "correct", "all_tests", passed


def _not_a_value(run: Run, reply: tuple[bytes, bytes] | None, shown: str, expected: str) -> Finding:
    """The finding for a reply that is missing, forged, or says that there is no value."""
    if reply is not None:
        run.abandon()
        kind, text = reply
        got = _shorten(text.decode("utf-8", "replace"))
        got = {wire.ERROR: "raised " + got, wire.NOT_PLAIN: "returned no plain value: " + got}.get(kind, "no value")
        return "wrong", "first_failure", f"{shown}: expected {_shorten(expected)}, {got}"
    report, _ = run.finish()
    if report.timed_out:
        return "timeout", "wall_clock", f"{shown}: no result after {report.wall_s:.2f} s"
    return "wrong", "no_result", f"{shown}: expected {_shorten(expected)}, but the process ended {_how(report)}"


def _judge_scripts(server: Server, reference: CodeReference, program: str, limits: Limits) -> Finding:
    left = limits.wall_s
    for test in reference.tests:
        run = server.open_run(Limits(wall_s=left, output_bytes=limits.output_bytes), script=True)
        printed, error = run.run_script(_encode(program), _encode(test.args))
        shown = f"stdin {_shorten(repr(test.args))}"
        if len(printed) > limits.output_bytes:
            run.abandon()
            return "wrong", "output_limit", f"{shown}: more than {limits.output_bytes} bytes printed"
        report, _ = run.finish()
        got = printed.decode("utf-8", "replace")
        if report.timed_out:
            return "timeout", "wall_clock", f"{shown}: no end after {report.wall_s:.2f} s"
        if report.signal or report.exit != 0:
            why = error.decode("utf-8", "replace") or f"ended {_how(report)}"
            return "wrong", "first_failure", f"{shown}: expected {_shorten(repr(test.expected))}, {why}"
        if _lines(got) != _lines(test.expected):
            return (
                "wrong",
                "first_failure",
                f"{shown}: expected {_shorten(repr(test.expected))}, got {_shorten(repr(got))}",
            )
        left = max(0.05, left - report.wall_s)
    return "correct", "all_tests", f"{len(reference.tests)} tests passed"


def _judge_witness(server: Server, reference: WitnessReference, extracted: str, limits: Limits) -> Finding:
    expected = _canonical_literal(reference.output)
    run = server.open_run(limits, script=False)
    shown = f"{reference.entry}({_shorten(extracted.strip())})"
    reply = run.ask(wire.PROGRAM, _encode(f"{reference.entry}\0{reference.program}"))
    if reply is None or reply[0] != wire.VALUE:
        run.abandon()
        raise ServerLost(f"the reference's own program does not run: {reply}")
    reply = run.ask(wire.WITNESS, _encode(f"({extracted.strip().rstrip(',')}\n,)"))
    if reply is not None and reply[0] == wire.BAD_ARGUMENTS:
        run.abandon()
        return "unparseable", "no_literal", f"{_shorten(extracted)} is no Python literal"
    if reply is None or reply[0] != wire.VALUE:
        return _not_a_value(run, reply, shown, expected)
    got = reply[1].decode("utf-8", "replace")
    if got != expected:
        run.abandon()
        return "wrong", "witness", f"{shown}: expected {_shorten(expected)}, got {_shorten(got)}"
    return _ending(run, f"{shown} is {_shorten(expected)}")


@lru_cache(maxsize=4096)
def _canonical_literal(text: str) -> str:
    """Raises ValueError where the reference itself is no plain literal."""
    return canonical(ast.literal_eval(text), _NO_LIMIT)


@lru_cache(maxsize=4096)
def _marshalled(text: str) -> bytes:
    """Raises ValueError where the reference's arguments are no tuple's literal."""
    values = ast.literal_eval(text)
    if type(values) is not tuple:
        raise ValueError(f"the arguments {text!r} are no tuple; one reads (1, 'a')")
    return marshal.dumps(values)


def _lines(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def _encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _shorten(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 20]}… ({len(text)} characters)"


def _how(report: Report) -> str:
    return f"by signal {report.signal}" if report.signal else f"with status {report.exit}"


def _verdict(status: Status, extracted: str | None, rule: str, evidence: str, started: float) -> Verdict:
    return Verdict(
        status=status, extracted=extracted, rule=rule, evidence=evidence,
        verifier=VERIFIER, version=VERSION, seconds=time.monotonic() - started,
    )  # fmt: skip
