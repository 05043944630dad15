"""Low-rank adapters (LoRA; Hu et al. 2021, arXiv 2106.09685, eq. 3) through peft: put into a model in place, merged
into the weights that leave the learner, saved beside the policy in peft's own format.

peft makes the layers; merging and saving are done here, of tensors as they are gathered, since under ZeRO-3 no rank
holds a whole layer.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn

from tracemill.configs.schema import LoraConfig

_ADAPTER = "default"  # peft's name for the only one
_BASE, _A, _B = ".base_layer.", f".lora_A.{_ADAPTER}.", f".lora_B.{_ADAPTER}."


def adapt(model: nn.Module, config: LoraConfig) -> None:
    """Freezes the model and gives its targets adapters, which start without effect and the same on every rank. Raises
    ValueError without peft, or for targets that the model does not have."""
    try:
        from peft import inject_adapter_in_model
    except ImportError:
        raise ValueError("learner.lora needs peft; pip install peft") from None
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        try:
            inject_adapter_in_model(_peft_config(config), model, adapter_name=_ADAPTER)
        except ValueError as error:
            raise ValueError(f"learner.lora.targets {list(config.targets)} do not fit: {error}") from None
    for name, parameter in model.named_parameters():
        parameter.requires_grad_(is_of_adapter(name))


def is_of_adapter(name: str) -> bool:
    return _A in name or _B in name


def base_parameters(model: nn.Module) -> Iterator[tuple[str, nn.Parameter]]:
    """The parameters that the model had before it was adapted, by the names that they had."""
    for name, parameter in model.named_parameters():
        if not is_of_adapter(name):
            yield name.replace(_BASE, "."), parameter


def merged(weights: Iterable[tuple[str, torch.Tensor]], config: LoraConfig) -> Iterator[tuple[str, torch.Tensor]]:
    """An adapted model's weights, in the order of `named_parameters`, as those of the model before: W + alpha / rank
    B A, summed in float32. What has no adapter passes as it is."""
    held: dict[str, torch.Tensor] = {}
    for name, tensor in weights:
        if is_of_adapter(name) or f"{_BASE}weight" in name:
            held[name] = tensor
            if _B not in name:
                continue
            base, a = (name.replace(_B, each) for each in (_BASE, _A))
            weight, change = held.pop(base), held.pop(name).float() @ held.pop(a).float()
            total = weight.float() + config.alpha / config.rank * change
            yield base.replace(_BASE, "."), total.to(weight.dtype)
        else:
            yield name.replace(_BASE, "."), tensor
    assert not held, f"no adapter came for {min(held)}"


def save(folder: Path, weights: Iterable[tuple[str, torch.Tensor]], config: LoraConfig, *, is_writer: bool) -> None:
    """The adapter in `folder` as `peft.PeftModel.from_pretrained` reads it; consumes all weights."""
    adapter = {
        "base_model.model." + name.replace(f".{_ADAPTER}.", "."): tensor.contiguous()
        for name, tensor in weights
        if is_writer and is_of_adapter(name)
    }
    if is_writer:
        folder.mkdir(parents=True, exist_ok=True)
        save_file(adapter, folder / "adapter_model.safetensors")
        _peft_config(config).save_pretrained(str(folder))


def _peft_config(config: LoraConfig) -> Any:
    import peft

    return peft.LoraConfig(
        r=config.rank,
        lora_alpha=config.alpha,
        target_modules=list(config.targets) or "all-linear",
        lora_dropout=0.0,
        bias="none",
        task_type="CAUSAL_LM",
    )
