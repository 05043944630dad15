"""The learner ranks of a Ray run: made where the placement has them, introduced to each other, asked all at once, and
watched while they answer.

A rank that dies, or gives no sign of life, or a collective that fails because of it, is `LearnerLost`: nothing is
repaired here, since ranks that lost one of them hold nothing that a checkpoint does not.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ray

from tracemill.configs.schema import Config
from tracemill.jobs.errors import CommandError, LearnerLost
from tracemill.jobs.fleet import threads_each
from tracemill.jobs.learn import learner_config
from tracemill.jobs.placement import Placement
from tracemill.jobs.ray_engines import end
from tracemill.rl.actor import LearnerActor, Seat

_PULSE_S = 1.0  # between two looks at ranks that have not answered
_SOON_S = 5.0  # in which a rank that lives gives a sign of it
_LEAST_COLLECTIVE_S = 600.0  # a rank may load a large policy for long while the others wait for it
_COLLECTIVE_ERRORS = ("DistError", "DistBackendError", "DistNetworkError", "DistStoreError")


class RayLearner:
    def __init__(self, config: Config, placement: Placement) -> None:
        self._whole = config
        self._config = config.learner
        actor: Any = LearnerActor  # mypy sees the plain class, not what ray.remote makes of it
        self._actors = [actor.options(**placement.rank(rank)).remote() for rank in range(config.learner.ranks)]
        self._pulses: list[tuple[ray.ObjectRef, float] | None] = [None] * len(self._actors)
        self._silence_s = max(_LEAST_COLLECTIVE_S, self._config.hang_timeout_s)  # a process takes its time to begin
        self._seats: list[Seat] = []
        self._started: list[ray.ObjectRef] = []

    def start(self, policy: Path, num_updates: int) -> None:
        """Returns when all ranks have begun to start; `wait_until_started` is the rest of it. Raises CommandError for
        ranks that cannot reach each other."""
        config, ranks = self._whole, len(self._actors)
        self._settle()
        self._introduce()
        cpus = config.learner.cpus_per_rank
        settings = {
            "config": learner_config(config),
            "folder": policy,
            "dtype": config.policy.dtype,
            "temperature": config.rollout.temperature,
            "num_updates": num_updates,
            "num_ranks": ranks,
            "address": self.answers([self._actors[0].free_address.remote()])[0],
            "threads": max(1, int(cpus)) if cpus else threads_each(ranks),
            "collective_timeout_s": max(_LEAST_COLLECTIVE_S, config.learner.hang_timeout_s),
        }
        self._started = self.ask_each("start", [({**settings, "rank": rank},) for rank in range(ranks)])

    def wait_until_started(self) -> None:
        self.answers(self._started)

    def ask(self, method: str, *arguments: Any) -> list[ray.ObjectRef]:
        """The same of every rank."""
        return self.ask_each(method, [arguments] * len(self._actors))

    def ask_each(self, method: str, arguments: Sequence[tuple[Any, ...]]) -> list[ray.ObjectRef]:
        return [getattr(actor, method).remote(*own) for actor, own in zip(self._actors, arguments, strict=True)]

    def answers(self, refs: Sequence[ray.ObjectRef]) -> list[Any]:
        """To what was asked, rank by rank. Raises LearnerLost, and what a rank raises of its own accord."""
        answered: dict[ray.ObjectRef, Any] = {}
        while len(answered) < len(refs):
            ready, waiting = ray.wait(list(refs), num_returns=len(refs), timeout=_PULSE_S)
            for ref in ready:
                if ref not in answered:
                    answered[ref] = self._answer(refs.index(ref), ref)
            if waiting:
                self._feel_pulses()
        return [answered[ref] for ref in refs]

    def there(self) -> dict[str, Any]:
        """The actors, by name."""
        return {f"learner {rank}": actor for rank, actor in enumerate(self._actors)}

    def close(self) -> None:
        for rank, actor in enumerate(self._actors):
            seat = self._seats[rank] if self._seats else None
            end(actor, (seat.pid, seat.node) if seat else None)

    def _settle(self) -> None:
        asked = self.ask("settle", self._config.interface, len(self._actors))
        try:
            self._seats = self.answers(asked)
        except ValueError as error:
            cause = getattr(error, "cause", error)
            raise CommandError(f"learner.interface: {cause} on a node with a learner rank") from error
        self._silence_s = self._config.hang_timeout_s

    def _introduce(self) -> None:
        """Every rank calls on every other. Raises CommandError that names those who do not find each other."""
        timeout_s = self._config.connect_timeout_s
        if len(self._seats) == 1:
            return
        asked = self.ask("unreachable", [seat.address for seat in self._seats], timeout_s)
        lost = [(caller, *called) for caller, found in enumerate(self.answers(asked)) for called in found]
        if lost:
            said = "; ".join(
                f"{self._name(caller)} does not reach {self._name(called)} at {self._seats[called].address} ({why})"
                for caller, called, why in lost[:3]
            )
            more = f", and {len(lost) - 3} more pairs" if len(lost) > 3 else ""
            raise CommandError(
                f"{said}{more}; name the interface that connects the nodes as learner.interface, or let them through "
                "the firewall on all ports"
            )

    def _answer(self, rank: int, ref: ray.ObjectRef) -> Any:
        try:
            return ray.get(ref)
        except ray.exceptions.RayTaskError as error:
            if silent := self._silent():
                raise LearnerLost(f"{', '.join(map(self._name, silent))} died or hangs") from error
            if _is_collective(error.cause):
                raise LearnerLost(f"{self._name(rank)} lost touch with the others ({_line(error.cause)})") from error
            raise
        except ray.exceptions.RayError as error:
            raise LearnerLost(f"{self._name(rank)} died") from error

    def _feel_pulses(self) -> None:
        now = time.monotonic()
        for rank, felt in enumerate(self._pulses):
            if felt is None:
                self._pulses[rank] = self._actors[rank].pulse.remote(), now
            elif ray.wait([felt[0]], timeout=0)[0]:
                self._answer(rank, felt[0])
                self._pulses[rank] = None
            elif now - felt[1] > self._silence_s:
                raise LearnerLost(
                    f"{self._name(rank)} gave no sign of life for {self._silence_s:g} s (learner.hang_timeout_s)"
                )

    def _silent(self) -> list[int]:
        """Ranks that do not answer at once."""
        pulses = self.ask("pulse")
        alive = ray.wait(pulses, num_returns=len(pulses), timeout=_SOON_S)[0]
        return [rank for rank, ref in enumerate(pulses) if ref not in alive or _failed(ref)]

    def _name(self, rank: int) -> str:
        if not self._seats:
            return f"learner rank {rank}"
        seat = self._seats[rank]
        return f"learner rank {rank} (node {seat.address.rpartition(':')[0]}, {seat.node[:8]})"


def _failed(ref: ray.ObjectRef) -> bool:
    try:
        ray.get(ref)
    except ray.exceptions.RayError:
        return True
    return False


def _is_collective(error: BaseException) -> bool:
    """gloo's are plain RuntimeErrors that begin with the place in its source."""
    return type(error).__name__ in _COLLECTIVE_ERRORS or (isinstance(error, RuntimeError) and "gloo/" in str(error))


def _line(error: BaseException) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
