"""What a problem is, and what its answer is held against. Plain data: no generation, no judging.

A `Problem` is built by a family from an id (`family@version:level:seed`) and can be built again from that id on any
machine. Its `reference` says by its type how an answer is judged; the verifiers dispatch on it.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

Kind = Literal["math", "code"]
Split = Literal["train", "held_out"]

AnswerType = Literal[
    "integer",  # exact; "-12"
    "rational",  # exact; "-7/3"
    "decimal",  # a finite decimal, exact as written; "0.125"
    "percent",  # "12.5%"
    "expression",  # sympy's text: "x**2 + 3*x"
    "polynomial",
    "antiderivative",  # an expression up to a constant
    "equation",
    "inequality",
    "interval",
    "set",  # order and repetition do not matter
    "tuple",  # order matters
    "matrix",
    "complex",
    "quantity",  # a number with a unit
    "time",
    "base",  # a numeral in another base
    "ratio",
    "choice",
    "text",
]
Form = Literal["value", "evaluated", "reduced", "expanded", "factored", "with_unit"]

LEVELS = range(1, 11)


@dataclass(frozen=True, slots=True, kw_only=True)
class MathReference:
    """An exact answer, in plain text that sympy reads (`-7/3`, `3*x**2 + 2`, `x = 3, y = -1`), its type and its
    form."""

    answer: str
    type: AnswerType
    form: Form = "value"


@dataclass(frozen=True, slots=True, kw_only=True)
class LiteralReference:
    """A Python literal (`[1, 'a']`), compared by exact type and value."""

    literal: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeTest:
    """One call: the arguments and the expected result, each a Python literal's text.

    `args` is the text of a tuple: `(3, 'ab')`. With `CodeReference.entry` None, both are texts for stdin and stdout.
    """

    args: str
    expected: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeReference:
    """Hidden tests for a program: the function `entry`, or stdin to stdout where `entry` is None.

    Where many results are right, `checker` is a Python program that defines `check(args, result) -> bool` (of the two
    texts, for stdin and stdout), and each test's `expected` is one of them, which nothing is held against.
    """

    entry: str | None
    tests: tuple[CodeTest, ...]
    time_limit_s: float | None = None  # all tests together; None: the verifier's own limit
    checker: str | None = None
    language: Literal["python", "c", "cpp"] = "python"  # others than Python with stdin and stdout only


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessReference:
    """Any arguments for which `entry` of `program` returns `output` (a Python literal's text)."""

    program: str
    entry: str
    output: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReference:
    """Any answer that the family's own checker accepts, for problems with many right answers.

    `checker` is an import path, `package.module:function`, called as `function(json.loads(data), answer_text) ->
    bool`. It must be pure, never evaluate the answer as code, and return False for what it cannot read.
    """

    checker: str
    data: str
    example: str  # one right answer


@dataclass(frozen=True, slots=True, kw_only=True)
class MutantReference:
    """Tests that tell `entry` of `program` from each of `mutants`, other sources of `entry` that end on all arguments.

    The answer is the literal of a list of `(args, expected)` pairs, `[((3, 'ab'), 7), ((0, ''), 1)]`, of 1 to
    `max_tests` of them. It is right if the program returns `expected` for `args` in every pair, and every mutant in at
    least one pair does not (by exact type and value; one that raises does not).
    """

    program: str
    entry: str
    mutants: tuple[str, ...]
    max_tests: int


ProposalTask = Literal["deduction", "abduction", "induction", "variation"]
PROPOSED, PROPOSING = "proposed_", "propose_"  # families of what was proposed, and of the turns that asked for it


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalReference:
    """A new problem is asked for: a function `f` (for an induction it is given, as `program`) and `num_inputs` inputs.

    The answer is right if `f` runs on each input, to the same plain value in every interpreter, within `time_limit_s`,
    and is not trivial. Whether the problem came before, and what it is worth, is not the verifier's to say.
    """

    task: ProposalTask
    program: str | None
    num_inputs: int
    time_limit_s: float


Reference = (
    MathReference
    | LiteralReference
    | CodeReference
    | WitnessReference
    | CheckedReference
    | MutantReference
    | ProposalReference
)
REFERENCE_TYPES: dict[str, type] = {
    "math": MathReference,
    "literal": LiteralReference,
    "code": CodeReference,
    "witness": WitnessReference,
    "checked": CheckedReference,
    "mutants": MutantReference,
    "proposal": ProposalReference,
}


def reference_to_json(reference: Reference) -> dict[str, Any]:
    """A plain dict with a `kind` key, the inverse of `reference_from_json`."""
    kind = next(name for name, cls in REFERENCE_TYPES.items() if type(reference) is cls)
    return {"kind": kind, **asdict(reference)}


def reference_from_json(data: dict[str, Any]) -> Reference:
    """Raises ValueError where the kind or a key is unknown."""
    kind = data.get("kind")
    if kind not in REFERENCE_TYPES:
        raise ValueError(f"unknown reference kind {kind!r}; known: {', '.join(REFERENCE_TYPES)}")
    cls = REFERENCE_TYPES[kind]
    values = {key: value for key, value in data.items() if key != "kind"}
    unknown = values.keys() - {field.name for field in fields(cls)}
    if unknown:
        raise ValueError(f"a {kind} reference has no {sorted(unknown)[0]!r}")
    if cls is CodeReference:
        values["tests"] = tuple(CodeTest(**test) for test in values["tests"])
    if cls is MutantReference:
        values["mutants"] = tuple(values["mutants"])
    return cls(**values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One problem. `prompt` is the user's message, before any template; `instance` is a hash of the family, its version
    and the canonical parameters, so that the same problem in other words has the same instance."""

    id: str
    kind: Kind
    prompt: str
    reference: Reference
    split: Split
    instance: str

    @property
    def family(self) -> str:
        return self.id.partition("@")[0]

    @property
    def level(self) -> int:
        return ProblemId.parse(self.id).level


_ID = re.compile(r"([a-z0-9_]+)@(\d+):(\d+):(\d+)")


@dataclass(frozen=True, slots=True, order=True)
class ProblemId:
    """The parts of `family@version:level:seed`."""

    family: str
    version: int
    level: int
    seed: int

    def __str__(self) -> str:
        return f"{self.family}@{self.version}:{self.level}:{self.seed}"

    @classmethod
    def parse(cls, text: str) -> ProblemId:
        match = _ID.fullmatch(text)
        if match is None:
            raise ValueError(f"{text!r} is no problem id; one reads family@version:level:seed, as in arithmetic@1:2:77")
        family, version, level, seed = match.groups()
        return cls(family, int(version), int(level), int(seed))
