"""A second opinion on answers, from judges that share nothing with the first but the problem: `tracemill verify`'s.

Math-Verify on math where it is installed, an interpreter started for the answer alone on programs. Whatever neither can
judge is counted with its reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

from tracemill.configs.schema import VerifierConfig
from tracemill.jobs import second_code, second_math
from tracemill.problems.types import CodeReference, MathReference, Reference
from tracemill.traces.proof import Opinion


class SecondJudge:
    """A class, because its processes have a lifetime. As many answers at once as `config.workers`."""

    def __init__(self, config: VerifierConfig) -> None:
        self._config = config
        self._reads_math = second_math.installed()
        self._pool = ThreadPoolExecutor(max_workers=config.workers)
        self._math = [second_math.MathVerify() for _ in range(config.workers)]
        self._idle: SimpleQueue[second_math.MathVerify] = SimpleQueue()
        for one in self._math:
            self._idle.put(one)

    def __call__(self, pairs: Sequence[tuple[Reference, str]]) -> list[Opinion]:
        """One opinion a pair, in order. Raises OSError where a judge cannot be started."""
        return list(self._pool.map(lambda pair: self._opinion(*pair), pairs))

    def close(self) -> None:
        self._pool.shutdown(cancel_futures=True)
        for one in self._math:
            one.close()

    def _opinion(self, reference: Reference, text: str) -> Opinion:
        if isinstance(reference, CodeReference):
            why = second_code.unasked(reference, text, self._config)
            return second_code.opinion(reference, text, self._config) if why is None else _none(why)
        if not isinstance(reference, MathReference):
            return _none(f"a {type(reference).__name__.removesuffix('Reference').lower()} answer")
        if not self._reads_math:
            return _none("math, and Math-Verify is not installed")
        if (why := second_math.unasked(reference, text)) is not None:
            return _none(why)
        worker = self._idle.get()
        try:
            return worker.opinion(reference, text)
        finally:
            self._idle.put(worker)


def _none(why: str) -> Opinion:
    return Opinion(judge="", right=None, says=why)
