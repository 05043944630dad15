import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tracemill.configs.schema import ExportConfig, VerifierConfig
from tracemill.problems.registry import build, family_named
from tracemill.traces.digests import row_digests
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger
from tracemill.traces.proof import verify
from tracemill.verifiers.verifier import Verifier

FAMILIES = ["arithmetic", "fractions", "linear_equations", "predict_output"]


@pytest.fixture(scope="module")
def judge():
    verifier = Verifier(VerifierConfig())
    yield verifier.judge_all
    verifier.close()


@pytest.fixture
def dataset(tmp_path, make_record, judge):
    """(format) -> an export of real solutions and mistakes, judged by the real verifier."""
    from dataclasses import replace

    records = []
    for name in FAMILIES:
        family = family_named(name)
        for seed in range(12):
            problem = family.problem(2, seed)
            texts = [family.solution(2, seed), "Some work: 1. " + family.wrong_responses(2, seed)[0][1]]
            verdicts = judge([(problem.reference, text) for text in texts])
            for index, (text, verdict) in enumerate(zip(texts, verdicts, strict=True)):
                made = make_record(problem, text, correct=verdict.status == "correct", index=index)
                records.append(replace(made, scored=replace(made.scored, verdict=verdict)))
    Ledger(tmp_path / "run/traces").write(1, records)

    def of(name):
        export([tmp_path / "run"], tmp_path / name, ExportConfig(format=name, test_share=0.2))
        return tmp_path / name

    return of


def tampered(folder, change, *, honest_digest=False):
    """Changes one row of the training split, as `change(row)` says."""
    path = next((folder / "data").glob("train-*.parquet"))
    table = pq.read_table(path)
    rows = table.to_pylist()
    change(rows[1])
    made = pa.Table.from_pylist(rows, schema=table.schema)
    if honest_digest:
        made = made.set_column(made.column_names.index("digest"), "digest", pa.array(row_digests(made)))
    pq.write_table(made, path)


@pytest.mark.parametrize("name", ["sft", "prompt-completion", "preference", "unpaired", "rl", "raw"])
def test_an_export_of_every_format_holds(dataset, judge, name):
    folder = dataset(name)
    proof = verify(folder, build, judge)
    assert proof.holds and proof.differences == () and not any(proof.failed.values())
    rows = sum(pq.ParquetFile(path).metadata.num_rows for path in (folder / "data").iterdir())
    assert proof.rows == rows > 10
    assert proof.answers == {"preference": 2 * rows, "rl": 0}.get(name, rows)


def other_answer(row):
    row["messages"][1]["content"] = row["messages"][1]["content"].partition("\\boxed")[0] + "\\boxed{123456}"


def other_digit(row):
    text = row["messages"][1]["content"]
    digit = next(place for place, char in enumerate(text) if char.isdigit())
    row["messages"][1]["content"] = text[:digit] + str(9 - int(text[digit])) + text[digit + 1 :]


def other_reference(row):
    row["reference"] = json.dumps(json.loads(row["reference"]) | {"answer": "99"})


CHANGES = [
    (other_answer, {"verdict"}),
    (other_digit, set()),  # may be a step in the middle: only the digest knows
    (other_reference, {"columns"}),
    (lambda row: row.update(verdict="wrong"), {"verdict"}),
    (lambda row: row.update(level=7), {"columns"}),
    (lambda row: row.update(problem_id="arithmetic@1:2:999983"), {"columns", "prompt", "verdict"}),
    (lambda row: row.update(problem_id="no_such_family@1:1:1"), {"problem"}),
    (lambda row: row["messages"][0].update(content="What is 1 + 1?"), {"prompt"}),
    (lambda row: row.update(pass_rate=0.123), set()),
]


@pytest.mark.parametrize(("change", "checks"), CHANGES)
def test_whatever_is_changed_is_found(dataset, judge, change, checks):
    folder = dataset("sft")
    tampered(folder, change)
    proof = verify(folder, build, judge)
    found = {check for check, count in proof.failed.items() if count}
    assert not proof.holds and found == checks | {"digest"} | (found & {"held_out", "columns", "verdict"})
    assert {(one.split, one.row) for one in proof.differences} == {("train", 1)}


@pytest.mark.parametrize(("change", "checks"), [(change, checks) for change, checks in CHANGES if checks])
def test_a_forger_who_makes_the_digest_anew_is_found_by_the_judge(dataset, judge, change, checks):
    folder = dataset("sft")
    tampered(folder, change, honest_digest=True)
    failed = verify(folder, build, judge).failed
    assert failed["digest"] == 0 and all(failed[check] for check in checks)


def swapped(row):
    row["chosen"], row["rejected"] = row["rejected"], row["chosen"]
    row["verdict"], row["rejected_verdict"] = row["rejected_verdict"], row["verdict"]


@pytest.mark.parametrize(
    ("name", "change"), [("preference", swapped), ("unpaired", lambda row: row.update(label=not row["label"]))]
)
def test_a_wrong_solution_in_a_right_ones_place_is_found(dataset, judge, name, change):
    folder = dataset(name)
    tampered(folder, change, honest_digest=True)
    assert verify(folder, build, judge).failed["verdict"]


def test_a_row_that_is_gone_is_missed(dataset, judge):
    folder = dataset("sft")
    path = next((folder / "data").glob("train-*.parquet"))
    pq.write_table(pq.read_table(path).slice(1), path)
    proof = verify(folder, build, judge)
    assert proof.failed["rows"] == 1 and not proof.holds


def test_a_sample_checks_so_many_rows_and_counts_them_all(dataset, judge):
    folder = dataset("sft")
    whole = verify(folder, build, judge).rows
    some = verify(folder, build, judge, sample=7)
    assert some.holds and some.rows == some.answers == 7 < whole
    tampered(folder, other_answer)
    every = verify(folder, build, judge, sample=10**9)
    assert every.rows == whole and {(one.split, one.row) for one in every.differences} == {("train", 1)}
    path = next((folder / "data").glob("train-*.parquet"))
    pq.write_table(pq.read_table(path).slice(1), path)
    assert verify(folder, build, judge, sample=1).failed["rows"] == 1


def test_a_broken_file_is_one_line(dataset, judge):
    folder = dataset("sft")
    next((folder / "data").glob("train-*.parquet")).write_bytes(b"PAR1 and no more")
    with pytest.raises(ValueError, match="cannot be read: "):
        verify(folder, build, judge)


def test_a_second_opinion_is_counted_and_does_not_decide(dataset, judge):
    folder = dataset("sft")

    def second(reference, text):
        return None if "\\boxed{1" in text else not text.startswith("Trace")

    proof = verify(folder, build, judge, second)
    assert proof.holds and 0 < proof.asked_second < proof.answers
    assert proof.failed["second"] == sum(one.check == "second" for one in proof.differences)


def test_a_folder_that_is_none_of_ours_is_named(tmp_path, judge):
    with pytest.raises(ValueError, match="is no export of tracemill's"):
        verify(tmp_path, build, judge)
