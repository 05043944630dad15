"""Is a higher level harder? Pass rates of one fixed policy by family and level, and in how many families they fall.

The policy is made here where none is given: a Llama over bytes, trained on worked solutions of all families at all
levels (no problem that is held out), so that it gets some right and some wrong. It answers held-out problems through
the project's own engine and verifiers. A family is judged if at least one answer in twenty and at most nineteen of
twenty are right. Its pass rate falls, weakly, if Kendall's tau-b of level and pass rate is not positive; how many are
not past the noise (a rise of less than two standard errors from the lower five levels to the upper five) is said too.
`falls` is the share of judged families whose pass rate falls; asked: 0.9.

    python benchmarks/difficulty.py [--policy FOLDER | --tokens 200000000] [--per-level 20]      # from outside
    python benchmarks/difficulty.py --slips 0.01 --per-level 100

A GPU trains the policy in minutes; a CPU should be given a folder, or few families. With `--slips` the policy is none
that reads: it writes the worked solution, and each word, number and sign of it goes wrong with that chance, which
spoils the answer. Of every family that says, in a few minutes, whether the way to the answer gets longer; not whether
its steps get harder.
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
from typing import Any

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

ASKED = 0.9
LEAST_RATE, MOST_RATE, LEAST_LEVELS = 0.05, 0.95, 4
FIRST_SEED = 2**41  # of the problems that are asked; what is trained on comes from lower ones, and another split
Bytes = npt.NDArray[np.uint16]
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


def lesson(problem: Problem) -> list[int]:
    """Token ids of the chat with the worked solution."""
    if not _WORK:
        _WORK["tokenizer"] = byte_tokenizer()
    solution = families()[problem.family].solution(problem.level, int(problem.id.rsplit(":", 1)[1]))
    turns = [{"role": "user", "content": problem.prompt}, {"role": "assistant", "content": solution}]
    return list(_WORK["tokenizer"].apply_chat_template(turns, return_dict=True)["input_ids"])


def lessons(task: tuple[str, int, int]) -> list[Bytes]:
    name, per_level, block = task
    made = (lesson(problem) for problem in problems_of(name, "train", per_level, 0))
    return [np.array(ids, np.uint16) for ids in made if len(ids) <= block]


def blocks(names: Sequence[str], tokens: int, block: int, seed: int) -> Bytes:
    """About so many tokens of worked solutions, end to end in a random order: [rows, block + 1]."""
    with multiprocessing.get_context("fork").Pool() as pool:
        some = [ids for part in pool.imap_unordered(lessons, [(name, 4, block) for name in names]) for ids in part]
        mean = sum(map(len, some)) / len(some)
        per_level = max(4, math.ceil(tokens / mean / len(names) / len(LEVELS)))
        tasks = [(name, per_level, block) for name in names]
        every = [ids for part in pool.imap_unordered(lessons, tasks) for ids in part]
    order = np.random.default_rng(seed).permutation(len(every))
    stream = np.concatenate([every[place] for place in order])
    rows = len(stream) // (block + 1)
    print(f"{len(every):,} worked solutions, {len(stream):,} tokens", flush=True)
    return stream[: rows * (block + 1)].reshape(rows, block + 1)


def train(
    names: Sequence[str], shape: Shape, tokens: int, out: Path, *, lr: float, rows_at_once: int, seconds: float
) -> None:
    """One pass over the worked solutions, prompts included, or as far as it gets; AdamW with a linear decay, bfloat16
    where there is a GPU."""
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(0)
    device = "cuda" if torch.cuda.is_available() else "cpu"
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
    model = LlamaForCausalLM(config).to(device)
    data = blocks(names, tokens, shape.block, 0)
    steps = len(data) // rows_at_once
    optimizer = torch.optim.AdamW(model.parameters(), lr=lr, betas=(0.9, 0.95), weight_decay=0.1)
    began = time.monotonic()
    for step in range(steps):
        done = max(step / steps, (time.monotonic() - began) / seconds)
        if done >= 1:
            break
        optimizer.param_groups[0]["lr"] = lr * min(1.0, (step + 1) / 100) * max(0.02, 1 - done)
        rows = torch.from_numpy(data[step * rows_at_once : (step + 1) * rows_at_once].astype(np.int64)).to(device)
        with torch.autocast(device, torch.bfloat16, enabled=device == "cuda"):
            logits = model(rows[:, :-1], use_cache=False).logits
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1).float(), rows[:, 1:].flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        if step % max(1, steps // 20) == 0 or step == steps - 1:
            print(f"step {step + 1}/{steps}  loss {loss.item():.3f}  {time.monotonic() - began:.0f} s", flush=True)
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def rates_of(task: tuple[Path, list[str], Config, int]) -> Evaluation:
    """Of these families: their held-out problems that fit into the policy's context."""
    policy, names, config, per_level = task
    new_tokens = config.rollout.max_new_tokens
    prompts = Prompts(policy, config.problems.template)
    asked = [one for name in names for one in problems_of(name, "held_out", per_level, FIRST_SEED)]
    fitting = [one for one in asked if prompts.refusal(prompts.ids(one), new_tokens) is None]
    if len(fitting) < len(asked):
        print(f"{len(asked) - len(fitting)} of {len(asked)} problems are too long for the policy", flush=True)
    fleet: Any = FixedFleet(config, policy)
    try:
        return evaluate(fleet, fitting, prompts, Sampling(temperature=1.0, max_new_tokens=new_tokens))
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
    parser.add_argument("--slips", type=float, help="the chance of each word of a worked solution to go wrong")
    parser.add_argument("--families", help="with commas; all unless given")
    parser.add_argument("--per-level", type=int, default=20, help="problems asked")
    parser.add_argument("--tokens", type=int, default=200_000_000, help="to train on")
    parser.add_argument("--hidden", type=int, default=512)
    parser.add_argument("--layers", type=int, default=8)
    parser.add_argument("--block", type=int, default=2048)
    parser.add_argument("--rows", type=int, default=32, help="blocks in a step")
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--seconds", type=float, default=600, help="of training at most")
    parser.add_argument("--new-tokens", type=int, default=1024)
    parser.add_argument("--batch", type=int, default=256, help="answers under way at a time, in each process")
    parser.add_argument("--processes", type=int, default=2, help="that answer")
    parser.add_argument("--dtype", default="bfloat16" if torch.cuda.is_available() else "float32")
    options = parser.parse_args()
    names = options.families.split(",") if options.families else list(families())
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
            shape = Shape(hidden=options.hidden, layers=options.layers, block=options.block)
            more = {"lr": options.lr, "rows_at_once": options.rows, "seconds": options.seconds}
            train(names, shape, options.tokens, policy, **more)
        overrides = [f"rollout.max_batch={options.batch}", f"policy.dtype={options.dtype}", "verifier.workers=1"]
        config = load("demo.toml", [*overrides, f"rollout.max_new_tokens={options.new_tokens}"])
        parts = min(2 * options.processes, len(names))
        tasks = [(policy, names[first::parts], config, options.per_level) for first in range(parts)]
        with multiprocessing.get_context("spawn").Pool(options.processes) as pool:
            return list(pool.imap_unordered(rates_of, tasks))


if __name__ == "__main__":
    main()
