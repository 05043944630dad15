"""What a worker process does with one frame. Runs only in processes that may be killed at any moment.

A task is a dict with `op`; the reply is a dict. An exception becomes `{"error": ...}`, running out of memory
`{"lost": "memory"}`; the worker's host decides what that means for a verdict.
"""

from __future__ import annotations

import importlib
import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any


def warm_up() -> None:
    """Imports what every worker needs, once, before any of them is forked."""
    from tracemill.problems.types import MathReference
    from tracemill.verifiers.math.decision import Conventions
    from tracemill.verifiers.math.judge import judge_math
    from tracemill.verifiers.math.symbolic import Symbolic

    for answer in ("1 - \\cos^2 x", "\\sqrt{\\sin^2 x}", "\\frac{1 - \\cos 2x}{2}"):
        judge_math(MathReference(answer="sin(x)**2", type="expression"), answer, Symbolic(), Conventions())
    factored = MathReference(answer="x**2 - 1", type="polynomial", form="factored")
    judge_math(factored, "(x - 1)(x + 1)", Symbolic(), Conventions())


def run(task: dict[str, Any]) -> dict[str, Any]:
    try:
        return _OPS[task["op"]](task)
    except MemoryError:
        return {"lost": "memory"}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"[:500]}


@lru_cache(maxsize=64)
def _checker(path: str) -> Callable[[Any, str], bool]:
    module, _, name = path.partition(":")
    function = getattr(importlib.import_module(module), name, None)
    if not callable(function):
        raise ValueError(f"{path!r} names no function; a checker reads package.module:function")
    return function


def _load(task: dict[str, Any]) -> dict[str, Any]:
    _checker(task["checker"])
    return {"loaded": True}


def _check(task: dict[str, Any]) -> dict[str, Any]:
    accepted = _checker(task["checker"])(json.loads(task["data"]), task["answer"])
    if not isinstance(accepted, bool):
        raise ValueError(f"checker {task['checker']} returned {type(accepted).__name__}, not a bool")
    return {"accepted": accepted}


def _math(task: dict[str, Any]) -> dict[str, Any]:
    """A math answer that exact arithmetic could not decide in the host."""
    from tracemill.problems.types import MathReference
    from tracemill.verifiers.math.canonical import Undecided
    from tracemill.verifiers.math.decision import Conventions
    from tracemill.verifiers.math.judge import judge_math
    from tracemill.verifiers.math.symbolic import Disagreement, Symbolic

    try:
        decision = judge_math(
            MathReference(**task["reference"]), task["answer"], Symbolic(), Conventions(**task["conventions"])
        )
    except Undecided as error:
        return {"status": "timeout", "rule": "size", "evidence": f"not decided within the bounds: {error}"}
    except Disagreement as error:
        return {"disagreement": str(error)}
    return {"status": decision.status, "rule": decision.rule, "evidence": decision.evidence}


_OPS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {"load": _load, "check": _check, "math": _math}
