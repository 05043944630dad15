"""`tracemill export` and `tracemill verify`, on a ledger made of worked and wrong solutions."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tracemill.configs.schema import SourceConfig, VerifierConfig
from tracemill.jobs.cli import main
from tracemill.problems.registry import family_named
from tracemill.problems.sources.load import source_family
from tracemill.problems.types import Problem
from tracemill.reward.types import Reward, Scored
from tracemill.rollout.types import Rollout
from tracemill.traces.ledger import Ledger
from tracemill.traces.types import Provenance, TraceRecord
from tracemill.verifiers.types import Verdict
from tracemill.verifiers.verifier import Verifier

FORMATS = ("sft", "prompt-completion", "preference", "unpaired", "rl", "raw")


def record(problem: Problem, text: str, verdict: Verdict, index: int) -> TraceRecord:
    rollout = Rollout(
        problem_id=problem.id,
        group_id=f"1/{problem.id}",
        index=index,
        prompt_ids=(1, 2),
        completion_ids=tuple(text.encode()),
        logprobs=(-0.1,) * len(text.encode()),
        text=text,
        finish_reason="stop",
        policy_version=3,
        seed=7,
    )
    reward = Reward(total=float(verdict.status == "correct"))
    return TraceRecord(
        step=1,
        scored=Scored(problem=problem, rollout=rollout, verdict=verdict, reward=reward),
        advantage=0.5,
        temperature=1.0,
        max_new_tokens=64,
        created_at=1.7e9,
        provenance=Provenance(run_id="made", config_hash="0" * 16, code_version="0"),
    )


def write_run(folder: Path, seeds: range) -> Path:
    verifier, family, records = Verifier(VerifierConfig()), family_named("arithmetic"), []
    for seed in seeds:
        problem = family.problem(2, seed)
        texts = [family.solution(2, seed), "So it is " + family.wrong_responses(2, seed)[0][1]]
        verdicts = verifier.judge_all([(problem.reference, text) for text in texts])
        records += [record(problem, text, v, n) for n, (text, v) in enumerate(zip(texts, verdicts, strict=True))]
    verifier.close()
    Ledger(folder / "traces").write(1, records)
    return folder


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("runs")
    return [str(write_run(folder / name, seeds)) for name, seeds in (("a", range(30)), ("b", range(20, 50)))]


def test_the_funnel_is_printed_and_the_dataset_verified(
    runs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "data"
    assert main(["export", *runs, "--out", str(out), "--set", "export.test_share=0.2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    counts = [int(line.split()[0].replace(",", "")) for line in lines]
    left, repeats = counts[-2:]
    assert counts[0] == 120 and sum(counts[:-2]) == left
    assert repeats and lines[-1].endswith("of them repeat another; --set export.drop_duplicates=true leaves them out")
    assert sorted(path.name.partition("-")[0] for path in (out / "data").iterdir()) == ["test", "train"]

    assert main(["verify", str(out)]) == 0
    shown = capsys.readouterr().out
    assert f"{left} rows" in shown and shown.endswith("all as claimed\n")

    path = next((out / "data").glob("train-*"))
    table = pq.read_table(path)
    rows = table.to_pylist()
    rows[1]["messages"][1]["content"] = "\\boxed{123456}"
    pq.write_table(type(table).from_pylist(rows, schema=table.schema), path)
    assert main(["verify", str(out)]) == 1
    shown = capsys.readouterr().out
    assert f"  train 1  {rows[1]['problem_id']}  verdict: correct is wrong" in shown
    assert f"  train 1  {rows[1]['problem_id']}  digest: " in shown
    assert shown.endswith("NOT all as claimed\n")
    assert main(["verify", str(out), "--sample", "1", "--show", "0", "--no-second-opinion"]) in (0, 1)
    assert "\n1 rows, 1 answers judged again" in capsys.readouterr().out


def test_a_second_judges_disagreement_is_shown_with_both_reasons_and_fails_only_where_that_is_asked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Math-Verify rounds to six decimals; to the first judge 7.50000001 is not 7.5."""
    made_here = (family_named("decimals").problem(2, seed) for seed in range(99))
    problem = next(p for p in made_here if p.split == "train" and "." in getattr(p.reference, "answer", ""))
    answer = getattr(problem.reference, "answer", "")
    texts = [f"It is \\boxed{{{answer}}}", f"It is nearly \\boxed{{{answer}0000001}}"]
    verifier = Verifier(VerifierConfig())
    verdicts = verifier.judge_all([(problem.reference, text) for text in texts])
    verifier.close()
    made = [record(problem, text, v, index) for index, (text, v) in enumerate(zip(texts, verdicts, strict=True))]
    Ledger(tmp_path / "run/traces").write(1, made)
    out = str(tmp_path / "data")
    assert main(["export", str(tmp_path / "run"), "--out", out, "--format", "unpaired"]) == 0
    capsys.readouterr()
    assert main(["verify", out]) == 0
    shown = capsys.readouterr().out
    assert "\nmath-verify             1        1\n" in shown and shown.endswith("all as claimed\n")
    (line,) = [line for line in shown.splitlines() if "  second: " in line]
    assert f"wrong (read as {answer}0000001, not {answer}) is right to math-verify (" in line
    assert main(["verify", out, "--strict"]) == 1
    assert main(["verify", out, "--strict", "--no-second-opinion"]) == 0
    assert "math-verify" not in capsys.readouterr().out.rpartition("rows/s")[0].rpartition("rows/s")[2]


