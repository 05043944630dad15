"""The learner: packed trees in, one optimizer step, new weights out. Blind to the algorithm: it is given an advantage
a token.

One `Learner` is one rank; all ranks make the same calls in the same order. `rl.actor` puts it into a Ray actor, and
without Ray it runs as it is.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import torch
import torch.distributed
from transformers import AutoTokenizer

from tracemill.configs.schema import LearnerConfig
from tracemill.rl import deepspeed_engine
from tracemill.rl.losses import clipped_surrogate
from tracemill.rl.packing import micro_batches
from tracemill.rl.policy import Policy
from tracemill.rl.types import Batch, Completion, Tree, Update

_SUMS = ("loss", "entropy", "kl", "clipped", "tokens")


class Learner:
    def __init__(
        self,
        config: LearnerConfig,
        *,
        folder: Path,
        dtype: str,
        temperature: float,
        num_updates: int,
        rank: int = 0,
        num_ranks: int = 1,
        address: str | None = None,
        threads: int | None = None,
    ) -> None:
        """`temperature` is that of the rollouts, `num_updates` the optimizer steps of the run (for the schedule),
        `address` rank 0's `host:port`; None where there is one rank."""
        if threads is not None:
            torch.set_num_threads(threads)
        self._config = config
        self._folder = folder
        self._temperature = temperature
        self._num_updates = num_updates
        self._rank, self._num_ranks = rank, num_ranks
        deepspeed_engine.join_process_group(rank, num_ranks, address)
        self._device = deepspeed_engine.device()
        self._policy = Policy(folder, getattr(torch, dtype)).to(self._device)
        self._engine = deepspeed_engine.Engine(self._policy, config, getattr(torch, dtype))
        self.version = 0

    def update(self, trees: Sequence[Tree], num_loss_tokens: int) -> Update:
        """One optimizer step on this rank's `trees`. `num_loss_tokens` counts the loss tokens of all ranks, those with
        advantage zero included: the loss is their mean (DAPO's token-level normalisation over the whole batch). Where
        there is nothing to learn, or the loss is not finite, the weights and the version stay."""
        batches = micro_batches(trees, self._config.tokens_per_micro_batch)
        sums = dict.fromkeys(_SUMS, 0.0)
        for index in range(self._most_of_ranks(len(batches))):
            if index < len(batches):
                loss = self._loss(batches[index].to(self._device), sums) * (self._num_ranks / num_loss_tokens)
            else:  # this rank has run out: the collectives of the others still need it
                loss = self._loss(micro_batches([_EMPTY], 2)[0].to(self._device), dict(sums)) * 0.0
            self._engine.backward(loss)
        sums = self._sum_over_ranks(sums)
        if sums["tokens"] == 0:
            return self._skipped("no group had both right and wrong answers")
        if not math.isfinite(sums["loss"]):
            self._engine.discard_gradients()
            return self._skipped(f"the loss is {sums['loss']}")
        lr = self._lr()
        grad_norm = self._engine.step(lr)
        self.version += 1
        learned = sums["tokens"]
        return Update(
            version_before=self.version - 1,
            version_after=self.version,
            metrics={
                "loss": sums["loss"] / num_loss_tokens,
                "grad_norm": grad_norm,
                "lr": lr,
                "entropy": sums["entropy"] / learned,
                "kl_sampled": sums["kl"] / learned,
                "clipped_share": sums["clipped"] / learned,
                "learned_tokens": sums["tokens"],
            },
        )

    def weights(self) -> dict[str, torch.Tensor]:
        """The whole policy on rank 0, nothing on the others; every rank must call it."""
        whole = {}
        for name, tensor in self._engine.weights(self._policy.model):
            if self._rank == 0:
                whole[name] = tensor
        return whole

    def save(self, folder: Path) -> None:
        """Weights, optimizer and version into `folder`; every rank must call it."""
        self._engine.save(folder)
        if self._rank == 0:
            (folder / "version").write_text(str(self.version))

    def load(self, folder: Path) -> None:
        self._engine.load(folder)
        self.version = int((folder / "version").read_text())

    def save_policy(self, folder: Path) -> None:
        """The policy with its tokenizer in Hugging Face format, by rank 0; every rank must call it."""
        state = self.weights()
        if self._rank == 0:
            self._policy.model.save_pretrained(folder, state_dict=state)
            AutoTokenizer.from_pretrained(self._folder).save_pretrained(folder)

    def close(self) -> None:
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()

    def _loss(self, batch: Batch, sums: dict[str, float]) -> torch.Tensor:
        """The sum of the token losses of a micro-batch, with what is logged added to `sums`."""
        new_logprobs, entropy = self._engine(batch, self._temperature)
        token_loss = clipped_surrogate(
            new_logprobs,
            batch.old_logprobs,
            batch.advantages,
            clip_low=self._config.clip_low,
            clip_high=self._config.clip_high,
        )
        total = token_loss.loss.sum()
        with torch.no_grad():
            sums["loss"] += total.item()
            sums["entropy"] += entropy.sum().item()
            sums["kl"] += (batch.old_logprobs - new_logprobs).sum().item()
            sums["clipped"] += token_loss.clipped.sum().item()
            sums["tokens"] += len(batch.term)
        return total

    def _skipped(self, reason: str) -> Update:
        return Update(version_before=self.version, version_after=self.version, metrics={}, skipped=reason)

    def _lr(self) -> float:
        """Linear warm-up, then the configured schedule down to zero at the run's last step."""
        step, warmup = self.version, self._config.warmup_steps
        if step < warmup:
            return self._config.lr * (step + 1) / warmup
        share = (step - warmup) / max(1, self._num_updates - warmup)
        if self._config.lr_schedule == "linear":
            return self._config.lr * (1 - share)
        if self._config.lr_schedule == "cosine":
            return self._config.lr * 0.5 * (1 + math.cos(math.pi * share))
        return self._config.lr

    def _most_of_ranks(self, number: int) -> int:
        tensor = torch.tensor([number], device=self._device)
        torch.distributed.all_reduce(tensor, op=torch.distributed.ReduceOp.MAX)
        return int(tensor.item())

    def _sum_over_ranks(self, sums: dict[str, float]) -> dict[str, float]:
        tensor = torch.tensor([sums[name] for name in _SUMS], dtype=torch.float64, device=self._device)
        torch.distributed.all_reduce(tensor)
        return dict(zip(_SUMS, tensor.tolist(), strict=True))


_EMPTY = Tree(prompt_ids=(0,), completions=(Completion(ids=(0,), old_logprobs=(0.0,), advantages=(0.0,)),))
