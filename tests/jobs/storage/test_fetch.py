"""What is fetched from a storage is what was stored, or is named as damaged and not taken."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracemill.jobs.errors import CommandError
from tracemill.jobs.storage.fetch import bring_back, cached_dataset, cached_run, fetch
from tracemill.jobs.storage.index import INDEX, Index, Stored, from_bytes, read_index, to_bytes
from tracemill.jobs.storage.mirror import Mirror
from tracemill.jobs.storage.place import Place, StorageError


@pytest.fixture
def kept(run, tmp_path: Path) -> Path:
    """The storage's folder of a run of three steps, with its newest two checkpoints."""
    for step in range(1, 4):
        run.step(step)
    mirror = Mirror(Place(str(tmp_path / "kept")), run.folder, timeout_s=60, pass_s=0.01)
    mirror.start()
    assert mirror.finish() == ""
    return tmp_path / "kept"


def object_of(kept: Path, tree: str, name: str) -> Path:
    index = read_index(Place(str(kept)))
    assert index is not None
    return kept / index.trees[tree].folder / name


def flip_a_bit(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[0] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize("damage", ["bit", "cut", "gone"])
def test_a_damaged_checkpoint_is_left_and_the_one_before_is_used(kept: Path, tmp_path: Path, damage: str) -> None:
    path = object_of(kept, "checkpoints/step-000003", "learner")
    if damage == "bit":
        flip_a_bit(path)
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:-1])
    else:
        path.unlink()
    fetched = bring_back(Place(str(kept)), tmp_path / "new")
    assert list(fetched.damaged) == ["checkpoints/step-000003"]
    why = "is not there" if damage == "gone" else "is not what was stored"
    assert why in fetched.damaged["checkpoints/step-000003"]
    assert [path.name for path in (tmp_path / "new" / "checkpoints").iterdir()] == ["step-000002"]


@pytest.mark.parametrize("mark", ["", " of another machine"])
def test_a_run_goes_on_past_a_damaged_checkpoint_and_replaces_it(
    kept: Path, run, tmp_path: Path, same, mark: str
) -> None:
    """Whether what is made again is the same to the bit, as on one machine, or another."""
    flip_a_bit(object_of(kept, "checkpoints/step-000003", "learner"))
    flip_a_bit(kept / "traces" / "step-000002.parquet")
    damaged = bring_back(Place(str(kept)), tmp_path / "new").damaged
    again = type(run).__new__(type(run))
    again.folder = tmp_path / "new"
    (again.folder / "metrics.jsonl").write_text('{"step": 1}\n{"step": 2}\n')
    again.step(3, mark=mark)
    mirror = Mirror(Place(str(kept)), again.folder, timeout_s=60, damaged=damaged, pass_s=0.01)
    mirror.start()
    assert mirror.finish() == ""
    assert bring_back(Place(str(kept)), tmp_path / "third").damaged == {}
    assert same(tmp_path / "third", again.folder)


def test_without_any_whole_checkpoint_nothing_is_begun(kept: Path, tmp_path: Path) -> None:
    for step in (2, 3):
        flip_a_bit(object_of(kept, f"checkpoints/step-00000{step}", "state.json"))
    with pytest.raises(
        CommandError, match=r"no checkpoint in .* is whole \(checkpoints/step-000003/.*state.json is not"
    ):
        bring_back(Place(str(kept)), tmp_path / "new")
    assert not (tmp_path / "new" / "config.json").exists()


def test_damaged_traces_are_named_and_not_read(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    flip_a_bit(kept / "traces" / "step-000001.parquet")
    fetched = fetch(Place(str(kept)), tmp_path / "new", lambda path: True)
    assert list(fetched.damaged) == ["traces/step-000001.parquet"]
    assert sorted(path.name for path in (tmp_path / "new" / "traces").iterdir()) == [
        "step-000000.parquet",
        "step-000002.parquet",
    ]
    with pytest.raises(CommandError, match=r"traces/step-000001.parquet is not what was stored: its sha256 is"):
        cached_run(f"file://{kept}")


def test_a_fetch_that_was_cut_short_takes_up_what_it_had(kept: Path, tmp_path: Path) -> None:
    new = tmp_path / "new"
    bring_back(Place(str(kept)), new)
    (new / "config.json").unlink()
    (new / "traces" / "step-000000.parquet").write_text("half")
    untouched = (new / "traces" / "step-000001.parquet").stat().st_ino
    assert bring_back(Place(str(kept)), new).damaged == {}
    assert (new / "traces" / "step-000000.parquet").read_text() == "traces of step 0"
    assert (new / "traces" / "step-000001.parquet").stat().st_ino == untouched


def test_a_damaged_index_is_an_error_and_no_empty_run(kept: Path, tmp_path: Path) -> None:
    text = (kept / INDEX).read_text()
    for damaged in (text[: len(text) // 2], text.replace('"traces/step-000000', '"traces/step-000009'), "[]", ""):
        (kept / INDEX).write_text(damaged)
        with pytest.raises(StorageError, match=r"storage.json there is damaged"):
            fetch(Place(str(kept)), tmp_path / "new", lambda path: True)


def test_an_index_that_names_a_path_outside_is_refused() -> None:
    stored = (Stored(num_bytes=1, sha256="0" * 64),)
    good = Index(run="r", writer="w", files={"traces/a.parquet": stored})
    assert from_bytes(to_bytes(good)) == good
    for path in ("../a", "/etc/a", "traces/../../a"):
        with pytest.raises(ValueError, match="lies outside a run's folder"):
            from_bytes(to_bytes(Index(run="r", writer="w", files={path: stored})))


def test_the_cache_follows_the_storage(kept: Path, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    url = f"file://{kept}"
    run.tree("dataset", **{"data/train.parquet": "rows"})
    run.write("proposals.jsonl", "{}\n")
    first = cached_run(url)
    assert not (first / "checkpoints").exists() and (first / "traces" / "step-000000.parquet").is_file()
    mirror = Mirror(Place(str(kept)), run.folder, timeout_s=60, pass_s=0.01)
    mirror.start()
    assert mirror.finish() == ""
    (run.folder / "traces" / "step-000000.parquet").unlink()
    assert cached_run(url) == first and (first / "proposals.jsonl").read_text() == "{}\n"
    for named in (url, f"{url}/dataset"):
        assert (cached_dataset(named) / "data" / "train.parquet").read_text() == "rows"
    assert (cached_dataset(f"file://{run.folder}/dataset") / "data" / "train.parquet").read_text() == "rows"
    with pytest.raises(CommandError, match=r"cannot be read \(no run is kept there"):
        cached_run(f"file://{tmp_path}/nowhere")
    with pytest.raises(CommandError, match="nothing lies at"):
        cached_dataset(f"file://{tmp_path}/nowhere")
