import json
from dataclasses import replace
from hashlib import sha256

import pyarrow.parquet as pq
import pytest

from tracemill.configs.schema import ExportConfig
from tracemill.problems.registry import build
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger

CONFIG = ExportConfig(test_share=0.25, drop_duplicates=True)


@pytest.fixture
def run(tmp_path, make_step):
    """Three steps of 30 problems, a right and a wrong solution each; step 3 repeats ten of step 1's."""
    ledger = Ledger(tmp_path / "run" / "traces")
    ledger.write(1, make_step(1, range(30)))
    ledger.write(2, make_step(2, range(30, 60)))
    ledger.write(3, make_step(3, range(10)))
    return tmp_path / "run"


def rows_of(out):
    return [row for path in sorted((out / "data").iterdir()) for row in pq.read_table(path).to_pylist()]


def digests(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in files}


def test_only_correct_unique_training_traces_leave(run, tmp_path):
    summary = export([run], tmp_path / "out", CONFIG)
    rows = rows_of(tmp_path / "out")
    ids = [row["problem_id"] for row in rows]
    expected = {f"arithmetic@1:2:{seed}" for seed in range(60) if build(f"arithmetic@1:2:{seed}").split == "train"}
    assert set(ids) == expected and len(ids) == len(expected) < 60
    for row in rows:
        problem = build(row["problem_id"])
        user, assistant = row["messages"]
        assert user == {"role": "user", "content": problem.prompt}
        assert assistant["role"] == "assistant" and f"\\boxed{{{problem.reference.answer}}}" in assistant["content"]
        assert json.loads(row["reference"])["answer"] == problem.reference.answer
        assert row["num_tokens"] == len(assistant["content"]) and row["source"] == "test-run"
    assert summary.rows == len(rows) == sum(summary.splits.values()) and summary.total == 140


def test_the_funnel_adds_up(run, tmp_path):
    summary = export([run], tmp_path / "out", CONFIG)
    left = summary.total
    for stage in summary.funnel:
        left -= stage.dropped
        assert stage.left == left
    assert left == summary.rows
    dropped = {stage.name: stage.dropped for stage in summary.funnel}
    held_out = sum(build(f"arithmetic@1:2:{seed}").split == "held_out" for seed in [*range(60), *range(10)])
    assert dropped["held_out"] == 2 * held_out and dropped["verdict"] == 70 - held_out
    assert dropped["duplicate"] == 10 - sum(build(f"arithmetic@1:2:{seed}").split == "held_out" for seed in range(10))


def test_repeats_stay_unless_they_are_dropped_and_are_counted(run, tmp_path):
    """As often as the policy gave them: students learn more from that. Pairs are made of distinct solutions."""
    once = export([run], tmp_path / "once", CONFIG)
    assert once.repeats == 0
    summary = export([run], tmp_path / "out", CONFIG.model_copy(update={"drop_duplicates": None}))
    rows = [(row["problem_id"], row["messages"][1]["content"]) for row in rows_of(tmp_path / "out")]
    assert len(rows) == summary.rows and len(set(rows)) == once.rows
    assert summary.repeats == len(rows) - len(set(rows)) > 0
    assert f"{summary.repeats} rows repeat another" in (tmp_path / "out/README.md").read_text()
    for format in ("preference", "unpaired"):
        other = export([run], tmp_path / format, ExportConfig(format=format, drop_flagged=False))
        assert other.repeats == 0 and "duplicate" in [stage.name for stage in other.funnel]


def test_no_problem_is_on_both_sides_and_a_side_is_kept_in_the_next_export(run, tmp_path, make_step):
    export([run], tmp_path / "out", CONFIG)
    sides = {
        split: {row["problem_id"] for row in rows_of_split(tmp_path / "out", split)} for split in ("train", "test")
    }
    assert sides["train"] and sides["test"] and not sides["train"] & sides["test"]
    Ledger(run / "traces").write(4, make_step(4, range(60, 90)))
    export([run], tmp_path / "more", CONFIG)
    assert sides["test"] < {row["problem_id"] for row in rows_of_split(tmp_path / "more", "test")}


def rows_of_split(out, split):
    return [row for path in sorted((out / "data").glob(f"{split}-*")) for row in pq.read_table(path).to_pylist()]


