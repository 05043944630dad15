"""All that touches DeepSpeed: the process group, the engine, gathered weights, checkpoints.

Gradient accumulation is unmanaged: `backward` adds up as often as it is called, `step` reduces over the ranks (an
average) and ends it. Nothing else is divided by anyone but the caller.
"""

from __future__ import annotations

import logging
import math
import os
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

import torch
import torch.distributed

if not torch.accelerator.is_available():
    os.environ.setdefault("DS_ACCELERATOR", "cpu")  # told so, DeepSpeed does not warn that it found none

import deepspeed
from deepspeed.utils import (
    logger,
    safe_get_full_fp32_param,
    safe_get_full_optimizer_state,
    safe_set_full_fp32_param,
    safe_set_full_optimizer_state,
    safe_set_local_fp32_param,
    safe_set_local_optimizer_state,
)

from tracemill.configs.schema import LearnerConfig
from tracemill.rl import whole_state
from tracemill.rl.network import free_port

logger.setLevel(logging.ERROR)

_BUCKET_ELEMENTS = 2**26  # parameters gathered at a time from ZeRO-3
WHOLE_ELEMENTS = 100_000  # parameters as small as that stay whole on every rank between the steps of ZeRO-3
_LOOPBACK = "127.0.0.1"
_TRIES = 5  # for a free port, which another process may take in between
_RANKS_FILE = "ranks"
_AVERAGES = ("exp_avg", "exp_avg_sq")
_FLAT = ("single_partition_of_fp32_groups", "fp32_partitioned_groups_flat", "fp32_groups_flat_partition")
"""Where DeepSpeed keeps a rank's part of the float32 weights: at stages 1 and 2, at 3, and at 1 with bfloat16."""


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
    backend = "gloo" if device().type == "cpu" else torch.distributed.get_default_backend_for_device(device())
    for left in reversed(range(_TRIES)):
        try:
            deepspeed.init_distributed(
                dist_backend=backend,
                auto_mpi_discovery=False,
                verbose=False,
                init_method=f"tcp://{address or f'{_LOOPBACK}:{free_port(_LOOPBACK)}'}",
                timeout=timedelta(seconds=timeout_s),
                rank=rank,
                world_size=num_ranks,
            )
            return
        except torch.distributed.DistNetworkError:
            if address is not None or not left:
                raise


class Step(NamedTuple):
    """The gradient's norm before clipping, and whether the weights moved."""

    grad_norm: float
    applied: bool


