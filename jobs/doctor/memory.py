"""The plan of memory against what is there: of this host, and of each accelerator.

Parts that are exact (weights, gradients, optimizer) and do not fit are missing; where only the estimate of the rest is
over what is free, that is a note, since it may fit after all. On a Ray that runs elsewhere nothing is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import psutil

from tracemill.configs.schema import Config
from tracemill.jobs.doctor.check import Check, check, size
from tracemill.jobs.doctor.memory_plan import Device, Need, devices, total


def host_check(config: Config, needs: Sequence[Need]) -> Check:
    planned, room = total(needs, on_device=False), available_memory()
    exact = sum(need.bytes for need in needs if not need.on_device and need.stays)
    found = f"{size(planned)} planned, {size(room)} available"
    if config.ray.address is not None:
        found += " here; the nodes of the Ray that is joined may have more or less"
        return check("memory", planned <= room, found, "run tracemill doctor on a node", "note")
    if exact > room:
        do = "take a smaller policy, fewer ranks or actors, or a higher learner.zero_stage"
        return check("memory", False, f"{found}; weights, gradients and optimizer alone are {size(exact)}", do)
    do = "lower rollout.max_batch or learner.tokens_per_micro_batch, should it be killed for memory"
    return check("memory", planned <= room, found, do, "note")


def device_checks(config: Config, needs: Sequence[Need], sizes: Sequence[int] | None = None) -> list[Check]:
    """One line an accelerator that the config fills. `sizes`: the bytes of those here (None: asked of torch)."""
    wanted = devices(config, needs)
    if not wanted:
        return []
    sizes = _device_sizes() if sizes is None else sizes
    if config.ray.address is not None and len(sizes) < len(wanted):
        found = f"{len(wanted)} needed, {len(sizes)} here; the others are the Ray's that is joined"
        most = max(device.most(by_turns=config.rollout.colocated) for device in wanted)
        return [check("accelerators", False, f"{found}; the fullest holds {size(most)}", "compare", "note")]
    checks = [_device_check(config, device, size_) for device, size_ in zip(wanted, sizes, strict=False)]
    if len(sizes) < len(wanted):
        do = "lower learner.ranks or rollout.actors, give each a smaller share, or join a cluster with ray.address"
        checks.append(check("accelerators", False, f"{len(wanted)} needed, {len(sizes)} here", do))
    return checks


def _device_check(config: Config, device: Device, room: int) -> Check:
    rollout, engines = config.rollout, device.rolling
    name, who = f"accelerator {device.number}", ", ".join(device.holds)
    if rollout.engine == "vllm" and device.num_engines:
        taken = int(rollout.gpu_memory_utilization * room) * device.num_engines
        if engines > taken:
            found = f"{who}: weights and one longest sequence are {size(engines)}, vLLM may take {size(taken)}"
            return check(
                name, False, found, "raise rollout.tensor_parallel or gpu_memory_utilization, or max_model_len"
            )
        device.rolling = taken
    most = device.most(by_turns=rollout.colocated)
    found = f"{who}: {size(most)} planned ({size(device.stays)} always, learning {size(device.learning)}, "
    found += f"rolling out {size(device.rolling)}{', by turns' if rollout.colocated else ''}), {size(room)} there"
    certain = device.stays + (device.rolling if rollout.engine == "vllm" else 0)
    do = "raise learner.zero_stage, set learner.offload or activation_checkpointing, or lower gpu_memory_utilization"
    return check(name, most <= room, found, do, "missing" if certain > room else "note")


def _device_sizes() -> list[int]:
    import torch

    if not torch.accelerator.is_available():
        return []
    return [torch.accelerator.get_memory_info(index)[1] for index in range(torch.accelerator.device_count())]


def available_memory() -> int:
    """Of the machine, or of the control group that this process is in where that has less."""
    room = int(psutil.virtual_memory().available)
    for limit, used in (
        ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory.current"),
        ("/sys/fs/cgroup/memory/memory.limit_in_bytes", "/sys/fs/cgroup/memory/memory.usage_in_bytes"),
    ):
        try:
            room = min(room, int(Path(limit).read_text()) - int(Path(used).read_text()))
        except (OSError, ValueError):  # no such file, or "max"
            continue
    return room
