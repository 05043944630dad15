"""Weights from a learner's buffers to engines that take them in threads of their own, by each transport as it is on a
CPU: shared memory for `ipc`, gloo for `nccl`."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import pytest
import torch

from tracemill.rollout.transports.choice import Configured, Place, choose
from tracemill.rollout.transports.inbox import Inbox
from tracemill.rollout.transports.ipc import IpcSender
from tracemill.rollout.transports.nccl import NcclSender
from tracemill.rollout.transports.stream import buffers_for, send
from tracemill.rollout.transports.types import Broken, Message, Peer, Sender
from tracemill.rollout.weights import Manifest, spec_of

CPU = torch.device("cpu")
SMALL = 400  # bytes of a bucket: several of them
Make = Callable[[Manifest, int, float], Sender]


def policy(seed: int = 0) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    shapes = {"a": (9, 11), "b": (7,), "c": (), "d": (2, 0), "e": (40, 4), "f": (3,), "g": (10, 10)}
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


def manifest_of(weights: dict[str, torch.Tensor]) -> Manifest:
    return tuple(spec_of(name, tensor) for name, tensor in weights.items())


@pytest.fixture(params=["ipc", "nccl"])
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    made: list[Sender] = []

    def sender(manifest: Manifest, num_engines: int, timeout_s: float) -> Sender:
        if request.param == "ipc":
            made.append(IpcSender(manifest, CPU, num_engines, bucket_bytes=SMALL))
        else:
            made.append(
                NcclSender(manifest, CPU, num_engines, host="127.0.0.1", timeout_s=timeout_s, bucket_bytes=SMALL)
            )
        return made[-1]

    yield sender
    for one in made:
        one.close()


class EngineThreads:
    """An engine that takes streams one after the other, and the threads in which it is told of them."""

    def __init__(self, manifest: Manifest, timeout_s: float) -> None:
        self.inbox = Inbox(manifest, CPU, timeout_s)
        self.got: dict[str, torch.Tensor] = {}
        self._pool = ThreadPoolExecutor(4)

    def peer(self, message: Message) -> Future[Any]:
        return self._pool.submit(self.inbox.hear, pickle.loads(pickle.dumps(message)))

    def load(self, stream: str, version: int = 1) -> Future[None]:
        done: Future[None] = Future()

        def work() -> None:
            try:
                self.got = {}
                for name, tensor in self.inbox.weights(stream, version):
                    self.got[name] = tensor.clone()
                done.set_result(None)
            except Exception as error:
                self.inbox.end(stream, str(error))
                done.set_exception(error)

        threading.Thread(target=work, daemon=True).start()
        return done


def sync(
    weights: dict[str, torch.Tensor], sender: Sender, engines: list[Peer], stream: str, timeout_s: float = 60.0
) -> dict[int, str]:
    manifest = manifest_of(weights)
    return send(iter(weights.items()), manifest, sender, engines, stream=stream, version=1, timeout_s=timeout_s)


def test_engines_get_every_byte_again_and_again(make: Make) -> None:
    engines = [EngineThreads(manifest_of(policy()), 60) for _ in range(2)]
    sender = make(manifest_of(policy()), 2, 60.0)
    for seed in range(3):
        sent = policy(seed)
        loaded = [engine.load(f"s{seed}") for engine in engines]
        assert sync(sent, sender, [engine.peer for engine in engines], f"s{seed}") == {}
        for engine, done in zip(engines, loaded, strict=True):
            done.result(60)
            assert engine.got.keys() == sent.keys()
            assert all(torch.equal(engine.got[name], tensor) for name, tensor in sent.items())


def test_no_byte_moves_where_manifests_differ(make: Make) -> None:
    mine, theirs = policy(), {**policy(), "b": torch.zeros(8)}
    engine = EngineThreads(manifest_of(theirs), 60)
    loaded = engine.load("s")
    with pytest.raises(Broken, match=r"b is float32 \[7\] at the learner, float32 \[8\] at the engine"):
        sync(mine, make(manifest_of(mine), 1, 3.0), [engine.peer], "s", timeout_s=3.0)
    with pytest.raises(ValueError, match=r"b is float32 \[7\] at the learner"):
        loaded.result(60)
    assert engine.got == {}


def test_another_version_is_refused(make: Make) -> None:
    engine = EngineThreads(manifest_of(policy()), 60)
    loaded = engine.load("s", version=7)
    with pytest.raises(Broken):
        sync(policy(), make(manifest_of(policy()), 1, 3.0), [engine.peer], "s", timeout_s=3.0)
    with pytest.raises(ValueError, match="version 1 of the policy was sent where 7 was awaited"):
        loaded.result(60)


def test_an_engine_that_goes_silent_holds_nobody_up_for_long(make: Make) -> None:
    """It opens the transfer and takes nothing: by `ipc` the other engine gets all, by `nccl` the transfer ends."""
    sent = policy()
    there, silent = (EngineThreads(manifest_of(sent), 3) for _ in range(2))

    def never(message: Message) -> Future[Any]:
        return silent.peer(message) if message.number < 2 else Future()

    loaded = [engine.load("s") for engine in (there, silent)]
    sender = make(manifest_of(sent), 2, 2.0)
    begun = time.monotonic()
    if sender.outlives_an_engine:
        lost = sync(sent, sender, [there.peer, never], "s", timeout_s=2.0)
        assert lost == {1: "engine 1 of this transfer did not answer within 2 s"}
        loaded[0].result(60)
        assert all(torch.equal(there.got[name], tensor) for name, tensor in sent.items())
    else:
        with pytest.raises(Broken):
            sync(sent, sender, [there.peer, never], "s", timeout_s=2.0)
        with pytest.raises(Broken):
            loaded[0].result(60)
    with pytest.raises(Broken):
        loaded[1].result(60)
    assert time.monotonic() - begun < 60


def test_what_was_lost_is_sent_again_over_a_new_transfer(make: Make) -> None:
    sent = policy()
    engine = EngineThreads(manifest_of(sent), 60)
    first = make(manifest_of(sent), 1, 60.0)

    def failing() -> Iterator[tuple[str, torch.Tensor]]:
        for number, pair in enumerate(sent.items()):
            if number == 5:
                raise OSError("no more")
            yield pair

    loaded = engine.load("s")
    with pytest.raises(OSError, match="no more"):
        send(failing(), manifest_of(sent), first, [engine.peer], stream="s", version=1, timeout_s=60)
    with pytest.raises(Broken, match="no more"):
        loaded.result(60)
    first.close()
    again = engine.load("t")
    assert sync(sent, make(manifest_of(sent), 1, 60.0), [engine.peer], "t") == {}
    again.result(60)
    assert all(torch.equal(engine.got[name], tensor) for name, tensor in sent.items())


def test_every_weight_is_asked_for_even_when_nobody_wants_it(make: Make) -> None:
    """Under ZeRO-3 other ranks wait for each gather."""
    asked: list[str] = []

    def counted() -> Iterator[tuple[str, torch.Tensor]]:
        for pair in policy().items():
            asked.append(pair[0])
            yield pair

    def dead(_: Message) -> Future[Any]:
        gone: Future[Any] = Future()
        gone.set_exception(RuntimeError("the process died"))
        return gone

    manifest = manifest_of(policy())
    with pytest.raises(Broken):
        send(counted(), manifest, make(manifest, 1, 2.0), [dead], stream="s", version=1, timeout_s=2.0)
    assert asked == list(policy())


def test_a_buffer_has_room_for_the_largest_tensor() -> None:
    manifest = manifest_of(policy())
    assert [len(buffer) for buffer in buffers_for(manifest, CPU, SMALL)] == [640, 640]
    assert [len(buffer) for buffer in buffers_for(manifest, CPU)] == [1504]


HERE, THERE, FAR = (
    Place(node=node, device=device) for node, device in (("n", "GPU-1"), ("n", "GPU-2"), ("m", "GPU-3"))
)
ON_CPU, CPU_AWAY = Place(node="n", device="cpu"), Place(node="m", device="cpu")


@pytest.mark.parametrize(
    ("learner", "engines", "wanted"),
    [
        (HERE, [HERE, HERE], "ipc"),
        (HERE, [THERE, FAR], "nccl"),
        (HERE, [HERE, FAR], "object_store"),
        (HERE, [THERE, THERE], "object_store"),
        (ON_CPU, [ON_CPU], "object_store"),
        (HERE, [ON_CPU], "object_store"),
    ],
)
def test_the_transport_follows_the_devices(learner: Place, engines: list[Place], wanted: str) -> None:
    assert choose("auto", learner, engines) == wanted


@pytest.mark.parametrize(
    ("configured", "learner", "engines", "says"),
    [
        ("ipc", HERE, [HERE, THERE], "one is on GPU-2 of n"),
        ("ipc", ON_CPU, [CPU_AWAY], "one is on cpu of m"),
        ("nccl", HERE, [HERE], "here some share one"),
        ("nccl", HERE, [ON_CPU], "on a CPU and others are not"),
    ],
)
def test_what_cannot_work_is_refused(configured: Configured, learner: Place, engines: list[Place], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        choose(configured, learner, engines)
    assert choose("object_store", learner, engines) == "object_store"
