"""All that touches DeepSpeed: the process group, the engine, gathered weights, checkpoints.

Gradient accumulation is unmanaged: `backward` adds up as often as it is called, `step` reduces over the ranks (an
average) and ends it. Nothing else is divided by anyone but the caller.
"""

from __future__ import annotations

import logging
import math
import os
import socket
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.distributed

if not torch.accelerator.is_available():
    os.environ.setdefault("DS_ACCELERATOR", "cpu")  # told so, DeepSpeed does not warn that it found none

import deepspeed
from deepspeed.utils import logger

from tracemill.configs.schema import LearnerConfig

logger.setLevel(logging.ERROR)

_BUCKET_ELEMENTS = 2**26  # parameters gathered at a time from ZeRO-3


def device() -> torch.device:
    """The accelerator of this process if there is one, else the CPU."""
    return torch.accelerator.current_accelerator(check_available=True) or torch.device("cpu")


def join_process_group(rank: int, num_ranks: int, address: str | None, timeout_s: float = 600.0) -> None:
    """`address` is `host:port` of rank 0; a single rank needs none. gloo on the CPU, the accelerator's own backend
    elsewhere."""
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


class Step(NamedTuple):
    """The gradient's norm before clipping, and whether the weights moved."""

    grad_norm: float
    applied: bool


class Engine:
    """A module under DeepSpeed with AdamW on all its parameters. Every rank makes the same calls in the same order.

    A gradient whose norm is not finite, or past the config's alarm, never reaches the weights or the optimizer's
    averages.
    """

    def __init__(
        self,
        module: torch.nn.Module,
        config: LearnerConfig,
        dtype: torch.dtype,
        groups: Sequence[Sequence[torch.nn.Parameter]] | None = None,
    ) -> None:
        """`groups` of parameters have a learning rate each; None: one group of all."""
        groups = groups if groups is not None else [list(module.parameters())]
        optimizer = torch.optim.AdamW(
            [{"params": [parameter for parameter in group if parameter.requires_grad]} for group in groups],
            lr=config.lr,
            betas=config.betas,
            eps=config.adam_eps,
            weight_decay=config.weight_decay,
        )
        # DeepSpeed clips plain float32 gradients without telling their norm; there it is done here instead.
        self._clips_itself = config.zero_stage > 0 or dtype is not torch.float32
        self._max_norm = config.grad_clip
        self._alarm = config.grad_norm_alarm or math.inf
        self._grad_norm = float("nan")
        self._refuse = False
        optimizer.register_step_pre_hook(self._before_step)
        settings: dict[str, Any] = {
            "train_micro_batch_size_per_gpu": 1,
            "gradient_accumulation_steps": 1,
            "managed_gradient_accumulation": False,
            "gradient_clipping": config.grad_clip if self._clips_itself else 0.0,
            "zero_optimization": {"stage": config.zero_stage},
            "zero_force_ds_cpu_optimizer": False,
            "zero_allow_untested_optimizer": True,
            "steps_per_print": 10**9,
        }
        if dtype is not torch.float32:
            settings[{torch.bfloat16: "bf16", torch.float16: "fp16"}[dtype]] = {"enabled": True}
        self._engine, *_ = deepspeed.initialize(
            model=module, optimizer=optimizer, config=settings, dist_init_required=False
        )

    def __call__(self, *arguments: Any) -> Any:
        return self._engine(*arguments)

    def backward(self, loss: torch.Tensor) -> None:
        self._engine.backward(loss)

    def discard_gradients(self) -> None:
        """Ends the accumulation with the weights as they were, whatever stage of ZeRO holds the gradients."""
        self._refuse = True
        self._engine.step()
        self._refuse = False

    def step(self, lrs: Sequence[float]) -> Step:
        """One optimizer step with a learning rate for each group."""
        for group, lr in zip(self._engine.optimizer.param_groups, lrs, strict=True):
            group["lr"] = lr
        self._engine.step()
        norm = float(self._engine.get_global_grad_norm()) if self._clips_itself else self._grad_norm
        return Step(grad_norm=norm, applied=self._is_sound(norm))

    def weights(self, module: torch.nn.Module) -> Iterator[tuple[str, torch.Tensor]]:
        """Every parameter of `module` whole, as a copy on the CPU, in the order of `named_parameters`.

        Every rank must exhaust it: under ZeRO-3 each bucket is a collective.
        """
        bucket: list[tuple[str, torch.nn.Parameter]] = []
        size = 0
        for name, parameter in module.named_parameters():
            bucket.append((name, parameter))
            size += getattr(parameter, "ds_numel", parameter.numel())
            if size >= _BUCKET_ELEMENTS:
                yield from self._gathered(bucket)
                bucket, size = [], 0
        yield from self._gathered(bucket)

    def save(self, folder: Path) -> None:
        self._engine.save_checkpoint(str(folder), tag="state", save_latest=False)

    def load(self, folder: Path) -> None:
        path, _ = self._engine.load_checkpoint(str(folder), tag="state")
        if path is None:
            raise ValueError(f"{folder} holds no learner state")

    def _gathered(self, bucket: list[tuple[str, torch.nn.Parameter]]) -> list[tuple[str, torch.Tensor]]:
        partitioned = self._engine.zero_optimization_stage() == 3
        with deepspeed.zero.GatheredParameters([parameter for _, parameter in bucket], enabled=partitioned):
            return [(name, parameter.detach().cpu().clone()) for name, parameter in bucket]

    def _is_sound(self, norm: float) -> bool:
        return math.isfinite(norm) and norm <= self._alarm

    def _before_step(self, optimizer: torch.optim.Optimizer, *_: Any) -> None:
        """Runs when gradients are reduced, right before AdamW: a parameter without a gradient is left alone."""
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        if self._clips_itself:
            norm = float(self._engine.optimizer._global_grad_norm)
        else:
            norm = self._grad_norm = float(torch.nn.utils.clip_grad_norm_(parameters, self._max_norm))
        if self._refuse or not self._is_sound(norm):
            for parameter in parameters:
                parameter.grad = None
