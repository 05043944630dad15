import subprocess
import sys
import textwrap
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from tracemill.traces.ledger import Ledger
from tracemill.traces.schema import from_row


def renewed(record, text):
    """The same place in the same group, sampled again."""
    rollout = replace(
        record.scored.rollout, text=text, completion_ids=tuple(map(ord, text)), logprobs=(-0.5,) * len(text)
    )
    return replace(record, scored=replace(record.scored, rollout=rollout))


def rollouts(ledger):
    return [(row["group_id"], row["index"], row["completion"]) for row in ledger.read().to_pylist()]


def test_what_was_written_is_read(tmp_path, make_step):
    ledger = Ledger(tmp_path / "traces")
    assert (ledger.steps(), ledger.count(), ledger.read().num_rows) == ([], 0, 0)
    path = ledger.write(12, make_step(12, range(3)))
    ledger.write(2, make_step(2, range(3, 5)))
    assert path.name == "step-000012.parquet"
    assert (ledger.steps(), ledger.count()) == ([2, 12], 10)
    table = ledger.read(["step", "completion"], steps=[12])
    assert table.column_names == ["step", "completion"] and table["step"].to_pylist() == [12] * 6
    texts = [from_row(row).scored.rollout.text for row in ledger.read(steps=[12]).to_pylist()]
    assert texts == [record.scored.rollout.text for record in make_step(12, range(3))]
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_logprobs_are_left_out_on_demand_and_never_decide_what_is_the_same(tmp_path, make_step):
    records = make_step(1, range(2))
    Ledger(tmp_path, logprobs=False).write(1, records)
    (row, *_) = Ledger(tmp_path).read().to_pylist()
    assert row["logprobs"] is None and from_row(row).scored.rollout.logprobs == ()
    Ledger(tmp_path).write(1, records)
    assert Ledger(tmp_path).count() == 4


def test_a_record_of_another_step_is_refused(tmp_path, make_step):
    with pytest.raises(ValueError, match="step 3 was given records of step 2"):
        Ledger(tmp_path).write(3, make_step(2, range(1)))


def test_the_same_rollouts_leave_the_file_untouched(tmp_path, make_step):
    records = make_step(1, range(3))
    path = Ledger(tmp_path).write(1, records)
    before = (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes())
    later = [replace(record, created_at=record.created_at + 99) for record in reversed(records)]
    Ledger(tmp_path).write(1, later)
    assert (path.stat().st_ino, path.stat().st_mtime_ns, path.read_bytes()) == before
    assert [file.name for file in tmp_path.iterdir()] == [path.name]


def test_other_rollouts_keep_the_older_file_beside(tmp_path, make_step):
    ledger = Ledger(tmp_path)
    first, second, third = make_step(1, range(1)), make_step(1, range(1, 2)), make_step(1, range(2, 3))
    for records in (first, second, third):
        ledger.write(1, records)
    names = ["step-000001.earlier-1.parquet", "step-000001.earlier-2.parquet", "step-000001.parquet"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names
    assert ledger.steps() == [1] and ledger.count() == 6
    assert ledger.read()["problem_id"].to_pylist()[:2] == [record.scored.problem.id for record in third]


def test_a_rollout_is_in_the_ledger_once_whatever_a_resume_did(tmp_path, make_step):
    ledger = Ledger(tmp_path)
    step_5, step_6 = make_step(5, range(4)), make_step(6, range(4, 6))
    ledger.write(5, step_5)
    ledger.write(6, step_6)
    # The resumed run admits groups in another order: half of step 6 comes with step 5, half of step 5 with step 6.
    moved_5 = step_5[:4] + [replace(record, step=5) for record in step_6[:2]]
    moved_6 = [replace(record, step=6) for record in step_5[4:]] + [renewed(step_6[2], "again")]
    ledger.write(5, moved_5)
    ledger.write(6, moved_6)
    found = rollouts(ledger)
    everything = [*step_5, *step_6, moved_6[-1]]
    assert len(found) == len(set(found))
    assert set(found) == {
        (record.scored.rollout.group_id, record.scored.rollout.index, record.scored.rollout.text)
        for record in everything
    }


def test_a_killed_write_leaves_nothing_that_is_read_and_is_swept_by_the_next(tmp_path, make_step):
    ledger = Ledger(tmp_path)
    ledger.write(1, make_step(1, range(1)))
    left = tmp_path / ".writing-step-000002.parquet"
    left.write_bytes(b"PAR1 half of a file")
    reader = Ledger(tmp_path)
    assert reader.steps() == [1] and reader.count() == 2
    assert left.exists()  # a reader takes nothing away from a writer that may be alive
    Ledger(tmp_path).write(3, make_step(3, range(1)))
    assert not left.exists()


def test_kill_minus_nine_at_any_moment_leaves_whole_files(tmp_path):
    """A writer is killed again and again; every file that is there can be read whole."""
    writer = tmp_path / "writer.py"
    writer.write_text(
        textwrap.dedent(
            f"""
            import importlib.util, itertools, sys
            spec = importlib.util.spec_from_file_location("records", {str(Path(__file__).parent / "conftest.py")!r})
            records = importlib.util.module_from_spec(spec); spec.loader.exec_module(records)
            from tracemill.problems.registry import family_named
            from tracemill.traces.ledger import Ledger
            problem = family_named("arithmetic").problem(1, 1)
            ledger = Ledger({str(tmp_path / "traces")!r})
            for step in itertools.count(len(ledger.steps())):
                ledger.write(
                    step, [records.record(problem, "x" * 50, correct=True, step=step, index=i) for i in range(200)]
                )
                print(step, flush=True)
            """
        )
    )
    for lines in (1, 4, 9):
        with subprocess.Popen([sys.executable, writer], stdout=subprocess.PIPE, text=True, cwd=tmp_path) as process:
            for _ in range(lines):
                assert process.stdout is not None and process.stdout.readline()
            process.kill()
    ledger = Ledger(tmp_path / "traces")
    steps = ledger.steps()
    assert steps == list(range(len(steps))) and len(steps) >= 14
    assert ledger.read().num_rows == ledger.count() == 200 * len(steps)


def test_a_full_disk_is_one_clear_line_and_leaves_no_partial_file(tmp_path, in_small_disk):
    result = in_small_disk(
        f"""
        import importlib.util, os, random
        spec = importlib.util.spec_from_file_location("records", {str(Path(__file__).parent / "conftest.py")!r})
        records = importlib.util.module_from_spec(spec); spec.loader.exec_module(records)
        from pathlib import Path
        from tracemill.problems.registry import family_named
        from tracemill.traces.disk import DiskFull
        from tracemill.traces.ledger import Ledger
        problem = family_named("arithmetic").problem(1, 1)
        ledger = Ledger(Path("small/traces"))
        rng = random.Random(0)
        for step in range(100):
            texts = ["".join(chr(rng.randrange(32, 127)) for _ in range(400)) for _ in range(20)]
            try:
                ledger.write(step, [records.record(problem, t, correct=True, step=step) for t in texts])
            except DiskFull as error:
                print(error)
                break
        print(ledger.count() == 20 * step and step > 0, len(os.listdir("small/traces")) == step)
        """,
        tmp_path,
    )
    line, outcome = result.stdout.splitlines()
    assert "no room for step-" in line and "free some space" in line
    assert outcome == "True True", result.stderr


def test_a_file_that_is_no_ledger_is_named(tmp_path):
    (tmp_path / "step-000001.parquet").write_bytes(b"not parquet at all")
    with pytest.raises(ValueError, match=r"step-000001\.parquet cannot be read as traces"):
        Ledger(tmp_path).read()
