"""The configuration of `tracemill warmstart`: what the bundled policy is and what it was shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from tracemill.configs.schema import MixItem, NaturalInt, Part, PositiveFloat, PositiveInt


class ShapeConfig(Part):
    """A Llama-shaped model with a byte tokenizer."""

    hidden_size: PositiveInt = 128
    num_layers: PositiveInt = 4
    num_heads: PositiveInt = 4
    num_key_value_heads: PositiveInt = 2
    intermediate_size: PositiveInt = 352
    max_positions: PositiveInt = 1024


class WarmstartConfig(Part):
    """Supervised training on the families' worked solutions, of training problems only."""

    out: str
    seed: NaturalInt = 0
    examples: PositiveInt  # worked solutions to draw from, without repetition
    steps: PositiveInt
    batch_size: PositiveInt = 128
    lr: PositiveFloat = 2e-3
    shape: ShapeConfig = ShapeConfig()
    mix: Annotated[tuple[MixItem, ...], Field(min_length=1)]
