"""A learner's state in files that know nothing of ranks: whole tensors by name, as many as fit into a file.

Written by one process, a tensor at a time as it is gathered, and read by all, each of which takes its own part; so what
two ranks wrote at ZeRO-3 is read by one without ZeRO. Floats are kept bit for bit. No file is known to be whole by
itself: that is for whoever names the folder (`jobs.run_folder`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

_FOLDER = "whole"
_BYTES_A_FILE = 2**30

State = dict[str, torch.Tensor]
"""Of one parameter: "weight" in float32, and what the optimizer keeps of it: "exp_avg", "exp_avg_sq", "step"."""


class Unreadable(ValueError):
    """A checkpoint that this learner cannot go on from; the message says what would be right."""


class Damaged(ValueError):
    """A checkpoint of which something is not whole, or not there; the message names it."""


def write(folder: Path, states: Iterable[tuple[str, State]], *, is_writer: bool) -> None:
    """Consumes `states`, parameter by parameter; only the writer keeps anything of it."""
    files = folder / _FOLDER
    if is_writer:
        files.mkdir()
    tensors: dict[str, torch.Tensor] = {}
    size = number = 0
    for name, state in states:
        if not is_writer:
            continue
        tensors |= {f"{key}/{name}": tensor.contiguous() for key, tensor in state.items()}
        size += sum(tensor.nbytes for tensor in state.values())
        if size >= _BYTES_A_FILE:
            save_file(tensors, files / f"{number:05d}.safetensors")
            tensors, size, number = {}, 0, number + 1
    if tensors:
        save_file(tensors, files / f"{number:05d}.safetensors")


def is_in(folder: Path) -> bool:
    return (folder / _FOLDER).is_dir()


def read(folder: Path) -> Iterator[tuple[str, State]]:
    """In the order of the names, which is the same for every process; a parameter's tensors lie in one file.
    Raises Damaged."""
    for path in sorted((folder / _FOLDER).glob("*.safetensors")):
        with _opened(path) as file:
            keys: dict[str, list[str]] = {}
            for key in sorted(file.keys()):
                kind, _, name = key.partition("/")
                keys.setdefault(name, []).append(kind)
            for name, kinds in keys.items():
                yield name, {kind: file.get_tensor(f"{kind}/{name}") for kind in kinds}


def _opened(path: Path) -> Any:
    try:
        return safe_open(path, framework="pt")
    except SafetensorError as error:
        raise Damaged(f"{path} is damaged ({error})") from error
