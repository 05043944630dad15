"""The rollout engines of a Ray run: who has what under way, who has proved its weights, and what happens when one dies
or hangs.

An engine that fails is replaced by a new actor, which takes the current weights, proves them, and only then serves.
What it had under way is given to those that serve; a completion follows from its request's seed, so nothing depends on
who makes it. Nothing here runs by itself: the calls that wait do the watching.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from tracemill.configs.schema import RolloutConfig
from tracemill.jobs.errors import CommandError, LearnerLost
from tracemill.jobs.fleet import Groups, over_engines
from tracemill.jobs.ray_counts import count_restart
from tracemill.rl.actor import Published
from tracemill.rollout.canary import check_canary
from tracemill.rollout.transports.choice import Place
from tracemill.rollout.transports.types import Broken
from tracemill.rollout.types import Request, Rollout, Sampling

_PULSE_S = 1.0  # between two looks at engines that have something under way
_SOON_S = 10.0  # an engine that starts later is asked about
_FAILURES = (ray.exceptions.RayError, ray.exceptions.GetTimeoutError)


@dataclass(slots=True, eq=False)
class _Call:
    """What one engine was asked for in one go; `handles` are of its groups, in their order. They come one by one."""

    groups: list[Sequence[Request]]
    sampling: Sampling
    handles: list[RayHandle]

    def left(self) -> _Call:
        """What has not come yet."""
        missing = [place for place, handle in enumerate(self.handles) if handle.rollouts is None]
        return _Call([self.groups[n] for n in missing], self.sampling, [self.handles[n] for n in missing])


@dataclass(slots=True, eq=False)
class RayHandle:
    """A group under way, or its rollouts."""

    rollouts: list[Rollout] | None = None


@dataclass(slots=True, eq=False)
class _Slot:
    """A place for an engine. `starting` is what says that its actor is there; None once it is."""

    number: int
    actor: Any
    starting: ray.ObjectRef | None
    made_at: float
    serving: bool = False
    explained: bool = False  # why it does not start
    process: tuple[int, str] | None = None  # its id, and its node's
    place: Place | None = None  # asked for when weights come by a route of their own
    calls: dict[ray.ObjectRefGenerator, _Call] = field(default_factory=dict)
    pulse: ray.ObjectRef | None = None
    steps: int = -1
    moved_at: float = 0.0  # when `steps` was last seen to move

    @property
    def name(self) -> str:
        return f"engine {self.number}"

    def questions(self) -> list[tuple[str, ray.ObjectRef | None]]:
        return [("start", self.starting), ("pulse", self.pulse)]


class RayEngines:
    def __init__(
        self,
        make: Callable[[int], Any],
        config: RolloutConfig,
        *,
        tolerance: float,
        tell: Callable[[str], None],
        no_room: Callable[[], str | None] = lambda: None,
    ) -> None:
        """`make` starts the n-th actor, or another in its place; `tell` is for what a user should know; `no_room` says
        why an engine that must be there finds no room. Waits for the least number of engines."""
        self._make = make
        self._config = config
        self._tolerance = tolerance
        self._tell = tell
        self._no_room = no_room
        self._published: Published | None = None
        self._unassigned: list[_Call] = []
        self._next_pulse = 0.0
        self.restarts = 0
        self.canary_difference = 0.0  # the largest at the newest version
        self._slots = [self._new_slot(number) for number in range(config.most_actors)]
        self._watched_at = self._served_at = time.monotonic()
        self._until(lambda: sum(slot.starting is None for slot in self._slots) >= config.least_actors)

    def start(self, groups: Groups, sampling: Sampling, *, together: bool) -> list[RayHandle]:
        """Hands the groups out; each comes as soon as it is done. `together`: each engine's share is one call, so that
        what shares a batch is fixed; else each group goes where there is the least to do."""
        handles = [RayHandle() for _ in groups]
        shares: Sequence[Sequence[int]] = [[place] for place in range(len(groups))]
        if together:
            shares = over_engines(groups, max(1, len(self._serving())))
        for number, share in enumerate(shares):
            if share:
                call = _Call([groups[place] for place in share], sampling, [handles[place] for place in share])
                self._assign(call, number if together else None)
        return handles

    def wait(self, handles: Sequence[RayHandle], at_least: int) -> None:
        """Until so many of them are done."""
        self._until(lambda: sum(handle.rollouts is not None for handle in handles) >= at_least)

    def take(self, published: Published) -> None:
        """Gives every engine a policy version, and lets those that prove it serve. Raises CommandError for one whose
        logprobs are not the learner's."""
        self._published = published
        self.canary_difference = 0.0
        self._renew([slot for slot in self._slots if slot.starting is None])

    def sleep(self) -> None:
        self._ask_all([(slot, slot.actor.sleep.remote()) for slot in self._serving()])

    def wake(self) -> None:
        self._ask_all([(slot, slot.actor.wake.remote()) for slot in self._serving()])

    def there(self) -> dict[str, Any]:
        """The actors that are there, by name."""
        return {slot.name: slot.actor for slot in self._slots if slot.starting is None}

    def close(self) -> None:
        for slot in self._slots:
            ray.kill(slot.actor)

    def _ask_all(self, asked: Sequence[tuple[_Slot, ray.ObjectRef]]) -> None:
        for slot, ref in asked:
            try:
                ray.get(ref, timeout=self._config.hang_timeout_s)
            except _FAILURES as error:
                self._lost(slot, _reason(error))

    def _serving(self) -> list[_Slot]:
        return [slot for slot in self._slots if slot.serving]

    def _assign(self, call: _Call, number: int | None = None) -> None:
        """To the n-th engine that serves, or else to the one with the least to do."""
        serving = self._serving()
        if not serving:
            self._unassigned.append(call)
            return
        slot = min(serving, key=_load_of) if number is None else serving[number]
        if not slot.calls:
            slot.moved_at = time.monotonic()
        slot.calls[slot.actor.generate.remote(call.groups, call.sampling)] = call

    def _until(self, done: Callable[[], bool]) -> None:
        if done():
            return
        unwatched_s = time.monotonic() - self._watched_at
        self._served_at += unwatched_s
        for slot in self._slots:  # while nobody watched, nobody saw it move
            slot.moved_at += unwatched_s
        while not done():
            self._turn()

    def _turn(self) -> None:
        """Waits a moment for anything to happen, and deals with it."""
        refs: dict[Any, tuple[_Slot, str]] = {}
        for slot in self._slots:
            refs.update(dict.fromkeys(slot.calls, (slot, "call")))
            refs.update({ref: (slot, what) for what, ref in slot.questions() if ref is not None})
        if not refs:
            time.sleep(_PULSE_S)
        elif ray.wait(list(refs), num_returns=1, timeout=_PULSE_S)[0]:
            ready, _ = ray.wait(list(refs), num_returns=len(refs), timeout=0)
            for ref in ready:
                slot, what = refs[ref]
                if slot in self._slots:  # and not replaced a moment ago
                    self._answered(slot, what, ref)
        self._look_at_all()
        self._watched_at = time.monotonic()

    def _answered(self, slot: _Slot, what: str, ref: Any) -> None:
        try:
            answer = ray.get(next(ref) if what == "call" else ref)
        except _FAILURES as error:
            cause = getattr(error, "cause", None)
            if isinstance(cause, ValueError):  # what was asked is wrong, not who was asked
                raise CommandError(str(cause)) from error
            if what == "start" and "creation task" in str(error):
                raise CommandError(f"{slot.name} cannot be made: {_reason(error)}") from error
            self._lost(slot, _reason(error))
            return
        if what == "call":
            call = slot.calls[ref]
            for place, rollouts in answer:
                call.handles[place].rollouts = rollouts
            if all(handle.rollouts is not None for handle in call.handles):
                del slot.calls[ref]
            slot.moved_at = time.monotonic()
        elif what == "pulse":
            slot.pulse = None
            if answer != slot.steps:
                slot.steps, slot.moved_at = answer, time.monotonic()
        else:
            slot.starting, slot.process = None, answer
            if self._published is None:
                self._serve(slot)
            else:
                self._renew([slot])

    def _look_at_all(self) -> None:
        """Asks those at work whether they move, and replaces those that have not for too long."""
        now = time.monotonic()
        if self._serving():
            self._served_at = now
        elif now - self._served_at > self._config.start_timeout_s:
            raise CommandError(
                f"no engine could be started within rollout.start_timeout_s ({self._config.start_timeout_s:g} s); "
                f"{self._no_room() or _resources(self._config)}"
            )
        if now < self._next_pulse:
            return
        self._next_pulse = now + _PULSE_S
        self._explain(now)
        for slot in self._serving():
            if not slot.calls:
                continue
            if now - slot.moved_at > self._config.hang_timeout_s:
                self._lost(slot, f"it made no step for {self._config.hang_timeout_s:g} s")
            elif slot.pulse is None:
                slot.pulse = slot.actor.steps.remote()

    def _explain(self, now: float) -> None:
        """Says of engines that must be there, once, that there is no room for them."""
        for slot in self._slots[: self._config.least_actors]:
            is_late = slot.starting is not None and now - slot.made_at > _SOON_S
            if is_late and not slot.explained and (why := self._no_room()):
                slot.explained = True
                self._tell(f"no room for {slot.name} any more: {why}")

    def _renew(self, slots: Sequence[_Slot]) -> None:
        """Gives these engines the published version, until each has proved it or was lost."""
        assert self._published is not None
        while slots:
            restarts = self.restarts
            again = [slot for slot, loaded in self._load(slots) if not self._prove(slot, loaded)]
            if again and self.restarts == restarts:  # nobody's loss explains it
                if self._published.route is not None:
                    self._published.route.check()
                raise CommandError(
                    f"{again[0].name} could not be given version {self._published.version} of the policy, nor could "
                    f'any other; try rollout.transport = "object_store", and go on with --resume'
                )
            slots = again

    def _load(self, slots: Sequence[_Slot]) -> list[tuple[_Slot, ray.ObjectRef]]:
        new = self._published
        assert new is not None
        for slot in slots:
            slot.serving = False
        source: str | Sequence[ray.ObjectRef] = new.buckets
        if new.route is not None:
            slots = [slot for slot in slots if self._has_place(slot)]
            places = [slot.place for slot in slots if slot.place is not None]
            source = new.route.start([slot.actor for slot in slots], places)
        rest = (source, new.probe, self._config.in_flight == "recompute")
        return [(slot, slot.actor.load_weights.remote(new.version, new.manifest, *rest)) for slot in slots]

    def _has_place(self, slot: _Slot) -> bool:
        """Asks an engine where it is; False where it is lost."""
        try:
            slot.place = slot.place or ray.get(slot.actor.place.remote(), timeout=self._config.hang_timeout_s)
        except _FAILURES as error:
            self._lost(slot, _reason(error))
        return slot.place is not None

    def _prove(self, slot: _Slot, loaded: ray.ObjectRef) -> bool:
        """False where somebody else's failure kept the weights from it."""
        assert self._published is not None
        version = self._published.version
        try:
            said = ray.get(loaded, timeout=self._config.hang_timeout_s)
        except _FAILURES as error:
            cause = getattr(error, "cause", None)
            if isinstance(cause, ValueError):
                raise CommandError(f"{slot.name} cannot take version {version}: {cause}") from error
            if isinstance(cause, ray.exceptions.OwnerDiedError):  # the weights went with the rank that held them
                raise LearnerLost(f"learner rank 0 died, and version {version} of the policy with it") from error
            if isinstance(cause, Broken) and self._config.engine == "torch":  # vLLM's reload is not left half-way
                return False
            self._lost(slot, _reason(error))
            return True
        try:
            learners = ray.get(self._published.logprobs, timeout=self._config.hang_timeout_s)
        except _FAILURES as error:
            raise LearnerLost(f"learner rank 0 does not say what version {version} is: {_reason(error)}") from error
        try:
            difference = check_canary(learners, said, name=slot.name, version=version, tolerance=self._tolerance)
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.canary_difference = max(self.canary_difference, difference)
        slot.actor.serve.remote()
        self._serve(slot)
        return True

    def _serve(self, slot: _Slot) -> None:
        slot.serving = True
        slot.moved_at = time.monotonic()
        waiting, self._unassigned = self._unassigned, []
        for call in waiting:
            self._assign(call)

    def _lost(self, slot: _Slot, reason: str) -> None:
        """Ends the slot's actor, starts another, and gives what it had under way to others."""
        self.restarts += 1
        count_restart("engine")
        if self.restarts > self._config.max_restarts:
            raise CommandError(
                f"{slot.name} failed ({reason}); that is the {self.restarts}th failure of an engine, more than "
                f"rollout.max_restarts ({self._config.max_restarts}) allows; go on with --resume"
            )
        self._tell(f"{slot.name} failed ({reason}); another takes its place")
        end(slot.actor, slot.process)
        fresh = self._new_slot(slot.number)
        self._slots[self._slots.index(slot)] = fresh
        for call in slot.calls.values():
            self._assign(call.left())

    def _new_slot(self, number: int) -> _Slot:
        actor = self._make(number)
        return _Slot(number=number, actor=actor, starting=actor.ready.remote(), made_at=time.monotonic())


