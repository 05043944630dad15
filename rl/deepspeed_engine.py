"""All that touches DeepSpeed: starting the process group, building the engine, gathering weights, checkpoints.

Gradient accumulation is unmanaged: `backward` adds up as often as it is called, `step` reduces over the ranks (an average) and
ends it. Nothing else is divided by anyone but the caller.
"""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import torch
import torch.distributed

os.environ.setdefault("DS_ACCELERATOR_LOG_LEVEL", "error")
logging.getLogger("DeepSpeed").setLevel(logging.ERROR)

import deepspeed  # noqa: E402  its loggers read the level at import
from deepspeed.utils import logger  # noqa: E402

from tracemill.configs.schema import LearnerConfig  # noqa: E402

logger.setLevel(logging.ERROR)

_BUCKET_ELEMENTS = 2**26  # parameters gathered at a time from ZeRO-3


def device() -> torch.device:
    """The accelerator of this process if there is one, else the CPU."""
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def join_process_group(rank: int, num_ranks: int, address: str | None, timeout_s: float = 600.0) -> None:
    """`address` is `host:port` of rank 0; a single rank needs none. gloo on the CPU, the accelerator's own backend elsewhere."""
    if torch.distributed.is_initialized():
        return
    os.environ.setdefault("LOCAL_RANK", "0")
    if device().type == "cpu":
        # DeepSpeed would compile a shared-memory collective at first use: most of a minute, and a compiler.
        deepspeed.ops.__compatible_ops__ = {}
    if address is None:
        address = f"127.0.0.1:{_free_port()}"
    backend = "gloo" if device().type == "cpu" else torch.distributed.get_default_backend_for_device(device())
    deepspeed.init_distributed(
        dist_backend=backend,
        auto_mpi_discovery=False,
        verbose=False,
        init_method=f"tcp://{address}",
        timeout=timedelta(seconds=timeout_s),
        rank=rank,
        world_size=num_ranks,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def build(module: torch.nn.Module, config: LearnerConfig, dtype: torch.dtype) -> Any:
    """A DeepSpeed engine around `module` with AdamW on all its parameters."""
    optimizer = torch.optim.AdamW(
        [parameter for parameter in module.parameters() if parameter.requires_grad],
        lr=config.lr,
        betas=config.betas,
        weight_decay=config.weight_decay,
    )
    settings: dict[str, Any] = {
        "train_micro_batch_size_per_gpu": 1,
        "gradient_accumulation_steps": 1,
        "managed_gradient_accumulation": False,
        "gradient_clipping": config.grad_clip,
        "zero_optimization": {"stage": config.zero_stage},
        "zero_force_ds_cpu_optimizer": False,
        "zero_allow_untested_optimizer": True,
        "steps_per_print": 10**9,
    }
    if dtype is not torch.float32:
        settings[{torch.bfloat16: "bf16", torch.float16: "fp16"}[dtype]] = {"enabled": True}
    engine, *_ = deepspeed.initialize(model=module, optimizer=optimizer, config=settings, dist_init_required=False)
    return engine


def weights(engine: Any, module: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
    """Every parameter of `module` whole, as a copy on the CPU, in the order of `named_parameters`.

    Every rank must exhaust it: under ZeRO-3 each bucket is a collective.
    """
    bucket: list[tuple[str, torch.nn.Parameter]] = []
    size = 0
    for name, parameter in module.named_parameters():
        bucket.append((name, parameter))
        size += getattr(parameter, "ds_numel", parameter.numel())
        if size >= _BUCKET_ELEMENTS:
            yield from _gathered(engine, bucket)
            bucket, size = [], 0
    yield from _gathered(engine, bucket)


def _gathered(engine: Any, bucket: list[tuple[str, torch.nn.Parameter]]) -> list[tuple[str, torch.Tensor]]:
    partitioned = engine.zero_optimization_stage() == 3
    with deepspeed.zero.GatheredParameters([parameter for _, parameter in bucket], enabled=partitioned):
        return [(name, parameter.detach().cpu().clone()) for name, parameter in bucket]


def grad_norm(engine: Any) -> float:
    """The norm of the last step's gradient before clipping."""
    norm = engine.get_global_grad_norm()
    return float(norm) if norm is not None else float("nan")


def save(engine: Any, folder: Path) -> None:
    engine.save_checkpoint(str(folder), tag="state", save_latest=False)


def load(engine: Any, folder: Path) -> None:
    path, _ = engine.load_checkpoint(str(folder), tag="state")
    if path is None:
        raise ValueError(f"{folder} holds no learner state")
