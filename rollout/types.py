"""What goes into an engine and what comes out. Plain lists of token ids; no tensors, no text is tokenized again.

Legend of axes for lists: P problem, G group member, T token.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol

if TYPE_CHECKING:
    import torch

    from tracemill.rollout.weights import Manifest

FinishReason = Literal["stop", "length"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sampling:
    """How tokens are drawn. Logprobs are always those of the distribution that was sampled, after temperature.

    temperature 0 is greedy; its logprobs are those of temperature 1. Everything below `max_new_tokens` makes logprobs
    that no learner can compute again, and is refused where one learns (`jobs.run.check_trainable`).
    """

    temperature: float
    max_new_tokens: int
    top_p: float = 1.0
    top_k: int = 0  # 0: all
    repetition_penalty: float = 1.0


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
    completion without special tokens. `policy_version` is the oldest that drew one of the tokens; where weights changed
    in flight, `policy_versions[t]` is the one that drew token t, else it is empty.
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
    policy_versions: tuple[int, ...] = ()


class Engine(Protocol):
    """Prompts to completions, a step at a time: `torch_engine.TorchEngine` and `vllm_engine.VLLMEngine`.

    Not thread-safe; `service.EngineService` owns one and serves many callers. Weights may change between two steps:
    what is in flight goes on from the tokens it has, each new token with the version that drew it.
    """

    version: int

    def add(self, requests: Sequence[Request], sampling: Sampling) -> None:
        """Takes requests in. Raises ValueError for one that it cannot run, and then takes none of them."""
        ...

    def step(self) -> list[Rollout]:
        """Goes on with what is in flight, by one token each; returns what that finished, in any order."""
        ...

    def in_flight(self) -> int:
        """Requests taken in and not finished."""
        ...

    def manifest(self) -> Manifest:
        """The tensors that `load_weights` wants: a policy's, by their names in Hugging Face format."""
        ...

    def load_weights(
        self, version: int, manifest: Manifest, weights: Iterable[tuple[str, torch.Tensor]], *, recompute: bool = False
    ) -> None:
        """Takes the whole state of a policy version; each tensor holds until the next is asked for. Raises ValueError
        before the first tensor is read if the manifest is not the engine's own. What is in flight keeps its keys and
        values of the old weights, or with `recompute` has them made anew by the new ones."""
        ...

    def logprobs(self, sequences: Sequence[Sequence[int]]) -> list[list[float]]:
        """For each sequence of at least two tokens the logprob of every token but the first, at temperature 1, with
        the weights as they stand. Leaves what is in flight alone."""
        ...

    def sleep(self) -> None:
        """Gives the accelerator's memory back, with nothing in flight, until `wake`; weights may be lost."""
        ...

    def wake(self) -> None: ...

    def close(self) -> None: ...
