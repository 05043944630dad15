"""Does the export teach? Students of one starting point, on equal numbers of tokens of three cuts of the same runs.

(a) the export as it comes, (b) every rollout, right or wrong, (c) the right ones without any other filter. TRL's
SFTTrainer, loss on completions; sampled pass@1 on held-out problems, before and after, with several seeds.

    python benchmarks/student.py RUN [RUN ...] [--tokens 600000] [--seeds 0,1,2]      # from outside the checkout

To find what a filter does, more exports can be cut by other `[export]` settings, and cuts left out:

    ... --also no_chain check_steps=false --also whole check_steps=false,drop_flagged=false --cuts no_chain,whole
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from tracemill.configs.load import load
from tracemill.configs.schema import Config, ExportConfig
from tracemill.jobs.evaluate import Evaluation, evaluate
from tracemill.jobs.fixed_fleet import FixedFleet
from tracemill.jobs.policy_folder import policy_folder
from tracemill.jobs.prompts import Prompts
from tracemill.problems.sampler import held_out_problems
from tracemill.rollout.types import Sampling
from tracemill.traces.export import export
from tracemill.traces.ledger import Ledger

Row = dict[str, list[dict[str, str]]]
CUTS = ("filtered export", "every rollout", "right ones")


def row(prompt: str, completion: str) -> Row:
    return {
        "prompt": [{"role": "user", "content": prompt}],
        "completion": [{"role": "assistant", "content": completion}],
    }


def exported(runs: list[Path], settings: dict[str, str]) -> list[tuple[Row, int]]:
    """The rows of an export with the tokens of their completions."""
    from datasets import load_dataset

    os.environ["HF_HUB_OFFLINE"] = "1"
    with tempfile.TemporaryDirectory() as folder:
        config = ExportConfig.model_validate({"format": "prompt-completion", "test_share": 0.0, **settings})
        export(runs, Path(folder) / "dataset", config)
        rows = load_dataset(str(Path(folder) / "dataset"), split="train", cache_dir=folder)
        return [({name: one[name] for name in ("prompt", "completion")}, one["num_tokens"]) for one in rows]


def cuts(runs: list[Path]) -> dict[str, list[tuple[Row, int]]]:
    """The same of each cut."""
    every: list[tuple[Row, int]] = []
    right: list[tuple[Row, int]] = []
    for run in runs:
        columns = ["prompt", "completion", "num_tokens", "verdict", "split"]
        for trace in Ledger(run / "traces").read(columns=columns).to_pylist():
            if trace["split"] != "train":
                continue
            one = (row(trace["prompt"], trace["completion"]), trace["num_tokens"])
            every.append(one)
            if trace["verdict"] == "correct":
                right.append(one)
    return dict(zip(CUTS, (exported(runs, {}), every, right), strict=True))


def drawn(rows: list[tuple[Row, int]], tokens: int, seed: int) -> list[Row]:
    """Rows in a random order until their completions have so many tokens."""
    order = list(range(len(rows)))
    Random(seed).shuffle(order)
    taken, total = [], 0
    for index in order:
        if total >= tokens:
            return taken
        taken.append(rows[index][0])
        total += rows[index][1]
    return taken


def train(start: Path, rows: list[Row], out: Path, *, seed: int, lr: float, batch_size: int) -> None:
    import torch
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import SFTConfig, SFTTrainer

    torch.manual_seed(seed)
    tokenizer = AutoTokenizer.from_pretrained(start)
    model = AutoModelForCausalLM.from_pretrained(start)
    settings = SFTConfig(
        output_dir=str(out.with_name(out.name + ".training")),
        num_train_epochs=1,
        per_device_train_batch_size=batch_size,
        learning_rate=lr,
        lr_scheduler_type="linear",
        max_grad_norm=1.0,
        seed=seed,
        bf16=False,
        use_cpu=not torch.accelerator.is_available(),
        gradient_checkpointing=False,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    SFTTrainer(model=model, args=settings, train_dataset=Dataset.from_list(rows), processing_class=tokenizer).train()
    model.save_pretrained(out)
    tokenizer.save_pretrained(out)


def tested(config: Config, policy: Path) -> Evaluation:
    fleet: Any = FixedFleet(config, policy)
    sampling = Sampling(temperature=config.eval.temperature, max_new_tokens=config.rollout.max_new_tokens)
    try:
        problems = held_out_problems(config.problems, config.eval.per_family)
        return evaluate(fleet, problems, Prompts(policy, config.problems.template), sampling)
    finally:
        fleet.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="+", type=Path)
    parser.add_argument("--config", default="demo.toml", help="whose held-out problems are asked")
    parser.add_argument("--start", default="bundled", help="the policy that every student starts from")
    parser.add_argument("--tokens", type=int, default=600_000, help="of completions, at most what the smallest cut has")
    parser.add_argument("--seeds", default="0,1,2")
    parser.add_argument("--also", action="append", nargs=2, default=[], metavar=("NAME", "KEY=VALUE,..."))
    parser.add_argument("--cuts", help="only these, by name, with commas; the last line is left out then")
    parser.add_argument("--lr", type=float, default=5e-4)
    parser.add_argument("--batch-size", type=int, default=64)
    options = parser.parse_args()
    config, start = load(options.config), policy_folder(options.start)
    sources = cuts(options.runs)
    for name, settings in options.also:
        sources[name] = exported(options.runs, dict(pair.split("=", 1) for pair in settings.split(",")))
    tokens = min(options.tokens, *(sum(count for _, count in rows) for rows in sources.values()))
    before = tested(config, start).overall()
    print(f"{tokens:,} tokens of completions each; the start: {100 * before.rate:.1f} %", flush=True)
    print("cut               seed  rows     held-out pass@1")
    trained = options.cuts.split(",") if options.cuts else list(sources)
    rates: dict[str, list[float]] = {cut: [] for cut in trained}
    for seed in (int(seed) for seed in options.seeds.split(",")):
        for cut in trained:  # in turns
            rows = drawn(sources[cut], tokens, seed)
            with tempfile.TemporaryDirectory() as folder:
                student = Path(folder) / "student"
                train(start, rows, student, seed=seed, lr=options.lr, batch_size=options.batch_size)
                after = tested(config, student)
            rates[cut].append(100 * after.overall().rate)
            families = ", ".join(f"{name} {100 * after.of_family(name).rate:.0f}" for name in after.families)
            print(f"{cut:<16}  {seed:>4}  {len(rows):>6,}  {rates[cut][-1]:.1f} % ({families})", flush=True)
    if options.cuts:
        return
    filtered, every, right = (rates[cut] for cut in CUTS)
    over = [one - other for one, other in zip(filtered, every, strict=True)]
    found = {
        "tokens": tokens,
        "start": round(100 * before.rate, 2),
        **{cut.replace(" ", "_"): [round(rate, 2) for rate in rates[cut]] for cut in trained},
        "points": round(statistics.mean(over), 2),
        "least_points": round(min(over), 2),
        "points_over_right_ones": round(statistics.mean(filtered) - statistics.mean(right), 2),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
