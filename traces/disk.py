"""Writing so that a file is whole or not there, and saying so in one line when the disk is full."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

TEMPORARY = ".writing-"
"""What the name of every unfinished file begins with."""

_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DiskFull(OSError):
    """The disk has no room for a file. Nothing of it was kept; whatever was there before is whole."""


@contextmanager
def naming_a_full_disk(path: Path, advice: str) -> Iterator[None]:
    """Turns ENOSPC, a full quota and a file too large into DiskFull with `advice`."""
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise DiskFull(f"no room for {path.name} in {path.parent}: {advice}") from error
        raise


def write_whole(path: Path, data: bytes | memoryview, keep_as: Path | None = None) -> None:
    """Temporary file, fsync, rename, fsync of the folder. `keep_as` is what a file in the way is renamed to first."""
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if keep_as is not None:
            path.rename(keep_as)
        temporary.rename(path)
        sync_folder(path.parent)
    except OSError:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise


def sync_file(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Makes renames in the folder outlast a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
