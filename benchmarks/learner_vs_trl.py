"""The learner's step on frozen rollouts, against TRL's GRPOTrainer: same ids, masks, logprobs, rewards and AdamW.

Groups of 8, completions of random tokens whose lengths are lognormal with the 99th percentile ten times the median,
logprobs near the policy's own. TRL runs its own `training_step` (loss and backward) on what it would have prepared
itself, a micro-batch of 8 rows at a time, then clips and steps. Both sides take the same steps from the same weights
and must hold the same parameters after each. Then one side after the other is timed, in turns, and the learner again
with one of its savings taken away: rows that cannot teach left in, prefixes not shared, one trie a row padded to the
batch's longest, all logits at once. (A fifth stays: places that predict no learned token never reach the head, where
TRL's head off a GPU scores prompts and padding too.) The least of the rounds counts; processor seconds are those of all
threads, which other work on the machine lengthens less.

The bundled policy, and a Llama of 10M random parameters with a vocabulary of 32,000.

    python benchmarks/learner_vs_trl.py [--rounds 3] [--model bundled]      # from outside the checkout
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any
from unittest.mock import patch

import torch
from datasets import Dataset
from torch.nn.functional import pad
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM
from trl import GRPOConfig, GRPOTrainer

from tracemill.configs.schema import LearnerConfig
from tracemill.jobs.policy_folder import policy_folder
from tracemill.rl import learner as learner_module
from tracemill.rl import packing
from tracemill.rl import policy as policy_module
from tracemill.rl.advantages import grpo
from tracemill.rl.learner import Learner
from tracemill.rl.packing import micro_batches
from tracemill.rl.policy import Policy
from tracemill.rl.trie import grow
from tracemill.rl.types import Batch, Completion, Tree

MODELS = ("bundled", "10M")
GROUP = 8
LR = 1e-4
SIGMA = math.log(10) / 2.3263  # the standard normal's 99th percentile


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One way to feed the learner: which trees, in what batches, with how many logits made whole."""

    trees: Sequence[Tree]
    batches: Callable[[Sequence[Tree], int], list[Batch]] = micro_batches
    logits_at_once: int = policy_module.LOGITS_AT_ONCE


def nano_llama(folder: Path) -> Path:
    """10M parameters, 8.2M of them the tied embedding of 32,000 tokens."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=32_000,
        hidden_size=256,
        intermediate_size=512,
        num_hidden_layers=3,
        num_attention_heads=8,
        num_key_value_heads=4,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
    )
    LlamaForCausalLM(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(policy_folder("bundled")).save_pretrained(folder)  # TRL wants one; nothing is read
    return folder


def frozen_rollouts(folder: Path, groups: int, median: int, vocabulary: int) -> list[Tree]:
    """All groups whole, with advantages of zero where all rewards of a group are equal. The n-th group's pass rate is
    (n + 1/2) / groups."""
    rng = Random(0)

    def ids(length: int) -> tuple[int, ...]:
        return tuple(rng.randrange(5, vocabulary) for _ in range(length))

    def completion(advantage: float) -> Completion:
        length = max(2, min(20 * median, round(rng.lognormvariate(math.log(median), SIGMA))))
        return Completion(ids=ids(length), old_logprobs=(0.0,) * length, advantages=(advantage,) * length)

    trees = []
    for number in range(groups):
        rewards = [float(rng.random() < (number + 0.5) / groups) for _ in range(GROUP)]
        completions = tuple(completion(advantage or 0.0) for advantage in grpo(rewards))
        trees.append(Tree(prompt_ids=ids(rng.randrange(32, 97)), completions=completions))
    policy = Policy(folder, torch.float32)
    return [_sampled(tree, policy, rng) for tree in trees]


def _sampled(tree: Tree, policy: Policy, rng: Random) -> Tree:
    """With logprobs that are the policy's but for a deviation of 0.1, so that some ratios are clipped."""
    (batch,) = micro_batches([tree], 10**6)
    with torch.no_grad():
        logprobs, _ = policy(batch, 1.0)
    completions = tuple(
        replace(one, old_logprobs=tuple(x + rng.gauss(0, 0.1) for x in logprobs[batch.sequence == index].tolist()))
        for index, one in enumerate(tree.completions)
    )
    return replace(tree, completions=completions)


def sides_of(trees: Sequence[Tree]) -> dict[str, Side]:
    def taught(tree: Tree) -> bool:
        return any(any(one.advantages) for one in tree.completions)

    kept = [tree for tree in trees if taught(tree)]
    alone = [Tree(prompt_ids=tree.prompt_ids, completions=(one,)) for tree in kept for one in tree.completions]
    every = [Tree(prompt_ids=tree.prompt_ids, completions=(one,)) for tree in trees for one in tree.completions]
    return {
        "tracemill": Side(trees=kept),
        "  with rows that cannot teach": Side(trees=trees),
        "  without shared prefixes": Side(trees=alone),
        "  without packing": Side(trees=kept, batches=one_trie_a_row),
        "  without chunks of logits": Side(trees=kept, logits_at_once=sys.maxsize),
        "  without any of the four": Side(trees=every, batches=one_trie_a_row, logits_at_once=sys.maxsize),
    }


