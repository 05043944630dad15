"""One engine, many callers. A thread of its own makes the engine and alone touches it; callers leave tasks that it
takes between two steps, so that weights change, and a probe is answered, while completions are under way.

An engine serves only what it has proved: new weights stop it, and it goes on when the caller has compared its probe
with the learner's and says `serve`.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import torch

from tracemill.configs.spans import Span, Spans, now_us
from tracemill.rollout.types import Engine, Request, Rollout, Sampling
from tracemill.rollout.weights import Manifest

Finished = tuple[int, list[Rollout]]
"""A group's place among those of a call, and its rollouts in the order of its requests."""


@dataclass(slots=True)
class _Group:
    """The requests of one group, until the last of them is done; then it, or what went wrong, is put into `done`."""

    place: int
    order: list[tuple[str, int]]
    found: dict[tuple[str, int], Rollout]
    done: queue.SimpleQueue[Finished | Exception]


class EngineService:
    def __init__(self, make: Callable[[], Engine]) -> None:
        """Raises what `make` raises."""
        self._tasks: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._groups: dict[tuple[str, int], _Group] = {}
        self._serving = True
        self._steps = 0
        self._spans = Spans()
        self._stretch: tuple[float, int] | None = None  # since when, and since which step, it steps without a pause
        self._broken: Exception | None = None
        made: Future[Engine] = Future()
        self._thread = threading.Thread(target=self._work, args=(make, made), name="engine", daemon=True)
        self._thread.start()
        self._engine = made.result()
        self.manifest = self._engine.manifest()

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[Rollout]:
        """One rollout a request, in their order, when the last is done. What several callers ask for is in flight
        together. Raises ValueError for a request that cannot be run."""
        return [rollout for part in self.generate_groups([requests], sampling) for _, made in part for rollout in made]

    def generate_groups(self, groups: Sequence[Sequence[Request]], sampling: Sampling) -> Iterator[list[Finished]]:
        """The same for several groups, which are taken in all at once: each comes as soon as it is done."""
        done: queue.SimpleQueue[Finished | Exception] = queue.SimpleQueue()
        asked = [
            _Group(place, [(request.group_id, request.index) for request in group], {}, done)
            for place, group in enumerate(groups)
        ]

        def begin() -> None:
            self._engine.add([request for group in groups for request in group], sampling)
            for group in asked:
                self._groups.update(dict.fromkeys(group.order, group))
                if not group.order:
                    done.put((group.place, []))

        self._ask(begin)
        missing = len(asked)
        while missing:
            came = [done.get()]
            with suppress(queue.Empty):
                while True:
                    came.append(done.get_nowait())
            finished = []
            for one in came:
                if isinstance(one, Exception):
                    raise one
                finished.append(one)
            missing -= len(finished)
            yield finished

    def load_weights(
        self,
        version: int,
        manifest: Manifest,
        weights: Callable[[], Iterable[tuple[str, torch.Tensor]]],
        probe: Sequence[Sequence[int]],
        *,
        recompute: bool = False,
    ) -> list[list[float]]:
        """Stops between two steps, takes a policy version, and returns the logprobs of `probe` under it. Nothing is
        generated from here on until `serve`."""

        def load() -> list[list[float]]:
            self._serving = False
            self._engine.load_weights(version, manifest, weights(), recompute=recompute)
            return self._engine.logprobs(probe)

        return self._ask(load, "sync")

    def serve(self) -> int:
        """The weights that are there are proved: goes on with what is in flight. Returns their version."""

        def begin() -> int:
            self._serving = True
            return self._engine.version

        return self._ask(begin)

    def sleep(self) -> None:
        def stop() -> None:
            if self._groups:
                raise ValueError(f"an engine with {len(self._groups)} requests in flight cannot sleep")
            self._serving = False
            self._engine.sleep()

        self._ask(stop, "sleep")

    def wake(self) -> None:
        self._ask(self._engine.wake, "wake")

    def steps(self) -> int:
        """How many steps have been made: moves on while something is in flight, unless the engine hangs. Asks nothing
        of the engine's thread."""
        return self._steps

    def spans(self) -> list[Span]:
        """What the engine's thread did since this was last asked; asks nothing of it."""
        return self._spans.taken()

    def close(self) -> None:
        self._tasks.put(None)
        self._thread.join()

    def _ask(self, task: Callable[[], Any], span: str | None = None) -> Any:
        """Runs `task` in the engine's thread, between two steps; it is shown in the timeline as `span`."""
        answer: Future[Any] = Future()

        def answered() -> None:
            if span is None:
                work()
                return
            self._end_stretch()
            with self._spans(span):
                work()

        def work() -> None:
            try:
                if self._broken is not None:
                    raise RuntimeError(f"the engine has failed: {self._broken}")
                answer.set_result(task())
            except Exception as error:
                answer.set_exception(error)

        self._tasks.put(answered)
        return answer.result()

    def _work(self, make: Callable[[], Engine], made: Future[Engine]) -> None:
        try:
            engine = make()
        except Exception as error:
            made.set_exception(error)
            return
        made.set_result(engine)
        while True:
            is_busy = self._serving and self._broken is None and bool(self._groups)
            if not is_busy:
                self._end_stretch()
            elif self._stretch is None:
                self._stretch = now_us(), self._steps
            try:
                task = self._tasks.get(block=not is_busy)
            except queue.Empty:
                self._step(engine)
                continue
            if task is None:
                engine.close()
                return
            task()

    def _end_stretch(self) -> None:
        if self._stretch is not None:
            begun_us, first = self._stretch
            self._spans.add("generate", begun_us, steps=self._steps - first)
            self._stretch = None

    def _step(self, engine: Engine) -> None:
        try:
            finished = engine.step()
        except Exception as error:  # nothing of what was in flight can be trusted
            self._broken = error
            for group in {id(group): group for group in self._groups.values()}.values():
                group.done.put(error)
            self._groups = {}
            return
        self._steps += 1
        for rollout in finished:
            key = rollout.group_id, rollout.index
            group = self._groups.pop(key)
            group.found[key] = rollout
            if len(group.found) == len(group.order):
                group.done.put((group.place, [group.found[key] for key in group.order]))
