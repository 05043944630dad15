"""Families made of families: chains, where the answer of one problem becomes a number of the next, to any depth.

A chain works over all families whose prompts tell the numbers of their params. One number of each later part is
replaced by a name, which is defined from the answer before: `N2 = (the answer of part 1) + 14`. So the text has the
meaning it had, the reference is that of the last part, and nobody can know the number without the part before. Of large
answers only a remainder is used, since `(the answer of part 1) - 43068478` would give them away.

The words of a part, and which number is replaced, follow from the part's instance alone, so that prompt, solution and
check agree. All parts of a chain lie in the same split, and the chain with them: no problem that is held out, and no
solution of one, is inside a chain for training.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from random import Random
from typing import Any

from tracemill.problems.family import Family, Params, Posed, instance_name, split_of
from tracemill.problems.text import boxed
from tracemill.problems.types import MathReference, Reference

Pool = Sequence[tuple[str, int]]
"""Names and versions of families. A pool is written down, not found: else a new family would change old ids."""

_TRIES = 60  # draws of one part before another family takes its place
_LARGEST_PLAIN = 200  # of larger answers the remainder is used


def chained(name: str, version: int, pool: Pool, shapes: Mapping[int, tuple[int, int]], doc: str) -> Family:
    """Chains over `pool`; `shapes` gives each level the number of parts and the level of the parts.

    Params: one (family, version, params) a part.
    """

    def sample(level: int, rng: Random) -> Params:
        return _sampled(pool, *shapes[level], rng)

    def identity(params: Params) -> str:
        names = [_instance(part) for part in params]
        return names[0][:8] + instance_name(name, version, tuple(names))[:8]  # the first 8 digits decide the split

    def pose(params: Params, rng: Random) -> Posed:
        parts, word = _linked(params), _word(params)
        lines = [rng.choice(_INTROS).format(count=len(parts), word=word.lower())]
        for number, part in enumerate(parts, start=1):
            define = f" {part.definition(number, word.lower())}" if part.link else ""
            lines.append(f"{word} {number}.{define} {part.prompt}")
        lines.append(rng.choice(_CLOSINGS).format(word=word.lower(), count=len(parts)))
        return Posed(prompt="\n".join(lines), reference=parts[-1].reference)

    def solve(params: Params, rng: Random) -> str:
        return _worked(params, rng)

    def confirm(params: Params) -> Reference:
        return _confirmed(params)

    def mistakes(params: Params, rng: Random) -> Iterator[tuple[str, str]]:
        parts = _linked(params)
        last = parts[-1].reference
        yield from parts[-1].family.mistakes(params[-1][2], rng)
        for kind, other in (("answer_of_the_part_before", parts[-2]), ("answer_of_part_1", parts[0])):
            if isinstance(last, MathReference) and last.type == "integer":
                number, _ = _number(other.reference) or (None, "")
                if number is not None and str(number) != last.answer:
                    yield kind, boxed(number)

    return Family(
        name=name,
        version=version,
        kind="math",
        topic="composition",
        sample=sample,
        pose=pose,
        solve=solve,
        confirm=confirm,
        mistakes=mistakes,
        doc=doc,
        identity=identity,
    )


_INTROS = (
    "The {count} {word}s below build on one another.",
    "Each {word} after the first needs the answer of the one before.",
    "Solve these {count} {word}s in order; a number of each comes from the one before.",
)
_CLOSINGS = ("Give only the answer of {word} {count}.", "The final answer is that of {word} {count} alone.")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """A part as it is told. `value` is the number that has been replaced by N2, N3, ...; the first part has no link."""

    family: Family
    prompt: str
    reference: Reference
    link: _Link | None
    value: int

    def definition(self, number: int, word: str) -> str:
        assert self.link is not None
        sense = self.link.reading.format(f"{word} {number - 1}")
        if self.link.modulus:
            sense = f"the remainder of {sense} divided by {self.link.modulus}"
        return f"Let N{number} = {_shifted(f'({sense})', self.value - self.link.rest)}."

    def derivation(self, number: int, word: str) -> str:
        assert self.link is not None
        sense = self.link.reading.format(f"{word} {number - 1}")
        shift = self.value - self.link.rest
        rest = f", with remainder {self.link.rest} by {self.link.modulus}" if self.link.modulus else ""
        end = f"{_shifted(str(self.link.rest), shift)}{f' = {self.value}' if shift else ''}"
        return f"{sense[0].upper()}{sense[1:]} is {self.link.number}{rest}, so N{number} = {end}."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Link:
    """A whole number that an answer gives, how it reads, and its remainder; modulus 0 where it is used itself."""

    number: int
    reading: str
    modulus: int
    rest: int


def _word(params: Params) -> str:
    """What the parts are called, in prompt and solution."""
    return ("Part", "Step", "Question")[int(_instance(params[-1])[-1], 16) % 3]


def _shifted(text: str, by: int) -> str:
    return text if not by else f"{text} {'+' if by > 0 else '-'} {abs(by)}"


def family_at(name: str, version: int) -> Family:
    """Raises ValueError where this version of the family is not here."""
    from tracemill.problems.registry import family_named  # here, since the registry imports the families made below

    return family_named(name, version)


def _instance(part: Any) -> str:
    name, version, params = part
    return family_at(name, version).instance(params)


def _sampled(pool: Pool, depth: int, level: int, rng: Random) -> Params:
    """Parts of one split, each but the last with an answer that gives a number, each but the first with a number."""
    parts: list[tuple[str, int, Params]] = []
    split = None
    while len(parts) < depth:
        name, version = pool[int(rng.random() * len(pool))]
        family = family_at(name, version)
        for _ in range(_TRIES):
            params = family.sample(level, rng)
            instance = family.instance(params)
            if split not in (None, split_of(instance)):
                continue
            posed = told(family, params, instance)
            is_last = len(parts) == depth - 1
            if (is_last or _number(posed.reference)) and (not parts or _operands(posed.prompt, params)):
                split = split_of(instance)
                parts.append((name, version, params))
                break
    return tuple(parts)


def told(family: Family, params: Params, instance: str) -> Posed:
    """The words that belong to an instance, the same every time."""
    return family.pose(params, Random(f"{instance}/words"))


def _linked(params: Params) -> list[_Part]:
    parts: list[_Part] = []
    for name, version, inner in params:
        family = family_at(name, version)
        instance = family.instance(inner)
        posed = told(family, inner, instance)
        prompt, link, value = posed.prompt, None, 0
        if parts:
            link = _link(parts[-1].reference, instance)
            matches = _operands(prompt, inner)
            match = matches[Random(f"{instance}/number").randrange(len(matches))]
            value = int(match.group())
            prompt = f"{prompt[: match.start()]}N{len(parts) + 1}{prompt[match.end() :]}"
        parts.append(_Part(family=family, prompt=prompt, reference=posed.reference, link=link, value=value))
    return parts


def _link(reference: Reference, instance: str) -> _Link:
    """`instance` is that of the part that takes the number."""
    found = _number(reference)
    if found is None:
        raise ValueError(f"{reference} gives no number for the next part")
    number, reading = found
    if abs(number) <= _LARGEST_PLAIN:
        return _Link(number=number, reading=reading, modulus=0, rest=number)
    modulus = 50 + int(instance[-2:], 16) % 50
    reading = reading if number > 0 else f"the absolute value of {reading}"
    return _Link(number=abs(number), reading=reading, modulus=modulus, rest=abs(number) % modulus)


_ALONE = re.compile(r"(?<![^\s(\[$])\d+(?=[\s,;.!?%&)\]]|$)(?![.,]\d)")
"""A whole number between blanks, brackets and punctuation: no sign, no power, no part of a decimal, a time or 3x."""


def _operands(prompt: str, params: Params) -> list[re.Match[str]]:
    """Where the prompt has a whole number by itself that is a number of the params and stands nowhere else in it.

    Nowhere in prompts with dots: a term of `5, 8, 11, ...` could be told from its neighbours.
    """
    if "..." in prompt:
        return []
    known = set(_integers(params))
    digits = re.findall(r"\d+", prompt)
    return [
        match
        for match in _ALONE.finditer(prompt)
        if int(match.group()) in known and int(match.group()) > 1 and digits.count(match.group()) == 1
    ]


def _integers(params: Any) -> Iterator[int]:
    for value in params:
        if isinstance(value, tuple):
            yield from _integers(value)
        elif type(value) is int:
            yield abs(value)


_PLAIN = re.compile(r"-?\d+")


def _number(reference: Reference) -> tuple[int, str] | None:
    """A whole number that an answer gives, and in words how; None where it gives none."""
    if not isinstance(reference, MathReference):
        return None
    text, kind = reference.answer, reference.type
    if kind in ("integer", "rational", "decimal"):
        value = Fraction(text)
        if value.denominator == 1:
            return int(value), "the answer of {}"
        if kind == "decimal":
            return (int(value * 100), "100 times the answer of {}") if (value * 100).denominator == 1 else None
        return value.numerator + value.denominator, "numerator plus denominator of the answer of {} in lowest terms"
    if kind == "percent" and _PLAIN.fullmatch(text.rstrip("%")):
        return int(text.rstrip("%")), "the number of percent in the answer of {}"
    if kind == "quantity":
        amount, _, unit = text.partition(" ")
        return (int(amount), f"the number of {unit} in the answer of {{}}") if _PLAIN.fullmatch(amount) else None
    if kind == "time":
        hours, minutes = text.split(":")
        return 60 * int(hours) + int(minutes), "the number of minutes from 00:00 to the answer of {}"
    if kind in ("tuple", "set", "matrix"):
        entries = re.sub(r"[\[\](){}\s]", "", text).split(",")
        if all(_PLAIN.fullmatch(entry) for entry in entries):
            return sum(map(int, entries)), "the sum of all entries of the answer of {}"
    return None


def _unboxed(solution: str) -> str:
    """A solution as a part of a longer one: what stood in the box comes as `answer ...`."""
    start = solution.rindex("\\boxed{")
    return f"{solution[:start]}Answer: {solution[start + 7 : -1]}."


def _worked(params: Params, rng: Random) -> str:
    """The parts' own solutions, and between them what N2, N3, ... are."""
    parts, word = _linked(params), _word(params)
    blocks = []
    for number, (part, (_, _, inner)) in enumerate(zip(parts, params, strict=True), start=1):
        text = part.family.solve(inner, rng)
        text = _unboxed(text) if number < len(parts) else text
        derived = f" {part.derivation(number, word.lower())}" if part.link else ""
        blocks.append(f"{word} {number}.{derived} {text}")
    start = rng.choice(("", f"I take one {word.lower()} after the other.\n", f"One {word.lower()} at a time.\n"))
    return start + "\n".join(blocks)


def _confirmed(params: Params) -> Reference:
    """Every part by its own second computation; each link is made again from those. Raises ValueError on a mismatch."""
    parts = _linked(params)
    reference: Reference | None = None
    for number, (part, (_, _, inner)) in enumerate(zip(parts, params, strict=True), start=1):
        if reference is not None:
            link = _link(reference, part.family.instance(inner))
            if link != part.link or part.value not in _integers(inner):
                raise ValueError(f"part {number} of {params} does not follow from the part before")
        reference = part.family.confirm(inner)
    assert reference is not None
    return reference
