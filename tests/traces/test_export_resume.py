"""An export is killed in the middle and goes on; what another one left is not taken for its own."""

import os
import signal
import subprocess
import sys
import textwrap

import pytest

from tracemill.configs.schema import ExportConfig
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger

CONFIG = ExportConfig(test_share=0.25, rows_per_shard=5, drop_flagged=False)


@pytest.fixture
def run(tmp_path, make_step):
    ledger = Ledger(tmp_path / "run" / "traces")
    for step in range(4):
        ledger.write(step, make_step(step, range(step * 25, step * 25 + 25)))
    return tmp_path / "run"


def contents(folder):
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def interrupted(run, out, shards, config=CONFIG):
    """Exports in another process, which stops dead when so many shards are written."""
    code = f"""
        import os, signal
        from pathlib import Path
        from tracemill.configs.schema import ExportConfig
        from tracemill.traces import shards
        from tracemill.traces.export import export
        finish = shards.SplitWriter._close_shard
        done = []
        def close(self):
            if len(done) == {shards}:
                os.kill(os.getpid(), signal.SIGKILL)
            finish(self)
            done.append(self)
        shards.SplitWriter._close_shard = close
        export([Path({str(run)!r})], Path({str(out)!r}), ExportConfig.model_validate_json({config.model_dump_json()!r}))
    """
    result = subprocess.run([sys.executable, "-c", textwrap.dedent(code)], cwd=run.parent, check=False)
    assert result.returncode == -signal.SIGKILL


@pytest.mark.parametrize("shards", [0, 1, 7, 15])
def test_it_goes_on_where_it_was_and_ends_in_the_same_bytes(run, tmp_path, shards):
    export([run], tmp_path / "whole/out", CONFIG)
    (tmp_path / "cut").mkdir()
    out = tmp_path / "cut/out"
    interrupted(run, out, shards)
    built = tmp_path / "cut/.out.building/data"
    before = {path.name: path.stat().st_ino for path in built.glob("t*.parquet")}
    assert len(before) == shards and not out.exists()
    export([run], out, CONFIG)
    after = {path.name: path.stat().st_ino for path in (out / "data").iterdir()}
    assert before.items() <= after.items()  # the same files, not written again
    assert contents(out) == contents(tmp_path / "whole/out")
    assert [path.name for path in (tmp_path / "cut").iterdir()] == ["out"]


@pytest.mark.parametrize("change", ["config", "ledger"])
def test_shards_of_other_inputs_are_thrown_away(run, tmp_path, make_step, change):
    (tmp_path / "cut").mkdir()
    interrupted(run, tmp_path / "cut/out", 3)
    config = CONFIG.model_copy(update={"test_share": 0.5}) if change == "config" else CONFIG
    if change == "ledger":
        Ledger(run / "traces").write(9, make_step(9, range(200, 210)))
    export([run], tmp_path / "cut/out", config)
    export([run], tmp_path / "whole/out", config)
    assert contents(tmp_path / "cut/out") == contents(tmp_path / "whole/out")


def test_two_exports_into_one_folder_do_not_mix(run, tmp_path):
    code = f"""
        import time
        from pathlib import Path
        from tracemill.traces.export import _held
        with _held(Path({str(tmp_path / ".out.building")!r})):
            print("held", flush=True)
            time.sleep(60)
    """
    other = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code)], cwd=tmp_path, stdout=subprocess.PIPE, text=True
    )
    try:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with pytest.raises(ValueError, match="another export is writing"):
            export([run], tmp_path / "out", CONFIG)
    finally:
        os.kill(other.pid, signal.SIGKILL)
        other.wait()
    assert export([run], tmp_path / "out", CONFIG).rows > 0


def test_a_full_disk_is_one_clear_line_and_nothing_half_done_is_in_the_way(run, tmp_path, in_small_disk):
    result = in_small_disk(
        f"""
        import os
        from pathlib import Path
        from tracemill.configs.schema import ExportConfig
        from tracemill.traces.disk import DiskFull
        from tracemill.traces.export import export
        config = ExportConfig(drop_flagged=False, rows_per_shard=20)
        Path("small/ballast").write_bytes(b"x" * 235_000)
        try:
            export([Path({str(run)!r})], Path("small/out"), config)
        except DiskFull as error:
            print(error)
        print(os.listdir("small"))
        os.remove("small/ballast")
        print(export([Path({str(run)!r})], Path("small/out"), config).rows, os.listdir("small"))
        """,
        tmp_path,
    )
    line, left, done = result.stdout.splitlines()
    assert line.startswith("no room for out in ") and "export again; it goes on where it was" in line
    assert "'out'" not in left and "'.out.building'" in left
    assert int(done.split()[0]) > 60 and "['out']" in done, result.stderr
