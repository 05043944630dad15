"""Programs judged by what they do: function calls, stdin and stdout, each against expected results or a checker.

What a program says is only ever compared, shown in the evidence, or handed as data to the reference's checker, in a
run of its own, where it is read.
"""

from __future__ import annotations

import ast
import marshal
import time
from collections.abc import Callable

from tracemill.problems.types import CodeReference, CodeTest
from tracemill.verifiers.sandbox.client import Limits, Report, Run, Server
from tracemill.verifiers.sandbox.compiled import compile_program
from tracemill.verifiers.sandbox.findings import (
    Finding,
    canonical_literal,
    encode,
    ending,
    how,
    marshalled,
    no_value,
    shorten,
    show,
)
from tracemill.verifiers.sandbox.inside import wire
from tracemill.verifiers.sandbox.trusted import open_trusted

Accept = Callable[[int, bytes], bool]  # the test's index and what came of it
_SAYS = {wire.BAD_ARGUMENTS: "cannot read it as a value:", wire.ERROR: "raised"}


def judge_program(server: Server, reference: CodeReference, program: str, limits: Limits) -> Finding:
    """Raises ValueError where the reference is malformed, ServerLost where its checker does not load."""
    run = _run_scripts if reference.entry is None else _run_calls
    if reference.language != "python":
        if reference.entry is not None:
            raise ValueError(f"a {reference.language} program has no entry to call; entry must be None")
        if (failure := compile_program(server, reference.language, program, limits.output_bytes)) is not None:
            return failure
    if reference.checker is not None:
        return _judge_by_checker(server, reference, program, limits)
    if reference.entry is None:
        texts = [_lines(test.expected) for test in reference.tests]
        return run(server, reference, program, limits, lambda index, got: _lines(_text(got)) == texts[index])
    values = [canonical_literal(test.expected) for test in reference.tests]
    return run(server, reference, program, limits, lambda index, got: got == values[index])


def _judge_by_checker(server: Server, reference: CodeReference, program: str, limits: Limits) -> Finding:
    """The answer's runs first, then the checker's: the two are never alive at the same time."""
    outputs: list[str] = []

    def keep(index: int, got: bytes) -> bool:
        outputs.append(_text(got) if reference.entry is not None else repr(_text(got)))
        return True

    run = _run_scripts if reference.entry is None else _run_calls
    finding = run(server, reference, program, limits, keep)
    return finding if finding[0] != "correct" else _check(server, reference, outputs, limits)


def _check(server: Server, reference: CodeReference, outputs: list[str], limits: Limits) -> Finding:
    """`check(input, output)` of the trusted checker must return True each time. One that raises or does not end has met
    an output that it was not written for: wrong, and nothing that a program could gain by."""
    assert reference.checker is not None
    run = open_trusted(server, "check", reference.checker, limits)
    for test, output in zip(reference.tests, outputs, strict=False):
        given = test.args if reference.entry is not None else repr(test.args)
        reply = run.ask(wire.CHECK, marshal.dumps((ast.literal_eval(given), output)))
        if reply != (wire.VALUE, b"True"):
            run.abandon()
            said = "does not end or dies" if reply is None else f"{_SAYS.get(reply[0], 'says')} {show(reply[1])}"
            return "wrong", "checker", f"input {shorten(given)}, output {shorten(output)}: the checker {said}"
    run.abandon()
    return "correct", "checker", f"{len(reference.tests)} tests passed the checker"


def _run_calls(server: Server, reference: CodeReference, program: str, limits: Limits, accept: Accept) -> Finding:
    """Each test a call in one run, its arguments sent when the call before it has been answered; then the first once
    more, since a function that answers the same call in two ways has answered it by luck."""
    arguments = [marshalled(test.args) for test in reference.tests]
    run = server.open_run(limits, script=False)
    reply = run.ask(wire.PROGRAM, encode(f"{reference.entry}\0{program}"))
    if reply is None or reply[0] != wire.VALUE:
        return no_value(run, reply, "loading the program", "it to run")
    first = None
    for index, test in enumerate(reference.tests):
        shown, wanted = f"{reference.entry}{shorten(test.args)}", _wanted(reference, test)
        asked = time.monotonic()
        reply = run.ask(wire.CALL, arguments[index])
        if reply is None or reply[0] != wire.VALUE:
            return no_value(run, reply, shown, wanted)
        if not accept(index, reply[1]):
            run.abandon()
            spent = time.monotonic() - asked
            return "wrong", "first_failure", f"{shown}: expected {wanted}, got {show(reply[1])} in {spent:.3f} s"
        first = first or reply
    if first is not None and (again := run.ask(wire.CALL, arguments[0])) != first:
        if again is None:
            return no_value(run, None, "the first call again", show(first[1]))
        run.abandon()
        return "wrong", "two_answers", f"the first call again: first {show(first[1])}, now {show(again[1])}"
    return ending(run, f"{len(arguments)} tests passed")


def _run_scripts(server: Server, reference: CodeReference, program: str, limits: Limits, accept: Accept) -> Finding:
    """Each test a run of its own; the limit on time is for all of them together."""
    left = limits.limit_s
    for index in range(len(reference.tests)):
        kind = "python" if reference.language == "python" else "compiled"
        run = server.open_run(Limits(limit_s=left, output_bytes=limits.output_bytes), kind, script=True)
        finding, seconds = _script(run, reference, index, program, limits.output_bytes, accept)
        if finding is not None:
            return finding
        left = max(0.05, left - seconds)
    return "correct", "all_tests", f"{len(reference.tests)} tests passed"


def _script(
    run: Run, reference: CodeReference, index: int, program: str, output_bytes: int, accept: Accept
) -> tuple[Finding | None, float]:
    """What is wrong with one test's run, if anything, and its seconds."""
    test = reference.tests[index]
    shown, wanted = f"stdin {shorten(repr(test.args))}", _wanted(reference, test)
    printed, error = run.run_script(encode(program), encode(test.args))
    if len(printed) > output_bytes:
        run.abandon()
        return ("wrong", "output_limit", f"{shown}: more than {output_bytes} bytes printed"), 0.0
    report, _ = run.finish()
    if report.timed_out:
        return ("timeout", "time_limit", f"{shown}: no end after {report.wall_s:.2f} s"), _charged(report)
    if report.signal or report.exit != 0:
        why = f"raised {show(error)}" if error else f"the process {how(report)}"
        return ("wrong", "first_failure", f"{shown}: expected {wanted}, {why}"), _charged(report)
    if not accept(index, printed):
        got = f"got {shorten(repr(_text(printed)))} in {report.wall_s:.3f} s"
        return ("wrong", "first_failure", f"{shown}: expected {wanted}, {got}"), _charged(report)
    return None, _charged(report)


def _charged(report: Report) -> float:
    """Of the limit: processor time, since the clock runs for others too; but something for waiting."""
    return max(report.cpu_s, report.wall_s / 5)


def _wanted(reference: CodeReference, test: CodeTest) -> str:
    if reference.checker is not None:
        return "what the checker takes"
    return shorten(repr(test.expected)) if reference.entry is None else show(canonical_literal(test.expected))


def _text(printed: bytes) -> str:
    return printed.decode("utf-8", "replace")


def _lines(text: str) -> list[str]:
    """Without the space at the lines' ends, and without empty lines at the end."""
    found = [line.rstrip() for line in text.split("\n")]
    while found and not found[-1]:
        found.pop()
    return found
