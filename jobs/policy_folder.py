"""From `policy.path` to a folder on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

from tracemill.jobs.errors import AskedWrongly


def policy_folder(path: str) -> Path:
    """The bundled policy, a folder, or a hub name's snapshot (fetched if need be), with a model that is whole. Raises
    AskedWrongly."""
    if path == "bundled":
        return Path(str(files("tracemill.rollout") / "policy"))
    folder = Path(path).expanduser()
    if folder.is_dir():
        return _whole(folder.resolve())
    if path.startswith((".", "/", "~")) or path.count("/") != 1:
        raise AskedWrongly(
            f"no policy folder {path!r}; policy.path takes 'bundled', a folder, or a hub name (owner/name)"
        )
    from huggingface_hub import snapshot_download

    try:
        found = snapshot_download(path, allow_patterns=["*.json", "*.safetensors", "*.jinja", "*.model", "*.txt"])
    except Exception as error:
        reason = str(error).strip().splitlines()[0]
        raise AskedWrongly(
            f"policy.path {path!r} is no folder here and no model that the hub gives ({reason})"
        ) from None
    return _whole(Path(found))


def _whole(folder: Path) -> Path:
    """The folder, once all of its model has been found there; the weights themselves are not read. transformers would
    make up what is missing."""
    if not (folder / "config.json").is_file():
        raise AskedWrongly(f"{folder} holds no model in Hugging Face format (no config.json)")
    from transformers import AutoModelForCausalLM

    with _quiet():
        try:
            loaded: Any = AutoModelForCausalLM.from_pretrained(folder, device_map="meta", output_loading_info=True)
        except Exception as error:
            reason = (str(error).strip() or type(error).__name__).splitlines()[0]
            raise AskedWrongly(f"the policy in {folder} cannot be loaded: {reason}") from None
    if missing := sorted(loaded[1]["missing_keys"]):
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        raise AskedWrongly(f"the policy in {folder} lacks the weights {missing[0]}{more}; its files are not whole")
    return folder


@contextmanager
def _quiet() -> Iterator[None]:
    from transformers.utils import logging

    before, had_bars = logging.get_verbosity(), logging.is_progress_bar_enabled()
    logging.set_verbosity(logging.CRITICAL)
    logging.disable_progress_bar()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        if had_bars:
            logging.enable_progress_bar()
