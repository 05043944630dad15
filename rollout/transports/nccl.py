"""Engines on other devices than the learner's: a buffer is broadcast from the learner's rank 0 to all of them, over a
group that is theirs alone, beside DeepSpeed's and vLLM's: NCCL between accelerators, and gloo where all are CPUs.

A group has the members with which it was formed. When one is gone the group is of no more use, and the next sender
forms another; a member that is gone is noticed after the timeout at the latest. Between accelerators this has not been
run yet.
"""

from __future__ import annotations

import os
import socket
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import torch
import torch.distributed
from torch.distributed import BroadcastOptions, PrefixStore, ProcessGroupGloo, Store, TCPStore

from tracemill.rollout.transports.stream import BUCKET_BYTES, buffers_for
from tracemill.rollout.transports.types import Broken
from tracemill.rollout.weights import Manifest


class NcclSender:
    outlives_an_engine = False

    def __init__(
        self,
        manifest: Manifest,
        device: torch.device,
        num_engines: int,
        *,
        host: str,
        timeout_s: float,
        bucket_bytes: int = BUCKET_BYTES,
    ) -> None:
        """`host`: the address at which the engines reach this process."""
        self.buffers = buffers_for(manifest, device, bucket_bytes)
        self._device = device
        self._timeout_s = timeout_s
        self._name = uuid.uuid4().hex
        self._size = num_engines + 1
        self._group: Any = None
        listener = socket.create_server((host, 0))
        port = listener.getsockname()[1]
        self._store = TCPStore(
            host,
            port,
            is_master=True,
            wait_for_workers=False,
            timeout=timedelta(seconds=timeout_s),
            master_listen_fd=listener.detach(),
        )
        self._offers = [
            NcclOffer(
                id=self._name,
                host=host,
                port=port,
                rank=rank,
                size=self._size,
                buffer_bytes=len(self.buffers[0]),
                timeout_s=timeout_s,
            )
            for rank in range(1, self._size)
        ]

    def offers(self) -> Sequence[NcclOffer]:
        return self._offers

    def connect(self) -> None:
        if self._group is None:
            store = PrefixStore(self._name, self._store)
            self._group = _group(store, 0, self._size, self._device, self._timeout_s)

    def send(self, buffer: int, num_bytes: int) -> None:
        _broadcast(self._group, self.buffers[buffer][:num_bytes], self._timeout_s)

    def close(self) -> None:
        _end(self._group)
        self._group = None
        self.buffers = []


@dataclass(frozen=True, slots=True, kw_only=True)
class NcclOffer:
    id: str
    host: str
    port: int
    rank: int
    size: int
    buffer_bytes: int
    timeout_s: float

    def open(self, device: torch.device) -> NcclReceiver:
        try:
            store = TCPStore(self.host, self.port, is_master=False, timeout=timedelta(seconds=self.timeout_s))
        except RuntimeError as error:
            raise Broken(f"the learner cannot be reached at {self.host}:{self.port}") from error
        group = _group(PrefixStore(self.id, store), self.rank, self.size, device, self.timeout_s)
        return NcclReceiver(group, device, self.buffer_bytes, self.timeout_s)


class NcclReceiver:
    def __init__(self, group: Any, device: torch.device, buffer_bytes: int, timeout_s: float) -> None:
        self._group = group
        self._timeout_s = timeout_s
        self._data = torch.empty(buffer_bytes, dtype=torch.uint8, device=device)

    def receive(self, buffer: int, num_bytes: int) -> torch.Tensor:
        """Into one place for all of the sender's buffers: the engine is done with the last before it takes the next."""
        data = self._data[:num_bytes]
        _broadcast(self._group, data, self._timeout_s)
        return data

    def close(self) -> None:
        _end(self._group)


def _group(store: Store, rank: int, size: int, device: torch.device, timeout_s: float) -> Any:
    """Without `init_process_group`, so that no default group is made or touched. Waits for all members."""
    timeout = timedelta(seconds=timeout_s)
    try:
        if device.type == "cpu":
            return ProcessGroupGloo(store, rank, size, timeout)
        from torch.distributed import ProcessGroupNCCL

        options = ProcessGroupNCCL.Options()
        options._timeout = timeout
        with _errors_are_raised():
            group = ProcessGroupNCCL(store, rank, size, options)
        _broadcast(group, torch.zeros(1, dtype=torch.uint8, device=device), timeout_s)  # it connects at first use
        return group
    except RuntimeError as error:
        raise Broken(f"the group of {size} could not be formed: {_line(error)}") from error


def _broadcast(group: Any, data: torch.Tensor, timeout_s: float) -> None:
    options = BroadcastOptions()
    options.rootRank, options.rootTensor = 0, 0
    options.timeout = timedelta(seconds=timeout_s)
    try:
        group.broadcast([data], options).wait()
        if data.device.type != "cpu":
            torch.accelerator.synchronize(data.device)
    except RuntimeError as error:
        raise Broken(f"a member of the group is gone: {_line(error)}") from error


def _end(group: Any) -> None:
    """At once, whatever the other members do: they may be gone."""
    if group is not None:
        group.abort()


@contextmanager
def _errors_are_raised() -> Iterator[None]:
    """By default a watchdog ends the whole process when a member is gone. Read when a group is made."""
    name = "TORCH_NCCL_BLOCKING_WAIT"
    before = os.environ.get(name)
    os.environ[name] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


def _line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
