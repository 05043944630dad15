"""Proposed problems: what makes two of them the same, and how their ids build them again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracemill.problems.selfplay import kept
from tracemill.problems.selfplay.first import FIRST, INDUCTION
from tracemill.problems.selfplay.programs import canonical, level_of, likeness, programs_in
from tracemill.problems.selfplay.proposal import Proposal, novelty
from tracemill.problems.selfplay.proposing import request
from tracemill.problems.types import CodeReference, LiteralReference, ProposalReference, WitnessReference

SUM = "def f(xs):\n    total = 0\n    for x in xs:\n        total += x\n    return total"
SPELT = '''def f(numbers: list) -> int:
    """Adds them."""
    s = 0  # so far
    for n in numbers: s += n
    return (s)
'''


def test_spelling_does_not_matter_and_meaning_does() -> None:
    assert canonical(SUM) == canonical(SPELT)
    assert canonical(SUM) != canonical(SUM.replace("+=", "-="))
    assert canonical(SUM) != canonical(SUM.replace("total = 0", "total = 1"))
    assert canonical(f"def g(a):\n    return a\n\n{SUM}") != canonical(SUM)
    levels = [level_of(program) for program in ("def f(x):\n    return x", SUM, "def f(x):\n" + "    x += 1\n" * 20)]
    assert levels == [1, 4, 10]


@pytest.mark.parametrize("text", ["def f(x)", "x" * 2001, "def f(x):\n    return " + "(" * 500 + "x" + ")" * 500, "\0"])
def test_what_is_no_program_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="no program"):
        canonical(text)


def test_a_program_is_found_in_a_problem_whatever_its_name() -> None:
    prompt = f"What does this print?\n```python\n{SPELT.replace('def f', 'def g')}```\nAnd `x`?"
    assert programs_in(prompt) == {canonical(SUM)}
    assert programs_in("What is 3 + 4?") == set()


def test_likeness_is_of_words() -> None:
    assert likeness(canonical(SUM), canonical(SUM)) == 1
    assert likeness(canonical(SUM), canonical(SUM.replace("+=", "*="))) > 0.9
    assert likeness(canonical(SUM), canonical("def f(s):\n    return s.upper()")) < 0.5


def test_novelty() -> None:
    one = Proposal(program=SUM, inputs=("[1, 2]",), outputs=("3",))
    other = Proposal(program=SPELT, inputs=("[4]",), outputs=("4",))
    assert novelty(one, "deduction") == novelty(other, "deduction") != novelty(one, "abduction")
    assert novelty(one, "induction") != novelty(other, "induction")


def test_problems_of_a_proposal() -> None:
    store = kept.Kept()
    one = Proposal(program=SUM, inputs=("[1, 2]",), outputs=("3",))
    deduction = store.problem("proposed_deduction", one.params())
    assert deduction.reference == LiteralReference(literal="3") and "f([1, 2])" in deduction.prompt
    assert (deduction.family, deduction.level, deduction.kind) == ("proposed_deduction", 4, "code")
    abduction = store.problem("proposed_abduction", one.params())
    assert (
        abduction.reference == WitnessReference(program=SUM, entry="f", output="3") and "[1, 2]" not in abduction.prompt
    )
    other_input = Proposal(program=SPELT, inputs=("[2, 1]",), outputs=("3",))
    assert store.problem("proposed_abduction", other_input.params()).instance == abduction.instance
    assert store.problem("proposed_deduction", other_input.params()).instance != deduction.instance

    induction = store.problem("proposed_induction", INDUCTION.params())
    assert isinstance(induction.reference, CodeReference)
    assert [(test.args, test.expected) for test in induction.reference.tests] == [
        ("([3, 9, 4],)", "6"), ("([5],)", "0"), ("([-2, 2],)", "4"), ("([10, 1, 7, 30],)", "29"),
    ]  # fmt: skip
    assert "f([5]) = 0" in induction.prompt and "29" not in induction.prompt and INDUCTION.message in induction.prompt


def test_problems_of_proposing_show_what_they_are_given() -> None:
    store = kept.Kept()
    asked = store.problem("propose_deduction", request("deduction", list(FIRST[:2]), time_limit_s=0.5))
    assert asked.reference == ProposalReference(task="deduction", program=None, num_inputs=1, time_limit_s=0.5)
    assert all(one.program in asked.prompt and one.outputs[0] in asked.prompt for one in FIRST[:2])
    params = request("induction", [INDUCTION], program=SUM, num_inputs=3, time_limit_s=1.0)
    induction = store.problem("propose_induction", params)
    assert induction.reference == ProposalReference(task="induction", program=SUM, num_inputs=3, time_limit_s=1.0)
    assert SUM in induction.prompt and INDUCTION.program in induction.prompt


def test_a_file_builds_its_problems_again(tmp_path: Path) -> None:
    store, path = kept.Kept(), tmp_path / kept.FILE
    made = [store.problem("proposed_deduction", one.params()) for one in FIRST]
    made.append(store.problem("propose_variation", request("variation", [FIRST[0]], time_limit_s=1.0)))
    kept.append(path, [store.line(problem.id) for problem in made])
    with path.open("a") as file:
        file.write('{"id": "proposed_ded')  # a writer was killed
    again = kept.Kept()
    again.read(path)
    for problem in made:
        family = again.families[problem.family]
        assert family.problem(problem.level, int(problem.id.rpartition(":")[2])) == problem
    with pytest.raises(ValueError, match=r"was proposed in a run; its proposals\.jsonl is not here"):
        again.families["proposed_deduction"].problem(1, 5)
    kept.mend(path)
    kept.append(path, [store.line(made[0].id)])
    again.read(path)
    assert len(path.read_text().splitlines()) == len(made) + 1


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda line: {**line, "params": [line["params"][0], line["params"][1], ["11"], ""]}, "holds the content of"),
        (lambda line: {**line, "params": [line["params"][0].replace("2", "5"), *line["params"][1:]]}, "the content of"),
        (lambda line: {**line, "id": "arithmetic@1:1:5"}, "no kept problem"),
        (lambda line: {**line, "params": ["def f(", ["1"], ["2"], ""]}, "no program"),
        (lambda line: {**line, "params": [line["params"][0], ["x y"], ["2"], ""]}, "no literals"),
        (lambda line: {**line, "params": 5}, "no kept problem"),
        (lambda line: [line], "no kept problem"),
    ],
)
def test_a_content_that_is_not_what_its_id_says_is_refused(tmp_path: Path, change, says: str) -> None:
    store = kept.Kept()
    line = json.loads(store.line(store.problem("proposed_deduction", FIRST[0].params()).id))
    (tmp_path / kept.FILE).write_text(json.dumps(change(line)) + "\n")
    with pytest.raises(ValueError, match=says):
        kept.Kept().read(tmp_path / kept.FILE)
