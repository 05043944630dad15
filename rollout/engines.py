"""Engines by name."""

from __future__ import annotations

from pathlib import Path

from tracemill.configs.schema import RolloutConfig
from tracemill.rollout.types import Engine


def make_engine(config: RolloutConfig, *, folder: Path, dtype: str, threads: int) -> Engine:
    """The configured engine with the policy of `folder`; `threads` are the CPU threads it may use."""
    from tracemill.rollout.torch_engine import TorchEngine

    return TorchEngine(folder, dtype=dtype, max_batch=config.max_batch, threads=threads)