def test_problems_from_elsewhere_are_built_again_by_what_the_export_says_of_them(tmp_path: Path) -> None:
    rows = [{"question": f"What is {n} + {n}?", "answer": str(2 * n)} for n in range(30)]
    (tmp_path / "sums.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    source = SourceConfig(name="my_sums", rows=str(tmp_path / "sums.jsonl"))
    verifier, records = Verifier(VerifierConfig()), []
    for seed in range(12):
        problem = source_family(source).problem(1, seed)
        text = f"Twice that. \\boxed{{{getattr(problem.reference, 'answer', '')}}}"
        records.append(record(problem, text, verifier.judge(problem.reference, text), 0))
    verifier.close()
    Ledger(tmp_path / "run/traces").write(1, records)
    config = {"config": {"problems": {"sources": [source.model_dump(mode="json")]}}}
    (tmp_path / "run/config.json").write_text(json.dumps(config))
    assert main(["export", str(tmp_path / "run"), "--out", str(tmp_path / "data")]) == 0
    assert main(["verify", str(tmp_path / "data"), "--no-second-opinion"]) == 0


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_by_flag(runs: list[str], tmp_path: Path, name: str) -> None:
    out = tmp_path / "out"
    assert main(["export", runs[0], "--out", str(out), "--format", name]) == 0
    assert json.loads((out / "tracemill.json").read_text())["config"]["format"] == name


def test_a_config_file_and_what_overrides_it(runs: list[str], tmp_path: Path) -> None:
    file, out = tmp_path / "mine.toml", tmp_path / "out"
    file.write_text('[export]\nformat = "raw"\ntest_share = 0.5\nmax_tokens = 1000\n')
    options = ["--config", str(file), "--set", "export.test_share=0.0", "--format", "unpaired"]
    assert main(["export", runs[0], "--out", str(out), *options]) == 0
    config = json.loads((out / "tracemill.json").read_text())["config"]
    assert (config["format"], config["test_share"], config["max_tokens"]) == ("unpaired", 0.0, 1000)


def test_a_quota_of_a_family_without_traces_is_named(
    runs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        '[export]\nformat = "raw"\nquotas = [{family = "arithmetc", rows = 1}, {family = "arithmetic", rows = 10000},'
        ' {family = "*", rows = 10000}]\n'
    )
    assert main(["export", runs[0], "--out", str(tmp_path / "out"), "--config", str(file)]) == 0
    said = [line for line in capsys.readouterr().out.splitlines() if "export.quotas" in line]
    assert said == ["            no trace is of the family 'arithmetc' that export.quotas names"]


@pytest.mark.parametrize(
    ("options", "code", "said"),
    [
        (["--format", "stf"], 2, "config key 'export.format' is 'stf': Input should be 'sft'"),
        (
            ["--set", "export.max_token=3"],
            2,
            "unknown config key 'export.max_token'; did you mean",
        ),
        (["--set", "export.pass_rate=[0.9, 0.1]"], 2, "export.pass_rate is [0.9, 0.1]; the lower end comes first"),
        (["--config", "nowhere.toml"], 2, "no config file 'nowhere.toml'"),
        (["--set", "export.min_tokens=100000"], 1, "none of 60 traces is left to export"),
        (["--out", "/dev/null/data"], 1, "no folder can be made in /dev/null (Not a directory); choose another --out"),
    ],
)
def test_a_mistake_in_an_export_is_one_line(
    runs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], code: int, said: str
) -> None:
    assert main(["export", runs[0], "--out", str(tmp_path / "out"), *options]) == code
    error = capsys.readouterr().err
    assert error.startswith(f"tracemill: {said}") and error.count("\n") == 1


def test_what_cannot_be_pushed_is_one_line_and_the_dataset_stays(
    runs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    out = tmp_path / "out"
    assert main(["export", runs[0], "--out", str(out), "--push", "someone/dataset"]) == 1
    error = capsys.readouterr().err
    assert error.startswith("tracemill: someone/dataset could not be pushed: ") and str(out) in error
    assert error.count("\n") == 1 and (out / "tracemill.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["./nowhere"], 1, "no folder './nowhere'; give an export's folder, or a dataset of the hub (user/name)"),
        (["."], 1, "is no export of tracemill's; it has no tracemill.json"),
        ([".", "--sample", "0"], 2, "--sample is 0; at least 1 row is checked"),
        ([".", "--show", "-1"], 2, "--show is -1; 0 prints none of the rows that differ"),
        ([".", "--set", "verifier.extraction=strct"], 2, "config key 'verifier.extraction' is 'strct'"),
    ],
)
def test_a_mistake_in_a_proof_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    arguments: list[str], code: int, said: str,
) -> None:  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert main(["verify", *arguments]) == code
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
