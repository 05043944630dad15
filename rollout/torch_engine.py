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

disable_progress_bar()

_SHRINK_AT = 0.75  # rows still alive, of those computed, at which the dead ones are dropped
_REFILL_AT = 0.125  # rows free, of the maximum, at which queued requests are let in


@dataclass(slots=True, kw_only=True)
class _Sequence:
    """One request in flight."""

    place: int
    request: Request
    uniform: torch.Tensor  # [max_new_tokens]
    ids: list[int] = field(default_factory=list)
    logprobs: list[float] = field(default_factory=list)

    def ended(self, stop_ids: frozenset[int], max_new_tokens: int) -> bool:
        return self.ids[-1] in stop_ids or len(self.ids) >= max_new_tokens


class TorchEngine:
    """Holds one model and its policy version. Not thread-safe; one call at a time."""

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
        self.version = 0

    def close(self) -> None:
        """Nothing to let go of; the memory goes with the object."""

    def load_weights(self, version: int, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        """Takes every parameter of the policy; raises ValueError and keeps nothing back if the names or shapes
        differ."""
        mine = dict(self._model.named_parameters())
        given = dict(weights)
        if mine.keys() != given.keys():
            odd = sorted(mine.keys() ^ given.keys())
            raise ValueError(f"policy version {version} does not fit the engine: {odd[0]} is on one side only")
        for name, parameter in mine.items():
            if parameter.shape != given[name].shape:
                raise ValueError(f"{name} has shape {tuple(given[name].shape)}, the engine's {tuple(parameter.shape)}")
        with torch.no_grad():
            for name, parameter in mine.items():
                parameter.copy_(given[name])
        self.version = version

    @torch.inference_mode()
    def generate(self, requests: Sequence[Request], sampling: Sampling) -> list[Rollout]:
        """One rollout a request, in their order. Raises ValueError for a prompt without tokens."""
        if not requests:
            return []
        longest = max(len(request.prompt_ids) for request in requests) + sampling.max_new_tokens
        refuse_short_windows(self._model.config, longest)
        queue = deque(
            _Sequence(place=i, request=r, uniform=uniforms(r.seed, sampling.max_new_tokens))
            for i, r in enumerate(requests)
        )
        done: dict[int, _Sequence] = {}
        rows: list[_Sequence | None] = [None] * min(self._max_batch, len(requests))
        self._slots.reserve(len(rows), longest)
        while queue or any(rows):
            free = [index for index, sequence in enumerate(rows) if sequence is None]
            if queue and len(free) >= max(1, _REFILL_AT * len(rows)):
                self._admit(rows, free, queue, sampling)
            else:
                if not queue and len(free) > (1 - _SHRINK_AT) * len(rows):
                    rows = self._shrink(rows)
                self._step(rows, sampling)
            for index, sequence in enumerate(rows):
                if sequence is not None and sequence.ended(self._stop_ids, sampling.max_new_tokens):
                    done[sequence.place] = sequence
                    rows[index] = None
        return [self._rollout(done[place]) for place in range(len(requests))]

    def _admit(
        self, rows: list[_Sequence | None], free: list[int], queue: deque[_Sequence], sampling: Sampling
    ) -> None:
        """Prefills the distinct prompts of the next queued requests (left-padded) and draws each one's first token."""
        admitted = [(row, queue.popleft()) for row in free[: len(queue)]]
        prompts = list(dict.fromkeys(sequence.request.prompt_ids for _, sequence in admitted))
        if not all(prompts):
            raise ValueError("a prompt has no tokens")
        width = max(map(len, prompts))
        padding = torch.tensor([width - len(prompt) for prompt in prompts], device=self._device)
        ids = torch.tensor([[0] * (width - len(prompt)) + list(prompt) for prompt in prompts], device=self._device)
        column = torch.arange(width, device=self._device)
        hidden = (column[None, None, :] > column[None, :, None]) | (column[None, None, :] < padding[:, None, None])
        hidden &= column[None, None, :] != column[None, :, None]  # a padded row still sees itself: no empty softmax
        self._slots.prefill()
        logits = self._model(
            input_ids=ids,
            position_ids=(column[None] - padding[:, None]).clamp_(min=0),
            attention_mask=_additive(hidden)[:, None],
            past_key_values=self._slots,
            use_cache=True,
            logits_to_keep=1,
        ).logits[:, -1]
        source = {prompt: index for index, prompt in enumerate(prompts)}
        for row, sequence in admitted:
            prompt = sequence.request.prompt_ids
            self._slots.fill(row, source[prompt], len(prompt))
            rows[row] = sequence
        picked = [sequence for _, sequence in admitted]
        self._draw(logits[[source[sequence.request.prompt_ids] for sequence in picked]], picked, sampling)

    def _step(self, rows: list[_Sequence | None], sampling: Sampling) -> None:
        """One token for every living row; dead rows are computed along and ignored."""
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
        self._draw(logits, [s for s in rows if s is not None], sampling)

    def _draw(self, logits: torch.Tensor, sequences: list[_Sequence], sampling: Sampling) -> None:
        uniform = torch.stack([sequence.uniform[len(sequence.ids)] for sequence in sequences]).to(self._device)
        ids, logprobs = draw(logits, uniform, sampling.temperature)
        for sequence, token, logprob in zip(sequences, ids.tolist(), logprobs.tolist(), strict=True):
            sequence.ids.append(token)
            sequence.logprobs.append(logprob)

    def _shrink(self, rows: list[_Sequence | None]) -> list[_Sequence | None]:
        alive = [index for index, sequence in enumerate(rows) if sequence is not None]
        self._slots.keep(torch.tensor(alive, device=self._device))
        return [rows[index] for index in alive]

    def _rollout(self, sequence: _Sequence) -> Rollout:
        request = sequence.request
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
            policy_version=self.version,
            seed=request.seed,
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
