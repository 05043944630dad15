"""What a transport is. Weights travel as buckets: the learner's rank 0 packs tensors into a buffer and tells each
engine what lies in it; the engine takes them out and says so; then the buffer is filled anew. A transport is only how
the bytes get from one buffer to the other, `ipc` or `nccl`; the telling (`stream`, `inbox`) is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Protocol

import torch

from tracemill.rollout.weights import Manifest


class Broken(RuntimeError):
    """The bytes did not arrive for a reason that lies with somebody else; the weights may be sent again."""


class Receiver(Protocol):
    """An engine's end."""

    def receive(self, buffer: int, num_bytes: int) -> torch.Tensor:
        """What lies in a buffer, `[N]` uint8 on the engine's device, until the engine says that it is done with it."""
        ...

    def close(self) -> None: ...


class Offer(Protocol):
    """What an engine needs to know to receive. It can be pickled; offers of one `id` lead to the same receiver."""

    @property
    def id(self) -> str: ...

    def open(self, device: torch.device) -> Receiver:
        """Raises Broken where nothing can be received."""
        ...


class Sender(Protocol):
    """The learner's end, made for a fixed number of engines."""

    @property
    def buffers(self) -> Sequence[torch.Tensor]:
        """`[N]` uint8 each, on the learner's device."""
        ...

    @property
    def outlives_an_engine(self) -> bool:
        """Whether the others go on receiving when one engine is gone."""
        ...

    def offers(self) -> Sequence[Offer]:
        """One for each engine."""
        ...

    def connect(self) -> None:
        """Until every engine has opened its offer. Raises Broken where one does not."""
        ...

    def send(self, buffer: int, num_bytes: int) -> None:
        """The buffer is filled, and every engine has been told. Raises Broken where an engine is gone."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Begin:
    """Answered with the engine's own manifest, where it is the same."""

    version: int
    manifest: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Answered when the engine can receive."""

    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """Answered when the engine has taken everything out of the buffer."""

    buffer: int
    num_bytes: int
    specs: Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """That was all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Abort:
    """There will be no more."""

    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """The n-th of a stream, which has a name of its own: calls may overtake each other on their way."""

    stream: str
    number: int
    body: Begin | Open | Filled | End | Abort


Peer = Callable[[Message], "Future[Any]"]
"""Tells one engine. The future fails when the engine is gone or cannot go on."""
