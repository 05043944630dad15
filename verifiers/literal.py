"""Python literals, compared by exact type and value: True is not 1, 1.0 is not 1, -0.0 is not 0.0.

Nothing is evaluated but what `ast.literal_eval` reads, within bounds on length and nesting.
"""

from __future__ import annotations

import ast
import math
import re
import warnings
from typing import Any

from tracemill.verifiers.math.decision import Decision

MAX_CHARS = 20_000
MAX_DEPTH = 60


_LATEX = re.compile(r"\\text(?:tt|rm|it)?\{([^{}]*)\}|\\verb(.)(.*?)\2|\\math(?:rm|tt)\{([^{}]*)\}")
_ESCAPED = re.compile(r"\\([{}_%#&$])")


def judge_literal(expected: str, answer: str) -> Decision:
    """The answer as it stands, else without the LaTeX that a box invites (\\{1, 2\\}, \\text{True}). Raises
    NotALiteral where the expected literal is none."""
    wanted = read_literal(expected)
    if len(answer) > MAX_CHARS:
        return Decision("unparseable", "literal", f"{len(answer)} characters; at most {MAX_CHARS} are read")
    plain = _ESCAPED.sub(r"\1", _LATEX.sub(lambda found: found[1] or found[3] or found[4] or "", answer))
    failure: NotALiteral | None = None
    for text in dict.fromkeys((answer, plain.strip(" $`"))):
        try:
            got = read_literal(text)
        except NotALiteral as error:
            failure = failure or error
            continue
        if same(wanted, got):
            return Decision("correct", "literal", f"read as {text[:80]}, the same type and value")
        why = "another value" if type(wanted) is type(got) else f"{type(got).__name__}, not {type(wanted).__name__}"
        return Decision("wrong", "literal", f"read as {text[:80]}: {why}")
    return Decision("unparseable", "literal", str(failure))


class NotALiteral(ValueError):
    """The text is no Python literal, or is past the bounds."""


def read_literal(text: str) -> Any:
    """Raises NotALiteral. Never recurses deeper than MAX_DEPTH brackets and signs."""
    text = text.strip()
    if len(text) > MAX_CHARS:
        raise NotALiteral(f"{len(text)} characters; at most {MAX_CHARS} are read")
    if _depth(text) > MAX_DEPTH:
        raise NotALiteral(f"nested deeper than {MAX_DEPTH}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # '\d' in a string is a SyntaxWarning
            return ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise NotALiteral(f"no Python literal: {type(error).__name__}") from error


def _depth(text: str) -> int:
    """An upper bound of the parser's recursion: brackets (also those in strings), and runs of signs."""
    deepest = depth = signs = longest = 0
    for char in text:
        if char in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in ")]}":
            depth -= 1
        signs = signs + 1 if char in "+-~" else (signs if char.isspace() else 0)
        longest = max(longest, signs)
    return max(deepest, longest)


def same(left: Any, right: Any) -> bool:
    """Exact type and value, all the way down; nan is nan."""
    if type(left) is not type(right):
        return False
    if isinstance(left, (list, tuple)):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, (set, frozenset)):
        return _typed(left) == _typed(right)
    if isinstance(left, dict):
        return _typed(left) == _typed(right) and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, float):
        return (math.isnan(left) and math.isnan(right)) or (left == right and _sign(left) == _sign(right))
    if isinstance(left, complex):
        return same(left.real, right.real) and same(left.imag, right.imag)
    return bool(left == right)


def _sign(value: float) -> float:
    return math.copysign(1.0, value)


def _typed(items: Any) -> set[tuple[str, str]]:
    """Hashable elements with their types, by text: {True} and {1} differ."""
    return {(type(item).__name__, _canonical(item)) for item in items}


def _canonical(item: Any) -> str:
    if isinstance(item, (set, frozenset)):
        return "{" + ",".join(sorted(map(_canonical, item))) + "}"
    if isinstance(item, tuple):
        return "(" + ",".join(map(_canonical, item)) + ")"
    return hex(item) if type(item) is int else repr(item)  # repr refuses integers of more than 4,300 digits
