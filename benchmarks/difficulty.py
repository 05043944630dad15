"""Is a higher level harder? Pass rates of one fixed policy by family and level, and in how many families they fall.

The policy is made here where none is given: a Llama over bytes, or a pretrained model (`--start`), trained on worked
solutions of all families at all levels alike (no problem that is held out), so that it gets some right and some wrong.
It answers held-out problems through the project's own engine and verifiers. A family is judged if at least one answer
in twenty and at most nineteen of twenty are right. Its pass rate falls, weakly, if Kendall's tau-b of level and pass
rate is not positive; how many are not past the noise (a rise of less than two standard errors from the lower five
levels to the upper five) is said too. `falls` is the share of judged families whose pass rate falls; asked: 0.9.

    python benchmarks/difficulty.py [--policy FOLDER | --tokens 200000000] [--per-level 20]      # from outside
    python benchmarks/difficulty.py --start smollm2 --seconds 3400 --tokens 1900000 --block 1024 --rows 2 --lr 5e-4 \\
        --keep tuned
    python benchmarks/difficulty.py --start tuned --first-seed 100000 ...                        # another hour
    python benchmarks/difficulty.py --policy tuned --engine vllm --dtype bfloat16 --temperature 0 --per-level 8 \\
        --new-tokens 1024 --processes 1 --batch 128
    python benchmarks/difficulty.py --slips 0.01 --per-level 100

A GPU trains the first in minutes; two cores take an hour for the second, of 135M parameters. With `--slips` the policy
is none that reads: it writes the worked solution, and each word, number and sign of it goes wrong with that chance,
which spoils the answer. Of every family that says, in a few minutes, whether the way to the answer gets longer; not
whether its steps get harder.
"""

from __future__ import annotations

import argparse
import json
import math
import multiprocessing
import re
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch

from tracemill.configs.load import load
from tracemill.configs.schema import Config
from tracemill.jobs.evaluate import Evaluation, PassRate, evaluate
from tracemill.jobs.fixed_fleet import FixedFleet
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.jobs.warmstart import byte_tokenizer
from tracemill.problems.registry import families
from tracemill.problems.types import LEVELS, Problem
from tracemill.rollout.types import Sampling

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

ASKED = 0.9
LEAST_RATE, MOST_RATE, LEAST_LEVELS = 0.05, 0.95, 4
FIRST_SEED = 2**41  # of the problems that are asked; what is trained on comes from lower ones, and another split
Ids = npt.NDArray[np.int32]  # of tokens; those that nobody learns to write are below zero: ~id
_WORK: dict[str, Any] = {}  # in a worker: the tokenizer


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    hidden: int
    layers: int
    block: int  # tokens in a row of training, and the most positions


def problems_of(name: str, split: str, per_level: int, first_seed: int) -> Iterator[Problem]:
    """Distinct ones, as many at each level, or fewer where a family has no more."""
    family = families()[name]
    for level in LEVELS:
        found: set[str] = set()
        for seed in range(first_seed, first_seed + 50 * per_level):
            problem = family.problem_in(split, level, seed)  # type: ignore[arg-type]
            if problem is not None and problem.instance not in found:
                found.add(problem.instance)
                yield problem
                if len(found) == per_level:
                    break


def lesson(problem: Problem) -> Ids:
    """The chat with the worked solution, of which the solution is to be learned."""
    solution = families()[problem.family].solution(problem.level, int(problem.id.rsplit(":", 1)[1]))
    turns = [{"role": "user", "content": problem.prompt}, {"role": "assistant", "content": solution}]
    encode = _WORK["tokenizer"].apply_chat_template
    whole = np.array(encode(turns, return_dict=True)["input_ids"], np.int32)
    asked = encode(turns[:1], add_generation_prompt=True, return_dict=True)["input_ids"]
    assert whole[: len(asked)].tolist() == asked, "the chat template does not begin a chat as it asks for an answer"
    whole[: len(asked)] = ~whole[: len(asked)]
    return whole


def lessons(task: tuple[str, int, int, int]) -> list[Ids]:
    name, per_level, block, first_seed = task
    made = (lesson(problem) for problem in problems_of(name, "train", per_level, first_seed))
    return [ids for ids in made if len(ids) <= block]


