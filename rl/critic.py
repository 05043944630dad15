"""A policy with a critic beside it: one module, so that one engine, one optimizer and one backward serve both.

The critic is a linear map from hidden states to the value of what stands before each token; it starts at zero. Its
states are the policy's own ("head"), or those of a decoder of its own that starts as the policy's ("model").
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import torch
from torch import nn
from transformers import AutoModelForCausalLM

from tracemill.rl.policy import Policy, hidden_states
from tracemill.rl.types import Batch


class ActorCritic(nn.Module):
    def __init__(self, policy: Policy, kind: Literal["head", "model"], folder: Path, dtype: torch.dtype) -> None:
        super().__init__()
        self.policy = policy
        self.decoder: nn.Module | None = None
        if kind == "model":
            model = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype, attn_implementation="sdpa")
            self.decoder = model.get_decoder().eval()
        self.head = nn.Linear(policy.model.config.get_text_config().hidden_size, 1, dtype=dtype)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    def train(self, mode: bool = True) -> ActorCritic:
        return super().train(False)

    def critic_parameters(self) -> list[nn.Parameter]:
        """What is not the policy's."""
        decoder = [] if self.decoder is None else list(self.decoder.parameters())
        return [*decoder, *self.head.parameters()]

    def forward(
        self, batch: Batch, temperature: float, entropy_gradient: bool = False, policy_stands_still: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logprobs, entropies and values `[N]`. While the policy stands still, no value's gradient reaches it."""
        hidden = self.policy.hidden(batch)
        logprobs, entropy = self.policy.read(hidden, batch, temperature, entropy_gradient)
        if self.decoder is not None:
            states = hidden_states(self.decoder, batch)
        else:
            states = hidden.detach() if policy_stands_still else hidden
        return logprobs, entropy, self.head(states)[:, 0].float()[batch.term]
