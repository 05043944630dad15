"""The verifiers of a Ray run. One that dies is replaced, and what it had is judged again: a verdict depends on nothing
but the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import ray

from tracemill.configs.schema import VerifierConfig
from tracemill.jobs.errors import CommandError
from tracemill.jobs.fleet import Judged, Pairs
from tracemill.jobs.ray_counts import count_restart
from tracemill.verifiers.actor import VerifierActor
from tracemill.verifiers.types import Verdict


class RayVerifiers:
    def __init__(
        self,
        config: VerifierConfig,
        options: Callable[[], dict[str, Any]],
        *,
        wait: Callable[[Sequence[ray.ObjectRef]], None],
        max_restarts: int,
        tell: Callable[[str], None],
    ) -> None:
        """`options` says what Ray is to be told of the next actor; `wait` is for actors to be there, and raises where
        they cannot."""
        self._config = config
        self._wait = wait
        self._options = options
        self._max_restarts = max_restarts
        self._tell = tell
        self._actors = [self._new_actor() for _ in range(config.workers)]
        self.restarts = 0

    def judge_later(self, pairs: Pairs) -> Judged:
        """What waits for a verdict a pair, in their order. It raises CommandError where verifiers keep dying."""
        workers = len(self._actors)
        shares = [pairs[index::workers] for index in range(workers)]
        asked = [(actor, actor.judge_all.remote(share)) for actor, share in zip(self._actors, shares, strict=True)]

        def verdicts() -> list[Verdict]:
            found: list[Verdict | None] = [None] * len(pairs)
            for index, (actor, ref) in enumerate(asked):
                found[index::workers] = self._answer(index, actor, ref, shares[index])
            return [verdict for verdict in found if verdict is not None]

        return verdicts

    def there(self) -> dict[str, Any]:
        """The actors, by name."""
        return {f"verifier {index}": actor for index, actor in enumerate(self._actors)}

    def wait_until_there(self) -> None:
        self._wait([actor.__ray_ready__.remote() for actor in self._actors])

    def close(self) -> None:
        for actor in self._actors:
            with suppress(ray.exceptions.RayError):
                ray.get(actor.close.remote(), timeout=5)
            ray.kill(actor)

    def _answer(self, index: int, actor: Any, ref: ray.ObjectRef, share: Pairs) -> list[Verdict]:
        while True:
            try:
                answer: list[Verdict] = ray.get(ref)
                return answer
            except ray.exceptions.RayActorError as error:
                if self._actors[index] is actor:  # else what it had before this was asked for already
                    self._replace(index, error)
                actor = self._actors[index]
                ref = actor.judge_all.remote(share)

    def _replace(self, index: int, error: Exception) -> None:
        self.restarts += 1
        count_restart("verifier")
        if self.restarts > self._max_restarts:
            raise CommandError(
                f"a verifier's process died for the {self.restarts}th time, more than rollout.max_restarts "
                f"({self._max_restarts}) allows; go on with --resume"
            ) from error
        self._tell(f"verifier {index} died; another takes its place")
        self._actors[index] = self._new_actor()
        self._wait([self._actors[index].__ray_ready__.remote()])

    def _new_actor(self) -> Any:
        actor: Any = VerifierActor  # mypy sees the plain class, not what ray.remote makes of it
        return actor.options(**self._options()).remote(self._config)
