"""The runs that an export is made of: their ledgers, and how their problems were put to the policy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tracemill.traces.json_files import read_object
from tracemill.traces.ledger import Ledger

PLAIN = "{prompt}"
KEPT = "proposals.jsonl"  # in a run's folder and in an export: what its ids cannot build again without

Mark = tuple[int, int] | None
"""Bytes and time of change of a file: another one means another content. None where it is gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`template` is what the user's message was made of; `{prompt}` in it is the problem's text. `families` are the
    run's `problems.sources`, without which its problems cannot be built again. `files` are the ledger's, listed once: a
    run that goes on adds others."""

    files: Mapping[Path, Mark]
    template: str
    families: tuple[dict[str, Any], ...]
    kept: Path


def source_of(run: Path) -> Source:
    """Raises ValueError where `run` is no run's folder, or one without traces."""
    files = {path: _mark(path) for path in Ledger(run / "traces").files()}
    if not files:
        raise ValueError(f"{run} holds no traces; give a run's folder, one with traces/step-*.parquet in it")
    problems = config_of(run).get("problems", {})
    return Source(
        files=files,
        template=problems.get("template", PLAIN),
        families=tuple(problems.get("sources", ())),
        kept=run / KEPT,
    )


def config_of(run: Path) -> dict[str, Any]:
    """Tables by their names; none where the run's folder has no config.json. Raises ValueError for one that is
    damaged."""
    path = run / "config.json"
    config = read_object(path).get("config", {}) if path.is_file() else {}
    if not isinstance(config, dict) or not all(isinstance(table, dict) for table in config.values()):
        raise ValueError(f"{path} is damaged: it holds no config of a run")
    return config


def as_shown(prompts: pa.ChunkedArray, template: str) -> pa.ChunkedArray:
    """The user's messages as the policy was shown them."""
    if template == PLAIN:
        return prompts
    head, *rest = template.split(PLAIN)
    texts = pa.chunked_array([pa.array([head] * len(prompts), pa.string())])
    for part in rest:
        texts = pc.binary_join_element_wise(texts, prompts, pa.scalar(part), "")
    return texts


def write_kept(folder: Path, sources: Sequence[Source]) -> None:
    """Takes along the contents of the problems in the export's rows, where the runs kept any; sorted, each once."""
    files = [source.kept for source in sources if source.kept.is_file()]
    if not files:
        return
    wanted = {
        one
        for path in (folder / "data").glob("*.parquet")
        for one in pq.read_table(path, columns=["problem_id"])[0].to_pylist()
    }
    lines = {line for path in files for line in path.read_text(encoding="utf-8").splitlines() if _id_of(line) in wanted}
    if lines:
        (folder / KEPT).write_text("".join(line + "\n" for line in sorted(lines)), encoding="utf-8")


def _id_of(line: str) -> str | None:
    """None for a line that a killed writer cut short."""
    try:
        return str(json.loads(line)["id"])
    except (ValueError, KeyError, TypeError):
        return None


def fingerprint(sources: Sequence[Source], config: str) -> str:
    """Changes where a file of a ledger, a template, the config or this code's version of an export does."""
    lines = [config]
    for source in sources:
        lines += [source.template, json.dumps(source.families)]
        lines += [f"{path.name} {mark}" for path, mark in source.files.items()]
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


def check_unchanged(sources: Sequence[Source]) -> None:
    """Raises ValueError where a file is not what it was when it was listed: rows are known by their place in it."""
    for source in sources:
        for path, mark in source.files.items():
            if mark is None or _mark(path) != mark:
                raise ValueError(f"{path} was written again or taken away while it was exported; export again")


def _mark(path: Path) -> Mark:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns
