"""A run's folder, mirrored to a storage by a thread of its own. The run never waits for it, but at its end.

The thread looks into the folder every few seconds and stores what has changed: nothing piles up while the storage is
slow or away, since what waits lies in the folder itself. A checkpoint that is being stored stays until it is stored
(under a second name, which takes no room while the run keeps it too), whatever the run keeps.

What the run removes is removed there too, once what took its place is whole there. What was never in this folder stays
there: it was earned elsewhere.
"""

from __future__ import annotations

import shutil
import sys
import threading
import time
import uuid
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from tracemill.jobs.storage.index import (
    INDEX,
    Index,
    Stored,
    Tree,
    folder_of,
    is_folder_of_tree,
    newest_first,
    read_index,
    step_of,
    to_bytes,
)
from tracemill.jobs.storage.local import (
    OWN,
    Scan,
    Signature,
    freeze_file,
    freeze_tree,
    is_traces,
    run_token,
    scan,
    set_run_token,
    set_traces_had,
    traces_had,
)
from tracemill.jobs.storage.place import Place, StorageError, said, sha256_of

PASS_S = 10.0  # from the end of one look to the next
LONGEST_PAUSE_S = 60.0  # between looks while the storage is away
START_S = 30.0  # how long a start waits for an answer
_SAID_AFTER_S = 2.0  # of waiting at the end


class Elsewhere(Exception):
    """The storage holds another run of this name, or another job goes on with this one."""


