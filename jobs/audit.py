"""The audit of a problem family: what it makes is right, what it calls wrong is wrong, nothing raises or takes long.

    reference   the reference answer, given as a bare answer, scores right (not asked of programs, which have none)
    confirmed   the second, independent way of computing it agrees
    solution    the worked solution scores right
    mistake     each wrong response scores wrong; a verifier's own failure is neither
    raised      making the problem, its solution or its mistakes raised
    slow        that took more than `MAKE_LIMIT_S`

A right answer that takes the verifier longer than its limit gets `timeout`, and is found as not right. A wrong one may
take it: a program that is too slow is what some families call a mistake.

Not done here: whether difficulty is real, which takes a policy (`tracemill eval`).
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tracemill.problems.family import Family
from tracemill.problems.types import (
    CheckedReference,
    LiteralReference,
    MathReference,
    Problem,
    ProblemId,
    Reference,
    reference_to_json,
)
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier

MAKE_LIMIT_S = 2.0  # of processor time: a problem with its solution, its mistakes and its second computation
SHOWN = 200  # characters of a response in a finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`check` is one of the names above; `what` says what was found, in one line."""

    problem_id: str
    check: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Of one family. `commonest` is the share of the problems with the commonest reference answer: what always giving
    that answer would earn. `made_s` is processor time over all problems."""

    family: str
    problems: int
    responses: int
    answers: int
    commonest: float
    made_s: float
    slowest_s: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Posed:
    """A problem with what is to be judged: (check, name, response, whether it is right)."""

    problem: Problem
    responses: tuple[tuple[str, str, str, bool], ...]


def audit(family: Family, levels: Iterable[int], seeds: Iterable[int], verifier: Verifier) -> Audit:
    """Never raises for what a family does."""
    findings: list[Finding] = []
    posed: list[_Posed] = []
    made_s = 0.0
    seeds = list(seeds)
    for level in levels:
        for seed in seeds:
            began = time.process_time()
            one = _posed(family, level, seed, findings)
            took = time.process_time() - began
            made_s += took
            if one is not None:
                posed.append(one)
                if took > MAKE_LIMIT_S:
                    findings.append(_finding(one.problem.id, "slow", f"{took:.1f} s to make"))
    verdicts = _judge(posed, verifier, findings)
    answers = Counter(str(reference_to_json(one.problem.reference)) for one in posed)
    return Audit(
        family=family.name,
        problems=len(posed),
        responses=len(verdicts),
        answers=len(answers),
        commonest=max(answers.values()) / len(posed) if posed else 0.0,
        made_s=made_s,
        slowest_s=max((verdict.seconds for verdict in verdicts), default=0.0),
        findings=tuple(findings),
    )


def _posed(family: Family, level: int, seed: int, findings: list[Finding]) -> _Posed | None:
    name = str(ProblemId(family.name, family.version, level, seed))
    try:
        problem = family.problem(level, seed)
        responses = [("solution", "solution", family.solution(level, seed), True)]
        responses += [("mistake", kind, text, False) for kind, text in family.wrong_responses(level, seed)]
        confirmed = family.confirm(family.params(level, seed))
    except Exception as error:
        findings.append(_finding(name, "raised", f"{type(error).__name__}: {error}"))
        return None
    if confirmed != problem.reference:
        findings.append(_finding(name, "confirmed", f"reference {problem.reference}, second way {confirmed}"))
    if (answer := bare_answer(problem.reference)) is not None:
        responses.insert(0, ("reference", "reference", answer, True))
    return _Posed(problem=problem, responses=tuple(responses))


def bare_answer(reference: Reference) -> str | None:
    """The reference as a response would give it; None where a reference holds no answer."""
    if isinstance(reference, MathReference):
        return f"\\boxed{{{reference.answer}}}"
    if isinstance(reference, LiteralReference):
        return f"\\boxed{{{reference.literal}}}"
    if isinstance(reference, CheckedReference):
        return f"\\boxed{{{reference.example}}}"
    return None


def _judge(posed: Sequence[_Posed], verifier: Verifier, findings: list[Finding]) -> list[Verdict]:
    flat = [(one.problem, *response) for one in posed for response in one.responses]
    verdicts = verifier.judge_all([(problem.reference, text) for problem, _, _, text, _ in flat])
    for (problem, check, name, text, right), verdict in zip(flat, verdicts, strict=True):
        if verdict.status == "verifier_error" or (verdict.status == "correct") != right:
            shown = text if len(text) <= SHOWN else f"{text[: SHOWN // 2]} … {text[-SHOWN // 2 :]}"
            what = f"{name} is judged {verdict.status} ({verdict.rule}: {verdict.evidence}): {shown!r}"
            findings.append(_finding(problem.id, check, what))
    return verdicts


def _finding(problem_id: str, check: str, what: str) -> Finding:
    return Finding(problem_id=problem_id, check=check, what=" ".join(what.split()))
