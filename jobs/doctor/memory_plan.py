"""How much memory a config will take, by part and by accelerator, from the policy's files alone: nothing is loaded.

Exact for weights, gradients, optimizer and the KV cache at its fullest. Activations are an estimate: 34 values of two
bytes a token, layer and hidden unit (Korthikanti et al. 2022, eq. 2, without the attention scores, which are not kept),
and the logits of a micro-batch three times in float32. With activation checkpointing one layer at a time, and the input
of each. Not counted: a critic's value head, buffers of collectives, the page cache, and what a library holds by itself.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, prod
from pathlib import Path
from typing import Any, Literal

from tracemill.configs.schema import Config, LearnerConfig

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
PROCESS_BYTES = 400 * 2**20  # Python, torch and transformers in one worker, measured
ACTIVATION_VALUES = 34 / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a policy decides its memory. `linear_sides` is the sum of rows and columns of its layers' matrices: times
    the rank, that is an adapter's parameters."""

    parameters: int
    layers: int
    hidden: int
    vocabulary: int
    kv_heads: int
    head_size: int
    linear_sides: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`count` times so many bytes. `on_device` where an accelerator holds it, if the config asks for one; `stays` where
    it is held all the time and known exactly, not only while its owner works."""

    part: str
    each: int
    count: int
    on_device: bool
    owner: Literal["learner", "engine", "host"] = "host"
    stays: bool = True

    @property
    def bytes(self) -> int:
        return self.each * self.count


@dataclass(slots=True, kw_only=True)
class Device:
    """One accelerator: who is on it, and the bytes of each."""

    number: int
    room: float = 1.0  # the share that is not given away
    holds: list[str] = field(default_factory=list)
    stays: int = 0  # the learner's, always
    learning: int = 0  # and while it learns
    rolling: int = 0  # the engines'
    num_engines: int = 0

    def most(self, *, by_turns: bool) -> int:
        return self.stays + (max(self.learning, self.rolling) if by_turns else self.learning + self.rolling)


def read_shape(folder: Path) -> Shape:
    """From config.json and the headers of the safetensors files. Raises ValueError where they do not say."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config = config.get("text_config", config)
        heads, hidden = config["num_attention_heads"], config["hidden_size"]
        shapes = [shape for path in folder.glob("*.safetensors") for shape in _shapes(path)] or _none(folder)
        return Shape(
            parameters=sum(map(prod, shapes)),
            layers=config["num_hidden_layers"],
            hidden=hidden,
            vocabulary=config["vocab_size"],
            kv_heads=config.get("num_key_value_heads") or heads,
            head_size=config.get("head_dim") or hidden // heads,
            linear_sides=sum(sum(s) for s in shapes if len(s) == 2 and config["vocab_size"] not in s),
        )
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{folder} does not say its shape ({type(error).__name__}: {error})") from None


