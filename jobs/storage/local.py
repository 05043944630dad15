"""What of a run's folder is kept in a storage, and copies of it that hold still while they are stored."""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

LOOSE = ("config.json", "metrics.jsonl", "proposals.jsonl", "summary.json", "report.html", "trackers.json")
OWN = ".storage"  # in a run's folder: what the mirror needs for itself
_RUN = "run"
_HAD = "had.json"
_CHECKPOINT = re.compile(r"step-\d{6,}")

Signature = tuple[int, int, int]
"""Inode, bytes and time of change: another one means another content. Of a tree, those of its folder, which takes its
place by a rename."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """Signatures by their path in the run's folder. `files` come in the order in which they were written."""

    files: Mapping[str, Signature]
    trees: Mapping[str, Signature]


def scan(folder: Path) -> Scan:
    files = {name: found for name in LOOSE if (found := signature(folder / name)) is not None}
    for path in (folder / "traces").glob("step-*.parquet"):
        if (found := signature(path)) is not None:
            files[f"traces/{path.name}"] = found
    whole = [path for path in (folder / "checkpoints").glob("step-*") if _CHECKPOINT.fullmatch(path.name)]
    whole = [path for path in whole if (path / "state.json").is_file()]
    trees = {}
    for path in [*whole, folder / "policy", folder / "dataset"]:
        if path.is_dir() and (found := signature(path)) is not None:
            trees[str(path.relative_to(folder))] = found
    return Scan(files=dict(sorted(files.items(), key=lambda item: item[1][2])), trees=trees)


def signature(path: Path) -> Signature | None:
    """None where nothing is (any more)."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def run_token(folder: Path) -> str | None:
    """What tells this run from others of its name; None for one that was never mirrored."""
    path = folder / OWN / _RUN
    return path.read_text().strip() if path.is_file() else None


def set_run_token(folder: Path, token: str | None = None) -> str:
    token = token or uuid.uuid4().hex
    _write_own(folder, _RUN, token)
    return token


def traces_had(folder: Path) -> dict[str, str]:
    """The files of traces that lie or lay in this folder, with the sha256 that each had last. What the run took away
    while nothing was mirrored is known by it from what was never here. A list that a power cut spoiled is none."""
    try:
        return dict(json.loads((folder / OWN / _HAD).read_text()))
    except (FileNotFoundError, ValueError):
        return {}


def set_traces_had(folder: Path, had: Mapping[str, str]) -> None:
    _write_own(folder, _HAD, json.dumps(had))


def is_traces(path: str) -> bool:
    return path.startswith("traces/")


def _write_own(folder: Path, name: str, text: str) -> None:
    (folder / OWN).mkdir(parents=True, exist_ok=True)
    partial = folder / OWN / f"{name}.partial"
    partial.write_text(text)
    partial.rename(folder / OWN / name)


def freeze_file(folder: Path, path: str, into: Path) -> Path:
    """A copy that does not change: a second name of the file, or, of one that is appended to, its whole lines. Raises
    FileNotFoundError where it is gone."""
    frozen = into / path
    frozen.parent.mkdir(parents=True, exist_ok=True)
    frozen.unlink(missing_ok=True)
    if path.endswith(".jsonl"):
        text = (folder / path).read_bytes()
        frozen.write_bytes(text[: text.rfind(b"\n") + 1])
    else:
        _link(folder / path, frozen)
    return frozen


def freeze_tree(folder: Path, name: str, into: Path) -> list[str]:
    """The same of a tree; returns the paths in it. Raises FileNotFoundError where it is gone, or another came."""
    shutil.rmtree(into / name, ignore_errors=True)
    before, files = signature(folder / name), []
    for path in sorted((folder / name).rglob("*")):
        if path.is_file():
            files.append(str(path.relative_to(folder / name)))
            (into / name / files[-1]).parent.mkdir(parents=True, exist_ok=True)
            _link(path, into / name / files[-1])
    if before is None or signature(folder / name) != before:
        raise FileNotFoundError(f"{folder / name} was replaced while it was read")
    return files


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # a filesystem without links
        shutil.copyfile(source, target)
