"""Families that a config brings: rows of files and datasets, and reasoning-gym's tasks, where it is installed."""

from __future__ import annotations

import json
import random
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tracemill.configs.schema import ProblemsConfig, SourceConfig, VerifierConfig
from tracemill.problems.registry import build
from tracemill.problems.sampler import held_out_problems, training_problems
from tracemill.problems.sources.apart import scored_apart
from tracemill.problems.sources.load import source_family
from tracemill.problems.types import CheckedReference, MathReference
from tracemill.verifiers.verifier import Verifier

ROWS = [{"question": f"Ann has {n} nuts, and gets {n + 2}. How many?", "answer": f"{2 * n + 2}"} for n in range(60)]


def write(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def config(*sources: dict[str, Any]) -> ProblemsConfig:
    mix = [{"family": source["name"], "levels": [1, 2]} for source in sources]
    return ProblemsConfig.model_validate({"mix": mix, "per_step": 8, "sources": list(sources)})


def test_rows_are_problems_like_others(tmp_path: Path) -> None:
    nuts = {"name": "nuts", "rows": write(tmp_path / "nuts.jsonl", ROWS)}
    made = training_problems(config(nuts), 0, 0) if held_out_problems(config(nuts), 2) else []
    answers = {row["question"]: row["answer"] for row in ROWS}
    for problem in made:
        assert build(problem.id) == problem and problem.split == "train"
        assert problem.reference == MathReference(answer=answers[problem.prompt], type="integer")
    # other rows are another version, and the id says so; the order of rows does not change a split
    held_out = {problem.prompt for problem in held_out_problems(config(nuts), 3)}
    nuts["rows"] = write(tmp_path / "more.jsonl", [*ROWS[::-1], {"question": "What is 3/4 of 2/3?", "answer": "2/4"}])
    again = source_family(SourceConfig.model_validate(nuts))
    splits = {p.prompt: p.split for seed in range(400) for p in [again.problem(1, seed)]}
    assert all(splits[prompt] == "held_out" for prompt in held_out & splits.keys())
    assert {splits[p.prompt] for p in made if p.prompt in splits} == {"train"}
    held_out_problems(config(nuts), 1)
    with pytest.raises(ValueError, match="there is no version"):
        build(made[0].id)


def test_columns_levels_and_answers_are_read_as_asked(tmp_path: Path) -> None:
    rows = [
        {"q": "How many?", "a": "He has 3 * 400 = 1,200.\n#### 1,200", "grade": "Level 1"},
        {"q": "Which share?", "a": "so\n#### 4/6", "grade": "Level 2"},
        {"q": "Who?", "a": "#### Ann", "grade": "Level 2"},
    ]
    source = {"name": "grades", "rows": write(tmp_path / "g.jsonl", rows), "question": "q", "answer": "a"}
    family = source_family(SourceConfig.model_validate({**source, "level": "grade", "answer_after": "####"}))
    assert family.problem(1, 0).reference == MathReference(answer="1200", type="integer")
    assert {family.problem(2, seed).reference for seed in range(20)} == {
        MathReference(answer="2/3", type="rational"),
        MathReference(answer="Ann", type="text"),
    }
    assert family.solution(1, 0) == "He has 3 * 400 = 1,200.\n\\boxed{1200}"
    with closing(Verifier(VerifierConfig())) as verifier:
        for level in (1, 2):
            for seed in range(5):
                reference = family.problem(level, seed).reference
                assert verifier.judge(reference, family.solution(level, seed)).status == "correct"
                for name, response in family.wrong_responses(level, seed):
                    assert verifier.judge(reference, response).status != "correct", name
    with pytest.raises(ValueError, match=r"no row of level 3; it has .1, 2."):
        family.problem(3, 0)


@pytest.mark.parametrize(
    ("row", "more", "message"),
    [
        ({"text": "x"}, {}, "row 1 of .* no text in the column 'question'; it has text"),
        ({"question": "x", "answer": "many"}, {"type": "integer"}, "'many' is no integer"),
        ({"question": "x", "answer": "5"}, {"type": "whole"}, "type is 'whole'; known: auto"),
        ({"question": "x", "answer": "5"}, {"answer_after": "####"}, "the answer has no '####'"),
        ({"question": "x", "answer": "5", "l": 11}, {"level": "l"}, "11 is no level"),
    ],
)
def test_a_row_that_does_not_fit_is_named(
    tmp_path: Path, row: dict[str, Any], more: dict[str, Any], message: str
) -> None:
    rows = write(tmp_path / "rows.jsonl", [row])
    with pytest.raises(ValueError, match=message):
        source_family(SourceConfig.model_validate({"name": "bad", "rows": rows, **more}))


def test_a_source_takes_no_familys_name_and_is_one_thing(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="second family named 'arithmetic'"):
        held_out_problems(config({"name": "arithmetic", "rows": write(tmp_path / "a.jsonl", ROWS)}), 1)
    with pytest.raises(ValueError, match="either rows or reasoning_gym"):
        SourceConfig(name="both", rows="x.jsonl", reasoning_gym="gcd")


def test_a_saved_dataset_is_read(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    datasets.Dataset.from_list(ROWS[:5]).save_to_disk(str(tmp_path / "saved"))
    family = source_family(SourceConfig(name="saved", rows=str(tmp_path / "saved")))
    assert {family.problem(1, seed).prompt for seed in range(80)} == {row["question"] for row in ROWS[:5]}


def hostile(path: Path) -> Any:
    def score(text: str) -> bool:
        return bool(eval(text, {"path": path, "os": __import__("os"), "socket": __import__("socket")}))

    return score


def test_scoring_apart_reaches_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    score = hostile(mark)
    assert scored_apart(score, right="1 == 1", answer="2 == 2", limit_s=1)
    for answer in (
        "2 == 3",
        "path.write_text('x')",
        "open('/etc/passwd').read()",
        "os.system('true') == 0",
        "os.fork() >= 0",
        "socket.socket() is not None",
        "os.kill(os.getppid(), 0) is None",
        "10 ** 10 ** 10",
        "os._exit(0)",
    ):
        assert not _scored(score, answer), answer
    assert not mark.exists()
    with pytest.raises(RuntimeError, match="does not give full marks"):
        scored_apart(score, right="1 == 2", answer="1 == 1", limit_s=1)


def _scored(score: Any, answer: str) -> bool:
    def quiet(text: str) -> bool:
        try:
            return score(text)
        except Exception:
            return False

    return scored_apart(quiet, right="1 == 1", answer=answer, limit_s=0.5)


def test_reasoning_gym_tasks_are_families() -> None:
    pytest.importorskip("reasoning_gym")
    sources = [{"name": f"gym_{task}", "reasoning_gym": task} for task in ("chain_sum", "countdown", "syllogism")]
    problems = config(*sources)
    random.seed(3)
    before = random.getstate()
    held_out = held_out_problems(problems, 2)
    made = training_problems(problems, 0, 0)
    assert random.getstate() == before
    assert not {problem.instance for problem in held_out} & {problem.instance for problem in made}
    with closing(Verifier(VerifierConfig(math_timeout_s=10))) as verifier:
        for problem in [*held_out, *made[:3]]:
            assert build(problem.id) == problem and isinstance(problem.reference, CheckedReference)
            parsed = source_family(SourceConfig.model_validate(next(s for s in sources if s["name"] == problem.family)))
            seed = int(problem.id.rpartition(":")[2])
            verdict = verifier.judge(problem.reference, parsed.solution(problem.level, seed))
            assert verdict.status == "correct", (problem, verdict)
            for name, response in parsed.wrong_responses(problem.level, seed):
                verdict = verifier.judge(problem.reference, response)
                assert verdict.status in ("wrong", "unparseable"), (name, response, problem, verdict)


def test_reasoning_gym_tasks_that_pay_for_wrong_answers_are_off() -> None:
    pytest.importorskip("reasoning_gym")
    with pytest.raises(ValueError, match="game_of_life_halting gives full marks to wrong answers: it takes anything"):
        source_family(SourceConfig(name="halting", reasoning_gym="game_of_life_halting"))
    asked = SourceConfig(name="halting", reasoning_gym="game_of_life_halting", even_if_unsound=True)
    assert source_family(asked).problem(1, 0).prompt
    with pytest.raises(ValueError, match="no task 'chainsum'"):
        source_family(SourceConfig(name="none", reasoning_gym="chainsum"))
