"""A place where objects are kept, behind fsspec: a folder, S3, GCS, the hub. An object is there whole or not at all, a
call that fails is tried again with longer and longer waits, and what was stored is asked for its size.

Not done here: deciding what is stored (`mirror`), and what of it belongs together (`index`).
"""

from __future__ import annotations

import hashlib
import random
import shutil
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import fsspec
from fsspec.callbacks import Callback
from fsspec.implementations.local import LocalFileSystem

from tracemill.traces.disk import TEMPORARY, sync_file

T = TypeVar("T")

TRIES = 5
LONGEST_WAIT_S = 8.0
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs"}
_ANSWERS = (PermissionError, FileNotFoundError, NotADirectoryError, FileExistsError, ValueError, TypeError)
_NO_CREDENTIALS = ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound")  # botocore's, not imported here


class StorageError(Exception):
    """The storage did not do what it was asked for, tries and waits included. `refused`: it answered no, or what was
    asked for made no sense to it, so that more of the same would not help."""

    def __init__(self, message: str, *, refused: bool = False) -> None:
        super().__init__(message)
        self.refused = refused


class Place:
    """`url` is an fsspec URL or a local path; keys are relative to it, parts joined by "/". Raises ValueError for a URL
    that no installed filesystem takes. `moved_at` is when bytes last moved, on the monotonic clock."""

    def __init__(self, url: str, options: Mapping[str, Any] | None = None, *, first_wait_s: float = 0.5) -> None:
        self.url = url.rstrip("/") if "://" in url else str(Path(url).expanduser().absolute())
        self._fs, root = _filesystem(self.url, dict(options or {}))
        self._root = root.rstrip("/")
        self._first_wait_s = first_wait_s
        self.moved_at = time.monotonic()

    def __str__(self) -> str:
        return self.url

    @property
    def folder(self) -> Path | None:
        """Where it is on this machine, if it is."""
        return Path(self._root) if isinstance(self._fs, LocalFileSystem) else None

    def put(self, source: Path, key: str) -> None:
        """An older object of that key stays whole until the new one is."""
        path, size = self._path(key), source.stat().st_size

        def call() -> None:
            if isinstance(self._fs, LocalFileSystem):
                _copy_whole(source, Path(path))
            else:
                self._fs.put_file(str(source), path, callback=_Beat(self._moved))
            self._fs.invalidate_cache()
            if (there := self._fs.info(path)["size"]) != size:
                raise OSError(f"{key} has {there} bytes there, not {size}")

        self._tried(call)

    def get(self, key: str, target: Path) -> None:
        """Raises StorageError (refused) where there is no such object."""
        target.parent.mkdir(parents=True, exist_ok=True)
        self._tried(lambda: self._fs.get_file(self._path(key), str(target), callback=_Beat(self._moved)))

    def read(self, key: str) -> bytes | None:
        """A small object, None where there is none."""

        def call() -> bytes | None:
            self._fs.invalidate_cache()
            try:
                return bytes(self._fs.cat_file(self._path(key)))
            except FileNotFoundError:
                return None

        return self._tried(call)

    def names(self, key: str) -> list[str]:
        """What lies right below `key`."""

        def call() -> list[str]:
            self._fs.invalidate_cache()
            try:
                found = self._fs.ls(self._path(key), detail=False)
            except FileNotFoundError:
                return []
            return sorted({str(path).rstrip("/").rpartition("/")[2] for path in found} - {""})

        return self._tried(call)

    def all_keys(self) -> list[str]:
        """Of every object, however deep."""

        def call() -> list[str]:
            self._fs.invalidate_cache()
            return [str(path).removeprefix(self._root).lstrip("/") for path in self._fs.find(self._root)]

        return self._tried(call)

    def remove(self, key: str) -> None:
        """An object, or all below a folder; nothing where there is none."""

        if (here := self.folder) is not None:
            _remove_here(here / key)
            return

        def call() -> None:  # one by one: `rm` takes a path with brackets for a pattern
            self._fs.invalidate_cache()
            for path in self._fs.find(self._path(key)):
                try:
                    self._fs.rm_file(path)
                except FileNotFoundError:
                    continue

        self._tried(call)

    def _path(self, key: str) -> str:
        return f"{self._root}/{key}" if key else self._root

    def _moved(self) -> None:
        self.moved_at = time.monotonic()

    def _tried(self, call: Callable[[], T]) -> T:
        for number in range(TRIES):
            try:
                done = call()
            except Exception as error:  # what a filesystem raises is of many packages, and none of ours
                if _is_answer(error) or number == TRIES - 1:
                    raise StorageError(said(error), refused=_is_answer(error)) from error
                time.sleep(random.uniform(0.5, 1) * min(self._first_wait_s * 2**number, LONGEST_WAIT_S))
            else:
                self._moved()
                return done
        raise AssertionError


class _Beat(Callback):
    """Tells that some bytes of a long transfer have moved."""

    def __init__(self, moved: Callable[[], None]) -> None:
        super().__init__()
        self._tell = moved

    def relative_update(self, inc: int = 1) -> None:
        self._tell()


def within(seconds: float, call: Callable[[], T]) -> T:
    """What `call` returns or raises; StorageError where it does neither in that time. The call is then left alone, in
    a thread that ends with the process."""
    outcome: list[T] = []
    failure: list[Exception] = []

    def work() -> None:
        try:
            outcome.append(call())
        except Exception as error:  # raised again below, in the thread that asked
            failure.append(error)

    thread = threading.Thread(target=work, name="storage-call", daemon=True)
    thread.start()
    thread.join(seconds)
    if failure:
        raise failure[0]
    if not outcome:
        raise StorageError(f"no answer in {seconds:g} s")
    return outcome[0]


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def said(error: BaseException) -> str:
    """The first line of it, or its kind where it says nothing."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _is_answer(error: Exception) -> bool:
    return isinstance(error, _ANSWERS) or type(error).__name__ in _NO_CREDENTIALS


def _filesystem(url: str, options: dict[str, Any]) -> tuple[Any, str]:
    protocol = url.partition("://")[0] if "://" in url else "file"
    try:
        filesystem, root = fsspec.url_to_fs(url, **options)
    except ImportError as error:
        extra = _EXTRAS.get(protocol)
        remedy = f"pip install 'tracemill[{extra}]'" if extra else said(error)
        raise ValueError(f"{url!r} needs a package that is not installed here: {remedy}") from None
    except (ValueError, TypeError) as error:
        raise ValueError(
            f"{url!r} is no place to keep a run ({said(error)}); give a folder, or a URL like s3://bucket/runs"
        ) from None
    return filesystem, str(root)


def _remove_here(path: Path) -> None:
    try:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    except FileNotFoundError:
        return
    except OSError as error:
        raise StorageError(said(error), refused=_is_answer(error)) from error


def _copy_whole(source: Path, target: Path) -> None:
    """A rename at the end, which a reader sees at once or not at all, on NFS too."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f"{TEMPORARY}{target.name}")
    try:
        shutil.copyfile(source, temporary)
        sync_file(temporary)
        temporary.replace(target)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
