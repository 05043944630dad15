"""Engines on the learner's own device: a buffer is memory of that device, and its handle is all that travels; the
engine copies straight out of it. On an accelerator the handle is its driver's (CUDA IPC), on the CPU (of Linux) it
names an open file in memory, which ends with the processes that use it. Made for one host only.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch.multiprocessing.reductions import reduce_tensor

from tracemill.rollout.transports.stream import BUCKET_BYTES, buffers_for
from tracemill.rollout.transports.types import Broken
from tracemill.rollout.weights import Manifest

_DEVICE_ARGUMENT = 6  # of what torch rebuilds a tensor from; the number of the device differs from process to process


class IpcSender:
    outlives_an_engine = True

    def __init__(
        self, manifest: Manifest, device: torch.device, num_engines: int, *, bucket_bytes: int = BUCKET_BYTES
    ) -> None:
        buffers = buffers_for(manifest, device, bucket_bytes)
        self._files: list[int] = []
        if device.type == "cpu":
            self._files = [os.memfd_create("weights") for _ in buffers]
            buffers = [_mapped(os.getpid(), file, len(one)) for file, one in zip(self._files, buffers, strict=True)]
        self.buffers = buffers
        name = uuid.uuid4().hex
        # Every engine gets handles of its own: torch counts who still holds one.
        self._offers = [
            IpcOffer(id=name, handles=tuple(self._handle(number) for number in range(len(buffers))))
            for _ in range(num_engines)
        ]

    def offers(self) -> Sequence[IpcOffer]:
        return self._offers

    def connect(self) -> None:
        """Nothing to wait for."""

    def send(self, buffer: int, num_bytes: int) -> None:
        """It lies there already."""

    def close(self) -> None:
        self.buffers, self._offers = [], []
        for file in self._files:
            os.close(file)
        self._files = []

    def _handle(self, number: int) -> Any:
        if self._files:
            return os.getpid(), self._files[number], len(self.buffers[number])
        return reduce_tensor(self.buffers[number])


@dataclass(frozen=True, slots=True, kw_only=True)
class IpcOffer:
    id: str
    handles: tuple[Any, ...]

    def open(self, device: torch.device) -> IpcReceiver:
        try:
            return IpcReceiver([_opened(handle, device) for handle in self.handles])
        except RuntimeError as error:
            raise Broken(f"the learner's memory cannot be opened here: {str(error).splitlines()[0]}") from error


class IpcReceiver:
    def __init__(self, buffers: Sequence[torch.Tensor]) -> None:
        self._buffers = list(buffers)

    def receive(self, buffer: int, num_bytes: int) -> torch.Tensor:
        return self._buffers[buffer][:num_bytes]

    def close(self) -> None:
        self._buffers = []


def _opened(handle: Any, device: torch.device) -> torch.Tensor:
    if device.type == "cpu":
        return _mapped(*handle)
    rebuild, arguments = handle
    there = list(arguments)
    there[_DEVICE_ARGUMENT] = torch.accelerator.current_device_index()
    opened: torch.Tensor = rebuild(*there)
    return opened


def _mapped(process: int, file: int, num_bytes: int) -> torch.Tensor:
    """Memory without a name, of a process that has it open: nothing is left behind, however the processes end."""
    return torch.from_file(f"/proc/{process}/fd/{file}", shared=True, size=num_bytes, dtype=torch.uint8)
