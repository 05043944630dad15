"""The proof that an engine holds the learner's weights: both say the logprobs of the same fixed tokens.

Weights that did not arrive, arrived half, or were transformed wrongly on the way raise no error anywhere; a comparison
of logprobs shows them. The bound holds at all times and not for one update alone: an engine that stays behind is found
as soon as the learner has moved by more than the tolerance.
"""

from __future__ import annotations

from collections.abc import Sequence

_TOLERANCE = {"float32": 1e-3, "bfloat16": 0.3, "float16": 0.1}
_LONGEST = 64  # tokens of a probe's sequence

Logprobs = Sequence[Sequence[float]]


class CanaryDied(ValueError):
    """An engine's logprobs are not the learner's."""


def tolerance_for(dtype: str, configured: float | None) -> float:
    """The largest difference of a logprob in nats: as configured, or what rounding makes of it in this dtype."""
    return configured if configured is not None else _TOLERANCE[dtype]


def probe_of(prompts: Sequence[Sequence[int]]) -> list[tuple[int, ...]]:
    """The sequences of a run's probe: the beginnings of at most four of its prompts, the longest of them."""
    longest = sorted(dict.fromkeys(tuple(prompt[:_LONGEST]) for prompt in prompts), key=len, reverse=True)
    return [prompt for prompt in longest[:4] if len(prompt) > 1]


def largest_difference(learner: Logprobs, engine: Logprobs) -> float:
    """Infinite where one of them is not a number, or where they are not of the same tokens."""
    if [len(one) for one in learner] != [len(one) for one in engine]:
        return float("inf")
    pairs = [pair for mine, theirs in zip(learner, engine, strict=True) for pair in zip(mine, theirs, strict=True)]
    differences = [abs(mine - theirs) for mine, theirs in pairs]
    return max((d if d == d else float("inf") for d in differences), default=0.0)


def check_canary(learner: Logprobs, engine: Logprobs, *, name: str, version: int, tolerance: float) -> float:
    """The largest difference. Raises CanaryDied where it is past the tolerance."""
    difference = largest_difference(learner, engine)
    if difference > tolerance:
        raise CanaryDied(
            f"{name} does not hold version {version} of the policy: its logprobs of the probe are up to "
            f"{difference:.3g} off the learner's, past rollout.canary_tolerance ({tolerance:g})"
        )
    return difference
