"""What a run is given: duplicates counted, cells that run dry, and problems of benchmarks left out."""

from __future__ import annotations

import json
import logging
from dataclasses import replace
from pathlib import Path

import pytest

from tracemill.configs.schema import ProblemsConfig
from tracemill.problems import sampler, supply
from tracemill.problems.decontaminate import Benchmarks, read_benchmarks
from tracemill.problems.duplicates import DRY_AFTER, Seen
from tracemill.problems.family import Family
from tracemill.problems.registry import family_named
from tracemill.problems.supply import ProblemSupply

ARITHMETIC = family_named("arithmetic")


def config(**more: object) -> ProblemsConfig:
    mix = [{"family": "arithmetic", "levels": [1, 2]}]
    return ProblemsConfig.model_validate({"mix": mix, "per_step": 8, **more})


def test_duplicates_are_counted_by_family_and_a_dry_cell_is_said_once() -> None:
    first = replace(ARITHMETIC.problem(3, 0), prompt="What is 21 + 4 - 3?", instance="a" * 16)
    same = replace(first, prompt="Compute 21 + 4 - 3.")
    swapped = replace(first, prompt="Work out: 4 + 21 - 3", instance="b" * 16)
    other = replace(first, prompt="What is 21 + 4 - 4?", instance="c" * 16)
    seen = Seen()
    assert seen.add([first, same, swapped, other]) == []
    assert seen.counts() == {"arithmetic": {"problems": 4, "exact": 1, "near": 0}}
    seen.add([replace(swapped, prompt="What is 4 + 21 - 3?", instance="d" * 16)])
    assert seen.counts()["arithmetic"]["near"] == 1

    assert seen.add([first] * (DRY_AFTER - 1)) == []
    seen = Seen(json.loads(json.dumps(seen.to_state())))
    assert seen.add([same]) == ["arithmetic:3"]
    assert seen.add([same] * 100) == []
    assert seen.add([replace(other, instance="e" * 16)] + [first] * DRY_AFTER) == ["arithmetic:3"]
    assert seen.counts()["arithmetic"]["problems"] == 5 + 20 + 100 + 21


def small_family(instances: int, name: str = "small") -> Family:
    return replace(ARITHMETIC, name=name, sample=lambda level, rng: (rng.randrange(instances), 1))


def test_a_cell_that_repeats_says_so(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.setattr(sampler, "family_named", lambda name: small_family(4))
    problems = ProblemSupply(config(), run_seed=0, staleness=0)
    with caplog.at_level(logging.WARNING):
        lines = []
        for step in range(12):
            made = problems.problems(step)
            lines.append(problems.record(step, made, [(4, 8)] * len(made)))
    dry = [cell for line in lines for cell in line.get("ran_dry", [])]
    assert sorted(dry) == ["small:1", "small:2"]
    assert caplog.text.count("ran dry") == len([line for line in lines if "ran_dry" in line])
    counts = lines[-1]["duplicates"]["small"]
    assert counts["problems"] == 96 and counts["exact"] >= 92


def test_a_cell_with_nothing_to_train_on_gives_way_to_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    held_out = next(n for n in range(200) if small_family(1).instance((n, 1)) and _held_out(n))
    empty = replace(ARITHMETIC, name="small", sample=lambda level, rng: (held_out, 1))
    monkeypatch.setattr(sampler, "family_named", lambda name: empty if name == "empty" else ARITHMETIC)
    monkeypatch.setattr(sampler, "_MAX_DRAWS", 200)
    mix = [{"family": "empty", "levels": [1]}, {"family": "arithmetic", "levels": [1]}]
    problems = ProblemSupply(config(mix=mix), 0, 0)
    made = problems.problems(0)
    assert [problem.family for problem in made] == ["arithmetic"] * 8 and made == problems.problems(0)
    assert caplog.text.count("empty at level 1 has no problem left") == 1
    with pytest.raises(ValueError, match="no problem is left to train on: empty at level 1"):
        ProblemSupply(config(mix=mix[:1]), 0, 0).problems(0)


def _held_out(number: int) -> bool:
    from tracemill.problems.family import split_of

    return split_of(small_family(1).instance((number, 1))) == "held_out"


GSM = (
    "Natalia sold clips to 48 of her friends in April, and then she sold half as many clips in May. "
    "How many clips did Natalia sell altogether in April and May?"
)


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        (GSM, True),
        ("Yesterday, Natalia sold clips to 48 of her friends in april! How many is that?", True),
        ("Natalia sold clips to 48 of her aunts, and 20 more in May. How many clips did she sell?", False),
        ("Calculate 3 * 4.", True),
        ("What's the derivative of sin(x)?", False),
        ("Compute 3 * 5.", False),
        ("Evaluate $\\dfrac{7}{3} - 1$", True),
        ("What is (7)/(3) − 1?", True),
        ("Simplify 12000 + 1", True),
        ("", False),
    ],
)
def test_what_matches_a_benchmark(text: str, matches: bool) -> None:
    benchmarks = Benchmarks([GSM, "What is $3 \\times 4$?", "Compute \\frac{7}{3}-1.", "What is 12,000+1?", "?"], 8)
    assert (benchmarks.match(text) is not None) == matches, benchmarks.match(text)


def test_benchmarks_are_read_from_files_and_datasets(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"question": "What is 3 + 4?", "answer": "7 it is"}) + '\n\n"5 + 5"\n')
    (tmp_path / "b.txt").write_text("6 + 6\n")
    assert Benchmarks([], 8).match("7 it is") is None
    read = read_benchmarks([str(tmp_path / "a.jsonl"), str(tmp_path / "b.txt")], 8)
    assert read.num_texts == 3 and all(read.match(text) for text in ("3 + 4", "5 + 5", "6+6"))
    assert read.match("7 it is") is None

    (tmp_path / "empty.jsonl").write_text('{"id": 3}\n')
    (tmp_path / "broken.jsonl").write_text('{"id": \n')
    for name, message in (
        ("empty.jsonl", "holds no text"),
        ("broken.jsonl", "line 1 is no JSON"),
        ("none.txt", "cannot"),
    ):
        with pytest.raises(ValueError, match=message):
            read_benchmarks([str(tmp_path / name)], 8)


def test_no_problem_of_a_benchmark_is_trained_on(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    plain = ProblemSupply(config(), 5, 0).problems(0)
    path = tmp_path / "benchmark.jsonl"
    path.write_text("".join(json.dumps({"problem": problem.prompt}) + "\n" for problem in plain[:3]))
    clean = ProblemSupply(config(decontaminate=[str(path)]), 5, 0)
    made = clean.problems(0)
    assert made[3:] == plain[3:]
    assert not {problem.instance for problem in plain[:3]} & {problem.instance for problem in made}
    assert "problems of arithmetic stand in a benchmark" in caplog.text
    with pytest.raises(ValueError, match="cannot be read"):
        supply.ProblemSupply(config(decontaminate=[str(tmp_path / "none.jsonl")]), 5, 0)