def blocks(names: Sequence[str], tokens: int, block: int, first_seed: int) -> Ids:
    """About so many tokens of worked solutions, end to end in a random order: [rows, block + 1]."""
    with multiprocessing.get_context("fork").Pool() as pool:
        tasks = [(name, 4, block, first_seed) for name in names]
        some = [ids for part in pool.imap_unordered(lessons, tasks) for ids in part]
        mean = sum(map(len, some)) / len(some)
        per_level = max(4, math.ceil(tokens / mean / len(names) / len(LEVELS)))
        tasks = [(name, per_level, block, first_seed) for name in names]
        every = [ids for part in pool.imap_unordered(lessons, tasks) for ids in part]
    order = np.random.default_rng(first_seed).permutation(len(every))
    stream = np.concatenate([every[place] for place in order])
    rows = len(stream) // (block + 1)
    print(f"{len(every):,} worked solutions, {len(stream):,} tokens", flush=True)
    return stream[: rows * (block + 1)].reshape(rows, block + 1)


def fresh(shape: Shape) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    """A Llama over bytes, with random weights."""
    from transformers import LlamaConfig, LlamaForCausalLM

    tokenizer = byte_tokenizer()
    config = LlamaConfig(
        vocab_size=-(-len(tokenizer) // 64) * 64,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.hidden // 64,
        num_key_value_heads=shape.hidden // 64,
        intermediate_size=4 * shape.hidden,
        max_position_embeddings=shape.block,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
    )
    return LlamaForCausalLM(config), tokenizer


def pretrained(folder: Path) -> tuple[PreTrainedModel, PreTrainedTokenizerBase]:
    from transformers import AutoModelForCausalLM, AutoTokenizer

    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32), AutoTokenizer.from_pretrained(folder)


