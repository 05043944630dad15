"""A dataset's way to the hub and back. The only file of this room that needs a network."""

from __future__ import annotations

from pathlib import Path

from tracemill.traces.manifest import read_manifest


def push(folder: Path, name: str) -> str:
    """Uploads an export as the dataset `name` (`user/dataset`) and returns its address. Raises ValueError."""
    import huggingface_hub

    if read_manifest(folder) is None:
        raise ValueError(f"{folder} is no export of tracemill's; export first, then push")
    try:
        api = huggingface_hub.HfApi()
        api.create_repo(name, repo_type="dataset", exist_ok=True)
        return str(api.upload_folder(repo_id=name, folder_path=folder, repo_type="dataset", delete_patterns="data/*"))
    except (OSError, huggingface_hub.errors.HTTPError, ValueError) as error:
        raise ValueError(f"{name} could not be pushed: {_line(error)}; the dataset lies in {folder}") from error


def fetch(name: str) -> Path:
    """The folder of a dataset of the hub, downloaded. Raises ValueError."""
    import huggingface_hub

    try:
        return Path(huggingface_hub.snapshot_download(name, repo_type="dataset"))
    except (OSError, huggingface_hub.errors.HTTPError, ValueError) as error:
        raise ValueError(
            f"{name} is neither a folder nor a dataset of the hub that can be had: {_line(error)}"
        ) from error


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
