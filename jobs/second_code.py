"""The second judge of programs: each answer run once more, in an interpreter started for it alone.

Where the first judge has a pool of warm processes that fork, and compares canonical texts, this one has neither: it
starts a bare interpreter, which raises the walls of the sandbox around itself, and compares Python values by type and
value.
Asked only on Python; it has no opinion on time, since it starts cold.
"""

from __future__ import annotations

import ast
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tracemill.configs.schema import VerifierConfig
from tracemill.jobs.patience import readable
from tracemill.problems.types import CodeReference
from tracemill.traces.proof import Opinion
from tracemill.verifiers.sandbox import isolation

NAME = "fresh interpreter"
STARTING_S = 5.0  # of processor time, on top of a program's limit, which the kernel keeps
MAX_REPLY = 4 << 20  # bytes
MAX_STDIN = 1 << 20  # bytes, what a pipe can be made to hold
_BLOCK = re.compile(r"^```(?:python|py|python3)[ \t]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
_BOOT = "import runpy, sys, json; runpy.run_path(sys.argv[1])['main'](*json.loads(sys.argv[2]))"
_ENVIRONMENT = {"PYTHONHASHSEED": "0", "TZ": "UTC"}  # the first judge's: the same order of a set of texts
_SCRIPT = str(Path(__file__).with_name("fresh_interpreter.py"))
_WALLS = str(Path(isolation.__file__).parent)


def unasked(reference: CodeReference, text: str, config: VerifierConfig) -> str | None:
    """Why this answer is not for this judge, or None."""
    if reference.language != "python":
        return f"a program in {reference.language}"
    if config.require_isolation == "full":
        return "a program, and verifier.require_isolation is full"
    if not _BLOCK.search(text):
        return "no program in a ```python block"
    if reference.entry is None and any(len(test.args.encode()) > MAX_STDIN for test in reference.tests):
        return "a program with a long input"
    return None


def opinion(reference: CodeReference, text: str, config: VerifierConfig) -> Opinion:
    """Whether the program passes all tests. Raises OSError where no interpreter can be started."""
    program = _BLOCK.findall(text)[-1]
    judge = _judge_calls if reference.entry is not None else _judge_scripts
    right, says = judge(reference, program, config)
    return Opinion(judge=NAME, right=right, says=says)


Found = tuple[bool | None, str]


def _judge_calls(reference: CodeReference, program: str, config: VerifierConfig) -> Found:
    calls = [test.args for test in reference.tests]
    results = _called(program, reference.entry or "", calls, reference, config)
    if isinstance(results, tuple):
        return results
    if reference.checker is not None:
        return _checked(reference, list(zip(calls, results, strict=True)), config)
    for test, result in zip(reference.tests, results, strict=True):
        try:
            same = _same(ast.literal_eval(test.expected), ast.literal_eval(result))
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            return None, "a value that is no literal"
        if not same:
            return False, f"{reference.entry}{test.args[:60]}: expected {test.expected[:60]}, got {result[:60]}"
    return True, f"{len(calls)} calls as expected"


def _judge_scripts(reference: CodeReference, program: str, config: VerifierConfig) -> Found:
    printed = []
    for test in reference.tests:
        code, output = _run({"program": program, "entry": None, "stdin": test.args}, reference, config)
        if code is None or code == 4:
            return None, "out of time" if code is None else "no walls to run it behind"
        if code != 0:
            return False, f"input {test.args[:60]!r}: exit {code}"
        printed.append(output.decode("utf-8", "replace"))
        if reference.checker is None and _lines(printed[-1]) != _lines(test.expected):
            return False, f"input {test.args[:60]!r}: expected {test.expected[:60]!r}, got {printed[-1][:60]!r}"
    if reference.checker is not None:
        pairs = [(repr(test.args), repr(text)) for test, text in zip(reference.tests, printed, strict=True)]
        return _checked(reference, pairs, config)
    return True, f"{len(printed)} outputs as expected"


def _checked(reference: CodeReference, pairs: list[tuple[str, str]], config: VerifierConfig) -> Found:
    """The problem's own checker on (arguments, result), in another fresh interpreter."""
    calls = [f"({given}, {result})" for given, result in pairs]
    found = _called(reference.checker or "", "check", calls, reference, config)
    if isinstance(found, tuple):
        return found
    wrong = next((call for call, said in zip(calls, found, strict=True) if said != "True"), None)
    return (
        (True, f"{len(calls)} results taken by the checker") if wrong is None else (False, f"not taken: {wrong[:80]}")
    )


def _called(
    program: str, entry: str, calls: list[str], reference: CodeReference, config: VerifierConfig
) -> list[str] | Found:
    """The results' texts, or what is found where there are none."""
    code, output = _run({"program": program, "entry": entry, "calls": calls}, reference, config)
    if code is None or code == 4:
        return None, "out of time" if code is None else "no walls to run it behind"
    try:
        reply = json.loads(output)
    except ValueError:
        return False, f"no reply, exit {code}"
    if "error" in reply:
        return False, str(reply["error"])
    return [str(one) for one in reply["results"]]


def _run(job: dict[str, Any], reference: CodeReference, config: VerifierConfig) -> tuple[int | None, bytes]:
    """(exit code, what it wrote); no code where its time ran out."""
    limit_s = reference.time_limit_s or config.code_timeout_s
    wanted = [] if config.require_isolation == "none" else list(isolation.RING)
    arguments = json.dumps([_WALLS, wanted, config.memory_mb, limit_s])
    with tempfile.TemporaryFile() as given:
        given.write(json.dumps(job).encode())
        given.seek(0)
        command = [sys.executable, "-P", "-s", "-S", "-B", "-X", "utf8", "-c", _BOOT, _SCRIPT, arguments]
        with subprocess.Popen(
            command,
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_ENVIRONMENT,
            cwd="/",
        ) as process:
            try:
                return _until_the_end(process, limit_s)
            finally:
                process.kill()


def _until_the_end(process: subprocess.Popen[bytes], limit_s: float) -> tuple[int | None, bytes]:
    assert process.stdout is not None
    got = bytearray()
    output = process.stdout.fileno()
    while readable(output, process.pid, computing_s=STARTING_S + limit_s, idle_s=STARTING_S + limit_s):
        part = os.read(output, 1 << 16)
        got += part
        if not part or len(got) > MAX_REPLY:
            process.kill() if part else None
            code = process.wait()
            return (None if code in (-signal.SIGKILL, -signal.SIGXCPU) else code), bytes(got)  # by the kernel's limits
    return None, bytes(got)


def _same(one: Any, other: Any) -> bool:
    """Equal in type and value, all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dict):
        return len(one) == len(other) and all(
            any(_same(key, k) and _same(value, v) for k, v in other.items() if k == key) for key, value in one.items()
        )
    if isinstance(one, set | frozenset):
        return one == other and sorted(map(repr, one)) == sorted(map(repr, other))
    return bool(one == other)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]
