import json
from datetime import UTC, datetime
from random import Random

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tracemill.configs.schema import ExportConfig, VerifierConfig
from tracemill.problems.registry import build, family_named
from tracemill.traces.digests import row_digests
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger
from tracemill.traces.manifest import MANIFEST
from tracemill.traces.proof import Opinion, verify
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


def changed(value, rng):
    """Another value of the same type: one character, one digit, one more, the other way round."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, list) and value and isinstance(value[0], dict):
        turn = rng.randrange(len(value))
        new = {**value[turn], "content": changed(value[turn]["content"], rng)}
        return [*value[:turn], new, *value[turn + 1 :]]
    if isinstance(value, list):
        return [*value, value[0]] if value else ["exits"]
    if isinstance(value, str) and value:
        place = rng.choice([at for at, char in enumerate(value) if char.isdigit()] or range(len(value)))
        return value[:place] + ("8" if value[place] == "3" else "3") + value[place + 1 :]
    return datetime(2001, 1, 1, tzinfo=UTC) if isinstance(value, datetime) else "3"


def rewritten(folder, change_rows, *, honest_digest):
    path = next((folder / "data").glob("train-*.parquet"))
    table = pq.read_table(path)
    rows = table.to_pylist()
    places = change_rows(rows)
    made = pa.Table.from_pylist(rows, schema=table.schema)
    if honest_digest:
        made = made.set_column(made.column_names.index("digest"), "digest", pa.array(row_digests(made)))
    pq.write_table(made, path)
    return places


FORMATS = ["sft", "prompt-completion", "preference", "unpaired", "rl", "raw"]


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", FORMATS)
def test_one_change_in_any_column_of_any_row_is_found_and_nothing_else(dataset, judge, name, seed):
    """A different row for every column, all in one dataset."""
    rng = Random(f"{name} {seed}")

    def change(rows):
        columns = sorted(set(rows[0]) - {"policy_versions"})  # of which there are none
        places = rng.choices(range(len(rows)), k=len(columns))
        for column, place in zip(columns, places, strict=True):
            rows[place][column] = changed(rows[place][column], rng)
        return set(places)

    folder = dataset(name)
    places = rewritten(folder, change, honest_digest=False)
    proof = verify(folder, build, judge)
    assert {(one.split, one.row) for one in proof.differences if one.check == "digest"} == {
        ("train", p) for p in places
    }
    assert {(one.split, one.row) for one in proof.differences} == {("train", place) for place in places}


def swap_answers(row, other):
    for name in ("messages", "completion", "chosen"):
        if name in row and isinstance(row[name], list):
            row[name] = [*row[name][:-1], other[name][-1]]
        elif name in row:
            row[name] = other[name]


def change_prompt(row, other):
    for name in ("messages", "prompt"):
        if name in row:
            row[name] = [other[name][0], *row[name][1:]] if isinstance(row[name], list) else other[name]


def change_id(row, other):
    head, _, seed = row["problem_id"].rpartition(":")
    row["problem_id"] = f"{head}:{int(seed) + 1}"


FORGERIES = {
    "answer": swap_answers,
    "prompt": change_prompt,
    "problem_id": change_id,
    "verdict": lambda row, other: row.update(verdict="wrong" if row["verdict"] == "correct" else "correct"),
    "reference": lambda row, other: row.update(reference=other["reference"]),
    "instance": lambda row, other: row.update(instance=other["instance"]),
    "level": lambda row, other: row.update(level=row["level"] + 1),
    "family": lambda row, other: row.update(family="gcd"),
    "kind": lambda row, other: row.update(kind="math" if row["kind"] == "code" else "code"),
}


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("name", FORMATS)
def test_forged_rows_with_honest_digests_are_found_all_of_them(dataset, judge, name, seed):
    rng = Random(f"{name} {seed}")

    def forge(rows):
        kinds = [kind for kind in FORGERIES if name != "rl" or kind not in ("answer", "verdict")]
        places = rng.sample(range(len(rows)), len(kinds))
        olds = [dict(row) for row in rows]
        for kind, place in zip(kinds, places, strict=True):
            others = [row for row in olds if row["reference"] != olds[place]["reference"]]
            same_kind = [row for row in others if row.get("verdict") == olds[place].get("verdict") == "correct"]
            FORGERIES[kind](rows[place], rng.choice(same_kind or others))
        return {("train", place): kind for kind, place in zip(kinds, places, strict=True) if rows[place] != olds[place]}

    folder = dataset(name)
    forged = rewritten(folder, forge, honest_digest=True)
    proof = verify(folder, build, judge)
    found = {(one.split, one.row) for one in proof.differences}
    missed = [kind for place, kind in forged.items() if place not in found]
    assert proof.failed["digest"] == 0 and len(forged) >= 7
    # A wrong answer in place of another wrong one is no forgery: the row still says what is so.
    assert missed == [] or (missed == ["answer"] and name in ("unpaired", "raw"))
    assert found <= forged.keys()


def test_a_row_without_a_text_or_a_column_is_found(dataset, judge):
    folder = dataset("sft")
    tampered(folder, lambda row: row.update(messages=[]))
    assert verify(folder, build, judge).failed["columns"] == 1
    path = next((folder / "data").glob("train-*.parquet"))
    table = pq.read_table(path)
    pq.write_table(table.drop_columns(["verdict"]), path)
    assert verify(folder, build, judge).failed["columns"] == table.num_rows


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

    def second(pairs):
        rights = [None if "\\boxed{1" in text else "7" not in text for _, text in pairs]
        return [Opinion(judge="by sevens", right=right, says=f"so {right}") for right in rights]

    proof = verify(folder, build, judge, second)
    differing = [one for one in proof.differences if one.check == "second"]
    assert proof.holds and 0 < len(differing) == proof.failed["second"] == proof.disagreed["by sevens"]
    assert proof.agreed["by sevens"] > 0 and proof.no_opinion["so None"] > 0
    assert proof.asked_second + sum(proof.no_opinion.values()) == proof.answers
    assert differing[0].claimed.startswith("correct (") and differing[0].found == "wrong to by sevens (so False)"
    some = verify(folder, build, judge, second, second_sample=9)
    assert some.rows == proof.rows and some.asked_second + sum(some.no_opinion.values()) == 9


def test_a_folder_that_is_none_of_ours_is_named(tmp_path, judge):
    with pytest.raises(ValueError, match="is no export of tracemill's"):
        verify(tmp_path, build, judge)


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("families", "abc", "is damaged: families: "),
        ("families", [{"name": "mine"}], r"is damaged: families.0: .*needs either rows or reasoning_gym"),
        ("splits", 5, "is damaged: splits: "),
        ("splits", {"train": "many"}, "is damaged: splits.train: "),
        ("templates", 3, "is damaged: templates: "),
        ("config", [], "is damaged: config: "),
        ("tracemill_export", 99, "is of exports of version 99; this tracemill reads 1"),
    ],
)
def test_a_damaged_manifest_is_one_line(dataset, judge, key, value, said):
    folder = dataset("sft")
    path = folder / MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | {key: value}))
    with pytest.raises(ValueError, match=said) as caught:
        verify(folder, build, judge)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)
