"""A thing that was looked at, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["passed", "note", "missing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """`missing` is needed and not there; a `note` is neither in the way nor as it could be. `do` is empty if passed."""

    name: str
    state: State
    found: str
    do: str = ""


def check(name: str, passed: bool, found: str, do: str, otherwise: State = "missing") -> Check:
    return Check(name=name, state="passed" if passed else otherwise, found=found, do="" if passed else do)


def size(count: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} GiB"
