"""How much memory a config will take, by part, from the policy's files alone: nothing is loaded.

Exact for weights, gradients, optimizer and the KV cache at its fullest. Activations are an estimate: 34 values of two
bytes a token, layer and hidden unit (Korthikanti et al. 2022, eq. 2, without the attention scores, which are not kept),
and the logits of a micro-batch three times in float32. Not counted: a reference policy, a critic, the page cache.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any

from tracemill.configs.schema import Config

BYTES = {"float32": 4, "bfloat16": 2, "float16": 2}
PROCESS_BYTES = 400 * 2**20  # Python, torch and transformers in one worker, measured
ACTIVATION_VALUES = 34 / 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a policy decides its memory."""

    parameters: int
    layers: int
    hidden: int
    vocabulary: int
    kv_heads: int
    head_size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """`count` times so many bytes; `on_device` where an accelerator holds it, if the config asks for one."""

    part: str
    each: int
    count: int
    on_device: bool

    @property
    def bytes(self) -> int:
        return self.each * self.count


def read_shape(folder: Path) -> Shape:
    """From config.json and the headers of the safetensors files. Raises ValueError where they do not say."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        config = config.get("text_config", config)
        heads, hidden = config["num_attention_heads"], config["hidden_size"]
        return Shape(
            parameters=sum(_parameters(path) for path in folder.glob("*.safetensors")) or _none(folder),
            layers=config["num_hidden_layers"],
            hidden=hidden,
            vocabulary=config["vocab_size"],
            kv_heads=config.get("num_key_value_heads") or heads,
            head_size=config.get("head_dim") or hidden // heads,
        )
    except (OSError, KeyError, TypeError, json.JSONDecodeError) as error:
        raise ValueError(f"{folder} does not say its shape ({type(error).__name__}: {error})") from None


def _parameters(path: Path) -> int:
    """A safetensors file begins with the length of its header, 8 bytes little-endian, and the header, JSON."""
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    return sum(prod(entry["shape"]) for name, entry in header.items() if name != "__metadata__")


def _none(folder: Path) -> int:
    raise ValueError(f"{folder} holds no safetensors files to count parameters in")


def plan(config: Config, shape: Shape, prompt_tokens: int) -> list[Need]:
    """With DeepSpeed's ZeRO, stage 1 divides the optimizer over the ranks, 2 gradients too, 3 weights too (Rajbhandari
    et al. 2020). AdamW holds two float32 values a parameter, and a float32 copy of it where the policy is narrower."""
    learner, rollout = config.learner, config.rollout
    width = BYTES[config.policy.dtype]
    weights = shape.parameters * width
    optimizer = shape.parameters * (8 if width == 4 else 12)
    shares = [learner.ranks if learner.zero_stage >= stage else 1 for stage in (1, 2, 3)]
    tokens = learner.tokens_per_micro_batch
    activations = round(tokens * shape.layers * shape.hidden * ACTIVATION_VALUES * width)
    logits = 3 * 4 * tokens * shape.vocabulary
    kv_token = 2 * shape.layers * shape.kv_heads * shape.head_size * width
    cache = kv_token * rollout.max_batch * (prompt_tokens + rollout.max_new_tokens)
    learning, rolling = bool(learner.gpus_per_rank), bool(rollout.gpus_each)
    needs: list[tuple[str, int, int, Any]] = [
        ("learner: weights", weights // shares[2], learner.ranks, learning),
        ("learner: gradients", weights // shares[1], learner.ranks, learning),
        ("learner: optimizer", optimizer // shares[0], learner.ranks, learning),
        ("learner: activations", activations, learner.ranks, learning),
        ("learner: logits", logits, learner.ranks, learning),
        ("engine: weights", weights, rollout.most_actors, rolling),
        ("engine: KV cache", cache, rollout.most_actors, rolling),
        ("weights on their way", 3 * weights, 1, False),
        ("programs at their limit", config.verifier.memory_mb * 2**20, config.verifier.workers, False),
        ("processes", PROCESS_BYTES, 1 + learner.ranks + rollout.most_actors + config.verifier.workers, False),
    ]
    return [Need(part=part, each=each, count=count, on_device=there) for part, each, count, there in needs]


def total(needs: Sequence[Need], *, on_device: bool) -> int:
    return sum(need.bytes for need in needs if need.on_device == on_device)