def _load_of(slot: _Slot) -> int:
    missing = [call.left() for call in slot.calls.values()]
    return sum(len(group) for call in missing for group in call.groups)


def end(actor: Any, process: tuple[int, str] | None) -> None:
    """Kills an actor, even one that is stopped and cannot hear of it."""
    with suppress(ray.exceptions.RayError):
        ray.kill(actor)
    if process is None:
        return
    pid, node = process
    if node == ray.get_runtime_context().get_node_id():
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    else:
        there = NodeAffinitySchedulingStrategy(node, soft=False)
        _kill_process.options(scheduling_strategy=there).remote(pid)


@ray.remote(num_cpus=0, max_retries=0)
def _kill_process(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)


def _reason(error: BaseException) -> str:
    if isinstance(error, ray.exceptions.GetTimeoutError):
        return "it did not answer in time"
    if isinstance(error, ray.exceptions.RayActorError):
        return "its process died"
    cause = getattr(error, "cause", None) or error
    return str(cause).strip().splitlines()[0] or type(cause).__name__


def _resources(config: RolloutConfig) -> str:
    there = {name: amount for name, amount in ray.cluster_resources().items() if name in ("CPU", "GPU")}
    asked = f"{config.cpus_per_actor or 1:g} CPUs and {config.gpus_each:g} GPUs each"
    return f"Ray has {there.get('CPU', 0):g} CPUs and {there.get('GPU', 0):g} GPUs in all, engines ask for {asked}"
