"""An engine's side of a sync: what the learner tells is left here by one thread and taken out by the engine's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import suppress
from typing import Any

import torch

from tracemill.rollout.transports.types import Abort, Begin, Broken, End, Filled, Message, Open, Receiver
from tracemill.rollout.weights import Manifest, check_manifest, views


class Inbox:
    def __init__(self, manifest: Manifest, device: torch.device, timeout_s: float) -> None:
        """`manifest` is the engine's; `timeout_s` bounds the wait for the learner's next message."""
        self._manifest = manifest
        self._device = device
        self._timeout_s = timeout_s
        self._changed = threading.Condition()
        self._left: dict[tuple[str, int], tuple[Message, Future[Any]]] = {}
        self._ended: dict[str, str] = {}  # streams that take no more messages, and why
        self._receiver: tuple[str, Receiver] | None = None

    def hear(self, message: Message) -> Any:
        """Leaves a message and waits until the engine is done with it. Raises Broken where it will not be."""
        answer: Future[Any] = Future()
        with self._changed:
            if isinstance(message.body, Abort):
                self._end(message.stream, message.body.why)
                return None
            if why := self._ended.get(message.stream):
                raise Broken(why)
            self._left[message.stream, message.number] = message, answer
            self._changed.notify_all()
        return answer.result()

    def weights(self, stream: str, version: int) -> Iterator[tuple[str, torch.Tensor]]:
        """What comes by a stream, in the engine's thread. Each tensor holds until the next is asked for. Raises Broken
        where the stream ends early, and ValueError where it brings anything but the policy's tensors."""
        begin = self._next(stream, 0)
        assert isinstance(begin, Begin), begin
        if begin.version != version:
            raise ValueError(f"version {begin.version} of the policy was sent where {version} was awaited")
        check_manifest(begin.manifest, self._manifest)
        self._answer(stream, 0, self._manifest)
        opening = self._next(stream, 1)
        assert isinstance(opening, Open), opening
        receiver = self._open(opening)
        self._answer(stream, 1)
        missing = {spec.name for spec in self._manifest}
        number = 2
        while not isinstance(body := self._next(stream, number), End):
            assert isinstance(body, Filled), body
            yield from views(body.specs, receiver.receive(body.buffer, body.num_bytes))
            missing -= {spec.name for spec in body.specs}
            if self._device.type != "cpu":
                torch.accelerator.synchronize(self._device)  # copies out of the buffer are under way until then
            self._answer(stream, number)
            number += 1
        if missing:
            raise ValueError(f"the learner sent all but {min(missing)}")
        self._answer(stream, number)

    def end(self, stream: str, why: str) -> None:
        """The engine takes no more from a stream: whoever waits for it hears so, now and later."""
        with self._changed:
            self._end(stream, why)

    def close(self) -> None:
        if self._receiver is not None:
            self._receiver[1].close()
            self._receiver = None

    def _end(self, stream: str, why: str) -> None:
        self._ended[stream] = why
        for key in [key for key in self._left if key[0] == stream]:
            self._left.pop(key)[1].set_exception(Broken(why))
        self._changed.notify_all()

    def _next(self, stream: str, number: int) -> Any:
        with self._changed:
            came = self._changed.wait_for(
                lambda: (stream, number) in self._left or stream in self._ended, timeout=self._timeout_s
            )
            if why := self._ended.get(stream):
                raise Broken(why)
            if not came:
                raise Broken(f"the learner sent nothing for {self._timeout_s:g} s")
            return self._left[stream, number][0].body

    def _answer(self, stream: str, number: int, said: Any = None) -> None:
        with self._changed:
            if (left := self._left.pop((stream, number), None)) is not None:  # else the stream was ended meanwhile
                left[1].set_result(said)

    def _open(self, opening: Open) -> Receiver:
        """The receiver that is there, where the learner's end has stayed the same."""
        offer = opening.offer
        if self._receiver is None or self._receiver[0] != offer.id:
            with suppress(RuntimeError):
                self.close()
            self._receiver = offer.id, offer.open(self._device)
        return self._receiver[1]
