"""Whether the text of an answer gives a math reference, by the reference's type.

`judge_math` is pure: the same arguments give the same decision in the host (with `oracle.EXACT`) and in a worker (with
`symbolic.Symbolic`). It raises canonical.Undecided where its oracle cannot say, ValueError where the reference itself
cannot be read, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tracemill.problems.types import AnswerType, MathReference
from tracemill.verifiers.math import judge_plain, judge_several, scalar
from tracemill.verifiers.math.canonical import Undefined
from tracemill.verifiers.math.decision import Conventions, Decision, unparseable, wrong
from tracemill.verifiers.math.lexer import Unreadable
from tracemill.verifiers.math.oracle import Oracle
from tracemill.verifiers.math.quick import quick_number
from tracemill.verifiers.math.reading import Contradiction

MAX_ANSWER_CHARS = 4_000


def judge_math(reference: MathReference, answer: str, oracle: Oracle, conventions: Conventions) -> Decision:
    """See the module's docstring."""
    if (quick := quick_number(reference, answer, conventions.unreduced)) is not None:
        return quick
    if len(answer) > MAX_ANSWER_CHARS:
        return unparseable("length", f"{len(answer)} characters; at most {MAX_ANSWER_CHARS} are read")
    read, judge = _kind(reference)
    gold = _gold(read, reference)
    try:
        return judge(gold, answer, oracle, conventions)
    except Unreadable as error:
        return unparseable(reference.type, str(error))
    except (Contradiction, Undefined) as error:
        return wrong(reference.type, str(error))


def check_readable(reference: MathReference) -> None:
    """Raises ValueError for a reference that no answer could be judged by."""
    _gold(_kind(reference)[0], reference)


@lru_cache(maxsize=8192)
def _gold(read: Callable[[MathReference], Any], reference: MathReference) -> Any:
    """Raises ValueError."""
    try:
        return read(reference)
    except ValueError as error:
        raise ValueError(
            f"the reference {reference.answer[:80]!r} cannot be read as {reference.type}: {error}"
        ) from error


def _kind(reference: MathReference) -> tuple[Callable[[MathReference], Any], Callable[..., Decision]]:
    """How such a reference is read, and how it judges."""
    return _KINDS.get(reference.type, (_read_scalar, scalar.judge_scalar))


def _read_scalar(reference: MathReference) -> scalar.Gold:
    return scalar.read_gold(reference)


_KINDS: dict[AnswerType, tuple[Callable[[MathReference], Any], Callable[..., Decision]]] = {
    "equation": (judge_several.read_equation, judge_several.judge_equation),
    "inequality": (judge_several.read_region, judge_several.judge_region),
    "interval": (judge_several.read_region, judge_several.judge_region),
    "set": (judge_several.read_set, judge_several.judge_set),
    "tuple": (judge_several.read_tuple, judge_several.judge_tuple),
    "matrix": (judge_several.read_matrix, judge_several.judge_matrix),
    "time": (judge_plain.read_moment, judge_plain.judge_moment),
    "base": (judge_plain.read_numeral, judge_plain.judge_numeral),
    "ratio": (judge_plain.read_ratio, judge_plain.judge_ratio),
    "choice": (judge_plain.read_choice, judge_plain.judge_choice),
    "text": (judge_plain.read_words, judge_plain.judge_words),
}
