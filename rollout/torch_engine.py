"""The rollout engine in plain PyTorch: any transformers causal model, any device, continuous batching.

Sequences that end leave the batch and queued ones take their rows; the prompt of a group is prefilled once. What is
left out on purpose: paged memory, chunked prefill and several devices, which is vLLM's work.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils.logging import disable_progress_bar

from tracemill.rollout.sampling import draw, uniforms
from tracemill.rollout.slots import ATTENTION, Slots, refuse_short_windows
from tracemill.rollout.types import Request, Rollout, Sampling
from tracemill.rollout.weights import Manifest, check_manifest, spec_of

disable_progress_bar()

_SHRINK_AT = 0.75  # rows still alive, of those computed, at which the dead ones are dropped
_REFILL_AT = 0.125  # rows free, of the maximum, at which queued requests are let in


@dataclass(slots=True, kw_only=True)
class _Sequence:
    """One request in flight."""

    request: Request
    sampling: Sampling
    uniform: torch.Tensor  # [max_new_tokens]
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)
    versions: list[int] = field(default_factory=list)

    @property
    def tokens(self) -> tuple[int, ...]:
        return self.request.prompt_ids + tuple(self.ids)

    @property
    def most_tokens(self) -> int:
        return len(self.request.prompt_ids) + self.sampling.max_new_tokens

    def ended(self, stop_ids: frozenset[int]) -> bool:
        return self.ids[-1] in stop_ids or len(self.ids) >= self.sampling.max_new_tokens


class TorchEngine:
    """Holds one model and its policy version. Not thread-safe; one call at a time. See `types.Engine`."""

    def __init__(self, folder: Path, *, dtype: str, max_batch: int, threads: int | None = None) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        device = torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")
        model = AutoModelForCausalLM.from_pretrained(folder, dtype=getattr(torch, dtype), attn_implementation=ATTENTION)
        self._model: PreTrainedModel = model.eval()
        torch.nn.Module.to(model, device)
        self._device = device
        self._tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder)
        self._stop_ids = stop_ids(self._tokenizer, self._model)
        self._max_batch = max_batch
        self._slots = Slots(self._model.config.num_hidden_layers)
        self._queue: deque[_Sequence] = deque()
        self._rows: list[_Sequence | None] = []
        self.version = 0

    def close(self) -> None:
        """Nothing to let go of; the memory goes with the object."""

    def sleep(self) -> None:
        self._slots.clear()
        torch.nn.Module.to(self._model, "cpu")
        if self._device.type != "cpu":
            torch.accelerator.empty_cache()

    def wake(self) -> None:
        torch.nn.Module.to(self._model, self._device)

    def manifest(self) -> Manifest:
        return tuple(spec_of(name, parameter) for name, parameter in self._model.named_parameters())

    def load_weights(
        self, version: int, manifest: Manifest, weights: Iterable[tuple[str, torch.Tensor]], *, recompute: bool = False
    ) -> None:
        check_manifest(manifest, self.manifest())
        mine = dict(self._model.named_parameters())
        with torch.no_grad():
            for name, tensor in weights:
                mine[name].copy_(tensor)
        self.version = version
        if recompute:
            self._queue.extendleft(reversed([sequence for sequence in self._rows if sequence is not None]))
            self._rows = []

    def add(self, requests: Sequence[Request], sampling: Sampling) -> None:
        if sampling.repetition_penalty != 1:
            raise ValueError("the torch engine has no repetition penalty; use the engine vllm, or leave it at 1")
        for request in requests:
            if not request.prompt_ids:
                raise ValueError(f"the prompt of {request.problem_id} has no tokens")
            refuse_short_windows(self._model.config, len(request.prompt_ids) + sampling.max_new_tokens)
        self._queue.extend(
            _Sequence(request=request, sampling=sampling, uniform=uniforms(request.seed, sampling.max_new_tokens))
            for request in requests
        )

    def in_flight(self) -> int:
        return len(self._queue) + sum(sequence is not None for sequence in self._rows)

    @torch.inference_mode()
    def step(self) -> list[Rollout]:
        """One token for every row, or the first token for queued requests where enough rows are free."""
        if not self.in_flight():
            return []
        if not any(self._rows):
            self._rows = []
            self._slots.clear()
        num_rows = min(self._max_batch, self.in_flight())
        free = [index for index, sequence in enumerate(self._rows) if sequence is None]
        free += range(len(self._rows), num_rows)
        if self._queue and len(free) >= max(1, _REFILL_AT * num_rows):
            self._admit(free)
        else:
            if not self._queue and len(free) > (1 - _SHRINK_AT) * len(self._rows):
                self._shrink()
            self._decode()
        finished = []
        for index, sequence in enumerate(self._rows):
            if sequence is not None and sequence.ended(self._stop_ids):
                finished.append(self._rollout(sequence))
                self._rows[index] = None
        return finished

    @torch.inference_mode()
    def logprobs(self, sequences: Sequence[Sequence[int]]) -> list[list[float]]:
        if not sequences:
            return []
        ids, padding = self._padded(sequences)
        logprobs = self._prefill(ids, padding, last_only=False)[:, :-1].float().log_softmax(dim=-1)
        said = logprobs.gather(-1, ids[:, 1:, None])[:, :, 0].tolist()
        return [row[len(row) + 1 - len(sequence) :] for row, sequence in zip(said, sequences, strict=True)]

    def _admit(self, free: list[int]) -> None:
        """Prefills what the next queued requests have so far, each distinct run of tokens once (left-padded), and draws
        each one's next token."""
        picked = [self._queue.popleft() for _ in free[: len(self._queue)]]
        self._rows += [None] * (max(free[: len(picked)]) + 1 - len(self._rows))
        self._slots.reserve(len(self._rows), max(sequence.most_tokens for sequence in picked))
        tokens = [sequence.tokens for sequence in picked]
        prompts = list(dict.fromkeys(tokens))
        logits = self._prefill(*self._padded(prompts), last_only=True)[:, -1]
        source = {prompt: index for index, prompt in enumerate(prompts)}
        for row, sequence, prompt in zip(free, picked, tokens, strict=False):
            self._slots.fill(row, source[prompt], len(prompt))
            self._rows[row] = sequence
        self._draw(logits[[source[prompt] for prompt in tokens]], picked)

    def _padded(self, sequences: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """Ids `[B, T]` padded at their left, and how far `[B]`."""
        width = max(map(len, sequences))
        padding = [width - len(sequence) for sequence in sequences]
        ids = [[0] * pad + list(sequence) for pad, sequence in zip(padding, sequences, strict=True)]
        return torch.tensor(ids, device=self._device), torch.tensor(padding, device=self._device)

    def _prefill(self, ids: torch.Tensor, padding: torch.Tensor, *, last_only: bool) -> torch.Tensor:
        """Logits `[B, T, V]` of sequences `[B, T]` with so many places of padding at their left, whose keys and values
        then lie in the slots' hand; `last_only`: `[B, 1, V]`."""
        column = torch.arange(ids.shape[1], device=self._device)
        hidden = (column[None, None, :] > column[None, :, None]) | (column[None, None, :] < padding[:, None, None])
        hidden &= column[None, None, :] != column[None, :, None]  # a padded row still sees itself: no empty softmax
        self._slots.prefill()
        logits: torch.Tensor = self._model(
            input_ids=ids,
            position_ids=(column[None] - padding[:, None]).clamp_(min=0),
            attention_mask=_additive(hidden)[:, None],
            past_key_values=self._slots,
            use_cache=True,
            logits_to_keep=int(last_only),
        ).logits
        return logits

    def _decode(self) -> None:
        """One token for every living row; dead rows are computed along and ignored."""
        rows = self._rows
        lengths = [len(s.request.prompt_ids) + len(s.ids) - 1 if s is not None else 0 for s in rows]
        positions = torch.tensor(lengths, device=self._device)
        span = max(lengths) + 1
        self._slots.decode(positions, span)
        hidden = torch.arange(span, device=self._device)[None] > positions[:, None]
        logits = self._model(
            input_ids=torch.tensor([[s.ids[-1] if s is not None else 0] for s in rows], device=self._device),
            position_ids=positions[:, None],
            attention_mask=_additive(hidden)[:, None, None],
            past_key_values=self._slots,
            use_cache=True,
        ).logits[:, -1]
        alive = [index for index, sequence in enumerate(rows) if sequence is not None]
        if len(alive) < len(rows):
            logits = logits[alive]
        self._draw(logits, [s for s in rows if s is not None])

    def _draw(self, logits: torch.Tensor, sequences: list[_Sequence]) -> None:
        uniform = torch.stack([sequence.uniform[len(sequence.ids)] for sequence in sequences]).to(self._device)
        for sampling in dict.fromkeys(sequence.sampling for sequence in sequences):
            places = [place for place, sequence in enumerate(sequences) if sequence.sampling == sampling]
            whole = len(places) == len(sequences)
            drawn = draw(logits if whole else logits[places], uniform if whole else uniform[places], sampling)
            for place, token, logprob in zip(places, drawn[0].tolist(), drawn[1].tolist(), strict=True):
                sequences[place].ids.append(token)
                sequences[place].logprobs.append(logprob)
                sequences[place].versions.append(self.version)

    def _shrink(self) -> None:
        alive = [index for index, sequence in enumerate(self._rows) if sequence is not None]
        self._slots.keep(torch.tensor(alive, device=self._device))
        self._rows = [self._rows[index] for index in alive]

    def _rollout(self, sequence: _Sequence) -> Rollout:
        request, versions = sequence.request, sequence.versions
        return Rollout(
            problem_id=request.problem_id,
            group_id=request.group_id,
            index=request.index,
            prompt_ids=request.prompt_ids,
            completion_ids=tuple(sequence.ids),
            logprobs=tuple(sequence.logprobs),
            text=str(
                self._tokenizer.decode(sequence.ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)
            ),
            finish_reason="stop" if sequence.ids[-1] in self._stop_ids else "length",
            policy_version=versions[0],
            seed=request.seed,
            policy_versions=tuple(versions) if versions[0] != versions[-1] else (),
        )


def stop_ids(tokenizer: PreTrainedTokenizerBase, model: PreTrainedModel) -> frozenset[int]:
    """The tokens that end a completion, by the tokenizer and by the model's generation config."""
    found: set[int] = set()
    generation = getattr(model, "generation_config", None)
    for value in (tokenizer.eos_token_id, getattr(generation, "eos_token_id", None)):
        if isinstance(value, int):
            found.add(value)
        elif value is not None:
            found.update(value)
    if not found:
        raise ValueError("the policy names no end-of-sequence token, in its tokenizer or its generation config")
    return frozenset(found)


def _additive(hidden: torch.Tensor) -> torch.Tensor:
    """0 where attention may look, -inf where `hidden`."""
    return torch.zeros(hidden.shape, device=hidden.device).masked_fill_(hidden, float("-inf"))
