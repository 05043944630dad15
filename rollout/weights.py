"""A policy's weights on their way from the learner to the engines: a manifest that both sides must agree on, and
buckets of bytes, so that nothing is ever sent one parameter at a time."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch


@dataclass(frozen=True, slots=True, kw_only=True)
class TensorSpec:
    """A tensor's name in Hugging Face format, its shape, and its dtype as torch spells it ("float32")."""

    name: str
    shape: tuple[int, ...]
    dtype: str

    @property
    def num_bytes(self) -> int:
        return int(np.prod(self.shape, dtype=np.int64)) * getattr(torch, self.dtype).itemsize


Manifest = tuple[TensorSpec, ...]
Held = tuple[TensorSpec, torch.Tensor]
_ALIGNMENT = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class Bucket:
    """Some tensors of a manifest, in its order, as one run of bytes (`[N]` uint8, each tensor at a multiple of 16)."""

    specs: Manifest
    data: np.ndarray


def spec_of(name: str, tensor: torch.Tensor, shape: Sequence[int] | None = None) -> TensorSpec:
    dtype = str(tensor.dtype).removeprefix("torch.")
    return TensorSpec(name=name, shape=tuple(tensor.shape if shape is None else shape), dtype=dtype)


def check_manifest(given: Manifest, wanted: Manifest) -> None:
    """Raises ValueError that names the first difference; the order of the tensors is free."""
    theirs, mine = {spec.name: spec for spec in given}, {spec.name: spec for spec in wanted}
    if odd := sorted(theirs.keys() ^ mine.keys()):
        side = "learner" if odd[0] in theirs else "engine"
        raise ValueError(f"the weights do not fit the engine: only the {side} has {odd[0]}")
    for name, spec in theirs.items():
        if spec != mine[name]:
            raise ValueError(
                f"the weights do not fit the engine: {name} is {spec.dtype} {list(spec.shape)} at the learner, "
                f"{mine[name].dtype} {list(mine[name].shape)} at the engine"
            )


def pack(weights: Iterable[tuple[str, torch.Tensor]], bucket_bytes: int) -> Iterator[Bucket]:
    """Buckets of at least one tensor and, unless that one is larger, at most `bucket_bytes`."""
    for held in grouped(weights, bucket_bytes):
        specs = tuple(spec for spec, _ in held)
        data = np.empty(packed_bytes(specs), dtype=np.uint8)
        place(held, torch.from_numpy(data))
        yield Bucket(specs=specs, data=data)


def unpack(bucket: Bucket) -> Iterator[tuple[str, torch.Tensor]]:
    """Views of the bucket's bytes, not to be written to."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The given NumPy array is not writable")
        data = torch.from_numpy(bucket.data)
    yield from views(bucket.specs, data)


def grouped(weights: Iterable[tuple[str, torch.Tensor]], bucket_bytes: int) -> Iterator[list[Held]]:
    """Tensors that share a bucket, in their order."""
    held: list[Held] = []
    size = 0
    for name, tensor in weights:
        spec = spec_of(name, tensor)
        if held and size + packed_bytes([spec]) > bucket_bytes:
            yield held
            held, size = [], 0
        held.append((spec, tensor))
        size += packed_bytes([spec])
    if held:
        yield held


def place(held: Sequence[Held], data: torch.Tensor) -> int:
    """Copies tensors into the beginning of `data` (`[N]` uint8, on any device). Returns how many bytes they take."""
    offset = 0
    for spec, tensor in held:
        _as_tensor(data[offset : offset + spec.num_bytes], spec).copy_(tensor.detach())
        offset += packed_bytes([spec])
    return offset


def views(specs: Sequence[TensorSpec], data: torch.Tensor) -> Iterator[tuple[str, torch.Tensor]]:
    """The tensors that `place` has put there, without a copy."""
    offset = 0
    for spec in specs:
        yield spec.name, _as_tensor(data[offset : offset + spec.num_bytes], spec)
        offset += packed_bytes([spec])


def packed_bytes(specs: Sequence[TensorSpec]) -> int:
    return sum(-(-spec.num_bytes // _ALIGNMENT) * _ALIGNMENT for spec in specs)


def _as_tensor(data: torch.Tensor, spec: TensorSpec) -> torch.Tensor:
    dtype = getattr(torch, spec.dtype)
    return data.view(dtype).view(spec.shape) if len(data) else torch.empty(spec.shape, dtype=dtype)