class Engine:
    """A module under DeepSpeed, with AdamW on what of it is not frozen. Every rank makes the same calls in the same
    order.

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
        self._module = module
        # Half precision needs float32 weights beside it; DeepSpeed's wrapper for that without ZeRO takes a step of its
        # own before the first. At stage 1 they are cut over the ranks, which costs nothing.
        self._stage = config.zero_stage if dtype is torch.float32 else max(1, config.zero_stage)
        # DeepSpeed clips plain float32 gradients without telling their norm; there it is done here instead.
        self._clips_itself = self._stage > 0
        self._max_norm = config.grad_clip
        self._alarm = config.grad_norm_alarm or math.inf
        self._grad_norm = float("nan")
        self._refuse = False
        self._offloads = config.offload == "optimizer"
        self._withheld: list[tuple[torch.nn.Parameter, torch.Tensor]] = []
        # 8-bit averages cannot be cut anew, and float16 has a loss scale too: there DeepSpeed's own files must do.
        self._gathers_states = config.optimizer == "adamw" and dtype is not torch.float16
        self._optimizer = optimizer = _optimizer(config, groups)
        optimizer.register_step_pre_hook(self._before_step)
        optimizer.register_step_post_hook(self._after_step)
        zero: dict[str, Any] = {"stage": self._stage, "stage3_param_persistence_threshold": WHOLE_ELEMENTS}
        if self._offloads:
            zero["offload_optimizer"] = {"device": "cpu"}
        settings: dict[str, Any] = {
            "train_micro_batch_size_per_gpu": 1,
            "gradient_accumulation_steps": 1,
            "managed_gradient_accumulation": False,
            "gradient_clipping": config.grad_clip if self._clips_itself else 0.0,
            "zero_optimization": zero,
            "zero_force_ds_cpu_optimizer": False,
            "zero_allow_untested_optimizer": True,
            "steps_per_print": 10**9,
        }
        if dtype is not torch.float32:
            settings[{torch.bfloat16: "bf16", torch.float16: "fp16"}[dtype]] = {"enabled": True}
        if dtype is torch.bfloat16:  # in which a sum over many micro-batches stands still
            settings["data_types"] = {"grad_accum_dtype": "fp32"}
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
        self._forget_missing_averages()

    def step(self, lrs: Sequence[float]) -> Step:
        """One optimizer step with a learning rate for each group."""
        for group, lr in zip(self._engine.optimizer.param_groups, lrs, strict=True):
            group["lr"] = lr
        self._engine.step()
        norm = float(self._engine.get_global_grad_norm()) if self._clips_itself else self._grad_norm
        self._forget_missing_averages()
        return Step(grad_norm=norm, applied=self._is_sound(norm))

    def weights(self, module: torch.nn.Module, *, on_device: bool = False) -> Iterator[tuple[str, torch.Tensor]]:
        """Every parameter of `module` whole, in the order of `named_parameters`: as a copy on the CPU, or `on_device`
        where it is, until the next update.

        Every rank must exhaust it: under ZeRO-3 each bucket is a collective.
        """
        take = self._whole_on_device if on_device else _copy_on_host
        bucket: list[tuple[str, torch.nn.Parameter]] = []
        size = 0
        for name, parameter in module.named_parameters():
            bucket.append((name, parameter))
            size += getattr(parameter, "ds_numel", parameter.numel())
            if size >= _BUCKET_ELEMENTS:
                yield from self._gathered(bucket, take)
                bucket, size = [], 0
        yield from self._gathered(bucket, take)

    def save(self, folder: Path) -> None:
        """Weights and the optimizer's averages, those of frozen parameters left out. Any number of ranks at any stage
        of ZeRO can read it, except for 8-bit averages and float16, which only as many ranks as wrote it can read."""
        if self._gathers_states:
            whole_state.write(folder, self._whole_states(), is_writer=torch.distributed.get_rank() == 0)
            return
        (folder / _RANKS_FILE).write_text(str(torch.distributed.get_world_size()))
        self._engine.save_checkpoint(str(folder), tag="state", save_latest=False, exclude_frozen_parameters=True)

    def load(self, folder: Path) -> None:
        """Raises Damaged where the folder does not hold all of this policy, and Unreadable where it would take other
        ranks."""
        if whole_state.is_in(folder) and self._gathers_states:
            self._take(whole_state.read(folder), folder)
            return
        ranks = torch.distributed.get_world_size()
        if (folder / _RANKS_FILE).exists() and (written := int((folder / _RANKS_FILE).read_text())) != ranks:
            raise whole_state.Unreadable(
                f"{folder} was written by {written} ranks in a format that only as many can read, not {ranks}; set "
                f"learner.ranks to {written}"
            )
        path, _ = self._engine.load_checkpoint(str(folder), tag="state", load_module_strict=False)
        if path is None:
            raise whole_state.Damaged(f"{folder} holds no learner state")

    def _learned(self) -> Iterator[tuple[str, torch.nn.Parameter]]:
        return ((name, each) for name, each in self._module.named_parameters() if each.requires_grad)

    def _whole_states(self) -> Iterator[tuple[str, whole_state.State]]:
        """Gathered parameter by parameter, in collectives under ZeRO. Before the first step there are weights alone."""
        steps = [state["step"] for state in self._optimizer.state.values()]  # under ZeRO one for all of a group
        for name, parameter in self._learned():
            if not self._stage:
                state = {"weight": parameter.detach(), **self._optimizer.state.get(parameter, {})}
            else:
                state = {"weight": safe_get_full_fp32_param(parameter)}
                if steps:
                    state |= {key: safe_get_full_optimizer_state(parameter, key) for key in _AVERAGES}
                    state["step"] = steps[0]
            yield name, {key: tensor.detach().cpu().clone() for key, tensor in state.items()}

    def _take(self, states: Iterator[tuple[str, whole_state.State]], folder: Path) -> None:
        """The reverse. Raises Damaged for other parameters than these."""
        parameters = dict(self._learned())
        missing = set(parameters)
        for name, state in states:
            if name not in parameters or state["weight"].shape != _shape(parameters[name]):
                shape = tuple(state["weight"].shape)
                raise whole_state.Damaged(f"{folder} is damaged: its {name} {shape} is none of this policy's")
            self._take_one(parameters[name], state)
            missing.discard(name)
        if missing:
            raise whole_state.Damaged(f"{folder} is damaged: it lacks {min(missing)}")

    def _take_one(self, parameter: torch.nn.Parameter, state: whole_state.State) -> None:
        averages = {key: state[key] for key in _AVERAGES if key in state}
        if averages and self._stage:
            self._make_averages(state["step"])
        weight = state["weight"].to(parameter.device)
        if self._stage < 3:
            parameter.data.copy_(weight)
        if not self._stage:
            held = {key: tensor.to(parameter.device) for key, tensor in averages.items()}
            self._optimizer.state.pop(parameter, None)  # an empty one would be taken for averages
            if held:
                self._optimizer.state[parameter] = {"step": state["step"], **held}
        elif self._stage < 3:
            safe_set_full_fp32_param(parameter, weight)
            for key, tensor in averages.items():
                safe_set_full_optimizer_state(parameter, tensor, key)
        else:
            with deepspeed.zero.GatheredParameters([parameter], modifier_rank=0):
                if torch.distributed.get_rank() == 0:
                    parameter.data.copy_(weight)
            safe_set_local_fp32_param(parameter, _own_part(weight, parameter))
            for key, tensor in averages.items():
                safe_set_local_optimizer_state(parameter, _own_part(tensor, parameter), key)

    def _make_averages(self, step: torch.Tensor) -> None:
        """AdamW makes its averages in its first step, and DeepSpeed its views of them: they are made before it here."""
        zero = self._engine.optimizer
        if self._optimizer.state:
            return
        for flat in getattr(zero, next(name for name in _FLAT if hasattr(zero, name))):
            made = {key: torch.zeros_like(flat.data) for key in _AVERAGES}
            self._optimizer.state[flat] = {"step": step.clone(), **made}
        if self._stage < 3:
            zero._hp_optimizer_states_linked = False
            zero._lazy_init_hp_params_optimizer_state()

    def _forget_missing_averages(self) -> None:
        """Where the very first step was withheld AdamW has no averages, and DeepSpeed takes its views of them as made:
        it is to make them after the first step that is not."""
        missing = [parameter for parameter, state in self._optimizer.state.items() if not state]
        for parameter in missing:
            del self._optimizer.state[parameter]
        if missing and self._stage in (1, 2):
            self._engine.optimizer._hp_optimizer_states_linked = False

    def _gathered(
        self, bucket: list[tuple[str, torch.nn.Parameter]], take: Callable[[torch.nn.Parameter], torch.Tensor]
    ) -> list[tuple[str, torch.Tensor]]:
        partitioned = self._stage == 3
        with deepspeed.zero.GatheredParameters([parameter for _, parameter in bucket], enabled=partitioned):
            return [(name, take(parameter)) for name, parameter in bucket]

    def _whole_on_device(self, parameter: torch.nn.Parameter) -> torch.Tensor:
        """What ZeRO-3 has gathered goes again."""
        return parameter.detach().clone() if self._stage == 3 else parameter.detach()

    def _is_sound(self, norm: float) -> bool:
        return math.isfinite(norm) and norm <= self._alarm

    def _before_step(self, optimizer: torch.optim.Optimizer, *_: Any) -> None:
        """Runs when gradients are reduced, right before the step: a parameter without a gradient is left alone."""
        parameters = [parameter for group in optimizer.param_groups for parameter in group["params"]]
        if self._clips_itself:
            norm = float(self._engine.optimizer._global_grad_norm)
        else:
            norm = self._grad_norm = float(torch.nn.utils.clip_grad_norm_(parameters, self._max_norm))
        if self._refuse or not self._is_sound(norm):
            self._withheld = [(parameter, parameter.grad) for parameter in parameters if parameter.grad is not None]
            for parameter in parameters:
                parameter.grad = None

    def _after_step(self, *_: Any) -> None:
        """With offloaded averages DeepSpeed writes into the same gradients for ever; else it drops them by itself."""
        for parameter, gradient in self._withheld if self._offloads else ():
            parameter.grad = gradient
        self._withheld = []


def _optimizer(config: LearnerConfig, groups: Sequence[Sequence[torch.nn.Parameter]]) -> torch.optim.Optimizer:
    learned = [{"params": [parameter for parameter in group if parameter.requires_grad]} for group in groups]
    settings: dict[str, Any] = {
        "lr": config.lr,
        "betas": config.betas,
        "eps": config.adam_eps,
        "weight_decay": config.weight_decay,
    }
    if config.optimizer == "adamw":
        return torch.optim.AdamW(learned, **settings)
    try:
        from bitsandbytes.optim import AdamW8bit
    except ImportError:
        raise ValueError(
            "learner.optimizer is 'adamw_8bit', which needs bitsandbytes; pip install bitsandbytes"
        ) from None
    optimizer: torch.optim.Optimizer = AdamW8bit(learned, **settings)
    return optimizer


def _copy_on_host(parameter: torch.nn.Parameter) -> torch.Tensor:
    return parameter.detach().cpu().clone()


def _shape(parameter: torch.nn.Parameter) -> torch.Size:
    shape: torch.Size = getattr(parameter, "ds_shape", parameter.shape)
    return shape


def _own_part(whole: torch.Tensor, parameter: torch.nn.Parameter) -> torch.Tensor:
    """What of a whole tensor lies on this rank under ZeRO-3, where the last ranks' parts are padded with zeros."""
    partition: torch.Tensor = parameter.ds_tensor  # type: ignore[attr-defined]  # set by DeepSpeed
    size, rank = partition.numel(), torch.distributed.get_rank()
    part = whole.flatten()[rank * size : (rank + 1) * size]
    return torch.nn.functional.pad(part, (0, size - len(part)))
