"""What is looked at of a machine."""

from __future__ import annotations

import socket
from collections import namedtuple

import pytest

from tracemill.configs.load import load
from tracemill.configs.schema import VerifierConfig
from tracemill.jobs.doctor import machine

Usage = namedtuple("Usage", "total used free")


def test_walls_that_are_asked_for_and_do_not_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    stand = {"seccomp": True, "rlimits": True}
    probed = {name: stand.get(name, False) for name in (*machine.FULL, *machine.EXTRA)} | {"why": "user: EPERM"}
    monkeypatch.setattr(machine, "probe_isolation", lambda: probed)
    ring = list(machine.isolation_checks(VerifierConfig(require_isolation="ring")))
    assert ring[0].state == "passed" and {one.state for one in ring[1:]} == {"note"}
    full = list(machine.isolation_checks(VerifierConfig(require_isolation="full")))
    assert full[0].state == "missing" and "user: EPERM" in full[0].do


def test_a_disk_without_room_for_a_checkpoint_is_missing_and_for_the_whole_run_a_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    config, parameters = load("demo.toml"), 774_272
    checkpoint = 12 * parameters  # float32: the weights and two averages
    for free, state in ((2**40, "passed"), (checkpoint + 4 * parameters, "note"), (checkpoint, "missing")):
        monkeypatch.setattr(machine.shutil, "disk_usage", lambda _, free=free: Usage(2**40, 0, free))
        run, session = machine.disk_checks(config)
        assert (run.state, session.name) == (state, "disk: ray")


def test_a_small_shared_memory_is_a_note_until_ray_refuses_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda _: Usage(2**20, 0, 2**20))
    assert machine.shared_memory_check(load("demo.toml")).state == "note"
    monkeypatch.setattr(machine, "RAY_NEEDS_SHARED", 2**20)
    assert machine.shared_memory_check(load("demo.toml")).state == "missing"


def test_ports_and_a_ray_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert next(iter(machine.port_checks(None))).state == "passed"
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"127.0.0.1:{server.getsockname()[1]}"
        states = {one.name: one.state for one in machine.port_checks(load("demo.toml", [f"ray.address={address}"]))}
        assert states["ray"] == "passed"
    states = {one.name: one.state for one in machine.port_checks(load("demo.toml", [f"ray.address={address}"]))}
    assert states["ray"] == "missing"
    monkeypatch.setattr(machine, "own_address", lambda: "192.0.2.1")  # no machine's
    assert next(iter(machine.port_checks(None))).state == "missing"