def _shapes(path: Path) -> list[list[int]]:
    """A safetensors file begins with the length of its header, 8 bytes little-endian, and the header, JSON."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return [entry["shape"] for name, entry in header.items() if name != "__metadata__"]


def _none(folder: Path) -> list[list[int]]:
    raise ValueError(f"{folder} holds no safetensors files to count parameters in")


def plan(config: Config, shape: Shape, prompt_tokens: int) -> list[Need]:
    rollout, width = config.rollout, BYTES[config.policy.dtype]
    weights, learning = shape.parameters * width, bool(config.learner.gpus_per_rank)
    needs = [
        Need(
            part=f"learner: {part}",
            each=each,
            count=config.learner.ranks,
            on_device=learning and not (part.endswith("optimizer") and config.learner.offload == "optimizer"),
            owner="learner",
            stays=part not in ("activations", "logits"),
        )
        for part, each in _learners_parts(config.learner, shape, width)
    ]
    kv_token = 2 * shape.layers * shape.kv_heads * shape.head_size * width
    cache = kv_token * rollout.max_batch * (prompt_tokens + rollout.max_new_tokens)
    rolling = bool(rollout.gpus_each)
    if rollout.engine == "vllm":  # it takes its cache at the start: so much on the CPU, all its share on a GPU
        longest = kv_token * (rollout.max_model_len or prompt_tokens + rollout.max_new_tokens)
        cache = longest if rolling else int(rollout.kv_cache_gb * 2**30)
    workers = 1 + config.learner.ranks + rollout.most_actors + config.verifier.workers
    rest: list[tuple[str, int, int, bool, Any, bool]] = [
        ("engine: weights", weights, rollout.most_actors, rolling, "engine", True),
        ("engine: KV cache", cache, rollout.most_actors, rolling, "engine", False),
        ("weights on their way", 3 * weights, 1, False, "host", False),
        ("programs at their limit", config.verifier.memory_mb * 2**20, config.verifier.workers, False, "host", False),
        ("processes", PROCESS_BYTES, workers, False, "host", False),
    ]
    return needs + [
        Need(part=part, each=each, count=count, on_device=there, owner=owner, stays=stays)
        for part, each, count, there, owner, stays in rest
    ]


def _learners_parts(learner: LearnerConfig, shape: Shape, width: int) -> list[tuple[str, int]]:
    """Bytes of one rank. With DeepSpeed's ZeRO, stage 1 divides the optimizer over the ranks, 2 gradients too, 3
    weights too (Rajbhandari et al. 2020). Gradients count as float32. AdamW holds two float32 values a parameter, or
    two bytes, and a float32 copy of it where the policy is narrower."""
    shares = [learner.ranks if learner.zero_stage >= stage else 1 for stage in (1, 2, 3)]
    weights = shape.parameters * width
    learned = learner.lora.rank * shape.linear_sides if learner.lora.rank else shape.parameters
    averages = {"adamw": 8, "adamw_8bit": 2}[learner.optimizer]
    optimizer = learned * (averages + (0 if width == 4 else 4))
    tokens, layer = learner.tokens_per_micro_batch, shape.hidden * ACTIVATION_VALUES * width
    activations = tokens * shape.layers * layer
    if learner.activation_checkpointing:
        activations = tokens * (shape.layers * shape.hidden * width + layer)
    adapters = learned * width if learner.lora.rank else 0
    parts = [
        ("weights", (weights + adapters) // shares[2]),
        ("gradients", learned * 4 // shares[1]),
        ("optimizer", optimizer // shares[0]),
        ("activations", round(activations)),
        ("logits", 3 * 4 * tokens * shape.vocabulary),
    ]
    if learner.kl.coefficient:
        parts.append(("reference policy", weights))  # whole on every rank
    if learner.critic.kind == "model":
        parts += [
            ("critic's weights", weights // shares[2]),
            ("critic's gradients", shape.parameters * 4 // shares[1]),
            ("critic's optimizer", shape.parameters * (averages + (0 if width == 4 else 4)) // shares[0]),
        ]
    return parts


def total(needs: Sequence[Need], *, on_device: bool) -> int:
    return sum(need.bytes for need in needs if need.on_device == on_device)


def devices(config: Config, needs: Sequence[Need]) -> list[Device]:
    """The accelerators that the config fills: ranks first, then engines, each on the first that has room for its share.
    Ray may place them otherwise; how many are needed, and what is on the fullest, comes out alike."""
    found: list[Device] = []
    for owner, count, share in (
        ("learner", config.learner.ranks, config.learner.gpus_per_rank),
        ("engine", config.rollout.most_actors, config.rollout.gpus_each),
    ):
        parts = [need for need in needs if need.owner == owner and need.on_device]
        for number in range(count if share else 0):
            whole, part_share = (ceil(share), 1.0) if share >= 1 else (1, share)
            for device in _with_room(found, whole, part_share):
                device.room -= part_share
                device.holds.append(f"rank {number}" if owner == "learner" else f"engine {number}")
                _add(device, parts, whole)
    return found


def _with_room(found: list[Device], count: int, share: float) -> list[Device]:
    free = [device for device in found if device.room >= share - 1e-9][:count]
    while len(free) < count:
        found.append(Device(number=len(found)))
        free.append(found[-1])
    return free


def _add(device: Device, parts: Sequence[Need], whole: int) -> None:
    """One owner's parts, over the `whole` accelerators that it has (tensor parallel)."""
    for need in parts:
        each = need.each // whole
        if need.owner == "engine":
            device.rolling += each
        elif need.stays:
            device.stays += each
        else:
            device.learning += each
    device.num_engines += any(need.owner == "engine" for need in parts)
