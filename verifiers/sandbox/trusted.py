"""Answers that are data for the reference's own programs: arguments that give an output, tests that kill mutants.

The programs are ours, their arguments are not: they run behind the same walls, which bound their time and memory.
"""

from __future__ import annotations

import marshal

from tracemill.problems.types import MutantReference, WitnessReference
from tracemill.verifiers.literal import NotALiteral, read_literal
from tracemill.verifiers.sandbox.client import Limits, Run, Server, ServerLost
from tracemill.verifiers.sandbox.findings import (
    Finding,
    canonical_literal,
    encode,
    no_value,
    shorten,
    show,
    written,
)
from tracemill.verifiers.sandbox.inside import wire

Test = tuple[bytes, bytes]  # arguments, marshalled, and the expected result's text


def open_trusted(server: Server, entry: str, program: str, limits: Limits) -> Run:
    """A run of a program that the reference brought. Raises ServerLost where it does not load."""
    run = server.open_run(limits, script=False)
    reply = run.ask(wire.PROGRAM, encode(f"{entry}\0{program}"))
    if reply is None or reply[0] != wire.VALUE:
        run.abandon()
        raise ServerLost(f"the reference's own program does not load: {reply}")
    return run


def judge_witness(server: Server, reference: WitnessReference, answer: str, limits: Limits) -> Finding:
    expected = canonical_literal(reference.output)
    run = open_trusted(server, reference.entry, reference.program, limits)
    # A line of its own for the closing bracket: an answer that ends in a comment must not hide it.
    reply = run.ask(wire.WITNESS, encode(f"({answer.strip().rstrip(',')}\n,)"))
    shown = f"{reference.entry}({shorten(answer.strip())})"
    if reply is not None and reply[0] == wire.BAD_ARGUMENTS:
        run.abandon()
        return "unparseable", "no_literal", f"{shorten(answer)} is no Python literal"
    if reply is None or reply[0] != wire.VALUE:
        return no_value(run, reply, shown, show(expected))
    run.abandon()
    if reply[1] != expected:
        return "wrong", "witness", f"{shown}: expected {show(expected)}, got {show(reply[1])}"
    return "correct", "witness", f"{shown} is {show(expected)}"


def judge_mutants(server: Server, reference: MutantReference, answer: str, limits: Limits) -> Finding:
    """The answer's tests on the program, all of which must pass, then on each mutant, one of which must fail."""
    try:
        tests = _read_tests(answer, reference.max_tests)
    except NotALiteral as error:
        return "unparseable", "no_literal", str(error)
    except ValueError as error:
        return "wrong", "tests", str(error)
    failed = _first_failed(server, reference.entry, reference.program, tests, limits)
    if failed is not None:
        return "wrong", "tests", f"the program itself fails test {failed + 1} of {len(tests)}"
    for number, mutant in enumerate(reference.mutants, 1):
        if _first_failed(server, reference.entry, mutant, tests, limits) is None:
            return "wrong", "mutants", f"mutant {number} of {len(reference.mutants)} passes all {len(tests)} tests"
    return "correct", "mutants", f"{len(tests)} tests kill {len(reference.mutants)} mutants"


def _read_tests(answer: str, most: int) -> list[Test]:
    """Raises NotALiteral, or another ValueError where the literal has the wrong shape."""
    pairs = read_literal(answer)
    if type(pairs) is not list or not 1 <= len(pairs) <= most:
        raise ValueError(f"not a list of 1 to {most} tests")
    tests = []
    for pair in pairs:
        if type(pair) is not tuple or len(pair) != 2 or type(pair[0]) is not tuple:
            raise ValueError(f"{shorten(repr(pair))} is not (arguments, expected) with a tuple of arguments")
        tests.append((marshal.dumps(pair[0]), written(pair[1])))
    return tests


def _first_failed(server: Server, entry: str, program: str, tests: list[Test], limits: Limits) -> int | None:
    """The index of the first test that a trusted program fails; one that raises or does not end fails as well."""
    run = open_trusted(server, entry, program, limits)
    for index, (arguments, expected) in enumerate(tests):
        if run.ask(wire.CALL, arguments) != (wire.VALUE, expected):
            run.abandon()
            return index
    run.abandon()
    return None
