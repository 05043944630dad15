"""What a storage holds of a run, brought to a folder here, every file checked against the sha256 that it was stored
with. A file or a tree comes to its place only when it is whole.

Not done here: datasets and runs that were put somewhere by other means than `run.storage` have no index, and no sums.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from tracemill.jobs.errors import CommandError
from tracemill.jobs.storage.index import Index, Stored, newest_first, read_index, step_of
from tracemill.jobs.storage.local import OWN, is_traces, set_run_token, set_traces_had
from tracemill.jobs.storage.place import Place, StorageError, sha256_of

TOGETHER = 8  # transfers
_TRIES = 3  # with a newer index, where a file was replaced under way
_READ = ("config.json", "metrics.jsonl", "proposals.jsonl", "summary.json")  # by export and report, beside the traces

Wanted = Callable[[str], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """`damaged`: files and trees that are not there as the index says, with why."""

    index: Index
    damaged: dict[str, str]


def bring_back(place: Place, folder: Path) -> Fetched:
    """All of a run that `resume` needs. Its config.json comes last: without one, this is no run's folder yet. Raises
    CommandError where no checkpoint is whole, though there are some; StorageError."""
    fetched = fetch(place, folder, lambda path: path != "config.json")
    checkpoints = [name for name in fetched.index.trees if step_of(name) >= 0]
    if checkpoints and all(name in fetched.damaged for name in checkpoints):
        why = fetched.damaged[newest_first(dict.fromkeys(checkpoints))[0]]
        raise CommandError(f"no checkpoint in {place} is whole ({why}); mend that, or choose another run.name")
    set_traces_had(folder, _traces_in(fetched))
    last = fetch(place, folder, lambda path: path == "config.json")
    if last.damaged:
        raise CommandError(f"{place}: {last.damaged['config.json']}; without its config the run cannot go on")
    set_run_token(folder, fetched.index.run)
    return fetched


def fetch(place: Place, folder: Path, wanted: Wanted) -> Fetched:
    """The files and trees of which `wanted` holds; those that lie here as they are there are not fetched again. Raises
    StorageError where there is no run, or the storage does not answer."""
    for _ in range(_TRIES):
        index = _index_of_run(place)
        damaged = _fetch_once(place, index, folder, wanted)
        if not damaged or read_index(place) == index:
            break
    return Fetched(index=index, damaged=damaged)


def cached_run(url: str, *, traces: bool = True) -> Path:
    """The folder in the cache with what export and report read of a run. Raises CommandError."""
    with _one_line(url):
        place = Place(url)
        folder = _cache(url)

        def wanted(path: str) -> bool:
            return path in _READ or (traces and is_traces(path))

        fetched = fetch(place, folder, wanted)
        _fail_if_damaged(place, fetched)
        for left in (folder / "traces").glob("*.parquet"):
            if f"traces/{left.name}" not in fetched.index.files:
                left.unlink()
    return folder


def cached_dataset(url: str) -> Path:
    """The folder in the cache with a dataset: that of a run (its URL, or the dataset's in it), or any export's that was
    put there as it is. Raises CommandError."""
    with _one_line(url):
        url = url.rstrip("/")
        parent, _, name = url.rpartition("/")
        for run, tree in ((url, "dataset"), (parent, name)):
            place = Place(run)
            index = read_index(place)
            if index is not None and index.holds_run:
                if tree not in index.trees:
                    raise CommandError(f"{place} holds no dataset; the run that is kept there exported none")
                folder = _cache(run)
                _fail_if_damaged(place, fetch(place, folder, tree.__eq__))
                return folder / tree
        return _plain(Place(url), _cache(url))


def is_url(text: str) -> bool:
    return "://" in text


def local_run(text: str) -> Path:
    """A run's folder: the one named, or for a URL the one in the cache, brought up to date. Raises CommandError."""
    return cached_run(text) if is_url(text) else Path(text)


def _index_of_run(place: Place) -> Index:
    index = read_index(place)
    if index is None or not index.holds_run:
        raise StorageError("no run is kept there (no storage.json)", refused=True)
    return index


def _fetch_once(place: Place, index: Index, folder: Path, wanted: Wanted) -> dict[str, str]:
    work = folder / OWN / "fetching"
    damaged = {}
    for name in newest_first(index.trees):
        if wanted(name) and (why := _fetch_tree(place, index, name, folder, work)):
            damaged[name] = why
    files = [path for path in index.files if wanted(path) and path != "report.html"]  # that one is made anew
    found = _together([partial(_fetch_file, place, path, index.files[path], folder, work) for path in files])
    damaged |= {path: why for path, why in zip(files, found, strict=True) if why}
    shutil.rmtree(work, ignore_errors=True)
    return damaged


def _traces_in(fetched: Fetched) -> dict[str, str]:
    """The files of traces that have come, by their sha256; without those that were about to be replaced."""
    whole = {path: versions for path, versions in fetched.index.files.items() if path not in fetched.damaged}
    return {path: versions[0].sha256 for path, versions in whole.items() if is_traces(path) and len(versions) == 1}


def _fetch_tree(place: Place, index: Index, name: str, folder: Path, work: Path) -> str:
    """Why it is damaged; "" where all of it has come."""
    tree, target = index.trees[name], folder / name
    if all(_is(target / path, (content,)) for path, content in tree.files.items()):
        return ""
    shutil.rmtree(work / name, ignore_errors=True)
    for why in _together(
        [
            partial(_get, place, f"{tree.folder}/{path}", (content,), work / name / path)
            for path, content in tree.files.items()
        ]
    ):
        if why:
            return why
    shutil.rmtree(target, ignore_errors=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    (work / name).rename(target)
    return ""


def _fetch_file(place: Place, path: str, versions: Sequence[Stored], folder: Path, work: Path) -> str:
    if _is(folder / path, versions):
        return ""
    if why := _get(place, path, versions, work / path):
        return why
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (work / path).rename(folder / path)
    return ""


def _get(place: Place, key: str, versions: Sequence[Stored], target: Path) -> str:
    try:
        place.get(key, target)
    except StorageError as error:
        if not isinstance(error.__cause__, FileNotFoundError):
            raise
        return f"{key} is not there"
    return "" if _is(target, versions) else f"{key} is not what was stored: its sha256 is {sha256_of(target)}"


def _is(path: Path, versions: Sequence[Stored]) -> bool:
    if not path.is_file() or path.stat().st_size not in {one.num_bytes for one in versions}:
        return False
    return sha256_of(path) in {one.sha256 for one in versions}


def _together(calls: Sequence[Callable[[], str]]) -> list[str]:
    with ThreadPoolExecutor(TOGETHER, thread_name_prefix="fetch") as pool:
        return list(pool.map(lambda call: call(), calls))


def _plain(place: Place, folder: Path) -> Path:
    keys = place.all_keys()
    if not keys:
        raise CommandError(f"nothing lies at {place}")
    shutil.rmtree(folder, ignore_errors=True)
    for key in keys:
        if ".." in key.split("/"):
            raise CommandError(f"{place} names {key!r}, which lies outside of it")
        place.get(key, folder / key)
    return folder


def _cache(url: str) -> Path:
    """One folder a URL, named so that a person knows it again."""
    root = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "tracemill"
    name = url.rstrip("/").rpartition("/")[2]
    return root / hashlib.sha256(url.rstrip("/").encode()).hexdigest()[:12] / name


def _fail_if_damaged(place: Place, fetched: Fetched) -> None:
    if fetched.damaged:
        raise CommandError(f"{place}: {next(iter(fetched.damaged.values()))}")


@contextmanager
def _one_line(url: str) -> Iterator[None]:
    try:
        yield
    except ValueError as error:
        raise CommandError(str(error)) from None
    except StorageError as error:
        raise CommandError(f"{url} cannot be read ({error})") from None