def one_trie_a_row(trees: Sequence[Tree], max_tokens: int) -> list[Batch]:
    """Every row padded to the longest trie of all, as many rows as a micro-batch has room for."""
    tries = [grow(tree) for tree in trees]
    longest = max(trie.num_places for trie in tries)
    rows = max(1, max_tokens // longest)
    cuts = [tries[at : at + rows] for at in range(0, len(tries), rows)]
    return [_widened(packing._pack([[trie] for trie in cut]), longest) for cut in cuts]


def _widened(batch: Batch, length: int) -> Batch:
    num_rows, old = batch.input_ids.shape
    more = (0, length - old)
    ends = torch.arange(1, length + 1).repeat(num_rows, 1)
    ends[:, :old] = batch.ends
    places = batch.predict_from // old * length + batch.predict_from % old
    input_ids, positions = pad(batch.input_ids, more), pad(batch.positions, more)
    return replace(batch, input_ids=input_ids, positions=positions, ends=ends, predict_from=places)


class Prepared(GRPOTrainer):
    """Given what it would have prepared itself."""

    def _prepare_inputs(self, inputs: dict[str, Any]) -> dict[str, Any]:
        return inputs


class Trl:
    def __init__(self, folder: Path, trees: Sequence[Tree], rows: int, scratch: Path) -> None:
        batch = padded_as_trl(trees)
        number = len(batch["prompt_ids"])
        settings = GRPOConfig(
            output_dir=str(scratch),
            per_device_train_batch_size=rows,
            gradient_accumulation_steps=number // rows,
            num_generations=GROUP,
            learning_rate=LR,
            optim="adamw_torch",
            weight_decay=0.0,
            max_grad_norm=1.0,
            loss_type="dapo",
            beta=0.0,
            bf16=False,
            gradient_checkpointing=False,
            use_cpu=True,
            report_to="none",
            disable_tqdm=True,
        )
        self._trainer = Prepared(
            model=str(folder),
            reward_funcs=lambda completions, **_: [0.0] * len(completions),
            args=settings,
            train_dataset=Dataset.from_list([{"prompt": "never asked for"}]),
        )
        self._trainer.create_optimizer()
        self._trainer.current_gradient_accumulation_steps = number // rows
        total = {"num_items_in_batch": batch["completion_mask"].sum()}
        self._batches = [
            {name: tensor[at : at + rows] for name, tensor in batch.items()} | total for at in range(0, number, rows)
        ]

    def step(self) -> float:
        """The gradient's norm."""
        trainer = self._trainer
        for inputs in self._batches:
            trainer.training_step(trainer.model, dict(inputs), None)
        norm = torch.nn.utils.clip_grad_norm_(trainer.model.parameters(), trainer.args.max_grad_norm)
        trainer.optimizer.step()
        trainer.model.zero_grad()
        return float(norm)

    def weights(self) -> dict[str, torch.Tensor]:
        return {name: each.detach().clone() for name, each in self._trainer.model.named_parameters()}


def padded_as_trl(trees: Sequence[Tree]) -> dict[str, torch.Tensor]:
    """Prompts to the left, completions to the right, both to the longest of the batch, as GRPOTrainer pads them."""
    rows = [(tree.prompt_ids, one) for tree in trees for one in tree.completions]
    shape = len(rows), max(len(one.ids) for _, one in rows)
    width = max(len(prompt) for prompt, _ in rows)
    prompt_ids, prompt_mask = (torch.zeros(len(rows), width, dtype=torch.int64) for _ in range(2))
    completion_ids, completion_mask = (torch.zeros(shape, dtype=torch.int64) for _ in range(2))
    old = torch.zeros(shape)
    for row, (prompt, one) in enumerate(rows):
        prompt_ids[row, width - len(prompt) :] = torch.tensor(prompt)
        prompt_mask[row, width - len(prompt) :] = 1
        completion_ids[row, : len(one.ids)] = torch.tensor(one.ids)
        completion_mask[row, : len(one.ids)] = 1
        old[row, : len(one.ids)] = torch.tensor(one.old_logprobs)
    return {
        "prompt_ids": prompt_ids,
        "prompt_mask": prompt_mask,
        "completion_ids": completion_ids,
        "completion_mask": completion_mask,
        "advantages": torch.tensor([one.advantages[0] for _, one in rows]),
        "old_per_token_logps": old,
    }


@contextmanager
def as_fed(side: Side) -> Iterator[None]:
    with (
        patch.object(learner_module, "micro_batches", side.batches),
        patch.object(policy_module, "LOGITS_AT_ONCE", side.logits_at_once),
    ):
        yield


def compare(name: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    vocabulary = 250 if name == "bundled" else 32_000
    trees = frozen_rollouts(folder, options.groups, options.median, vocabulary)
    lengths = sorted(len(one.ids) for tree in trees for one in tree.completions)
    tokens = sum(lengths)
    sides = sides_of(trees)
    config = LearnerConfig(lr=LR, tokens_per_micro_batch=options.tokens)
    with tempfile.TemporaryDirectory() as scratch:
        trl = Trl(folder, trees, options.rows, Path(scratch))  # first: it looks for ranks in the environment
        learner = Learner(config, folder=folder, dtype="float32", temperature=1.0, num_updates=10**9)
        print(f"\n{name}: {len(lengths)} completions of {lengths[0]} to {lengths[-1]} tokens, {tokens:,} in all,")
        print(
            f"median {statistics.median(lengths):g}, {len(sides['tracemill'].trees)} of {len(trees)} groups can teach"
        )
        apart = [compare_step(learner, trl, sides["tracemill"], tokens) for _ in range(options.steps)]
        seconds: dict[str, list[float]] = {side: [] for side in (*sides, "trl")}
        processor: dict[str, list[float]] = {side: [] for side in seconds}
        for turn in range(options.rounds + 1):
            for side, taken in seconds.items():
                began, used = time.perf_counter(), time.process_time()
                if side == "trl":
                    trl.step()
                else:
                    with as_fed(sides[side]):
                        learner.update(sides[side].trees, tokens)
                if turn:  # the first is warm-up
                    taken.append(time.perf_counter() - began)
                    processor[side].append(time.process_time() - used)
    learner.close()
    took = {side: min(taken) for side, taken in seconds.items()}  # other work on the machine only adds
    used_by = {side: min(taken) for side, taken in processor.items()}
    print(f"{'':32} {'seconds':>8} {'of ours':>8} {'processor':>10} {'of ours':>8}")
    for side in seconds:
        time_share, processor_share = took[side] / took["tracemill"], used_by[side] / used_by["tracemill"]
        print(f"{side:32} {took[side]:8.3f} {time_share:7.2f}x {used_by[side]:10.3f} {processor_share:7.2f}x")
    return {
        "seconds": {side.strip(): round(value, 4) for side, value in took.items()},
        "processor_seconds": {side.strip(): round(value, 4) for side, value in used_by.items()},
        "apart": max(apart),
        "ratio": round(took["trl"] / took["tracemill"], 2),
        "processor_ratio": round(used_by["trl"] / used_by["tracemill"], 2),
    }


def compare_step(learner: Learner, trl: Trl, side: Side, tokens: int) -> float:
    """One step of each; how far their parameters are apart, by the norm of all together, as a share of it.

    An element whose gradient is rounding noise alone still moves by up to the learning rate in Adam's first steps, to
    either side; so the largest difference of an element is printed and not held to anything.
    """
    update, norm = learner.update(side.trees, tokens), trl.step()
    ours, theirs = dict(learner.weights()), trl.weights()
    assert ours.keys() == theirs.keys()
    apart = torch.cat([(ours[name] - theirs[name]).flatten() for name in theirs]).double()
    share = float(apart.norm() / torch.cat([each.flatten() for each in theirs.values()]).double().norm())
    print(
        f"step {update.version_after}: gradient's norm {update.metrics['grad_norm']:.7g} and {norm:.7g}, parameters "
        f"{share:.1e} of their norm apart, an element {float(apart.abs().max()):.1e} at most"
    )
    assert abs(update.metrics["grad_norm"] / norm - 1) < 1e-4
    assert share < 1e-5, "the two sides do not learn the same"
    return share


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", choices=MODELS, help="default: both")
    parser.add_argument("--groups", type=int, default=4)
    parser.add_argument("--median", type=int, default=32, help="tokens of a completion")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--steps", type=int, default=2, help="compared before anything is timed")
    parser.add_argument("--rows", type=int, default=8, help="of TRL's micro-batch")
    parser.add_argument("--tokens", type=int, default=8192, help="of the learner's micro-batch")
    options = parser.parse_args()
    if options.model is None:  # each in a process of its own: DeepSpeed and TRL both keep what they find at the start
        found = {}
        for name in MODELS:
            command = [sys.executable, __file__, *sys.argv[1:], "--model", name]
            with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
                assert process.stdout is not None
                *table, last = process.stdout.read().splitlines()
            print("\n".join(table), flush=True)
            found |= json.loads(last)
        print(json.dumps(found))
        return
    with tempfile.TemporaryDirectory() as scratch:
        folder = policy_folder("bundled") if options.model == "bundled" else nano_llama(Path(scratch))
        print(json.dumps({options.model: compare(options.model, folder, options)}))


if __name__ == "__main__":
    main()
