"""The problems of proposing: some tasks are shown, and a new one like them is asked for.

Params are (num_inputs, time_limit_s, program, shown): the program is what inputs are to be found for (empty but for an
induction), `shown` the proposals that stand as examples, as `Proposal.params` gives them. The rollouts of one such
problem are a group of proposals.
"""

from __future__ import annotations

from random import Random
from typing import Any

from tracemill.problems.code.hidden_tests import fenced
from tracemill.problems.family import Params, Posed
from tracemill.problems.selfplay.programs import ENTRY
from tracemill.problems.selfplay.proposal import Proposal, read_proposal
from tracemill.problems.types import ProposalReference, ProposalTask

_LEAD: dict[ProposalTask, str] = {
    "deduction": "Each task is a Python function f and a call of it; it takes some thought to say what it returns.",
    "abduction": "Each task is a Python function f and a call of it; it takes some thought to find one that returns "
    "this.",
    "variation": "A task is a Python function f and a call of it; the comment says what it returns.",
}
_RULES = "Nothing is random, and nothing is imported but math, re, string, itertools, functools and collections."
_ASKED: dict[ProposalTask, str] = {
    "deduction": "another function f and a call of it",
    "abduction": "another function f and a call of it",
    "variation": "a change of this function, still called f, that returns something else, and a call of it",
}


def request(
    task: ProposalTask, shown: list[Proposal], *, program: str = "", num_inputs: int = 1, time_limit_s: float
) -> Params:
    return (num_inputs, time_limit_s, program, tuple(one.params() for one in shown))


def pose(task: ProposalTask, params: Params, rng: Random) -> Posed:
    num_inputs, time_limit_s, program, shown = _read(params)
    reference = ProposalReference(task=task, program=program or None, num_inputs=num_inputs, time_limit_s=time_limit_s)
    if task == "induction":
        return Posed(prompt=_induction(program, num_inputs, shown), reference=reference)
    tasks = [f"Task {number}:\n{text_of(one, outputs=True)}" for number, one in enumerate(shown, 1)]
    asked = f"Task {len(shown) + 1}: {_ASKED[task]}, in one ```python block."  # last and short, for small policies
    return Posed(prompt="\n\n".join((f"{_LEAD[task]} {_RULES}", *tasks, asked)), reference=reference)


def _induction(program: str, num_inputs: int, shown: list[Proposal]) -> str:
    lines = [
        "Somebody will see calls of a function f and what they return, and has to write f. Choose "
        f"{num_inputs} different calls that show what f does, and say in a sentence what f does, without its code."
    ]
    for one in shown:
        lines += ["For example, for", fenced(one.program), text_of(one)]
    lines += [
        f"Now do the same for\n{fenced(program)}",
        "Write one ```python block: the sentence as a comment, and below it the calls, a line each, with literals.",
    ]
    return "\n".join(lines)


def text_of(one: Proposal, *, outputs: bool = False) -> str:
    """The proposal as a response writes it: of several inputs, which are an induction's, the calls alone."""
    calls = [f"{ENTRY}({given})" for given in one.inputs]
    if outputs:
        calls = [f"{call}  # {output}" for call, output in zip(calls, one.outputs, strict=True)]
    if len(calls) > 1:
        return fenced("\n".join([f"# {one.message}", *calls] if one.message else calls))
    return fenced("\n".join((one.program, "", *calls)))


def _read(params: Any) -> tuple[int, float, str, list[Proposal]]:
    """Raises ValueError for what is no request; params may come from a file."""
    match params:
        case [int(num_inputs), int() | float() as time_limit_s, str(program), [*shown]] if num_inputs > 0:
            return num_inputs, float(time_limit_s), program, [read_proposal(one) for one in shown]
    raise ValueError(f"{str(params)[:80]!r} asks for no proposal")
