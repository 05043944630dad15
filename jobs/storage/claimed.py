"""A run's folder claimed for a job, with what `run.storage` keeps of it: fetched before, mirrored while the job works,
and waited for at its end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tracemill.configs.schema import Config, RunConfig
from tracemill.jobs.errors import CommandError
from tracemill.jobs.run_folder import RunFolder

if TYPE_CHECKING:
    from tracemill.jobs.storage.mirror import Mirror
    from tracemill.jobs.storage.place import Place


@contextmanager
def claimed(config: Config, folder: RunFolder, *, resume: bool) -> Iterator[None]:
    """Raises CommandError where the folder or the storage is not this run's to use, and at the end where something
    could not be stored. An error of the job itself goes first; what is not stored is then said beside it."""
    if config.run.storage is None:
        folder.claim(config, resume=resume)
        yield
        return
    from tracemill.jobs.storage.mirror import say

    mirror = _connected(config.run, folder, resume=resume)
    folder.claim(config, resume=resume)
    _start(mirror, config.run.storage)
    try:
        yield
    except BaseException as error:
        if left := mirror.left() if isinstance(error, KeyboardInterrupt) else _finish(mirror, folder):
            say(_how_to_go_on(left, folder))
        raise
    if left := _finish(mirror, folder):
        raise CommandError(_how_to_go_on(left, folder))


def _connected(run: RunConfig, folder: RunFolder, *, resume: bool) -> Mirror:
    """Asks the storage what it holds of this run, and fetches it where it is wanted and not here."""
    from tracemill.jobs.storage.index import read_index
    from tracemill.jobs.storage.mirror import Mirror
    from tracemill.jobs.storage.place import StorageError, within

    place = _place(run, folder)
    here = (folder.path / "config.json").exists()
    damaged: dict[str, str] = {}
    try:
        index = within(run.storage_timeout_s, lambda: read_index(place))
        if index is not None and index.holds_run and not here:
            damaged = _fetched(place, folder, resume=resume)
    except StorageError as error:
        if error.refused or (resume and not here):
            unknown = "" if error.refused else "; whether it holds this run is not known, so none is begun"
            raise CommandError(f"run.storage: {place} cannot be read ({error}){unknown}") from None
        # else the mirror tries again, and says so
    return Mirror(place, folder.path, timeout_s=run.storage_timeout_s, damaged=damaged)


def _fetched(place: Place, folder: RunFolder, *, resume: bool) -> dict[str, str]:
    """Returns the checkpoints that are damaged there."""
    from tracemill.jobs.storage.fetch import bring_back
    from tracemill.jobs.storage.mirror import say

    if not resume:
        raise CommandError(f"{place} already holds this run; go on with --resume, or choose another run.name")
    say(f"fetching the run from {place}")
    fetched = bring_back(place, folder.path)
    for what, why in fetched.damaged.items():
        say(f"{what} in {place} is damaged and left out: {why}")
    return fetched.damaged


def _place(run: RunConfig, folder: RunFolder) -> Place:
    from tracemill.jobs.storage.place import Place

    try:
        place = Place(f"{str(run.storage).rstrip('/')}/{run.name}", run.storage_options)
    except ValueError as error:
        raise CommandError(f"run.storage: {error}", exit_code=2) from None
    there = place.folder
    if there is not None and (there.resolve() == folder.path or folder.path in there.resolve().parents):
        raise CommandError(
            f"run.storage is {run.storage!r}, which is where the run works; give another folder than run.dir",
            exit_code=2,
        )
    return place


def _start(mirror: Mirror, storage: str) -> None:
    from tracemill.jobs.storage.mirror import Elsewhere
    from tracemill.jobs.storage.place import StorageError

    try:
        mirror.start()
    except StorageError as error:
        raise CommandError(f"run.storage is {storage!r}, which cannot be written ({error})") from None
    except Elsewhere as error:
        raise CommandError(str(error)) from None


def _finish(mirror: Mirror, folder: RunFolder) -> str:
    from tracemill.jobs.storage.mirror import say

    try:
        return mirror.finish()
    except KeyboardInterrupt:
        if left := mirror.left():
            say(_how_to_go_on(left, folder))
        raise


def _how_to_go_on(left: str, folder: RunFolder) -> str:
    return f"{left}; nothing is lost, it lies in {folder.path}, and the same command with --resume stores it"
