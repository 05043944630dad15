"""The learner: packed trees in, one optimizer step, new weights out. Blind to the algorithm: it is given an advantage
a token, the name of a loss, and what the loss's sum is divided by.

One `Learner` is one rank; all ranks make the same calls in the same order. `rl.actor` puts it into a Ray actor, and
without Ray it runs as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import torch
import torch.distributed
from transformers import AutoTokenizer

from tracemill.configs.schema import LearnerConfig
from tracemill.rl import deepspeed_engine, lora, measure
from tracemill.rl.algorithms import resolved
from tracemill.rl.critic import ActorCritic
from tracemill.rl.divergence import adapted
from tracemill.rl.objective import Objective, Predicted, objective
from tracemill.rl.packing import micro_batches
from tracemill.rl.policy import Policy, checkpoint_layers
from tracemill.rl.reference import Reference
from tracemill.rl.types import Batch, Completion, Tree, Update
from tracemill.rollout.weights import Manifest, spec_of


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
        collective_timeout_s: float = 600.0,
    ) -> None:
        """`temperature` is that of the rollouts, `num_updates` the optimizer steps of the run (for the schedule),
        `address` rank 0's `host:port`; None where there is one rank. Ranks wait for each other up to
        `collective_timeout_s`. Raises ValueError where the config does not fit its algorithm, or the reference policy
        not the policy."""
        if threads is not None:
            torch.set_num_threads(threads)
        self._config = config = resolved(config)
        self._folder = folder
        self._temperature = temperature
        self._num_updates = num_updates
        self._rank, self._num_ranks = rank, num_ranks
        deepspeed_engine.join_process_group(rank, num_ranks, address, collective_timeout_s)
        self._device = deepspeed_engine.device()
        torch_dtype = getattr(torch, dtype)
        self._policy = Policy(folder, torch_dtype).to(self._device)
        self._reference: Reference | None = None
        if config.kl.coefficient:
            self._reference = Reference(config.kl.reference, start=folder, policy=self._policy, device=self._device)
        if config.lora.rank:
            lora.adapt(self._policy.model, config.lora)
        if config.activation_checkpointing:
            checkpoint_layers(self._policy.model.get_decoder())
        self._module: torch.nn.Module = self._policy
        groups = [list(self._policy.parameters())]
        if config.critic.kind != "none":
            actor_critic = ActorCritic(self._policy, config.critic.kind, folder, torch_dtype).to(self._device)
            if config.activation_checkpointing and actor_critic.decoder is not None:
                checkpoint_layers(actor_critic.decoder)
            self._module = actor_critic
            groups.append(actor_critic.critic_parameters())
        self._engine = deepspeed_engine.Engine(self._module, config, torch_dtype, groups)
        self._summed = _summed(config)
        self.version = 0
        self.kl_coefficient = config.kl.coefficient

    def measure(self, trees: Sequence[Tree]) -> measure.Measurement:
        """What `measure.wanted` names, of every token of this rank's `trees`, with the weights as they stand."""
        names = measure.wanted(self._config)
        answers = measure.Answers()
        with torch.no_grad():
            for batch, is_real in self._micro_batches(measure.numbered(trees)):
                columns = {}
                if "ref_logprobs" in names and self._reference is not None:
                    columns["ref_logprobs"] = self._reference.logprobs(batch, self._temperature)
                if "values" in names or "proximal_logprobs" in names:
                    predicted = self._predict(batch)
                    columns["proximal_logprobs"] = predicted.logprobs
                    if predicted.values is not None:
                        columns["values"] = predicted.values
                if is_real:
                    answers.add(batch, {name: columns[name] for name in names})
        return measure.Measurement(kl_coefficient=self.kl_coefficient, trees=answers.by_tree(trees))

    def update(self, trees: Sequence[Tree], divisor: float) -> Update:
        """One optimizer step on this rank's `trees`. The sum of the token losses of all ranks is divided by `divisor`
        (`rl.algorithms.divisor`: for one, the batch's loss tokens). Where there is nothing to learn, or the loss or its
        gradient is not sound, the weights and the version stay."""
        sums, largest = dict.fromkeys(self._summed, 0.0), dict.fromkeys(_LARGEST, 0.0)
        for batch, is_real in self._micro_batches(trees):
            part = self._objective(batch)
            self._engine.backward(part.total * (self._num_ranks / divisor if is_real else 0.0))
            if is_real:
                sums = {name: total + part.sums[name] for name, total in sums.items()}
                largest = {name: max(value, part.largest[name]) for name, value in largest.items()}
        sums = self._over_ranks(sums, torch.distributed.ReduceOp.SUM)
        largest = self._over_ranks(largest, torch.distributed.ReduceOp.MAX)
        if not sums["tokens"]:
            return self._skipped("no group had both right and wrong answers")
        metrics = self._metrics(sums, largest, divisor)
        if not math.isfinite(sums["loss"]):
            self._engine.discard_gradients()
            return self._skipped(f"the loss is {sums['loss']}")
        alarm = self._config.mismatch_alarm
        if alarm is not None and metrics["mismatch_mean"] > alarm:
            self._engine.discard_gradients()
            mean = f"{metrics['mismatch_mean']:.3g}"
            return self._skipped(
                f"the learner's logprobs are {mean} off the sampled ones in the mean, past learner.mismatch_alarm "
                f"({alarm:g}): engine and learner do not hold the same policy",
                metrics,
                halt=True,
            )
        lr = self._lr()
        step = self._engine.step(self._lrs(lr))
        metrics |= {"grad_norm": step.grad_norm, "lr": lr}
        if not step.applied:
            return self._skipped(f"the gradient's norm is {step.grad_norm:g}", metrics)
        self.version += 1
        self._move_reference(metrics)
        return Update(version_before=self.version - 1, version_after=self.version, metrics=metrics)

    def weights(self, *, on_device: bool = False) -> Iterator[tuple[str, torch.Tensor]]:
        """The whole policy from rank 0, a bucket at a time, nothing from the others; every rank must exhaust it. As
        copies on the CPU, or `on_device` where they are, until the next update."""
        if self._has_part_in_gathering():
            for name, tensor in self._whole_weights(on_device=on_device):
                if self._rank == 0:
                    yield name, tensor

    def manifest(self) -> Manifest:
        """What `weights` will give; asks no other rank."""
        parameters = lora.base_parameters(self._policy.model)
        return tuple(spec_of(name, tensor, getattr(tensor, "ds_shape", tensor.shape)) for name, tensor in parameters)

    def logprobs(self, sequences: Sequence[Sequence[int]]) -> list[list[float]]:
        """For each sequence of at least two tokens the logprob of every token but the first, at temperature 1, with
        the weights as they stand, from rank 0. Every rank must call it, with the same sequences."""
        if not self._has_part_in_gathering():
            return []
        trees = [_as_tree(sequence) for sequence in sequences]
        answers = measure.Answers()
        with torch.no_grad():
            for batch in micro_batches(measure.numbered(trees), self._config.tokens_per_micro_batch):
                said = self._predict(batch.to(self._device), temperature=1.0).logprobs
                answers.add(batch, {"proximal_logprobs": said})
        return [list(measured.proximal_logprobs or ()) for (measured,) in answers.by_tree(trees)]

    def save(self, folder: Path) -> None:
        """Weights, optimizer and version into `folder`; every rank must call it."""
        self._engine.save(folder)
        if self._rank == 0:
            (folder / "version").write_text(str(self.version))
            (folder / "kl_coefficient").write_text(repr(self.kl_coefficient))
            if self._reference is not None and self._config.kl.refresh_every:
                self._reference.save(folder)

    def load(self, folder: Path) -> None:
        self._engine.load(folder)
        self.version = int((folder / "version").read_text())
        self.kl_coefficient = float((folder / "kl_coefficient").read_text())
        if self._reference is not None and self._config.kl.refresh_every:
            self._reference.load(folder)

    def save_policy(self, folder: Path) -> None:
        """The policy with its tokenizer in Hugging Face format, by rank 0; every rank must call it. Adapters are merged
        into it, and lie in `adapter` beside it."""
        state = dict(self.weights())
        if self._rank == 0:
            self._policy.model.save_pretrained(folder, state_dict=state)
            AutoTokenizer.from_pretrained(self._folder).save_pretrained(folder)
        if self._config.lora.rank:
            gathered = self._engine.weights(self._policy.model)
            lora.save(folder / "adapter", gathered, self._config.lora, is_writer=self._rank == 0)

    def close(self) -> None:
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()

    def _whole_weights(self, *, on_device: bool = False) -> Iterator[tuple[str, torch.Tensor]]:
        """On every rank, under the names that the policy's folder has."""
        return lora.merged(self._engine.weights(self._policy.model, on_device=on_device), self._config.lora)

    def _micro_batches(self, trees: Sequence[Tree]) -> Iterator[tuple[Batch, bool]]:
        """This rank's micro-batches, then empty ones as long as another rank has some left: its collectives need this
        rank too. The flag says which are real."""
        batches = micro_batches(trees, self._config.tokens_per_micro_batch)
        for index in range(self._most_of_ranks(len(batches))):
            is_real = index < len(batches)
            batch = batches[index] if is_real else micro_batches([_EMPTY], 2)[0]
            yield batch.to(self._device), is_real

    def _predict(self, batch: Batch, temperature: float | None = None) -> Predicted:
        """At the rollouts' temperature, or at another."""
        arguments: list[Any] = [batch, temperature or self._temperature, self._config.entropy_bonus > 0]
        if self._config.critic.kind != "none":
            arguments.append(self._policy_stands_still())
        return Predicted(*self._engine(*arguments))

    def _objective(self, batch: Batch) -> Objective:
        return objective(
            batch,
            self._predict(batch),
            self._config,
            kl_coefficient=self.kl_coefficient,
            policy_stands_still=self._policy_stands_still(),
        )

    def _has_part_in_gathering(self) -> bool:
        """Rank 0 has the whole policy, but for ZeRO-3, where every rank has a part of it."""
        return self._rank == 0 or self._config.zero_stage == 3

    def _policy_stands_still(self) -> bool:
        """While the critic warms up."""
        return self._config.critic.kind != "none" and self.version < self._config.critic.warmup_updates

    def _metrics(self, sums: dict[str, float], largest: dict[str, float], divisor: float) -> dict[str, float]:
        """The loss as it was divided; everything else a mean over the tokens that were learned from."""
        learned = sums["tokens"]
        means = {name: total / learned for name, total in sums.items() if name not in ("loss", "tokens")}
        metrics = {"loss": sums["loss"] / divisor, **means, **largest, "learned_tokens": learned}
        return metrics if self._reference is None else {**metrics, "kl_coefficient": self.kl_coefficient}

    def _move_reference(self, metrics: dict[str, float]) -> None:
        """After an update: the divergence's coefficient, and the reference itself when its turn has come."""
        kl = self._config.kl
        if kl.target is not None and "kl_ref" in metrics:
            measured = metrics["kl_ref"]
            self.kl_coefficient = adapted(self.kl_coefficient, measured=measured, target=kl.target, gain=kl.gain)
        if self._reference is not None and kl.refresh_every and self.version % kl.refresh_every == 0:
            self._reference.refresh(self._whole_weights())

    def _skipped(self, reason: str, metrics: dict[str, float] | None = None, *, halt: bool = False) -> Update:
        version = self.version
        return Update(version_before=version, version_after=version, metrics=metrics or {}, skipped=reason, halt=halt)

    def _lrs(self, lr: float) -> list[float]:
        """A rate for the policy and, where there is one, the critic, which follows the same schedule."""
        critic = self._config.critic
        if critic.kind == "none":
            return [lr]
        return [0.0 if self._policy_stands_still() else lr, lr * (critic.lr or self._config.lr) / self._config.lr]

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

    def _over_ranks(self, numbers: dict[str, float], op: Any) -> dict[str, float]:
        tensor = torch.tensor(list(numbers.values()), dtype=torch.float64, device=self._device)
        torch.distributed.all_reduce(tensor, op=op)
        return dict(zip(numbers, tensor.tolist(), strict=True))


def _as_tree(sequence: Sequence[int]) -> Tree:
    nothing = (0.0,) * (len(sequence) - 1)
    completion = Completion(ids=tuple(sequence[1:]), old_logprobs=nothing, advantages=nothing)
    return Tree(prompt_ids=(sequence[0],), completions=(completion,))


def _summed(config: LearnerConfig) -> list[str]:
    """Which of an objective's sums are reported."""
    optional = {
        "masked_share": config.correction.mask != "none",
        "kl_ref": config.kl.coefficient > 0,
        "value_loss": config.critic.kind != "none",
    }
    always = ["loss", "entropy", "kl_sampled", "clipped_share", "mismatch_mean", "mismatch_kl", "tokens"]
    return always + [name for name, is_made in optional.items() if is_made]


_LARGEST = ("mismatch_max",)
_EMPTY = Tree(
    prompt_ids=(0,),
    completions=(
        Completion(
            ids=(0,),
            old_logprobs=(0.0,),
            advantages=(0.0,),
            ref_logprobs=(0.0,),
            old_values=(0.0,),
            returns=(0.0,),
        ),
    ),
)
