"""Which checkpoints stay, and which runs go on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tracemill.configs.load import load
from tracemill.jobs.errors import CommandError
from tracemill.jobs.run_folder import RunFolder


def fill(folder: Path) -> None:
    (folder / "learner").write_text("weights")


def steps_of(folder: RunFolder) -> list[str]:
    return sorted(path.name for path in (folder.path / "checkpoints").iterdir())


def test_the_newest_stay_and_the_best_by_held_out_pass_rate(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    pass_rates = [0.2, 0.5, None, 0.5, 0.4, None, None]
    kept = []
    for step, pass_rate in enumerate(pass_rates, start=1):
        folder.checkpoint(step, {}, fill, 2, pass_rate=pass_rate)
        kept.append([int(name.removeprefix("step-")) for name in steps_of(folder)])
    assert kept == [[1], [1, 2], [2, 3], [3, 4], [4, 5], [4, 5, 6], [4, 6, 7]]
    newest = folder.newest_checkpoint()
    assert newest is not None and newest.step == 7


def test_without_pass_rates_the_newest_alone_stay(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    for step in range(1, 5):
        folder.checkpoint(step, {}, fill, 2)
    assert steps_of(folder) == ["step-000003", "step-000004"]


def test_a_checkpoint_cut_short_is_no_checkpoint(tmp_path: Path) -> None:
    """Whether an error ends it, or the process dies in the midst of it."""
    folder = RunFolder(tmp_path)
    folder.checkpoint(1, {}, fill, 1, pass_rate=0.1)

    def full_disk(partial: Path) -> None:
        fill(partial)
        raise OSError("No space left on device")

    with pytest.raises(CommandError, match="the checkpoint of step 2 cannot be written"):
        folder.checkpoint(2, {}, full_disk, 1, pass_rate=0.9)
    half = tmp_path / "checkpoints" / "step-000003.partial"
    half.mkdir()
    (half / "state.json").write_text("{}")
    newest = folder.newest_checkpoint()
    assert newest is not None and newest.step == 1
    assert (newest.folder / "learner").read_text() == "weights"


def test_a_run_of_an_older_version_goes_on_with_the_defaults_of_new_keys(tmp_path: Path) -> None:
    folder, config = RunFolder(tmp_path), load("demo.toml")
    folder.claim(config, resume=False)
    written = json.loads((tmp_path / "config.json").read_text())
    del written["config"]["rollout"]["staleness"], written["config"]["learner"]["lora"]
    (tmp_path / "config.json").write_text(json.dumps({**written, "config_hash": "of another time"}))
    folder.claim(config, resume=True)
    folder.claim(load("demo.toml", ["learner.ranks=4", "rollout.actors=1"]), resume=True)
    with pytest.raises(CommandError, match=r"another config \(rollout.staleness is 0 there, 1 here\)"):
        folder.claim(load("demo.toml", ["rollout.staleness=1"]), resume=True)
