"""What a judgement ends in, and how values are written in it."""

from __future__ import annotations

import ast
import marshal
from functools import lru_cache

from tracemill.verifiers.sandbox.client import Report, Run
from tracemill.verifiers.sandbox.inside import wire
from tracemill.verifiers.sandbox.inside.plain import canonical
from tracemill.verifiers.types import Status

Finding = tuple[Status, str, str]  # status, rule, evidence
Reply = tuple[bytes, bytes]  # kind, payload
_SHOWN = 160  # characters of a value in the evidence
NO_LIMIT = 1 << 40  # for expected values, which are ours


def no_value(run: Run, reply: Reply | None, shown: str, expected: str) -> Finding:
    """The finding for a reply that is missing, forged, or says that there is no value. Ends the run."""
    if reply is not None:
        run.abandon()
        kind, text = reply
        said = {wire.ERROR: "raised ", wire.NOT_PLAIN: "returned no plain value: "}.get(kind, "answered nonsense: ")
        return "wrong", "first_failure", f"{shown}: expected {expected}, {said}{show(text)}"
    report, _ = run.finish()
    if report.timed_out:
        return "timeout", "time_limit", f"{shown}: no result after {report.wall_s:.2f} s"
    return "wrong", "no_result", f"{shown}: expected {expected}, but no result came and the process {how(report)}"


def ending(run: Run, passed: str) -> Finding:
    """Every reply was right; the run must also end by itself and say nothing more."""
    report, trailing = run.finish()
    if report.timed_out:
        return "timeout", "time_limit", f"{passed}, but the process did not end within its limit"
    if trailing or report.signal or report.exit != 0:
        return "wrong", "bad_ending", f"{passed}, but {len(trailing)} bytes followed and the process {how(report)}"
    return "correct", "all_tests", passed


@lru_cache(maxsize=4096)
def canonical_literal(text: str) -> bytes:
    """Raises ValueError where the reference itself is no plain literal. Reads `inf` and `nan`, which repr writes."""
    tree = ast.parse(text.strip(), mode="eval")
    return written(ast.literal_eval(_Infinite().visit(tree)))


class _Infinite(ast.NodeTransformer):
    def visit_Name(self, node: ast.Name) -> ast.expr:
        return ast.Constant(float(node.id)) if node.id in ("inf", "nan") else node


def written(value: object) -> bytes:
    """As `runner` writes a result."""
    return canonical(value, NO_LIMIT).encode("utf-8", "backslashreplace")


@lru_cache(maxsize=4096)
def marshalled(text: str) -> bytes:
    """Raises ValueError where the reference's arguments are no tuple's literal."""
    values = ast.literal_eval(text)
    if type(values) is not tuple:
        raise ValueError(f"the arguments {text!r} are no tuple; one reads (1, 'a')")
    return marshal.dumps(values)


def encode(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def show(text: bytes) -> str:
    return shorten(text.decode("utf-8", "replace"))


def shorten(text: str) -> str:
    """At most _SHOWN characters of it, on one line, and none that a terminal would obey."""
    cut = text if len(text) <= _SHOWN else f"{text[: _SHOWN - 20]}… ({len(text)} characters)"
    return cut if cut.isprintable() else "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in cut)


def how(report: Report) -> str:
    return f"was ended by signal {report.signal}" if report.signal else f"ended with status {report.exit}"
