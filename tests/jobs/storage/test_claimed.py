"""A run's folder with `run.storage`: what is said at the start and at the end, and where nothing is begun."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError, Interrupted
from tracemill.jobs.run_folder import RunFolder
from tracemill.jobs.storage.claimed import claimed


def config_of(storage: str, **run: Any) -> Config:
    config = load("demo.toml", [f"run.storage={storage}", "run.storage_timeout_s=20"])
    return config.model_copy(update={"run": config.run.model_copy(update={"name": "run", **run})})


@pytest.mark.parametrize(
    ("storage", "said"),
    [
        ("s3://no-such-bucket/runs", "run.storage is 's3://no-such-bucket/runs', which cannot be written"),
        ("s4://mill/runs", "run.storage: 's4://mill/runs/run' is no place to keep a run"),
        ("HERE", "which is where the run works; give another folder than run.dir"),
        ("HERE/run/inside", "which is where the run works; give another folder than run.dir"),
        ("/proc/none", "run.storage is '/proc/none', which cannot be written"),
    ],
)
def test_a_storage_that_cannot_be_ends_a_run_before_it_begins(
    s3_environment: dict[str, str], tmp_path: Path, storage: str, said: str
) -> None:
    config = config_of(storage.replace("HERE", str(tmp_path)))
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    with pytest.raises(CommandError) as error, claimed(config, folder, resume=False):
        pytest.fail("it began")
    assert said in str(error.value) and "\n" not in str(error.value)


def test_an_empty_folder_takes_up_the_stored_run_with_resume_alone(run, tmp_path: Path, same) -> None:
    config, folder = config_of(str(tmp_path / "kept")), RunFolder(run.folder)
    (run.folder / "config.json").unlink()
    with claimed(config, folder, resume=False):
        run.step(1)
    before = tmp_path / "before"
    shutil.copytree(run.folder, before)
    shutil.rmtree(run.folder)
    run.folder.mkdir()
    with (
        pytest.raises(CommandError, match=r"already holds this run; go on with --resume"),
        claimed(config, folder, resume=False),
    ):
        pytest.fail("it began")
    other = config.model_copy(update={"learner": config.learner.model_copy(update={"lr": 0.5})})
    with (
        pytest.raises(CommandError, match=r"holds a run of another config \(learner.lr is"),
        claimed(other, folder, resume=True),
    ):
        pytest.fail("it began")
    with claimed(config, folder, resume=True):
        assert same(run.folder, before)
        assert folder.newest_checkpoint().step == 1


def test_options_of_the_storage_stay_out_of_the_runs_folder(run, tmp_path: Path) -> None:
    (run.folder / "config.json").unlink()
    config = config_of(str(tmp_path / "kept"), storage_options={"auto_mkdir": True, "secret": "hush"})
    with claimed(config, RunFolder(run.folder), resume=False):
        pass
    assert "hush" not in (run.folder / "config.json").read_text()
    with claimed(config_of(str(tmp_path / "kept")), RunFolder(run.folder), resume=True):
        pass  # and decide nothing


def test_what_is_not_stored_at_the_end_is_said_beside_what_ended_the_run(
    troubled: type, run, capsys: pytest.CaptureFixture[str]
) -> None:
    (run.folder / "config.json").unlink()

    def refuse_checkpoints(operation: str, path: str) -> None:
        if "checkpoints" in path:
            raise PermissionError("quota exceeded")

    troubled.before = staticmethod(refuse_checkpoints)
    config, folder = config_of("troubled://kept"), RunFolder(run.folder)
    with pytest.raises(Interrupted, match="stopped"), claimed(config, folder, resume=True):
        run.step(1)
        raise Interrupted("stopped after step 1")
    said = "checkpoints/step-000001, policy not stored in troubled://kept/run (quota exceeded); nothing is lost"
    assert said in capsys.readouterr().err
    with (
        pytest.raises(CommandError, match="the same command with --resume stores it"),
        claimed(config, folder, resume=True),
    ):
        pass
    troubled.before = staticmethod(lambda operation, path: None)
    with claimed(config, folder, resume=True):
        pass


def test_two_interrupts_wait_for_nothing(troubled: type, run, capsys: pytest.CaptureFixture[str]) -> None:
    (run.folder / "config.json").unlink()
    config = config_of("troubled://kept")
    with pytest.raises(KeyboardInterrupt), claimed(config, RunFolder(run.folder), resume=True):
        run.step(1)
        raise KeyboardInterrupt
    assert "and the same command with --resume stores it" in capsys.readouterr().err


def test_a_storage_that_is_away_stops_only_what_could_be_there_already(
    troubled: type, run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new run begins, one whose folder is here goes on; one that may lie there, and not here, is not begun anew."""
    monkeypatch.setattr("tracemill.jobs.storage.place.LONGEST_WAIT_S", 0.001)
    troubled.before = staticmethod(lambda operation, path: (_ for _ in ()).throw(ConnectionError("no route to host")))
    config, folder = config_of("troubled://kept", storage_timeout_s=0.2), RunFolder(run.folder)
    (run.folder / "config.json").unlink()
    not_known = r"cannot be read \(no route to host\); whether it holds this run is not known"
    with pytest.raises(CommandError, match=not_known), claimed(config, folder, resume=True):
        pytest.fail("it began")
    for resume in (False, True):
        began = []
        with (
            pytest.raises(CommandError, match="not stored in troubled://kept/run"),
            claimed(config, folder, resume=resume),
        ):
            began.append(os.getpid())
        assert began


def test_without_a_storage_nothing_is_mirrored(run) -> None:
    (run.folder / "config.json").unlink()
    config = load("demo.toml", ["run.name=run"])
    with claimed(config, RunFolder(run.folder), resume=False):
        run.step(1)
    assert not (run.folder / ".storage").exists()
