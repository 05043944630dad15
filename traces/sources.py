"""The runs that an export is made of: their ledgers, and how their problems were put to the policy."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tracemill.traces.ledger import Ledger

PLAIN = "{prompt}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """`template` is what the user's message was made of; `{prompt}` in it is the problem's text. `families` are the
    run's `problems.sources`, without which its problems cannot be built again."""

    ledger: Ledger
    template: str
    families: tuple[dict[str, Any], ...]

    def files(self) -> list[Path]:
        return self.ledger.files()


def source_of(run: Path) -> Source:
    """Raises ValueError where `run` is no run's folder, or one without traces."""
    ledger = Ledger(run / "traces")
    if not ledger.steps():
        raise ValueError(f"{run} holds no traces; give a run's folder, one with traces/step-*.parquet in it")
    problems = _problems(run / "config.json")
    return Source(ledger=ledger, template=problems.get("template", PLAIN), families=tuple(problems.get("sources", ())))


def _problems(path: Path) -> dict[str, Any]:
    """What the run's config says of its problems."""
    if not path.is_file():
        return {}
    return dict(json.loads(path.read_text(encoding="utf-8")).get("config", {}).get("problems", {}))


def as_shown(prompts: pa.ChunkedArray, template: str) -> pa.ChunkedArray:
    """The user's messages as the policy was shown them."""
    if template == PLAIN:
        return prompts
    head, *rest = template.split(PLAIN)
    texts = pa.chunked_array([pa.array([head] * len(prompts), pa.string())])
    for part in rest:
        texts = pc.binary_join_element_wise(texts, prompts, pa.scalar(part), "")
    return texts


def fingerprint(sources: Sequence[Source], config: str) -> str:
    """Changes where a file of a ledger, a template, the config or this code's version of an export does."""
    lines = [config]
    for source in sources:
        lines += [source.template, json.dumps(source.families)]
        for path in source.files():
            found = path.stat()
            lines.append(f"{path.name} {found.st_size} {found.st_mtime_ns}")
    return hashlib.blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()
