"""What goes into an engine and what comes out. Plain lists of token ids; no tensors, no text is tokenized again.

Legend of axes for lists: P problem, G group member, T token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import torch

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How tokens are drawn. Logprobs are always those of the distribution that was sampled, after temperature.

    temperature 0 is greedy; its logprobs are those of temperature 1.
    """

    temperature: float
    max_new_tokens: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One completion to sample. `seed` alone decides the draws, whoever shares the batch."""

    problem_id: str
    group_id: str
    index: int
    prompt_ids: tuple[int, ...]
    seed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollout:
    """One completion. `completion_ids` ends with the stop token where `finish_reason` is "stop".

    `logprobs[t]` is the natural log of the probability with which `completion_ids[t]` was drawn. `text` is the decoded
    completion without special tokens.
    """

    problem_id: str
    group_id: str
    index: int
    prompt_ids: tuple[int, ...]
    completion_ids: tuple[int, ...]
    logprobs: tuple[float, ...]
    text: str
    finish_reason: FinishReason
    policy_version: int
    seed: int


class Engine(Protocol):
    """Prompts to completions. Implementations: `torch_engine.TorchEngine`; vLLM takes the same place."""

    version: int

    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[Rollout]:
        """One rollout a request, in the order of the requests."""
        ...

    def load_weights(self, version: int, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        """Takes the whole state of a policy version; raises ValueError if a name or a shape does not fit."""
        ...

    def close(self) -> None: ...
