"""A causal language model as the learner runs it: packed rows in, logprobs of the predicted tokens out."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint
from transformers import AutoModelForCausalLM, PreTrainedModel
from transformers.modeling_layers import GradientCheckpointingLayer
from transformers.utils.logging import disable_progress_bar

from tracemill.kernels.chunked_logprobs import LOGITS_AT_ONCE, LinearHead, head_logprobs
from tracemill.rl.packing import visible
from tracemill.rl.types import Batch

disable_progress_bar()


class Policy(nn.Module):
    """Any transformers causal model with an additive or boolean attention mask `[B, 1, T, T]`.

    The head runs on the predicting places only, and where there are many, in chunks. Dropout stays off: the learner
    must see the distribution that was sampled.
    """

    def __init__(self, folder: Path, dtype: torch.dtype) -> None:
        super().__init__()
        self.model: PreTrainedModel = AutoModelForCausalLM.from_pretrained(
            folder, dtype=dtype, attn_implementation="sdpa"
        )
        self.model.eval()
        _check_head(self.model)
        head = self.model.get_output_embeddings()
        self.head = PlainHead(head) if type(head) is nn.Linear else None

    def train(self, mode: bool = True) -> Policy:
        return super().train(False)

    def forward(
        self, batch: Batch, temperature: float, entropy_gradient: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logprobs and entropies `[N]` of the tokens under the distribution at `temperature`. The head runs once a
        distinct prediction. Entropies carry a gradient only if asked to."""
        return self.read(self.hidden(batch), batch, temperature, entropy_gradient)

    def hidden(self, batch: Batch) -> torch.Tensor:
        """The decoder's states `[M, H]` at the places that predict."""
        return hidden_states(self.model.get_decoder(), batch)

    def read(
        self, hidden: torch.Tensor, batch: Batch, temperature: float, entropy_gradient: bool
    ) -> tuple[torch.Tensor, torch.Tensor]:
        head = self.model.get_output_embeddings()
        if self.head is not None and type(head) is nn.Linear:
            logprobs, entropy = self.head(hidden, batch.target_ids, temperature, entropy_gradient)
        else:  # with an adapter, say
            # Under ZeRO-3 a head gathers its weights at every call, and ranks with different numbers of chunks would
            # wait for each other for ever; "ds_id" is DeepSpeed's mark on its parameters.
            is_gathered = any(hasattr(parameter, "ds_id") for parameter in head.parameters())
            logprobs, entropy = head_logprobs(
                head,
                hidden,
                batch.target_ids,
                vocabulary=head.weight.shape[0],
                temperature=temperature,
                entropy_gradient=entropy_gradient,
                logits_at_once=sys.maxsize if is_gathered else LOGITS_AT_ONCE,
            )
        return logprobs[batch.term], entropy[batch.term]


class PlainHead(nn.Module):
    """The policy's head as the loss reads it. It holds the head's own parameters, so that ZeRO-3 gathers them once a
    call, in however many tiles it then reads them."""

    def __init__(self, head: nn.Linear) -> None:
        super().__init__()
        self.weight, self.bias = head.weight, head.bias

    def forward(
        self, hidden: torch.Tensor, target_ids: torch.Tensor, temperature: float, entropy_gradient: bool
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Logprobs and entropies `[M]`, see `head_logprobs`."""
        return head_logprobs(
            LinearHead(self.weight, self.bias),
            hidden,
            target_ids,
            vocabulary=len(self.weight),
            temperature=temperature,
            entropy_gradient=entropy_gradient,
            logits_at_once=LOGITS_AT_ONCE,
        )


def hidden_states(decoder: nn.Module, batch: Batch) -> torch.Tensor:
    """What `decoder` makes of a batch at the places that predict, `[M, H]`."""
    states: torch.Tensor = decoder(
        input_ids=batch.input_ids,
        position_ids=batch.positions,
        attention_mask=visible(batch),
        use_cache=False,
    ).last_hidden_state
    return states.flatten(0, 1)[batch.predict_from]


def checkpoint_layers(decoder: nn.Module) -> None:
    """From now on the decoder's layers keep their inputs alone, and are computed again when the gradient needs them.

    transformers' own switch works in training mode only, in which dropout would be on. Raises ValueError for a model
    whose layers are not marked as such.
    """
    layers = [module for module in decoder.modules() if isinstance(module, GradientCheckpointingLayer)]
    if not layers:
        name = type(decoder).__name__
        raise ValueError(f"learner.activation_checkpointing: {name} has no layers that transformers can checkpoint")
    for layer in layers:
        layer.forward = partial(checkpoint, layer.forward, use_reentrant=False, preserve_rng_state=False)


def _check_head(model: PreTrainedModel) -> None:
    """Raises ValueError for a model whose logits are more than its head on the decoder's output (capped or scaled
    logits)."""
    probe = torch.arange(1, 5)[None]
    with torch.no_grad():
        whole = model(input_ids=probe).logits.float()
        parts = model.get_output_embeddings()(model.get_decoder()(input_ids=probe).last_hidden_state).float()
    if not torch.allclose(whole, parts, rtol=1e-3, atol=1e-3):
        name = type(model).__name__
        raise ValueError(
            f"{name} changes its logits after the head (capped or scaled); the learner does not support it"
        )
