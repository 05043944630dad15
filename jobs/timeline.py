"""The timeline of a run's steps, a thread an actor, as Chrome trace events: `timeline.json` in the run's folder, which
ui.perfetto.dev and chrome://tracing open.

Spans are measured in the actors and fetched once a step. Bounded: after `run.timeline_steps` steps the file becomes
`timeline-before.json`, in place of the one before. The clocks of several nodes are brought together by the exchange in
which the spans are fetched: an actor says what time it is, which was between the question and the answer, so that its
clock is known to half of the shortest exchange that was seen (written beside its name). On the driver's own node the
clock is the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tracemill.configs.spans import Span

_ORDER = ("driver", "learner", "engine", "verifier")  # from top to bottom
_END = "\n]\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class ActorSpans:
    """What an actor did since it was last asked. `now_us` is by its own clock, the other two are by the driver's;
    `node` is None where it is the driver's own."""

    name: str
    spans: Sequence[Span]
    node: str | None = None
    now_us: float = 0.0
    asked_us: float = 0.0
    answered_us: float = 0.0


class Timeline:
    def __init__(self, folder: Path, steps: int) -> None:
        """Nothing is written where `steps` is 0."""
        self._path = folder / "timeline.json"
        self._steps, self._written = steps, 0
        self._threads: dict[str, int] = {}
        self._clocks: dict[str, tuple[float, float]] = {}  # actor: half of the shortest exchange, its clock - ours
        self._ended: dict[str, int] = {}

    def open(self) -> None:
        """What an earlier job left is the one before."""
        self._rotate()

    def write(self, step: int, driver: Sequence[Span], actors: Iterable[ActorSpans]) -> None:
        """`driver`: the stages of the step, which they are drawn inside of."""
        if not self._steps or not driver:
            return
        if self._written >= self._steps:
            self._rotate()
        whole = Span(f"step {step}", driver[0].begun_us, driver[-1].ended_us, {})
        events = self._events(ActorSpans(name="driver", spans=driver), whole)
        for actor in actors:
            events += self._events(actor)
        self._append(events)
        self._written += 1

    def _events(self, actor: ActorSpans, whole: Span | None = None) -> list[dict[str, Any]]:
        off_us = self._off(actor)
        events = [] if actor.name in self._threads else self._named(actor)
        number, ended = self._threads[actor.name], self._ended.get(actor.name, 0)
        if whole is not None:
            events.append(_event(whole.name, int(whole.begun_us), int(whole.ended_us), number, whole.args))
        for span in actor.spans:
            begun = max(ended, int(span.begun_us - off_us))  # a clock that is known better now moves nothing back
            ended = max(begun, int(span.ended_us - off_us))
            events.append(_event(span.name, begun, ended, number, span.args))
        self._ended[actor.name] = ended
        return events

    def _off(self, actor: ActorSpans) -> float:
        if actor.node is None:
            return 0.0
        half = (actor.answered_us - actor.asked_us) / 2
        measured = half, actor.now_us - actor.asked_us - half
        self._clocks[actor.name] = min(self._clocks.get(actor.name, measured), measured)
        return self._clocks[actor.name][1]

    def _named(self, actor: ActorSpans) -> list[dict[str, Any]]:
        number = self._threads[actor.name] = len(self._threads) + 1
        kind, _, place = actor.name.partition(" ")
        there = (
            f" on node {actor.node[:8]} (clock to {self._clocks[actor.name][0] / 1000:.1f} ms)" if actor.node else ""
        )
        order = _ORDER.index(kind) * 100_000 + int(place or 0)
        return [
            _about(number, "process_name", name=actor.name + there),
            _about(number, "process_sort_index", sort_index=order),
            _about(number, "thread_name", name=kind),
        ]

    def _append(self, events: Sequence[dict[str, Any]]) -> None:
        """The file is whole JSON after every step."""
        text = ",\n".join(json.dumps(event, separators=(",", ":")) for event in events)
        if not self._written:
            self._path.write_text(f"[\n{text}{_END}")
            return
        with self._path.open("r+b") as file:
            file.seek(-len(_END), 2)
            file.write(f",\n{text}{_END}".encode())

    def _rotate(self) -> None:
        if self._path.exists():
            self._path.replace(self._path.with_name("timeline-before.json"))
        self._written, self._threads = 0, {}


def _event(name: str, begun: int, ended: int, number: int, args: dict[str, float]) -> dict[str, Any]:
    """A complete event; times in microseconds."""
    return {"name": name, "cat": "tracemill", "ph": "X", "ts": begun, "dur": ended - begun, "pid": number,
            "tid": number, "args": args}  # fmt: skip


def _about(number: int, what: str, **args: Any) -> dict[str, Any]:
    return {"name": what, "ph": "M", "ts": 0, "pid": number, "tid": number, "args": args}
