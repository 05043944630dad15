"""Engines by name."""

from __future__ import annotations

from pathlib import Path

from tracemill.configs.schema import RolloutConfig
from tracemill.rollout.types import Engine


def make_engine(config: RolloutConfig, *, folder: Path, dtype: str, threads: int) -> Engine:
    """The configured engine with the policy of `folder`; `threads` are the CPU threads it may use. Raises ValueError
    for an engine that is not installed."""
    if config.engine == "vllm":
        try:
            from tracemill.rollout.vllm_engine import VLLMEngine
        except ModuleNotFoundError as error:
            if (error.name or "").partition(".")[0] != "vllm":
                raise
            raise ValueError(
                'rollout.engine is "vllm", which is not installed; docs/vllm.md says how, or use "torch"'
            ) from error
        return VLLMEngine(folder, dtype=dtype, config=config, threads=threads)
    from tracemill.rollout.torch_engine import TorchEngine

    return TorchEngine(folder, dtype=dtype, max_batch=config.max_batch, threads=threads)
