"""Hidden tests that tell a right program from given wrong ones, and the texts programs travel in.

Nothing here runs a response: only the families' own functions, which end by construction (see `little`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any

from tracemill.problems.types import CodeReference, CodeTest

Args = tuple[Any, ...]
FAILED = object()
"""Stands for the outcome of a program that raised or did not end; equal to nothing but itself."""


def fenced(source: str) -> str:
    return f"```python\n{source}\n```"


def same(left: Any, right: Any) -> bool:
    """Equal by exact type and value, as the verifier compares: 1 is not True, [1] is not (1,)."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list | tuple):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    return bool(left == right)


def literal(value: Any) -> str:
    """A literal's text, the same for equal values: the keys of a dict are sorted."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key!r}: {literal(value[key])}" for key in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(literal, value)) + "]"
    return repr(value)


def outcome(program: Callable[..., Any], args: Args) -> Any:
    """The value, or FAILED. Lists are handed over as they are: the families' functions do not change them."""
    try:
        return program(*args)
    except Exception:
        return FAILED


def choose_inputs(
    right: Callable[..., Any],
    wrong: Sequence[Callable[..., Any]],
    candidates: Sequence[Args],
    num: int,
    must: int = 0,
) -> tuple[list[Args], list[int]]:
    """`num` inputs out of `candidates`, and the indices of the wrong programs that fail on one of them.

    Greedy from the front: an input is taken if it kills a wrong program that was alive, then the first others fill
    up. The first `must` wrong programs have their turn before the rest. At least two expected values differ where the
    candidates allow it, so that no constant passes. Candidates on which `right` fails are left out.
    """
    candidates = [args for args in candidates if outcome(right, args) is not FAILED]
    expected = [outcome(right, args) for args in candidates]
    alive = dict(enumerate(wrong))
    taken: list[int] = []
    for turn in (list(range(must)), list(range(len(wrong)))):
        for index, args in enumerate(candidates):
            named = [name for name in turn if name in alive]
            if len(taken) == num or not named:
                break
            killed = [name for name in named if not same(outcome(wrong[name], args), expected[index])]
            if killed and index not in taken:
                taken.append(index)
            for name in killed:
                del alive[name]
    rest = [index for index in range(len(candidates)) if index not in taken]
    taken += rest[: max(0, num - len(taken))]
    if all(same(expected[index], expected[taken[0]]) for index in taken):
        taken += [index for index in rest if not same(expected[index], expected[taken[0]])][:1]
    return [candidates[index] for index in sorted(taken)], [name for name in range(len(wrong)) if name not in alive]


def code_reference(
    entry: str, program: Callable[..., Any], inputs: Iterable[Args], time_limit_s: float | None = None
) -> CodeReference:
    """Tests from inputs, each expected value computed by `program`."""
    tests = tuple(CodeTest(args=repr(args), expected=literal(program(*args))) for args in inputs)
    return CodeReference(entry=entry, tests=tests, time_limit_s=time_limit_s)


@lru_cache(maxsize=512)
def trusted(source: str, entry: str) -> Callable[..., Any]:
    """The function `entry` of a family's own source. Never for a response: there is no sandbox here."""
    scope: dict[str, Any] = {}
    exec(compile(source, "<family>", "exec"), scope)
    function: Callable[..., Any] = scope[entry]
    return function


def other_responses(source: str, first_expected: str, params: str, entry: str = "f") -> list[tuple[str, str]]:
    """Responses that are wrong whatever the problem: no program, a constant, a right one that is not the last."""
    constant = f"def {entry}({params}):\n    return {first_expected}"
    return [
        ("empty", "```python\n```"),
        ("words", f"The function {entry} does what is asked."),
        ("constant", fenced(constant)),
        ("wrong_name", fenced(source.replace(f"def {entry}(", f"def {entry}_(", 1))),
        ("hedged", f"{fenced(source)}\n\nOr perhaps:\n\n{fenced(constant)}"),
    ]
