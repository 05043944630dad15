"""Which transport: by where the learner's and the engines' devices are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import torch

Configured = Literal["auto", "object_store", "ipc", "nccl"]
Transport = Literal["object_store", "ipc", "nccl"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a process works: its node, and the device there, "cpu" or an accelerator's own id."""

    node: str
    device: str

    @property
    def is_cpu(self) -> bool:
        return self.device == "cpu"

    def __str__(self) -> str:
        return f"{self.device} of {self.node}"


def own_device() -> torch.device:
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def own_place(node: str) -> Place:
    device = own_device()
    if device.type == "cpu":
        return Place(node=node, device="cpu")
    index = torch.accelerator.current_device_index()
    properties = torch.get_device_module(device).get_device_properties(index)
    return Place(node=node, device=str(getattr(properties, "uuid", f"{device.type}:{index}")))


def choose(configured: Configured, learner: Place, engines: Sequence[Place]) -> Transport:
    """Raises ValueError where what is configured cannot work."""
    elsewhere = [place for place in engines if place != learner]
    used = [learner, *engines]
    if configured == "auto":
        if learner.is_cpu or any(place.is_cpu for place in engines):
            return "object_store"
        if not elsewhere:
            return "ipc"
        return "nccl" if len(set(used)) == len(used) else "object_store"
    if configured == "ipc" and elsewhere:
        raise ValueError(
            f'rollout.transport is "ipc", for engines on the learner\'s device ({learner}); one is on '
            f'{elsewhere[0]}: take "auto" or "object_store"'
        )
    if configured == "nccl" and len({place.is_cpu for place in used}) > 1:
        raise ValueError(
            'rollout.transport is "nccl", but some of learner and engines are on a CPU and others are not; take "auto" '
            'or "object_store"'
        )
    if configured == "nccl" and not learner.is_cpu and len(set(used)) < len(used):
        raise ValueError(
            'rollout.transport is "nccl", which needs a device for the learner and one for each engine; here some '
            'share one: take "auto", "ipc" or "object_store"'
        )
    return configured
