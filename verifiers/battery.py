"""The math verifier judges itself: answers that are known to be right, wrong or hostile, on the machine where it
stands.

`run_battery` is for `tracemill doctor --verifiers`; the sandbox has its own (`sandbox.battery`), with the same kind of
trials. `CANARIES` are for a run: a wrong verdict on one of them means that rewards cannot be trusted, and stops the
run.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tracemill.problems.types import LiteralReference, MathReference, Reference
from tracemill.verifiers.types import Status, Verdict
from tracemill.verifiers.verifier import Verifier

if TYPE_CHECKING:
    from tracemill.verifiers.sandbox.battery import Trial as SandboxTrial

RIGHT: tuple[Status, ...] = ("correct",)
WRONG: tuple[Status, ...] = ("wrong", "unparseable")
HOSTILE: tuple[Status, ...] = ("wrong", "unparseable", "timeout")


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One answer, what its verdict may be, and what it was."""

    name: str
    allowed: tuple[Status, ...]
    verdict: Verdict

    @property
    def passed(self) -> bool:
        return self.verdict.status in self.allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """`false_positives` and `false_negatives` name their trials; `errors` are verifier_error, which is neither."""

    trials: int
    false_positives: tuple[str, ...]
    false_negatives: tuple[str, ...]
    errors: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not (self.false_positives or self.false_negatives or self.errors)


def run_battery(verifier: Verifier) -> Iterator[Trial]:
    """Each trial as it is over; the hostile ones take the math limit at most."""
    for reference, response, allowed in (*CANARIES, *_cases()):
        shown = response if len(response) <= 60 else f"{response[:40]}... ({len(response)} characters)"
        kind = reference.type if isinstance(reference, MathReference) else "literal"
        yield Trial(name=f"{kind}: {shown}", allowed=allowed, verdict=verifier.judge(reference, response))


def tally(trials: Iterable[Trial | SandboxTrial]) -> Tally:
    """What a battery, this one or the sandbox's, found."""
    trials = list(trials)
    failed = [trial for trial in trials if not trial.passed]
    errors = tuple(trial.name for trial in failed if trial.verdict.status == "verifier_error")
    return Tally(
        trials=len(trials),
        false_positives=tuple(trial.name for trial in failed if trial.verdict.status == "correct"),
        false_negatives=tuple(
            trial.name for trial in failed if trial.verdict.status not in ("correct", "verifier_error")
        ),
        errors=errors,
    )


Trials = tuple[tuple[Reference, str, tuple[Status, ...]], ...]


def _math(answer: str, kind: str, form: str = "value") -> MathReference:
    return MathReference(answer=answer, type=kind, form=form)  # type: ignore[arg-type]


CANARIES: Trials = (
    (_math("12", "integer"), "3 \\times 4 = 12, so \\boxed{12}.", RIGHT),
    (_math("12", "integer"), "\\boxed{3 \\times 4}", WRONG),
    (_math("12", "integer"), "\\boxed{12} or \\boxed{13}", WRONG),
    (_math("1/2", "rational"), "\\boxed{\\frac{2}{4}}", RIGHT),
    (_math("1/2", "rational"), "\\boxed{0.51}", WRONG),
    (_math("sin(x)**2", "expression"), "\\boxed{1 - \\cos^2 x}", RIGHT),  # takes a worker
    (_math("sin(x)**2", "expression"), "\\boxed{\\cos^2 x}", WRONG),
    (_math("{1, 2}", "set"), "\\boxed{\\{2, 1\\}}", RIGHT),
    (_math("{1, 2}", "set"), "\\boxed{(1, 2)}", WRONG),
    (LiteralReference(literal="[1, True]"), "\\boxed{[1, True]}", RIGHT),
    (LiteralReference(literal="[1, True]"), "\\boxed{[1, 1]}", WRONG),
)
"""(reference, response, allowed statuses)."""


def _cases() -> Trials:
    return (
        (_math("5", "integer"), "\\boxed{3 = 5}", WRONG),
        (_math("5", "integer"), "\\boxed{x = 5}", RIGHT),
        (_math("6", "integer"), "\\boxed{\\gcd(54, 24)}", WRONG),
        (_math("1/2^99", "expression"), "\\boxed{\\frac{1}{2^{98}}}", WRONG),
        (_math("10^-20", "decimal"), "\\boxed{10^{-21}}", WRONG),
        (_math("10^-20", "decimal"), "\\boxed{10^{-20}}", RIGHT),
        (_math("5 m", "quantity"), "\\boxed{5 \\text{ cm}}", WRONG),
        (_math("5 m", "quantity"), "\\boxed{500 \\text{ cm}}", RIGHT),
        (_math("(1, 2)", "interval"), "\\boxed{\\{1, 2\\}}", WRONG),
        (_math("(1, 2)", "interval"), "\\boxed{1 < x < 2}", RIGHT),
        (_math("x**2 - 1", "polynomial", "factored"), "\\boxed{(x - 1)(x + 1)}", RIGHT),
        (_math("x**2 - 1", "polynomial", "factored"), "\\boxed{x^2 - 1}", WRONG),
        (_math("x**3/3", "antiderivative"), "\\boxed{\\frac{x^3}{3} + C}", RIGHT),
        (_math("[[1, 2], [3, 4]]", "matrix"), "\\boxed{\\begin{pmatrix}1 & 2 \\\\ 3 & 4\\end{pmatrix}}", RIGHT),
        (_math("14:35", "time"), "\\boxed{2\\text{:}35 \\text{ AM}}", WRONG),
        (_math("1011_2", "base"), "\\boxed{11}", WRONG),
        (_math("3:4", "ratio"), "\\boxed{4:3}", WRONG),
        (_math("B", "choice"), "\\boxed{\\text{(B)}}", RIGHT),
        (_math("12", "integer"), "\\boxed{12}\n\nWait, it is 13.", WRONG),
        (_math("7", "integer"), "\\boxed{9**9**9**9}", HOSTILE),
        (_math("sqrt(2)", "expression"), "\\boxed{9^{9^{9^{9}}}\\pi}", HOSTILE),
        (_math("7", "integer"), "\\boxed{factorial(10**9)}", HOSTILE),
        (_math("7", "integer"), "7" * 100_000, HOSTILE),
        (_math("sqrt(2)", "expression"), "\\boxed{" + "\\sqrt{" * 200 + "2" + "}" * 201, HOSTILE),
        (_math("sqrt(2)", "expression"), "\\boxed{" + "(" * 2_000 + "2" + ")" * 2_000 + "}", HOSTILE),
        (_math("sin(x)", "expression"), "\\boxed{\\exp(\\exp(\\exp(\\exp(\\exp(x)))))}", HOSTILE),
        (_math("sin(x)", "expression"), "\\boxed{(x + y + z + 1)^{60}\\sin(x)}", HOSTILE),
        (_math("7", "integer"), "\\boxed{__import__('os').system('true')}", WRONG),
    )
