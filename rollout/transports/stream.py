"""The learner's side of a sync: every tensor of the policy into buffers, and each buffer to every engine."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from typing import Any

import torch

from tracemill.rollout.transports.types import Abort, Begin, Broken, End, Filled, Message, Open, Peer, Sender
from tracemill.rollout.weights import Manifest, check_manifest, grouped, packed_bytes, place

BUCKET_BYTES = 256 * 2**20
_NUM_BUFFERS = 2  # one is filled while the other is taken


def buffers_for(manifest: Manifest, device: torch.device, bucket_bytes: int = BUCKET_BYTES) -> list[torch.Tensor]:
    """As many as are of use, each with room for the largest tensor."""
    whole = packed_bytes(manifest)
    size = min(whole, max(bucket_bytes, *(packed_bytes([spec]) for spec in manifest)))
    number = _NUM_BUFFERS if size < whole else 1
    return [torch.empty(size, dtype=torch.uint8, device=device) for _ in range(number)]


def send(
    weights: Iterator[tuple[str, torch.Tensor]],
    manifest: Manifest,
    sender: Sender,
    peers: Sequence[Peer],
    *,
    stream: str,
    version: int,
    timeout_s: float,
) -> dict[int, str]:
    """Returns which of the engines were lost on the way, and why; `timeout_s` bounds each wait for one. Raises Broken
    where nobody can get the weights any more.

    `weights` is exhausted whatever happens: under ZeRO-3 the other ranks wait for each of its gathers.
    """
    crew = _Crew(peers, stream, timeout_s)
    try:
        _begin(crew, manifest, sender, version)
        busy: dict[int, list[Future[Any] | None]] = {}
        for number, held in enumerate(grouped(weights, len(sender.buffers[0]))):
            buffer = number % len(sender.buffers)
            crew.wait(busy.pop(buffer, []))
            _refuse_loss(crew, sender)
            num_bytes = place(held, sender.buffers[buffer])
            _finish_writing(sender.buffers[buffer].device)
            specs = tuple(spec for spec, _ in held)
            busy[buffer] = crew.tell(Filled(buffer=buffer, num_bytes=num_bytes, specs=specs))
            sender.send(buffer, num_bytes)
        for waiting in busy.values():
            crew.wait(waiting)
        _refuse_loss(crew, sender)
        crew.wait(crew.tell(End()))
    except BaseException as error:
        crew.tell(Abort(why=str(error)))
        raise
    finally:
        for _ in weights:
            pass
    return crew.lost


def _begin(crew: _Crew, manifest: Manifest, sender: Sender, version: int) -> None:
    """No byte moves before both sides have found that they mean the same tensors."""
    for theirs in crew.wait(crew.tell(Begin(version=version, manifest=manifest))):
        check_manifest(manifest, theirs)
    _refuse_loss(crew, sender)
    opened = crew.tell(*(Open(offer=offer) for offer in sender.offers()))
    sender.connect()
    crew.wait(opened)
    _refuse_loss(crew, sender)


def _refuse_loss(crew: _Crew, sender: Sender) -> None:
    if crew.lost and (crew.is_alone or not sender.outlives_an_engine):
        raise Broken(f"an engine was lost on the way: {next(iter(crew.lost.values()))}")


def _finish_writing(device: torch.device) -> None:
    if device.type != "cpu":
        torch.accelerator.synchronize(device)


class _Crew:
    """The engines that are still there."""

    def __init__(self, peers: Sequence[Peer], stream: str, timeout_s: float) -> None:
        self._peers = peers
        self._stream = stream
        self._timeout_s = timeout_s
        self._number = 0
        self.lost: dict[int, str] = {}

    @property
    def is_alone(self) -> bool:
        return len(self.lost) == len(self._peers)

    def tell(self, *bodies: Any) -> list[Future[Any] | None]:
        """One and the same to all, or one to each. An answer from each; None where there is nobody any more."""
        each = bodies if len(bodies) == len(self._peers) else bodies * len(self._peers)
        number, self._number = self._number, self._number + 1
        return [
            None if place in self.lost else peer(Message(stream=self._stream, number=number, body=body))
            for place, (peer, body) in enumerate(zip(self._peers, each, strict=True))
        ]

    def wait(self, answers: Sequence[Future[Any] | None]) -> list[Any]:
        """What those answered that did."""
        until = time.monotonic() + self._timeout_s
        found = []
        for number, answer in enumerate(answers):
            if answer is None or number in self.lost:
                continue
            try:
                found.append(answer.result(max(0.0, until - time.monotonic())))
            except TimeoutError:
                self.lost[number] = f"engine {number} of this transfer did not answer within {self._timeout_s:g} s"
            except Exception as error:  # whatever ended it, it is the driver that asks the engine itself
                self.lost[number] = str(error).strip().splitlines()[-1] or type(error).__name__
        return found
