"""One place, whatever filesystem is behind it: what is stored comes back, and a call that fails is tried again."""

from __future__ import annotations

import importlib.util
from collections import Counter
from pathlib import Path

import pytest

from tracemill.jobs.storage.place import TRIES, Place, StorageError, within


@pytest.fixture(params=["folder", "s3", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "s3":
        request.getfixturevalue("s3_environment")
    root = {"folder": str(tmp_path / "kept"), "s3": "s3://mill/place", "memory": "memory://place"}[request.param]
    return Place(f"{root}/{request.node.name}", first_wait_s=0.01)


def file_of(tmp_path: Path, data: bytes) -> Path:
    path = tmp_path / "source"
    path.write_bytes(data)
    return path


def test_what_is_put_comes_back_and_what_is_removed_is_gone(place: Place, tmp_path: Path) -> None:
    assert place.read("a/b.txt") is None and place.names("a") == [] and place.all_keys() == []
    place.put(file_of(tmp_path, b"first"), "a/b.txt")
    place.put(file_of(tmp_path, b"second"), "a/b.txt")
    place.put(file_of(tmp_path, b""), "a/c/d")
    assert place.read("a/b.txt") == b"second"
    assert place.names("a") == ["b.txt", "c"]
    assert place.all_keys() == ["a/b.txt", "a/c/d"]
    place.get("a/b.txt", tmp_path / "new" / "got")
    assert (tmp_path / "new" / "got").read_bytes() == b"second"
    place.remove("a/c")
    place.remove("a/c")
    assert place.all_keys() == ["a/b.txt"]
    with pytest.raises(StorageError):
        place.get("a/c/d", tmp_path / "nothing")


def test_a_call_that_fails_twice_is_made_a_third_time(troubled: type, tmp_path: Path) -> None:
    calls: Counter[str] = Counter()

    def fail_twice(operation: str, path: str) -> None:
        calls[operation] += 1
        if calls[operation] <= 2:
            raise ConnectionResetError("the line is gone")

    troubled.before = staticmethod(fail_twice)
    place = Place("troubled://kept", first_wait_s=0.01)
    place.put(file_of(tmp_path, b"data"), "object")
    assert place.read("object") == b"data"
    assert calls == {"put": 3, "read": 3}


def test_a_call_that_always_fails_ends(troubled: type, tmp_path: Path) -> None:
    calls: Counter[str] = Counter()

    def fail(operation: str, path: str) -> None:
        calls[operation] += 1
        raise (ConnectionResetError if operation == "put" else PermissionError)("no")

    troubled.before = staticmethod(fail)
    place = Place("troubled://kept", first_wait_s=0.01)
    with pytest.raises(StorageError) as away:
        place.put(file_of(tmp_path, b"data"), "object")
    with pytest.raises(StorageError) as refused:
        place.read("object")
    assert (away.value.refused, refused.value.refused) == (False, True)
    assert calls == {"put": TRIES, "read": 1}


def test_half_an_object_is_seen_and_stored_again(troubled: type, tmp_path: Path) -> None:
    source, puts = file_of(tmp_path, b"all of it"), []

    def cut_the_first(operation: str, path: str) -> None:
        puts.append(path)
        source.write_bytes(b"half" if len(puts) == 1 else b"all of it")

    troubled.before = staticmethod(cut_the_first)
    place = Place("troubled://kept", first_wait_s=0.01)
    place.put(source, "object")
    assert len(puts) == 2
    troubled.before = staticmethod(lambda operation, path: None)
    assert place.read("object") == b"all of it"


def test_a_call_without_an_answer_is_left() -> None:
    import threading

    never = threading.Event()
    with pytest.raises(StorageError, match=r"no answer in 0.1 s"):
        within(0.1, never.wait)
    never.set()
    assert within(10, lambda: 3) == 3
    with pytest.raises(KeyError):
        within(10, lambda: {}["nothing"])


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("s4://bucket", "'s4://bucket' is no place to keep a run (Protocol not known: s4); give a folder, or a URL"),
        pytest.param(
            "gs://bucket",
            "'gs://bucket' needs a package that is not installed here: pip install 'tracemill[gcs]'",
            marks=pytest.mark.skipif(importlib.util.find_spec("gcsfs") is not None, reason="gcsfs is installed"),
        ),
    ],
)
def test_a_url_that_nothing_takes(url: str, said: str) -> None:
    with pytest.raises(ValueError) as error:
        Place(url)
    assert str(error.value).startswith(said)
