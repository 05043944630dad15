"""Canaries: answers known to be right or wrong that are judged among a run's own, by the same workers and sandbox.

A wrong verdict on one means that rewards cannot be trusted, and the run stops. A canary that was not judged (timeout,
verifier_error) says nothing of the kind: a starved machine is no reason to stop. They are cheap: none needs sympy, and
programs are among them only where the step has programs to judge, so that no sandbox is started for them. None depends
on a convention or on the way of reading that a config may choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

from tracemill.problems.types import CodeReference, CodeTest, LiteralReference, MathReference, Reference
from tracemill.verifiers.types import Verdict


@dataclass(frozen=True, slots=True)
class Canary:
    reference: Reference
    response: str
    right: bool


_TWELVE, _HALF = MathReference(answer="12", type="integer"), MathReference(answer="1/2", type="rational")
_SET, _ROOT = MathReference(answer="{1, 2}", type="set"), MathReference(answer="2*sqrt(3)", type="expression")
_LITERAL = LiteralReference(literal="[1, True]")
_ADD = CodeReference(
    entry="add", tests=(CodeTest(args="(1, 2)", expected="3"), CodeTest(args="(40, 2)", expected="42"))
)
_PROGRAM = "```python\ndef add(a, b):\n    return a {} b\n```"

ANSWERS = (
    Canary(_TWELVE, "3 \\times 4 = 12, so \\boxed{12}", True),
    Canary(_TWELVE, "\\boxed{3 \\times 4}", False),
    Canary(_TWELVE, "\\boxed{12} or \\boxed{13}", False),
    Canary(_HALF, "\\boxed{\\frac{1}{3}}", False),
    Canary(_HALF, "\\boxed{0.5}", True),
    Canary(_HALF, "\\boxed{0.51}", False),
    Canary(_ROOT, "\\boxed{\\sqrt{12}}", True),
    Canary(_ROOT, "\\boxed{3\\sqrt{2}}", False),
    Canary(_SET, "\\boxed{\\{2, 1\\}}", True),
    Canary(_SET, "\\boxed{(1, 2)}", False),
    Canary(_LITERAL, "\\boxed{[1, True]}", True),
    Canary(_LITERAL, "\\boxed{[1, 1]}", False),
)
PROGRAMS = (Canary(_ADD, _PROGRAM.format("+"), True), Canary(_ADD, _PROGRAM.format("-"), False))


def canaries(step: int, count: int, references: Sequence[Reference] = ()) -> tuple[Canary, ...]:
    """`count` of them, half of them right (one more, where it is odd), the same for the same step. `references` are
    those of the step; with a program among them, so are programs."""
    rng = Random(f"canaries of step {step}")
    programs = any(isinstance(reference, CodeReference) for reference in references)
    known = ANSWERS + (PROGRAMS if programs else ())
    right = [canary for canary in known if canary.right]
    wrong = [canary for canary in known if not canary.right]
    chosen = rng.sample(right, min((count + 1) // 2, len(right))) + rng.sample(wrong, min(count // 2, len(wrong)))
    return tuple(chosen)


def check_canaries(known: Sequence[Canary], verdicts: Sequence[Verdict]) -> str | None:
    """What is wrong with the first canary that got a wrong verdict; None where all is well."""
    for canary, verdict in zip(known, verdicts, strict=True):
        judged = verdict.status in ("correct", "wrong", "unparseable")
        if judged and (verdict.status == "correct") is not canary.right:
            return (
                f"the verifier called a known {'right' if canary.right else 'wrong'} answer {verdict.status}: "
                f"{canary.response!r} ({verdict.rule}: {verdict.evidence})"
            )
    return None
