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
from tracemill.problems.selfplay.proposal import Proposal, read_proposal
from tracemill.problems.types import ProposalReference, ProposalTask

_FORM = "Write the function in a ```python block, and after it the input in an ```input block, as Python literals."
_RULES = "No randomness, no files, no clock, and no import but math, re, string, itertools, functools or collections."
_ASKED: dict[ProposalTask, str] = {
    "deduction": "Invent one new task like these: another function f, and an input for which it takes some thought to "
    "work out what f returns.",
    "abduction": "Invent one new task like these: another function f, and an input that is hard to find for somebody "
    "who sees only f and what it returns.",
    "variation": "Make one new task of this one: change the function so that it computes something else, but keep some "
    "of it, and choose an input.",
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
    tasks = [f"Task {number}:\n{text_of(one)}\n{_block('output', one.outputs)}" for number, one in enumerate(shown, 1)]
    return Posed(prompt="\n\n".join((*tasks, f"{_ASKED[task]} {_FORM} {_RULES}")), reference=reference)


def _induction(program: str, num_inputs: int, shown: list[Proposal]) -> str:
    lines = [
        f"Somebody will see inputs and outputs of a function f, and has to write f. Choose {num_inputs} different "
        "inputs that show what f does, one a line, and describe in a sentence what f does without its code."
    ]
    for one in shown:
        lines += ["For example, for", fenced(one.program), text_of(one, with_program=False)]
    lines += [
        f"Now do the same for\n{fenced(program)}",
        "Write the inputs in an ```input block, as Python literals, and the sentence in a ```message block.",
    ]
    return "\n".join(lines)


def text_of(one: Proposal, *, with_program: bool = True) -> str:
    """The proposal as a response writes it."""
    blocks = [fenced(one.program)] if with_program else []
    blocks.append(_block("input", one.inputs))
    return "\n".join([*blocks, *([_block("message", (one.message,))] if one.message else [])])


def _block(tag: str, lines: tuple[str, ...]) -> str:
    return "\n".join((f"```{tag}", *lines, "```"))


def _read(params: Any) -> tuple[int, float, str, list[Proposal]]:
    """Raises ValueError for what is no request; params may come from a file."""
    match params:
        case [int(num_inputs), int() | float() as time_limit_s, str(program), [*shown]] if num_inputs > 0:
            return num_inputs, float(time_limit_s), program, [read_proposal(one) for one in shown]
    raise ValueError(f"{str(params)[:80]!r} asks for no proposal")