def test_at_most_so_many_of_one_problem(tmp_path, make_record):
    problem = next(p for p in (build(f"arithmetic@1:1:{seed}") for seed in range(20)) if p.split == "train")
    records = [make_record(problem, f"way {n}: \\boxed{{1}}", correct=True, index=n) for n in range(9)]
    Ledger(tmp_path / "run/traces").write(1, records)
    summary = export([tmp_path / "run"], tmp_path / "out", ExportConfig(max_per_problem=4))
    assert summary.rows == 4 and summary.funnel[-1].dropped == 5


def test_two_runs_are_one_dataset_without_duplicates(run, tmp_path, make_step):
    Ledger(tmp_path / "other/traces").write(1, make_step(1, range(50, 70)))
    rows = export([run, tmp_path / "other"], tmp_path / "out", CONFIG).rows
    assert rows == sum(build(f"arithmetic@1:2:{seed}").split == "train" for seed in range(70))


def test_a_run_named_twice_is_refused(run, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(run)
    for again in (run, link, run / ".." / run.name):
        with pytest.raises(ValueError, match=f"^{again} is named twice; name each run once$"):
            export([run, again], tmp_path / "out", CONFIG)
    assert not (tmp_path / "out").exists()


def test_shards_hold_what_they_say(run, tmp_path):
    whole = export([run], tmp_path / "whole", CONFIG)
    export([run], tmp_path / "out", CONFIG.model_copy(update={"rows_per_shard": 7}))
    names = [path.name for path in sorted((tmp_path / "out/data").glob("train-*"))]
    count = -(-whole.splits["train"] // 7)
    assert names == [f"train-{n:05d}-of-{count:05d}.parquet" for n in range(count)]
    sizes = [pq.ParquetFile(path).metadata.num_rows for path in sorted((tmp_path / "out/data").glob("train-*"))]
    assert set(sizes[:-1]) == {7} and sum(sizes) == whole.splits["train"]
    assert rows_of_split(tmp_path / "out", "train") == rows_of_split(tmp_path / "whole", "train")


def test_the_same_inputs_give_the_same_bytes(run, tmp_path):
    export([run], tmp_path / "a/out", CONFIG)
    export([run], tmp_path / "b/out", CONFIG)
    assert digests(tmp_path / "a/out") == digests(tmp_path / "b/out")


def test_load_dataset_reads_it_offline(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    import datasets

    summary = export([run], tmp_path / "out", CONFIG)
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert {split: len(rows) for split, rows in loaded.items()} == summary.splits
    assert loaded["train"][0] == rows_of_split(tmp_path / "out", "train")[0]


def test_the_card_counts_what_is_there(run, tmp_path):
    summary = export([run], tmp_path / "out", CONFIG)
    text = (tmp_path / "out/README.md").read_text()
    assert f"{summary.rows:,} solutions" in text and f"{summary.num_tokens:,} tokens" in text
    rollouts = summary.funnel[0].left
    assert f"| arithmetic | 2 | {rollouts} | 50.0% | {summary.rows} |" in text
    assert "sampled from a language model" in text and "- `messages`: " in text and "`chosen`" not in text
    for stage in summary.funnel:
        assert f"| `{stage.name}`: {stage.says} | {stage.dropped:,} | {stage.left:,} |" in text


def test_our_own_folder_is_replaced_and_a_strange_one_refused(run, tmp_path):
    out = tmp_path / "out"
    export([run], out, CONFIG)
    export([run], out, CONFIG.model_copy(update={"test_share": 0.0}))
    assert not list((out / "data").glob("test-*"))
    (tmp_path / "strange").mkdir()
    (tmp_path / "strange/thesis.tex").write_text("years of work")
    with pytest.raises(ValueError, match="strange exists and is no export of tracemill's"):
        export([run], tmp_path / "strange", CONFIG)
    (tmp_path / "file").write_text("x")
    with pytest.raises(ValueError, match="no export of tracemill's"):
        export([run], tmp_path / "file", CONFIG)
    assert (tmp_path / "strange/thesis.tex").read_text() == "years of work"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "out", "run", "strange"]


def test_nothing_to_export_says_why(tmp_path, make_step):
    with pytest.raises(ValueError, match="holds no traces"):
        export([tmp_path / "nowhere"], tmp_path / "out", CONFIG)
    wrong = [record for record in make_step(1, range(20)) if record.scored.verdict.status == "wrong"]
    Ledger(tmp_path / "run/traces").write(1, [replace(record, advantage=None) for record in wrong])
    with pytest.raises(ValueError, match=r"none of 20 traces is left to export \(\d+ by held_out, \d+ by verdict\)"):
        export([tmp_path / "run"], tmp_path / "out", CONFIG)
    assert not (tmp_path / "out").exists()