def train(options: argparse.Namespace, names: Sequence[str], out: Path) -> None:
    """One pass over the worked solutions, or as far as it gets; AdamW with a linear decay, products in bfloat16."""
    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    shape = Shape(hidden=options.hidden, layers=options.layers, block=options.block)
    model, tokenizer = pretrained(options.start) if options.start else fresh(shape)
    model.to(device)  # type: ignore[arg-type]
    _WORK["tokenizer"] = tokenizer
    data = blocks(names, options.tokens, options.block, options.first_seed)
    steps = len(data) // options.rows
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.lr, betas=(0.9, 0.95), weight_decay=0.1, fused=True)
    began = time.monotonic()
    for step in range(steps):
        done = max(step / steps, (time.monotonic() - began) / options.seconds)
        if done >= 1:
            break
        optimizer.param_groups[0]["lr"] = options.lr * min(1.0, (step + 1) / 100) * max(0.02, 1 - done)
        rows = torch.from_numpy(data[step * options.rows : (step + 1) * options.rows].astype(np.int64)).to(device)
        ids, is_learned = torch.where(rows < 0, ~rows, rows), rows[:, 1:] >= 0
        with torch.autocast(device, torch.bfloat16):
            hidden = model.base_model(ids[:, :-1], use_cache=False).last_hidden_state
            logits = model.lm_head(hidden[is_learned])
        loss = torch.nn.functional.cross_entropy(logits.float(), ids[:, 1:][is_learned])
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % max(1, steps // 20) == 0 or step == steps - 1:
            print(f"step {step + 1}/{steps}  loss {loss.item():.3f}  {time.monotonic() - began:.0f} s", flush=True)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def rates_of(task: tuple[Path, list[str], Config, int, float]) -> Evaluation:
    """Of these families: their held-out problems that fit into the policy's context."""
    policy, names, config, per_level, temperature = task
    new_tokens = config.rollout.max_new_tokens
    prompts = Prompts(policy, config.problems.template)
    asked = [one for name in names for one in problems_of(name, "held_out", per_level, FIRST_SEED)]
    fitting = [one for one in asked if prompts.refusal(prompts.ids(one), new_tokens) is None]
    if len(fitting) < len(asked):
        print(f"{len(asked) - len(fitting)} of {len(asked)} problems are too long for the policy", flush=True)
    fleet: Any = FixedFleet(config, policy)
    try:
        return evaluate(fleet, fitting, prompts, Sampling(temperature=temperature, max_new_tokens=new_tokens))
    finally:
        fleet.close()


def slipped(name: str, per_level: int, slips: float) -> Evaluation:
    """Of the policy that writes worked solutions and slips."""
    family, cells = families()[name], dict[tuple[str, int], PassRate]()
    for problem in problems_of(name, "held_out", per_level, FIRST_SEED):
        solution = family.solution(problem.level, int(problem.id.rsplit(":", 1)[1]))
        comes_through = (1 - slips) ** len(re.findall(r"\w+|[^\w\s]", solution))
        old = cells.get((name, problem.level), PassRate(0, 0))
        right = Random(f"slips/{problem.id}").random() < comes_through
        cells[name, problem.level] = PassRate(old.correct + right, old.total + 1)
    return Evaluation(cells)


def tau_b(rates: Sequence[float]) -> float:
    """Kendall's tau-b (1945) of the places 0, 1, 2, ... and these values; 0 where all are alike."""
    pairs = [(low, high) for high in range(len(rates)) for low in range(high)]
    signs = [(rates[high] > rates[low]) - (rates[high] < rates[low]) for low, high in pairs]
    untied = sum(map(abs, signs))
    return sum(signs) / math.sqrt(untied * len(pairs)) if untied else 0.0


def is_past_noise(rates: Sequence[float], number: int) -> bool:
    """Whether the upper half of the levels is easier than the lower by more than two standard errors."""
    half = len(rates) // 2
    low, high = sum(rates[:half]) / half, sum(rates[-half:]) / half
    error = math.sqrt((low * (1 - low) + high * (1 - high)) / (half * number))
    return high - low > 2 * error


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Of one family. `rates` are of the levels that were asked, in their order."""

    family: str
    rates: list[float]
    is_judged: bool
    tau: float


def row_of(found: Evaluation, name: str) -> Row:
    """Which is printed, too."""
    rates = [cell.rate for level in found.levels_of(name) if (cell := found.cells[name, level]).total]
    overall = found.of_family(name).rate
    is_judged = len(rates) >= LEAST_LEVELS and LEAST_RATE <= overall <= MOST_RATE
    row = Row(family=name, rates=rates, is_judged=is_judged, tau=tau_b(rates))
    shown = " ".join(f"{100 * rate:4.0f}" for rate in rates)
    print(f"{name:<24} {100 * overall:5.1f} %  {row.tau:+.2f} {' ' if is_judged else '-'} {shown}", flush=True)
    return row


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--policy", help="a folder, or bundled; made where it is left out")
    parser.add_argument("--start", type=Path, help="the folder of a pretrained model, to train on from")
    parser.add_argument("--keep", type=Path, help="a folder for the policy that is made, which is then not asked")
    parser.add_argument("--slips", type=float, help="the chance of each word of a worked solution to go wrong")
    parser.add_argument("--families", help="with commas; all unless given")
    parser.add_argument("--per-level", type=int, default=20, help="problems asked")
    parser.add_argument("--tokens", type=int, default=200_000_000, help="to train on")
    parser.add_argument("--first-seed", type=int, default=0, help="of the problems that are trained on")
    parser.add_argument("--hidden", type=int, default=512)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--block", type=int, default=2048)
    parser.add_argument("--rows", type=int, default=32, help="blocks in a step")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seconds", type=float, default=600, help="of training at most")
    parser.add_argument("--temperature", type=float, default=1.0, help="of the answers")
    parser.add_argument("--new-tokens", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=256, help="answers under way at a time, in each process")
    parser.add_argument("--processes", type=int, default=2, help="that answer")
    parser.add_argument("--engine", default="torch", choices=("torch", "vllm"))
    parser.add_argument("--dtype", default="bfloat16" if torch.cuda.is_available() else "float32")
    options = parser.parse_args()
    names = options.families.split(",") if options.families else list(families())
    if options.keep:
        train(options, names, options.keep)
        return
    began = time.monotonic()
    if options.slips:
        parts = [slipped(name, options.per_level, options.slips) for name in names]
    else:
        parts = answered(options, names)
    found = Evaluation({cell: rate for part in parts for cell, rate in part.cells.items()})
    judged = [row for name in names if (row := row_of(found, name)).is_judged]
    line = {
        "families": len(names),
        "judged": len(judged),
        "falls": sum(row.tau <= 0 for row in judged) / max(1, len(judged)),
        "rises": [row.family for row in judged if row.tau > 0],
        "rises_past_noise": [row.family for row in judged if is_past_noise(row.rates, options.per_level)],
        "right": found.overall().rate,
        "unjudged": found.overall().unjudged,
        "seconds": time.monotonic() - began,
        "asked": ASKED,
    }
    print(json.dumps(line))


def answered(options: argparse.Namespace, names: list[str]) -> list[Evaluation]:
    """Of a policy that is given, or trained here."""
    with tempfile.TemporaryDirectory() as folder:
        policy = policy_folder(options.policy) if options.policy else Path(folder) / "policy"
        if not options.policy:
            train(options, names, policy)
        overrides = [f"rollout.engine={options.engine}", f"rollout.max_batch={options.batch}"]
        overrides += [f"policy.dtype={options.dtype}", "verifier.workers=1"]
        config = load("demo.toml", [*overrides, f"rollout.max_new_tokens={options.new_tokens}"])
        parts = min(2 * options.processes, len(names))
        asked = (config, options.per_level, options.temperature)
        tasks = [(policy, names[first::parts], *asked) for first in range(parts)]
        with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
            return list(pool.imap_unordered(rates_of, tasks))


if __name__ == "__main__":
    main()
