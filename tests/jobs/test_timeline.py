"""The timeline of a run: events of the trace event format, one after the other in each thread, on one clock."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

from tracemill.configs.spans import Span, Spans, now_us
from tracemill.jobs.timeline import ActorSpans, Timeline


def read(path: Path) -> list[dict[str, Any]]:
    """Checked against what the format's document asks of complete ("X") and metadata ("M") events."""
    events: list[dict[str, Any]] = json.loads(path.read_text())
    for event in events:
        assert {"name", "ph", "pid", "tid", "ts"} <= event.keys() and event["ph"] in "XM", event
        assert all(isinstance(event[key], int) for key in ("pid", "tid", "ts"))
        if event["ph"] == "X":
            assert isinstance(event["dur"], int) and event["dur"] >= 0 and isinstance(event["args"], dict)
        else:
            assert event["name"] in ("process_name", "process_sort_index", "thread_name")
    return events


def names(events: list[dict[str, Any]]) -> dict[str, int]:
    return {e["args"]["name"]: e["pid"] for e in events if e["name"] == "process_name"}


def of_thread(events: list[dict[str, Any]], number: int) -> list[dict[str, Any]]:
    return [event for event in events if event["pid"] == number and event["ph"] == "X"]


def steps(path: Path) -> list[str]:
    return [event["name"] for event in read(path) if event["name"].startswith("step ")]


def assert_nested(events: list[dict[str, Any]]) -> None:
    """Each two events of a thread are apart, or one holds the other."""
    for number in {event["pid"] for event in events}:
        open_until: list[int] = []
        for event in sorted(of_thread(events, number), key=lambda e: (e["ts"], -e["dur"])):
            while open_until and open_until[-1] <= event["ts"]:
                open_until.pop()
            assert not open_until or event["ts"] + event["dur"] <= open_until[-1], event
            open_until.append(event["ts"] + event["dur"])


def test_a_thread_knows_what_it_did_and_when_it_waited() -> None:
    before, spans = now_us(), Spans()
    time.sleep(0.01)
    with spans("learn", trees=3):
        time.sleep(0.01)
    with spans("sync"):
        pass
    wait, learn, sync = spans.taken()
    assert [wait.name, learn.name, sync.name] == ["wait", "learn", "sync"] and learn.args == {"trees": 3}
    assert before <= wait.begun_us < wait.ended_us == learn.begun_us < learn.ended_us <= sync.begun_us <= now_us()
    assert learn.ended_us - learn.begun_us >= 10_000 and abs(now_us() / 1e6 - time.time()) < 60
    assert spans.taken() == []


def driver(step: int) -> list[Span]:
    at = 1_000_000.0 * step
    return [Span("generate", at, at + 400_000, {}), Span("learn", at + 400_000, at + 900_000, {})]


def test_the_file_is_whole_after_every_step_and_does_not_grow_for_ever(tmp_path: Path) -> None:
    timeline = Timeline(tmp_path, 3)
    timeline.open()
    for step in range(1, 9):
        at = 1_000_000.0 * step
        engine = ActorSpans(name="engine 0", spans=[Span("generate", at, at + 300_000, {"steps": 9})])
        timeline.write(step, driver(step), [engine])
        events = read(tmp_path / "timeline.json")
        assert_nested(events)
        assert set(names(events)) == {"driver", "engine 0"}
    assert steps(tmp_path / "timeline-before.json") == ["step 4", "step 5", "step 6"]
    assert steps(tmp_path / "timeline.json") == ["step 7", "step 8"]
    assert len(list(tmp_path.iterdir())) == 2
    again = Timeline(tmp_path, 3)  # a resume begins a file of its own
    again.open()
    again.write(8, driver(8), [])
    assert steps(tmp_path / "timeline-before.json") == ["step 7", "step 8"]
    none = Timeline(tmp_path / "none", 0)
    none.open()
    none.write(1, driver(1), [])
    assert not (tmp_path / "none").exists()


def test_clocks_of_other_nodes_are_brought_to_the_drivers(tmp_path: Path) -> None:
    timeline, ahead = Timeline(tmp_path, 9), 5e9  # more than an hour
    for step, exchange in ((1, 40_000.0), (2, 1_000.0), (3, 90_000.0)):
        at = 1_000_000.0 * step
        spans = [Span("generate", at + 100 + ahead, at + 400_000 + ahead, {})]
        answered = at + 900_000 + exchange
        there = answered - exchange * 0.9 + ahead  # the answer took longer than the question
        actor = ActorSpans(
            name="engine 7", spans=spans, node="abcdef0123", now_us=there, asked_us=at + 900_000, answered_us=answered
        )
        timeline.write(step, driver(step), [actor])
    events = read(tmp_path / "timeline.json")
    assert_nested(events)
    number = names(events)["engine 7 on node abcdef01 (clock to 20.0 ms)"]
    off = [abs(e["ts"] - 1_000_000 * step - 100) for step, e in enumerate(of_thread(events, number), 1)]
    assert off[0] <= 20_000 and off[1] <= 500 and off[2] <= 500  # to half of the shortest exchange so far
