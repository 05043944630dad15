"""C and C++ programs: compiled behind walls of their own before they are judged as scripts."""

from __future__ import annotations

from tracemill.verifiers.sandbox.client import Limits, Server
from tracemill.verifiers.sandbox.findings import Finding, encode, how, shorten
from tracemill.verifiers.sandbox.inside.toolchain import COMPILERS, find_compiler

_COMPILE_LIMIT_S = 20.0  # a large template takes seconds; not counted towards the program's own time


def compilers() -> dict[str, str | None]:
    """The compiler found for each language, None where there is none."""
    return {language: find_compiler(language) for language in COMPILERS}


def compile_program(server: Server, language: str, source: str, output_bytes: int) -> Finding | None:
    """Leave the program ready on the server, or say why it cannot be."""
    limits = Limits(limit_s=_COMPILE_LIMIT_S, output_bytes=output_bytes)
    report, said = server.open_run(limits, "compile", language=language).compile(encode(source))
    if report.timed_out:
        return "timeout", "compile_time", f"the compiler did not end within {_COMPILE_LIMIT_S} s"
    if report.signal or report.exit != 0:
        lines = said.decode("utf-8", "replace").splitlines()
        why = next((line for line in lines if "error" in line), f"the compiler {how(report)}")
        return "wrong", "compile_error", shorten(why)
    return None
