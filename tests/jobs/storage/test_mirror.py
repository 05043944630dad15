"""A run's folder and its mirror, through a storage that is there, away, slow, cut short or somebody else's."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from pathlib import Path

import pytest

from tracemill.jobs.storage.fetch import bring_back, fetch
from tracemill.jobs.storage.index import INDEX, read_index
from tracemill.jobs.storage.mirror import Elsewhere, Mirror
from tracemill.jobs.storage.place import Place, StorageError

pytestmark = pytest.mark.usefixtures("no_thread_left")
Same = Callable[[Path, Path], bool]


def place_of(url: str) -> Place:
    return Place(url, first_wait_s=0.001)


def mirrored(folder: Path, url: str, damaged: Collection[str] = ()) -> str:
    """One job that has nothing more to do; what it left."""
    mirror = Mirror(place_of(url), folder, timeout_s=60, damaged=damaged, pass_s=0.05)
    mirror.start()
    return mirror.finish()


@pytest.fixture(params=["folder", "s3"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "s3":
        request.getfixturevalue("s3_environment")
        return f"s3://mill/mirror/{request.node.name}"
    return str(tmp_path / "kept" / "run")


def test_all_of_a_run_is_there_and_comes_back(url: str, run, tmp_path: Path, same: Same) -> None:
    mirror = Mirror(place_of(url), run.folder, timeout_s=60, pass_s=0.05)
    mirror.start()
    for step in range(1, 6):
        run.step(step)
    run.tree("dataset", **{"data/train.parquet": "rows", "tracemill.json": "{}"})
    run.write("summary.json", "{}")
    run.write("proposals.jsonl", '{"id": "proposed_deduction@1:3:5", "params": []}\n')
    assert mirror.finish() == ""
    fetched = bring_back(place_of(url), tmp_path / "new")
    assert fetched.damaged == {} and same(tmp_path / "new", run.folder)
    assert set(place_of(url).names("checkpoints")) == {"step-000004", "step-000005"}
    assert mirrored(tmp_path / "new", url) == ""  # a job elsewhere goes on with it


def test_a_file_made_again_takes_the_older_ones_place(url: str, run, tmp_path: Path, same: Same) -> None:
    run.step(1)
    assert mirrored(run.folder, url) == ""
    run.step(1, mark=" made again")
    run.write("traces/step-000007.earlier-1.parquet", "older")
    assert mirrored(run.folder, url) == ""
    bring_back(place_of(url), tmp_path / "new")
    assert same(tmp_path / "new", run.folder)


EARLIER = "traces/step-000000.earlier-1.parquet"


def traces_there(url: str) -> dict[str, str]:
    """As a reader finds them; the index and the objects agree."""
    index = read_index(place_of(url))
    assert index is not None
    named = {path for path in index.files if path.startswith("traces/")}
    assert named == {key for key in place_of(url).all_keys() if key.startswith("traces/")}
    return {path: (place_of(url).read(path) or b"").decode() for path in named}


def test_traces_taken_away_while_no_job_mirrored_are_taken_away_there(
    url: str, run, tmp_path: Path, same: Same
) -> None:
    run.step(1)
    run.write(EARLIER, "older rollouts")
    assert mirrored(run.folder, url) == "" and EARLIER in traces_there(url)
    (run.folder / EARLIER).unlink()  # by a job that was killed before its mirror looked again
    run.step(2)
    assert mirrored(run.folder, url) == ""
    assert set(traces_there(url)) == {"traces/step-000000.parquet", "traces/step-000001.parquet"}
    bring_back(place_of(url), tmp_path / "new")
    assert same(tmp_path / "new", run.folder)


def test_traces_taken_away_right_after_they_were_fetched_are_taken_away_there(troubled: type, run, tmp_path) -> None:
    url = "troubled://kept/run"
    run.step(1)
    run.write(EARLIER, "older rollouts")
    assert mirrored(run.folder, url) == ""
    bring_back(place_of(url), tmp_path / "new")
    (tmp_path / "new" / EARLIER).unlink()
    assert mirrored(tmp_path / "new", url) == ""
    assert EARLIER not in traces_there(url)


def test_traces_that_were_never_in_this_folder_stay_there(troubled: type, run, tmp_path: Path) -> None:
    """Another machine earned them after the last checkpoint; or under the name of some that were taken away here."""
    url = "troubled://kept/run"
    run.step(1)
    run.write(EARLIER, "older rollouts")
    assert mirrored(run.folder, url) == ""
    bring_back(place_of(url), tmp_path / "new")
    elsewhere = type(run).__new__(type(run))
    elsewhere.folder = tmp_path / "new"
    elsewhere.write("traces/step-000001.parquet", "earned elsewhere")
    elsewhere.write(EARLIER, "others that were earned elsewhere")
    assert mirrored(elsewhere.folder, url) == ""
    (run.folder / EARLIER).unlink()
    for _ in range(2):
        assert mirrored(run.folder, url) == ""
        assert traces_there(url) == {
            "traces/step-000000.parquet": "traces of step 0",
            "traces/step-000001.parquet": "earned elsewhere",
            EARLIER: "others that were earned elsewhere",
        }


@pytest.mark.parametrize("text", ["", '{"traces/step-0'])
def test_without_the_list_of_what_was_here_everything_stays_there(troubled: type, run, text: str) -> None:
    url = "troubled://kept/run"
    run.step(1)
    run.write(EARLIER, "older rollouts")
    assert mirrored(run.folder, url) == ""
    (run.folder / EARLIER).unlink()
    (run.folder / ".storage/had.json").write_text(text)
    assert mirrored(run.folder, url) == ""
    assert EARLIER in traces_there(url)


def test_traces_that_were_damaged_when_they_were_fetched_stay_there(troubled: type, run, tmp_path: Path) -> None:
    url = "troubled://kept/run"
    run.step(1)
    run.write(EARLIER, "older rollouts")
    assert mirrored(run.folder, url) == ""
    (tmp_path / "other").write_text("other rollouts")
    place_of(url).put(tmp_path / "other", EARLIER)
    damaged = bring_back(place_of(url), tmp_path / "new").damaged
    assert list(damaged) == [EARLIER]
    for known in (damaged, ()):  # by the job that fetched, and the next in its folder
        assert mirrored(tmp_path / "new", url, damaged=known) == ""
        assert traces_there(url)[EARLIER] == "other rollouts"


def test_killed_at_any_call_the_storage_holds_the_old_state_or_the_new(troubled: type, run, tmp_path: Path) -> None:
    """The process ends at the n-th call that changes something there, for every n."""
    at_n = 0
    while True:
        troubled.store.clear()
        url, folder = "troubled://kept/run", tmp_path / f"run-{at_n}"
        one = type(run)(folder)
        one.step(1, keep=1)
        assert mirrored(folder, url) == ""
        one.step(2, keep=1)
        one.write("traces/step-000000.parquet", "other rollouts of step 0")
        calls = []

        def end_at_n(operation: str, path: str, calls: list[str] = calls, at_n: int = at_n) -> None:
            if operation != "read":
                calls.append(path)
            if len(calls) > at_n:
                raise PermissionError("the process is gone")

        troubled.before = staticmethod(end_at_n)
        left = ""
        try:
            mirror = Mirror(place_of(url), folder, timeout_s=0.2, pass_s=0.01)
            mirror.start()
            left = mirror.finish()
        except StorageError:
            left = "all"
        finally:
            mirror._thread.join()
            troubled.before = staticmethod(lambda operation, path: None)
        if not left and len(calls) <= at_n:
            break  # it came through without reaching the n-th call
        seen = tmp_path / f"seen-{at_n}"
        fetched = fetch(place_of(url), seen, lambda path: True)
        assert fetched.damaged == {}, at_n
        whole = {path.name: (path / "learner").read_text() for path in (seen / "checkpoints").iterdir()}
        assert whole and whole.items() <= {"step-000001": "weights 1", "step-000002": "weights 2"}.items()
        assert (seen / "policy" / "model").read_text() in ("weights 1", "weights 2")
        assert (seen / "metrics.jsonl").read_text().count("\n") in (1, 2)
        assert (seen / "traces" / "step-000000.parquet").read_text() in ("traces of step 0", "other rollouts of step 0")
        assert mirrored(folder, url) == ""  # the next job makes it whole, and removes what was begun
        named = {tree.folder for tree in read_index(place_of(url)).trees.values()}
        trees = {key.rpartition("/")[0] for key in place_of(url).all_keys() if "/" in key} - {"traces"}
        assert trees == named
        at_n += 1
    assert at_n > 10


def test_a_storage_that_is_away_is_said_once_and_filled_when_it_is_back(
    troubled: type, run, tmp_path: Path, same: Same, capsys: pytest.CaptureFixture[str]
) -> None:
    away, tried = threading.Event(), threading.Semaphore(0)

    def fail_while_away(operation: str, path: str) -> None:
        if away.is_set():
            tried.release()
            raise ConnectionRefusedError("connection refused")

    away.set()
    troubled.before = staticmethod(fail_while_away)
    mirror = Mirror(place_of("troubled://kept/run"), run.folder, timeout_s=60, pass_s=0.01)
    mirror.start()
    for step in range(1, 4):
        run.step(step)
        assert tried.acquire(timeout=60)
    for _ in range(12):  # two rounds of tries and more
        assert tried.acquire(timeout=60)
    said = capsys.readouterr().err
    assert said.count("cannot be written (connection refused); the run goes on, its files stay in") == 1
    assert "config.json" in mirror.left() and "connection refused" in mirror.left()
    away.clear()
    assert mirror.finish() == ""
    assert "troubled://kept/run answers again" in capsys.readouterr().err
    bring_back(place_of("troubled://kept/run"), tmp_path / "new")
    assert same(tmp_path / "new", run.folder)


def test_a_storage_that_hangs_stops_nobody(troubled: type, run) -> None:
    goes_on, reached = threading.Event(), threading.Event()

    def hang(operation: str, path: str) -> None:
        if operation == "put" and "checkpoints" in path:
            reached.set()
            goes_on.wait(120)

    troubled.before = staticmethod(hang)
    mirror = Mirror(place_of("troubled://kept/run"), run.folder, timeout_s=0.5, pass_s=0.01)
    mirror.start()
    run.step(1)
    assert reached.wait(60)
    for step in range(2, 20):
        run.step(step)
    left = mirror.finish()
    assert "traces/step-000018.parquet" in left or "more not stored" in left
    goes_on.set()


def test_a_checkpoint_that_the_run_drops_meanwhile_is_stored_whole(troubled: type, run, tmp_path: Path) -> None:
    dropped = []

    def drop_it(operation: str, path: str) -> None:
        if operation == "put" and "step-000001" in path and not dropped:
            dropped.append(path)
            run.step(2, keep=1)

    troubled.before = staticmethod(drop_it)
    run.step(1)
    mirror = Mirror(place_of("troubled://kept/run"), run.folder, timeout_s=60, pass_s=100)
    mirror.start()
    while not dropped or not read_index(place_of("troubled://kept/run")).trees:
        assert mirror._thread.is_alive()
    seen = fetch(place_of("troubled://kept/run"), tmp_path / "seen", lambda path: path.startswith("checkpoints"))
    assert seen.damaged == {} and (tmp_path / "seen" / "checkpoints" / "step-000001" / "learner").is_file()
    assert mirror.finish() == ""


def test_the_job_that_came_later_writes_and_the_other_stops(
    troubled: type, run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = "troubled://kept/run"
    run.step(1)
    lost = Mirror(place_of(url), run.folder, timeout_s=60, pass_s=0.01)
    lost.start()
    while lost.left():
        assert lost._thread.is_alive()
    bring_back(place_of(url), tmp_path / "new")
    there = Mirror(place_of(url), tmp_path / "new", timeout_s=60, pass_s=0.01)
    there.start()
    lost._thread.join(60)
    run.step(2)
    assert "another job goes on with this run" in lost.finish()
    assert capsys.readouterr().err.count("another job goes on with this run") == 1
    assert there.finish() == ""
    assert "checkpoints/step-000002" not in read_index(place_of(url)).trees


def test_a_run_of_the_same_name_and_one_that_went_on_elsewhere_are_left_alone(troubled: type, run, tmp_path) -> None:
    url = "troubled://kept/run"
    run.step(1)
    assert mirrored(run.folder, url) == ""
    stranger = type(run)(tmp_path / "stranger")
    with pytest.raises(Elsewhere, match=r"holds another run of this name; choose another run.name"):
        mirrored(stranger.folder, url)
    bring_back(place_of(url), tmp_path / "new")
    run.step(2)
    assert mirrored(run.folder, url) == ""
    with pytest.raises(Elsewhere, match=r"checkpoint of step 2, .* none after step 1: it went on elsewhere"):
        mirrored(tmp_path / "new", url)


def test_a_storage_that_refuses_is_an_error_at_the_start(troubled: type, run) -> None:
    def refuse(operation: str, path: str) -> None:
        if operation == "put":
            raise PermissionError("Access Denied")

    troubled.before = staticmethod(refuse)
    with pytest.raises(StorageError, match="Access Denied"):
        mirrored(run.folder, "troubled://kept/run")


def test_a_storage_that_lost_its_index_is_filled_again(troubled: type, run, tmp_path: Path, same: Same) -> None:
    url = "troubled://kept/run"
    run.step(1)
    mirror = Mirror(place_of(url), run.folder, timeout_s=60, pass_s=0.01)
    mirror.start()
    while mirror.left():
        assert mirror._thread.is_alive()
    place_of(url).remove(INDEX)
    assert mirror.finish() == ""
    bring_back(place_of(url), tmp_path / "new")
    assert same(tmp_path / "new", run.folder)
