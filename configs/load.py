"""From a TOML file and `--set` overrides to a `Config`. Every mistake becomes one line that says what would be
right."""

from __future__ import annotations

import difflib
import hashlib
import json
import tomllib
import types
import typing
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError, create_model

from tracemill.configs.schema import Config, Part

P = typing.TypeVar("P", bound=Part)

BUNDLED = Path(__file__).parent  # the TOML files that travel with the package


def load(path: str | Path | None, overrides: Sequence[str] = ()) -> Config:
    """Reads a TOML file (or .json; a path, or the name of one in this package; None: nothing) and applies
    `key.path=value` overrides, values in TOML's syntax or plain text. Raises ValueError with one line for the first
    mistake."""
    data = {} if path is None else read(Path(path))
    for override in overrides:
        _override(data, override)
    return parse(data)


def parse(data: dict[str, Any]) -> Config:
    try:
        return Config.model_validate(data)
    except ValidationError as error:
        raise ValueError(first_line(error)) from None


_OPTIONAL: dict[str, Any] = {
    name: (typing.cast(Any, field.annotation) | None, None) for name, field in Config.model_fields.items()
}
_Parts = create_model("_Parts", __base__=Part, **_OPTIONAL)


def load_part(part: type[P], name: str, path: str | Path | None = None, overrides: Sequence[str] = ()) -> P:
    """One table of a config, for a command that needs no more: of a TOML file, whole or with that table alone, where
    one is given, and overrides; else its defaults. Raises ValueError with one line for the first mistake."""
    data = {} if path is None else read(Path(path))
    for override in overrides:
        _override(data, override)
    try:
        found = getattr(_Parts.model_validate(data), name)
    except ValidationError as error:
        raise ValueError(first_line(error)) from None
    return part() if found is None else found


def config_hash(config: Config) -> str:
    """16 hex digits of a SHA-256 over the canonical JSON of all that decides a run's results."""
    decisive = what_decides(config.model_dump(mode="json"))
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()[:16]


_MAY_DIFFER = {
    "run": (
        *("name", "dir", "steps", "checkpoint_every", "keep_checkpoints", "keep_best", "report_every"),
        *("timeline_steps", "trackers", "tracker_project"),
        *("storage", "storage_options", "storage_timeout_s"),
    ),
    "rollout": (
        "actors",
        "gpus_per_actor",
        "cpus_per_actor",
        "resources",
        "hang_timeout_s",
        "start_timeout_s",
        "max_restarts",
    ),
    "verifier": ("workers", "cpus_per_worker", "resources"),
    "learner": (
        "ranks",
        "gpus_per_rank",
        "cpus_per_rank",
        "resources",
        "interface",
        "connect_timeout_s",
        "hang_timeout_s",
        "max_restarts",
        "zero_stage",
        "offload",
        "activation_checkpointing",
        "tokens_per_micro_batch",
    ),
}
"""What a run that goes on may have otherwise: its name and place, how much is kept, and how many machines it is on. The
last of these leave results alone but for rounding."""


def what_decides(config: dict[str, Any]) -> dict[str, Any]:
    """A dumped config without what may differ when a run goes on: the keys above, where Ray is, what is exported."""
    kept = {part: dict(values) for part, values in config.items() if part not in ("ray", "export")}
    for part, keys in _MAY_DIFFER.items():
        for key in keys:
            kept[part].pop(key, None)
    return kept


def read(path: Path) -> dict[str, Any]:
    """A TOML or JSON file's tables; of a bundled one the name is enough. Raises ValueError."""
    if not path.is_file():
        bundled = BUNDLED / path.name
        if path.parent.name not in ("", "configs") or not bundled.is_file():
            known = ", ".join(sorted(file.name for file in BUNDLED.glob("*.toml")))
            raise ValueError(f"no config file {str(path)!r}; those that come with tracemill are {known}")
        path = bundled
    kind, parse_text = ("JSON", json.loads) if path.suffix == ".json" else ("TOML", tomllib.loads)
    try:
        data = parse_text(path.read_text())
    except ValueError as error:
        raise ValueError(f"{path} is not {kind}: {error}") from None
    if not isinstance(data, dict):
        raise ValueError(f"{path} holds no table of keys")
    return data


def _override(data: dict[str, Any], text: str) -> None:
    key, equals, value = text.partition("=")
    if not equals or not key.strip():
        raise ValueError(f"--set takes key=value, as in learner.lr=3e-6, not {text!r}")
    *parents, last = key.strip().split(".")
    place = data
    for parent in parents:
        place = place.setdefault(parent, {})
        if not isinstance(place, dict):
            raise ValueError(f"--set {key}: {parent} is a value, not a table")
    try:
        place[last] = tomllib.loads(f"value = {value.strip()}")["value"]
    except tomllib.TOMLDecodeError:
        place[last] = value.strip()


_TAGS = ("number", "table")  # which of a key's two forms was meant, no part of its name


def first_line(error: ValidationError, root: type[BaseModel] = Config) -> str:
    """What is wrong and what would be right, for the first mistake of a table validated by `root`."""
    first = error.errors()[0]
    path = [part for part in first["loc"] if part not in _TAGS]
    where = ".".join(map(str, path))
    if first["type"] == "extra_forbidden":
        *parents, key = path
        part = _model_at(root, parents)
        names = list(part.model_fields) if part is not None else []
        near = difflib.get_close_matches(str(key), names, n=1, cutoff=0.5)
        hint = f"did you mean {'.'.join([*map(str, parents), near[0]])!r}?" if near else f"known: {', '.join(names)}"
        return f"unknown config key {where!r}; {hint}"
    if first["type"] == "missing":
        return f"config key {where!r} is missing"
    message = first["msg"].removeprefix("Value error, ")
    return message if first["type"] == "value_error" else f"config key {where!r} is {first['input']!r}: {message}"


def _model_at(root: type[BaseModel], path: Sequence[int | str]) -> type[BaseModel] | None:
    """The model that validates the table at `path` below `root`, None where there is none."""
    model: Any = root
    for key in path:
        if isinstance(key, int):
            continue
        field = model.model_fields.get(key) if isinstance(model, type) and issubclass(model, BaseModel) else None
        if field is None:
            return None
        model = _inner_model(field.annotation)
    return model if isinstance(model, type) and issubclass(model, BaseModel) else None


def _inner_model(annotation: Any) -> Any:
    if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
        return annotation
    for argument in typing.get_args(annotation):
        found = _inner_model(argument)
        if isinstance(found, type) and issubclass(found, BaseModel):
            return found
    return None
