"""What a config becomes when it travels: files of this machine that come along, places that are the cluster's.

A relative path names a file of this machine. If it is there, it comes along, at the same place below the job's working
folder, so that the config's text stays as it is and a job that goes on finds its own. An absolute path, and one that
begins with ~, names a place on the cluster, and is looked for there alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError

CONFIG = "tracemill-job.json"
MOST_BYTES = 200 * 2**20  # Ray keeps what travels in the head's memory, and takes no more than 500 MiB


def of_the_cluster(config: Config) -> Config:
    """Joins the Ray that the job runs on; a relative run.dir lies in the home folder there, as Ray deletes the job's
    working folder. Raises CommandError."""
    place = config.run.dir
    if not place.startswith(("/", "~")):
        inside = os.path.normpath(place)
        if inside.startswith(".."):
            raise CommandError(f"run.dir is {place!r}; for a job give an absolute path, one that every node sees")
        place = f"~/{inside}"
    return config.model_copy(
        update={
            "run": config.run.model_copy(update={"dir": place}),
            "ray": config.ray.model_copy(update={"address": "auto"}),
        }
    )


def pack(config: Config, into: Path) -> list[str]:
    """Writes the job's working folder: its config, and the files that come along, which are returned as lines for the
    user. Raises CommandError."""
    into.mkdir()
    (into / CONFIG).write_text(of_the_cluster(config).model_dump_json(indent=2))
    lines, total = [], 0
    for place in dict.fromkeys(_places(config)):
        path = Path(place)
        if path.is_absolute() or place.startswith("~") or not path.exists():
            continue
        if os.path.normpath(place).startswith(".."):
            raise CommandError(f"{place} cannot travel with the job: it lies outside this folder; submit from above it")
        num_bytes = _size(path)
        total += num_bytes
        if total > MOST_BYTES:
            raise CommandError(
                f"{place} is too large to travel with the job ({num_bytes / 2**20:,.0f} MiB; {MOST_BYTES // 2**20} MiB "
                "in all can); put it where every node sees it and give its absolute path, or use a name on the hub"
            )
        target = into / os.path.normpath(place)
        target.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            shutil.copytree(path, target, dirs_exist_ok=True)
        else:
            shutil.copy(path, target)
        lines.append(f"{place} ({max(num_bytes / 2**20, 0.1):,.1f} MiB)")
    return lines


def _places(config: Config) -> Iterator[str]:
    """All that may be a path of this machine, or else a name on the hub."""
    if config.policy.path != "bundled":
        yield config.policy.path
    yield from (source.rows for source in config.problems.sources if source.rows is not None)
    yield from config.problems.decontaminate
    yield from config.export.decontaminate


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file())
