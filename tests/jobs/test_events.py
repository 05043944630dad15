"""What TensorBoard reads of a run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from tracemill.jobs.events import Events, new_file


def test_tensorboard_reads_them_and_what_was_made_again_once(tmp_path: Path) -> None:
    first = Events(new_file(tmp_path / "tensorboard"), 1)
    for step in (1, 2, 3):
        first.write(step, {"loss": step / 2, "seconds/learn": 0.25})
    again = Events(new_file(tmp_path / "tensorboard"), 3)  # the first is never closed: it was killed
    for step in (3, 4):
        again.write(step, {"loss": float(step), "seconds/learn": 0.5})
    again.close()
    found = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert sorted(found.Tags()["scalars"]) == ["loss", "seconds/learn"]
    assert [(event.step, event.value) for event in found.Scalars("loss")] == [(1, 0.5), (2, 1.0), (3, 3.0), (4, 4.0)]


def test_a_full_disk_is_the_callers_to_know(tmp_path: Path) -> None:
    file = new_file(tmp_path)
    events = Events(file, 1)
    os.dup2(os.open("/dev/full", os.O_WRONLY), file.fileno())
    with pytest.raises(OSError, match="No space left"):
        events.write(1, {"loss": 0.5})
    events.close()
