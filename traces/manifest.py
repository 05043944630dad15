"""What an export says of itself, in `tracemill.json`."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ValidationError

from tracemill.configs.schema import SourceConfig
from tracemill.traces.filters import Stage
from tracemill.traces.json_files import read_object
from tracemill.traces.sources import PLAIN

MANIFEST = "tracemill.json"
EXPORT_VERSION = 1


class ExportedAs(BaseModel):
    """Of the export's config that which matters to those who read it."""

    format: str
    verdicts: tuple[str, ...] = ()


class Manifest(BaseModel):
    """`families` are the `problems.sources` that the rows' problems come from."""

    tracemill_export: int
    config: ExportedAs
    templates: tuple[str, ...] = (PLAIN,)
    families: tuple[SourceConfig, ...] = ()
    total: int
    funnel: tuple[Stage, ...]
    splits: dict[str, int]


def read_manifest(folder: Path) -> Manifest | None:
    """None where `folder` is no export of ours. Raises ValueError for a manifest that is damaged, or of an export that
    this version does not know."""
    path = folder / MANIFEST
    found = read_object(path) if path.is_file() else {}
    if "tracemill_export" not in found:
        return None
    try:
        manifest = Manifest.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        raise ValueError(f"{path} is damaged: {'.'.join(map(str, first['loc']))}: {first['msg']}") from None
    if manifest.tracemill_export != EXPORT_VERSION:
        raise ValueError(
            f"{path} is of exports of version {manifest.tracemill_export}; this tracemill reads {EXPORT_VERSION}"
        )
    return manifest
