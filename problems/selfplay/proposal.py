"""What was proposed, and the problem that it makes for a solver.

    deduction   program and input are shown, the output is asked for
    abduction   program and output are shown, an input is asked for
    induction   half of the inputs with their outputs and a message are shown, the program is asked for; all must fit

Outputs are what the sandbox found when it judged the proposal; nothing is run here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

from tracemill.problems.code.hidden_tests import fenced
from tracemill.problems.family import Params, Posed
from tracemill.problems.selfplay.programs import ENTRY, canonical
from tracemill.problems.types import CodeReference, CodeTest, LiteralReference, Reference, WitnessReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`inputs` are arguments as they stand between a call's brackets, `outputs` the literals that `f` returns."""

    program: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    message: str = ""

    def params(self) -> Params:
        return (self.program, self.inputs, self.outputs, self.message)


def read_proposal(params: Any) -> Proposal:
    """The inverse of `Proposal.params`, also from JSON's lists. Raises ValueError for anything else."""
    match params:
        case [str(program), [*inputs], [*outputs], str(message)]:
            texts = [*inputs, *outputs]
            if all(isinstance(text, str) for text in texts) and len(inputs) == len(outputs) > 0:
                canonical(program)
                for text in inputs:
                    arguments(text)
                return Proposal(program=program, inputs=tuple(inputs), outputs=tuple(outputs), message=message)
    raise ValueError(f"{str(params)[:80]!r} is no proposal: a program, inputs, as many outputs, and a message")


def name_of(proposal: Proposal, task: str) -> list[Any]:
    """What makes it the problem that it is, in whatever words: for an abduction, any input with the output will do."""
    given: Any = proposal.outputs if task == "abduction" else [arguments(text) for text in proposal.inputs]
    return [canonical(proposal.program), given]


def novelty(proposal: Proposal, task: str) -> str:
    """Two proposals with the same are taken for the same: another input for the same program is nothing new, but where
    inputs were what was asked for."""
    name = name_of(proposal, task)
    return f"{task} {name[0]} {name[1] if task == 'induction' else ''}"


# The problems --------------------------------------------------------------------------------------------------------


def pose_deduction(params: Params, rng: Random) -> Posed:
    one = read_proposal(params)
    call = f"{ENTRY}({one.inputs[0]})"
    asked = rng.choice((f"What does {call} return?", f"Work out what {call} returns."))
    return Posed(
        prompt=f"{fenced(one.program)}\n\n{asked} Answer with a Python literal in \\boxed{{}}.",
        reference=reference_of(one, "deduction"),
    )


def pose_abduction(params: Params, rng: Random) -> Posed:
    one = read_proposal(params)
    asked = rng.choice(
        ("Find arguments for which f returns {}.", "For which arguments does f return {}? One answer is enough.")
    )
    note = "Answer with Python literals in \\boxed{}."
    return Posed(
        prompt=f"{fenced(one.program)}\n\n{asked.format(one.outputs[0])} {note}",
        reference=reference_of(one, "abduction"),
    )


def pose_induction(params: Params, rng: Random) -> Posed:
    one = read_proposal(params)
    shown = list(zip(one.inputs, one.outputs, strict=True))[: (len(one.inputs) + 1) // 2]
    lines = ["Write f that fits these examples, and others like them:"]
    lines += [f"{ENTRY}({given}) = {output}" for given, output in shown]
    lines += [f"It was described so: {one.message}"] if one.message else []
    return Posed(prompt="\n".join(lines), reference=reference_of(one, "induction"))


def reference_of(one: Proposal, task: str) -> Reference:
    if task == "deduction":
        return LiteralReference(literal=one.outputs[0])
    if task == "abduction":
        return WitnessReference(program=one.program, entry=ENTRY, output=one.outputs[0])
    tests = zip(one.inputs, one.outputs, strict=True)
    return CodeReference(
        entry=ENTRY, tests=tuple(CodeTest(args=arguments(given), expected=output) for given, output in tests)
    )


def solution(one: Proposal, task: str) -> str:
    """What the proposer knows to be right, without the way to it."""
    if task == "induction":
        return fenced(one.program)
    return f"\\boxed{{{one.outputs[0] if task == 'deduction' else one.inputs[0]}}}"


def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
    yield "empty", "\\boxed{}"
    yield "words", "It depends."


def arguments(text: str) -> str:
    """The text of their tuple, however they were spaced. Raises ValueError where they are no literals."""
    try:
        tree = ast.parse(f"({text}\n,)" if text.strip() else "()", mode="eval")
        if not isinstance(ast.literal_eval(tree), tuple):
            raise ValueError("no tuple")
        return ast.unparse(tree)
    except (SyntaxError, TypeError, MemoryError, RecursionError, ValueError) as error:
        raise ValueError(f"the arguments {text[:80]!r} are no literals: {type(error).__name__}") from None
