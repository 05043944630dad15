"""What a storage holds of one run: its index, the one object that says what is there, written after what it names.

    storage.json                                 the index
    config.json  metrics.jsonl  traces/*.parquet files, under the names that they have in the run's folder
    checkpoints/step-000010/0c1f5a77be02/...     trees: files that count only together, in a folder named by their
    policy/3f2a91c0b6d1/...                      content, in which nothing ever changes

A file may be replaced. Its new sha256 is put into the index before, beside the old one, and the old one goes later, so
that whenever a reader looks, and wherever a writer was killed, the file is one of those that the index names. A tree is
put beside the old one, then named, and then the old one goes.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tracemill.jobs.storage.place import Place, StorageError

INDEX = "storage.json"
VERSION = 1
_DIGITS = 12  # of a tree's digest, in the name of its folder
_CHECKPOINTS = "checkpoints/step-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """One content of an object."""

    num_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """Files that count only together, all below `folder`."""

    folder: str
    files: Mapping[str, Stored]


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """`run` tells runs of one name apart, `writer` the jobs that went on with one run. `files` says for each what it
    may be: one content, or two while it is replaced."""

    run: str
    writer: str
    files: Mapping[str, tuple[Stored, ...]] = field(default_factory=dict)
    trees: Mapping[str, Tree] = field(default_factory=dict)

    @property
    def holds_run(self) -> bool:
        return "config.json" in self.files


def step_of(tree: str) -> int:
    """Of a checkpoint's name; -1 for any other tree."""
    return int(tree.removeprefix(_CHECKPOINTS)) if tree.startswith(_CHECKPOINTS) else -1


def newest_first(trees: Mapping[str, Any]) -> list[str]:
    return sorted(trees, key=lambda name: (-step_of(name), name))


def folder_of(name: str, files: Mapping[str, Stored]) -> str:
    lines = "\n".join(f"{path} {files[path].sha256}" for path in sorted(files))
    return f"{name}/{hashlib.sha256(lines.encode()).hexdigest()[:_DIGITS]}"


def is_folder_of_tree(name: str) -> bool:
    return re.fullmatch(rf"[0-9a-f]{{{_DIGITS}}}", name) is not None


def to_bytes(index: Index) -> bytes:
    body = {
        "run": index.run,
        "writer": index.writer,
        "files": {path: [_to_json(one) for one in versions] for path, versions in sorted(index.files.items())},
        "trees": {
            name: {"folder": tree.folder, "files": {path: _to_json(one) for path, one in sorted(tree.files.items())}}
            for name, tree in sorted(index.trees.items())
        },
    }
    return json.dumps({"tracemill_storage": VERSION, "sha256": _digest(body), **body}, separators=(",", ":")).encode()


def from_bytes(data: bytes) -> Index:
    """Raises ValueError for what is no index, a damaged one included."""
    try:
        found = json.loads(data)
        body = {key: found[key] for key in ("run", "writer", "files", "trees")}
        if found["tracemill_storage"] != VERSION:
            raise ValueError(f"it is of version {found['tracemill_storage']}, this tracemill reads {VERSION}")
        if found["sha256"] != _digest(body):
            raise ValueError("it is not what was written")
        for path in [
            *body["files"],
            *(f"{name}/{path}" for name, tree in body["trees"].items() for path in tree["files"]),
        ]:
            if path.startswith("/") or ".." in path.split("/"):
                raise ValueError(f"it names {path!r}, which lies outside a run's folder")
        return Index(
            run=body["run"],
            writer=body["writer"],
            files={path: tuple(map(_from_json, versions)) for path, versions in body["files"].items()},
            trees={
                name: Tree(folder=tree["folder"], files={path: _from_json(one) for path, one in tree["files"].items()})
                for name, tree in body["trees"].items()
            },
        )
    except (KeyError, TypeError, AttributeError, UnicodeDecodeError) as error:
        raise ValueError(f"it is no index ({type(error).__name__})") from None


def read_index(place: Place) -> Index | None:
    """None where nothing is kept. Raises StorageError."""
    data = place.read(INDEX)
    if data is None:
        return None
    try:
        return from_bytes(data)
    except ValueError as error:
        raise StorageError(f"{INDEX} there is damaged: {error}", refused=True) from None


def _digest(body: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def _to_json(stored: Stored) -> list[Any]:
    return [stored.num_bytes, stored.sha256]


def _from_json(pair: list[Any]) -> Stored:
    num_bytes, sha256 = pair
    return Stored(num_bytes=num_bytes, sha256=sha256)
