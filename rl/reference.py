"""The reference policy: frozen, of the policy's shape, refreshed from it where the config says so.

It is held whole on every rank, also where ZeRO-3 cuts the policy into parts.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable
from pathlib import Path

import torch

from tracemill.rl.policy import Policy
from tracemill.rl.types import Batch
from tracemill.rl.whole_state import Damaged

_FILE = "reference.pt"


class Reference:
    """`start` is the folder of the policy that the run starts from; `source` "start" or another folder."""

    def __init__(self, source: str, *, start: Path, policy: Policy, device: torch.device) -> None:
        """Raises ValueError for a model whose parameters have other names or shapes than the policy's. To be made
        before DeepSpeed takes the policy apart."""
        folder = start if source == "start" else Path(source)
        self._policy = Policy(folder, next(policy.parameters()).dtype).to(device).requires_grad_(False)
        wanted = {name: tuple(each.shape) for name, each in policy.model.named_parameters()}
        given = {name: tuple(each.shape) for name, each in self._policy.model.named_parameters()}
        for name in sorted(wanted.keys() | given.keys()):
            if wanted.get(name) != given.get(name):
                raise ValueError(
                    f"learner.kl.reference {source!r} is not of the policy's shape: {name} is "
                    f"{given.get(name, 'missing')} there and {wanted.get(name, 'missing')} in the policy"
                )

    @torch.no_grad()
    def logprobs(self, batch: Batch, temperature: float) -> torch.Tensor:
        logprobs: torch.Tensor = self._policy(batch, temperature)[0]
        return logprobs

    @torch.no_grad()
    def refresh(self, weights: Iterable[tuple[str, torch.Tensor]]) -> None:
        """Takes the policy's weights, all of them, by name."""
        parameters = dict(self._policy.model.named_parameters())
        for name, tensor in weights:
            parameters[name].copy_(tensor)

    def save(self, folder: Path) -> None:
        torch.save(dict(self._policy.model.named_parameters()), folder / _FILE)

    def load(self, folder: Path) -> None:
        """What `save` left in a checkpoint. Raises Damaged where it is not whole."""
        path = folder / _FILE
        try:
            saved = torch.load(path, weights_only=True, map_location="cpu")
        except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
            raise Damaged(f"{path} is damaged ({(str(error).splitlines() or [type(error).__name__])[0]})") from error
        self.refresh((name, each.detach()) for name, each in saved.items())
