"""Runs that go on while they are exported: what was there at the beginning leaves, or nothing does."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from tracemill.configs.schema import ExportConfig
from tracemill.traces import export as module
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger

CONFIG = ExportConfig(test_share=0.25, drop_flagged=False)


@pytest.fixture
def runs(tmp_path, make_step):
    """Two of three steps; what is right in one file is not all that is right in the next."""
    made = [tmp_path / "a", tmp_path / "b"]
    for number, run in enumerate(made):
        ledger = Ledger(run / "traces")
        for step in range(3):
            first = 100 * number + 20 * step
            ledger.write(step, make_step(step, range(first, first + 10 + step)))
    return made


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], object]], None]:
    """Does it between the choice of rows and their reading."""

    def do(it: Callable[[], object]) -> None:
        plan = module.plan

        def planned(*args):
            chosen = plan(*args)
            it()
            return chosen

        monkeypatch.setattr(module, "plan", planned)

    return do


def contents(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_step_that_comes_meanwhile_is_left_to_the_next_export(runs, tmp_path, make_step, meanwhile):
    before = export(runs, tmp_path / "before/out", CONFIG)
    meanwhile(lambda: Ledger(runs[0] / "traces").write(3, make_step(3, range(60, 90))))
    export(runs, tmp_path / "out", CONFIG)
    assert contents(tmp_path / "out") == contents(tmp_path / "before/out")
    assert export(runs, tmp_path / "out", CONFIG).rows > before.rows


def test_an_older_file_that_comes_meanwhile_shifts_nothing(runs, tmp_path, make_step, meanwhile):
    export(runs, tmp_path / "before/out", CONFIG)
    traces = runs[0] / "traces"
    meanwhile(lambda: (traces / "step-000000.earlier-1.parquet").write_bytes(bytes_of(tmp_path, make_step(0, [95]))))
    export(runs, tmp_path / "out", CONFIG)
    assert contents(tmp_path / "out") == contents(tmp_path / "before/out")


def bytes_of(folder, records):
    return Ledger(folder / "other").write(0, records).read_bytes()


@pytest.mark.parametrize("left", ["some", "none"])
def test_rows_taken_out_of_a_file_meanwhile_end_the_export_with_a_line(runs, tmp_path, make_step, meanwhile, left):
    """A resumed run writes step 0 again, with rollouts that stood in step 2."""
    records = make_step(2, range(40, 52))
    again = [replace(record, step=0) for record in (records if left == "none" else records[:4])]
    write = iter([lambda: Ledger(runs[0] / "traces").write(0, again)])
    meanwhile(lambda: [one() for one in write])  # once
    said = r"a/traces/step-00000\d.parquet was written again or taken away while it was exported; export again$"
    with pytest.raises(ValueError, match=said):
        export(runs, tmp_path / "out", CONFIG)
    assert not (tmp_path / "out").exists()
    export(runs, tmp_path / "out", CONFIG)
    export(runs, tmp_path / "afresh/out", CONFIG)
    assert contents(tmp_path / "out") == contents(tmp_path / "afresh/out")


def test_a_file_that_is_gone_when_it_is_read_ends_the_export_with_the_same_line(runs, tmp_path, meanwhile):
    (runs[0] / "traces/step-000002.parquet").rename(runs[0] / "traces/step-000001.earlier-1.parquet")
    meanwhile((runs[0] / "traces/step-000001.earlier-1.parquet").unlink)
    with pytest.raises(ValueError, match=r"earlier-1.parquet was written again or taken away .*; export again$"):
        export(runs, tmp_path / "out", CONFIG)
