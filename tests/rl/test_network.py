"""The interface that ranks talk through, and calling on each other."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import pytest

from tracemill.rl.network import choose_interface, free_port, listening, unreachable

NAMES = ("GLOO_SOCKET_IFNAME", "NCCL_SOCKET_IFNAME")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.setenv(name, "")  # so that whatever is set is taken back
        monkeypatch.delenv(name)


def test_the_interface_is_the_one_with_the_nodes_address() -> None:
    assert choose_interface(None, "127.0.0.1") == "127.0.0.1"
    assert [os.environ[name] for name in NAMES] == ["lo", "=lo"]


def test_what_the_node_is_set_to_stays_unless_the_config_names_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GLOO_SOCKET_IFNAME", "ib0")
    choose_interface(None, "127.0.0.1")
    assert [os.environ[name] for name in NAMES] == ["ib0", "=lo"]
    assert choose_interface("lo", "10.0.0.1") == "127.0.0.1"
    assert [os.environ[name] for name in NAMES] == ["lo", "=lo"]


def test_an_address_of_no_interface_leaves_the_choice_to_the_libraries() -> None:
    assert choose_interface(None, "203.0.113.9") == "203.0.113.9"
    assert not any(name in os.environ for name in NAMES)


def test_an_interface_that_is_not_there_is_named_beside_those_that_are() -> None:
    with pytest.raises(ValueError, match=r"no interface 'ib7' with an address; there are .*lo \(127.0.0.1\)"):
        choose_interface("ib7", "127.0.0.1")


def test_who_does_not_answer_is_found_by_place_with_the_reason() -> None:
    with listening("127.0.0.1", 2) as here, socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port, busy = here.getsockname()[1], full.getsockname()[1]
        callers = [socket.socket() for _ in range(3)]
        for caller in callers:  # a queue that is full drops calls without a word, as a firewall does
            caller.setblocking(False)
            caller.connect_ex(("127.0.0.1", busy))
        addresses = [f"127.0.0.1:{port}", f"127.0.0.1:{free_port('127.0.0.1')}", f"127.0.0.1:{busy}"]
        assert unreachable(addresses, 0.5) == [(1, "Connection refused"), (2, "no answer within 0.5 s")]
        for caller in callers:
            caller.close()


def test_a_port_that_is_taken_in_between_is_not_the_last() -> None:
    code = """
import socket
import subprocess
import sys
from tracemill.rl import deepspeed_engine as engine
with socket.socket() as other:
    other.bind(("127.0.0.1", 0))
    other.listen()
    ports = iter([other.getsockname()[1], engine.free_port("127.0.0.1")])
    engine.free_port = lambda ip: next(ports)
    engine.join_process_group(0, 1, None)
assert engine.torch.distributed.is_initialized() and next(ports, None) is None
"""
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
