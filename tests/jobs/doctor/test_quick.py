"""What `tracemill run` looks at before it starts anything."""

from __future__ import annotations

from collections import namedtuple

import pytest

from tracemill.configs.load import load
from tracemill.jobs.doctor import machine, memory
from tracemill.jobs.doctor.quick import check_quickly
from tracemill.jobs.errors import CommandError
from tracemill.jobs.policy_folder import policy_folder

POLICY = policy_folder("bundled")
Usage = namedtuple("Usage", "total used free")


def test_what_cannot_work_is_one_line_and_what_is_a_note_is_no_obstacle(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 2**40)
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: Usage(2**41, 0, 2**40))
    assert check_quickly(load("demo.toml"), POLICY, in_process=False) == []
    monkeypatch.setattr(memory, "available_memory", lambda: 2**30)
    (note,) = check_quickly(load("demo.toml"), POLICY, in_process=False)
    assert note.startswith("memory: 4.0 GiB planned, 1.0 GiB available")
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: Usage(2**40, 0, 2**20))
    with pytest.raises(CommandError, match=r"disk: 1 MiB free at .* -> make room and go on with --resume") as refused:
        check_quickly(load("demo.toml"), POLICY, in_process=True)
    assert "\n" not in str(refused.value)


def test_what_is_elsewhere_is_not_looked_for_here(monkeypatch: pytest.MonkeyPatch) -> None:
    there = load("demo.toml", ["ray.address=auto", "rollout.gpus_per_actor=1"])
    monkeypatch.setattr(memory, "available_memory", lambda: 0)
    assert check_quickly(there, POLICY, in_process=False) == []
    with pytest.raises(CommandError, match="is built for the CPU"):
        check_quickly(load("demo.toml", ["rollout.gpus_per_actor=1"]), POLICY, in_process=False)
