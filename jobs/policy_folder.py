"""From `policy.path` to a folder on this machine."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from tracemill.jobs.errors import CommandError


def policy_folder(path: str) -> Path:
    """The bundled policy, a folder, or a hub name's snapshot (fetched if need be). Raises CommandError."""
    if path == "bundled":
        return Path(str(files("tracemill.rollout") / "policy"))
    folder = Path(path).expanduser()
    if folder.is_dir():
        return folder.resolve()
    if path.startswith((".", "/", "~")) or path.count("/") != 1:
        raise CommandError(
            f"no policy folder {path!r}; policy.path takes 'bundled', a folder, or a hub name (owner/name)"
        )
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(path, allow_patterns=["*.json", "*.safetensors", "*.jinja", "*.model", "*.txt"]))
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        raise CommandError(
            f"policy.path {path!r} is no folder here and no model that the hub gives ({reason})"
        ) from None
