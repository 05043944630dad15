"""Word problems as one plain value: what is told, how it is worked out, which slips come easily.

A family of word problems is a `sample`, a `story` and an independent `check`; the rest is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

from tracemill.problems.family import Family, Params, Posed
from tracemill.problems.text import boxed, wrong_answers
from tracemill.problems.types import AnswerType, MathReference
from tracemill.problems.words import told

_OPENINGS = ("", "Step by step. ", "Let me work it out. ", "First things first. ", "One thing after the other. ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """`prompts` are wordings of the same question; `steps` are sentences; `slips` are (name, wrong answer) pairs, those
    that happen to be right being left out. `answer` goes into the reference and into the box, as do the slips."""

    prompts: tuple[str, ...]
    steps: tuple[str, ...]
    answer: str
    type: AnswerType
    slips: tuple[tuple[str, object], ...]


def story_family(
    *,
    name: str,
    version: int,
    topic: str,
    doc: str,
    sample: Callable[[int, Random], Params],
    story: Callable[[Params], Story],
    check: Callable[[Params], str],
) -> Family:
    """`check` computes the answer's text a second, independent way. A prompt in five starts with an idle fact."""

    def pose(params: Params, rng: Random) -> Posed:
        tale = story(params)
        prompt = told(rng.choice(tale.prompts), rng)
        return Posed(prompt=prompt, reference=MathReference(answer=tale.answer, type=tale.type))

    def solve(params: Params, rng: Random) -> str:
        tale = story(params)
        return f"{rng.choice(_OPENINGS)}{rng.choice((' ', chr(10))).join(tale.steps)} {boxed(tale.answer)}"

    def confirm(params: Params) -> MathReference:
        return MathReference(answer=check(params), type=story(params).type)

    def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
        tale = story(params)
        question = tale.prompts[0].rsplit(". ", 1)[-1]
        yield from wrong_answers(tale.answer, question, tale.slips)

    return Family(
        name=name,
        version=version,
        kind="math",
        topic=topic,
        sample=sample,
        pose=pose,
        solve=solve,
        confirm=confirm,
        mistakes=mistakes,
        doc=doc,
    )
