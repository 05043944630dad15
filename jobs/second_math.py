"""The second judge of math: Math-Verify, in worker processes that are killed when they hang.

Its limits on time are alarms, which work in the main thread of a process only; so each worker is a process that serves
one answer after the other, and its host ends it where an alarm was not enough. Asked on numbers, expressions,
polynomials, equations, sets, tuples and intervals by value: it knows neither forms nor units.
"""

from __future__ import annotations

import importlib
import importlib.util
import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from tracemill.jobs.patience import readable
from tracemill.problems.types import MathReference
from tracemill.traces.proof import Opinion

NAME = "math-verify"
READS = ("integer", "rational", "decimal", "expression", "polynomial", "equation", "set", "tuple", "interval")
NUMBERS = ("integer", "rational", "decimal")
LIMIT_S = 20  # of Math-Verify's own, on the clock, on reading and on comparing; nearly all take milliseconds
KILLED_S = 60.0  # of computing, or of waiting
MEMORY = 4 << 30  # bytes

_PLAIN = re.compile(r"\\boxed\{-?[\d./]+\}\s*$")
_IMAGINARY = re.compile(r"\bI\b")
_BOOT = (
    "import json, sys; sys.path += [p for p in json.loads(sys.argv[1]) if p not in sys.path]; "
    "from tracemill.jobs.second_math import serve; serve()"
)


def installed() -> bool:
    return importlib.util.find_spec("math_verify") is not None


def unasked(reference: MathReference, text: str) -> str | None:
    """Why Math-Verify is not asked about an answer, or None."""
    if reference.type not in READS:
        return f"math of type {reference.type}"
    if reference.form not in ("value", "evaluated"):
        return f"math in the form {reference.form}"
    if _IMAGINARY.search(reference.answer):
        return "math of type complex"
    if reference.type in NUMBERS and not _PLAIN.search(text):
        return "a number that is not written out"  # whether a sum may be left undone, the two see differently
    return None


class MathVerify:
    """One worker. A class, because the process has a lifetime; used by one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def opinion(self, reference: MathReference, text: str) -> Opinion:
        """Raises OSError where no worker can be started."""
        if self._process is None:
            self._start()
        reply = self._ask({"answer": reference.answer, "type": reference.type, "text": text})
        if reply is None:
            self.close()
            return Opinion(judge=NAME, right=None, says="out of time")
        return Opinion(judge=NAME, right=reply["right"], says=reply["says"])

    def close(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _start(self) -> None:
        paths = [path for path in sys.path if path and Path(path).is_absolute()]
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-c", _BOOT, json.dumps(paths)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C at the terminal is for the host
        )
        if self._read() is None:
            self.close()
            raise OSError("Math-Verify's process did not start")

    def _ask(self, task: dict[str, str]) -> dict[str, Any] | None:
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(task).encode() + b"\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            return None
        return self._read()

    def _read(self) -> dict[str, Any] | None:
        """One line of the worker's; None where it does not come."""
        assert self._process is not None and self._process.stdout is not None
        line, output = b"", self._process.stdout.fileno()
        while readable(output, self._process.pid, computing_s=KILLED_S, idle_s=KILLED_S):
            part = os.read(output, 1 << 16)
            line += part
            if line.endswith(b"\n"):
                found = json.loads(line)
                return found if isinstance(found, dict) else None
            if not part:
                break
        return None


# --- in the worker ----------------------------------------------------------------------------------------------------


def serve() -> None:
    """Answers lines on stdin with lines on stdout until stdin ends."""
    replies = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    importlib.import_module("math_verify")  # before the first answer's time begins

    print("{}", file=replies, flush=True)
    for line in sys.stdin:
        task = json.loads(line)
        print(json.dumps(_judged(task["answer"], task["type"], task["text"])), file=replies, flush=True)


def _judged(answer: str, type_: str, text: str) -> dict[str, Any]:
    """Math-Verify's verdict; None where it, or its reading of the reference, gives none."""
    math_verify = importlib.import_module("math_verify")
    try:
        gold = math_verify.parse(f"$\\boxed{{{latex(answer, type_)}}}$", parsing_timeout=LIMIT_S, raise_on_error=True)
        found = math_verify.parse(text, parsing_timeout=LIMIT_S, raise_on_error=True)
        if not gold or not found:
            return {"right": None, "says": "nothing read in the answer" if gold else "reference not read"}
        right = bool(math_verify.verify(gold, found, timeout_seconds=LIMIT_S, raise_on_error=True))
    except (Exception, MemoryError) as error:
        return {"right": None, "says": "out of time" if "imeout" in type(error).__name__ else "failed"}
    return {"right": right, "says": f"{str(found[0])[:80]} against {str(gold[0])[:80]}"}


def latex(answer: str, type_: str) -> str:
    """A reference as LaTeX, which Math-Verify reads more of than of plain text."""
    import sympy

    if type_ == "interval":
        return " \\cup ".join(_compound(part.strip()) for part in answer.split(" U "))
    if type_ in ("set", "tuple"):
        return _compound(answer)
    return " = ".join(str(sympy.latex(sympy.sympify(side), ln_notation=True)) for side in answer.split("="))


def _compound(text: str) -> str:
    """`{1, sqrt(2)}`, `(1, 2)`, `[1, oo)` or `x = 1, y = 2`, its members one by one."""
    if text[0] not in "([{" or text[-1] not in ")]}":
        return ", ".join(latex(one, "equation") for one in _members(text))
    braces = {"{": "\\{", "}": "\\}"}
    opening, closing = (braces.get(text[end], text[end]) for end in (0, -1))
    return f"{opening}{', '.join(latex(one, 'equation') for one in _members(text[1:-1]))}{closing}"


def _members(text: str) -> list[str]:
    """Split at the commas that stand in no bracket."""
    parts, depth = [""], 0
    for char in text:
        depth += (char in "([{") - (char in ")]}")
        if char == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts if part.strip()]