class Mirror:
    """`timeout_s`: how long the end of a run waits while nothing moves. `damaged`: files and trees that lie there and
    were found not to be what was stored; they are stored again when the run has made them again."""

    def __init__(
        self, place: Place, folder: Path, *, timeout_s: float, damaged: Collection[str] = (), pass_s: float = PASS_S
    ) -> None:
        self._place = place
        self._folder = folder
        self._frozen = folder / OWN / "frozen"
        self._timeout_s = timeout_s
        self._pass_s = pass_s
        self._writer = uuid.uuid4().hex
        self._damaged = set(damaged)
        self._index: Index | None = None  # as it was last written; None before this job has the storage
        self._stored: dict[str, Signature] = {}  # what lies here as it lies there
        self._had = traces_had(folder)  # by jobs before this one too
        self._swept = False
        self._over = False  # this job keeps its hands off
        self._first_error: Exception | None = None
        self._first_try = threading.Event()
        self._failure = ""  # of the newest look; "" after one that stored all
        self._failing_since: float | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._work, name="storage", daemon=True)

    def start(self) -> None:
        """Returns when this job is the one that writes there, or it is known that the storage is away, which is no
        error. Raises StorageError where it answers and refuses, and Elsewhere."""
        shutil.rmtree(self._frozen, ignore_errors=True)
        self._thread.start()
        if not self._first_try.wait(min(START_S, self._timeout_s)):
            self._failure = "it does not answer"
            say(f"{self._place} does not answer; the run goes on, its files stay in {self._folder} until it does")
        error = self._first_error
        if isinstance(error, Elsewhere) or (isinstance(error, StorageError) and error.refused):
            self.stop()
            raise error

    def finish(self) -> str:
        """Waits until all is stored, or nothing moves for `timeout_s`. Returns what is not stored; "" for nothing."""
        self._ending.set()
        began, told = time.monotonic(), False
        while self._thread.is_alive():
            self._thread.join(0.05)
            now = time.monotonic()
            stuck_since = min(self._place.moved_at, self._failing_since or now)
            if now - max(began, stuck_since) > self._timeout_s:
                break
            if not told and now - began > _SAID_AFTER_S:
                told = True
                say(f"storing what is left in {self._place}; Ctrl-C stops waiting")
        return self.stop()

    def stop(self) -> str:
        """Begins nothing more, at once. Returns what is not stored; "" for nothing."""
        self._over = True
        self._ending.set()
        return self.left()

    def left(self) -> str:
        """What lies here and not there, and why; "" for nothing."""
        found = scan(self._folder)
        missing = [
            path for path, mine in [*found.files.items(), *found.trees.items()] if self._stored.get(path) != mine
        ]
        if not missing:
            return ""
        more = f" and {len(missing) - 3} more" if len(missing) > 3 else ""
        why = f" ({self._failure})" if self._failure else ""
        return f"{', '.join(missing[:3])}{more} not stored in {self._place}{why}"

    def _work(self) -> None:
        failures = 0
        while not self._over:
            ending = self._ending.is_set()
            try:
                self._hold()
                self._first_try.set()
                self._look()
                if failures and self._failure:
                    say(f"{self._place} answers again")
                self._failure, self._failing_since, failures = "", None, 0
                if ending:
                    return
            except FileNotFoundError:  # the run replaced what was about to be stored
                failures += 1
                self._failing_since = self._failing_since or time.monotonic()
            except (Elsewhere, StorageError, OSError) as error:
                failures += 1
                self._failing_since = self._failing_since or time.monotonic()
                self._say_once(error)
                if ending and isinstance(error, StorageError) and error.refused:
                    return
            pause = min(self._pass_s * 2.0 ** max(failures - 1, 0), LONGEST_PAUSE_S)
            if self._ending.is_set():
                time.sleep(min(pause, 1.0) if failures else 0)
            else:
                self._ending.wait(pause)

    def _say_once(self, error: Exception) -> None:
        at_start = not self._first_try.is_set()
        if at_start:
            self._first_error = error
            self._first_try.set()
        elsewhere = isinstance(error, Elsewhere)
        self._over = self._over or elsewhere
        if at_start and (elsewhere or (isinstance(error, StorageError) and error.refused)):
            pass  # `start` raises it
        elif elsewhere:
            say(f"{error}; nothing more is stored from here, the run's files stay in {self._folder}")
        elif not self._failure:
            say(
                f"{self._place} cannot be written ({said(error)}); the run goes on, its files stay in {self._folder}, "
                "and it is tried again"
            )
        self._failure = said(error)

    def _look(self) -> None:
        """Stores what has changed, in an order in which what the index says is true at every moment."""
        found = scan(self._folder)
        self._store_files(found)
        for name in newest_first(found.trees):
            if self._stored.get(name) != found.trees[name]:
                self._store_tree(name, found.trees[name])
        self._drop(found)
        shutil.rmtree(self._frozen, ignore_errors=True)

    def _hold(self) -> None:
        """Makes sure that this job is the one that writes there. A storage that lost its index is filled again."""
        found = read_index(self._place)
        if found is None or self._index is None:
            self._index = None
            self._take_over(found)
        else:
            self._check_writer(found)
        if not self._swept:
            self._sweep()
            self._swept = True

    def _check_writer(self, found: Index | None) -> None:
        if self._index is not None and found is not None and found.writer != self._writer:
            raise Elsewhere(f"another job goes on with this run in {self._place}")

    def _take_over(self, found: Index | None) -> None:
        token = run_token(self._folder) or set_run_token(self._folder)
        kept = Index(run=token, writer=self._writer)
        if found is not None and found.holds_run:
            if why := conflict(self._place, found, self._folder, self._damaged):
                raise Elsewhere(why)
            kept = replace(found, writer=self._writer)
        self._stored.clear()
        self._write(kept)

    def _store_files(self, found: Scan) -> None:
        """New ones, then the index, then those that take an older one's place."""
        assert self._index is not None
        files, replacing = dict(self._index.files), {}
        marks: dict[str, Signature] = {}
        had = dict(self._had)
        for path, mine in found.files.items():
            if self._stored.get(path) == mine:
                continue
            frozen = freeze_file(self._folder, path, self._frozen)
            content = self._content(frozen)
            marks[path] = mine
            if is_traces(path):
                had[path] = content.sha256
            if files.get(path) == (content,) and path not in self._damaged:
                continue
            if path in files:
                replacing[path] = (frozen, content)
                files[path] = (*(one for one in files[path] if one != content), content)
            else:
                self._place.put(frozen, path)
                files[path] = (content,)
        self._remember(had)  # before the index names it: what is there from here is known to have been here
        if files != self._index.files:
            self._write(replace(self._index, files=files))
        for path, (frozen, content) in replacing.items():
            self._place.put(frozen, path)
            self._index = replace(self._index, files={**self._index.files, path: (content,)})
        self._stored.update(marks)
        self._damaged -= marks.keys()

    def _store_tree(self, name: str, mine: Signature) -> None:
        assert self._index is not None
        paths = freeze_tree(self._folder, name, self._frozen)
        files = {path: self._content(self._frozen / name / path) for path in paths}
        folder, old = folder_of(name, files), self._index.trees.get(name)
        if old is None or old.folder != folder or name in self._damaged:
            for path in paths:
                self._place.put(self._frozen / name / path, f"{folder}/{path}")
            tree = Tree(folder=folder, files=files)
            self._write(replace(self._index, trees={**self._index.trees, name: tree}))
            if old is not None and old.folder != folder:
                self._place.remove(old.folder)
        self._stored[name] = mine
        self._damaged.discard(name)
        shutil.rmtree(self._frozen / name, ignore_errors=True)

    def _drop(self, found: Scan) -> None:
        """Removes there the older checkpoints that the run no longer keeps, and the files that it took away."""
        assert self._index is not None
        newest = max((step_of(name) for name in found.trees), default=-1)
        old = [name for name in self._index.trees if name not in found.trees and 0 <= step_of(name) < newest]
        gone = [path for path in self._index.files if path not in found.files and self._was_here(path)]
        if not (old or gone):
            return
        keys = [self._index.trees[name].folder for name in old] + gone
        trees = {name: tree for name, tree in self._index.trees.items() if name not in old}
        files = {path: versions for path, versions in self._index.files.items() if path not in gone}
        self._write(replace(self._index, trees=trees, files=files))
        for key in keys:
            self._place.remove(key)
        for name in [*old, *gone]:
            self._stored.pop(name, None)
        self._remember({path: sha256 for path, sha256 in self._had.items() if path not in gone})

    def _was_here(self, path: str) -> bool:
        """What lies there under this name: stored by this job, or traces that this folder had when an earlier one
        worked in it, with the same content."""
        assert self._index is not None
        return path in self._stored or self._had.get(path) == self._index.files[path][-1].sha256

    def _remember(self, had: dict[str, str]) -> None:
        if had != self._had:
            set_traces_had(self._folder, had)
            self._had = had

    def _sweep(self) -> None:
        """Removes the trees that a killed job began and never named."""
        assert self._index is not None
        named = {tree.folder for tree in self._index.trees.values()}
        checkpoints = [f"checkpoints/{name}" for name in self._place.names("checkpoints")]
        for tree in [*checkpoints, "policy", "dataset"]:
            for folder in self._place.names(tree):
                if f"{tree}/{folder}" not in named and is_folder_of_tree(folder):
                    self._place.remove(f"{tree}/{folder}")

    def _content(self, path: Path) -> Stored:
        sha256 = sha256_of(path)
        self._place.moved()
        return Stored(num_bytes=path.stat().st_size, sha256=sha256)

    def _write(self, index: Index) -> None:
        if self._index is not None:  # a look may take long, and another job may have come meanwhile
            self._check_writer(read_index(self._place))
        path = self._folder / OWN / INDEX
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(to_bytes(index))
        self._place.put(path, INDEX)
        self._index = index


def conflict(place: Place, found: Index, folder: Path, damaged: Collection[str] = ()) -> str:
    """Why the run in `folder` must not be stored over what is there; "" where it is the same one, no further than
    here. `damaged` checkpoints there do not count."""
    if found.run != run_token(folder):
        return f"{place} holds another run of this name; choose another run.name or run.storage"
    here = max((step_of(name) for name in scan(folder).trees), default=-1)
    there = max((step_of(name) for name in found.trees if name not in damaged), default=-1)
    if there > here:
        return (
            f"{place} has this run's checkpoint of step {there}, {folder} none after step {max(here, 0)}: it went on "
            "elsewhere; move that folder away, and --resume fetches the newer one"
        )
    return ""


def say(text: str) -> None:
    print(f"tracemill: {text}", file=sys.stderr, flush=True)
