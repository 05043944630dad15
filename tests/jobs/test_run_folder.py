"""Which checkpoints stay, and which runs go on."""

from __future__ import annotations

import errno
import json
import os
import re
import shutil
from pathlib import Path

import pytest
import torch
from ray.exceptions import RayTaskError
from safetensors import SafetensorError

from tracemill.configs.load import load
from tracemill.jobs.command_run import one_line
from tracemill.jobs.errors import CommandError
from tracemill.jobs.run_folder import RunFolder
from tracemill.rl import whole_state


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


@pytest.mark.parametrize(
    "text", [b"{", b"", b"[]", b"\xff", b'{"config": null}', b'{"config": {}}', b'{"config": {"run": 1}}']
)
def test_a_damaged_config_is_one_line(tmp_path: Path, text: bytes) -> None:
    folder, config = RunFolder(tmp_path), load("demo.toml")
    (tmp_path / "config.json").write_bytes(text)
    with pytest.raises(
        CommandError, match=r"config.json is damaged .*; put a whole copy in its place, choose another"
    ) as said:
        folder.claim(config, resume=True)
    assert "\n" not in str(said.value)
    assert (tmp_path / "config.json").read_bytes() == text


@pytest.mark.parametrize("text", [b'{"samples": 1', b"", b"[]", b"\xff"])
def test_a_damaged_state_is_one_line_and_the_checkpoint_before_it_is_gone_on_with(tmp_path: Path, text: bytes) -> None:
    folder = RunFolder(tmp_path)
    folder.checkpoint(1, {}, fill, 2)
    folder.checkpoint(2, {}, fill, 2)
    newest, first = (tmp_path / "checkpoints" / name for name in ("step-000002", "step-000001"))
    (newest / "state.json").write_bytes(text)
    said = f"{newest}/state.json is damaged; remove {newest}, and --resume goes on from step-000001"
    with pytest.raises(CommandError, match=re.escape(said)):
        folder.newest_checkpoint()
    shutil.rmtree(newest)
    found = folder.newest_checkpoint()
    assert found is not None and found.step == 1
    (first / "state.json").write_bytes(text)
    with pytest.raises(CommandError, match="goes on from the beginning, as there is no checkpoint before it"):
        folder.newest_checkpoint()


def test_lines_that_are_no_metrics_are_dropped(tmp_path: Path) -> None:
    folder = RunFolder(tmp_path)
    strange = [
        b"[]",
        b"1",
        b"{}",
        b"\xff\xfe",
        b'"step"',
        b'{"step": "1"}',
        b'{"step": null}',
        b"[" * 100_000,
        b'{"step": 1',
    ]
    folder.metrics.write_bytes(b"\n".join([b'{"step": 1}', *strange, b'{"step": 2}', b'{"step": 3}']))
    folder.keep_metrics(2)
    assert folder.metrics.read_text() == '{"step": 1}\n{"step": 2}\n'


@pytest.mark.parametrize(
    ("error", "reason", "room"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "[Errno 28] No space left on device", True),
        (RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 576 vs 534"), "unexpected pos", True),
        (SafetensorError("I/O error: No space left on device (os error 28)"), "SafetensorError: I/O error", True),
        (RuntimeError("CUDA out of memory"), "RuntimeError: CUDA out of memory", False),
        (AssertionError(), "AssertionError", False),
    ],
)
def test_room_is_asked_for_only_where_the_disk_has_none(
    tmp_path: Path, error: Exception, reason: str, room: bool
) -> None:
    def fail(partial: Path) -> None:
        raise error

    with pytest.raises(CommandError, match="the checkpoint of step 2 cannot be written") as said:
        RunFolder(tmp_path).checkpoint(2, {}, fail, 1)
    assert reason in str(said.value) and str(said.value).endswith("go on with --resume")
    assert ("make room" in str(said.value)) == room


@pytest.mark.parametrize("size", [0, 4, 100])
def test_a_damaged_learner_state_is_one_line(tmp_path: Path, size: int) -> None:
    whole_state.write(tmp_path, [("layer", {"weight": torch.ones(100)})], is_writer=True)
    [file] = (tmp_path / "whole").iterdir()
    os.truncate(file, size)
    with pytest.raises(ValueError, match="is damaged") as damaged:
        list(whole_state.read(tmp_path))
    from_ray = RayTaskError("load", "Traceback\nDamaged", damaged.value).as_instanceof_cause()
    for error in (damaged.value, from_ray):
        with pytest.raises(CommandError) as said, one_line():
            raise error
        assert str(said.value).startswith(f"{file} is damaged (") and "\n" not in str(said.value)
        assert "remove that checkpoint's folder" in str(said.value)


def test_a_checkpoint_for_other_ranks_is_not_to_be_removed() -> None:
    said = "it was written by 2 ranks; set learner.ranks to 2"
    for error in (
        whole_state.Unreadable(said),
        RayTaskError("load", "Traceback", whole_state.Unreadable(said)).as_instanceof_cause(),
    ):
        with pytest.raises(CommandError) as caught, one_line():
            raise error
        assert str(caught.value) == said


def test_our_own_mistakes_keep_their_traceback() -> None:
    with pytest.raises(ValueError, match="of our own"), one_line():
        raise ValueError("of our own")
