"""Files of JSON that somebody may have written into: what they must hold, or one line that names the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any


def read_object(path: Path) -> dict[str, Any]:
    """Of a JSON file. NaN and infinities, which JSON does not have, become None. Raises ValueError where there is
    another thing."""
    return as_object(path.read_bytes(), str(path))


def as_object(data: bytes, where: str) -> dict[str, Any]:
    try:
        found = json.loads(data.decode(), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{where} is damaged: no JSON ({str(error).splitlines()[0]})") from None
    if not isinstance(found, dict):
        raise ValueError(f"{where} is damaged: {json.dumps(found)[:60]} where a table in braces belongs")
    return found
