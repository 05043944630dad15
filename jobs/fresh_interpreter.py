"""What a fresh interpreter does for the second judge of programs: reads one job, raises the walls, runs, replies.

Started with neither site-packages nor the user's environment, for one answer and gone after it. It imports the standard
library and the sandbox's walls (`verifiers/sandbox/inside`), and nothing of the sandbox's way of running and judging.
It is never told what is expected.

The job, JSON on stdin: {"program", "entry", "calls": [the text of a tuple, ...]}, or with "entry" null {"stdin"}. A job
with an entry is answered by JSON on stdout, {"results": [the repr of each, ...]} or {"error": why}; a script writes
there itself.
"""

from __future__ import annotations

import ast
import fcntl
import importlib
import json
import os
import sys
import types
from typing import Any

REPLY = 3  # stdout as it was given; the program's own goes nowhere
PLAIN = (bool, int, float, complex, str, bytes, type(None))
CONTAINERS = (list, tuple, dict, set, frozenset)
MODULES = """
    math cmath itertools functools collections re string random heapq bisect json typing operator statistics fractions
    decimal copy datetime dataclasses enum time abc array textwrap contextlib numbers calendar queue
""".split()  # noqa: SIM905 - loaded first where the walls open no file any more


def main(folder: str, walls_wanted: list[str], memory_mb: int, limit_s: float) -> None:
    job = json.loads(sys.stdin.buffer.read())
    script = job["entry"] is None
    if script:
        _become_stdin(job["stdin"])
    else:
        os.dup2(1, REPLY)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    lacking = _raise_walls(folder, walls_wanted, memory_mb, limit_s)
    if lacking:
        os._exit(4)
    if script:
        _run_script(job["program"])
    _reply(_results(job))


def _raise_walls(folder: str, wanted: list[str], memory_mb: int, limit_s: float) -> list[str]:
    """The wanted walls that this machine does not have. Nothing of the answer has run yet."""
    sys.path.insert(0, folder)
    walls = importlib.import_module("inside.walls")
    sys.path.remove(folder)
    closed = walls.Walls({"landlock", "seccomp"}, memory_mb, None)
    if lacking := [name for name in wanted if name not in closed.names]:
        return lacking
    if "landlock" not in closed.names:
        for name in MODULES:
            importlib.import_module(name)
    closed.raise_for_child("python", REPLY + 1, limit_s)
    return []


def _become_stdin(text: str) -> None:
    """A pipe that holds the whole of it; more than a pipe holds is refused by the host."""
    data = text.encode()
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, max(len(data), 4096))
    os.write(writer, data)
    os.close(writer)
    os.dup2(reader, 0)


def _run_script(program: str) -> None:
    try:
        _execute("__main__", program)
        sys.stdout.flush()
    except SystemExit as error:
        sys.stdout.flush()
        os._exit(0 if error.code in (None, 0) else 1)
    except BaseException:
        os._exit(1)
    os._exit(0)


def _results(job: dict[str, Any]) -> dict[str, Any]:
    try:
        entry: Any = _execute("program", job["program"])[job["entry"]]
    except BaseException as error:
        return {"error": f"loading it: {type(error).__name__}"}
    results = []
    for call in job["calls"]:
        try:
            result = entry(*ast.literal_eval(call))
        except BaseException as error:
            return {"error": f"{job['entry']}{call[:60]} raised {type(error).__name__}"}
        if not _is_plain(result):
            return {"error": f"{job['entry']}{call[:60]} returned no plain value"}
        results.append(repr(result))
    return {"results": results}


def _execute(name: str, source: str) -> dict[str, Any]:
    module = types.ModuleType(name)
    sys.modules[name] = module
    exec(compile(source, "<program>", "exec", dont_inherit=True), module.__dict__)
    return module.__dict__


def _is_plain(value: Any) -> bool:
    if type(value) is dict:
        return all(_is_plain(one) for pair in value.items() for one in pair)
    return type(value) in PLAIN or (type(value) in CONTAINERS and all(map(_is_plain, value)))


def _reply(reply: dict[str, Any]) -> None:
    data = json.dumps(reply).encode()
    while data:
        data = data[os.write(REPLY, data) :]
    os._exit(0)
